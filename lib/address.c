/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Addresses: how the processor takes a virtual address apart on its way through the page table.
 * Each table fills one page with entries of eight bytes, so a page of 4 KiB gives nine bits a level
 * (Documentation/mm/page_tables.rst). Reads proc/cpuinfo for the number of levels; what the entries
 * hold is in page.c.
 */

#include <errno.h>
#include <string.h>

#include "procmm-pages.h"
#include "root.h"

enum {
	ADDRESS_BITS = 64,
	ENTRY_BITS = 3,	       /* eight bytes */
	MINIMUM_PAGE_BITS = 6, /* anything smaller holds no table */
	PAGE_BYTES_64K = 65536,
};

const char *pmm_level_name(enum pmm_level level)
{
	static const char *const names[PMM_LEVELS] = {
		[PMM_LEVEL_PTE] = "PTE", [PMM_LEVEL_PMD] = "PMD", [PMM_LEVEL_PUD] = "PUD",
		[PMM_LEVEL_P4D] = "P4D", [PMM_LEVEL_PGD] = "PGD",
	};

	return names[level];
}

/* The kernel folds from below the top: four levels have no P4D, three no PUD either. */
static bool is_folded(enum pmm_level level, unsigned levels)
{
	return (level == PMM_LEVEL_P4D && levels < 5) || (level == PMM_LEVEL_PUD && levels < 4);
}

int pmm_address_split(uint64_t address, uint64_t page_bytes, unsigned levels,
		      struct pmm_translation *ret_translation)
{
	struct pmm_translation translation = {.levels = levels};
	unsigned page_bits, level_bits, low_bit;

	if (levels < 3 || levels > 5 || !page_bytes || page_bytes & (page_bytes - 1))
		return -EINVAL;
	page_bits = (unsigned)__builtin_ctzll(page_bytes);
	level_bits = page_bits - ENTRY_BITS;
	if (page_bits < MINIMUM_PAGE_BITS || page_bits + levels * level_bits > ADDRESS_BITS)
		return -EINVAL;
	translation.page_offset_bytes = address & (page_bytes - 1);
	low_bit = page_bits;
	for (enum pmm_level level = PMM_LEVEL_PTE; level < PMM_LEVELS; level++) {
		struct pmm_index *index = &translation.index[level];

		index->is_folded = is_folded(level, levels);
		if (index->is_folded)
			continue;
		index->low_bit = low_bit;
		index->high_bit = low_bit + level_bits - 1;
		index->index = (unsigned)(address >> low_bit & ((UINT64_C(1) << level_bits) - 1));
		low_bit += level_bits;
	}
	*ret_translation = translation;
	return 0;
}

/* Documentation/arch/x86/cpuinfo.rst: the kernel shows the flag only if it uses five levels. */
static bool has_la57(struct scan cpuinfo)
{
	struct scan line, word;

	while (scan_line(&cpuinfo, &line)) {
		if (!scan_text(&line, "flags"))
			continue;
		while (scan_word(&line, &word))
			if (scan_length(&word) == 4 && !memcmp(word.at, "la57", 4))
				return true;
		return false; /* every processor has the same */
	}
	return false;
}

int pmm_root_page_levels(struct pmm_root *root, unsigned *ret_levels)
{
	_cleanup_text_ struct text text = {0};
	int r;

	if (pmm_root_page_bytes(root) == PAGE_BYTES_64K) {
		*ret_levels = 3;
		return 0;
	}
	r = root_read(root, "proc/cpuinfo", &text);
	if (r < 0)
		return r;
	*ret_levels = has_la57(text_scan(&text)) ? 5 : 4;
	return 0;
}
