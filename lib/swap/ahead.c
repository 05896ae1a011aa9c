/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads swapped pages ahead. swapoff(2) fetches them one by one, in the order of page tables, and
 * waits for each: on a cold area that is a seek a page. MADV_WILLNEED asks for many at once, which
 * the disk then orders and merges; swapoff(2) finds them in the swap cache. Nothing but time
 * depends on it: pages of processes that vanish or may not be touched come the slow way.
 *
 * Only anonymous and shared memory is asked for. Of a mapped file the kernel would read the file,
 * and not its pages in swap.
 */

#include "ahead.h"

#include <procmm-pages.h>
#include <procmm-processes.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "fit.h"

enum {
	STEP_BYTES = 4 << 20,
	/* An address space of terabytes (a sanitizer's) is mostly empty, and takes longer steps. */
	MOST_STEPS = 4096,
};

static const uint64_t SHOW_NS = 200000000;
static const uint64_t KERNEL_ADDRESS = (uint64_t)1 << 63;

struct ahead {
	struct pmm_plan *plan;
	const struct area *area;
	uint64_t deadline_ns;
	uint64_t reserve_bytes;
	uint64_t asked_bytes; /* of addresses, since memory was looked at */
	struct meter meter;
	enum drain_end end;
};

struct swapped {
	pid_t pid;
	uint64_t swap_bytes;
};

struct list {
	struct swapped *array;
	size_t count;
};

/* What to read next. */
enum next {
	NEXT_RANGE,
	NEXT_PROCESS,
	NEXT_NONE, /* there is no memory to read into, or no such call */
	MUST_END,  /* the user or the clock is against it */
};

/* ---- how far ---- */

/*
 * May WANT_BYTES more be read? Pages that were are in the swap cache, and still in the area.
 */
static enum next look(struct ahead *ahead, uint64_t want_bytes)
{
	uint64_t used_bytes, cached_bytes, available_bytes, now_ns = drain_clock();
	struct pmm_counters *meminfo;

	if (drain_must_end(ahead->plan, ahead->deadline_ns, &ahead->end))
		return MUST_END;
	if (pmm_counters_read(plan_root(ahead->plan), "proc/meminfo", &meminfo) < 0)
		return NEXT_NONE;
	used_bytes = pmm_counters_get(meminfo, "SwapTotal") - pmm_counters_get(meminfo, "SwapFree");
	cached_bytes = pmm_counters_get(meminfo, "SwapCached");
	available_bytes = pmm_counters_get(meminfo, "MemAvailable");
	pmm_counters_free(meminfo);
	if (now_ns - ahead->meter.last_ns >= SHOW_NS && cached_bytes <= used_bytes) {
		meter_update(&ahead->meter, used_bytes - cached_bytes, now_ns);
		drain_show(ahead->plan, &ahead->meter);
	}
	ahead->asked_bytes = 0;
	if (available_bytes == PMM_ABSENT || available_bytes < ahead->reserve_bytes ||
	    available_bytes - ahead->reserve_bytes < want_bytes)
		return NEXT_NONE;
	return NEXT_RANGE;
}

static enum next start(struct ahead *ahead)
{
	struct pmm_counters *meminfo;

	if (pmm_counters_read(plan_root(ahead->plan), "proc/meminfo", &meminfo) < 0)
		return NEXT_NONE;
	ahead->reserve_bytes = fit_reserve_bytes(pmm_counters_get(meminfo, "MemTotal"));
	pmm_counters_free(meminfo);
	meter_start(&ahead->meter, ahead->area->place.path, ahead->area->active.used_bytes,
		    drain_clock());
	ahead->meter.shown.is_reading_ahead = 1;
	return NEXT_RANGE;
}

/* ---- a process ---- */

static enum next read_range(struct ahead *ahead, int pid_fd, uint64_t address, uint64_t length)
{
	struct iovec range = {.iov_base = (void *)(uintptr_t)address, .iov_len = (size_t)length};
	ssize_t r = plan_effects(ahead->plan)->read_ahead(pid_fd, &range, 1);

	switch (r) {
	case -ESRCH: /* it is gone */
	case -EPERM: /* or not ours to touch */
	case -EACCES:
		return NEXT_PROCESS;
	case -ENOSYS: /* before Linux 5.10 */
	case -EINVAL: /* of another process this is allowed since then */
		return NEXT_NONE;
	default: /* ENOMEM is a hole that was mapped just now */
		return NEXT_RANGE;
	}
}

static enum next read_mapping(struct ahead *ahead, const struct swapped *process, int pid_fd,
			      const struct pmm_mapping *mapping)
{
	uint64_t length = mapping->end_address - mapping->start_address;
	uint64_t step = length / MOST_STEPS / STEP_BYTES * STEP_BYTES + STEP_BYTES;
	uint64_t want_bytes = step < process->swap_bytes ? step : process->swap_bytes;
	enum next next = NEXT_RANGE;

	for (uint64_t done = 0; next == NEXT_RANGE && done < length; done += step) {
		uint64_t part = length - done < step ? length - done : step;

		next = read_range(ahead, pid_fd, mapping->start_address + done, part);
		ahead->asked_bytes += part;
		if (next == NEXT_RANGE && ahead->asked_bytes >= STEP_BYTES)
			next = look(ahead, want_bytes);
	}
	return next;
}

static bool begins_with(const char *text, const char *front)
{
	return !strncmp(text, front, strlen(front));
}

/* proc(5), and shmem_zero_setup(), memfd_create(2), shmget(2): memory that only swap holds. */
static bool may_be_swapped(const struct pmm_mapping *mapping)
{
	if (mapping->start_address >= KERNEL_ADDRESS || begins_with(mapping->name, "[v"))
		return false;
	return mapping->inode == 0 || begins_with(mapping->name, "/dev/zero") ||
	       begins_with(mapping->name, "/memfd:") || begins_with(mapping->name, "/SYSV") ||
	       begins_with(mapping->name, "/dev/shm/");
}

static enum next read_process(struct ahead *ahead, const struct swapped *process)
{
	const struct pmm_mapping *mapping;
	struct pmm_mappings *mappings;
	int pid_fd = pidfd_open(process->pid, 0);
	enum next next = NEXT_RANGE;

	if (pid_fd < 0)
		return errno == ENOSYS ? NEXT_NONE : NEXT_PROCESS;
	if (pmm_mappings_open(plan_root(ahead->plan), process->pid, &mappings) < 0) {
		close(pid_fd);
		return NEXT_PROCESS;
	}
	while (next == NEXT_RANGE && pmm_mappings_next(mappings, &mapping) > 0)
		if (may_be_swapped(mapping))
			next = read_mapping(ahead, process, pid_fd, mapping);
	pmm_mappings_close(mappings);
	close(pid_fd);
	return next;
}

/* ---- all of them ---- */

static int compare_swapped(const void *a, const void *b)
{
	const struct swapped *left = a, *right = b;

	if (left->swap_bytes != right->swap_bytes)
		return left->swap_bytes < right->swap_bytes ? 1 : -1;
	return left->pid < right->pid ? -1 : 1;
}

static int add_swapped(struct list *list, const struct pmm_process *process)
{
	struct swapped *array;

	if (process->swap_bytes == 0 || process->swap_bytes == PMM_ABSENT)
		return 0;
	array = reallocarray(list->array, list->count + 1, sizeof(*array));
	if (!array)
		return -ENOMEM;
	list->array = array;
	array[list->count++] = (struct swapped){process->pid, process->swap_bytes};
	return 0;
}

/* Who has pages in swap, most first; as many as there is memory for. */
static struct list find_swapped(struct pmm_root *root)
{
	const struct pmm_process *process;
	struct pmm_processes *processes;
	struct list list = {0};

	if (pmm_processes_open(root, PMM_PROCESSES_STATUS, &processes) < 0)
		return list;
	while (pmm_processes_next(processes, &process) > 0)
		if (add_swapped(&list, process) < 0)
			break;
	pmm_processes_close(processes);
	if (list.count)
		qsort(list.array, list.count, sizeof(*list.array), compare_swapped);
	return list;
}

bool ahead_run(struct pmm_plan *plan, const struct area *area, uint64_t deadline_ns,
	       enum drain_end *ret_end)
{
	struct ahead ahead = {.plan = plan, .area = area, .deadline_ns = deadline_ns};
	struct list list = find_swapped(plan_root(plan));
	enum next next = start(&ahead);

	for (size_t i = 0; i < list.count && next < NEXT_NONE; i++)
		next = read_process(&ahead, &list.array[i]);
	free(list.array);
	if (next == MUST_END)
		*ret_end = ahead.end;
	return next != MUST_END;
}
