/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Which mappings belong together: the segments of a file, memory without a name that touches. If
 * that leaves more groups than people read, those that are of one kind and near each other are put
 * together, then those that are farther from each other, then all that are near.
 */

#include "groups.h"

#include <stdlib.h>
#include <string.h>

#include "shared/memory.h"
#include "shared/text.h"

enum { MOST_GROUPS = 100 };

/* The first distance that is called near, and that over which the kind no longer matters. */
#define FIRST_NEAR (UINT64_C(1) << 16)
#define ANY_KIND   (UINT64_C(1) << 32)

struct groups {
	struct group *list;
	size_t count;
};

/* Memory without a name behind the data of a program or library: its bss. */
static bool is_bss(const struct group *group, const char *permissions,
		   const struct pmm_mapping *mapping)
{
	return group->name && *group->name == '/' && permissions[1] == 'w' && !*mapping->name &&
	       !strcmp(mapping->permissions, "rw-p");
}

static void group_extend(struct group *group, const struct group *next)
{
	group->end_address = next->end_address;
	if (__builtin_add_overflow(group->bytes, next->bytes, &group->bytes))
		group->bytes = UINT64_MAX; /* mappings of a tree that is no address space */
	group->mappings += next->mappings;
	if (group->class != next->class)
		group->class = PMM_CLASS_NONE;
	if (group->name && (!next->name || strcmp(group->name, next->name) != 0))
		group->name = NULL;
}

/* The segments of a file, and what else touches and has one name. */
static void join_alike(struct groups *groups, const struct pmm_walk *walk)
{
	const char *permissions = "----"; /* of the mapping before */
	const struct pmm_mapping *mapping;

	for (size_t i = 0; (mapping = pmm_walk_mapping(walk, i)); i++) {
		struct group *last = &groups->list[groups->count - !!groups->count];
		struct group group = {
			.start_address = mapping->start_address,
			.end_address = mapping->end_address,
			.bytes = mapping->end_address - mapping->start_address,
			.mappings = 1,
			.class = pmm_walk_class(walk, i),
			.name = mapping->name,
		};
		bool touches = groups->count && last->end_address == group.start_address;

		if (touches && is_bss(last, permissions, mapping)) {
			group.name = last->name;
			group.class = last->class;
		}
		if (touches && last->name && !strcmp(last->name, group.name))
			group_extend(last, &group);
		else
			groups->list[groups->count++] = group;
		permissions = mapping->permissions;
	}
}

static void join_near(struct groups *groups, uint64_t near)
{
	size_t kept = 0;

	for (size_t i = 1; i < groups->count; i++) {
		struct group *last = &groups->list[kept], *group = &groups->list[i];

		if (group->start_address - last->end_address <= near &&
		    (group->class == last->class || near >= ANY_KIND))
			group_extend(last, group);
		else
			groups->list[++kept] = *group;
	}
	groups->count = kept + 1;
}

struct groups *groups_open(const struct pmm_walk *walk)
{
	struct groups *groups = allocate(1, sizeof(*groups));
	uint64_t near = FIRST_NEAR;
	size_t count = 0;

	while (pmm_walk_mapping(walk, count))
		count++;
	groups->list = allocate(count + 1, sizeof(*groups->list));
	join_alike(groups, walk);
	while (groups->count > MOST_GROUPS) {
		join_near(groups, near);
		near = near > UINT64_MAX / 16 ? UINT64_MAX : 16 * near;
	}
	return groups;
}

static int compare_address(const void *key, const void *element)
{
	uint64_t address = *(const uint64_t *)key;
	const struct group *group = element;

	if (address < group->start_address)
		return -1;
	return address >= group->end_address;
}

const struct group *groups_find(const struct groups *groups, uint64_t address)
{
	return bsearch(&address, groups->list, groups->count, sizeof(*groups->list),
		       compare_address);
}

struct groups *groups_close(struct groups *groups)
{
	free(groups->list);
	free(groups);
	return NULL;
}

char *group_name(const struct group *group)
{
	if (group->name && *group->name)
		return format_text("%s", group->name);
	if (group->mappings == 1)
		return NULL;
	if (group->class == PMM_CLASS_NONE)
		return format_text("%zu mappings", group->mappings);
	return format_text("%zu %s mappings", group->mappings, pmm_page_class_name(group->class));
}
