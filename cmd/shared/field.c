/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields and values: which fields a user asks for by -o and --sort, how values compare, and
 * --list-fields. How a value is written is known by stream.c and table.c.
 */

#include "field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "report.h"
#include "stream.h"

static const char *const unit_names[] = {
	[UNIT_TEXT] = "text",	    [UNIT_COUNT] = "count",
	[UNIT_BYTES] = "bytes",	    [UNIT_PERCENT] = "percent",
	[UNIT_RATE] = "per-second", [UNIT_ADDRESS] = "address",
	[UNIT_BOOLEAN] = "yes/no",  [UNIT_NUMBER] = "number",
	[UNIT_SECONDS] = "seconds", [UNIT_BYTE_RATE] = "bytes-per-second",
};

struct value value_absent(void)
{
	return (struct value){.kind = VALUE_ABSENT};
}

struct value value_unsigned(uint64_t number)
{
	if (number == UINT64_MAX)
		return value_absent();
	return (struct value){.kind = VALUE_UNSIGNED, .number = number};
}

struct value value_signed(int64_t number)
{
	return (struct value){.kind = VALUE_SIGNED, .integer = number};
}

struct value value_real(double real)
{
	if (!isfinite(real))
		return value_absent();
	return (struct value){.kind = VALUE_REAL, .real = real};
}

struct value value_text(const char *text)
{
	if (!text)
		return value_absent();
	return (struct value){.kind = VALUE_TEXT, .text = text};
}

double value_as_real(const struct value *value)
{
	switch (value->kind) {
	case VALUE_UNSIGNED:
		return (double)value->number;
	case VALUE_SIGNED:
		return (double)value->integer;
	case VALUE_REAL:
		return value->real;
	case VALUE_ABSENT:
	case VALUE_TEXT:
		break;
	}
	return (double)NAN;
}

#define THREE_WAY(a, b) (((a) > (b)) - ((a) < (b)))

/* Whole numbers are compared as such: a double does not hold all of 64 bits. */
static int numbers_compare(const struct value *a, const struct value *b)
{
	bool a_is_negative = a->kind == VALUE_SIGNED && a->integer < 0;
	bool b_is_negative = b->kind == VALUE_SIGNED && b->integer < 0;

	if (a->kind == VALUE_REAL || b->kind == VALUE_REAL)
		return THREE_WAY(value_as_real(a), value_as_real(b));
	if (a_is_negative || b_is_negative)
		return a_is_negative && b_is_negative ? THREE_WAY(a->integer, b->integer)
						      : b_is_negative - a_is_negative;
	return THREE_WAY(a->number, b->number);
}

/* Absent, then numbers, then text. */
static int value_rank(const struct value *value)
{
	return value->kind == VALUE_ABSENT ? 0 : value->kind == VALUE_TEXT ? 2 : 1;
}

int value_compare(const struct value *a, const struct value *b)
{
	int a_rank = value_rank(a), b_rank = value_rank(b);

	if (a_rank != b_rank)
		return a_rank - b_rank;
	if (a->kind == VALUE_TEXT)
		return strcmp(a->text, b->text);
	return a->kind == VALUE_ABSENT ? 0 : numbers_compare(a, b);
}

static char upper(char character)
{
	return character >= 'a' && character <= 'z' ? (char)(character - 'a' + 'A') : character;
}

/* Not strncasecmp(3): in Turkish, an i is not the I of SIZE. */
static bool is_word(const char *name, const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!name[i] || upper(name[i]) != upper(word[i]))
			return false;
	return !name[length];
}

/* By its key or its heading, in any case. */
static bool field_is_named(const struct field *field, const char *word, size_t length)
{
	return is_word(field->key, word, length) || is_word(field->heading, word, length);
}

/* After a complaint. */
_Noreturn static void point_to_list(void)
{
	fprintf(stderr, "Try '%s --list-fields'\n", program_name());
	exit(EXIT_USAGE);
}

static size_t find_or_die(const struct field *fields, const char *word, size_t length)
{
	for (size_t i = 0; fields[i].key; i++)
		if (field_is_named(&fields[i], word, length))
			return i;

	if (length)
		complain(NULL, "unknown field '%.*s'", (int)length, word);
	else
		complain(NULL, "a name is missing in the list of fields");
	point_to_list();
}

bool fields_have(const struct field *fields, const char *word, size_t length)
{
	for (; fields->key; fields++)
		if (field_is_named(fields, word, length))
			return true;
	return false;
}

void fields_refuse_others(const struct field *fields, const struct field *others, const char *list,
			  const char *why)
{
	list += *list == '+';
	while (*list) {
		size_t length = strcspn(list, ",");

		if (!fields_have(fields, list, length) && fields_have(others, list, length)) {
			complain(NULL, "%.*s: %s", (int)length, list, why);
			point_to_list();
		}
		list += length + (list[length] == ',');
	}
}

size_t field_find(const struct field *fields, const char *name)
{
	return find_or_die(fields, name, strlen(name));
}

static struct selection selection_make(const struct field *fields)
{
	size_t count = 0;

	while (fields[count].key)
		count++;
	return (struct selection){
		.fields = fields,
		.indices = allocate(count + 1, sizeof(size_t)),
	};
}

/* A field is shown once, where it is named first: an object has each of its keys once. */
static void add_field(struct selection *selection, size_t index)
{
	for (size_t i = 0; i < selection->count; i++)
		if (selection->indices[i] == index)
			return;
	selection->indices[selection->count++] = index;
}

static void add_fields(struct selection *selection, bool with_all)
{
	for (size_t i = 0; selection->fields[i].key; i++)
		if (with_all || selection->fields[i].is_default)
			add_field(selection, i);
}

/* What was added to the default must not stand behind the column that gives way, out of sight. */
static void put_yielding_last(struct selection *selection)
{
	for (size_t i = 0; i + 1 < selection->count; i++) {
		size_t index = selection->indices[i];

		if (!selection->fields[index].is_last)
			continue;
		memmove(&selection->indices[i], &selection->indices[i + 1],
			(selection->count - i - 1) * sizeof(index));
		selection->indices[selection->count - 1] = index;
		return;
	}
}

struct selection selection_parse(const struct field *fields, const char *list)
{
	bool with_default = !list || *list == '+';
	const char *name = list && with_default ? list + 1 : list;
	struct selection selection = selection_make(fields);

	if (with_default)
		add_fields(&selection, false);
	while (name) {
		size_t length = strcspn(name, ",");

		add_field(&selection, find_or_die(fields, name, length));
		name = name[length] ? name + length + 1 : NULL;
	}
	if (with_default)
		put_yielding_last(&selection);
	return selection;
}

struct selection selection_all(const struct field *fields)
{
	struct selection selection = selection_make(fields);

	add_fields(&selection, true);
	return selection;
}

void selection_free(struct selection *selection)
{
	free(selection->indices);
	*selection = (struct selection){0};
}

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
