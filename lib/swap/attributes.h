/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_ATTRIBUTES_H
#define PROCMM_SWAP_ATTRIBUTES_H

#include "plan.h"

/*
 * Give a new file, which nobody else sees yet, the owner, mode, ACL and extended attributes of
 * another (a SELinux label is one of them). PATH is that of the other, for the fault.
 */
int attributes_copy(struct pmm_plan *plan, const char *path, int from_fd, int to_fd);

#endif
