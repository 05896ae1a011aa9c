/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much the quotas of a subvolume of btrfs leave. They bind root, too, and statfs(2) does not
 * know them. Each subvolume has a group of level 0, which may be part of others of higher levels,
 * and all of their limits hold (Documentation/Qgroups.rst of btrfs-progs).
 */

#include <endian.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <string.h>
#include <unistd.h>

#include "btrfs-search.h"
#include "facts.h"

/* For the inode, its extents and its name, which count as well, and are reserved generously. */
enum { OWN_BYTES = 2 << 20 };

/* No more of them are followed: an image may have been made to have no end. */
enum { GROUPS_MAX = 32 };

struct group {
	int fd;
	int depth; /* how many groups led to it */
	uint64_t used_bytes, exclusive_bytes;
	uint64_t most_bytes, most_exclusive_bytes; /* absent if there is no limit */
	uint64_t left_bytes;			   /* by its own limits and those it is part of */
};

static int take_use(void *data, uint64_t offset, const void *bytes, size_t length)
{
	struct btrfs_qgroup_info_item item;
	struct group *group = data;

	(void)offset;
	if (length < sizeof(item))
		return 0;
	memcpy(&item, bytes, sizeof(item));
	group->used_bytes = le64toh(item.rfer);
	group->exclusive_bytes = le64toh(item.excl);
	return 0;
}

static int take_limits(void *data, uint64_t offset, const void *bytes, size_t length)
{
	struct btrfs_qgroup_limit_item item;
	struct group *group = data;

	(void)offset;
	if (length < sizeof(item))
		return 0;
	memcpy(&item, bytes, sizeof(item));
	if (le64toh(item.flags) & BTRFS_QGROUP_LIMIT_MAX_RFER)
		group->most_bytes = le64toh(item.max_rfer);
	if (le64toh(item.flags) & BTRFS_QGROUP_LIMIT_MAX_EXCL)
		group->most_exclusive_bytes = le64toh(item.max_excl);
	return 0;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* PMM_ABSENT, which is the greatest number, if there is no limit. */
static uint64_t difference(uint64_t most, uint64_t used)
{
	if (most == PMM_ABSENT)
		return PMM_ABSENT;
	return most > used ? most - used : 0;
}

static uint64_t left_in_group(int fd, uint64_t id, int depth);

static int take_parent(void *data, uint64_t offset, const void *bytes, size_t length)
{
	struct group *group = data;

	(void)bytes, (void)length;
	group->left_bytes =
		lesser(group->left_bytes, left_in_group(group->fd, offset, group->depth + 1));
	return 0;
}

/* The level is in the first 16 bits of a number: those that it is part of have greater ones. */
static uint64_t left_in_group(int fd, uint64_t id, int depth)
{
	struct btrfs_range use = {BTRFS_QUOTA_TREE_OBJECTID, 0, BTRFS_QGROUP_INFO_KEY, id, id};
	struct btrfs_range limits = {BTRFS_QUOTA_TREE_OBJECTID, 0, BTRFS_QGROUP_LIMIT_KEY, id, id};
	struct btrfs_range parents = {BTRFS_QUOTA_TREE_OBJECTID, id, BTRFS_QGROUP_RELATION_KEY,
				      id + 1, UINT64_MAX};
	struct group group = {
		.fd = fd,
		.depth = depth,
		.most_bytes = PMM_ABSENT,
		.most_exclusive_bytes = PMM_ABSENT,
	};

	if (btrfs_search(fd, &use, take_use, &group) < 0 ||
	    btrfs_search(fd, &limits, take_limits, &group) < 0)
		return PMM_ABSENT;
	group.left_bytes = lesser(difference(group.most_bytes, group.used_bytes),
				  difference(group.most_exclusive_bytes, group.exclusive_bytes));
	if (depth < GROUPS_MAX)
		btrfs_search(fd, &parents, take_parent, &group);
	return group.left_bytes;
}

uint64_t btrfs_quota_bytes(int fd)
{
	uint64_t subvolume, left_bytes;

	if (btrfs_find_subvolume(fd, &subvolume) < 0)
		return PMM_ABSENT;
	left_bytes = left_in_group(fd, subvolume, 0);
	/*
	 * What was given back counts until it is on disk. The kernel waits for that, too, before it
	 * refuses: try_flush_qgroup() in fs/btrfs/qgroup.c.
	 */
	if (left_bytes != PMM_ABSENT && syncfs(fd) == 0)
		left_bytes = left_in_group(fd, subvolume, 0);
	return difference(left_bytes, OWN_BYTES);
}
