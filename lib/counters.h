/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_COUNTERS_H
#define PROCMM_COUNTERS_H

/*
 * The one parser of "name[:] value [kB]" lines, pure, for those who need no more than a pass over
 * them.
 */

#include "procmm.h"
#include "scan.h"

struct counter_line {
	struct scan name;
	struct scan words; /* everything after the name, blanks in front taken off */
	uint64_t value;	   /* bytes if its unit is kB; PMM_ABSENT if it is not one number */
	const char *fault; /* why it is not one number; NULL if it is */
};

/* The next line; false at the end of the text. */
bool counters_next_line(struct scan *text, struct counter_line *ret_line);

/* Is there a counter of that name, or with IS_PREFIX one whose name begins so? Of any value. */
bool counters_have(const struct pmm_counters *counters, const char *name, bool is_prefix);

/* Parse a whole buffer. -ENOMEM is the only error. */
int counters_parse(const char *text, size_t length, struct pmm_counters **ret_counters);

#endif
