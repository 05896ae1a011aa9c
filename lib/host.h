/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_HOST_H
#define PROCMM_HOST_H

#include <stdbool.h>

#include "procmm.h"

/*
 * Which machine this is, and the time that all its processors have spent on programs. What cannot
 * be read is absent; -EBADMSG, and the root's words, if something is malformed. Pair with host_free
 * in any case.
 */
int host_read(struct pmm_root *root, struct pmm_host *ret_host, uint64_t *ret_user_ns);
void host_free(struct pmm_host *host);

struct host_stat {
	uint64_t cpus;	     /* the number of cpuN lines */
	uint64_t user_ticks; /* of all of them: user and nice */
	uint64_t boot_seconds;
};

/*
 * Pure: of proc/stat. Absent if there is none. False if the text was cut or btime is no number;
 * then what is before that is there.
 */
bool host_parse_stat(const char *text, size_t length, struct host_stat *ret_stat);

#endif
