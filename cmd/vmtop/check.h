/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_CHECK_H
#define VMTOP_CHECK_H

/* What scripts ask: is it bad (--check), and when will it be (--wait)? And what does it mean? */

#include "vmtop.h"

/* The exit statuses of a monitoring plugin. */
enum check_status { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

enum { EXIT_TIMED_OUT = 124 /* as of timeout(1) */ };

/*
 * Look for settings->delay_ns; of a captured tree, at its last interval. Print one line with
 * performance data. NO_SWAP is the status of a machine without any. Returns the exit status.
 */
int check_run(struct pmm_root *root, const struct settings *settings, int no_swap);

/*
 * Sleep until the state of the worst scope is AWAITED or worse, or, if that is ok, until it is ok
 * again. Print the verdict then. TIMEOUT_NS: 0 is for ever. Returns the exit status.
 */
int wait_run(struct pmm_root *root, const struct settings *settings, enum pmm_state awaited,
	     uint64_t timeout_ns);

/* What the fields and states mean that WORDS name, or all of them; SYSTEM is the system's table. */
void explain(const struct pmm_thresholds *thresholds, const struct field *system,
	     char *const *words);

#endif
