/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_MADE_FACTS_H
#define TESTS_MADE_FACTS_H

/*
 * Facts of a file, a device and a directory with which all is well, made up for the tests of what
 * is judged by them, and what makes one of them wrong.
 */

#include <linux/magic.h>

#include "verdict.h"

enum { PAGE = 4096, PAGES = 256 };

static const uint64_t GIB = UINT64_C(1) << 30;
static const char PATH[] = "/srv/a file";

static inline struct facts good_file(void)
{
	return (struct facts){
		.is_privileged = true,
		.page_bytes = PAGE,
		.areas = 2,
		.most_areas = 28,
		.most_file_bytes = PMM_ABSENT,
		.mode = S_IFREG | 0600,
		.size_bytes = PAGES * PAGE,
		.stored_bytes = PAGES * PAGE,
		.magic = EXT4_SUPER_MAGIC,
		.block_bytes = PAGE,
		.total_bytes = 100 * GIB,
		.free_bytes = 50 * GIB,
		.quota_bytes = PMM_ABSENT,
		.header = {.content = HEADER_SWAP,
			   .page_bytes = PAGE,
			   .version = 1,
			   .last_page = PAGES - 1,
			   .good_pages = PAGES - 1},
		.extents = {.is_known = true,
			    .hole_at_bytes = PMM_ABSENT,
			    .shared_at_bytes = PMM_ABSENT,
			    .usable_pages = PAGES},
		.btrfs.file_devices = PMM_ABSENT,
	};
}

static inline struct facts good_device(void)
{
	struct facts facts = good_file();

	facts.mode = S_IFBLK | 0660;
	facts.magic = TMPFS_MAGIC; /* of /dev: it must not matter */
	facts.extents =
		(struct facts_extents){.hole_at_bytes = PMM_ABSENT, .shared_at_bytes = PMM_ABSENT};
	return facts;
}

static inline struct facts good_btrfs(void)
{
	struct facts facts = good_file();

	facts.magic = BTRFS_SUPER_MAGIC;
	facts.is_nocow = true;
	facts.btrfs.file_devices = 1;
	return facts;
}

static inline struct facts good_place(void)
{
	struct facts facts = good_file();

	facts.mode = S_IFDIR | 0755;
	facts.header = (struct header_look){0};
	facts.extents =
		(struct facts_extents){.hole_at_bytes = PMM_ABSENT, .shared_at_bytes = PMM_ABSENT};
	return facts;
}

enum base { FILE_OF_EXT4, FILE_OF_BTRFS, DEVICE };

static inline struct facts base_facts(enum base base)
{
	return base == DEVICE ? good_device() : base == FILE_OF_BTRFS ? good_btrfs() : good_file();
}

/* A case makes one thing wrong. */
typedef void spoil(struct facts *facts);

/* Functions that do: SPOIL(immutable, is_immutable = true) */
#define SPOIL(name, assignment)               \
	static void name(struct facts *facts) \
	{                                     \
		facts->assignment;            \
	}

#endif
