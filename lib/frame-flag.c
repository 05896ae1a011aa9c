/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The bits of proc/kpageflags, by the names that the kernel's own tool gives them
 * (tools/mm/page-types.c), and what they mean (Documentation/admin-guide/mm/pagemap.rst,
 * include/linux/kernel-page-flags.h). Bits from 32 on are no promise of the kernel's. Pure.
 */

#include <string.h>

#include "frame.h"

static const struct pmm_frame_flag table[] = {
	{PMM_FLAG_LOCKED, "locked", "locked for exclusive access, for instance by I/O"},
	{PMM_FLAG_ERROR, "error", "an I/O error happened; not since Linux 6.12"},
	{PMM_FLAG_REFERENCED, "referenced", "used since it was last looked at for reclaim"},
	{PMM_FLAG_UPTODATE, "uptodate", "its content is valid"},
	{PMM_FLAG_DIRTY, "dirty", "written, and not yet on disk"},
	{PMM_FLAG_LRU, "lru", "on a list of pages to reclaim"},
	{PMM_FLAG_ACTIVE, "active", "on a list of those that are in use"},
	{PMM_FLAG_SLAB, "slab", "of the kernel's small objects"},
	{PMM_FLAG_WRITEBACK, "writeback", "being written to disk"},
	{PMM_FLAG_RECLAIM, "reclaim", "to be reclaimed when its writing ends"},
	{PMM_FLAG_BUDDY, "buddy", "free"},
	{PMM_FLAG_MMAP, "mmap", "mapped into an address space"},
	{PMM_FLAG_ANON, "anonymous", "of no file, mapped"},
	{PMM_FLAG_SWAPCACHE, "swapcache", "has a slot in swap"},
	{PMM_FLAG_SWAPBACKED, "swapbacked", "goes to swap when it is reclaimed"},
	{PMM_FLAG_COMPOUND_HEAD, "compound_head", "first of frames that are one"},
	{PMM_FLAG_COMPOUND_TAIL, "compound_tail", "one of those that follow"},
	{PMM_FLAG_HUGE, "huge", "of hugetlb"},
	{PMM_FLAG_UNEVICTABLE, "unevictable", "never reclaimed"},
	{PMM_FLAG_HWPOISON, "hwpoison", "its memory is broken"},
	{PMM_FLAG_NOPAGE, "nopage", "no frame has that number"},
	{PMM_FLAG_KSM, "ksm", "merged: the same for several pages of equal content"},
	{PMM_FLAG_THP, "thp", "of a large folio"},
	{PMM_FLAG_OFFLINE, "offline", "logically offline, as of a balloon"},
	{PMM_FLAG_ZERO_PAGE, "zero_page", "the page of zeros, or the huge one"},
	{PMM_FLAG_IDLE, "idle_page", "not used since it was marked as idle"},
	{PMM_FLAG_PGTABLE, "pgtable", "of a page table"},
	{PMM_FLAG_RESERVED, "reserved", "not the allocator's"},
	{PMM_FLAG_MLOCKED, "mlocked", "locked into memory by a process"},
	{PMM_FLAG_OWNER_2, "owner_2", "its owner's; of files once: mapped to disk"},
	{PMM_FLAG_PRIVATE, "private", "with data of its file system"},
	{PMM_FLAG_PRIVATE_2, "private_2", "with more of them"},
	{PMM_FLAG_OWNER_PRIVATE, "owner_private", "its owner's"},
	{PMM_FLAG_ARCH, "arch", "the architecture's"},
	{PMM_FLAG_UNCACHED, "uncached", "mapped as uncached"},
	{PMM_FLAG_SOFTDIRTY, "softdirty", "soft-dirty"},
	{PMM_FLAG_ARCH_2, "arch_2", "the architecture's"},
	{PMM_FLAG_ARCH_3, "arch_3", "the architecture's"},
};

/* Bits with another meaning in company: tools/mm/page-types.c, expand_overloaded_flags(). */
static const struct {
	struct pmm_frame_flag flag;
	uint64_t with;
	uint64_t without;
} overloaded[] = {
	{{PMM_FLAG_RECLAIM, "readahead", "read ahead of its use"}, 0, FLAG(WRITEBACK)},
	{{PMM_FLAG_OWNER_2, "anon_exclusive", "anonymous, and of one process only"}, FLAG(ANON), 0},
};

enum {
	TABLE = sizeof(table) / sizeof(*table),
	OVERLOADED = sizeof(overloaded) / sizeof(*overloaded),
};

const struct pmm_frame_flag *pmm_frame_flag_at(size_t index)
{
	if (index < TABLE)
		return &table[index];
	index -= TABLE;
	return index < OVERLOADED ? &overloaded[index].flag : NULL;
}

const struct pmm_frame_flag *pmm_frame_flag_find(const char *name)
{
	const struct pmm_frame_flag *flag = NULL;

	for (size_t i = 0; (flag = pmm_frame_flag_at(i)); i++)
		if (!strcmp(flag->name, name))
			break;
	return flag;
}

const struct pmm_frame_flag *pmm_frame_flag_of(unsigned bit, uint64_t flags)
{
	for (size_t i = 0; i < OVERLOADED; i++)
		if (overloaded[i].flag.bit == bit &&
		    (flags & overloaded[i].with) == overloaded[i].with &&
		    !(flags & overloaded[i].without))
			return &overloaded[i].flag;
	for (size_t i = 0; i < TABLE; i++)
		if (table[i].bit == bit)
			return &table[i];
	return NULL;
}
