/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_H
#define VMTOP_H

/*
 * What the rooms of vmtop hand each other: what the user asked for (settings), one interval of the
 * machine (view), and the processes worth showing (rows).
 */

#include <procmm.h>
#include <stdbool.h>

#include "shared/field.h"
#include "shared/report.h"
#include "shared/units.h"

/* What a row of CSV is, and what -o chose fields of. */
enum scope {
	SCOPE_REPORT,  /* of nothing: the whole report, and in CSV the system */
	SCOPE_SYSTEM,  /* of the system: one line a sample */
	SCOPE_PROCESS, /* of processes: one line each */
};

struct settings {
	struct report_options report;
	enum scope scope;
	struct selection system;
	struct selection process;
	uint64_t delay_ns;
	uint64_t iterations; /* 0: until the end */
	size_t top;	     /* processes to show */
	bool is_top_chosen;  /* by -m, not by what fits */
	size_t sort;	     /* index of a process field, or SORT_DEFAULT */
};

#define SORT_DEFAULT SIZE_MAX

struct row {
	const struct pmm_process *process;
	double major_faults_per_second;
	struct pmm_identity *identity; /* NULL: not needed, or gone by now */
	char state[2];		       /* of the process, as a text */
};

struct rows {
	char time[UNITS_TEXT]; /* of the sample; "" if absent */
	struct row *items;
	size_t count;
};

struct view {
	const struct pmm_sample *now;
	const struct pmm_sample *before; /* NULL: there is one instant only */
	double interval_seconds;	 /* between the two; NAN if there is one only */
	char time[UNITS_TEXT];		 /* of the sample; "" if absent */
	struct rows *rows;
	bool is_first; /* of this run: headings come before it */
};

/* ---- fields.c ---- --------------------------------------------------------------------------- */

enum {
	SYSTEM_TIME,
	SYSTEM_INTERVAL,
	SYSTEM_METRICS, /* from here on: the metrics of the library, in its order */
};

enum process_field {
	PROCESS_TIME,
	PROCESS_PID,
	PROCESS_USER,
	PROCESS_STATE,
	PROCESS_SWAP,
	PROCESS_RSS,
	PROCESS_RSS_ANON,
	PROCESS_RSS_FILE,
	PROCESS_RSS_SHMEM,
	PROCESS_FAULTS,
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

/*
 * The fields of the system: time, interval, and every metric of the library. Ends with a NULL key.
 * Free it.
 */
struct field *system_fields_make(void);
size_t system_fields_count(void);
/* Does -o LIST name a field that only processes have? SYSTEM is the table of the system's. */
bool fields_are_of_processes(const struct field *system, const char *list);
/* --list-fields. */
void fields_print(const struct report_options *report);

/* VALUES: system_fields_count() of them. They borrow from TIME and the view. */
void system_values(const struct view *view, char time[UNITS_TEXT], struct value *values);
/* VALUES: PROCESS_FIELDS of them. They borrow from the row. */
void process_values(const struct rows *rows, const struct row *row, struct value *values);
struct value process_value(const struct rows *rows, const struct row *row,
			   enum process_field field);
/* Must the process be asked who it is, for this field? */
bool field_needs_identity(enum process_field field);

/* ---- rows.c ---- ----------------------------------------------------------------------------- */

/*
 * The processes to show of a scan, most telling first. Either scan may be NULL. They must outlive
 * the rows.
 */
struct rows *rows_select(struct pmm_root *root, const struct settings *settings,
			 struct pmm_processes *now, const struct pmm_processes *before);
struct rows *rows_free(struct rows *rows);

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

/* ---- loop.c ---- ----------------------------------------------------------------------------- */

/* Take samples, wait in between on the live system, and show each. Returns the exit status. */
int loop_run(struct pmm_root *root, const struct settings *settings);

#endif
