/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_THP_H
#define PAGEMAP_THP_H

/* What the rooms of pagemap thp hand each other: folios counted by size, and runs by length. */

#include "pagemap.h"
#include "rows.h"

enum thp_view { VIEW_SIZE, VIEW_MAPPING, VIEW_RUN };

/* What a folio is of; hugetlb is kept apart. */
enum folio_kind { KIND_ANON, KIND_FILE, KIND_SHMEM, KIND_HUGETLB, KINDS };

enum {
	ORDERS = 32,	       /* powers of two: of sizes, in pages, and of lengths */
	EXACT_PAGES = 1 << 16, /* runs up to this length are counted by it, longer ones by order */
};

/* Pages of folios of one size, mapped page by page or as a whole. */
struct size_count {
	uint64_t folios; /* or parts of them */
	uint64_t pages[KINDS];
	uint64_t aligned;
	uint64_t unaligned;
	uint64_t partial;
};

/* Pages that follow each other in the address space and in RAM. */
struct run_count {
	uint64_t runs;
	uint64_t pages;
	uint64_t longest;
	uint64_t orders[ORDERS];      /* how many runs of that order */
	uint64_t order_pages[ORDERS]; /* pages in them */
	uint64_t *exact;	      /* how many of that length; NULL: not wanted */
};

/* What maps the pages. */
enum folio_leaf { LEAF_PAGE, LEAF_HUGE, LEAF_UNKNOWN, LEAVES };

struct folio_count {
	struct size_count sizes[LEAVES][ORDERS]; /* by the order of the folio */
	struct size_count unknown;		 /* changed while it was looked at */
	struct run_count runs;
};

/* Pages: the sum over all sizes, single ones too. */
struct folio_sums {
	uint64_t pages; /* all but hugetlb */
	uint64_t large; /* of folios of more than a page */
	uint64_t huge;	/* of those, mapped by one entry above the PTE; absent if not known */
	uint64_t partial;
	uint64_t hugetlb;
};

struct folio_sums folio_sum(const struct folio_count *count);
/* Absent stays absent. */
uint64_t bytes_of(uint64_t pages, uint64_t page_bytes);
/* Half of the pages are in runs of so many pages or more; 0 if there are none. */
uint64_t runs_half(const struct run_count *runs);

/* ---- thp-rows.c ---- */

struct mapping_count {
	const struct pmm_mapping *mapping;
	struct folio_sums sums;
	uint64_t runs;
	uint64_t longest;
};

struct thp_rows {
	struct rows *rows;
	uint64_t pid;
	uint64_t page_bytes;
};

void thp_rows_of_sizes(struct thp_rows *rows, const struct folio_count *count);
void thp_rows_of_runs(struct thp_rows *rows, const struct run_count *runs);
void thp_rows_of_mapping(struct thp_rows *rows, const struct mapping_count *mapping);

#endif
