/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_RAM_H
#define PROCMM_RAM_H

/* The pure parts of ram.c. */

#include <stdbool.h>

#include "procmm-pages.h"
#include "scan.h"

struct ram_list {
	struct pmm_ram_range *ranges;
	size_t count;
	size_t capacity;
};

/*
 * A line of proc/iomem, up to its name: "00100000-bfffffff : ". Addresses; the end is the last
 * byte.
 */
bool ram_scan_resource(struct scan *line, uint64_t *ret_start, uint64_t *ret_end);

/* Add to a list what the text says: 0 or -ENOMEM. Of iomem no node is known. */
int ram_parse_iomem(struct scan iomem, uint64_t page_bytes, struct ram_list *list);
int ram_parse_zoneinfo(struct scan zoneinfo, struct ram_list *list);
int ram_add(struct ram_list *list, uint64_t start_frame, uint64_t end_frame, uint64_t node);

/* Sort, and join what touches and is of one node. */
void ram_tidy(struct ram_list *list);
/* Add to a list what is in both: the RAM of one, tidied, with the nodes of the other, tidied. */
int ram_combine(const struct ram_list *ram, const struct ram_list *nodes, struct ram_list *list);

#endif
