/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout.c: at every size the parts stand one below the other, and what matters most is there. */

#include "vmtop/layout.c"

#include "tap.h"

static const struct wishes all = {.view = VIEW_SYSTEM, .why_rows = 3, .evidence_rows = 3};

/* The parts in letters, each as often as it has rows: "hsmwcPPPPPyyylllllk". */
static const char *picture(const struct layout *layout)
{
	static const char letters[] = "hsmwcPbyelvk";
	static char text[512];
	size_t length = 0;

	for (size_t i = 0; i < PARTS; i++)
		for (size_t row = 0; row < layout->height[i] && length < sizeof(text) - 1; row++)
			text[length++] = letters[i];
	text[length] = '\0';
	return text;
}

static void test_sizes(void)
{
	static const struct {
		size_t rows, columns;
		struct wishes wishes;
		const char *picture;
	} cases[] = {
		{24, 80, {VIEW_SYSTEM, 0, 0}, "hsmwcPPPPPlllllllllllllk"},
		{24, 80, {VIEW_SYSTEM, 2, 0}, "hsmwcPPPPPyylllllllllllk"},
		{24, 80, {VIEW_SYSTEM, 3, 3}, "hsmwcPPPPPyyyeeelllllllk"},
		{23, 80, {VIEW_SYSTEM, 2, 0}, "hsmwcbyyllllllllllllllk"},
		{12, 40, {VIEW_SYSTEM, 2, 0}, "hsmwbyyllllk"},
		{8, 40, {VIEW_SYSTEM, 2, 0}, "hsmwbllk"},
		{5, 20, {VIEW_SYSTEM, 2, 3}, "hsbll"},
		{4, 20, {VIEW_SYSTEM, 2, 3}, "sbll"},
		{24, 80, {VIEW_CGROUPS, 0, 0}, "hsllllllllllllllllllllvk"},
		{6, 40, {VIEW_CGROUPS, 2, 0}, "hslllk"},
		{10, 80, {VIEW_PROCESSES, 2, 0}, "hsyylllllk"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct layout layout =
			layout_make(cases[i].rows, cases[i].columns, &cases[i].wishes);

		is_text(picture(&layout), cases[i].picture, "%zu rows of view %d", cases[i].rows,
			cases[i].wishes.view);
	}
}

static bool is_whole(const struct layout *layout)
{
	size_t row = 0;

	for (size_t i = 0; i < PARTS; i++) {
		if (layout->at[i] != row)
			return false;
		row += layout->height[i];
	}
	return row == layout->rows && layout->height[PART_STATE] == 1 &&
	       layout->height[PART_LIST] >= NARROW_LIST;
}

static void test_all_sizes(void)
{
	size_t faults = 0;

	for (enum view_kind view = 0; view < VIEWS; view++)
		for (size_t rows = LEAST_ROWS; rows <= 300; rows++)
			for (size_t why = 0; why <= 8; why++) {
				struct wishes wishes = {view, why, why % 2 ? 3 : 0};
				struct layout layout = layout_make(rows, 80, &wishes);

				faults += !is_whole(&layout);
			}
	is_u64(faults, 0, "at all heights each row has one part, the state and the list are there");
	ok(layout_make(3, 80, &all).is_tiny && layout_make(24, 19, &all).is_tiny &&
		   layout_make(0, 0, &all).is_tiny && !layout_make(4, 20, &all).is_tiny,
	   "what is smaller than 20x4 is one line");
}

static void test_pressure(void)
{
	static const struct {
		size_t columns, trend_width, paging_at;
	} cases[] = {
		{80, 23, 60}, {67, 10, 47}, {66, 0, 35},   {55, 0, 35},
		{54, 0, 0},   {20, 0, 0},   {500, 60, 97},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pressure_layout layout = layout_pressure(cases[i].columns);

		is_u64(layout.trend_width, cases[i].trend_width, "trend in %zu columns",
		       cases[i].columns);
		is_u64(layout.paging_at, cases[i].paging_at, "paging in %zu columns",
		       cases[i].columns);
	}
}

int main(void)
{
	test_sizes();
	test_all_sizes();
	test_pressure();
	return done_testing();
}
