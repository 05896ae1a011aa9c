/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FSTAB_MATCH_H
#define PROCMM_SWAP_FSTAB_MATCH_H

/* Which lines of an fstab mean an area; see fstab-match.c. */

#include "fstab-text.h"
#include "place.h"

struct fstab_match {
	struct fstab_line line;
	bool is_taken; /* libmount takes it, so swapon(8) does; else it is in the way only */
	bool is_noauto;
	int64_t priority; /* this and the next as in struct pmm_fstab_swap */
	const char *discard;
};

struct fstab_matches {
	struct fstab_match *items;
	size_t count;
};

/*
 * Find the lines that mean what is, or shall be, at PLACE; if that is NULL, those whose first field
 * is SPEC. -ENOMEM.
 */
int fstab_match(struct pmm_root *root, const struct fstab_text *text, const struct place *place,
		const char *spec, struct fstab_matches *ret_matches);

/*
 * The one of them that counts: the first that is activated at boot; if there is none, the first
 * that libmount takes. Their count if there is none of those either.
 */
size_t fstab_matches_keeper(const struct fstab_matches *matches);

void fstab_matches_free(struct fstab_matches *matches);

#define _cleanup_fstab_matches_ __attribute__((cleanup(fstab_matches_free)))

#endif
