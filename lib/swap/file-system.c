/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The file systems, by the magic number of statfs(2), and how the kernel finds the blocks of a swap
 * file on each: through the address_space_operations in fs/, which know it (swap_activate), or with
 * bmap(); where there is neither, or no read_folio(), there is no swap. Nothing is computed here.
 */

#include <linux/magic.h>

#include "verdict.h"

static const char in_memory[] = "keeps its files in memory";
static const char by_program[] = "is served by a program, which does not say where blocks are";
static const char by_server[] = "keeps its files on another machine";
static const char not_stored[] = "stores nothing";
static const char layered[] = "lays directories over each other and has no blocks of its own";
static const char moves_blocks[] = "never writes a block where it was";

static const struct file_system file_systems[] = {
	{EXT4_SUPER_MAGIC, "ext4", SUPPORT_EXTENTS, false, NULL}, /* of ext2 and ext3, too */
	{XFS_SUPER_MAGIC, "xfs", SUPPORT_EXTENTS, false, NULL},
	{BTRFS_SUPER_MAGIC, "btrfs", SUPPORT_BTRFS, false, NULL},
	{F2FS_SUPER_MAGIC, "f2fs", SUPPORT_F2FS, false, NULL},
	{MSDOS_SUPER_MAGIC, "vfat", SUPPORT_BLOCKS, true, NULL},
	{EXFAT_SUPER_MAGIC, "exfat", SUPPORT_BLOCKS, true, NULL},
	{0x5346544e, "ntfs", SUPPORT_BLOCKS, true, NULL},
	{0x7366746e, "ntfs3", SUPPORT_BLOCKS, true, NULL},
	{0x3153464a, "jfs", SUPPORT_BLOCKS, false, NULL},
	{NFS_SUPER_MAGIC, "nfs", SUPPORT_NETWORK, false, by_server},
	{CIFS_SUPER_MAGIC, "cifs", SUPPORT_NETWORK, false, by_server},
	{SMB2_SUPER_MAGIC, "smb", SUPPORT_NETWORK, false, by_server},
	{CEPH_SUPER_MAGIC, "ceph", SUPPORT_NEVER, false, by_server},
	{V9FS_MAGIC, "9p", SUPPORT_NEVER, false, by_server},
	{AFS_FS_MAGIC, "afs", SUPPORT_NEVER, false, by_server},
	{AFS_SUPER_MAGIC, "afs", SUPPORT_NEVER, false, by_server},
	{FUSE_SUPER_MAGIC, "fuse", SUPPORT_BLOCKS, false, by_program},
	{0x786f4256, "vboxsf", SUPPORT_NEVER, false, by_server},
	{TMPFS_MAGIC, "tmpfs", SUPPORT_NEVER, false, in_memory},
	{RAMFS_MAGIC, "ramfs", SUPPORT_NEVER, false, in_memory},
	{HUGETLBFS_MAGIC, "hugetlbfs", SUPPORT_NEVER, false, in_memory},
	{OVERLAYFS_SUPER_MAGIC, "overlay", SUPPORT_NEVER, false, layered},
	{0x61756673, "aufs", SUPPORT_NEVER, false, layered},
	{0x2fc12fc1, "zfs", SUPPORT_NEVER, false, moves_blocks},
	{0xca451a4e, "bcachefs", SUPPORT_NEVER, false, moves_blocks},
	{NILFS_SUPER_MAGIC, "nilfs2", SUPPORT_NEVER, false, moves_blocks},
	{0x24051905, "ubifs", SUPPORT_NEVER, false, moves_blocks},
	{JFFS2_SUPER_MAGIC, "jffs2", SUPPORT_NEVER, false, moves_blocks},
	{PROC_SUPER_MAGIC, "proc", SUPPORT_NEVER, false, not_stored},
	{SYSFS_MAGIC, "sysfs", SUPPORT_NEVER, false, not_stored},
	{CGROUP2_SUPER_MAGIC, "cgroup2", SUPPORT_NEVER, false, not_stored},
	{CGROUP_SUPER_MAGIC, "cgroup", SUPPORT_NEVER, false, not_stored},
	{DEBUGFS_MAGIC, "debugfs", SUPPORT_NEVER, false, not_stored},
};

const struct file_system *file_system_find(uint64_t magic)
{
	static const struct file_system unknown = {
		.support = SUPPORT_BLOCKS,
		.why = "does not say where blocks are",
	};

	for (size_t i = 0; i < sizeof(file_systems) / sizeof(*file_systems); i++)
		if (file_systems[i].magic == magic)
			return &file_systems[i];
	return &unknown;
}
