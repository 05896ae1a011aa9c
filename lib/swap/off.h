/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_OFF_H
#define PROCMM_SWAP_OFF_H

#include "area.h"

/*
 * Add the steps that deactivate an area: the check that what is in it fits elsewhere is made now,
 * the rest when they run. Their undo activates it again, with its swap_flags. An area that is not
 * active yet when this is called (a cushion that an earlier step makes) is looked at when the step
 * runs. -ENOBUFS, with a PMM_FAULT_REFUSED: it does not fit, and no step was added.
 */
int off_add_steps(struct pmm_plan *plan, struct area *area, const struct pmm_off_wish *wish);

/* The same where an earlier step of the plan activates another area, of ROOM_BYTES. */
int off_add_steps_beside(struct pmm_plan *plan, struct area *area, const struct pmm_off_wish *wish,
			 uint64_t room_bytes);

/* Nothing is at PATH: a fault if an area of that name is active all the same; 0 if none is. */
int off_check_reach(struct pmm_plan *plan, const char *path);

/*
 * For steps that destroy what an area held: a failure, with its fault, if the kernel said while it
 * went off that pages of it could not be read. Their owners die later, and may want them.
 */
int off_check_losses(struct pmm_plan *plan, const char *path);

#endif
