/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What is taken at each instant and compared with the one before: the system, its processes, what
 * the kernel counts of their waits, and the verdict of it. It is made into a view, which everything
 * that shows takes as it is. Why something is missing is told here, once.
 */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "shared/message.h"
#include "vmtop.h"

/* One instant of everything that is compared with the next one. */
struct instant {
	struct pmm_sample *sample;
	struct pmm_processes *processes; /* NULL: they cannot be read, or are not shown */
};

/* The sources of which was told why they are absent: once each, however many instants there are. */
struct told {
	const char *sources[32];
	size_t count;
	bool lacks_system;
	bool shows_estimates;
};

struct gather {
	struct pmm_root *root;
	const struct settings *settings;
	bool with_processes;
	struct told told;
	struct instant now;
	struct instant before; /* nothing in it: there was none */
	struct pmm_identities *identities;
	struct pmm_delays *delays; /* NULL: they are not to be had, */
	int delays_error;	   /* for this reason */
	struct judge *judge;
	bool is_hurried;
	struct rows rows;
	bool is_collected; /* the rows are all processes of this instant, in no order yet */
};

static void instant_free(struct instant *instant)
{
	instant->sample = pmm_sample_free(instant->sample);
	instant->processes = pmm_processes_close(instant->processes);
}

static void tell_once(struct told *told, const char *source, const char *words)
{
	for (size_t i = 0; i < told->count; i++)
		if (!strcmp(told->sources[i], source))
			return;
	if (told->count < sizeof(told->sources) / sizeof(*told->sources))
		told->sources[told->count++] = source;
	remark(NULL, "%s", words);
}

static bool is_empty(const struct pmm_counters *counters)
{
	return !counters || !pmm_counters_count(counters);
}

/* Without both there is hardly a number left: then the command has failed. */
static void tell_lack(const struct pmm_sample *sample, struct told *told)
{
	if (told->lacks_system || !is_empty(pmm_sample_meminfo(sample)) ||
	    !is_empty(pmm_sample_vmstat(sample)))
		return;
	told->lacks_system = true;
	complain(NULL, "neither proc/meminfo nor proc/vmstat can be read: no number of the system");
}

static bool take_sample(struct gather *gather)
{
	struct pmm_sample **sample = &gather->now.sample;
	const char *words, *source;

	if (pmm_sample_take(gather->root, sample) < 0) {
		complain(NULL, "%s", pmm_root_error(gather->root));
		return false;
	}
	for (size_t i = 0; (words = pmm_sample_complaint(*sample, i, &source)); i++)
		tell_once(&gather->told, source, words);
	tell_lack(*sample, &gather->told);
	return true;
}

static void take_processes(struct gather *gather)
{
	struct pmm_processes **processes = &gather->now.processes;
	const char *words;

	if (pmm_processes_open_since(gather->root, PMM_PROCESSES_STATUS, gather->before.processes,
				     processes) < 0) {
		tell_once(&gather->told, "processes", pmm_root_error(gather->root));
		return;
	}
	words = pmm_processes_complaint(*processes);
	if (words)
		tell_once(&gather->told, "processes", words);
	/* Later there may be no memory to ask a name service in. */
	if (!gather->before.processes &&
	    pmm_identities_learn_users(gather->identities, *processes) < 0)
		die_no_memory();
	if (gather->delays && pmm_delays_update(gather->delays, *processes) < 0)
		die_no_memory();
}

/* With the first sample: a process stays in the container that it is in. */
static void tell_of_container(struct gather *gather)
{
	char *words;
	int r = pmm_container_read(gather->root, &words);

	if (r < 0)
		die_no_memory();
	if (r == 0)
		return;
	remark(NULL, "%s", words);
	free(words);
}

bool gather_take(struct gather *gather)
{
	instant_free(&gather->before);
	gather->before = gather->now;
	gather->now = (struct instant){0};
	if (!take_sample(gather))
		return false;
	if (!gather->before.sample)
		tell_of_container(gather);
	judge_feed(gather->judge, gather->now.sample);
	if (gather->with_processes)
		take_processes(gather);
	return true;
}

struct gather *gather_open(struct pmm_root *root, const struct settings *settings,
			   bool with_processes)
{
	struct gather *gather = allocate(1, sizeof(*gather));

	gather->root = root;
	gather->settings = settings;
	gather->with_processes = with_processes;
	if (pmm_identities_open(root, &gather->identities) < 0)
		die_no_memory();
	gather->judge = judge_open(root, settings);
	if (with_processes)
		gather->delays_error = pmm_delays_open(root, &gather->delays);
	return gather;
}

struct gather *gather_close(struct gather *gather)
{
	instant_free(&gather->now);
	instant_free(&gather->before);
	rows_free(&gather->rows);
	judge_close(gather->judge);
	pmm_identities_close(gather->identities);
	pmm_delays_close(gather->delays);
	free(gather);
	return NULL;
}

/* Only where somebody seems to suffer does it matter how well that is known. */
static void tell_of_estimates(struct gather *gather)
{
	const char *why = NULL;
	bool has_estimate = false;

	for (size_t i = 0; i < gather->rows.count; i++)
		has_estimate |= gather->rows.items[i].lost_source == lost_by_estimate &&
				gather->rows.items[i].lost_percent > 0;
	if (!has_estimate || gather->told.shows_estimates)
		return;
	gather->told.shows_estimates = true;
	if (gather->delays)
		why = "it was turned on after some processes had started";
	else if (gather->delays_error == -ENODATA)
		why = "it is off; sysctl kernel.task_delayacct=1 turns it on for what starts then";
	else if (gather->delays_error == -EPERM)
		why = "it needs CAP_NET_ADMIN; run as root";
	if (why)
		remark(NULL, "LOST is estimated, not from delay accounting: %s", why);
}

/* While pages are fought for, nobody is asked who may have to wait for some. */
static bool is_hurried(const struct gather *gather, const struct view *view)
{
	return view->verdict && view->verdict->state >= PMM_STATE_PRESSURE &&
	       pmm_root_is_live(gather->root);
}

static struct crowd crowd_of(const struct gather *gather)
{
	return (struct crowd){
		.root = gather->root,
		.now = gather->now.processes,
		.before = gather->before.processes,
		.identities = gather->identities,
		.delays = gather->delays,
		.swap_read_seconds = judge_swap_read_seconds(gather->judge),
		.is_hurried = gather->is_hurried,
	};
}

/*
 * All processes, and what is to be said of those that matter for the verdict: who suffers does so
 * whether or not it is among those to be shown.
 */
static void collect(struct gather *gather, struct view *view)
{
	static const struct filter everyone;
	struct crowd crowd;

	gather->is_hurried = is_hurried(gather, view);
	crowd = crowd_of(gather);
	pmm_identities_age(gather->identities);
	rows_collect(&gather->rows, &everyone, &crowd);
	gather->is_collected = true;
	judge_tell(gather->judge, &gather->rows, &crowd, view);
}

void gather_view(struct gather *gather, struct view *ret_view)
{
	const struct pmm_sample *now = gather->now.sample, *before = gather->before.sample;
	struct view view = {
		.now = now,
		.before = before,
		.interval_seconds = (double)NAN,
		.unix_seconds = (double)NAN,
		.rows = &gather->rows,
	};

	if (before)
		view.interval_seconds =
			(double)(pmm_sample_boot_ns(now) - pmm_sample_boot_ns(before)) /
			(double)NS_PER_SECOND;
	if (pmm_sample_unix_ns(now) != PMM_ABSENT) {
		format_time(view.time, pmm_sample_unix_ns(now));
		if (gather->settings->with_unix_time)
			view.unix_seconds =
				(double)(pmm_sample_unix_ns(now) / NS_PER_MILLISECOND) / 1000;
	}
	judge_view(gather->judge, &view);
	collect(gather, &view);
	*ret_view = view;
}

void gather_order(struct gather *gather, size_t top, struct view *view)
{
	struct crowd crowd = crowd_of(gather);

	if (!gather->is_collected || !filter_is_open(&gather->settings->filter))
		rows_collect(&gather->rows, &gather->settings->filter, &crowd);
	gather->is_collected = false;
	rows_order(&gather->rows, gather->settings, &crowd, top);
	tell_of_estimates(gather);
	view->rows = &gather->rows;
}

/* An address space is shown to who may trace the process: ptrace(2), PTRACE_MODE_READ. */
static void tell_of_pss(struct gather *gather)
{
	for (size_t i = 0; i < gather->rows.count; i++) {
		int error = gather->rows.items[i].detail.pss_error;

		if (error == -EACCES || error == -EPERM)
			tell_once(&gather->told, "pss",
				  "PSS of some processes is hidden: it needs CAP_SYS_PTRACE");
	}
	if (gather->rows.is_without_pss)
		tell_once(&gather->told, "pss under pressure",
			  "PSS is left out while memory is short: to find it out, one would have "
			  "to wait for some");
}

void gather_complete(struct gather *gather, struct window window)
{
	struct crowd crowd = crowd_of(gather);

	rows_complete(&gather->rows, gather->settings, &crowd, window);
	tell_of_pss(gather);
}

void gather_rows(struct gather *gather, size_t top, struct view *view)
{
	gather_order(gather, top, view);
	gather_complete(gather, (struct window){0, top});
}
