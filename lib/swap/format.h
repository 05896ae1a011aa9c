/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FORMAT_H
#define PROCMM_SWAP_FORMAT_H

/* A device or file that gets a swap header, between format.c, which looks, and format-write.c. */

#include "area.h"
#include "signature.h"

struct format {
	struct area *area;
	struct signatures found; /* on it, while planning */
	struct pmm_swap_header_wish header;
	char uuid[37], label[17]; /* of which header borrows */
	uint32_t *bad_pages;	  /* as well */
	int lock_fd;		  /* of device_lock(); -1 before */
};

/* Add the steps: look for bad pages if wished, wipe what is there, write the header. */
int format_add_steps(struct pmm_plan *plan, struct format *format, bool with_check);

#endif
