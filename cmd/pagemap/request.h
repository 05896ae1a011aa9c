/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_REQUEST_H
#define PAGEMAP_REQUEST_H

/* What was typed: pagemap.c takes it, views.c chooses tables and fields by it. */

#include "pagemap.h"
#include "shared/opts.h"

enum {
	MODE_VMAS = 1 << 0,
	MODE_AT = 1 << 1,
	MODE_PAGES = 1 << 2,
	MODE_DECODE = 1 << 3,
	MODE_CAPS = 1 << 4,
	MODE_FRAMES = 1 << 5,
	MODE_MAP = 1 << 6,
	MODE_THP = 1 << 7,
	MODE_FILE = 1 << 8,
	MODE_WHO = 1 << 9,
	MODE_SWAP = 1 << 10,
	MODES_OF_PIDS = MODE_VMAS | MODE_PAGES | MODE_MAP | MODE_THP,
	MODES_OF_LINES = MODE_THP | MODE_FRAMES | MODE_SWAP, /* several tables: --by chooses one */
	MODES_OF_VIEWS = MODES_OF_LINES | MODE_FILE,	     /* that have several tables */
	MODES_WITHOUT_OPERANDS = MODE_WHO | MODE_FRAMES | MODE_SWAP | MODE_CAPS,
	MODES_OF_PICTURES = MODE_MAP | MODE_FRAMES | MODE_FILE | MODE_SWAP,
	MODES_OF_TABLES =
		MODE_VMAS | MODE_MAP | MODES_OF_VIEWS | MODE_WHO | MODE_DECODE | MODE_CAPS,
	MODES_OF_ROWS = MODES_OF_TABLES | MODE_PAGES,
};

/* What was typed, before it is made into settings. */
struct request {
	struct inquest inquest;
	struct tally tally;
	unsigned disabled; /* facilities that shall be taken for missing: a bit for each */
	struct field_wish fields;
	const char *by;
	const char *sysroot;
};

/* ---- views.c ---- */

/* What a mode lists: the name of its array in JSON, and its fields; and what runs it. */
struct work {
	unsigned mode;
	struct field_list list;
	/* NULL: not of a mode of processes */
	void (*run)(struct inquest *inquest, const pid_t *pids, size_t count);
	const struct view *views; /* the tables of a mode that has several, instead of the list */
};

const struct work *work_of(const struct request *request, const struct opts_mode *mode);
/*
 * Of a mode that has several tables, the one that is asked for, or their end, without a name;
 * otherwise NULL.
 */
const struct view *choose_view(struct request *request, const struct opts_mode *mode);
/* Prints them and exits. */
_Noreturn void list_fields(const struct request *request, const struct opts_mode *mode,
			   const struct view *view);
/* Exits with a usage error if what is asked for does not go together. */
void choose_fields(struct request *request, const struct opts_mode *mode, const struct view *view);

#endif
