/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where the memory controller is of version 1, and version 2 is mounted beside it for its pressure
 * files: which cgroup of version 2 is the same as one of version 1? systemd gives both the same
 * path; others need not, so what counts is who is in it. Reads cgroup.procs of both, and
 * proc/PID/cgroup of one process.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup-load.h"

enum { TRIES = 3 };

struct pids {
	uint64_t *array;
	size_t count;
};

static int compare_pids(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Sorted. False if the file cannot be read, or memory is out. */
static bool read_pids(struct cgroup_reader *reader, const char *mount, const char *path,
		      struct pids *ret_pids)
{
	struct pids pids = {0};
	struct scan scan, line;

	if (!cgroup_file(reader, mount, path, "cgroup.procs"))
		return false;
	/* At least two bytes each. */
	pids.array = calloc(reader->text.length / 2 + 1, sizeof(*pids.array));
	if (!pids.array)
		return false;
	scan = text_scan(&reader->text);
	while (scan_until(&scan, '\n', &line))
		if (scan_u64(&line, &pids.array[pids.count]))
			pids.count++;
	qsort(pids.array, pids.count, sizeof(*pids.array), compare_pids);
	*ret_pids = pids;
	return true;
}

/* The path of a process in version 2: its line of proc/PID/cgroup begins with "0::". */
static char *path_of_process(struct cgroup_reader *reader, uint64_t pid)
{
	char file[sizeof("proc/18446744073709551615/cgroup")];
	struct scan scan, line;

	snprintf(file, sizeof(file), "proc/%ju/cgroup", (uintmax_t)pid);
	if (root_read_quietly(reader->root, file, &reader->text) < 0)
		return NULL;
	scan = text_scan(&reader->text);
	while (scan_until(&scan, '\n', &line))
		if (scan_text(&line, "0::"))
			return scan_copy(&line);
	return NULL;
}

static bool is_same(const struct pids *a, const struct pids *b)
{
	return a->count == b->count && !memcmp(a->array, b->array, a->count * sizeof(*a->array));
}

/* Does that cgroup of version 2 hold just these? */
static bool holds(struct cgroup_reader *reader, const char *path, const struct pids *pids)
{
	struct pids others = {0};
	bool is_so = read_pids(reader, reader->unified, path, &others) && is_same(pids, &others);

	free(others.array);
	return is_so;
}

/*
 * As the two lists are now; NULL if they differ. The root of version 2 holds what is in no other
 * cgroup of it: that is no twin, and to look again, at thousands of processes, would be in vain.
 */
static char *find_twin(struct cgroup_reader *reader, const char *path, bool *ret_is_final)
{
	char *twin = NULL;
	struct pids pids;

	if (!read_pids(reader, reader->tree.mount, path, &pids))
		return NULL;
	if (pids.count)
		twin = path_of_process(reader, pids.array[0]);
	else if (cgroup_file(reader, reader->unified, path, "memory.pressure"))
		twin = strdup(path); /* an inner one, or one without processes */
	*ret_is_final = twin && !strcmp(twin, "/");
	if (twin && pids.count && (*ret_is_final || !holds(reader, twin, &pids))) {
		free(twin);
		twin = NULL;
	}
	free(pids.array);
	return twin;
}

char *cgroup_twin(struct cgroup_reader *reader, const char *path)
{
	bool is_final = false;
	char *twin = NULL;

	/* Processes come and go between one list and the other. */
	for (int i = 0; reader->unified && !twin && !is_final && i < TRIES; i++)
		twin = find_twin(reader, path, &is_final);
	return twin;
}
