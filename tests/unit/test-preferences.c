/* SPDX-License-Identifier: GPL-2.0-or-later */
/* preferences.c: the file of the screen is read strictly, and what is written is read again. */

#include "vmtop/preferences.c"

#include <stdlib.h>

#include "tap.h"
#include "ui-rooms.h"

static const struct preferences before = {
	.columns = {{PROCESS_PID, PROCESS_COMMAND}, 2},
	.sort = PROCESS_RSS,
	.is_reversed = true,
};

static const struct {
	const char *text;
	const char *fault; /* NULL: it is good */
	const char *written;
} cases[] = {
	{"", NULL, "columns pid,command\nsort rss_bytes\nreverse yes\n"},
	{"\n# a comment\n\n", NULL, "columns pid,command\nsort rss_bytes\nreverse yes\n"},
	{"sort swap_bytes\n", NULL, "columns pid,command\nsort swap_bytes\nreverse yes\n"},
	{"sort default\nreverse no\n", NULL, "columns pid,command\nsort default\nreverse no\n"},
	{"columns rss_bytes,pid", NULL, "columns rss_bytes,pid\nsort rss_bytes\nreverse yes\n"},
	{"columns \n", "1: unknown field: ", NULL},
	{"columns pid,\n", NULL, "columns pid\nsort rss_bytes\nreverse yes\n"},
	{"columns pid,,user\n", "1: unknown field: ", NULL},
	{"columns pid,pid\n", "1: pid stands there twice", NULL},
	{"columns PID\n", "1: unknown field: PID", NULL},
	{"#\n\ncolumns pid,nonsense\n", "3: unknown field: nonsense", NULL},
	{"sort\n", "1: unknown field: ", NULL},
	{"sort pid,user\n", "1: unknown field: pid,user", NULL},
	{"sort  pid\n", "1: unknown field:  pid", NULL},
	{"sort pid\nsort user\n", "2: sort stands there twice", NULL},
	{"reverse\n", "1: yes or no expected", NULL},
	{"reverse maybe\n", "1: yes or no expected", NULL},
	{"reverse yes \n", "1: yes or no expected", NULL},
	{" reverse yes\n", "1: columns, sort or reverse expected", NULL},
	{"reverse yes\r\n", "1: yes or no expected", NULL},
	{"theme dark\n", "1: columns, sort or reverse expected", NULL},
	{"\033[2J\n", "1: columns, sort or reverse expected", NULL},
};

/* Without the comment it begins with. */
static const char *written(const struct preferences *preferences)
{
	static char text[PREFERENCES_BYTES];
	size_t length = preferences_format(preferences, text);

	return length < sizeof(text) && *text == '#' ? strchr(text, '\n') + 1 : text;
}

static void test_texts(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct preferences preferences = before;
		char *fault = preferences_parse(cases[i].text, strlen(cases[i].text), &preferences);

		is_text(fault, cases[i].fault, "case %zu", i);
		is_text(written(&preferences),
			cases[i].written ? cases[i].written : written(&before),
			"case %zu: what is kept of it", i);
		free(fault);
	}
}

static void test_whole(void)
{
	struct preferences preferences = {.columns = {.count = 0}}, again = before;
	char text[PREFERENCES_BYTES], *fault;
	size_t length;

	for (enum process_field field = 0; field < PROCESS_FIELDS; field++)
		columns_toggle(&preferences.columns, field);
	length = preferences_format(&preferences, text);
	ok(length < PREFERENCES_BYTES && !preferences_parse(text, length, &again) &&
		   again.columns.count == PROCESS_FIELDS,
	   "with all columns it is read as it was written");
	fault = preferences_parse("sort pid\0\n", 10, &again);
	ok(fault != NULL, "a NUL is no part of a field");
	free(fault);
}

/* Of a file that was cut, no line is half taken. */
static void test_cuts(void)
{
	static const char text[] = "columns pid,user\nsort pid\nreverse no\n";
	size_t bad = 0;

	for (size_t length = 0; length < strlen(text); length++) {
		struct preferences preferences = before;
		char *fault = preferences_parse(text, length, &preferences);

		bad += fault && (preferences.columns.count != 2 ||
				 preferences.sort != before.sort || !preferences.is_reversed);
		free(fault);
	}
	is_u64(bad, 0, "a file with a fault leaves all as it was");
}

int main(void)
{
	test_texts();
	test_whole();
	test_cuts();
	return done_testing();
}
