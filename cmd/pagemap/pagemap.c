/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap: what is behind the virtual addresses of a process. Options and operands; the work is in
 * vmas.c, pages.c, at.c...: a file for each subcommand.
 *
 * Exit status: 0 done; 1 something could not be read, or not all of it; 2 wrong usage.
 */

#include "pagemap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/field-list.h"
#include "shared/message.h"
#include "shared/opts.h"
#include "shared/text.h"
#include "shared/units.h"

enum {
	MODE_VMAS = 1 << 0,
	MODE_AT = 1 << 1,
	MODE_PAGES = 1 << 2,
	MODE_DECODE = 1 << 3,
	MODE_CAPS = 1 << 4,
	MODES_OF_PIDS = MODE_VMAS | MODE_PAGES,
	MODES_OF_TABLES = MODE_VMAS | MODE_DECODE | MODE_CAPS,
	MODES_OF_ROWS = MODE_VMAS | MODE_PAGES | MODE_DECODE | MODE_CAPS,
};

enum { OPTION_DISABLE = OPTS_LONG };

enum { MAPS_DIGITS = 8 }; /* the fewest that an address has in /proc/PID/maps */

enum { HIGHEST_PID = 4194304 }; /* PID_MAX_LIMIT of include/linux/threads.h, on 64-bit machines */

static const struct opts_mode modes[] = {
	{"vmas", "PID...", "list the mappings of each process, and what is behind them", MODE_VMAS,
	 "@pid"},
	{"pages", "PID...", "list the runs of pages that are alike, with frames, flags and slots",
	 MODE_PAGES, "@pid"},
	{"at", "PID ADDRESS...", "follow addresses through the page table to a frame or slot",
	 MODE_AT, "@pid"},
	{"decode", "[KIND:]WORD...",
	 "say what words of pagemap, kpageflags or PAGEMAP_SCAN (scan) mean", MODE_DECODE, NULL},
	{"caps", NULL, "list what this kernel and these rights allow", MODE_CAPS, NULL},
	{NULL, NULL, NULL, 0, NULL},
};

static const struct opts_option options[] = {
	OPTS_ROW_OUTPUT(MODES_OF_ROWS),
	OPTS_ROW_OUTPUT_ALL(MODES_OF_ROWS),
	OPTS_ROW_LIST_FIELDS(MODES_OF_ROWS),
	OPTS_ROW_SORT(MODE_VMAS),
	OPTS_ROW_JSON(0),
	OPTS_ROW_RAW(MODES_OF_TABLES),
	OPTS_ROW_PAIRS(MODES_OF_TABLES),
	OPTS_ROW_CSV(MODES_OF_ROWS),
	OPTS_ROW_TSV(MODES_OF_ROWS),
	OPTS_ROW_BYTES(MODES_OF_ROWS),
	OPTS_ROW_NOHEADINGS(MODES_OF_ROWS),
	{'1', "each", NULL, "a line for each page, not for each run", MODE_PAGES, NULL},
	{'a', "range", "START-END", "only the pages from START to before END", MODE_PAGES, NULL},
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

/* What was typed, before it is made into settings. */
struct request {
	struct inquest inquest;
	unsigned disabled; /* facilities that shall be taken for missing: a bit for each */
	const char *fields;
	const char *sysroot;
	bool with_all_fields;
	bool with_field_list; /* and nothing else */
};

static bool has_0x(const char *word)
{
	return !strncmp(word, "0x", 2);
}

static void parse_range(const char *range, struct settings *settings)
{
	size_t length = strcspn(range, "-");
	char *start = format_text("%s%.*s", has_0x(range) ? "" : "0x", (int)length, range);
	const char *rest = range + length + (range[length] == '-');
	char *end = format_text("%s%s", has_0x(rest) ? "" : "0x", rest);

	if (!parse_address(start, &settings->start_address) ||
	    !parse_address(end, &settings->end_address) ||
	    settings->start_address >= settings->end_address)
		opts_bad_argument(
			&program, 'a', range,
			"two hexadecimal addresses expected, as in 7f1c00000000-7f1c00200000");
	free(start);
	free(end);
}

/* Names of facilities, separated by commas, to a bit for each. */
static unsigned parse_facilities(const char *list)
{
	unsigned facilities = 0;

	for (const char *at = list; *at; at += strspn(at, ",")) {
		size_t length = strcspn(at, ",");
		char *name = format_text("%.*s", (int)length, at);
		enum pmm_facility which = pmm_facility_find(name);

		free(name);
		if (which == PMM_FACILITIES)
			opts_bad_argument(&program, OPTION_DISABLE, list,
					  "facilities expected, as `pagemap caps` lists them");
		facilities |= 1U << which;
		at += length;
	}
	return facilities;
}

static void take_option(struct request *request, int id, const char *argument)
{
	switch (id) {
	case OPTS_OUTPUT:
		request->fields = argument;
		break;
	case OPTS_OUTPUT_ALL:
		request->with_all_fields = true;
		break;
	case '1':
		request->inquest.settings.with_each = true;
		break;
	case 'a':
		parse_range(argument, &request->inquest.settings);
		break;
	case OPTS_SORT:
		request->inquest.settings.sort = field_find(mapping_fields, argument);
		break;
	case OPTS_LIST_FIELDS:
		request->with_field_list = true;
		break;
	case OPTION_DISABLE:
		request->disabled = parse_facilities(argument);
		break;
	case OPTS_SYSROOT:
		request->sysroot = argument;
		break;
	default:
		report_options_take(&request->inquest.settings.report, id);
	}
}

/* What a mode lists: the name of its array in JSON, and its fields. */
static const struct field_list *list_of(const struct opts_mode *mode)
{
	static const struct {
		unsigned mode;
		struct field_list list;
	} lists[] = {
		{MODE_VMAS, {"mappings", NULL, mapping_fields}},
		{MODE_PAGES, {"runs", NULL, run_fields}},
		{MODE_DECODE, {"words", NULL, word_fields}},
		{MODE_CAPS, {"facilities", NULL, facility_fields}},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (lists[i].mode == mode->bit)
			return &lists[i].list;
	return &lists[0].list;
}

_Noreturn static void list_fields(const struct report_options *report, const struct opts_mode *mode)
{
	const struct field_list lists[] = {*list_of(mode), {NULL, NULL, NULL}};

	fields_list(report, "pagemap/1", lists);
	exit(program_end(EXIT_DONE));
}

/* Rows of several processes in one file say whose they are; a table and JSON say it above them. */
static void choose_fields(struct request *request, const struct opts_mode *mode)
{
	enum format format = request->inquest.settings.report.format;
	bool has_heading = format == FORMAT_TABLE || format == FORMAT_JSON;
	const struct field_list *shown = list_of(mode);
	const char *list = request->fields;

	if (!list && !has_heading && mode->bit & MODES_OF_PIDS)
		list = "+pid";
	request->inquest.settings.fields = request->with_all_fields
						   ? selection_all(shown->fields)
						   : selection_parse(shown->fields, list);
}

static pid_t parse_pid(const char *operand)
{
	uint64_t number;

	if (!parse_count(operand, 1, HIGHEST_PID, &number))
		die_usage("'%s': process id expected, 1 to %d", operand, HIGHEST_PID);
	return (pid_t)number;
}

/* Bare hexadecimal of eight digits or more: fs/proc/task_mmu.c, show_vma_header_prefix(). */
static bool is_as_in_maps(const char *operand)
{
	size_t length = strspn(operand, "0123456789abcdefABCDEF");

	return length >= MAPS_DIGITS && !operand[length];
}

static uint64_t parse_operand_address(const char *operand)
{
	char *word = format_text("%s%s", is_as_in_maps(operand) ? "0x" : "", operand);
	uint64_t address;

	if (!parse_address(word, &address))
		die_usage("'%s': address expected, hexadecimal: 0x7f1c0012f3a8, or as "
			  "/proc/PID/maps prints it",
			  operand);
	free(word);
	return address;
}

static void run_pids(struct inquest *inquest, char **operands, size_t count,
		     void (*mode_run)(struct inquest *inquest, const pid_t *pids, size_t count))
{
	pid_t *pids = allocate(count, sizeof(*pids));

	for (size_t i = 0; i < count; i++)
		pids[i] = parse_pid(operands[i]);
	mode_run(inquest, pids, count);
	free(pids);
}

static void run_at(struct inquest *inquest, char **operands, size_t count)
{
	uint64_t *addresses = allocate(count, sizeof(*addresses));
	pid_t pid = parse_pid(operands[0]);

	for (size_t i = 1; i < count; i++)
		addresses[i - 1] = parse_operand_address(operands[i]);
	at_run(inquest, pid, addresses, count - 1);
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
	else if (mode->bit == MODE_AT)
		run_at(inquest, operands, count);
	else
		run_pids(inquest, operands, count, mode->bit == MODE_PAGES ? pages_run : vmas_run);
	pmm_facilities_close(inquest->facilities);
	pmm_root_close(inquest->root);
}

int main(int argc, char **argv)
{
	struct request request = {.inquest.settings = {.sort = SORT_ADDRESS}};
	const struct opts_mode *mode;
	const char *argument;
	struct opts *opts;
	char **operands;
	size_t count;
	int id;

	program_start(program.name);
	opts = opts_open(&program, argc, argv);
	mode = opts_mode(opts);
	while (opts_next(opts, &id, &argument))
		take_option(&request, id, argument);
	if (request.with_field_list)
		list_fields(&request.inquest.settings.report, mode);
	request.inquest.settings.report.is_endless = mode->bit == MODE_PAGES;
	operands = opts_operands(opts, &count);
	if (count == 0 && mode->bit != MODE_CAPS)
		die_usage(mode->bit == MODE_DECODE ? "word expected" : "process id expected");
	if (count == 1 && mode->bit == MODE_AT)
		die_usage("address expected after the process id");
	choose_fields(&request, mode);
	if (mode->bit == MODE_DECODE)
		decode_run(&request.inquest.settings, operands);
	else
		run(&request, mode, operands, count);
	selection_free(&request.inquest.settings.fields);
	opts_close(opts);
	return program_end(EXIT_DONE);
}
