/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_H
#define PROCMM_H

/*
 * libprocmm: reads what the Linux kernel says about memory. It reads only, and it never prints,
 * exits, looks at the environment or changes the locale. What changes the system is in
 * <procmm-swap.h>.
 *
 * The rules, which hold for every function below and are not repeated there:
 *
 * Return   0 (or a count, or 1/0 for "one more"/"end") on success, -Exxx on failure; errno is not
 *          set. Then pmm_root_error() says where and what: "/proc/swaps:3: number expected". Words
 *          of an errno are strerror(3)'s, in the language of the program's LC_MESSAGES.
 * Output   parameters come last, are named ret_*, and are written only on success.
 * Units    are in the name: _bytes, _pages, _ns, _percent (0..100). The kernel's kB is already
 *          x 1024.
 * Absent   PMM_ABSENT for integers, NAN for doubles, NULL for what is borrowed: "this kernel does
 *          not say". Never 0.
 * Own      x_open/x_close, x_read or x_take/x_free. _free and _close accept NULL and return NULL.
 *          A const record out of a _next is borrowed until the next _next or the _close.
 * Threads  one handle, one thread.
 * Text     from the system (process names, paths, cgroups) is bytes as the kernel gave them,
 *          NUL-terminated: it may hold control characters and invalid UTF-8. Escape it before it
 *          meets a terminal.
 * Since    0.1, where nothing else is said.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PMM_API		 __attribute__((visibility("default")))
#define PMM_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define PMM_API
#define PMM_PRINTF(f, a)
#endif

#define PMM_ABSENT UINT64_MAX

/* ---- root: where the kernel's files are read from -------------------------------------------- */

struct pmm_root;

/*
 * Open a root: NULL is the live system, otherwise the directory of a captured tree. DIR/proc,
 * DIR/sys, DIR/etc... is one instant; DIR/1/proc, DIR/2/proc... are successive instants, of which
 * the first is current. A captured tree is never left: its symbolic links are resolved below it
 * (openat2(2) RESOLVE_IN_ROOT, where the kernel has it).
 * Errors: -ENOENT, -ENOTDIR, -EACCES; -EINVAL if DIR holds neither proc nor 1/proc. On failure
 * there is no root to ask for words: strerror(3) of the value is all there is.
 */
PMM_API int pmm_root_open(const char *path, struct pmm_root **ret_root);
PMM_API struct pmm_root *pmm_root_close(struct pmm_root *root);

/* Is this the live system? 1 or 0. */
PMM_API int pmm_root_is_live(const struct pmm_root *root);

/*
 * Step to the next instant: 1 if there is one, 0 at the end of a captured tree. The live system
 * always has a next instant, and it is the caller who waits for it.
 */
PMM_API int pmm_root_next(struct pmm_root *root);

/*
 * Nanoseconds since boot, suspended time included.
 * Reads: the CLOCK_BOOTTIME clock, or proc/uptime of a captured tree (resolution 10 ms).
 */
PMM_API int pmm_root_clock(struct pmm_root *root, uint64_t *ret_boot_ns);

/*
 * Bytes of a base page; PMM_ABSENT if a captured tree does not say, or says what no page is.
 * Reads: sysconf(_SC_PAGESIZE), or AT_PAGESZ in proc/self/auxv of a captured tree.
 */
PMM_API uint64_t pmm_root_page_bytes(struct pmm_root *root);

/*
 * Open a file below the root for reading, for a library that reads what procmm does not (etc/fstab,
 * the header of a swap area). PATH is absolute, as the machine itself would name it. The descriptor
 * is close-on-exec and opening never blocks and never takes a controlling terminal.
 */
PMM_API int pmm_root_open_file(struct pmm_root *root, const char *path, int *ret_fd);

/* A descriptor of O_PATH for what is there, absolute as above: needs no right to read the file. */
PMM_API int pmm_root_open_path(struct pmm_root *root, const char *path, int *ret_fd);

/* stat(2) of a path below the root, absolute as above: needs no right to read the file. */
PMM_API int pmm_root_status(struct pmm_root *root, const char *path, struct stat *ret_status);

/* The words of the last failure on this root: "/proc/swaps:3: number expected"; "" if none. */
PMM_API const char *pmm_root_error(const struct pmm_root *root);

/*
 * What stands before a path in those words: "/", or for a captured tree "TREE/", with the instant
 * if they are numbered. Borrowed until the next instant.
 */
PMM_API const char *pmm_root_prefix(const struct pmm_root *root);

/* Set those words and return R unchanged; for libraries that read through this root. */
PMM_API int pmm_root_fail(struct pmm_root *root, int r, const char *format, ...) PMM_PRINTF(3, 4);

/* ---- counters: any file of "name[:] value [kB]" lines, under the kernel's own names ---------- */

struct pmm_counters;

/*
 * Read a file of counters: proc/meminfo, proc/vmstat, a memory.stat, PID/status, PID/io,
 * PID/smaps_rollup. Values with the unit kB are turned into bytes. Lines whose value is not one
 * number (Name:, Uid: in PID/status) are there with the value PMM_ABSENT. Of a name that comes
 * twice, the first counts.
 * Errors: those of open(2) and read(2). Content is never an error: ask pmm_counters_complaint().
 */
PMM_API int pmm_counters_read(struct pmm_root *root, const char *path,
			      struct pmm_counters **ret_counters);
PMM_API struct pmm_counters *pmm_counters_free(struct pmm_counters *counters);

/* The value of a counter, PMM_ABSENT if it is not there or not a number. */
PMM_API uint64_t pmm_counters_get(const struct pmm_counters *counters, const char *name);

/*
 * The sum of every counter whose name begins with PREFIX ("allocstall" sums allocstall_dma32,
 * allocstall_normal...); PMM_ABSENT if none does.
 */
PMM_API uint64_t pmm_counters_sum(const struct pmm_counters *counters, const char *prefix);

/*
 * The first line that is not a name and one number, in words without the file's name ("3: number
 * expected"); NULL if there is none. A fault in meminfo or vmstat, but as it should be in
 * PID/status.
 */
PMM_API const char *pmm_counters_complaint(const struct pmm_counters *counters);

/* The number of counters, and the name and value of each in the order of the file. */
PMM_API size_t pmm_counters_count(const struct pmm_counters *counters);
PMM_API const char *pmm_counters_name(const struct pmm_counters *counters, size_t index);
PMM_API uint64_t pmm_counters_value(const struct pmm_counters *counters, size_t index);

/* ---- pressure: PSI --------------------------------------------------------------------------- */

enum pmm_resource {
	PMM_RESOURCE_MEMORY,
	PMM_RESOURCE_IO,
	PMM_RESOURCE_CPU,
	PMM_RESOURCES, /* how many there are */
};

/* One line of a pressure file. All absent if the kernel does not print the line. */
struct pmm_stall {
	double avg10_percent;
	double avg60_percent;
	double avg300_percent;
	uint64_t total_ns; /* stall time since boot; its unit in the file is the microsecond */
};

struct pmm_pressure {
	struct pmm_stall some; /* at least one task waited */
	struct pmm_stall full; /* every runnable task waited */
};

/*
 * Read the pressure of one resource.
 * Reads: proc/pressure/{memory,io,cpu}. Documentation/accounting/psi.rst
 * Errors: -EOPNOTSUPP if this kernel has no PSI or was booted with psi=0, which is not the same as
 * zero pressure; -ENOENT if a captured tree does not have it; -EBADMSG for a file that is not PSI.
 */
PMM_API int pmm_pressure_read(struct pmm_root *root, enum pmm_resource resource,
			      struct pmm_pressure *ret_pressure);

/*
 * The share of an interval that was stalled: exact, from total_ns of its two ends, at most 100.
 * NAN if either is absent, the total went backwards, or the interval is empty.
 */
PMM_API double pmm_stall_percent(const struct pmm_stall *now, const struct pmm_stall *before,
				 uint64_t interval_ns);

struct pmm_trigger;

/*
 * Ask to be woken when tasks stall for memory or io: when, in any window of WINDOW_NS, at least one
 * of them waited for STALL_NS in sum. Without CAP_SYS_RESOURCE the kernel takes windows of whole 2
 * seconds only.
 * Errors: -EOPNOTSUPP of a captured tree or without PSI; -EACCES before Linux 6.1, where only root
 * may; -EINVAL for a window that the kernel does not take.
 */
PMM_API int pmm_trigger_open(struct pmm_root *root, uint64_t stall_ns, uint64_t window_ns,
			     struct pmm_trigger **ret_trigger);
/* Wait for it: 1 when they stalled, 0 when the time is over or a signal came. */
PMM_API int pmm_trigger_wait(struct pmm_trigger *trigger, uint64_t timeout_ns);
PMM_API struct pmm_trigger *pmm_trigger_close(struct pmm_trigger *trigger);

/* ---- areas: active swap ---------------------------------------------------------------------- */

enum pmm_area_type {
	PMM_AREA_FILE,
	PMM_AREA_PARTITION,
	PMM_AREA_ZRAM,
	PMM_AREA_LOOP,
};

struct pmm_area {
	/*
	 * Its true name: the kernel's escapes undone, and " (deleted)" only where it is part of it.
	 */
	char *name;
	enum pmm_area_type type;
	uint64_t size_bytes; /* without the header page */
	uint64_t used_bytes;
	int priority;	/* higher is used first; negative: chosen by the kernel */
	int is_deleted; /* its device node is gone: 1 or 0 */
};

struct pmm_areas;

/*
 * Read the active swap areas; _next gives them in the kernel's order.
 * Reads: proc/swaps. To the name of a device whose node was unlinked the kernel adds " (deleted)":
 * it is taken off, unless there is a device of that full name. An active swap file cannot be
 * unlinked, so the end of its name is its own.
 * Errors: -EBADMSG for a text that is not proc/swaps; -ENOENT where the kernel has no swap.
 */
PMM_API int pmm_areas_open(struct pmm_root *root, struct pmm_areas **ret_areas);
PMM_API int pmm_areas_next(struct pmm_areas *areas, const struct pmm_area **ret_area);
PMM_API struct pmm_areas *pmm_areas_close(struct pmm_areas *areas);

/* The type of a block device, which its name tells: zram, loop or partition. Pure. */
PMM_API enum pmm_area_type pmm_area_type_of_device(const char *name);

/* "file", "partition", "zram", "loop". */
PMM_API const char *pmm_area_type_name(enum pmm_area_type type);

/* ---- sample: several sources read at one instant --------------------------------------------- */

struct pmm_zram {
	char *name;	       /* "zram0" */
	uint64_t disk_bytes;   /* its size as a device */
	uint64_t stored_bytes; /* what was written to it, before compression */
	uint64_t used_bytes;   /* memory it takes, allocator's losses included */
	char *algorithm;       /* the compressor in force; NULL if absent */
};

/* How many bytes are stored in one byte of memory; NAN if nothing is. Pure. */
PMM_API double pmm_zram_ratio(const struct pmm_zram *zram);

struct pmm_zswap {
	int is_enabled;	  /* 1 or 0 */
	char *compressor; /* NULL if absent */
};

struct pmm_host {
	char *name;	       /* NULL if absent, as below */
	char *release;	       /* of the kernel */
	uint64_t cpus;	       /* online */
	uint64_t boot_unix_ns; /* the time of day when it booted */
};

/* What the block device that a swap area is on has read since boot; all absent if not known. */
struct pmm_reads {
	dev_t device;	   /* 0 if not known */
	uint64_t requests; /* that were finished */
	uint64_t bytes;
	uint64_t ns; /* that each took, summed: two at once count twice */
};

struct pmm_sample;

/*
 * Read one instant of the whole system. A source that is missing or unreadable makes its values
 * absent; it does not fail the sample. Fails only with -ENOMEM or if the root's clock cannot be
 * read.
 * Reads: proc/{meminfo,vmstat,swaps,diskstats,stat,pressure}, proc/sys/kernel/{hostname,osrelease},
 * sys/block/zram*, sys/module/zswap/parameters.
 */
PMM_API int pmm_sample_take(struct pmm_root *root, struct pmm_sample **ret_sample);
PMM_API struct pmm_sample *pmm_sample_free(struct pmm_sample *sample);

/* When it was taken: since boot, and as the time of day (PMM_ABSENT if the boot time is). */
PMM_API uint64_t pmm_sample_boot_ns(const struct pmm_sample *sample);
PMM_API uint64_t pmm_sample_unix_ns(const struct pmm_sample *sample);

/* Bytes of a base page of its machine, as pmm_root_page_bytes() has them. */
PMM_API uint64_t pmm_sample_page_bytes(const struct pmm_sample *sample);

/* The time that all its processors have spent on programs, niced ones too, since boot. */
PMM_API uint64_t pmm_sample_user_ns(const struct pmm_sample *sample);

/* What it holds; NULL if absent. */
PMM_API const struct pmm_host *pmm_sample_host(const struct pmm_sample *sample);
PMM_API const struct pmm_counters *pmm_sample_meminfo(const struct pmm_sample *sample);
PMM_API const struct pmm_counters *pmm_sample_vmstat(const struct pmm_sample *sample);
PMM_API const struct pmm_pressure *pmm_sample_pressure(const struct pmm_sample *sample,
						       enum pmm_resource resource);
PMM_API const struct pmm_zswap *pmm_sample_zswap(const struct pmm_sample *sample);

/* The I-th swap area or initialised zram device; NULL past the last. */
PMM_API const struct pmm_area *pmm_sample_area(const struct pmm_sample *sample, size_t index);
PMM_API const struct pmm_zram *pmm_sample_zram(const struct pmm_sample *sample, size_t index);

/* The reads of the device that the I-th area is on; NULL past the last. */
PMM_API const struct pmm_reads *pmm_sample_area_reads(const struct pmm_sample *sample,
						      size_t index);

/* 1 if proc/swaps was read (then no area means no swap), 0 if it could not be. */
PMM_API int pmm_sample_knows_areas(const struct pmm_sample *sample);

/*
 * Why something is absent, one source a line, in words; NULL past the last. ret_source: the file
 * below the root ("proc/meminfo"), a constant.
 */
PMM_API const char *pmm_sample_complaint(const struct pmm_sample *sample, size_t index,
					 const char **ret_source);

/* ---- metric: a number computed from one or two samples --------------------------------------- */

enum pmm_unit {
	PMM_UNIT_BYTES,
	PMM_UNIT_COUNT,
	PMM_UNIT_PERCENT,
	PMM_UNIT_PAGES_PER_SECOND,
	PMM_UNIT_PER_SECOND,
	PMM_UNIT_BYTES_PER_SECOND,
	PMM_UNIT_CPU_PERCENT, /* of one processor: may be over 100 */
	PMM_UNIT_RATIO,	      /* 0..1 */
	PMM_UNIT_SECONDS,
};

struct pmm_metric {
	const char *name;  /* released names are never changed: "swap_in_pages_per_second" */
	const char *title; /* a few words for people: "swapped in" */
	enum pmm_unit unit;
	const char *source; /* the kernel file: "proc/vmstat" */
	/*
	 * Of the kernel's names, and then this very text is computed; or in the terms of the
	 * verdict. See procmm(7).
	 */
	const char *formula;
	int is_interval; /* 1: needs two samples; 0: one is enough */
};

/* The table of metrics, in the order to show them; NULL past the last, or for an unknown name. */
PMM_API const struct pmm_metric *pmm_metric_at(size_t index);
PMM_API const struct pmm_metric *pmm_metric_find(const char *name);

/* "bytes", "pages/s"... */
PMM_API const char *pmm_unit_name(enum pmm_unit unit);

/*
 * The value of a metric at NOW, over the interval since BEFORE (NULL: there is none, and interval
 * metrics are NAN). NAN also if this kernel lacks a counter of the formula, one of them is not a
 * number or went backwards, or a percentage is not one of 0..100. Pure.
 */
PMM_API double pmm_metric_value(const struct pmm_metric *metric, const struct pmm_sample *now,
				const struct pmm_sample *before);

/* ---- devices: block devices, and what is mounted where --------------------------------------- */

struct pmm_device {
	char *name;	     /* of its node below dev: "sda2", "dm-0" */
	char *disk;	     /* of the whole disk that it is a partition of; NULL: it is none */
	unsigned partitions; /* that the kernel knows on it; 0 of a partition */
	char *holder;	     /* one of what is built on it: "dm-0", "md127"; NULL if nothing */
};

/*
 * Read what the kernel says of a block device. -ENOENT if it knows none of that number: file
 * systems that are on no device, or on several, have numbers of their own.
 * Reads: sys/dev/block/MAJOR:MINOR.
 */
PMM_API int pmm_device_read(struct pmm_root *root, dev_t number, struct pmm_device **ret_device);
PMM_API struct pmm_device *pmm_device_free(struct pmm_device *device);

struct pmm_loop {
	char *name;    /* of its node below dev: "loop0" */
	char *backing; /* what it reads and writes, as the kernel prints its path */
};

struct pmm_loops;

/*
 * Read the loop devices that are attached to something; none where the kernel has no such devices.
 * Reads: sys/block/loop*.
 */
PMM_API int pmm_loops_open(struct pmm_root *root, struct pmm_loops **ret_loops);
PMM_API int pmm_loops_next(struct pmm_loops *loops, const struct pmm_loop **ret_loop);
PMM_API struct pmm_loops *pmm_loops_close(struct pmm_loops *loops);

struct pmm_mount {
	char *type;   /* of the file system: "ext4" */
	char *source; /* "/dev/sda1"; of some types, any text */
	char *point;  /* where it is mounted */
};

/*
 * The mount that an open file was reached by, and the first mount of a block device, in the mount
 * namespace of this process. -ENOENT if there is none. Reads: proc/self/mountinfo.
 */
PMM_API int pmm_mount_of_file(struct pmm_root *root, int fd, struct pmm_mount **ret_mount);
PMM_API int pmm_mount_of_device(struct pmm_root *root, dev_t device, struct pmm_mount **ret_mount);
PMM_API struct pmm_mount *pmm_mount_free(struct pmm_mount *mount);

/* ---- container ------------------------------------------------------------------------------- */

/*
 * In words, what of what is read is a container's own, and not its host's: 1, and *ret_words is to
 * be freed; 0 if nothing is. Reads: proc/self/mountinfo, proc/self/ns/pid, the limit of the root of
 * sys/fs/cgroup.
 */
PMM_API int pmm_container_read(struct pmm_root *root, char **ret_words);

/* ---- cgroups: who may use how much memory ---------------------------------------------------- */

/* All numbers are with those of the cgroups below it. */
struct pmm_cgroup {
	char *path; /* below the root of the memory controller: "/system.slice/db.service" */
	uint64_t current_bytes;
	uint64_t limit_bytes;	   /* absent: none */
	uint64_t clean_file_bytes; /* of current: page cache that can be dropped at once */
	uint64_t swappable_bytes;  /* of current: pages that only swap can take */
	uint64_t swap_bytes;
	uint64_t swap_cached_bytes; /* of swap: in current as well */
	uint64_t swap_limit_bytes;  /* absent: none; 0: its pages never go to swap */
};

struct pmm_cgroups;

/*
 * Read the cgroups of the memory controller, but for the root, which is the machine; _next gives
 * them by path, a parent before its children. One that vanishes while it is read is left out.
 * Without the controller there are none.
 * Reads: sys/fs/cgroup/memory (version 1), or sys/fs/cgroup and sys/fs/cgroup/unified (version 2),
 * in each cgroup memory.stat, the usage, the limits, and memory.swappiness of version 1.
 */
PMM_API int pmm_cgroups_open(struct pmm_root *root, struct pmm_cgroups **ret_cgroups);
PMM_API int pmm_cgroups_next(struct pmm_cgroups *cgroups, const struct pmm_cgroup **ret_cgroup);
PMM_API struct pmm_cgroups *pmm_cgroups_close(struct pmm_cgroups *cgroups);

struct pmm_cgroup_paths;

/*
 * Read where each cgroup of the memory controller is, the root too, to find it by the inode of its
 * directory: proc/kpagecgroup names cgroups so. A captured tree has lost these numbers, and so has
 * none; nor is there any without the controller.
 * Reads: the directories below sys/fs/cgroup, as pmm_cgroups_open(), but no file in them.
 */
PMM_API int pmm_cgroup_paths_open(struct pmm_root *root, struct pmm_cgroup_paths **ret_paths);
PMM_API struct pmm_cgroup_paths *pmm_cgroup_paths_close(struct pmm_cgroup_paths *paths);

/*
 * The path, as in struct pmm_cgroup ("/" of the root); NULL if there is none of that inode: it was
 * removed since, or is out of sight. Borrowed until the close. Pure.
 */
PMM_API const char *pmm_cgroup_paths_find(const struct pmm_cgroup_paths *paths, uint64_t inode);

#ifdef __cplusplus
}
#endif

#endif
