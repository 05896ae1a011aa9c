/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Time: a baseline, then on the live system a wait on an absolute schedule, so that intervals do
 * not drift, and a sample; in a captured tree the next instant, at once. The first numbers shown
 * are of the first interval, never since boot.
 */

#include <errno.h>
#include <stdio.h>

#include "shared/message.h"
#include "tick.h"
#include "vmtop.h"

/* The report for people; fields of processes that -o chose are the columns of its list. */
static bool shows_sheet(const struct settings *settings)
{
	return settings->report.format == FORMAT_TABLE &&
	       (settings->scope == SCOPE_REPORT ||
		(settings->scope == SCOPE_PROCESS && !settings->is_scope_chosen));
}

/* Reading thousands of processes is left out where none is shown. */
static bool shows_processes(const struct settings *settings)
{
	switch (settings->report.format) {
	case FORMAT_JSON:
		return true;
	case FORMAT_TABLE:
		return settings->scope == SCOPE_REPORT || settings->scope == SCOPE_PROCESS;
	default:
		return settings->scope == SCOPE_PROCESS;
	}
}

static bool has_cgroup(const struct view *view, const char *path)
{
	const struct pmm_verdict *verdict;

	for (size_t i = 0; (verdict = view_verdict(view, i)); i++)
		if (verdict->path && is_below_cgroup(verdict->path, path))
			return true;
	return false;
}

/* What is empty by what was asked for is not to look like a machine that has nothing. */
static void tell_of_nothing(const struct settings *settings, const struct view *view)
{
	const char *cgroup = settings->filter.cgroup;

	if (settings->scope == SCOPE_CGROUP && cgroup && view->before && !has_cgroup(view, cgroup))
		remark(cgroup, "no such control group");
	if (shows_processes(settings) && !view->rows->count && !filter_is_open(&settings->filter))
		remark(NULL, "no process is one of those that -p, -u and -g ask for");
}

static void show(struct gather *gather, const struct settings *settings, bool is_first)
{
	bool is_sheet = shows_sheet(settings);
	size_t top = settings->top;
	struct view view;

	gather_view(gather, &view);
	view.is_first = is_first;
	if (is_sheet)
		top = sheet_print(settings, &view);
	gather_rows(gather, top, &view);
	if (is_first)
		tell_of_nothing(settings, &view);
	if (!is_sheet) {
		lines_print(settings, &view);
	} else if (view.rows->count) {
		putchar('\n');
		processes_print(settings, &view);
	}
}

/* 1 at the next instant, 0 if there is none. */
static int move_on(struct pmm_root *root, struct tick *tick)
{
	if (pmm_root_is_live(root))
		tick_wait(tick);
	return pmm_root_next(root);
}

/* Show intervals until there are no more, none is wanted or nobody reads. */
static int show_intervals(struct pmm_root *root, const struct settings *settings,
			  struct gather *gather)
{
	struct tick tick = tick_begin(settings->delay_ns);
	uint64_t shown = 0;
	int r;

	do {
		r = move_on(root, &tick);
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
