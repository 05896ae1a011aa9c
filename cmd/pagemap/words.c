/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Words that several modes have in common: the flags of a frame by name, and the name of the swap
 * area that a type is.
 */

#include <stdlib.h>
#include <string.h>

#include "pagemap.h"
#include "shared/message.h"
#include "shared/text.h"

char *frame_flag_names(uint64_t flags)
{
	char *names = format_text("%s", "");

	for (unsigned bit = 0; bit < 64; bit++) {
		const struct pmm_frame_flag *flag = pmm_frame_flag_of(bit, flags);
		char *longer;

		if (!(flags >> bit & 1))
			continue;
		if (flag)
			longer = format_text("%s%s%s", names, *names ? "," : "", flag->name);
		else
			longer = format_text("%s%sbit%u", names, *names ? "," : "", bit);
		free(names);
		names = longer;
	}
	return names;
}

struct swap_areas {
	char **names;
	size_t count;
	uint32_t types; /* that were seen in use */
};

struct swap_areas *swap_areas_open(struct pmm_root *root)
{
	struct swap_areas *found = allocate(1, sizeof(*found));
	const struct pmm_area *area;
	struct pmm_areas *areas;

	if (pmm_areas_open(root, &areas) < 0)
		return found;
	while (pmm_areas_next(areas, &area) > 0) {
		found->names = reallocarray(found->names, found->count + 1, sizeof(*found->names));
		if (!found->names)
			die_no_memory();
		found->names[found->count++] = format_text("%s", area->name);
	}
	pmm_areas_close(areas);
	return found;
}

void swap_areas_see(struct swap_areas *areas, const struct inquest *inquest, pid_t pid)
{
	const struct pmm_mapping *mapping;
	const struct pmm_run *run;
	struct pmm_walk *walk;

	if (areas->count < 2 ||
	    pmm_walk_open(inquest->root, inquest->facilities, pid, 0, &walk) < 0)
		return;
	while (pmm_walk_next_mapping(walk, &mapping) > 0)
		while (pmm_walk_next_run(walk, &run) > 0)
			if (run->swap_type < 32)
				areas->types |= UINT32_C(1) << run->swap_type;
	pmm_walk_close(walk);
}

const char *swap_areas_name(const struct swap_areas *areas, uint64_t type)
{
	int index = pmm_swap_area_of_type(type, areas->types, areas->count);

	return index >= 0 && (size_t)index < areas->count ? areas->names[index] : NULL;
}

struct swap_areas *swap_areas_close(struct swap_areas *areas)
{
	for (size_t i = 0; i < areas->count; i++)
		free(areas->names[i]);
	free(areas->names);
	free(areas);
	return NULL;
}
