/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_REQUEST_H
#define VMTOP_REQUEST_H

/* What was typed, before it is made into settings. */

#include "vmtop.h"

struct request {
	struct settings settings;
	struct field_wish fields;
	const char *sysroot;
	uint64_t window_ns; /* 0: not said */
	bool is_batch;
	bool with_delay;
	bool with_screen; /* whatever else says */
	bool with_iterations;
	bool with_explain; /* the words that follow, or everything */
	char **words;
	bool with_check;
	bool with_no_swap;
	int no_swap; /* the status that no swap at all is */
	bool with_wait;
	enum pmm_state awaited;
	uint64_t timeout_ns; /* 0: none */
	bool without_lock;
};

/* Usage errors: what does not go together. */
void request_check(const struct request *request);
/* Which fields, of what. SYSTEM is the table of the system's; it must outlive the settings. */
void request_choose_fields(struct request *request, const struct field *system);
/* How often, and by what window it is judged. */
void request_choose_time(struct request *request, const struct pmm_root *root);
void request_free(struct request *request);

#endif
