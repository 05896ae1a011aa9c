/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * cgroups: the limits as either version prints them, and trees of both, made here, that must come
 * out the same.
 */

#include "cgroup.h"

#include <errno.h>

#include "tap.h"
#include "tree.h"

enum { MIB = 1 << 20 };

static void test_limits(void)
{
	static const struct {
		const char *text;
		bool is_good;
		uint64_t bytes;
	} cases[] = {
		{"max\n", true, PMM_ABSENT},
		{"0\n", true, 0},
		{"104857600\n", true, 100 * MIB},
		{"104857600", true, 100 * MIB},
		{"9223372036854771712\n", true, PMM_ABSENT}, /* version 1, pages of 4 KiB */
		{"9223372036854710272\n", true, PMM_ABSENT}, /* of 64 KiB */
		{"9223372036854644736\n", true, 9223372036854644736U},
		{"18446744073709551615\n", true, PMM_ABSENT},
		{"", false, 0},
		{"\n", false, 0},
		{"maximum\n", false, 0},
		{"-1\n", false, 0},
		{"1.5\n", false, 0},
		{"1 2\n", false, 0},
		{"18446744073709551616\n", false, 0},
		{"1\n2\n", false, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *text = cases[i].text;
		uint64_t bytes = 0;
		bool is_good = cgroup_parse_limit(scan_over(text, strlen(text)), &bytes);

		ok(is_good == cases[i].is_good, "'%s' is %sa limit", text,
		   cases[i].is_good ? "" : "no ");
		is_u64(bytes, cases[i].bytes, "'%s' has its value", text);
	}
}

static struct tree tree;

static void make_tree(void)
{
	tree = tree_make();
	tree_put_text(&tree, "proc/uptime", "");
}

static void put(const char *mount, const char *cgroup, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "sys/fs/cgroup%s%s/%s", mount, cgroup, file);
	tree_put_text(&tree, path, text);
}

static void put_version_1(const char *cgroup, const char *swappiness)
{
	put("/memory", cgroup, "memory.usage_in_bytes", "94371840\n");
	put("/memory", cgroup, "memory.limit_in_bytes", "104857600\n");
	put("/memory", cgroup, "memory.swappiness", swappiness);
	put("/memory", cgroup, "memory.stat",
	    "cache 1\nswap 4096\ninactive_file 7\ntotal_swap 52428800\ntotal_dirty 4096\n"
	    "total_writeback 4096\ntotal_inactive_file 16384\ntotal_active_file 8192\n"
	    "inactive_anon 9\ntotal_inactive_anon 8192\ntotal_active_anon 4096\n");
}

static void put_version_2(const char *mount, const char *cgroup, const char *swap_limit)
{
	put(mount, cgroup, "memory.current", "94371840\n");
	put(mount, cgroup, "memory.max", "104857600\n");
	put(mount, cgroup, "memory.swap.current", "52428800\n");
	put(mount, cgroup, "memory.swap.max", swap_limit);
	put(mount, cgroup, "memory.stat",
	    "anon 5\nswapcached 12288\nfile_dirty 4096\nfile_writeback 4096\n"
	    "inactive_file 16384\nactive_file 8192\ninactive_anon 8192\nactive_anon 4096\n");
}

/* CACHED and LIMIT are what the versions do not both say. */
static void check_cgroups(const char *story, uint64_t cached, uint64_t limit)
{
	static const char *const paths[] = {"/ci", "/ci/job", "/web"};
	const struct pmm_cgroup *cgroup;
	struct pmm_cgroups *cgroups = NULL;
	struct pmm_root *root;
	size_t count = 0;

	if (!ok(pmm_root_open(tree.name, &root) == 0 && pmm_cgroups_open(root, &cgroups) == 0,
		"%s is read", story))
		return;
	for (; pmm_cgroups_next(cgroups, &cgroup) == 1; count++) {
		if (count < 3)
			is_text(cgroup->path, paths[count], "%s: a parent is before its children",
				story);
		is_u64(cgroup->current_bytes, 90 * MIB, "%s: current", story);
		is_u64(cgroup->limit_bytes, 100 * MIB, "%s: limit", story);
		is_u64(cgroup->swap_bytes, 50 * MIB, "%s: swap, with that below", story);
		is_u64(cgroup->clean_file_bytes, 16384, "%s: page cache to be dropped", story);
		is_u64(cgroup->swappable_bytes, 12288, "%s: what only swap can take", story);
		is_u64(cgroup->swap_cached_bytes, cached, "%s: cached swap", story);
		is_u64(cgroup->swap_limit_bytes, limit, "%s: swap limit", story);
	}
	is_u64(count, 3, "%s: the number of cgroups", story);
	pmm_cgroups_close(cgroups);
	pmm_root_close(root);
}

static void test_trees(void)
{
	static const char *const names[] = {"/ci", "/ci/job", "/web"};

	make_tree();
	put("/memory", "", "memory.usage_in_bytes", "1\n");
	for (size_t i = 0; i < 3; i++)
		put_version_1(names[i], "60\n");
	check_cgroups("version 1", 0, PMM_ABSENT);
	for (size_t i = 0; i < 3; i++)
		put_version_1(names[i], "0\n");
	/* A cgroup of another controller only, and one that is just going. */
	put("/unified", "", "cgroup.controllers", "\n");
	put("/memory", "/gone", "memory.usage_in_bytes", "4096\n");
	check_cgroups("version 1 without swapping", 0, 0);
	tree_remove(&tree);

	make_tree();
	put("", "", "cgroup.controllers", "memory\n");
	for (size_t i = 0; i < 3; i++)
		put_version_2("", names[i], "1048576\n");
	put("", "/web/threads", "cgroup.type", "threaded\n");
	check_cgroups("version 2", 12288, MIB);
	tree_remove(&tree);

	make_tree();
	put("/unified", "", "cgroup.controllers", "memory\n");
	for (size_t i = 0; i < 3; i++)
		put_version_2("/unified", names[i], "max\n");
	check_cgroups("version 2 beside version 1", 12288, PMM_ABSENT);
	tree_remove(&tree);
}

static void test_nothing(void)
{
	const struct pmm_cgroup *cgroup;
	struct pmm_cgroups *cgroups = NULL;
	struct pmm_root *root;

	make_tree();
	if (ok(pmm_root_open(tree.name, &root) == 0 && pmm_cgroups_open(root, &cgroups) == 0,
	       "a kernel without the controller is read")) {
		ok(pmm_cgroups_next(cgroups, &cgroup) == 0, "and has no cgroups");
		pmm_cgroups_close(cgroups);
	}
	pmm_root_close(root);
	tree_remove(&tree);
}

/* What a copied tree says of inodes is another machine's truth. */
static void test_paths(void)
{
	struct pmm_cgroup_paths *paths = NULL;
	struct stat status = {0};
	struct pmm_root *root;
	char path[128];

	make_tree();
	put("", "", "cgroup.controllers", "memory\n");
	put_version_2("", "/web", "0\n");
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup/web", tree.name);
	ok(stat(path, &status) == 0, "a cgroup was captured");
	if (ok(pmm_root_open(tree.name, &root) == 0 && pmm_cgroup_paths_open(root, &paths) == 0,
	       "its tree is read")) {
		is_text(pmm_cgroup_paths_find(paths, status.st_ino), NULL, "its inode is nobody's");
		pmm_cgroup_paths_close(paths);
	}
	pmm_root_close(root);
	tree_remove(&tree);
}

int main(void)
{
	test_limits();
	test_trees();
	test_nothing();
	test_paths();
	return done_testing();
}
