/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_CGROUP_H
#define PROCMM_CGROUP_H

/* What the other rooms may ask of the tree of memory cgroups; see cgroup.c. */

#include <stdbool.h>

#include "procmm.h"
#include "scan.h"

/*
 * A limit as memory.max (v2) or memory.limit_in_bytes (v1) says it; *ret_bytes is PMM_ABSENT if
 * there is none. False: the text is neither.
 */
bool cgroup_parse_limit(struct scan text, uint64_t *ret_bytes);

/* Where the controller is mounted: "sys/fs/cgroup/memory"; NULL if it is not. */
const char *cgroup_mount(struct pmm_root *root);
/*
 * Hand each cgroup right below PARENT ("" is the root) to TAKE, which owns the path, until that
 * fails; INODE: of its directory. A parent that is gone has none.
 */
int cgroup_children(struct pmm_root *root, const char *mount, const char *parent,
		    int (*take)(void *data, char *path, uint64_t inode), void *data);

#endif
