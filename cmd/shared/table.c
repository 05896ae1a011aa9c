/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DOOR to libsmartcols: the only file that includes it. A table is held until it is complete, since
 * its widths depend on all rows; what has no bounds is written by stream.c.
 */

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libsmartcols.h>

#include "message.h"
#include "stream.h"
#include "text.h"

struct table {
	struct libscols_table *columns;
	const struct selection *selection;
	enum format format;
	enum words words;
};

static const char *number_words(const struct value *value, enum unit unit, char buffer[UNITS_TEXT])
{
	switch (unit) {
	case UNIT_BYTES:
		if (value->kind == VALUE_UNSIGNED)
			return format_size(buffer, value->number);
		return format_signed_size(buffer, value_as_real(value));
	case UNIT_PERCENT:
		return format_percent(buffer, value_as_real(value));
	case UNIT_RATE:
		return format_rate(buffer, value_as_real(value));
	case UNIT_BOOLEAN:
		return value_as_real(value) != 0 ? "yes" : "no";
	case UNIT_TEXT:
	case UNIT_COUNT:
	case UNIT_ADDRESS:
	case UNIT_NUMBER:
		break;
	}
	return value_exact(value, unit, buffer);
}

const char *value_words(const struct value *value, enum unit unit, enum words words,
			char buffer[UNITS_TEXT])
{
	bool is_exact = words == WORDS_EXACT || (words == WORDS_BYTES && unit == UNIT_BYTES);
	const char *text;

	if (is_exact || value->kind == VALUE_TEXT || value->kind == VALUE_ABSENT)
		text = value_exact(value, unit, buffer);
	else
		text = number_words(value, unit, buffer);
	return text ? text : "-";
}

/* A heading as the name of a shell variable; free it. % becomes PCT as in util-linux. */
static char *shell_name(const char *heading)
{
	char *name = allocate(strlen(heading) + 1, sizeof("_PCT")), *end = name;

	if (*heading >= '0' && *heading <= '9')
		*end++ = '_';
	for (; *heading; heading++) {
		bool is_letter = (*heading >= 'A' && *heading <= 'Z') ||
				 (*heading >= 'a' && *heading <= 'z');

		if (is_letter || (*heading >= '0' && *heading <= '9'))
			*end++ = *heading;
		else if (*heading == '%')
			end = stpcpy(end, end == name || end[-1] == '_' ? "PCT" : "_PCT");
		else
			*end++ = '_';
	}
	return name;
}

static void add_column(struct table *table, const struct field *field)
{
	bool is_words = field->unit == UNIT_TEXT || field->unit == UNIT_BOOLEAN;
	int flags = (is_words ? 0 : SCOLS_FL_RIGHT) | (field->is_last ? SCOLS_FL_TRUNC : 0);
	char *name = table->format == FORMAT_PAIRS ? shell_name(field->heading) : NULL;

	if (!scols_table_new_column(table->columns, name ? name : field->heading, 0, flags))
		die_no_memory();
	free(name);
}

/* libsmartcols asks stdin for the width; it is stdout that must be wide enough. */
static void fit_terminal(struct libscols_table *columns)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO)) {
		scols_table_set_termforce(columns, SCOLS_TERMFORCE_NEVER);
		return;
	}
	scols_table_set_termforce(columns, SCOLS_TERMFORCE_ALWAYS);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		scols_table_set_termwidth(columns, size.ws_col);
}

struct table *table_open(const struct report_options *options, const struct selection *selection)
{
	struct table *table = allocate(1, sizeof(*table));

	*table = (struct table){
		.columns = scols_new_table(),
		.selection = selection,
		.format = options->format,
		.words = options->format != FORMAT_TABLE ? WORDS_EXACT
			 : options->with_exact_bytes	 ? WORDS_BYTES
							 : WORDS_HUMAN,
	};
	if (!table->columns)
		die_no_memory();
	scols_table_enable_noencoding(table->columns, options->format == FORMAT_TABLE);
	scols_table_enable_raw(table->columns, options->format == FORMAT_RAW);
	scols_table_enable_export(table->columns, options->format == FORMAT_PAIRS);
	scols_table_enable_noheadings(table->columns, options->without_headings);
	fit_terminal(table->columns);

	for (size_t i = 0; i < selection->count; i++)
		add_column(table, &selection->fields[selection->indices[i]]);
	return table;
}

static const char *cell_words(const struct table *table, const struct value *value, enum unit unit,
			      char buffer[UNITS_TEXT])
{
	const char *words;

	if (table->format == FORMAT_PAIRS) {
		words = value_exact(value, unit, buffer);
		return words ? words : "";
	}
	words = value_words(value, unit, table->words, buffer);
	return *words ? words : "\"\"";
}

/*
 * What smartcols is told not to encode must be printable: of a byte that is not, its truncation
 * (2.38) makes an endless loop.
 */
static int set_cell(const struct table *table, struct libscols_line *line, size_t column,
		    const char *words)
{
	if (table->format == FORMAT_TABLE)
		return scols_line_refer_data(line, column, escape_text(words, strlen(words)));
	return scols_line_set_data(line, column, words);
}

void table_row(struct table *table, const struct value *values)
{
	const struct selection *selection = table->selection;
	struct libscols_line *line = scols_table_new_line(table->columns, NULL);
	char buffer[UNITS_TEXT];

	if (!line)
		die_no_memory();
	for (size_t i = 0; i < selection->count; i++) {
		size_t index = selection->indices[i];
		const char *words =
			cell_words(table, &values[index], selection->fields[index].unit, buffer);

		if (set_cell(table, line, i, words) < 0)
			die_no_memory();
	}
}

struct table *table_close(struct table *table)
{
	if (scols_print_table(table->columns) < 0)
		die_no_memory();
	scols_unref_table(table->columns);
	free(table);
	return NULL;
}
