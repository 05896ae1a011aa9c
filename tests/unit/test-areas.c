/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Areas: the text of proc/swaps as tables of cases for the pure parser, and, in a captured tree
 * made here, what takes a root: the end " (deleted)" and the words of an error.
 */

#include "areas.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tap.h"
#include "tree.h"

#define HEADING "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define NUMBERS "\t\t1020\t\t4\t\t-2\n"

static const struct pmm_area *only_area(struct pmm_areas *areas)
{
	const struct pmm_area *area, *second;

	if (pmm_areas_next(areas, &area) != 1 || pmm_areas_next(areas, &second) != 0)
		return NULL;
	return area;
}

static void test_names(void)
{
	static const struct {
		const char *story, *printed, *name;
	} cases[] = {
		{"plain", "/swapfile", "/swapfile"},
		{"with a space", "/a\\040b", "/a b"},
		{"with a tab", "/a\\011b", "/a\tb"},
		{"with a newline", "/a\\012b", "/a\nb"},
		{"with a backslash", "/a\\134b", "/a\\b"},
		{"with a literal \\040", "/a\\134040b", "/a\\040b"},
		{"of a file that ends in (deleted)", "/x\\040(deleted)", "/x (deleted)"},
		{"with ESC", "/a\033[31mb", "/a\033[31mb"},
		{"that is not UTF-8", "/a\xff\x62", "/a\xff\x62"},
		{"with a carriage return", "/a\rb", "/a\rb"},
		{"that looks like a heading", "/Filename", "/Filename"},
		{"with a broken escape", "/a\\04", "/a\\04"},
	};
	struct areas_fault fault;
	struct pmm_areas *areas;
	char text[512];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct pmm_area *area = NULL;
		int length =
			snprintf(text, sizeof(text), HEADING "%s file" NUMBERS, cases[i].printed);
		int r = areas_parse(text, (size_t)length, &areas, &fault);

		if (r == 0)
			area = only_area(areas);
		is_text(area ? area->name : NULL, cases[i].name, "a name %s is read",
			cases[i].story);
		if (r == 0)
			pmm_areas_close(areas);
	}
}

static void test_numbers(void)
{
	static const char TEXT[] =
		HEADING "/dev/sda2     partition\t17179869180\t18014398509481983\t32767\n";
	struct areas_fault fault;
	struct pmm_areas *areas;
	const struct pmm_area *area;

	if (!ok(areas_parse(TEXT, sizeof(TEXT) - 1, &areas, &fault) == 0,
		"a size of 16 TiB and the greatest kB are read"))
		return;
	area = only_area(areas);
	is_u64(area->size_bytes, 17179869180ULL * 1024, "the size is in bytes");
	is_u64(area->used_bytes, 18014398509481983ULL * 1024, "the used size is in bytes");
	ok(area->priority == 32767, "the priority is read");
	ok(area->type == PMM_AREA_PARTITION, "a device is a partition to the parser");
	ok(!area->is_deleted, "an area is not deleted by itself");
	pmm_areas_close(areas);
}

static void test_faults(void)
{
	static const struct {
		const char *story, *text;
		size_t length, line;
		const char *why;
	} cases[] = {
#define CASE(story, text, line, why) {story, text, sizeof(text) - 1, line, why}
		CASE("an empty file", "", 1, "heading expected"),
		CASE("a heading without newline", "Filename", 1, "heading expected"),
		CASE("no heading", "/swapfile file" NUMBERS, 1, "heading expected"),
		CASE("binary garbage",
		     "\x7f"
		     "ELF\0\1\2\n\0",
		     1, "heading expected"),
		CASE("binary garbage in a line", HEADING "/a\0 file" NUMBERS "\0\1\xfe\n", 3,
		     "type file or partition expected"),
		CASE("an empty line", HEADING "\n", 2, "name expected"),
		CASE("an unknown type", HEADING "/a files" NUMBERS, 2,
		     "type file or partition expected"),
		CASE("no name", HEADING "  file" NUMBERS, 2, "type file or partition expected"),
		CASE("no size", HEADING "/a file\n", 2, "size in kB expected"),
		CASE("a negative size", HEADING "/a file -1 0 0\n", 2, "size in kB expected"),
		CASE("a hexadecimal size", HEADING "/a file 0x10 0 0\n", 2, "size in kB expected"),
		CASE("a size past 64 bits", HEADING "/a file 18446744073709551616 0 0\n", 2,
		     "size in kB expected"),
		CASE("a size past 64 bits as bytes", HEADING "/a file 18014398509481984 0 0\n", 2,
		     "size in kB expected"),
		CASE("a used size of 2^64-1 kB", HEADING "/a file 4 18446744073709551615 0\n", 2,
		     "used size in kB expected"),
		CASE("no priority", HEADING "/a file 4 0\n", 2, "priority expected"),
		CASE("a priority past an int", HEADING "/a file 4 0 2147483648\n", 2,
		     "priority expected"),
		CASE("a priority with a tail", HEADING "/a file 4 0 -2x\n", 2, "priority expected"),
		CASE("a sixth column", HEADING "/a file 4 0 -2 7\n", 2, "end of line expected"),
		CASE("a line cut in its number",
		     HEADING "/a file" NUMBERS "/b file\t\t1020\t\t4\t\t-", 3,
		     "the line is cut off"),
		CASE("a line cut after its number", HEADING "/a file\t\t1020\t\t4\t\t-2", 2,
		     "the line is cut off"),
		CASE("a name with an escaped NUL", HEADING "/a\\000b file" NUMBERS, 2,
		     "name without NUL expected"),
#undef CASE
	};
	struct pmm_areas *areas;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct areas_fault fault = {0};
		int r = areas_parse(cases[i].text, cases[i].length, &areas, &fault);

		ok(r == -EBADMSG && fault.line == cases[i].line, "%s is refused at its line",
		   cases[i].story);
		is_text(fault.why, cases[i].why, "%s is refused in words", cases[i].story);
	}
}

static void test_counts(void)
{
	char *text = NULL;
	size_t length, count = 0;
	FILE *stream = open_memstream(&text, &length);
	struct areas_fault fault;
	struct pmm_areas *areas;
	const struct pmm_area *area;

	fputs(HEADING, stream);
	for (unsigned i = 0; i < 28; i++)
		fprintf(stream, "/swap%-35u file\t\t1020\t\t0\t\t%d\n", i, -2 - (int)i);
	fclose(stream);
	if (ok(areas_parse(text, length, &areas, &fault) == 0, "28 areas are read")) {
		for (bool is_in_order = true; pmm_areas_next(areas, &area) == 1; count++) {
			is_in_order = is_in_order && area->priority == -2 - (int)count;
			if (count == 27)
				ok(is_in_order, "areas come in the kernel's order");
		}
		is_u64(count, 28, "there are as many as lines");
		pmm_areas_close(areas);
	}
	free(text);
	if (ok(areas_parse(HEADING, sizeof(HEADING) - 1, &areas, &fault) == 0,
	       "a heading alone is no swap")) {
		ok(pmm_areas_next(areas, &area) == 0, "no swap has no areas");
		pmm_areas_close(areas);
	}
}

/* ---- with a root ---- */

static struct tree tree;
static struct pmm_root *root;

static void test_device(const char *printed, const char *name, enum pmm_area_type type,
			bool is_deleted)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	char text[512];

	snprintf(text, sizeof(text), HEADING "%s partition" NUMBERS, printed);
	tree_put_text(&tree, "proc/swaps", text);
	if (!ok(pmm_areas_open(root, &areas) == 0, "%s is read", printed))
		return;
	area = only_area(areas);
	is_text(area->name, name, "%s is named %s", printed, name);
	is_text(pmm_area_type_name(area->type), pmm_area_type_name(type), "%s has its type",
		printed);
	ok(area->is_deleted == is_deleted, "%s is%s deleted", printed, is_deleted ? "" : " not");
	pmm_areas_close(areas);
}

static void test_root(void)
{
	struct pmm_areas *areas;
	char path[64];

	test_device("/dev/sda2", "/dev/sda2", PMM_AREA_PARTITION, false);
	test_device("/dev/zram0", "/dev/zram0", PMM_AREA_ZRAM, false);
	test_device("/dev/loop12", "/dev/loop12", PMM_AREA_LOOP, false);
	test_device("/dev/loop12p1", "/dev/loop12p1", PMM_AREA_PARTITION, false);
	test_device("/dev/zram", "/dev/zram", PMM_AREA_PARTITION, false);
	test_device("/dev/mapper/zram0", "/dev/mapper/zram0", PMM_AREA_PARTITION, false);
	test_device("/mnt/dev/zram0", "/mnt/dev/zram0", PMM_AREA_PARTITION, false);
	test_device("/dev/by/dev/loop3", "/dev/by/dev/loop3", PMM_AREA_PARTITION, false);
	test_device("/dev/zram1\\040(deleted)", "/dev/zram1", PMM_AREA_ZRAM, true);
	test_device("/dev/x\\040(deleted)\\040(deleted)", "/dev/x (deleted)", PMM_AREA_PARTITION,
		    true);
	snprintf(path, sizeof(path), "%s/dev/y (deleted)", tree.name);
	if (mknod(path, S_IFBLK | 0600, makedev(7, 250)) == 0)
		test_device("/dev/y\\040(deleted)", "/dev/y (deleted)", PMM_AREA_PARTITION, false);
	else
		ok(true,
		   "a device that ends in (deleted) keeps its name # SKIP mknod: no permission");

	tree_put_text(&tree, "proc/swaps", HEADING "/a file" NUMBERS "/b file many 0 0\n");
	ok(pmm_areas_open(root, &areas) == -EBADMSG, "a bad line is -EBADMSG");
	ok(strstr(pmm_root_error(root), "proc/swaps:3: size in kB expected"),
	   "and its words name file, line and reason");
	snprintf(path, sizeof(path), "%s/proc/swaps", tree.name);
	unlink(path);
	ok(pmm_areas_open(root, &areas) == -ENOENT, "no proc/swaps is -ENOENT");
	ok(strstr(pmm_root_error(root), "proc/swaps: "), "and its words name the file");
}

int main(void)
{
	test_names();
	test_numbers();
	test_faults();
	test_counts();
	tree = tree_make();
	tree_put_text(&tree, "proc/swaps", "");
	tree_put_text(&tree, "dev/null", "");
	if (ok(pmm_root_open(tree.name, &root) == 0, "a tree made for the test opens"))
		test_root();
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
