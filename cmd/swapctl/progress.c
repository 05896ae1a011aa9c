/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * How far a long step is: one line on a terminal's stderr, written over itself and cleared at the
 * end. Whether there is a terminal, the caller knows.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "shared/text.h"
#include "shared/units.h"

static bool is_shown;

void progress_show(void *data, const struct pmm_progress *progress)
{
	char left[UNITS_TEXT], total[UNITS_TEXT], rate[UNITS_TEXT], time[UNITS_TEXT];
	char *object = escape_text(progress->object, strlen(progress->object));

	(void)data;
	/* Carriage return, and what is left of the line before it is erased: ECMA-48, EL. */
	fprintf(stderr, "\r\033[K%s  %s of %s %s", object, format_size(left, progress->left_bytes),
		format_size(total, progress->total_bytes),
		progress->is_reading_ahead ? "to be read ahead" : "left");
	if (progress->bytes_per_second > 0)
		fprintf(stderr, "  %s/s", format_size(rate, (uint64_t)progress->bytes_per_second));
	if (progress->left_ns != PMM_ABSENT)
		fprintf(stderr, "  %s", format_duration(time, progress->left_ns / NS_PER_SECOND));
	fflush(stderr);
	is_shown = true;
	free(object);
}

void progress_clear(void)
{
	if (is_shown)
		fputs("\r\033[K", stderr);
	is_shown = false;
}
