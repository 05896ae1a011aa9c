/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_CANVAS_H
#define VMTOP_CANVAS_H

/*
 * What the screen is to show, as a grid of characters with a style each. The rooms that draw know
 * no terminal, and screen.c, which has one, knows nothing of what is drawn. All text is escaped on
 * its way in (shared/text.h). What lies outside is cut. Nothing allocates but canvas_open().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest terminal that is filled; of a larger one, its upper left. */
enum { CANVAS_ROWS = 256, CANVAS_COLUMNS = 512 };

enum style {
	STYLE_PLAIN,
	STYLE_FAINT,
	STYLE_STRONG,
	STYLE_TITLE,	/* the headings of a list */
	STYLE_SELECTED, /* the line of a list that keys act on */
	STYLE_GOOD,	/* by state, from here on: ok */
	STYLE_CALM,	/* reclaiming */
	STYLE_WARNING,	/* pressure */
	STYLE_ALARM,	/* thrashing */
	STYLES,		/* how many there are */
};

enum { CELL_TEXT = 14 };

/* A character with the accents on it. */
struct cell {
	char text[CELL_TEXT];
	uint8_t width; /* columns; 0: the one on its left takes this one, too */
	uint8_t style;
};

struct canvas {
	struct cell *cells;
	size_t rows;
	size_t columns;
};

struct canvas *canvas_open(void);
struct canvas *canvas_close(struct canvas *canvas);

/* Make it blank, and as large as that. */
void canvas_begin(struct canvas *canvas, size_t rows, size_t columns);
const struct cell *canvas_cell(const struct canvas *canvas, size_t row, size_t column);

/* Put text at a place; cut with a "+" at the edge. Returns the column behind it. */
size_t canvas_put(struct canvas *canvas, size_t row, size_t column, enum style style,
		  const char *text);
/* The same, made like a printf of at most some hundred bytes. */
size_t canvas_print(struct canvas *canvas, size_t row, size_t column, enum style style,
		    const char *format, ...) __attribute__((format(printf, 5, 6)));

enum align { ALIGN_LEFT, ALIGN_RIGHT };

/* A place of a line, WIDTH columns wide. */
struct span {
	size_t row, column, width;
	enum align align;
};

/* Fill the span: with text, cut with a "+" at its end if it is too wide, and blanks. */
void canvas_put_span(struct canvas *canvas, struct span span, enum style style, const char *text);
/* Give a whole row a style, and keep what is in it. */
void canvas_style_row(struct canvas *canvas, size_t row, enum style style);

/* What of the text is shown in so many columns; bytes of the text. */
size_t canvas_fitting(const char *text, size_t columns);

#endif
