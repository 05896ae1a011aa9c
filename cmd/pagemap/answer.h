/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_ANSWER_H
#define PAGEMAP_ANSWER_H

/* What is found out about an address: at.c asks, answer.c shows. */

#include "pagemap.h"

struct answer {
	uint64_t address;
	const struct pmm_mapping *mapping; /* NULL: in none; then there is only the way */
	struct pmm_translation way;
	bool has_way;
	struct pmm_run run; /* of the one page; without it all of it is absent */
	bool has_page;
	uint64_t page_bytes;
	uint64_t physical_address; /* absent like the frame, as is: */
	uint64_t node;
	const char *cgroup; /* NULL: absent. Borrowed, as is: */
	const char *area;
};

void print_answer(const struct answer *answer);
void json_answer(const struct answer *answer);

#endif
