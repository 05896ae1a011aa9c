/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_KERNEL_LOG_H
#define PROCMM_SWAP_KERNEL_LOG_H

/* What the kernel has to say while an area is emptied; see kernel-log.c. */

#include <stdbool.h>

#include "procmm-swap.h"

/*
 * Open the log at its end: what is said from now on is read. Returns a descriptor to close, or
 * -Exxx if it may not be read (dmesg_restrict).
 */
int kernel_log_open(struct pmm_root *root);

/*
 * How many reads from swap devices failed since the open, or the last time this was asked. FD may
 * be negative: the log is not there.
 */
unsigned kernel_log_read_errors(int fd);

/* Is this record of dev/kmsg, of LENGTH bytes, one of a failed read from a swap device? Pure. */
bool kernel_log_is_read_error(const char *record, size_t length);

/*
 * The last line of the log, not older than two seconds, that has WORD in it, in either case: why
 * the kernel refused something. NULL if there is none. The caller frees it.
 */
char *kernel_log_recent(struct pmm_root *root, const char *word);

#endif
