/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_METRIC_H
#define PROCMM_METRIC_H

/* The rows of the metric table (metric-table.c) and the ways to compute them (metric.c). */

#include <stdbool.h>

#include "procmm.h"

/* A formula that begins so gives pages, of which their size in bytes is asked. */
#define METRIC_PAGE_BYTES "page_bytes * "

/* What stands between the two halves of a ratio's formula. */
#define METRIC_OVER " / "

typedef double metric_compute(const struct pmm_metric *metric, const struct pmm_sample *now,
			      const struct pmm_sample *before);

struct metric_row {
	struct pmm_metric metric;
	metric_compute *compute;
};

extern const struct metric_row metric_rows[];
extern const size_t metric_rows_count;

metric_compute metric_gauge;	   /* the formula's value now */
metric_compute metric_rate;	   /* its growth a second */
metric_compute metric_byte_rate;   /* the same of pages, in bytes */
metric_compute metric_growth;	   /* its growth */
metric_compute metric_ratio;	   /* the growth of what is before its METRIC_OVER by that after */
metric_compute metric_verdict;	   /* the evidence of that name; see verdict.c */
metric_compute metric_zram;	   /* the formula's column of mm_stat, over all zram devices */
metric_compute metric_stall_share; /* PSI: the share of the interval */
metric_compute metric_stall_average; /* PSI: the kernel's running average */

/*
 * Evaluate a formula over counters. Pure. The language: names joined by " + " and " - "; "name*" is
 * the sum of all counters that begin so; " | " separates alternatives, of which the first counts
 * whose names are all there. False if no alternative is whole, a counter of that which counts is
 * not a number, or the result is negative.
 */
bool metric_formula_value(const char *formula, const struct pmm_counters *counters,
			  uint64_t *ret_value);

#endif
