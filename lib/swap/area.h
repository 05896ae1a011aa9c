/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_AREA_H
#define PROCMM_SWAP_AREA_H

/*
 * The file or device that an operation is about, held open from the first look to the last step,
 * and the steps that all operations share: activate it, open it for writing. See area.c.
 */

#include "active.h"
#include "place.h"
#include "plan.h"

struct area {
	struct place place;
	struct stat status; /* of what is there */
	int is_there;	    /* 0: place is where it shall be */
	int fd;		    /* for reading; -1 if it is not there, or is still to be made */
	int writable_fd;    /* -1 until area_open_writable() */
	int is_active;
	struct active active; /* if it is */
	int swap_flags;	      /* for swapon(2) */
};

/* Only the place, for what is still to be made there. */
int area_place(struct pmm_plan *plan, const char *path, unsigned flags, struct area **ret_area);

/*
 * Find what is at PATH (FLAGS: of place_open()), and whether it is active. It is the plan's, and
 * closed with it. Nothing there is a fault unless MAY_BE_MISSING.
 */
int area_find(struct pmm_plan *plan, const char *path, unsigned flags, int may_be_missing,
	      struct area **ret_area);

/*
 * The flags of swapon(2) for a priority (or PMM_NO_PRIORITY) and discard (NULL, "", "once",
 * "pages").
 */
int area_swap_flags(int64_t priority, const char *discard);

/* Open it for writing, by an effect; it must be what was looked at. For the runs of steps. */
int area_open_writable(struct pmm_plan *plan, struct area *area);

/* Write all of it, whatever a single call takes. WHAT is for the fault: "write the swap header". */
int area_write(struct pmm_plan *plan, int fd, const char *path, const void *bytes, size_t length,
	       uint64_t offset_bytes, const char *what);

/*
 * Bring to disk that a file of its directory was unlinked. That is done, and cannot be undone: a
 * failure is a remark.
 */
void area_sync_removal(struct pmm_plan *plan, const struct area *area);

/* Zeros over all of a part, with progress. Interrupted: -EINTR. */
int area_write_zeros(struct pmm_plan *plan, int fd, const char *path, uint64_t offset_bytes,
		     uint64_t length_bytes);

/* Is there nothing in a file but zeros and holes? 1 or 0; what cannot be read is not blank. */
int area_is_blank(const struct area *area);

/* Refuse a file that the kernel will not open for writing: to deactivate it, or to change it. */
int area_check_change(struct pmm_plan *plan, const struct area *area);

/* Refuse a file that is the disk of a loop device: see device_check_backing(). */
int area_check_backing(struct pmm_plan *plan, const struct area *area);

/* Add the step that activates it with its swap_flags; its undo deactivates it. */
int area_add_on(struct pmm_plan *plan, struct area *area);

/* Refused by a safety rule, of this area's path. FIX: as of fix_text(). Returns ERROR. */
int area_refuse(struct pmm_plan *plan, const struct area *area, int error, const char *fix,
		const char *reason, ...) PMM_PRINTF(5, 6);

/* The same fault as words of a call on this area's path. Returns R. */
int area_fail(struct pmm_plan *plan, const struct area *area, int r, const char *what);

#endif
