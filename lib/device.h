/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_DEVICE_H
#define PROCMM_DEVICE_H

#include "procmm.h"

/* What is mounted over a file, whose path has no blanks; -ENOENT if nothing is. */
int mount_over(struct pmm_root *root, const char *path, struct pmm_mount **ret_mount);

#endif
