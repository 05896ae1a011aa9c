/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_DELAYACCT_H
#define PROCMM_DELAYACCT_H

/* The pure parts of delayacct.c, for the tests. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a thread group waited for since its start; of all its threads, the ended ones too. */
struct delay_sums {
	uint64_t swap_in_ns;
	uint64_t block_ns;
	uint64_t reclaim_ns;
	uint64_t compact_ns;
	uint64_t thrashing_ns;
	uint64_t swap_ins; /* waits */
	uint64_t blocks;
};

/*
 * Find the statistics in an answer to TASKSTATS_CMD_ATTR_TGID, the bytes behind its generic netlink
 * header. A kernel's record may be shorter than ours or longer: what it lacks is 0. False if there
 * is none.
 */
bool delayacct_parse(const char *bytes, size_t length, struct delay_sums *ret_sums);

/*
 * The share of an interval lost between two sums; NAN if the kernel did not count: there were major
 * faults but no wait of any kind.
 */
double delayacct_lost_percent(const struct delay_sums *now, const struct delay_sums *before,
			      uint64_t major_faults, uint64_t interval_ns);

#endif
