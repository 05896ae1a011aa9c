/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One instant: every source of the system view, read in one go. What cannot be read is absent and
 * leaves a line that says why; it never spoils the rest. Reads proc/pressure/{memory,io,cpu},
 * proc/{vmstat,meminfo,swaps,diskstats,stat}, sys/block/zram*, sys/module/zswap. Processes are not
 * in it: they cost a thousand times more.
 */

#include "sample.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compressed.h"
#include "host.h"
#include "pressure.h"
#include "root.h"

enum {
	/* One for each source at most. */
	MAXIMUM_COMPLAINTS = 16,
};

struct complaint {
	const char *source;
	char *words;
};

struct pmm_sample {
	uint64_t boot_ns;
	uint64_t unix_ns;
	uint64_t page_bytes;
	struct pmm_host host;
	uint64_t user_ns;
	struct pmm_counters *meminfo;
	struct pmm_counters *vmstat;
	struct pmm_pressure pressures[PMM_RESOURCES];
	bool has_pressure[PMM_RESOURCES];
	struct pmm_area *areas;
	struct pmm_reads *reads; /* of each area */
	size_t areas_count;
	bool knows_areas;
	struct pmm_zram *zrams;
	size_t zrams_count;
	struct pmm_zswap zswap;
	bool has_zswap;
	struct complaint complaints[MAXIMUM_COMPLAINTS];
	size_t complaints_count;
};

/*
 * Keep the root's last words as a complaint. The same words are kept once: three files may lack for
 * one reason.
 */
static void complain(struct pmm_sample *sample, const struct pmm_root *root, const char *source)
{
	const char *words = pmm_root_error(root);
	struct complaint *complaint = &sample->complaints[sample->complaints_count];

	for (size_t i = 0; i < sample->complaints_count; i++)
		if (!strcmp(sample->complaints[i].words, words))
			return;
	if (sample->complaints_count == MAXIMUM_COMPLAINTS)
		return;
	*complaint = (struct complaint){.source = source, .words = strdup(words)};
	sample->complaints_count += complaint->words != NULL;
}

static void take_pressures(struct pmm_sample *sample, struct pmm_root *root)
{
	for (enum pmm_resource resource = 0; resource < PMM_RESOURCES; resource++) {
		int r = pmm_pressure_read(root, resource, &sample->pressures[resource]);

		sample->has_pressure[resource] = r >= 0;
		if (r < 0)
			complain(sample, root, pressure_paths[resource]);
	}
}

static struct pmm_counters *take_counters(struct pmm_sample *sample, struct pmm_root *root,
					  const char *path)
{
	struct pmm_counters *counters;

	if (pmm_counters_read(root, path, &counters) < 0) {
		complain(sample, root, path);
		return NULL;
	}
	if (pmm_counters_complaint(counters)) {
		root_fail_content(root, path, pmm_counters_complaint(counters));
		complain(sample, root, path);
	}
	return counters;
}

static int append_area(struct pmm_sample *sample, const struct pmm_area *area)
{
	size_t count = sample->areas_count;
	struct pmm_area *grown = reallocarray(sample->areas, count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	sample->areas = grown;
	grown[count] = *area;
	grown[count].name = strdup(area->name);
	if (!grown[count].name)
		return -ENOMEM;
	sample->areas_count++;
	return 0;
}

static void take_areas(struct pmm_sample *sample, struct pmm_root *root)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	int r = pmm_areas_open(root, &areas);

	if (r < 0) {
		complain(sample, root, "proc/swaps");
		return;
	}
	while ((r = pmm_areas_next(areas, &area)) > 0) {
		r = append_area(sample, area);
		if (r < 0) {
			pmm_root_fail(root, r, "proc/swaps: %s", strerror(-r));
			break;
		}
	}
	pmm_areas_close(areas);
	sample->knows_areas = r == 0;
	if (r < 0)
		complain(sample, root, "proc/swaps");
}

/* -ENOMEM, or 0 with whatever could be read. */
static int take_reads(struct pmm_sample *sample, struct pmm_root *root)
{
	int r;

	if (!sample->areas_count)
		return 0;
	sample->reads = calloc(sample->areas_count, sizeof(*sample->reads));
	if (!sample->reads)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	r = disk_read_areas(root, sample->areas, sample->areas_count, sample->reads);
	return r == -ENOMEM ? pmm_root_fail(root, r, "%s", strerror(ENOMEM)) : 0;
}

/* The same. */
static int take_compressed(struct pmm_sample *sample, struct pmm_root *root)
{
	int r = compressed_read_zram(root, &sample->zrams, &sample->zrams_count);

	if (r == -ENOMEM)
		return pmm_root_fail(root, r, "%s", strerror(ENOMEM));
	if (r != 0 && r != -ENOENT)
		complain(sample, root, "sys/block");
	r = compressed_read_zswap(root, &sample->zswap);
	sample->has_zswap = r >= 0;
	if (r < 0 && r != -ENOENT)
		complain(sample, root, "sys/module/zswap");
	return 0;
}

int pmm_sample_take(struct pmm_root *root, struct pmm_sample **ret_sample)
{
	struct pmm_sample *sample = calloc(1, sizeof(*sample));
	int r;

	if (!sample)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	r = pmm_root_clock(root, &sample->boot_ns);
	if (r < 0) {
		pmm_sample_free(sample);
		return r;
	}
	/* First what is divided by the clock just read. */
	take_pressures(sample, root);
	sample->vmstat = take_counters(sample, root, "proc/vmstat");
	sample->meminfo = take_counters(sample, root, "proc/meminfo");
	take_areas(sample, root);
	r = take_reads(sample, root);
	if (r >= 0)
		r = take_compressed(sample, root);
	if (r < 0) {
		pmm_sample_free(sample);
		return r;
	}
	if (host_read(root, &sample->host, &sample->user_ns) < 0)
		complain(sample, root, "proc/stat");
	sample->page_bytes = pmm_root_page_bytes(root);
	sample->unix_ns = root_unix_ns(root, sample->boot_ns, sample->host.boot_unix_ns);
	*ret_sample = sample;
	return 0;
}

struct pmm_sample *pmm_sample_free(struct pmm_sample *sample)
{
	if (!sample)
		return NULL;
	host_free(&sample->host);
	pmm_counters_free(sample->meminfo);
	pmm_counters_free(sample->vmstat);
	for (size_t i = 0; i < sample->areas_count; i++)
		free(sample->areas[i].name);
	free(sample->areas);
	free(sample->reads);
	compressed_free_zram(sample->zrams, sample->zrams_count);
	free(sample->zswap.compressor);
	for (size_t i = 0; i < sample->complaints_count; i++)
		free(sample->complaints[i].words);
	free(sample);
	return NULL;
}

uint64_t pmm_sample_boot_ns(const struct pmm_sample *sample)
{
	return sample->boot_ns;
}

uint64_t pmm_sample_unix_ns(const struct pmm_sample *sample)
{
	return sample->unix_ns;
}

uint64_t pmm_sample_page_bytes(const struct pmm_sample *sample)
{
	return sample->page_bytes;
}

const struct pmm_host *pmm_sample_host(const struct pmm_sample *sample)
{
	return &sample->host;
}

uint64_t pmm_sample_user_ns(const struct pmm_sample *sample)
{
	return sample->user_ns;
}

const struct pmm_counters *pmm_sample_meminfo(const struct pmm_sample *sample)
{
	return sample->meminfo;
}

const struct pmm_counters *pmm_sample_vmstat(const struct pmm_sample *sample)
{
	return sample->vmstat;
}

const struct pmm_pressure *pmm_sample_pressure(const struct pmm_sample *sample,
					       enum pmm_resource resource)
{
	return sample->has_pressure[resource] ? &sample->pressures[resource] : NULL;
}

const struct pmm_zswap *pmm_sample_zswap(const struct pmm_sample *sample)
{
	return sample->has_zswap ? &sample->zswap : NULL;
}

const struct pmm_area *pmm_sample_area(const struct pmm_sample *sample, size_t index)
{
	return index < sample->areas_count ? &sample->areas[index] : NULL;
}

const struct pmm_reads *pmm_sample_area_reads(const struct pmm_sample *sample, size_t index)
{
	return index < sample->areas_count ? &sample->reads[index] : NULL;
}

void sample_swap_reads(const struct pmm_sample *sample, struct disk_sum *ret_sum)
{
	static const struct disk_sum absent = {
		{0, PMM_ABSENT, PMM_ABSENT, PMM_ABSENT},
		PMM_ABSENT,
	};

	if (sample->knows_areas)
		disk_sum(sample->areas, sample->reads, sample->areas_count, ret_sum);
	else
		*ret_sum = absent;
}

const struct pmm_zram *pmm_sample_zram(const struct pmm_sample *sample, size_t index)
{
	return index < sample->zrams_count ? &sample->zrams[index] : NULL;
}

int pmm_sample_knows_areas(const struct pmm_sample *sample)
{
	return sample->knows_areas;
}

const char *pmm_sample_complaint(const struct pmm_sample *sample, size_t index,
				 const char **ret_source)
{
	if (index >= sample->complaints_count)
		return NULL;
	*ret_source = sample->complaints[index].source;
	return sample->complaints[index].words;
}
