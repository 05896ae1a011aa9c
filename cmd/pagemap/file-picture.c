/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap file --map: a strip for each file, which shows what part of it is in the page cache. The
 * pages of each cell are counted, so that it takes as long for a large file as for a small one.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "shared/message.h"
#include "shared/picture.h"
#include "shared/text.h"
#include "shared/units.h"

enum class {
	CLASS_NONE,
	CLASS_RESIDENT,
	CLASS_DIRTY,
	CLASS_WRITEBACK,
	CLASS_SWAP,
	CLASS_EVICTED,
};

static const struct picture_class classes[] = {
	[CLASS_NONE] = {"not resident", '.', false, false},
	[CLASS_RESIDENT] = {"resident", '#', true, false},
	[CLASS_DIRTY] = {"dirty", 'D', false, true},
	[CLASS_WRITEBACK] = {"being written", 'W', false, true},
	[CLASS_SWAP] = {"in swap", 's', false, true},
	[CLASS_EVICTED] = {"evicted", 'e', false, false},
	{NULL, 0, false, false},
};

struct drawing {
	const struct operands *operands;
	struct picture *picture;
	size_t columns;
	uint64_t page_bytes;
};

static uint64_t known(uint64_t pages)
{
	return pages == PMM_ABSENT ? 0 : pages;
}

/* Pages of a cell, one kind behind the other: where in it they are is too small to be seen. */
static void draw_cell(struct strip *strip, uint64_t start, uint64_t page_bytes,
		      const struct pmm_file_pages *pages)
{
	uint64_t dirty = known(pages->dirty), writeback = known(pages->writeback);
	uint64_t clean = pages->cached > dirty + writeback ? pages->cached - dirty - writeback : 0;
	const uint64_t counts[] = {
		[CLASS_RESIDENT] = clean,
		[CLASS_DIRTY] = dirty,
		[CLASS_WRITEBACK] = writeback,
		[CLASS_SWAP] = known(pages->swapped),
		[CLASS_EVICTED] = known(pages->evicted),
	};

	for (size_t i = CLASS_RESIDENT; i < sizeof(counts) / sizeof(*counts); i++) {
		strip_add(strip, start, counts[i] * page_bytes, i);
		start += counts[i] * page_bytes;
	}
}

/* False: what is resident is not shown to us. RET_CACHED: all pages. */
static bool fill(const struct drawing *drawing, struct pmm_file *file, struct strip *strip,
		 uint64_t cell, uint64_t *ret_cached)
{
	struct pmm_file_pages pages;

	*ret_cached = 0;
	for (size_t i = 0; i < strip_cells(strip); i++) {
		if (!file_count(drawing->operands, file, i * cell, cell, &pages))
			return false;
		*ret_cached += pages.cached;
		draw_cell(strip, i * cell, drawing->page_bytes, &pages);
	}
	return true;
}

static const char *size_text(const struct drawing *drawing, uint64_t bytes, char text[UNITS_TEXT])
{
	if (drawing->operands->inquest->settings.report.with_exact_bytes)
		snprintf(text, UNITS_TEXT, "%ju", (uintmax_t)bytes);
	else
		format_size(text, bytes);
	return text;
}

static void draw_file(const struct drawing *drawing, struct pmm_file *file)
{
	const char *path = operands_path(drawing->operands);
	uint64_t size = pmm_file_size_bytes(file), cached = 0, cell;
	char first[UNITS_TEXT], second[UNITS_TEXT], third[UNITS_TEXT];
	bool is_known = true;
	struct strip *strip;

	/* What is shown of an empty file is that it is empty. */
	cell = picture_cell(size, drawing->columns, drawing->page_bytes);
	strip = size ? strip_open(drawing->picture, size, cell) : NULL;
	if (strip)
		is_known = fill(drawing, file, strip, cell, &cached);
	put_text(stdout, path, strlen(path));
	printf("  %s of %s",
	       is_known ? size_text(drawing, cached * drawing->page_bytes, first) : "-",
	       size_text(drawing, size, second));
	if (strip && is_known) {
		char *text = strip_text(strip, 0, strip_cells(strip));

		printf("  1 cell = %s\n%s", size_text(drawing, cell, third), text);
		free(text);
	}
	putchar('\n');
	strip_close(strip);
}

void file_picture_run(struct operands *operands)
{
	const struct settings *settings = &operands->inquest->settings;
	struct drawing drawing = {
		.operands = operands,
		.picture = picture_open(classes, settings->in_ascii),
		.columns = picture_columns(settings->picture_columns),
		.page_bytes = pmm_root_page_bytes(operands->inquest->root),
	};
	struct pmm_file *file;

	file_remark_missing(operands->inquest);
	while ((file = operands_next(operands)))
		draw_file(&drawing, file);
	picture_legend(drawing.picture, drawing.columns, NULL);
	picture_close(drawing.picture);
}
