/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_CGROUP_LOAD_H
#define PROCMM_CGROUP_LOAD_H

/* What the rooms that read loads of cgroups share: cgroup-load.c, -twin.c and -file.c. */

#include "cgroup.h"
#include "procmm-verdict.h"
#include "root.h"

struct cgroup_reader {
	struct pmm_root *root;
	struct cgroup_tree tree;
	const char *unified; /* where version 2 is mounted beside version 1; NULL: it is not */
	struct text text;
};

/* Read MOUNT PATH/FILE into the reader's text; false if that cannot be. */
bool cgroup_file(struct cgroup_reader *reader, const char *mount, const char *path,
		 const char *file);

/*
 * The cgroup of version 2 that holds the same processes as that of version 1; NULL if there is
 * none. Free it.
 */
char *cgroup_twin(struct cgroup_reader *reader, const char *path);

/* Pure: the bytes read of an io.stat; PMM_ABSENT if it is none. */
uint64_t cgroup_parse_io(struct scan text);

#endif
