/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The text of the preferences, in and out. */

#include "preferences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/text.h"

/* A line, or a word of one. */
struct word {
	const char *bytes;
	size_t length;
};

enum name { NAME_COLUMNS, NAME_SORT, NAME_REVERSE, NAMES };

static const char *const names[NAMES] = {
	[NAME_COLUMNS] = "columns",
	[NAME_SORT] = "sort",
	[NAME_REVERSE] = "reverse",
};

static const char by_default[] = "default";

static bool is_word(struct word word, const char *text)
{
	return word.length == strlen(text) && !memcmp(word.bytes, text, word.length);
}

/* Take what stands before the first SEPARATOR off the front of REST, and it, too. */
static struct word take(struct word *rest, char separator)
{
	const char *end = memchr(rest->bytes, separator, rest->length);
	struct word word = {rest->bytes, end ? (size_t)(end - rest->bytes) : rest->length};
	size_t taken = word.length + (end != NULL);

	rest->bytes += taken;
	rest->length -= taken;
	return word;
}

/* By its key, which no version changes. */
static bool find_field(struct word word, enum process_field *ret_field)
{
	for (enum process_field field = 0; field < PROCESS_FIELDS; field++)
		if (is_word(word, process_fields[field].key)) {
			*ret_field = field;
			return true;
		}
	return false;
}

static char *unknown_field(struct word word)
{
	return format_text("unknown field: %.*s", (int)word.length, word.bytes);
}

static char *parse_columns(struct word list, struct columns *ret_columns)
{
	struct columns columns = {.count = 0};

	do {
		struct word word = take(&list, ',');
		enum process_field field;

		if (!find_field(word, &field))
			return unknown_field(word);
		if (columns_have(&columns, field))
			return format_text("%s stands there twice", process_fields[field].key);
		columns.fields[columns.count++] = field;
	} while (list.length);
	*ret_columns = columns;
	return NULL;
}

static char *parse_sort(struct word word, size_t *ret_sort)
{
	enum process_field field;

	if (is_word(word, by_default)) {
		*ret_sort = SORT_DEFAULT;
		return NULL;
	}
	if (!find_field(word, &field))
		return unknown_field(word);
	*ret_sort = field;
	return NULL;
}

static char *parse_value(enum name name, struct word value, struct preferences *preferences)
{
	switch (name) {
	case NAME_COLUMNS:
		return parse_columns(value, &preferences->columns);
	case NAME_SORT:
		return parse_sort(value, &preferences->sort);
	default:
		preferences->is_reversed = is_word(value, "yes");
		return preferences->is_reversed || is_word(value, "no")
			       ? NULL
			       : format_text("yes or no expected");
	}
}

static char *parse_line(struct word line, unsigned *seen, struct preferences *preferences)
{
	struct word name = take(&line, ' ');

	for (enum name i = 0; i < NAMES; i++) {
		if (!is_word(name, names[i]))
			continue;
		if (*seen & 1U << i)
			return format_text("%s stands there twice", names[i]);
		*seen |= 1U << i;
		return parse_value(i, line, preferences);
	}
	return format_text("columns, sort or reverse expected");
}

char *preferences_parse(const char *text, size_t length, struct preferences *preferences)
{
	struct preferences parsed = *preferences;
	struct word rest = {text, length};
	unsigned seen = 0;

	for (size_t number = 1; rest.length; number++) {
		struct word line = take(&rest, '\n');
		char *fault, *words;

		if (!line.length || *line.bytes == '#')
			continue;
		fault = parse_line(line, &seen, &parsed);
		if (!fault)
			continue;
		words = format_text("%zu: %s", number, fault);
		free(fault);
		return words;
	}
	*preferences = parsed;
	return NULL;
}

size_t preferences_format(const struct preferences *preferences, char buffer[PREFERENCES_BYTES])
{
	const struct columns *columns = &preferences->columns;
	size_t length = (size_t)snprintf(buffer, PREFERENCES_BYTES,
					 "# How vmtop shows processes; its screen writes this.\n"
					 "columns ");

	for (size_t i = 0; i < columns->count; i++)
		length += (size_t)snprintf(buffer + length, PREFERENCES_BYTES - length, "%s%s",
					   i ? "," : "", process_fields[columns->fields[i]].key);
	return length + (size_t)snprintf(buffer + length, PREFERENCES_BYTES - length,
					 "\nsort %s\nreverse %s\n",
					 preferences->sort == SORT_DEFAULT
						 ? by_default
						 : process_fields[preferences->sort].key,
					 preferences->is_reversed ? "yes" : "no");
}
