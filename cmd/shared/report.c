/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hands rows to the one who writes their format: table.c or stream.c. Writes nothing itself.
 */

#include "report.h"

#include <stdlib.h>

#include "columns.h"
#include "message.h"
#include "opts.h"
#include "stream.h"
#include "table.h"

struct report {
	enum format format;
	struct report_options options;
	const struct selection *selection;
	struct table *table;	 /* of the formats that table.c writes */
	struct columns *columns; /* of a table without an end */
};

static const struct field *field_at(const struct selection *selection, size_t place)
{
	return &selection->fields[selection->indices[place]];
}

static bool is_separated(enum format format)
{
	return format == FORMAT_CSV || format == FORMAT_TSV;
}

static void separated_headings(enum format format, const struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++)
		separated_text(format == FORMAT_TSV, field_at(selection, i)->key,
			       i + 1 == selection->count);
}

bool report_options_take(struct report_options *options, int id)
{
	static const struct {
		int id;
		enum format format;
	} formats[] = {
		{OPTS_JSON, FORMAT_JSON}, {OPTS_CSV, FORMAT_CSV},     {OPTS_TSV, FORMAT_TSV},
		{OPTS_RAW, FORMAT_RAW},	  {OPTS_PAIRS, FORMAT_PAIRS},
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (formats[i].id == id) {
			options->format = formats[i].format;
			return true;
		}
	options->with_exact_bytes |= id == OPTS_BYTES;
	options->without_headings |= id == OPTS_NOHEADINGS;
	return id == OPTS_BYTES || id == OPTS_NOHEADINGS;
}

struct report *report_open(const struct report_options *options, const struct selection *selection,
			   const char *name)
{
	struct report *report = allocate(1, sizeof(*report));

	report->format = options->format;
	report->options = *options;
	report->selection = selection;
	if (report->format == FORMAT_JSON)
		json_open_array(name);
	else if (!is_separated(report->format) && !options->is_endless)
		report->table = table_open(options, selection);
	else if (options->format == FORMAT_TABLE)
		report->columns = columns_open(&report->options, selection);
	else if (!options->without_headings)
		separated_headings(report->format, selection);
	return report;
}

static void json_row(const struct selection *selection, const struct value *values)
{
	json_open(NULL);
	for (size_t i = 0; i < selection->count; i++) {
		const struct field *field = field_at(selection, i);

		json_value(field->key, field->unit, &values[selection->indices[i]]);
	}
	json_close();
}

static void separated_row(enum format format, const struct selection *selection,
			  const struct value *values)
{
	bool with_tabs = format == FORMAT_TSV;
	size_t last = selection->count - 1;

	for (size_t i = 0; i <= last; i++)
		separated_cell(with_tabs, field_at(selection, i)->unit,
			       &values[selection->indices[i]], i == last);
}

void report_row(struct report *report, const struct value *values)
{
	if (report->table)
		table_row(report->table, values);
	else if (report->format == FORMAT_JSON)
		json_row(report->selection, values);
	else if (report->columns)
		columns_row(report->columns, values);
	else
		separated_row(report->format, report->selection, values);
}

struct report *report_close(struct report *report)
{
	if (report->format == FORMAT_JSON)
		json_close_array();
	else if (report->table)
		report->table = table_close(report->table);
	else if (report->columns)
		report->columns = columns_close(report->columns);
	free(report);
	return NULL;
}
