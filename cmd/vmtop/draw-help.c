/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What covers the view: the help, made of the table of keys, and the chooser of columns. */

#include "draw.h"

enum {
	KEY_WIDTH = 7,
	STATE_WIDTH = 15,
};

static const struct {
	enum pmm_state state;
	const char *help;
} states[] = {
	{PMM_STATE_OK, "no time is lost; swap may be full all the same"},
	{PMM_STATE_RECLAIMING, "memory is recycled, what was evicted stays away"},
	{PMM_STATE_PRESSURE, "what is needed is evicted, too: slower"},
	{PMM_STATE_THRASHING, "paging takes as much time as the work, or more; !!! severe"},
	{PMM_STATE_UNKNOWN, "too early, or the kernel does not say"},
};

static const char *const words[] = {
	"some, full: a task, all tasks waited (of the time, in %)",
	"lost: of the time, gone for paging, at least; useful: of one CPU, work",
	"trend: a step for each of <1 2 5 10 20 40 70 % and more",
	"- not known   ~ about   + goes on",
};

enum {
	STATES = sizeof(states) / sizeof(*states),
	WORDS = sizeof(words) / sizeof(*words),
};

static size_t count_keys(void)
{
	size_t count = 0;

	while (keys[count].action != ACTION_NONE)
		count++;
	return count;
}

/* Lines of the help: a key each, a blank one, the states, a blank one, the words. */
static void draw_help_line(struct drawing *drawing, size_t row, size_t line)
{
	struct span span = {.row = row, .width = KEY_WIDTH};
	size_t key_count = count_keys();

	if (line < key_count) {
		canvas_put_span(drawing->canvas, span, STYLE_STRONG, keys[line].shown);
		canvas_put(drawing->canvas, row, KEY_WIDTH, STYLE_PLAIN, keys[line].help);
		return;
	}
	line -= key_count;
	if (line > 0 && line <= STATES) {
		canvas_print(drawing->canvas, row, 0, state_style(states[line - 1].state),
			     "%-2s %s", state_sign(states[line - 1].state),
			     state_word(states[line - 1].state));
		canvas_put(drawing->canvas, row, STATE_WIDTH, STYLE_PLAIN, states[line - 1].help);
	} else if (line > STATES + 1) {
		canvas_put(drawing->canvas, row, 0, STYLE_PLAIN, words[line - STATES - 2]);
	}
}

static void draw_title(struct drawing *drawing, const char *title)
{
	canvas_begin(drawing->canvas, drawing->layout.rows, drawing->layout.columns);
	canvas_put(drawing->canvas, 0, 0, STYLE_TITLE, title);
	canvas_style_row(drawing->canvas, 0, STYLE_TITLE);
}

void draw_help(struct drawing *drawing)
{
	struct list *list = &drawing->ui->help;
	size_t total = count_keys() + STATES + WORDS + 2;
	size_t height = drawing->layout.rows - 2;

	draw_title(drawing, "vmtop: keys, states and words");
	/* It is scrolled, not gone through: the line at hand is the first. */
	list_settle(list, total > height ? total - height + 1 : 1, 1);
	for (size_t i = 0; i < height && list->first + i < total; i++)
		draw_help_line(drawing, i + 1, list->first + i);
	canvas_put(drawing->canvas, drawing->layout.rows - 1, 0, STYLE_FAINT,
		   "Up Down PgUp PgDn:more  any other key:back");
}

void draw_chooser(struct drawing *drawing)
{
	struct list *list = &drawing->ui->chooser;
	size_t height = drawing->layout.rows > 2 ? drawing->layout.rows - 2 : 0;

	draw_title(drawing, "Columns of processes");
	list_settle(list, PROCESS_FIELDS, height);
	for (size_t i = 0; i < list->height && list->first + i < list->total; i++) {
		enum process_field field = (enum process_field)(list->first + i);
		bool is_shown = columns_have(&drawing->ui->columns, field);

		canvas_print(drawing->canvas, i + 1, 0, STYLE_PLAIN, "[%c] %-10s %s",
			     is_shown ? 'x' : ' ', process_fields[field].heading,
			     process_fields[field].meaning);
		if (field == list->selected)
			canvas_style_row(drawing->canvas, i + 1, STYLE_SELECTED);
	}
	canvas_put(drawing->canvas, drawing->layout.rows - 1, 0, STYLE_FAINT,
		   "Space:show, hide  Enter:done");
}
