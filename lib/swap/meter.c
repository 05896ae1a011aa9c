/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Rate and time left of a long step, out of what is left of it now and then. The rate is a mean
 * that forgets: a disk that slows down shows after some seconds, one slow read does not. Pure.
 */

#include "meter.h"

#include <math.h>

static const double NS_PER_SECOND = 1e9;
/* The weight of what was is halved in about as many seconds. */
static const double MEMORY_SECONDS = 3;
/* Longer than that is no estimate. */
static const double MOST_SECONDS = 1e6;

void meter_start(struct meter *meter, const char *object, uint64_t total_bytes, uint64_t now_ns)
{
	*meter = (struct meter){
		.last_ns = now_ns,
		.bytes_per_second = NAN,
		.shown =
			{
				.object = object,
				.left_bytes = total_bytes,
				.total_bytes = total_bytes,
				.bytes_per_second = NAN,
				.left_ns = PMM_ABSENT,
			},
	};
}

static uint64_t estimate_ns(uint64_t left_bytes, double bytes_per_second)
{
	double seconds = (double)left_bytes / bytes_per_second;

	if (!left_bytes)
		return 0;
	/* Also false for what is no number. */
	return seconds < MOST_SECONDS ? (uint64_t)(seconds * NS_PER_SECOND) : PMM_ABSENT;
}

void meter_update(struct meter *meter, uint64_t left_bytes, uint64_t now_ns)
{
	struct pmm_progress *shown = &meter->shown;
	double seconds = (double)(now_ns - meter->last_ns) / NS_PER_SECOND;
	double weight = seconds / (seconds + MEMORY_SECONDS);
	double rate;

	if (now_ns <= meter->last_ns)
		return;
	if (left_bytes > shown->left_bytes)
		left_bytes = shown->left_bytes;
	rate = (double)(shown->left_bytes - left_bytes) / seconds;
	if (isnan(meter->bytes_per_second))
		meter->bytes_per_second = rate;
	else
		meter->bytes_per_second += weight * (rate - meter->bytes_per_second);
	meter->last_ns = now_ns;
	shown->left_bytes = left_bytes;
	shown->bytes_per_second = meter->bytes_per_second;
	shown->left_ns = estimate_ns(left_bytes, meter->bytes_per_second);
}
