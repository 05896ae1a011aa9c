/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_JUDGE_H
#define PROCMM_SWAP_JUDGE_H

/*
 * Would swapon(2) take it, and why not? facts.c looks, verdict.c judges. What builds plans asks
 * here; all return 0, or -Exxx with the fault filled: one cause, one fix.
 */

#include "place.h"

/* Can a new swap file of that size be made there? RESERVE_BYTES of the file system stay free. */
int judge_place(struct pmm_root *root, const struct place *place, uint64_t size_bytes,
		uint64_t reserve_bytes, struct pmm_fault *fault);

/* Can the one that is there grow by MORE_BYTES? */
int judge_growth(struct pmm_root *root, const struct place *place, uint64_t more_bytes,
		 uint64_t reserve_bytes, struct pmm_fault *fault);

/* How much could be taken there, if RESERVE_BYTES stay free. */
uint64_t judge_room_bytes(struct pmm_root *root, const struct place *place, uint64_t reserve_bytes);

/* Would swapon(2) take this open file or device? */
int judge_area(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault);

/* The same of an active one: would it be taken again, if it went off now? */
int judge_again(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault);

/* May this file be changed, or deactivated? The kernel opens it for writing for both. */
int judge_change(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault);

/* May this name be taken away? */
int judge_name(struct pmm_root *root, const struct place *place, struct pmm_fault *fault);

/* May this process activate another area now? */
int judge_process(struct pmm_root *root, const char *path, struct pmm_fault *fault);

/* The same as judge_area() of what others shall activate: who we are does not count. */
int judge_made(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault);

/* swapon(2) of it returned ERROR: fill the fault with the one true cause. Returns ERROR. */
int judge_failure(struct pmm_root *root, int fd, const char *path, int error,
		  struct pmm_fault *fault);

/*
 * The half of it that facts do not explain: by the error itself, the number of active areas and the
 * kernel's log.
 */
int judge_by_error(struct pmm_root *root, uint64_t areas, const char *path, int error,
		   struct pmm_fault *fault);

/* What a file system asks for before a swap file on it gets its size. */
struct preparation {
	int with_nocow; /* btrfs: FS_NOCOW_FL on the empty file, and read back */
	int with_pin;	/* f2fs */
	uint64_t
		granularity_bytes; /* the size must be a multiple of it; the page if nothing else */
};

int judge_preparation(struct pmm_root *root, int directory_fd, struct preparation *ret_preparation);

#endif
