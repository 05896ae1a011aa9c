/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads items of a tree of btrfs, as many as there are. The kernel gives them in pieces: headers
 * and items behind each other (BTRFS_IOC_TREE_SEARCH_V2).
 */

#include "btrfs-search.h"

#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { SEARCH_BYTES = 64 * 1024 };

/* One answer of the kernel. KEY: to ask for the next. */
static int visit_items(const struct btrfs_ioctl_search_args_v2 *search,
		       struct btrfs_ioctl_search_key *key, btrfs_visit *visit, void *data)
{
	const char *at = (const char *)search->buf;
	const char *end = at + SEARCH_BYTES;

	for (uint32_t i = 0; i < search->key.nr_items; i++) {
		struct btrfs_ioctl_search_header header;

		if ((size_t)(end - at) < sizeof(header))
			return -1;
		memcpy(&header, at, sizeof(header));
		at += sizeof(header);
		if ((size_t)(end - at) < header.len)
			return -1;
		key->min_offset = header.offset + 1;
		if (visit(data, header.offset, at, header.len) < 0)
			return -1;
		at += header.len;
	}
	return 0;
}

int btrfs_search(int fd, const struct btrfs_range *range, btrfs_visit *visit, void *data)
{
	struct btrfs_ioctl_search_args_v2 *search = calloc(1, sizeof(*search) + SEARCH_BYTES);
	struct btrfs_ioctl_search_key key = {
		.tree_id = range->tree,
		.min_objectid = range->object,
		.max_objectid = range->object,
		.min_type = range->type,
		.max_type = range->type,
		.min_offset = range->first_offset,
		.max_offset = range->last_offset,
		.max_transid = UINT64_MAX,
	};
	int r = search ? 0 : -1;

	do {
		if (r < 0)
			break;
		search->key = key;
		search->key.nr_items = UINT32_MAX;
		search->buf_size = SEARCH_BYTES;
		r = ioctl(fd, BTRFS_IOC_TREE_SEARCH_V2, search);
		if (r == 0)
			r = visit_items(search, &key, visit, data);
	} while (r == 0 && search->key.nr_items && key.min_offset - 1 < key.max_offset);
	free(search);
	return r;
}

int btrfs_find_subvolume(int fd, uint64_t *ret_subvolume)
{
	/* Of tree 0 the kernel puts in which one FD is: btrfs_ioctl_ino_lookup(). */
	struct btrfs_ioctl_ino_lookup_args where = {.objectid = BTRFS_FIRST_FREE_OBJECTID};

	if (ioctl(fd, BTRFS_IOC_INO_LOOKUP, &where) < 0)
		return -1;
	*ret_subvolume = where.treeid;
	return 0;
}
