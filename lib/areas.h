/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_AREAS_H
#define PROCMM_AREAS_H

/* The pure half of areas.c, for the unit tests and the fuzzer. */

#include <stddef.h>

#include "procmm.h"

/* Where a text is no proc/swaps, and why. */
struct areas_fault {
	size_t line;
	const char *why;
};

/*
 * Parse the content of proc/swaps. Pure: a " (deleted)" is still part of its name, and a device is
 * still a partition. -EBADMSG: *fault says where; -ENOMEM.
 */
int areas_parse(const char *text, size_t length, struct pmm_areas **ret_areas,
		struct areas_fault *fault);

#endif
