/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The tree of control groups: how each fares, what it may use, and what its limit did. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "shared/units.h"

enum {
	LEAST_NAME = 12,
	DEEPEST = 32, /* from there on the tree is no longer indented */
};

/* The columns behind the name; the last are left out first. */
enum cgroup_column {
	CGROUP_STATE,
	CGROUP_LOST,
	CGROUP_MEMORY_FULL,
	CGROUP_IO_FULL,
	CGROUP_USE,
	CGROUP_LIMIT,
	CGROUP_SWAP,
	CGROUP_REFAULTS,
	CGROUP_REUSE,
	CGROUP_MAJOR_FAULTS,
	CGROUP_HIGH,
	CGROUP_MAX,
	CGROUP_OOM,
	CGROUP_COLUMNS,
};

static const struct {
	const char *heading;
	size_t width;
} columns[CGROUP_COLUMNS] = {
	[CGROUP_STATE] = {"STATE", 10},	     [CGROUP_LOST] = {"LOST%", 5},
	[CGROUP_MEMORY_FULL] = {"MEMF%", 5}, [CGROUP_IO_FULL] = {"IOF%", 5},
	[CGROUP_USE] = {"USE", 6},	     [CGROUP_LIMIT] = {"LIMIT", 6},
	[CGROUP_SWAP] = {"SWAP", 6},	     [CGROUP_REFAULTS] = {"REFLT/S", 7},
	[CGROUP_REUSE] = {"REUSE", 5},	     [CGROUP_MAJOR_FAULTS] = {"MAJF/S", 6},
	[CGROUP_HIGH] = {"HIGH", 6},	     [CGROUP_MAX] = {"MAX", 6},
	[CGROUP_OOM] = {"OOM", 4},
};

static void count_words(uint64_t count, char words[UNITS_TEXT])
{
	if (count == PMM_ABSENT)
		snprintf(words, UNITS_TEXT, "-");
	else
		format_rate(words, (double)count);
}

/* "97%": tenths say nothing of it. */
static void share_figure(double ratio, char words[UNITS_TEXT])
{
	if (isnan(ratio))
		snprintf(words, UNITS_TEXT, "-");
	else
		snprintf(words, UNITS_TEXT, "%.0f%%", ratio * 100);
}

/* The state in a word; a note, where the state says nothing. */
static void cgroup_state(const struct pmm_verdict *verdict, char words[UNITS_TEXT])
{
	bool is_calm = verdict->state == PMM_STATE_OK && verdict->notes;

	if (verdict->state >= PMM_STATE_THRASHING)
		snprintf(words, UNITS_TEXT, "THRASHING");
	else if (is_calm)
		snprintf(words, UNITS_TEXT, "%.20s",
			 pmm_note_name((enum pmm_note)(verdict->notes & -verdict->notes)));
	else
		snprintf(words, UNITS_TEXT, "%.20s", pmm_state_name(verdict->state));
}

static double refaults(const struct pmm_verdict *verdict)
{
	return isnan(verdict->refaulted_anon_pages_per_second)
		       ? verdict->refaulted_file_pages_per_second
		       : verdict->refaulted_anon_pages_per_second +
				 verdict->refaulted_file_pages_per_second;
}

static void cgroup_words(const struct pmm_verdict *verdict, enum cgroup_column column,
			 char words[UNITS_TEXT])
{
	switch (column) {
	case CGROUP_STATE:
		cgroup_state(verdict, words);
		break;
	case CGROUP_LOST:
		percent_figure(verdict->lost_percent, words);
		break;
	case CGROUP_MEMORY_FULL:
		percent_figure(verdict->memory_full_percent, words);
		break;
	case CGROUP_IO_FULL:
		percent_figure(verdict->io_full_percent, words);
		break;
	case CGROUP_USE:
		size_figure(verdict->current_bytes, words);
		break;
	case CGROUP_LIMIT:
		size_figure(verdict->limit_bytes, words);
		break;
	case CGROUP_SWAP:
		size_figure(verdict->swap_used_bytes, words);
		break;
	case CGROUP_REFAULTS:
		format_rate(words, refaults(verdict));
		break;
	case CGROUP_REUSE:
		share_figure(verdict->reuse_ratio, words);
		break;
	case CGROUP_MAJOR_FAULTS:
		format_rate(words, verdict->major_faults_per_second);
		break;
	case CGROUP_HIGH:
		count_words(verdict->events_high, words);
		break;
	case CGROUP_MAX:
		count_words(verdict->events_max, words);
		break;
	default:
		count_words(verdict->oom_kills, words);
	}
}

/* ---- the tree ---- --------------------------------------------------------------------------- */

static const struct pmm_verdict *verdict_at(const struct shot *shot, size_t line)
{
	return pmm_verdicts_at(shot->verdicts, shot->cgroups[line]);
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

	next = pmm_verdicts_at(shot->verdicts, shot->cgroups[line] + 1);
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

	while (count < CGROUP_COLUMNS && width + 1 + columns[count].width <= terminal_columns)
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

static void draw_cgroup(struct drawing *drawing, size_t row, size_t line, size_t count)
{
	const struct pmm_verdict *verdict = verdict_at(drawing->shot, line);
	size_t column = name_width(drawing->layout.columns, count);

	draw_name(drawing, row, line, column);
	for (size_t i = 0; i < count; i++) {
		struct span span = {row, column + 1, columns[i].width,
				    i == CGROUP_STATE ? ALIGN_LEFT : ALIGN_RIGHT};
		char words[UNITS_TEXT];

		cgroup_words(verdict, (enum cgroup_column)i, words);
		canvas_put_span(drawing->canvas, span,
				i == CGROUP_STATE ? state_style(verdict->state) : STYLE_PLAIN,
				words);
		column += 1 + columns[i].width;
	}
}

static void draw_headings(struct drawing *drawing, size_t row, size_t count)
{
	size_t column = name_width(drawing->layout.columns, count);

	canvas_put(drawing->canvas, row, 0, STYLE_TITLE, "CGROUP");
	for (size_t i = 0; i < count; i++) {
		struct span span = {row, column + 1, columns[i].width,
				    i == CGROUP_STATE ? ALIGN_LEFT : ALIGN_RIGHT};

		canvas_put_span(drawing->canvas, span, STYLE_TITLE, columns[i].heading);
		column += 1 + columns[i].width;
	}
	canvas_style_row(drawing->canvas, row, STYLE_TITLE);
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
