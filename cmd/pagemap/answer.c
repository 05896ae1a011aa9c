/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What was found out about an address, for people and as JSON. The way shows the indices of all
 * levels; where one entry maps a large page, the way ends there, and those below would select
 * within it.
 */

#include "answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/stream.h"
#include "shared/text.h"

/* ---- for people ---- */

/* Label and value begin in fixed columns, so that answers can be compared by eye. */
static void print_label(const char *label)
{
	printf("%-5s ", label);
}

static void print_address(const struct answer *answer)
{
	const struct pmm_mapping *mapping = answer->mapping;

	print_label("VA");
	printf("0x%016" PRIx64 "   mapping %" PRIx64 "-%" PRIx64 " %s", answer->address,
	       mapping->start_address, mapping->end_address, mapping->permissions);
	if (*mapping->name)
		putchar(' ');
	put_text(stdout, mapping->name, strlen(mapping->name));
	putchar('\n');
}

static bool has_leaf(const struct answer *answer)
{
	return answer->has_page && answer->run.leaf_bytes != PMM_ABSENT;
}

/* What the level has to do with the leaf, if the way ends before its last level. */
static void print_leaf(const struct answer *answer, const struct pmm_index *index)
{
	uint64_t entry_bytes = UINT64_C(1) << index->low_bit, leaf_bytes = answer->run.leaf_bytes;
	char text[UNITS_TEXT];

	if (!has_leaf(answer) || leaf_bytes == answer->page_bytes)
		return;
	if (entry_bytes == leaf_bytes)
		printf("   leaf: the entry maps %s", format_size(text, leaf_bytes));
	else if (entry_bytes < leaf_bytes)
		fputs("   within the leaf", stdout);
}

static void print_way(const struct answer *answer)
{
	const struct pmm_translation *way = &answer->way;

	if (!answer->has_way)
		return;
	for (int level = PMM_LEVEL_PGD; level >= PMM_LEVEL_PTE; level--) {
		const struct pmm_index *index = &way->index[level];

		print_label(pmm_level_name((enum pmm_level)level));
		if (index->is_folded) {
			printf("   -           folded: %u-level page table\n", way->levels);
			continue;
		}
		printf("%4u (0x%03x)  bits %u-%u", index->index, index->index, index->high_bit,
		       index->low_bit);
		print_leaf(answer, index);
		putchar('\n');
	}
	print_label("off");
	printf("0x%" PRIx64 "\n", way->page_offset_bytes);
}

static void print_frame(const struct answer *answer)
{
	const struct pmm_run *run = &answer->run;

	print_label("PFN");
	if (run->frame == PMM_ABSENT) {
		puts("-   PHYS -");
		return;
	}
	printf("0x%" PRIx64 "   PHYS 0x%" PRIx64, run->frame, answer->physical_address);
	if (answer->node != PMM_ABSENT)
		printf("   node %" PRIu64, answer->node);
	putchar('\n');
}

static void print_flags(const struct pmm_run *run)
{
	char *names;

	if (run->flags == PMM_ABSENT)
		return;
	names = frame_flag_names(run->flags);
	print_label("FLAGS");
	puts(*names ? names : "\"\""); /* as in a table */
	free(names);
}

/* How often it is mapped, and for whom it counts. */
static void print_owner(const struct answer *answer)
{
	const struct pmm_run *run = &answer->run;

	if (run->count != PMM_ABSENT) {
		print_label("COUNT");
		printf("%" PRIu64 "\n", run->count);
	}
	if (run->cgroup == PMM_ABSENT || !run->cgroup)
		return;
	print_label("CGRP");
	if (answer->cgroup)
		put_text(stdout, answer->cgroup, strlen(answer->cgroup));
	else
		printf("of inode %" PRIu64, run->cgroup);
	putchar('\n');
}

static void print_slot(const struct answer *answer)
{
	const struct pmm_run *run = &answer->run;

	if (run->swap_type == PMM_ABSENT)
		return;
	print_label("SLOT");
	printf("%" PRIu64 " of swap type %" PRIu64, run->swap_slot, run->swap_type);
	if (answer->area) {
		fputs("   ", stdout);
		put_text(stdout, answer->area, strlen(answer->area));
	}
	putchar('\n');
}

static const char *state_words(const struct pmm_run *run)
{
	static const char *const words[PMM_PAGE_STATES] = {
		[PMM_PAGE_NONE] =
			"nothing here: never touched, given back, or swapped shared memory",
		[PMM_PAGE_RAM] = "in RAM",
		[PMM_PAGE_SWAP] = "in swap",
		[PMM_PAGE_GUARD] = "guard page: an access ends in SIGSEGV",
		[PMM_PAGE_UFFD_WP] = "no page, write-protected by userfaultfd",
		[PMM_PAGE_POISON] = "poisoned by userfaultfd: an access ends in SIGBUS",
		[PMM_PAGE_MIGRATING] = "on its way to another frame, or device memory",
		[PMM_PAGE_HIDDEN] = "in swap, or a marker: which, is hidden",
		[PMM_PAGE_SWAPCACHE] = "in RAM, and its slot in swap is kept",
		[PMM_PAGE_PFNMAP] = "mapped, but of frames that are shown to nobody",
		[PMM_PAGE_RACED] = "in RAM, in a frame that was another's at each look",
	};

	return words[run->state];
}

static bool is_in_frame(const struct pmm_run *run)
{
	return run->state == PMM_PAGE_RAM || run->state == PMM_PAGE_SWAPCACHE ||
	       run->state == PMM_PAGE_RACED;
}

/* What a page in RAM is of. */
static void print_class(const struct pmm_run *run)
{
	static const char *const words[PMM_CLASSES] = {
		[PMM_CLASS_ANON] = "anonymous",
		[PMM_CLASS_FILE] = "of a file",
		[PMM_CLASS_SHMEM] = "shared memory",
		[PMM_CLASS_HUGETLB] = "of hugetlb",
		[PMM_CLASS_KSM] = "merged with equal ones (KSM)",
		[PMM_CLASS_ZERO] = "the page of zeros",
		[PMM_CLASS_LAZYFREE] = "anonymous, may be dropped (MADV_FREE)",
		[PMM_CLASS_SECRET] = "of memfd_secret",
		[PMM_CLASS_KERNEL] = "lent by the kernel",
	};

	if (words[run->class])
		printf(", %s", words[run->class]);
	if (run->is_exclusive >= 0)
		fputs(run->is_exclusive ? ", exclusively mapped" : ", not exclusively mapped",
		      stdout);
}

static void print_page(const struct answer *answer)
{
	const struct pmm_run *run = &answer->run;

	print_label("PAGE");
	if (!answer->has_page) {
		puts("-");
		return;
	}
	fputs(state_words(run), stdout);
	if (is_in_frame(run))
		print_class(run);
	else if (run->class == PMM_CLASS_SHMEM)
		fputs(", shared memory", stdout);
	if (run->is_soft_dirty > 0)
		fputs(", soft-dirty", stdout);
	if (run->is_uffd_wp > 0 && run->state != PMM_PAGE_UFFD_WP)
		fputs(", write-protected by userfaultfd", stdout);
	if (run->unknown_bits)
		printf(", unknown bits 0x%" PRIx64, run->unknown_bits);
	putchar('\n');
	if (is_in_frame(run)) {
		print_frame(answer);
		print_flags(run);
		print_owner(answer);
	}
	print_slot(answer);
}

void print_answer(const struct answer *answer)
{
	print_address(answer);
	print_way(answer);
	print_page(answer);
}

/* ---- for machines ---- */

static void json_number(const char *key, enum unit unit, uint64_t number)
{
	struct value value = value_unsigned(number);

	json_value(key, unit, &value);
}

static void json_words(const char *key, const char *words)
{
	struct value value = value_text(words);

	json_value(key, UNIT_TEXT, &value);
}

static void json_mapping(const struct pmm_mapping *mapping)
{
	if (!mapping) {
		json_words("mapping", NULL);
		return;
	}
	json_open("mapping");
	json_number("address", UNIT_ADDRESS, mapping->start_address);
	json_number("end_address", UNIT_ADDRESS, mapping->end_address);
	json_text("permissions", mapping->permissions);
	json_unsigned("offset_bytes", mapping->offset_bytes);
	json_unsigned("inode", mapping->inode);
	json_words("name", *mapping->name ? mapping->name : NULL);
	json_close();
}

static void json_indices(const struct pmm_translation *way)
{
	json_open_array("indices");
	for (int level = PMM_LEVEL_PGD; level >= PMM_LEVEL_PTE; level--) {
		const struct pmm_index *index = &way->index[level];

		if (index->is_folded)
			continue;
		json_open(NULL);
		json_text("level", pmm_level_name((enum pmm_level)level));
		json_unsigned("index", index->index);
		json_unsigned("high_bit", index->high_bit);
		json_unsigned("low_bit", index->low_bit);
		json_close();
	}
	json_close_array();
}

static void json_way(const struct answer *answer)
{
	const struct pmm_translation *way = &answer->way;
	bool has_way = answer->has_way;

	json_number("levels", UNIT_COUNT, has_way ? way->levels : PMM_ABSENT);
	if (has_way)
		json_indices(way);
	else
		json_words("indices", NULL);
	json_number("page_offset_bytes", UNIT_COUNT, has_way ? way->page_offset_bytes : PMM_ABSENT);
}

/* FLAG below 0: not known. */
static void json_flag(const char *key, int flag)
{
	struct value value = flag < 0 ? value_absent() : value_unsigned(flag ? 1 : 0);

	json_value(key, UNIT_BOOLEAN, &value);
}

static void json_frame(const struct answer *answer)
{
	const struct pmm_run *run = &answer->run;
	char *names = run->flags == PMM_ABSENT ? NULL : frame_flag_names(run->flags);

	json_number("frame", UNIT_ADDRESS, run->frame);
	json_number("physical_address", UNIT_ADDRESS, answer->physical_address);
	json_number("node", UNIT_COUNT, answer->node);
	json_number("map_count", UNIT_COUNT, run->count);
	json_number("cgroup_inode", UNIT_COUNT, run->cgroup);
	json_words("cgroup", answer->cgroup);
	json_number("flag_bits", UNIT_ADDRESS, run->flags);
	json_words("flags", names);
	free(names);
}

static void json_page(const struct answer *answer)
{
	const struct pmm_run *run = &answer->run;

	json_words("state", answer->has_page ? pmm_page_state_name(run->state) : NULL);
	json_words("class", run->class == PMM_CLASS_NONE ? NULL : pmm_page_class_name(run->class));
	json_number("leaf_bytes", UNIT_BYTES, run->leaf_bytes);
	json_frame(answer);
	json_number("swap_type", UNIT_COUNT, run->swap_type);
	json_number("swap_slot", UNIT_COUNT, run->swap_slot);
	json_words("swap_area", answer->area);
	json_flag("file", run->is_file);
	json_flag("exclusive", run->is_exclusive);
	json_flag("soft_dirty", run->is_soft_dirty);
	json_flag("uffd_wp", run->is_uffd_wp);
	json_number("unknown_bits", UNIT_ADDRESS, run->unknown_bits);
}

void json_answer(const struct answer *answer)
{
	/* Not value_unsigned: the last address there is is none that is absent. */
	struct value address = {.kind = VALUE_UNSIGNED, .number = answer->address};

	json_open(NULL);
	json_value("address", UNIT_ADDRESS, &address);
	json_mapping(answer->mapping);
	json_way(answer);
	json_page(answer);
	json_close();
}
