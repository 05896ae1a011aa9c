/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_LIVE_H
#define VMTOP_LIVE_H

#include "vmtop.h"

/* The live screen, until it is quit. Returns the exit status. */
int live_run(struct pmm_root *root, const struct settings *settings);

#endif
