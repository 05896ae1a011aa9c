/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The walk over an address space: it goes from mapping to mapping and hands out runs, which it
 * makes of the pieces of walk-batch.c and of the holes between them. What a page is, is decided
 * here: its state, its class and the size of its leaf, which have nothing to do with each other.
 */

#include "walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frames that nobody can map: whose page table entry is from another moment. */
#define FLAGS_RACED (FLAG(BUDDY) | FLAG(SLAB) | FLAG(PGTABLE))

/* Frames of one folio differ in these only. */
#define FLAGS_FOLIO (FLAG(COMPOUND_HEAD) | FLAG(COMPOUND_TAIL))

const char *pmm_page_class_name(enum pmm_page_class class)
{
	static const char *const names[PMM_CLASSES] = {
		[PMM_CLASS_NONE] = "none",	 [PMM_CLASS_ANON] = "anon",
		[PMM_CLASS_FILE] = "file",	 [PMM_CLASS_SHMEM] = "shmem",
		[PMM_CLASS_HUGETLB] = "hugetlb", [PMM_CLASS_KSM] = "ksm",
		[PMM_CLASS_ZERO] = "zero",	 [PMM_CLASS_LAZYFREE] = "lazyfree",
		[PMM_CLASS_SECRET] = "secret",	 [PMM_CLASS_KERNEL] = "kernel",
	};

	return names[class];
}

/* ---- open and close ---- */

/* Each table fills a page with entries of eight bytes; a huge page fills the last of them. */
static uint64_t huge_bytes(uint64_t page_bytes)
{
	return page_bytes / 8 * page_bytes;
}

static int open_frames(struct pmm_walk *walk)
{
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++)
		if (walk->flags & (unsigned)PMM_WALK_FLAGS << i &&
		    pmm_facilities_has(walk->facilities, PMM_FACILITY_KPAGEFLAGS + i))
			walk->files |= 1U << i;
	if (!walk->files)
		return 0;
	return pmm_frames_open(walk->root, walk->facilities, walk->files, &walk->frames);
}

int pmm_walk_open(struct pmm_root *root, const struct pmm_facilities *facilities, pid_t pid,
		  unsigned flags, struct pmm_walk **ret_walk)
{
	struct pmm_walk *walk = calloc(1, sizeof(*walk));
	int r;

	if (!walk)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	walk->root = root;
	walk->facilities = facilities;
	walk->pid = pid;
	walk->flags = flags;
	walk->end = UINT64_MAX;
	walk->wanted = CATEGORY_PRESENT | CATEGORY_SWAPPED;
	walk->is_complete = true;
	walk->has_scan = pmm_facilities_has(facilities, PMM_FACILITY_SCAN);
	walk->shmem = (struct shmem){.fd = -1, .mapping = SIZE_MAX};
	if (flags & (PMM_WALK_FLAGS | PMM_WALK_COUNTS | PMM_WALK_CGROUPS))
		walk->flags |= PMM_WALK_FRAMES;
	/* First: if it still answers at the end, the mappings read in between were its own. */
	walk->pages_r = pmm_pages_open(root, pid, &walk->pages);
	if (walk->pages) {
		walk->page_bytes = pmm_root_page_bytes(root);
		walk->huge_bytes = huge_bytes(walk->page_bytes);
	}
	r = space_open(walk);
	if (r >= 0)
		r = open_frames(walk);
	if (r < 0) {
		pmm_walk_close(walk);
		return r;
	}
	*ret_walk = walk;
	return 0;
}

struct pmm_walk *pmm_walk_close(struct pmm_walk *walk)
{
	if (!walk)
		return NULL;
	shmem_close(&walk->shmem);
	batch_free(&walk->batch);
	pmm_frames_close(walk->frames);
	pmm_pages_close(walk->pages);
	space_close(walk);
	free(walk);
	return NULL;
}

int pmm_walk_page_table(const struct pmm_walk *walk)
{
	return walk->pages_r;
}

struct pmm_pages *pmm_walk_pages(const struct pmm_walk *walk)
{
	return walk->pages;
}

int pmm_walk_is_complete(const struct pmm_walk *walk)
{
	return walk->is_complete;
}

const struct pmm_mapping *pmm_walk_mapping(const struct pmm_walk *walk, size_t index)
{
	return index < walk->count ? &walk->mappings[index].mapping : NULL;
}

enum pmm_page_class pmm_walk_class(const struct pmm_walk *walk, size_t index)
{
	return index < walk->count ? walk->mappings[index].class : PMM_CLASS_NONE;
}

static int compare_address(const void *key, const void *element)
{
	uint64_t address = *(const uint64_t *)key;
	const struct space_mapping *mapping = element;

	if (address < mapping->mapping.start_address)
		return -1;
	return address >= mapping->mapping.end_address;
}

const struct pmm_mapping *pmm_walk_find(const struct pmm_walk *walk, uint64_t address)
{
	const struct space_mapping *found = NULL;

	if (walk->count)
		found = bsearch(&address, walk->mappings, walk->count, sizeof(*walk->mappings),
				compare_address);
	return found ? &found->mapping : NULL;
}

/* What was read before is of another time. */
static void rewind_walk(struct pmm_walk *walk)
{
	size_t first = 0, last = walk->count;

	/* The first mapping that ends behind the start. */
	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (walk->mappings[middle].mapping.end_address > walk->start)
			last = middle;
		else
			first = middle + 1;
	}
	walk->mapping = first;
	walk->at = walk->run_end = 0;
	walk->search.mapping = first;
	walk->search.at = walk->start;
	walk->search.count = walk->search.next = 0;
	walk->batch.count = walk->batch.next = walk->batch.words_count = 0;
	walk->batch.end = 0;
	walk->window.start = walk->window.end = 0;
	walk->shmem.start = walk->shmem.end = 0;
	walk->has_run_ahead = false;
}

void pmm_walk_set_range(struct pmm_walk *walk, uint64_t start_address, uint64_t end_address)
{
	uint64_t page_bytes = walk->page_bytes ? walk->page_bytes : 1;
	uint64_t past = end_address % page_bytes;

	walk->start = start_address - start_address % page_bytes;
	walk->end = end_address;
	if (past && end_address <= UINT64_MAX - page_bytes)
		walk->end += page_bytes - past;
	rewind_walk(walk);
}

void pmm_walk_leave_out(struct pmm_walk *walk, size_t index)
{
	if (index < walk->count)
		walk->mappings[index].is_left_out = true;
}

void pmm_walk_choose_runs(struct pmm_walk *walk,
			  int (*is_wanted)(const struct pmm_run *run, void *data), void *data)
{
	walk->is_wanted = is_wanted;
	walk->wanted_data = data;
}

/* ---- mappings ---- */

int pmm_walk_next_mapping(struct pmm_walk *walk, const struct pmm_mapping **ret_mapping)
{
	const struct space_mapping *mapping;

	do {
		if (walk->mapping == walk->count)
			return 0;
		mapping = &walk->mappings[walk->mapping++];
		walk->at = mapping->mapping.start_address;
		walk->run_end = mapping->mapping.end_address;
		if (walk->at < walk->start)
			walk->at = walk->start;
		if (walk->run_end > walk->end)
			walk->run_end = walk->end;
	} while (mapping->is_left_out || walk->at >= walk->run_end);
	walk->is_hidden_mapping = mapping->has_table && space_is_pfnmap(walk, mapping);
	if (!mapping->has_table)
		walk->at = walk->run_end;
	walk->has_run_ahead = false;
	*ret_mapping = &mapping->mapping;
	return 1;
}

/* ---- runs ---- */

/*
 * The piece that the page at hand is in, or the next one; NULL: there is none before the end of
 * the batch, which is made to reach past the page.
 */
static int find_piece(struct pmm_walk *walk, const struct piece **ret_piece)
{
	struct batch *batch = &walk->batch;
	int r;

	while (batch->end <= walk->at) {
		search_seek(walk, walk->at);
		r = batch_fill(walk);
		if (r < 0)
			return r;
	}
	while (batch->next < batch->count) {
		const struct piece *piece = &batch->pieces[batch->next];

		if (piece->address + piece->pages * walk->page_bytes > walk->at) {
			*ret_piece = piece;
			return 0;
		}
		batch->next++;
	}
	*ret_piece = NULL;
	return 0;
}

static uint64_t word_of(const struct pmm_walk *walk, enum pmm_frame_file which, size_t index)
{
	const uint64_t *words = walk->batch.words[which];

	return words && index != NO_WORDS ? words[index] : PMM_ABSENT;
}

/* How many pages from one on have the same words, at most PAGES; ret_flags: theirs. */
static uint64_t count_alike(const struct pmm_walk *walk, size_t index, uint64_t pages,
			    uint64_t *ret_flags)
{
	uint64_t flags = word_of(walk, PMM_FRAME_FLAGS, index);
	uint64_t count = word_of(walk, PMM_FRAME_COUNTS, index);
	uint64_t cgroup = word_of(walk, PMM_FRAME_CGROUPS, index);
	uint64_t i, all = flags;

	for (i = 1; i < pages; i++) {
		uint64_t next = word_of(walk, PMM_FRAME_FLAGS, index + i);

		if ((next ^ flags) & ~FLAGS_FOLIO ||
		    word_of(walk, PMM_FRAME_COUNTS, index + i) != count ||
		    word_of(walk, PMM_FRAME_CGROUPS, index + i) != cgroup)
			break;
		all |= next;
	}
	*ret_flags = all;
	return i;
}

/* What an entry says of a page, as a run of PAGES. */
static void run_decode(struct pmm_walk *walk, uint64_t address, uint64_t pages, uint64_t entry)
{
	bool is_read = walk->flags & PMM_WALK_FRAMES || !walk->has_scan;
	struct pmm_page page;

	pmm_page_decode(entry, &page);
	walk->run = (struct pmm_run){
		.address = address,
		.pages = pages,
		.state = page.state,
		.leaf_bytes = PMM_ABSENT,
		.frame = page.frame,
		.swap_type = page.swap_type,
		.swap_slot = page.swap_slot,
		.flags = PMM_ABSENT,
		.count = PMM_ABSENT,
		.cgroup = PMM_ABSENT,
		.is_file = page.state == PMM_PAGE_RAM ? page.is_file : -1,
		.is_exclusive = is_read && page.state == PMM_PAGE_RAM ? page.is_exclusive : -1,
		.is_soft_dirty = page.is_soft_dirty,
		.is_uffd_wp = page.is_uffd_wp,
		.unknown_bits = page.unknown_bits,
	};
}

static bool is_in_frame(enum pmm_page_state state)
{
	return state == PMM_PAGE_RAM || state == PMM_PAGE_SWAPCACHE || state == PMM_PAGE_RACED;
}

static bool has_flag(const struct pmm_run *run, uint64_t flag)
{
	return run->flags != PMM_ABSENT && run->flags & flag;
}

/* The class of a page that is in a frame. */
static enum pmm_page_class class_of_frame(const struct pmm_walk *walk,
					  const struct space_mapping *mapping, uint64_t categories)
{
	const struct pmm_run *run = &walk->run;

	if (mapping->class == PMM_CLASS_HUGETLB || has_flag(run, FLAG(HUGE)))
		return PMM_CLASS_HUGETLB;
	if (categories & CATEGORY_ZERO || has_flag(run, FLAG(ZERO_PAGE)))
		return PMM_CLASS_ZERO;
	if (has_flag(run, FLAG(KSM)) && pmm_facilities_has(walk->facilities, PMM_FACILITY_KSM_FLAG))
		return PMM_CLASS_KSM;
	if (run->is_file && (mapping->class == PMM_CLASS_FILE || mapping->class == PMM_CLASS_ANON))
		return has_flag(run, FLAG(SWAPBACKED)) ? PMM_CLASS_SHMEM : PMM_CLASS_FILE;
	if (run->is_file)
		return mapping->class;
	if (has_flag(run, FLAG(ANON)) && !has_flag(run, FLAG(SWAPBACKED)) &&
	    !frame_is_bare_tail(run->flags))
		return PMM_CLASS_LAZYFREE;
	return PMM_CLASS_ANON;
}

static void run_classify(struct pmm_walk *walk, uint64_t categories)
{
	const struct space_mapping *mapping = &walk->mappings[walk->mapping - 1];
	struct pmm_run *run = &walk->run;

	if (run->state == PMM_PAGE_SWAP)
		run->class = PMM_CLASS_ANON;
	if (!is_in_frame(run->state))
		return;
	/* Without frames only those that may be either were asked about. */
	if (!(walk->flags & PMM_WALK_FRAMES) && walk->has_scan && !mapping->is_private_file)
		run->is_file = mapping->class != PMM_CLASS_ANON;
	run->class = class_of_frame(walk, mapping, categories);
	if (run->class == PMM_CLASS_HUGETLB && mapping->leaf_bytes)
		run->leaf_bytes = mapping->leaf_bytes;
	else if (categories & CATEGORY_UNKNOWN || run->class == PMM_CLASS_HUGETLB)
		run->leaf_bytes = PMM_ABSENT;
	else
		run->leaf_bytes = categories & CATEGORY_HUGE ? walk->huge_bytes : walk->page_bytes;
	if (run->state == PMM_PAGE_RAM && has_flag(run, FLAG(SWAPCACHE)))
		run->state = PMM_PAGE_SWAPCACHE;
}

/* The frame has another owner: look at both again, once. */
static int run_recheck(struct pmm_walk *walk)
{
	uint64_t words[PMM_FRAME_FILES], entry, frame;
	struct pmm_run *run = &walk->run;
	ssize_t got = pmm_pages_read(walk->pages, run->address, 1, &entry);

	if (got == 0)
		return walk_lose(walk);
	if (got < 0)
		return (int)got;
	run_decode(walk, run->address, 1, entry);
	frame = run->frame;
	if (frame == PMM_ABSENT)
		return 0;
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++) {
		words[i] = PMM_ABSENT;
		if (walk->files & 1U << i)
			got = pmm_frames_read(walk->frames, i, frame, 1, &words[i]);
		if (got < 0)
			return (int)got;
	}
	run->flags = words[PMM_FRAME_FLAGS];
	run->count = words[PMM_FRAME_COUNTS];
	run->cgroup = words[PMM_FRAME_CGROUPS];
	if (has_flag(run, FLAGS_RACED))
		run->state = PMM_PAGE_RACED;
	return 0;
}

static bool has_same_words(const struct pmm_walk *walk, size_t index, size_t other)
{
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++)
		if (word_of(walk, i, index) != word_of(walk, i, other))
			return false;
	return true;
}

/* How many pages of huge pages follow a huge one, here and in memory, and are like it. */
static uint64_t count_following(const struct pmm_walk *walk, const struct piece *piece)
{
	const struct piece *end = walk->batch.pieces + walk->batch.count;
	uint64_t pages = piece->pages;

	for (const struct piece *next = piece + 1; next < end; next++) {
		if (!piece_has_head_only(walk, next) || next->categories != piece->categories ||
		    next->address != piece->address + pages * walk->page_bytes ||
		    next->entry != piece->entry + pages * piece->step ||
		    !has_same_words(walk, next->words, piece->words))
			break;
		pages += next->pages;
	}
	return pages - piece->pages;
}

/* A run out of a piece, from the page at hand on. */
static int run_of_piece(struct pmm_walk *walk, const struct piece *piece)
{
	uint64_t offset = (walk->at - piece->address) / walk->page_bytes;
	uint64_t pages = piece->pages - offset, flags = PMM_ABSENT;
	uint64_t left = (walk->run_end - walk->at) / walk->page_bytes;
	bool is_head = piece_has_head_only(walk, piece);
	size_t words = NO_WORDS;
	int r = 0;

	if (piece->words != NO_WORDS)
		words = piece->words + (is_head ? 0 : (size_t)offset);
	if (is_head)
		pages += count_following(walk, piece);
	if (pages > left)
		pages = left;
	if (walk->flags & PMM_WALK_EACH)
		pages = 1;
	if (words != NO_WORDS) {
		uint64_t alike = count_alike(walk, words, is_head ? 1 : pages, &flags);

		pages = is_head ? pages : alike;
		if (is_head && flags & FLAG(COMPOUND_HEAD))
			flags |= FLAG(COMPOUND_TAIL);
	}
	run_decode(walk, walk->at, pages, piece->entry + offset * piece->step);
	walk->run.flags = flags;
	walk->run.count = word_of(walk, PMM_FRAME_COUNTS, words);
	walk->run.cgroup = word_of(walk, PMM_FRAME_CGROUPS, words);
	if (has_flag(&walk->run, FLAGS_RACED)) {
		walk->run.pages = 1;
		r = run_recheck(walk);
	}
	run_classify(walk, piece->categories);
	return r;
}

static void run_of_hole(struct pmm_walk *walk, uint64_t end)
{
	const struct space_mapping *mapping = &walk->mappings[walk->mapping - 1];
	bool is_swapped = false;

	if (mapping->class == PMM_CLASS_SHMEM && !walk->is_summing)
		is_swapped = shmem_is_swapped(walk, walk->at, &end);
	if (is_swapped && walk->flags & PMM_WALK_EACH)
		end = walk->at + walk->page_bytes;
	run_decode(walk, walk->at, (end - walk->at) / walk->page_bytes, 0);
	if (is_swapped) {
		walk->run.state = PMM_PAGE_SWAP;
		walk->run.class = PMM_CLASS_SHMEM;
	} else if (walk->is_hidden_mapping) {
		walk->run.state = PMM_PAGE_PFNMAP;
		walk->run.class = PMM_CLASS_KERNEL;
	}
}

/* The end of the hole that begins with the page at hand: it may go on in the next batch. */
static int find_hole_end(struct pmm_walk *walk, uint64_t *ret_end)
{
	uint64_t at = walk->at;
	const struct piece *piece = NULL;
	int r;

	do {
		r = find_piece(walk, &piece);
		if (piece)
			walk->at = piece->address > walk->at ? piece->address : walk->at;
		else
			walk->at = walk->batch.end;
	} while (r >= 0 && !piece && walk->at < walk->run_end);
	*ret_end = walk->at < walk->run_end ? walk->at : walk->run_end;
	walk->at = at;
	return r;
}

static int next_run(struct pmm_walk *walk)
{
	const struct piece *piece = NULL;
	uint64_t end;
	int r;

	if (walk->at >= walk->run_end)
		return 0;
	r = find_piece(walk, &piece);
	if (r >= 0 && piece && piece->address <= walk->at) {
		r = run_of_piece(walk, piece);
	} else if (r >= 0) {
		r = find_hole_end(walk, &end);
		if (r >= 0)
			run_of_hole(walk, end);
	}
	if (r < 0)
		return r;
	walk->at += walk->run.pages * walk->page_bytes;
	return 1;
}

int pmm_walk_next_run(struct pmm_walk *walk, const struct pmm_run **ret_run)
{
	int r;

	do
		r = next_run(walk);
	while (r > 0 && walk->is_wanted && !walk->is_wanted(&walk->run, walk->wanted_data));
	if (r > 0)
		*ret_run = &walk->run;
	return r;
}
