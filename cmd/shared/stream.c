/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON, NDJSON, CSV and TSV, written as they come: what is open is all that is remembered. The
 * program sets no numeric locale (message.c), so printf's point is a point.
 */

#include "stream.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "message.h"
#include "text.h"

enum { DEPTH_MAX = 16 };

static const double MANY = 1e15; /* from here on a double has no decimals to speak of */

static struct {
	size_t depth;		       /* how many objects and arrays are open */
	bool is_filled[DEPTH_MAX + 1]; /* something stands in the one at this depth */
} json;

/*
 * Six decimals at most, and no zeros at their end: more would pretend to know what no clock
 * measured, and show what binary makes of 0.3.
 */
static const char *real_exact(double real, char buffer[UNITS_TEXT])
{
	char *end;

	if (fabs(real) >= MANY) {
		snprintf(buffer, UNITS_TEXT, "%.15g", real);
		return buffer;
	}
	end = buffer + snprintf(buffer, UNITS_TEXT, "%.6f", real);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
	return strcmp(buffer, "-0") ? buffer : "0";
}

/* Digits up to the end of BUFFER, ten times as fast as printf: rows come in millions. */
static char *number_exact(uint64_t number, unsigned base, char buffer[UNITS_TEXT])
{
	char *at = buffer + UNITS_TEXT - 1;

	*at = '\0';
	do
		*--at = "0123456789abcdef"[number % base];
	while (number /= base);
	if (base == 16) {
		*--at = 'x';
		*--at = '0';
	}
	return at;
}

const char *value_exact(const struct value *value, enum unit unit, char buffer[UNITS_TEXT])
{
	switch (value->kind) {
	case VALUE_ABSENT:
		return NULL;
	case VALUE_TEXT:
		return value->text;
	case VALUE_REAL:
		if (!isfinite(value->real))
			return NULL;
		return real_exact(value->real, buffer);
	case VALUE_SIGNED:
		snprintf(buffer, UNITS_TEXT, "%" PRId64, value->integer);
		return buffer;
	case VALUE_UNSIGNED:
		break;
	}
	if (unit == UNIT_BOOLEAN)
		return value->number ? "true" : "false";
	return unit == UNIT_ADDRESS ? number_exact(value->number, 16, buffer)
				    : number_exact(value->number, 10, buffer);
}

static void json_put_escape(unsigned unit)
{
	printf("\\u%04x", unit);
}

/* RFC 8259, section 7: \uNNNN is a unit of UTF-16. */
static void json_put_character(uint32_t character, const char *bytes, size_t length)
{
	if (character == '"' || character == '\\') {
		putchar('\\');
		putchar((int)character);
	} else if (!text_is_hostile(character)) {
		fwrite(bytes, 1, length, stdout);
	} else if (character < 0x10000) {
		json_put_escape(character);
	} else {
		json_put_escape(0xd800 + ((character - 0x10000) >> 10));
		json_put_escape(0xdc00 + ((character - 0x10000) & 0x3ff));
	}
}

static void json_put_string(const char *text, size_t length)
{
	uint32_t character;
	size_t used;

	putchar('"');
	for (; length; text += used, length -= used) {
		used = text_decode(text, length, &character);
		if (used) {
			json_put_character(character, text, used);
		} else {
			fputs("\xef\xbf\xbd", stdout); /* U+FFFD */
			used = 1;
		}
	}
	putchar('"');
}

/* What stands before any value: a comma, the key with SUFFIX. */
static void json_begin(const char *key, const char *suffix)
{
	if (json.is_filled[json.depth])
		putchar(',');
	json.is_filled[json.depth] = true;
	if (!key)
		return;
	putchar('"');
	fputs(key, stdout);
	fputs(suffix, stdout);
	fputs("\":", stdout);
}

static void json_nest(const char *key, char bracket)
{
	assert(json.depth < DEPTH_MAX);
	if (!json.depth)
		messages_hold();
	json_begin(key, "");
	putchar(bracket);
	json.is_filled[++json.depth] = false;
}

static void json_leave(char bracket)
{
	assert(json.depth > 0);
	json.depth--;
	putchar(bracket);
}

void json_open(const char *key)
{
	json_nest(key, '{');
}

void json_close(void)
{
	json_leave('}');
}

void json_open_array(const char *key)
{
	json_nest(key, '[');
}

void json_close_array(void)
{
	json_leave(']');
}

static void json_put_text(const char *key, const char *text)
{
	size_t length = strlen(text);

	json_begin(key, "");
	json_put_string(text, length);
	if (!key || text_utf8_valid(text, length) == length)
		return;

	json_begin(key, "_hex");
	putchar('"');
	for (size_t i = 0; i < length; i++)
		printf("%02x", (unsigned)(uint8_t)text[i]);
	putchar('"');
}

void json_value(const char *key, enum unit unit, const struct value *value)
{
	char buffer[UNITS_TEXT];
	const char *words = value_exact(value, unit, buffer);

	if (words && (value->kind == VALUE_TEXT || unit == UNIT_ADDRESS)) {
		json_put_text(key, words);
		return;
	}
	json_begin(key, "");
	fputs(words ? words : "null", stdout);
}

void json_text(const char *key, const char *text)
{
	struct value value = value_text(text);

	json_value(key, UNIT_TEXT, &value);
}

void json_unsigned(const char *key, uint64_t number)
{
	struct value value = value_unsigned(number);

	json_value(key, UNIT_COUNT, &value);
}

void json_real(const char *key, double real)
{
	struct value value = value_real(real);

	json_value(key, UNIT_NUMBER, &value);
}

void json_boolean(const char *key, bool is_true)
{
	struct value value = value_unsigned(is_true);

	json_value(key, UNIT_BOOLEAN, &value);
}

void json_end(void)
{
	assert(json.depth == 0);
	json.is_filled[0] = false;
	putchar('\n');
	messages_release();
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

static void tsv_put(const char *text)
{
	size_t length = strlen(text), used;
	char escaped[TEXT_STEP];

	used = text_plain_front(text);
	fwrite_unlocked(text, 1, used, stdout);
	text += used;
	length -= used;
	for (; length; text += used, length -= used) {
		char letter = tsv_escape(*text);

		if (letter) {
			putchar('\\');
			putchar(letter);
			used = 1;
		} else {
			used = text_step(text, length, TEXT_UTF8, escaped);
			fputs(escaped, stdout);
		}
	}
}

/* Quoted where a reader could take it for something else: RFC 4180, section 2, and outer spaces. */
static void csv_put(const char *text)
{
	size_t length = strlen(text), used;
	bool is_quoted =
		!length || strpbrk(text, ",\"") || text[0] == ' ' || text[length - 1] == ' ';
	char escaped[TEXT_STEP];

	if (is_quoted)
		putchar('"');
	used = strpbrk(text, "\"") ? 0 : text_plain_front(text);
	fwrite_unlocked(text, 1, used, stdout);
	text += used;
	length -= used;
	for (; length; text += used, length -= used) {
		if (*text == '"')
			putchar('"');
		used = text_step(text, length, TEXT_UTF8, escaped);
		fputs(escaped, stdout);
	}
	if (is_quoted)
		putchar('"');
}

void separated_cell(bool with_tabs, enum unit unit, const struct value *value, bool is_last)
{
	char buffer[UNITS_TEXT];
	const char *words = value_exact(value, unit, buffer);

	if (words && value->kind != VALUE_TEXT)
		fwrite_unlocked(words, 1, strlen(words), stdout);
	else if (words && with_tabs)
		tsv_put(words);
	else if (words)
		csv_put(words);
	putchar_unlocked(is_last ? '\n' : with_tabs ? '\t' : ',');
}

void separated_text(bool with_tabs, const char *text, bool is_last)
{
	struct value value = value_text(text);

	separated_cell(with_tabs, UNIT_TEXT, &value, is_last);
}
