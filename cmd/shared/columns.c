/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Rows of a table that has no end, in columns of widths that follow from the unit of the field and
 * from the numbers that came so far. Bounded tables are table.c's.
 */

#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "table.h"
#include "text.h"

static int width_of(const struct field *field)
{
	static const int widths[] = {
		[UNIT_TEXT] = 9,    [UNIT_COUNT] = 5,	[UNIT_BYTES] = 5,     [UNIT_PERCENT] = 6,
		[UNIT_RATE] = 6,    [UNIT_SECONDS] = 6, [UNIT_BYTE_RATE] = 6, [UNIT_ADDRESS] = 9,
		[UNIT_BOOLEAN] = 3, [UNIT_NUMBER] = 6,	[UNIT_OFFSET] = 13,
	};
	int heading = (int)strlen(field->heading);

	return heading > widths[field->unit] ? heading : widths[field->unit];
}

static bool is_words(const struct field *field)
{
	return field->unit == UNIT_TEXT || field->unit == UNIT_BOOLEAN;
}

/* Of the row at hand. */
struct cell {
	char buffer[UNITS_TEXT];
	const char *words;
	char *escaped; /* of a text: what words are in */
};

struct columns {
	const struct report_options *options;
	const struct selection *selection;
	int *widths;
	struct cell *cells;
	bool has_headings; /* they are written, or not wanted */
};

static const struct field *field_of(const struct columns *columns, size_t i)
{
	return &columns->selection->fields[columns->selection->indices[i]];
}

struct columns *columns_open(const struct report_options *options,
			     const struct selection *selection)
{
	struct columns *columns = allocate(1, sizeof(*columns));

	columns->options = options;
	columns->selection = selection;
	columns->has_headings = options->without_headings;
	columns->widths = allocate(selection->count + 1, sizeof(*columns->widths));
	columns->cells = allocate(selection->count + 1, sizeof(*columns->cells));
	for (size_t i = 0; i < selection->count; i++)
		columns->widths[i] = width_of(field_of(columns, i));
	return columns;
}

static void put_cell(const struct columns *columns, size_t i, const char *words)
{
	bool is_left = is_words(field_of(columns, i));
	bool is_last = i + 1 == columns->selection->count;
	int width = is_left ? -columns->widths[i] : columns->widths[i];

	printf("%*s%c", is_last && is_left ? 0 : width, words, is_last ? '\n' : ' ');
}

static void put_headings(struct columns *columns)
{
	for (size_t i = 0; !columns->has_headings && i < columns->selection->count; i++)
		put_cell(columns, i, field_of(columns, i)->heading);
	columns->has_headings = true;
}

static void set_cell(struct columns *columns, size_t i, const struct value *value)
{
	enum words style = columns->options->with_exact_bytes ? WORDS_BYTES : WORDS_HUMAN;
	const struct field *field = field_of(columns, i);
	struct cell *cell = &columns->cells[i];
	int width;

	cell->words = value_words(value, field->unit, style, cell->buffer);
	cell->escaped = NULL;
	if (value->kind == VALUE_TEXT)
		cell->words = cell->escaped = escape_text(cell->words, strlen(cell->words));
	width = is_words(field) ? 0 : (int)strlen(cell->words);
	if (width > columns->widths[i])
		columns->widths[i] = width;
}

void columns_row(struct columns *columns, const struct value *values)
{
	for (size_t i = 0; i < columns->selection->count; i++)
		set_cell(columns, i, &values[columns->selection->indices[i]]);
	put_headings(columns);
	for (size_t i = 0; i < columns->selection->count; i++) {
		put_cell(columns, i, columns->cells[i].words);
		free(columns->cells[i].escaped);
	}
}

struct columns *columns_close(struct columns *columns)
{
	put_headings(columns);
	free(columns->widths);
	free(columns->cells);
	free(columns);
	return NULL;
}
