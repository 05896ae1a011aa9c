/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap: what is behind the virtual addresses of a process. Options and operands; the work is in
 * vmas.c and at.c, a file for each subcommand.
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
};

enum { MAPS_DIGITS = 8 }; /* the fewest that an address has in /proc/PID/maps */

enum { HIGHEST_PID = 4194304 }; /* PID_MAX_LIMIT of include/linux/threads.h, on 64-bit machines */

static const struct opts_mode modes[] = {
	{"vmas", "PID...", "list the mappings of each process, and what is behind them", MODE_VMAS,
	 "@pid"},
	{"at", "PID ADDRESS...", "follow addresses through the page table to a frame or slot",
	 MODE_AT, "@pid"},
	{NULL, NULL, NULL, 0, NULL},
};

static const struct opts_option options[] = {
	OPTS_ROW_OUTPUT(MODE_VMAS),
	OPTS_ROW_OUTPUT_ALL(MODE_VMAS),
	OPTS_ROW_LIST_FIELDS(MODE_VMAS),
	OPTS_ROW_SORT(MODE_VMAS),
	OPTS_ROW_JSON(0),
	OPTS_ROW_RAW(MODE_VMAS),
	OPTS_ROW_PAIRS(MODE_VMAS),
	OPTS_ROW_CSV(MODE_VMAS),
	OPTS_ROW_TSV(MODE_VMAS),
	OPTS_ROW_BYTES(MODE_VMAS),
	OPTS_ROW_NOHEADINGS(MODE_VMAS),
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
	struct settings settings;
	const char *fields;
	const char *sysroot;
	bool with_all_fields;
	bool with_field_list; /* and nothing else */
};

static void take_option(struct request *request, int id, const char *argument)
{
	switch (id) {
	case OPTS_OUTPUT:
		request->fields = argument;
		break;
	case OPTS_OUTPUT_ALL:
		request->with_all_fields = true;
		break;
	case OPTS_SORT:
		request->settings.sort = field_find(mapping_fields, argument);
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

_Noreturn static void list_fields(const struct report_options *report)
{
	static const struct field_list lists[] = {
		{"mappings", NULL, mapping_fields},
		{NULL, NULL, NULL},
	};

	fields_list(report, "pagemap/1", lists);
	exit(program_end(EXIT_DONE));
}

/* Rows of several processes in one file say whose they are; a table and JSON say it above them. */
static void choose_fields(struct request *request)
{
	enum format format = request->settings.report.format;
	bool has_heading = format == FORMAT_TABLE || format == FORMAT_JSON;
	const char *list = request->fields;

	if (!list && !has_heading)
		list = "+pid";
	request->settings.fields = request->with_all_fields ? selection_all(mapping_fields)
							    : selection_parse(mapping_fields, list);
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

static void run_vmas(struct pmm_root *root, const struct settings *settings, char **operands,
		     size_t count)
{
	pid_t *pids = allocate(count, sizeof(*pids));

	for (size_t i = 0; i < count; i++)
		pids[i] = parse_pid(operands[i]);
	vmas_run(root, settings, pids, count);
	free(pids);
}

static void run_at(struct pmm_root *root, const struct settings *settings, char **operands,
		   size_t count)
{
	uint64_t *addresses = allocate(count, sizeof(*addresses));
	pid_t pid = parse_pid(operands[0]);

	for (size_t i = 1; i < count; i++)
		addresses[i - 1] = parse_operand_address(operands[i]);
	at_run(root, settings, pid, addresses, count - 1);
	free(addresses);
}

static void run(struct request *request, const struct opts_mode *mode, char **operands,
		size_t count)
{
	struct pmm_root *root;
	int r = pmm_root_open(request->sysroot, &root);

	if (r < 0) {
		complain(request->sysroot, "%s",
			 r == -EINVAL ? "no captured tree: neither proc nor 1/proc in it"
				      : strerror(-r));
		return;
	}
	if (mode->bit == MODE_AT)
		run_at(root, &request->settings, operands, count);
	else
		run_vmas(root, &request->settings, operands, count);
	pmm_root_close(root);
}

int main(int argc, char **argv)
{
	struct request request = {.settings = {.sort = SORT_ADDRESS}};
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
		list_fields(&request.settings.report);
	operands = opts_operands(opts, &count);
	if (count == 0)
		die_usage("process id expected");
	if (count == 1 && mode->bit == MODE_AT)
		die_usage("address expected after the process id");
	choose_fields(&request);
	run(&request, mode, operands, count);
	selection_free(&request.settings.fields);
	opts_close(opts);
	return program_end(EXIT_DONE);
}
