/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How fstab shall name an area, so that the next boot finds it. A file has its path. The names of
 * disks change from boot to boot, their UUIDs do not; but where the header is made anew at each
 * boot (zram, dm-crypt with a random key) the UUID is the one thing that does not last.
 */

#include "persist-spec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "active.h"

enum { LINE_SIZE = 512 }; /* longer than any name that the device mapper takes: 127 bytes */

/* A line of sys/dev/block/MAJOR:MINOR/dm/NAME; false if it is no device of the device mapper. */
static bool read_mapper(struct pmm_root *root, dev_t device, const char *name, char line[LINE_SIZE])
{
	char path[96];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "sys/dev/block/%u:%u/dm/%s", major(device), minor(device),
		 name);
	if (pmm_root_open_file(root, path, &fd) < 0)
		return false;
	length = read(fd, line, LINE_SIZE - 1);
	close(fd);
	if (length <= 0)
		return false;
	line[length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return *line != '\0';
}

static int copy(const char *text, char **ret_copy)
{
	*ret_copy = strdup(text);
	return *ret_copy ? 0 : -ENOMEM;
}

/* dm-3 is another device at the next boot; the name in dev/mapper is its own, if udev is there. */
static int path_of_device(struct pmm_root *root, const struct place *place,
			  const struct stat *status, char **ret_spec)
{
	char name[LINE_SIZE];
	struct stat other;
	char *path;

	if (!read_mapper(root, status->st_rdev, "name", name))
		return copy(place->path, ret_spec);
	if (asprintf(&path, "/dev/mapper/%s", name) < 0)
		return -ENOMEM;
	if (pmm_root_status(root, path, &other) == 0 && status_is_same(&other, status)) {
		*ret_spec = path;
		return 0;
	}
	free(path);
	return copy(place->path, ret_spec);
}

static bool is_made_at_boot(struct pmm_root *root, const struct place *place, dev_t device)
{
	char uuid[LINE_SIZE]; /* the device mapper's own: "CRYPT-PLAIN-cryptswap" */

	if (pmm_area_type_of_device(place->path) == PMM_AREA_ZRAM)
		return true;
	return read_mapper(root, device, "uuid", uuid) && !strncmp(uuid, "CRYPT-PLAIN-", 12);
}

int persist_spec(struct pmm_root *root, const struct place *place, char **ret_spec)
{
	struct pmm_swap_header header;
	struct stat status;
	int r;

	if (fstatat(place->directory_fd, place->name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISBLK(status.st_mode))
		return copy(place->path, ret_spec);
	r = pmm_swap_header_probe(root, place->path, &header);
	if (r == -ENOMEM)
		return r;
	/* "UUID=" with nothing behind it would be no name at all. */
	if (r < 0 || !*header.uuid || is_made_at_boot(root, place, status.st_rdev))
		return path_of_device(root, place, &status, ret_spec);
	return asprintf(ret_spec, "UUID=%s", header.uuid) < 0 ? -ENOMEM : 0;
}
