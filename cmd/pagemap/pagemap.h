/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_H
#define PAGEMAP_H

/*
 * What the rooms of pagemap hand each other: what the user asked for (settings), and a process
 * (target).
 */

#include <procmm-pages.h>
#include <stdbool.h>

#include "shared/field.h"
#include "shared/report.h"

struct settings {
	struct report_options report;
	struct selection fields;
	size_t sort;		/* index of a field, or SORT_ADDRESS */
	bool with_each;		/* page, not each run */
	uint64_t start_address; /* only what is in [start, end) */
	uint64_t end_address;	/* 0: everything */
};

/* What every mode works with. */
struct inquest {
	struct pmm_root *root;
	struct pmm_facilities *facilities;
	struct settings settings;
};

#define SORT_ADDRESS SIZE_MAX /* as the kernel lists them */

/* ---- target.c: a process, its mappings and its page table ---- */

struct target {
	struct pmm_root *root;
	struct pmm_processes *processes; /* of the one */
	const struct pmm_process *process;
	struct pmm_walk *walk;
	bool has_pages;	  /* its page table may be read */
	bool is_complete; /* nothing of it went away while it was read */
};

/*
 * Open a process for a walk with FLAGS (enum pmm_walk_flags). False, after a complaint, if there is
 * nothing of it to show.
 */
bool target_open(const struct inquest *inquest, pid_t pid, unsigned flags,
		 struct target *ret_target);
void target_close(struct target *target);
/* Complain that it went away while it was read, once. */
void target_lose(struct target *target);
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
void vmas_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- pages.c ---- */

extern const struct field run_fields[];
void pages_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- decode.c, caps.c ---- */

extern const struct field word_fields[];
extern const struct field facility_fields[];
/* Exits with a usage error if one of them is no word. OPERANDS ends with a NULL. */
void decode_run(const struct settings *settings, char **operands);
void caps_run(struct inquest *inquest);

/* ---- words.c ---- */

/* "uptodate,lru": the names of flags that are set; "" if none is. Free it. */
char *frame_flag_names(uint64_t flags);

struct swap_areas;
struct swap_areas *swap_areas_open(struct pmm_root *root);
/* See which types a process has pages in: where several areas are, that may tell which is whose. */
void swap_areas_see(struct swap_areas *areas, const struct inquest *inquest, pid_t pid);
/* The name of the area of that type; NULL if there is any doubt. */
const char *swap_areas_name(const struct swap_areas *areas, uint64_t type);
struct swap_areas *swap_areas_close(struct swap_areas *areas);

/* ---- at.c ---- */

void at_run(struct inquest *inquest, pid_t pid, const uint64_t *addresses, size_t count);

#endif
