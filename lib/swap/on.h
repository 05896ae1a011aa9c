/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_ON_H
#define PROCMM_SWAP_ON_H

#include "area.h"

/* R01: refuse to activate a file that others than root may read. The fault is filled. */
int on_check_modes(struct pmm_plan *plan, const struct area *area);

#endif
