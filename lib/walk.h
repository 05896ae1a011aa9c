/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_WALK_H
#define PROCMM_WALK_H

/*
 * What the rooms of the walk share. Data flows one way:
 *
 *   walk-space.c   the mappings, and what each maps
 *   walk-search.c  regions of them where there is something (PAGEMAP_SCAN, or all of it)
 *   walk-batch.c   pieces: entries that follow each other, and the words of their frames
 *   walk-shmem.c   which of the pages that are not there are swapped shared memory
 *   walk.c         runs, and sums of them
 *   folio.c        runs put together to folios
 */

#include "frame.h"
#include "kernel-call.h"
#include "page.h"
#include "process.h"

enum {
	REGIONS = 512, /* more are not safe: kernel_scan() */
	WINDOW_ENTRIES = 8192,
	/* To read so many entries more costs less than another call. */
	NEAR_PAGES = 64,
};

/* A region of which nothing is known: its entries have to be read. */
#define CATEGORY_UNKNOWN (UINT64_C(1) << 63)

#define MAGIC_TMPFS UINT32_C(0x01021994) /* include/uapi/linux/magic.h */

struct space_mapping {
	struct pmm_mapping mapping;
	enum pmm_page_class class;
	uint64_t leaf_bytes;  /* of hugetlb; 0: not known, or as usual */
	bool is_private_file; /* its pages are the file's, or our own */
	bool has_table;
	bool is_left_out;
};

/* What a device number says of the files on it; only of file systems without a disk. */
struct space_device {
	unsigned major;
	unsigned minor;
	enum pmm_page_class class;
	uint64_t leaf_bytes;
};

struct search {
	struct kernel_region regions[REGIONS];
	size_t count;
	size_t next;
	size_t mapping; /* where it is in the list of them */
	uint64_t at;	/* what is before it has been looked at */
};

struct piece {
	uint64_t address;
	uint64_t pages;
	uint64_t entry; /* of the first page; the others have STEP more each */
	uint64_t step;
	uint64_t categories;
	size_t words; /* where those of the first frame are; NO_WORDS: it has none */
};

#define NO_WORDS SIZE_MAX

struct batch {
	struct piece *pieces;
	size_t count;
	size_t capacity;
	size_t next;  /* those before it have been handed out */
	uint64_t end; /* what is before it is in a piece, or not there */
	size_t words_count;
	size_t words_capacity;
	uint64_t *words[PMM_FRAME_FILES]; /* NULL: not asked for */
};

/* Entries as they were read. */
struct window {
	uint64_t start;
	uint64_t end;
	uint64_t entries[WINDOW_ENTRIES];
};

struct shmem {
	int fd;		/* -1: none */
	size_t mapping; /* whose file it is; SIZE_MAX: none */
	uint64_t pages; /* how many to ask about at once */
	/* What was found last: pages of the file, all alike. */
	uint64_t start;
	uint64_t end;
	bool is_swapped;
};

struct pmm_walk {
	struct pmm_root *root;
	const struct pmm_facilities *facilities;
	pid_t pid;
	unsigned flags;
	uint64_t page_bytes;
	uint64_t huge_bytes;	 /* what an entry of the PMD maps */
	struct pmm_pages *pages; /* NULL: PAGES_R says why */
	int pages_r;
	struct pmm_mappings *list; /* keeps the names */
	struct space_mapping *mappings;
	size_t count;
	struct space_device *devices;
	size_t device_count;
	struct pmm_frames *frames; /* NULL: none of the files */
	unsigned files;		   /* which are open */
	uint64_t start, end;	   /* the range */
	uint64_t wanted;	   /* categories that are looked for, where there is a scan */
	bool has_scan;
	bool is_complete;
	bool is_summing;	/* swapped shared memory is asked for all at once */
	size_t mapping;		/* the one at hand is the one before */
	uint64_t at;		/* what is before it has been handed out */
	uint64_t run_end;	/* of the mapping at hand */
	bool is_hidden_mapping; /* VM_PFNMAP */
	struct search search;
	struct batch batch;
	struct window window;
	struct shmem shmem;
	struct pmm_run run;
	bool has_run_ahead; /* RUN is of the folio that comes next */
	struct pmm_folio folio;
	int (*is_wanted)(const struct pmm_run *run, void *data); /* NULL: all are */
	void *wanted_data;
};

int space_open(struct pmm_walk *walk);
void space_close(struct pmm_walk *walk);
/* The mapping at hand: is it of frames that the kernel shows nobody (VM_PFNMAP)? */
bool space_is_pfnmap(const struct pmm_walk *walk, const struct space_mapping *mapping);

/*
 * The next region: 1, 0 at the end, -Exxx. It is the same until search_take(): what is before
 * ADDRESS of it has been dealt with.
 */
int search_next(struct pmm_walk *walk, const struct kernel_region **ret_region);
void search_take(struct pmm_walk *walk, uint64_t address);
/* Nobody asks for what is before ADDRESS any more. */
void search_seek(struct pmm_walk *walk, uint64_t address);
/* What is before this address is known. */
uint64_t search_reached(const struct pmm_walk *walk);
/* How far the entries from here on may be read at once: regions that are near each other. */
uint64_t search_near_end(const struct pmm_walk *walk);

/* COUNT entries from ADDRESS on. Below 0: go no further, and return it. */
typedef int walk_take_entries(void *data, uint64_t address, const uint64_t *entries, size_t count);

/* Instead of the runs: hand all entries of the regions that are found to TAKE, in their order. */
int walk_entries(struct pmm_walk *walk, walk_take_entries *take, void *data);

/* Make the next batch. */
int batch_fill(struct pmm_walk *walk);
/* Is the word of its first frame the only one? */
bool piece_has_head_only(const struct pmm_walk *walk, const struct piece *piece);
void batch_free(struct batch *batch);
/* The process has gone: say so in words. Returns -ESRCH. */
int walk_lose(struct pmm_walk *walk);

/*
 * Of pages of the mapping at hand, [ADDRESS, *END), that are not there: is the first one swapped?
 * *END is brought down to where that changes. False if it cannot be told.
 */
bool shmem_is_swapped(struct pmm_walk *walk, uint64_t address, uint64_t *end);
/* How many pages of the file between two addresses are in swap; absent if it cannot be told. */
uint64_t shmem_count_swapped(struct pmm_walk *walk, uint64_t start, uint64_t end);
/* The same of all of its file. */
uint64_t shmem_count_all_swapped(struct pmm_walk *walk);
void shmem_close(struct shmem *shmem);

#endif
