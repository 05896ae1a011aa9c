/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The tree of control groups: how each fares, what it may use, and what its limit did. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "shared/table.h"
#include "shared/units.h"

enum {
	LEAST_NAME = 12,
	DEEPEST = 32, /* from there on the tree is no longer indented */
};

/* The columns behind the name; the last are left out first. */
static const struct {
	enum cgroup_field field;
	size_t width;
} columns[] = {
	{GROUP_STATE, 10},	{GROUP_LOST, 5},    {GROUP_MEMORY_FULL, 5}, {GROUP_IO_FULL, 5},
	{GROUP_CURRENT, 6},	{GROUP_LIMIT, 6},   {GROUP_SWAP, 6},	    {GROUP_CAME_BACK, 6},
	{GROUP_REUSE, 5},	{GROUP_FAULTS, 6},  {GROUP_EVENTS_MAX, 6},  {GROUP_OOM_KILLS, 4},
	{GROUP_EVENTS_HIGH, 6}, {GROUP_EVICTED, 7},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

/* The state in a word that is seen; a note, where the state says nothing. */
static const char *state_words(const struct pmm_verdict *verdict)
{
	if (verdict->state >= PMM_STATE_THRASHING)
		return "THRASHING";
	if (verdict->state == PMM_STATE_OK && verdict->notes)
		return pmm_note_name((enum pmm_note)(verdict->notes & -verdict->notes));
	return pmm_state_name(verdict->state);
}

/* Without what the heading says, and with no more digits than tell anything. */
static const char *figure(const struct pmm_verdict *verdict, enum cgroup_field field,
			  const struct value *value, char words[UNITS_TEXT])
{
	const char *mark = value->is_estimate ? "~" : "";

	switch (field) {
	case GROUP_STATE:
		return state_words(verdict);
	case GROUP_REUSE:
		if (value->kind == VALUE_ABSENT)
			break;
		snprintf(words, UNITS_TEXT, "%s%.0f%%", mark, value_as_real(value) * 100);
		return words;
	case GROUP_EVENTS_HIGH:
	case GROUP_EVENTS_MAX:
	case GROUP_OOM_KILLS:
		return format_rate(words, value_as_real(value));
	default:
		break;
	}
	if (value_words(value, cgroup_fields[field].unit, WORDS_HUMAN, words) != words)
		return "-";
	if (cgroup_fields[field].unit == UNIT_PERCENT)
		words[strcspn(words, "%")] = '\0';
	return words;
}

/* ---- the tree ---- --------------------------------------------------------------------------- */

static const struct pmm_verdict *verdict_at(const struct shot *shot, size_t line)
{
	return view_verdict(&shot->view, shot->cgroups[line]);
}

static size_t depth_of(const struct pmm_verdict *verdict)
{
	size_t depth = 0;

	for (const char *path = verdict->path; path && *path; path++)
		depth += *path == '/';
	return depth;
}

/* Does a line of that depth follow before one that is less deep? Then the branch goes on. */
static bool goes_on(const struct shot *shot, size_t line, size_t depth)
{
	for (size_t i = line + 1; i < shot->cgroup_count; i++) {
		size_t next = depth_of(verdict_at(shot, i));

		if (next <= depth)
			return next == depth;
	}
	return false;
}

static bool has_children(const struct shot *shot, size_t line)
{
	const struct pmm_verdict *next;

	next = view_verdict(&shot->view, shot->cgroups[line] + 1);
	return next && depth_of(next) > depth_of(verdict_at(shot, line));
}

/* "| `-", and "+" for a branch that is closed. */
static size_t draw_branches(struct drawing *drawing, size_t row, size_t line, size_t depth)
{
	const struct shot *shot = drawing->shot;
	bool is_closed =
		has_children(shot, line) && ui_is_folded(drawing->ui, verdict_at(shot, line)->path);
	size_t column = 0;

	for (size_t level = 1; level < depth && level < DEEPEST; level++)
		column = canvas_put(drawing->canvas, row, column, STYLE_FAINT,
				    goes_on(shot, line, level) ? "| " : "  ");
	column = canvas_put(drawing->canvas, row, column, STYLE_FAINT,
			    goes_on(shot, line, depth) ? "|" : "`");
	return canvas_put(drawing->canvas, row, column, is_closed ? STYLE_STRONG : STYLE_FAINT,
			  is_closed ? "+" : "-");
}

static void draw_name(struct drawing *drawing, size_t row, size_t line, size_t width)
{
	const struct pmm_verdict *verdict = verdict_at(drawing->shot, line);
	const char *name = verdict->path ? strrchr(verdict->path, '/') : NULL;
	size_t depth = depth_of(verdict), column = 0;
	struct span span = {.row = row};

	if (depth)
		column = draw_branches(drawing, row, line, depth);
	if (column >= width)
		return;
	span.column = column;
	span.width = width - column;
	canvas_put_span(drawing->canvas, span, STYLE_PLAIN, name ? name + 1 : "/ (system)");
}

/* How many of the columns there is room for beside the names. */
static size_t fitting_count(size_t terminal_columns)
{
	size_t width = LEAST_NAME, count = 0;

	while (count < COLUMNS && width + 1 + columns[count].width <= terminal_columns)
		width += 1 + columns[count++].width;
	return count;
}

static size_t name_width(size_t terminal_columns, size_t count)
{
	size_t width = terminal_columns;

	for (size_t i = 0; i < count; i++)
		width -= 1 + columns[i].width;
	return width;
}

/* Where a column stands, the first behind COLUMN; which then is behind it. */
static struct span next_span(size_t row, size_t i, size_t *column)
{
	struct span span = {row, *column + 1, columns[i].width,
			    columns[i].field == GROUP_STATE ? ALIGN_LEFT : ALIGN_RIGHT};

	*column += 1 + columns[i].width;
	return span;
}

static void draw_cgroup(struct drawing *drawing, size_t row, size_t line, size_t count)
{
	const struct pmm_verdict *verdict = verdict_at(drawing->shot, line);
	size_t column = name_width(drawing->layout.columns, count);
	struct value values[GROUP_FIELDS];

	cgroup_values(&drawing->shot->view, verdict, values);
	draw_name(drawing, row, line, column);
	for (size_t i = 0; i < count; i++) {
		enum cgroup_field field = columns[i].field;
		enum style style = field == GROUP_STATE ? state_style(verdict->state) : STYLE_PLAIN;
		char words[UNITS_TEXT];

		canvas_put_span(drawing->canvas, next_span(row, i, &column), style,
				figure(verdict, field, &values[field], words));
	}
}

static void draw_headings(struct drawing *drawing, size_t row, size_t count)
{
	size_t column = name_width(drawing->layout.columns, count);

	canvas_put(drawing->canvas, row, 0, STYLE_TITLE, cgroup_fields[GROUP_PATH].heading);
	for (size_t i = 0; i < count; i++)
		canvas_put_span(drawing->canvas, next_span(row, i, &column), STYLE_TITLE,
				cgroup_fields[columns[i].field].heading);
	canvas_style_row(drawing->canvas, row, STYLE_TITLE);
}

static void count_words(uint64_t count, char words[UNITS_TEXT])
{
	format_rate(words, count == PMM_ABSENT ? (double)NAN : (double)count);
}

/* What the limit of the line at hand did in the window, and whose limit it is. */
static void draw_events(struct drawing *drawing)
{
	size_t row = drawing->layout.at[PART_EVENTS], column;
	const struct list *list = &drawing->ui->lists[VIEW_CGROUPS];
	const struct pmm_verdict *verdict;
	char high[UNITS_TEXT], max[UNITS_TEXT], oom[UNITS_TEXT];

	if (!drawing->layout.height[PART_EVENTS] || !list->total)
		return;
	verdict = verdict_at(drawing->shot, list->selected);
	if (!verdict)
		return;
	count_words(verdict->events_high, high);
	count_words(verdict->events_max, max);
	count_words(verdict->oom_kills, oom);
	column = canvas_print(drawing->canvas, row, 0, STYLE_FAINT,
			      "in %.0f s: high %s, max %s, OOM kills %s", verdict->window_seconds,
			      high, max, oom);
	if (!verdict->limit_path)
		return;
	column = canvas_print(drawing->canvas, row, column, STYLE_FAINT, "; %s%s of ",
			      verdict->is_limit_high ? "memory.high" : "memory.max",
			      verdict->is_limit_binding ? ", which is full," : "");
	canvas_put(drawing->canvas, row, column, STYLE_PLAIN, verdict->limit_path);
}

void draw_cgroups(struct drawing *drawing)
{
	struct list *list = &drawing->ui->lists[VIEW_CGROUPS];
	size_t row = drawing->layout.at[PART_LIST], height = drawing->layout.height[PART_LIST];
	size_t count = fitting_count(drawing->layout.columns);

	list_settle(list, drawing->shot->cgroup_count, height ? height - 1 : 0);
	if (!height)
		return;
	draw_headings(drawing, row, count);
	for (size_t i = 0; i < list->height && list->first + i < list->total; i++) {
		draw_cgroup(drawing, ++row, list->first + i, count);
		if (list->first + i == list->selected)
			canvas_style_row(drawing->canvas, row, STYLE_SELECTED);
	}
	draw_events(drawing);
}
