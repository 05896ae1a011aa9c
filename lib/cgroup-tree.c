/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which cgroups the memory controller has, of version 2 (Documentation/admin-guide/cgroup-v2.rst)
 * or 1 (cgroup-v1/memory.rst). Who is in a cgroup is not looked at. Reads sys/fs/cgroup, where
 * every distribution mounts it.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "root.h"

enum { FIRST_CAPACITY = 16 };

static const struct {
	const char *path;
	const char *tells; /* a file of its root, which only this version has */
	int version;
} mounts[] = {
	{"sys/fs/cgroup/memory", "memory.usage_in_bytes", 1},
	{"sys/fs/cgroup/unified", "cgroup.controllers", 2},
	{"sys/fs/cgroup", "cgroup.controllers", 2},
};

static bool has_file(struct pmm_root *root, const char *directory, const char *file)
{
	char *path;
	int fd = -1;

	if (asprintf(&path, "%s/%s", directory, file) < 0)
		return false;
	if (root_open_quietly(root, path, &fd) >= 0)
		close(fd);
	free(path);
	return fd >= 0;
}

/* The mount of that version; 0: of either, the first that is there. NULL if there is none. */
static const char *find_mount(struct pmm_root *root, int version, int *ret_version)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++)
		if ((!version || mounts[i].version == version) &&
		    has_file(root, mounts[i].path, mounts[i].tells)) {
			*ret_version = mounts[i].version;
			return mounts[i].path;
		}
	return NULL;
}

const char *cgroup_unified_mount(struct pmm_root *root)
{
	int version;

	return find_mount(root, 2, &version);
}

const char *cgroup_mount(struct pmm_root *root)
{
	int version;

	return find_mount(root, 0, &version);
}

bool cgroup_is_below_another(struct pmm_root *root)
{
	_cleanup_text_ struct text text = {0};
	const char *mount;
	uint64_t bytes;
	char *path;
	int version;
	bool has_limit;

	mount = find_mount(root, 0, &version);
	if (!mount || asprintf(&path, "%s/%s", mount,
			       version == 1 ? "memory.limit_in_bytes" : "memory.max") < 0)
		return false;
	has_limit = root_read_quietly(root, path, &text) >= 0 &&
		    cgroup_parse_limit(text_scan(&text), &bytes) &&
		    (version == 2 || bytes != PMM_ABSENT);
	free(path);
	return has_limit;
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
	struct dirent *entry;
	DIR *directory;
	char *path;
	int r;

	if (asprintf(&path, "%s%s", mount, parent) < 0)
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

struct listing {
	struct cgroup_tree *tree;
	size_t capacity, maximum;
};

static int append(void *data, char *path, uint64_t inode)
{
	struct listing *listing = data;
	struct cgroup_tree *tree = listing->tree;
	size_t capacity = listing->capacity ? 2 * listing->capacity : FIRST_CAPACITY;
	char **paths;

	(void)inode;
	if (tree->count == listing->maximum) {
		tree->left_out++;
		free(path);
		return 0;
	}
	if (tree->count == listing->capacity) {
		paths = reallocarray(tree->paths, capacity, sizeof(*paths));
		if (!paths) {
			free(path);
			return -ENOMEM;
		}
		tree->paths = paths;
		listing->capacity = capacity;
	}
	tree->paths[tree->count++] = path;
	return 0;
}

/* As if the slash were the least of all bytes. */
int cgroup_compare_paths(const char *left, const char *right)
{
	for (; *left && *left == *right; right++)
		left++;
	if (!*left || !*right)
		return (*left != '\0') - (*right != '\0');
	if (*left == '/' || *right == '/')
		return *left == '/' ? -1 : 1;
	return (unsigned char)*left < (unsigned char)*right ? -1 : 1;
}

static int compare_entries(const void *a, const void *b)
{
	return cgroup_compare_paths(*(char *const *)a, *(char *const *)b);
}

/* The root is not among them: it is the machine, has no limit and, in version 2, no numbers. */
int cgroup_tree_read(struct pmm_root *root, size_t maximum, struct cgroup_tree *tree)
{
	struct listing listing = {.tree = tree, .maximum = maximum};
	int r;

	tree->mount = find_mount(root, 0, &tree->version);
	if (!tree->mount)
		return 0;
	r = cgroup_children(root, tree->mount, "", append, &listing);
	for (size_t i = 0; r >= 0 && i < tree->count; i++)
		r = cgroup_children(root, tree->mount, tree->paths[i], append, &listing);
	if (tree->count)
		qsort(tree->paths, tree->count, sizeof(*tree->paths), compare_entries);
	return r;
}

void cgroup_tree_free(struct cgroup_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		free(tree->paths[i]);
	free(tree->paths);
	*tree = (struct cgroup_tree){0};
}
