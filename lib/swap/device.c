/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A block device that is to be written as a whole: its size, whether it may be written, who uses
 * it, and the lock by which such writers keep udev from looking at what is half done.
 * Nothing is changed here.
 */

#include "device.h"

#include <errno.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "active.h"
#include "fault.h"

enum {
	LOCK_TRIES = 40, /* udev looks at a device for moments after each change */
	LOCK_WAIT_NS = 50000000,
};

int device_size(int fd, const struct stat *status, uint64_t *ret_bytes)
{
	uint64_t bytes;

	if (!S_ISBLK(status->st_mode))
		*ret_bytes = (uint64_t)status->st_size;
	else if (ioctl(fd, BLKGETSIZE64, &bytes) < 0)
		return -errno;
	else
		*ret_bytes = bytes;
	return 0;
}

bool device_is_zram(const struct place *place)
{
	return !strncmp(place->path, "/dev/zram", strlen("/dev/zram"));
}

/* ---- who uses it ---- */

static int refuse_mounted(struct pmm_root *root, const struct place *place,
			  const struct stat *status, struct pmm_fault *fault)
{
	struct pmm_mount *mount;
	int r = pmm_mount_of_device(root, status->st_rdev, &mount);

	if (r < 0)
		return 0;
	r = fault_set(fault, PMM_FAULT_REFUSED, -EBUSY, place->path, "unmount it first",
		      "it is mounted on %s", mount->point);
	pmm_mount_free(mount);
	return r;
}

static int refuse_held(struct pmm_root *root, const struct place *place, const struct stat *status,
		       struct pmm_fault *fault)
{
	struct pmm_device *device;
	int r = pmm_device_read(root, status->st_rdev, &device);

	if (r < 0)
		return 0;
	if (device->holder)
		r = fault_set(fault, PMM_FAULT_REFUSED, -EBUSY, place->path,
			      "take it out of there first", "%s is built on it", device->holder);
	pmm_device_free(device);
	return r;
}

/*
 * By what the driver has open, whatever became of its name; by the name if it cannot be asked.
 * 1 or 0.
 */
static int is_backing(struct pmm_root *root, const struct pmm_loop *loop, const struct stat *status)
{
	struct loop_info64 info;
	struct stat backing;
	char *node;
	int fd, r;

	if (asprintf(&node, "/dev/%s", loop->name) < 0)
		return -ENOMEM;
	r = pmm_root_open_file(root, node, &fd);
	free(node);
	if (r >= 0) {
		r = ioctl(fd, LOOP_GET_STATUS64, &info);
		close(fd);
	}
	if (r >= 0)
		return info.lo_device == status->st_dev && info.lo_inode == status->st_ino;
	r = pmm_root_status(root, loop->backing, &backing);
	if (r == -ENOMEM)
		return r;
	return r == 0 && status_is_same(&backing, status);
}

static int refuse_backing(const struct place *place, const struct pmm_loop *loop,
			  struct pmm_fault *fault)
{
	char *fix;
	int r;

	if (asprintf(&fix, "losetup -d /dev/%s, when nothing uses it", loop->name) < 0)
		fix = NULL;
	r = fault_set(fault, PMM_FAULT_REFUSED, -EBUSY, place->path, fix,
		      "it is the disk of /dev/%s", loop->name);
	free(fix);
	return r;
}

int device_check_backing(struct pmm_root *root, const struct place *place,
			 const struct stat *status, struct pmm_fault *fault)
{
	const struct pmm_loop *loop;
	struct pmm_loops *loops;
	int r;

	if (!S_ISREG(status->st_mode))
		return 0;
	r = pmm_loops_open(root, &loops);
	if (r < 0)
		return fault_set_errno(fault, r, place->path, "look for loop devices of it");
	while ((r = pmm_loops_next(loops, &loop)) > 0) {
		r = is_backing(root, loop, status);
		if (r != 0)
			break;
	}
	if (r > 0)
		r = refuse_backing(place, loop, fault);
	else if (r < 0)
		fault_set_errno(fault, r, place->path, "look for loop devices of it");
	pmm_loops_close(loops);
	return r;
}

int device_check_unused(struct pmm_root *root, const struct place *place, int fd,
			const struct stat *status, struct pmm_fault *fault)
{
	int is_read_only = 0;
	int r;

	if (!S_ISBLK(status->st_mode))
		return device_check_backing(root, place, status, fault);
	if (ioctl(fd, BLKROGET, &is_read_only) == 0 && is_read_only)
		return fault_set(fault, PMM_FAULT_REFUSED, -EROFS, place->path, NULL,
				 "the device is read-only");
	r = refuse_mounted(root, place, status, fault);
	if (r == 0)
		r = refuse_held(root, place, status, fault);
	if (r < 0)
		return r;
	if (place_is_held(place))
		return fault_set(fault, PMM_FAULT_REFUSED, -EBUSY, place->path, NULL,
				 "it is in use: mounted in another place, or held by a program");
	return 0;
}

/* ---- the lock ---- */

/*
 * The node of the disk that it is, or is a partition of; NULL if the kernel does not say. It is the
 * one that udev opens: locks on other nodes of the same device are not seen there.
 */
static char *find_disk(struct pmm_root *root, const struct stat *status)
{
	struct pmm_device *device;
	char *disk;

	if (pmm_device_read(root, status->st_rdev, &device) < 0)
		return NULL;
	if (asprintf(&disk, "/dev/%s", device->disk ? device->disk : device->name) < 0)
		disk = NULL;
	pmm_device_free(device);
	return disk;
}

static int try_lock(int fd)
{
	const struct timespec wait = {.tv_nsec = LOCK_WAIT_NS};

	for (unsigned i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK)
			return -errno;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, NULL);
	}
	return -EWOULDBLOCK;
}

int device_lock(struct pmm_root *root, const struct stat *status, const char *path, int *ret_fd,
		struct pmm_fault *fault)
{
	char *disk = find_disk(root, status);
	int fd, r;

	if (!disk || pmm_root_open_file(root, disk, &fd) < 0) {
		r = pmm_root_open_file(root, path, &fd);
		if (r < 0) {
			free(disk);
			return fault_set_errno(fault, r, path, "open it");
		}
	}
	r = try_lock(fd);
	if (r == -EWOULDBLOCK)
		fault_set(fault, PMM_FAULT_REFUSED, r, path, "wait until it is done",
			  "another program has locked %s", disk ? disk : path);
	else if (r < 0)
		fault_set_errno(fault, r, path, "lock it");
	free(disk);
	if (r < 0)
		close(fd);
	else
		*ret_fd = fd;
	return r;
}
