/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers in the words of steps and faults. */

#include "words.h"

#include <stdbool.h>
#include <stdio.h>

/* To the nearest, or cut. */
static char *write_size(char buffer[WORDS_SIZE], uint64_t bytes, bool is_cut)
{
	static const char units[] = "KMGTPE";
	uint64_t unit = 1, half, whole, rest, tenths;
	size_t count = 0;

	while (count < sizeof(units) - 1 && bytes / unit >= 1024) {
		unit *= 1024;
		count++;
	}
	half = is_cut ? 0 : unit / 2;
	whole = bytes / unit;
	rest = bytes % unit;
	tenths = whole * 10 + (rest * 10 + half) / unit;
	if (tenths >= 1000)
		tenths = (whole + (rest + half) / unit) * 10;
	if (tenths >= 10240 && count && count < sizeof(units) - 1) {
		tenths = 10;
		count++;
	}
	if (!count)
		snprintf(buffer, WORDS_SIZE, "%ju bytes", (uintmax_t)bytes);
	else if (tenths % 10)
		snprintf(buffer, WORDS_SIZE, "%ju.%ju%c", (uintmax_t)(tenths / 10),
			 (uintmax_t)(tenths % 10), units[count - 1]);
	else
		snprintf(buffer, WORDS_SIZE, "%ju%c", (uintmax_t)(tenths / 10), units[count - 1]);
	return buffer;
}

char *words_size(char buffer[WORDS_SIZE], uint64_t bytes)
{
	return write_size(buffer, bytes, false);
}

char *words_size_within(char buffer[WORDS_SIZE], uint64_t bytes)
{
	return write_size(buffer, bytes, true);
}
