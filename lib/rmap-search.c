/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The search of one process for targets of the reverse map. There are two ways. The wide one reads
 * the entries of every page that is there, of those mappings that could have one of the targets: of
 * anonymous frames and slots only private mappings can, of others only mappings of something. The
 * narrow one knows the place of a target in a file, and reads one entry of each mapping of that
 * place. The page table is opened first, so that the mappings are those that it is of.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"
#include "rmap.h"
#include "slots.h"
#include "walk.h"

/* Frames of anonymous memory, which only private mappings have. */
#define FLAGS_PRIVATE (FLAG(ANON) | FLAG(KSM) | FLAG(ZERO_PAGE))

static void note_loss(struct pmm_rmap *rmap, const struct pmm_process *process, int r)
{
	if (r != -EACCES && r != -EPERM && pmm_root_is_live(rmap->root)) {
		rmap->losses.ended++;
		return;
	}
	rmap->losses.denied++;
	if (rmap->with_slots && process_swap_bytes(rmap->root, process->pid) != 0)
		rmap->losses.denied_swapped++;
}

/* ---- keys ---- */

/* Slots and frames side by side: no frame has so high a number. */
#define KEY_OF_SLOT BIT(60)

static uint64_t key_of_entry(uint64_t entry)
{
	if (entry & ENTRY_PRESENT)
		return entry & ENTRY_FRAME;
	return entry & ENTRY_SWAP ? KEY_OF_SLOT | (entry & ENTRY_FRAME) >> 5 : 0;
}

static unsigned needs_of(const struct rmap_target *target)
{
	if (target->what.kind == PMM_RMAP_SLOT)
		return NEEDS_PRIVATE;
	if (target->answer.flags == PMM_ABSENT)
		return NEEDS_PRIVATE | NEEDS_FILES;
	return target->answer.flags & FLAGS_PRIVATE ? NEEDS_PRIVATE : NEEDS_FILES;
}

static int compare_keys(const void *a, const void *b)
{
	const struct rmap_key *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

void rmap_make_keys(struct pmm_rmap *rmap)
{
	memset(rmap->filter, 0, sizeof(rmap->filter));
	rmap->key_count = 0;
	rmap->needs = 0;
	rmap->with_narrow = false;
	rmap->with_slots = false;
	rmap->with_slots_only = true;
	for (size_t i = 0; i < rmap->count; i++) {
		const struct rmap_target *target = &rmap->targets[i];
		bool is_slot = target->what.kind == PMM_RMAP_SLOT;
		uint64_t key = is_slot ? KEY_OF_SLOT | target->what.swap_slot : target->what.frame;

		if (target->is_done)
			continue;
		if (target->is_narrow) {
			rmap->with_narrow = true;
			continue;
		}
		rmap->keys[rmap->key_count++] = (struct rmap_key){key, i};
		rmap->filter[key % FILTER_BITS / 64] |= BIT(key % 64);
		rmap->needs |= needs_of(target);
		rmap->with_slots |= is_slot;
		rmap->with_slots_only &= is_slot;
	}
	qsort(rmap->keys, rmap->key_count, sizeof(*rmap->keys), compare_keys);
}

/* The first of those that are the same. */
static const struct rmap_key *find_key(const struct pmm_rmap *rmap, uint64_t key)
{
	size_t from = 0, to = rmap->key_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (rmap->keys[middle].key < key)
			from = middle + 1;
		else
			to = middle;
	}
	return rmap->keys + from;
}

/* ---- the narrow way ---- */

static bool has_place(const struct pmm_mapping *mapping, const struct pmm_rmap_target *what)
{
	return mapping->inode == what->file.inode &&
	       mapping->device_major == what->file.device_major &&
	       mapping->device_minor == what->file.device_minor &&
	       what->offset_bytes >= mapping->offset_bytes &&
	       what->offset_bytes - mapping->offset_bytes <
		       mapping->end_address - mapping->start_address;
}

static int look_at_place(struct pmm_rmap *rmap, const struct pmm_process *process,
			 struct pmm_pages *pages, const struct pmm_mapping *mapping,
			 struct rmap_target *target)
{
	uint64_t address =
		mapping->start_address + (target->what.offset_bytes - mapping->offset_bytes);
	uint64_t entry;
	ssize_t got = pmm_pages_read(pages, address, 1, &entry);

	if (got <= 0)
		return got ? (int)got : -ESRCH;
	if (target->what.kind == PMM_RMAP_FRAME &&
	    (!(entry & ENTRY_PRESENT) || (entry & ENTRY_FRAME) != target->what.frame))
		return 0;
	return rmap_add_hit(rmap, target, process, mapping, address, entry);
}

static int look_at_mapping(struct pmm_rmap *rmap, const struct pmm_process *process,
			   struct pmm_pages *pages, const struct pmm_mapping *mapping)
{
	int r = 0;

	for (size_t i = 0; i < rmap->count && r >= 0 && mapping->inode; i++) {
		struct rmap_target *target = &rmap->targets[i];

		if (target->is_narrow && !target->is_done && has_place(mapping, &target->what))
			r = look_at_place(rmap, process, pages, mapping, target);
	}
	return r;
}

static int search_narrow(struct pmm_rmap *rmap, const struct pmm_process *process)
{
	const struct pmm_mapping *mapping;
	struct pmm_mappings *mappings;
	struct pmm_pages *pages;
	int r = pmm_pages_open(rmap->root, process->pid, &pages);

	if (r < 0)
		return r;
	r = pmm_mappings_open(rmap->root, process->pid, &mappings);
	if (r >= 0) {
		while ((r = pmm_mappings_next(mappings, &mapping)) > 0) {
			r = look_at_mapping(rmap, process, pages, mapping);
			if (r < 0)
				break;
		}
		pmm_mappings_close(mappings);
	}
	pmm_pages_close(pages);
	return r;
}

/* ---- the wide way ---- */

static bool is_needed(const struct pmm_rmap *rmap, const struct pmm_mapping *mapping,
		      enum pmm_page_class class)
{
	if (rmap->needs & NEEDS_PRIVATE && mapping->permissions[3] == 'p')
		return true;
	return rmap->needs & NEEDS_FILES && class != PMM_CLASS_ANON;
}

/* The process at hand. */
struct searched {
	struct pmm_rmap *rmap;
	const struct pmm_process *process;
	const struct pmm_walk *walk;
};

/* An entry whose key is in the filter. */
static int take_entry(const struct searched *of, uint64_t address, uint64_t entry)
{
	struct pmm_rmap *rmap = of->rmap;
	uint64_t key = key_of_entry(entry);
	const struct rmap_key *at = find_key(rmap, key), *end = rmap->keys + rmap->key_count;
	const struct pmm_mapping *mapping = NULL;
	int r = 0;

	if (!key) /* no page, or one whose frame is hidden; nobody maps the first frame of all */
		return 0;
	for (; at < end && at->key == key && r >= 0; at++) {
		if (!mapping)
			mapping = pmm_walk_find(of->walk, address);
		if (mapping)
			r = rmap_add_hit(rmap, &rmap->targets[at->target], of->process, mapping,
					 address, entry);
	}
	return r;
}

/* Nearly all entries are of no target: this loop is what the search costs beside the kernel. */
static int match_entries(void *data, uint64_t address, const uint64_t *entries, size_t count)
{
	const struct searched *of = data;
	struct pmm_rmap *rmap = of->rmap;
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++) {
		uint64_t key = key_of_entry(entries[i]);

		if (key & KEY_OF_SLOT)
			rmap->swap_types |= UINT32_C(1) << (entries[i] & ENTRY_SWAP_TYPE);
		if (rmap->filter[key % FILTER_BITS / 64] & BIT(key % 64))
			r = take_entry(of, address + i * rmap->page_bytes, entries[i]);
	}
	return r;
}

static int search_walk(struct pmm_rmap *rmap, const struct pmm_process *process,
		       struct pmm_walk *walk)
{
	struct searched of = {.rmap = rmap, .process = process, .walk = walk};
	const struct pmm_mapping *mapping;
	int r = pmm_walk_page_table(walk);

	if (r < 0)
		return r;
	for (size_t i = 0; (mapping = pmm_walk_mapping(walk, i)) && rmap->with_narrow; i++) {
		r = look_at_mapping(rmap, process, walk->pages, mapping);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; (mapping = pmm_walk_mapping(walk, i)); i++)
		if (!is_needed(rmap, mapping, pmm_walk_class(walk, i)))
			pmm_walk_leave_out(walk, i);
	if (rmap->with_slots_only)
		walk->wanted = CATEGORY_SWAPPED;
	return walk_entries(walk, match_entries, &of);
}

static int search_wide(struct pmm_rmap *rmap, const struct pmm_process *process)
{
	struct pmm_walk *walk;
	int r = pmm_walk_open(rmap->root, rmap->facilities, process->pid, PMM_WALK_FRAMES, &walk);

	if (r < 0)
		return r;
	r = search_walk(rmap, process, walk);
	pmm_walk_close(walk);
	return r;
}

int rmap_search(struct pmm_rmap *rmap, const struct pmm_process *process)
{
	int r;

	r = rmap->key_count ? search_wide(rmap, process) : search_narrow(rmap, process);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		note_loss(rmap, process, r);
	return 0;
}
