/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UI_ROOMS_H
#define TESTS_UI_ROOMS_H

/* What the screen of vmtop knows without a terminal and a sample: its fields, keys and state. */

#include "vmtop/fields.c"
#include "vmtop/keys.c"
#include "vmtop/ui.c"
#include "vmtop/verdict-fields.c"

/* Nothing is judged here. */
const struct pmm_verdict *view_verdict(const struct view *view, size_t index)
{
	(void)view;
	(void)index;
	return NULL;
}

#endif
