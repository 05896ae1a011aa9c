/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What swapon(2) would say, by facts that are made up here: every cause, each by one fact that is
 * off from those of a good file or device; which of several is told; and every file system, those
 * that this kernel lacks too.
 */

#include "fault.h"
#include "made-facts.h"
#include "tap.h"

/* ---- what is spoilt ---- */

SPOIL(nothing, areas = 27)
SPOIL(no_privilege, is_privileged = false)
SPOIL(user_namespace, is_in_user_namespace = true)
SPOIL(too_many_areas, areas = 28)
SPOIL(a_directory, mode = S_IFDIR | 0700)
SPOIL(a_fifo, mode = S_IFIFO | 0600)
SPOIL(active, is_active = true)
SPOIL(read_only, is_read_only = true)
SPOIL(device_read_only, device.is_read_only = true)
SPOIL(held, device.is_held = true)
SPOIL(zoned, device.is_zoned = true)
SPOIL(immutable, is_immutable = true)
SPOIL(append_only, is_append_only = true)
SPOIL(verity, is_verity = true)
SPOIL(dax, is_dax = true)
SPOIL(encrypted, is_encrypted = true)
SPOIL(large_blocks, block_bytes = 4 * PAGE)
SPOIL(unreadable, header_error = -5)
SPOIL(empty, header = ((struct header_look){.is_empty = true}))
SPOIL(no_header, header = ((struct header_look){0}))
SPOIL(suspended, header.content = HEADER_SUSPEND_IMAGE)
SPOIL(old_header, header.content = HEADER_OLD_SWAP)
SPOIL(page_size, header.page_bytes = 4 * PAGE)
SPOIL(version, header.version = 2)
SPOIL(last_page_zero, header.last_page = 0)
SPOIL(last_page_beyond, header.last_page = PAGES)
SPOIL(last_page_huge, header.last_page = UINT32_MAX)
SPOIL(bad_pages, header.bad_pages = 1)
SPOIL(many_bad_pages, header.bad_pages = 638)
SPOIL(outside_page, header.has_outside_page = true)
SPOIL(all_bad, header.good_pages = 0)
SPOIL(hole, extents.hole_at_bytes = 8192)
SPOIL(is_inline, extents.is_inline = true)
SPOIL(shared, extents.shared_at_bytes = 0)
SPOIL(shared_late, extents.shared_at_bytes = 16384)
SPOIL(encoded, extents.is_encoded = true)
SPOIL(unsettled, extents.is_unsettled = true)
SPOIL(one_page, extents.usable_pages = 1)
SPOIL(no_page, extents.usable_pages = 0)
SPOIL(cow, is_nocow = false)
SPOIL(compressed, is_compressed = true)
SPOIL(raid, btrfs.profile = "raid1")
SPOIL(two_devices, btrfs.file_devices = 2)
SPOIL(devices_unknown, btrfs.file_devices = PMM_ABSENT)
SPOIL(shorter_header, header.last_page = 9)

static void balance(struct facts *facts)
{
	snprintf(facts->btrfs.operation, sizeof(facts->btrfs.operation), "balance");
}

static void other_content(struct facts *facts)
{
	facts->header = (struct header_look){0};
	snprintf(facts->other, sizeof(facts->other), "ext4");
}

static void partitions(struct facts *facts)
{
	facts->header = (struct header_look){0};
	facts->has_partitions = true;
	snprintf(facts->other, sizeof(facts->other), "gpt");
}

static const struct {
	enum base base;
	spoil *spoil;
	enum cause cause;
	const char *reason, *fix;
} area_cases[] = {
	{FILE_OF_EXT4, nothing, CAUSE_NONE, NULL, NULL},
	{FILE_OF_BTRFS, nothing, CAUSE_NONE, NULL, NULL},
	{DEVICE, nothing, CAUSE_NONE, NULL, NULL},
	{FILE_OF_EXT4, no_privilege, CAUSE_NO_PRIVILEGE,
	 "only root may activate swap: CAP_SYS_ADMIN is lacking", "run it as root"},
	{FILE_OF_EXT4, user_namespace, CAUSE_USER_NAMESPACE,
	 "swap is the host's: root of a user namespace may not activate it",
	 "run it outside of the container"},
	{FILE_OF_EXT4, too_many_areas, CAUSE_TOO_MANY_AREAS,
	 "the kernel's limit of 28 areas is reached", "swapctl off one of them"},
	{FILE_OF_EXT4, a_directory, CAUSE_NOT_A_FILE, "neither a regular file nor a block device",
	 NULL},
	{FILE_OF_EXT4, a_fifo, CAUSE_NOT_A_FILE, "neither a regular file nor a block device", NULL},
	{FILE_OF_EXT4, active, CAUSE_ACTIVE, "it is active already", NULL},
	{FILE_OF_EXT4, read_only, CAUSE_READ_ONLY, "its file system is mounted read-only",
	 "mount its file system read-write"},
	{DEVICE, read_only, CAUSE_NONE, NULL, NULL},
	{DEVICE, device_read_only, CAUSE_NONE, NULL, NULL},
	{DEVICE, held, CAUSE_IN_USE, "the device is in use: mounted, or part of something else",
	 "lsblk '/srv/a file', which shows by what"},
	{DEVICE, zoned, CAUSE_ZONED, "a zoned device cannot write its blocks in any order",
	 "a device that is not zoned"},
	{FILE_OF_EXT4, immutable, CAUSE_IMMUTABLE, "the file is immutable",
	 "chattr -i '/srv/a file'"},
	{FILE_OF_EXT4, append_only, CAUSE_APPEND_ONLY, "the file can only be appended to",
	 "chattr -a '/srv/a file'"},
	{FILE_OF_EXT4, verity, CAUSE_VERITY, "fs-verity keeps the file as it is",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, dax, CAUSE_DAX, "cannot hold swap: the file is in persistent memory (DAX)",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, encrypted, CAUSE_NONE, NULL, NULL},
	{FILE_OF_EXT4, large_blocks, CAUSE_BLOCK_SIZE,
	 "cannot hold swap: blocks of 16384 bytes are larger than a page",
	 "a file on ext4, xfs or btrfs"},
	{DEVICE, large_blocks, CAUSE_NONE, NULL, NULL},
	{FILE_OF_EXT4, unreadable, CAUSE_UNREADABLE,
	 "its header cannot be read: Input/output error", "another device or file system"},
	{FILE_OF_EXT4, empty, CAUSE_EMPTY, "it is empty: no swap header",
	 "swapctl format '/srv/a file'"},
	{FILE_OF_EXT4, other_content, CAUSE_OTHER_CONTENT, "it holds ext4, no swap area",
	 "swapctl format --wipe=ext4 '/srv/a file', which destroys it"},
	{DEVICE, partitions, CAUSE_OTHER_CONTENT, "it holds gpt partitions, no swap area",
	 "swapctl format --wipe=gpt '/srv/a file', which destroys it"},
	{FILE_OF_EXT4, no_header, CAUSE_NO_HEADER, "it holds no swap header",
	 "swapctl format '/srv/a file'"},
	{DEVICE, suspended, CAUSE_SUSPEND_IMAGE,
	 "a hibernated system is in it, which would be lost",
	 "swapctl format --wipe=suspend '/srv/a file'"},
	{FILE_OF_EXT4, page_size, CAUSE_PAGE_SIZE,
	 "the swap header is for pages of 16384 bytes, this kernel has 4096",
	 "swapctl format --keep-id '/srv/a file'"},
	{FILE_OF_EXT4, old_header, CAUSE_VERSION, "the swap header is of the old version 0",
	 "swapctl format '/srv/a file'"},
	{FILE_OF_EXT4, version, CAUSE_VERSION, "the swap header has version 2, not 1",
	 "swapctl format --keep-id '/srv/a file'"},
	{DEVICE, last_page_zero, CAUSE_NO_PAGES, "the swap header says that its last page is 0",
	 "swapctl format --keep-id '/srv/a file'"},
	{DEVICE, last_page_beyond, CAUSE_TOO_SHORT,
	 "the swap header says 257 pages, but there is room for 256",
	 "swapctl format --keep-id '/srv/a file'"},
	{FILE_OF_EXT4, last_page_huge, CAUSE_TOO_SHORT,
	 "the swap header says 4294967296 pages, but there is room for 256",
	 "swapctl format --keep-id '/srv/a file'"},
	{FILE_OF_EXT4, bad_pages, CAUSE_BAD_PAGES,
	 "the header lists 1 bad pages, which only a device can have",
	 "swapctl format --keep-id '/srv/a file'"},
	{DEVICE, bad_pages, CAUSE_NONE, NULL, NULL},
	{DEVICE, many_bad_pages, CAUSE_BAD_PAGES,
	 "the header counts 638 bad pages, and can list only 637",
	 "swapctl format --keep-id '/srv/a file'"},
	{DEVICE, outside_page, CAUSE_BAD_PAGES,
	 "the header lists the bad page 0, outside of 1 to 255",
	 "swapctl format --keep-id '/srv/a file'"},
	{DEVICE, all_bad, CAUSE_NO_PAGES, "all pages of it are bad by its header",
	 "another device"},
	{FILE_OF_EXT4, hole, CAUSE_HOLES, "cannot hold swap: it has holes, the first at byte 8192",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, is_inline, CAUSE_INLINE,
	 "cannot hold swap: its data are in the inode, not in blocks",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, shared, CAUSE_SHARED,
	 "cannot hold swap: it shares blocks with a copy or a snapshot",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, encoded, CAUSE_COMPRESSED, "cannot hold swap: blocks of it are compressed",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, unsettled, CAUSE_UNSETTLED,
	 "cannot hold swap: it has no place on the disk yet", "sync '/srv/a file'"},
	{FILE_OF_EXT4, one_page, CAUSE_SCATTERED,
	 "cannot hold swap: its blocks lie too far apart to make up pages",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, no_page, CAUSE_SCATTERED,
	 "cannot hold swap: its blocks lie too far apart to make up pages",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_EXT4, cow, CAUSE_NONE, NULL, NULL},
	{FILE_OF_EXT4, compressed, CAUSE_NONE, NULL, NULL},
	{FILE_OF_EXT4, raid, CAUSE_NONE, NULL, NULL},
	{FILE_OF_BTRFS, cow, CAUSE_NOCOW, "cannot hold swap: the file is copy-on-write",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_BTRFS, compressed, CAUSE_COMPRESSED, "cannot hold swap: the file is compressed",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_BTRFS, shared, CAUSE_SHARED,
	 "cannot hold swap: it shares blocks with a copy or a snapshot",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_BTRFS, raid, CAUSE_PROFILE,
	 "cannot hold swap: the data profile is raid1; swap needs single",
	 "btrfs balance start -dconvert=single /srv"},
	{FILE_OF_BTRFS, two_devices, CAUSE_DEVICES,
	 "cannot hold swap: its blocks are on several devices",
	 "swapctl create --replace --size 1048576 '/srv/a file'"},
	{FILE_OF_BTRFS, devices_unknown, CAUSE_NONE, NULL, NULL},
	{FILE_OF_BTRFS, balance, CAUSE_EXCLUSIVE_OPERATION, "the file system is busy: balance",
	 "the same again when it has ended"},
	{FILE_OF_EXT4, shorter_header, CAUSE_NONE, NULL, NULL},
};

static void check_fault(const struct pmm_fault *fault, enum cause cause, const char *reason,
			const char *fix)
{
	const char *story = reason ? reason : "good";

	is_text(fault->reason, reason, "%s: the reason", story);
	is_text(fault->fix, fix, "%s: what mends it", story);
	if (!cause)
		return;
	ok(fault->error == cause_error(cause) && fault->error < 0, "%s: the error", story);
	is_text(fault->object, PATH, "%s: the object", story);
	ok(cause_name(cause) != NULL, "%s: has a name for programs", story);
}

static void test_areas(void)
{
	bool is_tried[CAUSES] = {0};

	for (size_t i = 0; i < sizeof(area_cases) / sizeof(*area_cases); i++) {
		struct facts facts = base_facts(area_cases[i].base);
		struct pmm_fault fault = {0};
		enum cause cause;

		area_cases[i].spoil(&facts);
		cause = verdict_area(&facts, PATH, &fault);
		is_u64(cause, area_cases[i].cause, "%s: the cause",
		       area_cases[i].reason ? area_cases[i].reason : "good");
		check_fault(&fault, cause, area_cases[i].reason, area_cases[i].fix);
		is_tried[cause] = true;
		fault_clear(&fault);
	}
	/* That of a file system has a table of its own. */
	is_tried[CAUSE_FILE_SYSTEM] = true;
	for (enum cause cause = CAUSE_NONE; cause < CAUSE_LACKS_MODES; cause++)
		ok(is_tried[cause], "%s: has a case", cause ? cause_name(cause) : "none");
}

/* ---- which of several is told ---- */

static spoil *const in_order[] = {
	no_privilege, user_namespace, too_many_areas,	a_fifo, active,
	read_only,    immutable,      append_only,	dax,	unreadable,
	page_size,    version,	      last_page_beyond, cow,	balance,
	shared,	      hole,	      encoded,		raid};

static void test_order(void)
{
	size_t count = sizeof(in_order) / sizeof(*in_order);

	for (size_t i = 0; i < count; i++) {
		struct facts alone = good_btrfs(), all = good_btrfs();
		struct pmm_fault fault = {0};
		enum cause expected;

		in_order[i](&alone);
		expected = verdict_area(&alone, PATH, &fault);
		for (size_t k = count; k-- > i;)
			in_order[k](&all);
		is_u64(verdict_area(&all, PATH, &fault), expected,
		       "%s: is told before those that come behind it", cause_name(expected));
		fault_clear(&fault);
	}
}

/* ---- file systems ---- */

static const struct {
	uint64_t magic;
	enum cause of_file, of_place;
	const char *words; /* of the place, if it is refused */
} fs_cases[] = {
	{EXT4_SUPER_MAGIC, CAUSE_NONE, CAUSE_NONE, NULL},
	{XFS_SUPER_MAGIC, CAUSE_NONE, CAUSE_NONE, NULL},
	{BTRFS_SUPER_MAGIC, CAUSE_NOCOW, CAUSE_NONE, NULL},
	{F2FS_SUPER_MAGIC, CAUSE_NONE, CAUSE_NONE, NULL},
	{MSDOS_SUPER_MAGIC, CAUSE_NONE, CAUSE_LACKS_MODES, "vfat keeps no modes"},
	{0x2011bab0, CAUSE_NONE, CAUSE_LACKS_MODES, "exfat keeps no modes"},
	{0x5346544e, CAUSE_NONE, CAUSE_LACKS_MODES, "ntfs keeps no modes"},
	{0x7366746e, CAUSE_NONE, CAUSE_LACKS_MODES, "ntfs3 keeps no modes"},
	{0x3153464a, CAUSE_NONE, CAUSE_NONE, NULL},
	{REISERFS_SUPER_MAGIC, CAUSE_NONE, CAUSE_NONE, NULL},
	{0x12345678, CAUSE_NONE, CAUSE_NONE, NULL},
	{NFS_SUPER_MAGIC, CAUSE_NONE, CAUSE_NETWORK, "nfs keeps its files on another machine"},
	{0xff534d42, CAUSE_NONE, CAUSE_NETWORK, "cifs keeps its files on another machine"},
	{0xfe534d42, CAUSE_NONE, CAUSE_NETWORK, "smb keeps its files on another machine"},
	{0x00c36400, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "ceph keeps its files on another"},
	{V9FS_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "9p keeps its files on another"},
	{0x65735546, CAUSE_NONE, CAUSE_FILE_SYSTEM, "fuse is served by a program"},
	{TMPFS_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "tmpfs keeps its files in memory"},
	{RAMFS_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "ramfs keeps its files in memory"},
	{HUGETLBFS_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "hugetlbfs keeps its files"},
	{OVERLAYFS_SUPER_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "overlay lays directories"},
	{0x2fc12fc1, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "zfs never writes a block where it"},
	{0xca451a4e, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "bcachefs never writes a block"},
	{NILFS_SUPER_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "nilfs2 never writes a block"},
	{PROC_SUPER_MAGIC, CAUSE_FILE_SYSTEM, CAUSE_FILE_SYSTEM, "proc stores nothing"},
};

static void test_file_systems(void)
{
	for (size_t i = 0; i < sizeof(fs_cases) / sizeof(*fs_cases); i++) {
		struct facts facts = good_file();
		struct pmm_fault fault = {0};

		facts.magic = fs_cases[i].magic;
		is_u64(verdict_area(&facts, PATH, &fault), fs_cases[i].of_file, "%jx: a file",
		       (uintmax_t)facts.magic);
		facts = good_place();
		facts.magic = fs_cases[i].magic;
		is_u64(verdict_place(&facts, PATH, GIB, PMM_ABSENT, &fault), fs_cases[i].of_place,
		       "%jx: a place", (uintmax_t)facts.magic);
		ok(!fs_cases[i].words || strstr(fault.reason, fs_cases[i].words), "%jx: %s",
		   (uintmax_t)facts.magic, fs_cases[i].words ? fs_cases[i].words : "good");
		fault_clear(&fault);
	}
}

/* Where the kernel asks for each block, and the file system does not say, it finds only holes. */
static void test_blocks(void)
{
	struct facts facts = good_file();
	struct pmm_fault fault = {0};

	facts.magic = 0x65735546;
	facts.extents.is_known = false;
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_FILE_SYSTEM, "fuse without bmap");
	is_text(fault.reason,
		"cannot hold swap: fuse is served by a program, which does not say where blocks "
		"are",
		"fuse without bmap: the reason");
	facts.magic = 0x12345678;
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_FILE_SYSTEM, "unknown, without bmap");
	facts = good_file();
	facts.magic = MSDOS_SUPER_MAGIC;
	shorter_header(&facts);
	facts.extents.hole_at_bytes = 10 * PAGE;
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_NONE, "a hole behind the area, by blocks");
	facts.extents.hole_at_bytes = 9 * PAGE;
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_HOLES, "a hole in the area, by blocks");
	facts.magic = EXT4_SUPER_MAGIC;
	facts.extents.hole_at_bytes = 10 * PAGE;
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_HOLES, "a hole behind it, by extents");
	facts = good_file();
	facts.magic = NFS_SUPER_MAGIC;
	facts.extents.is_known = false;
	facts.stored_bytes = facts.size_bytes - 512;
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_HOLES, "a hole, on nfs");
	facts = good_file();
	hole(&facts);
	shared(&facts);
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_SHARED, "shared before the first hole");
	shared_late(&facts);
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_HOLES, "shared behind the first hole");
	facts = good_file();
	facts.magic = F2FS_SUPER_MAGIC;
	compressed(&facts);
	is_u64(verdict_area(&facts, PATH, &fault), CAUSE_COMPRESSED, "compressed, on f2fs");
	fault_clear(&fault);
}

int main(void)
{
	test_areas();
	test_order();
	test_file_systems();
	test_blocks();
	return done_testing();
}
