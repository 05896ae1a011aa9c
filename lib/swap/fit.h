/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FIT_H
#define PROCMM_SWAP_FIT_H

/* Does what is in an area fit into memory and other areas? The judge and his numbers; see fit.c. */

#include <sys/stat.h>

#include "procmm-swap.h"

/* What the machine says. All are known: what it does not say is taken for the worse. */
struct fit_facts {
	uint64_t used_bytes;	  /* of the area */
	uint64_t swap_used_bytes; /* of all areas */
	uint64_t cached_bytes;	  /* swapped pages, of all areas, that are in memory as well */
	uint64_t held_bytes;	  /* memory that goes free with the area: of zram or zswap */
	uint64_t total_bytes;	  /* of memory */
	uint64_t available_bytes;
	uint64_t other_free_bytes; /* of other areas, active or to be made */
};

/*
 * Judge the machine. Every number of RET_ROW is written. Pure, as is the next.
 */
void fit_judge_machine(const struct fit_facts *facts, struct pmm_fit_row *ret_row);

/*
 * Judge a cgroup. OTHER_FREE_BYTES: what the cgroups before it have left of other areas; what this
 * one needs of it is taken off. ret_row: all but its name.
 */
void fit_judge_cgroup(const struct fit_facts *facts, const struct pmm_cgroup *cgroup,
		      uint64_t *other_free_bytes, struct pmm_fit_row *ret_row);

/* The first row that does not fit; NULL if all do. */
const struct pmm_fit_row *fit_find_short(const struct pmm_fit *fit);

/* Does all of it fit into memory alone, so that it may come back at once? 1 or 0. */
int fit_has_margin(const struct pmm_fit *fit);

/* The fault of a row that does not fit, in words. Returns its error. */
int fit_refuse(const struct pmm_fit_row *row, const char *path, struct pmm_fault *fault);

/*
 * As pmm_swap_fit_read(), of a file or device whose status is known, when there will be another
 * area of ROOM_BYTES, besides those that there are.
 */
int fit_read(struct pmm_root *root, const char *path, const struct stat *status,
	     uint64_t room_bytes, struct pmm_fit **ret_fit);

/* Of which size another area must be so that all fits, if a limit of swap does not forbid it. */
uint64_t fit_room_bytes(const struct pmm_fit *fit);

/* Memory that stays free whatever is read back. */
uint64_t fit_reserve_bytes(uint64_t total_bytes);

#endif
