/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The load of the system at the instant of a sample: which of the kernel's counters are what the
 * verdict asks for, and which names older kernels had for them. Pure. The loads of cgroups are in
 * cgroup-load.c.
 */

#include "load.h"

#include <math.h>
#include <stdbool.h>

#include "metric.h"
#include "sample.h"

/* Of proc/vmstat alone. */
static const struct load_formula system_formulas[] = {
	{PMM_LOAD_EVICTED, "pgsteal_anon + pgsteal_file | pgsteal_kswapd + pgsteal_direct"},
	{PMM_LOAD_EVICTED_ANON, "pgsteal_anon"},
	{PMM_LOAD_EVICTED_FILE, "pgsteal_file"},
	{PMM_LOAD_SCANNED, "pgscan_anon + pgscan_file | pgscan_kswapd + pgscan_direct"},
	{PMM_LOAD_ALLOCSTALLS, "allocstall | allocstall_*"},
	{PMM_LOAD_OOM_KILLS, "oom_kill"},
};

/* Before Linux 5.9 refaults were of files only; a cgroup has swap-ins since 6.12. */
static const struct load_formula paging_formulas[] = {
	{PMM_LOAD_EVICTED_PROACTIVE, "pgsteal_proactive"},
	{PMM_LOAD_SWAPPED_IN, "pswpin"},
	{PMM_LOAD_SWAPPED_OUT, "pswpout"},
	{PMM_LOAD_ZSWAPPED_IN, "zswpin"},
	{PMM_LOAD_ZSWAPPED_OUT, "zswpout"},
	{PMM_LOAD_REFAULTED_ANON, "workingset_refault_anon"},
	{PMM_LOAD_REFAULTED_FILE, "workingset_refault_file | workingset_refault"},
	{PMM_LOAD_ACTIVATED_FILE, "workingset_activate_file | workingset_activate"},
	{PMM_LOAD_RESTORED,
	 "workingset_restore_anon + workingset_restore_file | workingset_restore"},
	{PMM_LOAD_MAJOR_FAULTS, "pgmajfault"},
};

void pmm_load_clear(struct pmm_load *ret_load)
{
	*ret_load = (struct pmm_load){
		.page_bytes = PMM_ABSENT,
		.memory_full_avg10_percent = (double)NAN,
		.io_full_avg10_percent = (double)NAN,
		.current_bytes = PMM_ABSENT,
		.limit_bytes = PMM_ABSENT,
		.limit_current_bytes = PMM_ABSENT,
		.swap_used_bytes = PMM_ABSENT,
		.swap_total_bytes = PMM_ABSENT,
		.system_available_bytes = PMM_ABSENT,
	};
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		ret_load->counters[i] = PMM_ABSENT;
}

void load_take_pressure(const struct pmm_pressure *pressure, enum pmm_resource resource,
			struct pmm_load *load)
{
	bool is_memory = resource == PMM_RESOURCE_MEMORY;

	load->counters[is_memory ? PMM_LOAD_MEMORY_SOME_NS : PMM_LOAD_IO_SOME_NS] =
		pressure->some.total_ns;
	load->counters[is_memory ? PMM_LOAD_MEMORY_FULL_NS : PMM_LOAD_IO_FULL_NS] =
		pressure->full.total_ns;
	*(is_memory ? &load->memory_full_avg10_percent : &load->io_full_avg10_percent) =
		pressure->full.avg10_percent;
}

static void take_pressures(const struct pmm_sample *sample, struct pmm_load *load)
{
	static const enum pmm_resource resources[] = {PMM_RESOURCE_MEMORY, PMM_RESOURCE_IO};

	for (size_t i = 0; i < sizeof(resources) / sizeof(*resources); i++) {
		const struct pmm_pressure *pressure = pmm_sample_pressure(sample, resources[i]);

		if (pressure)
			load_take_pressure(pressure, resources[i], load);
	}
}

static uint64_t value_of(const char *formula, const struct pmm_counters *counters)
{
	uint64_t value;

	return metric_formula_value(formula, counters, &value) ? value : PMM_ABSENT;
}

void load_take(const struct pmm_counters *counters, const struct load_formula *formulas,
	       size_t count, struct pmm_load *load)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t value = value_of(formulas[i].text, counters);

		if (value != PMM_ABSENT)
			load->counters[formulas[i].counter] = value;
	}
}

void load_take_paging(const struct pmm_counters *counters, struct pmm_load *load)
{
	load_take(counters, paging_formulas, sizeof(paging_formulas) / sizeof(*paging_formulas),
		  load);
}

static void take_vmstat(const struct pmm_sample *sample, struct pmm_load *load)
{
	const struct pmm_counters *vmstat = pmm_sample_vmstat(sample);
	uint64_t kib = value_of("pgpgin", vmstat);

	load_take(vmstat, system_formulas, sizeof(system_formulas) / sizeof(*system_formulas),
		  load);
	load_take_paging(vmstat, load);
	/* Sectors that were read, halved: KiB (mm/vmstat.c, sum_vm_events). */
	if (kib < PMM_ABSENT / 1024)
		load->counters[PMM_LOAD_READ_BYTES] = 1024 * kib;
}

/* What was swapped in, but for what the zram devices gave. Absent if there are areas unknown. */
static void take_disks(const struct pmm_sample *sample, struct pmm_load *load)
{
	uint64_t swapped_in = load->counters[PMM_LOAD_SWAPPED_IN], zram_pages;
	struct disk_sum sum;

	sample_swap_reads(sample, &sum);
	load->counters[PMM_LOAD_SWAP_READS] = sum.disks.requests;
	load->counters[PMM_LOAD_SWAP_READ_NS] = sum.disks.ns;
	if (swapped_in == PMM_ABSENT || sum.zram_bytes == PMM_ABSENT ||
	    load->page_bytes == PMM_ABSENT)
		return;
	zram_pages = sum.zram_bytes / load->page_bytes;
	load->counters[PMM_LOAD_DISK_SWAPPED_IN] =
		zram_pages < swapped_in ? swapped_in - zram_pages : 0;
}

void pmm_load_of_sample(const struct pmm_sample *sample, struct pmm_load *ret_load)
{
	const struct pmm_counters *meminfo = pmm_sample_meminfo(sample);

	pmm_load_clear(ret_load);
	ret_load->boot_ns = pmm_sample_boot_ns(sample);
	ret_load->page_bytes = pmm_sample_page_bytes(sample);
	ret_load->counters[PMM_LOAD_USER_NS] = pmm_sample_user_ns(sample);
	take_pressures(sample, ret_load);
	take_vmstat(sample, ret_load);
	take_disks(sample, ret_load);
	ret_load->current_bytes = value_of("MemTotal - MemAvailable", meminfo);
	ret_load->limit_bytes = value_of("MemTotal", meminfo);
	ret_load->limit_current_bytes = ret_load->current_bytes;
	ret_load->system_available_bytes = value_of("MemAvailable", meminfo);
	ret_load->swap_total_bytes = value_of("SwapTotal", meminfo);
	ret_load->swap_used_bytes = value_of("SwapTotal - SwapFree", meminfo);
}
