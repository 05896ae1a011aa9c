/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_ACTIVE_H
#define PROCMM_SWAP_ACTIVE_H

/* Is a file or device an active area? By what it is, not by what it is called; see active.c. */

#include <stdbool.h>
#include <sys/stat.h>

#include "procmm-swap.h"

/* The same inode, or nodes of the same block device. Pure. */
bool status_is_same(const struct stat *a, const struct stat *b);

struct active {
	uint64_t size_bytes; /* as in struct pmm_area */
	uint64_t used_bytes;
	int priority;
	int is_draining; /* a swapoff(2) of it is going on */
};

/*
 * 1 and the area's numbers if it is active, 0 if not; -Exxx, with words at the root.
 * Reads: proc/swaps, and what its names lead to.
 */
int active_find(struct pmm_root *root, const struct stat *status, struct active *ret_active);

#endif
