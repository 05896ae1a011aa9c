/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Batches: the entries of a part of an address space, as pieces that follow each other in memory
 * or in swap, and the words of their frames. What is read at once is what is cheap: 64 KiB of
 * entries (the kernel takes its lock anew for each 4 KiB of them), and the frames of a whole batch
 * in the order of their numbers. A batch takes no more than some 100 MiB however large the process
 * is.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

enum {
	FIRST_CAPACITY = 1024,
	MAXIMUM_PIECES = 1 << 20,
	MAXIMUM_WORDS = 1 << 22, /* frames: 16 GiB of 4 KiB pages */
	SLOT_STEP = 1 << 5,	 /* the type of the area is below the slot */
};

int walk_lose(struct pmm_walk *walk)
{
	char path[PROCESS_PATH];

	walk->is_complete = false;
	return root_fail_at(walk->root, -ESRCH, process_path(path, walk->pid, "pagemap"),
			    strerror(ESRCH));
}

/* ---- entries ---- */

/* Entries from ADDRESS on, which is in the region at hand: ret_count of them, one at least. */
static int read_entries(struct pmm_walk *walk, uint64_t address, const uint64_t **ret_entries,
			size_t *ret_count)
{
	struct window *window = &walk->window;
	uint64_t wanted;
	ssize_t got;

	if (address < window->start || address >= window->end) {
		wanted = (search_near_end(walk) - address) / walk->page_bytes;
		got = pmm_pages_read(walk->pages, address,
				     wanted < WINDOW_ENTRIES ? (size_t)wanted : WINDOW_ENTRIES,
				     window->entries);
		if (got < 0)
			return (int)got;
		if (got == 0)
			return walk_lose(walk);
		window->start = address;
		window->end = address + (uint64_t)got * walk->page_bytes;
	}
	*ret_entries = window->entries + (address - window->start) / walk->page_bytes;
	*ret_count = (window->end - address) / walk->page_bytes;
	return 0;
}

/* Those that are of the region at hand, from its start on. */
static int read_of_region(struct pmm_walk *walk, const struct kernel_region *region,
			  const uint64_t **ret_entries, size_t *ret_count)
{
	uint64_t pages = (region->end - region->start) / walk->page_bytes;
	int r = read_entries(walk, region->start, ret_entries, ret_count);

	if (r >= 0 && *ret_count > pages)
		*ret_count = (size_t)pages;
	return r;
}

int walk_entries(struct pmm_walk *walk, walk_take_entries *take, void *data)
{
	const struct kernel_region *region;
	const uint64_t *entries = NULL;
	size_t count = 0;
	int r;

	while ((r = search_next(walk, &region)) > 0) {
		uint64_t address = region->start;

		r = read_of_region(walk, region, &entries, &count);
		if (r < 0)
			break;
		search_take(walk, address + count * walk->page_bytes);
		r = take(data, address, entries, count);
		if (r < 0)
			break;
	}
	return r;
}

/* How much the entry of a page is over that of the page before, in a piece. */
static uint64_t step_of(uint64_t entry)
{
	struct pmm_page page;

	pmm_page_decode(entry, &page);
	if (page.frame != PMM_ABSENT)
		return 1;
	return page.swap_slot != PMM_ABSENT ? SLOT_STEP : 0;
}

/* ---- pieces ---- */

static bool is_full(const struct batch *batch)
{
	return batch->count == MAXIMUM_PIECES || batch->words_count >= MAXIMUM_WORDS;
}

/* Room for one more. */
static int reserve_piece(struct batch *batch)
{
	size_t capacity = batch->capacity ? 2 * batch->capacity : FIRST_CAPACITY;
	struct piece *pieces;

	if (batch->count < batch->capacity)
		return 0;
	pieces = reallocarray(batch->pieces, capacity, sizeof(*pieces));
	if (!pieces)
		return -ENOMEM;
	batch->pieces = pieces;
	batch->capacity = capacity;
	return 0;
}

/* PIECE but for its step and words, which follow from it. WORDS: how many frames have one. */
static int add_piece(struct pmm_walk *walk, const struct piece *piece, uint64_t words)
{
	struct batch *batch = &walk->batch;
	struct piece *added;
	int r = reserve_piece(batch);

	if (r < 0)
		return pmm_root_fail(walk->root, r, "%s", strerror(-r));
	added = &batch->pieces[batch->count++];
	*added = *piece;
	added->step = step_of(piece->entry);
	added->words = NO_WORDS;
	if (walk->frames && added->step == 1) {
		added->words = batch->words_count;
		batch->words_count += words;
	}
	return 0;
}

/* Does the page at ADDRESS go on with the last piece? Then it is of it from now on. */
static bool extend_piece(struct pmm_walk *walk, uint64_t address, uint64_t entry,
			 uint64_t categories)
{
	struct batch *batch = &walk->batch;
	struct piece *last;

	if (!batch->count)
		return false;
	last = &batch->pieces[batch->count - 1];
	if (last->address + last->pages * walk->page_bytes != address ||
	    last->entry + last->pages * last->step != entry || last->categories != categories)
		return false;
	last->pages++;
	if (last->words != NO_WORDS)
		batch->words_count++;
	return true;
}

static int add_entries(struct pmm_walk *walk, const struct kernel_region *region,
		       const uint64_t *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct piece piece = {
			.address = region->start + i * walk->page_bytes,
			.pages = 1,
			.entry = entries[i],
			.categories = region->categories,
		};
		int r;

		if (!entries[i] ||
		    extend_piece(walk, piece.address, entries[i], region->categories))
			continue;
		r = add_piece(walk, &piece, 1);
		if (r < 0)
			return r;
	}
	return 0;
}

static int take_entries(struct pmm_walk *walk, const struct kernel_region *region)
{
	const uint64_t *entries = NULL;
	size_t count = 0;
	int r = read_of_region(walk, region, &entries, &count);

	if (r < 0)
		return r;
	r = add_entries(walk, region, entries, count);
	if (r >= 0)
		search_take(walk, region->start + count * walk->page_bytes);
	return r;
}

/* One entry for each huge page: what it maps follows from it. */
static int take_huge(struct pmm_walk *walk, const struct kernel_region *region)
{
	uint64_t end = (region->start / walk->huge_bytes + 1) * walk->huge_bytes;
	struct piece piece = {.address = region->start, .categories = region->categories};
	ssize_t got = pmm_pages_read(walk->pages, region->start, 1, &piece.entry);
	int r = 0;

	if (got == 0)
		return walk_lose(walk);
	if (got < 0)
		return (int)got;
	if (end > region->end)
		end = region->end;
	piece.pages = (end - region->start) / walk->page_bytes;
	if (piece.entry)
		r = add_piece(walk, &piece, 1);
	if (r >= 0)
		search_take(walk, end);
	return r;
}

/* Pages that are there, and that is all that was asked for. */
static int take_present(struct pmm_walk *walk, const struct kernel_region *region)
{
	struct piece piece = {
		.address = region->start,
		.pages = (region->end - region->start) / walk->page_bytes,
		.entry = ENTRY_PRESENT | (region->categories & CATEGORY_FILE ? ENTRY_FILE : 0),
		.categories = region->categories,
	};
	int r = add_piece(walk, &piece, 0);

	if (r >= 0)
		search_take(walk, region->end);
	return r;
}

bool piece_has_head_only(const struct pmm_walk *walk, const struct piece *piece)
{
	return walk->flags & PMM_WALK_HEADS && piece->categories & CATEGORY_HUGE;
}

static int take_region(struct pmm_walk *walk, const struct kernel_region *region)
{
	uint64_t categories = region->categories;
	bool is_present = categories & CATEGORY_PRESENT && !(categories & CATEGORY_SWAPPED);

	if (is_present && !(walk->flags & PMM_WALK_FRAMES))
		return take_present(walk, region);
	if (is_present && categories & CATEGORY_HUGE && walk->flags & PMM_WALK_HEADS)
		return take_huge(walk, region);
	return take_entries(walk, region);
}

/* ---- words ---- */

static int reserve_words(struct batch *batch, unsigned files)
{
	if (batch->words_count <= batch->words_capacity)
		return 0;
	for (size_t i = 0; i < PMM_FRAME_FILES; i++) {
		if (!(files & 1U << i))
			continue;
		free(batch->words[i]);
		batch->words[i] = reallocarray(NULL, batch->words_count, sizeof(**batch->words));
		if (!batch->words[i])
			return -ENOMEM;
	}
	batch->words_capacity = batch->words_count;
	return 0;
}

static size_t make_spans(const struct pmm_walk *walk, struct frame_span *spans)
{
	const struct batch *batch = &walk->batch;
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct piece *piece = &batch->pieces[i];

		if (piece->words == NO_WORDS)
			continue;
		spans[count++] = (struct frame_span){
			.frame = piece->entry & ENTRY_FRAME,
			.frames = piece_has_head_only(walk, piece) ? 1 : piece->pages,
			.words = piece->words,
		};
	}
	return count;
}

static int gather_words(struct pmm_walk *walk, unsigned files)
{
	struct batch *batch = &walk->batch;
	struct frame_span *spans = reallocarray(NULL, batch->count + 1, 2 * sizeof(*spans));
	size_t count;
	int r = 0;

	if (!spans)
		return -ENOMEM;
	count = make_spans(walk, spans);
	frame_sort(spans, spans + count, count);
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES && r >= 0; i++)
		if (files & 1U << i)
			r = frames_gather(walk->frames, i, spans, count, batch->words[i]);
	free(spans);
	return r;
}

static int fill_words(struct pmm_walk *walk)
{
	unsigned files = walk->files;
	int r;

	if (!walk->batch.words_count)
		return 0;
	r = reserve_words(&walk->batch, files);
	if (r >= 0)
		r = gather_words(walk, files);
	return r == -ENOMEM ? pmm_root_fail(walk->root, r, "%s", strerror(ENOMEM)) : r;
}

int batch_fill(struct pmm_walk *walk)
{
	struct batch *batch = &walk->batch;
	const struct kernel_region *region;
	int r = 0;

	batch->count = 0;
	batch->next = 0;
	batch->words_count = 0;
	while (r >= 0 && !is_full(batch)) {
		r = search_next(walk, &region);
		if (r == 0)
			break;
		if (r > 0)
			r = take_region(walk, region);
	}
	batch->end = search_reached(walk);
	/* What was read before the process went away is as good as ever. */
	if (r < 0 && (r != -ESRCH || batch->end <= walk->at))
		return r;
	return walk->frames ? fill_words(walk) : 0;
}

void batch_free(struct batch *batch)
{
	free(batch->pieces);
	for (size_t i = 0; i < PMM_FRAME_FILES; i++)
		free(batch->words[i]);
}
