/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All that is to be known of one area, for those who only want to look: what it is, where it lies,
 * who may read it, and what its header says. What may not be read is absent; nothing is judged.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "active.h"
#include "device.h"
#include "facts.h"
#include "header.h"

/* ---- what needs no right to read it ---- */

static void take_status(const struct statx *from, struct pmm_swap_status *status)
{
	bool is_device = S_ISBLK(from->stx_mode);

	status->is_device = is_device;
	status->mode = from->stx_mode & 07777;
	status->uid = from->stx_uid;
	status->gid = from->stx_gid;
	if (!is_device) {
		status->file_bytes = from->stx_size;
		status->stored_bytes = from->stx_blocks * 512;
	}
	if (from->stx_attributes_mask & STATX_ATTR_IMMUTABLE)
		status->is_immutable = (from->stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
}

static int take_active(struct pmm_root *root, const struct stat *file,
		       struct pmm_swap_status *status)
{
	struct active active;
	int r = active_find(root, file, &active);

	if (r < 0)
		return r;
	status->is_active = r;
	if (r == 0)
		return 0;
	status->is_draining = active.is_draining;
	status->size_bytes = active.size_bytes;
	status->used_bytes = active.used_bytes;
	status->priority = active.priority;
	return 0;
}

/* Which device it is, or is on. */
static int take_mount(struct pmm_root *root, int fd, struct pmm_swap_status *status)
{
	struct pmm_mount *mount;
	int r = pmm_mount_of_file(root, fd, &mount);

	if (r < 0)
		return r;
	status->file_system = strdup(mount->type);
	status->mount_point = strdup(mount->point);
	status->device = strdup(mount->source);
	pmm_mount_free(mount);
	return status->file_system && status->mount_point && status->device ? 0 : -ENOMEM;
}

/* What is not known of it is absent; only memory must not be lacking. */
static int take_device(struct pmm_root *root, int fd, const struct stat *file,
		       struct pmm_swap_status *status)
{
	struct pmm_device *device;
	int r;

	if (!status->is_device) {
		r = take_mount(root, fd, status);
		return r == -ENOMEM ? r : 0;
	}
	r = pmm_device_read(root, file->st_rdev, &device);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	r = asprintf(&status->device, "/dev/%s", device->name) < 0 ? -ENOMEM : 0;
	if (r < 0)
		status->device = NULL;
	pmm_device_free(device);
	return r;
}

/* ---- what does ---- */

struct run_count {
	uint64_t runs, first_bytes, end_bytes;
};

/* Extents that lie one after the other on the disk are one. An extent_note(). */
static void note_extent(void *data, uint64_t physical_bytes, uint64_t length_bytes)
{
	struct run_count *count = data;

	if (count->runs == 0)
		count->first_bytes = physical_bytes;
	if (count->runs == 0 || physical_bytes != count->end_bytes)
		count->runs++;
	count->end_bytes = physical_bytes + length_bytes;
}

static void take_extents(struct pmm_root *root, int fd, struct pmm_swap_status *status)
{
	struct run_count count = {0};
	struct facts_extents extents;
	struct statfs fs;

	extents_read(fd, status->file_bytes, pmm_root_page_bytes(root), note_extent, &count,
		     &extents);
	if (!extents.is_known)
		return;
	status->extents = count.runs;
	/* On btrfs an extent's place is in an address space of its own, not on a device. */
	if (count.runs && fstatfs(fd, &fs) == 0 && (uint64_t)fs.f_type != BTRFS_SUPER_MAGIC)
		status->first_bytes = count.first_bytes;
}

static int take_content(struct pmm_root *root, const char *path, const struct stat *file,
			struct pmm_swap_status *status)
{
	int fd, flags, r = pmm_root_open_file(root, path, &fd);

	status->header_error = r < 0 ? r : header_probe_fd(root, path, fd, &status->header);
	if (status->header_error < 0) {
		status->header_words = strdup(pmm_root_error(root));
		if (!status->header_words || status->header_error == -ENOMEM)
			r = -ENOMEM;
	}
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (status->is_device)
		device_size(fd, file, &status->file_bytes);
	else
		take_extents(root, fd, status);
	if (!status->is_device && facts_read_flags(fd, &flags) == 0)
		status->is_nocow = (flags & FS_NOCOW_FL) != 0;
	close(fd);
	return 0;
}

/* ---- all of it ---- */

static int take_all(struct pmm_root *root, const char *path, unsigned flags, int fd,
		    struct pmm_swap_status *status)
{
	struct statx from = {0};
	struct stat file;
	int r;

	if (fstat(fd, &file) < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &from) < 0)
		return pmm_root_fail(root, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(file.st_mode) && !S_ISBLK(file.st_mode))
		return pmm_root_fail(root, -EINVAL, "%s: neither a regular file nor a block device",
				     path);
	take_status(&from, status);
	r = take_device(root, fd, &file, status);
	if (r < 0)
		return r;
	r = take_active(root, &file, status);
	if (r == 0 && flags & PMM_SWAP_STATUS_CONTENT)
		r = take_content(root, path, &file, status);
	return r;
}

int pmm_swap_status_read(struct pmm_root *root, const char *path, unsigned flags,
			 struct pmm_swap_status **ret_status)
{
	struct pmm_swap_status *status = calloc(1, sizeof(*status));
	int fd, r;

	if (!status)
		return -ENOMEM;
	status->file_bytes = status->stored_bytes = PMM_ABSENT;
	status->size_bytes = status->used_bytes = PMM_ABSENT;
	status->extents = status->first_bytes = PMM_ABSENT;
	status->is_nocow = status->is_immutable = -1;
	status->header_error = -ENODATA;
	r = pmm_root_open_path(root, path, &fd);
	if (r == 0) {
		r = take_all(root, path, flags, fd, status);
		close(fd);
	}
	if (r < 0) {
		pmm_swap_status_free(status);
		return r;
	}
	*ret_status = status;
	return 0;
}

struct pmm_swap_status *pmm_swap_status_free(struct pmm_swap_status *status)
{
	if (!status)
		return NULL;
	free(status->file_system);
	free(status->mount_point);
	free(status->device);
	free(status->header_words);
	free(status);
	return NULL;
}
