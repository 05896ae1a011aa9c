/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DOOR to libsmartcols: the only file that includes it. A table is held until it is complete, since
 * its widths depend on all rows; what has no bounds is written by stream.c.
 */

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "message.h"
#include "stream.h"
#include "terminal.h"
#include "text.h"

struct table {
	struct libscols_table *columns;
	const struct selection *selection;
	struct report_options options;
	size_t *widths; /* of each column of FORMAT_TABLE */
};

static const struct field *field_of(const struct table *table, size_t column)
{
	return &table->selection->fields[table->selection->indices[column]];
}

static const char *number_words(const struct value *value, enum unit unit, char buffer[UNITS_TEXT])
{
	switch (unit) {
	case UNIT_BYTES:
	case UNIT_BYTE_RATE:
		if (value->kind == VALUE_UNSIGNED)
			return format_size(buffer, value->number);
		return format_signed_size(buffer, value_as_real(value));
	case UNIT_PERCENT:
		return format_percent(buffer, value_as_real(value));
	case UNIT_RATE:
	case UNIT_SECONDS:
		return format_rate(buffer, value_as_real(value));
	case UNIT_BOOLEAN:
		return value_as_real(value) != 0 ? "yes" : "no";
	case UNIT_NUMBER:
		if (value->kind == VALUE_REAL) { /* a ratio: more digits tell nothing */
			snprintf(buffer, UNITS_TEXT, "%.2f", value->real);
			return buffer;
		}
		break;
	case UNIT_TEXT:
	case UNIT_COUNT:
	case UNIT_ADDRESS:
	case UNIT_OFFSET:
		break;
	}
	return value_exact(value, unit, buffer);
}

/* People see that it is an estimate. */
static const char *marked(const char *text, char buffer[UNITS_TEXT])
{
	char copy[UNITS_TEXT];

	snprintf(copy, sizeof(copy), "~%.*s", UNITS_TEXT - 2, text);
	memcpy(buffer, copy, sizeof(copy));
	return buffer;
}

const char *value_words(const struct value *value, enum unit unit, enum words words,
			char buffer[UNITS_TEXT])
{
	bool is_size = unit == UNIT_BYTES || unit == UNIT_BYTE_RATE;
	bool is_exact = words == WORDS_EXACT || (words == WORDS_BYTES && is_size);
	const char *text;

	if (is_exact || value->kind == VALUE_TEXT || value->kind == VALUE_ABSENT)
		text = value_exact(value, unit, buffer);
	else
		text = number_words(value, unit, buffer);
	if (text && value->is_estimate && words != WORDS_EXACT)
		text = marked(text, buffer);
	if (!text)
		return "-";
	return *text ? text : "\"\"";
}

static bool is_shell_character(char character)
{
	return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
	       (character >= '0' && character <= '9');
}

/* A heading as the name of a shell variable; free it. % becomes _PCT as in util-linux. */
static char *shell_name(const char *heading)
{
	char *name = allocate(strlen(heading) + 1, sizeof("_PCT")), *end = name;

	if (*heading >= '0' && *heading <= '9')
		*end++ = '_';
	for (; *heading; heading++) {
		*end++ = is_shell_character(*heading) ? *heading : '_';
		for (const char *rest = *heading == '%' ? "PCT" : ""; *rest; rest++)
			*end++ = *rest;
	}
	return name;
}

static void add_column(struct table *table, size_t column)
{
	const struct field *field = field_of(table, column);
	bool is_words = field->unit == UNIT_TEXT || field->unit == UNIT_BOOLEAN;
	int flags = (is_words ? 0 : SCOLS_FL_RIGHT) | (field->is_last ? SCOLS_FL_TRUNC : 0);
	char *name = table->options.format == FORMAT_PAIRS ? shell_name(field->heading) : NULL;

	if (!scols_table_new_column(table->columns, name ? name : field->heading, 0, flags))
		die_no_memory();
	free(name);
	table->widths[column] = text_width(field->heading);
}

struct table *table_open(const struct report_options *options, const struct selection *selection)
{
	struct table *table = allocate(1, sizeof(*table));

	table->columns = scols_new_table();
	table->selection = selection;
	table->options = *options;
	table->widths = allocate(selection->count + 1, sizeof(*table->widths));
	if (!table->columns)
		die_no_memory();
	scols_table_enable_noencoding(table->columns, options->format == FORMAT_TABLE);
	scols_table_enable_raw(table->columns, options->format == FORMAT_RAW);
	scols_table_enable_export(table->columns, options->format == FORMAT_PAIRS);
	scols_table_enable_noheadings(table->columns, options->without_headings);
	for (size_t i = 0; i < selection->count; i++)
		add_column(table, i);
	return table;
}

static const char *cell_words(const struct table *table, const struct value *value, enum unit unit,
			      char buffer[UNITS_TEXT])
{
	enum words style = table->options.format != FORMAT_TABLE ? WORDS_EXACT
			   : table->options.with_exact_bytes	 ? WORDS_BYTES
								 : WORDS_HUMAN;
	const char *words;

	if (table->options.format == FORMAT_PAIRS) {
		words = value_exact(value, unit, buffer);
		return words ? words : "";
	}
	return value_words(value, unit, style, buffer);
}

/*
 * What smartcols is told not to encode must be printable: of a byte that is not, its truncation
 * (2.38) makes an endless loop.
 */
static int set_escaped_cell(struct table *table, struct libscols_line *line, size_t column,
			    const char *words)
{
	char *escaped = escape_text(words, strlen(words));
	size_t width = text_width(escaped);

	if (width > table->widths[column] && !field_of(table, column)->is_last)
		table->widths[column] = width;
	return scols_line_refer_data(line, column, escaped);
}

void table_row(struct table *table, const struct value *values)
{
	struct libscols_line *line = scols_table_new_line(table->columns, NULL);
	char buffer[UNITS_TEXT];
	int r;

	if (!line)
		die_no_memory();
	for (size_t i = 0; i < table->selection->count; i++) {
		const struct value *value = &values[table->selection->indices[i]];
		const char *words = cell_words(table, value, field_of(table, i)->unit, buffer);

		if (table->options.format == FORMAT_TABLE)
			r = set_escaped_cell(table, line, i, words);
		else
			r = scols_line_set_data(line, i, words);
		if (r < 0)
			die_no_memory();
	}
}

/*
 * The width is that of stdout (smartcols asks stdin), but no less than what the table cannot do
 * without: where smartcols has to take from a column that does not yield, it breaks rows apart.
 */
static void fit_terminal(struct table *table)
{
	struct terminal terminal;
	size_t width = 0;

	if (!terminal_get(&terminal)) {
		scols_table_set_termforce(table->columns, SCOLS_TERMFORCE_NEVER);
		return;
	}
	scols_table_set_termforce(table->columns, SCOLS_TERMFORCE_ALWAYS);
	for (size_t i = 0; i < table->selection->count; i++)
		width += table->widths[i] + (i > 0);
	scols_table_set_termwidth(table->columns,
				  terminal.columns < width ? width : terminal.columns);
}

struct table *table_close(struct table *table)
{
	fit_terminal(table);
	if (scols_print_table(table->columns) < 0)
		die_no_memory();
	scols_unref_table(table->columns);
	free(table->widths);
	free(table);
	return NULL;
}
