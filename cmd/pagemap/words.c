/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Words that several modes have in common: the flags of a frame by name, the name of the swap area
 * that a type is, and what is hidden for which cause.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	struct swap_area *list; /* in the order of their types */
	size_t count;
	size_t in_use;	/* those of which something is used */
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
		found->list = reallocarray(found->list, found->count + 1, sizeof(*found->list));
		if (!found->list)
			die_no_memory();
		found->list[found->count++] = (struct swap_area){
			.name = format_text("%s", area->name),
			.size_bytes = area->size_bytes,
			.used_bytes = area->used_bytes,
		};
		found->in_use += area->used_bytes ? 1 : 0;
	}
	pmm_areas_close(areas);
	return found;
}

void swap_areas_see_types(struct swap_areas *areas, uint32_t types)
{
	areas->types |= types;
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

/* The N-th of those that are in use. */
static size_t find_in_use(const struct swap_areas *areas, size_t n)
{
	size_t i = 0;

	while (i < areas->count && (!areas->list[i].used_bytes || n-- > 0))
		i++;
	return i;
}

size_t swap_areas_find(const struct swap_areas *areas, uint64_t type)
{
	int index = pmm_swap_area_of_type(type, areas->types, areas->count);

	if (index >= 0)
		return (size_t)index < areas->count ? (size_t)index : SIZE_MAX;
	/* One of which nothing is used has no pages to be seen. */
	index = pmm_swap_area_of_type(type, areas->types, areas->in_use);
	if (index < 0)
		return SIZE_MAX;
	return find_in_use(areas, (size_t)index) < areas->count ? find_in_use(areas, (size_t)index)
								: SIZE_MAX;
}

const char *swap_areas_name(const struct swap_areas *areas, uint64_t type)
{
	const struct swap_area *area = swap_areas_at(areas, swap_areas_find(areas, type));

	return area ? area->name : NULL;
}

const struct swap_area *swap_areas_at(const struct swap_areas *areas, size_t index)
{
	return index < areas->count ? &areas->list[index] : NULL;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat first, second;

	if (stat(a, &first) < 0 || stat(b, &second) < 0)
		return false;
	if (S_ISBLK(first.st_mode) && S_ISBLK(second.st_mode))
		return first.st_rdev == second.st_rdev;
	return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool swap_area_is(const struct pmm_root *root, const char *name, const char *meant)
{
	return !strcmp(name, meant) || (pmm_root_is_live(root) && is_same_file(name, meant));
}

struct swap_areas *swap_areas_close(struct swap_areas *areas)
{
	for (size_t i = 0; i < areas->count; i++)
		free(areas->list[i].name);
	free(areas->list);
	free(areas);
	return NULL;
}

/* What of a walk is hidden, by the facility that it lacks. */
static const struct {
	unsigned flags;
	enum pmm_facility facility;
	const char *what;
} hidden[] = {
	{PMM_WALK_FRAMES | PMM_WALK_FLAGS | PMM_WALK_COUNTS | PMM_WALK_CGROUPS, PMM_FACILITY_FRAMES,
	 "frame numbers and swap slots"},
	{PMM_WALK_FLAGS, PMM_FACILITY_KPAGEFLAGS, "flags of frames"},
	{PMM_WALK_COUNTS, PMM_FACILITY_KPAGECOUNT, "map counts"},
	{PMM_WALK_CGROUPS, PMM_FACILITY_KPAGECGROUP, "cgroups of frames"},
};

enum { HIDDEN = sizeof(hidden) / sizeof(*hidden) };

static const char *why_hidden(const struct inquest *inquest, unsigned flags, size_t i)
{
	return flags & hidden[i].flags ? pmm_facilities_why(inquest->facilities, hidden[i].facility)
				       : NULL;
}

void remark_hidden(const struct inquest *inquest, unsigned flags)
{
	const char *told = NULL;

	for (size_t i = 0; pmm_root_is_live(inquest->root) && i < HIDDEN; i++) {
		const char *why = why_hidden(inquest, flags, i);
		char *what;

		if (!why || (told && !strcmp(told, why)))
			continue;
		what = format_text("%s", hidden[i].what);
		for (size_t k = i + 1; k < HIDDEN; k++) {
			const char *other = why_hidden(inquest, flags, k);
			char *longer;

			if (!other || strcmp(other, why) != 0)
				continue;
			longer = format_text("%s, %s", what, hidden[k].what);
			free(what);
			what = longer;
		}
		remark(NULL, "%s hidden: %s", what, why);
		free(what);
		told = why;
	}
}
