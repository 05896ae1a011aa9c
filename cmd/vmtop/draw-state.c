/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The state in one line, by a sign, a word and a colour, so that it is seen without colour too; and
 * the reasons below it, broken where the line ends.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "shared/units.h"

enum {
	INDENT = 5, /* of reasons, behind their label */
	MOST_REASONS = 16,
	TINY_COLUMNS = sizeof("THRASHING L99%") - 1,
	WIDE_COLUMNS = 100, /* from here on there is room for the path of a cgroup */
	LINE_BYTES = CANVAS_COLUMNS * 4,
};

static const double SHOWN_PERCENT = 0.05; /* what is less reads as 0.0 */

static const struct {
	const char *sign, *word;
	enum style style;
} states[PMM_STATES] = {
	[PMM_STATE_UNKNOWN] = {"?", "UNKNOWN", STYLE_STRONG},
	[PMM_STATE_OK] = {"=", "OK", STYLE_GOOD},
	[PMM_STATE_RECLAIMING] = {"~", "RECLAIMING", STYLE_CALM},
	[PMM_STATE_PRESSURE] = {"!", "PRESSURE", STYLE_WARNING},
	[PMM_STATE_THRASHING] = {"!!", "THRASHING", STYLE_ALARM},
	[PMM_STATE_SEVERE] = {"!!!", "THRASHING (severe)", STYLE_ALARM},
};

enum style state_style(enum pmm_state state)
{
	return states[state].style;
}

const char *state_word(enum pmm_state state)
{
	return states[state].word;
}

const char *state_sign(enum pmm_state state)
{
	return states[state].sign;
}

/* ---- the state ---- -------------------------------------------------------------------------- */

void draw_tiny(struct drawing *drawing)
{
	const struct pmm_verdict *verdict = drawing->shot->view.verdict;
	const char *word;

	if (!verdict) {
		canvas_put(drawing->canvas, 0, 0, STYLE_STRONG, "...");
		return;
	}
	word = drawing->layout.columns < TINY_COLUMNS ? state_sign(verdict->state)
						      : state_word(verdict->state);
	if (isnan(verdict->lost_percent))
		canvas_put(drawing->canvas, 0, 0, state_style(verdict->state), word);
	else
		canvas_print(drawing->canvas, 0, 0, state_style(verdict->state), "%.9s L%.0f%%",
			     word, verdict->lost_percent);
}

/* Of how many bits there are, the first that is set; 0 if none is. */
static unsigned first_bit(unsigned bits)
{
	return bits & -bits;
}

static size_t draw_lost(struct drawing *drawing, size_t row, size_t column)
{
	const struct pmm_verdict *verdict = drawing->shot->view.verdict;

	if (verdict->state == PMM_STATE_UNKNOWN) {
		unsigned doubt = first_bit(verdict->doubts);

		return canvas_put(drawing->canvas, row, column, STYLE_PLAIN,
				  doubt ? pmm_doubt_text((enum pmm_doubt)doubt)
					: "the first interval is not over");
	}
	if (isnan(verdict->lost_percent))
		return column;
	if (verdict->lost_percent < SHOWN_PERCENT)
		column = canvas_put(drawing->canvas, row, column, STYLE_PLAIN,
				    verdict->state < PMM_STATE_PRESSURE
					    ? "no time lost to paging"
					    : "no time lost to paging by now");
	else
		column = canvas_print(drawing->canvas, row, column, STYLE_PLAIN,
				      "%s %.*f%% of time lost to paging",
				      verdict->is_estimate ? "about" : "at least",
				      verdict->lost_percent < 10, verdict->lost_percent);
	if (isnan(verdict->useful_percent))
		return column;
	return canvas_print(drawing->canvas, row, column, STYLE_PLAIN, ", %.0f%% useful",
			    verdict->useful_percent);
}

static void draw_notes(struct drawing *drawing, size_t row, size_t column)
{
	for (unsigned notes = drawing->shot->view.verdict->notes; notes; notes &= notes - 1)
		column = canvas_print(drawing->canvas, row, column, STYLE_STRONG, "; %s",
				      pmm_note_name((enum pmm_note)first_bit(notes)));
}

/* The cgroup: of its path the end, where room is short. */
static size_t draw_scope(struct drawing *drawing, size_t row, size_t column)
{
	const char *path = drawing->shot->view.verdict->path, *name = strrchr(path, '/');

	if (drawing->layout.columns < WIDE_COLUMNS && name)
		path = name;
	column = canvas_put(drawing->canvas, row, column, STYLE_STRONG, path);
	return canvas_put(drawing->canvas, row, column, STYLE_PLAIN, ": ");
}

void draw_state(struct drawing *drawing)
{
	const struct pmm_verdict *verdict = drawing->shot->view.verdict;
	size_t row = drawing->layout.at[PART_STATE], column;
	char words[UNITS_TEXT];

	if (!drawing->layout.height[PART_STATE])
		return;
	if (!verdict) {
		canvas_put(drawing->canvas, row, 0, STYLE_STRONG, "... a first look is taken");
		return;
	}
	column = canvas_print(drawing->canvas, row, 0, state_style(verdict->state), "%s %s",
			      state_sign(verdict->state), state_word(verdict->state));
	if (verdict->state_seconds >= 1) {
		column = canvas_print(drawing->canvas, row, column, STYLE_STRONG, " %s",
				      short_duration(verdict->state_seconds, words));
	}
	column += 2;
	if (verdict->path)
		column = draw_scope(drawing, row, column);
	column = draw_lost(drawing, row, column);
	draw_notes(drawing, row, column);
}

/* ---- the reasons ---- ------------------------------------------------------------------------ */

struct reason {
	const char *label, *text;
};

static void add_reason(struct reason reasons[MOST_REASONS], size_t *count, const char *label,
		       const char *text)
{
	if (text && *count < MOST_REASONS)
		reasons[(*count)++] = (struct reason){label, text};
}

/* Most telling first: where there is no room for all, the last are not seen. */
static size_t list_reasons(const struct pmm_words *words, struct reason reasons[MOST_REASONS])
{
	size_t count = 0;

	if (!words)
		return 0;
	add_reason(reasons, &count, "why", words->because);
	add_reason(reasons, &count, "", words->limit);
	for (size_t i = 0; i < words->remedies_count && i < 1; i++)
		add_reason(reasons, &count, "try", words->remedies[i]);
	add_reason(reasons, &count, "who", words->victims);
	add_reason(reasons, &count, words->victims ? "" : "who", words->growing);
	for (size_t i = 1; i < words->remedies_count; i++)
		add_reason(reasons, &count, "or", words->remedies[i]);
	add_reason(reasons, &count, "but", words->caveat);
	return count;
}

/* Bytes of the text that make the next line: up to a blank, if there is one. */
static size_t line_length(const char *text, size_t columns)
{
	size_t length = canvas_fitting(text, columns), at = length;

	if (!text[length])
		return length;
	while (at && text[at] != ' ')
		at--;
	return at ? at : length ? length : 1;
}

static const char *after_line(const char *text, size_t length)
{
	text += length;
	return text + (*text == ' ');
}

static size_t reason_rows(const struct reason *reason, size_t width)
{
	size_t rows = 0;

	for (const char *text = reason->text; *text; rows++)
		text = after_line(text, line_length(text, width));
	return rows;
}

static size_t text_columns(size_t columns)
{
	return columns > INDENT ? columns - INDENT : 1;
}

size_t why_rows(const struct shot *shot, size_t columns)
{
	struct reason reasons[MOST_REASONS];
	size_t count = list_reasons(shot->view.words, reasons), rows = 0;

	for (size_t i = 0; i < count; i++)
		rows += reason_rows(&reasons[i], text_columns(columns));
	return rows;
}

/* Draw the front of a reason in so many rows; what is left out is marked. */
static void draw_reason(struct drawing *drawing, const struct reason *reason, size_t row,
			size_t rows)
{
	size_t width = text_columns(drawing->layout.columns);
	struct span span = {.column = INDENT, .width = width};
	const char *text = reason->text;
	char line[LINE_BYTES];

	canvas_put(drawing->canvas, row, 0, STYLE_STRONG, reason->label);
	for (; rows; rows--) {
		size_t length = rows > 1 ? line_length(text, width) : strlen(text);

		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		span.row = row++;
		canvas_put_span(drawing->canvas, span, STYLE_PLAIN, line);
		text = after_line(text, length);
	}
}

/* Each has a row, as far as there are rows; those that are left go to the first ones. */
void draw_why(struct drawing *drawing)
{
	size_t row = drawing->layout.at[PART_WHY], height = drawing->layout.height[PART_WHY];
	struct reason reasons[MOST_REASONS];
	size_t count = list_reasons(drawing->shot->view.words, reasons), left;

	/* How sure it is comes behind the whole of what it is. */
	if (why_rows(drawing->shot, drawing->layout.columns) > height && count > 1 &&
	    drawing->shot->view.words->caveat)
		count--;
	if (count > height)
		count = height;
	left = height - count;
	for (size_t i = 0; i < count; i++) {
		size_t more = reason_rows(&reasons[i], text_columns(drawing->layout.columns)) - 1;

		more = more < left ? more : left;
		draw_reason(drawing, &reasons[i], row, 1 + more);
		row += 1 + more;
		left -= more;
	}
}
