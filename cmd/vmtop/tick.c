/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The schedule of samples. */

#include "tick.h"

#include <errno.h>
#include <time.h>

#include "shared/units.h"

uint64_t tick_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

struct tick tick_begin(uint64_t delay_ns)
{
	return (struct tick){.at_ns = tick_now_ns(), .delay_ns = delay_ns};
}

void tick_wait(struct tick *tick)
{
	uint64_t now_ns = tick_now_ns();
	struct timespec until;

	tick->at_ns += ((now_ns - tick->at_ns) / tick->delay_ns + 1) * tick->delay_ns;
	until.tv_sec = (time_t)(tick->at_ns / NS_PER_SECOND);
	until.tv_nsec = (long)(tick->at_ns % NS_PER_SECOND);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}
