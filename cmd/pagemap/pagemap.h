/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_H
#define PAGEMAP_H

/*
 * What the rooms of pagemap hand each other: what the user asked for (settings), and a process
 * (target).
 */

#include <procmm.h>
#include <stdbool.h>

#include "shared/field.h"
#include "shared/report.h"

struct settings {
	struct report_options report;
	struct selection fields;
	size_t sort; /* index of a field, or SORT_ADDRESS */
};

#define SORT_ADDRESS SIZE_MAX /* as the kernel lists them */

/* ---- target.c: a process, its mappings and its page table ---- */

struct target {
	struct pmm_root *root;
	struct pmm_processes *processes; /* of the one */
	const struct pmm_process *process;
	struct pmm_mapping *mappings;
	size_t count;
	struct pmm_pages *pages; /* NULL: they may not be read */
	bool is_complete;	 /* nothing of it went away while it was read */
};

/* False, after a complaint, if there is nothing of it to show. */
bool target_open(struct pmm_root *root, pid_t pid, struct target *ret_target);
void target_close(struct target *target);
/* Complain that it went away while it was read, once. */
void target_lose(struct target *target);
/* The mapping that an address is in; NULL if it is in none. */
const struct pmm_mapping *target_find(const struct target *target, uint64_t address);
/* Absent if it has none. */
struct value target_mapping_name(const struct pmm_mapping *mapping);
/*
 * The JSON of all subcommands: {"schema": "pagemap/1", "processes": [...]}, and how each process
 * begins.
 */
void document_open(void);
void document_close(void);
void target_json(const struct target *target);
/*
 * Is there no entry for it in PID/pagemap, by nature? That goes for addresses in the kernel's half,
 * where x86 has its vsyscall page.
 */
bool address_is_of_kernel(uint64_t address);

/* ---- vmas.c ---- */

extern const struct field mapping_fields[];
void vmas_run(struct pmm_root *root, const struct settings *settings, const pid_t *pids,
	      size_t count);

/* ---- at.c ---- */

void at_run(struct pmm_root *root, const struct settings *settings, pid_t pid,
	    const uint64_t *addresses, size_t count);

#endif
