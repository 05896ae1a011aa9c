/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs as binary records: record.h. */

#include "record.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pagemap.h"
#include "shared/message.h"

_Static_assert(sizeof(struct record_header) == 32, "pagemap(1) says so");
_Static_assert(sizeof(struct record) == 64, "pagemap(1) says so");

void binary_open(uint64_t page_bytes)
{
	struct record_header header = {
		.magic = RECORD_MAGIC,
		.order = RECORD_ORDER,
		.version = RECORD_VERSION,
		.header_bytes = sizeof(header),
		.record_bytes = sizeof(struct record),
		.page_bytes = page_bytes,
	};

	if (isatty(STDOUT_FILENO))
		die_usage("--binary: not to a terminal");
	fwrite(&header, sizeof(header), 1, stdout);
}

static uint16_t run_bits(const struct pmm_run *run)
{
	unsigned bits = 0;

	if (run->is_file >= 0)
		bits |= RECORD_FILE_KNOWN | (run->is_file ? RECORD_FILE : 0);
	if (run->is_exclusive >= 0)
		bits |= RECORD_EXCLUSIVE_KNOWN | (run->is_exclusive ? RECORD_EXCLUSIVE : 0);
	bits |= run->is_soft_dirty ? RECORD_SOFT_DIRTY : 0;
	bits |= run->is_uffd_wp ? RECORD_UFFD_WP : 0;
	return (uint16_t)bits;
}

void binary_run(pid_t pid, const struct pmm_run *run)
{
	bool has_type = run->swap_type < RECORD_ABSENT_TYPE;
	struct record record = {
		.address = run->address,
		.pages = run->pages,
		.place = has_type ? run->swap_slot : run->frame,
		.flags = run->flags,
		.count = run->count,
		.cgroup = run->cgroup,
		.pid = (uint32_t)pid,
		.bits = run_bits(run),
		.swap_type = has_type ? (uint8_t)run->swap_type : RECORD_ABSENT_TYPE,
		.state = (uint8_t)run->state,
		.class = (uint8_t)run->class,
	};

	if (run->leaf_bytes != PMM_ABSENT)
		record.leaf_shift = (uint8_t)__builtin_ctzll(run->leaf_bytes);
	fwrite_unlocked(&record, sizeof(record), 1, stdout);
}
