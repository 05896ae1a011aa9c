/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_PERSIST_H
#define PROCMM_SWAP_PERSIST_H

#include "area.h"

/*
 * Add the step that gives an area its line in fstab, if it has none, or one that says otherwise;
 * its undo puts the old bytes back. The file itself may be made by an earlier step: then
 * area->is_there is 0, and it is known by its path.
 */
int persist_add_step(struct pmm_plan *plan, struct area *area, const struct pmm_persist_wish *wish);

/* Add the step that takes its lines out of fstab, if there are any. FSTAB: NULL is /etc/fstab. */
int unpersist_add_step(struct pmm_plan *plan, struct area *area, const char *fstab);

/*
 * What the line in fstab says of it: 1 and the options, 0 if it has none. The options are the
 * caller's.
 */
int persist_find(struct pmm_plan *plan, const struct area *area, const char *fstab,
		 int64_t *ret_priority, char **ret_discard);

#endif
