/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_GROUPS_H
#define PAGEMAP_GROUPS_H

/* Mappings that belong together, and so many groups of them as people read; see groups.c. */

#include "pagemap.h"

struct group {
	uint64_t start_address;
	uint64_t end_address;
	uint64_t bytes; /* that are mapped */
	size_t mappings;
	enum pmm_page_class class; /* PMM_CLASS_NONE: several */
	const char *name;	   /* NULL: several; borrowed */
};

struct groups;

/* Those of the mappings of a walk, which must outlive them. */
struct groups *groups_open(const struct pmm_walk *walk);
/* The group that an address is in; NULL only in a tree that is no address space. */
const struct group *groups_find(const struct groups *groups, uint64_t address);
/* Returns NULL. */
struct groups *groups_close(struct groups *groups);
/* What to call it: its name, or what it is of; NULL if it has none. Free it. */
char *group_name(const struct group *group);

#endif
