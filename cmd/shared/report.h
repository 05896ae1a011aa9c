/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_REPORT_H
#define SHARED_REPORT_H

/*
 * Rows of fields, rendered: as a table, raw or pairs (table.c), or as JSON, NDJSON, CSV or TSV
 * (stream.c). Nothing is computed here.
 */

#include "field.h"

enum format {
	FORMAT_TABLE,
	FORMAT_RAW,
	FORMAT_PAIRS,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_JSON,
};

struct report_options {
	enum format format;
	bool with_exact_bytes; /* --bytes; machine formats always are */
	bool without_headings;
	bool is_endless; /* rows are not held: a table has columns of fixed width */
};

/*
 * Take an option that says how to render (--json, --raw, --bytes, --noheadings...; opts.h); false:
 * it is another.
 */
bool report_options_take(struct report_options *options, int id);

struct report;

/*
 * Begin a report of rows on stdout. In JSON it is one member `"NAME": [ {...}, ... ]` of the object
 * that the caller opened with stream.h; the other formats ignore NAME. SELECTION must outlive it.
 */
struct report *report_open(const struct report_options *options, const struct selection *selection,
			   const char *name);
/* A row: one value for every field of the *table* (not of the selection), in its order. */
void report_row(struct report *report, const struct value *values);
/* Write what is still held, and end. Returns NULL. */
struct report *report_close(struct report *report);

#endif
