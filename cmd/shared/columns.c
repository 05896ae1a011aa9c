/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Rows of a table that has no end, in columns of widths that follow from the unit of the field and
 * from the numbers that came so far. Bounded tables are table.c's.
 */

#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "message.h"
#include "table.h"
#include "text.h"

static size_t width_of(const struct field *field)
{
	static const size_t widths[] = {
		[UNIT_TEXT] = 9,    [UNIT_COUNT] = 5,	[UNIT_BYTES] = 5,     [UNIT_PERCENT] = 6,
		[UNIT_RATE] = 6,    [UNIT_SECONDS] = 6, [UNIT_BYTE_RATE] = 6, [UNIT_ADDRESS] = 9,
		[UNIT_BOOLEAN] = 3, [UNIT_NUMBER] = 6,	[UNIT_OFFSET] = 13,
	};
	size_t heading = strlen(field->heading);

	return heading > widths[field->unit] ? heading : widths[field->unit];
}

static bool is_words(const struct field *field)
{
	return field->unit == UNIT_TEXT || field->unit == UNIT_BOOLEAN;
}

struct columns {
	const struct report_options *options;
	const struct selection *selection;
	size_t *widths;
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
	for (size_t i = 0; i < selection->count; i++)
		columns->widths[i] = width_of(field_of(columns, i));
	return columns;
}

/* A column of numbers is as wide as the widest so far. */
static void widen(struct columns *columns, size_t i, size_t width)
{
	if (!is_words(field_of(columns, i)) && width > columns->widths[i])
		columns->widths[i] = width;
}

/* WORDS of LENGTH bytes and WIDTH columns on the side that the cell's unit asks for. */
static void put_cell(struct columns *columns, size_t i, const char *words, size_t length,
		     size_t width)
{
	bool is_left = is_words(field_of(columns, i));
	bool is_last = i + 1 == columns->selection->count;
	size_t blanks;

	widen(columns, i, width);
	blanks = width < columns->widths[i] ? columns->widths[i] - width : 0;
	if (!is_left)
		line_put_blanks(blanks);
	line_put(words, length);
	if (is_left && !is_last)
		line_put_blanks(blanks);
	line_put_character(is_last ? '\n' : ' ');
}

/* Numbers and the command's own words, which are ASCII. */
static void put_words(struct columns *columns, size_t i, const char *words)
{
	size_t length = strlen(words);

	put_cell(columns, i, words, length, length);
}

static void put_escaped(struct columns *columns, size_t i, const char *text)
{
	size_t length = strlen(text);
	char *escaped;

	if (text_plain_front(text, length) == length) {
		put_cell(columns, i, text, length, length);
		return;
	}
	escaped = escape_text(text, length);
	put_cell(columns, i, escaped, strlen(escaped), text_width(escaped));
	free(escaped);
}

static void put_headings(struct columns *columns)
{
	for (size_t i = 0; i < columns->selection->count; i++)
		put_words(columns, i, field_of(columns, i)->heading);
	line_write();
	columns->has_headings = true;
}

static const char *words_of(const struct columns *columns, size_t i, const struct value *values,
			    char buffer[UNITS_TEXT])
{
	enum words style = columns->options->with_exact_bytes ? WORDS_BYTES : WORDS_HUMAN;

	return value_words(&values[columns->selection->indices[i]], field_of(columns, i)->unit,
			   style, buffer);
}

/* Headings stand above the numbers of the first row, however wide these are. */
static void fit_first_row(struct columns *columns, const struct value *values)
{
	char buffer[UNITS_TEXT];

	for (size_t i = 0; i < columns->selection->count; i++)
		widen(columns, i, strlen(words_of(columns, i, values, buffer)));
}

void columns_row(struct columns *columns, const struct value *values)
{
	char buffer[UNITS_TEXT];

	if (!columns->has_headings) {
		fit_first_row(columns, values);
		put_headings(columns);
	}
	for (size_t i = 0; i < columns->selection->count; i++) {
		const char *words = words_of(columns, i, values, buffer);

		if (values[columns->selection->indices[i]].kind == VALUE_TEXT)
			put_escaped(columns, i, words);
		else
			put_words(columns, i, words);
	}
	line_write();
}

struct columns *columns_close(struct columns *columns)
{
	if (!columns->has_headings)
		put_headings(columns);
	free(columns->widths);
	free(columns);
	return NULL;
}
