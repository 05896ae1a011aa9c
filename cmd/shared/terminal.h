/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_TERMINAL_H
#define SHARED_TERMINAL_H

/* How large the terminal is, and lines of items that are broken where it ends. */

#include <stdbool.h>
#include <stddef.h>

struct terminal {
	size_t columns;
	size_t rows;
};

/* Is stdout a terminal? Then its size; 80 x 24 if it does not say. */
bool terminal_get(struct terminal *ret_terminal);

/* A line of items on stdout, which goes on below itself, indented, where it would not fit. */
struct flow {
	size_t width;  /* of the sheet; 0: without end */
	bool may_cut;  /* an item that is wider than a whole line loses its end */
	size_t lines;  /* that were ended so far; the caller adds its own */
	size_t indent; /* of what goes on below */
	size_t column; /* where the line is at */
	size_t owed;   /* blanks at the end of an item, printed only if another follows it */
};

/* Begin a line with a label. The words are escaped already, as those of all items. */
void flow_begin(struct flow *flow, const char *label, size_t indent);
/* An item, made like a printf, two blanks behind what stands before it. */
void flow_item(struct flow *flow, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Words of a text, which is escaped already, one blank between them: it is broken at each. */
void flow_text(struct flow *flow, const char *text);
void flow_end(struct flow *flow);

#endif
