/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_DRAIN_H
#define PROCMM_SWAP_DRAIN_H

/* swapoff(2) in a child process, watched; see drain.c. */

#include "area.h"
#include "meter.h"
#include "plan.h"

/* How the child ended. What became of the area only proc/swaps can tell. */
enum drain_end {
	DRAIN_RETURNED,	   /* swapoff(2) returned, with error */
	DRAIN_KILLED,	   /* by another: the OOM killer, mostly */
	DRAIN_INTERRUPTED, /* by us, because the user wished so */
	DRAIN_TIMED_OUT,   /* by us, because it was past its time */
	DRAIN_GOES_ON,	   /* the kernel did not heed us */
};

struct drain {
	struct area *area;    /* active, as it says */
	uint64_t deadline_ns; /* of drain_clock(); PMM_ABSENT: none */

	enum drain_end end;
	int error; /* 0, or -Exxx */
};

/* Nanoseconds of a clock that only deadlines and rates are made of. */
uint64_t drain_clock(void);

/* Is the user or the clock against going on? Then 1, and how it is to end. */
int drain_must_end(const struct pmm_plan *plan, uint64_t deadline_ns, enum drain_end *ret_end);

/* Tell the user how far it is. */
void drain_show(const struct pmm_plan *plan, const struct meter *meter);

/*
 * Fills end and error; -Exxx if there is no child to do it. To a program that ignores SIGCHLD it is
 * lost how the child ended (-ECHILD).
 */
int drain_run(struct pmm_plan *plan, struct drain *drain);

#endif
