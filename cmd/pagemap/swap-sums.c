/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What is known to be in each swap area. Slots that are in page tables say which area they are of;
 * swapped shared memory, and pages that were read back in and keep their slots, are known only for
 * all areas together: so they are an area's only if all others are used up by slots of page tables.
 */

#include <stdlib.h>

#include "shared/message.h"
#include "shared/units.h"
#include "swap.h"

enum { TYPES = 32 };

static uint64_t pages_to_bytes(const struct inquest *inquest, uint64_t pages)
{
	return pages == PMM_ABSENT ? PMM_ABSENT : pages * pmm_root_page_bytes(inquest->root);
}

/* The type of each area; false if one that was seen could be of several. */
static bool find_types(const struct swap_areas *areas, uint32_t types, struct swap_sums *sums)
{
	bool is_sure = true;

	for (unsigned type = 0; type < TYPES; type++) {
		size_t index = swap_areas_find(areas, type);

		if (!(types >> type & 1))
			continue;
		if (index < sums->count)
			sums->areas[index].types |= UINT32_C(1) << type;
		else
			is_sure = false;
	}
	return is_sure;
}

/* Slots of some types that are in page tables; absent if they are hidden. */
static uint64_t sum_types(const struct inquest *inquest, const struct pmm_swap_survey *survey,
			  uint32_t types)
{
	uint64_t sum = 0;

	for (unsigned type = 0; type < TYPES; type++) {
		uint64_t slots = pmm_swap_survey_slots(survey, type);

		if (slots == PMM_ABSENT)
			return PMM_ABSENT;
		sum += types >> type & 1 ? pages_to_bytes(inquest, slots) : 0;
	}
	return sum;
}

/* What is used beyond the slots of page tables; absent if that is not known. */
static uint64_t beyond_slots(const struct area_sums *sums, uint64_t used)
{
	if (sums->anon == PMM_ABSENT)
		return PMM_ABSENT;
	return used > sums->anon ? used - sums->anon : 0;
}

/* Swap goes on meanwhile: the parts can be more than the whole. */
static void share_out(struct area_sums *sums, uint64_t beyond, uint64_t shmem, uint64_t cached)
{
	sums->shmem = shmem;
	sums->cached = cached;
	sums->rest = PMM_ABSENT;
	if (beyond == PMM_ABSENT || shmem == PMM_ABSENT || cached == PMM_ABSENT)
		return;
	sums->rest = beyond > shmem + cached ? beyond - shmem - cached : 0;
}

/* USED: of all areas. */
static void share_out_all(struct swap_sums *sums, uint64_t used)
{
	uint64_t beyond = beyond_slots(&sums->total, used);
	size_t open = 0;

	for (size_t i = 0; i < sums->count; i++)
		open += beyond_slots(&sums->areas[i], sums->areas[i].area->used_bytes) ? 1 : 0;
	for (size_t i = 0; i < sums->count; i++) {
		struct area_sums *area = &sums->areas[i];
		uint64_t left = beyond_slots(area, area->area->used_bytes);

		if (!left)
			share_out(area, 0, 0, 0);
		else if (open == 1)
			share_out(area, left, sums->total.shmem, sums->total.cached);
		else
			share_out(area, left, PMM_ABSENT, PMM_ABSENT);
	}
	share_out(&sums->total, beyond, sums->total.shmem, sums->total.cached);
}

static void sum_all(const struct inquest *inquest, const struct pmm_swap_survey *survey,
		    bool is_sure, struct swap_sums *sums)
{
	struct area_sums *total = &sums->total;
	uint64_t used = 0;

	total->shmem = pages_to_bytes(inquest, pmm_swap_survey_shmem_pages(survey));
	total->cached = pages_to_bytes(inquest, pmm_swap_survey_cached_pages(survey));
	total->anon = sum_types(inquest, survey, UINT32_MAX);
	for (size_t i = 0; i < sums->count; i++) {
		struct area_sums *area = &sums->areas[i];

		/* Of one without a type nothing was seen, unless there is doubt whose it was. */
		area->anon = PMM_ABSENT;
		if (area->types || is_sure)
			area->anon = sum_types(inquest, survey, area->types);
		used += area->area->used_bytes;
	}
	share_out_all(sums, used);
}

static bool choose(const struct inquest *inquest, const char *operand, struct swap_sums *sums)
{
	uint64_t type;
	bool is_type = parse_count(operand, 0, TYPES - 1, &type), is_any = false;

	for (size_t i = 0; i < sums->count; i++) {
		struct area_sums *area = &sums->areas[i];

		if (is_type ? !(area->types >> type & 1)
			    : !swap_area_is(inquest->root, area->area->name, operand))
			continue;
		area->is_chosen = is_any = true;
	}
	if (!is_any)
		complain(operand, is_type ? "not the type of a swap area that is known"
					  : "not an active swap area");
	return is_any;
}

bool swap_sums_open(const struct inquest *inquest, const struct swap_areas *areas,
		    const struct pmm_swap_survey *survey, char **operands, size_t count,
		    struct swap_sums *ret_sums)
{
	struct swap_sums sums = {.total.is_chosen = true};
	bool is_any = count == 0, is_sure;

	while (swap_areas_at(areas, sums.count))
		sums.count++;
	sums.areas = allocate(sums.count + 1, sizeof(*sums.areas));
	for (size_t i = 0; i < sums.count; i++)
		sums.areas[i].area = swap_areas_at(areas, i);
	is_sure = find_types(areas, pmm_swap_survey_types(survey), &sums);
	sum_all(inquest, survey, is_sure, &sums);
	for (size_t i = 0; i < count; i++)
		is_any |= choose(inquest, operands[i], &sums);
	for (size_t i = 0; i < sums.count; i++) {
		sums.areas[i].is_chosen |= count == 0;
		sums.is_part |= !sums.areas[i].is_chosen;
		if (sums.areas[i].is_chosen)
			sums.types |= sums.areas[i].types;
	}
	if (!sums.is_part)
		sums.types = UINT32_MAX; /* those in doubt, too */
	*ret_sums = sums;
	return is_any;
}

void swap_sums_close(struct swap_sums *sums)
{
	free(sums->areas);
}
