/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What the counts of pagemap thp come to: sums over the sizes of folios, and the middle of runs. */

#include "thp.h"

static uint64_t pages_of(const struct size_count *size)
{
	return size->pages[KIND_ANON] + size->pages[KIND_FILE] + size->pages[KIND_SHMEM];
}

struct folio_sums folio_sum(const struct folio_count *count)
{
	struct folio_sums sums = {
		.pages = pages_of(&count->unknown),
		.hugetlb = count->unknown.pages[KIND_HUGETLB],
	};
	bool has_unknown = false;

	for (size_t leaf = 0; leaf < LEAVES; leaf++)
		for (size_t i = 0; i < ORDERS; i++) {
			const struct size_count *size = &count->sizes[leaf][i];

			sums.pages += pages_of(size);
			sums.large += i ? pages_of(size) : 0;
			sums.huge += leaf == LEAF_HUGE ? pages_of(size) : 0;
			sums.partial += size->partial;
			sums.hugetlb += size->pages[KIND_HUGETLB];
			has_unknown |= leaf == LEAF_UNKNOWN && pages_of(size);
		}
	if (has_unknown)
		sums.huge = PMM_ABSENT;
	return sums;
}

uint64_t bytes_of(uint64_t pages, uint64_t page_bytes)
{
	return pages == PMM_ABSENT ? PMM_ABSENT : pages * page_bytes;
}

uint64_t runs_half(const struct run_count *runs)
{
	uint64_t seen = 0, length;

	for (unsigned order = ORDERS - 1; 1U << order >= EXACT_PAGES; order--) {
		seen += runs->order_pages[order];
		if (seen && 2 * seen >= runs->pages)
			return UINT64_C(1) << order;
	}
	for (length = EXACT_PAGES - 1; length; length--) {
		seen += length * runs->exact[length];
		if (seen && 2 * seen >= runs->pages)
			return length;
	}
	return 0;
}
