/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_BTRFS_SEARCH_H
#define PROCMM_SWAP_BTRFS_SEARCH_H

/* The trees in which btrfs keeps what it knows. To read them takes CAP_SYS_ADMIN. */

#include <stddef.h>
#include <stdint.h>

/* What is looked for: items of one object and type, with an offset from FIRST to LAST. */
struct btrfs_range {
	uint64_t tree, object;
	uint32_t type;
	uint64_t first_offset, last_offset;
};

/* Called with each item; LENGTH is that of the item. Negative: it ends here, and has failed. */
typedef int btrfs_visit(void *data, uint64_t offset, const void *item, size_t length);

/* -1 if there is no such tree, no privilege, or no memory. */
int btrfs_search(int fd, const struct btrfs_range *range, btrfs_visit *visit, void *data);

/* The subvolume that FD is in, by the number of its tree. -1 if that is not to be known. */
int btrfs_find_subvolume(int fd, uint64_t *ret_subvolume);

#endif
