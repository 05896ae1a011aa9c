/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_HOST_H
#define PROCMM_HOST_H

#include <stdbool.h>

#include "procmm.h"

/*
 * Which machine this is. What cannot be read is absent; -EBADMSG, and the root's words, if
 * something is malformed. Pair with host_free in any case.
 */
int host_read(struct pmm_root *root, struct pmm_host *ret_host);
void host_free(struct pmm_host *host);

/*
 * Pure: the number of cpuN lines, and btime in seconds, of proc/stat. Absent if there is none.
 * False if the text was cut or btime is no number; then what is before that is there.
 */
bool host_parse_stat(const char *text, size_t length, uint64_t *ret_cpus,
		     uint64_t *ret_boot_seconds);

#endif
