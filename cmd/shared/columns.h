/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_COLUMNS_H
#define SHARED_COLUMNS_H

/*
 * A table for people that has no end: each row is written at once, in columns whose widths are
 * known beforehand. What is wider than its column moves the rest of its line.
 */

#include "field.h"
#include "report.h"

void columns_headings(const struct selection *selection);
void columns_row(const struct report_options *options, const struct selection *selection,
		 const struct value *values);

#endif
