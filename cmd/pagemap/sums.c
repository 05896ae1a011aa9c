/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Sums over the pages of mappings and of processes, in bytes. All numbers are of one pass over the
 * page table.
 */

#include "sums.h"

#include <errno.h>

#include "shared/message.h"

struct sums sums_none(void)
{
	struct sums sums = {.unknown = 0};

	for (enum sum i = 0; i < SUMS; i++)
		sums.bytes[i] = PMM_ABSENT;
	return sums;
}

static void count_pages(struct sums *sums, const struct pmm_sums *of, uint64_t page_bytes)
{
	const uint64_t *states = of->states;
	uint64_t ram = states[PMM_PAGE_RAM] + states[PMM_PAGE_SWAPCACHE] + states[PMM_PAGE_RACED];
	const uint64_t pages[SUMS] = {
		[SUM_SIZE] = of->pages,
		[SUM_RAM] = ram,
		[SUM_ANON] = ram - of->file,
		[SUM_FILE] = of->file,
		[SUM_SHMEM] = of->classes[PMM_CLASS_SHMEM],
		[SUM_HUGE] = of->huge,
		[SUM_EXCLUSIVE] = of->exclusive,
		[SUM_SWAP] = states[PMM_PAGE_SWAP] + states[PMM_PAGE_HIDDEN],
		[SUM_SWAPPED_SHMEM] = of->swapped_shmem,
		[SUM_NONE] = states[PMM_PAGE_NONE] + states[PMM_PAGE_PFNMAP],
		[SUM_GUARD] = states[PMM_PAGE_GUARD],
		[SUM_UFFD_WP] = states[PMM_PAGE_UFFD_WP],
		[SUM_POISON] = states[PMM_PAGE_POISON],
		[SUM_MIGRATING] = states[PMM_PAGE_MIGRATING],
		[SUM_HIDDEN] = states[PMM_PAGE_HIDDEN],
	};

	for (enum sum i = 0; i < SUMS; i++)
		if (pages[i] == PMM_ABSENT ||
		    __builtin_mul_overflow(pages[i], page_bytes, &sums->bytes[i]))
			sums->bytes[i] = PMM_ABSENT;
}

bool sums_read(struct target *target, const struct pmm_mapping *mapping, struct sums *ret_sums)
{
	struct pmm_sums sums = {.pages = 0};
	int r = target->has_pages ? pmm_walk_sum(target->walk, &sums) : 0;

	*ret_sums = sums_none();
	ret_sums->bytes[SUM_SIZE] = mapping->end_address - mapping->start_address;
	if (r == -ESRCH) {
		target_lose(target);
	} else if (r < 0) {
		complain(NULL, "%s", pmm_root_error(target->root));
		target->is_complete = false;
	}
	if (sums.pages)
		count_pages(ret_sums, &sums, pmm_root_page_bytes(target->root));
	return sums.pages || r < 0 || !target->has_kind;
}

void sums_add(struct sums *total, const struct sums *part)
{
	for (enum sum i = 0; i < SUMS; i++) {
		if (part->unknown >> i & 1 ||
		    (part->bytes[i] == PMM_ABSENT && part->bytes[SUM_RAM] != PMM_ABSENT))
			total->unknown |= 1U << i;
		if (part->bytes[i] == PMM_ABSENT)
			continue;
		if (total->bytes[i] == PMM_ABSENT)
			total->bytes[i] = 0;
		/* Mappings of a tree that is no address space can be that large. */
		if (__builtin_add_overflow(total->bytes[i], part->bytes[i], &total->bytes[i]))
			total->unknown |= 1U << i;
	}
}

struct value sums_value(const struct sums *sums, enum sum which)
{
	return sums->unknown >> which & 1 ? value_absent() : value_unsigned(sums->bytes[which]);
}

void sums_remark(const struct sums *total)
{
	struct value hidden = sums_value(total, SUM_HIDDEN);

	if (hidden.kind == VALUE_UNSIGNED && hidden.number)
		remark(NULL, "swap slots hidden: guard pages, moving pages and userfaultfd markers "
			     "cannot be told from swap; needs CAP_SYS_ADMIN in the initial user "
			     "namespace");
}
