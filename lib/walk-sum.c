/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sums over the runs of a mapping. Swapped shared memory is counted for all of it at once where
 * that is the same, which it is unless the process has pages of its own in its stead.
 */

#include "walk.h"

/* What is known of part of the pages only is not known of their sum. */
static void add_known(uint64_t *sum, int is_known, uint64_t pages)
{
	if (!is_known)
		*sum = PMM_ABSENT;
	else if (*sum != PMM_ABSENT)
		*sum += pages;
}

static void add_in_frame(const struct pmm_walk *walk, const struct pmm_run *run,
			 struct pmm_sums *sums)
{
	bool is_huge = run->leaf_bytes != PMM_ABSENT && run->leaf_bytes > walk->page_bytes;

	sums->classes[run->class] += run->pages;
	sums->file += run->is_file ? run->pages : 0;
	add_known(&sums->exclusive, run->is_exclusive >= 0, run->is_exclusive ? run->pages : 0);
	add_known(&sums->huge, walk->has_scan,
		  is_huge || run->class == PMM_CLASS_HUGETLB ? run->pages : 0);
	sums->frames_hidden += run->frame == PMM_ABSENT ? run->pages : 0;
}

static void add_run(const struct pmm_walk *walk, const struct pmm_run *run, struct pmm_sums *sums)
{
	sums->pages += run->pages;
	sums->states[run->state] += run->pages;
	if (run->state == PMM_PAGE_RAM || run->state == PMM_PAGE_SWAPCACHE ||
	    run->state == PMM_PAGE_RACED)
		add_in_frame(walk, run, sums);
	else if (run->state == PMM_PAGE_SWAP && run->class == PMM_CLASS_SHMEM)
		sums->swapped_shmem += run->pages;
}

/* A file changes while it is asked: no more can be swapped than is not here. */
static void add_swapped_shmem(struct pmm_sums *sums, uint64_t swapped)
{
	uint64_t *none = &sums->states[PMM_PAGE_NONE];

	if (swapped != PMM_ABSENT && swapped > *none)
		swapped = *none;
	sums->swapped_shmem = swapped;
	if (swapped == PMM_ABSENT)
		return;
	*none -= swapped;
	sums->states[PMM_PAGE_SWAP] += swapped;
}

int pmm_walk_sum(struct pmm_walk *walk, struct pmm_sums *ret_sums)
{
	const struct space_mapping *mapping = &walk->mappings[walk->mapping - 1];
	bool is_shmem = mapping->class == PMM_CLASS_SHMEM && walk->pages;
	uint64_t start = walk->at, end = walk->run_end;
	const struct pmm_run *run;
	struct pmm_sums sums = {.huge = walk->has_scan ? 0 : PMM_ABSENT};
	int r;

	/* Who chooses runs must see them. */
	walk->is_summing =
		!walk->is_wanted && (!is_shmem || mapping->mapping.permissions[3] != 'p');
	while ((r = pmm_walk_next_run(walk, &run)) > 0)
		add_run(walk, run, &sums);
	if (r >= 0 && is_shmem && walk->is_summing)
		add_swapped_shmem(&sums, shmem_count_swapped(walk, start, end));
	else if (is_shmem && walk->shmem.mapping == walk->mapping - 1 && walk->shmem.fd < 0)
		sums.swapped_shmem = PMM_ABSENT;
	walk->is_summing = false;
	if (r < 0)
		return r;
	*ret_sums = sums;
	return 0;
}
