/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_VERDICT_PARTS_H
#define PROCMM_VERDICT_PARTS_H

/*
 * The parts of a judgement, of verdict-measure.c and verdict.c, and what detector.c asks of them.
 * Pure.
 */

#include <stdbool.h>

#include "procmm-verdict.h"

/* 0: BEFORE and NOW are the ends of one interval; else the doubt that makes it void. */
enum pmm_doubt verdict_fault(const struct pmm_load *now, const struct pmm_load *before,
			     const struct pmm_thresholds *thresholds);

/*
 * The numbers of a verdict, without state and confidence. BEFORE and NOW have no fault.
 */
void verdict_measure(const struct pmm_load *now, const struct pmm_load *before,
		     const struct pmm_thresholds *thresholds, struct pmm_verdict *ret_verdict);

/* A verdict of nothing at NOW: unknown, for that doubt. */
void verdict_unknown(const struct pmm_load *now, enum pmm_doubt doubt,
		     struct pmm_verdict *ret_verdict);

/* L of M and I, with the other numbers of VERDICT; never more than is known to be lost. */
double verdict_lost_percent(const struct pmm_verdict *verdict,
			    const struct pmm_thresholds *thresholds, double memory, double io);

/* Has it happened in the window? */
static inline bool verdict_has_grown(uint64_t events)
{
	return events != PMM_ABSENT && events > 0;
}

/*
 * The state of the numbers of VERDICT. RATIO: of every threshold; 1, or less to tell whether a
 * state is over.
 */
enum pmm_state verdict_grade(const struct pmm_verdict *verdict,
			     const struct pmm_thresholds *thresholds, double ratio);

/* The same, if all that is evicted came back: what it costs, whatever the cause. */
enum pmm_state verdict_grade_cost(const struct pmm_verdict *verdict,
				  const struct pmm_thresholds *thresholds);

/* Notes and confidence; once the state stands. */
void verdict_finish(const struct pmm_thresholds *thresholds, struct pmm_verdict *verdict);

#endif
