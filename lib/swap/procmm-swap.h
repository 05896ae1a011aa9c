/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_H
#define PROCMM_SWAP_H

/*
 * libprocmm-swap: what a machine is told to swap to at boot, what an area's header says, and every
 * call that changes the system. It is apart from libprocmm so that what only reads cannot link what
 * changes.
 *
 * The rules at the top of <procmm.h> hold here too: return values, ret_*, units, absent, ownership,
 * threads, text.
 */

#include <procmm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- header: what a file or device says it is ------------------------------------------------ */

struct pmm_swap_header {
	char uuid[37];	     /* lower case; "" if it has none */
	char label[17];	     /* bytes; "" if it has none */
	uint64_t page_bytes; /* of the kernel it was made for */
	uint64_t pages;	     /* usable: neither the header's own nor the bad ones */
	uint64_t bad_pages;
	int is_foreign_endian; /* written in the other byte order; works all the same */
	int is_suspend_image;  /* a hibernated system is in it: activating it destroys that */
};

/*
 * Read the header of a swap area. PATH is absolute, below the root; a file or a block device.
 * Errors: -EMEDIUMTYPE if it holds something else (pmm_root_error() says what) or nothing; -EBADMSG
 * if it is a swap header that no kernel takes; -EINVAL if it is neither a regular file nor a block
 * device; those of open(2) and read(2): to read an area one mostly must be root.
 */
PMM_API int pmm_swap_header_probe(struct pmm_root *root, const char *path,
				  struct pmm_swap_header *ret_header);

/*
 * Decode the front of a swap area, as the kernel does (include/linux/swap.h, union swap_header).
 * The header fills one page of the kernel that it was made for, 4 KiB to 64 KiB, and its magic is
 * the end of that page: LENGTH should be 64 KiB, or all there is. Pure. -EMEDIUMTYPE, -EBADMSG.
 */
PMM_API int pmm_swap_header_parse(const void *bytes, size_t length,
				  struct pmm_swap_header *ret_header);

/* ---- fstab: the swap lines of a boot configuration ------------------------------------------- */

#define PMM_NO_PRIORITY INT64_MIN

struct pmm_fstab_swap {
	const char *spec; /* the first field, unescaped: "/swapfile", "UUID=...", "LABEL=..." */
	const char *tag;  /* "UUID", "LABEL"...; NULL if spec is none */
	const char *tag_value;
	const char *path;    /* that path, or the device that the tag leads to; NULL if to none */
	const char *options; /* the fourth field: "sw,nofail,pri=5"; NULL if there is none */
	int64_t priority;    /* of pri=; PMM_NO_PRIORITY if it is not there, or no number */
	int is_noauto;	     /* not activated at boot: 1 or 0 */
	int is_nofail;	     /* a boot goes on without it: 1 or 0 */
	int is_there;	     /* path leads to a file or a block device: 1 or 0 */
	enum pmm_area_type type; /* of what is there */
};

struct pmm_fstab;

/*
 * Read the swap lines of PATH (absolute, below the root), or of etc/fstab if it is NULL; then no
 * file means no lines. Tags are looked up in dev/disk/by-*, not in the cache of libblkid.
 * Errors: those of open(2) and read(2); -EBADMSG if it is no regular file.
 */
PMM_API int pmm_fstab_read(struct pmm_root *root, const char *path, struct pmm_fstab **ret_fstab);
PMM_API struct pmm_fstab *pmm_fstab_free(struct pmm_fstab *fstab);

/* The I-th swap line, in the order of the file; NULL past the last. */
PMM_API const struct pmm_fstab_swap *pmm_fstab_swap_at(const struct pmm_fstab *fstab, size_t index);

/*
 * The I-th thing wrong with the content: "/etc/fstab:7: not an fstab line" (it is skipped); NULL
 * past the last.
 */
PMM_API const char *pmm_fstab_complaint(const struct pmm_fstab *fstab, size_t index);

/*
 * Does the line mean this area? 1 or 0. The same file or device under any name counts. A tag that
 * leads nowhere counts if HEADER, the area's (NULL: not known), has that UUID or label.
 */
PMM_API int pmm_fstab_swap_means(struct pmm_root *root, const struct pmm_fstab_swap *swap,
				 const struct pmm_area *area, const struct pmm_swap_header *header);

/* ---- effects: the calls that change the system ----------------------------------------------- */

/*
 * Every operation that changes anything gets such a table and calls nothing else: pmm_effects_live
 * is the system itself; a dry run and the tests have their own. Members are as the system calls of
 * those names, but return -errno. Names (not paths) are below a directory that is held open, and
 * areas are held open themselves: what was checked is what is changed.
 */
struct pmm_effects {
	int (*open_at)(int directory_fd, const char *name, int flags, mode_t mode);
	int (*fallocate)(int fd, int mode, uint64_t offset_bytes, uint64_t length_bytes);
	ssize_t (*write_at)(int fd, const void *bytes, size_t length, uint64_t offset_bytes);
	int (*truncate)(int fd, uint64_t length_bytes);
	int (*sync)(int fd);
	int (*link_at)(int fd, int directory_fd, const char *name);
	int (*rename_at)(int directory_fd, const char *from, const char *to);
	int (*unlink_at)(int directory_fd, const char *name);
	int (*swap_on)(int fd, int flags);
	int (*swap_off)(int fd);
};

PMM_API extern const struct pmm_effects pmm_effects_live;

#ifdef __cplusplus
}
#endif

#endif
