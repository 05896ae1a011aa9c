/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_LINE_H
#define SHARED_LINE_H

/*
 * Output that comes in millions of short pieces: they are put together here, and stdio, which takes
 * a call and a lock for each, gets many at once. What is put is not on stdout before line_write(),
 * which whoever puts a line must end it with; then it may be followed by printf(3).
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "units.h"

enum { LINE_BYTES = 4096 };

/* For the functions below only. */
extern struct line {
	char bytes[LINE_BYTES];
	size_t length;
} output_line;

/* Hand over to stdio what was put. */
void line_write(void);
/* The same as line_put(), of more than a line has room for. */
void line_put_long(const char *bytes, size_t length);

/* Room for LENGTH bytes, LINE_BYTES at most, at the end of the line. */
static inline char *line_reserve(size_t length)
{
	if (output_line.length + length > LINE_BYTES)
		line_write();
	return output_line.bytes + output_line.length;
}

/* So far has the room been used that line_reserve() gave. */
static inline void line_end_at(const char *end)
{
	output_line.length = (size_t)(end - output_line.bytes);
}

static inline void line_put_character(char character)
{
	char *at = line_reserve(1);

	*at = character;
	line_end_at(at + 1);
}

static inline void line_put(const char *bytes, size_t length)
{
	char *at;

	if (length > LINE_BYTES) {
		line_put_long(bytes, length);
		return;
	}
	at = line_reserve(length);
	memcpy(at, bytes, length);
	line_end_at(at + length);
}

static inline void line_put_string(const char *text)
{
	line_put(text, strlen(text));
}

static inline void line_put_decimal(uint64_t number)
{
	line_end_at(put_decimal(line_reserve(UNITS_TEXT), number));
}

static inline void line_put_hexadecimal(uint64_t number)
{
	line_end_at(put_hexadecimal(line_reserve(UNITS_TEXT), number));
}

void line_put_blanks(size_t count);

#endif
