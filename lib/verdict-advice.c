/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What may help a scope that is short of memory, in fixed wording, each advice with its condition.
 * Pure.
 */

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "verdict-words.h"

static const uint64_t MIB = 1 << 20;
static const double SLOW_READ_SECONDS = 0.002;	     /* no flash takes that long */
static const double LEAK_BYTES_PER_SECOND = 1 << 20; /* less may be a program at work */
static const double BUSY_KSWAPD_PERCENT = 90;	     /* of a processor: all it has */
static const double MANY_ALLOCSTALLS = 10;	     /* a second */
static const double FREE_RATIO = 0.1;		     /* of the memory: that much is left */
static const double COLD_ANON_RATIO = 0.1;	     /* of what comes back, anonymous */

/* systemd.unit(5): the bytes of a unit's name; then it can stand in a command line as it is. */
static const char *unit_of(const char *path)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789:-_.@";
	static const char *const suffixes[] = {".service", ".slice", ".scope"};
	const char *name = strrchr(path, '/'), *suffix;

	name = name ? name + 1 : path;
	suffix = strrchr(name, '.');
	if (!suffix || *name == '-' || name[strspn(name, bytes)])
		return NULL;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (!strcmp(suffix, suffixes[i]))
			return name;
	return NULL;
}

/* What it has, here and in swap, would fit then; if that is not known, twice as much as now. */
static uint64_t better_limit(const struct pmm_verdict *verdict)
{
	uint64_t bytes = verdict->limit_bytes, swap = verdict->swap_used_bytes;
	uint64_t more = swap == PMM_ABSENT || swap < bytes / 8 ? bytes : swap;

	if (__builtin_add_overflow(bytes, more, &bytes) || bytes > PMM_ABSENT - 16 * MIB)
		return verdict->limit_bytes;
	return (bytes + 16 * MIB - 1) / (16 * MIB) * (16 * MIB);
}

static void advise_limit(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	uint64_t bytes = better_limit(verdict);
	const char *unit;

	if (!verdict->is_limit_binding || verdict->system_available_bytes == PMM_ABSENT ||
	    verdict->system_available_bytes < bytes - verdict->limit_bytes)
		return;
	unit = unit_of(verdict->limit_path);
	if (unit)
		fprintf(file, "systemctl set-property %s %s=%juM", unit,
			verdict->is_limit_high ? "MemoryHigh" : "MemoryMax",
			(uintmax_t)(bytes / MIB));
	else
		fprintf(file, "raise the memory limit of %s to %juM, not RAM", verdict->limit_path,
			(uintmax_t)(bytes / MIB));
}

static void advise_fewer(FILE *file, const struct story *story)
{
	if (story->scene->victims_count > 1)
		fputs("run fewer jobs at a time (make -j, workers)", file);
}

/* Somebody who grows fast, and faster than all others together. */
static void advise_grower(FILE *file, const struct story *story)
{
	const struct pmm_scene *scene = story->scene;
	double others = 0;

	for (size_t i = 1; i < scene->growers_count; i++)
		others += scene->growers[i].growth_bytes_per_second;
	if (!scene->growers_count ||
	    scene->growers->growth_bytes_per_second < fmax(others, LEAK_BYTES_PER_SECOND))
		return;
	fprintf(file, "stop %s(%d), which grows by ", scene->growers->name,
		(int)scene->growers->pid);
	words_put_rate(file, scene->growers->growth_bytes_per_second);
	fputs(" (a leak?)", file);
}

static bool is_part_of_all(const struct pmm_verdict *verdict, uint64_t bytes)
{
	return bytes != PMM_ABSENT && verdict->limit_bytes != PMM_ABSENT &&
	       (double)bytes >= FREE_RATIO * (double)verdict->limit_bytes;
}

/* What evicts while the machine has memory left is a limit that is not seen from here. */
static void advise_room(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;

	if (verdict->is_limit_binding)
		return;
	if (verdict->path || !is_part_of_all(verdict, verdict->system_available_bytes)) {
		fputs("stop or move something: together, the working sets do not fit into memory",
		      file);
		return;
	}
	fputs("see whose memory limit is full (vmtop -S cgroup): the host has ", file);
	words_put_size(file, verdict->system_available_bytes);
	fputs(" left", file);
}

static void advise_disk(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;

	if (!(verdict->swap_read_seconds > SLOW_READ_SECONDS) ||
	    !(verdict->swapped_in_pages_per_second >=
	      story->thresholds->came_back_pages_per_second))
		return;
	fputs(story->scene->has_zram ? "a faster disk for swap"
				     : "compressed swap (zram, zswap) or a faster disk",
	      file);
	fputs(": a read takes ", file);
	words_put_number(file, 1000 * verdict->swap_read_seconds);
	fputs(" ms", file);
}

static bool is_file_thrash(const struct pmm_verdict *verdict)
{
	double anon = fmax(verdict->refaulted_anon_pages_per_second,
			   verdict->swapped_in_pages_per_second);

	return verdict->refaulted_file_pages_per_second > 0 &&
	       !(anon > COLD_ANON_RATIO * verdict->refaulted_file_pages_per_second);
}

static void advise_swap(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;

	if (!is_file_thrash(verdict) || verdict->swap_total_bytes == PMM_ABSENT)
		return;
	if (!verdict->swap_total_bytes)
		fputs("add swap (swapctl create), so that anonymous memory can leave, not files",
		      file);
	else if (verdict->swap_used_bytes < verdict->swap_total_bytes / 2)
		fputs("raise vm.swappiness: files are evicted and needed again, anonymous memory "
		      "stays",
		      file);
}

static void advise_kswapd(FILE *file, const struct story *story)
{
	if (story->scene->kswapd_percent >= BUSY_KSWAPD_PERCENT)
		fputs("raise vm.watermark_scale_factor: kswapd takes a whole processor", file);
}

static void advise_compaction(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;

	if (!verdict->path && verdict->allocstalls_per_second >= MANY_ALLOCSTALLS &&
	    is_part_of_all(verdict, story->scene->kernel_free_bytes))
		fputs("allocations stall although memory is free: look at huge pages (compaction) "
		      "and at single NUMA nodes",
		      file);
}

static teller *const advisers[] = {
	advise_limit, advise_fewer, advise_grower, advise_room,
	advise_disk,  advise_swap,  advise_kswapd, advise_compaction,
};

teller *advice_at(size_t index)
{
	return index < sizeof(advisers) / sizeof(*advisers) ? advisers[index] : NULL;
}
