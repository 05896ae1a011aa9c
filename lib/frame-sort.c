/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sorting spans by frame, by the digits of the number (LSD radix): ten times as fast as comparing
 * them, and a process of 4 GiB has some 300,000. Pure.
 */

#include <string.h>

#include "frame.h"

enum {
	DIGIT_BITS = 11,
	DIGITS = 1 << DIGIT_BITS,
};

static size_t digit_of(const struct frame_span *span, unsigned shift)
{
	return span->frame >> shift & (DIGITS - 1);
}

/* One pass, which keeps the order of those that are equal. */
static void sort_by_digit(const struct frame_span *from, struct frame_span *to, size_t count,
			  unsigned shift)
{
	size_t place[DIGITS] = {0}, next = 0;

	for (size_t i = 0; i < count; i++)
		place[digit_of(&from[i], shift)]++;
	for (size_t digit = 0; digit < DIGITS; digit++) {
		size_t many = place[digit];

		place[digit] = next;
		next += many;
	}
	for (size_t i = 0; i < count; i++)
		to[place[digit_of(&from[i], shift)]++] = from[i];
}

void frame_sort(struct frame_span *spans, struct frame_span *spare, size_t count)
{
	struct frame_span *from = spans, *to = spare;
	uint64_t highest = 0;

	for (size_t i = 0; i < count; i++)
		highest |= spans[i].frame;
	for (unsigned shift = 0; shift < 64 && highest >> shift; shift += DIGIT_BITS) {
		struct frame_span *sorted = to;

		sort_by_digit(from, to, count, shift);
		to = from;
		from = sorted;
	}
	if (from != spans)
		memcpy(spans, from, count * sizeof(*spans));
}
