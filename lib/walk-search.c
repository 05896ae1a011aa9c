/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Searching an address space for what is there, by PAGEMAP_SCAN: the kernel steps over holes in no
 * time and says so in regions. It locks the address space for as long as it walks, so each call
 * has bounds: in pages that are found, which it counts, and in address space, which it does not.
 * To tell file pages from others takes ten times as long and is asked for where both can be.
 * Without that call a whole mapping is one region, of which nothing is known.
 */

#include <errno.h>

#include "walk.h"

#define SPAN (UINT64_C(16) << 30)

enum {
	MAXIMUM_PAGES = 32768,	   /* some 0.15 ms under the lock */
	MAXIMUM_FILE_PAGES = 4096, /* the same */
	SMALL_PAGES = 64,	   /* to ask too much about so few is cheaper than to ask twice */
};

struct stretch {
	uint64_t start;
	uint64_t end;
	bool with_files;
};

static bool is_wanted(const struct space_mapping *mapping)
{
	return mapping->has_table && !mapping->is_left_out;
}

/* Can one call do for a stretch and the mapping behind it? */
static bool can_join(const struct pmm_walk *walk, const struct stretch *stretch,
		     const struct space_mapping *next)
{
	uint64_t gap = next->mapping.start_address - stretch->end;
	uint64_t pages =
		(next->mapping.end_address - next->mapping.start_address) / walk->page_bytes;

	if (!is_wanted(next) || stretch->end - stretch->start >= SPAN)
		return false;
	if (gap > (walk->has_scan ? SPAN : NEAR_PAGES * walk->page_bytes))
		return false;
	return stretch->with_files == next->is_private_file ||
	       (stretch->with_files && pages <= SMALL_PAGES);
}

/* What to look at next; false if there is nothing more. */
static bool plan_stretch(struct pmm_walk *walk, struct stretch *ret_stretch)
{
	struct search *search = &walk->search;
	const struct space_mapping *mapping = walk->mappings + search->mapping;
	const struct space_mapping *end = walk->mappings + walk->count;
	struct stretch stretch;

	while (mapping < end && (mapping->mapping.end_address <= search->at || !is_wanted(mapping)))
		mapping++;
	search->mapping = (size_t)(mapping - walk->mappings);
	if (mapping == end)
		return false;
	stretch.start = mapping->mapping.start_address;
	if (stretch.start < search->at)
		stretch.start = search->at;
	stretch.end = mapping->mapping.end_address;
	stretch.with_files = mapping->is_private_file;
	while (++mapping < end && can_join(walk, &stretch, mapping))
		stretch.end = mapping->mapping.end_address;
	if (stretch.end - stretch.start > SPAN)
		stretch.end = stretch.start + SPAN;
	if (stretch.end > walk->end)
		stretch.end = walk->end;
	*ret_stretch = stretch;
	return stretch.start < stretch.end;
}

static void set_unknown(struct search *search, const struct stretch *stretch)
{
	search->regions[0] = (struct kernel_region){
		.start = stretch->start,
		.end = stretch->end,
		.categories = CATEGORY_UNKNOWN,
	};
	search->count = 1;
	search->at = stretch->end;
}

/* Look at a stretch, or as much of it as the kernel does at a time. */
static int search_stretch(struct pmm_walk *walk, const struct stretch *stretch)
{
	struct search *search = &walk->search;
	bool with_files = stretch->with_files && !(walk->flags & PMM_WALK_FRAMES);
	struct kernel_search what = {
		.start = stretch->start,
		.end = stretch->end,
		.wanted = walk->wanted,
		.maximum_pages = with_files ? MAXIMUM_FILE_PAGES : MAXIMUM_PAGES,
		.categories = CATEGORY_PRESENT | CATEGORY_SWAPPED | CATEGORY_ZERO | CATEGORY_HUGE |
			      (with_files ? CATEGORY_FILE : 0),
	};
	uint64_t reached;
	int r;

	search->next = 0;
	search->count = 0;
	if (!walk->has_scan) {
		set_unknown(search, stretch);
		return 0;
	}
	r = kernel_scan(pages_fd(walk->pages), &what, REGIONS, search->regions, &reached);
	if (r == -ESRCH)
		return walk_lose(walk);
	/* It must come on, or we would not either. What it cannot do the entries still tell. */
	if (r < 0 || reached <= stretch->start || reached > stretch->end) {
		set_unknown(search, stretch);
		return 0;
	}
	search->count = (size_t)r;
	search->at = reached;
	return 0;
}

int search_next(struct pmm_walk *walk, const struct kernel_region **ret_region)
{
	struct search *search = &walk->search;
	struct stretch stretch;
	int r;

	while (search->next == search->count) {
		if (!plan_stretch(walk, &stretch)) {
			search->at = UINT64_MAX;
			return 0;
		}
		r = search_stretch(walk, &stretch);
		if (r < 0)
			return r;
	}
	*ret_region = &search->regions[search->next];
	return 1;
}

void search_take(struct pmm_walk *walk, uint64_t address)
{
	struct search *search = &walk->search;
	struct kernel_region *region = &search->regions[search->next];

	region->start = address;
	if (region->start >= region->end)
		search->next++;
}

void search_seek(struct pmm_walk *walk, uint64_t address)
{
	struct search *search = &walk->search;

	while (search->next < search->count && search->regions[search->next].start < address)
		search_take(walk, search->regions[search->next].end < address
					  ? search->regions[search->next].end
					  : address);
	if (search->next == search->count && search->at < address)
		search->at = address;
}

uint64_t search_reached(const struct pmm_walk *walk)
{
	const struct search *search = &walk->search;

	return search->next < search->count ? search->regions[search->next].start : search->at;
}

uint64_t search_near_end(const struct pmm_walk *walk)
{
	const struct search *search = &walk->search;
	uint64_t end = search->regions[search->next].end;

	for (size_t i = search->next + 1; i < search->count; i++) {
		if (search->regions[i].start - end > NEAR_PAGES * walk->page_bytes)
			break;
		end = search->regions[i].end;
	}
	return end;
}
