/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What each key changes of what the user sees. */

#include "ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What + and - go through. */
static const uint64_t delays_ms[] = {
	100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000, 300000, 600000, 3600000,
};

enum { DELAYS = sizeof(delays_ms) / sizeof(*delays_ms) };

static const uint64_t NS_PER_MS = NS_PER_SECOND / 1000;

/* clang-format off */
/* The columns of the screen by default, and what s and S go through. */
static const enum process_field default_columns[] = {
	PROCESS_PID, PROCESS_USER, PROCESS_STATE, PROCESS_LOST, PROCESS_FAULTS, PROCESS_SWAP,
	PROCESS_SWAP_GROWTH, PROCESS_RSS, PROCESS_RSS_GROWTH, PROCESS_CGROUP, PROCESS_COMMAND,
};

static const enum process_field sort_keys[] = {
	PROCESS_LOST, PROCESS_FAULTS, PROCESS_SWAP, PROCESS_SWAP_GROWTH, PROCESS_RSS,
	PROCESS_RSS_GROWTH, PROCESS_FOOTPRINT, PROCESS_PID,
};
/* clang-format on */

enum {
	DEFAULT_COLUMNS = sizeof(default_columns) / sizeof(*default_columns),
	SORT_KEYS = sizeof(sort_keys) / sizeof(*sort_keys),
};

void ui_say(struct ui *ui, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(ui->message, sizeof(ui->message), format, arguments);
	va_end(arguments);
}

/* ---- columns ---- ---------------------------------------------------------------------------- */

static size_t place_of(const struct columns *columns, enum process_field field)
{
	size_t i = 0;

	while (i < columns->count && columns->fields[i] != field)
		i++;
	return i;
}

bool columns_have(const struct columns *columns, enum process_field field)
{
	return place_of(columns, field) < columns->count;
}

/* A new one comes last, but before the one that takes all the room that is left. */
void columns_toggle(struct columns *columns, enum process_field field)
{
	size_t at = place_of(columns, field);
	enum process_field *fields = columns->fields;

	if (at < columns->count) {
		if (columns->count == 1)
			return;
		columns->count--;
		memmove(&fields[at], &fields[at + 1], (columns->count - at) * sizeof(*fields));
		return;
	}
	if (at && process_fields[fields[at - 1]].is_last)
		at--;
	memmove(&fields[at + 1], &fields[at], (columns->count - at) * sizeof(*fields));
	fields[at] = field;
	columns->count++;
}

void ui_default_columns(struct ui *ui)
{
	memcpy(ui->columns.fields, default_columns, sizeof(default_columns));
	ui->columns.count = DEFAULT_COLUMNS;
	ui->sort = SORT_DEFAULT;
	ui->is_reversed = false;
}

struct ui ui_make(const struct settings *settings)
{
	struct ui ui = {
		.with_why = true,
		.delay_ns = settings->delay_ns,
	};

	ui_default_columns(&ui);
	return ui;
}

void ui_take_options(struct ui *ui, const struct settings *settings)
{
	if (settings->scope == SCOPE_PROCESS) {
		ui->columns.count = settings->process.count;
		for (size_t i = 0; i < settings->process.count; i++)
			ui->columns.fields[i] = (enum process_field)settings->process.indices[i];
	}
	if (settings->sort != SORT_DEFAULT)
		ui->sort = settings->sort;
	ui->is_reversed |= settings->is_reversed;
	if (settings->filter.user)
		snprintf(ui->user, sizeof(ui->user), "%s", settings->filter.user);
	if (settings->filter.cgroup)
		snprintf(ui->cgroup, sizeof(ui->cgroup), "%s", settings->filter.cgroup);
	if (settings->with_pss && !columns_have(&ui->columns, PROCESS_PSS))
		columns_toggle(&ui->columns, PROCESS_PSS);
}

/* ---- lists ---- ------------------------------------------------------------------------------ */

void list_settle(struct list *list, size_t total, size_t height)
{
	list->total = total;
	list->height = height;
	if (list->selected >= total)
		list->selected = total ? total - 1 : 0;
	if (list->first > list->selected)
		list->first = list->selected;
	if (height && list->selected - list->first >= height)
		list->first = list->selected - height + 1;
	if (list->first + height > total)
		list->first = total > height ? total - height : 0;
}

static void move_up(struct list *list, size_t lines)
{
	list->selected -= lines < list->selected ? lines : list->selected;
}

/* What is past the end list_settle() brings back. */
static void move_down(struct list *list, size_t lines)
{
	list->selected += lines;
	if (list->selected >= list->total)
		list->selected = list->total ? list->total - 1 : 0;
}

static bool move_in_list(struct list *list, enum action action)
{
	size_t page = list->height > 1 ? list->height - 1 : 1;

	switch (action) {
	case ACTION_UP:
		move_up(list, 1);
		return true;
	case ACTION_DOWN:
		move_down(list, 1);
		return true;
	case ACTION_PAGE_UP:
		move_up(list, page);
		return true;
	case ACTION_PAGE_DOWN:
		move_down(list, page);
		return true;
	case ACTION_HOME:
		list->selected = 0;
		return true;
	case ACTION_END:
		move_down(list, list->total);
		return true;
	default:
		return false;
	}
}

/* FNV-1a: what is folded must be told apart, not kept secret. */
static uint64_t path_hash(const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *path; path++)
		hash = (hash ^ (uint8_t)*path) * UINT64_C(0x100000001b3);
	return hash;
}

static size_t folded_place(const struct ui *ui, const char *path)
{
	uint64_t hash = path_hash(path);
	size_t i = 0;

	while (i < ui->folded_count && ui->folded[i] != hash)
		i++;
	return i;
}

bool ui_is_folded(const struct ui *ui, const char *path)
{
	return folded_place(ui, path) < ui->folded_count;
}

void ui_fold(struct ui *ui, const char *path, bool is_folded)
{
	size_t at = folded_place(ui, path);

	if (is_folded && at == ui->folded_count && at < FOLDED_CGROUPS)
		ui->folded[ui->folded_count++] = path_hash(path);
	else if (!is_folded && at < ui->folded_count)
		ui->folded[at] = ui->folded[--ui->folded_count];
}

/* ---- typing ---- ----------------------------------------------------------------------------- */

static const struct {
	enum prompt prompt;
	size_t text; /* offset in the ui of what is typed */
} prompts[] = {
	[PROMPT_FIND] = {PROMPT_FIND, offsetof(struct ui, sought)},
	[PROMPT_FILTER] = {PROMPT_FILTER, offsetof(struct ui, name)},
	[PROMPT_USER] = {PROMPT_USER, offsetof(struct ui, user)},
	[PROMPT_CGROUP] = {PROMPT_CGROUP, offsetof(struct ui, cgroup)},
};

static void open_prompt(struct ui *ui, enum prompt prompt)
{
	ui->prompt = prompt;
	ui->typed[0] = '\0';
}

static void take_typed(struct ui *ui)
{
	if (ui->prompt == PROMPT_CGROUP && *ui->typed && *ui->typed != '/') {
		ui_say(ui, "a path that begins with / expected");
		ui->prompt = PROMPT_NONE;
		return;
	}
	memcpy((char *)ui + prompts[ui->prompt].text, ui->typed, sizeof(ui->typed));
	ui->wishes.find = ui->prompt == PROMPT_FIND;
	ui->wishes.list = ui->prompt != PROMPT_FIND;
	ui->prompt = PROMPT_NONE;
}

static void erase_character(char *typed)
{
	size_t length = strlen(typed);

	while (length > 1 && (typed[length - 1] & 0xc0) == 0x80)
		length--;
	if (length)
		typed[length - 1] = '\0';
}

/* A character at the end, in UTF-8; what no longer fits is not taken. */
static void type_character(char *typed, uint32_t character)
{
	size_t length = strlen(typed), more = character < 0x80	    ? 1
					      : character < 0x800   ? 2
					      : character < 0x10000 ? 3
								    : 4;
	static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

	if (length + more >= TYPED_BYTES)
		return;
	typed[length + more] = '\0';
	for (size_t i = more; i > 1; i--, character >>= 6)
		typed[length + i - 1] = (char)(0x80 | (character & 0x3f));
	typed[length] = (char)(leads[more] | character);
}

static void press_in_prompt(struct ui *ui, uint32_t key)
{
	switch (key) {
	case PRESS_ENTER:
		take_typed(ui);
		return;
	case PRESS_ESCAPE:
		ui->prompt = PROMPT_NONE;
		return;
	case PRESS_BACKSPACE:
		erase_character(ui->typed);
		return;
	default:
		if (key >= ' ' && key < PRESS_UP)
			type_character(ui->typed, key);
	}
}

/* ---- the help ---- --------------------------------------------------------------------------- */

/* Its list has one line, which goes through all that is above the last screen. */
static void press_in_help(struct ui *ui, uint32_t key)
{
	enum { HELP_PAGE = 10 };
	enum action action = key_action(key, VIEW_SYSTEM);

	if (action == ACTION_PAGE_UP)
		move_up(&ui->help, HELP_PAGE);
	else if (action == ACTION_PAGE_DOWN)
		move_down(&ui->help, HELP_PAGE);
	else if (!move_in_list(&ui->help, action))
		ui->with_help = false;
}

/* ---- the chooser of columns ---- ------------------------------------------------------------- */

static void press_in_chooser(struct ui *ui, uint32_t key)
{
	if (move_in_list(&ui->chooser, key_action(key, VIEW_SYSTEM)))
		return;
	if (key == ' ') {
		columns_toggle(&ui->columns, (enum process_field)ui->chooser.selected);
		return;
	}
	if (key != PRESS_ENTER && key != PRESS_ESCAPE && key != 'c' && key != 'q')
		return;
	ui->with_chooser = false;
	ui->wishes.save = ui->wishes.list = true;
}

/* ---- order and time ---- --------------------------------------------------------------------- */

static void sort_by(struct ui *ui, size_t sort)
{
	ui->sort = sort;
	ui->is_reversed = false;
	ui->wishes.save = ui->wishes.list = true;
	if (sort == SORT_DEFAULT)
		ui_say(ui, "sorted by what tells most: faults, swap, size");
	else
		ui_say(ui, "sorted by %s: %s", process_fields[sort].heading,
		       process_fields[sort].meaning);
}

/* Between the last and the first key there is the default. */
static void sort_by_key(struct ui *ui, bool is_next)
{
	size_t i = 0;

	while (i < SORT_KEYS && sort_keys[i] != ui->sort)
		i++;
	i = (i + (is_next ? 1 : SORT_KEYS)) % (SORT_KEYS + 1);
	sort_by(ui, i < SORT_KEYS ? sort_keys[i] : SORT_DEFAULT);
}

static void sort_by_column(struct ui *ui, size_t step)
{
	size_t at = 0;

	while (at < ui->columns.count && ui->columns.fields[at] != ui->sort)
		at++;
	sort_by(ui,
		ui->columns.fields[at == ui->columns.count ? 0 : (at + step) % ui->columns.count]);
}

static void change_delay(struct ui *ui, bool is_longer)
{
	size_t i = 0;

	while (i < DELAYS && delays_ms[i] * NS_PER_MS < ui->delay_ns)
		i++;
	if (is_longer && i < DELAYS && delays_ms[i] * NS_PER_MS == ui->delay_ns)
		i++;
	if (is_longer ? i < DELAYS : i > 0)
		ui->delay_ns = delays_ms[is_longer ? i : i - 1] * NS_PER_MS;
	ui->wishes.restart = true;
	ui_say(ui, "a sample every %g s", (double)ui->delay_ns / (double)NS_PER_SECOND);
}

/* ---- keys ---- ------------------------------------------------------------------------------- */

static void show_view(struct ui *ui, enum view_kind view)
{
	ui->view = view;
}

static bool act_on_order(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_SORT_NEXT:
		sort_by_key(ui, true);
		return true;
	case ACTION_SORT_PREVIOUS:
		sort_by_key(ui, false);
		return true;
	case ACTION_COLUMN_LEFT:
		sort_by_column(ui, ui->columns.count - 1);
		return true;
	case ACTION_COLUMN_RIGHT:
		sort_by_column(ui, 1);
		return true;
	case ACTION_REVERSE:
		ui->is_reversed = !ui->is_reversed;
		ui->wishes.save = ui->wishes.list = true;
		return true;
	case ACTION_COLUMNS:
		ui->with_chooser = true;
		return true;
	case ACTION_PSS:
		columns_toggle(&ui->columns, PROCESS_PSS);
		ui->wishes.list = true;
		return true;
	case ACTION_COLUMNS_RESET:
		ui_default_columns(ui);
		ui->wishes.save = ui->wishes.list = true;
		ui_say(ui, "the default columns");
		return true;
	default:
		return false;
	}
}

static bool act_on_view(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_VIEW_SYSTEM:
	case ACTION_VIEW_CGROUPS:
	case ACTION_VIEW_PROCESSES:
		show_view(ui, VIEW_SYSTEM + (enum view_kind)(action - ACTION_VIEW_SYSTEM));
		return true;
	case ACTION_HELP:
		ui->with_help = true;
		return true;
	case ACTION_WHY:
		ui->with_why = !ui->with_why;
		return true;
	case ACTION_EVIDENCE:
		ui->with_evidence = !ui->with_evidence;
		return true;
	case ACTION_FREEZE:
		ui->is_frozen = !ui->is_frozen;
		return true;
	default:
		return move_in_list(&ui->lists[ui->view], action);
	}
}

static bool act_on_text(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_FIND:
		open_prompt(ui, PROMPT_FIND);
		return true;
	case ACTION_FILTER:
		open_prompt(ui, PROMPT_FILTER);
		return true;
	case ACTION_USER:
		open_prompt(ui, PROMPT_USER);
		return true;
	case ACTION_CGROUP:
		open_prompt(ui, PROMPT_CGROUP);
		return true;
	case ACTION_FIND_NEXT:
		ui->wishes.find = true;
		return true;
	default:
		return false;
	}
}

static void act_on_time(struct ui *ui, enum action action)
{
	switch (action) {
	case ACTION_SLOWER:
	case ACTION_FASTER:
		change_delay(ui, action == ACTION_SLOWER);
		break;
	case ACTION_SAMPLE:
		ui->wishes.sample = true;
		break;
	case ACTION_REDRAW:
		ui->wishes.redraw = true;
		break;
	case ACTION_OPEN:
		ui->wishes.open = true;
		break;
	case ACTION_CLOSE:
		ui->wishes.close = true;
		break;
	case ACTION_ENTER:
		ui->wishes.enter = true;
		break;
	case ACTION_QUIT:
		ui->wishes.quit = true;
		break;
	default:
		break;
	}
}

void ui_press(struct ui *ui, uint32_t key)
{
	enum action action;

	ui->message[0] = '\0';
	if (ui->prompt != PROMPT_NONE) {
		press_in_prompt(ui, key);
		return;
	}
	if (ui->with_help) {
		press_in_help(ui, key);
		return;
	}
	if (ui->with_chooser) {
		press_in_chooser(ui, key);
		return;
	}
	action = key_action(key, ui->view);
	if (!act_on_view(ui, action) && !act_on_order(ui, action) && !act_on_text(ui, action))
		act_on_time(ui, action);
}
