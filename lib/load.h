/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_LOAD_H
#define PROCMM_LOAD_H

/* Which of the kernel's counters are a load's, for those who read one; see load.c. Pure. */

#include "procmm-verdict.h"

struct load_formula {
	enum pmm_load_counter counter;
	const char *text; /* in the language of metric.h */
};

/* Those of FORMULAS whose counters are there; the others stay as they are. */
void load_take(const struct pmm_counters *counters, const struct load_formula *formulas,
	       size_t count, struct pmm_load *load);
/* The same of what proc/vmstat and a memory.stat of version 2 have under the same names. */
void load_take_paging(const struct pmm_counters *counters, struct pmm_load *load);
/* Waits for memory, and for disks. */
void load_take_pressure(const struct pmm_pressure *pressure, enum pmm_resource resource,
			struct pmm_load *load);

#endif
