/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_RMAP_H
#define PROCMM_RMAP_H

/*
 * What the two rooms of the reverse map share: rmap.c knows the targets and keeps what was found,
 * rmap-search.c goes through a process.
 */

#include "frame.h"
#include "page.h"
#include "procmm-owners.h"

struct rmap_target {
	struct pmm_rmap_target what;
	struct pmm_rmap_answer answer;
	bool is_done; /* all of it is found, or there is nothing to find */
	/* Its place in a file is known (what.file): only mappings of that place are looked at. */
	bool is_narrow;
	bool is_wide_only; /* that did not find all */
};

/* An entry of a page table that a target is known by. */
struct rmap_key {
	uint64_t key;
	size_t target;
};

/* Processes begin while others are searched: they are listed so many times. */
enum { RMAP_LISTS = 4 };

enum rmap_needs {
	NEEDS_PRIVATE = 1 << 0,
	NEEDS_FILES = 1 << 1, /* shared memory, and what the kernel lends */
};

enum {
	FILTER_BITS = 1 << 16,
	MAXIMUM_HITS = 1 << 22, /* some 500 MiB */
};

struct pmm_rmap {
	struct pmm_root *root;
	const struct pmm_facilities *facilities;
	uint64_t page_bytes;
	struct pmm_processes *processes[RMAP_LISTS];
	size_t list_count;
	const struct pmm_process **list; /* of those that have an address space */
	size_t process_count;
	size_t process_capacity;
	struct rmap_target *targets;
	size_t count;
	struct rmap_key *keys; /* sorted; of those that are looked for in whole mappings */
	size_t key_count;
	uint64_t filter[FILTER_BITS / 64]; /* most keys that are nobody's are not in it */
	unsigned needs;	      /* which mappings can have one of them: enum rmap_needs */
	bool is_stale;	      /* the keys: some targets are done, or narrow */
	bool with_narrow;     /* some targets are */
	bool with_slots;      /* some are */
	bool with_slots_only; /* all of those with a key are */
	struct pmm_rmap_hit *hits;
	size_t hit_count;
	size_t hit_capacity;
	char **names; /* of mappings, that hits have */
	size_t name_count;
	size_t name_capacity;
	struct pmm_rmap_losses losses;
	uint32_t swap_types;
};

/* Make the keys of those targets that are still looked for, and are not narrow. */
void rmap_make_keys(struct pmm_rmap *rmap);

/* Keep a hit. ENTRY: what the page table has there. */
int rmap_add_hit(struct pmm_rmap *rmap, struct rmap_target *target,
		 const struct pmm_process *process, const struct pmm_mapping *mapping,
		 uint64_t address, uint64_t entry);

/* Go through a process. -ENOMEM; all else is a loss, and noted. */
int rmap_search(struct pmm_rmap *rmap, const struct pmm_process *process);

#endif
