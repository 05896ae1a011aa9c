/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Slots that were seen, once or more, against a list of how often each was. */

#include "random.h"
#include "slots.h"
#include "tap.h"

enum { SLOTS = 1000, ROUNDS = 40 };

static struct slot_map map;
static unsigned times[SLOTS];

static void test_empty(void)
{
	struct pmm_swap_range range;
	uint64_t slot = 0;

	is_u64(slot_map_count(&map), 0, "nothing is seen in a new map");
	ok(!slot_map_next(&map, &slot, &range), "and there is no range");
	is_u64(slot_map_count_shared(&map, 5, 1000), 0, "nor anything shared");
	is_u64((uint64_t)slot_map_add(&map, UINT64_C(1) << 40, 1), 0,
	       "a slot of no area is passed over");
	is_u64(slot_map_count(&map), 0, "and not kept");
}

static void check_ranges(void)
{
	struct pmm_swap_range range = {0};
	uint64_t slot = 0, end = 0, seen = 0;
	bool is_good = true;

	while (slot_map_next(&map, &slot, &range)) {
		is_good &= range.slot >= end && range.slots > 0 && slot == range.slot + range.slots;
		for (uint64_t i = end; i < range.slot; i++)
			is_good &= times[i] == 0;
		for (uint64_t i = range.slot; i < slot; i++)
			is_good &= times[i] > 0 && (times[i] > 1) == range.is_shared;
		seen += range.slots;
		end = slot;
	}
	for (uint64_t i = end; i < SLOTS; i++)
		is_good &= times[i] == 0;
	ok(is_good, "ranges are what was seen, and alike");
	is_u64(slot_map_count(&map), seen, "they are all that is counted");
}

int main(int argc, char **argv)
{
	random_start(argc, argv);
	test_empty();
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t slot = random_below(SLOTS);
		uint64_t slots = random_below(SLOTS - slot < 70 ? SLOTS - slot : 70) + 1;
		uint64_t shared = 0;

		slot_map_add(&map, slot, slots);
		for (uint64_t j = slot; j < slot + slots; j++)
			shared += ++times[j] > 1 ? 1 : 0;
		is_u64(slot_map_count_shared(&map, slot, slots), shared,
		       "shared are those seen before");
	}
	check_ranges();
	slot_map_free(&map);
	return done_testing();
}
