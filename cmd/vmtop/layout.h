/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_LAYOUT_H
#define VMTOP_LAYOUT_H

/*
 * Which parts of a view there is room for, and where each stands. What matters least gives way
 * first; the state and the list of processes stay to the last. Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "keys.h"

enum part {
	PART_HEADER,
	PART_STATE,
	PART_MEMORY,
	PART_SWAP,
	PART_COMPRESSED,
	PART_PRESSURE, /* the table with averages and trend */
	PART_BRIEF,    /* a line in its place */
	PART_WHY,
	PART_EVIDENCE,
	PART_LIST, /* with its headings */
	PART_EVENTS,
	PART_KEYS, /* the help line, or a prompt */
	PARTS,	   /* how many there are */
};

enum { LEAST_ROWS = 4, LEAST_COLUMNS = 20 };

struct layout {
	bool is_tiny; /* no room for anything but one line of words */
	size_t rows, columns;
	size_t at[PARTS];     /* the first row */
	size_t height[PARTS]; /* 0: not shown */
};

/* What the view wants to show: its parts have so many rows at most. */
struct wishes {
	enum view_kind view;
	size_t why_rows;      /* 0: not wanted */
	size_t evidence_rows; /* 0: not wanted */
};

struct layout layout_make(size_t rows, size_t columns, const struct wishes *wishes);

/* Columns of the table of pressure, by what the terminal is wide; 0: not shown. */
struct pressure_layout {
	size_t trend_at, trend_width;
	size_t paging_at;
};

struct pressure_layout layout_pressure(size_t columns);

#endif
