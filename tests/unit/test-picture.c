/* SPDX-License-Identifier: GPL-2.0-or-later */
/* picture.c: which class wins a cell, what it is drawn as, and what the legend says. */

#include "shared/picture.h"

#include <locale.h>
#include <stdlib.h>

#include "capture.h"
#include "tap.h"

enum { NONE, RAM, SWAP, POISON, GUARD };

static const struct picture_class classes[] = {
	[NONE] = {"none", '.', false, false},	[RAM] = {"ram", '?', true, false},
	[SWAP] = {"swap", 's', false, true},	[POISON] = {"poison", 'p', false, true},
	[GUARD] = {"guard", 'g', false, false}, {NULL, '\0', false, false},
};

struct part {
	uint64_t start, length;
	size_t class;
};

static const struct {
	const char *name;
	uint64_t length, cell;
	struct part parts[6]; /* to the first without a length */
	const char *text;
} cases[] = {
	{"nothing", 40, 10, {{0}}, "...."},
	{"a whole cell, half of one, a little of one",
	 40,
	 10,
	 {{0, 10, RAM}, {10, 5, RAM}, {20, 1, RAM}},
	 "#+-."},
	{"three quarters are as good as all", 32, 8, {{0, 6, RAM}, {8, 5, RAM}}, "#+.."},
	{"a quarter is no longer little", 32, 8, {{0, 2, RAM}, {8, 1, RAM}}, "+-.."},
	{"over many cells, from the middle of one to that of another",
	 50,
	 10,
	 {{5, 40, RAM}},
	 "+###+"},
	{"the last cell is as short as what it is of", 33, 10, {{30, 3, RAM}}, "...#"},
	{"what is past the end does not count",
	 20,
	 10,
	 {{15, UINT64_MAX, RAM}, {20, 5, SWAP}, {UINT64_MAX, 9, SWAP}},
	 ".+"},
	{"the largest part wins",
	 20,
	 10,
	 {{0, 4, RAM}, {4, 6, SWAP}, {10, 6, RAM}, {16, 4, SWAP}},
	 "s+"},
	{"of equal parts, the earlier class",
	 20,
	 10,
	 {{0, 5, SWAP}, {5, 5, RAM}, {10, 5, GUARD}, {15, 5, SWAP}},
	 "+s"},
	{"however little it is, it is drawn where there is nothing else",
	 30,
	 10,
	 {{0, 1, GUARD}},
	 "g.."},
	{"what is not rare may vanish", 20, 10, {{0, 10, RAM}, {10, 9, RAM}, {19, 1, GUARD}}, "##"},
	{"what is rare does not: it gets the cell that has most of it",
	 40,
	 10,
	 {{0, 8, RAM}, {8, 1, SWAP}, {10, 8, RAM}, {18, 2, SWAP}, {20, 9, RAM}, {29, 1, SWAP}},
	 "#s#."},
	{"but only if it is nowhere else",
	 30,
	 10,
	 {{0, 8, RAM}, {8, 2, SWAP}, {10, 10, SWAP}},
	 "#s."},
	{"two rare ones get a cell each",
	 20,
	 10,
	 {{0, 7, RAM}, {7, 2, SWAP}, {9, 1, POISON}, {10, 9, RAM}, {19, 1, POISON}},
	 "sp"},
	{"the earlier rare one keeps the only cell",
	 10,
	 10,
	 {{0, 7, RAM}, {7, 1, SWAP}, {8, 2, POISON}},
	 "s"},
	{"and takes it from a later one",
	 20,
	 10,
	 {{0, 6, POISON}, {6, 4, SWAP}, {10, 8, RAM}, {18, 2, POISON}},
	 "sp"},
};

static struct strip *strip_of(struct picture *picture, size_t i)
{
	struct strip *strip = strip_open(picture, cases[i].length, cases[i].cell);

	for (const struct part *part = cases[i].parts; part->length; part++)
		strip_add(strip, part->start, part->length, part->class);
	return strip;
}

static void test_cells(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct picture *picture = picture_open(classes, true);
		struct strip *strip = strip_of(picture, i);
		char *text = strip_text(strip, 0, SIZE_MAX);

		is_text(text, cases[i].text, "%s", cases[i].name);
		is_u64(strip_cells(strip), strlen(cases[i].text), "as many cells");
		free(text);
		ok(!strip_close(strip) && !picture_close(picture), "closed");
	}
}

static void test_parts(void)
{
	struct picture *picture = picture_open(classes, true);
	struct strip *strip = strip_of(picture, 1);
	char *text = strip_text(strip, 1, 2);

	is_text(text, "+-", "some cells of it");
	free(text);
	text = strip_text(strip, 3, 9);
	is_text(text, ".", "no more than there are");
	free(text);
	text = strip_text(strip, 4, 9);
	is_text(text, "", "none past the end");
	free(text);
	ok(!strip_is_blank(strip, 2, 2) && strip_is_blank(strip, 3, 1), "blank, or not");
	ok(strip_is_blank(strip, 4, 9), "past the end it is blank");
	strip_close(strip);
	picture_close(picture);
}

static void test_scale(void)
{
	static const struct {
		uint64_t length;
		size_t count;
		uint64_t least, cell;
	} scales[] = {
		{1, 50, 4096, 4096},
		{50 * 4096, 50, 4096, 4096},
		{50 * 4096 + 1, 50, 4096, 8192},
		{UINT64_C(1) << 40, 64, 4096, UINT64_C(1) << 34},
		{UINT64_C(1) << 47, 1, 4096, UINT64_C(1) << 47},
		{UINT64_MAX, 16, 4096, UINT64_C(1) << 60},
		{UINT64_MAX, 1, 4096, UINT64_C(1) << 63},
	};

	for (size_t i = 0; i < sizeof(scales) / sizeof(*scales); i++)
		is_u64(picture_cell(scales[i].length, scales[i].count, scales[i].least),
		       scales[i].cell, "scale %zu", i);
	is_u64(picture_columns(33), 33, "the width that is asked for");
}

/* ---- the legend, and the locale ---- */

struct drawing {
	const char *locale;
	bool in_ascii;
	size_t columns, i;
	const char *expected;
};

static void draw(const void *argument)
{
	const struct drawing *drawing = argument;
	struct picture *picture;
	struct strip *strip;
	char *text;

	setlocale(LC_CTYPE, drawing->locale);
	picture = picture_open(classes, drawing->in_ascii);
	strip = strip_of(picture, drawing->i);
	text = strip_text(strip, 0, SIZE_MAX);
	puts(text);
	picture_legend(picture, drawing->columns, "1 cell = 4K");
	free(text);
	strip_close(strip);
	picture_close(picture);
}

static void test_legend(void)
{
	static const struct drawing drawings[] = {
		{"C.UTF-8", false, 80, 1, "█▓░.\n█ ram  ▓ half  ░ few  . none    1 cell = 4K\n"},
		{"C.UTF-8", true, 80, 1, "#+-.\n# ram  + half  - few  . none    1 cell = 4K\n"},
		{"C", false, 80, 1, "#+-.\n# ram  + half  - few  . none    1 cell = 4K\n"},
		{"C.UTF-8", false, 80, 9, "g..\ng guard  . none    1 cell = 4K\n"},
		{"C.UTF-8", false, 80, 13, "sp\ns swap  p poison    1 cell = 4K\n"},
		{"C.UTF-8", false, 16, 13, "sp\ns swap  p poison\n  1 cell = 4K\n"},
	};

	for (size_t i = 0; i < sizeof(drawings) / sizeof(*drawings); i++) {
		struct captured captured = capture(draw, &drawings[i]);

		is_text(captured.output, drawings[i].expected, "drawing %zu", i);
	}
}

int main(void)
{
	test_cells();
	test_parts();
	test_scale();
	test_legend();
	return done_testing();
}
