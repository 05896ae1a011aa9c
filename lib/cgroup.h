/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_CGROUP_H
#define PROCMM_CGROUP_H

/* The pure part of cgroup.c. */

#include <stdbool.h>

#include "procmm.h"
#include "scan.h"

/*
 * A limit as memory.max (v2) or memory.limit_in_bytes (v1) says it; *ret_bytes is PMM_ABSENT if
 * there is none. False: the text is neither.
 */
bool cgroup_parse_limit(struct scan text, uint64_t *ret_bytes);

#endif
