/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which slots of an area were seen, and which more than once: two bits for each. Pure. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "slots.h"

/* As many as the largest area that there can be has: 16 TiB of 4 KiB pages. */
#define HIGHEST_SLOT (UINT64_C(1) << 32)

static int grow(uint64_t **bits, uint64_t words, uint64_t to)
{
	uint64_t *grown = reallocarray(*bits, to, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	memset(grown + words, 0, (to - words) * sizeof(*grown));
	*bits = grown;
	return 0;
}

static int reserve(struct slot_map *map, uint64_t slots)
{
	uint64_t words = (slots + 63) / 64;

	if (words <= map->words)
		return 0;
	if (words < 2 * map->words)
		words = 2 * map->words;
	if (grow(&map->seen, map->words, words) < 0 || grow(&map->shared, map->words, words) < 0)
		return -ENOMEM;
	map->words = words;
	return 0;
}

int slot_map_add(struct slot_map *map, uint64_t slot, uint64_t slots)
{
	if (slot >= HIGHEST_SLOT || slots > HIGHEST_SLOT - slot)
		return 0; /* of no area */
	if (reserve(map, slot + slots) < 0)
		return -ENOMEM;
	for (uint64_t i = slot; i < slot + slots; i++) {
		uint64_t bit = BIT(i % 64), *seen = &map->seen[i / 64];

		map->shared[i / 64] |= *seen & bit;
		*seen |= bit;
	}
	return 0;
}

static bool has(const uint64_t *bits, uint64_t i)
{
	return bits[i / 64] & BIT(i % 64);
}

uint64_t slot_map_count_shared(const struct slot_map *map, uint64_t slot, uint64_t slots)
{
	uint64_t count = 0;

	for (uint64_t i = slot; i < slot + slots && i / 64 < map->words; i++)
		count += has(map->shared, i) ? 1 : 0;
	return count;
}

uint64_t slot_map_count(const struct slot_map *map)
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < map->words; i++)
		count += (uint64_t)__builtin_popcountll(map->seen[i]);
	return count;
}

bool slot_map_next(const struct slot_map *map, uint64_t *slot, struct pmm_swap_range *ret_range)
{
	uint64_t at = *slot, end = map->words * 64, start;
	bool is_shared;

	while (at < end && !has(map->seen, at))
		at += map->seen[at / 64] >> at % 64 ? 1 : 64 - at % 64;
	if (at >= end)
		return false;
	start = at;
	is_shared = has(map->shared, at);
	while (at < end && has(map->seen, at) && has(map->shared, at) == is_shared)
		at++;
	*slot = at;
	*ret_range = (struct pmm_swap_range){start, at - start, is_shared};
	return true;
}

void slot_map_free(struct slot_map *map)
{
	free(map->seen);
	free(map->shared);
	*map = (struct slot_map){0};
}
