/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_METER_H
#define PROCMM_SWAP_METER_H

/* How fast something becomes less, and when there will be nothing left of it; see meter.c. */

#include "procmm-swap.h"

struct meter {
	uint64_t last_ns;
	double bytes_per_second; /* NAN: nothing is known yet */
	struct pmm_progress shown;
};

/* OBJECT is borrowed. TOTAL_BYTES are left at NOW_NS. */
void meter_start(struct meter *meter, const char *object, uint64_t total_bytes, uint64_t now_ns);

/* LEFT_BYTES are left at NOW_NS: meter->shown says so. More than the last time is taken as none. */
void meter_update(struct meter *meter, uint64_t left_bytes, uint64_t now_ns);

#endif
