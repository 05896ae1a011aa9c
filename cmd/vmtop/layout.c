/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Rows are shared out from the top; columns of the table of pressure from the left.
 */

#include "layout.h"

enum {
	TABLE_ROWS = 5,	    /* of pressure: headings and four lines */
	FULL_ROWS = 24,	    /* from here on the averages are shown */
	ROOMY_ROWS = 10,    /* from here on a list of some lines is wanted */
	ROOMY_LIST = 4,	    /* with its headings */
	NARROW_LIST = 2,    /* what is kept of it */
	FIGURES_WIDTH = 33, /* label, now and three averages */
	GAP = 2,
	PAGING_WIDTH = 20,
	LEAST_TREND = 10,
	MOST_TREND = 60,
};

/* The first gives way first. */
static const enum part giving_way[] = {
	PART_COMPRESSED, PART_EVIDENCE, PART_EVENTS, PART_WHY,	    PART_SWAP,
	PART_MEMORY,	 PART_KEYS,	PART_HEADER, PART_PRESSURE, PART_BRIEF,
};

static size_t rows_above(const struct layout *layout)
{
	size_t rows = 0;

	for (size_t i = 0; i < PARTS; i++)
		rows += layout->height[i];
	return rows;
}

static void wish_system(struct layout *layout, const struct wishes *wishes)
{
	layout->height[PART_MEMORY] = 1;
	layout->height[PART_SWAP] = 1;
	layout->height[PART_COMPRESSED] = 1;
	if (layout->rows >= FULL_ROWS)
		layout->height[PART_PRESSURE] = TABLE_ROWS;
	else
		layout->height[PART_BRIEF] = 1;
	layout->height[PART_EVIDENCE] = wishes->evidence_rows;
}

/* Take rows from the parts that matter least until the list has so many. */
static void give_way(struct layout *layout, size_t list_rows)
{
	for (size_t i = 0; i < sizeof(giving_way) / sizeof(*giving_way); i++) {
		if (rows_above(layout) + list_rows <= layout->rows)
			return;
		layout->height[giving_way[i]] = 0;
	}
}

static void place(struct layout *layout)
{
	size_t row = 0;

	layout->height[PART_LIST] = layout->rows - rows_above(layout);
	for (size_t i = 0; i < PARTS; i++) {
		layout->at[i] = row;
		row += layout->height[i];
	}
}

struct layout layout_make(size_t rows, size_t columns, const struct wishes *wishes)
{
	struct layout layout = {.rows = rows, .columns = columns};

	layout.is_tiny = rows < LEAST_ROWS || columns < LEAST_COLUMNS;
	if (layout.is_tiny)
		return layout;
	layout.height[PART_HEADER] = 1;
	layout.height[PART_STATE] = 1;
	layout.height[PART_WHY] = wishes->why_rows;
	layout.height[PART_KEYS] = 1;
	if (wishes->view == VIEW_SYSTEM)
		wish_system(&layout, wishes);
	if (wishes->view == VIEW_CGROUPS)
		layout.height[PART_EVENTS] = 1;
	give_way(&layout, rows >= ROOMY_ROWS ? ROOMY_LIST : NARROW_LIST);
	place(&layout);
	return layout;
}

struct pressure_layout layout_pressure(size_t columns)
{
	struct pressure_layout layout = {0};
	size_t left = columns > FIGURES_WIDTH + GAP ? columns - FIGURES_WIDTH - GAP : 0;

	if (left >= LEAST_TREND + GAP + PAGING_WIDTH) {
		layout.trend_at = FIGURES_WIDTH + GAP;
		layout.trend_width = left - GAP - PAGING_WIDTH;
		if (layout.trend_width > MOST_TREND)
			layout.trend_width = MOST_TREND;
		layout.paging_at = layout.trend_at + layout.trend_width + GAP;
	} else if (left >= PAGING_WIDTH) {
		layout.paging_at = FIGURES_WIDTH + GAP;
	}
	return layout;
}
