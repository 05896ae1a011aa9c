/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The file that is fstab, replaced at one stroke: the new text is written to a file without a name,
 * brought to disk, and takes the place of the old by rename(2). So there is the old text or the new
 * at any time, and no half of one. Without fsync(2) before the rename, a power cut leaves a file of
 * 0 bytes on xfs and btrfs. What the text says is not known here.
 *
 * Between its link(2) and the rename the new file has a name of its own, which a kill leaves
 * behind. Nobody can guess that name beforehand, and it says whose it was: the next run removes it,
 * unless a process still holds the file's lock (flock(2)), which a kill takes away.
 */

#include "fstab-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "active.h"
#include "area.h"
#include "attributes.h"
#include "fault.h"

#define TEMPORARY_PREFIX ".swapctl-fstab-"

enum {
	FIRST_CAPACITY = 4096,
	MOST_BYTES = 64 << 20, /* a file without end must not take all memory */
	DIGITS = 16,	       /* of a temporary's name, behind the prefix */
};

struct temporary {
	int fd;
	char name[sizeof(TEMPORARY_PREFIX) + DIGITS];
	bool has_name;
};

static int fail(struct pmm_plan *plan, const struct fstab_file *file, int r, const char *what)
{
	return fault_set_errno(plan_fault(plan), r, file->place.path, "%s", what);
}

static int refuse(struct pmm_plan *plan, const struct fstab_file *file, const char *fix,
		  const char *reason)
{
	return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EPERM, file->place.path, fix, "%s",
			 reason);
}

/* ---- reading ---- */

static int read_all(int fd, struct fstab_text *ret_text)
{
	struct fstab_text text = {0};
	size_t capacity = 0;
	ssize_t got = 1;
	int r = 0;

	while (r == 0 && got) {
		if (text.length == capacity) {
			char *longer;

			capacity = capacity ? 2 * capacity : FIRST_CAPACITY;
			longer = capacity > MOST_BYTES ? NULL : realloc(text.bytes, capacity);
			if (!longer) {
				r = capacity > MOST_BYTES ? -EFBIG : -ENOMEM;
				break;
			}
			text.bytes = longer;
		}
		got = pread(fd, text.bytes + text.length, capacity - text.length,
			    (off_t)text.length);
		if (got < 0 && errno != EINTR)
			r = -errno;
		if (got > 0)
			text.length += (size_t)got;
	}
	if (r < 0) {
		fstab_text_free(&text);
		return r;
	}
	*ret_text = text;
	return 0;
}

static int open_at_place(struct pmm_plan *plan, struct fstab_file *file)
{
	struct pmm_fault *fault = plan_fault(plan);
	int r = place_open_file(&file->place, &file->fd, &file->status, fault);

	if (r == -ENOENT) {
		fault_clear(fault);
		return 0;
	}
	if (r == -EINVAL || (r == 0 && !S_ISREG(file->status.st_mode)))
		return refuse(plan, file, NULL, "it is no regular file");
	if (r < 0)
		return r;
	file->is_there = true;
	r = read_all(file->fd, &file->text);
	return r < 0 ? fail(plan, file, r, "read it") : 0;
}

int fstab_file_open(struct pmm_plan *plan, const char *path, struct fstab_file *ret_file)
{
	struct pmm_fault *fault = plan_fault(plan);
	struct fstab_file file = {.fd = -1};
	int r = place_open(plan_root(plan), path ? path : "/etc/fstab", PLACE_FOLLOW, &file.place,
			   fault);

	if (r < 0) {
		if (fault->kind == PMM_FAULT_NO_AREA)
			fault->kind = PMM_FAULT_FAILED; /* it is no area that is missing */
		return r;
	}
	r = open_at_place(plan, &file);
	if (r < 0) {
		fstab_file_close(&file);
		return r;
	}
	*ret_file = file;
	return 0;
}

void fstab_file_close(struct fstab_file *file)
{
	if (file->place.path && file->fd >= 0)
		close(file->fd);
	place_close(&file->place);
	fstab_text_free(&file->text);
	*file = (struct fstab_file){0};
}

static bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Its times are no proof: a clock tick is long enough for two changes. So it is read again. */
static int is_unchanged(const struct fstab_file *file)
{
	_cleanup_fstab_text_ struct fstab_text text = {0};
	const struct stat *then = &file->status;
	struct stat now;
	int r;

	if (fstatat(file->place.directory_fd, file->place.name, &now, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? !file->is_there : -errno;
	if (!file->is_there || !status_is_same(&now, then) || now.st_mode != then->st_mode ||
	    now.st_uid != then->st_uid || now.st_gid != then->st_gid ||
	    now.st_nlink != then->st_nlink || !is_same_time(now.st_mtim, then->st_mtim) ||
	    !is_same_time(now.st_ctim, then->st_ctim))
		return 0;
	r = read_all(file->fd, &text);
	return r < 0 ? r : fstab_text_is_same(&text, &file->text);
}

/* ---- can it be replaced? ---- */

static int check_directory(struct pmm_plan *plan, const struct fstab_file *file)
{
	const uint64_t flags = STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND;
	struct statvfs system;
	struct statx status;

	if (statx(file->place.directory_fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) == 0 &&
	    status.stx_attributes & flags)
		return refuse(plan, file, "chattr -i -a of that directory",
			      "its directory has the flag immutable or append-only");
	if (fstatvfs(file->place.directory_fd, &system) == 0 && system.f_flag & ST_RDONLY)
		return refuse(plan, file, "mount -o remount,rw of that file system",
			      "its file system is mounted read-only");
	return 0;
}

int fstab_file_check(struct pmm_plan *plan, const struct fstab_file *file)
{
	struct statx status;

	if (!file->is_there)
		return check_directory(plan, file);
	if (file->status.st_nlink > 1)
		return refuse(plan, file, "one name for it: cp -a, and mv over this one",
			      "it has more than one name (hard links), of which only this one "
			      "would see the change");
	if (statx(file->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) < 0)
		return fail(plan, file, -errno, "look at it");
	if (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND))
		return refuse(plan, file, "chattr -i -a of it, if that flag has no good reason",
			      "it has the flag immutable or append-only");
	if (status.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return refuse(plan, file, "the change where it is mounted from: outside",
			      "it is mounted on its own, as in a container, and cannot be "
			      "replaced");
	return check_directory(plan, file);
}

/* ---- a temporary file ---- */

static int choose_name(struct temporary *temporary)
{
	uint64_t number;
	ssize_t got;

	do
		got = getrandom(&number, sizeof(number), 0);
	while (got < 0 && errno == EINTR);
	if (got != sizeof(number))
		return got < 0 ? -errno : -EIO;
	snprintf(temporary->name, sizeof(temporary->name), "%s%0*jx", TEMPORARY_PREFIX, DIGITS,
		 (uintmax_t)number);
	return 0;
}

static int open_temporary(struct pmm_plan *plan, const struct fstab_file *file,
			  struct temporary *temporary)
{
	const struct pmm_effects *effects = plan_effects(plan);
	int directory_fd = file->place.directory_fd;
	int r = choose_name(temporary);

	if (r < 0)
		return fail(plan, file, r, "choose a name for the new one");
	temporary->fd = effects->open_at(directory_fd, ".", O_TMPFILE | O_RDWR, 0600);
	if (temporary->fd == -EOPNOTSUPP || temporary->fd == -EISDIR) {
		temporary->fd = effects->open_at(directory_fd, temporary->name,
						 O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0600);
		temporary->has_name = temporary->fd >= 0;
	}
	if (temporary->fd < 0)
		return fail(plan, file, temporary->fd, "make a new file beside it");
	if (flock(temporary->fd, LOCK_EX | LOCK_NB) < 0)
		return fail(plan, file, -errno, "lock the new file beside it");
	return 0;
}

/* The fault that is there is the one that counts. */
static void close_temporary(struct pmm_plan *plan, const struct fstab_file *file,
			    struct temporary *temporary)
{
	if (temporary->has_name)
		plan_effects(plan)->unlink_at(file->place.directory_fd, temporary->name);
	if (temporary->fd >= 0)
		close(temporary->fd);
}

static int write_temporary(struct pmm_plan *plan, const struct fstab_file *file,
			   const struct fstab_text *text, const struct temporary *temporary)
{
	const char *path = file->place.path;
	int r = area_write(plan, temporary->fd, path, text->bytes, text->length, 0,
			   "write the new file beside it");

	if (r == 0 && file->is_there)
		r = attributes_copy(plan, path, file->fd, temporary->fd);
	if (r == 0 && !file->is_there) {
		r = plan_effects(plan)->change_mode(temporary->fd, 0644);
		if (r < 0)
			return fail(plan, file, r, "set the mode of the new file");
	}
	if (r < 0)
		return r;
	r = plan_effects(plan)->sync(temporary->fd);
	return r < 0 ? fail(plan, file, r, "bring the new file to disk") : 0;
}

/* Where there was no file, there still must be none: link(2), unlike rename(2), never replaces. */
static int publish_new(struct pmm_plan *plan, const struct fstab_file *file,
		       const struct temporary *temporary)
{
	int r = plan_effects(plan)->link_at(temporary->fd, file->place.directory_fd,
					    file->place.name);

	if (r == -EEXIST)
		return -EAGAIN;
	return r < 0 ? fail(plan, file, r, "give the new file its name") : 0;
}

static int publish(struct pmm_plan *plan, const struct fstab_file *file,
		   struct temporary *temporary)
{
	const struct pmm_effects *effects = plan_effects(plan);
	int directory_fd = file->place.directory_fd;
	int r = 0;

	if (!file->is_there && !temporary->has_name)
		return publish_new(plan, file, temporary);
	if (!temporary->has_name) {
		r = effects->link_at(temporary->fd, directory_fd, temporary->name);
		if (r < 0)
			return fail(plan, file, r, "give the new file a name");
		temporary->has_name = true;
	}
	r = effects->rename_at(directory_fd, temporary->name, file->place.name);
	if (r == -EBUSY)
		return refuse(plan, file, "the change where it is mounted from: outside",
			      "it is mounted on its own, as in a container, and cannot be "
			      "replaced");
	if (r < 0)
		return fail(plan, file, r, "put the new file in its place");
	temporary->has_name = false;
	return 0;
}

/* ---- replacing ---- */

/* What a reader sees now must be what was written. */
static int verify(struct pmm_plan *plan, const struct fstab_file *file,
		  const struct fstab_text *text)
{
	_cleanup_fstab_text_ struct fstab_text seen = {0};
	struct stat status;
	int fd, r;

	r = place_open_file(&file->place, &fd, &status, plan_fault(plan));
	if (r < 0)
		return r;
	r = read_all(fd, &seen);
	close(fd);
	if (r < 0)
		return fail(plan, file, r, "read it again");
	if (!fstab_text_is_same(&seen, text))
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -EBUSY, file->place.path, NULL,
				 "another process changed it right after, or it was not kept as "
				 "it was written");
	return 0;
}

int fstab_file_replace(struct pmm_plan *plan, const struct fstab_file *file,
		       const struct fstab_text *text, bool *ret_is_replaced)
{
	struct temporary temporary = {.fd = -1};
	int r = open_temporary(plan, file, &temporary);

	*ret_is_replaced = false;
	if (r == 0)
		r = write_temporary(plan, file, text, &temporary);
	if (r == 0) {
		r = is_unchanged(file);
		r = r < 0 ? fail(plan, file, r, "look at it again") : r ? 0 : -EAGAIN;
	}
	if (r == 0) {
		r = publish(plan, file, &temporary);
		*ret_is_replaced = r == 0;
	}
	close_temporary(plan, file, &temporary);
	if (r < 0)
		return r;
	r = place_sync(plan_effects(plan), &file->place);
	if (r < 0)
		return fail(plan, file, r, "bring its directory to disk");
	return verify(plan, file, text);
}

int fstab_file_remove(struct pmm_plan *plan, const struct fstab_file *file)
{
	int r = is_unchanged(file);

	if (r == 0)
		return -EAGAIN;
	if (r > 0)
		r = plan_effects(plan)->unlink_at(file->place.directory_fd, file->place.name);
	if (r == 0)
		r = place_sync(plan_effects(plan), &file->place);
	return r < 0 ? fail(plan, file, r, "remove it again") : 0;
}

/* ---- what killed runs left ---- */

static bool is_temporary_name(const char *name)
{
	size_t prefix_length = strlen(TEMPORARY_PREFIX);

	return !strncmp(name, TEMPORARY_PREFIX, prefix_length) &&
	       strspn(name + prefix_length, "0123456789abcdef") == DIGITS &&
	       strlen(name) == prefix_length + DIGITS;
}

/* A regular file of ours that has this name alone, and that no process has locked. */
static bool is_leftover(const struct place *place, const char *name)
{
	const struct place at = {
		.path = place->path, .name = name, .directory_fd = place->directory_fd};
	struct pmm_fault fault = {0};
	struct stat status;
	bool is_ours;
	int fd;

	if (!is_temporary_name(name))
		return false;
	if (place_open_file(&at, &fd, &status, &fault) < 0) {
		fault_clear(&fault);
		return false;
	}
	is_ours = S_ISREG(status.st_mode) && status.st_nlink == 1 &&
		  (status.st_uid == geteuid() || status.st_uid == 0) &&
		  flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return is_ours;
}

struct leftovers {
	const struct pmm_effects *effects; /* NULL: they are only counted */
	int count;
};

static int take_one(const struct place *place, const char *name, void *data)
{
	struct leftovers *leftovers = data;

	if (!is_leftover(place, name))
		return 0;
	leftovers->count++;
	return leftovers->effects ? leftovers->effects->unlink_at(place->directory_fd, name) : 0;
}

int fstab_file_count_leftovers(const struct fstab_file *file)
{
	struct leftovers leftovers = {0};
	int r = place_visit(&file->place, take_one, &leftovers);

	return r == -ENOMEM ? r : leftovers.count;
}

int fstab_file_remove_leftovers(struct pmm_plan *plan, const struct fstab_file *file)
{
	struct leftovers leftovers = {.effects = plan_effects(plan)};
	int r = place_visit(&file->place, take_one, &leftovers);

	return r < 0 ? fail(plan, file, r, "remove what a killed run left beside it") : 0;
}
