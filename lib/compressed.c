/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Compressed swap in RAM: zram devices and zswap. Reads
 * sys/block/zram*{/disksize,/mm_stat,/comp_algorithm}
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
	struct scan scan = scan_over(text, length), line;
	uint64_t stored_bytes, compressed_bytes, used_bytes;

	if (!scan_until(&scan, '\n', &line) || !scan_word_u64(&line, &stored_bytes) ||
	    !scan_word_u64(&line, &compressed_bytes) || !scan_word_u64(&line, &used_bytes))
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

struct zrams {
	struct pmm_zram *devices;
	size_t count;
	bool is_malformed; /* something of them: the root has the words */
};

/* A file of the device's directory. */
static char *attribute_path(const char *name, const char *attribute)
{
	char *path;

	return asprintf(&path, "sys/block/%s/%s", name, attribute) < 0 ? NULL : path;
}

static int read_size(struct pmm_root *root, struct pmm_zram *device)
{
	char *path = attribute_path(device->name, "disksize");
	int r = path ? root_read_u64(root, path, &device->disk_bytes) : -ENOMEM;

	free(path);
	return r;
}

static int read_usage(struct pmm_root *root, struct pmm_zram *device)
{
	_cleanup_text_ struct text text = {0};
	char *path = attribute_path(device->name, "mm_stat");
	int r = path ? root_read_quietly(root, path, &text) : -ENOMEM;

	if (r >= 0 && !compressed_parse_mm_stat(text.bytes, text.length, &device->stored_bytes,
						&device->used_bytes))
		r = root_fail_at(root, -EBADMSG, path, "a line of numbers expected");
	free(path);
	return r;
}

static int read_algorithm(struct pmm_root *root, struct pmm_zram *device)
{
	_cleanup_text_ struct text text = {0};
	char *path = attribute_path(device->name, "comp_algorithm");
	int r = path ? root_read_quietly(root, path, &text) : -ENOMEM;

	if (r >= 0)
		device->algorithm = compressed_parse_choice(text.bytes, text.length);
	free(path);
	return r;
}

/* 1 and the device, or 0 if it is not set up. What it does not say is absent. */
static int read_device(struct pmm_root *root, struct zrams *zrams, struct pmm_zram *device)
{
	int r = read_size(root, device);

	if (r != -EBADMSG && (r < 0 || device->disk_bytes == 0))
		return r == -ENOMEM ? r : 0;
	zrams->is_malformed |= r == -EBADMSG;
	r = read_usage(root, device);
	zrams->is_malformed |= r == -EBADMSG;
	if (r != -ENOMEM)
		r = read_algorithm(root, device);
	return r == -ENOMEM ? r : 1;
}

static void free_device(struct pmm_zram *device)
{
	free(device->name);
	free(device->algorithm);
}

static int append_device(struct pmm_root *root, const char *name, struct zrams *zrams)
{
	struct pmm_zram *grown =
		reallocarray(zrams->devices, zrams->count + 1, sizeof(*zrams->devices));
	struct pmm_zram device = {
		.disk_bytes = PMM_ABSENT,
		.stored_bytes = PMM_ABSENT,
		.used_bytes = PMM_ABSENT,
	};
	int r;

	if (!grown)
		return -ENOMEM;
	zrams->devices = grown;
	device.name = strdup(name);
	r = device.name ? read_device(root, zrams, &device) : -ENOMEM;
	if (r <= 0)
		free_device(&device);
	else
		grown[zrams->count++] = device;
	return r;
}

static int compare_names(const void *a, const void *b)
{
	const struct pmm_zram *left = a, *right = b;

	return strverscmp(left->name, right->name);
}

int compressed_read_zram(struct pmm_root *root, struct pmm_zram **ret_devices, size_t *ret_count)
{
	struct zrams zrams = {0};
	struct dirent *entry;
	DIR *directory;
	int r = root_open_directory(root, "sys/block", &directory);

	if (r < 0)
		return root_fail_at(root, r, "sys/block", strerror(-r));
	while (r >= 0 && (entry = readdir(directory)))
		if (!strncmp(entry->d_name, "zram", 4))
			r = append_device(root, entry->d_name, &zrams);
	closedir(directory);
	if (r < 0) {
		compressed_free_zram(zrams.devices, zrams.count);
		return r;
	}
	if (zrams.count)
		qsort(zrams.devices, zrams.count, sizeof(*zrams.devices), compare_names);
	*ret_devices = zrams.devices;
	*ret_count = zrams.count;
	return zrams.is_malformed;
}

void compressed_free_zram(struct pmm_zram *devices, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free_device(&devices[i]);
	free(devices);
}

double pmm_zram_ratio(const struct pmm_zram *zram)
{
	if (zram->stored_bytes == PMM_ABSENT || zram->used_bytes == PMM_ABSENT ||
	    !zram->used_bytes || !zram->stored_bytes)
		return (double)NAN;
	return (double)zram->stored_bytes / (double)zram->used_bytes;
}

/* The kernel says Y or N (param_get_bool()), and takes 1 and 0 for the same. */
static int parse_switch(const char *word)
{
	if (!strcmp(word, "Y") || !strcmp(word, "1"))
		return 1;
	return !strcmp(word, "N") || !strcmp(word, "0") ? 0 : -EBADMSG;
}

int compressed_read_zswap(struct pmm_root *root, struct pmm_zswap *ret_zswap)
{
	static const char ENABLED[] = "sys/module/zswap/parameters/enabled";
	char *word = root_read_line(root, ENABLED);
	int is_enabled;

	if (!word)
		return -ENOENT;
	is_enabled = parse_switch(word);
	free(word);
	if (is_enabled < 0)
		return root_fail_at(root, -EBADMSG, ENABLED, "Y or N expected");
	ret_zswap->is_enabled = is_enabled;
	ret_zswap->compressor = root_read_line(root, "sys/module/zswap/parameters/compressor");
	return 0;
}
