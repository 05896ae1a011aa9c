/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_CGROUP_H
#define PROCMM_CGROUP_H

/* The tree of cgroups, and how their limits are written. */

#include <stdbool.h>

#include "procmm.h"
#include "scan.h"

/*
 * A limit as memory.max (v2) or memory.limit_in_bytes (v1) says it; *ret_bytes is PMM_ABSENT if
 * there is none. False: the text is neither.
 */
bool cgroup_parse_limit(struct scan text, uint64_t *ret_bytes);

/* The cgroups of the memory controller, as paths below the mount: "/ci/job". */
struct cgroup_tree {
	const char *mount; /* relative to the root; NULL: there is no such controller */
	int version;	   /* of it: 1 or 2 */
	char **paths;	   /* in the order of a tree: below a parent all its children */
	size_t count;
	size_t left_out; /* beyond the maximum */
};

/*
 * List them, but for the root, MAXIMUM at most and parents first. Not all of them need to be of the
 * controller, and each may go at any time. -ENOMEM. Starts as { 0 }; free it in any case.
 */
int cgroup_tree_read(struct pmm_root *root, size_t maximum, struct cgroup_tree *tree);
void cgroup_tree_free(struct cgroup_tree *tree);

/* Where the controller is mounted: "sys/fs/cgroup/memory"; NULL if it is not. */
const char *cgroup_mount(struct pmm_root *root);
/*
 * Hand each cgroup right below PARENT ("" is the root) to TAKE, which owns the path, until that
 * fails; INODE: of its directory. A parent that is gone has none.
 */
int cgroup_children(struct pmm_root *root, const char *mount, const char *parent,
		    int (*take)(void *data, char *path, uint64_t inode), void *data);

/* <0, 0, >0, in that order. Pure. */
int cgroup_compare_paths(const char *left, const char *right);

/*
 * Is what is mounted there only a part of the tree, as in a container? The root of the whole has no
 * limit; in version 2, not even the file.
 */
bool cgroup_is_below_another(struct pmm_root *root);

/* Where version 2 is mounted beside version 1, for what only it says; NULL if it is not. */
const char *cgroup_unified_mount(struct pmm_root *root);

#endif
