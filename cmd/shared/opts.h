/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_OPTS_H
#define SHARED_OPTS_H

/*
 * One table per command says what its options are. getopt_long, --help, the completions of three
 * shells and the check of the man page are all made from it (--print-options prints it for the last
 * two).
 */

#include <stdbool.h>
#include <stddef.h>

struct opts_option {
	int id;		      /* its letter; a number from OPTS_LONG on; or OPTS_ID() of both */
	const char *name;     /* long name */
	const char *argument; /* what to call its argument: "SECONDS"; NULL if it takes none */
	/*
	 * A line, lower case, no full stop; NULL hides the option. "list: this; on, off: that": the
	 * help of a subcommand shows its own part.
	 */
	const char *help;
	unsigned modes; /* bits of the subcommands it goes with; 0: all of them */
	/*
	 * For completion: "auto,always,never", "@file", "@directory", "@field", "@pid", "@area"
	 * (what the first subcommand lists, and files).
	 */
	const char *values;
};

struct opts_mode {
	const char *name;     /* subcommand: "list"; the first of the table is the default */
	const char *operands; /* "PID ADDRESS..."; NULL if none */
	const char *help;
	unsigned bit;
	const char *values; /* for completion of its operands, as above */
};

/* What people type who know another command: "remove" for "rm". */
struct opts_kin {
	const char *word, *mode;
};

struct opts_program {
	const char *name;		   /* "swapctl" */
	const char *section;		   /* of its man page: "8" */
	const char *summary;		   /* a line: what it is for */
	const char *operands;		   /* of a command without subcommands; NULL if none */
	const struct opts_mode *modes;	   /* ends with a NULL name; NULL: no subcommands */
	const struct opts_kin *kin;	   /* ends with a NULL word; or NULL */
	const struct opts_option *options; /* ends with a NULL name */
	const char *operand_values;	   /* for completion of those operands, as above */
	const char *operand_hint;	   /* to who gives operands where none are taken; or NULL */
};

enum { OPTS_LONG = 256 };
/* For a letter that is another option's in other subcommands. */
#define OPTS_ID(number, letter) ((letter) << 16 | (number))

/*
 * The options that all commands have, with the same meaning. A command's own long ones are 256 to
 * 1023.
 */
enum {
	OPTS_HELP = 'h',
	OPTS_VERSION = 'V',
	OPTS_OUTPUT = 'o',
	OPTS_JSON = 'J',
	OPTS_OUTPUT_ALL = 1024,
	OPTS_LIST_FIELDS,
	OPTS_NOHEADINGS,
	OPTS_SORT,
	OPTS_RAW,
	OPTS_PAIRS,
	OPTS_CSV,
	OPTS_TSV,
	OPTS_BINARY,
	OPTS_BYTES,
	OPTS_SYSROOT,
	OPTS_PRINT_OPTIONS, /* for the completions and the tests; not in --help */
};

/*
 * Rows of those options for a command's table, so that their words are written once. MODES as
 * above.
 */
/* clang-format off */
#define OPTS_ROW_OUTPUT(modes) \
	{ OPTS_OUTPUT, "output", "LIST", \
	  "fields to show, separated by commas; +LIST adds to the default", modes, "@field" }
#define OPTS_ROW_OUTPUT_ALL(modes) \
	{ OPTS_OUTPUT_ALL, "output-all", NULL, "show every field", modes, NULL }
#define OPTS_ROW_LIST_FIELDS(modes) \
	{ OPTS_LIST_FIELDS, "list-fields", NULL, "list the fields with unit, meaning and source", \
	  modes, NULL }
#define OPTS_ROW_NOHEADINGS(modes) \
	{ OPTS_NOHEADINGS, "noheadings", NULL, "print no column headings", modes, NULL }
#define OPTS_ROW_SORT(modes) \
	{ OPTS_SORT, "sort", "FIELD", "sort by a field; numbers fall, text rises", modes, "@field" }
#define OPTS_ROW_JSON(modes) \
	{ OPTS_JSON, "json", NULL, "JSON", modes, NULL }
#define OPTS_ROW_RAW(modes) \
	{ OPTS_RAW, "raw", NULL, "columns separated by one space, odd bytes as \\xNN", modes, NULL }
#define OPTS_ROW_PAIRS(modes) \
	{ OPTS_PAIRS, "pairs", NULL, "KEY=\"value\" pairs", modes, NULL }
#define OPTS_ROW_CSV(modes) \
	{ OPTS_CSV, "csv", NULL, "comma-separated values with a heading", modes, NULL }
#define OPTS_ROW_TSV(modes) \
	{ OPTS_TSV, "tsv", NULL, "tab-separated values with a heading", modes, NULL }
#define OPTS_ROW_BINARY(modes) \
	{ OPTS_BINARY, "binary", NULL, "records of fixed size for programs", modes, NULL }
#define OPTS_ROW_BYTES(modes) \
	{ OPTS_BYTES, "bytes", NULL, "sizes as exact bytes, not as 1.5G", modes, NULL }
#define OPTS_ROW_SYSROOT \
	{ OPTS_SYSROOT, "sysroot", "DIR", "read the captured tree DIR instead of this system", 0, \
	  "@directory" }
/* These end every table: help, version, --print-options, and the end. */
#define OPTS_ROWS_END \
	{ OPTS_HELP, "help", NULL, "show this help and exit", 0, NULL }, \
	{ OPTS_VERSION, "version", NULL, "show the version and exit", 0, NULL }, \
	{ OPTS_PRINT_OPTIONS, "print-options", NULL, NULL, 0, NULL }, \
	{ 0, NULL, NULL, NULL, 0, NULL }
/* clang-format on */

struct opts;

/*
 * Begin to parse. The first operand, if it is the name of a subcommand and does not follow `--`, is
 * taken as such; options may stand before and behind it, but a letter that means several things
 * means before it what it means in the default one. --help, --version and --print-options are
 * answered and exit. A wrong option, a missing or empty argument, an option that does not go with
 * the subcommand, two formats at once (--json, --raw, --pairs, --csv, --tsv, --binary), or operands
 * where it takes none are a usage error and exit.
 *
 * --print-options is for programs. Its lines are fields separated by tabs, `-` for one that is not
 * there: LETTER NAME ARGUMENT VALUES MODES HELP an option; MODES: "list,show", `-` for all mode
 * NAME OPERANDS VALUES HELP a subcommand; the first is the default operands OPERANDS VALUES of a
 * command without subcommands The first field of an option is one character long, so the three
 * kinds cannot be mistaken.
 */
struct opts *opts_open(const struct opts_program *program, int argc, char **argv);
/* The subcommand; the first of the table if none was named, NULL if the program has none. */
const struct opts_mode *opts_mode(const struct opts *opts);
/* The next option: its id, its argument if it has one; false after the last. */
bool opts_next(struct opts *opts, int *ret_id, const char **ret_argument);
/* The operands, after the last option; ends with NULL. */
char **opts_operands(struct opts *opts, size_t *ret_count);
struct opts *opts_close(struct opts *opts);
/* Usage error: "--NAME: 'ARGUMENT': EXPECTED". */
_Noreturn void opts_bad_argument(const struct opts_program *program, int id, const char *argument,
				 const char *expected);

#endif
