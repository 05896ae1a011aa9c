/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * fstab: texts and odd files as etc/fstab of a captured tree made here, and which line means which
 * area. No test needs a privilege; devices are played by plain files.
 */

#include "procmm-swap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "tree.h"

#define NONE PMM_NO_PRIORITY

static struct tree tree;
static struct pmm_root *root;

/* ---- one line ---- */

static const struct {
	const char *story, *text;
	const char *spec, *tag, *options; /* spec is NULL: no swap line */
	int64_t priority;
	bool is_noauto, is_nofail;
} line_cases[] = {
	{"a plain line", "/swapfile none swap sw 0 0\n", "/swapfile", NULL, "sw", NONE, 0, 0},
	{"tabs", "/swapfile\tnone\tswap\tsw\t0\t0\n", "/swapfile", NULL, "sw", NONE, 0, 0},
	{"blanks in front", "  \t/swapfile none swap sw\n", "/swapfile", NULL, "sw", NONE, 0, 0},
	{"three fields", "/swapfile none swap\n", "/swapfile", NULL, NULL, NONE, 0, 0},
	{"no final newline", "/swapfile none swap sw", "/swapfile", NULL, "sw", NONE, 0, 0},
	{"CRLF", "/swapfile none swap sw 0 0\r\n", "/swapfile", NULL, "sw", NONE, 0, 0},
	{"CRLF after four fields", "/swapfile none swap sw\r\n", "/swapfile", NULL, "sw", NONE, 0,
	 0},
	{"a space in the path", "/a\\040b none swap sw\n", "/a b", NULL, "sw", NONE, 0, 0},
	{"a tab in the path", "/a\\011b none swap sw\n", "/a\tb", NULL, "sw", NONE, 0, 0},
	{"a backslash in the path", "/a\\134b none swap sw\n", "/a\\b", NULL, "sw", NONE, 0, 0},
	{"a # in the path", "/a#b none swap sw\n", "/a#b", NULL, "sw", NONE, 0, 0},
	{"ESC and a bad byte", "/a\033\xff none swap sw\n", "/a\033\xff", NULL, "sw", NONE, 0, 0},
	{"pri=", "/s none swap sw,pri=5 0 0\n", "/s", NULL, "sw,pri=5", 5, 0, 0},
	{"pri=-1", "/s none swap pri=-1 0 0\n", "/s", NULL, "pri=-1", -1, 0, 0},
	{"the greatest pri=", "/s none swap pri=32767 0 0\n", "/s", NULL, "pri=32767", 32767, 0, 0},
	{"an option that ends in pri=", "/s none swap xpri=5\n", "/s", NULL, "xpri=5", NONE, 0, 0},
	{"noauto", "/s none swap noauto,pri=3\n", "/s", NULL, "noauto,pri=3", 3, 1, 0},
	{"nofail", "/s none swap sw,nofail\n", "/s", NULL, "sw,nofail", NONE, 0, 1},
	{"a UUID", "UUID=0-1 none swap sw\n", "UUID=0-1", "UUID", "sw", NONE, 0, 0},
	{"a quoted label", "LABEL=\"x\" none swap sw\n", "LABEL=\"x\"", "LABEL", "sw", NONE, 0, 0},
	{"an unknown tag", "SERIAL=1 none swap sw\n", "SERIAL=1", NULL, "sw", NONE, 0, 0},
	{"an empty UUID", "UUID= none swap sw\n", "UUID=", NULL, "sw", NONE, 0, 0},
	{"a file system named swap", "swap /swap tmpfs size=1G\n", NULL, NULL, NULL, NONE, 0, 0},
	{"a comment", "# /swapfile none swap sw\n", NULL, NULL, NULL, NONE, 0, 0},
	{"a last comment without newline", "#/swapfile none swap sw", NULL, NULL, NULL, NONE, 0, 0},
	{"blank lines", "\n \n\t\n\r\n", NULL, NULL, NULL, NONE, 0, 0},
	{"an empty file", "", NULL, NULL, NULL, NONE, 0, 0},
};

static void test_lines(void)
{

	for (size_t i = 0; i < sizeof(line_cases) / sizeof(*line_cases); i++) {
		const struct pmm_fstab_swap *swap;
		const char *story = line_cases[i].story;
		struct pmm_fstab *fstab;

		tree_put(&tree, "etc/fstab", line_cases[i].text, strlen(line_cases[i].text));
		if (!ok(pmm_fstab_read(root, NULL, &fstab) == 0, "%s: is read", story))
			continue;
		swap = pmm_fstab_swap_at(fstab, 0);
		is_text(swap ? swap->spec : NULL, line_cases[i].spec, "%s: spec", story);
		is_text(pmm_fstab_complaint(fstab, 0), NULL, "%s: no complaint", story);
		if (swap) {
			is_text(swap->tag, line_cases[i].tag, "%s: tag", story);
			is_text(swap->options, line_cases[i].options, "%s: options", story);
			ok(swap->priority == line_cases[i].priority, "%s: priority", story);
			ok(swap->is_noauto == line_cases[i].is_noauto, "%s: noauto", story);
			ok(swap->is_nofail == line_cases[i].is_nofail, "%s: nofail", story);
		}
		pmm_fstab_free(fstab);
	}
}

/* ---- faults in a line ---- */

/* Words about a captured tree begin with its name; what follows, or NULL. */
static const char *behind_tree(const char *words)
{
	size_t length = strlen(tree.name);

	return words && !strncmp(words, tree.name, length) ? words + length : NULL;
}

static void test_faults(void)
{
	static const struct {
		const char *story, *text;
		size_t length;
		const char *complaint;
	} cases[] = {
#define CASE(story, text, complaint) {story, text, sizeof(text) - 1, complaint}
		CASE("one word", "junk\n/s none swap sw\n", "/etc/fstab:1: not an fstab line"),
		CASE("a quoted tag with a space", "/s none swap sw\n\nLABEL=\"a b\" none swap sw\n",
		     "/etc/fstab:3: not an fstab line"),
		CASE("a comment after the fields", "# c\n/s none swap sw\n/t none swap sw # here\n",
		     "/etc/fstab:3: not an fstab line"),
		CASE("a NUL", "/s none swap sw\n\0\1\2\n", "/etc/fstab:2: not an fstab line"),
		CASE("numbers in front", "1 2\n/s none swap sw\n",
		     "/etc/fstab:1: not an fstab line"),
		CASE("a heading of proc/swaps",
		     "Filename\tType\tSize\tUsed\tPriority\n/s none swap sw\n",
		     "/etc/fstab:1: not an fstab line"),
		CASE("a line of mountinfo", "1 2 3:4 / /s rw\n/s none swap sw\n",
		     "/etc/fstab:1: not an fstab line"),
		CASE("junk without newline at the end", "/s none swap sw\njunk",
		     "/etc/fstab:2: not an fstab line"),
		CASE("a word as priority", "/s none swap pri=high\n",
		     "/etc/fstab: /s: pri= takes a number from -1 to 32767"),
		CASE("a priority with a tail", "/s none swap pri=5x,sw\n",
		     "/etc/fstab: /s: pri= takes a number from -1 to 32767"),
		CASE("a priority too great", "/s none swap pri=32768\n",
		     "/etc/fstab: /s: pri= takes a number from -1 to 32767"),
		CASE("an empty priority", "/s none swap pri=,sw\n",
		     "/etc/fstab: /s: pri= takes a number from -1 to 32767"),
		CASE("a priority without value", "/s none swap pri\n",
		     "/etc/fstab: /s: pri= takes a number from -1 to 32767"),
#undef CASE
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct pmm_fstab_swap *swap;
		const char *story = cases[i].story;
		struct pmm_fstab *fstab;

		tree_put(&tree, "etc/fstab", cases[i].text, cases[i].length);
		if (!ok(pmm_fstab_read(root, NULL, &fstab) == 0, "%s: is read", story))
			continue;
		swap = pmm_fstab_swap_at(fstab, 0);
		is_text(behind_tree(pmm_fstab_complaint(fstab, 0)), cases[i].complaint,
			"%s: complaint", story);
		is_text(pmm_fstab_complaint(fstab, 1), NULL, "%s: no second complaint", story);
		is_text(swap ? swap->spec : NULL, "/s", "%s: the good line is there", story);
		ok(swap && swap->priority == NONE, "%s: no priority is made up", story);
		pmm_fstab_free(fstab);
	}
}

/* ---- the file itself ---- */

static void test_refusal(const char *path, int expected, const char *story)
{
	struct pmm_fstab *fstab = NULL;

	ok(pmm_fstab_read(root, path, &fstab) == expected, "%s is refused", story);
	path = path ? path : "/etc/fstab";
	ok(behind_tree(pmm_root_error(root)) &&
		   !strncmp(behind_tree(pmm_root_error(root)), path, strlen(path)),
	   "%s is named with its tree", story);
}

static void test_files(void)
{
	struct pmm_fstab *fstab;
	char *line;
	char path[64];

	snprintf(path, sizeof(path), "%s/etc/fstab", tree.name);
	unlink(path);
	if (ok(pmm_fstab_read(root, NULL, &fstab) == 0, "no etc/fstab is read")) {
		ok(!pmm_fstab_swap_at(fstab, 0), "and has no lines");
		pmm_fstab_free(fstab);
	}
	test_refusal("/etc/other", -ENOENT, "a missing file that was named");
	mkfifo(path, 0600);
	test_refusal(NULL, -EBADMSG, "a FIFO, without waiting for a writer,");
	unlink(path);
	mkdir(path, 0700);
	test_refusal(NULL, -EBADMSG, "a directory");
	rmdir(path);

	line = malloc(1 << 20);
	memset(line, 'x', 1 << 20);
	line[0] = '/';
	memcpy(line + (1 << 20) - 12, " none swap \n", 12);
	tree_put(&tree, "etc/fstab", line, 1 << 20);
	if (ok(pmm_fstab_read(root, "/etc/fstab", &fstab) == 0, "a line of 1 MiB is read")) {
		const struct pmm_fstab_swap *swap = pmm_fstab_swap_at(fstab, 0);

		is_u64(swap ? strlen(swap->spec) : 0, (1 << 20) - 12, "and is whole");
		pmm_fstab_free(fstab);
	}
	free(line);
}

/* ---- which line means which area ---- */

static const struct {
	const char *path;
	bool is_there;
	enum pmm_area_type type;
} path_cases[] = {
	{"/link", true, PMM_AREA_FILE},
	{"/dev/disk/by-uuid/1-2", true, PMM_AREA_FILE},
	{"/dev/disk/by-label/my\\x2f\\x20label", true, PMM_AREA_FILE},
	{NULL, false, PMM_AREA_FILE},
	{NULL, false, PMM_AREA_FILE},
	{"/dev/zram0", false, PMM_AREA_FILE},
	{NULL, false, PMM_AREA_FILE},
	{"/etc", false, PMM_AREA_FILE},
	{NULL, false, PMM_AREA_FILE},
};

static const struct {
	size_t line;
	char name[16];
	bool means, with_header;
	struct pmm_swap_header header; /* the area's */
} meaning_cases[] = {
	{0, "/link", true, false, {.uuid = ""}},
	{0, "/swapfile", true, false, {.uuid = ""}},
	{0, "/dev/sda2", false, false, {.uuid = ""}},
	{0, "/gone", false, false, {.uuid = ""}},
	{1, "/dev/sda2", true, false, {.uuid = ""}},
	{1, "/dev/sda3", false, true, {.uuid = "1-2"}},
	{2, "/dev/sda3", true, false, {.uuid = ""}},
	{3, "/dev/sda2", false, true, {.uuid = "no-such"}},
	{4, "/dev/sda2", false, true, {.uuid = "1-2"}},
	{5, "/dev/zram0", true, false, {.uuid = ""}},
	{6, "/swapfile", false, true, {.label = "swapfile"}},
	{8, "/dev/sda2", true, true, {.uuid = "3-4"}},
	{8, "/dev/sda2", false, false, {.uuid = "3-4"}},
	{8, "/dev/sda2", false, true, {.label = "3-4"}},
	{8, "/dev/sda2", false, true, {.uuid = ""}},
};

static void test_meaning(void)
{
	static const char TEXT[] = "/link none swap sw\n"
				   "UUID=1-2 none swap sw\n"
				   "LABEL=my/\\040label none swap sw\n"
				   "PARTUUID=no-such none swap sw\n"
				   "UUID=.. none swap sw\n"
				   "/dev/zram0 none swap sw\n"
				   "swapfile none swap sw\n"
				   "/etc none swap sw\n"
				   "UUID=3-4 none swap sw\n";
	struct pmm_fstab *fstab;

	tree_put(&tree, "etc/fstab", TEXT, sizeof(TEXT) - 1);
	if (!ok(pmm_fstab_read(root, NULL, &fstab) == 0, "an fstab of many kinds is read"))
		return;
	for (size_t i = 0; i < sizeof(path_cases) / sizeof(*path_cases); i++) {
		const struct pmm_fstab_swap *swap = pmm_fstab_swap_at(fstab, i);

		is_text(swap->path, path_cases[i].path, "%s leads to its path", swap->spec);
		ok(swap->is_there == path_cases[i].is_there, "%s is there or not", swap->spec);
		ok(!swap->is_there || swap->type == path_cases[i].type, "%s has its type",
		   swap->spec);
	}
	for (size_t i = 0; i < sizeof(meaning_cases) / sizeof(*meaning_cases); i++) {
		const struct pmm_fstab_swap *swap = pmm_fstab_swap_at(fstab, meaning_cases[i].line);
		char name[sizeof(meaning_cases->name)];
		const struct pmm_area area = {.name = name};

		memcpy(name, meaning_cases[i].name, sizeof(name));
		ok(pmm_fstab_swap_means(root, swap, &area,
					meaning_cases[i].with_header
						? &meaning_cases[i].header
						: NULL) == meaning_cases[i].means,
		   "%s %s %s (row %zu)", swap->spec,
		   meaning_cases[i].means ? "means" : "does not mean", area.name, i);
	}
	pmm_fstab_free(fstab);
}

static void put_link(const char *path, const char *target)
{
	char full[128];

	tree_put_text(&tree, path, ""); /* makes its directories */
	snprintf(full, sizeof(full), "%s/%s", tree.name, path);
	tree_check(!unlink(full) && !symlink(target, full), path);
}

static void make_tree(void)
{
	tree = tree_make();
	tree_put_text(&tree, "proc/swaps", "");
	tree_put_text(&tree, "swapfile", "");
	tree_put_text(&tree, "dev/sda2", "");
	tree_put_text(&tree, "dev/sda3", "");
	put_link("link", "/swapfile");
	put_link("dev/disk/by-uuid/1-2", "../../sda2");
	put_link("dev/disk/by-label/my\\x2f\\x20label", "../../sda3");
}

int main(void)
{
	/* None of them may matter. */
	setenv("LIBMOUNT_DEBUG", "all", 1);
	setenv("LIBMOUNT_FSTAB", "/dev/null", 1);
	setenv("BLKID_FILE", "/dev/null", 1);
	make_tree();
	if (ok(pmm_root_open(tree.name, &root) == 0, "a tree made for the test opens")) {
		test_lines();
		test_faults();
		test_files();
		test_meaning();
	}
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
