/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which files: a path, and what is below it if it is a directory, each inode once. What a path
 * leads to is looked at (O_PATH) before it is opened, and only what has pages is. Of a tree one
 * directory is held at a time, so that no depth takes all descriptors: the way up is "..", which
 * must be the directory that it was. DOOR to the files that users name; those of the kernel are
 * root.c's.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filecache.h"

/* A directory that we are in, or above. */
struct level {
	char **names; /* sorted */
	size_t count;
	size_t next;
	size_t path_length; /* of it, in the path */
	dev_t device;
	ino_t inode;
};

/* Inodes that came before: a table with room, whose places are tried in turn. */
struct seen {
	struct inode {
		dev_t device;
		ino_t inode;
		bool is_taken;
	} * places;
	size_t count;
	size_t capacity; /* a power of two */
};

struct pmm_files {
	struct pmm_root *root;
	const struct pmm_facilities *facilities;
	unsigned flags;
	const char *start; /* what to begin with; NULL: begun */
	int directory_fd;  /* of the deepest level; -1: none */
	struct level *levels;
	size_t depth;
	size_t capacity;
	struct text path;
	struct seen seen;
	struct pmm_file *file;
};

int pmm_files_open(struct pmm_root *root, const struct pmm_facilities *facilities, unsigned flags,
		   struct pmm_files **ret_files)
{
	struct pmm_files *files;

	if (!pmm_root_is_live(root))
		return pmm_root_fail(root, -EOPNOTSUPP, "a captured tree has no page cache");
	files = calloc(1, sizeof(*files));
	if (!files)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	files->root = root;
	files->facilities = facilities;
	files->flags = flags;
	files->directory_fd = -1;
	*ret_files = files;
	return 0;
}

void pmm_files_start(struct pmm_files *files, const char *path)
{
	files->start = path;
}

const char *pmm_files_path(const struct pmm_files *files)
{
	return files->path.bytes ? files->path.bytes : "";
}

static int fail(struct pmm_files *files, int r)
{
	return pmm_root_fail(files->root, r, "%s", strerror(-r));
}

/* ---- the path ---- */

/* Put a name behind the first LENGTH bytes of the path, and a slash between them if need be. */
static int path_set(struct pmm_files *files, size_t length, const char *name)
{
	struct text *path = &files->path;
	bool with_slash = length && path->bytes[length - 1] != '/';
	size_t name_length = strlen(name);
	size_t needed = length + with_slash + name_length + 1;

	if (needed > path->capacity) {
		char *bytes = realloc(path->bytes, 2 * needed);

		if (!bytes)
			return -ENOMEM;
		path->bytes = bytes;
		path->capacity = 2 * needed;
	}
	if (with_slash)
		path->bytes[length++] = '/';
	memcpy(path->bytes + length, name, name_length + 1);
	path->length = length + name_length;
	return 0;
}

/* ---- inodes that came before ---- */

static struct inode *seen_find(const struct seen *seen, dev_t device, ino_t inode)
{
	uint64_t hash =
		(inode ^ device * UINT64_C(0x2545f4914f6cdd1d)) * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = hash >> 32;

	for (;; at++) {
		struct inode *place = &seen->places[at & (seen->capacity - 1)];

		if (!place->is_taken || (place->inode == inode && place->device == device))
			return place;
	}
}

static int seen_grow(struct seen *seen)
{
	struct seen larger = {.capacity = seen->capacity ? 2 * seen->capacity : 64};

	larger.places = calloc(larger.capacity, sizeof(*larger.places));
	if (!larger.places)
		return -ENOMEM;
	larger.count = seen->count;
	for (size_t i = 0; i < seen->capacity; i++)
		if (seen->places[i].is_taken)
			*seen_find(&larger, seen->places[i].device, seen->places[i].inode) =
				seen->places[i];
	free(seen->places);
	*seen = larger;
	return 0;
}

/* 1 if it is new, 0 if it came before. */
static int seen_add(struct seen *seen, const struct stat *status)
{
	struct inode *place;

	if (2 * seen->count >= seen->capacity && seen_grow(seen) < 0)
		return -ENOMEM;
	place = seen_find(seen, status->st_dev, status->st_ino);
	if (place->is_taken)
		return 0;
	*place = (struct inode){status->st_dev, status->st_ino, true};
	seen->count++;
	return 1;
}

/* ---- directories ---- */

static void level_free(struct level *level)
{
	for (size_t i = 0; i < level->count; i++)
		free(level->names[i]);
	free(level->names);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Can there be something below it for us? */
static bool is_wanted(const struct dirent *entry)
{
	if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
		return false;
	return entry->d_type == DT_REG || entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
}

static int level_add(struct level *level, size_t *capacity, const char *name)
{
	if (level->count == *capacity) {
		size_t larger = *capacity ? 2 * *capacity : 16;
		char **names = reallocarray(level->names, larger, sizeof(*names));

		if (!names)
			return -ENOMEM;
		level->names = names;
		*capacity = larger;
	}
	level->names[level->count] = strdup(name);
	if (!level->names[level->count])
		return -ENOMEM;
	level->count++;
	return 0;
}

/* That it was read is not to be seen, where we may say so (open(2), O_NOATIME). */
static DIR *open_to_list(int directory_fd)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int fd = openat(directory_fd, ".", flags | O_NOATIME);

	if (fd < 0 && errno == EPERM)
		fd = openat(directory_fd, ".", flags);
	return fd < 0 ? NULL : fdopendir(fd);
}

static int next_entry(DIR *directory, const struct dirent **ret_entry)
{
	errno = 0;
	*ret_entry = readdir(directory);
	return *ret_entry ? 1 : -errno;
}

static int level_read(struct level *level, DIR *directory)
{
	const struct dirent *entry;
	size_t capacity = 0;
	int r = 0;

	while (r >= 0 && (r = next_entry(directory, &entry)) > 0)
		if (is_wanted(entry))
			r = level_add(level, &capacity, entry->d_name);
	closedir(directory);
	if (level->count)
		qsort(level->names, level->count, sizeof(*level->names), compare_names);
	return r;
}

static int make_room(struct pmm_files *files)
{
	size_t larger = files->capacity ? 2 * files->capacity : 16;
	struct level *levels;

	if (files->depth < files->capacity)
		return 0;
	levels = reallocarray(files->levels, larger, sizeof(*levels));
	if (!levels)
		return -ENOMEM;
	files->levels = levels;
	files->capacity = larger;
	return 0;
}

/*
 * Go into a directory, whose descriptor becomes ours. What was listed before an error is kept. What
 * cannot be listed is not gone into: where we may not search there is no way up, either.
 */
static int enter(struct pmm_files *files, int fd, const struct stat *status)
{
	DIR *directory = open_to_list(fd);
	int r = directory ? make_room(files) : -errno;
	struct level *level;

	if (r < 0) {
		if (directory)
			closedir(directory);
		close(fd);
		return r;
	}
	level = &files->levels[files->depth++];
	*level = (struct level){
		.path_length = files->path.length,
		.device = status->st_dev,
		.inode = status->st_ino,
	};
	r = level_read(level, directory);
	if (files->directory_fd >= 0)
		close(files->directory_fd);
	files->directory_fd = fd;
	return r;
}

/* Go up. What was moved meanwhile is not gone on with: it would be another place. */
static int leave(struct pmm_files *files)
{
	struct level *above = files->depth > 1 ? &files->levels[files->depth - 2] : NULL;
	struct stat status;
	int r, fd = -1;

	level_free(&files->levels[--files->depth]);
	if (above)
		fd = openat(files->directory_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = above && (fd < 0 || fstat(fd, &status) < 0) ? -errno : 0;
	close(files->directory_fd);
	files->directory_fd = fd;
	if (!above)
		return 0;
	files->path.bytes[above->path_length] = '\0';
	files->path.length = above->path_length;
	if (r >= 0 && status.st_dev == above->device && status.st_ino == above->inode)
		return 0;
	while (files->depth)
		level_free(&files->levels[--files->depth]);
	if (fd >= 0)
		close(fd);
	files->directory_fd = -1;
	return r < 0 ? fail(files, r)
		     : pmm_root_fail(files->root, -ESTALE, "was moved while it was read");
}

/* ---- files ---- */

/* What was looked at is what is opened. */
static int take_file(struct pmm_files *files, int found, const struct stat *status)
{
	char path[sizeof("proc/self/fd/-2147483648")];
	int fd, r = seen_add(&files->seen, status);

	if (r <= 0)
		return r;
	snprintf(path, sizeof(path), "proc/self/fd/%d", found);
	r = root_open_quietly(files->root, path, &fd);
	if (r >= 0)
		r = file_take(files->root, files->facilities, fd, &files->file);
	return r < 0 ? r : 1;
}

/* Where files are opened by their rights, a device may still be kept from us, from root, too. */
static int fail_to_open(struct pmm_files *files, int r, const struct stat *status)
{
	if (r == -EPERM && S_ISBLK(status->st_mode))
		return pmm_root_fail(files->root, r,
				     "%s: a cgroup (devices) or a security module keeps this "
				     "process from devices",
				     strerror(EPERM));
	return fail(files, r);
}

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a FIFO, which has no pages";
	return S_ISSOCK(mode) ? "a socket, which has no pages"
			      : "a character device, which has no pages";
}

/* Take what FOUND is. 1: a file; 0: nothing that counts. */
static int take(struct pmm_files *files, int found)
{
	struct stat status = {0};
	bool is_below = files->depth;
	int r;

	if (fstat(found, &status) < 0) {
		r = -errno;
	} else if (is_below && status.st_dev != files->levels[0].device) {
		r = 0;
	} else if (S_ISREG(status.st_mode) || (S_ISBLK(status.st_mode) && !is_below)) {
		r = take_file(files, found, &status);
	} else if (S_ISDIR(status.st_mode) && files->flags & PMM_FILES_RECURSIVE) {
		r = enter(files, found, &status);
		return r < 0 ? fail(files, r) : 0;
	} else if (!is_below) {
		close(found);
		return pmm_root_fail(files->root, S_ISDIR(status.st_mode) ? -EISDIR : -EOPNOTSUPP,
				     "is %s", kind_of(status.st_mode));
	} else {
		r = 0;
	}
	close(found);
	return r < 0 ? fail_to_open(files, r, &status) : r;
}

static int take_start(struct pmm_files *files)
{
	const char *path = files->start;
	int found, r = path_set(files, 0, path);

	files->start = NULL;
	if (r < 0)
		return fail(files, r);
	found = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);
	return found < 0 ? fail(files, -errno) : take(files, found);
}

static int take_next(struct pmm_files *files)
{
	struct level *level = &files->levels[files->depth - 1];
	const char *name = level->names[level->next++];
	int found, r = path_set(files, level->path_length, name);

	if (r < 0)
		return fail(files, r);
	found = openat(files->directory_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	/* What has gone since it was listed is no fault. */
	if (found < 0)
		return errno == ENOENT ? 0 : fail(files, -errno);
	return take(files, found);
}

int pmm_files_next(struct pmm_files *files, struct pmm_file **ret_file)
{
	int r = 0;

	files->file = file_close(files->file);
	while (r == 0 && (files->start || files->depth)) {
		struct level *level = files->depth ? &files->levels[files->depth - 1] : NULL;

		if (!level)
			r = take_start(files);
		else if (level->next < level->count)
			r = take_next(files);
		else
			r = leave(files);
	}
	if (r > 0)
		*ret_file = files->file;
	return r;
}

struct pmm_files *pmm_files_close(struct pmm_files *files)
{
	if (!files)
		return NULL;
	file_close(files->file);
	while (files->depth)
		level_free(&files->levels[--files->depth]);
	if (files->directory_fd >= 0)
		close(files->directory_fd);
	free(files->levels);
	free(files->seen.places);
	text_free(&files->path);
	free(files);
	return NULL;
}
