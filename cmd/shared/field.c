/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Fields: which of them a user asks for by -o and --sort. */

#include "field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "opts.h"

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

bool field_wish_take(struct field_wish *wish, int id, const char *argument)
{
	switch (id) {
	case OPTS_OUTPUT:
		wish->list = argument;
		return true;
	case OPTS_SORT:
		wish->sort = argument;
		return true;
	case OPTS_OUTPUT_ALL:
		return wish->with_all = true;
	case OPTS_LIST_FIELDS:
		return wish->is_question = true;
	default:
		return false;
	}
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

struct selection selection_of(const struct field_wish *wish, const struct field *fields,
			      const char *list)
{
	return wish->with_all ? selection_all(fields) : selection_parse(fields, list);
}

void selection_free(struct selection *selection)
{
	free(selection->indices);
	*selection = (struct selection){0};
}
