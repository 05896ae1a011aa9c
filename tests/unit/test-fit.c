/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fit.c: what is left of a text that is cut at its front. */

#include "shared/fit.h"

#include <locale.h>
#include <stdlib.h>

#include "tap.h"

static const struct {
	const char *locale, *text;
	size_t width;
	const char *cut;
} cases[] = {
	{"C.UTF-8", "/usr/lib/libc.so.6", 18, "/usr/lib/libc.so.6"},
	{"C.UTF-8", "/usr/lib/libc.so.6", 17, "…sr/lib/libc.so.6"},
	{"C.UTF-8", "/usr/lib/libc.so.6", 10, "…libc.so.6"},
	{"C.UTF-8", "/usr/lib/libc.so.6", 1, "…"},
	{"C.UTF-8", "/usr/lib/libc.so.6", 0, "…"},
	{"C.UTF-8", "", 0, ""},
	/* Two columns each, so that one may stay empty. */
	{"C.UTF-8", "漢漢漢", 6, "漢漢漢"},
	{"C.UTF-8", "漢漢漢", 5, "…漢漢"},
	{"C.UTF-8", "漢漢漢", 4, "…漢"},
	/* An accent of its own takes no column, and goes with what it stands on. */
	{"C.UTF-8", "aae\314\201", 2, "…e\314\201"},
	{"C.UTF-8", "aae\314\201", 1, "…"},
	/* What is escaped is measured so, and goes as a whole. */
	{"C.UTF-8", "ab\033cd", 8, "ab\033cd"},
	{"C.UTF-8", "ab\033cd", 7, "…\033cd"},
	{"C.UTF-8", "ab\033cd", 6, "…cd"},
	{"C.UTF-8", "a\377b", 5, "…b"},
	{"C.UTF-8", "a\\x41", 6, "…x41"},
	/* Where the mark cannot be printed: */
	{"C", "/usr/lib/libc.so.6", 17, ".../lib/libc.so.6"},
	{"C", "/usr/lib/libc.so.6", 4, "...6"},
	{"C", "漢", 4, "..."},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *cut;

		if (!ok(setlocale(LC_CTYPE, cases[i].locale) != NULL, "%s", cases[i].locale))
			continue;
		cut = cut_front(cases[i].text, cases[i].width);
		is_text(cut, cases[i].cut, "case %zu, in %zu columns", i, cases[i].width);
		free(cut);
	}
	ok(!fit_close(NULL), "no fit is closed");
	return done_testing();
}
