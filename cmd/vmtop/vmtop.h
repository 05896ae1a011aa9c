/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_H
#define VMTOP_H

/*
 * What the rooms of vmtop hand each other: what the user asked for (settings), one interval of the
 * machine (view), and the processes worth showing (rows).
 */

#include <procmm-processes.h>
#include <procmm-verdict.h>
#include <stdbool.h>

#include "shared/field.h"
#include "shared/report.h"
#include "shared/terminal.h"
#include "shared/units.h"

/* What a row of CSV is, and what -o chose fields of. */
enum scope {
	SCOPE_REPORT,  /* of nothing: the whole report, and in CSV the system */
	SCOPE_SYSTEM,  /* of the system: one line a sample */
	SCOPE_CGROUP,  /* of the system and its cgroups: one line each */
	SCOPE_PROCESS, /* of processes: one line each */
};

/* Which processes may be shown; all of them, where nothing is set. */
struct filter {
	pid_t *pids; /* pids_count of them */
	size_t pids_count;
	const char *user;   /* name or number; NULL: any */
	const char *cgroup; /* it, and what is below it; NULL: any */
	const char *name;   /* a text in its name, in either case; NULL: any */
};

struct settings {
	struct report_options report;
	enum scope scope;
	bool is_scope_chosen; /* by -S: then a table has these rows and nothing else */
	bool with_unix_time;  /* seconds since 1970, not ISO 8601 */
	struct selection system;
	struct selection cgroup;
	struct selection process;
	struct filter filter;
	uint64_t delay_ns;
	uint64_t iterations; /* 0: until the end */
	size_t top;	     /* processes to show */
	bool is_top_chosen;  /* by -m, not by what fits */
	size_t sort;	     /* index of a process field, or SORT_DEFAULT */
	struct pmm_thresholds thresholds;
	bool judges_looks; /* each interval by itself: no window slides over several */
	bool is_reversed;
	bool with_pss;	 /* of the rows that are shown */
	bool with_color; /* of the screen */
};

#define SORT_DEFAULT SIZE_MAX

struct row {
	const struct pmm_process *process;
	struct pmm_process_rates rates;
	double lost_percent;
	const char *lost_source;	     /* "taskstats", "estimate"; NULL: not known */
	const struct pmm_identity *identity; /* NULL: not needed, or gone by now. Borrowed */
	struct pmm_detail detail;
	char state[2]; /* of the process, as a text */
};

/* The processes of one instant; its memory serves the next one. */
struct rows {
	struct row *items;
	size_t count;
	size_t capacity;
	bool is_without_pss; /* it was wanted, and would have been waited for */
};

/* All that is shown of one interval. Renderers take it as it is. */
struct view {
	const struct pmm_sample *now;
	const struct pmm_sample *before; /* NULL: there is one instant only */
	double interval_seconds;	 /* between the two; NAN if there is one only */
	char time[UNITS_TEXT];		 /* of the sample; "" if absent */
	double unix_seconds;		 /* instead of that, where it is wanted; else NAN */
	const struct rows *rows;
	const struct pmm_verdict *verdict; /* the worst, to speak of; NULL: there is none yet */
	const struct pmm_words *words;	   /* of that; NULL, too */
	/* All of them: see view_verdict(). Of the two, one is set. */
	const struct pmm_verdicts *verdicts;
	const struct pmm_verdict *looks;
	size_t looks_count;
	bool is_first; /* of this run: headings come before it */
};

/* ---- fields.c ---- --------------------------------------------------------------------------- */

/* Of a verdict, as the system has it beside the metrics. */
enum verdict_field {
	VERDICT_STATE,
	VERDICT_STATE_SECONDS,
	VERDICT_CONFIDENCE,
	VERDICT_FIELDS, /* how many there are */
};

enum {
	SYSTEM_TIME,
	SYSTEM_INTERVAL,
	SYSTEM_VERDICT,					  /* VERDICT_FIELDS of them, then */
	SYSTEM_METRICS = SYSTEM_VERDICT + VERDICT_FIELDS, /* the library's, in its order */
};

enum cgroup_field {
	GROUP_TIME,
	GROUP_STATE,
	GROUP_CONFIDENCE,
	GROUP_LOST,
	GROUP_USEFUL,
	GROUP_MEMORY_SOME,
	GROUP_MEMORY_FULL,
	GROUP_IO_SOME,
	GROUP_IO_FULL,
	GROUP_CURRENT,
	GROUP_LIMIT,
	GROUP_LIMIT_PATH,
	GROUP_SWAP,
	GROUP_CAME_BACK,
	GROUP_EVICTED,
	GROUP_REUSE,
	GROUP_REFAULTED_ANON,
	GROUP_REFAULTED_FILE,
	GROUP_FAULTS,
	GROUP_EVENTS_HIGH,
	GROUP_EVENTS_MAX,
	GROUP_OOM_KILLS,
	GROUP_PATH,
	GROUP_FIELDS, /* how many there are */
};

extern const struct field cgroup_fields[GROUP_FIELDS + 1];

enum process_field {
	PROCESS_TIME,
	PROCESS_PID,
	PROCESS_USER,
	PROCESS_STATE,
	PROCESS_LOST,
	PROCESS_LOST_SOURCE,
	PROCESS_FAULTS,
	PROCESS_MINOR_FAULT_RATE,
	PROCESS_SWAP,
	PROCESS_SWAP_GROWTH,
	PROCESS_RSS,
	PROCESS_RSS_GROWTH,
	PROCESS_FOOTPRINT,
	PROCESS_RSS_ANON,
	PROCESS_RSS_FILE,
	PROCESS_RSS_SHMEM,
	PROCESS_PSS,
	PROCESS_SWAP_PSS,
	PROCESS_OOM_SCORE,
	PROCESS_MAJOR_FAULTS,
	PROCESS_MINOR_FAULTS,
	PROCESS_PARENT,
	PROCESS_START,
	PROCESS_CGROUP,
	PROCESS_NAME,
	PROCESS_COMMAND,
	PROCESS_FIELDS, /* how many there are */
};

extern const struct field process_fields[PROCESS_FIELDS + 1];
/* The values of lost_source. */
extern const char lost_by_taskstats[], lost_by_estimate[];

/*
 * The fields of the system: time, interval, and every metric of the library. Ends with a NULL key.
 * Free it.
 */
struct field *system_fields_make(void);
size_t system_fields_count(void);
/*
 * Of what the fields of -o LIST are: the system, or what has a field in it that those before have
 * not, processes and then cgroups. SYSTEM is the table of the system's.
 */
enum scope fields_scope(const struct field *system, const char *list);
/* --list-fields. */
void fields_print(const struct report_options *report);

/* The time of its sample, as a value. */
struct value view_time(const struct view *view);
/* VALUES: system_fields_count() of them. They borrow from the view. */
void system_values(const struct view *view, struct value *values);
/* VALUES: PROCESS_FIELDS of them. They borrow from the row and the view. */
void process_values(const struct view *view, const struct row *row, struct value *values);
/* One of them, but for the time, which is the view's. */
struct value process_value(const struct row *row, enum process_field field);

/* ---- verdict-fields.c ---- ------------------------------------------------------------------ */

extern const struct field verdict_fields[VERDICT_FIELDS];

/* VALUES: GROUP_FIELDS of them. They borrow from the view and the verdict. */
void cgroup_values(const struct view *view, const struct pmm_verdict *verdict,
		   struct value *values);
/* VALUES: VERDICT_FIELDS of them. VERDICT may be NULL. */
void verdict_values(const struct pmm_verdict *verdict, struct value *values);

/* What must be asked of a process before it is shown: enum pmm_identity_flags, pmm_detail_flags. */
unsigned field_identity(enum process_field field);
unsigned field_detail(enum process_field field);

/* ---- rows.c ---- ----------------------------------------------------------------------------- */

/* The rows that are seen of all there are. */
struct window {
	size_t first, count;
};

/* Where the processes of an instant come from. */
struct crowd {
	struct pmm_root *root;
	const struct pmm_processes *now;    /* NULL: they cannot be read */
	const struct pmm_processes *before; /* NULL: there is one instant only */
	struct pmm_identities *identities;
	const struct pmm_delays *delays; /* NULL: the kernel keeps none */
	double swap_read_seconds;	 /* one read takes; NAN */
	bool is_hurried;		 /* ask nobody who may have to wait for memory */
};

/* Take all processes into ROWS, but those that the filter has not. CROWD must outlive them. */
void rows_collect(struct rows *rows, const struct filter *filter, const struct crowd *crowd);
/* Bring those to show to the front, most telling first, TOP at most: only they are kept. */
void rows_order(struct rows *rows, const struct settings *settings, const struct crowd *crowd,
		size_t top);
/* Read what the fields to show need of the rows that are seen: who they are, and what is dear. */
void rows_complete(struct rows *rows, const struct settings *settings, const struct crowd *crowd,
		   struct window window);
void rows_free(struct rows *rows);

/* ---- filter.c ---- --------------------------------------------------------------------------- */

/* Parse the argument of -p into FILTER, which keeps it; false: no list of pids. */
bool filter_set_pids(struct filter *filter, const char *list);
void filter_free(struct filter *filter);
/* Does it take all there is? */
bool filter_is_open(const struct filter *filter);
/* What must be known of a process for filter_takes(). */
unsigned filter_identity(const struct filter *filter);
/* Is the process one to show? IDENTITY: NULL if it is not known, then no user nor cgroup fits. */
bool filter_takes(const struct filter *filter, const struct pmm_process *process,
		  const struct pmm_identity *identity);

/* Is the cgroup PATH that one, or below it? */
bool is_below_cgroup(const char *path, const char *cgroup);

/* ---- judge.c ---- ---------------------------------------------------------------------------- */

/* The verdicts of a view: 0 is the system, then the cgroups by path; NULL past the last. */
const struct pmm_verdict *view_verdict(const struct view *view, size_t index);

/* ---- gather.c ---- --------------------------------------------------------------------------- */

struct gather;

/*
 * What is taken at each instant, and compared with the instant before. NULL after a complaint.
 * WITH_PROCESSES: thousands of them are read only where some are shown.
 */
struct gather *gather_open(struct pmm_root *root, const struct settings *settings,
			   bool with_processes);
struct gather *gather_close(struct gather *gather);
/* Take this instant. False, after a complaint, if the system cannot be read at all. */
bool gather_take(struct gather *gather);
/*
 * The interval between the last two instants, or if there was one only, that. Borrowed until the
 * next gather_take().
 */
void gather_view(struct gather *gather, struct view *ret_view);
/* The processes of that in order, TOP at most, into the view; they have their numbers only. */
void gather_order(struct gather *gather, size_t top, struct view *view);
/* What else is shown of those that are seen. */
void gather_complete(struct gather *gather, struct window window);
/* Both, of all that are kept. */
void gather_rows(struct gather *gather, size_t top, struct view *view);

/* ---- verdict-json.c ---- -------------------------------------------------------------------- */

/* The member "verdict" of the JSON that is open. */
void verdict_json(const struct settings *settings, const struct view *view);

/* ---- verdict-lines.c ---- -------------------------------------------------------------------- */

/* The verdict, why, who, and what helps: a line each. */
void verdict_lines_print(struct flow *flow, const struct pmm_words *words);

/* ---- sheet.c, lines.c ---- ------------------------------------------------------------------- */

/*
 * The report for people, without the processes. Returns how many of them to show below it: on a
 * terminal no more than fit, if -m did not say.
 */
size_t sheet_print(const struct settings *settings, const struct view *view);
/* The forms for scripts: a line a sample, or a process. */
void lines_print(const struct settings *settings, const struct view *view);

/* The rows, in whichever format. */
void processes_print(const struct settings *settings, const struct view *view);
void cgroups_print(const struct settings *settings, const struct view *view);

/* ---- lock.c ---- ----------------------------------------------------------------------------- */

/* Keep what this program has touched in memory, if that is allowed. */
void lock_memory(void);

/* ---- loop.c ---- ----------------------------------------------------------------------------- */

/* Take samples, wait in between on the live system, and show each. Returns the exit status. */
int loop_run(struct pmm_root *root, const struct settings *settings);

#endif
