/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * effects: the live table on what does not exist, and on files of a directory made here. Nothing of
 * the system changes: swapon(2) and swapoff(2) only get a descriptor that leads nowhere.
 */

#include "procmm-swap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "tree.h"

enum { NOWHERE = -1 };

static const struct pmm_effects *live = &pmm_effects_live;

/* Without the right to swap, the kernel says so before it looks at the path. */
static bool is_refusal(int r)
{
	return r == -ENOENT || r == -EPERM || r == -ENOSYS;
}

static void test_nowhere(void)
{
	char bytes[1] = "";

	ok(live->open_at(NOWHERE, "name", O_RDONLY, 0) == -EBADF, "open_at tells a bad directory");
	ok(live->fallocate(NOWHERE, 0, 0, 4096) == -EBADF, "fallocate tells a bad descriptor");
	ok(live->write_at(NOWHERE, "", 1, 0) == -EBADF, "write_at tells a bad descriptor");
	ok(live->truncate(NOWHERE, 0) == -EBADF, "truncate tells a bad descriptor");
	ok(live->set_flags(NOWHERE, 0) == -EBADF, "set_flags tells a bad descriptor");
	ok(live->pin(NOWHERE) == -EBADF, "pin tells a bad descriptor");
	ok(live->change_owner(NOWHERE, 0, 0) == -EBADF, "change_owner tells a bad descriptor");
	ok(live->change_mode(NOWHERE, 0600) == -EBADF, "change_mode tells a bad descriptor");
	ok(live->set_attribute(NOWHERE, "user.a", "b", 1) == -EBADF,
	   "set_attribute tells a bad descriptor");
	ok(live->sync(NOWHERE) == -EBADF, "sync tells a bad descriptor");
	ok(live->link_at(NOWHERE, NOWHERE, "name") < 0, "link_at tells a bad descriptor");
	ok(live->rename_at(NOWHERE, "a", "b") == -EBADF, "rename_at tells a bad directory");
	ok(live->unlink_at(NOWHERE, "name") == -EBADF, "unlink_at tells a bad directory");
	ok(live->read_ahead(NOWHERE, &(struct iovec){bytes, 1}, 1) < 0,
	   "read_ahead tells a bad descriptor of a process");
	ok(is_refusal(live->swap_on(NOWHERE, 0)), "swap_on tells a bad descriptor");
	ok(is_refusal(live->swap_off(NOWHERE)), "swap_off tells a bad descriptor");
}

static off_t size_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) < 0 ? -1 : status.st_size;
}

static mode_t mode_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) < 0 ? 0 : status.st_mode & 07777;
}

static void test_file(int directory_fd)
{
	char bytes[4] = "";
	int fd = live->open_at(directory_fd, "area", O_RDWR | O_CREAT | O_EXCL, 0600);

	if (!ok(fd >= 0, "open_at makes a file"))
		return;
	ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "and closes it when another program is executed");
	ok(live->open_at(directory_fd, "area", O_RDWR | O_CREAT | O_EXCL, 0600) == -EEXIST,
	   "open_at does not make it twice");
	ok(live->write_at(fd, "abc", 3, 4096) == 3, "write_at says how much it wrote");
	ok(pread(fd, bytes, 3, 4096) == 3 && !strcmp(bytes, "abc"), "and wrote it there");
	ok(live->truncate(fd, 100) == 0 && size_of(fd) == 100, "truncate sets the size");
	ok(live->truncate(fd, UINT64_MAX) == -EINVAL && size_of(fd) == 100,
	   "a size that is none is refused");
	ok(live->fallocate(fd, 0, 0, UINT64_MAX) == -EINVAL, "so is a length");
	ok(live->change_mode(fd, 0640) == 0 && mode_of(fd) == 0640, "change_mode sets the mode");
	ok(live->sync(fd) == 0, "sync answers 0");
	ok(live->link_at(fd, directory_fd, "second") == 0, "link_at gives a file a name more");
	ok(live->link_at(fd, directory_fd, "second") == -EEXIST, "but takes none that is taken");
	ok(live->unlink_at(directory_fd, "second") == 0, "unlink_at takes it away");
	ok(live->rename_at(directory_fd, "area", "other") == 0, "rename_at renames");
	ok(live->unlink_at(directory_fd, "area") == -ENOENT, "the old name is gone");
	ok(live->unlink_at(directory_fd, "other") == 0, "unlink_at takes the new one away");
	close(fd);
}

int main(void)
{
	struct tree tree = tree_make();
	int directory_fd = open(tree.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	test_nowhere();
	if (ok(directory_fd >= 0, "a directory made for the test opens"))
		test_file(directory_fd);
	close(directory_fd);
	tree_remove(&tree);
	return done_testing();
}
