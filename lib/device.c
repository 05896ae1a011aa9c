/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the kernel says of a block device, and where a file or a device is mounted. Nothing of what
 * is on a device is read here.
 *
 * Reads: sys/dev/block/MAJOR:MINOR, sys/block/loop* (Documentation/ABI/stable/sysfs-block),
 * proc/self/mountinfo (proc(5)).
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "device.h"
#include "root.h"

/* ---- block devices ---- */

/* The folder of a device in sysfs, or what is in it. NULL without memory. */
static char *sysfs_path(dev_t device, const char *name)
{
	char *path;

	if (asprintf(&path, "sys/dev/block/%u:%u%s", major(device), minor(device), name) < 0)
		return NULL;
	return path;
}

static DIR *sysfs_open(struct pmm_root *root, dev_t device, const char *name)
{
	char *path = sysfs_path(device, name);
	DIR *directory = NULL;

	if (path && root_open_directory(root, path, &directory) < 0)
		directory = NULL;
	free(path);
	return directory;
}

/* NAME/partition: its number, in the folder of a partition only. */
static bool is_partition(struct pmm_root *root, dev_t device, const char *name)
{
	char *path = NULL;
	uint64_t index;
	bool is_one;

	if (asprintf(&path, "sys/dev/block/%u:%u/%s/partition", major(device), minor(device),
		     name) < 0)
		return false;
	is_one = root_read_u64(root, path, &index) == 0;
	free(path);
	return is_one;
}

static unsigned count_partitions(struct pmm_root *root, dev_t device)
{
	DIR *directory = sysfs_open(root, device, "");
	const struct dirent *entry;
	unsigned count = 0;

	if (!directory)
		return 0;
	while ((entry = readdir(directory)))
		if (*entry->d_name != '.' && is_partition(root, device, entry->d_name))
			count++;
	closedir(directory);
	return count;
}

static char *find_holder(struct pmm_root *root, dev_t device)
{
	DIR *directory = sysfs_open(root, device, "/holders");
	const struct dirent *entry;
	char *holder = NULL;

	if (!directory)
		return NULL;
	while (!holder && (entry = readdir(directory)))
		if (*entry->d_name != '.')
			holder = strdup(entry->d_name);
	closedir(directory);
	return holder;
}

/* What a uevent says of its node below dev; NULL if nothing. */
static char *node_name(struct pmm_root *root, dev_t device, const char *uevent)
{
	_cleanup_text_ struct text text = {0};
	char *path = sysfs_path(device, uevent), *name = NULL;
	struct scan scan, line;

	if (path && root_read_quietly(root, path, &text) == 0) {
		scan = text_scan(&text);
		while (!name && scan_line(&scan, &line))
			if (scan_text(&line, "DEVNAME="))
				name = scan_copy(&line);
	}
	free(path);
	return name;
}

int pmm_device_read(struct pmm_root *root, dev_t number, struct pmm_device **ret_device)
{
	struct pmm_device *device = calloc(1, sizeof(*device));

	if (!device)
		return -ENOMEM;
	device->name = node_name(root, number, "/uevent");
	if (!device->name) {
		free(device);
		return -ENOENT;
	}
	if (is_partition(root, number, "."))
		device->disk = node_name(root, number, "/../uevent");
	else
		device->partitions = count_partitions(root, number);
	device->holder = find_holder(root, number);
	*ret_device = device;
	return 0;
}

struct pmm_device *pmm_device_free(struct pmm_device *device)
{
	if (!device)
		return NULL;
	free(device->name);
	free(device->disk);
	free(device->holder);
	free(device);
	return NULL;
}

/* ---- loop devices ---- */

struct pmm_loops {
	struct pmm_root *root;
	DIR *directory; /* NULL: there is none */
	struct pmm_loop loop;
};

int pmm_loops_open(struct pmm_root *root, struct pmm_loops **ret_loops)
{
	struct pmm_loops *loops = calloc(1, sizeof(*loops));
	int r;

	if (!loops)
		return -ENOMEM;
	loops->root = root;
	r = root_open_directory(root, "sys/block", &loops->directory);
	if (r < 0)
		loops->directory = NULL;
	if (r < 0 && r != -ENOENT) {
		free(loops);
		return root_fail_at(root, r, "sys/block", strerror(-r));
	}
	*ret_loops = loops;
	return 0;
}

static void release_loop(struct pmm_loop *loop)
{
	free(loop->name);
	free(loop->backing);
	*loop = (struct pmm_loop){0};
}

/* 0 if it is attached to nothing: then it has no folder of that name. */
static int read_loop(struct pmm_loops *loops, const char *name)
{
	_cleanup_text_ struct text text = {0};
	struct scan scan, line;
	char *path;
	int r;

	if (asprintf(&path, "sys/block/%s/loop/backing_file", name) < 0)
		return -ENOMEM;
	r = root_read_quietly(loops->root, path, &text);
	free(path);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	scan = text_scan(&text);
	if (!scan_line(&scan, &line))
		return 0;
	loops->loop = (struct pmm_loop){strdup(name), scan_copy(&line)};
	return loops->loop.name && loops->loop.backing ? 1 : -ENOMEM;
}

int pmm_loops_next(struct pmm_loops *loops, const struct pmm_loop **ret_loop)
{
	const struct dirent *entry;
	int r = 0;

	release_loop(&loops->loop);
	while (r == 0 && loops->directory && (entry = readdir(loops->directory)))
		if (!strncmp(entry->d_name, "loop", 4))
			r = read_loop(loops, entry->d_name);
	if (r > 0)
		*ret_loop = &loops->loop;
	return r;
}

struct pmm_loops *pmm_loops_close(struct pmm_loops *loops)
{
	if (!loops)
		return NULL;
	release_loop(&loops->loop);
	if (loops->directory)
		closedir(loops->directory);
	free(loops);
	return NULL;
}

/* ---- mounts ---- */

/* The fields of a line of mountinfo that matter here. */
struct line {
	struct scan id, device, point, type, source;
};

static bool parse_line(struct scan line, struct line *ret_line)
{
	struct scan word;

	if (!scan_word(&line, &ret_line->id) || !scan_word(&line, &word) ||
	    !scan_word(&line, &ret_line->device) || !scan_word(&line, &word) ||
	    !scan_word(&line, &ret_line->point))
		return false;
	while (scan_word(&line, &word)) /* optional fields, up to a hyphen */
		if (scan_text(&word, "-") && scan_at_end(&word))
			return scan_word(&line, &ret_line->type) &&
			       scan_word(&line, &ret_line->source);
	return false;
}

static char *copy_unescaped(const struct scan *word)
{
	char *text = scan_copy(word);

	if (text)
		scan_unescape(text);
	return text;
}

static int make_mount(const struct line *line, struct pmm_mount **ret_mount)
{
	struct pmm_mount *mount = calloc(1, sizeof(*mount));

	if (!mount)
		return -ENOMEM;
	mount->type = copy_unescaped(&line->type);
	mount->source = copy_unescaped(&line->source);
	mount->point = copy_unescaped(&line->point);
	if (!mount->type || !mount->source || !mount->point) {
		pmm_mount_free(mount);
		return -ENOMEM;
	}
	*ret_mount = mount;
	return 0;
}

/* The first line with that in the field at OFFSET of a struct line. */
static int find_mount(struct pmm_root *root, size_t offset, const char *wanted,
		      struct pmm_mount **ret_mount)
{
	_cleanup_text_ struct text text = {0};
	struct scan scan, next;
	struct line line;
	int r = root_read(root, "proc/self/mountinfo", &text);

	if (r < 0)
		return r;
	scan = text_scan(&text);
	while (scan_line(&scan, &next)) {
		struct scan *field = (void *)((char *)&line + offset);

		if (parse_line(next, &line) && scan_text(field, wanted) && scan_at_end(field))
			return make_mount(&line, ret_mount);
	}
	return -ENOENT;
}

int pmm_mount_of_device(struct pmm_root *root, dev_t device, struct pmm_mount **ret_mount)
{
	char number[2 * sizeof("4294967295")];

	snprintf(number, sizeof(number), "%u:%u", major(device), minor(device));
	return find_mount(root, offsetof(struct line, device), number, ret_mount);
}

int mount_over(struct pmm_root *root, const char *path, struct pmm_mount **ret_mount)
{
	char *point;
	int r;

	if (asprintf(&point, "/%s", path) < 0)
		return -ENOMEM;
	r = find_mount(root, offsetof(struct line, point), point, ret_mount);
	free(point);
	return r;
}

/* By the number of its mount: on btrfs the device of a file is in no line of mountinfo. */
int pmm_mount_of_file(struct pmm_root *root, int fd, struct pmm_mount **ret_mount)
{
	char number[sizeof("18446744073709551615")];
	struct statx status;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) < 0)
		return -errno;
	if (!(status.stx_mask & STATX_MNT_ID)) /* before Linux 5.8 */
		return pmm_mount_of_device(
			root, makedev(status.stx_dev_major, status.stx_dev_minor), ret_mount);
	snprintf(number, sizeof(number), "%ju", (uintmax_t)status.stx_mnt_id);
	return find_mount(root, offsetof(struct line, id), number, ret_mount);
}

struct pmm_mount *pmm_mount_free(struct pmm_mount *mount)
{
	if (!mount)
		return NULL;
	free(mount->type);
	free(mount->source);
	free(mount->point);
	free(mount);
	return NULL;
}
