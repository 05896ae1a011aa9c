/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The paths of memory cgroups: of the one that a process is in, from proc/PID/cgroup, and of all by
 * the inode of their directories, which is what proc/kpagecgroup knows them by
 * (Documentation/admin-guide/mm/pagemap.rst). These numbers come with the entries of the
 * directories, so nothing is opened but the directories. A captured tree was given others when it
 * was copied, so it has none.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "process.h"
#include "root.h"

enum { FIRST_CAPACITY = 64 };

/* ---- by inode ---- */

struct entry {
	uint64_t inode;
	char *path;
};

struct pmm_cgroup_paths {
	struct entry *entries;
	size_t count;
	size_t capacity;
};

static int append(void *data, char *path, uint64_t inode)
{
	struct pmm_cgroup_paths *paths = data;
	size_t capacity = paths->capacity ? 2 * paths->capacity : FIRST_CAPACITY;
	struct entry *entries;

	if (paths->count == paths->capacity) {
		entries = reallocarray(paths->entries, capacity, sizeof(*entries));
		if (!entries) {
			free(path);
			return -ENOMEM;
		}
		paths->entries = entries;
		paths->capacity = capacity;
	}
	paths->entries[paths->count++] = (struct entry){.inode = inode, .path = path};
	return 0;
}

static int add_root(struct pmm_root *root, const char *mount, struct pmm_cgroup_paths *paths)
{
	struct stat status;
	char *path;
	int r;

	if (asprintf(&path, "/%s", mount) < 0)
		return -ENOMEM;
	r = pmm_root_status(root, path, &status);
	free(path);
	if (r < 0)
		return 0;
	path = strdup("/");
	return path ? append(paths, path, status.st_ino) : -ENOMEM;
}

static int read_tree(struct pmm_root *root, const char *mount, struct pmm_cgroup_paths *paths)
{
	int r = cgroup_children(root, mount, "", append, paths);

	for (size_t i = 0; r >= 0 && i < paths->count; i++)
		r = cgroup_children(root, mount, paths->entries[i].path, append, paths);
	return r < 0 ? r : add_root(root, mount, paths);
}

static int compare_inodes(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return (left->inode > right->inode) - (left->inode < right->inode);
}

int pmm_cgroup_paths_open(struct pmm_root *root, struct pmm_cgroup_paths **ret_paths)
{
	const char *mount = pmm_root_is_live(root) ? cgroup_mount(root) : NULL;
	struct pmm_cgroup_paths *paths = calloc(1, sizeof(*paths));
	int r = 0;

	if (!paths)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	if (mount)
		r = read_tree(root, mount, paths);
	if (r < 0) {
		pmm_cgroup_paths_close(paths);
		return pmm_root_fail(root, r, "%s", strerror(-r));
	}
	if (paths->count)
		qsort(paths->entries, paths->count, sizeof(*paths->entries), compare_inodes);
	*ret_paths = paths;
	return 0;
}

const char *pmm_cgroup_paths_find(const struct pmm_cgroup_paths *paths, uint64_t inode)
{
	struct entry key = {.inode = inode};
	const struct entry *found;

	if (!paths->count)
		return NULL;
	found = bsearch(&key, paths->entries, paths->count, sizeof(key), compare_inodes);
	return found ? found->path : NULL;
}

struct pmm_cgroup_paths *pmm_cgroup_paths_close(struct pmm_cgroup_paths *paths)
{
	if (!paths)
		return NULL;
	for (size_t i = 0; i < paths->count; i++)
		free(paths->entries[i].path);
	free(paths->entries);
	free(paths);
	return NULL;
}

/* ---- of a process ---- */

/* Is "memory" one of the controllers in "cpu,memory"? */
static bool has_memory(struct scan controllers)
{
	struct scan name;

	while (scan_until(&controllers, ',', &name))
		if (scan_length(&name) == 6 && !memcmp(name.at, "memory", 6))
			return true;
	return scan_length(&controllers) == 6 && !memcmp(controllers.at, "memory", 6);
}

/*
 * cgroups(7): "3:cpu,memory:/path" of version 1, "0::/path" of version 2. A machine with both keeps
 * its memory controller in one of them: version 1 if there is such a line.
 */
static struct scan find_memory(struct scan scan)
{
	struct scan line, hierarchy, controllers, unified = {0};

	while (scan_line(&scan, &line)) {
		if (!scan_until(&line, ':', &hierarchy) || !scan_until(&line, ':', &controllers))
			continue;
		if (has_memory(controllers))
			return line;
		if (scan_at_end(&controllers) && scan_text(&hierarchy, "0"))
			unified = line;
	}
	return unified;
}

int pmm_process_cgroup(struct pmm_root *root, pid_t pid, char **ret_path)
{
	_cleanup_text_ struct text text = {0};
	char path[PROCESS_PATH];
	struct scan found;
	int r = process_read(root, pid, "cgroup", &text);

	process_path(path, pid, "cgroup");
	if (r < 0)
		return root_fail_at(root, r, path, strerror(-r));
	found = find_memory(text_scan(&text));
	if (!found.at)
		return root_fail_at(root, -ENODATA, path, "no memory controller in it");
	*ret_path = scan_copy(&found);
	return *ret_path ? 0 : pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
}
