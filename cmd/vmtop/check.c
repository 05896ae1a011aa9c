/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * --check: one look, a line and an exit status, as monitoring plugins have them
 * (nagios-plugins.org/doc/guidelines.html). It never alarms on the amount of swap: what counts is
 * the verdict, and whether a process was killed for lack of memory.
 */

#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "tick.h"

static const char *const status_words[] = {
	[CHECK_OK] = "OK",
	[CHECK_WARNING] = "WARNING",
	[CHECK_CRITICAL] = "CRITICAL",
	[CHECK_UNKNOWN] = "UNKNOWN",
};

static enum check_status status_of_state(enum pmm_state state)
{
	switch (state) {
	case PMM_STATE_OK:
	case PMM_STATE_RECLAIMING:
		return CHECK_OK;
	case PMM_STATE_PRESSURE:
		return CHECK_WARNING;
	case PMM_STATE_THRASHING:
	case PMM_STATE_SEVERE:
		return CHECK_CRITICAL;
	default:
		return CHECK_UNKNOWN;
	}
}

/* Something known to be bad goes before what is not known. */
static enum check_status worse(enum check_status a, enum check_status b)
{
	static const int ranks[] = {
		[CHECK_OK] = 0, [CHECK_UNKNOWN] = 1, [CHECK_WARNING] = 2, [CHECK_CRITICAL] = 3};

	return ranks[a] >= ranks[b] ? a : b;
}

static bool has_no_swap(const struct view *view)
{
	return pmm_sample_knows_areas(view->now) && !pmm_sample_area(view->now, 0);
}

/* Of the whole machine, which counts those of all cgroups. */
static uint64_t killed(const struct view *view)
{
	uint64_t kills = view_verdict(view, 0)->oom_kills;

	return kills == PMM_ABSENT ? 0 : kills;
}

static enum check_status find_status(const struct view *view, int no_swap)
{
	enum check_status status = status_of_state(view->verdict->state);

	if (killed(view))
		status = CHECK_CRITICAL;
	if (has_no_swap(view))
		status = worse(status, (enum check_status)no_swap);
	return status;
}

/* A name may hold the bar that performance data begins with. */
static void put_words(const char *words)
{
	char *escaped = escape_text(words, strlen(words));

	for (const char *at = escaped; *at; at++)
		if (*at == '|')
			fputs("\\x7c", stdout);
		else
			putchar(*at);
	free(escaped);
}

/* "NAME=VALUE" and what follows; U is the guidelines' word for a value that is not known. */
static void put_data(const char *name, struct value value, const char *unit, const char *tail)
{
	char buffer[UNITS_TEXT];
	const char *words = value_exact(&value, UNIT_NUMBER, buffer);

	printf(" %s=%s%s%s", name, words ? words : "U", words ? unit : "", tail);
}

static void put_performance(const struct settings *settings, const struct view *view)
{
	const struct pmm_verdict *system = view_verdict(view, 0);
	/* As many digits as people see; what is "at least" so much is not rounded up. */
	double lost_percent = floor(view->verdict->lost_percent * 10) / 10;
	double swapped_in = round(system->swapped_in_pages_per_second * 10) / 10;
	double reuse_ratio = round(view->verdict->reuse_ratio * 100) / 100;
	char lost[64], swap[64] = ";;;0";

	snprintf(lost, sizeof(lost), ";%.0f;%.0f;0;100", settings->thresholds.pressure_lost_percent,
		 settings->thresholds.thrashing_lost_percent);
	if (system->swap_total_bytes != PMM_ABSENT)
		snprintf(swap, sizeof(swap), ";;;0;%ju", (uintmax_t)system->swap_total_bytes);
	fputs(" |", stdout);
	put_data("lost", value_real(lost_percent), "%", lost);
	put_data("swapin", value_real(swapped_in), "", ";;;0");
	put_data("reuse", value_real(reuse_ratio), "", ";;;0;1");
	put_data("swap_used", value_unsigned(system->swap_used_bytes), "B", swap);
	putchar('\n');
}

static void print_check(const struct settings *settings, const struct view *view,
			enum check_status status)
{
	printf("VMTOP %s - ", status_words[status]);
	put_words(view->words->sentence);
	if (view->words->caveat)
		printf(" (%s)", view->words->caveat);
	if (killed(view))
		printf("; killed for lack of memory: %ju", (uintmax_t)killed(view));
	if (has_no_swap(view))
		fputs("; no swap", stdout);
	put_performance(settings, view);
}

/* 1 at the end of the look, 0 if there is none, less if it failed. */
static int look(struct pmm_root *root, const struct settings *settings, struct gather *gather)
{
	struct tick tick = tick_begin(settings->delay_ns);
	int r, looks = 0;

	if (!gather_take(gather))
		return -1;
	if (pmm_root_is_live(root)) {
		tick_wait(&tick);
		return gather_take(gather) ? 1 : -1;
	}
	while ((r = pmm_root_next(root)) > 0) {
		if (!gather_take(gather))
			return -1;
		looks++;
	}
	if (r < 0)
		complain(NULL, "%s", pmm_root_error(root));
	return r < 0 ? r : looks > 0;
}

int check_run(struct pmm_root *root, const struct settings *settings, int no_swap)
{
	struct gather *gather = gather_open(root, settings, false);
	enum check_status status = CHECK_UNKNOWN;
	int r = look(root, settings, gather);
	struct view view;

	if (r > 0)
		gather_view(gather, &view);
	if (r > 0 && view.verdict && view.words) {
		status = find_status(&view, no_swap);
		print_check(settings, &view, status);
	} else {
		printf("VMTOP UNKNOWN - %s\n",
		       r < 0 ? "the system cannot be read" : "a captured tree of one instant");
	}
	gather_close(gather);
	return (int)status;
}
