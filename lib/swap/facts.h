/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FACTS_H
#define PROCMM_SWAP_FACTS_H

/*
 * All that swapon(2) looks at when it takes or refuses an area, and what we look at besides. It is
 * gathered by facts.c, extents.c, btrfs.c and btrfs-quota.c, and judged by verdict.c,
 * verdict-place.c and problems.c, which see nothing else: what this kernel lacks, a test puts in
 * here.
 */

#include <stdbool.h>
#include <sys/stat.h>

#include "header.h"
#include "place.h"

/* Where the blocks of a file are. */
struct facts_extents {
	bool is_known;		  /* the file system says */
	uint64_t hole_at_bytes;	  /* the first; absent if there is none */
	uint64_t usable_pages;	  /* of which all blocks lie together, the header's own included */
	bool is_inline;		  /* the data are in the inode */
	uint64_t shared_at_bytes; /* the first that another file or a snapshot has, too */
	bool is_encoded;	  /* compressed */
	bool is_unsettled;	  /* has no place on the disk yet */
};

struct facts_btrfs {
	const char *profile;   /* of the file's blocks, or of new ones: "raid1"; NULL: single */
	uint64_t file_devices; /* that the file's blocks are on; absent if not known */
	char operation[32];    /* that excludes others: "balance"; "" if none */
};

/* A block device. */
struct facts_device {
	bool is_read_only;
	bool is_held; /* mounted, or part of something else */
	bool is_zoned;
	bool is_loop;
	bool is_backing_sparse;
	bool is_backing_in_memory;
};

struct facts {
	/* this process and this system */
	bool is_privileged;	   /* CAP_SYS_ADMIN */
	bool is_in_user_namespace; /* where that does not count */
	uint64_t page_bytes;
	uint64_t areas;		  /* active ones */
	uint64_t most_areas;	  /* that this kernel can have; absent if not known */
	uint64_t most_file_bytes; /* RLIMIT_FSIZE; absent if there is none */

	/* the file or device; for a place, its directory */
	mode_t mode;
	uid_t uid;
	uint64_t size_bytes;
	uint64_t stored_bytes; /* in blocks of its own */
	bool is_active;
	bool is_immutable;
	bool is_append_only;
	bool is_encrypted;
	bool is_verity;
	bool is_dax;
	bool is_nocow;
	bool is_compressed;

	/* its file system */
	uint64_t magic; /* of statfs(2) */
	bool is_read_only;
	uint64_t block_bytes;
	uint64_t total_bytes;
	uint64_t free_bytes;  /* what is not reserved for root */
	uint64_t quota_bytes; /* that quotas leave, which free_bytes does not know; absent: none */

	/* each counts only for what it is about */
	int header_error; /* -Exxx: it could not be read */
	struct header_look header;
	char other[32]; /* something else is there, too: "ext4"; "" if not */
	bool has_partitions;
	struct facts_extents extents;
	struct facts_btrfs btrfs;
	struct facts_device device;
};

/* Gather what there is to know of an open file or device. PATH is its own. -Exxx. */
int facts_read_area(struct pmm_root *root, int fd, const char *path, struct facts *ret_facts);

/* The same of a directory in which a swap file shall be made. */
void facts_read_place(struct pmm_root *root, const struct place *place, struct facts *ret_facts);

/* Only what says whether it may be changed, of a file or directory. -Exxx. */
int facts_read_access(int fd, struct facts *ret_facts);

/* Only what is known without opening anything: the process and the system. */
void facts_read_system(struct pmm_root *root, struct facts *ret_facts);

/* The flags of a file that chattr(1) knows. */
int facts_read_flags(int fd, int *ret_flags);

/* ---- extents.c ---- */

/* Called with each extent: where it is on the disk (on btrfs: in its own address space). */
typedef void extent_note(void *data, uint64_t physical_bytes, uint64_t length_bytes);

/* NOTE may be NULL. */
void extents_read(int fd, uint64_t size_bytes, uint64_t page_bytes, extent_note *note, void *data,
		  struct facts_extents *ret_extents);

/* ---- btrfs.c ---- */

struct btrfs_chunks;

/* NULL if it is not to be known: no privilege, no memory. */
struct btrfs_chunks *btrfs_chunks_read(int fd);
struct btrfs_chunks *btrfs_chunks_free(struct btrfs_chunks *chunks);
/* An extent_note(). */
void btrfs_chunks_note(void *chunks, uint64_t logical_bytes, uint64_t length_bytes);

/* FD: of a file, whose extents CHUNKS has noted, or, with NULL, of a directory. */
void btrfs_read(struct pmm_root *root, int fd, const struct btrfs_chunks *chunks,
		struct facts_btrfs *ret_btrfs);

/* ---- btrfs-quota.c ---- */

/* What the quotas of the subvolume that FD is in leave; absent if there are none. */
uint64_t btrfs_quota_bytes(int fd);

#endif
