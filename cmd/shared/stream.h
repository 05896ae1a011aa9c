/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_STREAM_H
#define SHARED_STREAM_H

/*
 * The one writer of JSON, NDJSON, CSV and TSV: to stdout, in constant memory, numbers in the C
 * locale, always valid UTF-8, and never a character that a terminal could obey.
 *
 * JSON: control, invisible and bidirectional characters are written \uNNNN. A text that is not
 * UTF-8 has U+FFFD in place of each bad byte and a sibling key NAME_hex with all its bytes (but in
 * an array, which has no place for it). Whole numbers are exact, addresses are strings "0x7f..",
 * absent is null.
 *
 * CSV (RFC 4180, lines end in LF) and TSV: absent is empty. The same characters and bad bytes come
 * out as \xNN, a backslash before x as \x5c; in CSV an empty text is "". In TSV a backslash, tab,
 * newline and carriage return are \\ \t \n \r instead.
 */

#include <stdio.h>

#include "units.h"
#include "value.h"

/*
 * JSON: objects and arrays nest; commas come by themselves. KEY is NULL inside an array and at the
 * top.
 */
void json_open(const char *key);       /* { */
void json_close(void);		       /* } */
void json_open_array(const char *key); /* [ */
void json_close_array(void);	       /* ] */
void json_value(const char *key, enum unit unit, const struct value *value);
void json_text(const char *key, const char *text);
void json_unsigned(const char *key, uint64_t number);
void json_real(const char *key, double real);
void json_boolean(const char *key, bool is_true);
/*
 * The end of a document, or of a line of NDJSON: a newline, and all of it is flushed. Complaints
 * that were made while it was open follow it.
 */
void json_end(void);

/* One cell of CSV, or WITH_TABS of TSV; the last one ends the line. */
void separated_cell(bool with_tabs, enum unit unit, const struct value *value, bool is_last);
void separated_text(bool with_tabs, const char *text, bool is_last);

/*
 * A number as programs read it, in every format: whole numbers exact, others with six decimals at
 * most, "0x7f.." for an address, true or false. A text as it is; NULL if absent. Into BUFFER or
 * borrowed from the value.
 */
const char *value_exact(const struct value *value, enum unit unit, char buffer[UNITS_TEXT]);

#endif
