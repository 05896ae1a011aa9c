/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A screen: its first line, its view, and its last line, which is the help or a prompt. */

#include "draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/units.h"

enum {
	TALL = 40, /* rows from which on the reasons may take more */
	WHY_LOW = 2,
	WHY_MIDDLE = 3,
	WHY_TALL = 8,
	LEAST_TITLE = 5, /* "vmtop" */
};

/* ---- the first line ---- --------------------------------------------------------------------- */

static const char *const tabs[VIEWS] = {
	[VIEW_SYSTEM] = "Sys",
	[VIEW_CGROUPS] = "Cgrp",
	[VIEW_PROCESSES] = "Proc",
};

static size_t tab_width(const struct drawing *drawing, enum view_kind view)
{
	return strlen("1") + strlen(tabs[view]) + (view == drawing->ui->view ? strlen("[]") : 0);
}

static void draw_tabs(struct drawing *drawing, size_t row, size_t column)
{
	for (enum view_kind view = 0; view < VIEWS; view++) {
		bool is_shown = view == drawing->ui->view;

		column = canvas_print(drawing->canvas, row, column,
				      is_shown ? STYLE_STRONG : STYLE_PLAIN,
				      is_shown ? "[%d]%s" : "%d%s", view + 1, tabs[view]);
		column++;
	}
}

/* A part of the line, two blanks behind what stands before it, if it fits before END. */
static size_t draw_part(struct drawing *drawing, size_t column, size_t end, const char *words)
{
	size_t row = drawing->layout.at[PART_HEADER], length = strlen(words);

	if (!length || canvas_fitting(words, end > column + 2 ? end - column - 2 : 0) < length)
		return column;
	return canvas_put(drawing->canvas, row, column + 2, STYLE_PLAIN, words);
}

static void interval_words(const struct drawing *drawing, char words[UNITS_TEXT])
{
	const struct view *view = &drawing->shot->view;

	if (drawing->ui->is_frozen)
		snprintf(words, UNITS_TEXT, "frozen");
	else if (isnan(view->interval_seconds))
		snprintf(words, UNITS_TEXT, "first look");
	else
		snprintf(words, UNITS_TEXT, "over %.1f s", view->interval_seconds);
}

/* From left to right; the last give way first. */
static void draw_host(struct drawing *drawing, size_t end)
{
	const struct view *view = &drawing->shot->view;
	const struct pmm_host *host = pmm_sample_host(view->now);
	char words[UNITS_TEXT], up[UNITS_TEXT];
	size_t column = LEAST_TITLE;

	column = draw_part(drawing, column, end, host->name ? host->name : "");
	/* "2026-11-22T14:32:10.123Z": the time of day in it */
	snprintf(words, sizeof(words), "%.8sZ", *view->time ? view->time + 11 : "");
	column = draw_part(drawing, column, end, *view->time ? words : "");
	interval_words(drawing, words);
	column = draw_part(drawing, column, end, words);
	short_duration((double)pmm_sample_boot_ns(view->now) / (double)NS_PER_SECOND, up);
	snprintf(words, sizeof(words), "up %.20s", up);
	column = draw_part(drawing, column, end, words);
	snprintf(words, sizeof(words), "%ju CPU", (uintmax_t)host->cpus);
	column = draw_part(drawing, column, end, host->cpus == PMM_ABSENT ? "" : words);
	draw_part(drawing, column, end, host->release ? host->release : "");
}

static void draw_header(struct drawing *drawing)
{
	size_t width = 0, end = drawing->layout.columns;

	if (!drawing->layout.height[PART_HEADER])
		return;
	for (enum view_kind view = 0; view < VIEWS; view++)
		width += tab_width(drawing, view) + (view > 0);
	canvas_put(drawing->canvas, drawing->layout.at[PART_HEADER], 0, STYLE_STRONG, "vmtop");
	if (end >= LEAST_TITLE + 2 + width) {
		end -= width;
		draw_tabs(drawing, drawing->layout.at[PART_HEADER], end);
	}
	draw_host(drawing, end > 2 ? end - 2 : 0);
}

/* ---- the last line ---- ---------------------------------------------------------------------- */

static const char *const prompts[] = {
	[PROMPT_NONE] = "",
	[PROMPT_FIND] = "find: ",
	[PROMPT_FILTER] = "only names with (empty: all): ",
	[PROMPT_USER] = "only of user (empty: all): ",
	[PROMPT_CGROUP] = "only in cgroup (empty: all): ",
};

static void draw_prompt(struct drawing *drawing, size_t row)
{
	size_t column =
		canvas_put(drawing->canvas, row, 0, STYLE_STRONG, prompts[drawing->ui->prompt]);
	const char *typed = drawing->ui->typed;
	size_t room =
		drawing->layout.columns > column + 1 ? drawing->layout.columns - column - 1 : 0;

	/* Of a long one, the end. */
	while (*typed && canvas_fitting(typed, room) < strlen(typed))
		typed++;
	column = canvas_put(drawing->canvas, row, column, STYLE_PLAIN, typed);
	canvas_put(drawing->canvas, row, column, STYLE_TITLE, " ");
}

/* As many of the keys as fit whole. */
static void draw_keys(struct drawing *drawing, size_t row)
{
	size_t column = 0;

	for (const struct key *key = keys; key->action != ACTION_NONE; key++) {
		size_t width = key->word ? strlen(key->shown) + 1 + strlen(key->word) : 0;

		if (!width || !(key->views & 1U << drawing->ui->view) ||
		    column + width > drawing->layout.columns)
			continue;
		column = canvas_put(drawing->canvas, row, column, STYLE_STRONG, key->shown);
		column = canvas_print(drawing->canvas, row, column, STYLE_FAINT, ":%s ", key->word);
	}
}

/* Which processes are left out of the list, if any are. */
static size_t draw_filters(struct drawing *drawing, size_t row)
{
	const struct ui *ui = drawing->ui;
	const struct {
		const char *word, *text;
	} filters[] = {{"name", ui->name}, {"user", ui->user}, {"cgroup", ui->cgroup}};
	size_t column = 0;

	if (ui->view == VIEW_CGROUPS)
		return 0;
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		if (!*filters[i].text)
			continue;
		column = canvas_print(drawing->canvas, row, column, STYLE_STRONG, "%sonly %s ",
				      column ? ", " : "", filters[i].word);
		column = canvas_put(drawing->canvas, row, column, STYLE_PLAIN, filters[i].text);
	}
	return column;
}

static void draw_last_line(struct drawing *drawing)
{
	size_t row = drawing->layout.rows - 1;

	/* A prompt is seen, whatever had to give way. */
	if (drawing->ui->prompt != PROMPT_NONE || *drawing->ui->message)
		canvas_put_span(drawing->canvas,
				(struct span){row, 0, drawing->layout.columns, ALIGN_LEFT},
				STYLE_PLAIN, drawing->ui->message);
	if (drawing->ui->prompt != PROMPT_NONE)
		draw_prompt(drawing, row);
	else if (!*drawing->ui->message && drawing->layout.height[PART_KEYS] &&
		 !draw_filters(drawing, row))
		draw_keys(drawing, row);
}

/* ---- the whole ---- -------------------------------------------------------------------------- */

static size_t wished_why_rows(const struct drawing *drawing)
{
	size_t rows = drawing->canvas->rows, wanted;
	size_t most = rows >= TALL ? WHY_TALL : rows >= 24 ? WHY_MIDDLE : WHY_LOW;

	if (!drawing->ui->with_why)
		return 0;
	wanted = why_rows(drawing->shot, drawing->canvas->columns);
	return wanted < most ? wanted : most;
}

static void draw_view(struct drawing *drawing)
{
	draw_header(drawing);
	draw_state(drawing);
	draw_why(drawing);
	if (drawing->ui->view == VIEW_SYSTEM)
		draw_system(drawing);
	if (drawing->ui->view == VIEW_CGROUPS)
		draw_cgroups(drawing);
	else
		draw_processes(drawing);
	draw_last_line(drawing);
}

void draw_screen(struct canvas *canvas, struct ui *ui, const struct shot *shot)
{
	struct drawing drawing = {.canvas = canvas, .ui = ui, .shot = shot};
	struct wishes wishes = {.view = ui->view};

	wishes.why_rows = wished_why_rows(&drawing);
	wishes.evidence_rows = ui->with_evidence ? EVIDENCE_ROWS : 0;
	drawing.layout = layout_make(canvas->rows, canvas->columns, &wishes);
	if (drawing.layout.is_tiny)
		draw_tiny(&drawing);
	else if (ui->with_help)
		draw_help(&drawing);
	else if (ui->with_chooser)
		draw_chooser(&drawing);
	else
		draw_view(&drawing);
}
