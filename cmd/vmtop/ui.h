/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_UI_H
#define VMTOP_UI_H

/*
 * What the user made of the screen: the view, the order, the filters, what is typed, what is
 * unfolded; and what each key changes of it. It knows no terminal and no sample: what a key asks of
 * those stands in the wishes at the end, which live.c fulfils. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys.h"
#include "vmtop.h"

enum {
	TYPED_BYTES = 256,
	FOLDED_CGROUPS = 512, /* more are not remembered as closed */
};

/* A list on the screen: the line that keys act on, and the first that is shown. */
struct list {
	size_t selected, first;
	size_t total;  /* lines there are */
	size_t height; /* lines that are shown at a time */
};

enum prompt { PROMPT_NONE, PROMPT_FIND, PROMPT_FILTER, PROMPT_USER, PROMPT_CGROUP };

/* The columns of the list of processes, from left to right. */
struct columns {
	enum process_field fields[PROCESS_FIELDS];
	size_t count;
};

struct ui {
	enum view_kind view;
	struct list lists[VIEWS];
	bool with_help;
	bool with_why;
	bool with_evidence;
	bool is_frozen;
	uint64_t delay_ns;

	struct columns columns;
	size_t sort; /* a process field, or SORT_DEFAULT */
	bool is_reversed;
	bool with_chooser; /* of columns */
	struct list chooser;
	struct list help;

	enum prompt prompt;
	char typed[TYPED_BYTES];
	char sought[TYPED_BYTES];  /* what / looks for; "" is nothing, as below */
	char name[TYPED_BYTES];	   /* f */
	char user[TYPED_BYTES];	   /* u */
	char cgroup[TYPED_BYTES];  /* g */
	char message[TYPED_BYTES]; /* in place of the help line, until the next key */

	uint64_t folded[FOLDED_CGROUPS]; /* hashes of the paths that are closed */
	size_t folded_count;

	struct {
		bool quit, sample, list, redraw, restart, save, find, enter, open, close;
	} wishes;
};

struct ui ui_make(const struct settings *settings);
/* The columns and the order that were typed go before those that were kept. */
void ui_take_options(struct ui *ui, const struct settings *settings);
void ui_press(struct ui *ui, uint32_t key);

/* The default columns and order of the screen. */
void ui_default_columns(struct ui *ui);
/* Show the column, or no longer. The last one stays. */
void columns_toggle(struct columns *columns, enum process_field field);
bool columns_have(const struct columns *columns, enum process_field field);

/* Bring it back within the list, and the list to where it is seen. */
void list_settle(struct list *list, size_t total, size_t height);

bool ui_is_folded(const struct ui *ui, const char *path);
void ui_fold(struct ui *ui, const char *path, bool is_folded);

/* Say something in place of the help line. */
void ui_say(struct ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
