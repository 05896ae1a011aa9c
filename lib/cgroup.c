/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What each cgroup of the memory controller uses, may use, and has in swap, with all below it, in
 * version 2 (Documentation/admin-guide/cgroup-v2.rst) or 1 (cgroup-v1/memory.rst), which say the
 * same under other names. What happens in it is in cgroup-load.c; which there are, in
 * cgroup-tree.c.
 */

#include "cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

struct version {
	const char *current, *limit;
	const char *swap, *swap_limit; /* NULL: there is none such */
	const char *swappiness;
	/* of memory.stat, with all cgroups below: */
	const char *stat_file[2], *stat_unclean[2], *stat_anon[2], *stat_swap, *stat_swap_cached;
};

static const struct version version_1 = {
	.current = "memory.usage_in_bytes",
	.limit = "memory.limit_in_bytes",
	.swappiness = "memory.swappiness",
	.stat_file = {"total_inactive_file", "total_active_file"},
	.stat_unclean = {"total_dirty", "total_writeback"},
	.stat_anon = {"total_inactive_anon", "total_active_anon"},
	.stat_swap = "total_swap", /* without pages that are cached in memory as well */
};

static const struct version version_2 = {
	.current = "memory.current",
	.limit = "memory.max",
	.swap = "memory.swap.current",
	.swap_limit = "memory.swap.max",
	.stat_file = {"inactive_file", "active_file"},
	.stat_unclean = {"file_dirty", "file_writeback"},
	.stat_anon = {"inactive_anon", "active_anon"},
	.stat_swap_cached = "swapcached",
};

struct pmm_cgroups {
	struct pmm_cgroup *array;
	size_t count;
	size_t next;
};

struct reader {
	struct pmm_root *root;
	const char *mount;
	const struct version *version;
	struct pmm_cgroups *cgroups;
	struct text text;
};

/* ---- one cgroup ---- */

/* PATH: of the cgroup below the mount, "" for its root. NULL without memory. */
static char *file_path(const struct reader *reader, const char *path, const char *file)
{
	char *full;

	if (asprintf(&full, "%s%s/%s", reader->mount, path, file) < 0)
		return NULL;
	return full;
}

/* A limit, or any other number. PMM_ABSENT if FILE is NULL, not there, or has none in it. */
static uint64_t read_limit(struct reader *reader, const char *path, const char *file)
{
	char *full = file ? file_path(reader, path, file) : NULL;
	uint64_t bytes;

	if (!full)
		return PMM_ABSENT;
	if (root_read_quietly(reader->root, full, &reader->text) < 0 ||
	    !cgroup_parse_limit(text_scan(&reader->text), &bytes))
		bytes = PMM_ABSENT;
	free(full);
	return bytes;
}

static uint64_t get_or_zero(const struct pmm_counters *stat, const char *name)
{
	uint64_t value = pmm_counters_get(stat, name);

	return value == PMM_ABSENT ? 0 : value;
}

static uint64_t add_both(const struct pmm_counters *stat, const char *const names[2])
{
	return get_or_zero(stat, names[0]) + get_or_zero(stat, names[1]);
}

/* Page cache that can be dropped for something else, at once. */
static uint64_t clean_file_bytes(const struct version *version, const struct pmm_counters *stat)
{
	uint64_t file_bytes = add_both(stat, version->stat_file);
	uint64_t unclean_bytes = add_both(stat, version->stat_unclean);

	return file_bytes > unclean_bytes ? file_bytes - unclean_bytes : 0;
}

static int read_stat(struct reader *reader, struct pmm_cgroup *cgroup)
{
	const struct version *version = reader->version;
	char *path = file_path(reader, cgroup->path, "memory.stat");
	struct pmm_counters *stat;
	int r;

	if (!path)
		return -ENOMEM;
	r = pmm_counters_read(reader->root, path, &stat);
	free(path);
	if (r < 0)
		return r;
	cgroup->clean_file_bytes = clean_file_bytes(version, stat);
	/* The LRU lists of memory.rst, 2.2.1: shared memory is on them, what is locked is not. */
	cgroup->swappable_bytes = add_both(stat, version->stat_anon);
	if (version->stat_swap)
		cgroup->swap_bytes = pmm_counters_get(stat, version->stat_swap);
	if (version->stat_swap_cached)
		cgroup->swap_cached_bytes = get_or_zero(stat, version->stat_swap_cached);
	pmm_counters_free(stat);
	return 0;
}

static int read_cgroup(struct reader *reader, struct pmm_cgroup *cgroup)
{
	const struct version *version = reader->version;
	const char *path = cgroup->path;

	cgroup->current_bytes = read_limit(reader, path, version->current);
	cgroup->limit_bytes = read_limit(reader, path, version->limit);
	cgroup->swap_bytes = read_limit(reader, path, version->swap);
	cgroup->swap_limit_bytes = read_limit(reader, path, version->swap_limit);
	/* memory.rst, 5.3: with 0, pages of this cgroup never go to swap. */
	if (read_limit(reader, path, version->swappiness) == 0)
		cgroup->swap_limit_bytes = 0;
	return read_stat(reader, cgroup);
}

/* ---- all of them ---- */

static int fill(struct reader *reader, struct cgroup_tree *tree)
{
	struct pmm_cgroups *cgroups = reader->cgroups;

	cgroups->array = calloc(tree->count + 1, sizeof(*cgroups->array));
	if (!cgroups->array)
		return -ENOMEM;
	for (size_t i = 0; i < tree->count; i++) {
		struct pmm_cgroup *cgroup = &cgroups->array[cgroups->count];
		int r;

		*cgroup = (struct pmm_cgroup){.path = tree->paths[i]};
		r = read_cgroup(reader, cgroup);
		if (r == -ENOMEM)
			return r;
		if (r < 0) /* gone, or no cgroup of this controller */
			continue;
		tree->paths[i] = NULL; /* ours from here on */
		cgroups->count++;
	}
	return 0;
}

int pmm_cgroups_open(struct pmm_root *root, struct pmm_cgroups **ret_cgroups)
{
	struct cgroup_tree tree = {0};
	struct reader reader = {.root = root};
	int r;

	reader.cgroups = calloc(1, sizeof(*reader.cgroups));
	if (!reader.cgroups)
		return -ENOMEM;
	r = cgroup_tree_read(root, SIZE_MAX, &tree);
	reader.mount = tree.mount;
	reader.version = tree.version == 1 ? &version_1 : &version_2;
	if (r >= 0)
		r = fill(&reader, &tree);
	text_free(&reader.text);
	cgroup_tree_free(&tree);
	if (r < 0) {
		pmm_cgroups_close(reader.cgroups);
		return r;
	}
	*ret_cgroups = reader.cgroups;
	return 0;
}

int pmm_cgroups_next(struct pmm_cgroups *cgroups, const struct pmm_cgroup **ret_cgroup)
{
	if (cgroups->next == cgroups->count)
		return 0;
	*ret_cgroup = &cgroups->array[cgroups->next++];
	return 1;
}

struct pmm_cgroups *pmm_cgroups_close(struct pmm_cgroups *cgroups)
{
	if (!cgroups)
		return NULL;
	for (size_t i = 0; i < cgroups->count; i++)
		free(cgroups->array[i].path);
	free(cgroups->array);
	free(cgroups);
	return NULL;
}
