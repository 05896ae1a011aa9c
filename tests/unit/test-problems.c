/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * By made up facts: can a swap file be made in a directory, what have we against an area that the
 * kernel takes, and are the commands that mend it what a shell can read?
 */

#include <stdlib.h>

#include "fault.h"
#include "made-facts.h"
#include "tap.h"

/* ---- places ---- */

static const struct {
	const char *story;
	uint64_t free_bytes, total_bytes, size_bytes, reserve_bytes, limit_bytes;
	enum cause cause;
	const char *reason, *fix;
} space_cases[] = {
	{"enough", 50 * (UINT64_C(1) << 30), 100 * (UINT64_C(1) << 30), UINT64_C(45) << 30,
	 PMM_ABSENT, PMM_ABSENT, CAUSE_NONE, NULL, NULL},
	{"5 % stay free", 50 * (UINT64_C(1) << 30), 100 * (UINT64_C(1) << 30),
	 (UINT64_C(45) << 30) + PAGE, PMM_ABSENT, PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 50G of the disk are free there; it would take 45G, and 5G shall stay free",
	 "--size 45G, or --reserve"},
	{"512 MiB stay free", UINT64_C(1) << 30, UINT64_C(2) << 30, UINT64_C(600) << 20, PMM_ABSENT,
	 PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 1G of the disk are free there; it would take 600M, and 512M shall stay free",
	 "--size 512M, or --reserve"},
	{"what is left is not said to be more", (UINT64_C(1) << 30) - PAGE, UINT64_C(2) << 30,
	 UINT64_C(600) << 20, PMM_ABSENT, PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 1G of the disk are free there; it would take 600M, and 512M shall stay free",
	 "--size 511M, or --reserve"},
	{"less than an area is left", 9 * PAGE, UINT64_C(2) << 30, UINT64_C(10) << 20, 0,
	 PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 36K of the disk are free there; it would take 10M, and 0 bytes shall stay free",
	 "a file on another file system"},
	{"nothing is left", UINT64_C(100) << 20, UINT64_C(2) << 30, UINT64_C(10) << 20, PMM_ABSENT,
	 PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 100M of the disk are free there; it would take 10M, and 512M shall stay free",
	 "a file on another file system, or --reserve"},
	{"no reserve", UINT64_C(100) << 20, UINT64_C(2) << 30, UINT64_C(100) << 20, 0, PMM_ABSENT,
	 CAUSE_NONE, NULL, NULL},
	{"no reserve, too large", UINT64_C(100) << 20, UINT64_C(2) << 30, UINT64_C(101) << 20, 0,
	 PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 100M of the disk are free there; it would take 101M, and 0 bytes shall stay free",
	 "--size 100M"},
	{"larger than all that is free", UINT64_C(1) << 30, UINT64_C(2) << 30, UINT64_C(2) << 30,
	 PMM_ABSENT, PMM_ABSENT, CAUSE_NO_SPACE,
	 "only 1G of the disk are free there; it would take 2G, and 512M shall stay free",
	 "--size 512M"},
	{"size not known yet", UINT64_C(100) << 20, UINT64_C(2) << 30, 0, PMM_ABSENT, PMM_ABSENT,
	 CAUSE_NO_SPACE, "only 100M of the disk are free there, and 512M shall stay so",
	 "a file on another file system"},
	{"a limit of file sizes", UINT64_C(50) << 30, UINT64_C(100) << 30, UINT64_C(1) << 30,
	 PMM_ABSENT, UINT64_C(1) << 20, CAUSE_FILE_LIMIT, "no file may be larger than 1M here",
	 "ulimit -f unlimited"},
};

static const struct {
	uint64_t quota_bytes, size_bytes;
	enum cause cause;
	const char *reason, *fix;
} quota_cases[] = {
	{PMM_ABSENT, UINT64_C(40) << 30, CAUSE_NONE, NULL, NULL},
	{UINT64_C(100) << 20, UINT64_C(100) << 20, CAUSE_NONE, NULL, NULL},
	{UINT64_C(100) << 20, 0, CAUSE_NONE, NULL, NULL},
	{(UINT64_C(100) << 20) - 1, UINT64_C(100) << 20, CAUSE_QUOTA,
	 "only 99.9M are left by its quota; it would take 100M",
	 "--size 99.9M, or a higher limit: btrfs qgroup limit"},
	{9 * PAGE, 0, CAUSE_QUOTA, "only 36K are left by its quota",
	 "a higher limit: btrfs qgroup limit"},
	{0, UINT64_C(1) << 20, CAUSE_QUOTA, "only 0 bytes are left by its quota",
	 "a higher limit: btrfs qgroup limit"},
};

static void test_quota(void)
{
	for (size_t i = 0; i < sizeof(quota_cases) / sizeof(*quota_cases); i++) {
		struct facts facts = good_place();
		struct pmm_fault fault = {0};
		enum cause cause;

		facts.quota_bytes = quota_cases[i].quota_bytes;
		cause = verdict_place(&facts, PATH, quota_cases[i].size_bytes, 0, &fault);
		is_u64(cause, quota_cases[i].cause, "quota %zu: the cause", i);
		is_text(fault.reason, quota_cases[i].reason, "quota %zu: the reason", i);
		is_text(fault.fix, quota_cases[i].fix, "quota %zu: what mends it", i);
		fault_clear(&fault);
	}
}

static void test_space(void)
{
	for (size_t i = 0; i < sizeof(space_cases) / sizeof(*space_cases); i++) {
		struct facts facts = good_place();
		struct pmm_fault fault = {0};
		enum cause cause;

		facts.free_bytes = space_cases[i].free_bytes;
		facts.total_bytes = space_cases[i].total_bytes;
		facts.most_file_bytes = space_cases[i].limit_bytes;
		cause = verdict_place(&facts, PATH, space_cases[i].size_bytes,
				      space_cases[i].reserve_bytes, &fault);
		is_u64(cause, space_cases[i].cause, "%s: the cause", space_cases[i].story);
		is_text(fault.reason, space_cases[i].reason, "%s: the reason",
			space_cases[i].story);
		is_text(fault.fix, space_cases[i].fix, "%s: what mends it", space_cases[i].story);
		fault_clear(&fault);
	}
}

SPOIL(nothing, areas = 27)
SPOIL(no_privilege, is_privileged = false)
SPOIL(read_only, is_read_only = true)
SPOIL(immutable, is_immutable = true)
SPOIL(append_only, is_append_only = true)
SPOIL(encrypted, is_encrypted = true)
SPOIL(page_size, header.page_bytes = 4 * PAGE)
SPOIL(cow, is_nocow = false)
SPOIL(raid, btrfs.profile = "raid1")
SPOIL(shorter_header, header.last_page = 9)

static void balance(struct facts *facts)
{
	snprintf(facts->btrfs.operation, sizeof(facts->btrfs.operation), "balance");
}

static const struct {
	spoil *spoil;
	enum cause cause;
} place_cases[] = {
	{read_only, CAUSE_READ_ONLY},
	{immutable, CAUSE_IMMUTABLE},
	{encrypted, CAUSE_ENCRYPTED},
	{raid, CAUSE_PROFILE},
	{balance, CAUSE_EXCLUSIVE_OPERATION},
	{append_only, CAUSE_KEEPS_NAMES},
	{cow, CAUSE_NONE},
	{no_privilege, CAUSE_NONE},
};

static void test_places(void)
{
	for (size_t i = 0; i < sizeof(place_cases) / sizeof(*place_cases); i++) {
		struct facts facts = good_place();
		struct pmm_fault fault = {0};

		facts.magic = BTRFS_SUPER_MAGIC;
		place_cases[i].spoil(&facts);
		is_u64(verdict_place(&facts, PATH, GIB, 0, &fault), place_cases[i].cause,
		       "a place on btrfs: case %zu", i);
		fault_clear(&fault);
	}
}

/* ---- problems ---- */

SPOIL(mode_0644, mode = S_IFREG | 0644)
SPOIL(mode_0620, mode = S_IFREG | 0620)
SPOIL(device_0660, mode = S_IFBLK | 0660)
SPOIL(device_0666, mode = S_IFBLK | 0666)
SPOIL(of_user, uid = 1000)
SPOIL(on_vfat, magic = MSDOS_SUPER_MAGIC)
SPOIL(on_nfs, magic = NFS_SUPER_MAGIC)
SPOIL(disk_full, free_bytes = 1)
SPOIL(loop_in_memory, device.is_backing_in_memory = true)
SPOIL(device_read_only, device.is_read_only = true)
SPOIL(loop_sparse, device.is_backing_sparse = true)
SPOIL(few_pages, header.last_page = 8)
SPOIL(repeated, header.repeated_page = 7)
SPOIL(half_usable, extents.usable_pages = PAGES / 2)
SPOIL(nearly_usable, extents.usable_pages = PAGES - 2)

static void also_partitions(struct facts *facts)
{
	facts->has_partitions = true;
	snprintf(facts->other, sizeof(facts->other), "dos");
}

static void also_iso(struct facts *facts)
{
	snprintf(facts->other, sizeof(facts->other), "iso9660");
}

static const struct {
	enum base base;
	spoil *spoil;
	const char *names; /* each with a blank behind it */
} problem_cases[] = {
	{FILE_OF_EXT4, nothing, ""},
	{DEVICE, nothing, ""},
	{FILE_OF_EXT4, mode_0644, "readable-by-others "},
	{FILE_OF_EXT4, mode_0620, "readable-by-others "},
	{DEVICE, device_0660, ""},
	{DEVICE, device_0666, "readable-by-others "},
	{FILE_OF_EXT4, encrypted, "encrypted "},
	{FILE_OF_EXT4, of_user, "owner "},
	{DEVICE, of_user, ""},
	{FILE_OF_EXT4, on_vfat, "lacks-modes "},
	{FILE_OF_EXT4, on_nfs, "network "},
	{DEVICE, on_nfs, ""},
	{FILE_OF_EXT4, disk_full, "disk-space "},
	{DEVICE, disk_full, ""},
	{DEVICE, device_read_only, "read-only "},
	{DEVICE, loop_in_memory, "loop-in-memory "},
	{DEVICE, loop_sparse, "loop-sparse "},
	{DEVICE, few_pages, "too-small unused-room "},
	{FILE_OF_EXT4, shorter_header, "unused-room "},
	{DEVICE, repeated, "repeated-bad-page "},
	{FILE_OF_EXT4, half_usable, "scattered "},
	{FILE_OF_EXT4, nearly_usable, ""},
	{DEVICE, also_partitions, "partition-table "},
	{DEVICE, also_iso, "other-signature "},
	{DEVICE, page_size, ""}, /* the kernel's matter */
};

static void test_problems(void)
{
	for (size_t i = 0; i < sizeof(problem_cases) / sizeof(*problem_cases); i++) {
		struct facts facts = base_facts(problem_cases[i].base);
		struct pmm_judgement *judgement = calloc(1, sizeof(*judgement));
		char names[256] = "";

		problem_cases[i].spoil(&facts);
		ok(judgement && problems_find(&facts, PATH, judgement) == 0, "problems are found");
		for (size_t k = 0; k < judgement->problem_count; k++) {
			const struct pmm_finding *problem = &judgement->problems[k];
			size_t length = strlen(names);

			snprintf(names + length, sizeof(names) - length, "%s ", problem->name);
			ok(problem->reason && problem->fix, "%s: has a reason and a fix",
			   problem->name);
		}
		is_text(names, problem_cases[i].names, "problems of case %zu", i);
		pmm_judgement_free(judgement);
	}
}

/* ---- fixes ---- */

static const struct {
	const char *fix, *path, *expected;
} fix_cases[] = {
	{"chmod 600 {}", "/swapfile", "chmod 600 /swapfile"},
	{"{} {/} {size}", "/a/b", "/a/b /a 7"},
	{"{/}", "/swapfile", "/"},
	{"rm {}", "/a b", "rm '/a b'"},
	{"rm {}", "/it's", "rm '/it'\\''s'"},
	{"rm {}", "/$(reboot)`x`", "rm '/$(reboot)`x`'"},
	{"rm {}", "/a\nb", "rm '/a\nb'"},
	{"rm {}", "/{}", "rm '/{}'"},
	{"a {b} {", "/x", "a {b} {"},
	{"", "/x", ""},
};

static void test_fixes(void)
{
	for (size_t i = 0; i < sizeof(fix_cases) / sizeof(*fix_cases); i++) {
		char *text = fix_text(fix_cases[i].fix, fix_cases[i].path, 7);

		is_text(text, fix_cases[i].expected, "fix %zu", i);
		free(text);
	}
}

int main(void)
{
	test_space();
	test_quota();
	test_places();
	test_problems();
	test_fixes();
	return done_testing();
}
