/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_FILES_H
#define PROCMM_FILES_H

/*
 * libprocmm: what of files is in the page cache, and who maps them. The rules at the top of
 * <procmm.h> hold here too. Nothing of a file is read or touched for it.
 */

#include <procmm-pages.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Pages of a file, or of a part of it. */
struct pmm_file_pages {
	uint64_t cached;
	uint64_t dirty;	    /* of those cached; absent for files that are nowhere but in memory */
	uint64_t writeback; /* likewise: being written just now */
	uint64_t evicted;   /* were cached, and the kernel remembers that they were */
	uint64_t recently_evicted; /* of those, so lately that they would count as used */
	uint64_t swapped;	   /* of tmpfs and shared memory; 0 for all others */
};

/*
 * Pages that follow each other and are alike: all cached, or none. Its last may end within a page.
 */
struct pmm_file_range {
	uint64_t offset_bytes;
	uint64_t length_bytes;
	int is_cached;
};

/* How PID/maps names a file, which may be otherwise than stat(2) does: on btrfs, for one. */
struct pmm_file_key {
	unsigned device_major, device_minor;
	uint64_t inode;
};

struct pmm_file;

/* As it was when it was opened. The size is that of a block device, too. */
PMM_API const struct stat *pmm_file_status(const struct pmm_file *file);
PMM_API uint64_t pmm_file_size_bytes(const struct pmm_file *file);

/*
 * Count the pages of LENGTH_BYTES from OFFSET_BYTES on, which is rounded down to a page; 0: all
 * that follow. Nothing of the file is read or touched. Asks cachestat(2) in one call, or where
 * there is none mincore(2), which knows only what is cached: the rest is absent. Errors: -EPERM:
 * not shown to who neither owns the file nor may write to it; -EOPNOTSUPP: this kind of file does
 * not say, as those of hugetlbfs.
 */
PMM_API int pmm_file_count(struct pmm_file *file, uint64_t offset_bytes, uint64_t length_bytes,
			   struct pmm_file_pages *ret_pages);

/*
 * Go on to the next range, from the start of the file to what was its end when it was opened.
 * Ranges that follow each other differ. What is all alike is counted at once however large it is,
 * and no list is kept. Errors: as of pmm_file_count(); then nothing follows.
 */
PMM_API int pmm_file_next_range(struct pmm_file *file, struct pmm_file_range *ret_range);

/* Its key: it is mapped for a moment. Reads: proc/self/maps. -EOPNOTSUPP: it cannot be mapped. */
PMM_API int pmm_file_key(struct pmm_file *file, struct pmm_file_key *ret_key);

enum pmm_files_flags {
	PMM_FILES_RECURSIVE = 1 << 0, /* what is below directories, in the order of its names */
};

struct pmm_files;

/*
 * Go over files: of this system, not of a captured tree, which has no page cache (-EOPNOTSUPP).
 * Regular files and block devices are opened; nothing else ever is, for to open it might do
 * something. Below directories there are regular files only, of the same file system, and no
 * symbolic link is followed. Each inode comes once, whatever its names. FACILITIES must live as
 * long.
 */
PMM_API int pmm_files_open(struct pmm_root *root, const struct pmm_facilities *facilities,
			   unsigned flags, struct pmm_files **ret_files);
PMM_API struct pmm_files *pmm_files_close(struct pmm_files *files);

/* Begin with a path, which must live until it is gone through. */
PMM_API void pmm_files_start(struct pmm_files *files, const char *path);

/*
 * The next file below that path, which lives until the next call. An error is of one file or
 * directory, and others may follow: go on until 0. pmm_root_error() has the reason without the
 * path.
 */
PMM_API int pmm_files_next(struct pmm_files *files, struct pmm_file **ret_file);

/* Where the last next was, be it a file or an error. */
PMM_API const char *pmm_files_path(const struct pmm_files *files);

/* A mapping of a file in a process. */
struct pmm_mapper {
	const struct pmm_process *process;
	size_t key; /* which of them */
	const struct pmm_mapping *mapping;
};

struct pmm_mappers;

/*
 * Go over all processes and what they map of files, in one pass, whatever the number of KEYS.
 * Mappings of a process follow each other. Reads: proc/PID/{stat,maps}.
 */
PMM_API int pmm_mappers_open(struct pmm_root *root, const struct pmm_file_key *keys, size_t count,
			     struct pmm_mappers **ret_mappers);
PMM_API int pmm_mappers_next(struct pmm_mappers *mappers, const struct pmm_mapper **ret_mapper);
/* How many processes could not be asked so far, for lack of rights. */
PMM_API size_t pmm_mappers_denied(const struct pmm_mappers *mappers);
PMM_API struct pmm_mappers *pmm_mappers_close(struct pmm_mappers *mappers);

#ifdef __cplusplus
}
#endif

#endif
