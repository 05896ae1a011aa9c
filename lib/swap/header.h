/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_HEADER_H
#define PROCMM_SWAP_HEADER_H

/* The header of a swap area: where what is in it, and what other rooms ask; see header.c. */

#include "procmm-swap.h"

/* include/linux/swap.h, union swap_header. The first KiB is a boot loader's, and not touched. */
enum {
	HEADER_VERSION_AT = 1024,
	HEADER_LAST_PAGE_AT = 1028,
	HEADER_BAD_PAGES_AT = 1032,
	HEADER_UUID_AT = 1036,
	HEADER_LABEL_AT = 1052,
	HEADER_BAD_PAGE_LIST_AT = 1536,
	HEADER_UUID_LENGTH = 16,
	HEADER_LABEL_LENGTH = 16,
	HEADER_MAGIC_LENGTH = 10, /* the last bytes of the page */
	HEADER_SMALLEST_PAGE = 4096,
	HEADER_GREATEST_PAGE = 65536,
};

/* All that is there of LENGTH bytes: how many were read, fewer only at the end; or -Exxx. */
ssize_t header_read_at(int fd, void *bytes, size_t length, uint64_t offset_bytes);

/* pmm_swap_header_probe() of a file or device that is open; PATH is for words. */
int header_probe_fd(struct pmm_root *root, const char *path, int fd,
		    struct pmm_swap_header *ret_header);

/* How many bad pages the header of a kernel of that page size can list. */
size_t header_most_bad_pages(uint64_t page_bytes);

/* pmm_swap_header_build() that says in words what is wrong with the wish for PATH. */
int header_build(const struct pmm_swap_header_wish *wish, const char *path, void *page,
		 char ret_uuid[37], struct pmm_fault *fault);

#endif
