/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What btrfs asks of a swap file beyond other file systems: that its blocks are stored once, and on
 * one device. The kernel looks at the chunks in which they are (btrfs_swap_activate() in
 * fs/btrfs/inode.c), and so does this; to read the tree of chunks takes CAP_SYS_ADMIN. Of a file
 * that is still to be made, the profile of new data counts.
 */

#include <endian.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "btrfs-search.h"
#include "facts.h"

enum { MOST_SPACES = 64 };

struct chunk {
	uint64_t start_bytes; /* in the address space of the file system */
	uint64_t length_bytes;
	uint64_t profile; /* BTRFS_BLOCK_GROUP_*; 0 is single */
	uint64_t device_id;
};

struct btrfs_chunks {
	struct chunk *items;
	size_t count;
	uint64_t profile; /* of those noted, if any is not single */
	uint64_t first_device_id;
	uint64_t devices; /* 0, 1, or 2 for more */
};

static const struct {
	uint64_t bit;
	const char *name;
} profiles[] = {
	{BTRFS_BLOCK_GROUP_RAID0, "raid0"},	{BTRFS_BLOCK_GROUP_RAID1, "raid1"},
	{BTRFS_BLOCK_GROUP_DUP, "dup"},		{BTRFS_BLOCK_GROUP_RAID10, "raid10"},
	{BTRFS_BLOCK_GROUP_RAID5, "raid5"},	{BTRFS_BLOCK_GROUP_RAID6, "raid6"},
	{BTRFS_BLOCK_GROUP_RAID1C3, "raid1c3"}, {BTRFS_BLOCK_GROUP_RAID1C4, "raid1c4"},
};

static const char *profile_name(uint64_t flags)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(*profiles); i++)
		if (flags & profiles[i].bit)
			return profiles[i].name;
	return NULL;
}

/* ---- chunks ---- */

static int add_chunk(void *data, uint64_t start_bytes, const void *bytes, size_t length)
{
	struct btrfs_chunks *chunks = data;
	struct btrfs_chunk item;
	struct chunk *items;

	if (length < sizeof(item))
		return 0;
	memcpy(&item, bytes, sizeof(item));
	items = reallocarray(chunks->items, chunks->count + 1, sizeof(*items));
	if (!items)
		return -1;
	chunks->items = items;
	items[chunks->count++] = (struct chunk){
		.start_bytes = start_bytes,
		.length_bytes = le64toh(item.length),
		.profile = le64toh(item.type) & BTRFS_BLOCK_GROUP_PROFILE_MASK,
		.device_id = le64toh(item.stripe.devid),
	};
	return 0;
}

struct btrfs_chunks *btrfs_chunks_read(int fd)
{
	static const struct btrfs_range all = {
		.tree = BTRFS_CHUNK_TREE_OBJECTID,
		.object = BTRFS_FIRST_CHUNK_TREE_OBJECTID,
		.type = BTRFS_CHUNK_ITEM_KEY,
		.last_offset = UINT64_MAX,
	};
	struct btrfs_chunks *chunks = calloc(1, sizeof(*chunks));

	if (!chunks || btrfs_search(fd, &all, add_chunk, chunks) < 0)
		return btrfs_chunks_free(chunks);
	return chunks;
}

struct btrfs_chunks *btrfs_chunks_free(struct btrfs_chunks *chunks)
{
	if (chunks)
		free(chunks->items);
	free(chunks);
	return NULL;
}

static void note_chunk(struct btrfs_chunks *chunks, const struct chunk *chunk)
{
	if (chunk->profile)
		chunks->profile = chunk->profile;
	if (!chunks->devices) {
		chunks->first_device_id = chunk->device_id;
		chunks->devices = 1;
	} else if (chunk->device_id != chunks->first_device_id) {
		chunks->devices = 2;
	}
}

void btrfs_chunks_note(void *data, uint64_t logical_bytes, uint64_t length_bytes)
{
	struct btrfs_chunks *chunks = data;

	for (size_t i = 0; i < chunks->count; i++) {
		const struct chunk *chunk = &chunks->items[i];

		if (logical_bytes < chunk->start_bytes + chunk->length_bytes &&
		    chunk->start_bytes < logical_bytes + length_bytes)
			note_chunk(chunks, chunk);
	}
}

/* ---- the file system ---- */

/* Of new data: while a conversion is not done there are several, and any may be used. */
static const char *data_profile(int fd)
{
	struct btrfs_ioctl_space_args *spaces =
		calloc(1, sizeof(*spaces) + MOST_SPACES * sizeof(struct btrfs_ioctl_space_info));
	const char *name = NULL;

	if (!spaces)
		return NULL;
	spaces->space_slots = MOST_SPACES;
	if (ioctl(fd, BTRFS_IOC_SPACE_INFO, spaces) < 0)
		spaces->total_spaces = 0;
	for (uint64_t i = 0; i < spaces->total_spaces && i < MOST_SPACES; i++)
		if (spaces->spaces[i].flags & BTRFS_BLOCK_GROUP_DATA && !name)
			name = profile_name(spaces->spaces[i].flags);
	free(spaces);
	return name;
}

static void read_operation(struct pmm_root *root, int fd, struct facts_btrfs *btrfs)
{
	struct btrfs_ioctl_fs_info_args info = {0};
	const unsigned char *id = info.fsid;
	char path[96];
	ssize_t length;
	int file;

	if (ioctl(fd, BTRFS_IOC_FS_INFO, &info) < 0)
		return;
	snprintf(path, sizeof(path),
		 "sys/fs/btrfs/%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x"
		 "/exclusive_operation",
		 id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10],
		 id[11], id[12], id[13], id[14], id[15]);
	if (pmm_root_open_file(root, path, &file) < 0)
		return;
	length = read(file, btrfs->operation, sizeof(btrfs->operation) - 1);
	close(file);
	btrfs->operation[length > 0 ? length : 0] = '\0';
	btrfs->operation[strcspn(btrfs->operation, "\n")] = '\0';
	if (!strcmp(btrfs->operation, "none"))
		*btrfs->operation = '\0';
}

void btrfs_read(struct pmm_root *root, int fd, const struct btrfs_chunks *chunks,
		struct facts_btrfs *ret_btrfs)
{
	struct facts_btrfs btrfs = {.file_devices = PMM_ABSENT};

	if (chunks) {
		btrfs.profile = profile_name(chunks->profile);
		btrfs.file_devices = chunks->devices;
	} else {
		btrfs.profile = data_profile(fd);
	}
	read_operation(root, fd, &btrfs);
	*ret_btrfs = btrfs;
}
