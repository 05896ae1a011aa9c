/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a frame is used for, by its flags: each is of one class, so that the classes add up. Pure.
 * Documentation/admin-guide/mm/pagemap.rst, and what the flags are in practice: the order of the
 * tests below is what counts.
 */

#include "frame.h"

/* A frame with one of these is of a file, if nothing else is known of it. */
#define FLAGS_FILE                                                                    \
	(FLAG(LRU) | FLAG(UPTODATE) | FLAG(REFERENCED) | FLAG(ACTIVE) | FLAG(DIRTY) | \
	 FLAG(WRITEBACK) | FLAG(MMAP) | FLAG(UNEVICTABLE) | FLAG(MLOCKED))

static const char *const names[PMM_FRAME_CLASSES] = {
	[PMM_FRAME_FREE] = "free",
	[PMM_FRAME_ANON] = "anon",
	[PMM_FRAME_ANON_LARGE] = "anon-thp",
	[PMM_FRAME_LAZYFREE] = "lazyfree",
	[PMM_FRAME_KSM] = "ksm",
	[PMM_FRAME_SWAPCACHE] = "swapcache",
	[PMM_FRAME_SHMEM] = "shmem",
	[PMM_FRAME_FILE] = "file",
	[PMM_FRAME_FILE_DIRTY] = "dirty",
	[PMM_FRAME_HUGETLB] = "hugetlb",
	[PMM_FRAME_SLAB] = "slab",
	[PMM_FRAME_TABLES] = "tables",
	[PMM_FRAME_ZERO] = "zero",
	[PMM_FRAME_RESERVED] = "reserved",
	[PMM_FRAME_OFFLINE] = "offline",
	[PMM_FRAME_POISON] = "poison",
	[PMM_FRAME_OTHER] = "other",
	[PMM_FRAME_HOLE] = "hole",
};

const char *pmm_frame_class_name(enum pmm_frame_class class)
{
	return names[class];
}

bool frame_is_bare_tail(uint64_t flags)
{
	return flags & FLAG(COMPOUND_TAIL) && !(flags & (FLAG(UPTODATE) | FLAG(LRU)));
}

static enum pmm_frame_class class_of_anon(uint64_t flags)
{
	if (!(flags & FLAG(SWAPBACKED)) && !frame_is_bare_tail(flags))
		return PMM_FRAME_LAZYFREE;
	return flags & FLAG(THP) ? PMM_FRAME_ANON_LARGE : PMM_FRAME_ANON;
}

enum pmm_frame_class pmm_frame_class_of(uint64_t flags)
{
	static const struct {
		uint64_t flag;
		enum pmm_frame_class class;
	} first[] = {
		{FLAG(NOPAGE), PMM_FRAME_HOLE},	      {FLAG(HWPOISON), PMM_FRAME_POISON},
		{FLAG(OFFLINE), PMM_FRAME_OFFLINE},   {FLAG(BUDDY), PMM_FRAME_FREE},
		{FLAG(SLAB), PMM_FRAME_SLAB},	      {FLAG(PGTABLE), PMM_FRAME_TABLES},
		{FLAG(HUGE), PMM_FRAME_HUGETLB},      {FLAG(ZERO_PAGE), PMM_FRAME_ZERO},
		{FLAG(RESERVED), PMM_FRAME_RESERVED}, {FLAG(KSM), PMM_FRAME_KSM},
	};

	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		if (flags & first[i].flag)
			return first[i].class;
	if (flags & FLAG(ANON))
		return class_of_anon(flags);
	if (flags & FLAG(SWAPCACHE))
		return PMM_FRAME_SWAPCACHE;
	if (flags & FLAG(SWAPBACKED))
		return PMM_FRAME_SHMEM;
	if (flags & (FLAG(DIRTY) | FLAG(WRITEBACK)))
		return PMM_FRAME_FILE_DIRTY;
	return flags & FLAGS_FILE ? PMM_FRAME_FILE : PMM_FRAME_OTHER;
}
