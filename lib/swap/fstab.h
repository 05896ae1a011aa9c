/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FSTAB_H
#define PROCMM_SWAP_FSTAB_H

/* What the other rooms ask of fstab.c. */

#include "procmm-swap.h"

/*
 * pmm_fstab_read() of a text that is in memory: LENGTH bytes, more than 0, which are only
 * read. -ENOMEM.
 */
int fstab_parse(struct pmm_root *root, char *bytes, size_t length, struct pmm_fstab **ret_fstab);

#endif
