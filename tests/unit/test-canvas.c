/* SPDX-License-Identifier: GPL-2.0-or-later */
/* canvas.c: text is escaped, cut at the edges and within spans, and wide characters stay whole. */

#include "vmtop/canvas.c"

#include <locale.h>

#include "tap.h"

enum { ROW_TEXT = 256 };

/* The characters of a row, and "~" for the second half of a wide one. */
static const char *row_text(const struct canvas *canvas, size_t row)
{
	static char text[ROW_TEXT];
	size_t length = 0;

	for (size_t column = 0; column < canvas->columns; column++) {
		const struct cell *cell = canvas_cell(canvas, row, column);
		const char *shown = cell->width ? cell->text : "~";

		memcpy(text + length, shown, strlen(shown) + 1);
		length += strlen(shown);
	}
	return text;
}

static const struct {
	const char *what;
	size_t column;
	const char *text, *row;
	size_t end;
} puts_at[] = {
	{"plain", 1, "abc", " abc    ", 4},
	{"cut at the edge, which is marked", 6, "abc", "      a+", 8},
	{"up to the edge", 6, "ab", "      ab", 8},
	{"behind the edge", 9, "abc", "        ", 9},
	{"an escape sequence", 0, "a\033[2J", "a\\x1b[2J", 8},
	{"an escape that does not fit is left out as a whole", 5, "a\033", "     a+ ", 8},
	{"a byte that is no UTF-8", 0, "\377x", "\\xffx   ", 5},
	{"a wide character", 0, "漢x", "漢~x     ", 3},
	{"a wide character at the edge is left out", 7, "漢", "       +", 8},
	{"an accent stays on its letter", 0, "e\314\201x", "e\314\201x      ", 2},
	{"a right-to-left override", 0, "\342\200\256", "+       ", 8},
};

static void test_put(struct canvas *canvas)
{
	for (size_t i = 0; i < sizeof(puts_at) / sizeof(*puts_at); i++) {
		size_t end;

		canvas_begin(canvas, 2, 8);
		end = canvas_put(canvas, 1, puts_at[i].column, STYLE_PLAIN, puts_at[i].text);
		is_u64(end, puts_at[i].end, "%s: the column behind it", puts_at[i].what);
		is_text(row_text(canvas, 1), puts_at[i].row, "%s", puts_at[i].what);
		is_text(row_text(canvas, 0), "        ", "%s: nothing elsewhere", puts_at[i].what);
	}
	is_u64(canvas_put(canvas, 2, 0, STYLE_PLAIN, "x"), 0, "below the last row is nothing");
}

static const struct {
	const char *what;
	struct span span;
	const char *text, *row;
} spans[] = {
	{"left", {0, 2, 4, ALIGN_LEFT}, "ab", "..ab  .."},
	{"right", {0, 2, 4, ALIGN_RIGHT}, "ab", "..  ab.."},
	{"as wide as the span", {0, 2, 4, ALIGN_RIGHT}, "abcd", "..abcd.."},
	{"too wide is marked", {0, 2, 4, ALIGN_LEFT}, "abcde", "..abc+.."},
	{"too wide, right", {0, 2, 4, ALIGN_RIGHT}, "abcde", "..abc+.."},
	{"a wide character that is cut", {0, 2, 4, ALIGN_LEFT}, "ab漢漢", "..ab+ .."},
	{"an escape that is cut", {0, 2, 4, ALIGN_LEFT}, "ab\033c", "..ab+ .."},
	{"cut by the edge", {0, 6, 9, ALIGN_LEFT}, "abcd", "......a+"},
	{"of no width", {0, 2, 0, ALIGN_LEFT}, "ab", "........"},
	{"empty", {0, 2, 3, ALIGN_RIGHT}, "", "..   ..."},
	{"behind the edge", {0, 8, 3, ALIGN_LEFT}, "ab", "........"},
	{"below", {1, 0, 3, ALIGN_LEFT}, "ab", "........"},
};

static void test_spans(struct canvas *canvas)
{
	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		canvas_begin(canvas, 1, 8);
		canvas_put(canvas, 0, 0, STYLE_PLAIN, "........");
		canvas_put_span(canvas, spans[i].span, STYLE_PLAIN, spans[i].text);
		is_text(row_text(canvas, 0), spans[i].row, "span: %s", spans[i].what);
	}
}

static void test_overwriting(struct canvas *canvas)
{
	canvas_begin(canvas, 1, 4);
	canvas_put(canvas, 0, 0, STYLE_PLAIN, "漢漢");
	canvas_put(canvas, 0, 1, STYLE_PLAIN, "x");
	is_text(row_text(canvas, 0), " x漢~",
		"who writes on half a character takes all of it away");
	canvas_style_row(canvas, 0, STYLE_TITLE);
	is_u64(canvas_cell(canvas, 0, 3)->style, STYLE_TITLE, "a row has a style");
	is_text(row_text(canvas, 0), " x漢~", "and keeps its text");
	for (size_t i = 0; i < 99; i++)
		canvas_put(canvas, 0, 2, STYLE_PLAIN, "\314\201\314\201\314\201\314\201");
	ok(strlen(canvas_cell(canvas, 0, 1)->text) < CELL_TEXT, "accents without end have one");
}

static void test_size(struct canvas *canvas)
{
	canvas_begin(canvas, 100000, 100000);
	is_u64(canvas->rows, CANVAS_ROWS, "no more rows than there are");
	is_u64(canvas->columns, CANVAS_COLUMNS, "no more columns than there are");
	is_u64(canvas_put(canvas, CANVAS_ROWS - 1, CANVAS_COLUMNS - 1, STYLE_PLAIN, "xy"),
	       CANVAS_COLUMNS, "the last cell");
	canvas_begin(canvas, 0, 0);
	is_u64(canvas_put(canvas, 0, 0, STYLE_PLAIN, "x"), 0, "a canvas of nothing");
	is_u64(canvas_fitting("abc漢", 4), 3, "what fits");
	is_u64(canvas_fitting("a\033", 4), 1, "an escape that does not fit");
}

int main(void)
{
	struct canvas *canvas = canvas_open();

	if (!ok(setlocale(LC_CTYPE, "C.UTF-8") != NULL, "C.UTF-8"))
		return done_testing();
	test_put(canvas);
	test_spans(canvas);
	test_overwriting(canvas);
	test_size(canvas);
	ok(!canvas_close(canvas) && !canvas_close(NULL), "closed");
	return done_testing();
}
