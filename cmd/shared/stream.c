/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON and NDJSON, written as they come: what is open is all that is remembered. The program sets
 * no numeric locale (message.c), so printf's point is a point. CSV and TSV are separated.c's.
 */

#include "stream.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "line.h"
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

const char *value_exact(const struct value *value, enum unit unit, char buffer[UNITS_TEXT])
{
	char *end;

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
	end = unit == UNIT_ADDRESS ? put_hexadecimal(buffer, value->number)
				   : put_decimal(buffer, value->number);
	*end = '\0';
	return buffer;
}

static void json_put_escape(unsigned unit)
{
	char escape[sizeof("\\uNNNN")];

	snprintf(escape, sizeof(escape), "\\u%04x", unit & 0xffff);
	line_put_string(escape);
}

/* RFC 8259, section 7: \uNNNN is a unit of UTF-16. */
static void json_put_character(uint32_t character, const char *bytes, size_t length)
{
	if (character == '"' || character == '\\') {
		line_put_character('\\');
		line_put_character((char)character);
	} else if (!text_is_hostile(character)) {
		line_put(bytes, length);
	} else if (character < 0x10000) {
		json_put_escape(character);
	} else {
		json_put_escape(0xd800 + ((character - 0x10000) >> 10));
		json_put_escape(0xdc00 + ((character - 0x10000) & 0x3ff));
	}
}

/* Character by character. False: not all of it was UTF-8. */
static bool json_put_characters(const char *text, size_t length)
{
	bool is_valid = true;
	uint32_t character;
	size_t used;

	for (; length; text += used, length -= used) {
		used = text_decode(text, length, &character);
		if (used) {
			json_put_character(character, text, used);
		} else {
			line_put_string("\xef\xbf\xbd"); /* U+FFFD */
			is_valid = false;
			used = 1;
		}
	}
	return is_valid;
}

static bool json_put_string(const char *text, size_t length)
{
	size_t plain = text_plain_front(text, length);
	bool is_valid;

	if (memchr(text, '"', plain))
		plain = 0;
	line_put_character('"');
	line_put(text, plain);
	is_valid = json_put_characters(text + plain, length - plain);
	line_put_character('"');
	return is_valid;
}

/* What stands before any value: a comma, the key with SUFFIX. */
static void json_begin(const char *key, const char *suffix)
{
	if (json.is_filled[json.depth])
		line_put_character(',');
	json.is_filled[json.depth] = true;
	if (!key)
		return;
	line_put_character('"');
	line_put_string(key);
	line_put_string(suffix);
	line_put("\":", 2);
}

static void json_nest(const char *key, char bracket)
{
	assert(json.depth < DEPTH_MAX);
	if (!json.depth)
		messages_hold();
	json_begin(key, "");
	line_put_character(bracket);
	json.is_filled[++json.depth] = false;
}

static void json_leave(char bracket)
{
	assert(json.depth > 0);
	json.depth--;
	line_put_character(bracket);
	line_write();
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
	if (json_put_string(text, length) || !key)
		return;

	json_begin(key, "_hex");
	line_put_character('"');
	for (size_t i = 0; i < length; i++) {
		char byte[sizeof("NN")];

		snprintf(byte, sizeof(byte), "%02x", (unsigned)(uint8_t)text[i]);
		line_put(byte, 2);
	}
	line_put_character('"');
}

void json_value(const char *key, enum unit unit, const struct value *value)
{
	char buffer[UNITS_TEXT];
	const char *words;

	if (value->kind == VALUE_TEXT) {
		json_put_text(key, value->text);
		return;
	}
	words = value_exact(value, unit, buffer);
	json_begin(key, "");
	if (words && unit == UNIT_ADDRESS) {
		line_put_character('"');
		line_put_string(words);
		line_put_character('"');
	} else {
		line_put_string(words ? words : "null");
	}
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
	line_put_character('\n');
	line_write();
	messages_release();
}
