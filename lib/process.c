/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The numbers of every task, from proc/PID/stat and, if asked, proc/PID/status, which
 * process-parse.c takes apart. A process is named by its pid and start time together, since pids
 * are used again. Who it is, by user and command line, costs more and is in identity.c. Thousands
 * of tasks are read at a time, so one buffer serves all files and one arena all names.
 */

#include "process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct task {
	struct pmm_process numbers;
	uint64_t stat_rss_bytes; /* as PID/stat has it; that of status may be more exact */
	size_t name_at;		 /* in the arena, which moves while it grows */
	bool is_at_rest;	 /* nothing changed since it was read before */
};

struct pmm_processes {
	struct task *tasks;
	size_t count;
	size_t capacity;
	size_t next;
	char *names;
	size_t names_length;
	size_t names_capacity;
	uint64_t boot_ns;
	unsigned round; /* of scans that each had the one before at hand */
	char *complaint;
	size_t faults; /* how many files the complaint stands for */
};

struct reader {
	struct pmm_root *root;
	unsigned flags;
	struct text text;
	struct pmm_processes *processes;
	const struct pmm_processes *before; /* NULL: none */
	size_t before_at;		    /* pids rise there as they do in proc */
};

enum {
	REST_ROUNDS = 4,    /* a process at rest is read again after so many scans, */
	STATUS_ROUNDS = 32, /* and a status that seems the same */
};

const char *process_path(char path[PROCESS_PATH], pid_t pid, const char *file)
{
	snprintf(path, PROCESS_PATH, "proc/%d/%s", (int)pid, file);
	return path;
}

int process_read(struct pmm_root *root, pid_t pid, const char *file, struct text *text)
{
	char path[PROCESS_PATH];

	return root_read_quietly(root, process_path(path, pid, file), text);
}

bool process_is_still_there(struct pmm_root *root, const struct pmm_process *process,
			    struct text *text)
{
	struct process_stat stat;

	return process_read(root, process->pid, "stat", text) >= 0 &&
	       process_parse_stat(text->bytes, text->length, &stat) &&
	       stat.start_ticks == process->start_ticks;
}

/* ---- one task ---- --------------------------------------------------------------------------- */

/*
 * What is wrong with a file is kept for the first of them; of the others it is enough to know how
 * many.
 */
static int note_fault(struct reader *reader, pid_t pid, const char *file, const char *why)
{
	struct pmm_processes *processes = reader->processes;
	char path[PROCESS_PATH];

	if (processes->faults++ > 0)
		return 0;
	root_fail_at(reader->root, -EBADMSG, process_path(path, pid, file), why);
	processes->complaint = strdup(pmm_root_error(reader->root));
	return processes->complaint ? 0 : -ENOMEM;
}

static int append_name(struct pmm_processes *processes, const struct scan *name)
{
	size_t needed = processes->names_length + scan_length(name) + 1;
	char *grown, *to;

	if (needed > processes->names_capacity) {
		grown = realloc(processes->names, 2 * needed);
		if (!grown)
			return -ENOMEM;
		processes->names = grown;
		processes->names_capacity = 2 * needed;
	}
	to = processes->names + processes->names_length;
	for (const char *from = name->at; from < name->end; from++)
		*to++ = *from ? *from : '?';
	*to = '\0';
	processes->names_length = needed;
	return 0;
}

static int append_task(struct pmm_processes *processes, const struct pmm_process *numbers,
		       const struct scan *name)
{
	size_t name_at = processes->names_length;
	struct task *grown;
	int r = append_name(processes, name);

	if (r < 0)
		return r;
	if (processes->count == processes->capacity) {
		size_t capacity = processes->capacity ? 2 * processes->capacity : 64;

		grown = reallocarray(processes->tasks, capacity, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		processes->tasks = grown;
		processes->capacity = capacity;
	}
	processes->tasks[processes->count++] = (struct task){
		.numbers = *numbers, .stat_rss_bytes = numbers->rss_bytes, .name_at = name_at};
	return 0;
}

/*
 * In a captured tree a file that is not there was not captured; on the live system its process is
 * gone.
 */
static bool is_gone(const struct pmm_root *root, int r)
{
	return r == -ESRCH || (r == -ENOENT && pmm_root_is_live(root));
}

static void take_stat(const struct process_stat *stat, uint64_t page_bytes,
		      struct pmm_process *process)
{
	process->start_ticks = stat->start_ticks;
	process->state = stat->state;
	process->parent_pid = stat->parent_pid;
	process->major_faults = stat->major_faults;
	process->minor_faults = stat->minor_faults;
	process->cpu_ticks = stat->cpu_ticks;
	if (page_bytes == PMM_ABSENT ||
	    __builtin_mul_overflow(stat->rss_pages, page_bytes, &process->rss_bytes))
		process->rss_bytes = PMM_ABSENT;
}

/*
 * 1, or 0 if the process is gone. A file that cannot be read or parsed leaves its numbers absent.
 */
static int read_status(struct reader *reader, struct pmm_process *process)
{
	int r = process_read(reader->root, process->pid, "status", &reader->text);
	const char *why = "malformed";

	if (is_gone(reader->root, r))
		return 0;
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		why = strerror(-r);
	else if (process_parse_status(reader->text.bytes, reader->text.length, process))
		return 1;
	r = note_fault(reader, process->pid, "status", why);
	return r < 0 ? r : 1;
}

/* Who had the pid in the scan before; NULL if nobody. */
static const struct task *find_before(struct reader *reader, pid_t pid)
{
	const struct pmm_processes *before = reader->before;

	if (!before)
		return NULL;
	while (reader->before_at < before->count &&
	       before->tasks[reader->before_at].numbers.pid < pid)
		reader->before_at++;
	if (reader->before_at == before->count ||
	    before->tasks[reader->before_at].numbers.pid != pid)
		return NULL;
	return &before->tasks[reader->before_at];
}

/* Most processes sleep: each is looked at in turn. */
static bool may_rest(const struct reader *reader, const struct task *then)
{
	return then && then->is_at_rest &&
	       ((unsigned)then->numbers.pid + reader->processes->round) % REST_ROUNDS != 0;
}

/*
 * Has it the memory it had? A page that comes or goes changes rss, or was fetched by a fault. Rss
 * is counted per CPU and summed late (include/linux/mm.h: percpu_counter), so now and then the
 * status is read all the same.
 */
static bool take_status_before(const struct reader *reader, const struct task *then,
			       struct task *task)
{
	struct pmm_process now = task->numbers;

	if (!then || then->numbers.start_ticks != now.start_ticks ||
	    then->stat_rss_bytes != now.rss_bytes || then->numbers.major_faults != now.major_faults)
		return false;
	task->is_at_rest = then->numbers.minor_faults == now.minor_faults &&
			   then->numbers.cpu_ticks == now.cpu_ticks;
	if (then->numbers.uid == PMM_ABSENT ||
	    ((unsigned)now.pid + reader->processes->round) % STATUS_ROUNDS == 0)
		return false;
	task->numbers = then->numbers;
	task->numbers.boot_ns = now.boot_ns;
	task->numbers.state = now.state;
	task->numbers.parent_pid = now.parent_pid;
	task->numbers.minor_faults = now.minor_faults;
	task->numbers.cpu_ticks = now.cpu_ticks;
	return true;
}

static const struct pmm_process absent_process = {
	.start_ticks = PMM_ABSENT,
	.boot_ns = PMM_ABSENT,
	.state = '?',
	.parent_pid = PMM_ABSENT,
	.uid = PMM_ABSENT,
	.major_faults = PMM_ABSENT,
	.minor_faults = PMM_ABSENT,
	.cpu_ticks = PMM_ABSENT,
	.rss_bytes = PMM_ABSENT,
	.rss_anon_bytes = PMM_ABSENT,
	.rss_file_bytes = PMM_ABSENT,
	.rss_shmem_bytes = PMM_ABSENT,
	.swap_bytes = PMM_ABSENT,
	.table_bytes = PMM_ABSENT,
};

static int keep_at_rest(struct pmm_processes *processes, const struct task *then)
{
	struct scan name = scan_over(then->numbers.name, strlen(then->numbers.name));
	int r = append_task(processes, &then->numbers, &name);

	if (r < 0)
		return r;
	processes->tasks[processes->count - 1].stat_rss_bytes = then->stat_rss_bytes;
	processes->tasks[processes->count - 1].is_at_rest = true;
	return 1;
}

/* Read a task and keep it: 1, or 0 if it is gone. */
static int read_task(struct reader *reader, pid_t pid)
{
	struct pmm_processes *processes = reader->processes;
	struct process_stat stat = {.name = scan_over("", 0)};
	const struct task *then = find_before(reader, pid);
	struct pmm_process process = absent_process;
	struct task *kept;
	int r;

	if (may_rest(reader, then))
		return keep_at_rest(processes, then);
	r = process_read(reader->root, pid, "stat", &reader->text);
	process.pid = pid;
	process.boot_ns = processes->boot_ns;
	if (r == -ESRCH || r == -ENOENT)
		return 0;
	if (r == -ENOMEM)
		return r;
	if (r >= 0 && process_parse_stat(reader->text.bytes, reader->text.length, &stat)) {
		take_stat(&stat, pmm_root_page_bytes(reader->root), &process);
		r = 0;
	} else {
		r = note_fault(reader, pid, "stat", r < 0 ? strerror(-r) : "malformed");
	}
	if (r < 0)
		return r;
	/*
	 * Kept before the status is read, which takes the buffer that the name is in; dropped if it
	 * is gone.
	 */
	r = append_task(processes, &process, &stat.name);
	if (r < 0 || !(reader->flags & PMM_PROCESSES_STATUS))
		return r < 0 ? r : 1;
	kept = &processes->tasks[processes->count - 1];
	if (take_status_before(reader, then, kept))
		return 1;
	r = read_status(reader, &kept->numbers);
	if (r == 0)
		processes->names_length = processes->tasks[--processes->count].name_at;
	return r;
}

/* ---- all tasks ---- -------------------------------------------------------------------------- */

/* The kernel's own spelling of a pid; other entries of proc are no processes. */
static bool parse_pid(const char *name, pid_t *ret_pid)
{
	struct scan scan = scan_over(name, strlen(name));
	uint64_t number;

	if (*name == '0' || !scan_u64(&scan, &number) || !scan_at_end(&scan) || number > INT32_MAX)
		return false;
	*ret_pid = (pid_t)number;
	return true;
}

static int read_tasks(struct reader *reader)
{
	struct dirent *entry;
	DIR *directory;
	pid_t pid;
	int r = root_open_directory(reader->root, "proc", &directory);

	if (r < 0)
		return root_fail_at(reader->root, r, "proc", strerror(-r));
	while (r >= 0 && (entry = readdir(directory)))
		if (parse_pid(entry->d_name, &pid))
			r = read_task(reader, pid);
	closedir(directory);
	return r;
}

static int compare_pids(const void *a, const void *b)
{
	const struct task *left = a, *right = b;

	return (left->numbers.pid > right->numbers.pid) - (left->numbers.pid < right->numbers.pid);
}

/*
 * Other users' processes may be out of sight: Documentation/filesystems/proc.rst, mount option
 * hidepid. Then process 1 is, which every live system has; a captured tree has what was captured.
 */
static int note_hidden(struct pmm_root *root, struct pmm_processes *processes)
{
	const char *why;

	if (processes->faults)
		return 0;
	if (!processes->count)
		why = pmm_root_is_live(root) ? "no process is visible" : "no process was captured";
	else if (pmm_root_is_live(root) && processes->tasks[0].numbers.pid != 1)
		why = "other users' processes are hidden (mounted with hidepid); run as root";
	else
		return 0;
	root_fail_at(root, -EACCES, "proc", why);
	processes->complaint = strdup(pmm_root_error(root));
	return processes->complaint ? 0 : -ENOMEM;
}

/* What can be done only when the arena moves no more and all faults are counted. */
static int finish(struct pmm_processes *processes)
{
	char *words;

	for (size_t i = 0; i < processes->count; i++)
		processes->tasks[i].numbers.name = processes->names + processes->tasks[i].name_at;
	if (processes->count)
		qsort(processes->tasks, processes->count, sizeof(*processes->tasks), compare_pids);
	if (processes->faults < 2)
		return 0;
	if (asprintf(&words, "%s (and %zu more)", processes->complaint, processes->faults - 1) < 0)
		return -ENOMEM;
	free(processes->complaint);
	processes->complaint = words;
	return 0;
}

/* PID 0 stands for all of them. In a captured tree reading costs nothing: all of it is read. */
static int open_processes(struct reader reader, pid_t pid, struct pmm_processes **ret_processes)
{
	struct pmm_root *root = reader.root;
	int r;

	reader.processes = calloc(1, sizeof(*reader.processes));
	if (!reader.processes)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	if (!pmm_root_is_live(root))
		reader.before = NULL;
	reader.processes->round = reader.before ? reader.before->round + 1 : 0;
	/* Without a clock the numbers are as good; only rates need it. */
	if (pmm_root_clock(root, &reader.processes->boot_ns) < 0)
		reader.processes->boot_ns = PMM_ABSENT;
	r = pid ? read_task(&reader, pid) : read_tasks(&reader);
	if (r >= 0)
		r = pid && r == 0 ? -ESRCH : finish(reader.processes);
	if (r >= 0 && !pid)
		r = note_hidden(root, reader.processes);
	text_free(&reader.text);
	if (r == -ESRCH || r == -ENOMEM)
		pmm_root_fail(root, r, "%s", strerror(-r));
	if (r < 0) {
		pmm_processes_close(reader.processes);
		return r;
	}
	*ret_processes = reader.processes;
	return 0;
}

int pmm_processes_open(struct pmm_root *root, unsigned flags, struct pmm_processes **ret_processes)
{
	return open_processes((struct reader){.root = root, .flags = flags}, 0, ret_processes);
}

int pmm_processes_open_since(struct pmm_root *root, unsigned flags,
			     const struct pmm_processes *before,
			     struct pmm_processes **ret_processes)
{
	return open_processes((struct reader){.root = root, .flags = flags, .before = before}, 0,
			      ret_processes);
}

int pmm_processes_open_one(struct pmm_root *root, pid_t pid, unsigned flags,
			   struct pmm_processes **ret_processes)
{
	if (pid <= 0)
		return pmm_root_fail(root, -EINVAL, "%d: %s", (int)pid, strerror(EINVAL));
	return open_processes((struct reader){.root = root, .flags = flags}, pid, ret_processes);
}

const struct pmm_process *pmm_processes_at(const struct pmm_processes *processes, size_t index)
{
	return index < processes->count ? &processes->tasks[index].numbers : NULL;
}

int pmm_processes_next(struct pmm_processes *processes, const struct pmm_process **ret_process)
{
	if (processes->next == processes->count)
		return 0;
	*ret_process = &processes->tasks[processes->next++].numbers;
	return 1;
}

struct pmm_processes *pmm_processes_close(struct pmm_processes *processes)
{
	if (!processes)
		return NULL;
	free(processes->tasks);
	free(processes->names);
	free(processes->complaint);
	free(processes);
	return NULL;
}

const struct pmm_process *pmm_processes_find(const struct pmm_processes *processes, pid_t pid,
					     uint64_t start_ticks)
{
	struct task key = {.numbers.pid = pid};
	const struct task *found;

	if (!processes->count)
		return NULL;
	found = bsearch(&key, processes->tasks, processes->count, sizeof(key), compare_pids);
	return found && found->numbers.start_ticks == start_ticks ? &found->numbers : NULL;
}

uint64_t pmm_processes_boot_ns(const struct pmm_processes *processes)
{
	return processes->boot_ns;
}

const char *pmm_processes_complaint(const struct pmm_processes *processes)
{
	return processes->complaint;
}
