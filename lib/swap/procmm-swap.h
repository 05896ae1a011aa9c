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

#include <sys/uio.h>

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

/* As mkswap(8): the fewest good ones, the header's with them; and the most that are ever used. */
#define PMM_SWAP_LEAST_PAGES 10
#define PMM_SWAP_MOST_PAGES  UINT32_MAX

struct pmm_swap_header_wish {
	uint64_t pages;	     /* of the whole area, the header's own and bad ones included */
	uint64_t page_bytes; /* of the kernel it is for: 4 KiB to 64 KiB */
	const char *uuid;    /* NULL: a new one; "": none */
	const char *label;   /* at most 15 bytes; NULL: none */
	const uint32_t *bad_pages;
	size_t bad_page_count;
};

/*
 * Build what `mkswap -U UUID -L LABEL` writes: PAGE is page_bytes long, and its first KiB, a boot
 * loader's, is zero. RET_UUID is the UUID in lower case, "" if none. Nothing is written if it
 * fails: -EINVAL (page size), -EBADMSG (UUID), -ENAMETOOLONG (label), -EFBIG or -ENOSPC (too many
 * or too few pages), -E2BIG (more bad pages than the header can list).
 */
PMM_API int pmm_swap_header_build(const struct pmm_swap_header_wish *wish, void *page,
				  char ret_uuid[37]);

/* ---- status: all there is to know of one area ------------------------------------------------ */

struct pmm_swap_status {
	int is_device; /* else a file */
	int is_active;
	int is_draining;     /* active, and being deactivated */
	uint64_t size_bytes; /* these three as in struct pmm_area; absent if it is not active */
	uint64_t used_bytes;
	int priority;

	uint64_t file_bytes;	    /* of the file or device as a whole */
	uint64_t stored_bytes;	    /* that a file takes on its file system */
	uint32_t mode, uid, gid;    /* who may read what was swapped out */
	char *file_system;	    /* that a file is on: "ext4" */
	char *mount_point;	    /* of that */
	char *device;		    /* "/dev/sda2": which it is, or is on */
	uint64_t extents;	    /* pieces in which a file lies on the disk */
	uint64_t first_bytes;	    /* where the first of them is; absent on btrfs */
	int is_nocow, is_immutable; /* 1 or 0; -1: not known */

	int header_error; /* as of pmm_swap_header_probe(); -ENODATA if it was not asked for */
	char *header_words;
	struct pmm_swap_header header;
};

enum pmm_swap_status_flags {
	PMM_SWAP_STATUS_CONTENT = 1 << 0, /* open it: header, extents, nocow, size of a device */
};

/*
 * Read it. PATH is absolute, below the root; links are followed. What may not be read is absent.
 * Errors: those of finding it; -EINVAL if it is neither a regular file nor a block device.
 */
PMM_API int pmm_swap_status_read(struct pmm_root *root, const char *path, unsigned flags,
				 struct pmm_swap_status **ret_status);
PMM_API struct pmm_swap_status *pmm_swap_status_free(struct pmm_swap_status *status);

/* ---- fstab: the swap lines of a boot configuration ------------------------------------------- */

#define PMM_NO_PRIORITY INT64_MIN

struct pmm_fstab_swap {
	const char *spec; /* the first field, unescaped: "/swapfile", "UUID=...", "LABEL=..." */
	const char *tag;  /* "UUID", "LABEL"...; NULL if spec is none */
	const char *tag_value;
	const char *path;    /* that path, or the device that the tag leads to; NULL if to none */
	const char *options; /* the fourth field: "sw,nofail,pri=5"; NULL if there is none */
	int64_t priority;    /* of pri=; PMM_NO_PRIORITY if it is not there, or no number */
	const char *discard; /* of discard=: "", "once" or "pages"; NULL if there is none */
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
 * The I-th thing wrong with the content: "/etc/fstab:7: not an fstab line" (it is skipped), with
 * the name of a captured tree in front; NULL past the last.
 */
PMM_API const char *pmm_fstab_complaint(const struct pmm_fstab *fstab, size_t index);

/*
 * Does the line mean this area? 1 or 0. The same file or device under any name counts. A tag that
 * leads nowhere counts if HEADER, the area's (NULL: not known), has that UUID or label.
 */
PMM_API int pmm_fstab_swap_means(struct pmm_root *root, const struct pmm_fstab_swap *swap,
				 const struct pmm_area *area, const struct pmm_swap_header *header);

/*
 * ---- operands: what users call an area --------------------------------------------------------
 */

/*
 * The path of "UUID=...", "LABEL=...", "PARTUUID=...", "PARTLABEL=..." or "zram0": 1; 0 if OPERAND
 * is none of these, but a path. Inactive swap files are found if FSTAB (NULL: /etc/fstab) names
 * them. The caller frees it. -ENOENT if there is none.
 */
PMM_API int pmm_swap_find(struct pmm_root *root, const char *operand, const char *fstab,
			  char **ret_path);

/* ---- fit: is there room for what is in an area? ---------------------------------------------- */

/* The machine as a whole, or a cgroup that has pages in swap. */
struct pmm_fit_row {
	char *cgroup;		/* as in struct pmm_cgroup; NULL: the machine */
	uint64_t swapped_bytes; /* in the area; of a cgroup as much as can be in it */
	uint64_t cached_bytes;	/* of those, in memory as well */
	uint64_t need_bytes;	/* of those, that must come into memory */
	/* Available, and what goes free with the area; below the limit. Absent: there is none. */
	uint64_t memory_bytes;
	uint64_t reserve_bytes;	   /* to stay free: of memory; for a full cgroup, of other_swap */
	uint64_t other_swap_bytes; /* free in other areas, where pages can go instead */
	uint64_t short_bytes;	   /* of need, that fit nowhere; 0: all fits */
};

struct pmm_fit;

/*
 * Would all that is in an active area fit elsewhere, if it were deactivated? PATH is absolute.
 * Errors: -ENXIO if it is not active; -ENODATA if this machine does not say what it has.
 * Reads: proc/{meminfo,swaps}, sys/block/zram*, and what pmm_cgroups_open() does.
 */
PMM_API int pmm_swap_fit_read(struct pmm_root *root, const char *path, struct pmm_fit **ret_fit);
PMM_API struct pmm_fit *pmm_swap_fit_free(struct pmm_fit *fit);

/* The machine is the first; then the cgroups with swap, by path. NULL past the last. */
PMM_API const struct pmm_fit_row *pmm_swap_fit_row_at(const struct pmm_fit *fit, size_t index);

/* ---- effects: the calls that change the system ----------------------------------------------- */

/*
 * Every operation that changes anything gets such a table and calls nothing else: pmm_effects_live
 * is the system itself; the tests have their own. Members are as the system calls of those names,
 * but return -errno. Names (not paths) are below a directory that is held open, and areas are held
 * open themselves: what was checked is what is changed.
 */
struct pmm_effects {
	/* With O_TMPFILE, NAME is "." and the file has no name until link_at() gives it one. */
	int (*open_at)(int directory_fd, const char *name, int flags, mode_t mode);
	int (*fallocate)(int fd, int mode, uint64_t offset_bytes, uint64_t length_bytes);
	ssize_t (*write_at)(int fd, const void *bytes, size_t length, uint64_t offset_bytes);
	int (*truncate)(int fd, uint64_t length_bytes);
	int (*set_flags)(int fd, int flags); /* FS_IOC_SETFLAGS: FS_NOCOW_FL... */
	int (*pin)(int fd); /* F2FS_IOC_SET_PIN_FILE: its blocks stay where they are */
	int (*change_owner)(int fd, uid_t uid, gid_t gid);
	int (*change_mode)(int fd, mode_t mode);
	int (*set_attribute)(int fd, const char *name, const void *value, size_t length);
	int (*remove_attribute)(int fd, const char *name);
	int (*sync)(int fd);
	int (*link_at)(int fd, int directory_fd, const char *name);
	int (*rename_at)(int directory_fd, const char *from, const char *to);
	int (*unlink_at)(int directory_fd, const char *name);
	int (*swap_on)(int fd, int flags);
	int (*swap_off)(int fd);
	/* process_madvise(2) MADV_WILLNEED: read pages of another process in from swap. */
	ssize_t (*read_ahead)(int pid_fd, const struct iovec *ranges, size_t count);
};

PMM_API extern const struct pmm_effects pmm_effects_live;

/* ---- fault: why something is refused, or failed ---------------------------------------------- */

enum pmm_fault_kind {
	PMM_FAULT_NONE,
	PMM_FAULT_FAILED,	/* a call failed; the system is as it was */
	PMM_FAULT_REFUSED,	/* by a safety rule; nothing was touched */
	PMM_FAULT_LEFT,		/* a call failed, and not everything could be undone */
	PMM_FAULT_NO_AREA,	/* there is no such area, file or device */
	PMM_FAULT_NO_PRIVILEGE, /* not root, or in a container */
	PMM_FAULT_INTERRUPTED,	/* a signal, a timeout, or the kernel still at it */
};

/* One cause in words, and one thing that mends it. Texts are NULL if there is nothing to say. */
struct pmm_fault {
	enum pmm_fault_kind kind;
	int error;    /* -Exxx */
	char *object; /* the path it is about */
	char *reason; /* "cannot hold swap: tmpfs keeps its files in memory" */
	char *fix; /* "a file on a disk file system: /var/swapfile"; of a safety rule, its option */
};

/* ---- judgement: would it work, and is it right? ---------------------------------------------- */

/* One thing, in words, and what mends it: a command mostly. NULL if there is nothing to say. */
struct pmm_finding {
	char *name;   /* for programs, and never changed: "holes", "readable-by-others" */
	char *reason; /* "cannot hold swap: it has holes, the first at byte 4096" */
	char *fix;
};

struct pmm_judgement {
	char *path; /* absolute, without links */
	int is_active;
	int is_place;		      /* a directory, in which a swap file could be made, or not */
	int kernel_accepts;	      /* swapon(2) would take it, or has taken it already */
	struct pmm_finding cause;     /* why it would not; its name is NULL if it would */
	struct pmm_finding *problems; /* what we have against it, whatever the kernel says */
	size_t problem_count;
};

/*
 * Look at a file, a device, or a directory, and say whether the kernel would activate it, or a new
 * file in it, and what else is wrong. PATH is absolute. Nothing is changed, and nothing is tried.
 * Errors: -ENOENT and others of finding it, with words at the root; -EOPNOTSUPP in a captured tree,
 * which has no file systems and no kernel that could be asked.
 */
PMM_API int pmm_swap_check(struct pmm_root *root, const char *path,
			   struct pmm_judgement **ret_judgement);
PMM_API struct pmm_judgement *pmm_judgement_free(struct pmm_judgement *judgement);

/* ---- plan: the ordered effects of an operation, with the undo of each ------------------------ */

struct pmm_plan;

/* EFFECTS must outlive the plan. */
PMM_API int pmm_plan_open(struct pmm_root *root, const struct pmm_effects *effects,
			  struct pmm_plan **ret_plan);
PMM_API struct pmm_plan *pmm_plan_close(struct pmm_plan *plan);

enum pmm_step_state {
	PMM_STEP_PENDING,
	PMM_STEP_DONE,
	PMM_STEP_FAILED,
	PMM_STEP_UNDONE,
	PMM_STEP_LEFT, /* was done, wholly or in part, and could not be undone */
};

struct pmm_step {
	const char *words; /* "write the swap header: 262143 pages, UUID ..." */
	const char *undo;  /* what a failure of a later step makes of it; NULL: nothing to undo */
	enum pmm_step_state state;
};

/*
 * Keep other runs out until the plan is closed: /run/swapctl.lock. Waits SECONDS for one that
 * is at work.
 */
PMM_API int pmm_plan_lock(struct pmm_plan *plan, unsigned seconds);

/* The I-th step, and the I-th thing that the user should know; NULL past the last. */
PMM_API const struct pmm_step *pmm_plan_step_at(const struct pmm_plan *plan, size_t index);
PMM_API const char *pmm_plan_remark_at(const struct pmm_plan *plan, size_t index);

/* The I-th thing that is dangerous or was lost: a rule that was overridden, pages, processes. */
PMM_API const char *pmm_plan_warning_at(const struct pmm_plan *plan, size_t index);

/* What was achieved, in words: "active, 1G, priority -2"; NULL if nothing was to be done. */
PMM_API const char *pmm_plan_result(const struct pmm_plan *plan);

/* Why the last call on this plan failed; its kind is PMM_FAULT_NONE if it did not. */
PMM_API const struct pmm_fault *pmm_plan_fault(const struct pmm_plan *plan);

/* How far a long step is. */
struct pmm_progress {
	const char *object;   /* "/swapfile" */
	int is_reading_ahead; /* it is not emptied yet: what is left is still to be read */
	uint64_t left_bytes;
	uint64_t total_bytes;
	double bytes_per_second;
	uint64_t left_ns; /* an estimate; absent if there is no rate yet */
};

struct pmm_watch {
	void *data; /* for the two below, each of which may be NULL */
	void (*progress)(void *data, const struct pmm_progress *progress);
	int (*is_interrupted)(void *data); /* 1: end what is going on, and undo it */
};

/*
 * Run the steps in order. If one fails or the user interrupts, those before it are undone in
 * reverse and pmm_plan_fault() says why. What has come to an end in the kernel is never undone: an
 * interruption after the last step is none. WATCH may be NULL.
 */
PMM_API int pmm_plan_run(struct pmm_plan *plan, const struct pmm_watch *watch);

/* 1 if a step was done and not undone. */
PMM_API int pmm_plan_has_changed(const struct pmm_plan *plan);

/*
 * What follows adds to a plan the steps of one operation. It looks first and changes nothing: what
 * cannot work or is not safe fails here, with a fault. What is so already adds no step, but a
 * remark.
 */

struct pmm_create_wish {
	uint64_t size_bytes;	/* of the file, header page included; a multiple of the page */
	int64_t priority;	/* PMM_NO_PRIORITY: the kernel chooses */
	uint64_t reserve_bytes; /* to stay free; PMM_ABSENT: max(5 % of the file system, 512 MiB) */
	const char *label;	/* NULL: none */
	const char *uuid;	/* NULL: a new one */
	const char *discard;	/* NULL: none; "", "once" or "pages" */
	const char *fstab;	/* NULL: /etc/fstab */
	int with_persist;
	int without_activation;
	int with_replace; /* a swap area that is there, or a file of zeros: put it in its place */
	int with_zeros;	  /* write every block instead of fallocate(2) */
};

/* The whole recipe: file, header, activation, line in fstab. PATH is absolute. */
PMM_API int pmm_plan_create(struct pmm_plan *plan, const char *path,
			    const struct pmm_create_wish *wish);

struct pmm_format_wish {
	const char *label; /* NULL: none, or with keep_identity the old one */
	const char *uuid;
	const char
		*wipe; /* the name of what is there and may be destroyed: "ext4"; NULL: nothing */
	uint64_t page_bytes; /* PMM_ABSENT: of this kernel */
	int with_check;	     /* look for bad blocks first */
	int keep_identity;   /* keep the label and UUID of the swap header that is there */
};

/* A swap header for a partition, a device or a file that is there. */
PMM_API int pmm_plan_format(struct pmm_plan *plan, const char *path,
			    const struct pmm_format_wish *wish);

struct pmm_on_wish {
	int64_t priority;
	const char *discard;
	int with_force; /* despite an owner or modes that let others read it */
};

/* Activate an area that has a header. */
PMM_API int pmm_plan_on(struct pmm_plan *plan, const char *path, const struct pmm_on_wish *wish);

struct pmm_off_wish {
	uint64_t timeout_ns; /* PMM_ABSENT: none */
	int with_read_ahead; /* read what is in it ahead: many times faster on a cold area */
	int with_force;	     /* even if its pages seem not to fit into memory */
};

/* Deactivate an area, if what is in it fits elsewhere. */
PMM_API int pmm_plan_off(struct pmm_plan *plan, const char *path, const struct pmm_off_wish *wish);

struct pmm_resize_wish {
	uint64_t size_bytes;
	uint64_t reserve_bytes;
	struct pmm_off_wish off;
};

PMM_API int pmm_plan_resize(struct pmm_plan *plan, const char *path,
			    const struct pmm_resize_wish *wish);

struct pmm_priority_wish {
	int64_t priority;
	const char *fstab; /* NULL: /etc/fstab */
	int with_persist;  /* in its line of fstab, too; without it, only a remark */
	struct pmm_off_wish off;
};

/* Another priority for an active area: the kernel has no call for it, so it goes off and on. */
PMM_API int pmm_plan_priority(struct pmm_plan *plan, const char *path,
			      const struct pmm_priority_wish *wish);

struct pmm_remove_wish {
	const char *fstab;
	int keep_file;	/* the header goes, the file stays */
	int with_scrub; /* overwrite its blocks before they are given back */
	struct pmm_off_wish off;
};

/* All that create does, undone: deactivate, forget in fstab, unlink (or wipe a device's header). */
PMM_API int pmm_plan_remove(struct pmm_plan *plan, const char *path,
			    const struct pmm_remove_wish *wish);

struct pmm_persist_wish {
	const char *fstab;
	const char *options; /* more of them: "x-systemd.device-timeout=5"; NULL: none */
	int64_t priority;
	const char *discard;
};

/*
 * The line in fstab that activates it at boot; or its removal. A new line of an active area has the
 * priority that was chosen for it, unless the wish has one.
 */
PMM_API int pmm_plan_persist(struct pmm_plan *plan, const char *path,
			     const struct pmm_persist_wish *wish);
PMM_API int pmm_plan_unpersist(struct pmm_plan *plan, const char *path, const char *fstab);

#ifdef __cplusplus
}
#endif

#endif
