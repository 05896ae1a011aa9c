/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ui.c, keys.c: what keys do to the view, the lists, the order and what is typed. */

#include "shared/text.h"
#include "tap.h"
#include "ui-rooms.h"

static const struct settings settings = {.delay_ns = 2 * NS_PER_SECOND, .sort = SORT_DEFAULT};

static void press(struct ui *ui, const char *characters)
{
	for (; *characters; characters++)
		ui_press(ui, (uint8_t)*characters);
}

static void test_table(void)
{
	for (const struct key *key = keys; key->action != ACTION_NONE; key++)
		for (const struct key *other = keys; other < key; other++)
			if (key->keys[0] == other->keys[0] || key->keys[0] == other->keys[1] ||
			    (key->keys[1] && key->keys[1] == other->keys[0]))
				ok(!(key->views & other->views), "%s means one thing in a view",
				   key->shown);
	for (const struct key *key = keys; key->action != ACTION_NONE; key++)
		ok(strlen(key->help) <= 72 && strlen(key->shown) < 7, "%s fits the help",
		   key->shown);
	is_u64(key_action('g', VIEW_CGROUPS), ACTION_NONE, "a key of another view does nothing");
	is_u64(key_action(0, VIEW_SYSTEM), ACTION_NONE, "no key does nothing");
	is_u64(key_action('k', VIEW_SYSTEM), ACTION_UP, "a second key");
}

static void test_views(void)
{
	struct ui ui = ui_make(&settings);

	press(&ui, "3");
	is_u64(ui.view, VIEW_PROCESSES, "3");
	press(&ui, "2");
	is_u64(ui.view, VIEW_CGROUPS, "2");
	press(&ui, "1wez");
	ok(ui.view == VIEW_SYSTEM && !ui.with_why && ui.with_evidence && ui.is_frozen, "1wez");
	press(&ui, "?");
	ok(ui.with_help, "?");
	press(&ui, "q");
	ok(!ui.with_help && !ui.wishes.quit, "q ends the help, and not the program");
	press(&ui, "q");
	ok(ui.wishes.quit, "q ends the program");
}

static void test_lists(void)
{
	struct ui ui = ui_make(&settings);
	struct list *list = &ui.lists[VIEW_SYSTEM];

	list_settle(list, 100, 10);
	press(&ui, "kjjj");
	is_u64(list->selected, 3, "up ends at the first line; down");
	ui_press(&ui, PRESS_PAGE_DOWN);
	list_settle(list, 100, 10);
	ok(list->selected == 12 && list->first == 3, "a page is a line less than is seen");
	ui_press(&ui, PRESS_END);
	list_settle(list, 100, 10);
	ok(list->selected == 99 && list->first == 90, "the end");
	list_settle(list, 5, 10);
	ok(list->selected == 4 && list->first == 0, "the list became short");
	list_settle(list, 0, 10);
	ui_press(&ui, PRESS_END);
	ui_press(&ui, PRESS_PAGE_DOWN);
	ui_press(&ui, PRESS_DOWN);
	list_settle(list, 0, 0);
	ok(list->selected == 0 && list->first == 0, "nothing to go through");
	list_settle(list, 100, 10);
	ui_press(&ui, PRESS_END);
	list_settle(list, 100, 50);
	ok(list->first == 50, "a list that grows shows as much as it can");
	ui_press(&ui, PRESS_HOME);
	list_settle(list, 100, 0);
	ok(list->selected == 0 && list->first == 0, "a list of no height");
}

static void test_order(void)
{
	struct ui ui = ui_make(&settings);

	press(&ui, "s");
	ok(ui.sort == PROCESS_LOST && ui.wishes.list && *ui.message, "s: the first key");
	press(&ui, "S");
	ok(ui.sort == SORT_DEFAULT, "S: back to the default");
	press(&ui, "S");
	ok(ui.sort == PROCESS_PID, "S: the last key");
	press(&ui, "s");
	ok(ui.sort == SORT_DEFAULT, "s: round");
	press(&ui, "r>");
	ok(ui.sort == PROCESS_PID && !ui.is_reversed, "another column is not reversed");
	press(&ui, "<");
	ok(ui.sort == PROCESS_COMMAND, "<: round");
	press(&ui, ">>");
	ok(ui.sort == PROCESS_USER, ">>");
	press(&ui, "C");
	ok(ui.sort == SORT_DEFAULT && ui.wishes.save, "C");
}

static void test_columns(void)
{
	struct ui ui = ui_make(&settings);
	size_t count = ui.columns.count;

	press(&ui, "P");
	ok(ui.columns.count == count + 1 && ui.columns.fields[count - 1] == PROCESS_PSS &&
		   ui.columns.fields[count] == PROCESS_COMMAND,
	   "a new column stands before the command");
	press(&ui, "P");
	is_u64(ui.columns.count, count, "and goes again");
	press(&ui, "c");
	ok(ui.with_chooser, "c");
	list_settle(&ui.chooser, PROCESS_FIELDS, 10);
	press(&ui, "j ");
	ok(!columns_have(&ui.columns, PROCESS_PID), "Space takes the second field away");
	press(&ui, " ");
	ok(columns_have(&ui.columns, PROCESS_PID), "and puts it back");
	ui_press(&ui, PRESS_ENTER);
	ok(!ui.with_chooser && ui.wishes.save && ui.wishes.list, "Enter ends it");
	for (enum process_field field = 0; field < PROCESS_FIELDS; field++)
		if (columns_have(&ui.columns, field))
			columns_toggle(&ui.columns, field);
	is_u64(ui.columns.count, 1, "the last column stays");
	for (enum process_field field = 0; field < PROCESS_FIELDS; field++)
		if (!columns_have(&ui.columns, field))
			columns_toggle(&ui.columns, field);
	is_u64(ui.columns.count, PROCESS_FIELDS, "all columns");
}

static void test_typing(void)
{
	struct ui ui = ui_make(&settings);

	press(&ui, "fcc q1");
	ok(ui.prompt == PROMPT_FILTER && !strcmp(ui.typed, "cc q1"), "keys are text");
	ui_press(&ui, PRESS_BACKSPACE);
	ui_press(&ui, 0x6f22); /* a character of three bytes */
	is_text(ui.typed, "cc q漢", "Backspace; a wide character");
	ui_press(&ui, 0x1f600);
	ui_press(&ui, PRESS_BACKSPACE);
	ui_press(&ui, PRESS_BACKSPACE);
	is_text(ui.typed, "cc q", "a character is erased as a whole");
	ui_press(&ui, PRESS_UP);
	ui_press(&ui, 7);
	is_text(ui.typed, "cc q", "no control is typed");
	ui_press(&ui, PRESS_ENTER);
	ok(!strcmp(ui.name, "cc q") && ui.wishes.list && ui.prompt == PROMPT_NONE, "Enter");
	press(&ui, "fxy");
	ui_press(&ui, PRESS_ESCAPE);
	ok(!strcmp(ui.name, "cc q") && ui.prompt == PROMPT_NONE, "Escape");
	press(&ui, "f");
	for (size_t i = 0; i < 100000; i++)
		ui_press(&ui, i % 3 ? 'x' : 0xe4);
	ok(strlen(ui.typed) >= TYPED_BYTES - 2 &&
		   text_utf8_valid(ui.typed, strlen(ui.typed)) == strlen(ui.typed),
	   "what does not fit is not taken, and no half of a character");
	ui_press(&ui, PRESS_ESCAPE);
	press(&ui, "f");
	for (size_t i = 0; i < 3; i++)
		ui_press(&ui, PRESS_BACKSPACE);
	ui_press(&ui, PRESS_ENTER);
	is_text(ui.name, "", "an empty answer");
	press(&ui, "/ab");
	ui_press(&ui, PRESS_ENTER);
	ok(ui.wishes.find && !strcmp(ui.sought, "ab"), "/");
}

static void test_delay(void)
{
	struct ui ui = ui_make(&settings);

	press(&ui, "+");
	is_u64(ui.delay_ns, 5 * NS_PER_SECOND, "+");
	press(&ui, "--");
	is_u64(ui.delay_ns, NS_PER_SECOND, "--");
	for (size_t i = 0; i < 50; i++)
		press(&ui, "-");
	is_u64(ui.delay_ns, NS_PER_SECOND / 10, "no shorter");
	for (size_t i = 0; i < 50; i++)
		press(&ui, "+");
	is_u64(ui.delay_ns, 3600 * NS_PER_SECOND, "no longer");
	ui.delay_ns = 3 * NS_PER_SECOND;
	press(&ui, "+");
	is_u64(ui.delay_ns, 5 * NS_PER_SECOND, "from one that is between: +");
	ui.delay_ns = 3 * NS_PER_SECOND;
	press(&ui, "-");
	is_u64(ui.delay_ns, 2 * NS_PER_SECOND, "from one that is between: -");
}

static void test_folds(void)
{
	struct ui ui = ui_make(&settings);
	char path[32];

	ui_fold(&ui, "/a", true);
	ui_fold(&ui, "/a", true);
	ok(ui_is_folded(&ui, "/a") && !ui_is_folded(&ui, "/a/b"), "closed");
	ui_fold(&ui, "/a", false);
	ok(!ui_is_folded(&ui, "/a") && ui.folded_count == 0, "and open");
	for (size_t i = 0; i < 2 * FOLDED_CGROUPS; i++) {
		snprintf(path, sizeof(path), "/%zu", i);
		ui_fold(&ui, path, true);
	}
	is_u64(ui.folded_count, FOLDED_CGROUPS, "more are not remembered");
}

int main(void)
{
	test_table();
	test_views();
	test_lists();
	test_order();
	test_columns();
	test_typing();
	test_delay();
	test_folds();
	return done_testing();
}
