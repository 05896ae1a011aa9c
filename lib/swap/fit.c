/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Is there room for what is in an area, if it is to be deactivated? swapoff(2) asks that only of
 * the machine as a whole, and not well (__vm_enough_memory() takes the size of the area, not its
 * use). Every page is charged to the cgroup that it belongs to: one whose limit is reached has its
 * processes killed while the machine is all but empty. Gathering is below, judging is pure.
 *
 * What cannot be known is taken for the worse: how much of a cgroup's swap is in this area, and
 * whose pages come back first.
 */

#include "fit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active.h"
#include "fault.h"
#include "words.h"

static const uint64_t LEAST_RESERVE_BYTES = 64 << 20;

enum {
	RESERVE_PERCENT = 3,
	/* A page that goes to another zram takes about a half of itself again. */
	ZRAM_SHARE = 2,
	/*
	 * All that a small cgroup has in memory is on its way out at once, and a part of it twice.
	 * Of a large one it was 40 MiB at most, measured, far less than the machine's reserve.
	 */
	WAY_SHARE = 8,
};

struct pmm_fit {
	struct pmm_fit_row *rows;
	size_t count;
};

static uint64_t less(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t difference(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
	uint64_t both;

	return __builtin_add_overflow(a, b, &both) ? UINT64_MAX : both;
}

/* ---- the judge ---- */

uint64_t fit_reserve_bytes(uint64_t total_bytes)
{
	uint64_t reserve_bytes = total_bytes / 100 * RESERVE_PERCENT;

	return reserve_bytes > LEAST_RESERVE_BYTES ? reserve_bytes : LEAST_RESERVE_BYTES;
}

void fit_judge_machine(const struct fit_facts *facts, struct pmm_fit_row *ret_row)
{
	/* No more pages are missing from memory than those of all areas that are not cached. */
	uint64_t need_bytes =
		less(facts->used_bytes, difference(facts->swap_used_bytes, facts->cached_bytes));
	uint64_t memory_bytes = sum(facts->available_bytes, facts->held_bytes);
	uint64_t reserve_bytes = fit_reserve_bytes(facts->total_bytes);
	uint64_t room_bytes = sum(difference(memory_bytes, reserve_bytes), facts->other_free_bytes);

	*ret_row = (struct pmm_fit_row){
		.swapped_bytes = facts->used_bytes,
		.cached_bytes = facts->used_bytes - need_bytes,
		.need_bytes = need_bytes,
		.memory_bytes = memory_bytes,
		.reserve_bytes = reserve_bytes,
		.other_swap_bytes = facts->other_free_bytes,
		.short_bytes = difference(need_bytes, room_bytes),
	};
}

/* Of a cgroup below its limit; absent: there is none. */
static uint64_t cgroup_memory_bytes(const struct pmm_cgroup *cgroup)
{
	if (cgroup->limit_bytes == PMM_ABSENT || cgroup->current_bytes == PMM_ABSENT)
		return PMM_ABSENT;
	return sum(difference(cgroup->limit_bytes, cgroup->current_bytes),
		   cgroup->clean_file_bytes);
}

/* How much of it may go to other areas: what comes back to memory leaves room below its limit. */
static uint64_t swap_room_bytes(const struct pmm_cgroup *cgroup, uint64_t need_bytes)
{
	if (cgroup->swap_limit_bytes == PMM_ABSENT)
		return PMM_ABSENT;
	if (cgroup->swap_limit_bytes == 0)
		return 0;
	return difference(cgroup->swap_limit_bytes, cgroup->swap_bytes - need_bytes);
}

/*
 * What other areas lack for ROW, which is short of memory. Its processes are killed when its memory
 * is full and can_reclaim_anon_pages() (mm/vmscan.c) finds no swap free. In the sum that this asks,
 * all pages of the area are missing from the moment that swapoff(2) begins, and each comes back
 * only when it is read in (swap_off(), swap_range_free() in mm/swapfile.c): what is still in the
 * area, of whomever, counts against what is free in others. And pages that are being written do not
 * free their memory before they are on the disk, while more are sent after them.
 */
static uint64_t lack_bytes(const struct fit_facts *facts, const struct pmm_cgroup *cgroup,
			   uint64_t other_free_bytes, const struct pmm_fit_row *row)
{
	uint64_t missing_bytes = row->need_bytes - row->memory_bytes;
	uint64_t left_bytes = difference(facts->used_bytes, row->memory_bytes);
	uint64_t lack = difference(sum(missing_bytes, row->reserve_bytes), other_free_bytes);
	uint64_t counted = difference(sum(left_bytes, row->reserve_bytes), facts->other_free_bytes);
	uint64_t own = difference(sum(missing_bytes, row->reserve_bytes),
				  swap_room_bytes(cgroup, row->need_bytes));

	lack = lack > counted ? lack : counted;
	return less(missing_bytes, lack > own ? lack : own);
}

void fit_judge_cgroup(const struct fit_facts *facts, const struct pmm_cgroup *cgroup,
		      uint64_t *other_free_bytes, struct pmm_fit_row *ret_row)
{
	uint64_t swapped_bytes = less(cgroup->swap_bytes, facts->used_bytes);
	uint64_t need_bytes =
		less(swapped_bytes, difference(cgroup->swap_bytes, cgroup->swap_cached_bytes));
	struct pmm_fit_row row = {
		.swapped_bytes = swapped_bytes,
		.cached_bytes = swapped_bytes - need_bytes,
		.need_bytes = need_bytes,
		.memory_bytes = cgroup_memory_bytes(cgroup),
		.other_swap_bytes = less(*other_free_bytes, swap_room_bytes(cgroup, need_bytes)),
	};

	if (row.memory_bytes < need_bytes) {
		row.reserve_bytes = less(cgroup->swappable_bytes / WAY_SHARE * (WAY_SHARE + 1),
					 fit_reserve_bytes(facts->total_bytes));
		row.short_bytes = lack_bytes(facts, cgroup, *other_free_bytes, &row);
		*other_free_bytes = difference(*other_free_bytes,
					       need_bytes - row.memory_bytes - row.short_bytes);
	}
	*ret_row = row;
}

/* The most that any cgroup must leave free in other areas. */
static uint64_t most_reserve_bytes(const struct pmm_fit *fit)
{
	uint64_t most_bytes = 0;

	for (size_t i = 1; i < fit->count; i++)
		if (fit->rows[i].reserve_bytes > most_bytes)
			most_bytes = fit->rows[i].reserve_bytes;
	return most_bytes;
}

uint64_t fit_room_bytes(const struct pmm_fit *fit)
{
	uint64_t whole_bytes = sum(fit->rows[0].swapped_bytes, most_reserve_bytes(fit));
	uint64_t parts_bytes = 0;

	for (size_t i = 1; i < fit->count; i++) {
		const struct pmm_fit_row *row = &fit->rows[i];

		parts_bytes = sum(parts_bytes, sum(difference(row->need_bytes, row->memory_bytes),
						   row->reserve_bytes));
	}
	return whole_bytes > parts_bytes ? whole_bytes : parts_bytes;
}

const struct pmm_fit_row *fit_find_short(const struct pmm_fit *fit)
{
	for (size_t i = 0; i < fit->count; i++)
		if (fit->rows[i].short_bytes)
			return &fit->rows[i];
	return NULL;
}

int fit_has_margin(const struct pmm_fit *fit)
{
	for (size_t i = 0; i < fit->count; i++) {
		const struct pmm_fit_row *row = &fit->rows[i];

		if (row->memory_bytes != PMM_ABSENT &&
		    row->need_bytes > difference(row->memory_bytes, row->reserve_bytes))
			return 0;
	}
	return 1;
}

int fit_refuse(const struct pmm_fit_row *row, const char *path, struct pmm_fault *fault)
{
	char need[WORDS_SIZE], missing[WORDS_SIZE];

	words_size(need, row->need_bytes);
	words_size(missing, row->short_bytes);
	if (!row->cgroup)
		return fault_set(fault, PMM_FAULT_REFUSED, -ENOBUFS, path,
				 "free memory, activate another area first, or --force",
				 "what is in it fits nowhere else: %s must come into memory, "
				 "%ju bytes (%s) too much",
				 need, (uintmax_t)row->short_bytes, missing);
	return fault_set(fault, PMM_FAULT_REFUSED, -ENOBUFS, path,
			 "raise the memory limit of the cgroup, or --force",
			 "cgroup %s would be over its memory limit, and its processes be killed: "
			 "up to %s come back to it, %ju bytes (%s) too much",
			 row->cgroup, need, (uintmax_t)row->short_bytes, missing);
}

/* ---- gathering ---- */

static uint64_t get_or_zero(const struct pmm_counters *counters, const char *name)
{
	uint64_t value = pmm_counters_get(counters, name);

	return value == PMM_ABSENT ? 0 : value;
}

/* By what it is; by its name if nothing can be reached by that, as in a captured tree. */
static bool is_area(struct pmm_root *root, const struct pmm_area *area, const char *path,
		    const struct stat *status)
{
	struct stat other;

	if (status && pmm_root_status(root, area->name, &other) == 0)
		return status_is_same(status, &other);
	return !strcmp(area->name, path);
}

/* Memory that a zram device gives back when its pages have left it. */
static uint64_t zram_held_bytes(const struct pmm_sample *sample, const struct pmm_area *area)
{
	const char *slash = strrchr(area->name, '/');
	const struct pmm_zram *zram;

	for (size_t i = 0; slash && (zram = pmm_sample_zram(sample, i)); i++)
		if (!strcmp(zram->name, slash + 1) && zram->used_bytes != PMM_ABSENT)
			return zram->used_bytes;
	return 0;
}

static void add_area(struct fit_facts *facts, const struct pmm_area *area)
{
	uint64_t free_bytes = difference(area->size_bytes, area->used_bytes);

	if (area->type == PMM_AREA_ZRAM)
		free_bytes /= ZRAM_SHARE;
	facts->other_free_bytes = sum(facts->other_free_bytes, free_bytes);
}

/* 1, or 0 if it is not active. */
static int gather_areas(struct pmm_root *root, const struct pmm_sample *sample, const char *path,
			const struct stat *status, struct fit_facts *facts)
{
	const struct pmm_counters *meminfo = pmm_sample_meminfo(sample);
	const struct pmm_area *area;
	uint64_t sizes_bytes = 0, draining_bytes;
	int is_found = 0;

	for (size_t i = 0; (area = pmm_sample_area(sample, i)); i++) {
		sizes_bytes = sum(sizes_bytes, area->size_bytes);
		facts->swap_used_bytes = sum(facts->swap_used_bytes, area->used_bytes);
		if (is_found || !is_area(root, area, path, status)) {
			add_area(facts, area);
			continue;
		}
		is_found = 1;
		facts->used_bytes = area->used_bytes;
		if (area->type == PMM_AREA_ZRAM)
			facts->held_bytes = zram_held_bytes(sample, area);
	}
	/* What is free in an area that is being deactivated is in none of the kernel's sums. */
	draining_bytes = difference(sizes_bytes, get_or_zero(meminfo, "SwapTotal"));
	facts->other_free_bytes = difference(facts->other_free_bytes, draining_bytes);
	/* zswap holds pages of all areas: if others have none, they are of this one. */
	if (facts->swap_used_bytes == facts->used_bytes)
		facts->held_bytes = sum(facts->held_bytes, get_or_zero(meminfo, "Zswap"));
	return is_found;
}

/* To what FACTS has of other areas already. */
static int gather_machine(struct pmm_root *root, const char *path, const struct stat *status,
			  struct fit_facts *facts)
{
	const struct pmm_counters *meminfo;
	const char *words, *source;
	struct pmm_sample *sample;
	int r = pmm_sample_take(root, &sample);

	if (r < 0)
		return r;
	meminfo = pmm_sample_meminfo(sample);
	if (!meminfo || !pmm_sample_knows_areas(sample)) {
		words = pmm_sample_complaint(sample, 0, &source);
		r = pmm_root_fail(root, -ENODATA, "proc/meminfo and proc/swaps are needed: %s",
				  words ? words : "not there");
		pmm_sample_free(sample);
		return r;
	}
	facts->cached_bytes = get_or_zero(meminfo, "SwapCached");
	facts->total_bytes = get_or_zero(meminfo, "MemTotal");
	facts->available_bytes = pmm_counters_get(meminfo, "MemAvailable");
	if (facts->available_bytes == PMM_ABSENT) /* before Linux 3.14 */
		facts->available_bytes = get_or_zero(meminfo, "MemFree");
	r = gather_areas(root, sample, path, status, facts);
	pmm_sample_free(sample);
	if (r == 0)
		r = pmm_root_fail(root, -ENXIO, "%s: not an active area", path);
	return r;
}

static int add_row(struct pmm_fit *fit, const char *cgroup, const struct pmm_fit_row *row)
{
	struct pmm_fit_row *rows = reallocarray(fit->rows, fit->count + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	fit->rows = rows;
	rows[fit->count] = *row;
	rows[fit->count].cgroup = cgroup ? strdup(cgroup) : NULL;
	if (cgroup && !rows[fit->count].cgroup)
		return -ENOMEM;
	fit->count++;
	return 0;
}

static int judge_cgroups(struct pmm_root *root, const struct fit_facts *facts, struct pmm_fit *fit)
{
	uint64_t other_free_bytes = facts->other_free_bytes;
	const struct pmm_cgroup *cgroup;
	struct pmm_cgroups *cgroups;
	struct pmm_fit_row row;
	int r = pmm_cgroups_open(root, &cgroups);

	if (r < 0)
		return r;
	while (r >= 0 && pmm_cgroups_next(cgroups, &cgroup) > 0) {
		if (cgroup->swap_bytes == 0 || cgroup->swap_bytes == PMM_ABSENT)
			continue;
		fit_judge_cgroup(facts, cgroup, &other_free_bytes, &row);
		r = add_row(fit, cgroup->path, &row);
	}
	pmm_cgroups_close(cgroups);
	return r;
}

int fit_read(struct pmm_root *root, const char *path, const struct stat *status,
	     uint64_t room_bytes, struct pmm_fit **ret_fit)
{
	struct fit_facts facts = {.other_free_bytes = room_bytes};
	struct pmm_fit_row row;
	struct pmm_fit *fit;
	int r = gather_machine(root, path, status, &facts);

	if (r < 0)
		return r;
	fit = calloc(1, sizeof(*fit));
	if (!fit)
		return -ENOMEM;
	fit_judge_machine(&facts, &row);
	r = add_row(fit, NULL, &row);
	if (r >= 0)
		r = judge_cgroups(root, &facts, fit);
	if (r < 0) {
		pmm_swap_fit_free(fit);
		return r;
	}
	*ret_fit = fit;
	return 0;
}

int pmm_swap_fit_read(struct pmm_root *root, const char *path, struct pmm_fit **ret_fit)
{
	struct stat status;
	int r = pmm_root_status(root, path, &status);

	return fit_read(root, path, r < 0 ? NULL : &status, 0, ret_fit);
}

struct pmm_fit *pmm_swap_fit_free(struct pmm_fit *fit)
{
	if (!fit)
		return NULL;
	for (size_t i = 0; i < fit->count; i++)
		free(fit->rows[i].cgroup);
	free(fit->rows);
	free(fit);
	return NULL;
}

const struct pmm_fit_row *pmm_swap_fit_row_at(const struct pmm_fit *fit, size_t index)
{
	return index < fit->count ? &fit->rows[index] : NULL;
}
