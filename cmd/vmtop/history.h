/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_HISTORY_H
#define VMTOP_HISTORY_H

/*
 * The last minute of some percentages, and pictures of it one character high. Pure: the caller says
 * what time it is. Memory is as much at the end as at the start.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trend {
	TREND_MEMORY_SOME,
	TREND_MEMORY_FULL,
	TREND_IO_FULL,
	TREND_LOST,
	TRENDS, /* how many there are */
};

enum {
	HISTORY_SECONDS = 60,
	HISTORY_PLACES = 128, /* what comes more often than every half a second shares one */
};

struct history_place {
	uint64_t begin_ns, end_ns; /* of the intervals in it, since boot */
	double percents[TRENDS];   /* the greatest of each; NAN: absent */
};

struct history {
	struct history_place places[HISTORY_PLACES];
	size_t count; /* of all that was ever put, so that the last is at (count - 1) */
};

/* Add an interval. One that does not come after the last makes all before it forgotten. */
void history_add(struct history *history, uint64_t begin_ns, uint64_t end_ns,
		 const double percents[TRENDS]);

enum { SPARK_STEP = 4 }; /* bytes of a character, and NUL */

/*
 * The greatest value of a part of the last minute as a character: part PART of PARTS, the last of
 * which ends at the end of the last interval. " " where nothing is known.
 */
const char *history_spark(const struct history *history, enum trend trend, size_t part,
			  size_t parts, bool with_utf8);

/* The character of a value, in eight steps: below 1 %, 2, 5, 10, 20, 40, 70 %, and more. */
const char *spark(double percent, bool with_utf8);

#endif
