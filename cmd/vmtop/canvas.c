/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A grid of characters, filled by text from anywhere: it is escaped here, so that no room that
 * draws can forget it. Pure but for the locale.
 */

#include "canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/memory.h"
#include "shared/text.h"

enum { PRINTED = 512 };

static const struct cell blank = {.text = " ", .width = 1, .style = STYLE_PLAIN};

struct canvas *canvas_open(void)
{
	struct canvas *canvas = allocate(1, sizeof(*canvas));

	/* Not touched before it is used: a small terminal takes small memory. */
	canvas->cells = allocate((size_t)CANVAS_ROWS * CANVAS_COLUMNS, sizeof(*canvas->cells));
	return canvas;
}

struct canvas *canvas_close(struct canvas *canvas)
{
	if (!canvas)
		return NULL;
	free(canvas->cells);
	free(canvas);
	return NULL;
}

void canvas_begin(struct canvas *canvas, size_t rows, size_t columns)
{
	canvas->rows = rows < CANVAS_ROWS ? rows : CANVAS_ROWS;
	canvas->columns = columns < CANVAS_COLUMNS ? columns : CANVAS_COLUMNS;
	for (size_t i = 0; i < canvas->rows * canvas->columns; i++)
		canvas->cells[i] = blank;
}

static struct cell *cell_at(const struct canvas *canvas, size_t row, size_t column)
{
	return &canvas->cells[row * canvas->columns + column];
}

const struct cell *canvas_cell(const struct canvas *canvas, size_t row, size_t column)
{
	return cell_at(canvas, row, column);
}

/* Who writes on one half of a wide character takes the other half away as well. */
static void free_cell(struct canvas *canvas, size_t row, size_t column)
{
	struct cell *cell = cell_at(canvas, row, column);

	if (cell->width == 0 && column > 0)
		*cell_at(canvas, row, column - 1) = blank;
	if (cell->width == 2 && column + 1 < canvas->columns)
		*cell_at(canvas, row, column + 1) = blank;
	*cell = blank;
}

/* An accent goes to what it stands on, as long as there is room for one. */
static void put_accent(struct canvas *canvas, size_t row, size_t column, const char *bytes)
{
	struct cell *cell;
	size_t length;

	if (column == 0)
		return;
	cell = cell_at(canvas, row, column - 1);
	if (cell->width == 0 && column > 1)
		cell = cell_at(canvas, row, column - 2);
	length = strlen(cell->text);
	if (length + strlen(bytes) < CELL_TEXT)
		memcpy(cell->text + length, bytes, strlen(bytes) + 1);
}

static void put_character(struct canvas *canvas, size_t row, size_t column, struct cell cell)
{
	free_cell(canvas, row, column);
	if (cell.width == 2) {
		free_cell(canvas, row, column + 1);
		*cell_at(canvas, row, column + 1) = (struct cell){.style = cell.style};
	}
	*cell_at(canvas, row, column) = cell;
}

/* The first character of TEXT as what is shown of it: itself, or its escape. */
static size_t next_shown(const char *text, char escaped[TEXT_STEP], size_t *ret_width)
{
	size_t used = text_step(text, strlen(text), TEXT_LOCALE, escaped);

	*ret_width = text_width(escaped);
	return used;
}

/* One character, or an escape of several, all of which fit: so many columns. */
static void put_escaped(struct canvas *canvas, size_t row, size_t column, enum style style,
			const char *escaped)
{
	uint32_t character;
	size_t used;

	for (; *escaped; escaped += used) {
		struct cell cell = {.style = (uint8_t)style};

		used = text_decode(escaped, strlen(escaped), &character);
		used = used ? used : 1;
		memcpy(cell.text, escaped, used);
		cell.width = (uint8_t)text_width(cell.text);
		if (cell.width == 0)
			put_accent(canvas, row, column, cell.text);
		else
			put_character(canvas, row, column, cell);
		column += cell.width;
	}
}

/* Put what fits before column END. */
static size_t put_before(struct canvas *canvas, size_t row, size_t column, size_t end,
			 enum style style, const char *text)
{
	char escaped[TEXT_STEP];
	size_t width, used;

	if (end > canvas->columns)
		end = canvas->columns;
	if (row >= canvas->rows)
		return column;
	for (; *text; text += used) {
		used = next_shown(text, escaped, &width);
		if (column + width > end)
			break;
		put_escaped(canvas, row, column, style, escaped);
		column += width;
	}
	return column;
}

/* Columns of the text as it is shown; counted no further than MOST. */
static size_t shown_width(const char *text, size_t most)
{
	char escaped[TEXT_STEP];
	size_t total = 0, width, used;

	for (; *text && total <= most; text += used, total += width)
		used = next_shown(text, escaped, &width);
	return total;
}

size_t canvas_put(struct canvas *canvas, size_t row, size_t column, enum style style,
		  const char *text)
{
	struct span span = {.row = row, .column = column};

	if (column >= canvas->columns)
		return column;
	span.width = canvas->columns - column;
	if (shown_width(text, span.width) <= span.width)
		return put_before(canvas, row, column, canvas->columns, style, text);
	canvas_put_span(canvas, span, style, text);
	return canvas->columns;
}

size_t canvas_print(struct canvas *canvas, size_t row, size_t column, enum style style,
		    const char *format, ...)
{
	char text[PRINTED];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return canvas_put(canvas, row, column, style, text);
}

size_t canvas_fitting(const char *text, size_t columns)
{
	char escaped[TEXT_STEP];
	size_t length = 0, total = 0, width, used;

	for (; text[length]; length += used, total += width) {
		used = next_shown(text + length, escaped, &width);
		if (total + width > columns)
			break;
	}
	return length;
}

void canvas_put_span(struct canvas *canvas, struct span span, enum style style, const char *text)
{
	size_t left = span.column < canvas->columns ? canvas->columns - span.column : 0;
	size_t column = span.column, end, width;

	if (span.width > left)
		span.width = left;
	if (span.row >= canvas->rows || !span.width)
		return;
	end = span.column + span.width;
	for (size_t i = span.column; i < end; i++)
		put_before(canvas, span.row, i, end, style, " ");
	width = shown_width(text, span.width);
	if (width > span.width) {
		column = put_before(canvas, span.row, column, end - 1, style, text);
		text = "+";
	} else if (span.align == ALIGN_RIGHT) {
		column = end - width;
	}
	put_before(canvas, span.row, column, end, style, text);
}

void canvas_style_row(struct canvas *canvas, size_t row, enum style style)
{
	if (row >= canvas->rows)
		return;
	for (size_t column = 0; column < canvas->columns; column++)
		cell_at(canvas, row, column)->style = (uint8_t)style;
}
