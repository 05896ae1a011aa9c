/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_SWAP_H
#define PAGEMAP_SWAP_H

/* What the rooms of `pagemap swap` hand each other: swap.c shows what swap-sums.c makes up. */

#include <procmm-owners.h>

#include "pagemap.h"
#include "rows.h"

/* Bytes; what is not known is absent. */
struct area_sums {
	const struct swap_area *area; /* NULL: the total */
	uint32_t types;		      /* a bit for its type; 0: none that is known */
	bool is_chosen;
	uint64_t anon;
	uint64_t shmem;
	uint64_t cached;
	uint64_t rest;
};

struct swap_sums {
	struct area_sums *areas;
	size_t count;
	struct area_sums total;
	uint32_t types; /* of those that are chosen */
	bool is_part;	/* not all are */
};

/*
 * Choose the areas that OPERANDS name, or all; false, after a complaint, if there is none: to be
 * closed all the same.
 */
bool swap_sums_open(const struct inquest *inquest, const struct swap_areas *areas,
		    const struct pmm_swap_survey *survey, char **operands, size_t count,
		    struct swap_sums *ret_sums);
void swap_sums_close(struct swap_sums *sums);

/* swap-map.c: pictures of the areas that are chosen. */
void swap_draw(const struct inquest *inquest, const struct pmm_swap_survey *survey,
	       const struct swap_sums *sums);

#endif
