/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swapctl: what a machine swaps to. The tables of options and subcommands; request.c takes the
 * options, run.c does what they ask for, and compat.c has the letters of the BSD command of this
 * name.
 *
 * Exit status: 0 done, or so already; 1 failed, the system is as before (with -q: no swap is
 * active); 2 wrong usage; 3 refused by a safety rule; 4 failed, and not all could be undone; 5 no
 * such area; 6 no privilege; 7 some of several areas failed; 8 interrupted, timed out, or the
 * kernel is still at it.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "shared/field-list.h"
#include "shared/message.h"
#include "shared/units.h"
#include "swapctl.h"

enum {
	MODES_LISTING = MODE_LIST | MODE_OFF, /* off: with --check */
	MODES_JSON = MODE_LIST | MODE_SHOW | MODE_CHECK | MODES_CHANGING,
	MODES_WITH_FSTAB = MODE_LIST | MODE_SHOW | MODE_CHECK | MODE_CREATE | MODE_ON | MODE_OFF |
			   MODE_PRIO | MODE_RM | MODE_PERSIST | MODE_UNPERSIST,
};

/* clang-format off */
static const struct opts_option options[] = {
	{OPTION_SIZE, "size", "SIZE", "how large: 2G, 25% of the memory, ram/2, auto",
	 MODE_CREATE, NULL},
	{'p', "priority", "N", "0 to 32767: higher is used first",
	 MODE_CREATE | MODE_ON | MODE_PERSIST, NULL},
	{OPTION_DISCARD, "discard", "POLICY", "tell the disk what is free: once, pages or both",
	 MODE_CREATE | MODE_ON | MODE_PERSIST, "once,pages,both"},
	{OPTION_PERSIST, "persist", NULL, "also in fstab, so that the next boot does the same",
	 MODE_CREATE | MODE_OFF | MODE_PRIO, NULL},
	{OPTION_NO_ACTIVATE, "no-activate", NULL, "make it, but do not activate it",
	 MODE_CREATE, NULL},
	{OPTION_REPLACE, "replace", NULL, "make a swap file anew that is there already",
	 MODE_CREATE, NULL},
	{OPTION_ZERO, "zero", NULL, "write all of it, in place of fallocate(2)",
	 MODE_CREATE, NULL},
	{OPTION_RESERVE, "reserve", "SIZE",
	 "leave so much of the disk free (default: 5%, at least 512M)",
	 MODE_CREATE | MODE_RESIZE, NULL},
	{OPTION_LABEL, "label", "LABEL", "the label of its header",
	 MODE_CREATE | MODE_FORMAT, NULL},
	{OPTION_UUID, "uuid", "UUID", "the UUID of its header, in place of a new one",
	 MODE_CREATE | MODE_FORMAT, NULL},
	{OPTION_KEEP_ID, "keep-id", NULL, "keep the label and UUID that it has",
	 MODE_FORMAT, NULL},
	{OPTION_PAGE_SIZE, "page-size", "SIZE", "for a kernel with pages of that size",
	 MODE_FORMAT, "4K,8K,16K,32K,64K"},
	{OPTION_WIPE, "wipe", "TYPE", "destroy what is there, if it is TYPE: ext4, gpt, suspend",
	 MODE_FORMAT, NULL},
	{OPTION_CHECK, "check", NULL,
	 "format: leave out pages that cannot be read; off: only say whether it would fit",
	 MODE_FORMAT | MODE_OFF, NULL},
	{OPTION_FAST, "fast", NULL, "read what is in it ahead: much faster if it is cold",
	 MODES_DRAINING, NULL},
	{OPTION_TIMEOUT, "timeout", "TIME", "give up after so long: 30, 5m, 1h",
	 MODES_DRAINING, NULL},
	{OPTION_FORCE, "force", NULL, "do it despite a safety rule, and say so",
	 MODES_DRAINING | MODE_ON, NULL},
	{OPTION_KEEP_FILE, "keep-file", NULL, "wipe its header, but keep the file",
	 MODE_RM, NULL},
	{OPTION_SCRUB, "scrub", NULL, "overwrite it with zeros first", MODE_RM, NULL},
	{OPTION_OPTIONS, "options", "LIST", "more options for its line in fstab",
	 MODE_PERSIST, NULL},
	{OPTION_ALL, "all", NULL,
	 "list: also areas that are configured but not active; on, off: every area",
	 MODE_LIST | MODE_ON | MODE_OFF, NULL},
	{OPTION_FSTAB, "fstab", "FILE", "FILE in place of /etc/fstab", MODES_WITH_FSTAB, "@file"},
	{OPTION_DRY_RUN, "dry-run", NULL, "show each step and its undo, and change nothing",
	 MODES_CHANGING, NULL},
	{OPTION_NO_LOCK, "no-lock", NULL, "do not wait for other runs", MODES_CHANGING, NULL},
	{OPTION_QUIET, "quiet", NULL, "say only what failed, or is wrong",
	 MODE_CHECK | MODES_CHANGING, NULL},
	{'v', "verbose", NULL, "show the steps that were done", MODES_CHANGING, NULL},
	{'s', "summary", NULL, "only a line of totals, as BSD swapctl -s", MODE_LIST, NULL},
	{'l', "long", NULL, "a line an area, in blocks of 512 bytes, as BSD swapctl -l",
	 MODE_LIST, NULL},
	{'q', "test", NULL, "print nothing: exit 0 if any swap is active, 1 if none is",
	 MODE_LIST, NULL},
	OPTS_ROW_OUTPUT(MODES_LISTING),
	OPTS_ROW_OUTPUT_ALL(MODES_LISTING),
	OPTS_ROW_LIST_FIELDS(MODES_LISTING | MODE_SHOW),
	OPTS_ROW_SORT(MODES_LISTING),
	OPTS_ROW_JSON(MODES_JSON),
	OPTS_ROW_RAW(MODES_LISTING),
	OPTS_ROW_PAIRS(MODES_LISTING),
	OPTS_ROW_CSV(MODES_LISTING),
	OPTS_ROW_TSV(MODES_LISTING),
	OPTS_ROW_BYTES(MODES_LISTING | MODE_SHOW),
	OPTS_ROW_NOHEADINGS(MODES_LISTING),
	OPTS_ROW_SYSROOT,
	OPTS_ROWS_END,
};

static const struct opts_mode modes[] = {
	{"list", NULL, "show the areas there are", MODE_LIST, NULL},
	{"show", "AREA...", "show all there is to know of areas", MODE_SHOW, "@area"},
	{"check", "[AREA|DIR]...", "would it work, and is anything wrong? Changes nothing",
	 MODE_CHECK, "@area"},
	{"create", "FILE", "make a swap file and activate it", MODE_CREATE, "@file"},
	{"format", "AREA", "write a swap header on a device or file", MODE_FORMAT, "@area"},
	{"on", "AREA...", "activate areas", MODE_ON, "@area"},
	{"off", "AREA...", "deactivate areas, if what is in them fits elsewhere", MODE_OFF,
	 "@area"},
	{"resize", "AREA SIZE", "make a swap file larger or smaller: 4G, +1G, 50%", MODE_RESIZE,
	 "@area"},
	{"prio", "AREA N", "give an active area another priority", MODE_PRIO, "@area"},
	{"rm", "AREA...", "undo create: deactivate, forget in fstab, remove", MODE_RM, "@area"},
	{"persist", "AREA...", "activate areas at boot: a line in fstab", MODE_PERSIST, "@area"},
	{"unpersist", "AREA...", "not at boot: remove that line", MODE_UNPERSIST, "@area"},
	{0},
};
/* clang-format on */

/* The words of swapon(8), of mkswap(8), and of commands that change other things. */
static const struct opts_kin kin[] = {
	{"remove", "rm"},    {"delete", "rm"},	   {"del", "rm"},	  {"destroy", "rm"},
	{"status", "list"},  {"ls", "list"},	   {"summary", "list"},	  {"info", "show"},
	{"add", "create"},   {"make", "create"},   {"new", "create"},	  {"mkswap", "format"},
	{"swapon", "on"},    {"enable", "on"},	   {"activate", "on"},	  {"start", "on"},
	{"swapoff", "off"},  {"disable", "off"},   {"deactivate", "off"}, {"stop", "off"},
	{"grow", "resize"},  {"shrink", "resize"}, {"size", "resize"},	  {"priority", "prio"},
	{"verify", "check"}, {"doctor", "check"},  {"fstab", "persist"},  {NULL, NULL},
};

static const struct opts_program program = {
	.name = "swapctl",
	.section = "8",
	.summary = "Show and change what this machine swaps to.\n"
		   "AREA: a path, UUID=..., LABEL=..., PARTUUID=..., PARTLABEL=... or zram0.",
	.modes = modes,
	.kin = kin,
	.options = options,
};

static int show_fields(const struct request *request, enum mode mode)
{
	const struct field_list lists[] = {
		mode == MODE_OFF    ? (struct field_list){"fit", NULL, off_fields}
		: mode == MODE_SHOW ? (struct field_list){"areas", NULL, show_field_table}
				    : (struct field_list){"areas", NULL, list_fields},
		{NULL, NULL, NULL},
	};

	fields_list(&request->list.report, "swapctl/1", lists);
	return EXIT_DONE;
}

/* How many operands a subcommand takes: two words mean two. */
static void check_operands(const struct opts_mode *mode, const struct request *request,
			   char **operands, size_t count)
{
	bool takes_all = request->with_all && mode->bit & (MODE_ON | MODE_OFF);
	bool takes_two = mode->bit & (MODE_RESIZE | MODE_PRIO);
	bool takes_one = mode->bit & (MODE_CREATE | MODE_FORMAT);
	size_t most = takes_all ? 0 : takes_two ? 2 : takes_one ? 1 : SIZE_MAX;
	uint64_t bytes;

	for (size_t i = 0; i < count; i++) /* it would be the current directory */
		if (!*operands[i])
			die_usage("%s: an operand is empty", mode->name);
	if (!mode->operands || mode->bit == MODE_CHECK)
		return;
	if (!takes_all && count < (takes_two ? 2 : 1))
		die_usage("%s: %s is missing", mode->name, mode->operands);
	if (count > most && mode->bit == MODE_CREATE && parse_size(operands[most], &bytes))
		die_usage("create: unexpected operand '%s'; the size is --size=%s", operands[most],
			  operands[most]);
	if (count > most)
		die_usage("%s: unexpected operand '%s'", mode->name, operands[most]);
}

static int run_letter(struct pmm_root *root, int letter)
{
	if (letter == 's')
		return compat_summary(root);
	return letter == 'l' ? compat_long(root) : compat_test(root);
}

static int run(struct request *request, enum mode mode, char **operands)
{
	struct pmm_root *root;
	char *fstab = NULL;
	int status;
	int r = pmm_root_open(request->sysroot, &root);

	if (r < 0) {
		complain(request->sysroot, "%s",
			 r == -EINVAL ? "no captured tree: neither proc nor 1/proc in it"
				      : strerror(-r));
		return EXIT_FAILED;
	}
	if (request->fstab)
		fstab = change_absolute(root, request->fstab);
	request->change.fstab_path = fstab;
	if (request->bsd_letter)
		status = run_letter(root, request->bsd_letter);
	else if (request->fstab && !fstab)
		status = EXIT_FAILED;
	else
		status = request_run(root, request, mode, operands);
	free(fstab);
	pmm_root_close(root);
	return status;
}

int main(int argc, char **argv)
{
	bool with_subcommand = argc > 1 && argv[1][0] != '-';
	const struct opts_mode *mode;
	struct request request;
	const char *argument;
	struct opts *opts;
	char **operands;
	size_t count;
	int id, status;

	program_start("swapctl");
	request_begin(&request);
	opts = opts_open(&program, argc, argv);
	mode = opts_mode(opts);
	while (opts_next(opts, &id, &argument))
		request_take(&request, &program, id, argument);
	operands = opts_operands(opts, &count);
	if (request.bsd_letter && with_subcommand)
		die_usage("-%c goes without a subcommand", request.bsd_letter);
	if (request.bsd_letter && request.has_list_options)
		die_usage("-%c goes with no other option than --sysroot", request.bsd_letter);
	check_operands(mode, &request, operands, count);
	status = request.fields.is_question ? show_fields(&request, (enum mode)mode->bit)
					    : run(&request, (enum mode)mode->bit, operands);
	request_end(&request);
	opts_close(opts);
	return program_end(status);
}
