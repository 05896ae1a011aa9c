/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The memory controller's tree of cgroups, version 2 (Documentation/admin-guide/cgroup-v2.rst) or 1
 * (cgroup-v1/memory.rst): what each uses, may use, and has in swap, with all below it. The two say
 * the same under other names; that is known here, and nowhere else. Who is in a cgroup is not
 * looked at. Reads sys/fs/cgroup, where every distribution mounts it.
 */

#include "cgroup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "root.h"

enum { FIRST_CAPACITY = 16 };

/* PAGE_COUNTER_MAX (include/linux/page_counter.h): version 1 says it for "no limit". */
static const uint64_t NO_LIMIT_BYTES = INT64_MAX & ~(uint64_t)0xffff;

struct version {
	const char *tells; /* a file of its root, which only this version has */
	const char *current, *limit;
	const char *swap, *swap_limit; /* NULL: there is none such */
	const char *swappiness;
	/* of memory.stat, with all cgroups below: */
	const char *stat_file[2], *stat_unclean[2], *stat_anon[2], *stat_swap, *stat_swap_cached;
};

static const struct version version_1 = {
	.tells = "memory.usage_in_bytes",
	.current = "memory.usage_in_bytes",
	.limit = "memory.limit_in_bytes",
	.swappiness = "memory.swappiness",
	.stat_file = {"total_inactive_file", "total_active_file"},
	.stat_unclean = {"total_dirty", "total_writeback"},
	.stat_anon = {"total_inactive_anon", "total_active_anon"},
	.stat_swap = "total_swap", /* without pages that are cached in memory as well */
};

static const struct version version_2 = {
	.tells = "cgroup.controllers",
	.current = "memory.current",
	.limit = "memory.max",
	.swap = "memory.swap.current",
	.swap_limit = "memory.swap.max",
	.stat_file = {"inactive_file", "active_file"},
	.stat_unclean = {"file_dirty", "file_writeback"},
	.stat_anon = {"inactive_anon", "active_anon"},
	.stat_swap_cached = "swapcached",
};

static const struct mount {
	const char *path;
	const struct version *version;
} mounts[] = {
	{"sys/fs/cgroup/memory", &version_1},
	{"sys/fs/cgroup/unified", &version_2},
	{"sys/fs/cgroup", &version_2},
};

struct pmm_cgroups {
	struct pmm_cgroup *array;
	size_t count, capacity;
	size_t next;
};

struct reader {
	struct pmm_root *root;
	const struct mount *mount; /* NULL: there is no such controller */
	struct pmm_cgroups *cgroups;
	struct text text;
};

bool cgroup_parse_limit(struct scan text, uint64_t *ret_bytes)
{
	uint64_t bytes = PMM_ABSENT;
	struct scan line;

	if (!scan_line(&text, &line) || !scan_at_end(&text))
		return false;
	if (!scan_text(&line, "max") && !scan_u64(&line, &bytes))
		return false;
	if (!scan_at_end(&line))
		return false;
	*ret_bytes = bytes >= NO_LIMIT_BYTES ? PMM_ABSENT : bytes;
	return true;
}

/* ---- one cgroup ---- */

/* PATH: of the cgroup below the mount, "" for its root. NULL without memory. */
static char *file_path(const char *mount, const char *path, const char *file)
{
	char *full;

	if (asprintf(&full, "%s%s/%s", mount, path, file) < 0)
		return NULL;
	return full;
}

/* A limit, or any other number. PMM_ABSENT if FILE is NULL, not there, or has none in it. */
static uint64_t read_limit(struct reader *reader, const char *path, const char *file)
{
	char *full = file ? file_path(reader->mount->path, path, file) : NULL;
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
	const struct version *version = reader->mount->version;
	char *path = file_path(reader->mount->path, cgroup->path, "memory.stat");
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
	const struct version *version = reader->mount->version;
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

/* ---- the tree ---- */

/* Takes the path of CGROUP, also on failure. */
static int append(struct pmm_cgroups *cgroups, const struct pmm_cgroup *cgroup)
{
	size_t capacity = cgroups->capacity ? 2 * cgroups->capacity : FIRST_CAPACITY;
	struct pmm_cgroup *array;

	if (cgroups->count == cgroups->capacity) {
		array = reallocarray(cgroups->array, capacity, sizeof(*array));
		if (!array) {
			free(cgroup->path);
			return -ENOMEM;
		}
		cgroups->array = array;
		cgroups->capacity = capacity;
	}
	cgroups->array[cgroups->count++] = *cgroup;
	return 0;
}

/* What cannot be read is gone, or no cgroup of this controller, and so is all below it. */
static int add_child(void *data, char *path, uint64_t inode)
{
	struct reader *reader = data;
	struct pmm_cgroup cgroup = {.path = path};
	int r = read_cgroup(reader, &cgroup);

	(void)inode;
	if (r >= 0)
		return append(reader->cgroups, &cgroup);
	free(path);
	return r == -ENOMEM ? r : 0;
}

static int take_entry(const struct dirent *entry, const char *parent,
		      int (*take)(void *data, char *path, uint64_t inode), void *data)
{
	char *path;

	if ((entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) || *entry->d_name == '.')
		return 0;
	if (asprintf(&path, "%s/%s", parent, entry->d_name) < 0)
		return -ENOMEM;
	return take(data, path, entry->d_ino);
}

int cgroup_children(struct pmm_root *root, const char *mount, const char *parent,
		    int (*take)(void *data, char *path, uint64_t inode), void *data)
{
	char *path = file_path(mount, parent, ".");
	struct dirent *entry;
	DIR *directory;
	int r;

	if (!path)
		return -ENOMEM;
	r = root_open_directory(root, path, &directory);
	free(path);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	while (r >= 0 && (entry = readdir(directory)))
		r = take_entry(entry, parent, take, data);
	closedir(directory);
	return r;
}

/* The root is not among them: it is the machine, has no limit and, in version 2, no numbers. */
static int read_tree(struct reader *reader)
{
	const char *mount = reader->mount->path;
	int r = cgroup_children(reader->root, mount, "", add_child, reader);

	for (size_t i = 0; r >= 0 && i < reader->cgroups->count; i++)
		r = cgroup_children(reader->root, mount, reader->cgroups->array[i].path, add_child,
				    reader);
	return r;
}

/* A parent is before its children: its path is the front of theirs. */
static int compare_paths(const void *a, const void *b)
{
	const struct pmm_cgroup *left = a, *right = b;

	return strcmp(left->path, right->path);
}

/* Where the controller is mounted; NULL if this kernel has none, or not where it should be. */
static const struct mount *find_mount(struct pmm_root *root)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		char *path = file_path(mounts[i].path, "", mounts[i].version->tells);
		int fd = -1;
		int r = path ? root_open_quietly(root, path, &fd) : -ENOMEM;

		free(path);
		if (r >= 0) {
			close(fd);
			return &mounts[i];
		}
	}
	return NULL;
}

const char *cgroup_mount(struct pmm_root *root)
{
	const struct mount *mount = find_mount(root);

	return mount ? mount->path : NULL;
}

int pmm_cgroups_open(struct pmm_root *root, struct pmm_cgroups **ret_cgroups)
{
	struct reader reader = {.root = root, .mount = find_mount(root)};
	int r = 0;

	reader.cgroups = calloc(1, sizeof(*reader.cgroups));
	if (!reader.cgroups)
		return -ENOMEM;
	if (reader.mount)
		r = read_tree(&reader);
	text_free(&reader.text);
	if (r < 0) {
		pmm_cgroups_close(reader.cgroups);
		return r;
	}
	if (reader.cgroups->count)
		qsort(reader.cgroups->array, reader.cgroups->count, sizeof(struct pmm_cgroup),
		      compare_paths);
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
