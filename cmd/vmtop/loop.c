/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Time: a baseline, then on the live system a wait on an absolute schedule, so that intervals do
 * not drift, and a sample; in a captured tree the next instant, at once. The first numbers shown
 * are of the first interval, never since boot.
 */

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "shared/message.h"
#include "vmtop.h"

/* Sleep to the next tick of the schedule; ticks that are past are left out. */
static void wait_for_tick(struct timespec *tick, uint64_t delay_ns)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	do {
		uint64_t ns = (uint64_t)tick->tv_nsec + delay_ns % NS_PER_SECOND;

		tick->tv_sec += (time_t)(delay_ns / NS_PER_SECOND + ns / NS_PER_SECOND);
		tick->tv_nsec = (long)(ns % NS_PER_SECOND);
	} while (tick->tv_sec < now.tv_sec ||
		 (tick->tv_sec == now.tv_sec && tick->tv_nsec <= now.tv_nsec));
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, tick, NULL) == EINTR)
		;
}

static void show(struct gather *gather, const struct settings *settings, bool is_first)
{
	bool is_sheet = settings->report.format == FORMAT_TABLE && settings->scope != SCOPE_SYSTEM;
	size_t top = settings->top;
	struct view view;

	gather_view(gather, &view);
	view.is_first = is_first;
	if (is_sheet)
		top = sheet_print(settings, &view);
	gather_rows(gather, top, &view);
	if (!is_sheet) {
		lines_print(settings, &view);
	} else if (view.rows->count) {
		putchar('\n');
		processes_print(settings, &view);
	}
}

/* Reading thousands of processes is left out where none is shown. */
static bool shows_processes(const struct settings *settings)
{
	switch (settings->report.format) {
	case FORMAT_JSON:
		return true;
	case FORMAT_TABLE:
		return settings->scope != SCOPE_SYSTEM;
	default:
		return settings->scope == SCOPE_PROCESS;
	}
}

/* 1 at the next instant, 0 if there is none. */
static int move_on(struct pmm_root *root, struct timespec *tick, uint64_t delay_ns)
{
	if (pmm_root_is_live(root))
		wait_for_tick(tick, delay_ns);
	return pmm_root_next(root);
}

/* Show intervals until there are no more, none is wanted or nobody reads. */
static int show_intervals(struct pmm_root *root, const struct settings *settings,
			  struct gather *gather)
{
	struct timespec tick;
	uint64_t shown = 0;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &tick);
	do {
		r = move_on(root, &tick, settings->delay_ns);
		if (r == 0 && !shown) /* a captured tree of one instant */
			show(gather, settings, true);
		if (r < 0)
			complain(NULL, "%s", pmm_root_error(root));
		if (r <= 0)
			return r;
		if (!gather_take(gather))
			return -EIO;
		show(gather, settings, shown == 0);
		shown++;
	} while (output_flush() && shown != settings->iterations);
	return 0;
}

int loop_run(struct pmm_root *root, const struct settings *settings)
{
	struct gather *gather = gather_open(root, settings, shows_processes(settings));
	int r = gather_take(gather) ? show_intervals(root, settings, gather) : -EIO;

	gather_close(gather);
	return r < 0 ? EXIT_FAILED : EXIT_DONE;
}
