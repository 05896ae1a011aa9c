/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_PAGES_H
#define PROCMM_PAGES_H

/*
 * libprocmm, second half: from virtual addresses to frames and swap slots, and back. The rules at
 * the top of <procmm.h> hold here too.
 *
 * Nothing here touches a page of the process that is looked at, reads its smaps, or writes
 * clear_refs; the locks that the kernel takes on its address space are short.
 */

#include <procmm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- mappings: the address space of a process ------------------------------------------------ */

struct pmm_mapping {
	uint64_t start_address;
	uint64_t end_address; /* one past the last byte */
	char permissions[5];  /* "rw-p" */
	uint64_t offset_bytes;
	unsigned device_major, device_minor;
	uint64_t inode; /* 0: not a file */
	char *name;	/* as the kernel prints it (newline is \012); "" if it has none */
};

struct pmm_mappings;

/*
 * Iterate over the mappings of a process, by ascending address.
 * Reads: proc/PID/maps. Errors: -ESRCH or -ENOENT: no such process; -EACCES, -EPERM: not ours.
 */
PMM_API int pmm_mappings_open(struct pmm_root *root, pid_t pid, struct pmm_mappings **ret_mappings);
PMM_API int pmm_mappings_next(struct pmm_mappings *mappings,
			      const struct pmm_mapping **ret_mapping);
PMM_API struct pmm_mappings *pmm_mappings_close(struct pmm_mappings *mappings);

/* ---- pages: what is behind each page of an address space ------------------------------------- */

enum pmm_page_state {
	PMM_PAGE_NONE,	    /* nothing to be seen: never touched, or swapped shared memory */
	PMM_PAGE_RAM,	    /* in a frame */
	PMM_PAGE_SWAP,	    /* in a slot */
	PMM_PAGE_GUARD,	    /* a guard page: touching it is SIGSEGV */
	PMM_PAGE_UFFD_WP,   /* a userfaultfd write-protect marker, no page */
	PMM_PAGE_POISON,    /* a userfaultfd poison marker: touching it is SIGBUS */
	PMM_PAGE_MIGRATING, /* moving from one frame to another; or device memory */
	PMM_PAGE_HIDDEN,    /* swapped, or a marker: which, is hidden without CAP_SYS_ADMIN */
	/* What an entry alone does not tell: only a walk does. */
	PMM_PAGE_SWAPCACHE, /* in a frame, and its slot in swap is kept as well */
	PMM_PAGE_PFNMAP,    /* the kernel's or a device's: mapped, but not to be seen */
	PMM_PAGE_RACED,	    /* its frame has another owner by now, time and again */
	PMM_PAGE_STATES,    /* how many there are */
};

struct pmm_page {
	enum pmm_page_state state;
	uint64_t
		frame; /* its number (PFN); absent if not in RAM, or hidden without CAP_SYS_ADMIN */
	uint64_t swap_type; /* absent if not in swap, as is: */
	uint64_t swap_slot; /* offset in pages from the start of the area */
	int is_file;	    /* file page or shared memory, as against anonymous; only in RAM */
	int is_exclusive;   /* mapped here only */
	int is_soft_dirty;
	int is_uffd_wp;
	uint64_t unknown_bits; /* bits of the entry that this library has no name for; 0 if none */
};

/* "ram", "swap", "none"... */
PMM_API const char *pmm_page_state_name(enum pmm_page_state state);

/*
 * Decode an entry of a pagemap file. Pure. Documentation/admin-guide/mm/pagemap.rst, and
 * include/linux/swapops.h for the swap types that are not swap.
 */
PMM_API void pmm_page_decode(uint64_t entry, struct pmm_page *ret_page);

/*
 * Which swap area is it that the kernel calls by the number TYPE: its place in proc/swaps, from 0
 * on; -ENODATA if that is open to doubt. AREAS: how many there are; TYPES: a bit (1 << type) for
 * each type that was seen in use. Numbers have gaps where an area was turned off, so no number is a
 * place; but both are in the same order. Pure.
 */
PMM_API int pmm_swap_area_of_type(uint64_t type, uint32_t types, size_t areas);

struct pmm_pages;

/*
 * Open the page table of a process. It stays the address space that it was at the open, whatever
 * the process executes later. Reads: proc/PID/pagemap. Errors: -ENOENT, -ESRCH: no such process, or
 * one without an address space; -EACCES, -EPERM; -ENODATA if a captured tree does not say how large
 * its pages are.
 */
PMM_API int pmm_pages_open(struct pmm_root *root, pid_t pid, struct pmm_pages **ret_pages);
PMM_API struct pmm_pages *pmm_pages_close(struct pmm_pages *pages);

/*
 * Read the entries of COUNT pages from ADDRESS (rounded down to a page) on. Returns how many were
 * read: fewer than COUNT only at the end of the user's address space, or if the process is gone
 * (0).
 * ret_entries: COUNT elements.
 */
PMM_API ssize_t pmm_pages_read(struct pmm_pages *pages, uint64_t address, size_t count,
			       uint64_t *ret_entries);

/* ---- translation: the way of an address through the page table ------------------------------- */

enum pmm_level {
	PMM_LEVEL_PTE,
	PMM_LEVEL_PMD,
	PMM_LEVEL_PUD,
	PMM_LEVEL_P4D,
	PMM_LEVEL_PGD,
	PMM_LEVELS, /* how many there are */
};

struct pmm_index {
	int is_folded;	   /* this level does not exist here; the rest is 0 */
	unsigned index;	   /* of the entry in its table */
	unsigned high_bit; /* of the address, which select it */
	unsigned low_bit;
};

struct pmm_translation {
	unsigned levels;		    /* 3, 4 or 5 */
	struct pmm_index index[PMM_LEVELS]; /* by enum pmm_level */
	uint64_t page_offset_bytes;
};

/*
 * How many levels the page tables of this machine have: 5 if its processor and kernel use la57,
 * otherwise 4; 3 for 64 KiB pages. Reads: proc/cpuinfo.
 */
PMM_API int pmm_root_page_levels(struct pmm_root *root, unsigned *ret_levels);

/*
 * Split an address into its indices. Pure. -EINVAL if PAGE_BYTES is no power of two or LEVELS not
 * 3..5.
 */
PMM_API int pmm_address_split(uint64_t address, uint64_t page_bytes, unsigned levels,
			      struct pmm_translation *ret_translation);

/* "PGD", "P4D", "PUD", "PMD", "PTE". */
PMM_API const char *pmm_level_name(enum pmm_level level);

/* ---- facilities: what this kernel and these rights allow ------------------------------------- */

enum pmm_facility {
	PMM_FACILITY_SCAN,	    /* ioctl PAGEMAP_SCAN, Linux 6.7 */
	PMM_FACILITY_CACHESTAT,	    /* cachestat(2), Linux 6.5 */
	PMM_FACILITY_PROCMAP_QUERY, /* ioctl PROCMAP_QUERY, Linux 6.11 */
	PMM_FACILITY_FRAMES,	    /* frame numbers and swap slots in PID/pagemap */
	PMM_FACILITY_KPAGEFLAGS,
	PMM_FACILITY_KPAGECOUNT,
	PMM_FACILITY_KPAGECGROUP,
	PMM_FACILITY_MAP_FILES, /* to follow PID/map_files */
	PMM_FACILITY_SOFT_DIRTY,
	PMM_FACILITY_KSM_FLAG,	  /* KPF_KSM tells the truth: not in Linux 6.10 to 7.1 */
	PMM_FACILITY_NOPAGE_FLAG, /* KPF_NOPAGE marks holes: not since kpage_read() */
	PMM_FACILITIES,		  /* how many there are */
};

struct pmm_facilities;

/*
 * Probe them on this system, each once, when it is first asked for; ROOT must live as long.
 * DISABLED has a bit (1 << facility) for each that shall be taken for missing. A captured tree has
 * the files of frames that are in it. Never fails for what is missing.
 */
PMM_API int pmm_facilities_open(struct pmm_root *root, unsigned disabled,
				struct pmm_facilities **ret_facilities);
PMM_API struct pmm_facilities *pmm_facilities_close(struct pmm_facilities *facilities);

/* 1 or 0; and why not: "needs CAP_SYS_ADMIN in the initial user namespace", NULL if it is there. */
PMM_API int pmm_facilities_has(const struct pmm_facilities *facilities, enum pmm_facility which);
PMM_API const char *pmm_facilities_why(const struct pmm_facilities *facilities,
				       enum pmm_facility which);

/* "scan", "cachestat"...: what to disable it by. PMM_FACILITIES if there is none of that name. */
PMM_API const char *pmm_facility_name(enum pmm_facility which);
PMM_API enum pmm_facility pmm_facility_find(const char *name);

/* ---- frames: what the kernel says about each frame of RAM ------------------------------------ */

enum pmm_frame_file {
	PMM_FRAME_FLAGS,   /* proc/kpageflags */
	PMM_FRAME_COUNTS,  /* proc/kpagecount: how often it is mapped */
	PMM_FRAME_CGROUPS, /* proc/kpagecgroup: inode of the memory cgroup that it counts for */
	PMM_FRAME_FILES,   /* how many there are */
};

/* include/linux/kernel-page-flags.h: numbers of bits */
enum pmm_frame_flag_bit {
	PMM_FLAG_LOCKED = 0,
	PMM_FLAG_ERROR,
	PMM_FLAG_REFERENCED,
	PMM_FLAG_UPTODATE,
	PMM_FLAG_DIRTY,
	PMM_FLAG_LRU,
	PMM_FLAG_ACTIVE,
	PMM_FLAG_SLAB,
	PMM_FLAG_WRITEBACK,
	PMM_FLAG_RECLAIM,
	PMM_FLAG_BUDDY,
	PMM_FLAG_MMAP,
	PMM_FLAG_ANON,
	PMM_FLAG_SWAPCACHE,
	PMM_FLAG_SWAPBACKED,
	PMM_FLAG_COMPOUND_HEAD,
	PMM_FLAG_COMPOUND_TAIL,
	PMM_FLAG_HUGE,
	PMM_FLAG_UNEVICTABLE,
	PMM_FLAG_HWPOISON,
	PMM_FLAG_NOPAGE,
	PMM_FLAG_KSM,
	PMM_FLAG_THP,
	PMM_FLAG_OFFLINE,
	PMM_FLAG_ZERO_PAGE,
	PMM_FLAG_IDLE,
	PMM_FLAG_PGTABLE,
	PMM_FLAG_RESERVED = 32,
	PMM_FLAG_MLOCKED,
	PMM_FLAG_OWNER_2,
	PMM_FLAG_PRIVATE,
	PMM_FLAG_PRIVATE_2,
	PMM_FLAG_OWNER_PRIVATE,
	PMM_FLAG_ARCH,
	PMM_FLAG_UNCACHED,
	PMM_FLAG_SOFTDIRTY,
	PMM_FLAG_ARCH_2,
	PMM_FLAG_ARCH_3,
};

struct pmm_frame_flag {
	unsigned bit;
	const char *name; /* as page-types has it: "uptodate", "anon_exclusive" */
	const char *meaning;
};

/*
 * The table of flags, then those that stand on the bit of another one; NULL past the last, or for
 * an unknown name.
 */
PMM_API const struct pmm_frame_flag *pmm_frame_flag_at(size_t index);
PMM_API const struct pmm_frame_flag *pmm_frame_flag_find(const char *name);

/* What a bit that is set means in the company of the others; NULL if it has no name yet. Pure. */
PMM_API const struct pmm_frame_flag *pmm_frame_flag_of(unsigned bit, uint64_t flags);

struct pmm_frames;

/*
 * Open some of the files: FILES has a bit (1 << file) for each. -EOPNOTSUPP if a facility that is
 * asked for is not there.
 */
PMM_API int pmm_frames_open(struct pmm_root *root, const struct pmm_facilities *facilities,
			    unsigned files, struct pmm_frames **ret_frames);
PMM_API struct pmm_frames *pmm_frames_close(struct pmm_frames *frames);

/*
 * Read the words of COUNT frames from FRAME on, from a file that is open. Returns how many were
 * read: fewer only at the end of RAM. ret_words: COUNT elements.
 */
PMM_API ssize_t pmm_frames_read(struct pmm_frames *frames, enum pmm_frame_file which,
				uint64_t frame, size_t count, uint64_t *ret_words);

/* What a frame is used for: each is of one class. */
enum pmm_frame_class {
	PMM_FRAME_FREE,
	PMM_FRAME_ANON,
	PMM_FRAME_ANON_LARGE, /* of a large folio (THP) */
	PMM_FRAME_LAZYFREE,   /* MADV_FREE, until it is taken or written again */
	PMM_FRAME_KSM,
	PMM_FRAME_SWAPCACHE,  /* in the swap cache, and mapped by nobody since it was read */
	PMM_FRAME_SHMEM,      /* and tmpfs */
	PMM_FRAME_FILE,	      /* page cache */
	PMM_FRAME_FILE_DIRTY, /* or being written */
	PMM_FRAME_HUGETLB,
	PMM_FRAME_SLAB,
	PMM_FRAME_TABLES,
	PMM_FRAME_ZERO,
	PMM_FRAME_RESERVED, /* firmware, kernel image: not the allocator's */
	PMM_FRAME_OFFLINE,  /* as of a balloon */
	PMM_FRAME_POISON,   /* broken */
	PMM_FRAME_OTHER,    /* the kernel's, without a flag that says for what; or not in use yet */
	PMM_FRAME_HOLE,	    /* there is no such frame */
	PMM_FRAME_CLASSES,  /* how many there are */
};

/* "free", "anon"... */
PMM_API const char *pmm_frame_class_name(enum pmm_frame_class class);

/*
 * The class by kpageflags alone, so holes are PMM_FRAME_OTHER unless they are marked. Clear
 * PMM_FLAG_KSM before where PMM_FACILITY_KSM_FLAG is not there. Pure.
 */
PMM_API enum pmm_frame_class pmm_frame_class_of(uint64_t flags);

/* ---- RAM: which frames there are, and of which node ------------------------------------------ */

struct pmm_ram_range {
	uint64_t start_frame;
	uint64_t end_frame; /* one past the last */
	uint64_t node;	    /* absent if it is not known */
};

struct pmm_ram;

/*
 * Find out where RAM is. Empty if nothing says so. A block of memory that two nodes share is taken
 * for the first one's. Reads: proc/iomem; or, where that hides addresses, sys/devices/system/{node,
 * memory} alone, and without those proc/zoneinfo: these have smaller holes in them.
 * Errors: -ENODATA if a captured tree does not say how large its pages are.
 */
PMM_API int pmm_ram_open(struct pmm_root *root, struct pmm_ram **ret_ram);
PMM_API struct pmm_ram *pmm_ram_close(struct pmm_ram *ram);

/* Its ranges, which do not overlap, by ascending frame; NULL past the last. */
PMM_API const struct pmm_ram_range *pmm_ram_range(const struct pmm_ram *ram, size_t index);

/* The node that a frame is of, if it exists; absent if that is not known. */
PMM_API uint64_t pmm_ram_node(const struct pmm_ram *ram, uint64_t frame);

/* ---- pass: all frames, as runs of those that are alike --------------------------------------- */

struct pmm_frame_run {
	uint64_t frame;
	uint64_t frames;
	enum pmm_frame_class class;
	uint64_t flags;
	uint64_t count;	 /* how often each is mapped; absent if it was not asked for, as is: */
	uint64_t cgroup; /* inode of the memory cgroup; 0 if of none */
	uint64_t node;	 /* absent if it is not known */
};

struct pmm_frame_pass;

/*
 * Begin a pass over all frames. FILES has a bit (1 << file) for each that is read besides the
 * flags. RAM must outlive it. Errors: as of pmm_frames_open().
 */
PMM_API int pmm_frame_pass_open(struct pmm_root *root, const struct pmm_facilities *facilities,
				const struct pmm_ram *ram, unsigned files,
				struct pmm_frame_pass **ret_pass);
PMM_API struct pmm_frame_pass *pmm_frame_pass_close(struct pmm_frame_pass *pass);

/*
 * The next run, by ascending frame, holes too, without gaps. What is alike may come as several.
 */
PMM_API int pmm_frame_pass_next(struct pmm_frame_pass *pass, const struct pmm_frame_run **ret_run);

/* ---- walk: an address space as runs of pages that are alike ---------------------------------- */

/* Kept apart from the state and from the size of the leaf. */
enum pmm_page_class {
	PMM_CLASS_NONE, /* nothing is known: no page, and nothing in its mapping */
	PMM_CLASS_ANON,
	PMM_CLASS_FILE,
	PMM_CLASS_SHMEM, /* tmpfs, memfd, shared anonymous, System V */
	PMM_CLASS_HUGETLB,
	PMM_CLASS_KSM,
	PMM_CLASS_ZERO,	    /* the zero page, or the huge one */
	PMM_CLASS_LAZYFREE, /* MADV_FREE, until it is taken or written again */
	PMM_CLASS_SECRET,   /* memfd_secret(2) */
	PMM_CLASS_KERNEL,   /* vdso, vvar, device memory: none of it is the process's */
	PMM_CLASSES,	    /* how many there are */
};

/* "anon", "file"... */
PMM_API const char *pmm_page_class_name(enum pmm_page_class class);

struct pmm_run {
	uint64_t address;
	uint64_t pages;
	enum pmm_page_state state;
	enum pmm_page_class class;
	uint64_t leaf_bytes; /* what one entry of the page table maps; absent if not known */
	uint64_t frame; /* of the first page, the others follow; absent: not in RAM, or hidden */
	uint64_t swap_type; /* absent if not in swap, or hidden, as is: */
	uint64_t swap_slot; /* of the first page, the others follow */
	uint64_t flags;	  /* kpageflags; head and tails of a folio are alike, and have both bits */
	uint64_t count;	  /* how often each is mapped; with PMM_WALK_COUNTS */
	uint64_t cgroup;  /* inode of the memory cgroup; with PMM_WALK_CGROUPS */
	int is_file;	  /* as struct pmm_page; -1: not known */
	int is_exclusive; /* likewise */
	int is_soft_dirty;
	int is_uffd_wp;
	uint64_t unknown_bits;
};

enum pmm_walk_flags {
	PMM_WALK_FRAMES = 1 << 0, /* frames, slots, is_exclusive: several times the cost */
	PMM_WALK_FLAGS = 1 << 1,  /* this and what follows needs frames, too */
	PMM_WALK_COUNTS = 1 << 2,
	PMM_WALK_CGROUPS = 1 << 3,
	/* Of a huge page that one entry maps, the first frame speaks for all. Not of counts. */
	PMM_WALK_HEADS = 1 << 4,
	PMM_WALK_EACH = 1 << 5, /* runs of one page, but for those of which nothing is known */
};

struct pmm_walk;

/*
 * Walk the address space of a process. What it is stays what it was at the open, whatever the
 * process executes later. What FLAGS ask for and FACILITIES lack is absent. The locks that the
 * kernel takes on the address space are short: it is asked for little at a time.
 * Reads: proc/PID/{maps,pagemap,map_files}, sys/kernel/mm/transparent_hugepage, proc/self/mountinfo
 * and what FLAGS ask for: proc/{kpageflags,kpagecount,kpagecgroup}. Errors: as of
 * pmm_mappings_open(); a page table that cannot be read is none, see below.
 */
PMM_API int pmm_walk_open(struct pmm_root *root, const struct pmm_facilities *facilities, pid_t pid,
			  unsigned flags, struct pmm_walk **ret_walk);
PMM_API struct pmm_walk *pmm_walk_close(struct pmm_walk *walk);

/* 0, or why there is no page table, of pmm_pages_open(): then there are mappings, but no runs. */
PMM_API int pmm_walk_page_table(const struct pmm_walk *walk);

/* The page table itself, as long as the walk lives; NULL if there is none. */
PMM_API struct pmm_pages *pmm_walk_pages(const struct pmm_walk *walk);

/* Its mappings, by ascending address; NULL past the last. They live as long as the walk. */
PMM_API const struct pmm_mapping *pmm_walk_mapping(const struct pmm_walk *walk, size_t index);

/* The mapping that an address is in; NULL if in none. */
PMM_API const struct pmm_mapping *pmm_walk_find(const struct pmm_walk *walk, uint64_t address);

/* What a mapping maps: anonymous memory, a file... A private mapping of a file may hold both. */
PMM_API enum pmm_page_class pmm_walk_class(const struct pmm_walk *walk, size_t index);

/* Begin anew, narrowed to [start, end), pages that it touches; the list of mappings stays. */
PMM_API void pmm_walk_set_range(struct pmm_walk *walk, uint64_t start_address,
				uint64_t end_address);
/* Before the first next: leave a mapping out; and all runs of which IS_WANTED says 0. */
PMM_API void pmm_walk_leave_out(struct pmm_walk *walk, size_t index);
PMM_API void pmm_walk_choose_runs(struct pmm_walk *walk,
				  int (*is_wanted)(const struct pmm_run *run, void *data),
				  void *data);

/*
 * Go on to the next mapping, and then over its runs; pages of which nothing is known come too, as
 * PMM_PAGE_NONE. A run ends where anything about its pages changes, but where they lie in memory
 * counts only with PMM_WALK_FRAMES. A mapping without a page table has no runs.
 * Errors: -ESRCH if the process has ended, or executed another program; then nothing follows.
 */
PMM_API int pmm_walk_next_mapping(struct pmm_walk *walk, const struct pmm_mapping **ret_mapping);
PMM_API int pmm_walk_next_run(struct pmm_walk *walk, const struct pmm_run **ret_run);

/* 1 if it was all there to the end; 0 if the process has gone, or its list of mappings was cut. */
PMM_API int pmm_walk_is_complete(const struct pmm_walk *walk);

/* Pages that follow each other and are of one folio: what the kernel allocated as one. */
struct pmm_folio {
	uint64_t address; /* of the first page */
	uint64_t frame;	  /* likewise */
	uint64_t pages; /* that are mapped here; less than the folio has if it is mapped in part */
	uint64_t size_pages; /* of all of the folio; absent if it changed while it was looked at */
	int is_aligned;	     /* to its size, here as in RAM: one entry could map it */
	uint64_t leaf_bytes; /* as in struct pmm_run, as is: */
	enum pmm_page_class class;
	uint64_t flags; /* of the first frame */
};

/*
 * The folios of the mapping at hand, of its pages that are in RAM, instead of pmm_walk_next_run().
 * The walk must have PMM_WALK_FLAGS and PMM_WALK_EACH; with PMM_WALK_HEADS huge pages are cheap.
 * -EINVAL if it has not, or if flags of frames cannot be read.
 */
PMM_API int pmm_walk_next_folio(struct pmm_walk *walk, const struct pmm_folio **ret_folio);

/* Sums over the runs of a mapping. Pages; all are 0 if it has no page table. */
struct pmm_sums {
	uint64_t pages; /* the sum of the states */
	uint64_t states[PMM_PAGE_STATES];
	uint64_t classes[PMM_CLASSES]; /* of those in RAM */
	uint64_t file;		       /* of those in RAM, of a file or shared memory */
	uint64_t exclusive;	       /* of those in RAM; absent without PMM_WALK_FRAMES */
	uint64_t huge;		       /* of those in RAM, by entries above the PTE; or absent */
	uint64_t
		swapped_shmem; /* of those in swap, where PID/pagemap does not show it; or absent */
	uint64_t frames_hidden; /* of those in RAM, whose frame is hidden */
};

/* Sum up what is left of the mapping at hand, instead of pmm_walk_next_run(). */
PMM_API int pmm_walk_sum(struct pmm_walk *walk, struct pmm_sums *ret_sums);

#ifdef __cplusplus
}
#endif

#endif
