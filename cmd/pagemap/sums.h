/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_SUMS_H
#define PAGEMAP_SUMS_H

/*
 * Sums over the pages of a mapping, or of a process, that the filter lets pass; see sums.c.
 */

#include "pagemap.h"

enum sum {
	SUM_SIZE,
	SUM_RAM,
	SUM_ANON,
	SUM_FILE,
	SUM_SHMEM,
	SUM_HUGE,
	SUM_EXCLUSIVE,
	SUM_SWAP,
	SUM_SWAPPED_SHMEM,
	SUM_NONE,
	SUM_GUARD,
	SUM_UFFD_WP,
	SUM_POISON,
	SUM_MIGRATING,
	SUM_HIDDEN,
	SUMS, /* how many there are */
};

struct sums {
	uint64_t bytes[SUMS]; /* absent where nothing was added */
	unsigned unknown;     /* a bit for each that is not known of a part of it */
};

struct sums sums_none(void);
/* Of the mapping at hand of the walk. False: the filter lets nothing of it pass. */
bool sums_read(struct target *target, const struct pmm_mapping *mapping, struct sums *ret_sums);
/* Parts whose pages cannot be read at all do not count. */
void sums_add(struct sums *total, const struct sums *part);
struct value sums_value(const struct sums *sums, enum sum which);
/* Say once what may be wrong with them. */
void sums_remark(const struct sums *total);

/* clang-format off */
/*
 * Their rows in a table of fields. AT(sum) designates one, as in [FIELD_SIZE + (sum)]; what MAPS
 * and PAGEMAP are says who uses it.
 */
#define SUMS_ROWS(at, with_shmem) \
	at(SUM_SIZE) = {"size_bytes", "SIZE", UNIT_BYTES, \
		"address space it takes", \
		MAPS, true, false}, \
	at(SUM_RAM) = {"ram_bytes", "RAM", UNIT_BYTES, \
		"pages that are in RAM", \
		PAGEMAP " bit 63", true, false}, \
	at(SUM_ANON) = {"anon_bytes", "ANON", UNIT_BYTES, \
		"of those in RAM, anonymous", \
		PAGEMAP " bit 61", true, false}, \
	at(SUM_FILE) = {"file_bytes", "FILE", UNIT_BYTES, \
		"of those in RAM, of a file or shared memory", \
		PAGEMAP " bit 61", true, false}, \
	at(SUM_SHMEM) = {"shmem_bytes", "SHMEM", UNIT_BYTES, \
		"of FILE, shared memory and tmpfs", \
		PAGEMAP ", " MAPS, with_shmem, false}, \
	at(SUM_HUGE) = {"huge_bytes", "HUGE", UNIT_BYTES, \
		"of those in RAM, huge pages that one entry maps", \
		"PAGEMAP_SCAN", true, false}, \
	at(SUM_EXCLUSIVE) = {"exclusive_bytes", "EXCLUSIVE", UNIT_BYTES, \
		"of those in RAM, exclusively mapped; only where it is asked for", \
		PAGEMAP " bit 56", false, false}, \
	at(SUM_SWAP) = {"swap_bytes", "SWAP", UNIT_BYTES, \
		"pages in a swap area, shared memory too, and those that are hidden", \
		PAGEMAP " bit 62, cachestat(2)", true, false}, \
	at(SUM_SWAPPED_SHMEM) = {"swapped_shmem_bytes", "SWAPPED-SHMEM", UNIT_BYTES, \
		"of SWAP, shared memory and tmpfs, of all that share it", \
		"cachestat(2)", false, false}, \
	at(SUM_NONE) = {"none_bytes", "NONE", UNIT_BYTES, \
		"neither in RAM nor in swap: never touched, or given back", \
		PAGEMAP, true, false}, \
	at(SUM_GUARD) = {"guard_bytes", "GUARD", UNIT_BYTES, \
		"guard pages", \
		PAGEMAP " bit 58, swap type 31", false, false}, \
	at(SUM_UFFD_WP) = {"uffd_wp_bytes", "UFFD-WP", UNIT_BYTES, \
		"write-protect markers of userfaultfd, without a page", \
		PAGEMAP " swap type 31", false, false}, \
	at(SUM_POISON) = {"poison_bytes", "POISON", UNIT_BYTES, \
		"poison markers of userfaultfd", \
		PAGEMAP " swap type 31", false, false}, \
	at(SUM_MIGRATING) = {"migrating_bytes", "MIGRATING", UNIT_BYTES, \
		"pages on their way to another frame, and device memory", \
		PAGEMAP " swap types 23 to 30", false, false}, \
	at(SUM_HIDDEN) = {"hidden_bytes", "HIDDEN", UNIT_BYTES, \
		"of SWAP, what may be a marker as well: which, takes CAP_SYS_ADMIN", \
		PAGEMAP, false, false}
/* clang-format on */

#endif
