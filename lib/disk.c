/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the disks that swap is on have read, and how long that took. Reads proc/diskstats
 * (Documentation/admin-guide/iostats.rst), and looks at each area to learn which device it is on: a
 * device is that itself, a file is on the device of its file system, for which btrfs has no number,
 * but its mount has a name. Of a file in a captured tree it is not known.
 */

#include "disk.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "root.h"

static const uint64_t SECTOR_BYTES = 512; /* of diskstats, whatever the disk's are */
static const uint64_t NS_PER_MS = 1000000;

static const struct pmm_reads absent_reads = {
	.device = 0,
	.requests = PMM_ABSENT,
	.bytes = PMM_ABSENT,
	.ns = PMM_ABSENT,
};

/* MAJOR MINOR NAME READS MERGED SECTORS MS ... */
static bool parse_line(struct scan line, struct disk_line *ret_line)
{
	uint64_t major_number, minor_number, merged, sectors, ms;
	struct pmm_reads *reads = &ret_line->reads;

	if (!scan_word_u64(&line, &major_number) || !scan_word_u64(&line, &minor_number) ||
	    !scan_word(&line, &ret_line->name) || !scan_word_u64(&line, &reads->requests) ||
	    !scan_word_u64(&line, &merged) || !scan_word_u64(&line, &sectors) ||
	    !scan_word_u64(&line, &ms))
		return false;
	if (__builtin_mul_overflow(sectors, SECTOR_BYTES, &reads->bytes) ||
	    __builtin_mul_overflow(ms, NS_PER_MS, &reads->ns))
		return false;
	reads->device = makedev((unsigned)major_number, (unsigned)minor_number);
	return true;
}

bool disk_next_line(struct scan *text, struct disk_line *ret_line)
{
	struct scan line;

	while (scan_until(text, '\n', &line))
		if (parse_line(line, ret_line))
			return true;
	return false;
}

/* ---- where an area is ---- */

/* The number of a block device, 0 if PATH is none. */
static dev_t device_of_node(struct pmm_root *root, const char *path)
{
	struct stat status;
	dev_t number = 0;
	int fd;

	if (root_open_path(root, path + strspn(path, "/"), &fd) < 0)
		return 0;
	if (fstat(fd, &status) == 0 && S_ISBLK(status.st_mode))
		number = status.st_rdev;
	close(fd);
	return number;
}

/* The number of the device that a file is on, 0 if it is on none, or on several. */
static dev_t device_of_file(struct pmm_root *root, const char *path)
{
	struct pmm_mount *mount;
	struct stat status;
	dev_t number = 0;
	int fd;

	if (!pmm_root_is_live(root) || root_open_path(root, path + strspn(path, "/"), &fd) < 0)
		return 0;
	if (fstat(fd, &status) == 0)
		number = status.st_dev;
	if (number && !major(number)) {
		number = 0;
		if (pmm_mount_of_file(root, fd, &mount) == 0) {
			number = device_of_node(root, mount->source);
			pmm_mount_free(mount);
		}
	}
	close(fd);
	return number;
}

static bool is_of_area(const struct disk_line *line, dev_t number, const struct pmm_area *area)
{
	const char *name = area->name;
	struct scan rest = line->name;

	if (number)
		return line->reads.device == number;
	/* Its node need not be there, in a captured tree. */
	return area->type != PMM_AREA_FILE && !strncmp(name, "/dev/", 5) &&
	       scan_text(&rest, name + 5) && scan_at_end(&rest);
}

int disk_read_areas(struct pmm_root *root, const struct pmm_area *areas, size_t count,
		    struct pmm_reads *ret_reads)
{
	_cleanup_text_ struct text text = {0};
	int r = count ? root_read_quietly(root, "proc/diskstats", &text) : 0;

	for (size_t i = 0; i < count; i++) {
		struct scan scan = {NULL, NULL};
		struct disk_line line;
		dev_t number;

		ret_reads[i] = absent_reads;
		if (r < 0)
			continue;
		scan = text_scan(&text);
		number = areas[i].type == PMM_AREA_FILE ? device_of_file(root, areas[i].name)
							: device_of_node(root, areas[i].name);
		while (disk_next_line(&scan, &line))
			if (is_of_area(&line, number, &areas[i])) {
				ret_reads[i] = line.reads;
				break;
			}
	}
	return r;
}

/* ---- all of them ---- */

static bool is_counted(const struct pmm_reads *reads, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (reads[i].device && reads[i].device == reads[index].device)
			return true;
	return false;
}

/* Once absent, always absent. */
static void add(uint64_t *sum, uint64_t number)
{
	if (*sum != PMM_ABSENT &&
	    (number == PMM_ABSENT || __builtin_add_overflow(*sum, number, sum)))
		*sum = PMM_ABSENT;
}

void disk_sum(const struct pmm_area *areas, const struct pmm_reads *reads, size_t count,
	      struct disk_sum *ret_sum)
{
	struct disk_sum sum = {0};

	for (size_t i = 0; i < count; i++) {
		if (is_counted(reads, i))
			continue;
		if (areas[i].type == PMM_AREA_ZRAM) {
			add(&sum.zram_bytes, reads[i].bytes);
			continue;
		}
		add(&sum.disks.requests, reads[i].requests);
		add(&sum.disks.bytes, reads[i].bytes);
		add(&sum.disks.ns, reads[i].ns);
	}
	*ret_sum = sum;
}
