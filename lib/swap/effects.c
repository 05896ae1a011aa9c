/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to the system calls that change the system: the live table, and nothing else. No check, no
 * plan and no words are here; each member is one call. A descriptor is handed to swapon(2) and
 * swapoff(2), which take paths, as its link in /proc/self/fd: no other file can slip in between.
 */

#include "procmm-swap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/f2fs.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
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

static int live_set_flags(int fd, int flags)
{
	return result(ioctl(fd, FS_IOC_SETFLAGS, &flags));
}

static int live_pin(int fd)
{
	uint32_t pin = 1;

	return result(ioctl(fd, F2FS_IOC_SET_PIN_FILE, &pin));
}

static int live_change_owner(int fd, uid_t uid, gid_t gid)
{
	return result(fchown(fd, uid, gid));
}

static int live_change_mode(int fd, mode_t mode)
{
	return result(fchmod(fd, mode));
}

static int live_set_attribute(int fd, const char *name, const void *value, size_t length)
{
	return result(fsetxattr(fd, name, value, length, 0));
}

static int live_remove_attribute(int fd, const char *name)
{
	return result(fremovexattr(fd, name));
}

static int live_sync(int fd)
{
	return result(fsync(fd));
}

/* By its link in /proc: AT_EMPTY_PATH needs CAP_DAC_READ_SEARCH on most kernels. open(2) */
static int live_link_at(int fd, int directory_fd, const char *name)
{
	char path[FD_PATH_LENGTH];

	fd_path(fd, path);
	return result(linkat(AT_FDCWD, path, directory_fd, name, AT_SYMLINK_FOLLOW));
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

static ssize_t live_read_ahead(int pid_fd, const struct iovec *ranges, size_t count)
{
	long advised = syscall(SYS_process_madvise, pid_fd, ranges, count, MADV_WILLNEED, 0);

	return advised < 0 ? -errno : advised;
}

const struct pmm_effects pmm_effects_live = {
	.open_at = live_open_at,
	.fallocate = live_fallocate,
	.write_at = live_write_at,
	.truncate = live_truncate,
	.set_flags = live_set_flags,
	.pin = live_pin,
	.change_owner = live_change_owner,
	.change_mode = live_change_mode,
	.set_attribute = live_set_attribute,
	.remove_attribute = live_remove_attribute,
	.sync = live_sync,
	.link_at = live_link_at,
	.rename_at = live_rename_at,
	.unlink_at = live_unlink_at,
	.swap_on = live_swap_on,
	.swap_off = live_swap_off,
	.read_ahead = live_read_ahead,
};
