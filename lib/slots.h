/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SLOTS_H
#define PROCMM_SLOTS_H

/*
 * What the rooms of the survey of swap share: slots.c goes through the processes, slots-map.c keeps
 * which slots were seen, and how often.
 */

#include <stdbool.h>

#include "page.h"
#include "procmm-owners.h"

enum { SLOT_TYPES = 32 };

/* The slots of one type: a bit for each. */
struct slot_map {
	uint64_t *seen;
	uint64_t *shared; /* seen more than once */
	uint64_t words;
};

/* Slots that follow each other, as the page table of a process has them. */
struct slot_run {
	uint64_t slot;
	uint32_t slots;
	uint32_t type;
};

/* -ENOMEM. */
int slot_map_add(struct slot_map *map, uint64_t slot, uint64_t slots);
/* How many of these are shared. */
uint64_t slot_map_count_shared(const struct slot_map *map, uint64_t slot, uint64_t slots);
/* How many are seen. */
uint64_t slot_map_count(const struct slot_map *map);
/*
 * Slots that follow each other and are alike, from *SLOT on: false if there are no more that were
 * seen. *SLOT is moved past them.
 */
bool slot_map_next(const struct slot_map *map, uint64_t *slot, struct pmm_swap_range *ret_range);
void slot_map_free(struct slot_map *map);

/* What the status of a process says it has in swap; absent if it does not say. */
uint64_t process_swap_bytes(struct pmm_root *root, pid_t pid);

#endif
