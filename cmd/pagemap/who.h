/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_WHO_H
#define PAGEMAP_WHO_H

/*
 * What the rooms of `pagemap who` hand each other: who.c finds out, who-show.c shows.
 */

#include "pagemap.h"
#include "question.h"

enum who_field {
	WHO_WHAT,
	WHO_FRAME,
	WHO_PID,
	WHO_PROCESS,
	WHO_ADDRESS,
	WHO_PERMISSIONS,
	WHO_STATE,
	WHO_TYPE,
	WHO_SLOT,
	WHO_OFFSET,
	WHO_DEVICE,
	WHO_INODE,
	WHO_START,
	WHO_NAME,
	WHO_FIELDS,
};

/* Were all found that there are? */
enum who_extent {
	WHO_ALL,
	WHO_SOME,
	WHO_UNKNOWN, /* the kernel does not say how many there are */
};

/* Where a page of a file is, mapped or not. */
enum who_cache {
	WHO_CACHE_UNKNOWN,
	WHO_CACHED,
	WHO_SWAPPED,
	WHO_NOWHERE,
};

/* The answer to one question. */
struct finding {
	const struct question *what;
	struct pmm_rmap_target target;
	struct pmm_rmap_answer answer;
	const struct pmm_rmap_hit **hits;
	size_t count;
	uint64_t copies; /* mappings of a file that have a copy of their own */
	uint64_t blanks; /* and those that have nothing there yet */
	/* Types of swap, a bit each, that have the slot and of which it is open whose they are. */
	uint32_t doubtful_types;
	enum who_extent extent;
	const char *class;    /* of the frame; NULL: not known */
	uint64_t node;	      /* likewise; absent: not known */
	const char *cgroup;   /* its path; NULL: not known */
	const char *area;     /* of a slot; NULL: in doubt */
	enum who_cache cache; /* of a page of a file */
};

struct who {
	struct inquest *inquest;
	uint64_t page_bytes;
	struct questions questions;
	struct finding *findings;
	size_t count;
	struct pmm_rmap *rmap;
	struct swap_areas *areas;
	struct pmm_cgroup_paths *paths;
	struct pmm_ram *ram;
};

/*
 * who-file.c: the file of a question, and where the page is if nobody maps it. False, after a
 * complaint, if it cannot be looked for.
 */
bool who_file(const struct inquest *inquest, struct finding *finding);

/* How it is with all that are, or should be, found: "26 mappings, 26 found: complete". Free it. */
char *who_verdict(const struct who *who, const struct finding *finding);
void who_show(const struct who *who);

#endif
