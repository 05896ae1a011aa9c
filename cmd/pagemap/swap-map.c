/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap swap --map: each area in the order of its slots, as lines of cells. Only slots that are
 * in page tables have a place that is known.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/picture.h"
#include "shared/text.h"
#include "shared/units.h"
#include "swap.h"

enum drawn { DRAWN_BLANK, DRAWN_SHARED, DRAWN_ANON, DRAWN };

static const struct picture_class classes[DRAWN + 1] = {
	[DRAWN_BLANK] = {"free, or in no page table", '.', false, false},
	[DRAWN_SHARED] = {"shared", 'S', false, false},
	[DRAWN_ANON] = {"anon", 'A', true, false},
};

enum {
	LINES = 4, /* about as many are made of the largest area */
	LABEL = sizeof("1023.9G"),
	LEAST_CELLS = 8,
};

struct drawing {
	struct picture *picture;
	uint64_t page_bytes;
	uint64_t cell; /* slots */
	size_t line;   /* cells */
};

static void draw_lines(const struct drawing *drawing, struct strip *strip)
{
	char size[UNITS_TEXT];

	for (size_t at = 0; at < strip_cells(strip); at += drawing->line) {
		char *cells = strip_text(strip, at, drawing->line);

		printf("%*s %s\n", LABEL - 1,
		       format_size(size, at * drawing->cell * drawing->page_bytes), cells);
		free(cells);
	}
}

static void draw_area(const struct drawing *drawing, const struct pmm_swap_survey *survey,
		      const struct area_sums *sums)
{
	struct strip *strip = strip_open(
		drawing->picture, sums->area->size_bytes / drawing->page_bytes + 1, drawing->cell);

	for (unsigned type = 0; type < 32; type++) {
		struct pmm_swap_range range;
		uint64_t slot = 0;

		while (sums->types >> type & 1 &&
		       pmm_swap_survey_next_range(survey, type, &slot, &range) > 0)
			strip_add(strip, range.slot, range.slots,
				  range.is_shared ? DRAWN_SHARED : DRAWN_ANON);
	}
	put_text(stdout, sums->area->name, strlen(sums->area->name));
	putchar('\n');
	draw_lines(drawing, strip);
	strip_close(strip);
}

static uint64_t largest_slots(const struct swap_sums *sums, uint64_t page_bytes)
{
	uint64_t largest = 1;

	for (size_t i = 0; i < sums->count; i++) {
		uint64_t slots = sums->areas[i].area->size_bytes / page_bytes;

		if (sums->areas[i].is_chosen && slots > largest)
			largest = slots;
	}
	return largest;
}

void swap_draw(const struct inquest *inquest, const struct pmm_swap_survey *survey,
	       const struct swap_sums *sums)
{
	const struct settings *settings = &inquest->settings;
	size_t columns = picture_columns(settings->picture_columns);
	struct drawing drawing = {
		.picture = picture_open(classes, settings->in_ascii),
		.page_bytes = pmm_root_page_bytes(inquest->root),
		.line = columns > LABEL + LEAST_CELLS ? columns - LABEL : LEAST_CELLS,
	};
	char size[UNITS_TEXT], *scale;

	drawing.cell =
		picture_cell(largest_slots(sums, drawing.page_bytes), LINES * drawing.line, 1);
	for (size_t i = 0; i < sums->count; i++) {
		const struct area_sums *area = &sums->areas[i];

		if (!area->is_chosen)
			continue;
		if (area->anon == PMM_ABSENT)
			complain(area->area->name, "which slots are used cannot be told");
		else
			draw_area(&drawing, survey, area);
	}
	scale = format_text("1 cell = %s", format_size(size, drawing.cell * drawing.page_bytes));
	picture_legend(drawing.picture, columns, scale);
	free(scale);
	picture_close(drawing.picture);
}
