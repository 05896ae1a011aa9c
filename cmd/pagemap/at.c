/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap at: the way of an address through the page table, and what is at its end: a frame, a
 * slot, or neither. Each address is a walk of one page; addresses come as operands, or from
 * standard input, where each is answered before the next is read.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "shared/message.h"
#include "shared/stream.h"

enum {
	WALK_FLAGS = PMM_WALK_FLAGS | PMM_WALK_COUNTS | PMM_WALK_CGROUPS | PMM_WALK_EACH,
	ADDRESS_TEXT = sizeof("0xffffffffffffffff"),
};

struct inquiry {
	struct inquest *inquest;
	struct target target;
	uint64_t page_bytes;
	unsigned levels; /* 0: unknown */
	struct swap_areas *areas;
	struct pmm_cgroup_paths *cgroups; /* NULL: none are known, as is: */
	struct pmm_ram *ram;
	bool is_json;
	bool is_first; /* no answer has been shown yet */
};

/* ---- finding out ---- */

/* What cannot be read of it is absent. */
static void open_sources(struct inquiry *inquiry, pid_t pid)
{
	struct pmm_root *root = inquiry->inquest->root;

	if (pmm_root_page_levels(root, &inquiry->levels) < 0) {
		complain(NULL, "%s", pmm_root_error(root));
		inquiry->levels = 0;
	}
	inquiry->areas = swap_areas_open(root);
	swap_areas_see(inquiry->areas, inquiry->inquest, pid);
	if (pmm_cgroup_paths_open(root, &inquiry->cgroups) < 0)
		inquiry->cgroups = NULL;
	if (pmm_ram_open(root, &inquiry->ram) < 0)
		inquiry->ram = NULL;
}

static bool inquiry_open(struct inquest *inquest, pid_t pid, struct inquiry *ret_inquiry)
{
	struct inquiry inquiry = {
		.inquest = inquest,
		.page_bytes = pmm_root_page_bytes(inquest->root),
		.is_json = inquest->settings.report.format == FORMAT_JSON,
		.is_first = true,
	};

	if (!target_open(inquest, pid, WALK_FLAGS, &inquiry.target))
		return false;
	open_sources(&inquiry, pid);
	*ret_inquiry = inquiry;
	return true;
}

static void inquiry_close(struct inquiry *inquiry)
{
	target_close(&inquiry->target);
	swap_areas_close(inquiry->areas);
	pmm_cgroup_paths_close(inquiry->cgroups);
	pmm_ram_close(inquiry->ram);
}

static void look_up_frame(const struct inquiry *inquiry, struct answer *answer)
{
	const struct pmm_run *run = &answer->run;

	if (run->frame != PMM_ABSENT) {
		answer->physical_address =
			run->frame * inquiry->page_bytes + answer->address % inquiry->page_bytes;
		if (inquiry->ram)
			answer->node = pmm_ram_node(inquiry->ram, run->frame);
	}
	if (inquiry->cgroups && run->cgroup != PMM_ABSENT)
		answer->cgroup = pmm_cgroup_paths_find(inquiry->cgroups, run->cgroup);
	if (run->swap_type != PMM_ABSENT)
		answer->area = swap_areas_name(inquiry->areas, run->swap_type);
	if ((run->state == PMM_PAGE_RAM && run->frame == PMM_ABSENT) ||
	    run->state == PMM_PAGE_HIDDEN)
		remark_hidden(inquiry->inquest, WALK_FLAGS);
}

static void look_up_page(struct inquiry *inquiry, struct answer *answer)
{
	struct target *target = &inquiry->target;
	const struct pmm_mapping *mapping;
	const struct pmm_run *run = NULL;
	int r;

	if (!target->has_pages || address_is_of_kernel(answer->address))
		return;
	pmm_walk_set_range(target->walk, answer->address, answer->address + 1);
	r = pmm_walk_next_mapping(target->walk, &mapping);
	if (r > 0)
		r = pmm_walk_next_run(target->walk, &run);
	if (!pmm_walk_is_complete(target->walk))
		target_lose(target);
	else if (r < 0)
		complain(NULL, "%s", pmm_root_error(target->root));
	if (r <= 0)
		return;
	answer->run = *run;
	answer->has_page = true;
	look_up_frame(inquiry, answer);
}

static const struct pmm_run no_run = {
	.leaf_bytes = PMM_ABSENT,
	.frame = PMM_ABSENT,
	.swap_type = PMM_ABSENT,
	.swap_slot = PMM_ABSENT,
	.flags = PMM_ABSENT,
	.count = PMM_ABSENT,
	.cgroup = PMM_ABSENT,
	.is_file = -1,
	.is_exclusive = -1,
	.is_soft_dirty = -1,
	.is_uffd_wp = -1,
	.unknown_bits = PMM_ABSENT,
};

static struct answer inquire(struct inquiry *inquiry, uint64_t address)
{
	struct answer answer = {
		.address = address,
		.run = no_run,
		.page_bytes = inquiry->page_bytes,
		.physical_address = PMM_ABSENT,
		.node = PMM_ABSENT,
	};
	char text[ADDRESS_TEXT];

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

/* ---- all of them ---- */

static void answer_one(struct inquiry *inquiry, uint64_t address)
{
	struct answer answer = inquire(inquiry, address);

	if (inquiry->is_json) {
		json_answer(&answer);
		return;
	}
	if (!answer.mapping)
		return;
	if (!inquiry->is_first)
		putchar('\n');
	inquiry->is_first = false;
	print_answer(&answer);
}

/* Who asks through a pipe waits for the answer before asking again. */
static void answer_lines(struct inquiry *inquiry)
{
	char *line = NULL;
	size_t capacity = 0;
	uint64_t address, number = 0;
	ssize_t length;

	while ((length = getline(&line, &capacity, stdin)) > 0) {
		number++;
		length -= line[length - 1] == '\n';
		line[length] = '\0';
		if (strlen(line) == (size_t)length && parse_typed_address(line, &address))
			answer_one(inquiry, address);
		else
			complain(NULL,
				 "standard input:%" PRIu64 ": '%s': hexadecimal address expected",
				 number, line);
		if (!output_flush())
			break;
	}
	if (ferror(stdin))
		complain("standard input", "cannot be read");
	free(line);
}

static void answer_all(struct inquiry *inquiry, const uint64_t *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++)
		answer_one(inquiry, addresses[i]);
	if (!count)
		answer_lines(inquiry);
}

void at_run(struct inquest *inquest, pid_t pid, const uint64_t *addresses, size_t count)
{
	bool is_json = inquest->settings.report.format == FORMAT_JSON;
	struct inquiry inquiry;
	bool is_open = pid && inquiry_open(inquest, pid, &inquiry);

	if (is_json)
		document_open();
	if (is_open && is_json) {
		json_open(NULL);
		target_json(&inquiry.target);
		json_open_array("addresses");
	}
	if (is_open)
		answer_all(&inquiry, addresses, count);
	if (is_open && is_json) {
		json_close_array();
		json_boolean("complete", inquiry.target.is_complete);
		json_close();
	}
	if (is_json)
		document_close();
	if (is_open)
		inquiry_close(&inquiry);
}
