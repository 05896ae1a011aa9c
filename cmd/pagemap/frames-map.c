/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap frames --map: RAM in the order of its frames, as lines of cells. Ranges of RAM that are
 * near each other are drawn together, with the hole between them; those that are far apart are
 * drawn apart, or a machine with its memory in two corners would be nothing but hole.
 */

#include <stdio.h>
#include <stdlib.h>

#include "frames.h"
#include "shared/message.h"
#include "shared/picture.h"
#include "shared/text.h"
#include "shared/units.h"

/* In the order of their importance; classes of frames without one of their own are OTHER. */
enum drawn {
	DRAWN_HOLE,
	DRAWN_POISON,
	DRAWN_ANON_LARGE,
	DRAWN_ANON,
	DRAWN_SHMEM,
	DRAWN_FILE,
	DRAWN_DIRTY,
	DRAWN_HUGETLB,
	DRAWN_KSM,
	DRAWN_SWAPCACHE,
	DRAWN_SLAB,
	DRAWN_TABLES,
	DRAWN_RESERVED,
	DRAWN_OFFLINE,
	DRAWN_OTHER,
	DRAWN_FREE,
	DRAWN,
};

static const struct picture_class classes[DRAWN + 1] = {
	[DRAWN_HOLE] = {"hole", '_', false, false},
	[DRAWN_POISON] = {"poison", 'X', false, true},
	[DRAWN_ANON_LARGE] = {"anon-thp", 'A', false, false},
	[DRAWN_ANON] = {"anon", 'a', false, false},
	[DRAWN_SHMEM] = {"shmem", 'm', false, false},
	[DRAWN_FILE] = {"file", 'f', false, false},
	[DRAWN_DIRTY] = {"dirty", 'd', false, false},
	[DRAWN_HUGETLB] = {"hugetlb", 'H', false, false},
	[DRAWN_KSM] = {"ksm", 'k', false, false},
	[DRAWN_SWAPCACHE] = {"swapcache", 'c', false, false},
	[DRAWN_SLAB] = {"slab", 's', false, false},
	[DRAWN_TABLES] = {"tables", 't', false, false},
	[DRAWN_RESERVED] = {"reserved", 'r', false, false},
	[DRAWN_OFFLINE] = {"offline", 'x', false, false},
	[DRAWN_OTHER] = {"other", 'o', false, false},
	[DRAWN_FREE] = {"free", '.', false, false},
};

static const enum drawn drawn_as[PMM_FRAME_CLASSES] = {
	[PMM_FRAME_FREE] = DRAWN_FREE,
	[PMM_FRAME_ANON] = DRAWN_ANON,
	[PMM_FRAME_ANON_LARGE] = DRAWN_ANON_LARGE,
	[PMM_FRAME_LAZYFREE] = DRAWN_ANON,
	[PMM_FRAME_KSM] = DRAWN_KSM,
	[PMM_FRAME_SWAPCACHE] = DRAWN_SWAPCACHE,
	[PMM_FRAME_SHMEM] = DRAWN_SHMEM,
	[PMM_FRAME_FILE] = DRAWN_FILE,
	[PMM_FRAME_FILE_DIRTY] = DRAWN_DIRTY,
	[PMM_FRAME_HUGETLB] = DRAWN_HUGETLB,
	[PMM_FRAME_SLAB] = DRAWN_SLAB,
	[PMM_FRAME_TABLES] = DRAWN_TABLES,
	[PMM_FRAME_ZERO] = DRAWN_RESERVED,
	[PMM_FRAME_RESERVED] = DRAWN_RESERVED,
	[PMM_FRAME_OFFLINE] = DRAWN_OFFLINE,
	[PMM_FRAME_POISON] = DRAWN_POISON,
	[PMM_FRAME_OTHER] = DRAWN_OTHER,
	[PMM_FRAME_HOLE] = DRAWN_HOLE,
};

enum {
	LINES = 12, /* about as many are made of all RAM */
	LABEL = sizeof("0x123456789000"),
	LEAST_CELLS = 8,
};

struct drawing {
	const struct pmm_ram *ram;
	struct picture *picture;
	uint64_t page_bytes;
	uint64_t cell;	     /* frames */
	size_t line;	     /* cells */
	size_t range;	     /* of RAM, the first that is not drawn yet */
	uint64_t start, end; /* of the part that is drawn */
	struct strip *strip;
};

/* A power of two, so that lines begin at round addresses. */
static size_t cells_in_line(size_t columns)
{
	size_t cells = LEAST_CELLS;

	while (cells * 2 + LABEL <= columns)
		cells *= 2;
	return cells;
}

static uint64_t count_frames(const struct pmm_ram *ram)
{
	const struct pmm_ram_range *range;
	uint64_t frames = 0;

	for (size_t i = 0; (range = pmm_ram_range(ram, i)); i++)
		frames += range->end_frame - range->start_frame;
	return frames;
}

/* The next part: ranges with less than a line of hole between them. */
static bool next_part(struct drawing *drawing)
{
	const struct pmm_ram_range *range = pmm_ram_range(drawing->ram, drawing->range);
	uint64_t line = drawing->cell * drawing->line;

	if (!range)
		return false;
	drawing->start = range->start_frame / line * line;
	do {
		drawing->end = range->end_frame;
		range = pmm_ram_range(drawing->ram, ++drawing->range);
	} while (range && range->start_frame - drawing->end < line);
	drawing->strip = strip_open(drawing->picture, drawing->end - drawing->start, drawing->cell);
	return true;
}

static void draw_part(struct drawing *drawing)
{
	struct strip *strip = drawing->strip;

	for (size_t at = 0; at < strip_cells(strip); at += drawing->line) {
		uint64_t frame = drawing->start + at * drawing->cell;
		char *cells;

		if (strip_is_blank(strip, at, drawing->line))
			continue;
		cells = strip_text(strip, at, drawing->line);
		printf("%#*jx %s\n", LABEL - 1, (uintmax_t)(frame * drawing->page_bytes), cells);
		free(cells);
	}
	drawing->strip = strip_close(strip);
}

static int draw_all(struct drawing *drawing, struct pmm_frame_pass *pass)
{
	const struct pmm_frame_run *run;
	bool is_open = next_part(drawing);
	int r;

	while ((r = pmm_frame_pass_next(pass, &run)) > 0) {
		while (is_open && run->frame >= drawing->end) {
			draw_part(drawing);
			is_open = next_part(drawing);
		}
		if (is_open && run->frame >= drawing->start && run->class != PMM_FRAME_HOLE)
			strip_add(drawing->strip, run->frame - drawing->start, run->frames,
				  drawn_as[run->class]);
	}
	if (is_open)
		draw_part(drawing);
	return r;
}

void frames_draw(struct inquest *inquest, const struct pmm_ram *ram, struct pmm_frame_pass *pass)
{
	const struct settings *settings = &inquest->settings;
	size_t columns = picture_columns(settings->picture_columns);
	struct drawing drawing = {
		.ram = ram,
		.picture = picture_open(classes, settings->in_ascii),
		.page_bytes = pmm_root_page_bytes(inquest->root),
		.line = cells_in_line(columns),
	};
	char size[UNITS_TEXT], *scale;
	int r;

	if (!pmm_ram_range(ram, 0)) {
		picture_close(drawing.picture);
		complain(NULL, "where RAM is cannot be told: nothing to draw");
		return;
	}

	drawing.cell = picture_cell(count_frames(ram), LINES * drawing.line, 1);
	r = draw_all(&drawing, pass);
	if (r < 0)
		complain(NULL, "%s", pmm_root_error(inquest->root));
	scale = format_text("1 cell = %s", format_size(size, drawing.cell * drawing.page_bytes));
	picture_legend(drawing.picture, columns, scale);
	free(scale);
	picture_close(drawing.picture);
}
