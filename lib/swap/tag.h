/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_TAG_H
#define PROCMM_SWAP_TAG_H

#include "procmm-swap.h"

/* Where udev links the devices of a tag ("UUID"...); NULL for what is no tag of this kind. Pure. */
const char *tag_directory(const char *tag);

/*
 * The device of a tag: its kernel name, or, in a captured tree, its link; NULL if there is none.
 * The caller frees it.
 * Reads: dev/disk/by-*, which udev keeps, not the cache of libblkid, which is steered by the
 * environment and remembers devices long gone.
 */
int tag_find_device(struct pmm_root *root, const char *tag, const char *value, char **ret_device);

#endif
