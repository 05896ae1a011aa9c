/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The tables of pagemap thp: folios by their size, by mapping, and runs by their length. */

#include "thp.h"

#define FLAGS	"/proc/kpageflags"
#define MAPS	"/proc/PID/maps"
#define PAGEMAP "/proc/PID/pagemap"

/* ---- by size ---- */

enum size_field {
	SIZE_PID,
	SIZE_SIZE,
	SIZE_LEAF,
	SIZE_FOLIOS,
	SIZE_RAM, /* from here on: bytes */
	SIZE_ANON,
	SIZE_FILE,
	SIZE_SHMEM,
	SIZE_ALIGNED,
	SIZE_UNALIGNED,
	SIZE_PARTIAL,
	SIZE_FIELDS,
};

static const struct field size_fields[SIZE_FIELDS + 1] = {
	[SIZE_PID] = {"pid", "PID", UNIT_COUNT, "the process", "operand", false, false},
	[SIZE_SIZE] = {"folio_bytes", "FOLIO", UNIT_BYTES,
		       "what the kernel allocated as one; absent if it changed meanwhile", FLAGS,
		       true, false},
	[SIZE_LEAF] = {"leaf_bytes", "LEAF", UNIT_BYTES, "what one entry of the page table maps",
		       "PAGEMAP_SCAN", true, false},
	[SIZE_FOLIOS] = {"folios", "FOLIOS", UNIT_COUNT, "how many, or parts of them", FLAGS, false,
			 false},
	[SIZE_RAM] = {"ram_bytes", "RAM", UNIT_BYTES, "pages that are mapped", PAGEMAP, true,
		      false},
	[SIZE_ANON] = {"anon_bytes", "ANON", UNIT_BYTES, "of RAM, anonymous", FLAGS, true, false},
	[SIZE_FILE] = {"file_bytes", "FILE", UNIT_BYTES, "of RAM, of files", FLAGS, true, false},
	[SIZE_SHMEM] = {"shmem_bytes", "SHMEM", UNIT_BYTES, "of RAM, shared memory and tmpfs",
			FLAGS, true, false},
	[SIZE_ALIGNED] = {"aligned_bytes", "ALIGNED", UNIT_BYTES,
			  "of RAM, where one entry could map the folio", FLAGS ", " PAGEMAP, true,
			  false},
	[SIZE_UNALIGNED] = {"unaligned_bytes", "UNALIGNED", UNIT_BYTES,
			    "of RAM, where it could not: the addresses do not allow it",
			    FLAGS ", " PAGEMAP, true, false},
	[SIZE_PARTIAL] = {"partial_bytes", "PARTIAL", UNIT_BYTES,
			  "of RAM, of folios that are not mapped as a whole", FLAGS ", " PAGEMAP,
			  true, false},
};

static void size_row(struct thp_rows *rows, const struct size_count *size, uint64_t size_pages,
		     uint64_t leaf_pages)
{
	uint64_t pages = size->pages[KIND_ANON] + size->pages[KIND_FILE] + size->pages[KIND_SHMEM];
	const uint64_t counts[SIZE_FIELDS] = {
		[SIZE_RAM] = pages,
		[SIZE_ANON] = size->pages[KIND_ANON],
		[SIZE_FILE] = size->pages[KIND_FILE],
		[SIZE_SHMEM] = size->pages[KIND_SHMEM],
		[SIZE_ALIGNED] = size->aligned,
		[SIZE_UNALIGNED] = size->unaligned,
		[SIZE_PARTIAL] = size->partial,
	};
	struct value *values;

	if (!pages)
		return;
	values = rows_add(rows->rows);
	values[SIZE_PID] = value_unsigned(rows->pid);
	if (size_pages)
		values[SIZE_SIZE] = value_unsigned(size_pages * rows->page_bytes);
	if (leaf_pages)
		values[SIZE_LEAF] = value_unsigned(leaf_pages * rows->page_bytes);
	values[SIZE_FOLIOS] = value_unsigned(size->folios);
	for (size_t i = SIZE_RAM; i < SIZE_FIELDS; i++)
		/* Of a single page there is nothing to be said of alignment. */
		if (size_pages > 1 || i < SIZE_ALIGNED)
			values[i] = value_unsigned(counts[i] * rows->page_bytes);
}

void thp_rows_of_sizes(struct thp_rows *rows, const struct folio_count *count)
{
	uint64_t huge = rows->page_bytes / 8; /* entries of a table, each of 8 bytes */

	for (size_t i = ORDERS; i; i--) {
		uint64_t size_pages = UINT64_C(1) << (i - 1);

		size_row(rows, &count->sizes[LEAF_HUGE][i - 1], size_pages, huge);
		size_row(rows, &count->sizes[LEAF_PAGE][i - 1], size_pages, 1);
		size_row(rows, &count->sizes[LEAF_UNKNOWN][i - 1], size_pages, 0);
	}
	size_row(rows, &count->unknown, 0, 0);
}

/* ---- by mapping ---- */

enum mapping_field {
	MAPPING_PID,
	MAPPING_ADDRESS,
	MAPPING_SIZE, /* from here on: bytes */
	MAPPING_RAM,
	MAPPING_LARGE,
	MAPPING_HUGE,
	MAPPING_PARTIAL,
	MAPPING_HUGETLB,
	MAPPING_LONGEST, /* to here */
	MAPPING_COVERED,
	MAPPING_RUNS,
	MAPPING_NAME,
	MAPPING_FIELDS,
};

static const struct field thp_mapping_fields[MAPPING_FIELDS + 1] = {
	[MAPPING_PID] = {"pid", "PID", UNIT_COUNT, "the process", "operand", false, false},
	[MAPPING_ADDRESS] = {"address", "ADDRESS", UNIT_ADDRESS, "where it begins", MAPS, true,
			     false},
	[MAPPING_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "address space it takes", MAPS, true,
			  false},
	[MAPPING_RAM] = {"ram_bytes", "RAM", UNIT_BYTES, "pages that are in RAM", PAGEMAP, true,
			 false},
	[MAPPING_LARGE] = {"large_bytes", "LARGE", UNIT_BYTES,
			   "of RAM, of folios of more than a page", FLAGS, true, false},
	[MAPPING_HUGE] = {"huge_bytes", "HUGE", UNIT_BYTES,
			  "of LARGE, mapped by one entry above the PTE", "PAGEMAP_SCAN", true,
			  false},
	[MAPPING_PARTIAL] = {"partial_bytes", "PARTIAL", UNIT_BYTES,
			     "of LARGE, of folios that are not mapped as a whole",
			     FLAGS ", " PAGEMAP, true, false},
	[MAPPING_HUGETLB] = {"hugetlb_bytes", "HUGETLB", UNIT_BYTES,
			     "huge pages that were set aside; not in RAM here", FLAGS, false,
			     false},
	[MAPPING_LONGEST] = {"longest_run_bytes", "LONGEST", UNIT_BYTES,
			     "the longest run of pages that lie next to each other in RAM", PAGEMAP,
			     true, false},
	[MAPPING_COVERED] = {"huge_percent", "HUGE%", UNIT_PERCENT, "HUGE of RAM", PAGEMAP, true,
			     false},
	[MAPPING_RUNS] = {"runs", "RUNS", UNIT_COUNT, "how many such runs there are", PAGEMAP, true,
			  false},
	[MAPPING_NAME] = {"name", "NAME", UNIT_TEXT, "its file, or the kernel's name for it", MAPS,
			  true, true},
};

void thp_rows_of_mapping(struct thp_rows *rows, const struct mapping_count *count)
{
	const struct folio_sums *sums = &count->sums;
	const uint64_t pages[MAPPING_FIELDS] = {
		[MAPPING_RAM] = sums->pages,	   [MAPPING_LARGE] = sums->large,
		[MAPPING_HUGE] = sums->huge,	   [MAPPING_PARTIAL] = sums->partial,
		[MAPPING_HUGETLB] = sums->hugetlb, [MAPPING_LONGEST] = count->longest,
	};
	const struct pmm_mapping *mapping = count->mapping;
	struct value *values = rows_add(rows->rows);

	values[MAPPING_PID] = value_unsigned(rows->pid);
	values[MAPPING_ADDRESS] = value_unsigned(mapping->start_address);
	values[MAPPING_SIZE] = value_unsigned(mapping->end_address - mapping->start_address);
	values[MAPPING_NAME] = target_mapping_name(mapping);
	rows_cut_front(rows->rows, MAPPING_NAME);
	if (address_is_of_kernel(mapping->start_address))
		return;
	for (size_t i = MAPPING_RAM; i <= MAPPING_LONGEST; i++)
		values[i] = value_unsigned(bytes_of(pages[i], rows->page_bytes));
	values[MAPPING_RUNS] = value_unsigned(count->runs);
	if (sums->pages && sums->huge != PMM_ABSENT)
		values[MAPPING_COVERED] =
			value_real(100 * (double)sums->huge / (double)sums->pages);
}

/* ---- by length of runs ---- */

enum run_field { RUN_PID, RUN_LENGTH, RUN_RUNS, RUN_RAM, RUN_SHARE, RUN_FIELDS };

static const struct field thp_run_fields[RUN_FIELDS + 1] = {
	[RUN_PID] = {"pid", "PID", UNIT_COUNT, "the process", "operand", false, false},
	[RUN_LENGTH] = {"from_bytes", "FROM", UNIT_BYTES,
			"runs of this length, up to before twice of it", PAGEMAP, true, false},
	[RUN_RUNS] = {"runs", "RUNS", UNIT_COUNT, "how many", PAGEMAP, true, false},
	[RUN_RAM] = {"ram_bytes", "RAM", UNIT_BYTES, "pages in them", PAGEMAP, true, false},
	[RUN_SHARE] = {"share_percent", "SHARE", UNIT_PERCENT, "of all", PAGEMAP, true, false},
};

void thp_rows_of_runs(struct thp_rows *rows, const struct run_count *runs)
{
	for (size_t i = ORDERS; i; i--) {
		uint64_t pages = runs->order_pages[i - 1];
		struct value *values;

		if (!pages)
			continue;
		values = rows_add(rows->rows);
		values[RUN_PID] = value_unsigned(rows->pid);
		values[RUN_LENGTH] = value_unsigned((UINT64_C(1) << (i - 1)) * rows->page_bytes);
		values[RUN_RUNS] = value_unsigned(runs->orders[i - 1]);
		values[RUN_RAM] = value_unsigned(pages * rows->page_bytes);
		values[RUN_SHARE] = value_real(100 * (double)pages / (double)runs->pages);
	}
}

/* ---- the views ---- */

const struct view thp_views[] = {
	[VIEW_SIZE] = {"size", {"folios", NULL, size_fields}, NULL},
	[VIEW_MAPPING] = {"mapping", {"mappings", NULL, thp_mapping_fields}, NULL},
	[VIEW_RUN] = {"run", {"runs", NULL, thp_run_fields}, NULL},
	{NULL, {NULL, NULL, NULL}, NULL},
};
