/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_PLAN_H
#define PROCMM_SWAP_PLAN_H

/* What builds plans (create.c, off.c, persist.c...) may ask of one; see plan.c. */

#include "procmm-swap.h"

/*
 * A step in code. SUBJECT is what the builder gave to plan_add(). Both return 0 or -Exxx, and say
 * with fault_set(plan_fault(plan), ...) what went wrong if a plain "WORDS: strerror" would not do.
 * A run that fails has undone what it did itself, or its fault is PMM_FAULT_LEFT; an undo is called
 * only of what was done.
 */
struct step_call {
	int (*run)(struct pmm_plan *plan, void *subject);
	int (*undo)(struct pmm_plan *plan, void *subject); /* NULL: there is nothing to undo */
};

/* Add a step. UNDO: its undo in words, NULL if it has none. -ENOMEM. */
int plan_add(struct pmm_plan *plan, const struct step_call *call, void *subject, const char *undo,
	     const char *words, ...) PMM_PRINTF(5, 6);

/* Something the user should know, in words. -ENOMEM. */
int plan_remark(struct pmm_plan *plan, const char *words, ...) PMM_PRINTF(2, 3);

/* The same of what is dangerous or lost, which nothing silences. */
int plan_warn(struct pmm_plan *plan, const char *words, ...) PMM_PRINTF(2, 3);

/* What will have been achieved, in words; the last one counts. -ENOMEM. */
int plan_result(struct pmm_plan *plan, const char *words, ...) PMM_PRINTF(2, 3);

/*
 * A zeroed subject of that size, which the plan frees when it is closed, after RELEASE (which may
 * be NULL) has closed and freed what is in it. NULL without memory.
 */
void *plan_subject(struct pmm_plan *plan, size_t size, void (*release)(void *subject));

struct pmm_root *plan_root(const struct pmm_plan *plan);
const struct pmm_effects *plan_effects(const struct pmm_plan *plan);
/* Of the run that is going on; its functions may be NULL, it never is. */
const struct pmm_watch *plan_watch(const struct pmm_plan *plan);
struct pmm_fault *plan_fault(struct pmm_plan *plan);

/* For the steps to come: the kernel could not read all pages of an area that was deactivated. */
void plan_note_losses(struct pmm_plan *plan);
int plan_has_losses(const struct pmm_plan *plan);

/* 1 if the user wants an end of it. */
int plan_is_interrupted(const struct pmm_plan *plan);

#endif
