/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RAM: which frames there are, and which node of NUMA each is of. Numbers of frames have holes,
 * where devices are, and since the kernel no longer marks them in kpageflags (KPF_NOPAGE),
 * proc/iomem has to say it; without the rights to see its addresses, the blocks of memory that can
 * be plugged (Documentation/admin-guide/mm/memory-hotplug.rst), which are coarse; without those
 * proc/zoneinfo, which has the holes in it.
 * Reads: proc/iomem, sys/devices/system/{node,memory}, proc/zoneinfo.
 */

#include "ram.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

#define NODES "sys/devices/system/node"

enum { PATH_TEXT = sizeof(NODES "/node18446744073709551615") };

struct pmm_ram {
	struct ram_list list;
	struct ram_list nodes; /* what is of each, with the holes in it */
};

/* ---- lists ---- */

int ram_add(struct ram_list *list, uint64_t start_frame, uint64_t end_frame, uint64_t node)
{
	if (start_frame >= end_frame)
		return 0;
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 64;
		struct pmm_ram_range *ranges =
			reallocarray(list->ranges, capacity, sizeof(*ranges));

		if (!ranges)
			return -ENOMEM;
		list->ranges = ranges;
		list->capacity = capacity;
	}
	list->ranges[list->count++] = (struct pmm_ram_range){start_frame, end_frame, node};
	return 0;
}

static int compare_start(const void *a, const void *b)
{
	const struct pmm_ram_range *left = a, *right = b;

	return (left->start_frame > right->start_frame) - (left->start_frame < right->start_frame);
}

void ram_tidy(struct ram_list *list)
{
	size_t kept = 0;

	if (!list->count)
		return;
	qsort(list->ranges, list->count, sizeof(*list->ranges), compare_start);
	for (size_t i = 1; i < list->count; i++) {
		struct pmm_ram_range *last = &list->ranges[kept], *range = &list->ranges[i];

		if (range->start_frame <= last->end_frame && range->node == last->node) {
			if (range->end_frame > last->end_frame)
				last->end_frame = range->end_frame;
			continue;
		}
		/* What two nodes claim is the first one's. */
		if (range->start_frame < last->end_frame)
			range->start_frame = last->end_frame;
		if (range->start_frame < range->end_frame)
			list->ranges[++kept] = *range;
	}
	list->count = kept + 1;
}

/* A range of RAM, cut where its node changes. */
static int combine_range(const struct pmm_ram_range *ram, const struct ram_list *nodes,
			 struct ram_list *list)
{
	uint64_t at = ram->start_frame;
	int r = 0;

	for (size_t i = 0; i < nodes->count && r >= 0 && at < ram->end_frame; i++) {
		const struct pmm_ram_range *node = &nodes->ranges[i];
		uint64_t end = node->end_frame < ram->end_frame ? node->end_frame : ram->end_frame;

		if (node->end_frame <= at || node->start_frame >= ram->end_frame)
			continue;
		if (node->start_frame > at)
			r = ram_add(list, at, node->start_frame, PMM_ABSENT);
		at = node->start_frame > at ? node->start_frame : at;
		if (r >= 0)
			r = ram_add(list, at, end, node->node);
		at = end;
	}
	return r < 0 ? r : ram_add(list, at, ram->end_frame, PMM_ABSENT);
}

int ram_combine(const struct ram_list *ram, const struct ram_list *nodes, struct ram_list *list)
{
	int r = 0;

	for (size_t i = 0; i < ram->count && r >= 0; i++)
		r = combine_range(&ram->ranges[i], nodes, list);
	return r;
}

/* ---- texts ---- */

bool ram_scan_resource(struct scan *line, uint64_t *ret_start, uint64_t *ret_end)
{
	return scan_hex(line, ret_start) && scan_text(line, "-") && scan_hex(line, ret_end) &&
	       scan_text(line, " : ");
}

/* Memory of a device that was made RAM is a level deeper: "System RAM (kmem)". */
int ram_parse_iomem(struct scan iomem, uint64_t page_bytes, struct ram_list *list)
{
	uint64_t start, end;
	struct scan line;
	int r = 0;

	while (r >= 0 && scan_line(&iomem, &line)) {
		scan_blanks(&line);
		if (!ram_scan_resource(&line, &start, &end) || !scan_text(&line, "System RAM") ||
		    end <= start)
			continue;
		r = ram_add(list, start / page_bytes, end / page_bytes + 1, PMM_ABSENT);
	}
	return r;
}

/*
 * A zone is lines such as "Node 0, zone   Normal", "        spanned  5505024" and, behind it,
 * "  start_pfn:           1048576". One that is empty has no start.
 */
int ram_parse_zoneinfo(struct scan zoneinfo, struct ram_list *list)
{
	uint64_t node = PMM_ABSENT, spanned = 0, number;
	struct scan line;
	int r = 0;

	while (r >= 0 && scan_line(&zoneinfo, &line)) {
		if (scan_text(&line, "Node ")) {
			spanned = 0;
			node = scan_u64(&line, &number) ? number : PMM_ABSENT;
			continue;
		}
		scan_blanks(&line);
		if (scan_text(&line, "spanned ") && scan_word_u64(&line, &number))
			spanned = number;
		else if (scan_text(&line, "start_pfn:") && scan_word_u64(&line, &number) &&
			 spanned <= PMM_ABSENT - number)
			r = ram_add(list, number, number + spanned, node);
	}
	return r;
}

/* ---- files ---- */

/* The number in "node12" or "memory7". */
static bool parse_name(const char *name, const char *kind, uint64_t *ret_number)
{
	struct scan scan = scan_over(name, strlen(name));

	return scan_text(&scan, kind) && scan_u64(&scan, ret_number) && scan_at_end(&scan);
}

/* The names KIND with a number in a directory: the numbers, as starts of ranges of one frame. */
static int list_numbers(struct pmm_root *root, const char *path, const char *kind,
			struct ram_list *list)
{
	const struct dirent *entry;
	DIR *directory;
	uint64_t number;
	int r = root_open_directory(root, path, &directory);

	if (r < 0)
		return 0; /* there are none */
	while (r >= 0 && (entry = readdir(directory)))
		if (parse_name(entry->d_name, kind, &number) && number < UINT32_MAX)
			r = ram_add(list, number, number + 1, PMM_ABSENT);
	closedir(directory);
	return r;
}

/* "8000000", without 0x. */
static uint64_t read_block_frames(struct pmm_root *root, uint64_t page_bytes)
{
	char *line = root_read_line(root, "sys/devices/system/memory/block_size_bytes");
	struct scan scan = scan_over(line ? line : "", line ? strlen(line) : 0);
	uint64_t bytes;

	if (!scan_hex(&scan, &bytes) || !scan_at_end(&scan) || bytes > UINT64_C(1) << 40)
		bytes = 0;
	free(line);
	return bytes / page_bytes;
}

/* Block N is the Nth of its size, from address 0 on: drivers/base/memory.c, memory_block_id(). */
static int read_node(struct pmm_root *root, uint64_t node, uint64_t block_frames,
		     struct ram_list *list)
{
	struct ram_list blocks = {0};
	char path[PATH_TEXT];
	int r;

	snprintf(path, sizeof(path), NODES "/node%ju", (uintmax_t)node);
	r = list_numbers(root, path, "memory", &blocks);
	for (size_t i = 0; i < blocks.count && r >= 0; i++) {
		uint64_t block = blocks.ranges[i].start_frame;

		r = ram_add(list, block * block_frames, (block + 1) * block_frames, node);
	}
	free(blocks.ranges);
	return r;
}

static int read_zoneinfo(struct pmm_root *root, struct ram_list *list)
{
	_cleanup_text_ struct text text = {0};

	if (root_read_quietly(root, "proc/zoneinfo", &text) < 0)
		return 0;
	return ram_parse_zoneinfo(text_scan(&text), list);
}

static int read_nodes(struct pmm_root *root, uint64_t page_bytes, struct ram_list *list)
{
	uint64_t block_frames = read_block_frames(root, page_bytes);
	struct ram_list nodes = {0};
	int r = list_numbers(root, NODES, "node", &nodes);

	for (size_t i = 0; i < nodes.count && block_frames && r >= 0; i++)
		r = read_node(root, nodes.ranges[i].start_frame, block_frames, list);
	if (r >= 0 && !list->count)
		r = read_zoneinfo(root, list);
	ram_tidy(list);
	free(nodes.ranges);
	return r;
}

static int read_ram(struct pmm_root *root, uint64_t page_bytes, struct ram_list *list)
{
	_cleanup_text_ struct text text = {0};
	int r = 0;

	if (root_read_quietly(root, "proc/iomem", &text) >= 0)
		r = ram_parse_iomem(text_scan(&text), page_bytes, list);
	ram_tidy(list);
	return r;
}

int pmm_ram_open(struct pmm_root *root, struct pmm_ram **ret_ram)
{
	uint64_t page_bytes = pmm_root_page_bytes(root);
	struct ram_list ram = {0};
	struct pmm_ram *made;
	int r;

	if (page_bytes == PMM_ABSENT)
		return pmm_root_fail(root, -ENODATA,
				     "the captured tree does not say how large a "
				     "page is");
	made = calloc(1, sizeof(*made));
	r = made ? read_ram(root, page_bytes, &ram) : -ENOMEM;
	if (r >= 0)
		r = read_nodes(root, page_bytes, &made->nodes);
	if (r >= 0)
		r = ram_combine(ram.count ? &ram : &made->nodes, &made->nodes, &made->list);
	free(ram.ranges);
	if (r < 0) {
		pmm_ram_close(made);
		return pmm_root_fail(root, r, "%s", strerror(-r));
	}
	*ret_ram = made;
	return 0;
}

struct pmm_ram *pmm_ram_close(struct pmm_ram *ram)
{
	if (!ram)
		return NULL;
	free(ram->list.ranges);
	free(ram->nodes.ranges);
	free(ram);
	return NULL;
}

const struct pmm_ram_range *pmm_ram_range(const struct pmm_ram *ram, size_t index)
{
	return index < ram->list.count ? &ram->list.ranges[index] : NULL;
}

static int compare_frame(const void *key, const void *element)
{
	uint64_t frame = *(const uint64_t *)key;
	const struct pmm_ram_range *range = element;

	if (frame < range->start_frame)
		return -1;
	return frame >= range->end_frame;
}

uint64_t pmm_ram_node(const struct pmm_ram *ram, uint64_t frame)
{
	const struct pmm_ram_range *range = NULL;

	if (ram->nodes.count)
		range = bsearch(&frame, ram->nodes.ranges, ram->nodes.count,
				sizeof(*ram->nodes.ranges), compare_frame);
	return range ? range->node : PMM_ABSENT;
}
