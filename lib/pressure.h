/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_PRESSURE_H
#define PROCMM_PRESSURE_H

#include "procmm.h"

/* The file of each resource, below the root. */
extern const char *const pressure_paths[PMM_RESOURCES];

/*
 * Parse a pressure file. Pure. Returns 0, or the number of the first bad line. Unknown lines are
 * skipped.
 */
size_t pressure_parse(const char *text, size_t length, struct pmm_pressure *ret_pressure);

#endif
