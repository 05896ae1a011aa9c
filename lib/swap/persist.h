/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_PERSIST_H
#define PROCMM_SWAP_PERSIST_H

/* The steps that change fstab, for the plans of which they are a part; see persist.c. */

#include "area.h"

/*
 * Add the step after which fstab activates an area at boot, by a new line or by other options in
 * the one it has; its undo puts the old bytes back. Where fstab says so already, it is a remark.
 * What the wish does not give (NULL, PMM_NO_PRIORITY) stays as it is in a line that is there. The
 * file itself may be made by an earlier step: until then it is known by its place.
 */
int persist_add_step(struct pmm_plan *plan, const struct area *area,
		     const struct pmm_persist_wish *wish);

/*
 * Add the step that takes its lines out of fstab, if there are any. FSTAB: NULL is /etc/fstab. An
 * area that is there when this is planned must still be there when it is run.
 */
int unpersist_add_step(struct pmm_plan *plan, const struct area *area, const char *fstab);

/*
 * What the line in fstab says of it: 1 and the options, 0 if it has none. The discard policy is
 * NULL, "", "once" or "pages", and the caller's.
 */
int persist_find(struct pmm_plan *plan, const struct area *area, const char *fstab,
		 int64_t *ret_priority, char **ret_discard);

#endif
