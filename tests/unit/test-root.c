/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Roots: which trees open, their instants and page size, and files of one line or one number. */

#include "root.h"

#include <errno.h>
#include <stdlib.h>

#include "tap.h"
#include "tree.h"

/* A captured tree of one instant with a page of that size; closes it again. */
static uint64_t page_bytes_of(uint64_t page_bytes)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	uint64_t got = 0;

	tree_put_page_bytes(&tree, page_bytes);
	if (pmm_root_open(tree.name, &root) == 0)
		got = pmm_root_page_bytes(root);
	pmm_root_close(root);
	tree_remove(&tree);
	return got;
}

static void test_page_bytes(void)
{
	static const struct {
		uint64_t said, taken;
	} cases[] = {
		{4096, 4096},
		{16384, 16384},
		{65536, 65536},
		{1 << 20, 1 << 20},
		{0, PMM_ABSENT},
		{1, PMM_ABSENT},
		{2048, PMM_ABSENT},
		{4097, PMM_ABSENT},
		{12288, PMM_ABSENT},
		{2 << 20, PMM_ABSENT},
		{UINT64_C(1) << 63, PMM_ABSENT},
		{UINT64_MAX, PMM_ABSENT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_u64(page_bytes_of(cases[i].said), cases[i].taken,
		       "a page of %ju bytes is one or not", (uintmax_t)cases[i].said);
}

static int open_with(const char *path)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	int r;

	tree_put_text(&tree, path, "");
	r = pmm_root_open(tree.name, &root);
	pmm_root_close(root);
	tree_remove(&tree);
	return r;
}

static void test_open(void)
{
	static const struct {
		const char *path; /* the only file of the tree */
		int r;
	} cases[] = {
		{"proc/uptime", 0},  {"1/proc/uptime", 0},	 {"1/etc/fstab", -EINVAL},
		{"1/proc", -EINVAL}, {"2/proc/uptime", -EINVAL}, {"etc/fstab", -EINVAL},
		{"proc", -EINVAL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(open_with(cases[i].path) == cases[i].r, "a tree of %s alone opens or not",
		   cases[i].path);
}

static void test_instants(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	char expected[64];

	tree_put_text(&tree, "1/proc/uptime", "1.00 1.00\n");
	tree_put_text(&tree, "2/proc/uptime", "2.00 1.00\n");
	tree_put_text(&tree, "3", "a file\n");
	pmm_root_open(tree.name, &root);
	ok(pmm_root_next(root) == 1, "there is a second instant");
	ok(pmm_root_next(root) == -ENOTDIR, "a third that is a file is none");
	snprintf(expected, sizeof(expected), "%s/3: Not a directory", tree.name);
	is_text(pmm_root_error(root), expected, "which is told");
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_small_files(void)
{
	static const struct {
		const char *text, *line;
		int r;
		uint64_t number;
	} cases[] = {
		{"12\n", "12", 0, 12},
		{"18446744073709551615\n", "18446744073709551615", 0, UINT64_MAX},
		{"12", NULL, -EBADMSG, 0}, /* cut */
		{"", NULL, -EBADMSG, 0},
		{"\n", NULL, -EBADMSG, 0},
		{"12x\n", "12x", -EBADMSG, 0},
		{"-1\n", "-1", -EBADMSG, 0},
		{"1 2\n", "1 2", -EBADMSG, 0},
		{"1\n2\n", "1", -EBADMSG, 0},
	};
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	uint64_t number = 0;

	tree_put_text(&tree, "proc/uptime", "");
	pmm_root_open(tree.name, &root);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *line;

		number = 0;
		tree_put_text(&tree, "proc/file", cases[i].text);
		ok(root_read_u64(root, "proc/file", &number) == cases[i].r,
		   "'%s' is a number or not", cases[i].text);
		is_u64(number, cases[i].number, "the number of '%s'", cases[i].text);
		line = root_read_line(root, "proc/file");
		is_text(line, cases[i].line, "the line of '%s'", cases[i].text);
		free(line);
	}
	ok(strstr(pmm_root_error(root), "/proc/file: number expected"), "which has words");
	ok(root_read_u64(root, "proc/none", &number) == -ENOENT, "no file is no number");
	is_text(root_read_line(root, "proc/none"), NULL, "and no line");
	pmm_root_close(root);
	tree_remove(&tree);
}

int main(void)
{
	test_page_bytes();
	test_open();
	test_instants();
	test_small_files();
	return done_testing();
}
