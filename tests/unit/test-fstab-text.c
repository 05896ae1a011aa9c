/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * fstab-text: lines, fields and changes as tables, then the same on random bytes: what is not
 * changed on purpose stays as it is (R05). getmntent(3) is asked what it makes of our lines.
 */

#include "fstab-text.h"

#include <errno.h>
#include <mntent.h>
#include <stdlib.h>

#include "random.h"
#include "tap.h"

#define TEXT(literal)                                  \
	{                                              \
		(char[]){literal}, sizeof(literal) - 1 \
	}

/* ---- lines and fields ---- */

static const struct {
	const char *story;
	struct fstab_text text;
	size_t lines;
	size_t last_fields; /* of the last line */
	const char *fields[FSTAB_FIELDS];
	int is_swap;
} line_cases[] = {
	{"nothing", TEXT(""), 0, 0, {0}, 0},
	{"a newline", TEXT("\n"), 1, 0, {0}, 0},
	{"blanks", TEXT(" \t \n"), 1, 0, {0}, 0},
	{"a comment", TEXT("# /s none swap sw\n"), 1, 0, {0}, 0},
	{"a comment after blanks", TEXT(" \t#/s none swap sw\n"), 1, 0, {0}, 0},
	{"a comment at the end", TEXT("/a\n#/s none swap sw"), 2, 0, {0}, 0},
	{"one field", TEXT("/s"), 1, 1, {"/s"}, 0},
	{"two fields", TEXT("/s none"), 1, 2, {"/s", "none"}, 0},
	{"three fields", TEXT("/s none swap"), 1, 3, {"/s", "none", "swap"}, 1},
	{"four fields", TEXT("/s none swap sw\n"), 1, 4, {"/s", "none", "swap", "sw"}, 1},
	{"six fields", TEXT("/s none swap sw 0 0\n"), 1, 4, {"/s", "none", "swap", "sw"}, 1},
	{"tabs", TEXT("\t/s\t\tnone\tswap\tsw\n"), 1, 4, {"/s", "none", "swap", "sw"}, 1},
	{"CRLF", TEXT("/s none swap sw\r\n"), 1, 4, {"/s", "none", "swap", "sw"}, 1},
	{"CRLF after three fields", TEXT("/s none swap\r\n"), 1, 3, {"/s", "none", "swap"}, 1},
	{"a blank line with CRLF", TEXT("\r\n"), 1, 0, {0}, 0},
	{"a carriage return at the end", TEXT("/s none swap\r"), 1, 3, {"/s", "none", "swap"}, 1},
	{"a carriage return inside",
	 TEXT("/a\rb none swap x\n"),
	 1,
	 4,
	 {"/a\rb", "none", "swap", "x"},
	 1},
	{"a space", TEXT("/a\\040b none swap"), 1, 3, {"/a b", "none", "swap"}, 1},
	{"a tab", TEXT("/a\\011b none swap"), 1, 3, {"/a\tb", "none", "swap"}, 1},
	{"a newline in a name", TEXT("/a\\012b none swap"), 1, 3, {"/a\nb", "none", "swap"}, 1},
	{"a backslash", TEXT("/a\\134b none swap"), 1, 3, {"/a\\b", "none", "swap"}, 1},
	{"an escaped escape", TEXT("/a\\134040b none swap"), 1, 3, {"/a\\040b", "none", "swap"}, 1},
	{"a byte of 8 bits", TEXT("/\\377 none swap"), 1, 3, {"/\377", "none", "swap"}, 1},
	{"no escape: too great", TEXT("/\\777 none swap"), 1, 3, {"/\\777", "none", "swap"}, 1},
	{"no escape: too short", TEXT("/\\04 none swap"), 1, 3, {"/\\04", "none", "swap"}, 1},
	{"no escape: no octal", TEXT("/\\048 none swap"), 1, 3, {"/\\048", "none", "swap"}, 1},
	{"a backslash at the end", TEXT("/s none swap\\"), 1, 3, {"/s", "none", "swap\\"}, 0},
	{"swap written oddly", TEXT("/s none s\\167ap"), 1, 3, {"/s", "none", "swap"}, 1},
	{"swap in capitals", TEXT("/s none SWAP sw"), 1, 4, {"/s", "none", "SWAP", "sw"}, 0},
	{"swapfs", TEXT("/s none swapfs sw"), 1, 4, {"/s", "none", "swapfs", "sw"}, 0},
	{"swap as a name",
	 TEXT("swap /swap tmpfs swap"),
	 1,
	 4,
	 {"swap", "/swap", "tmpfs", "swap"},
	 0},
	{"a NUL", TEXT("/a\0b none swap\n"), 1, 3, {"/a", "none", "swap"}, 1},
	{"a NUL in the type", TEXT("/a none swap\0x\n"), 1, 3, {"/a", "none", "swap"}, 1},
	{"only NULs", TEXT("\0\0\0"), 1, 1, {""}, 0},
	{"ESC and bad UTF-8",
	 TEXT("/\033[1m\xff none swap"),
	 1,
	 3,
	 {"/\033[1m\xff", "none", "swap"},
	 1},
	{"a # inside", TEXT("/a#b none swap #x"), 1, 4, {"/a#b", "none", "swap", "#x"}, 1},
	{"many lines", TEXT("a\n\n\nb\n#\nc\n"), 6, 1, {"c"}, 0},
};

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof(line_cases) / sizeof(*line_cases); i++) {
		const char *story = line_cases[i].story;
		struct fstab_line line = {0};

		while (fstab_text_next(&line_cases[i].text, &line))
			;
		is_u64(line.number, line_cases[i].lines, "%s: lines", story);
		is_u64(line.end, line_cases[i].text.length, "%s: all of it is in lines", story);
		is_u64(line.field_count, line_cases[i].last_fields, "%s: fields", story);
		ok(fstab_text_is_swap(&line_cases[i].text, &line) == line_cases[i].is_swap,
		   "%s: a swap line or not", story);
		for (size_t k = 0; k < line.field_count; k++) {
			char *field = fstab_text_field(&line_cases[i].text, &line, k);

			is_text(field, line_cases[i].fields[k], "%s: field %zu", story, k);
			free(field);
		}
	}
}

/* ---- options ---- */

static void test_options(void)
{
	static const struct {
		const char *old, *item, *set;
	} sets[] = {
		{"sw", "pri=5", "sw,pri=5"},
		{"sw,pri=3,nofail", "pri=5", "sw,pri=5,nofail"},
		{"pri=3", "pri=5", "pri=5"},
		{"pri=3,sw,pri=4", "pri=5", "pri=5,sw"},
		{"pri", "pri=5", "pri=5"},
		{"xpri=3,prix=4", "pri=5", "xpri=3,prix=4,pri=5"},
		{"sw,discard", "discard=once", "sw,discard=once"},
		{"sw,discard=once", "discard", "sw,discard"},
		{"sw", "sw", "sw"},
		{"", "pri=5", "pri=5"},
		{",,sw,,", "pri=5", "sw,pri=5"},
	};
	static const struct {
		const char *old, *name, *dropped;
	} drops[] = {
		{"sw,noauto", "noauto", "sw"},
		{"noauto,sw", "noauto", "sw"},
		{"noauto", "noauto", "sw"},
		{"sw,noauto,pri=3,noauto", "noauto", "sw,pri=3"},
		{"sw,xnoauto,noautox", "noauto", "sw,xnoauto,noautox"},
		{"sw,pri=3", "pri", "sw"},
	};
	char *text;

	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		text = fstab_text_set_option(sets[i].old, sets[i].item);
		is_text(text, sets[i].set, "%s in '%s'", sets[i].item, sets[i].old);
		free(text);
	}
	for (size_t i = 0; i < sizeof(drops) / sizeof(*drops); i++) {
		text = fstab_text_drop_option(drops[i].old, drops[i].name);
		is_text(text, drops[i].dropped, "'%s' without %s", drops[i].old, drops[i].name);
		free(text);
	}
}

/* ---- a line that we make ---- */

/* What getmntent(3) makes of it. */
static bool is_read_back(const char *line, const char *spec)
{
	char buffer[4096], *copy = strdup(line);
	FILE *stream = fmemopen(copy, strlen(copy), "r");
	struct mntent entry;
	bool is_same;

	is_same = getmntent_r(stream, &entry, buffer, sizeof(buffer)) &&
		  !strcmp(entry.mnt_fsname, spec) && !strcmp(entry.mnt_type, "swap") &&
		  entry.mnt_freq == 0 && entry.mnt_passno == 0;
	fclose(stream);
	free(copy);
	return is_same;
}

static void test_making(void)
{
	static const struct {
		const char *spec, *line;
	} cases[] = {
		{"/swapfile", "/swapfile none swap sw 0 0\n"},
		{"/a b", "/a\\040b none swap sw 0 0\n"},
		{"/a\tb", "/a\\011b none swap sw 0 0\n"},
		{"/a\nb", "/a\\012b none swap sw 0 0\n"},
		{"/a\\b", "/a\\134b none swap sw 0 0\n"},
		{"/a\\040b", "/a\\134040b none swap sw 0 0\n"},
		{"/a (deleted)", "/a\\040(deleted) none swap sw 0 0\n"},
		{"/-x", "/-x none swap sw 0 0\n"},
		{"/#x", "/#x none swap sw 0 0\n"},
		{"/\033[31m\xff", "/\033[31m\xff none swap sw 0 0\n"},
		{"UUID=0-1", "UUID=0-1 none swap sw 0 0\n"},
	};
	char *line = fstab_text_make_line("#x", "sw");

	is_text(line, "\\043x none swap sw 0 0\n", "a # in front would be a comment");
	free(line);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		line = fstab_text_make_line(cases[i].spec, "sw");
		is_text(line, cases[i].line, "the line of '%s'", cases[i].spec);
		ok(is_read_back(line, cases[i].spec), "getmntent reads '%s'", cases[i].spec);
		free(line);
	}
}

/* ---- changes ---- */

static struct fstab_text apply(const struct fstab_text *old, struct fstab_change change)
{
	struct fstab_text made;

	if (fstab_text_apply(old, &change, 1, &made) < 0)
		exit(99);
	return made;
}

static void test_guard(void)
{
	const struct {
		const char *story;
		struct fstab_text a, b;
		int is_same;
	} cases[] = {
		{"nothing", TEXT(""), TEXT(""), 1},
		{"a line more", TEXT("/a / x\n"), TEXT("/a / x\n/s none swap\n"), 1},
		{"its newline added", TEXT("/a / x"), TEXT("/a / x\n/s none swap\n"), 1},
		{"two lines glued", TEXT("/a / x"), TEXT("/a / x/s none swap\n"), 0},
		{"a comment gone", TEXT("#\n/a / x\n"), TEXT("/a / x\n"), 0},
		{"a blank line more", TEXT("/a / x\n"), TEXT("/a / x\n\n"), 0},
		{"another order", TEXT("a\nb\n"), TEXT("b\na\n"), 0},
		{"a blank more in a line", TEXT("/a / x\n"), TEXT("/a  / x\n"), 0},
		{"CRLF lost", TEXT("/a / x\r\n"), TEXT("/a / x\n"), 0},
		{"all swap lines gone", TEXT("/s none swap\n/t none swap"), TEXT(""), 1},
		{"cut short", TEXT("/a / x\n/b / y\n"), TEXT("/a / x\n"), 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ok(fstab_text_has_same_others(&cases[i].a, &cases[i].b) == cases[i].is_same,
		   "the guard: %s", cases[i].story);
		ok(fstab_text_has_same_others(&cases[i].b, &cases[i].a) == cases[i].is_same,
		   "and the other way: %s", cases[i].story);
	}
}

/* ---- random bytes ---- */

/* Mostly pieces of which an fstab is made. */
static size_t put_random(char *bytes, size_t capacity)
{
	static const char *const pieces[] = {
		"\n",	     "\n",   " ",    "\t", "#",	    "\\040", "\\", "\r\n",
		"/swapfile", "none", "swap", "sw", "pri=5", ",",     "0",  "UUID=",
		"\r",	     "\\1",  "ext4", "/",  "\xff",  "\033",
	};
	size_t length = 0, count = random_below(60);

	while (count--) {
		const char *piece = pieces[random_below(sizeof(pieces) / sizeof(*pieces))];

		if (length + 16 > capacity)
			break;
		if (random_below(8)) {
			memcpy(bytes + length, piece, strlen(piece));
			length += strlen(piece);
		} else {
			bytes[length++] = (char)random_below(256);
		}
	}
	return length;
}

static bool lines_cover(const struct fstab_text *text)
{
	struct fstab_line line = {0};
	size_t at = 0;

	while (fstab_text_next(text, &line)) {
		if (line.begin != at || line.end <= line.begin)
			return false;
		at = line.end;
	}
	return at == text->length;
}

/* A line that was added is the last; without it the text is what it was, but for a newline. */
static bool add_and_remove_is_identity(const struct fstab_text *text)
{
	bool is_open = text->length && text->bytes[text->length - 1] != '\n';
	struct fstab_text added, removed;
	struct fstab_line line = {0};
	bool is_good;

	added = apply(text, fstab_change_add(text, "/x none swap sw 0 0\n"));
	while (fstab_text_next(&added, &line))
		;
	removed = apply(&added, fstab_change_remove(&line));
	is_good = fstab_text_has_same_others(text, &added) == 1 &&
		  removed.length == text->length + is_open &&
		  (!text->length || !memcmp(removed.bytes, text->bytes, text->length));
	fstab_text_free(&added);
	fstab_text_free(&removed);
	return is_good;
}

/* Other options change no byte outside of their field, and are there afterwards. */
static bool options_stay_in_place(const struct fstab_text *text)
{
	struct fstab_line line = {0}, after;
	bool is_good = true;

	while (is_good && fstab_text_next(text, &line)) {
		struct fstab_text made;
		size_t end;

		if (fstab_text_is_swap(text, &line) != 1)
			continue;
		made = apply(text, fstab_change_options(&line, "nofail,pri=7"));
		end = line.fields[FSTAB_TYPE].end;
		after = (struct fstab_line){.number = line.number - 1, .end = line.begin};
		is_good = !memcmp(made.bytes, text->bytes, end) && fstab_text_next(&made, &after) &&
			  after.field_count > FSTAB_OPTIONS &&
			  made.length - after.end == text->length - line.end &&
			  (made.length == after.end ||
			   !memcmp(made.bytes + after.end, text->bytes + line.end,
				   made.length - after.end)) &&
			  fstab_text_has_same_others(text, &made) == 1;
		fstab_text_free(&made);
	}
	return is_good;
}

static bool name_is_read_back(void)
{
	struct fstab_text text;
	struct fstab_line first = {0};
	char name[64] = "/", *line, *field;
	size_t length = 1 + put_random(name + 1, sizeof(name) - 1);
	bool is_good;

	for (size_t i = 0; i < length; i++)
		name[i] = name[i] ? name[i] : 'x';
	name[length] = '\0';
	line = fstab_text_make_line(name, "sw");
	text = (struct fstab_text){line, strlen(line)};
	is_good = fstab_text_next(&text, &first) && first.end == text.length &&
		  fstab_text_is_swap(&text, &first) == 1;
	field = fstab_text_field(&text, &first, FSTAB_SPEC);
	is_good = is_good && !strcmp(field, name) && is_read_back(line, name);
	free(field);
	free(line);
	return is_good;
}

static void test_random(void)
{
	size_t rounds = random_is_long() ? 1000000 : 20000;
	size_t cover = 0, identity = 0, options = 0, names = 0;

	for (size_t i = 0; i < rounds; i++) {
		char bytes[512];
		struct fstab_text text = {bytes, put_random(bytes, sizeof(bytes))};

		cover += lines_cover(&text);
		identity += add_and_remove_is_identity(&text);
		options += options_stay_in_place(&text);
		names += name_is_read_back();
	}
	is_u64(cover, rounds, "random bytes: the lines are the whole text");
	is_u64(identity, rounds, "random bytes: a line added and removed leaves no trace");
	is_u64(options, rounds, "random bytes: options change nothing outside of their field");
	is_u64(names, rounds, "random names are read back, by getmntent too");
}

int main(int argc, char **argv)
{
	random_start(argc, argv);
	test_lines();
	test_options();
	test_making();
	test_guard();
	test_random();
	return done_testing();
}
