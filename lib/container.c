/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a container has of its own, where the rest of what is read is its host's: memory and swap,
 * if a file system that knows its cgroup is mounted over proc/meminfo, as lxcfs(1) is; processes,
 * in a PID namespace (pid_namespaces(7)); control groups, in a cgroup namespace
 * (cgroup_namespaces(7)). Reads proc/self/mountinfo, proc/self/ns/pid and the limit of the root of
 * sys/fs/cgroup.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgroup.h"
#include "device.h"
#include "root.h"

/* include/linux/proc_ns.h, PROC_PID_INIT_INO: the PID namespace that the kernel begins with. */
static const ino_t FIRST_PID_NAMESPACE = 0xeffffffc;

static const char FUSE[] = "fuse"; /* "fuse.lxcfs" */

/*
 * The type of the file system in user space that is mounted over it, which makes its numbers as
 * they are asked for; NULL: none is. A copy that somebody put there is no container's.
 */
static char *cover_of_meminfo(struct pmm_root *root)
{
	struct pmm_mount *mount;
	char *type;

	if (mount_over(root, "proc/meminfo", &mount) < 0)
		return NULL;
	type = mount->type;
	mount->type = NULL;
	pmm_mount_free(mount);
	if (type && strncmp(type, FUSE, strlen(FUSE)) != 0) {
		free(type);
		return NULL;
	}
	return type;
}

static bool has_own_processes(struct pmm_root *root)
{
	struct stat status;

	return pmm_root_is_live(root) && pmm_root_status(root, "proc/self/ns/pid", &status) == 0 &&
	       status.st_ino != FIRST_PID_NAMESPACE;
}

static void put_own(FILE *file, bool *is_first, const char *what)
{
	fprintf(file, "%s%s", *is_first ? "in a container with its own " : ", ", what);
	*is_first = false;
}

static void put_words(FILE *file, struct pmm_root *root)
{
	char *cover = cover_of_meminfo(root);
	bool is_first = true;

	if (cover) {
		put_own(file, &is_first, "memory and swap");
		fprintf(file, " (%s)", cover);
	}
	free(cover);
	if (has_own_processes(root))
		put_own(file, &is_first, "processes");
	if (cgroup_is_below_another(root))
		put_own(file, &is_first, "control groups");
	if (!is_first)
		fputs("; all else is the host's: run it there to see the whole machine", file);
}

int pmm_container_read(struct pmm_root *root, char **ret_words)
{
	size_t length = 0;
	char *words = NULL;
	FILE *file = open_memstream(&words, &length);

	if (file)
		put_words(file, root);
	if (!file || fclose(file) != 0) {
		free(words);
		return -ENOMEM;
	}
	if (!length) {
		free(words);
		return 0;
	}
	*ret_words = words;
	return 1;
}
