/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoding the entries of PID/pagemap, and reading them from a captured tree. */

#include <errno.h>

#include "procmm-pages.h"
#include "tap.h"
#include "tree.h"

#define BIT(n)		 (UINT64_C(1) << (n))
#define PRESENT		 BIT(63)
#define SWAP		 BIT(62)
#define FILE_PAGE	 BIT(61)
#define GUARD		 BIT(58)
#define UFFD_WP		 BIT(57)
#define EXCLUSIVE	 BIT(56)
#define SOFT_DIRTY	 BIT(55)
#define SLOT(type, slot) (SWAP | (uint64_t)(slot) << 5 | (type))

static const struct {
	const char *name;
	uint64_t entry;
	enum pmm_page_state state;
	int64_t frame, type, slot; /* -1: absent */
	int is_file, is_exclusive;
} cases[] = {
	{"nothing is none", 0, PMM_PAGE_NONE, -1, -1, -1, 0, 0},
	{"a private anonymous page", PRESENT | EXCLUSIVE | 0x1234, PMM_PAGE_RAM, 0x1234, -1, -1, 0,
	 1},
	{"a shared file page", PRESENT | FILE_PAGE | 1, PMM_PAGE_RAM, 1, -1, -1, 1, 0},
	{"the highest frame number", PRESENT | (BIT(55) - 1), PMM_PAGE_RAM, BIT(55) - 1, -1, -1, 0,
	 0},
	{"a hidden frame is absent", PRESENT | FILE_PAGE, PMM_PAGE_RAM, -1, -1, -1, 1, 0},
	{"swap in the first slot", SLOT(0, 1), PMM_PAGE_SWAP, -1, 0, 1, 0, 0},
	{"swap of area 1 at slot 0", SLOT(1, 0), PMM_PAGE_SWAP, -1, 1, 0, 0, 0},
	{"swap of area 22, in the last slot", SLOT(22, BIT(50) - 1), PMM_PAGE_SWAP, -1, 22,
	 BIT(50) - 1, 0, 0},
	{"swap that is write-protected", SLOT(2, 7) | UFFD_WP, PMM_PAGE_SWAP, -1, 2, 7, 0, 0},
	{"type and slot hidden", SWAP, PMM_PAGE_HIDDEN, -1, -1, -1, 0, 0},
	{"hidden, soft-dirty", SWAP | SOFT_DIRTY, PMM_PAGE_HIDDEN, -1, -1, -1, 0, 0},
	{"hidden, write-protected", SWAP | UFFD_WP, PMM_PAGE_HIDDEN, -1, -1, -1, 0, 0},
	{"a guard page", SLOT(31, 4) | GUARD, PMM_PAGE_GUARD, -1, -1, -1, 0, 0},
	{"a guard page of a kernel without its bit", SLOT(31, 4), PMM_PAGE_GUARD, -1, -1, -1, 0, 0},
	{"a guard page when types are hidden", SWAP | GUARD, PMM_PAGE_GUARD, -1, -1, -1, 0, 0},
	{"a write-protect marker", SLOT(31, 1) | UFFD_WP, PMM_PAGE_UFFD_WP, -1, -1, -1, 0, 0},
	{"a poison marker", SLOT(31, 2), PMM_PAGE_POISON, -1, -1, -1, 0, 0},
	{"poison and write protection is poison", SLOT(31, 3), PMM_PAGE_POISON, -1, -1, -1, 0, 0},
	{"guard and poison is guard", SLOT(31, 6), PMM_PAGE_GUARD, -1, -1, -1, 0, 0},
	{"the last type with a frame number, before 5.19", SLOT(31, 0x1234), PMM_PAGE_MIGRATING, -1,
	 -1, -1, 0, 0},
	{"the last type with no marker", SLOT(31, 0), PMM_PAGE_MIGRATING, -1, -1, -1, 0, 0},
	{"migration", SLOT(30, 0x1234), PMM_PAGE_MIGRATING, -1, -1, -1, 0, 0},
	{"migration of a file page", SLOT(28, 0x1234) | FILE_PAGE, PMM_PAGE_MIGRATING, -1, -1, -1,
	 0, 0},
	{"the lowest special type", SLOT(23, 9), PMM_PAGE_MIGRATING, -1, -1, -1, 0, 0},
	{"present wins over swap", PRESENT | SWAP | 5, PMM_PAGE_RAM, 5, -1, -1, 0, 0},
	{"file and exclusive mean nothing without a page", FILE_PAGE | EXCLUSIVE, PMM_PAGE_NONE, -1,
	 -1, -1, 0, 0},
};

static void test_decode(void)
{
	struct pmm_page page;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		pmm_page_decode(cases[i].entry, &page);
		is_text(pmm_page_state_name(page.state), pmm_page_state_name(cases[i].state),
			"%s: state", cases[i].name);
		is_u64(page.frame, (uint64_t)cases[i].frame, "%s: frame", cases[i].name);
		is_u64(page.swap_type, (uint64_t)cases[i].type, "%s: type", cases[i].name);
		is_u64(page.swap_slot, (uint64_t)cases[i].slot, "%s: slot", cases[i].name);
		ok(page.is_file == cases[i].is_file && page.is_exclusive == cases[i].is_exclusive,
		   "%s: file and exclusive", cases[i].name);
		is_u64(page.unknown_bits, 0, "%s: all bits are known", cases[i].name);
	}
}

static void test_bits(void)
{
	struct pmm_page page;

	pmm_page_decode(PRESENT | 7 | BIT(59), &page);
	is_u64(page.unknown_bits, BIT(59), "bit 59 has no name yet");
	pmm_page_decode(SLOT(0, 1) | BIT(60), &page);
	is_u64(page.unknown_bits, BIT(60), "bit 60 has no name yet");
	pmm_page_decode(0x1234, &page);
	is_u64(page.unknown_bits, 0x1234,
	       "low bits of an entry without page or swap have no meaning");
	pmm_page_decode(PRESENT | 7 | SOFT_DIRTY | UFFD_WP, &page);
	ok(page.is_soft_dirty && page.is_uffd_wp, "soft-dirty and write-protected are told");
	pmm_page_decode(PRESENT | 7, &page);
	ok(!page.is_soft_dirty && !page.is_uffd_wp, "and are not told when they are not set");
}

/*
 * A page table of 16 KiB pages: 3 in RAM, a hole, 2 in swap, and a hidden frame; then an entry cut
 * in half.
 */
static void test_captured(void)
{
	static const uint64_t entries[] = {
		PRESENT | EXCLUSIVE | 10,
		PRESENT | FILE_PAGE | 11,
		PRESENT | 12,
		0,
		SLOT(0, 1),
		SLOT(0, 2),
		PRESENT,
		1,
	};
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_pages *pages = NULL;
	uint64_t got[16];

	tree_put_page_bytes(&tree, 16384);
	tree_put(&tree, "proc/7/pagemap", entries, sizeof(entries) - 4);
	ok(pmm_root_open(tree.name, &root) == 0, "a tree with a page table opens");
	ok(pmm_pages_open(root, 8, &pages) == -ENOENT,
	   "a process that was not captured is not there");
	ok(pmm_pages_open(root, 7, &pages) == 0, "one that was, is");
	is_u64((uint64_t)pmm_pages_read(pages, 2 * 16384 + 5, 2, got), 2, "two pages are read");
	ok(got[0] == entries[2] && got[1] == entries[3], "from the page that the address is in");
	is_u64((uint64_t)pmm_pages_read(pages, 0, 16, got), 7, "the half entry is not read");
	is_u64((uint64_t)pmm_pages_read(pages, 100 * 16384, 16, got), 0, "past the end is nothing");
	pmm_pages_close(pages);
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_areas(void)
{
	static const struct {
		const char *name;
		uint64_t type;
		uint32_t types;
		size_t areas;
		int place;
	} rows[] = {
		{"the only area", 3, 0, 1, 0},
		{"two types of two areas, the first", 0, 1 << 0 | 1 << 1, 2, 0},
		{"the second", 1, 1 << 0 | 1 << 1, 2, 1},
		{"the second of two, after a gap", 2, 1 << 0 | 1 << 2, 2, 1},
		{"the first of two, after a gap", 1, 1 << 1 | 1 << 2, 2, 0},
		{"one of two was not seen", 1, 1 << 1, 2, -ENODATA},
		{"more types than areas", 1, 7, 2, -ENODATA},
		{"no areas", 0, 0, 0, -ENODATA},
		{"no type of an area", 31, 0, 1, -ENODATA},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(pmm_swap_area_of_type(rows[i].type, rows[i].types, rows[i].areas) ==
			   rows[i].place,
		   "swap type: %s", rows[i].name);
}

static void test_without_page_size(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_pages *pages = NULL;

	tree_put_text(&tree, "proc/7/pagemap", "12345678");
	pmm_root_open(tree.name, &root);
	ok(pmm_pages_open(root, 7, &pages) == -ENODATA, "without a page size nothing can be read");
	ok(strstr(pmm_root_error(root), "auxv: page size expected"), "and the words say why");
	pmm_root_close(root);
	tree_remove(&tree);
}

int main(void)
{
	test_decode();
	test_bits();
	test_captured();
	test_areas();
	test_without_page_size();
	return done_testing();
}
