/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_MEMO_H
#define PROCMM_SWAP_MEMO_H

#include "area.h"

/*
 * A note in the file itself that it was active, and how, before an operation that must pass through
 * off: so the same command, run again after it was killed, ends with the area active. See memo.c.
 */

/* Add the step that notes it, and the one that takes the note away again. */
int memo_add_note(struct pmm_plan *plan, struct area *area);
int memo_add_removal(struct pmm_plan *plan, struct area *area);

/* The same if there is a note: what it says is not so any more. */
int memo_add_removal_if_any(struct pmm_plan *plan, struct area *area);

/* 1 and the flags of swapon(2) if there is a note in an open file, 0 if not. */
int memo_read(const struct area *area, int *ret_swap_flags);

#endif
