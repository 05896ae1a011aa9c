/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_COLUMNS_H
#define SHARED_COLUMNS_H

/*
 * A table for people that has no end: each row is written at once. The headings come with the
 * first row, whose numbers say how wide their columns are; a column that a later number is too wide
 * for stays as wide. Text that is wider than its column moves the rest of its line.
 */

#include "field.h"
#include "report.h"

struct columns;

/* Both must outlive it. */
struct columns *columns_open(const struct report_options *options,
			     const struct selection *selection);
void columns_row(struct columns *columns, const struct value *values);
/* Of a table without rows the headings are written here. Returns NULL. */
struct columns *columns_close(struct columns *columns);

#endif
