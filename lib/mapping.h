/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_MAPPING_H
#define PROCMM_MAPPING_H

/* The pure parser of a line of PID/maps; see mapping.c. */

#include "procmm.h"
#include "scan.h"

/*
 * Parse a line without its newline; False if it is none. The mapping's name stays NULL: where it is
 * in the line is ret_name, which is empty if it has none.
 */
bool mapping_parse(struct scan line, struct pmm_mapping *ret_mapping, struct scan *ret_name);

#endif
