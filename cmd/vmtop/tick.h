/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_TICK_H
#define VMTOP_TICK_H

/* An absolute schedule, by the monotonic clock, so that intervals do not drift. */

#include <stdbool.h>
#include <stdint.h>

struct tick {
	uint64_t at_ns; /* the last one */
	uint64_t delay_ns;
};

uint64_t tick_now_ns(void);
/* A schedule that begins now. */
struct tick tick_begin(uint64_t delay_ns);
/* Sleep to the next tick; ticks that are past are left out. */
void tick_wait(struct tick *tick);

#endif
