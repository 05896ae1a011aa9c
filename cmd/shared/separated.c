/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CSV and TSV. Rows come in millions: a row is put together here, and handed to stdio as a whole.
 */

#include "stream.h"

#include <string.h>

#include "text.h"

enum { ROW_BYTES = 4096 };

static struct {
	char bytes[ROW_BYTES];
	size_t length;
} row;

static void row_write(void)
{
	fwrite_unlocked(row.bytes, 1, row.length, stdout);
	row.length = 0;
}

/* Room for LENGTH bytes, which a row has when it is empty. */
static char *row_reserve(size_t length)
{
	if (row.length + length > ROW_BYTES)
		row_write();
	return row.bytes + row.length;
}

static void row_put(const char *bytes, size_t length)
{
	if (length > ROW_BYTES) {
		row_write();
		fwrite_unlocked(bytes, 1, length, stdout);
		return;
	}
	memcpy(row_reserve(length), bytes, length);
	row.length += length;
}

static void row_put_character(char character)
{
	*row_reserve(1) = character;
	row.length++;
}

/* The character that stands for C after a backslash in TSV; 0 if none does. */
static char tsv_escape(char c)
{
	switch (c) {
	case '\\':
		return '\\';
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	default:
		return '\0';
	}
}

/* Of TEXT, what is not plain from its first byte on. */
static void tsv_put_rest(const char *text, size_t length)
{
	char escaped[TEXT_STEP];
	size_t used;

	for (; length; text += used, length -= used) {
		char letter = tsv_escape(*text);

		if (letter) {
			row_put_character('\\');
			row_put_character(letter);
			used = 1;
		} else {
			used = text_step(text, length, TEXT_UTF8, escaped);
			row_put(escaped, strlen(escaped));
		}
	}
}

static void tsv_put(const char *text)
{
	size_t length = strlen(text), plain = text_plain_front(text, length);

	row_put(text, plain);
	if (plain < length)
		tsv_put_rest(text + plain, length - plain);
}

/* Quoted where a reader could take it for something else: RFC 4180, section 2, and outer spaces. */
static void csv_put(const char *text)
{
	size_t length = strlen(text), used;
	bool has_quotes = memchr(text, '"', length);
	bool is_quoted = !length || has_quotes || memchr(text, ',', length) || text[0] == ' ' ||
			 text[length - 1] == ' ';
	char escaped[TEXT_STEP];

	if (is_quoted)
		row_put_character('"');
	used = has_quotes ? 0 : text_plain_front(text, length);
	row_put(text, used);
	text += used;
	length -= used;
	for (; length; text += used, length -= used) {
		if (*text == '"')
			row_put_character('"');
		used = text_step(text, length, TEXT_UTF8, escaped);
		row_put(escaped, strlen(escaped));
	}
	if (is_quoted)
		row_put_character('"');
}

static void put_number(uint64_t number, enum unit unit)
{
	char *at = row_reserve(UNITS_TEXT);
	char *end = unit == UNIT_ADDRESS ? put_hexadecimal(at, number) : put_decimal(at, number);

	row.length += (size_t)(end - at);
}

void separated_cell(bool with_tabs, enum unit unit, const struct value *value, bool is_last)
{
	char buffer[UNITS_TEXT];
	const char *words;

	if (value->kind == VALUE_UNSIGNED && unit != UNIT_BOOLEAN) {
		put_number(value->number, unit);
	} else if (value->kind == VALUE_TEXT && with_tabs) {
		tsv_put(value->text);
	} else if (value->kind == VALUE_TEXT) {
		csv_put(value->text);
	} else {
		words = value_exact(value, unit, buffer);
		if (words)
			row_put(words, strlen(words));
	}
	row_put_character(is_last ? '\n' : with_tabs ? '\t' : ',');
	if (is_last)
		row_write();
}

void separated_text(bool with_tabs, const char *text, bool is_last)
{
	struct value value = value_text(text);

	separated_cell(with_tabs, UNIT_TEXT, &value, is_last);
}
