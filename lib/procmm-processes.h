/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_PROCESSES_H
#define PROCMM_PROCESSES_H

/*
 * libprocmm, processes: the numbers of every task, who the few are that are shown, and what they
 * wait for. The rules at the top of <procmm.h> hold here too.
 */

#include <procmm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- processes: every task's numbers --------------------------------------------------------- */

struct pmm_process {
	pid_t pid;
	/* In clock ticks since boot: pid and start_ticks together name a process for good. */
	uint64_t start_ticks;
	uint64_t boot_ns; /* when its numbers were read: with the scan, or some scans before */
	char state;	  /* R S D Z T... of proc(5) */
	const char *name; /* comm: at most 15 bytes of its own choosing, 63 for kernel threads */
	uint64_t parent_pid;
	uint64_t uid;	       /* effective; absent without PMM_PROCESSES_STATUS */
	uint64_t major_faults; /* since its start */
	uint64_t minor_faults;
	uint64_t cpu_ticks; /* of processors, in user and kernel mode */
	uint64_t rss_bytes; /* resident; absent for kernel threads */
	uint64_t rss_anon_bytes, rss_file_bytes,
		rss_shmem_bytes; /* with PMM_PROCESSES_STATUS, as is: */
	uint64_t swap_bytes;	 /* anonymous memory; swapped shared memory is not in it */
	uint64_t table_bytes;	 /* of its page tables */
};

enum pmm_processes_flags {
	PMM_PROCESSES_STATUS = 1 << 0, /* read PID/status too, at twice the cost */
};

struct pmm_processes;

/*
 * Read the numbers of every process; _next gives them by ascending pid. A process that vanishes
 * while it is read is left out, one that may not be read, or whose files are malformed, has absent
 * numbers.
 * Reads: proc/PID/stat and, if asked, proc/PID/status.
 */
PMM_API int pmm_processes_open(struct pmm_root *root, unsigned flags,
			       struct pmm_processes **ret_processes);
/*
 * The same at the next instant of the live system, for less. A process at rest, that had neither
 * faults nor another rss nor run when it was read last, is read again in one scan of four, and in
 * between as BEFORE has it. Where PID/stat shows the same rss and major faults as BEFORE, the
 * numbers of PID/status are those of BEFORE, but for one scan of 32. BEFORE may be NULL.
 */
PMM_API int pmm_processes_open_since(struct pmm_root *root, unsigned flags,
				     const struct pmm_processes *before,
				     struct pmm_processes **ret_processes);
/* The same for one process or thread. -ESRCH if there is none. */
PMM_API int pmm_processes_open_one(struct pmm_root *root, pid_t pid, unsigned flags,
				   struct pmm_processes **ret_processes);
PMM_API int pmm_processes_next(struct pmm_processes *processes,
			       const struct pmm_process **ret_process);
PMM_API struct pmm_processes *pmm_processes_close(struct pmm_processes *processes);

/* The process of that pid and start time, borrowed until the close; NULL if there is none. */
PMM_API const struct pmm_process *pmm_processes_find(const struct pmm_processes *processes,
						     pid_t pid, uint64_t start_ticks);

/* When the scan began, in nanoseconds since boot; absent if the root has no clock. */
PMM_API uint64_t pmm_processes_boot_ns(const struct pmm_processes *processes);

/*
 * Which file of a process could not be read or was malformed, in words, and for how many others
 * that is so; or that there is no process to be seen, or none of other users; NULL if all is well.
 */
PMM_API const char *pmm_processes_complaint(const struct pmm_processes *processes);

/* The process of that place in the scan, by ascending pid; NULL past the last. */
PMM_API const struct pmm_process *pmm_processes_at(const struct pmm_processes *processes,
						   size_t index);

/* What happened to a process between two scans. Growth may be negative. */
struct pmm_process_rates {
	double major_faults_per_second;
	double minor_faults_per_second;
	double rss_growth_bytes_per_second;
	double swap_growth_bytes_per_second;
	double cpu_percent; /* of one processor */
};

/*
 * The rates of a process of NOW; NAN if BEFORE is NULL or should have seen it and has not. A
 * process that started in between counts from its start. The rates of one at rest, that was not
 * read in between, are 0. Pure.
 */
PMM_API struct pmm_process_rates pmm_process_rates(const struct pmm_process *process,
						   const struct pmm_processes *now,
						   const struct pmm_processes *before);

/*
 * What the process alone answers for, wherever it is: anonymous and shared memory in RAM, and swap;
 * PMM_ABSENT if one of them is. Pure.
 */
PMM_API uint64_t pmm_process_footprint_bytes(const struct pmm_process *process);

/*
 * The share of its time that a process waits for its pages, about: major faults times the time of
 * one read from swap, 100 at most. NAN if the one or the other is absent, but 0 without faults.
 * Pure.
 */
PMM_API double pmm_process_lost_estimate_percent(double major_faults_per_second,
						 double swap_read_seconds);

struct pmm_load;

/*
 * How long a fault waits for its page in swap, between two loads of the system: the time of a read
 * of the swap disks, and of 15 us, which is an assumption, for each page that comes from zram,
 * whose reads the kernel does not time. NAN if nothing was read. Pure.
 */
PMM_API double pmm_swap_read_seconds(const struct pmm_load *now, const struct pmm_load *before);

/* What is read of the few processes that are shown. */
struct pmm_detail {
	uint64_t oom_score; /* 0..1000 and more: who is killed first where memory ends */
	uint64_t pss_bytes; /* resident, a page that N share counted as 1/N; with PMM_DETAIL_PSS */
	uint64_t swap_pss_bytes;
	int pss_error; /* why the two are absent: -EACCES, for instance; 0 */
};

enum pmm_detail_flags {
	PMM_DETAIL_OOM_SCORE = 1 << 0,
	/* Walks the page table of the process, and holds up its mmap(2): 5 ms a GiB and more. */
	PMM_DETAIL_PSS = 1 << 1,
};

/*
 * Read them; what may not be read is absent. -ESRCH if the process is gone.
 * Reads: proc/PID/{oom_score,smaps_rollup}.
 */
PMM_API int pmm_detail_read(struct pmm_root *root, const struct pmm_process *process,
			    unsigned flags, struct pmm_detail *ret_detail);

/* ---- identities: who the processes are that are shown ---------------------------------------- */

struct pmm_identity {
	const char
		*user; /* the name, or the number where there is none; NULL if absent, as below */
	const char *command; /* the command line, arguments separated by spaces, or else [comm] */
	const char *cgroup;  /* path in the memory controller's hierarchy, or the unified one */
};

enum pmm_identity_flags {
	PMM_IDENTITY_USER = 1 << 0,
	PMM_IDENTITY_COMMAND = 1 << 1,
	PMM_IDENTITY_CGROUP = 1 << 2,
	PMM_IDENTITY_ALL = PMM_IDENTITY_USER | PMM_IDENTITY_COMMAND | PMM_IDENTITY_CGROUP,
	/*
	 * Ask nobody who may have to wait for memory, neither the name service nor the address
	 * space of the process: a user that is not known yet is the number, such a command absent.
	 */
	PMM_IDENTITY_KNOWN = 1 << 3,
};

struct pmm_identities;

/*
 * Who processes are costs far more than their numbers: it is for the few that are shown, and
 * remembered. A user's name is asked once for each uid, on the live system of libproc2. The command
 * line is not libproc2's, which puts '?' and '.' for what the locale cannot print.
 */
PMM_API int pmm_identities_open(struct pmm_root *root, struct pmm_identities **ret_identities);
PMM_API struct pmm_identities *pmm_identities_close(struct pmm_identities *identities);

/* The name of its user alone, by its uid; NULL if that is absent. Lent for good. */
PMM_API const char *pmm_identities_user(struct pmm_identities *identities,
					const struct pmm_process *process);

/* Ask now for the name of every user that has a process in the scan. */
PMM_API int pmm_identities_learn_users(struct pmm_identities *identities,
				       const struct pmm_processes *processes);

/* Forget those that were not asked for since the last time. Ends what _get lent. */
PMM_API void pmm_identities_age(struct pmm_identities *identities);

/*
 * Who a process is; only what FLAGS ask for is looked up, the rest may be absent. -ESRCH if the
 * process is gone or another has its pid. Borrowed until that process is asked for again, or
 * pmm_identities_age().
 * Reads: proc/PID/{cmdline,status,cgroup,stat}.
 */
PMM_API int pmm_identities_get(struct pmm_identities *identities, const struct pmm_process *process,
			       unsigned flags, const struct pmm_identity **ret_identity);

/*
 * Its cgroup alone; free(3) it. Reads: proc/PID/cgroup. -ENODATA if it has none, -ENOENT or -ESRCH
 * if the process is gone.
 */
PMM_API int pmm_process_cgroup(struct pmm_root *root, pid_t pid, char **ret_path);

/* ---- delays: what the kernel counts of the waits of a process -------------------------------- */

struct pmm_delays;

/*
 * Ask the kernel for its delay accounting (taskstats; see
 * Documentation/accounting/delay-accounting.rst).
 * Errors: -EOPNOTSUPP of a captured tree or a kernel without it; -EPERM without CAP_NET_ADMIN;
 * -ENODATA if it is turned off (sysctl kernel.task_delayacct=1 turns it on for what starts then).
 */
PMM_API int pmm_delays_open(struct pmm_root *root, struct pmm_delays **ret_delays);
PMM_API struct pmm_delays *pmm_delays_close(struct pmm_delays *delays);

/*
 * Ask for each process of a scan that did anything since it was asked last.
 */
PMM_API int pmm_delays_update(struct pmm_delays *delays, const struct pmm_processes *now);

/*
 * The share that a process lost to paging of the time since it was read before: waits for swap, or
 * for disks if it had major faults, then for reclaim and compaction; of all its threads, 100 at
 * most. NAN if the kernel does not count for it: it started before the accounting was turned on, or
 * with the last
 * update.
 */
PMM_API double pmm_delays_lost_percent(const struct pmm_delays *delays,
				       const struct pmm_process *process);

#ifdef __cplusplus
}
#endif

#endif
