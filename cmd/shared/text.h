/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_TEXT_H
#define SHARED_TEXT_H

/*
 * Text from outside (names of processes, paths, labels, cgroups, error words) on its way to a
 * person. Controls, invisible and bidirectional characters, what this locale cannot print, and
 * bytes that are not UTF-8 come out as \xNN, a backslash before x as \x5c: nothing reaches a
 * terminal that it could obey, and the bytes can be read back.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Write the bytes to STREAM, escaped. */
void put_text(FILE *stream, const char *bytes, size_t length);
/* The same as a string of its own; free it. Dies without memory. */
char *escape_text(const char *bytes, size_t length);
/* printf into a string of its own; free it. Dies without memory. Nothing is escaped. */
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Columns that a string which is already escaped takes on a terminal. */
size_t text_width(const char *escaped);
/*
 * Is it valid UTF-8 (RFC 3629: no surrogates, nothing overlong or past U+10FFFF)? Returns the
 * length of the valid front.
 */
size_t text_utf8_valid(const char *bytes, size_t length);

/* ---- for writers with rules of their own (stream.c) ----------------------------------------- */

/*
 * The bytes of the first character, and which it is; 0 if no valid UTF-8 begins here. LENGTH is not
 * 0.
 */
size_t text_decode(const char *bytes, size_t length, uint32_t *ret_character);
/*
 * Could a terminal obey it, or a reader not see it? Controls, bidirectional and invisible
 * characters.
 */
bool text_is_hostile(uint32_t character);

enum text_charset {
	TEXT_LOCALE, /* what this locale prints */
	TEXT_UTF8,   /* any valid UTF-8, whatever the locale */
};

/* How many of the first bytes are printable ASCII and no backslash: what no format escapes. */
size_t text_plain_front(const char *text, size_t length);

enum { TEXT_STEP = 17 }; /* \xNN for each of four bytes, and NUL */

/*
 * Escape the first character into RET_ESCAPED, a string of its own. Returns how many bytes were
 * used: one, if they are not UTF-8.
 */
size_t text_step(const char *bytes, size_t length, enum text_charset charset,
		 char ret_escaped[TEXT_STEP]);

#endif
