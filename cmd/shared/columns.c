/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Rows of a table that has no end, in columns of widths that follow from the unit of the field.
 * Bounded tables are table.c's.
 */

#include "columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void put_cell(const struct field *field, const char *words, bool is_last)
{
	int width = width_of(field);

	if (is_words(field))
		width = -width;
	printf("%*s%c", is_last && is_words(field) ? 0 : width, words, is_last ? '\n' : ' ');
}

void columns_headings(const struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++) {
		const struct field *field = &selection->fields[selection->indices[i]];

		put_cell(field, field->heading, i + 1 == selection->count);
	}
}

void columns_row(const struct report_options *options, const struct selection *selection,
		 const struct value *values)
{
	enum words style = options->with_exact_bytes ? WORDS_BYTES : WORDS_HUMAN;
	char buffer[UNITS_TEXT];

	for (size_t i = 0; i < selection->count; i++) {
		const struct field *field = &selection->fields[selection->indices[i]];
		const struct value *value = &values[selection->indices[i]];
		const char *words = value_words(value, field->unit, style, buffer);
		char *escaped = NULL;

		if (value->kind == VALUE_TEXT)
			escaped = escape_text(words, strlen(words));
		put_cell(field, escaped ? escaped : words, i + 1 == selection->count);
		free(escaped);
	}
}
