/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SAMPLE_H
#define PROCMM_SAMPLE_H

/* What of a sample only the library asks for. */

#include "disk.h"

/* The reads of the disks that swap is on, each of them once, and those of zram areas. */
void sample_swap_reads(const struct pmm_sample *sample, struct disk_sum *ret_sum);

#endif
