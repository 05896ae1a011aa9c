/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Compressed swap in RAM: zram devices and zswap. Reads
 * sys/block/zram*{/initstate,/disksize,/mm_stat, /comp_algorithm}
 * (Documentation/admin-guide/blockdev/zram.rst) and sys/module/zswap/parameters
 * (Documentation/admin-guide/mm/zswap.rst). It never looks below sys/class/zram-control: reading
 * hot_add there makes a device. How much zswap holds is in proc/meminfo, so it is a metric.
 */

#include "compressed.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

bool compressed_parse_mm_stat(const char *text, size_t length, uint64_t *ret_stored_bytes,
			      uint64_t *ret_used_bytes)
{
	struct scan scan = scan_over(text, length);
	uint64_t stored_bytes, compressed_bytes, used_bytes;

	scan_blanks(&scan);
	if (!scan_u64(&scan, &stored_bytes) || !scan_blanks(&scan) ||
	    !scan_u64(&scan, &compressed_bytes) || !scan_blanks(&scan) ||
	    !scan_u64(&scan, &used_bytes))
		return false;
	*ret_stored_bytes = stored_bytes;
	*ret_used_bytes = used_bytes;
	return true;
}

char *compressed_parse_choice(const char *text, size_t length)
{
	struct scan scan = scan_over(text, length), skipped, choice;

	if (!scan_until(&scan, '[', &skipped) || !scan_until(&scan, ']', &choice))
		return NULL;
	return scan_copy(&choice);
}

/*
 * A file of the device's directory; "" paths cannot happen, since names come from the kernel's
 * directory.
 */
static int read_attribute(struct pmm_root *root, const char *name, const char *attribute,
			  struct text *text)
{
	char *path;
	int r;

	if (asprintf(&path, "sys/block/%s/%s", name, attribute) < 0)
		return -ENOMEM;
	r = root_read_quietly(root, path, text);
	free(path);
	return r;
}

static uint64_t read_number(struct pmm_root *root, const char *name, const char *attribute)
{
	_cleanup_text_ struct text text = {0};
	struct scan scan;
	uint64_t number;

	if (read_attribute(root, name, attribute, &text) < 0)
		return PMM_ABSENT;
	scan = text_scan(&text);
	return scan_u64(&scan, &number) ? number : PMM_ABSENT;
}

/* 1 and the device, or 0 if it is not set up. */
static int read_device(struct pmm_root *root, const char *name, struct pmm_zram *ret_device)
{
	_cleanup_text_ struct text text = {0};
	struct pmm_zram device = {.stored_bytes = PMM_ABSENT, .used_bytes = PMM_ABSENT};

	device.disk_bytes = read_number(root, name, "disksize");
	if (device.disk_bytes == 0 || device.disk_bytes == PMM_ABSENT)
		return 0;
	if (read_attribute(root, name, "mm_stat", &text) >= 0)
		compressed_parse_mm_stat(text.bytes, text.length, &device.stored_bytes,
					 &device.used_bytes);
	if (read_attribute(root, name, "comp_algorithm", &text) >= 0)
		device.algorithm = compressed_parse_choice(text.bytes, text.length);
	device.name = strdup(name);
	if (!device.name) {
		free(device.algorithm);
		return -ENOMEM;
	}
	*ret_device = device;
	return 1;
}

static int append_device(struct pmm_root *root, const char *name, struct pmm_zram **devices,
			 size_t *count)
{
	struct pmm_zram *grown = reallocarray(*devices, *count + 1, sizeof(**devices));
	int r;

	if (!grown)
		return -ENOMEM;
	*devices = grown;
	r = read_device(root, name, &grown[*count]);
	if (r > 0)
		(*count)++;
	return r;
}

static int compare_names(const void *a, const void *b)
{
	const struct pmm_zram *left = a, *right = b;

	return strverscmp(left->name, right->name);
}

int compressed_read_zram(struct pmm_root *root, struct pmm_zram **ret_devices, size_t *ret_count)
{
	struct pmm_zram *devices = NULL;
	struct dirent *entry;
	DIR *directory;
	size_t count = 0;
	int r = root_open_directory(root, "sys/block", &directory);

	if (r < 0)
		return r;
	while (r >= 0 && (entry = readdir(directory)))
		if (!strncmp(entry->d_name, "zram", 4))
			r = append_device(root, entry->d_name, &devices, &count);
	closedir(directory);
	if (r < 0) {
		compressed_free_zram(devices, count);
		return r;
	}
	if (count)
		qsort(devices, count, sizeof(*devices), compare_names);
	*ret_devices = devices;
	*ret_count = count;
	return 0;
}

void compressed_free_zram(struct pmm_zram *devices, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(devices[i].name);
		free(devices[i].algorithm);
	}
	free(devices);
}

double pmm_zram_ratio(const struct pmm_zram *zram)
{
	if (zram->stored_bytes == PMM_ABSENT || zram->used_bytes == PMM_ABSENT ||
	    !zram->used_bytes || !zram->stored_bytes)
		return (double)NAN;
	return (double)zram->stored_bytes / (double)zram->used_bytes;
}

int compressed_read_zswap(struct pmm_root *root, struct pmm_zswap *ret_zswap)
{
	char *enabled = root_read_line(root, "sys/module/zswap/parameters/enabled");

	if (!enabled)
		return -ENOENT;
	ret_zswap->is_enabled = *enabled == 'Y' || *enabled == '1';
	ret_zswap->compressor = root_read_line(root, "sys/module/zswap/parameters/compressor");
	free(enabled);
	return 0;
}
