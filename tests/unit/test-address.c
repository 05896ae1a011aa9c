/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Taking addresses apart for each page size and number of levels, and how many levels a machine
 * has.
 */

#include <errno.h>

#include "procmm-pages.h"
#include "tap.h"
#include "tree.h"

/* What is expected of one level; high 0: it is folded. */
struct part {
	unsigned index, high, low;
};

static const struct {
	const char *name;
	uint64_t address, page_bytes;
	unsigned levels;
	uint64_t offset;
	struct part parts[PMM_LEVELS]; /* PTE, PMD, PUD, P4D, PGD */
} cases[] = {
	{"4 KiB pages, 4 levels",
	 0x7f1c0012f3a8,
	 4096,
	 4,
	 0x3a8,
	 {{0x12f, 20, 12}, {0, 29, 21}, {0x70, 38, 30}, {0, 0, 0}, {0xfe, 47, 39}}},
	{"4 KiB pages, 5 levels",
	 0x00f1234567891abc,
	 4096,
	 5,
	 0xabc,
	 {{0x091, 20, 12}, {0x13c, 29, 21}, {0x115, 38, 30}, {0x46, 47, 39}, {0xf1, 56, 48}}},
	{"4 KiB pages, 3 levels",
	 0x7fffffffff,
	 4096,
	 3,
	 0xfff,
	 {{0x1ff, 20, 12}, {0x1ff, 29, 21}, {0, 0, 0}, {0, 0, 0}, {0x1ff, 38, 30}}},
	{"16 KiB pages, 4 levels",
	 0xffffa1b2c3d4,
	 16384,
	 4,
	 0x3d4,
	 {{0x6cb, 24, 14}, {0x7d0, 35, 25}, {0x7ff, 46, 36}, {0, 0, 0}, {1, 57, 47}}},
	{"64 KiB pages, 3 levels",
	 0xffffa1b2c3d4,
	 65536,
	 3,
	 0xc3d4,
	 {{0x1b2, 28, 16}, {0x1ffd, 41, 29}, {0, 0, 0}, {0, 0, 0}, {0x3f, 54, 42}}},
	{"address 0",
	 0,
	 4096,
	 4,
	 0,
	 {{0, 20, 12}, {0, 29, 21}, {0, 38, 30}, {0, 0, 0}, {0, 47, 39}}},
	{"the vsyscall page",
	 0xffffffffff600000,
	 4096,
	 4,
	 0,
	 {{0, 20, 12}, {0x1fb, 29, 21}, {0x1ff, 38, 30}, {0, 0, 0}, {0x1ff, 47, 39}}},
};

static void test_split(void)
{
	struct pmm_translation got;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ok(pmm_address_split(cases[i].address, cases[i].page_bytes, cases[i].levels,
				     &got) == 0,
		   "%s: can be split", cases[i].name);
		is_u64(got.page_offset_bytes, cases[i].offset, "%s: offset", cases[i].name);
		is_u64(got.levels, cases[i].levels, "%s: levels", cases[i].name);
		for (enum pmm_level level = PMM_LEVEL_PTE; level < PMM_LEVELS; level++) {
			const struct part *part = &cases[i].parts[level];
			const struct pmm_index *index = &got.index[level];

			ok(index->is_folded == !part->high && index->index == part->index &&
				   index->high_bit == part->high && index->low_bit == part->low,
			   "%s: %s", cases[i].name, pmm_level_name(level));
		}
	}
}

static void test_bad(void)
{
	static const struct {
		uint64_t page_bytes;
		unsigned levels;
	} bad[] = {{0, 4},
		   {4095, 4},
		   {4096, 2},
		   {4096, 6},
		   {1, 4},
		   {32, 4},
		   {UINT64_C(1) << 40, 4},
		   {PMM_ABSENT, 4}};
	struct pmm_translation got;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(pmm_address_split(0x1000, bad[i].page_bytes, bad[i].levels, &got) == -EINVAL,
		   "pages of %ju bytes in %u levels are no page table",
		   (uintmax_t)bad[i].page_bytes, bad[i].levels);
}

static const struct {
	const char *name, *cpuinfo;
	uint64_t page_bytes;
	unsigned levels;
} machines[] = {
	{"x86", "processor\t: 0\nflags\t\t: fpu vme la57x\nbugs\t: la57\n\n", 4096, 4},
	{"x86 with la57", "processor\t: 0\nflags\t\t: fpu la57 vme\n", 4096, 5},
	{"arm64 with 16 KiB pages", "processor\t: 0\nFeatures\t: fp asimd\n", 16384, 4},
	{"arm64 with 64 KiB pages", "", 65536, 3},
};

static void test_levels(void)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		struct tree tree = tree_make();
		struct pmm_root *root = NULL;
		unsigned levels = 0;

		tree_put_page_bytes(&tree, machines[i].page_bytes);
		tree_put_text(&tree, "proc/cpuinfo", machines[i].cpuinfo);
		ok(pmm_root_open(tree.name, &root) == 0 && pmm_root_page_levels(root, &levels) == 0,
		   "%s: the number of levels is known", machines[i].name);
		is_u64(levels, machines[i].levels, "%s: levels", machines[i].name);
		pmm_root_close(root);
		tree_remove(&tree);
	}
}

int main(void)
{
	test_split();
	test_bad();
	test_levels();
	return done_testing();
}
