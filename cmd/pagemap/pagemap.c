/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap: what is behind the virtual addresses of a process. Options and operands; the work is in
 * vmas.c, pages.c, at.c...: a file for each subcommand.
 *
 * Exit status: 0 done; 1 something could not be read, or not all of it; 2 wrong usage; 3 nothing
 * matches, or maps what `who` was asked for.
 */

#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"

enum {
	OPTION_DISABLE = OPTS_LONG,
	OPTION_BY,
	OPTION_MAP,
	OPTION_WIDTH,
	OPTION_ASCII,
	OPTION_RANGES,
	OPTION_MISSING,
	OPTION_WHO,
};

enum { LEAST_COLUMNS = 20, MOST_COLUMNS = 10000 };

static const struct opts_mode modes[] = {
	{"vmas", "PROCESS...", "list the mappings of each process, and what is behind them",
	 MODE_VMAS, "@pid"},
	{"pages", "PROCESS...",
	 "list the runs of pages that are alike, with frames, flags and slots", MODE_PAGES, "@pid"},
	{"at", "PROCESS [ADDRESS...]", "follow addresses through the page table to a frame or slot",
	 MODE_AT, "@pid"},
	{"map", "PROCESS...", "draw the address space of each process", MODE_MAP, "@pid"},
	{"thp", "PROCESS...", "say how large the folios of each process are", MODE_THP, "@pid"},
	{"who", "[WHAT...]", "find who maps a frame, a slot of swap or a page of a file", MODE_WHO,
	 "@file"},
	{"frames", NULL, "say what all frames of RAM are used for", MODE_FRAMES, NULL},
	{"file", "PATH...", "say what of files is in the page cache", MODE_FILE, "@file"},
	{"swap", "[AREA...]", "say what is in swap areas, and who has how much of it", MODE_SWAP,
	 "@file"},
	{"decode", "[KIND:]WORD...",
	 "say what words of pagemap, kpageflags or PAGEMAP_SCAN (scan) mean", MODE_DECODE, NULL},
	{"caps", NULL, "list what this kernel and these rights allow", MODE_CAPS, NULL},
	{NULL, NULL, NULL, 0, NULL},
};

static const struct opts_option options[] = {
	OPTS_ROW_OUTPUT(MODES_OF_ROWS),
	OPTS_ROW_OUTPUT_ALL(MODES_OF_ROWS),
	OPTS_ROW_LIST_FIELDS(MODES_OF_ROWS),
	OPTS_ROW_SORT(MODE_VMAS | MODE_MAP | MODES_OF_VIEWS),
	OPTS_ROW_JSON(0),
	OPTS_ROW_RAW(MODES_OF_TABLES),
	OPTS_ROW_PAIRS(MODES_OF_TABLES),
	OPTS_ROW_CSV(MODES_OF_ROWS),
	OPTS_ROW_TSV(MODES_OF_ROWS),
	OPTS_ROW_BINARY(MODE_PAGES),
	OPTS_ROW_BYTES(MODES_OF_ROWS),
	OPTS_ROW_NOHEADINGS(MODES_OF_ROWS),
	{'1', "each", NULL, "a line for each page, not for each run", MODE_PAGES, NULL},
	{'s', "summary", NULL, "a line for each process, and their total", MODE_VMAS, NULL},
	{'A', "all", NULL, "all processes that have memory", MODES_OF_PIDS, NULL},
	{'C', "cgroup", "PATH", "only processes of this cgroup, and of those below it",
	 MODES_OF_PIDS, NULL},
	{'u', "user", "NAME", "only processes of this user, by name or number", MODES_OF_PIDS,
	 NULL},
	{'a', "range", "RANGE", "only these pages: START-END, START+LENGTH or START", MODES_OF_PIDS,
	 NULL},
	{'n', "name", "PATTERN", "only mappings of this name: '*libc*', '[heap]', '[anon]'",
	 MODES_OF_PIDS, NULL},
	{'P', "permissions", "LETTERS", "only mappings that have these of rwxsp; or exactly rw-p",
	 MODES_OF_PIDS, NULL},
	{'k', "kind", "EXPRESSION", "only pages of these states, classes, flags: 'anon,~mlocked'",
	 MODES_OF_PIDS | MODE_FRAMES, NULL},
	{OPTION_BY, "by", "WHAT",
	 "thp: a line for each size, mapping or run; "
	 "frames: a line for each class, flags, node or cgroup; "
	 "swap: a line for each process or area",
	 MODES_OF_LINES, "class,flags,node,cgroup,size,mapping,run,process,area"},
	{'r', "recursive", NULL, "the files below directories", MODE_FILE, NULL},
	{OPTION_RANGES, "ranges", NULL, "the ranges of each file that are in the page cache",
	 MODE_FILE, NULL},
	{OPTION_MISSING, "missing", NULL, "the ranges of each file that are not", MODE_FILE, NULL},
	{OPTION_WHO, "who", NULL, "who maps the files, and where", MODE_FILE, NULL},
	{OPTION_MAP, "map", NULL, "a picture instead of a table",
	 MODE_FRAMES | MODE_FILE | MODE_SWAP, NULL},
	{OPTION_WIDTH, "width", "COLUMNS", "columns of a picture, instead of the terminal's",
	 MODES_OF_PICTURES, NULL},
	{OPTION_ASCII, "ascii", NULL, "draw in ASCII, whatever the terminal can", MODES_OF_PICTURES,
	 NULL},
	{OPTION_DISABLE, "disable", "LIST",
	 "take these facilities of the kernel for missing; they are in pagemap(1)", 0,
	 "scan,cachestat,procmap-query,frames,kpageflags,kpagecount,kpagecgroup,map-files,"
	 "soft-dirty,ksm-flag,nopage-flag"},
	OPTS_ROW_SYSROOT,
	OPTS_ROWS_END,
};

static const struct opts_program program = {
	.name = "pagemap",
	.section = "1",
	.summary =
		"Show what is behind the addresses of a process: frames, swap slots, or nothing.",
	.modes = modes,
	.options = options,
};

/* Which processes, and which pages of them; false: it is another option. */
static bool take_filter(struct settings *settings, int id, const char *argument)
{
	const char *expected = NULL;
	char *why = NULL;

	switch (id) {
	case 'A':
		settings->scope.with_all = true;
		break;
	case 'C':
		settings->scope.cgroup = argument;
		break;
	case 'u':
		settings->scope.user = argument;
		break;
	case 'a':
		if (settings->filter.end_address)
			die_usage("--range: one is all that is taken");
		if (!filter_parse_range(argument, &settings->filter))
			expected = "hexadecimal addresses expected, as in 7f1c00000000-7f1c00200000"
				   " or 7f1c00000000+2M";
		break;
	case 'n':
		filter_add_name(&settings->filter, argument);
		break;
	case 'P':
		if (!filter_parse_permissions(argument, &settings->filter))
			expected = "letters of rwxsp expected, or all as in rw-p";
		break;
	case 'k':
		if (!filter_add_kind(argument, &settings->filter, &why))
			expected = why;
		break;
	default:
		return false;
	}
	if (expected)
		opts_bad_argument(&program, id, argument, expected);
	return true;
}

static size_t parse_columns(const char *word)
{
	uint64_t columns;

	if (!parse_count(word, LEAST_COLUMNS, MOST_COLUMNS, &columns))
		opts_bad_argument(&program, OPTION_WIDTH, word, "20 to 10000 expected");
	return (size_t)columns;
}

/* How to draw; false: it is another option. */
static bool take_picture(struct settings *settings, int id, const char *argument)
{
	settings->with_map |= id == OPTION_MAP;
	settings->in_ascii |= id == OPTION_ASCII;
	if (id == OPTION_WIDTH)
		settings->picture_columns = parse_columns(argument);
	return id == OPTION_MAP || id == OPTION_ASCII || id == OPTION_WIDTH;
}

/* Which files, and which table of them; false: it is another option. */
static bool take_file(struct settings *settings, int id)
{
	enum file_view view = id == OPTION_WHO ? FILE_VIEW_MAPPERS : FILE_VIEW_RANGES;
	bool is_view = id == OPTION_RANGES || id == OPTION_MISSING || id == OPTION_WHO;

	settings->with_recursion |= id == 'r';
	settings->with_cached |= id == OPTION_RANGES;
	settings->with_missing |= id == OPTION_MISSING;
	if (is_view && settings->view != FILE_VIEW_SUMS && settings->view != view)
		die_usage("--who goes neither with --ranges nor with --missing");
	if (is_view)
		settings->view = view;
	return is_view || id == 'r';
}

static void take_option(struct request *request, int id, const char *argument)
{
	struct settings *settings = &request->inquest.settings;

	if (take_filter(settings, id, argument) || take_picture(settings, id, argument) ||
	    take_file(settings, id) || field_wish_take(&request->fields, id, argument))
		return;
	switch (id) {
	case '1':
		settings->with_each = true;
		break;
	case OPTS_BINARY:
		settings->is_binary = true;
		break;
	case 's':
		settings->with_summary = true;
		break;
	case OPTION_BY:
		request->by = argument;
		break;
	case OPTION_DISABLE:
		if (!parse_facilities(argument, &request->disabled))
			opts_bad_argument(&program, id, argument,
					  "facilities expected, as `pagemap caps` lists them");
		break;
	case OPTS_SYSROOT:
		request->sysroot = argument;
		break;
	default:
		report_options_take(&settings->report, id);
	}
}

static void run_processes(struct inquest *inquest, const struct work *work, char **operands,
			  size_t count)
{
	pid_t *pids;

	if (!filter_can_be_answered(inquest))
		return;
	pids = scope_find(inquest, operands, count, &count);
	/* A document that says of whom there is nothing is one, too. */
	if (count || inquest->settings.report.format == FORMAT_JSON)
		work->run(inquest, pids, count);
	scope_close(inquest);
	free(pids);
}

static void run_at(struct inquest *inquest, char **operands, size_t count)
{
	uint64_t *addresses = allocate(count, sizeof(*addresses));
	size_t found;
	pid_t *pids;

	if (count == 2 && !strcmp(operands[1], "-"))
		count = 1; /* from standard input, as without any */
	for (size_t i = 1; i < count; i++)
		if (!parse_typed_address(operands[i], &addresses[i - 1]))
			die_usage("'%s': address expected, hexadecimal: 0x7f1c0012f3a8; 0x may "
				  "be left out of one that cannot be decimal or has 8 digits",
				  operands[i]);
	pids = scope_find(inquest, operands, 1, &found);
	if (found > 1)
		complain(operands[0], "%zu processes of that name: choose one by its number",
			 found);
	else if (found || inquest->settings.report.format == FORMAT_JSON)
		at_run(inquest, found ? pids[0] : 0, addresses, count - 1);
	scope_close(inquest);
	free(pids);
	free(addresses);
}

static void run(struct request *request, const struct opts_mode *mode, char **operands,
		size_t count)
{
	struct inquest *inquest = &request->inquest;
	int r = pmm_root_open(request->sysroot, &inquest->root);

	if (r < 0) {
		complain(request->sysroot, "%s",
			 r == -EINVAL ? "no captured tree: neither proc nor 1/proc in it"
				      : strerror(-r));
		return;
	}
	if (pmm_facilities_open(inquest->root, request->disabled, &inquest->facilities) < 0)
		die_no_memory();
	if (mode->bit == MODE_CAPS)
		caps_run(inquest);
	else if (mode->bit == MODE_FRAMES)
		frames_run(inquest);
	else if (mode->bit == MODE_FILE)
		file_run(inquest, operands, count);
	else if (mode->bit == MODE_AT)
		run_at(inquest, operands, count);
	else if (mode->bit == MODE_WHO)
		who_run(inquest, operands, count);
	else if (mode->bit == MODE_SWAP)
		swap_run(inquest, operands, count);
	else
		run_processes(inquest, work_of(request, mode), operands, count);
	pmm_facilities_close(inquest->facilities);
	pmm_root_close(inquest->root);
}

static void check_operands(const struct request *request, const struct opts_mode *mode,
			   size_t count)
{
	if (count || mode->bit & MODES_WITHOUT_OPERANDS)
		return;
	if (mode->bit == MODE_DECODE || mode->bit == MODE_FILE)
		die_usage("%s expected", mode->bit == MODE_FILE ? "path" : "word");
	if (mode->bit == MODE_AT)
		die_usage("process expected: its id or name");
	if (!scope_is_set(&request->inquest.settings.scope))
		die_usage("process expected: its id or name, or --all");
}

/* Like grep(1), but a fault counts more. */
static int exit_status(const struct request *request, const struct opts_mode *mode)
{
	bool is_search = mode->bit == MODE_WHO || filter_is_set(&request->inquest.settings.filter);
	bool has_match = request->tally.matches || !is_search;

	return has_match || program_has_failed() ? EXIT_DONE : EXIT_NO_MATCH;
}

/* What is written row by row, however many there are. */
static bool is_endless(const struct settings *settings, const struct opts_mode *mode)
{
	return mode->bit == MODE_PAGES ||
	       (mode->bit == MODE_FILE && settings->view == FILE_VIEW_RANGES &&
		settings->report.format == FORMAT_TABLE);
}

/* "--by: 'size': class, flags, node or cgroup expected" */
_Noreturn static void refuse_view(const struct request *request, const struct opts_mode *mode)
{
	const struct view *views = work_of(request, mode)->views;
	char *names = format_text("%s", views[0].name);

	for (size_t i = 1; views[i].name; i++) {
		char *longer = format_text("%s%s%s", names, views[i + 1].name ? ", " : " or ",
					   views[i].name);

		free(names);
		names = longer;
	}
	opts_bad_argument(&program, OPTION_BY, request->by, format_text("%s expected", names));
}

int main(int argc, char **argv)
{
	struct request request = {.inquest.settings = {.sort = SORT_ADDRESS}};
	struct settings *settings = &request.inquest.settings;
	const struct opts_mode *mode;
	const struct view *view;
	const char *argument;
	struct opts *opts;
	char **operands;
	size_t count;
	int id, status;

	program_start(program.name);
	request.inquest.tally = &request.tally;
	opts = opts_open(&program, argc, argv);
	mode = opts_mode(opts);
	while (opts_next(opts, &id, &argument))
		take_option(&request, id, argument);
	view = choose_view(&request, mode);
	if (view && !view->name && request.by)
		refuse_view(&request, mode);
	if (request.fields.is_question)
		list_fields(&request, mode, view);
	settings->report.is_endless = is_endless(settings, mode);
	operands = opts_operands(opts, &count);
	check_operands(&request, mode, count);
	choose_fields(&request, mode, view);
	if (mode->bit == MODE_DECODE)
		decode_run(settings, operands);
	else
		run(&request, mode, operands, count);
	status = exit_status(&request, mode);
	selection_free(&settings->fields);
	filter_free(&settings->filter);
	opts_close(opts);
	return program_end(status);
}
