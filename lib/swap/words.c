/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers in the words of steps and faults. */

#include "words.h"

#include <stdio.h>

char *words_size(char buffer[WORDS_SIZE], uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	uint64_t unit = 1, whole, rest, tenths;
	size_t count = 0;

	while (count < sizeof(units) - 1 && bytes / unit >= 1024) {
		unit *= 1024;
		count++;
	}
	whole = bytes / unit;
	rest = bytes % unit;
	tenths = whole * 10 + (rest * 10 + unit / 2) / unit;
	if (tenths >= 1000)
		tenths = (whole + (rest >= unit / 2)) * 10;
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
