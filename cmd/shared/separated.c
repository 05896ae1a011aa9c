/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CSV and TSV, a row at a time. */

#include "stream.h"

#include <string.h>

#include "line.h"
#include "text.h"

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
			line_put_character('\\');
			line_put_character(letter);
			used = 1;
		} else {
			used = text_step(text, length, TEXT_UTF8, escaped);
			line_put_string(escaped);
		}
	}
}

static void tsv_put(const char *text)
{
	size_t length = strlen(text), plain = text_plain_front(text, length);

	line_put(text, plain);
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
		line_put_character('"');
	used = has_quotes ? 0 : text_plain_front(text, length);
	line_put(text, used);
	text += used;
	length -= used;
	for (; length; text += used, length -= used) {
		if (*text == '"')
			line_put_character('"');
		used = text_step(text, length, TEXT_UTF8, escaped);
		line_put_string(escaped);
	}
	if (is_quoted)
		line_put_character('"');
}

void separated_cell(bool with_tabs, enum unit unit, const struct value *value, bool is_last)
{
	char buffer[UNITS_TEXT];
	const char *words;

	if (value->kind == VALUE_UNSIGNED && unit == UNIT_ADDRESS) {
		line_put_hexadecimal(value->number);
	} else if (value->kind == VALUE_UNSIGNED && unit != UNIT_BOOLEAN) {
		line_put_decimal(value->number);
	} else if (value->kind == VALUE_TEXT && with_tabs) {
		tsv_put(value->text);
	} else if (value->kind == VALUE_TEXT) {
		csv_put(value->text);
	} else {
		words = value_exact(value, unit, buffer);
		if (words)
			line_put_string(words);
	}
	line_put_character(is_last ? '\n' : with_tabs ? '\t' : ',');
	if (is_last)
		line_write();
}

void separated_text(bool with_tabs, const char *text, bool is_last)
{
	struct value value = value_text(text);

	separated_cell(with_tabs, UNIT_TEXT, &value, is_last);
}
