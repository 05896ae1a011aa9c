/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_PLACE_H
#define PROCMM_SWAP_PLACE_H

/*
 * Where a file is or shall be, in a way that nobody can turn aside between two looks: its directory
 * is held open, and every directory and link on the way belonged to root (or to who runs this) and
 * could not be written by others. See place.c.
 */

#include <sys/stat.h>

#include "procmm-swap.h"

struct place {
	char *path;	  /* absolute, without links, "." and "..": what messages and fstab say */
	const char *name; /* its last component, within path */
	int directory_fd; /* O_PATH */
};

enum place_flags {
	PLACE_FOLLOW = 1 << 0,	  /* if the last component is a link, go where it leads */
	PLACE_ANY_OWNER = 1 << 1, /* for what only looks, or acts on what is active already */
};

/*
 * Find a place; the last component need not be there. PATH is absolute. The fault is filled on
 * failure: no such directory, a link that goes round, a directory that others may write.
 */
int place_open(struct pmm_root *root, const char *path, unsigned flags, struct place *ret_place,
	       struct pmm_fault *fault);
void place_close(struct place *place);

/*
 * Open what is at a place for reading; never a link, and a fifo never blocks. It must be a regular
 * file or a block device. The fault is filled on failure: PMM_FAULT_NO_AREA if nothing is there.
 * To write, an effect opens it again, and the two must be the same inode.
 */
int place_open_file(const struct place *place, int *ret_fd, struct stat *ret_status,
		    struct pmm_fault *fault);

/*
 * Call VISIT for each name in its directory, until one gives what is not 0. Returns that, or -Exxx
 * of reading the directory.
 */
int place_visit(const struct place *place,
		int (*visit)(const struct place *place, const char *name, void *data), void *data);

/* Open its directory for reading: ioctl(2) does not work on directory_fd. */
int place_open_directory(const struct place *place, int *ret_fd);

/*
 * Is the block device at this place mounted, or part of something else? 1 or 0. Asked by opening it
 * as exclusively as swapon(2) does, and for no longer than that takes.
 */
int place_is_held(const struct place *place);

/* Bring what was linked, renamed or unlinked in its directory to disk. */
int place_sync(const struct pmm_effects *effects, const struct place *place);

#define _cleanup_place_ __attribute__((cleanup(place_close)))

#endif
