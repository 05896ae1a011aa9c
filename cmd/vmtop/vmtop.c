/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * vmtop: is this machine short of memory, and who suffers? Options and settings; the work is in
 * loop.c, the pictures in sheet.c and lines.c.
 *
 * Exit status: 0 done, 1 a sample could not be taken or the output not written, 2 wrong usage.
 */

#include "vmtop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "screen.h"
#include "shared/message.h"
#include "shared/opts.h"

static const uint64_t DEFAULT_DELAY_NS = 2000000000;
static const uint64_t SHORTEST_DELAY_NS = 10000000;
static const uint64_t LONGEST_DELAY_NS = 86400 * NS_PER_SECOND;

enum { DEFAULT_TOP = 10, MOST_TOP = 1000000 };

enum { OPTION_SCREEN = OPTS_LONG + 64, OPTION_COLOR };

static const struct opts_option options[] = {
	{'b', "batch", NULL, "go on until interrupted, one report after the other", 0, NULL},
	{'d', "delay", "TIME", "wait TIME between samples: 0.5, 2, 250ms, 1m (default 2 s)", 0,
	 NULL},
	{'n', "iterations", "N", "end after N reports", 0, NULL},
	{'m', "top", "N", "show N processes (default 10)", 0, NULL},
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
	.options = options,
	.operand_hint = "for an interval and a count: vmtop -d 1 -n 3",
};

/* What was typed, before it is made into settings. */
struct request {
	struct settings settings;
	const char *fields;
	const char *sort;
	const char *sysroot;
	bool is_batch;
	bool with_screen; /* whatever else says */
	bool with_iterations;
	bool with_all_fields;
	bool with_field_list; /* and nothing else */
};

static void set_delay(struct request *request, const char *argument)
{
	uint64_t ns;

	if (!parse_duration(argument, &ns) || ns < SHORTEST_DELAY_NS || ns > LONGEST_DELAY_NS)
		opts_bad_argument(&program, 'd', argument,
				  "a time from 10ms to 24h expected, such as 0.5, 250ms, 1m");
	request->settings.delay_ns = ns;
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

static void take_option(struct request *request, int id, const char *argument)
{
	uint64_t count;

	switch (id) {
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
	case OPTS_OUTPUT:
		request->fields = argument;
		break;
	case OPTS_OUTPUT_ALL:
		request->with_all_fields = true;
		break;
	case OPTS_SORT:
		request->sort = argument;
		break;
	case OPTS_LIST_FIELDS:
		request->with_field_list = true;
		break;
	case OPTS_SYSROOT:
		request->sysroot = argument;
		break;
	default:
		report_options_take(&request->settings.report, id);
	}
}

static void choose_sort(struct request *request, const struct field *system)
{
	if (!request->sort)
		return;
	fields_refuse_others(process_fields, system, request->sort,
			     "a field of the system; only processes are sorted");
	request->settings.sort = field_find(process_fields, request->sort);
}

/* Which fields, of what: -o names fields of the system or of processes, not of both. */
static void choose_fields(struct request *request, const struct field *system)
{
	struct settings *settings = &request->settings;
	const char *process_list = NULL, *system_list = NULL;

	if (request->fields && fields_are_of_processes(system, request->fields)) {
		fields_refuse_others(process_fields, system, request->fields,
				     "a field of the system; it cannot be mixed with those of "
				     "processes");
		settings->scope = SCOPE_PROCESS;
		process_list = request->fields;
	} else if (request->fields) {
		settings->scope = SCOPE_SYSTEM;
		system_list = request->fields;
	}
	settings->system = selection_parse(system, system_list);
	settings->process = request->with_all_fields
				    ? selection_all(process_fields)
				    : selection_parse(process_fields, process_list);
}

/* A captured tree is shown to its end; of the live system one report, unless told otherwise. */
static void choose_iterations(struct request *request, const struct pmm_root *root)
{
	if (request->with_iterations)
		return;
	request->settings.iterations = request->is_batch || !pmm_root_is_live(root) ? 0 : 1;
}

/* What asks for a report, and not for a screen. */
static bool wants_report(const struct request *request)
{
	const struct report_options *report = &request->settings.report;

	return request->is_batch || request->with_iterations || request->with_all_fields ||
	       report->format != FORMAT_TABLE || report->with_exact_bytes ||
	       report->without_headings || request->settings.scope == SCOPE_SYSTEM;
}

/* A terminal that nobody asked to report on this system gets the screen. */
static bool shows_screen(const struct request *request)
{
	if (request->with_screen && wants_report(request))
		die_usage("--screen goes with neither -b, -n, a format nor fields of the system");
	return request->with_screen ||
	       (!wants_report(request) && !request->sysroot && screen_is_possible());
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
		return EXIT_FAILED;
	}
	choose_iterations(request, root);
	status = shows_screen(request) ? live_run(root, &request->settings)
				       : loop_run(root, &request->settings);
	pmm_root_close(root);
	return status;
}

static int run(struct request *request)
{
	struct field *system;
	int status;

	if (request->with_field_list) {
		fields_print(&request->settings.report);
		return EXIT_DONE;
	}
	system = system_fields_make();
	choose_fields(request, system);
	choose_sort(request, system);
	status = run_on_root(request);
	selection_free(&request->settings.system);
	selection_free(&request->settings.process);
	free(system);
	return status;
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
	int id;

	program_start(program.name);
	opts = opts_open(&program, argc, argv);
	while (opts_next(opts, &id, &argument))
		take_option(&request, id, argument);
	opts_close(opts);
	return program_end(run(&request));
}
