/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds where a file is or shall be, one component at a time, as path_resolution(7) does, but
 * holding each directory open and looking at its owner and mode before going on: O_NOFOLLOW guards
 * only the last component, and whoever may write a directory on the way can exchange what is in it
 * between two looks. A link is followed if it belongs to root, or to who runs this.
 */

#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

enum {
	MOST_LINKS = 40, /* as the kernel: path_resolution(7) */
	PART_FLAGS = O_PATH | O_NOFOLLOW | O_CLOEXEC,
};

struct walk {
	struct pmm_root *root;
	const char *asked; /* the path as it was given, for words */
	unsigned flags;
	struct pmm_fault *fault;
	char *rest; /* still to be walked */
	char *path; /* walked, links resolved; "" is the root directory */
	int fd;	    /* of the directory that path is */
	int links;
};

static int fail(struct walk *walk, int error, const char *reason)
{
	enum pmm_fault_kind kind = error == -ENOENT ? PMM_FAULT_NO_AREA : PMM_FAULT_FAILED;

	return fault_set(walk->fault, kind, error, walk->asked, NULL, "%s: %s", reason,
			 strerror(-error));
}

/*
 * In a directory that others may write, they can exchange what is in it between two looks, and who
 * owns a link can make it lead elsewhere. Who owns a file or device can do neither.
 */
static int check_owner(struct walk *walk, const struct stat *status, const char *what)
{
	bool is_way = S_ISDIR(status->st_mode) || S_ISLNK(status->st_mode);
	bool is_ours = status->st_uid == 0 || status->st_uid == geteuid();
	bool is_shared = S_ISDIR(status->st_mode) && (status->st_mode & (S_IWGRP | S_IWOTH)) &&
			 !(status->st_mode & S_ISVTX);

	if (!is_way || walk->flags & PLACE_ANY_OWNER || (is_ours && !is_shared))
		return 0;
	if (is_ours)
		return fault_set(
			walk->fault, PMM_FAULT_REFUSED, -EPERM, walk->asked,
			"a directory that only root may write",
			"%s can be written by others, who could put another file in its place",
			what);
	return fault_set(walk->fault, PMM_FAULT_REFUSED, -EPERM, walk->asked,
			 "a directory that belongs to root",
			 "%s belongs to user %ju, who could put another file in its place", what,
			 (uintmax_t)status->st_uid);
}

/* Take the next component off the rest; NULL: there is none. The caller frees it. */
static int take_part(struct walk *walk, char **ret_part)
{
	const char *begin = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(begin, "/");
	char *part = length ? strndup(begin, length) : NULL;

	if (length && !part)
		return -ENOMEM;
	memmove(walk->rest, begin + length, strlen(begin + length) + 1);
	*ret_part = part;
	return 0;
}

/* With a slash behind it, it is the name of a directory, in which the last would have to follow. */
static bool is_last(const struct walk *walk)
{
	return !*walk->rest;
}

static int start_at_root(struct walk *walk)
{
	int fd, r = pmm_root_open_file(walk->root, "/", &fd);

	if (r < 0)
		return fail(walk, r, "/");
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = fd;
	*walk->path = '\0';
	return 0;
}

static int go_up(struct walk *walk)
{
	char *slash = strrchr(walk->path, '/');
	char *rest;

	if (!slash)
		return 0;
	*slash = '\0';
	/* Walked again from the root: ".." of a descriptor may lead out of a captured tree. */
	if (asprintf(&rest, "%s%s", walk->path, walk->rest) < 0)
		return -ENOMEM;
	free(walk->rest);
	walk->rest = rest;
	return start_at_root(walk);
}

static int follow(struct walk *walk, int link_fd)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(link_fd, "", target, sizeof(target) - 1);
	char *rest;

	if (length < 0)
		return fail(walk, -errno, "link");
	if (++walk->links > MOST_LINKS)
		return fail(walk, -ELOOP, "links");
	target[length] = '\0';
	if (asprintf(&rest, "%s%s", target, walk->rest) < 0)
		return -ENOMEM;
	free(walk->rest);
	walk->rest = rest;
	return *target == '/' ? start_at_root(walk) : 0;
}

static int append(char **path, const char *part)
{
	char *longer;

	if (asprintf(&longer, "%s/%s", *path, part) < 0)
		return -ENOMEM;
	free(*path);
	*path = longer;
	return 0;
}

/* Go into a directory, follow a link, or find that it is the last. 1: it is, and PATH names it. */
static int step(struct walk *walk, const char *part)
{
	bool is_final = is_last(walk);
	struct stat status;
	int fd, r;

	fd = openat(walk->fd, part, PART_FLAGS);
	if (fd < 0 && errno == ENOENT && is_final)
		return (r = append(&walk->path, part)) < 0 ? r : 1;
	if (fd < 0)
		return fail(walk, -errno, part);
	r = fstat(fd, &status) < 0 ? -errno : check_owner(walk, &status, part);
	if (r == 0 && S_ISLNK(status.st_mode) && (!is_final || walk->flags & PLACE_FOLLOW)) {
		r = follow(walk, fd);
	} else if (r == 0) {
		r = append(&walk->path, part);
		if (r == 0 && is_final)
			r = 1;
		else if (r == 0 && !S_ISDIR(status.st_mode))
			r = fail(walk, -ENOTDIR, part);
		if (r == 0) {
			close(walk->fd);
			walk->fd = fd;
			return 0;
		}
	}
	close(fd);
	return r;
}

static int walk_all(struct walk *walk)
{
	int r = start_at_root(walk);
	char *part;

	while (r == 0) {
		r = take_part(walk, &part);
		if (r < 0)
			break;
		if (!part)
			return fail(walk, -EISDIR, "a file is expected");
		if (!strcmp(part, ".."))
			r = go_up(walk);
		else if (strcmp(part, "."))
			r = step(walk, part);
		free(part);
	}
	return r;
}

int place_open(struct pmm_root *root, const char *path, unsigned flags, struct place *ret_place,
	       struct pmm_fault *fault)
{
	struct walk walk = {
		.root = root,
		.asked = path,
		.flags = flags,
		.fault = fault,
		.rest = strdup(path),
		.path = strdup(""),
		.fd = -1,
	};
	int r = walk.rest && walk.path ? walk_all(&walk) : -ENOMEM;

	free(walk.rest);
	if (r == 1) {
		*ret_place = (struct place){
			.path = walk.path,
			.name = strrchr(walk.path, '/') + 1,
			.directory_fd = walk.fd,
		};
		return 0;
	}
	free(walk.path);
	if (walk.fd >= 0)
		close(walk.fd);
	if (r == -ENOMEM)
		return fault_set_errno(fault, r, path, "find it");
	return r;
}

void place_close(struct place *place)
{
	if (place->path)
		close(place->directory_fd);
	free(place->path);
	*place = (struct place){0};
}

int place_sync(const struct pmm_effects *effects, const struct place *place)
{
	int fd = effects->open_at(place->directory_fd, ".", O_RDONLY | O_DIRECTORY, 0);
	int r;

	if (fd < 0)
		return fd;
	r = effects->sync(fd);
	close(fd);
	return r;
}

int place_visit(const struct place *place,
		int (*visit)(const struct place *place, const char *name, void *data), void *data)
{
	int fd = openat(place->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int r = directory ? 0 : -errno;

	if (!directory && fd >= 0)
		close(fd);
	while (directory && r == 0) {
		errno = 0;
		entry = readdir(directory);
		if (!entry) {
			r = -errno;
			break;
		}
		r = visit(place, entry->d_name, data);
	}
	if (directory)
		closedir(directory);
	return r;
}

int place_open_file(const struct place *place, int *ret_fd, struct stat *ret_status,
		    struct pmm_fault *fault)
{
	int fd = openat(place->directory_fd, place->name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int r = 0;

	if (fd < 0 && errno == ENOENT)
		return fault_set(fault, PMM_FAULT_NO_AREA, -ENOENT, place->path, NULL,
				 "there is no such file or device");
	if (fd < 0 && errno == ELOOP)
		return fault_set(fault, PMM_FAULT_REFUSED, -ELOOP, place->path,
				 "the name of what it leads to", "it is a symbolic link");
	if (fd < 0)
		return fault_set_errno(fault, -errno, place->path, "open it");
	if (fstat(fd, ret_status) < 0)
		r = fault_set_errno(fault, -errno, place->path, "look at it");
	else if (!S_ISREG(ret_status->st_mode) && !S_ISBLK(ret_status->st_mode))
		r = fault_set(fault, PMM_FAULT_REFUSED, -EINVAL, place->path,
			      "the path of a swap file or of a block device",
			      "neither a regular file nor a block device");
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int place_open_directory(const struct place *place, int *ret_fd)
{
	int fd = openat(place->directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int place_is_held(const struct place *place)
{
	int fd = openat(place->directory_fd, place->name,
			O_RDONLY | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == EBUSY;
	close(fd);
	return 0;
}
