/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strips of cells: who wins a cell, and what it is drawn as. All of it is arithmetic on parts of
 * cells; it neither knows what they are of nor writes anything but the legend.
 */

#include "picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "terminal.h"
#include "text.h"

enum { DEFAULT_COLUMNS = 80, SHADES = 3 };

#define LARGEST_CELL (UINT64_C(1) << 63)

struct shade {
	const char *block;
	const char *letter;
	const char *word; /* in the legend; NULL: that of the class */
};

static const struct shade shades[SHADES] = {
	{"█", "#", NULL},
	{"▓", "+", "half"},
	{"░", "-", "few"},
};

struct picture {
	const struct picture_class *classes;
	size_t count;
	bool in_ascii;
	bool is_drawn[PICTURE_CLASSES];
};

struct strip {
	struct picture *picture;
	uint64_t length;
	uint64_t cell;
	size_t cells;
	uint64_t *parts; /* of each cell, one for each class */
	uint8_t *wins;	 /* the class that each cell shows; NULL: not decided yet */
};

static bool can_print_blocks(void)
{
	char *escaped = escape_text(shades[0].block, strlen(shades[0].block));
	bool can = !strcmp(escaped, shades[0].block);

	free(escaped);
	return can;
}

struct picture *picture_open(const struct picture_class *classes, bool in_ascii)
{
	struct picture *picture = allocate(1, sizeof(*picture));

	picture->classes = classes;
	while (classes[picture->count].word)
		picture->count++;
	picture->in_ascii = in_ascii || !can_print_blocks();
	return picture;
}

struct picture *picture_close(struct picture *picture)
{
	free(picture);
	return NULL;
}

size_t picture_columns(size_t width)
{
	struct terminal terminal;

	if (width)
		return width;
	return terminal_get(&terminal) ? terminal.columns : DEFAULT_COLUMNS;
}

uint64_t picture_cell(uint64_t length, size_t count, uint64_t least)
{
	uint64_t cell = 1;

	while (cell < LARGEST_CELL && (cell < least || (length - 1) / cell >= count))
		cell *= 2;
	return cell;
}

/* ---- parts ---- */

struct strip *strip_open(struct picture *picture, uint64_t length, uint64_t cell)
{
	struct strip *strip = allocate(1, sizeof(*strip));

	strip->picture = picture;
	strip->length = length;
	strip->cell = cell;
	strip->cells = (size_t)((length - 1) / cell + 1);
	strip->parts = allocate(strip->cells, picture->count * sizeof(*strip->parts));
	return strip;
}

struct strip *strip_close(struct strip *strip)
{
	if (!strip)
		return NULL;
	free(strip->parts);
	free(strip->wins);
	free(strip);
	return NULL;
}

static uint64_t *parts_of(const struct strip *strip, size_t cell)
{
	return strip->parts + cell * strip->picture->count;
}

void strip_add(struct strip *strip, uint64_t start, uint64_t length, size_t class)
{
	uint64_t at = start, end = strip->length;

	if (start < end && length < end - start)
		end = start + length;
	while (at < end) {
		size_t cell = (size_t)(at / strip->cell);
		uint64_t left = strip->cell - at % strip->cell;
		uint64_t part = end - at < left ? end - at : left;

		parts_of(strip, cell)[class] += part;
		at += part;
	}
}

size_t strip_cells(const struct strip *strip)
{
	return strip->cells;
}

static size_t cut_count(const struct strip *strip, size_t first, size_t count)
{
	size_t left = first < strip->cells ? strip->cells - first : 0;

	return count < left ? count : left;
}

bool strip_is_blank(const struct strip *strip, size_t first, size_t count)
{
	count = cut_count(strip, first, count);
	for (size_t i = first; i < first + count; i++)
		for (size_t kind = 1; kind < strip->picture->count; kind++)
			if (parts_of(strip, i)[kind])
				return false;
	return true;
}

/* ---- who wins ---- */

static size_t largest(const struct strip *strip, size_t cell)
{
	const uint64_t *parts = parts_of(strip, cell);
	size_t winner = 0;

	for (size_t kind = 1; kind < strip->picture->count; kind++)
		if (parts[kind] && (!winner || parts[kind] > parts[winner]))
			winner = kind;
	return winner;
}

/* The cell that a rare class may have, that with most of it; the number of cells: there is none. */
static size_t cell_for_rare(const struct strip *strip, size_t class)
{
	const struct picture_class *classes = strip->picture->classes;
	size_t best = strip->cells;
	uint64_t most = 0;

	for (size_t i = 0; i < strip->cells; i++) {
		uint64_t part = parts_of(strip, i)[class];

		if (strip->wins[i] == class)
			return strip->cells; /* it needs none */
		if (classes[strip->wins[i]].is_rare && strip->wins[i] < class)
			continue;
		if (part > most) {
			most = part;
			best = i;
		}
	}
	return best;
}

static void decide(struct strip *strip)
{
	strip->wins = allocate(strip->cells, sizeof(*strip->wins));
	for (size_t i = 0; i < strip->cells; i++)
		strip->wins[i] = (uint8_t)largest(strip, i);
	for (size_t class = 1; class < strip->picture->count; class += 1) {
		size_t cell = strip->cells;

		if (strip->picture->classes[class].is_rare)
			cell = cell_for_rare(strip, class);
		if (cell < strip->cells)
			strip->wins[cell] = (uint8_t) class;
	}
}

/* ---- drawing ---- */

static size_t shade_of(const struct strip *strip, size_t cell, size_t class)
{
	uint64_t start = cell * strip->cell;
	uint64_t left = strip->length - start;
	double whole = (double)(left < strip->cell ? left : strip->cell);
	double part = (double)parts_of(strip, cell)[class];

	if (part * 4 >= whole * 3)
		return 0;
	return part * 4 >= whole ? 1 : 2;
}

static const char *shade_glyph(const struct picture *picture, size_t shade)
{
	return picture->in_ascii ? shades[shade].letter : shades[shade].block;
}

static char *put_cell(const struct strip *strip, size_t cell, char *end)
{
	size_t class = strip->wins[cell];
	const struct picture_class *drawn = &strip->picture->classes[class];
	const char *glyph = &drawn->letter;
	size_t length = 1;

	if (drawn->has_shades) {
		glyph = shade_glyph(strip->picture, shade_of(strip, cell, class));
		length = strlen(glyph);
	}
	memcpy(end, glyph, length);
	strip->picture->is_drawn[class] = true;
	return end + length;
}

char *strip_text(struct strip *strip, size_t first, size_t count)
{
	size_t glyph = strlen(shades[0].block);
	char *text, *end;

	if (!strip->wins)
		decide(strip);
	count = cut_count(strip, first, count);
	text = allocate(count + 1, glyph);
	end = text;
	for (size_t i = first; i < first + count; i++)
		end = put_cell(strip, i, end);
	*end = '\0';
	return text;
}

static void put_shades(struct flow *flow, const struct picture *picture, const char *word)
{
	for (size_t i = 0; i < SHADES; i++)
		flow_item(flow, "%s %s", shade_glyph(picture, i),
			  shades[i].word ? shades[i].word : word);
}

void picture_legend(const struct picture *picture, size_t columns, const char *scale)
{
	struct flow flow = {.width = columns};
	bool is_empty = !scale;

	flow_begin(&flow, "", 0);
	/* The first class is what is left: it comes last. */
	for (size_t i = 1; i <= picture->count; i++) {
		const struct picture_class *class = &picture->classes[i % picture->count];

		if (!picture->is_drawn[i % picture->count])
			continue;
		is_empty = false;
		if (class->has_shades)
			put_shades(&flow, picture, class->word);
		else
			flow_item(&flow, "%c %s", class->letter, class->word);
	}
	if (scale)
		flow_item(&flow, "  %s", scale);
	if (!is_empty)
		flow_end(&flow);
}
