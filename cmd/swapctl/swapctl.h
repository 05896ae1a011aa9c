/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SWAPCTL_H
#define SWAPCTL_H

/* What the rooms of swapctl hand each other: what the user asked for, and the areas there are. */

#include <procmm-processes.h>
#include <procmm-swap.h>
#include <procmm.h>
#include <stdbool.h>

#include "change.h"
#include "shared/field.h"
#include "shared/report.h"

/* ---- rows.c: the areas there are ---- */

struct rows_wish {
	const char *fstab_path; /* NULL: etc/fstab */
	bool with_fstab;	/* which line activates an area at boot */
	bool with_inactive;	/* lines that mean no active area, too; needs with_fstab */
	bool with_headers;	/* labels and UUIDs */
	bool with_status;	/* where areas lie, whether they can be reached */
	bool with_content;	/* with_status, in how many pieces as well */
	bool with_zram;		/* what is behind zram devices */
};

struct row {
	const char *name;
	bool is_active;
	bool is_uncertain;		   /* active or not: it cannot be told */
	struct pmm_area area;		   /* if it is active, with a name of its own */
	const struct pmm_fstab_swap *line; /* NULL: none */
	bool with_header;
	struct pmm_swap_header header;
	struct pmm_swap_status *status; /* NULL: not asked for, or not known */
	char mode[8];			/* of that, in octal */
	bool is_stale;			/* active, but its name leads to it no more */
	const struct pmm_zram *zram;	/* NULL: it is none, or not asked for */
};

struct rows {
	struct row *items;
	size_t count;
	size_t active_count;
	bool knows_active; /* proc/swaps could be read */
	size_t line_count; /* swap lines of fstab */
	struct pmm_fstab *fstab;
	struct pmm_sample *sample; /* of the zram devices */
	/* of the active areas; absent if they are not known */
	uint64_t size_bytes, used_bytes, available_bytes;
};

/* What cannot be read is complained of, or remarked if it is only for root, and left out. */
struct rows *rows_take(struct pmm_root *root, const struct rows_wish *wish);
struct rows *rows_free(struct rows *rows);

/* What is left of an area; absent if the kernel's numbers do not say. */
uint64_t available_bytes(uint64_t size_bytes, uint64_t used_bytes);
/* NAN if there is nothing to be used. */
double used_percent(uint64_t size_bytes, uint64_t used_bytes);

/* In place of what would be empty, in every form for people. OpenBSD's words and status: 0. */
#define NO_SWAP "no swap configured"

/* ---- list.c ---- */

struct list_settings {
	struct report_options report;
	struct selection selection;
	const char *fstab_path; /* NULL: etc/fstab */
	size_t sort;		/* index of a field, or SORT_NONE */
	bool with_inactive;
};

#define SORT_NONE SIZE_MAX

extern const struct field list_fields[];

/* Show the areas. Returns the exit status. */
int list_run(struct pmm_root *root, const struct list_settings *settings);

/* ---- off.c ---- */

struct off_settings {
	struct change_settings change;
	struct pmm_off_wish wish;
	bool with_all;	   /* all active areas, and no operands */
	bool with_persist; /* out of fstab, too */
	bool with_check;   /* only say whether it fits, as a report of off_fields: */
	struct report_options report;
	struct selection selection;
};

extern const struct field off_fields[];

/* Deactivate areas. Returns the exit status. */
int off_run(struct pmm_root *root, const struct off_settings *settings, char **operands);

/* ---- show.c ---- */

struct show_settings {
	const char *fstab_path; /* NULL: etc/fstab */
	bool with_json;
	bool with_exact_bytes;
};

extern const struct field show_field_table[];

/* Show all there is to know of each area. Returns the exit status. */
int show_run(struct pmm_root *root, const struct show_settings *settings, char **operands);

/* ---- doctor.c: swapctl check ---- */

struct check_settings {
	const char *fstab_path; /* absolute; NULL: etc/fstab */
	bool with_json;
	bool is_quiet; /* say what is wrong, and not what is right */
};

/*
 * Would the areas, files and devices that OPERANDS (ends with NULL) name work, and is anything
 * wrong with them? Of a directory: could a swap file be made in it? Without operands: all that is
 * active or configured. Returns the exit status: 0, 1 if there are problems, 5 if one of them is
 * not there.
 */
int check_run(struct pmm_root *root, const struct check_settings *settings, char **operands);

/* ---- compat.c: the letters of the BSD command of this name ---- */

int compat_summary(struct pmm_root *root); /* -s */
int compat_long(struct pmm_root *root);	   /* -l */
int compat_test(struct pmm_root *root);	   /* -q */

#endif
