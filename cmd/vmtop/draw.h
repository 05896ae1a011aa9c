/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_DRAW_H
#define VMTOP_DRAW_H

/*
 * The views of the screen. They place values, words and pictures that others made on a canvas, and
 * compute nothing.
 */

#include <procmm-verdict.h>
#include <stdbool.h>

#include "canvas.h"
#include "history.h"
#include "layout.h"
#include "ui.h"
#include "vmtop.h"

/* What there is to show: one interval of the machine, judged. */
struct shot {
	struct view view;
	const size_t *cgroups; /* places of the verdicts that the tree shows, in order */
	size_t cgroup_count;
	const struct history *history;
	bool has_utf8;
};

/* The place at hand. */
struct drawing {
	struct canvas *canvas;
	struct ui *ui;
	const struct shot *shot;
	struct layout layout;
};

/* Draw the screen as the user wants it. Settles the lists of the ui by what is there. */
void draw_screen(struct canvas *canvas, struct ui *ui, const struct shot *shot);

/* ---- draw-state.c: how bad it is, and why ---- ----------------------------------------------- */

enum style state_style(enum pmm_state state);
/* "THRASHING", and "severe" is part of it. */
const char *state_word(enum pmm_state state);
/* "!!": what makes it stand out without colour. */
const char *state_sign(enum pmm_state state);
void draw_tiny(struct drawing *drawing);
void draw_state(struct drawing *drawing);
/* The rows that the reasons take in so many columns. */
size_t why_rows(const struct shot *shot, size_t columns);
void draw_why(struct drawing *drawing);

/* ---- draw-system.c ---- ---------------------------------------------------------------------- */

enum { EVIDENCE_ROWS = 4 };

void draw_system(struct drawing *drawing);

/* ---- draw-processes.c, draw-cgroups.c ---- --------------------------------------------------- */

void draw_processes(struct drawing *drawing);
void draw_cgroups(struct drawing *drawing);

/* ---- draw-help.c ---- ------------------------------------------------------------------------ */

void draw_help(struct drawing *drawing);
void draw_chooser(struct drawing *drawing);

/* ---- words ---- ------------------------------------------------------------------------------ */

/* The value of a metric of the view, without its unit: "161M", "147", "0.4", "-". */
char *metric_figure(const struct view *view, const char *name, char words[UNITS_TEXT]);
/* "0.4", "-". */
char *percent_figure(double percent, char words[UNITS_TEXT]);
/* "8d3h", "42s". */
char *short_duration(double seconds, char words[UNITS_TEXT]);
/* "161M", "-". */
char *size_figure(uint64_t bytes, char words[UNITS_TEXT]);

#endif
