/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_CREATE_H
#define PROCMM_SWAP_CREATE_H

#include "area.h"

/*
 * Add the steps that make a swap file at a place where nothing is, and activate it (unless the wish
 * says otherwise): what pmm_plan_create() does, for other plans that need one.
 */
int create_add_steps(struct pmm_plan *plan, struct area *area, const struct pmm_create_wish *wish);

#endif
