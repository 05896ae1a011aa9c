/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FSTAB_EDIT_H
#define PROCMM_SWAP_FSTAB_EDIT_H

/* What an fstab shall be, of what it is and what is wanted; see fstab-edit.c. */

#include "fstab-match.h"

struct fstab_wish {
	const struct place *place; /* of the area; NULL: it is gone, and SPEC is all there is */
	const char *spec;	   /* the first field, of a new line or of those to remove */
	const char *options; /* to be in its line, escaped; may be ""; NULL: the line shall go */
};

struct fstab_outcome {
	struct fstab_matches matches; /* the lines that mean the area */
	size_t keeper;		      /* of them, the one that stays; their count: none does */
	char *line;		      /* a new one, with its newline; NULL: none is needed */
	char *options; /* new ones of the line that stays; NULL: they do not change */
	bool is_changed;
	struct fstab_text text; /* if it is changed */
};

/*
 * -EINVAL: with such a spec or such options no line would activate the area; -EBADMSG: lines that
 * are none of swap would change; -ENOMEM.
 */
int fstab_edit(struct pmm_root *root, const struct fstab_text *text, const struct fstab_wish *wish,
	       struct fstab_outcome *ret_outcome);
void fstab_outcome_free(struct fstab_outcome *outcome);

#define _cleanup_fstab_outcome_ __attribute__((cleanup(fstab_outcome_free)))

#endif
