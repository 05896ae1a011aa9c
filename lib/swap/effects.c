/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to the system calls that change the system: the live table, and nothing else. No check, no
 * plan and no words are here; each member is one call. A descriptor is handed to swapon(2) and
 * swapoff(2), which take paths, as its link in /proc/self/fd: no other file can slip in between.
 */

#include "procmm-swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/swap.h>
#include <unistd.h>

enum { FD_PATH_LENGTH = sizeof("/proc/self/fd/-2147483648") };

static int result(int r)
{
	return r < 0 ? -errno : r;
}

static void fd_path(int fd, char path[FD_PATH_LENGTH])
{
	snprintf(path, FD_PATH_LENGTH, "/proc/self/fd/%d", fd);
}

static int live_open_at(int directory_fd, const char *name, int flags, mode_t mode)
{
	return result(openat(directory_fd, name, flags | O_CLOEXEC, mode));
}

static int live_fallocate(int fd, int mode, uint64_t offset_bytes, uint64_t length_bytes)
{
	return result(fallocate(fd, mode, (off_t)offset_bytes, (off_t)length_bytes));
}

static ssize_t live_write_at(int fd, const void *bytes, size_t length, uint64_t offset_bytes)
{
	ssize_t written = pwrite(fd, bytes, length, (off_t)offset_bytes);

	return written < 0 ? -errno : written;
}

static int live_truncate(int fd, uint64_t length_bytes)
{
	return result(ftruncate(fd, (off_t)length_bytes));
}

static int live_sync(int fd)
{
	return result(fsync(fd));
}

static int live_link_at(int fd, int directory_fd, const char *name)
{
	return result(linkat(fd, "", directory_fd, name, AT_EMPTY_PATH));
}

static int live_rename_at(int directory_fd, const char *from, const char *to)
{
	return result(renameat(directory_fd, from, directory_fd, to));
}

static int live_unlink_at(int directory_fd, const char *name)
{
	return result(unlinkat(directory_fd, name, 0));
}

static int live_swap_on(int fd, int flags)
{
	char path[FD_PATH_LENGTH];

	fd_path(fd, path);
	return result(swapon(path, flags));
}

static int live_swap_off(int fd)
{
	char path[FD_PATH_LENGTH];

	fd_path(fd, path);
	return result(swapoff(path));
}

const struct pmm_effects pmm_effects_live = {
	.open_at = live_open_at,
	.fallocate = live_fallocate,
	.write_at = live_write_at,
	.truncate = live_truncate,
	.sync = live_sync,
	.link_at = live_link_at,
	.rename_at = live_rename_at,
	.unlink_at = live_unlink_at,
	.swap_on = live_swap_on,
	.swap_off = live_swap_off,
};
