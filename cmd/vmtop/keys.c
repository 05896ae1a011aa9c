/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The keys of the screen. */

#include "keys.h"

enum { CONTROL_L = 'L' & 0x1f };

/* clang-format off */
const struct key keys[] = {
	{ { '?', 'h' }, ACTION_HELP, IN_ALL, "?", "this help", "help" },
	{ { 'q' }, ACTION_QUIT, IN_ALL, "q", "quit", "quit" },
	{ { '1' }, ACTION_VIEW_SYSTEM, IN_ALL, "1", "the system, and the processes that matter",
	  NULL },
	{ { '2' }, ACTION_VIEW_CGROUPS, IN_ALL, "2", "the tree of control groups", NULL },
	{ { '3' }, ACTION_VIEW_PROCESSES, IN_ALL, "3", "processes alone", NULL },
	{ { PRESS_UP, 'k' }, ACTION_UP, IN_ALL, "Up", "a line up", NULL },
	{ { PRESS_DOWN, 'j' }, ACTION_DOWN, IN_ALL, "Down", "a line down", NULL },
	{ { PRESS_PAGE_UP }, ACTION_PAGE_UP, IN_ALL, "PgUp", "a screen up", NULL },
	{ { PRESS_PAGE_DOWN }, ACTION_PAGE_DOWN, IN_ALL, "PgDn", "a screen down", NULL },
	{ { PRESS_HOME }, ACTION_HOME, IN_ALL, "Home", "to the first line", NULL },
	{ { PRESS_END }, ACTION_END, IN_ALL, "End", "to the last line", NULL },
	{ { PRESS_RIGHT }, ACTION_OPEN, IN_CGROUPS, "Right", "open the control group", "open" },
	{ { PRESS_LEFT }, ACTION_CLOSE, IN_CGROUPS, "Left", "close it, or go to its parent",
	  "close" },
	{ { PRESS_ENTER }, ACTION_ENTER, IN_CGROUPS, "Enter", "its processes", "processes" },
	{ { 's' }, ACTION_SORT_NEXT, IN_LISTS, "s", "sort by the next key", "sort" },
	{ { 'S' }, ACTION_SORT_PREVIOUS, IN_LISTS, "S", "sort by the key before", NULL },
	{ { '<' }, ACTION_COLUMN_LEFT, IN_LISTS, "<", "sort by the column on the left", NULL },
	{ { '>' }, ACTION_COLUMN_RIGHT, IN_LISTS, ">", "sort by the column on the right", NULL },
	{ { 'r' }, ACTION_REVERSE, IN_LISTS, "r", "reverse the order", NULL },
	{ { '/' }, ACTION_FIND, IN_ALL, "/", "find a name", "find" },
	{ { 'n' }, ACTION_FIND_NEXT, IN_ALL, "n", "find the next", NULL },
	{ { 'f' }, ACTION_FILTER, IN_LISTS, "f", "only processes whose name has a text in it",
	  "filter" },
	{ { 'u' }, ACTION_USER, IN_LISTS, "u", "only processes of a user", NULL },
	{ { 'g' }, ACTION_CGROUP, IN_LISTS, "g", "only processes in or below a control group",
	  NULL },
	{ { 'c' }, ACTION_COLUMNS, IN_LISTS, "c", "choose the columns; they are kept", "columns" },
	{ { 'C' }, ACTION_COLUMNS_RESET, IN_LISTS, "C", "the default columns and order again",
	  NULL },
	{ { 'w' }, ACTION_WHY, IN_ALL, "w", "why it is in this state: show, hide", "why" },
	{ { 'e' }, ACTION_EVIDENCE, IN_SYSTEM, "e", "the counters behind it: show, hide", NULL },
	{ { 'P' }, ACTION_PSS, IN_LISTS, "P",
	  "PSS of the processes on the screen: show, hide; dear", "pss" },
	{ { 'z' }, ACTION_FREEZE, IN_ALL, "z", "freeze the screen, and let it go on", "freeze" },
	{ { ' ' }, ACTION_SAMPLE, IN_ALL, "Space",
	  "take the next sample now; of a captured tree, the next instant", NULL },
	{ { '+', '=' }, ACTION_SLOWER, IN_ALL, "+", "a longer interval", NULL },
	{ { '-' }, ACTION_FASTER, IN_ALL, "-", "a shorter one", NULL },
	{ { CONTROL_L }, ACTION_REDRAW, IN_ALL, "Ctrl-L", "draw all of the screen again", NULL },
	{ { 0 }, ACTION_NONE, 0, NULL, NULL, NULL },
};
/* clang-format on */

enum action key_action(uint32_t pressed, enum view_kind view)
{
	for (const struct key *key = keys; key->action != ACTION_NONE; key++)
		if (key->views & 1U << view &&
		    (pressed == key->keys[0] || (key->keys[1] && pressed == key->keys[1])))
			return key->action;
	return ACTION_NONE;
}
