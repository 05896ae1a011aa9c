/* SPDX-License-Identifier: GPL-2.0-or-later */

/* --list-fields: the tables of fields of a command, as a report of their own. */

#include "field-list.h"

#include <stdio.h>

#include "stream.h"

static const char *const unit_names[] = {
	[UNIT_TEXT] = "text",	    [UNIT_COUNT] = "count",
	[UNIT_BYTES] = "bytes",	    [UNIT_PERCENT] = "percent",
	[UNIT_RATE] = "per-second", [UNIT_ADDRESS] = "address",
	[UNIT_BOOLEAN] = "yes/no",  [UNIT_NUMBER] = "number",
	[UNIT_SECONDS] = "seconds", [UNIT_BYTE_RATE] = "bytes-per-second",
	[UNIT_OFFSET] = "bytes",
};

enum { PART, HEADING, NAME, UNIT, MEANING, SOURCE, COLUMNS };

/* People see one list a part, with a title; what programs read says of each field where it is. */
static const struct field columns[COLUMNS + 1] = {
	[PART] = {.key = "part", .heading = "PART"},
	[HEADING] = {.key = "heading", .heading = "FIELD", .is_default = true},
	[NAME] = {.key = "name", .heading = "KEY", .is_default = true},
	[UNIT] = {.key = "unit", .heading = "UNIT", .is_default = true},
	[MEANING] = {.key = "meaning", .heading = "MEANING", .is_default = true},
	[SOURCE] = {.key = "source", .heading = "SOURCE", .is_default = true},
};

static void report_list(struct report *report, const struct field_list *list)
{
	for (const struct field *field = list->fields; field->key; field++)
		report_row(report, (struct value[COLUMNS]){
					   [PART] = value_text(list->part),
					   [HEADING] = value_text(field->heading),
					   [NAME] = value_text(field->key),
					   [UNIT] = value_text(unit_names[field->unit]),
					   [MEANING] = value_text(field->meaning),
					   [SOURCE] = value_text(field->source),
				   });
}

static void print_lists(const struct report_options *options, const struct field_list *lists)
{
	struct selection selection = selection_parse(columns, NULL);

	for (const struct field_list *list = lists; list->fields; list++) {
		struct report *report;

		if (list->title && !options->without_headings)
			printf("%s%s:\n", list == lists ? "" : "\n", list->title);
		report = report_open(options, &selection, NULL);
		report_list(report, list);
		report_close(report);
	}
	selection_free(&selection);
}

void fields_list(const struct report_options *options, const char *schema,
		 const struct field_list *lists)
{
	struct selection selection;
	struct report *report;

	if (options->format == FORMAT_TABLE) {
		print_lists(options, lists);
		return;
	}
	if (options->format == FORMAT_JSON) {
		json_open(NULL);
		json_text("schema", schema);
	}
	selection = selection_all(columns);
	report = report_open(options, &selection, "fields");
	for (; lists->fields; lists++)
		report_list(report, lists);
	report_close(report);
	selection_free(&selection);
	if (options->format == FORMAT_JSON) {
		json_close();
		json_end();
	}
}
