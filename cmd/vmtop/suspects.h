/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_SUSPECTS_H
#define VMTOP_SUSPECTS_H

/* Who suffers, and who grows: victim and cause are rarely one process. */

#include "vmtop.h"

enum { SUSPECTS = 3 };

struct suspects {
	struct pmm_suspect victims[SUSPECTS]; /* worst first */
	size_t victims_count;
	struct pmm_suspect growers[SUSPECTS];
	size_t growers_count;
};

/* Among the ROWS of one instant; of a CGROUP and what is below it, if it is not NULL. */
void suspects_find(struct suspects *suspects, const struct rows *rows, const struct crowd *crowd,
		   const char *cgroup);

/* What kswapd takes of one processor, of several the busiest; NAN if none is seen. */
double suspects_kswapd_percent(const struct crowd *crowd);

#endif
