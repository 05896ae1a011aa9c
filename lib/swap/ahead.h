/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_AHEAD_H
#define PROCMM_SWAP_AHEAD_H

/* Reads swapped pages ahead of swapoff(2), which fetches them one by one; see ahead.c. */

#include <stdbool.h>

#include "area.h"
#include "drain.h"

/*
 * Read what is in an active area into the swap cache, as far as memory reaches. What cannot be read
 * ahead is left to swapoff(2), and is no failure. False: the user or the clock is against going on,
 * as RET_END says.
 */
bool ahead_run(struct pmm_plan *plan, const struct area *area, uint64_t deadline_ns,
	       enum drain_end *ret_end);

#endif
