/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_PERSIST_SPEC_H
#define PROCMM_SWAP_PERSIST_SPEC_H

#include "place.h"

/*
 * The first field of a line of fstab for what is, or shall be, at PLACE: "/swapfile", "UUID=...".
 * The caller frees it. -ENOMEM.
 */
int persist_spec(struct pmm_root *root, const struct place *place, char **ret_spec);

#endif
