/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The load of each cgroup: what happened in it so far. Reads, of version 2,
 * memory.{stat,current,max,high,events,pressure}, memory.swap.{current,max}, io.{pressure,stat} and
 * cpu.stat (Documentation/admin-guide/cgroup-v2.rst); of version 1, memory.{stat,usage_in_bytes,
 * limit_in_bytes,failcnt,oom_control} (cgroup-v1/memory.rst), which say neither what was evicted
 * nor who waited: that is borrowed from the system, and from the cgroup of version 2 that holds the
 * same processes (cgroup-twin.c).
 */

#include "cgroup-load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "load.h"
#include "pressure.h"

#define NO_PARENT SIZE_MAX

/* Of a memory.stat. */
static const struct load_formula formulas_2[] = {
	{PMM_LOAD_EVICTED, "pgsteal"},
	{PMM_LOAD_SCANNED, "pgscan"},
};

static const struct load_formula formulas_1[] = {
	{PMM_LOAD_REFAULTED_ANON, "total_workingset_refault_anon"},
	{PMM_LOAD_REFAULTED_FILE, "total_workingset_refault_file | total_workingset_refault"},
	{PMM_LOAD_MAJOR_FAULTS, "total_pgmajfault"},
};

/* What version 1 does not say of its cgroups. */
static const enum pmm_load_counter borrowed_counters[] = {
	PMM_LOAD_EVICTED,     PMM_LOAD_EVICTED_ANON, PMM_LOAD_EVICTED_FILE, PMM_LOAD_SWAPPED_IN,
	PMM_LOAD_SWAPPED_OUT, PMM_LOAD_ZSWAPPED_IN,  PMM_LOAD_ZSWAPPED_OUT, PMM_LOAD_ACTIVATED_FILE,
	PMM_LOAD_RESTORED,    PMM_LOAD_SCANNED,
};

struct group {
	struct pmm_load load;
	char *path;
	size_t parent; /* index */
	uint64_t maximum_bytes, high_bytes, swap_limit_bytes;
};

struct pmm_loads {
	struct group *array;
	size_t count;
	size_t left_out;
};

/* ---- files of one cgroup ---- */

static bool own_file(struct cgroup_reader *reader, const char *path, const char *file)
{
	return cgroup_file(reader, reader->tree.mount, path, file);
}

/* A limit, or any other number. */
static uint64_t read_number(struct cgroup_reader *reader, const char *path, const char *file)
{
	uint64_t number;

	if (!own_file(reader, path, file) || !cgroup_parse_limit(text_scan(&reader->text), &number))
		return PMM_ABSENT;
	return number;
}

static uint64_t named_value(const struct text *text, const char *name)
{
	struct scan scan = text_scan(text);
	struct counter_line line;

	while (counters_next_line(&scan, &line))
		if (scan_text(&line.name, name) && scan_at_end(&line.name))
			return line.value;
	return PMM_ABSENT;
}

/* -ENOMEM; -ENOENT: it is gone, or no cgroup of this controller. */
static int read_stat(struct cgroup_reader *reader, struct group *group)
{
	struct pmm_load *load = &group->load;
	struct pmm_counters *stat;
	int r;

	if (!own_file(reader, group->path, "memory.stat"))
		return -ENOENT;
	r = counters_parse(reader->text.bytes, reader->text.length, &stat);
	if (r < 0)
		return r;
	if (reader->tree.version == 2) {
		load_take(stat, formulas_2, sizeof(formulas_2) / sizeof(*formulas_2), load);
		load_take_paging(stat, load);
	} else {
		load_take(stat, formulas_1, sizeof(formulas_1) / sizeof(*formulas_1), load);
		load->swap_used_bytes = pmm_counters_get(stat, "total_swap");
	}
	pmm_counters_free(stat);
	return 0;
}

static void read_pressures(struct cgroup_reader *reader, const char *mount, const char *path,
			   struct pmm_load *load)
{
	static const struct {
		enum pmm_resource resource;
		const char *file;
	} files[] = {
		{PMM_RESOURCE_MEMORY, "memory.pressure"},
		{PMM_RESOURCE_IO, "io.pressure"},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct pmm_pressure pressure;

		if (cgroup_file(reader, mount, path, files[i].file) &&
		    !pressure_parse(reader->text.bytes, reader->text.length, &pressure))
			load_take_pressure(&pressure, files[i].resource, load);
	}
}

static void read_user(struct cgroup_reader *reader, const char *mount, const char *path,
		      struct pmm_load *load)
{
	uint64_t us = PMM_ABSENT;

	if (cgroup_file(reader, mount, path, "cpu.stat"))
		us = named_value(&reader->text, "user_usec");
	if (us < PMM_ABSENT / 1000)
		load->counters[PMM_LOAD_USER_NS] = 1000 * us;
}

/* Lines of "8:0 rbytes=1 wbytes=2 rios=3 ...", one for each device. */
uint64_t cgroup_parse_io(struct scan text)
{
	uint64_t sum = 0, bytes;
	struct scan line, word;

	while (scan_until(&text, '\n', &line))
		while (scan_word(&line, &word))
			if (scan_text(&word, "rbytes=") &&
			    (!scan_u64(&word, &bytes) || __builtin_add_overflow(sum, bytes, &sum)))
				return PMM_ABSENT;
	return sum;
}

static void read_version_2(struct cgroup_reader *reader, struct group *group)
{
	const char *path = group->path;
	struct pmm_load *load = &group->load;

	load->current_bytes = read_number(reader, path, "memory.current");
	group->maximum_bytes = read_number(reader, path, "memory.max");
	group->high_bytes = read_number(reader, path, "memory.high");
	load->swap_used_bytes = read_number(reader, path, "memory.swap.current");
	group->swap_limit_bytes = read_number(reader, path, "memory.swap.max");
	if (own_file(reader, path, "memory.events")) {
		load->counters[PMM_LOAD_EVENTS_HIGH] = named_value(&reader->text, "high");
		load->counters[PMM_LOAD_EVENTS_MAX] = named_value(&reader->text, "max");
		load->counters[PMM_LOAD_OOM_KILLS] = named_value(&reader->text, "oom_kill");
	}
	if (own_file(reader, path, "io.stat"))
		load->counters[PMM_LOAD_READ_BYTES] = cgroup_parse_io(text_scan(&reader->text));
	read_pressures(reader, reader->tree.mount, path, load);
	read_user(reader, reader->tree.mount, path, load);
}

static void read_version_1(struct cgroup_reader *reader, struct group *group)
{
	const char *path = group->path;
	struct pmm_load *load = &group->load;
	char *twin;

	load->current_bytes = read_number(reader, path, "memory.usage_in_bytes");
	group->maximum_bytes = read_number(reader, path, "memory.limit_in_bytes");
	load->counters[PMM_LOAD_EVENTS_MAX] = read_number(reader, path, "memory.failcnt");
	if (own_file(reader, path, "memory.oom_control"))
		load->counters[PMM_LOAD_OOM_KILLS] = named_value(&reader->text, "oom_kill");
	twin = cgroup_twin(reader, path);
	if (!twin)
		return;
	read_pressures(reader, reader->unified, twin, load);
	read_user(reader, reader->unified, twin, load);
	free(twin);
}

/* ---- what is not said by its own files ---- */

static void borrow(const struct pmm_load *system, bool is_version_1, struct pmm_load *load)
{
	static const enum pmm_load_counter always[] = {
		PMM_LOAD_DISK_SWAPPED_IN,
		PMM_LOAD_SWAP_READS,
		PMM_LOAD_SWAP_READ_NS,
	};

	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		load->counters[always[i]] = system->counters[always[i]];
	load->counters[PMM_LOAD_SYSTEM_REFAULTED_ANON] = system->counters[PMM_LOAD_REFAULTED_ANON];
	load->counters[PMM_LOAD_SYSTEM_REFAULTED_FILE] = system->counters[PMM_LOAD_REFAULTED_FILE];
	/* All that disks read is more than its own part: paging is no greater share of that. */
	if (load->counters[PMM_LOAD_READ_BYTES] == PMM_ABSENT)
		load->counters[PMM_LOAD_READ_BYTES] = system->counters[PMM_LOAD_READ_BYTES];
	if (!is_version_1)
		return;
	for (size_t i = 0; i < sizeof(borrowed_counters) / sizeof(*borrowed_counters); i++) {
		enum pmm_load_counter counter = borrowed_counters[i];

		load->counters[counter] = system->counters[counter];
		load->borrowed |= (uint64_t)1 << counter;
	}
}

static uint64_t room_bytes(uint64_t limit_bytes, uint64_t current_bytes)
{
	if (limit_bytes == PMM_ABSENT || current_bytes == PMM_ABSENT)
		return PMM_ABSENT;
	return limit_bytes > current_bytes ? limit_bytes - current_bytes : 0;
}

static void take_limit(const struct group *owner, uint64_t limit_bytes, int is_high,
		       uint64_t *least_bytes, struct pmm_load *load)
{
	uint64_t room = room_bytes(limit_bytes, owner->load.current_bytes);

	if (room >= *least_bytes) /* and if it is absent */
		return;
	*least_bytes = room;
	load->limit_bytes = limit_bytes;
	load->limit_current_bytes = owner->load.current_bytes;
	load->limit_path = owner->path;
	load->is_limit_high = is_high;
}

/* The limits of those above a cgroup are its own, too. */
static void settle_limits(const struct pmm_loads *loads, struct group *group)
{
	uint64_t least_bytes = PMM_ABSENT;

	for (size_t i = (size_t)(group - loads->array); i != NO_PARENT;
	     i = loads->array[i].parent) {
		const struct group *owner = &loads->array[i];

		take_limit(owner, owner->high_bytes, 1, &least_bytes, &group->load);
		take_limit(owner, owner->maximum_bytes, 0, &least_bytes, &group->load);
		if (owner->swap_limit_bytes < group->load.swap_total_bytes)
			group->load.swap_total_bytes = owner->swap_limit_bytes;
	}
}

/* ---- all of them ---- */

static int read_group(struct cgroup_reader *reader, const struct pmm_load *system,
		      struct group *group)
{
	struct pmm_load *load = &group->load;
	int r;

	pmm_load_clear(load);
	group->maximum_bytes = group->high_bytes = group->swap_limit_bytes = PMM_ABSENT;
	load->path = group->path;
	load->page_bytes = system->page_bytes;
	load->swap_total_bytes = system->swap_total_bytes;
	load->system_available_bytes = system->system_available_bytes;
	r = pmm_root_clock(reader->root, &load->boot_ns);
	if (r >= 0)
		r = read_stat(reader, group);
	if (r < 0)
		return r;
	if (reader->tree.version == 2)
		read_version_2(reader, group);
	else
		read_version_1(reader, group);
	borrow(system, reader->tree.version == 1, load);
	return 0;
}

static bool is_below(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return !strncmp(path, parent, length) && path[length] == '/';
}

/* The nearest of those before it that its path is below: the last of them, or one above that. */
static size_t find_parent(const struct pmm_loads *loads, const char *path)
{
	size_t i = loads->count ? loads->count - 1 : NO_PARENT;

	while (i != NO_PARENT && !is_below(path, loads->array[i].path))
		i = loads->array[i].parent;
	return i;
}

static int read_all(struct cgroup_reader *reader, const struct pmm_load *system,
		    struct pmm_loads *loads)
{
	struct cgroup_tree *tree = &reader->tree;

	loads->left_out = tree->left_out;
	loads->array = calloc(tree->count + 1, sizeof(*loads->array));
	if (!loads->array)
		return -ENOMEM;
	for (size_t i = 0; i < tree->count; i++) {
		struct group *group = &loads->array[loads->count];
		int r;

		group->path = tree->paths[i];
		r = read_group(reader, system, group);
		if (r == -ENOENT)
			continue;
		if (r < 0)
			return r;
		group->parent = find_parent(loads, group->path);
		tree->paths[i] = NULL; /* ours from here on */
		loads->count++;
	}
	for (size_t i = 0; i < loads->count; i++)
		settle_limits(loads, &loads->array[i]);
	return 0;
}

int pmm_loads_read(struct pmm_root *root, const struct pmm_load *system,
		   struct pmm_loads **ret_loads)
{
	struct cgroup_reader reader = {.root = root};
	struct pmm_loads *loads = calloc(1, sizeof(*loads));
	int r;

	if (!loads)
		return -ENOMEM;
	r = cgroup_tree_read(root, PMM_LOADS_MAXIMUM, &reader.tree);
	if (r >= 0 && reader.tree.version == 1)
		reader.unified = cgroup_unified_mount(root);
	if (r >= 0)
		r = read_all(&reader, system, loads);
	cgroup_tree_free(&reader.tree);
	text_free(&reader.text);
	if (r < 0) {
		pmm_loads_free(loads);
		return r;
	}
	*ret_loads = loads;
	return 0;
}

struct pmm_loads *pmm_loads_free(struct pmm_loads *loads)
{
	if (!loads)
		return NULL;
	for (size_t i = 0; i < loads->count; i++)
		free(loads->array[i].path);
	free(loads->array);
	free(loads);
	return NULL;
}

const struct pmm_load *pmm_loads_at(const struct pmm_loads *loads, size_t index)
{
	return index < loads->count ? &loads->array[index].load : NULL;
}

static int compare_to_group(const void *path, const void *group)
{
	return cgroup_compare_paths(path, ((const struct group *)group)->path);
}

const struct pmm_load *pmm_loads_find(const struct pmm_loads *loads, const char *path)
{
	const struct group *group =
		bsearch(path, loads->array, loads->count, sizeof(*group), compare_to_group);

	return group ? &group->load : NULL;
}

size_t pmm_loads_left_out(const struct pmm_loads *loads)
{
	return loads->left_out;
}
