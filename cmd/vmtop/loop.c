/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Time: a baseline, then on the live system a wait on an absolute schedule, so that intervals do
 * not drift, and a sample; in a captured tree the next instant, at once. The first numbers shown
 * are of the first interval, never since boot.
 */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/message.h"
#include "vmtop.h"

/* One instant of everything that is compared with the next one. */
struct instant {
	struct pmm_sample *sample;
	struct pmm_processes *processes; /* NULL: they cannot be read */
};

/* The sources of which was told why they are absent: once each, however many instants there are. */
struct told {
	const char *sources[32];
	size_t count;
	bool lacks_system;
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

static void take_processes(struct pmm_root *root, unsigned flags, struct told *told,
			   struct instant *instant)
{
	const char *words;

	if (pmm_processes_open(root, flags, &instant->processes) < 0)
		tell_once(told, "processes", pmm_root_error(root));
	else if ((words = pmm_processes_complaint(instant->processes)))
		tell_once(told, "processes", words);
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

/* False, after a complaint, if the system cannot be read at all. */
static bool take_sample(struct pmm_root *root, struct told *told, struct instant *instant)
{
	const char *words, *source;

	if (pmm_sample_take(root, &instant->sample) < 0) {
		complain(NULL, "%s", pmm_root_error(root));
		return false;
	}
	for (size_t i = 0; (words = pmm_sample_complaint(instant->sample, i, &source)); i++)
		tell_once(told, source, words);
	tell_lack(instant->sample, told);
	return true;
}

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

static void print(struct pmm_root *root, const struct settings *settings, struct view *view,
		  struct pmm_processes *now, const struct pmm_processes *before)
{
	bool is_sheet = settings->report.format == FORMAT_TABLE && settings->scope != SCOPE_SYSTEM;
	struct settings fitted = *settings;

	if (is_sheet)
		fitted.top = sheet_print(settings, view);
	view->rows = rows_select(root, &fitted, now, before);
	memcpy(view->rows->time, view->time, sizeof(view->time));
	if (!is_sheet) {
		lines_print(settings, view);
	} else if (view->rows->count) {
		putchar('\n');
		processes_print(settings, view);
	}
	rows_free(view->rows);
}

static void show(struct pmm_root *root, const struct settings *settings, struct instant *now,
		 const struct instant *before, bool is_first)
{
	struct view view = {
		.now = now->sample,
		.before = before ? before->sample : NULL,
		.interval_seconds = (double)NAN,
		.is_first = is_first,
	};

	if (before)
		view.interval_seconds = (double)(pmm_sample_boot_ns(now->sample) -
						 pmm_sample_boot_ns(before->sample)) /
					(double)NS_PER_SECOND;
	if (pmm_sample_unix_ns(view.now) != PMM_ABSENT)
		format_time(view.time, pmm_sample_unix_ns(view.now));
	print(root, settings, &view, now->processes, before ? before->processes : NULL);
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

static bool take(struct pmm_root *root, const struct settings *settings, struct told *told,
		 struct instant *ret_instant)
{
	struct instant instant = {0};

	if (!take_sample(root, told, &instant))
		return false;
	if (shows_processes(settings))
		take_processes(root, PMM_PROCESSES_STATUS, told, &instant);
	*ret_instant = instant;
	return true;
}

/* Show intervals until there are no more, none is wanted or nobody reads. */
static int show_intervals(struct pmm_root *root, const struct settings *settings, struct told *told,
			  struct instant *before)
{
	struct timespec tick;
	struct instant now;
	uint64_t shown = 0;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &tick);
	do {
		r = move_on(root, &tick, settings->delay_ns);
		if (r == 0 && !shown) /* a captured tree of one instant */
			show(root, settings, before, NULL, true);
		if (r < 0)
			complain(NULL, "%s", pmm_root_error(root));
		if (r <= 0)
			return r;
		if (!take(root, settings, told, &now))
			return -EIO;
		show(root, settings, &now, before, shown == 0);
		shown++;
		instant_free(before);
		*before = now;
	} while (output_flush() && shown != settings->iterations);
	return 0;
}

int loop_run(struct pmm_root *root, const struct settings *settings)
{
	struct told told = {0};
	struct instant before;
	int r;

	if (!take(root, settings, &told, &before))
		return EXIT_FAILED;
	r = show_intervals(root, settings, &told, &before);
	instant_free(&before);
	return r < 0 ? EXIT_FAILED : EXIT_DONE;
}
