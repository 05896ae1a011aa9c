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

enum header_content {
	HEADER_NONE,
	HEADER_SWAP,
	HEADER_OLD_SWAP, /* version 0 */
	HEADER_SUSPEND_IMAGE,
};

/* The raw header, before anybody says whether it is good. */
struct header_look {
	enum header_content content;
	uint64_t page_bytes; /* of the kernel it was made for */
	uint32_t version;
	uint32_t last_page;
	uint32_t bad_pages;
	uint32_t good_pages;	/* as the kernel counts: a bad page listed twice is two */
	uint32_t outside_page;	/* a bad page that is listed, and is outside of the area */
	uint32_t repeated_page; /* one that is listed twice; 0: none */
	int is_foreign_endian;
	int has_outside_page;
	int is_empty; /* nothing but zeros where a header would be, or no bytes at all */
};

/*
 * Look at the front of a file or device: its first 64 KiB, or all there is. Of several magics that
 * of PAGE_BYTES counts, as for the kernel that has such pages. Pure.
 */
void header_look_at(const void *bytes, size_t length, uint64_t page_bytes,
		    struct header_look *ret_look);

/* How many bad pages the header of a kernel of that page size can list. */
size_t header_most_bad_pages(uint64_t page_bytes);

/* pmm_swap_header_build() that says in words what is wrong with the wish for PATH. */
int header_build(const struct pmm_swap_header_wish *wish, const char *path, void *page,
		 char ret_uuid[37], struct pmm_fault *fault);

#endif
