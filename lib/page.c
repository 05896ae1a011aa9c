/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pages: what is behind each page of an address space, from proc/PID/pagemap, an array of 64-bit
 * entries indexed by page number (Documentation/admin-guide/mm/pagemap.rst). The kernel puts more
 * than swap under its swap bit: moving pages, device memory, and markers in place of pages;
 * decoding tells them apart. Bulk reads only; it never touches the process.
 */

#include "page.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"

/*
 * include/linux/swap.h: of 32 types, MAX_SWAPFILES are swap areas; above them come hardware poison
 * (0 or 1), migration (0, 2 or 3), device memory (0 to 4) and, last of all since 5.19, the marker.
 * How many there are depends on the kernel's version and configuration, but types below 23 are
 * areas in all of them.
 */
enum {
	TYPE_SPECIAL = 23,
	TYPE_MARKER = 31,
};

/* include/linux/swapops.h: PTE_MARKER_*, in the place of the offset. */
enum {
	MARKER_UFFD_WP = 1 << 0,
	MARKER_POISON = 1 << 1,
	MARKER_GUARD = 1 << 2,
	MARKER_ALL = MARKER_UFFD_WP | MARKER_POISON | MARKER_GUARD,
};

struct pmm_pages {
	struct pmm_root *root;
	pid_t pid;
	int fd;
	uint64_t page_bytes;
};

const char *pmm_page_state_name(enum pmm_page_state state)
{
	static const char *const names[PMM_PAGE_STATES] = {
		[PMM_PAGE_NONE] = "none",	    [PMM_PAGE_RAM] = "ram",
		[PMM_PAGE_SWAP] = "swap",	    [PMM_PAGE_GUARD] = "guard",
		[PMM_PAGE_UFFD_WP] = "uffd-wp",	    [PMM_PAGE_POISON] = "poison",
		[PMM_PAGE_MIGRATING] = "migrating", [PMM_PAGE_HIDDEN] = "hidden",
		[PMM_PAGE_SWAPCACHE] = "swapcache", [PMM_PAGE_PFNMAP] = "pfnmap",
		[PMM_PAGE_RACED] = "raced",
	};

	return names[state];
}

static enum pmm_page_state marker_state(uint64_t marker)
{
	/* Kernels before 5.19 have no markers; there the last type belongs to moving pages too. */
	if (!marker || marker & ~(uint64_t)MARKER_ALL)
		return PMM_PAGE_MIGRATING;
	if (marker & MARKER_GUARD)
		return PMM_PAGE_GUARD;
	return marker & MARKER_POISON ? PMM_PAGE_POISON : PMM_PAGE_UFFD_WP;
}

static enum pmm_page_state swap_state(uint64_t entry, uint64_t type, uint64_t slot)
{
	if (entry & ENTRY_GUARD)
		return PMM_PAGE_GUARD;
	/*
	 * Slot 0 holds the header of an area, so no page is ever there: the kernel hides it from
	 * us.
	 */
	if (type == 0 && slot == 0)
		return PMM_PAGE_HIDDEN;
	if (type == TYPE_MARKER)
		return marker_state(slot);
	return type < TYPE_SPECIAL ? PMM_PAGE_SWAP : PMM_PAGE_MIGRATING;
}

void pmm_page_decode(uint64_t entry, struct pmm_page *ret_page)
{
	uint64_t low = entry & ENTRY_FRAME;
	struct pmm_page page = {
		.state = PMM_PAGE_NONE,
		.frame = PMM_ABSENT,
		.swap_type = PMM_ABSENT,
		.swap_slot = PMM_ABSENT,
		.is_soft_dirty = !!(entry & ENTRY_SOFT_DIRTY),
		.is_uffd_wp = !!(entry & ENTRY_UFFD_WP),
		.unknown_bits = entry & ENTRY_UNKNOWN,
	};

	if (entry & ENTRY_PRESENT) {
		page.state = PMM_PAGE_RAM;
		page.frame = low ? low : PMM_ABSENT;
		page.is_file = !!(entry & ENTRY_FILE);
		page.is_exclusive = !!(entry & ENTRY_EXCLUSIVE);
	} else if (entry & ENTRY_SWAP) {
		page.state = swap_state(entry, low & ENTRY_SWAP_TYPE, low >> 5);
	} else {
		page.unknown_bits |= low; /* no meaning without one of the two */
	}
	if (page.state == PMM_PAGE_SWAP) {
		page.swap_type = low & ENTRY_SWAP_TYPE;
		page.swap_slot = low >> 5;
	}
	*ret_page = page;
}

int pmm_swap_area_of_type(uint64_t type, uint32_t types, size_t areas)
{
	uint32_t before;

	if (type >= TYPE_SPECIAL)
		return -ENODATA;
	if (areas == 1)
		return 0;
	types |= UINT32_C(1) << type;
	before = types & ((UINT32_C(1) << type) - 1);
	return (size_t)__builtin_popcount(types) == areas ? __builtin_popcount(before) : -ENODATA;
}

int pmm_pages_open(struct pmm_root *root, pid_t pid, struct pmm_pages **ret_pages)
{
	struct pmm_pages *pages;
	char path[PROCESS_PATH];
	int r;

	if (pmm_root_page_bytes(root) == PMM_ABSENT)
		return root_fail_at(root, -ENODATA, "proc/self/auxv", "page size expected");
	pages = calloc(1, sizeof(*pages));
	if (!pages)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	pages->root = root;
	pages->pid = pid;
	pages->page_bytes = pmm_root_page_bytes(root);
	process_path(path, pid, "pagemap");
	r = root_open_quietly(root, path, &pages->fd);
	if (r < 0) {
		free(pages);
		return root_fail_at(root, r, path, strerror(-r));
	}
	*ret_pages = pages;
	return 0;
}

int pages_fd(const struct pmm_pages *pages)
{
	return pages->fd;
}

struct pmm_pages *pmm_pages_close(struct pmm_pages *pages)
{
	if (!pages)
		return NULL;
	close(pages->fd);
	free(pages);
	return NULL;
}

ssize_t pmm_pages_read(struct pmm_pages *pages, uint64_t address, size_t count,
		       uint64_t *ret_entries)
{
	uint64_t offset = address / pages->page_bytes * sizeof(*ret_entries);
	char *bytes = (char *)ret_entries;
	size_t wanted, done = 0;
	char path[PROCESS_PATH];
	ssize_t got;

	if (__builtin_mul_overflow(count, sizeof(*ret_entries), &wanted) || wanted > SSIZE_MAX)
		return pmm_root_fail(pages->root, -EINVAL, "%s", strerror(EINVAL));
	while (done < wanted) {
		got = pread(pages->fd, bytes + done, wanted - done, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int r = -errno;

			process_path(path, pages->pid, "pagemap");
			return root_fail_at(pages->root, r, path, strerror(-r));
		}
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)(done / sizeof(*ret_entries));
}
