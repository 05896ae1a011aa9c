/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FAULT_H
#define PROCMM_SWAP_FAULT_H

#include "procmm-swap.h"

/*
 * Fill a fault, which may hold an older one, and return ERROR. OBJECT and FIX may be NULL. ERROR is
 * -Exxx. Without memory the texts are NULL; kind and error are always there.
 */
int fault_set(struct pmm_fault *fault, enum pmm_fault_kind kind, int error, const char *object,
	      const char *fix, const char *reason, ...) PMM_PRINTF(6, 7);

/*
 * The same for a system call that failed: "REASON: Permission denied", a failure; of EPERM and
 * EACCES to one who is not root it is the privilege that is lacking.
 */
int fault_set_errno(struct pmm_fault *fault, int error, const char *object, const char *reason, ...)
	PMM_PRINTF(4, 5);

/* Free its texts; it is PMM_FAULT_NONE then. */
void fault_clear(struct pmm_fault *fault);

#endif
