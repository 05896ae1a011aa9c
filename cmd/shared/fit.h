/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_FIT_H
#define SHARED_FIT_H

/*
 * Texts whose end says more than their front, such as paths, cut at the front so that a table fits
 * the terminal: table.c can cut at the end only. What the table has is measured first: open, a row
 * for each of the table, and then the texts. Where nothing is to be cut there is no fit: NULL,
 * which every function takes.
 */

#include "report.h"

struct fit;

/* NULL unless it is a table on a terminal whose width is known. */
struct fit *fit_open(const struct report_options *options, const struct selection *selection);
/* A row that the table will have, as report_row() gets it. */
void fit_row(struct fit *fit, const struct value *values);
/* TEXT as the column that gives way (is_last) has room for it; free it. */
char *fit_text(const struct fit *fit, const char *text);
/* Returns NULL. */
struct fit *fit_close(struct fit *fit);

/*
 * TEXT with a mark for what is missing at its front, if it is wider than WIDTH once it is escaped;
 * free it. Characters and escapes stay whole.
 */
char *cut_front(const char *text, size_t width);

#endif
