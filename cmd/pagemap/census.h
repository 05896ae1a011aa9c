/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_CENSUS_H
#define PAGEMAP_CENSUS_H

/* How many frames there are of each kind, as one pass over them counted; see census.c. */

#include "pagemap.h"

/* Frames that have all of this in common. */
struct census_kind {
	uint64_t flags;
	uint64_t cgroup; /* inode */
	uint64_t node;
	enum pmm_frame_class class;
	uint64_t frames;   /* 0: an empty place */
	uint64_t mappings; /* the sum of their counts */
};

struct census {
	struct census_kind *places;
	size_t capacity;
	size_t count;
	struct census_kind *last;
	uint64_t frames; /* without holes, counted or passed over, as is: */
	uint64_t free;
	uint64_t chosen; /* those that were counted */
	uint64_t holes;
};

void census_add(struct census *census, const struct pmm_frame_run *run);
/* Frames that nobody asks for are of no kind, but they are there. */
void census_pass_over(struct census *census, const struct pmm_frame_run *run);
/* The next kind, in no order; NULL at the end. *PLACE starts as 0. */
const struct census_kind *census_next(const struct census *census, size_t *place);
void census_free(struct census *census);

#endif
