/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_PICTURE_H
#define SHARED_PICTURE_H

/*
 * Pictures of something long (an address space, memory, a swap area) as strips of cells, a
 * character each, which stand for equal parts of it. Knows terminals, and not what is drawn: its
 * user hands it a table of classes and adds what is where. Printed is only the legend; strips come
 * back as texts.
 *
 * What a cell shows: the class that has the largest part of it, of two with equal parts the earlier
 * in the table. What nothing was added to is of the first class, which never wins against another:
 * it shows in cells where there is nothing else. So that what is rare and matters does not vanish,
 * a class that is_rare and won no cell of a strip gets the one that holds most of it, but not from
 * a rare one that is earlier in the table.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct picture_class {
	const char *word; /* in the legend; NULL ends the table */
	char letter;	  /* that is drawn */
	/*
	 * Drawn by how much of the cell it has, as one of three shades instead of its letter:
	 * from three quarters on, from a quarter on, less. One class of a table at most.
	 */
	bool has_shades;
	bool is_rare;
};

enum { PICTURE_CLASSES = 16 }; /* a table has no more */

struct picture;

/*
 * Begin a picture. Shades are block elements; with IN_ASCII, or where the locale cannot print them,
 * they are # + and -. CLASSES must outlive it.
 */
struct picture *picture_open(const struct picture_class *classes, bool in_ascii);
/* Returns NULL. */
struct picture *picture_close(struct picture *picture);

/* The columns that a picture may take: WIDTH, if that is not 0, or the terminal's, or 80. */
size_t picture_columns(size_t width);

/*
 * The smallest power of two that is at least LEAST and of which COUNT cells hold LENGTH, which is
 * not 0; the largest there is if none is enough. Pure.
 */
uint64_t picture_cell(uint64_t length, size_t count, uint64_t least);

struct strip;

/* A strip for [0, LENGTH) in cells of CELL; the last one may be shorter. Neither is 0. */
struct strip *strip_open(struct picture *picture, uint64_t length, uint64_t cell);
/* A part of it is of that class. Parts do not overlap; what is out of the strip does not count. */
void strip_add(struct strip *strip, uint64_t start, uint64_t length, size_t class);
/* Returns NULL. */
struct strip *strip_close(struct strip *strip);

size_t strip_cells(const struct strip *strip);
/* Is there nothing but the first class in COUNT cells from FIRST on? */
bool strip_is_blank(const struct strip *strip, size_t first, size_t count);
/*
 * COUNT cells from FIRST on, as many as there are, as a text of that many columns; free it. Now the
 * strip is complete: no more may be added.
 */
char *strip_text(struct strip *strip, size_t first, size_t count);

/*
 * What was drawn so far, and only that: a glyph and its word each, and what stands behind them
 * (SCALE: "1 cell = 64M"; NULL: nothing). On stdout, in lines of COLUMNS at most.
 */
void picture_legend(const struct picture *picture, size_t columns, const char *scale);

#endif
