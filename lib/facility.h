/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_FACILITY_H
#define PROCMM_FACILITY_H

/* The pure part of facility.c. */

#include <stdbool.h>

#include "procmm-pages.h"
#include "scan.h"

/*
 * A frame in the middle of a hole of the memory that proc/iomem lists, so wide that the kernel has
 * no record of its frames; false if there is none, or addresses are hidden.
 */
bool facility_find_hole(struct scan iomem, uint64_t page_bytes, uint64_t *ret_frame);

#endif
