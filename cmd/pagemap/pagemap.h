/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_H
#define PAGEMAP_H

/*
 * What the rooms of pagemap hand each other: what the user asked for (settings), and a process
 * (target).
 */

#include <procmm-pages.h>
#include <procmm-processes.h>
#include <stdbool.h>

#include "shared/field-list.h"
#include "shared/field.h"
#include "shared/report.h"

/* Which processes; what is not set lets all pass. */
struct scope {
	bool with_all;
	const char *cgroup; /* its path */
	const char *user;   /* name or number */
};

/* Which pages of them: target_open() applies it. */
struct filter {
	uint64_t start_address; /* only what is in [start, end) */
	uint64_t end_address;	/* 0: everything */
	const char **names;	/* patterns: one of them */
	size_t name_count;
	const char *permissions; /* "rw-p", or letters that there must be; NULL: any */
	struct kind *kind;	 /* NULL: any */
};

/* One of the tables that a mode can show: that of --by NAME. */
struct view {
	const char *name; /* NULL ends the list of them */
	struct field_list list;
	const char *fields; /* that are shown; NULL: those that are marked as default */
};

struct settings {
	struct report_options report;
	struct selection fields;
	struct scope scope;
	struct filter filter;
	size_t sort;	/* index of a field, or SORT_ADDRESS */
	bool with_each; /* page, not each run */
	bool with_summary;
	size_t view;		/* index into the mode's */
	size_t picture_columns; /* 0: as many as there are */
	bool in_ascii;
	bool with_map;		/* a picture instead of a table */
	bool with_recursion;	/* into directories */
	bool with_cached;	/* of the ranges of files */
	bool with_missing;	/* likewise */
	bool is_binary;		/* the format, instead of the report's */
	unsigned process_flags; /* what to read of each process: enum pmm_processes_flags */
};

/* What is counted over all processes. */
struct tally {
	pid_t *named; /* by number, in their order: each is answered for */
	size_t named_count;
	size_t denied;		 /* of the others, who may not be read */
	size_t missing;		 /* who is not in the captured tree */
	uint64_t matches;	 /* mappings, or runs, that passed the filter */
	const struct kind *kind; /* of the filter, that runs are asked about */
};

/* What every mode works with. */
struct inquest {
	struct pmm_root *root;
	struct pmm_facilities *facilities;
	struct settings settings;
	struct tally *tally;
};

#define SORT_ADDRESS SIZE_MAX /* as the kernel lists them */

enum { EXIT_NO_MATCH = 3 }; /* the filter let nothing pass */

/* ---- operands.c ---- */

/* Hexadecimal with 0x, or as /proc/PID/maps prints it. */
bool parse_typed_address(const char *operand, uint64_t *ret_address);
/* Names separated by commas, to a bit for each. */
bool parse_facilities(const char *list, unsigned *ret_facilities);

/* ---- select.c: which processes ---- */

bool scope_is_set(const struct scope *scope);
/* By ascending pid, or, if all are numbers, as they were named; after complaints. Free them. */
pid_t *scope_find(struct inquest *inquest, char **operands, size_t count, size_t *ret_count);
/* Was it named by its number? */
bool scope_names(const struct inquest *inquest, pid_t pid);
/* Complain, at the end, of those that were only counted. */
void scope_close(struct inquest *inquest);

/* ---- users.c: what they are called ---- */

struct users;
struct users *users_open(void);
/* The effective user of a process whose uid was read; NULL if absent. Borrowed. */
const char *users_name(struct users *users, struct pmm_root *root,
		       const struct pmm_process *process);
struct users *users_close(struct users *users);

/* ---- filter.c: which pages ---- */

/* START-END, START+LENGTH, START; hexadecimal, as in maps. False if it is none of them. */
bool filter_parse_range(const char *range, struct filter *filter);
bool filter_parse_permissions(const char *permissions, struct filter *filter);
void filter_add_name(struct filter *filter, const char *pattern);
/* One that pages must be of, too. False if it is none; *ret_why says why. */
bool filter_add_kind(const char *expression, struct filter *filter, char **ret_why);
bool filter_is_set(const struct filter *filter);
/* False, after a complaint, if it asks about what this kernel or these rights do not show. */
bool filter_can_be_answered(const struct inquest *inquest);
/* What a walk must read for it: enum pmm_walk_flags. */
unsigned filter_walk_flags(const struct filter *filter);
/* Narrow a walk, and count what passes. */
void filter_apply(const struct inquest *inquest, struct pmm_walk *walk);
void filter_free(struct filter *filter);

/* ---- target.c: a process, its mappings and its page table ---- */

struct target {
	struct pmm_root *root;
	struct pmm_processes *processes; /* of the one */
	const struct pmm_process *process;
	struct pmm_walk *walk;
	bool has_pages;	  /* its page table may be read */
	bool has_kind;	  /* not all pages are asked for */
	bool is_complete; /* nothing of it went away while it was read */
};

/*
 * Open a process for a walk with FLAGS (enum pmm_walk_flags), narrowed to what the filter lets
 * pass. False, after a complaint or counted in the tally, if there is nothing of it to show.
 */
bool target_open(const struct inquest *inquest, pid_t pid, unsigned flags,
		 struct target *ret_target);
void target_close(struct target *target);
/* Complain that it went away while it was read, once. */
void target_lose(struct target *target);
/* Absent if it has none. */
struct value target_mapping_name(const struct pmm_mapping *mapping);
/*
 * Is there no entry for it in PID/pagemap, by nature? That goes for addresses in the kernel's half,
 * where x86 has its vsyscall page.
 */
bool address_is_of_kernel(uint64_t address);

/* ---- document.c: JSON ---- */

/* Of all modes: {"schema": "pagemap/1", ..., "complete": whether nothing was complained of}. */
void document_begin(void);
void document_end(void);
/* The same with "processes": [...], and how each of them begins. */
void document_open(void);
void document_close(void);
void target_json(const struct target *target);

/* ---- show.c: one process after the other ---- */

/*
 * Show a process. REPORT: the one of all of them, in the formats that are nothing but rows; else
 * NULL. False: there is nothing to be shown of it.
 */
typedef bool process_show(struct inquest *inquest, struct report *report, pid_t pid, bool is_first);

/* NAME: of the array in JSON. */
void processes_run(struct inquest *inquest, const pid_t *pids, size_t count, const char *name,
		   process_show *show);
/* The line above a table: who it is, amounts, and whether it is all. */
void heading_begin(const struct target *target);
void heading_amount(const struct settings *settings, const char *name, uint64_t bytes);
void heading_end(const struct target *target);

/* ---- vmas.c ---- */

extern const struct field mapping_fields[];
void vmas_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- summary.c ---- */

extern const struct field process_fields[];
void summary_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- pages.c ---- */

extern const struct field run_fields[];
void pages_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- binary.c: records of runs ---- */

/* Write their header. Exits with a usage error if they were for a terminal. */
void binary_open(uint64_t page_bytes);
void binary_run(pid_t pid, const struct pmm_run *run);

/* ---- map.c ---- */

extern const struct field strip_fields[];
void map_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- thp.c ---- */

extern const struct view thp_views[];
void thp_run(struct inquest *inquest, const pid_t *pids, size_t count);

/* ---- frames.c ---- */

extern const struct view frame_views[];
void frames_run(struct inquest *inquest);

/* ---- decode.c, caps.c ---- */

extern const struct field word_fields[];
extern const struct field facility_fields[];
/* Exits with a usage error if one of them is no word. OPERANDS ends with a NULL. */
void decode_run(const struct settings *settings, char **operands);
void caps_run(struct inquest *inquest);

/* ---- words.c ---- */

/* "uptodate,lru": the names of flags that are set; "" if none is. Free it. */
char *frame_flag_names(uint64_t flags);

/* Say what of a walk with FLAGS is hidden: a line for each cause. */
void remark_hidden(const struct inquest *inquest, unsigned flags);

struct swap_area {
	char *name;
	uint64_t size_bytes;
	uint64_t used_bytes;
};

struct swap_areas;
struct swap_areas *swap_areas_open(struct pmm_root *root);
/* See which types a process has pages in: where several areas are, that may tell which is whose. */
void swap_areas_see(struct swap_areas *areas, const struct inquest *inquest, pid_t pid);
/* The same: a bit (1 << type) for each. */
void swap_areas_see_types(struct swap_areas *areas, uint32_t types);
/* Which area is of that type, as /proc/swaps lists them; SIZE_MAX if there is any doubt. */
size_t swap_areas_find(const struct swap_areas *areas, uint64_t type);
/* Its name; NULL if there is any doubt. */
const char *swap_areas_name(const struct swap_areas *areas, uint64_t type);
/* The I-th; NULL past the last. */
const struct swap_area *swap_areas_at(const struct swap_areas *areas, size_t index);
/* Is the area of that name the one that is meant? On the live system by any of its names. */
bool swap_area_is(const struct pmm_root *root, const char *name, const char *meant);
struct swap_areas *swap_areas_close(struct swap_areas *areas);

/* ---- file.c ---- */

enum file_view { FILE_VIEW_SUMS, FILE_VIEW_RANGES, FILE_VIEW_MAPPERS };

extern const struct view file_views[];
void file_run(struct inquest *inquest, char **paths, size_t count);

/* ---- who.c ---- */

extern const struct field who_fields[];
void who_run(struct inquest *inquest, char **operands, size_t count);

/* ---- swap.c ---- */

extern const struct view swap_views[];
/* OPERANDS: names or types of areas; none: all of them. */
void swap_run(struct inquest *inquest, char **operands, size_t count);

/* ---- at.c ---- */

/* PID 0: nobody is asked about. COUNT 0: addresses come on standard input, a line each. */
void at_run(struct inquest *inquest, pid_t pid, const uint64_t *addresses, size_t count);

#endif
