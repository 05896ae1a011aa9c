/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_DEVICE_H
#define PROCMM_SWAP_DEVICE_H

/* A block device, or a file, that is to be written as a whole; see device.c. */

#include <stdbool.h>

#include "place.h"

/* How large a regular file or a block device is. */
int device_size(int fd, const struct stat *status, uint64_t *ret_bytes);

/* By its name. */
bool device_is_zram(const struct place *place);

/*
 * Refuse a device that may not be written, or that someone uses: a mount, a holder (device mapper,
 * md...), another program. The fault says who.
 */
int device_check_unused(struct pmm_root *root, const struct place *place, int fd,
			const struct stat *status, struct pmm_fault *fault);

/*
 * Refuse a file that is the disk of a loop device: what uses that (a file system, swap) would lose
 * it. Of what is no file nothing is asked.
 */
int device_check_backing(struct pmm_root *root, const struct place *place,
			 const struct stat *status, struct pmm_fault *fault);

/*
 * Take the lock that keeps udev off: of the whole disk, whichever part of it FD is. The lock lives
 * as long as *RET_FD, which the caller closes.
 * https://systemd.io/BLOCK_DEVICE_LOCKING
 */
int device_lock(struct pmm_root *root, const struct stat *status, const char *path, int *ret_fd,
		struct pmm_fault *fault);

#endif
