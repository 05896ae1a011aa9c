/* SPDX-License-Identifier: GPL-2.0-or-later */

/* size: how large an area shall be, from words to bytes, on machines of several sizes. */

#include "tap.h"
#include "tree.h"

/* One of the command's own rooms, which no library has. */
#include "swapctl/size.c"

static const uint64_t KIB = 1024, MIB = 1 << 20;

/* ---- what is a size at all ---- */

static const struct {
	const char *word;
	bool is_new, is_resized; /* of a new area, and of one that is there */
} words[] = {
	{"0", true, true},
	{"1", true, true},
	{"36K", true, true},
	{"40K", true, true},
	{"1G", true, true},
	{"1GiB", true, true},
	{"1GB", true, true},
	{"1.5G", true, true},
	{".5g", true, true},
	{"16E", false, false}, /* 2^64 */
	{"18446744073709551615", true, true},
	{"18446744073709551616", false, false},
	{"99999999999999999999999", false, false},
	{"25%", true, true},
	{"1000%", true, true},
	{"1001%", false, false},
	{"0%", false, false},
	{"%", false, false},
	{"2.5%", false, false},
	{"-5%", false, false},
	{"99999999999%", false, false},
	{"ram", true, true},
	{"ram/2", true, true},
	{"ram/1024", true, true},
	{"ram/1025", false, false},
	{"ram/0", false, false},
	{"ram/", false, false},
	{"ram/-1", false, false},
	{"ramx", false, false},
	{"RAM", false, false},
	{"auto", true, false},
	{"+1G", false, true},
	{"-1G", false, true},
	{"+", false, false},
	{"-", false, false},
	{"+-1G", false, false},
	{"+ram", false, false},
	{"+25%", false, false},
	{"abc", false, false},
	{"", false, false},
	{" 1G", false, false},
	{"1G ", false, false},
	{"1 G", false, false},
	{"0x10", false, false},
	{"1e9", false, false},
	{"1.5", false, false}, /* half a byte */
};

static void test_words(void)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		ok(size_is_word(words[i].word, false) == words[i].is_new,
		   "'%s' of a new area is %sa size", words[i].word, words[i].is_new ? "" : "not ");
		ok(size_is_word(words[i].word, true) == words[i].is_resized,
		   "'%s' of one that is there is %sa size", words[i].word,
		   words[i].is_resized ? "" : "not ");
	}
}

/* ---- what they come to ---- */

static void put_memory(const struct tree *tree, uint64_t bytes)
{
	char text[64];

	snprintf(text, sizeof(text), "MemTotal: %ju kB\n", (uintmax_t)(bytes / KIB));
	tree_put_text(tree, "proc/meminfo", text);
}

static void test_new(const struct tree *tree, struct pmm_root *root)
{
	const struct {
		const char *word;
		uint64_t memory, bytes;
	} cases[] = {
		{"auto", 512 * MIB, 512 * MIB},
		{"auto", 3 * GIB, 3 * GIB},
		{"auto", 4 * GIB - KIB, 4 * GIB - KIB},
		{"auto", 4 * GIB, 4 * GIB},
		{"auto", 8 * GIB, 4 * GIB},
		{"auto", 16 * GIB - KIB, 4 * GIB},
		{"auto", 16 * GIB, 4 * GIB},
		{"auto", 24 * GIB, 4 * GIB},
		{"auto", 64 * GIB, 8 * GIB},
		{"auto", 1024 * GIB, 32 * GIB},
		{"25%", 8 * GIB, 2 * GIB},
		{"150%", 8 * GIB, 12 * GIB},
		{"1%", 1000 * KIB, 10 * KIB},
		{"33%", 1000 * KIB, 330 * KIB},
		{"ram", 3 * GIB, 3 * GIB},
		{"ram/2", 3 * GIB, 3 * GIB / 2},
		{"ram/1024", 1 * GIB, 1 * MIB},
		{"1.5G", 1 * GIB, 3 * GIB / 2},
		{"1GB", 1 * GIB, 1000000000},
		{"0", 1 * GIB, 0},
		{"18446744073709551615", 1 * GIB, UINT64_MAX},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t bytes = 1;

		put_memory(tree, cases[i].memory);
		ok(size_of_new(root, cases[i].word, "/swap", &bytes), "'%s' is told",
		   cases[i].word);
		is_u64(bytes, cases[i].bytes, "'%s' of %ju KiB", cases[i].word,
		       (uintmax_t)(cases[i].memory / KIB));
	}
}

static void test_resized(const struct tree *tree, struct pmm_root *root)
{
	static const struct {
		const char *word;
		uint64_t bytes;
	} cases[] = {
		{"50%", 4096},	  {"100%", 8192},     {"150%", 12288},
		{"1000%", 81920}, {"+4K", 12288},     {"-4K", 4096},
		{"-8K", 0},	  {"-1G", 0},	      {"+18446744073709551615", UINT64_MAX},
		{"12345", 12345}, {"ram/2", 1 << 19},
	};
	char area[8192] = "";

	tree_put(tree, "swap", area, sizeof(area));
	put_memory(tree, MIB);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t bytes = 1;

		ok(size_of_resized(root, cases[i].word, "/swap", &bytes), "'%s' is told",
		   cases[i].word);
		is_u64(bytes, cases[i].bytes, "'%s' of 8192 bytes", cases[i].word);
	}
	is_u64(share(UINT64_MAX - 1, 1000, 100), UINT64_MAX, "a share that is too great");
	is_u64(share(UINT64_MAX - 1, 100, 100), UINT64_MAX - 1, "all of the greatest");
}

static void test_unknown(const struct tree *tree, struct pmm_root *root)
{
	uint64_t bytes = 7;

	tree_put_text(tree, "proc/meminfo", "MemFree: 1 kB\n");
	ok(!size_of_new(root, "ram/2", "/swap", &bytes), "half of what is not known is not told");
	ok(!size_of_new(root, "auto", "/swap", &bytes) && bytes == 7, "nor what follows from it");
	ok(size_of_new(root, "4K", "/swap", &bytes) && bytes == 4096, "but bytes are bytes");
	ok(!size_of_resized(root, "ram", "/swap", &bytes), "of one that is there, too");
	ok(size_of_resized(root, "50%", "/swap", &bytes), "whose own size is known");
}

/* Only who gives bytes is told that they are no whole pages: by the plan, so they stay. */
static void test_pages(struct pmm_root *live, const char *path)
{
	static const char *const rounded[] = {"33%", "ram/7", "auto", "1.3G", "1GB", "0.3K"};
	uint64_t page_bytes = pmm_root_page_bytes(live), bytes = 1;

	for (size_t i = 0; i < sizeof(rounded) / sizeof(*rounded); i++)
		ok(size_of_new(live, rounded[i], path, &bytes) && bytes % page_bytes == 0,
		   "'%s' is in whole pages: %ju", rounded[i], (uintmax_t)bytes);
	ok(size_of_new(live, "100001", path, &bytes) && bytes == 100001, "but bytes are bytes");
	ok(size_of_resized(live, "+100001", path, &bytes) && bytes == 100001, "added, too");
	ok(size_of_resized(live, "+100.1K", path, &bytes) && bytes % page_bytes == 0,
	   "with a unit they are not");
}

/* On the running system the disk limits it, but not below what is there already. */
static void test_automatic(const struct tree *tree)
{
	char *path = NULL, area[40960] = "";
	uint64_t first = 0, second = 0, again = 0;
	struct pmm_root *live;

	tree_check(pmm_root_open(NULL, &live) == 0, "live");
	tree_put(tree, "area", area, sizeof(area));
	{
		char name[64];

		snprintf(name, sizeof(name), "%s/area", tree->name);
		path = realpath(name, NULL);
	}
	tree_check(path, "path");
	ok(size_of_new(live, "auto", path, &again), "auto, where a file is");
	is_u64(again, sizeof(area), "is as large as that: the same command again changes nothing");
	path[strlen(path) - 1] = 'x';
	ok(size_of_new(live, "auto", path, &first) && size_of_new(live, "ram/1024", path, &second),
	   "where none is, disk and memory count");
	ok(first > 0 && first != sizeof(area), "%ju bytes", (uintmax_t)first);
	test_pages(live, path);
	free(path);
	pmm_root_close(live);
}

int main(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root;

	put_memory(&tree, GIB);
	tree_check(pmm_root_open(tree.name, &root) == 0, "root");
	test_words();
	test_new(&tree, root);
	test_resized(&tree, root);
	test_unknown(&tree, root);
	test_automatic(&tree);
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
