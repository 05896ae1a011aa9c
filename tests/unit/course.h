/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_COURSE_H
#define TESTS_COURSE_H

/* Loads of a scope in which so and so much happens a second, for as long as a test wants. */

#include <math.h>

#include "procmm-verdict.h"

enum { SECOND = 1000000000 };

/* What happens in a scope, a second. */
struct course {
	double memory_full, io_full, useful; /* percent */
	double anon_in, anon_out, file_in, file_out, file_activated;
	double read_pages;
};

/* Half of all time is lost to pages of swap that come straight back. */
static const struct course thrash = {
	.memory_full = 5,
	.io_full = 45,
	.useful = 4,
	.anon_in = 1800,
	.anon_out = 1800,
	.read_pages = 1800,
};

static const struct course calm = {.useful = 90};

static inline void start(struct pmm_load *load)
{
	pmm_load_clear(load);
	load->boot_ns = UINT64_C(3600) * SECOND;
	load->page_bytes = 4096;
	load->memory_full_avg10_percent = load->io_full_avg10_percent = 100;
	load->swap_total_bytes = load->swap_used_bytes = 1 << 20;
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		load->counters[i] = UINT64_C(1) << 40;
}

static inline void run(struct pmm_load *load, const struct course *course, double seconds)
{
	const struct {
		enum pmm_load_counter counter;
		double rate;
	} rates[] = {
		{PMM_LOAD_MEMORY_FULL_NS, course->memory_full * SECOND / 100},
		{PMM_LOAD_IO_FULL_NS, course->io_full * SECOND / 100},
		{PMM_LOAD_USER_NS, course->useful * SECOND / 100},
		{PMM_LOAD_EVICTED, course->anon_out + course->file_out},
		{PMM_LOAD_EVICTED_ANON, course->anon_out},
		{PMM_LOAD_EVICTED_FILE, course->file_out},
		{PMM_LOAD_SCANNED, course->anon_out + course->file_out},
		{PMM_LOAD_SWAPPED_IN, course->anon_in},
		{PMM_LOAD_SWAPPED_OUT, course->anon_out},
		{PMM_LOAD_DISK_SWAPPED_IN, course->anon_in},
		{PMM_LOAD_REFAULTED_ANON, course->anon_in},
		{PMM_LOAD_REFAULTED_FILE, course->file_in},
		{PMM_LOAD_ACTIVATED_FILE, course->file_activated},
		{PMM_LOAD_MAJOR_FAULTS, course->anon_in},
		{PMM_LOAD_READ_BYTES, 4096 * course->read_pages},
		{PMM_LOAD_SWAP_READS, course->anon_in},
		{PMM_LOAD_SWAP_READ_NS, course->anon_in * SECOND / 4000},
	};

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (load->counters[rates[i].counter] != PMM_ABSENT)
			load->counters[rates[i].counter] += (uint64_t)(rates[i].rate * seconds);
	load->boot_ns += (uint64_t)(seconds * SECOND);
}

#endif
