/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_ROWS_H
#define PAGEMAP_ROWS_H

/* Rows of a table that is held until it is complete, then sorted and reported; see rows.c. */

#include "pagemap.h"

struct rows;

/* FIELDS: the table, which must outlive it. */
struct rows *rows_open(const struct field *fields);
/* A new row, all of it absent. Borrowed until the next one. */
struct value *rows_add(struct rows *rows);
/* A text that the row at hand refers to: freed with the rows. Returns it. */
const char *rows_keep(struct rows *rows, char *text);
/* By a field; numbers fall, text rises; equal ones stay as they are. SORT_ADDRESS: not at all. */
void rows_sort(struct rows *rows, size_t field);
/* A field that says more at its end: where there is no room for it, it loses its front. */
void rows_cut_front(struct rows *rows, size_t field);
/* NAME: of the array in JSON. */
void rows_report(struct rows *rows, const struct settings *settings, const char *name);
/* The same into a report that is open. */
void rows_put(const struct rows *rows, struct report *report);
/* Returns NULL. */
struct rows *rows_close(struct rows *rows);

#endif
