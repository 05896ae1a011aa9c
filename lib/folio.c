/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Folios: pages of a process put together to what the kernel allocated as one, by the flags of
 * their frames: a head, and tails behind it (Documentation/admin-guide/mm/pagemap.rst,
 * COMPOUND_HEAD and COMPOUND_TAIL). What of a folio is mapped may be less than all of it, so the
 * frames around are asked, too, where that is open. A folio is as large as a power of two, and lies
 * at a multiple of its size.
 */

#include "folio.h"

#include <errno.h>
#include <string.h>

#include "walk.h"

enum { CHUNK = 512 }; /* frames that are read at once in search of an end */

/* An order of 18 is a GiB of 4 KiB pages: there are none larger. */
#define MOST_PAGES (UINT64_C(1) << 18)

bool folio_begins(const struct pmm_run *run)
{
	return (run->state == PMM_PAGE_RAM || run->state == PMM_PAGE_SWAPCACHE) &&
	       run->frame != PMM_ABSENT && run->flags != PMM_ABSENT;
}

void folio_begin(struct pmm_folio *folio, const struct pmm_run *run)
{
	*folio = (struct pmm_folio){
		.address = run->address,
		.frame = run->frame,
		.pages = run->pages,
		.class = run->class,
		.leaf_bytes = run->leaf_bytes,
		.flags = run->flags,
	};
}

/* A huge page of which the first frame speaks for all (PMM_WALK_HEADS) has both flags at once. */
static bool is_whole_entry(uint64_t flags)
{
	return flags & FLAG(COMPOUND_HEAD) && flags & FLAG(COMPOUND_TAIL);
}

bool folio_takes(const struct pmm_folio *folio, const struct pmm_run *run, uint64_t page_bytes)
{
	return folio_begins(run) && run->flags & FLAG(COMPOUND_TAIL) &&
	       !is_whole_entry(run->flags) &&
	       folio->flags & (FLAG(COMPOUND_HEAD) | FLAG(COMPOUND_TAIL)) &&
	       run->address == folio->address + folio->pages * page_bytes &&
	       run->frame == folio->frame + folio->pages && run->class == folio->class &&
	       run->leaf_bytes == folio->leaf_bytes;
}

/* Without asking: it is of one page, or a larger one could not lie here. */
static bool is_whole(const struct pmm_folio *folio)
{
	bool has_head = folio->flags & FLAG(COMPOUND_HEAD);

	if (!has_head)
		return !(folio->flags & FLAG(COMPOUND_TAIL));
	return !(folio->pages & (folio->pages - 1)) && folio->frame & folio->pages;
}

/* The frames of a folio that are mapped elsewhere, or nowhere: those before the first one here. */
static int find_head(struct folio_words *words, const struct pmm_folio *folio, uint64_t *ret_head)
{
	uint64_t chunk[CHUNK], end = folio->frame, start;

	if (folio->flags & FLAG(COMPOUND_HEAD)) {
		*ret_head = folio->frame;
		return 0;
	}
	while (end && folio->frame - end < MOST_PAGES) {
		ssize_t got;

		start = (end - 1) / CHUNK * CHUNK;
		got = words->read(words->data, start, (size_t)(end - start), chunk);
		if (got < 0)
			return (int)got;
		for (size_t i = (size_t)got; i; i--) {
			if (!(chunk[i - 1] & FLAG(COMPOUND_TAIL))) {
				*ret_head = start + i - 1;
				return chunk[i - 1] & FLAG(COMPOUND_HEAD) ? 0 : -ENODATA;
			}
		}
		end = start;
	}
	return -ENODATA;
}

/* Those behind the last one here. One is read first: mostly it is of another folio already. */
static int find_end(struct folio_words *words, const struct pmm_folio *folio, uint64_t *ret_end)
{
	uint64_t chunk[CHUNK], end = folio->frame + folio->pages;
	size_t wanted = 1;

	while (end - folio->frame <= MOST_PAGES) {
		ssize_t got = words->read(words->data, end, wanted, chunk);

		if (got < 0)
			return (int)got;
		for (size_t i = 0; i < (size_t)got; i++, end++)
			if (!(chunk[i] & FLAG(COMPOUND_TAIL)))
				goto found;
		if ((size_t)got < wanted)
			goto found;
		wanted = CHUNK;
	}
	return -ENODATA;
found:
	*ret_end = end;
	return 0;
}

int folio_measure(struct pmm_folio *folio, struct folio_words *words, uint64_t page_bytes)
{
	uint64_t head = folio->frame, end = folio->frame + folio->pages;
	int r = 0;

	if (!is_whole(folio)) {
		r = find_head(words, folio, &head);
		if (r >= 0)
			r = find_end(words, folio, &end);
	}
	/* It was taken apart, or given to another, while it was looked at. */
	if (r == -ENODATA || (end - head) & (end - head - 1)) {
		folio->size_pages = PMM_ABSENT;
		return 0;
	}
	if (r < 0)
		return r;
	folio->size_pages = end - head;
	folio->is_aligned = (folio->address / page_bytes - folio->frame) % folio->size_pages == 0;
	return 0;
}

/* ---- of a walk ---- */

static ssize_t read_flags(void *data, uint64_t frame, size_t count, uint64_t *ret_words)
{
	struct pmm_walk *walk = data;

	return pmm_frames_read(walk->frames, PMM_FRAME_FLAGS, frame, count, ret_words);
}

/* The page at hand is of a huge page that begins with it: so are those behind it, unasked. */
static void take_entry(struct pmm_walk *walk, struct pmm_folio *folio)
{
	const struct piece *piece = &walk->batch.pieces[walk->batch.next];
	uint64_t end = piece->address + piece->pages * walk->page_bytes;

	if (end > walk->run_end)
		end = walk->run_end;
	walk->at = end;
	folio->pages = (end - folio->address) / walk->page_bytes;
	folio->flags &= ~FLAG(COMPOUND_TAIL);
}

/* The first run that is in a frame; what was taken too early by the last call comes first. */
static int begin_next(struct pmm_walk *walk, struct pmm_folio *folio)
{
	const struct pmm_run *run = &walk->run;
	int r = 1;

	if (!walk->has_run_ahead)
		r = pmm_walk_next_run(walk, &run);
	walk->has_run_ahead = false;
	while (r > 0 && !folio_begins(run))
		r = pmm_walk_next_run(walk, &run);
	if (r <= 0)
		return r;
	folio_begin(folio, run);
	if (is_whole_entry(run->flags))
		take_entry(walk, folio);
	return 1;
}

int pmm_walk_next_folio(struct pmm_walk *walk, const struct pmm_folio **ret_folio)
{
	struct folio_words words = {read_flags, walk};
	struct pmm_folio *folio = &walk->folio;
	const struct pmm_run *run;
	int r;

	if (!walk->frames || !(walk->flags & PMM_WALK_EACH))
		return pmm_root_fail(walk->root, -EINVAL, "%s", strerror(EINVAL));
	r = begin_next(walk, folio);
	if (r <= 0)
		return r;
	while ((r = pmm_walk_next_run(walk, &run)) > 0) {
		if (!folio_takes(folio, run, walk->page_bytes)) {
			walk->has_run_ahead = true;
			break;
		}
		folio->pages += run->pages;
	}
	if (r >= 0)
		r = folio_measure(folio, &words, walk->page_bytes);
	if (r < 0)
		return r;
	*ret_folio = folio;
	return 1;
}
