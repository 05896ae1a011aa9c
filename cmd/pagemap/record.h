/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_RECORD_H
#define PAGEMAP_RECORD_H

/*
 * What `pagemap pages --binary` writes: a header, and a record for each run, in the byte order of
 * the machine that wrote it. This file needs nothing but <stdint.h>, so a program that reads them
 * can have it as it is. Fields are only added at the end of either, where their sizes tell.
 */

#include <stdint.h>

#define RECORD_MAGIC "PAGEMAP" /* with its NUL, 8 bytes */

enum {
	RECORD_VERSION = 1, /* another one means the same fields in another way */
	RECORD_ORDER = 0x01020304,
	RECORD_ABSENT_TYPE = 0xff,
};

#define RECORD_ABSENT UINT64_MAX

struct record_header {
	char magic[8];
	uint32_t order; /* RECORD_ORDER as the writer's bytes have it */
	uint32_t version;
	uint32_t header_bytes; /* where the first record begins */
	uint32_t record_bytes; /* from one to the next */
	uint64_t page_bytes;
};

/* The bits of record.bits: for each that is known, whether it is so. */
enum {
	RECORD_FILE_KNOWN = 1 << 0,
	RECORD_FILE = 1 << 1,
	RECORD_EXCLUSIVE_KNOWN = 1 << 2,
	RECORD_EXCLUSIVE = 1 << 3,
	RECORD_SOFT_DIRTY = 1 << 4,
	RECORD_UFFD_WP = 1 << 5,
};

struct record {
	uint64_t address;
	uint64_t pages;
	uint64_t place;	 /* the first frame, or the first slot in swap; RECORD_ABSENT as all are */
	uint64_t flags;	 /* of /proc/kpageflags */
	uint64_t count;	 /* how often each frame is mapped */
	uint64_t cgroup; /* inode */
	uint32_t pid;
	uint16_t bits;
	uint8_t swap_type;  /* RECORD_ABSENT_TYPE: not in swap, or hidden */
	uint8_t leaf_shift; /* an entry of the page table maps 1 << this bytes; 0: not known */
	uint8_t state;	    /* number of enum pmm_page_state */
	uint8_t class;	    /* number of enum pmm_page_class */
	uint8_t reserved[6];
};

#endif
