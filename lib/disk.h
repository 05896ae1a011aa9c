/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_DISK_H
#define PROCMM_DISK_H

/* What the disks that swap is on have read; see disk.c. */

#include "procmm.h"
#include "scan.h"

/* A line of proc/diskstats. */
struct disk_line {
	struct scan name;
	struct pmm_reads reads;
};

/* Pure: the next line that is one; false at the end of the text. */
bool disk_next_line(struct scan *text, struct disk_line *ret_line);

/*
 * The reads of the device of each area, absent where it is not known which that is. -ENOENT if
 * there is no proc/diskstats, -ENOMEM. RET_READS: COUNT of them, written in any case.
 */
int disk_read_areas(struct pmm_root *root, const struct pmm_area *areas, size_t count,
		    struct pmm_reads *ret_reads);

struct disk_sum {
	struct pmm_reads disks; /* each disk once; absent if one of them is */
	uint64_t zram_bytes;	/* 0 if no area is zram */
};

/* Pure: the sum over areas. */
void disk_sum(const struct pmm_area *areas, const struct pmm_reads *reads, size_t count,
	      struct disk_sum *ret_sum);

#endif
