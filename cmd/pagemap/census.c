/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Counting frames by what they have in common. There are few kinds, some hundreds of flags words
 * for each cgroup, and many runs: a hash table, and a look at the kind of the run before. Pure.
 */

#include "census.h"

#include <stdlib.h>

#include "shared/memory.h"

enum { FIRST_CAPACITY = 256 };

static bool is_of(const struct census_kind *kind, const struct pmm_frame_run *run)
{
	return kind->flags == run->flags && kind->cgroup == run->cgroup &&
	       kind->node == run->node && kind->class == run->class;
}

static size_t hash_of(uint64_t flags, uint64_t cgroup, uint64_t node)
{
	uint64_t hash = flags * UINT64_C(0x9e3779b97f4a7c15) + cgroup;

	hash = (hash ^ hash >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + node;
	return (size_t)(hash ^ hash >> 32);
}

/* Its place, or the empty one that it may have. */
static struct census_kind *find_place(const struct census *census, const struct pmm_frame_run *run)
{
	size_t at = hash_of(run->flags, run->cgroup, run->node);

	while (true) {
		struct census_kind *kind = &census->places[at++ & (census->capacity - 1)];

		if (!kind->frames || is_of(kind, run))
			return kind;
	}
}

static void grow(struct census *census)
{
	struct census larger = {.capacity =
					census->capacity ? 2 * census->capacity : FIRST_CAPACITY};

	larger.places = allocate(larger.capacity, sizeof(*larger.places));
	for (size_t i = 0; i < census->capacity; i++) {
		const struct census_kind *kind = &census->places[i];
		const struct pmm_frame_run run = {.flags = kind->flags,
						  .cgroup = kind->cgroup,
						  .node = kind->node,
						  .class = kind->class};

		if (kind->frames)
			*find_place(&larger, &run) = *kind;
	}
	free(census->places);
	census->places = larger.places;
	census->capacity = larger.capacity;
	census->last = NULL;
}

void census_pass_over(struct census *census, const struct pmm_frame_run *run)
{
	if (run->class == PMM_FRAME_HOLE) {
		census->holes += run->frames;
		return;
	}
	census->frames += run->frames;
	census->free += run->class == PMM_FRAME_FREE ? run->frames : 0;
}

void census_add(struct census *census, const struct pmm_frame_run *run)
{
	struct census_kind *kind;

	census_pass_over(census, run);
	if (run->class == PMM_FRAME_HOLE)
		return;
	if (2 * census->count >= census->capacity)
		grow(census);
	kind = census->last;
	if (!kind || !is_of(kind, run))
		kind = find_place(census, run);
	if (!kind->frames) {
		*kind = (struct census_kind){.flags = run->flags,
					     .cgroup = run->cgroup,
					     .node = run->node,
					     .class = run->class};
		census->count++;
	}
	kind->frames += run->frames;
	if (run->count != PMM_ABSENT)
		kind->mappings += run->frames * run->count;
	census->chosen += run->frames;
	census->last = kind;
}

const struct census_kind *census_next(const struct census *census, size_t *place)
{
	while (*place < census->capacity) {
		const struct census_kind *kind = &census->places[(*place)++];

		if (kind->frames)
			return kind;
	}
	return NULL;
}

void census_free(struct census *census)
{
	free(census->places);
}
