/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The metrics: names for machines (released, never changed), words for people, unit, source, and
 * the formula that metric.c evaluates. Alternatives after " | " are for older kernels, which had
 * other names. The counters of proc/vmstat are described in Documentation/admin-guide/mm and
 * mm/vmstat.c; which of them count reclaim at a cgroup's limit, too, is said in procmm(7).
 */

#include "metric.h"

/* clang-format off */
#define BYTES(name, title, formula) \
	{ { name, title, PMM_UNIT_BYTES, "proc/meminfo", formula, 0 }, metric_gauge }
#define PAGES(name, title, formula) \
	{ { name, title, PMM_UNIT_PAGES_PER_SECOND, "proc/vmstat", formula, 1 }, metric_rate }
#define PAGE_BYTES(name, title, counter) \
	{ { name, title, PMM_UNIT_BYTES_PER_SECOND, "proc/vmstat", METRIC_PAGE_BYTES counter, 1 }, \
	  metric_byte_rate }
#define EVENTS(name, title, formula) \
	{ { name, title, PMM_UNIT_PER_SECOND, "proc/vmstat", formula, 1 }, metric_rate }
#define AVERAGE(resource, line, title, seconds) \
	{ { "pressure_" resource "_" line "_avg" seconds "_percent", \
	    title ", average of " seconds " s", PMM_UNIT_PERCENT, "proc/pressure/" resource, \
	    line " avg" seconds, 0 }, metric_stall_average }
#define STALL(resource, line, title) \
	{ { "pressure_" resource "_" line "_percent", title, PMM_UNIT_PERCENT, \
	    "proc/pressure/" resource, line " total", 1 }, metric_stall_share }, \
	AVERAGE(resource, line, title, "10"), AVERAGE(resource, line, title, "60"), \
	AVERAGE(resource, line, title, "300")
#define VERDICT(name, title, unit, source, formula) \
	{ { name, title, unit, source, formula, 1 }, metric_verdict }
#define ZRAM(name, title, column) \
	{ { name, title, PMM_UNIT_BYTES, "sys/block/zram*/mm_stat", column, 0 }, metric_zram }

const struct metric_row metric_rows[] = {
	BYTES("mem_total_bytes", "memory there is", "MemTotal"),
	BYTES("mem_used_bytes", "memory used, or else not available", "MemTotal - MemAvailable"),
	BYTES("mem_free_bytes", "memory that holds nothing", "MemFree"),
	BYTES("mem_available_bytes", "memory available without swapping", "MemAvailable"),
	BYTES("anon_bytes", "anonymous memory in RAM", "AnonPages"),
	BYTES("file_bytes", "file cache without shared memory", "Cached + Buffers - Shmem"),
	BYTES("shmem_bytes", "shared memory and tmpfs", "Shmem"),
	BYTES("slab_bytes", "kernel objects", "Slab"),
	BYTES("slab_reclaimable_bytes", "kernel objects that can be freed", "SReclaimable"),
	BYTES("slab_unreclaimable_bytes", "kernel objects that cannot be freed", "SUnreclaim"),
	BYTES("page_tables_bytes", "page tables", "PageTables"),
	BYTES("kernel_stack_bytes", "kernel stacks", "KernelStack"),
	BYTES("unevictable_bytes", "memory that cannot be evicted", "Unevictable"),
	BYTES("hugetlb_bytes", "hugetlb pages", "Hugetlb"),
	BYTES("dirty_bytes", "file pages not yet written to disk", "Dirty"),
	BYTES("writeback_bytes", "file pages being written to disk", "Writeback"),
	BYTES("swap_total_bytes", "swap there is", "SwapTotal"),
	BYTES("swap_used_bytes", "swap used", "SwapTotal - SwapFree"),
	BYTES("swap_cached_bytes", "swap whose content is in RAM, too", "SwapCached"),
	ZRAM("zram_stored_bytes", "stored in zram", "orig_data_size"),
	ZRAM("zram_used_bytes", "memory that zram takes", "mem_used_total"),
	BYTES("zswap_stored_bytes", "stored in zswap", "Zswapped"),
	BYTES("zswap_pool_bytes", "memory that zswap takes", "Zswap"),

	STALL("memory", "some", "a task waited for memory"),
	STALL("memory", "full", "all tasks waited for memory"),
	STALL("io", "some", "a task waited for a disk"),
	STALL("io", "full", "all tasks waited for disks"),
	STALL("cpu", "some", "a task waited for a processor"),

	PAGES("swap_in_pages_per_second", "swapped in", "pswpin"),
	PAGES("swap_out_pages_per_second", "swapped out", "pswpout"),
	PAGE_BYTES("swap_in_bytes_per_second", "swapped in, in bytes", "pswpin"),
	PAGE_BYTES("swap_out_bytes_per_second", "swapped out, in bytes", "pswpout"),
	PAGES("zswap_in_pages_per_second", "read back from zswap", "zswpin"),
	PAGES("zswap_out_pages_per_second", "put into zswap", "zswpout"),
	PAGE_BYTES("zswap_in_bytes_per_second", "read back from zswap, in bytes", "zswpin"),
	PAGE_BYTES("zswap_out_bytes_per_second", "put into zswap, in bytes", "zswpout"),
	EVENTS("faults_per_second", "page faults", "pgfault"),
	EVENTS("major_faults_per_second", "page faults that read a page in", "pgmajfault"),
	PAGES("evicted_pages_per_second", "evicted",
	      "pgsteal_anon + pgsteal_file | pgsteal_kswapd + pgsteal_direct"),
	PAGES("evicted_anon_pages_per_second", "evicted, anonymous", "pgsteal_anon"),
	PAGES("evicted_file_pages_per_second", "evicted, file", "pgsteal_file"),
	PAGES("refaulted_pages_per_second", "evicted and needed again",
	      "workingset_refault_anon + workingset_refault_file | workingset_refault"),
	PAGES("refaulted_anon_pages_per_second", "evicted and needed again, anonymous",
	      "workingset_refault_anon"),
	PAGES("refaulted_file_pages_per_second", "evicted and needed again, file",
	      "workingset_refault_file | workingset_refault"),
	PAGES("activated_file_pages_per_second", "needed again and made active, file",
	      "workingset_activate_file | workingset_activate"),
	PAGES("restored_pages_per_second", "active before eviction and needed again",
	      "workingset_restore_anon + workingset_restore_file | workingset_restore"),
	PAGES("scanned_kswapd_pages_per_second", "scanned by kswapd", "pgscan_kswapd"),
	PAGES("scanned_direct_pages_per_second", "scanned by tasks that needed memory",
	      "pgscan_direct"),
	EVENTS("allocstalls_per_second", "allocations that had to reclaim first",
	      "allocstall | allocstall_*"),
	EVENTS("compact_stalls_per_second", "allocations that had to compact first",
	      "compact_stall"),
	{ { "oom_kills", "processes killed for lack of memory", PMM_UNIT_COUNT, "proc/vmstat",
	    "oom_kill", 1 }, metric_growth },
	{ { "reclaim_efficiency_ratio", "evicted of those scanned", PMM_UNIT_RATIO, "proc/vmstat",
	    "pgsteal_anon + pgsteal_file" METRIC_OVER "pgscan_anon + pgscan_file", 1 },
	  metric_ratio },
	VERDICT("swap_read_seconds", "a read of a swap disk takes", PMM_UNIT_SECONDS,
		"proc/diskstats", "time / reads, of the disks that swap is on"),

	VERDICT("lost_percent", "lost to paging, at least", PMM_UNIT_PERCENT,
		"proc/pressure, proc/vmstat", "L = M + I * q * (1 - rho)"),
	VERDICT("useful_percent", "user time, of one processor", PMM_UNIT_CPU_PERCENT, "proc/stat",
		"U = user + nice"),
	VERDICT("reuse_ratio", "of the evicted pages, needed again", PMM_UNIT_RATIO, "proc/vmstat",
		"X / S"),
	VERDICT("came_back_pages_per_second", "evicted and needed again at once",
		PMM_UNIT_PAGES_PER_SECOND, "proc/vmstat", "X = min(Ra, Sa) + min(Rf, Sf)"),
	VERDICT("paging_read_ratio", "of what disks read, for paging", PMM_UNIT_RATIO,
		"proc/vmstat, proc/diskstats",
		"q = page_bytes * (swapped in from disks + Rf if it counts) / pgpgin"),
	VERDICT("overlap_ratio", "of waits for pages, in memory pressure", PMM_UNIT_RATIO,
		"proc/vmstat", "rho = restored / (Ra + Rf)"),
};
/* clang-format on */

const size_t metric_rows_count = sizeof(metric_rows) / sizeof(*metric_rows);
