/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers in the words of steps and faults. */

#include "words.h"

#include <stdio.h>

char *words_size(char buffer[WORDS_SIZE], uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	unsigned unit = 0;
	uint64_t whole = bytes, rest = 0;

	while (whole >= 1024 && unit < sizeof(units) - 2) {
		rest = whole % 1024;
		whole /= 1024;
		unit++;
	}
	if (rest && whole < 10 && unit)
		snprintf(buffer, WORDS_SIZE, "%ju.%ju%c", (uintmax_t)whole,
			 (uintmax_t)(rest * 10 / 1024), units[unit]);
	else if (unit)
		snprintf(buffer, WORDS_SIZE, "%ju%c", (uintmax_t)whole, units[unit]);
	else
		snprintf(buffer, WORDS_SIZE, "%ju bytes", (uintmax_t)bytes);
	return buffer;
}
