/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pure: what is computed of the numbers of a process, from two scans that name it by its pid and
 * start time.
 */

#include <math.h>

#include "process.h"
#include "procmm-verdict.h"

static const struct pmm_process_rates absent_rates = {NAN, NAN, NAN, NAN, NAN};

static const struct pmm_process_rates at_rest = {0, 0, 0, 0, 0};

/* What a process that started in between had before: nothing of anything. */
static const struct pmm_process nothing;

/*
 * The process at the begin of the interval; NULL if it was not seen then and should have been.
 * Start times are whole ticks, so one within the tick of the scan counts as after it.
 */
static const struct pmm_process *find_then(const struct pmm_process *process,
					   const struct pmm_processes *before)
{
	const struct pmm_process *then =
		pmm_processes_find(before, process->pid, process->start_ticks);

	if (then || process->start_ticks == PMM_ABSENT ||
	    process->start_ticks < pmm_processes_boot_ns(before) / NS_PER_TICK)
		return then;
	return &nothing;
}

/* Of a counter, which only grows; absent is more than any number. */
static double counter_rate(uint64_t now, uint64_t before, double seconds)
{
	if (now == PMM_ABSENT || now < before)
		return (double)NAN;
	return (double)(now - before) / seconds;
}

/* Of what may shrink, too. */
static double growth(uint64_t now, uint64_t before, double seconds)
{
	if (now == PMM_ABSENT || before == PMM_ABSENT)
		return (double)NAN;
	return ((double)now - (double)before) / seconds;
}

struct pmm_process_rates pmm_process_rates(const struct pmm_process *process,
					   const struct pmm_processes *now,
					   const struct pmm_processes *before)
{
	const struct pmm_process *then;
	uint64_t from, to = process->boot_ns;
	double seconds;

	if (!before)
		return absent_rates;
	then = find_then(process, before);
	if (!then || to == PMM_ABSENT)
		return absent_rates;
	from = then == &nothing ? pmm_processes_boot_ns(before) : then->boot_ns;
	if (from == to && to < pmm_processes_boot_ns(now))
		return at_rest;
	if (from == PMM_ABSENT || to <= from)
		return absent_rates;
	seconds = (double)(to - from) / (double)NS_PER_SECOND;
	return (struct pmm_process_rates){
		.major_faults_per_second =
			counter_rate(process->major_faults, then->major_faults, seconds),
		.minor_faults_per_second =
			counter_rate(process->minor_faults, then->minor_faults, seconds),
		.rss_growth_bytes_per_second = growth(process->rss_bytes, then->rss_bytes, seconds),
		.swap_growth_bytes_per_second =
			growth(process->swap_bytes, then->swap_bytes, seconds),
		.cpu_percent = counter_rate(process->cpu_ticks, then->cpu_ticks, seconds) *
			       (100 * (double)NS_PER_TICK / (double)NS_PER_SECOND),
	};
}

uint64_t pmm_process_footprint_bytes(const struct pmm_process *process)
{
	uint64_t sum;

	if (process->rss_anon_bytes == PMM_ABSENT || process->rss_shmem_bytes == PMM_ABSENT ||
	    process->swap_bytes == PMM_ABSENT ||
	    __builtin_add_overflow(process->rss_anon_bytes, process->rss_shmem_bytes, &sum) ||
	    __builtin_add_overflow(sum, process->swap_bytes, &sum))
		return PMM_ABSENT;
	return sum;
}

double pmm_process_lost_estimate_percent(double major_faults_per_second, double swap_read_seconds)
{
	double percent;

	if (major_faults_per_second == 0)
		return 0;
	percent = major_faults_per_second * swap_read_seconds * 100;
	return percent > 100 ? 100 : percent;
}

/* lzo-rle and zstd, one page, on processors of 2015 to 2025: 5 to 30 us. */
static const double ZRAM_READ_SECONDS = 15e-6;

static double counted(const struct pmm_load *now, const struct pmm_load *before,
		      enum pmm_load_counter counter)
{
	uint64_t to = now->counters[counter], from = before->counters[counter];

	return to == PMM_ABSENT || from == PMM_ABSENT || to < from ? (double)NAN
								   : (double)(to - from);
}

double pmm_swap_read_seconds(const struct pmm_load *now, const struct pmm_load *before)
{
	double pages = counted(now, before, PMM_LOAD_SWAPPED_IN);
	double disk_pages = counted(now, before, PMM_LOAD_DISK_SWAPPED_IN);
	double reads = counted(now, before, PMM_LOAD_SWAP_READS);
	double ns = counted(now, before, PMM_LOAD_SWAP_READ_NS);
	double disk_seconds = reads > 0 ? ns / reads / (double)NS_PER_SECOND : (double)NAN;
	double share = fmin(disk_pages / pages, 1);

	if (!(pages > 0))
		return (double)NAN;
	if (disk_pages == 0)
		return ZRAM_READ_SECONDS;
	return share * disk_seconds + (1 - share) * ZRAM_READ_SECONDS;
}
