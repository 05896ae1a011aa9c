/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FSTAB_FILE_H
#define PROCMM_SWAP_FSTAB_FILE_H

/* The file that is fstab: read whole, and replaced at one stroke; see fstab-file.c. */

#include "fstab-text.h"
#include "place.h"
#include "plan.h"

struct fstab_file {
	struct place place; /* a link was followed: it is where the file is */
	struct fstab_text text;
	struct stat status; /* from before it was read */
	bool is_there;
	int fd;
};

/*
 * Read it; PATH NULL is /etc/fstab. No file is an empty text. It is closed with fstab_file_close(),
 * which takes one of zeros as well. The fault is filled on failure.
 */
int fstab_file_open(struct pmm_plan *plan, const char *path, struct fstab_file *ret_file);
void fstab_file_close(struct fstab_file *file);

#define _cleanup_fstab_file_ __attribute__((cleanup(fstab_file_close)))

/* Can it be replaced? The fault says what is in the way: more than one name, a mount, a flag. */
int fstab_file_check(struct pmm_plan *plan, const struct fstab_file *file);

/*
 * Put TEXT in its place: after that, and after a kill or a power cut at any point, it holds the old
 * text or the new. -EAGAIN without a fault: another process has changed it since it was opened.
 * What other error there is has left the old text; or *RET_IS_REPLACED is set.
 */
int fstab_file_replace(struct pmm_plan *plan, const struct fstab_file *file,
		       const struct fstab_text *text, bool *ret_is_replaced);

/* Unlink it, if it is as it was opened: of a file that was not there before. Errors as above. */
int fstab_file_remove(struct pmm_plan *plan, const struct fstab_file *file);

/*
 * What runs that were killed left beside it: names that only this file gives, of files that no
 * process holds. The number of them; -ENOMEM.
 */
int fstab_file_count_leftovers(const struct fstab_file *file);
int fstab_file_remove_leftovers(struct pmm_plan *plan, const struct fstab_file *file);

#endif
