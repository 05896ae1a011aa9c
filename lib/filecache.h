/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_FILECACHE_H
#define PROCMM_FILECACHE_H

/* What the other rooms of the library may ask of filecache.c. */

#include "procmm-files.h"
#include "root.h"

/* Take a file that is open for reading; its descriptor is closed with it, or on failure. */
int file_take(struct pmm_root *root, const struct pmm_facilities *facilities, int fd,
	      struct pmm_file **ret_file);
struct pmm_file *file_close(struct pmm_file *file);

#endif
