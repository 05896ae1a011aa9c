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
	char *only; /* the name of the only one; NULL if there are more, or none */
};

/*
 * A type is no row of /proc/swaps: gaps stay after swapoff(8), and nothing tells which they are.
 * But with one row there is no doubt.
 */
struct swap_areas *swap_areas_open(struct pmm_root *root)
{
	struct swap_areas *found = allocate(1, sizeof(*found));
	const struct pmm_area *area;
	struct pmm_areas *areas;
	size_t count;

	if (pmm_areas_open(root, &areas) < 0)
		return found;
	for (count = 0; pmm_areas_next(areas, &area) > 0; count++) {
		free(found->only);
		found->only = count ? NULL : strdup(area->name);
	}
	pmm_areas_close(areas);
	return found;
}

const char *swap_areas_name(const struct swap_areas *areas, uint64_t type)
{
	(void)type;
	return areas->only;
}

struct swap_areas *swap_areas_close(struct swap_areas *areas)
{
	free(areas->only);
	free(areas);
	return NULL;
}
