/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap at: the way of an address through the page table, level by level, and what is at its end:
 * a frame, a slot, or neither. Where a huge page ends the way early, /proc/PID/pagemap does not say
 * so: the indices are those that the address selects where there is a table.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagemap.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"

struct answer {
	uint64_t address;
	const struct pmm_mapping
		*mapping; /* NULL: in none; then the rest is absent but for the way */
	struct pmm_translation way;
	bool has_way;
	struct pmm_page page;
	bool has_page;
	uint64_t physical_address; /* absent like the frame */
};

struct inquiry {
	struct target target;
	uint64_t page_bytes;
	unsigned levels; /* 0: unknown */
	struct swap_areas *areas;
};

/* ---- finding out ---- */

static bool inquiry_open(struct inquest *inquest, pid_t pid, struct inquiry *ret_inquiry)
{
	struct pmm_root *root = inquest->root;
	struct inquiry inquiry = {.page_bytes = pmm_root_page_bytes(root)};

	if (!target_open(inquest, pid, 0, &inquiry.target))
		return false;
	if (pmm_root_page_levels(root, &inquiry.levels) < 0) {
		complain(NULL, "%s", pmm_root_error(root));
		inquiry.levels = 0;
	}
	inquiry.areas = swap_areas_open(root);
	swap_areas_see(inquiry.areas, inquest, pid);
	*ret_inquiry = inquiry;
	return true;
}

static void inquiry_close(struct inquiry *inquiry)
{
	target_close(&inquiry->target);
	swap_areas_close(inquiry->areas);
}

static void look_up_page(struct inquiry *inquiry, struct answer *answer)
{
	struct target *target = &inquiry->target;
	struct pmm_pages *pages = pmm_walk_pages(target->walk);
	uint64_t entry;
	ssize_t got;

	if (!pages || address_is_of_kernel(answer->address))
		return;
	got = pmm_pages_read(pages, answer->address, 1, &entry);
	if (got < 0)
		complain(NULL, "%s", pmm_root_error(target->root));
	if (got == 0)
		target_lose(target);
	if (got <= 0)
		return;
	pmm_page_decode(entry, &answer->page);
	answer->has_page = true;
	if (answer->page.frame != PMM_ABSENT)
		answer->physical_address = answer->page.frame * inquiry->page_bytes +
					   answer->address % inquiry->page_bytes;
	else if (answer->page.state == PMM_PAGE_RAM)
		remark(NULL,
		       "frame numbers hidden: needs CAP_SYS_ADMIN in the initial user namespace");
	else if (answer->page.state == PMM_PAGE_HIDDEN)
		remark(NULL,
		       "swap slots hidden: needs CAP_SYS_ADMIN in the initial user namespace");
}

static struct answer inquire(struct inquiry *inquiry, uint64_t address)
{
	struct answer answer = {.address = address, .physical_address = PMM_ABSENT};
	char text[sizeof("0xffffffffffffffff")];

	answer.mapping = pmm_walk_find(inquiry->target.walk, address);
	answer.has_way = inquiry->levels && pmm_address_split(address, inquiry->page_bytes,
							      inquiry->levels, &answer.way) == 0;
	if (answer.mapping) {
		look_up_page(inquiry, &answer);
		return answer;
	}
	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	complain(text, "not in a mapping of process %d", (int)inquiry->target.process->pid);
	return answer;
}

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

static void print_way(const struct answer *answer)
{
	const struct pmm_translation *way = &answer->way;

	if (!answer->has_way)
		return;
	for (int level = PMM_LEVEL_PGD; level >= PMM_LEVEL_PTE; level--) {
		const struct pmm_index *index = &way->index[level];

		print_label(pmm_level_name((enum pmm_level)level));
		if (index->is_folded)
			printf("   -           folded: %u-level page table\n", way->levels);
		else
			printf("%4u (0x%03x)  bits %u-%u\n", index->index, index->index,
			       index->high_bit, index->low_bit);
	}
	print_label("off");
	printf("0x%" PRIx64 "\n", way->page_offset_bytes);
}

static void print_frame(const struct answer *answer)
{
	print_label("PFN");
	if (answer->page.frame == PMM_ABSENT)
		puts("-   PHYS -");
	else
		printf("0x%" PRIx64 "   PHYS 0x%" PRIx64 "\n", answer->page.frame,
		       answer->physical_address);
}

static void print_slot(const struct inquiry *inquiry, const struct answer *answer)
{
	const char *area = swap_areas_name(inquiry->areas, answer->page.swap_type);

	print_label("SLOT");
	printf("%" PRIu64 " of swap type %" PRIu64, answer->page.swap_slot, answer->page.swap_type);
	if (area) {
		fputs("   ", stdout);
		put_text(stdout, area, strlen(area));
	}
	putchar('\n');
}

static const char *state_words(const struct pmm_page *page)
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
	};

	return words[page->state];
}

static void print_page(const struct inquiry *inquiry, const struct answer *answer)
{
	const struct pmm_page *page = &answer->page;

	print_label("PAGE");
	if (!answer->has_page) {
		puts("-");
		return;
	}
	fputs(state_words(page), stdout);
	if (page->state == PMM_PAGE_RAM)
		printf(", %s, %s", page->is_file ? "of a file or shared memory" : "anonymous",
		       page->is_exclusive ? "exclusively mapped" : "not exclusively mapped");
	if (page->is_soft_dirty)
		fputs(", soft-dirty", stdout);
	if (page->is_uffd_wp && page->state != PMM_PAGE_UFFD_WP)
		fputs(", write-protected by userfaultfd", stdout);
	if (page->unknown_bits)
		printf(", unknown bits 0x%" PRIx64, page->unknown_bits);
	putchar('\n');
	if (page->state == PMM_PAGE_RAM)
		print_frame(answer);
	if (page->state == PMM_PAGE_SWAP)
		print_slot(inquiry, answer);
}

static void print_answer(const struct inquiry *inquiry, const struct answer *answer)
{
	print_address(answer);
	print_way(answer);
	print_page(inquiry, answer);
}

/* ---- for machines ---- */

static void json_address(const char *key, uint64_t address)
{
	struct value value = value_unsigned(address);

	json_value(key, UNIT_ADDRESS, &value);
}

static void json_mapping(const struct pmm_mapping *mapping)
{
	struct value name = value_absent();

	if (!mapping) {
		json_value("mapping", UNIT_TEXT, &name);
		return;
	}
	name = target_mapping_name(mapping);
	json_open("mapping");
	json_address("address", mapping->start_address);
	json_address("end_address", mapping->end_address);
	json_text("permissions", mapping->permissions);
	json_unsigned("offset_bytes", mapping->offset_bytes);
	json_unsigned("inode", mapping->inode);
	json_value("name", UNIT_TEXT, &name);
	json_close();
}

static void json_way(const struct answer *answer)
{
	const struct pmm_translation *way = &answer->way;

	if (!answer->has_way)
		return;
	json_unsigned("levels", way->levels);
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
	json_unsigned("page_offset_bytes", way->page_offset_bytes);
}

static void json_flag(const char *key, bool is_known, int flag)
{
	struct value value = is_known ? value_unsigned(flag ? 1 : 0) : value_absent();

	json_value(key, UNIT_BOOLEAN, &value);
}

static void json_page(const struct inquiry *inquiry, const struct answer *answer)
{
	const struct pmm_page *page = &answer->page;
	struct value absent = value_absent(), type = value_unsigned(page->swap_type);
	struct value slot = value_unsigned(page->swap_slot), area = value_absent();

	if (!answer->has_page) {
		json_value("state", UNIT_TEXT, &absent);
		return;
	}
	if (page->state == PMM_PAGE_SWAP)
		area = value_text(swap_areas_name(inquiry->areas, page->swap_type));
	json_text("state", pmm_page_state_name(page->state));
	json_address("frame", page->frame);
	json_address("physical_address", answer->physical_address);
	json_value("swap_type", UNIT_COUNT, &type);
	json_value("swap_slot", UNIT_COUNT, &slot);
	json_value("swap_area", UNIT_TEXT, &area);
	json_flag("file", page->state == PMM_PAGE_RAM, page->is_file);
	json_flag("exclusive", page->state == PMM_PAGE_RAM, page->is_exclusive);
	json_flag("soft_dirty", true, page->is_soft_dirty);
	json_flag("uffd_wp", true, page->is_uffd_wp);
	json_address("unknown_bits", page->unknown_bits);
}

static void json_answer(const struct inquiry *inquiry, const struct answer *answer)
{
	/* Not value_unsigned: the last address there is is none that is absent. */
	struct value address = {.kind = VALUE_UNSIGNED, .number = answer->address};

	json_open(NULL);
	json_value("address", UNIT_ADDRESS, &address);
	json_mapping(answer->mapping);
	json_way(answer);
	json_page(inquiry, answer);
	json_close();
}

static void answer_all(struct inquiry *inquiry, const uint64_t *addresses, size_t count)
{
	bool is_first = true;

	for (size_t i = 0; i < count; i++) {
		struct answer answer = inquire(inquiry, addresses[i]);

		if (!answer.mapping)
			continue;
		if (!is_first)
			putchar('\n');
		is_first = false;
		print_answer(inquiry, &answer);
	}
}

static void json_answer_all(struct inquiry *inquiry, const uint64_t *addresses, size_t count)
{
	json_open(NULL);
	target_json(&inquiry->target);
	json_open_array("addresses");
	for (size_t i = 0; i < count; i++) {
		struct answer answer = inquire(inquiry, addresses[i]);

		json_answer(inquiry, &answer);
	}
	json_close_array();
	json_close();
}

void at_run(struct inquest *inquest, pid_t pid, const uint64_t *addresses, size_t count)
{
	bool is_json = inquest->settings.report.format == FORMAT_JSON;
	struct inquiry inquiry;
	bool is_open = inquiry_open(inquest, pid, &inquiry);

	if (is_json)
		document_open();
	if (is_open && is_json)
		json_answer_all(&inquiry, addresses, count);
	else if (is_open)
		answer_all(&inquiry, addresses, count);
	if (is_json)
		document_close();
	if (is_open)
		inquiry_close(&inquiry);
}
