/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_RESERVED_H
#define PROCMM_SWAP_RESERVED_H

/*
 * The names beside an area that are swapctl's own, while an operation on it goes on:
 * ".swapfile.swapctl-old". A run that was killed may leave a file there; the next one on the same
 * area knows it by its name, and removes it. See reserved.c.
 */

#include "area.h"

enum reserved {
	RESERVED_OLD,	  /* the area that create --replace replaces, until all is done */
	RESERVED_NEW,	  /* the one that takes its place, until it does */
	RESERVED_CUSHION, /* holds the pages of an area while it is resized */
	RESERVED_NAMES,
};

/* Its path, beside the area; the caller frees it. NULL without memory. */
char *reserved_path(const struct area *area, enum reserved which);

/*
 * Add steps that remove what an earlier run left beside an area; one that is active goes off first,
 * as wished. What has such a name and is no swap area is a fault.
 */
int reserved_add_leftovers(struct pmm_plan *plan, struct area *area,
			   const struct pmm_off_wish *wish);

/* Add the step that gives an area the name RESERVED_OLD, too; its undo takes that away. */
int reserved_add_set_aside(struct pmm_plan *plan, struct area *area);

/*
 * For the run of a step: the name of OLD, which was set aside, passes to the open file FD, or back,
 * at one stroke: there is no time without a whole file of that name.
 */
int reserved_replace(struct pmm_plan *plan, const struct area *old, int fd);
int reserved_bring_back(struct pmm_plan *plan, struct area *old);

/* Add the step that unlinks a reserved name, if there is such a file then. It has no undo. */
int reserved_add_removal(struct pmm_plan *plan, struct area *area, enum reserved which);

#endif
