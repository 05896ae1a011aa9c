/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who maps a file: one pass over the mappings of all processes, for any number of files. It says
 * what is mapped, which need not be in memory; which pages are in a process's page table is what a
 * walk is for.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mapping.h"
#include "process.h"
#include "procmm-files.h"
#include "root.h"

struct place {
	struct pmm_file_key key;
	size_t index; /* of the key as it was given */
};

struct pmm_mappers {
	struct pmm_root *root;
	struct place *places; /* sorted */
	size_t count;
	struct pmm_processes *processes;
	struct pmm_mappings *mappings; /* of the process at hand; NULL: none */
	struct pmm_mapper mapper;
	size_t denied;
};

static int compare_places(const void *a, const void *b)
{
	const struct pmm_file_key *left = &((const struct place *)a)->key;
	const struct pmm_file_key *right = &((const struct place *)b)->key;

	if (left->inode != right->inode)
		return left->inode < right->inode ? -1 : 1;
	if (left->device_major != right->device_major)
		return left->device_major < right->device_major ? -1 : 1;
	return (left->device_minor > right->device_minor) -
	       (left->device_minor < right->device_minor);
}

int pmm_mappers_open(struct pmm_root *root, const struct pmm_file_key *keys, size_t count,
		     struct pmm_mappers **ret_mappers)
{
	struct pmm_mappers *mappers = calloc(1, sizeof(*mappers));
	int r = -ENOMEM;

	if (mappers)
		mappers->places = calloc(count + 1, sizeof(*mappers->places));
	if (!mappers || !mappers->places) {
		pmm_root_fail(root, r, "%s", strerror(-r));
	} else {
		mappers->root = root;
		mappers->count = count;
		for (size_t i = 0; i < count; i++)
			mappers->places[i] = (struct place){keys[i], i};
		qsort(mappers->places, count, sizeof(*mappers->places), compare_places);
		r = pmm_processes_open(root, 0, &mappers->processes);
	}
	if (r < 0) {
		pmm_mappers_close(mappers);
		return r;
	}
	*ret_mappers = mappers;
	return 0;
}

/* The mappings of the next process that has some: 1, or 0 if there is none. */
static int next_process(struct pmm_mappers *mappers)
{
	const struct pmm_process *process;
	int r;

	mappers->mappings = pmm_mappings_close(mappers->mappings);
	while ((r = pmm_processes_next(mappers->processes, &process)) > 0) {
		mappers->mapper.process = process;
		r = pmm_mappings_open(mappers->root, process->pid, &mappers->mappings);
		if (r >= 0)
			return 1;
		mappers->denied += r == -EACCES || r == -EPERM;
	}
	return r;
}

int pmm_mappers_next(struct pmm_mappers *mappers, const struct pmm_mapper **ret_mapper)
{
	const struct pmm_mapping *mapping;
	const struct place *place;
	int r;

	for (;;) {
		while (mappers->mappings && pmm_mappings_next(mappers->mappings, &mapping) > 0) {
			const struct place wanted = {
				.key = {mapping->device_major, mapping->device_minor,
					mapping->inode},
			};

			if (!mapping->inode)
				continue;
			place = bsearch(&wanted, mappers->places, mappers->count, sizeof(*place),
					compare_places);
			if (!place)
				continue;
			mappers->mapper.key = place->index;
			mappers->mapper.mapping = mapping;
			*ret_mapper = &mappers->mapper;
			return 1;
		}
		r = next_process(mappers);
		if (r <= 0)
			return r;
	}
}

size_t pmm_mappers_denied(const struct pmm_mappers *mappers)
{
	return mappers->denied;
}

struct pmm_mappers *pmm_mappers_close(struct pmm_mappers *mappers)
{
	if (!mappers)
		return NULL;
	pmm_mappings_close(mappers->mappings);
	pmm_processes_close(mappers->processes);
	free(mappers->places);
	free(mappers);
	return NULL;
}
