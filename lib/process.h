/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_PROCESS_H
#define PROCMM_PROCESS_H

/*
 * What the other rooms may ask about the files of a process, and the pure parsers of them; see
 * process.c.
 */

#include "procmm-processes.h"
#include "root.h"

/* The kernel's interface counts in USER_HZ, which is 100 on every architecture but Alpha. */
#define NS_PER_TICK UINT64_C(10000000)

enum { PROCESS_PATH = 64 };

/* "proc/PID/FILE", in PATH; FILE is one of the kernel's short names. Returns PATH. */
const char *process_path(char path[PROCESS_PATH], pid_t pid, const char *file);
/* root_read_quietly() of it. */
int process_read(struct pmm_root *root, pid_t pid, const char *file, struct text *text);

/* Has nobody else got its pid by now? */
bool process_is_still_there(struct pmm_root *root, const struct pmm_process *process,
			    struct text *text);

struct process_stat {
	struct scan name; /* into the text */
	char state;
	uint64_t parent_pid;
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t cpu_ticks;
	uint64_t start_ticks;
	uint64_t rss_pages; /* absent if it has no address space, as kernel threads and zombies */
};

/* Parse PID/stat. False if it is none: then nothing is written. */
bool process_parse_stat(const char *text, size_t length, struct process_stat *ret_stat);
/*
 * Take uid, rss and swap from PID/status; what it does not say is left as it is. False if it is
 * malformed.
 */
bool process_parse_status(const char *text, size_t length, struct pmm_process *process);

#endif
