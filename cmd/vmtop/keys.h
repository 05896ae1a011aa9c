/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_KEYS_H
#define VMTOP_KEYS_H

/*
 * The keys of the screen: one table says which key does what, where, and in which words, and the
 * dispatch, the help and the help line are all made from it. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key is the Unicode character that it types, or one of these. */
enum {
	PRESS_UP = 0x110000,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_ENTER,
	PRESS_ESCAPE,
	PRESS_BACKSPACE,
	PRESS_OTHER, /* that means nothing here */
};

enum action {
	ACTION_NONE,
	ACTION_VIEW_SYSTEM,
	ACTION_VIEW_CGROUPS,
	ACTION_VIEW_PROCESSES,
	ACTION_HELP,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HOME,
	ACTION_END,
	ACTION_OPEN,
	ACTION_CLOSE,
	ACTION_ENTER,
	ACTION_SORT_NEXT,
	ACTION_SORT_PREVIOUS,
	ACTION_COLUMN_LEFT,
	ACTION_COLUMN_RIGHT,
	ACTION_REVERSE,
	ACTION_FIND,
	ACTION_FIND_NEXT,
	ACTION_FILTER,
	ACTION_USER,
	ACTION_CGROUP,
	ACTION_COLUMNS,
	ACTION_COLUMNS_RESET,
	ACTION_WHY,
	ACTION_EVIDENCE,
	ACTION_PSS,
	ACTION_FREEZE,
	ACTION_SAMPLE,
	ACTION_SLOWER,
	ACTION_FASTER,
	ACTION_REDRAW,
	ACTION_QUIT,
};

/* Views of the screen, and as bits, those in which a key means something. */
enum view_kind { VIEW_SYSTEM, VIEW_CGROUPS, VIEW_PROCESSES, VIEWS };

enum {
	IN_SYSTEM = 1 << VIEW_SYSTEM,
	IN_CGROUPS = 1 << VIEW_CGROUPS,
	IN_PROCESSES = 1 << VIEW_PROCESSES,
	IN_LISTS = IN_SYSTEM | IN_PROCESSES, /* those with a list of processes */
	IN_ALL = IN_SYSTEM | IN_CGROUPS | IN_PROCESSES,
};

struct key {
	uint32_t keys[2]; /* the second may be 0 */
	enum action action;
	unsigned views;
	const char *shown; /* in the help: "PgUp" */
	const char *help;
	const char *word; /* in the help line; NULL: not there */
};

/* Ends with an action of ACTION_NONE. */
extern const struct key keys[];

/* What a key does in a view; ACTION_NONE: nothing. */
enum action key_action(uint32_t pressed, enum view_kind view);

#endif
