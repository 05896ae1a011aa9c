/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swapctl: what a machine swaps to. Options and settings; the work is in list.c, and in compat.c
 * for the letters of the BSD command of this name.
 *
 * Exit status: 0 done, 1 something could not be read or the output not written (with -q: no swap is
 * active), 2 wrong usage.
 */

#include "swapctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/message.h"
#include "shared/opts.h"

enum { OPTION_FSTAB = OPTS_LONG };

static const struct opts_option options[] = {
	{'a', "all", NULL, "also areas that are configured but not active", 0, NULL},
	{OPTION_FSTAB, "fstab", "FILE", "read FILE instead of /etc/fstab", 0, "@file"},
	{'s', "summary", NULL, "only a line of totals, as BSD swapctl -s", 0, NULL},
	{'l', "long", NULL, "a line an area, in blocks of 512 bytes, as BSD swapctl -l", 0, NULL},
	{'q', "test", NULL, "print nothing: exit 0 if any swap is active, 1 if none is", 0, NULL},
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

static const struct opts_mode modes[] = {
	{"list", NULL, "show the areas there are", 1 << 0, NULL},
	{0},
};

static const struct opts_program program = {
	.name = "swapctl",
	.section = "8",
	.summary = "Show what this machine swaps to.",
	.modes = modes,
	.options = options,
};

/* What was typed, before it is made into settings. */
struct request {
	struct list_settings list;
	const char *fields;
	const char *fstab;
	const char *sysroot;
	bool with_all_fields;
	bool with_field_list; /* and nothing else */
	bool is_list;	      /* an option was given that only a list has a use for */
	int bsd_letter;	      /* 0: none */
};

static void take_letter(struct request *request, int letter)
{
	if (request->bsd_letter && request->bsd_letter != letter)
		die_usage("-%c and -%c exclude each other", request->bsd_letter, letter);
	request->bsd_letter = letter;
}

static void take_list_option(struct request *request, int id, const char *argument)
{
	request->is_list = true;
	switch (id) {
	case 'a':
		request->list.with_inactive = true;
		break;
	case OPTION_FSTAB:
		request->fstab = argument;
		break;
	case OPTS_OUTPUT:
		request->fields = argument;
		break;
	case OPTS_OUTPUT_ALL:
		request->with_all_fields = true;
		break;
	case OPTS_SORT:
		request->list.sort = field_find(list_fields, argument);
		break;
	case OPTS_LIST_FIELDS:
		request->with_field_list = true;
		break;
	default:
		report_options_take(&request->list.report, id);
	}
}

static void take_option(struct request *request, int id, const char *argument)
{
	if (id == 's' || id == 'l' || id == 'q')
		take_letter(request, id);
	else if (id == OPTS_SYSROOT)
		request->sysroot = argument;
	else
		take_list_option(request, id, argument);
}

/* A file in a captured tree is named as that machine would; one of this, as the user sees it. */
static char *absolute_path(const char *path, const char *sysroot)
{
	bool is_absolute = *path == '/';
	char *directory = is_absolute || sysroot ? NULL : getcwd(NULL, 0);
	char *absolute;

	if (asprintf(&absolute, "%s%s%s", directory ? directory : "", is_absolute ? "" : "/",
		     path) < 0)
		die_no_memory();
	free(directory);
	return absolute;
}

static int run_list(struct pmm_root *root, struct request *request)
{
	char *fstab = request->fstab ? absolute_path(request->fstab, request->sysroot) : NULL;
	int status;

	request->list.fstab_path = fstab;
	request->list.selection = request->with_all_fields
					  ? selection_all(list_fields)
					  : selection_parse(list_fields, request->fields);
	status = list_run(root, &request->list);
	selection_free(&request->list.selection);
	free(fstab);
	return status;
}

static int show_fields(const struct request *request)
{
	static const struct field_list lists[] = {
		{"areas", NULL, list_fields},
		{NULL, NULL, NULL},
	};

	fields_list(&request->list.report, "swapctl/1", lists);
	return EXIT_DONE;
}

static int run(struct request *request)
{
	struct pmm_root *root;
	int status;
	int r = pmm_root_open(request->sysroot, &root);

	if (r < 0) {
		complain(request->sysroot, "%s",
			 r == -EINVAL ? "no captured tree: neither proc nor 1/proc in it"
				      : strerror(-r));
		return EXIT_FAILED;
	}
	switch (request->bsd_letter) {
	case 's':
		status = compat_summary(root);
		break;
	case 'l':
		status = compat_long(root);
		break;
	case 'q':
		status = compat_test(root);
		break;
	default:
		status = run_list(root, request);
	}
	pmm_root_close(root);
	return status;
}

int main(int argc, char **argv)
{
	struct request request = {.list.sort = SORT_NONE};
	bool with_subcommand = argc > 1 && argv[1][0] != '-';
	const char *argument;
	struct opts *opts;
	char **operands;
	size_t count;
	int id;

	program_start("swapctl");
	opts = opts_open(&program, argc, argv);
	while (opts_next(opts, &id, &argument))
		take_option(&request, id, argument);
	operands = opts_operands(opts, &count);
	if (count)
		die_usage("unexpected operand '%s'", operands[0]);
	if (request.bsd_letter && with_subcommand)
		die_usage("-%c goes without a subcommand", request.bsd_letter);
	if (request.bsd_letter && request.is_list)
		die_usage("-%c goes with no other option than --sysroot", request.bsd_letter);
	opts_close(opts);
	return program_end(request.with_field_list ? show_fields(&request) : run(&request));
}
