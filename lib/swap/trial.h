/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_TRIAL_H
#define PROCMM_SWAP_TRIAL_H

/* How verdict.c and verdict-place.c come to a cause. See trial.c. */

#include "verdict.h"

struct trial {
	const struct facts *facts;
	const struct file_system *fs; /* of a regular file */
	const char *path;
	struct pmm_fault *fault; /* for the cause */
};

/* CAUSE_NONE, or why not, with the fault filled. */
typedef enum cause attempt(struct trial *trial);

/* One after the other, till one is against it. */
enum cause trial_run(struct trial *trial, attempt *const *attempts, size_t count);

/* Fill the fault. FIX: as for fix_text(), or NULL. Returns CAUSE. */
enum cause trial_refuse(struct trial *trial, enum cause cause, const char *fix, const char *format,
			...) PMM_PRINTF(4, 5);

extern const char trial_fix_anew[], trial_fix_elsewhere[];

/* What holds for a file that is there and for one that is still to be made. */
attempt trial_read_only, trial_file_system, trial_operation, trial_devices;

#endif
