/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_TABLE_H
#define SHARED_TABLE_H

/*
 * DOOR to libsmartcols: bounded tables for people, and the raw and pairs forms of util-linux.
 *
 * Absent is `-`, an empty text `""`, so that every row has as many words as there are fields; in
 * pairs both are KEY="". Raw and pairs escape every byte that is not printable ASCII, and a
 * backslash, as \xNN: raw blanks, too, and pairs the quote, the dollar and the backquote. The keys
 * of pairs are the headings made fit for a shell: USE% is USE_PCT. On a terminal the table fits its
 * width as far as the one field that gives way (is_last) can; elsewhere nothing is cut. Without a
 * row nothing is printed, not even headings.
 */

#include "report.h"
#include "units.h"

struct table;

struct table *table_open(const struct report_options *options, const struct selection *selection);
void table_row(struct table *table, const struct value *values);
/* Print it to stdout and free it. Returns NULL. */
struct table *table_close(struct table *table);

enum words {
	WORDS_HUMAN, /* 1.5G, 70.0%, 13.0K, yes */
	WORDS_BYTES, /* the same, but sizes in bytes */
	WORDS_EXACT, /* as value_exact() of stream.h */
};

/*
 * How a value reads, before escaping; `-` if absent, `""` if it is an empty text. Into BUFFER or
 * borrowed.
 */
const char *value_words(const struct value *value, enum unit unit, enum words words,
			char buffer[UNITS_TEXT]);

#endif
