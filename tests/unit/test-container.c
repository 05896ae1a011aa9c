/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What of a made tree is a container's own: its memory, by lxcfs, and its part of the cgroups. */

#include "procmm.h"
#include "tap.h"
#include "tree.h"

static struct tree tree;

static void make_tree(void)
{
	tree = tree_make();
	tree_put_text(&tree, "proc/uptime", "1.00 1.00\n");
}

static void is_told(const char *expected, const char *what)
{
	struct pmm_root *root = NULL;
	char *words = NULL;
	int r;

	ok(!pmm_root_open(tree.name, &root), "%s: a tree", what);
	r = pmm_container_read(root, &words);
	ok(r == (expected != NULL), "%s: there is %s to tell", what,
	   expected ? "something" : "nothing");
	is_text(words, expected, "%s", what);
	free(words);
	pmm_root_close(root);
	tree_remove(&tree);
}

int main(void)
{
	make_tree();
	is_told(NULL, "nothing captured");

	make_tree();
	tree_put_text(&tree, "proc/self/mountinfo",
		      "24 30 0:22 / /proc rw,nosuid - proc proc rw\n"
		      "90 24 8:1 / /proc/meminfo.old rw - ext4 /dev/sda1 rw\n");
	tree_put_text(&tree, "sys/fs/cgroup/cgroup.controllers", "memory\n");
	tree_put_text(&tree, "sys/fs/cgroup/web/memory.max", "104857600\n");
	is_told(NULL, "the machine itself, version 2");

	make_tree();
	tree_put_text(&tree, "sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
	tree_put_text(&tree, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	is_told(NULL, "the machine itself, version 1");

	make_tree();
	tree_put_text(&tree, "proc/self/mountinfo",
		      "24 30 0:22 / /proc rw,nosuid - proc proc rw\n"
		      "91 24 0:48 /proc/meminfo /proc/meminfo rw shared:9 - fuse.lxcfs lxcfs rw\n");
	is_told("in a container with its own memory and swap (fuse.lxcfs); all else is the host's: "
		"run it there to see the whole machine",
		"lxcfs");

	make_tree();
	tree_put_text(&tree, "sys/fs/cgroup/cgroup.controllers", "memory\n");
	tree_put_text(&tree, "sys/fs/cgroup/memory.max", "max\n");
	is_told("in a container with its own control groups; all else is the host's: run it there "
		"to see the whole machine",
		"a part of the cgroups, version 2");

	make_tree();
	tree_put_text(&tree, "proc/self/mountinfo",
		      "91 24 0:48 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n");
	tree_put_text(&tree, "sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
	tree_put_text(&tree, "sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n");
	is_told("in a container with its own memory and swap (fuse.lxcfs), control groups; all "
		"else is the host's: run it there to see the whole machine",
		"both, version 1");
	return done_testing();
}
