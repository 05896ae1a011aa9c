/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Block devices and mounts in a tree made here: a disk with two partitions, one of which is held;
 * mounts with optional fields, escapes and lines that are none.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>

#include "procmm.h"
#include "tap.h"
#include "tree.h"

static struct tree tree;
static struct pmm_root *root;

static void make_devices(void)
{
	char link[64];

	tree_put_text(&tree, "proc/swaps", "");
	tree_put_text(&tree, "sys/devices/sda/uevent", "MAJOR=8\nMINOR=0\nDEVNAME=sda\n");
	tree_put_text(&tree, "sys/devices/sda/size", "4096\n");
	tree_put_text(&tree, "sys/devices/sda/queue/rotational", "0\n");
	tree_put_text(&tree, "sys/devices/sda/sda1/partition", "1\n");
	tree_put_text(&tree, "sys/devices/sda/sda1/uevent", "DEVTYPE=partition\nDEVNAME=sda1\n");
	tree_put_text(&tree, "sys/devices/sda/sda2/partition", "2\n");
	tree_put_text(&tree, "sys/devices/sda/sda2/uevent", "DEVNAME=sda2");
	tree_put_text(&tree, "sys/devices/sda/sda2/holders/dm-0/uevent", "DEVNAME=dm-0\n");
	tree_put_text(&tree, "sys/dev/block/9:0/uevent", "MAJOR=9\n");
	for (unsigned minor = 0; minor < 3; minor++) {
		static const char *const TARGETS[] = {"sda", "sda/sda1", "sda/sda2"};
		char target[64];

		snprintf(link, sizeof(link), "%s/sys/dev/block/8:%u", tree.name, minor);
		snprintf(target, sizeof(target), "../../devices/%s", TARGETS[minor]);
		tree_check(!symlink(target, link), link);
	}
}

static void test_device(unsigned minor, const char *name, const char *disk, unsigned partitions,
			const char *holder)
{
	struct pmm_device *device = NULL;

	if (!ok(pmm_device_read(root, makedev(8, minor), &device) == 0, "%s is known", name))
		return;
	is_text(device->name, name, "its name");
	is_text(device->disk, disk, "%s: the disk it is on", name);
	is_u64(device->partitions, partitions, "%s: partitions", name);
	is_text(device->holder, holder, "%s: holder", name);
	pmm_device_free(device);
}

static void test_devices(void)
{
	struct pmm_device *device = NULL;

	test_device(0, "sda", NULL, 2, NULL);
	test_device(1, "sda1", "sda", 0, NULL);
	test_device(2, "sda2", "sda", 0, "dm-0");
	ok(pmm_device_read(root, makedev(8, 3), &device) == -ENOENT && !device,
	   "a number without a device is not there");
	ok(pmm_device_read(root, makedev(9, 0), &device) == -ENOENT && !device,
	   "nor is a device without a name");
}

static void test_loops(void)
{
	const struct pmm_loop *loop = NULL;
	struct pmm_loops *loops;

	if (ok(pmm_loops_open(root, &loops) == 0, "without sys/block there are no loops")) {
		ok(pmm_loops_next(loops, &loop) == 0 && !loop, "not one");
		pmm_loops_close(loops);
	}
	tree_put_text(&tree, "sys/block/loop0/size", "0\n");
	tree_put_text(&tree, "sys/block/loop1/loop/backing_file", "/a b (deleted)\n");
	tree_put_text(&tree, "sys/block/sda/loop/backing_file", "/c\n");
	if (!ok(pmm_loops_open(root, &loops) == 0, "the loop devices are read"))
		return;
	if (ok(pmm_loops_next(loops, &loop) == 1, "one of them is attached")) {
		is_text(loop->name, "loop1", "its name");
		is_text(loop->backing, "/a b (deleted)", "what it is attached to");
	}
	ok(pmm_loops_next(loops, &loop) == 0, "and no other");
	pmm_loops_close(loops);
	ok(!pmm_loops_close(NULL), "nothing is closed");
}

static const char MOUNTINFO[] =
	"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
	"30 22 8:1 /sub /bind rw - ext4 /dev/sda1 rw\n"
	"31 22 8:10 / /no rw master:1 propagate_from:2 shared:3 - xfs /dev/sda10 rw\n"
	"33 22 8:20 / /no rw xfs /dev/sdb4 rw\n"
	"34 22 8:20\n"
	"32 22 8:20 / /a\\040b\\134 rw - fuse.x odd\\040source rw\n";

static void test_mount(unsigned minor, const char *point, const char *type, const char *source)
{
	struct pmm_mount *mount = NULL;

	if (!ok(pmm_mount_of_device(root, makedev(8, minor), &mount) == 0, "8:%u is mounted",
		minor))
		return;
	is_text(mount->point, point, "8:%u: the first place", minor);
	is_text(mount->type, type, "8:%u: type", minor);
	is_text(mount->source, source, "8:%u: source", minor);
	pmm_mount_free(mount);
}

static void test_mounts(void)
{
	struct pmm_mount *mount = NULL;

	ok(pmm_mount_of_device(root, makedev(8, 1), &mount) == -ENOENT && !mount,
	   "without mountinfo nothing is mounted");
	tree_put_text(&tree, "proc/self/mountinfo", MOUNTINFO);
	test_mount(1, "/", "ext4", "/dev/sda1");
	test_mount(10, "/no", "xfs", "/dev/sda10");
	test_mount(20, "/a b\\", "fuse.x", "odd source");
	ok(pmm_mount_of_device(root, makedev(8, 2), &mount) == -ENOENT && !mount,
	   "what is in no line is not mounted");
}

/* The running system, of which only this is sure. */
static void test_live(void)
{
	struct pmm_mount *mount = NULL;
	struct pmm_root *live;
	int fd = open("/proc/self", O_PATH | O_DIRECTORY);

	if (!ok(pmm_root_open(NULL, &live) == 0, "the running system opens"))
		return;
	if (ok(pmm_mount_of_file(live, fd, &mount) == 0, "the mount of a file is found")) {
		is_text(mount->point, "/proc", "where it is");
		is_text(mount->type, "proc", "and of what type");
	}
	pmm_mount_free(mount);
	pmm_root_close(live);
	close(fd);
}

int main(void)
{
	tree = tree_make();
	make_devices();
	if (ok(pmm_root_open(tree.name, &root) == 0, "a tree made for the test opens")) {
		test_devices();
		test_loops();
		test_mounts();
	}
	test_live();
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
