/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_MAPPING_H
#define PROCMM_MAPPING_H

/* The pure parser of a line of PID/maps; see mapping.c. */

#include "procmm-pages.h"
#include "scan.h"

/*
 * Parse a line without its newline; False if it is none. The mapping's name stays NULL: where it is
 * in the line is ret_name, which is empty if it has none.
 */
bool mapping_parse(struct scan line, struct pmm_mapping *ret_mapping, struct scan *ret_name);

enum { MAP_FILE_PATH = sizeof("proc/-2147483648/map_files/ffffffffffffffff-ffffffffffffffff") };

/* The link of the kernel to the file of a mapping, in PATH. Returns PATH. */
const char *map_file_path(char path[MAP_FILE_PATH], pid_t pid, const struct pmm_mapping *mapping);

#endif
