/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * vmtop: is this machine short of memory, and who suffers? Options; what they mean together is in
 * request.c, the work in loop.c, live.c, check.c and wait.c, the pictures in sheet.c and lines.c.
 *
 * Exit status: 0 done, 1 a sample could not be taken or the output not written, 2 wrong usage, 124
 * --wait timed out. With --check it is that of a monitoring plugin; see check.h.
 */

#include "vmtop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "live.h"
#include "request.h"
#include "screen.h"
#include "shared/message.h"
#include "shared/opts.h"

static const uint64_t DEFAULT_DELAY_NS = 2000000000;
static const uint64_t SHORTEST_DELAY_NS = 10000000;
static const uint64_t LONGEST_DELAY_NS = 86400 * NS_PER_SECOND;

enum { DEFAULT_TOP = 10, MOST_TOP = 1000000 };

static const uint64_t SHORTEST_WINDOW_NS = NS_PER_SECOND;
static const uint64_t LONGEST_WINDOW_NS = 3600 * NS_PER_SECOND;

enum {
	OPTION_CHECK = OPTS_LONG,
	OPTION_WARNING,
	OPTION_CRITICAL,
	OPTION_NO_SWAP,
	OPTION_WAIT,
	OPTION_TIMEOUT,
	OPTION_EXPLAIN,
	OPTION_PSS,
	OPTION_TIME,
	OPTION_NO_LOCK,
	OPTION_SCREEN,
	OPTION_COLOR,
};

static const struct opts_option options[] = {
	{'b', "batch", NULL, "go on until interrupted, one report after the other", 0, NULL},
	{'d', "delay", "TIME", "wait TIME between samples: 0.5, 2, 250ms, 1m (default 2 s)", 0,
	 NULL},
	{'n', "iterations", "N", "end after N reports", 0, NULL},
	{'m', "top", "N", "show N processes (default 10)", 0, NULL},
	{'S', "scope", "KIND", "rows are of the system, cgroups or processes", 0,
	 "system,cgroup,process"},
	{'p', "pid", "LIST", "only these processes, separated by commas", 0, "@pid"},
	{'u', "user", "USER", "only processes of this user, by name or number", 0, NULL},
	{'g', "cgroup", "PATH", "only this control group and those below it", 0, NULL},
	{'r', "reverse", NULL, "sort the other way round", 0, NULL},
	{OPTION_PSS, "pss", NULL, "show PSS, too: dear, of the processes shown", 0, NULL},
	{'w', "window", "TIME", "judge by the last TIME (default 10 s)", 0, NULL},
	{OPTION_CHECK, "check", NULL, "one line and exit status for Nagios and its like", 0, NULL},
	{OPTION_WARNING, "warning", "PERCENT", "time lost to paging that is pressure (default 1)",
	 0, NULL},
	{OPTION_CRITICAL, "critical", "PERCENT",
	 "time lost to paging that is thrashing (default 10)", 0, NULL},
	{OPTION_NO_SWAP, "no-swap", "STATUS", "--check: what no swap at all is (default ok)", 0,
	 "ok,warning,critical,unknown"},
	{OPTION_WAIT, "wait", "STATE", "sleep until the state is that, or worse", 0,
	 "ok,reclaiming,pressure,thrashing,severe"},
	{OPTION_TIMEOUT, "timeout", "TIME", "--wait: give up after TIME, exit status 124", 0, NULL},
	{OPTION_EXPLAIN, "explain", NULL, "what the numbers and states named, or all, mean", 0,
	 NULL},
	{OPTION_TIME, "time", "FORM", "times as iso (2026-11-22T22:06:15.123Z) or epoch", 0,
	 "iso,epoch"},
	{OPTION_NO_LOCK, "no-lock", NULL, "as root: do not lock its own memory", 0, NULL},
	{OPTION_SCREEN, "screen", NULL, "the live screen, of a captured tree too", 0, NULL},
	{OPTION_COLOR, "color", "WHEN", "color the screen: auto, always, never (default auto)", 0,
	 "auto,always,never"},
	OPTS_ROW_OUTPUT(0),
	OPTS_ROW_OUTPUT_ALL(0),
	OPTS_ROW_LIST_FIELDS(0),
	OPTS_ROW_SORT(0),
	OPTS_ROW_JSON(0),
	OPTS_ROW_RAW(0),
	OPTS_ROW_PAIRS(0),
	OPTS_ROW_CSV(0),
	OPTS_ROW_TSV(0),
	OPTS_ROW_BYTES(0),
	OPTS_ROW_NOHEADINGS(0),
	OPTS_ROW_SYSROOT,
	OPTS_ROWS_END,
};

static const struct opts_program program = {
	.name = "vmtop",
	.section = "1",
	.summary = "Show how short of memory this machine is: pressure, paging, swap, processes.",
	.operands = "[WORD...]",
	.options = options,
	.operand_values = "@field",
};

static void set_delay(struct request *request, const char *argument)
{
	uint64_t ns;

	if (!parse_duration(argument, &ns) || ns < SHORTEST_DELAY_NS || ns > LONGEST_DELAY_NS)
		opts_bad_argument(&program, 'd', argument,
				  "a time from 10ms to 24h expected, such as 0.5, 250ms, 1m");
	request->settings.delay_ns = ns;
	request->with_delay = true;
}

static void set_window(struct request *request, const char *argument)
{
	uint64_t ns;

	if (!parse_duration(argument, &ns) || ns < SHORTEST_WINDOW_NS || ns > LONGEST_WINDOW_NS)
		opts_bad_argument(&program, 'w', argument, "a time from 1s to 1h expected");
	request->window_ns = ns;
}

static void set_timeout(struct request *request, const char *argument)
{
	if (!parse_duration(argument, &request->timeout_ns) || !request->timeout_ns)
		opts_bad_argument(&program, OPTION_TIMEOUT, argument, "a time expected: 30s, 5m");
}

static void set_percent(int id, const char *argument, double *ret_percent)
{
	uint64_t percent;

	if (!parse_count(argument, 1, 100, &percent))
		opts_bad_argument(&program, id, argument, "a whole number from 1 to 100 expected");
	*ret_percent = (double)percent;
}

/* Which of the words, the last of them NULL, the argument is. */
static size_t take_word(int id, const char *argument, const char *const *words,
			const char *expected)
{
	size_t i = 0;

	while (words[i] && strcmp(words[i], argument) != 0)
		i++;
	if (!words[i])
		opts_bad_argument(&program, id, argument, expected);
	return i;
}

static void set_scope(struct request *request, const char *argument)
{
	static const char *const words[] = {"system", "cgroup", "process", NULL};

	request->settings.scope =
		SCOPE_SYSTEM +
		(enum scope)take_word('S', argument, words, "system, cgroup or process expected");
	request->settings.is_scope_chosen = true;
}

static void set_state(struct request *request, const char *argument)
{
	if (pmm_state_find(argument, &request->awaited) < 0 ||
	    request->awaited == PMM_STATE_UNKNOWN)
		opts_bad_argument(&program, OPTION_WAIT, argument,
				  "ok, reclaiming, pressure, thrashing or severe expected");
	request->with_wait = true;
}

static void set_count(int id, const char *argument, uint64_t maximum, uint64_t *ret_count)
{
	if (!parse_count(argument, 1, maximum, ret_count))
		opts_bad_argument(&program, id, argument, "a positive number expected");
}

/* Of a screen only: NO_COLOR (no-color.org) says what the user wants of every program. */
static bool wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");

	return !no_color || !*no_color;
}

static void set_color(struct request *request, const char *argument)
{
	if (strcmp(argument, "auto") != 0 && strcmp(argument, "always") != 0 &&
	    strcmp(argument, "never") != 0)
		opts_bad_argument(&program, OPTION_COLOR, argument,
				  "auto, always or never expected");
	request->settings.with_color = *argument == 'a' && (argument[1] == 'l' || wants_color());
}

/* What is judged, for --check, --wait and the report alike. */
static bool take_judging(struct request *request, int id, const char *argument)
{
	static const char *const statuses[] = {"ok", "warning", "critical", "unknown", NULL};
	struct pmm_thresholds *thresholds = &request->settings.thresholds;

	switch (id) {
	case 'w':
		set_window(request, argument);
		return true;
	case OPTION_CHECK:
		request->with_check = true;
		return true;
	case OPTION_WARNING:
		set_percent(id, argument, &thresholds->pressure_lost_percent);
		return true;
	case OPTION_CRITICAL:
		set_percent(id, argument, &thresholds->thrashing_lost_percent);
		return true;
	case OPTION_NO_SWAP:
		request->no_swap = (int)take_word(id, argument, statuses,
						  "ok, warning, critical or unknown expected");
		request->with_no_swap = true;
		return true;
	case OPTION_WAIT:
		set_state(request, argument);
		return true;
	case OPTION_TIMEOUT:
		set_timeout(request, argument);
		return true;
	default:
		return false;
	}
}

/* Which rows there are, and what is in them. */
static bool take_choice(struct request *request, int id, const char *argument)
{
	static const char *const forms[] = {"iso", "epoch", NULL};
	struct settings *settings = &request->settings;

	switch (id) {
	case 'S':
		set_scope(request, argument);
		return true;
	case 'p':
		if (!filter_set_pids(&settings->filter, argument))
			opts_bad_argument(&program, id, argument,
					  "pids separated by commas expected");
		return true;
	case 'u':
		settings->filter.user = argument;
		return true;
	case 'g':
		if (*argument != '/')
			opts_bad_argument(&program, id, argument,
					  "a path that begins with / expected");
		settings->filter.cgroup = argument;
		return true;
	case 'r':
		settings->is_reversed = true;
		return true;
	case OPTION_PSS:
		settings->with_pss = true;
		return true;
	case OPTION_TIME:
		settings->with_unix_time = take_word(id, argument, forms, "iso or epoch expected");
		return true;
	default:
		return false;
	}
}

static void take_option(struct request *request, int id, const char *argument)
{
	uint64_t count;

	if (take_judging(request, id, argument) || take_choice(request, id, argument) ||
	    field_wish_take(&request->fields, id, argument))
		return;
	switch (id) {
	case OPTION_EXPLAIN:
		request->with_explain = true;
		break;
	case OPTION_NO_LOCK:
		request->without_lock = true;
		break;
	case 'b':
		request->is_batch = true;
		break;
	case 'd':
		set_delay(request, argument);
		break;
	case 'n':
		set_count(id, argument, UINT64_MAX, &request->settings.iterations);
		request->with_iterations = true;
		break;
	case 'm':
		set_count(id, argument, MOST_TOP, &count);
		request->settings.top = (size_t)count;
		request->settings.is_top_chosen = true;
		break;
	case OPTION_SCREEN:
		request->with_screen = true;
		break;
	case OPTION_COLOR:
		set_color(request, argument);
		break;
	case OPTS_SYSROOT:
		request->sysroot = argument;
		break;
	default:
		report_options_take(&request->settings.report, id);
	}
}

/* What asks for a report, and not for a screen. */
static bool wants_report(const struct request *request)
{
	const struct settings *settings = &request->settings;
	const struct report_options *report = &settings->report;

	return request->is_batch || request->with_iterations || request->fields.with_all ||
	       request->with_check || request->with_wait || report->format != FORMAT_TABLE ||
	       report->with_exact_bytes || report->without_headings || settings->is_scope_chosen ||
	       settings->scope == SCOPE_SYSTEM || settings->scope == SCOPE_CGROUP;
}

/* A terminal that nobody asked to report on this system gets the screen. */
static bool shows_screen(const struct request *request)
{
	if (request->with_screen && wants_report(request))
		die_usage("--screen goes with nothing that is about a report, --check or --wait");
	return request->with_screen ||
	       (!wants_report(request) && !request->sysroot && screen_is_possible());
}

/* A report needs no lock: it is over before it could be evicted. */
static int run_as_asked(struct pmm_root *root, const struct request *request)
{
	const struct settings *settings = &request->settings;
	bool is_screen = shows_screen(request);

	if (!request->without_lock &&
	    (is_screen || request->with_wait || settings->iterations != 1))
		lock_memory();
	if (request->with_check)
		return check_run(root, settings, request->with_no_swap ? request->no_swap : 0);
	if (request->with_wait)
		return wait_run(root, settings, request->awaited, request->timeout_ns);
	return is_screen ? live_run(root, settings) : loop_run(root, settings);
}

static int run_on_root(struct request *request)
{
	struct pmm_root *root;
	int r, status;

	r = pmm_root_open(request->sysroot, &root);
	if (r < 0) {
		complain(request->sysroot, "%s",
			 r == -EINVAL ? "no captured tree: neither proc nor 1/proc in it"
				      : strerror(-r));
		return request->with_check ? CHECK_UNKNOWN : EXIT_FAILED;
	}
	request_choose_time(request, root);
	status = run_as_asked(root, request);
	pmm_root_close(root);
	return status;
}

static int run(struct request *request)
{
	struct field *system;
	int status;

	if (request->fields.is_question) {
		fields_print(&request->settings.report);
		return EXIT_DONE;
	}
	request_check(request);
	system = system_fields_make();
	if (request->with_explain) {
		explain(&request->settings.thresholds, system, request->words);
		free(system);
		return EXIT_DONE;
	}
	request_choose_fields(request, system);
	status = run_on_root(request);
	request_free(request);
	free(system);
	return status;
}

/* A plugin says by 2 that all is bad: not that it was called wrongly. */
static bool is_check(char **argv)
{
	bool found = false;

	for (; *argv; argv++)
		found |= !strcmp(*argv, "--check");
	return found;
}

int main(int argc, char **argv)
{
	struct request request = {
		.settings = {.delay_ns = DEFAULT_DELAY_NS,
			     .top = DEFAULT_TOP,
			     .sort = SORT_DEFAULT,
			     .with_color = wants_color()},
	};
	const char *argument;
	struct opts *opts;
	size_t words;
	int id, found, status;

	request.settings.thresholds = *pmm_thresholds_default();
	program_start(program.name);
	if (is_check(argv))
		program_set_usage_status(CHECK_UNKNOWN);
	opts = opts_open(&program, argc, argv);
	while (opts_next(opts, &id, &argument))
		take_option(&request, id, argument);
	request.words = opts_operands(opts, &words);
	if (words && !request.with_explain)
		die_usage("unexpected operand '%s'; for an interval and a count: vmtop -d 1 -n 3",
			  request.words[0]);
	found = run(&request);
	opts_close(opts);
	status = program_end(found);
	/* A plugin that could not write its line, or had to complain, has found nothing out. */
	return request.with_check && found == CHECK_OK && status != CHECK_OK ? CHECK_UNKNOWN
									     : status;
}
