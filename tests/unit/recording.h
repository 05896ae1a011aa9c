/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_RECORDING_H
#define TESTS_RECORDING_H

/*
 * The recorded runs of tests/fixtures/thrash, as loads: a line of a file is what happened in a
 * second, a load is the sum of those before it. What goes wrong in here is a fault of the test.
 */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procmm-verdict.h"

enum {
	RECORDING_COLUMNS = 96,
	RECORDING_LINE = 4096,
};

enum recording_scope {
	RECORDING_SYSTEM,   /* of a small machine */
	RECORDING_CGROUP_1, /* of version 1, its pressure by version 2, the rest borrowed */
	RECORDING_CGROUP_2,
};

struct recording {
	FILE *file;
	enum recording_scope scope;
	bool with_swap;
	bool with_zram;
	char names[RECORDING_LINE];
	char *columns[RECORDING_COLUMNS];
	double values[RECORDING_COLUMNS]; /* of this second */
	size_t count;
	struct pmm_load load;
};

static inline void recording_check(bool is_good, const char *what)
{
	if (is_good)
		return;
	fprintf(stderr, "recording: %s\n", what);
	exit(99); /* automake: a hard error */
}

/* Split LINE at its commas, in place. */
static inline size_t recording_split(char *line, char *cells[RECORDING_COLUMNS])
{
	size_t count = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *cell = line; cell && count < RECORDING_COLUMNS; count++) {
		char *comma = strchr(cell, ',');

		cells[count] = cell;
		if (comma)
			*comma++ = '\0';
		cell = comma;
	}
	return count;
}

/* The number of this second; NAN if the run has no such column, or the kernel did not say. */
static inline double recording_get(const struct recording *recording, const char *column)
{
	for (size_t i = 0; i < recording->count; i++)
		if (!strcmp(recording->columns[i], column))
			return recording->values[i] < 0 ? (double)NAN : recording->values[i];
	return (double)NAN;
}

static inline void recording_open(struct recording *recording, const char *name,
				  enum recording_scope scope)
{
	const char *sources = getenv("abs_top_srcdir");
	char path[512];

	*recording = (struct recording){.scope = scope, .with_swap = true};
	snprintf(path, sizeof(path), "%s/tests/fixtures/thrash/%s.csv", sources ? sources : ".",
		 name);
	recording->file = fopen(path, "r");
	recording_check(recording->file, path);
	recording_check(fgets(recording->names, sizeof(recording->names), recording->file), path);
	recording->count = recording_split(recording->names, recording->columns);
	pmm_load_clear(&recording->load);
	recording->load.path = scope == RECORDING_SYSTEM ? NULL : "/test";
	recording->load.page_bytes = 4096;
	recording->load.boot_ns = 1000000000000;
}

static inline void recording_close(struct recording *recording)
{
	fclose(recording->file);
}

/* The counter of a load grows by that, if it is there; from 1, so that it is not a new one. */
static inline void recording_grow(struct recording *recording, enum pmm_load_counter counter,
				  double growth)
{
	uint64_t *value = &recording->load.counters[counter];

	if (isnan(growth))
		return;
	*value = (*value == PMM_ABSENT ? 1 : *value) + (uint64_t)llround(growth);
}

static inline void recording_grow_by(struct recording *recording, enum pmm_load_counter counter,
				     const char *column)
{
	recording_grow(recording, counter, recording_get(recording, column));
}

/* Percents of the second. */
static inline void recording_grow_stalls(struct recording *recording)
{
	bool is_system = recording->scope == RECORDING_SYSTEM;
	double ns = recording_get(recording, "dt") * 1e9 / 100;

	recording_grow(recording, PMM_LOAD_MEMORY_SOME_NS,
		       ns * recording_get(recording, is_system ? "g_some" : "c_some"));
	recording_grow(recording, PMM_LOAD_MEMORY_FULL_NS,
		       ns * recording_get(recording, is_system ? "g_full" : "c_full"));
	recording_grow(recording, PMM_LOAD_IO_SOME_NS,
		       ns * recording_get(recording, is_system ? "io_some" : "c_iosome"));
	recording_grow(recording, PMM_LOAD_IO_FULL_NS,
		       ns * recording_get(recording, is_system ? "io_full" : "c_iofull"));
}

static inline double recording_sum(const struct recording *recording, const char *a, const char *b)
{
	return recording_get(recording, a) + recording_get(recording, b);
}

/* What a cgroup says of itself, in either version. */
static inline void recording_grow_cgroup(struct recording *recording)
{
	recording_grow_by(recording, PMM_LOAD_REFAULTED_ANON, "cg_workingset_refault_anon");
	recording_grow_by(recording, PMM_LOAD_REFAULTED_FILE, "cg_workingset_refault_file");
	recording_grow_by(recording, PMM_LOAD_MAJOR_FAULTS, "cg_pgmajfault");
	recording_grow_by(recording, PMM_LOAD_SYSTEM_REFAULTED_ANON, "workingset_refault_anon");
	recording_grow_by(recording, PMM_LOAD_SYSTEM_REFAULTED_FILE, "workingset_refault_file");
	recording->load.swap_used_bytes = 0;
	if (recording->with_swap)
		recording->load.swap_used_bytes = (uint64_t)recording_get(recording, "cg_swap")
						  << 20;
	if (recording->scope == RECORDING_CGROUP_1)
		return;
	recording_grow_by(recording, PMM_LOAD_EVICTED, "cg_pgsteal");
	recording_grow_by(recording, PMM_LOAD_ACTIVATED_FILE, "cg_workingset_activate_file");
	recording_grow(recording, PMM_LOAD_RESTORED,
		       recording_sum(recording, "cg_workingset_restore_anon",
				     "cg_workingset_restore_file"));
}

/* What version 1 does not say of a cgroup. */
static inline uint64_t recording_borrowed(void)
{
	static const enum pmm_load_counter counters[] = {
		PMM_LOAD_EVICTED,      PMM_LOAD_EVICTED_ANON, PMM_LOAD_EVICTED_FILE,
		PMM_LOAD_SWAPPED_IN,   PMM_LOAD_SWAPPED_OUT,  PMM_LOAD_ZSWAPPED_IN,
		PMM_LOAD_ZSWAPPED_OUT, PMM_LOAD_RESTORED,     PMM_LOAD_ACTIVATED_FILE,
	};
	uint64_t bits = 0;

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++)
		bits |= (uint64_t)1 << counters[i];
	return bits;
}

static inline void recording_grow_system(struct recording *recording)
{
	recording_grow(recording, PMM_LOAD_EVICTED,
		       recording_sum(recording, "pgsteal_anon", "pgsteal_file"));
	recording_grow_by(recording, PMM_LOAD_EVICTED_ANON, "pgsteal_anon");
	recording_grow_by(recording, PMM_LOAD_EVICTED_FILE, "pgsteal_file");
	recording_grow_by(recording, PMM_LOAD_ACTIVATED_FILE, "workingset_activate_file");
	recording_grow(
		recording, PMM_LOAD_RESTORED,
		recording_sum(recording, "workingset_restore_anon", "workingset_restore_file"));
	recording_grow_by(recording, PMM_LOAD_SWAPPED_IN, "pswpin");
	recording_grow_by(recording, PMM_LOAD_SWAPPED_OUT, "pswpout");
	recording_grow_by(recording, PMM_LOAD_ZSWAPPED_IN, "zswpin");
	recording_grow_by(recording, PMM_LOAD_ZSWAPPED_OUT, "zswpout");
	if (recording->scope == RECORDING_CGROUP_1) {
		recording->load.borrowed = recording_borrowed();
		return;
	}
	recording_grow_by(recording, PMM_LOAD_REFAULTED_ANON, "workingset_refault_anon");
	recording_grow_by(recording, PMM_LOAD_REFAULTED_FILE, "workingset_refault_file");
	recording_grow_by(recording, PMM_LOAD_MAJOR_FAULTS, "pgmajfault");
}

static inline void recording_grow_all(struct recording *recording)
{
	bool is_system = recording->scope == RECORDING_SYSTEM;
	/* Somebody else's, in a run without swap: an area of the run before is put off. */
	double foreign_pages = recording_get(recording, "pswpin");

	recording_grow_stalls(recording);
	if (!is_system)
		recording_grow_cgroup(recording);
	if (recording->scope != RECORDING_CGROUP_2)
		recording_grow_system(recording);
	recording_grow(recording, PMM_LOAD_USER_NS,
		       1e6 * recording_get(recording, is_system ? "s_user" : "p_user"));
	recording_grow(recording, PMM_LOAD_READ_BYTES,
		       1024 * recording_get(recording, "pgpgin") -
			       (recording->with_swap ? 0 : foreign_pages * 4096));
	recording_grow(recording, PMM_LOAD_DISK_SWAPPED_IN,
		       recording->with_zram ? 0 : recording_get(recording, "pswpin"));
}

/* The load after the next second; false at the end. */
static inline bool recording_next(struct recording *recording)
{
	char line[RECORDING_LINE], *cells[RECORDING_COLUMNS];

	if (!fgets(line, sizeof(line), recording->file))
		return false;
	recording_check(recording_split(line, cells) == recording->count, "a line is cut");
	for (size_t i = 0; i < recording->count; i++)
		recording->values[i] = strtod(cells[i], NULL);
	recording->load.boot_ns += (uint64_t)llround(1e9 * recording_get(recording, "dt"));
	recording_grow_all(recording);
	return true;
}

/*
 * The load before the first second: it is the sum of nothing, where what the run tells is known. So
 * the first line is read for that, and then read again.
 */
static inline void recording_start(struct recording *recording)
{
	struct pmm_load start = recording->load;
	long at = ftell(recording->file);

	recording_check(recording_next(recording), "it is empty");
	start.swap_used_bytes = recording->load.swap_used_bytes;
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		if (recording->load.counters[i] != PMM_ABSENT)
			start.counters[i] = 1;
	start.borrowed = recording->load.borrowed;
	recording->load = start;
	recording_check(!fseek(recording->file, at, SEEK_SET), "it cannot be read again");
}

#endif
