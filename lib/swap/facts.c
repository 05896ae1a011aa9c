/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Gathers what swapon(2) looks at: this process, this system, the file or device and its file
 * system, all through descriptors that are open already. Nothing is judged here, and what cannot be
 * found out is left as if it were all right: the kernel itself has the last word.
 * Reads: proc/self/status, proc/self/ns/user, proc/swaps, proc/vmstat, proc/meminfo,
 * boot/config-*, sys/dev/block.
 */

#include "facts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "active.h"
#include "fault.h"
#include "signature.h"

enum {
	CAPABILITY_SYS_ADMIN = 21, /* linux/capability.h */
	TEXT_STEP = 64 * 1024,
};

/* include/linux/proc_ns.h, PROC_USER_INIT_INO: the user namespace that the kernel begins with. */
static const ino_t FIRST_USER_NAMESPACE = 0xeffffffd;

/* A whole text file; NULL if it cannot be read. */
static char *read_text(struct pmm_root *root, const char *path)
{
	size_t length = 0;
	char *text = NULL;
	ssize_t got;
	int fd;

	if (pmm_root_open_file(root, path, &fd) < 0)
		return NULL;
	do {
		char *longer = realloc(text, length + TEXT_STEP + 1);

		got = longer ? read(fd, longer + length, TEXT_STEP) : -1;
		text = longer ? longer : text;
		if (got > 0)
			length += (size_t)got;
	} while (got > 0);
	close(fd);
	if (text)
		text[length] = '\0';
	return text;
}

/* ---- this process ---- */

static bool is_privileged(struct pmm_root *root)
{
	static const char name[] = "\nCapEff:";
	char *status = read_text(root, "proc/self/status");
	const char *line = status ? strstr(status, name) : NULL;
	bool is = !line ||
		  strtoull(line + strlen(name), NULL, 16) & (UINT64_C(1) << CAPABILITY_SYS_ADMIN);

	free(status);
	return is;
}

static uint64_t file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return PMM_ABSENT;
	return limit.rlim_cur;
}

/* ---- this system ---- */

static uint64_t count_areas(struct pmm_root *root)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	uint64_t count = 0;

	if (pmm_areas_open(root, &areas) < 0)
		return 0;
	while (pmm_areas_next(areas, &area) > 0)
		count++;
	pmm_areas_close(areas);
	return count;
}

static bool has_counter(struct pmm_root *root, const char *path, const char *name)
{
	struct pmm_counters *counters;
	bool has;

	if (pmm_counters_read(root, path, &counters) < 0)
		return false;
	has = pmm_counters_get(counters, name) != PMM_ABSENT;
	pmm_counters_free(counters);
	return has;
}

static bool has_device_memory(struct pmm_root *root)
{
	char *release = read_text(root, "proc/sys/kernel/osrelease");
	char *path = NULL, *config = NULL;
	bool has;

	if (release &&
	    asprintf(&path, "boot/config-%.*s", (int)strcspn(release, "\n"), release) < 0)
		path = NULL;
	if (path)
		config = read_text(root, path);
	has = config && strstr(config, "\nCONFIG_DEVICE_PRIVATE=y");
	free(config);
	free(path);
	free(release);
	return has;
}

/*
 * include/linux/swap.h, MAX_SWAPFILES: of 32 types some are no swap, depending on how the kernel
 * was configured, which shows in its counters. It is at most this; where a part of it does not show
 * it is less, and swapon(2) finds out.
 */
static uint64_t count_most_areas(struct pmm_root *root)
{
	enum { TYPES = 32, MARKER = 1, MIGRATION = 3, POISON = 1, DEVICE = 3 };
	uint64_t most = TYPES - MARKER;

	if (has_counter(root, "proc/vmstat", "pgmigrate_success"))
		most -= MIGRATION;
	if (has_counter(root, "proc/meminfo", "HardwareCorrupted"))
		most -= POISON;
	if (has_device_memory(root))
		most -= DEVICE;
	return most;
}

void facts_read_system(struct pmm_root *root, struct facts *ret_facts)
{
	struct facts facts = {
		.is_privileged = is_privileged(root),
		.page_bytes = pmm_root_page_bytes(root),
		.areas = count_areas(root),
		.most_areas = count_most_areas(root),
		.most_file_bytes = file_limit(),
		.quota_bytes = PMM_ABSENT,
		.extents.hole_at_bytes = PMM_ABSENT,
		.extents.shared_at_bytes = PMM_ABSENT,
		.btrfs.file_devices = PMM_ABSENT,
	};
	struct stat status;

	if (pmm_root_status(root, "proc/self/ns/user", &status) == 0)
		facts.is_in_user_namespace = status.st_ino != FIRST_USER_NAMESPACE;
	*ret_facts = facts;
}

/* ---- what is in it ---- */

static void read_header(int fd, struct facts *facts)
{
	char *bytes = malloc(HEADER_GREATEST_PAGE);
	ssize_t length = bytes ? header_read_at(fd, bytes, HEADER_GREATEST_PAGE, 0) : -ENOMEM;

	if (length < 0)
		facts->header_error = (int)length;
	else
		header_look_at(bytes, (size_t)length, facts->page_bytes, &facts->header);
	free(bytes);
}

/* A device that cannot be read says so elsewhere. */
static int read_signatures(int fd, struct facts *facts)
{
	struct signatures signatures;
	int r = signatures_find(fd, &signatures);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; i < signatures.count && !*facts->other; i++) {
		const struct signature *signature = &signatures.array[i];

		if (signature_is_swap(signature))
			continue;
		snprintf(facts->other, sizeof(facts->other), "%s", signature->type);
		facts->has_partitions = signature->is_partition_table;
	}
	signatures_free(&signatures);
	return 0;
}

/* ---- the file ---- */

/* Works on a descriptor of O_PATH, too. Without it, all that follows would be wrong. */
static int read_status(int fd, struct facts *facts)
{
	struct statx status = {0};

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) < 0)
		return -errno;
	facts->mode = status.stx_mode;
	facts->uid = status.stx_uid;
	facts->size_bytes = status.stx_size;
	facts->stored_bytes = status.stx_blocks * 512;
	facts->is_immutable = status.stx_attributes & STATX_ATTR_IMMUTABLE;
	facts->is_append_only = status.stx_attributes & STATX_ATTR_APPEND;
	facts->is_encrypted = status.stx_attributes & STATX_ATTR_ENCRYPTED;
	facts->is_verity = status.stx_attributes & STATX_ATTR_VERITY;
	facts->is_dax = status.stx_attributes & STATX_ATTR_DAX;
	return 0;
}

static void read_file_system(int fd, struct facts *facts)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return;
	facts->magic = (uint64_t)fs.f_type & UINT32_MAX;
	facts->is_read_only = fs.f_flags & ST_RDONLY;
	facts->block_bytes = (uint64_t)fs.f_bsize;
	facts->total_bytes = fs.f_blocks * (uint64_t)fs.f_frsize;
	facts->free_bytes = fs.f_bavail * (uint64_t)fs.f_frsize;
}

int facts_read_flags(int fd, int *ret_flags)
{
	return ioctl(fd, FS_IOC_GETFLAGS, ret_flags) < 0 ? -errno : 0;
}

static void read_flags(int fd, struct facts *facts)
{
	int flags = 0;

	if (facts_read_flags(fd, &flags) < 0)
		flags = FS_NOCOW_FL; /* not known: as if it were all right */
	facts->is_nocow = flags & FS_NOCOW_FL;
	facts->is_compressed = flags & FS_COMPR_FL;
}

static void read_blocks(struct pmm_root *root, int fd, struct facts *facts)
{
	struct btrfs_chunks *chunks = NULL;

	if (facts->magic == BTRFS_SUPER_MAGIC)
		chunks = btrfs_chunks_read(fd);
	extents_read(fd, facts->size_bytes, facts->page_bytes, chunks ? btrfs_chunks_note : NULL,
		     chunks, &facts->extents);
	if (facts->magic == BTRFS_SUPER_MAGIC)
		btrfs_read(root, fd, chunks, &facts->btrfs);
	btrfs_chunks_free(chunks);
}

/* ---- the device ---- */

static bool is_zoned(struct pmm_root *root, dev_t device)
{
	/* A partition has its queue with the disk. */
	static const char *const queues[] = {"queue", "../queue"};
	bool is = false;

	for (size_t i = 0; i < sizeof(queues) / sizeof(*queues); i++) {
		char path[64];
		char *model;

		snprintf(path, sizeof(path), "sys/dev/block/%u:%u/%s/zoned", major(device),
			 minor(device), queues[i]);
		model = read_text(root, path);
		is |= model && *model && strncmp(model, "none", 4);
		free(model);
	}
	return is;
}

static void read_backing(struct pmm_root *root, dev_t device, struct facts_device *facts)
{
	struct stat status;
	struct statfs fs;
	char path[64], *backing;
	int fd;

	snprintf(path, sizeof(path), "sys/dev/block/%u:%u/loop/backing_file", major(device),
		 minor(device));
	backing = read_text(root, path);
	facts->is_loop = backing && *backing == '/';
	if (facts->is_loop)
		backing[strcspn(backing, "\n")] = '\0';
	if (facts->is_loop && pmm_root_open_file(root, backing, &fd) >= 0) {
		if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
			facts->is_backing_sparse = status.st_blocks * 512 < status.st_size;
		if (fstatfs(fd, &fs) == 0)
			facts->is_backing_in_memory =
				fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC;
		close(fd);
	}
	free(backing);
}

static bool is_held(struct pmm_root *root, const char *path)
{
	struct pmm_fault fault = {0};
	struct place place;
	int r = place_open(root, path, PLACE_FOLLOW | PLACE_ANY_OWNER, &place, &fault);

	fault_clear(&fault);
	if (r < 0)
		return false;
	r = place_is_held(&place);
	place_close(&place);
	return r;
}

static void read_device(struct pmm_root *root, int fd, const char *path, dev_t device,
			struct facts *facts)
{
	int is_read_only = 0;

	if (ioctl(fd, BLKGETSIZE64, &facts->size_bytes) < 0)
		facts->size_bytes = 0;
	if (ioctl(fd, BLKROGET, &is_read_only) == 0)
		facts->device.is_read_only = is_read_only;
	facts->device.is_zoned = is_zoned(root, device);
	read_backing(root, device, &facts->device);
	if (!facts->is_active)
		facts->device.is_held = is_held(root, path);
}

/* ---- all of it ---- */

int facts_read_access(int fd, struct facts *ret_facts)
{
	struct facts facts = {0};
	int r = read_status(fd, &facts);

	if (r < 0)
		return r;
	read_file_system(fd, &facts);
	*ret_facts = facts;
	return 0;
}

int facts_read_area(struct pmm_root *root, int fd, const char *path, struct facts *ret_facts)
{
	struct facts facts;
	struct active active;
	struct stat status;
	int r;

	facts_read_system(root, &facts);
	if (fstat(fd, &status) < 0)
		return -errno;
	facts.is_active = active_find(root, &status, &active) > 0;
	r = read_status(fd, &facts);
	if (r < 0)
		return r;
	if (S_ISREG(facts.mode) || S_ISBLK(facts.mode)) {
		read_header(fd, &facts);
		r = facts.header_error == -ENOMEM ? -ENOMEM : read_signatures(fd, &facts);
		if (r < 0)
			return r;
		read_file_system(fd, &facts);
	}
	if (S_ISBLK(facts.mode))
		read_device(root, fd, path, status.st_rdev, &facts);
	if (S_ISREG(facts.mode)) {
		read_flags(fd, &facts);
		read_blocks(root, fd, &facts);
	}
	*ret_facts = facts;
	return 0;
}

void facts_read_place(struct pmm_root *root, const struct place *place, struct facts *ret_facts)
{
	struct facts facts;
	int fd;

	facts_read_system(root, &facts);
	read_status(place->directory_fd, &facts);
	read_file_system(place->directory_fd, &facts);
	if (facts.magic == BTRFS_SUPER_MAGIC && place_open_directory(place, &fd) == 0) {
		btrfs_read(root, fd, NULL, &facts.btrfs);
		facts.quota_bytes = btrfs_quota_bytes(fd);
		close(fd);
	}
	*ret_facts = facts;
}
