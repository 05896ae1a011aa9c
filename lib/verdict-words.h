/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_VERDICT_WORDS_H
#define PROCMM_VERDICT_WORDS_H

/* What verdict-words.c and verdict-advice.c share: what is told, and how numbers are written. */

#include <stdio.h>

#include "procmm-verdict.h"

struct story {
	const struct pmm_verdict *verdict;
	const struct pmm_thresholds *thresholds;
	const struct pmm_scene *scene;
};

/* Writes a line of it, or nothing. */
typedef void teller(FILE *file, const struct story *story);

/* What may help, most likely first; NULL past the last. */
teller *advice_at(size_t index);

/* "0.4", "70": one decimal below ten. */
void words_put_number(FILE *file, double number);
/* "96M", "22.4G": one decimal below a hundred. */
void words_put_size(FILE *file, uint64_t bytes);
void words_put_rate(FILE *file, double bytes_per_second);

#endif
