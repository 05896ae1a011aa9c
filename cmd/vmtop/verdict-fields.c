/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The verdict as fields: those of a cgroup, and of the system, which has some of them beside its
 * metrics; and the time, which rows of every kind have. The values are the library's.
 */

#include <math.h>

#include "vmtop.h"

/* clang-format off */
#define STATE_FIELD { "state", "STATE", UNIT_TEXT, \
	"unknown, ok, reclaiming, pressure, thrashing or severe", "see procmm(7)", true, false }
#define CONFIDENCE_FIELD { "confidence", "CONF", UNIT_TEXT, \
	"none, low, medium or high; a look of less than 10 s is low", "see procmm(7)", \
	false, false }
#define LOST_FIELD { "lost_percent", "LOST", UNIT_PERCENT, \
	"of the time, lost to paging; at least that", \
	"memory full + io full x paging share of reads x (1 - overlap)", true, false }
#define USEFUL_FIELD { "useful_percent", "USEFUL", UNIT_PERCENT, \
	"of one processor, spent by programs", "proc/stat: user + nice; cpu.stat: user_usec", \
	false, false }
#define REUSE_FIELD { "reuse_ratio", "REUSE", UNIT_NUMBER, \
	"of the evicted pages, needed again", "pages that came back / pages evicted", true, false }

const struct field cgroup_fields[GROUP_FIELDS + 1] = {
	[GROUP_TIME] = { "time", "TIME", UNIT_TEXT,
		"when the sample was taken, UTC", "clock", false, false },
	[GROUP_STATE] = STATE_FIELD,
	[GROUP_CONFIDENCE] = CONFIDENCE_FIELD,
	[GROUP_LOST] = LOST_FIELD,
	[GROUP_USEFUL] = USEFUL_FIELD,
	[GROUP_MEMORY_SOME] = { "pressure_memory_some_percent", "MEMS", UNIT_PERCENT,
		"memory some: a task waited", "memory.pressure: some total", false, false },
	[GROUP_MEMORY_FULL] = { "pressure_memory_full_percent", "MEMF", UNIT_PERCENT,
		"memory full: all tasks waited", "memory.pressure: full total", true, false },
	[GROUP_IO_SOME] = { "pressure_io_some_percent", "IOS", UNIT_PERCENT,
		"io some: a task waited", "io.pressure: some total", false, false },
	[GROUP_IO_FULL] = { "pressure_io_full_percent", "IOF", UNIT_PERCENT,
		"io full: all tasks waited", "io.pressure: full total", true, false },
	[GROUP_CURRENT] = { "current_bytes", "USE", UNIT_BYTES,
		"memory it uses, with page cache", "memory.current", true, false },
	[GROUP_LIMIT] = { "limit_bytes", "LIMIT", UNIT_BYTES,
		"the limit that binds first, its own or one above it",
		"memory.max, memory.high", true, false },
	[GROUP_LIMIT_PATH] = { "limit_path", "LIMIT-OF", UNIT_TEXT,
		"the cgroup whose limit that is", "memory.max, memory.high", false, false },
	[GROUP_SWAP] = { "swap_used_bytes", "SWAP", UNIT_BYTES,
		"what it has in swap", "memory.swap.current", true, false },
	[GROUP_CAME_BACK] = { "came_back_pages_per_second", "BACK/S", UNIT_RATE,
		"pages evicted and needed again", "swap-ins and refaults, as procmm(7) has it",
		true, false },
	[GROUP_EVICTED] = { "evicted_pages_per_second", "EVICT/S", UNIT_RATE,
		"pages evicted", "memory.stat: pgsteal", false, false },
	[GROUP_REUSE] = REUSE_FIELD,
	[GROUP_REFAULTED_ANON] = { "refaulted_anon_pages_per_second", "REFA/S", UNIT_RATE,
		"evicted and needed again, anonymous", "memory.stat: workingset_refault_anon",
		false, false },
	[GROUP_REFAULTED_FILE] = { "refaulted_file_pages_per_second", "REFF/S", UNIT_RATE,
		"evicted and needed again, file", "memory.stat: workingset_refault_file",
		false, false },
	[GROUP_FAULTS] = { "major_faults_per_second", "MAJF/S", UNIT_RATE,
		"page faults that read a page in", "memory.stat: pgmajfault", false, false },
	[GROUP_EVENTS_HIGH] = { "events_high", "HIGH", UNIT_COUNT,
		"times that memory.high was exceeded in the window", "memory.events: high",
		false, false },
	[GROUP_EVENTS_MAX] = { "events_max", "MAX", UNIT_COUNT,
		"times that memory.max was hit in the window",
		"memory.events: max; memory.failcnt", true, false },
	[GROUP_OOM_KILLS] = { "oom_kills", "OOM", UNIT_COUNT,
		"processes killed in the window", "memory.events: oom_kill", true, false },
	[GROUP_PATH] = { "path", "CGROUP", UNIT_TEXT,
		"the cgroup; / is the whole system", "sys/fs/cgroup", true, true },
	[GROUP_FIELDS] = { NULL, NULL, UNIT_TEXT, NULL, NULL, false, false },
};

const struct field verdict_fields[VERDICT_FIELDS] = {
	[VERDICT_STATE] = STATE_FIELD,
	[VERDICT_STATE_SECONDS] = { "state_seconds", "FOR", UNIT_SECONDS,
		"since the state was entered; absent in one look", "clock", true, false },
	[VERDICT_CONFIDENCE] = CONFIDENCE_FIELD,
};
/* clang-format on */

struct value view_time(const struct view *view)
{
	if (!isnan(view->unix_seconds))
		return value_real(view->unix_seconds);
	return value_text(*view->time ? view->time : NULL);
}

void cgroup_values(const struct view *view, const struct pmm_verdict *verdict, struct value *values)
{
	struct value lost = value_real(verdict->lost_percent);
	struct value reuse = value_real(verdict->reuse_ratio);

	values[GROUP_TIME] = view_time(view);
	values[GROUP_PATH] = value_text(verdict->path ? verdict->path : "/");
	values[GROUP_STATE] = value_text(pmm_state_name(verdict->state));
	values[GROUP_CONFIDENCE] = value_text(pmm_confidence_name(verdict->confidence));
	values[GROUP_LOST] = verdict->is_estimate ? value_estimated(lost) : lost;
	values[GROUP_USEFUL] = value_real(verdict->useful_percent);
	values[GROUP_MEMORY_SOME] = value_real(verdict->memory_some_percent);
	values[GROUP_MEMORY_FULL] = value_real(verdict->memory_full_percent);
	values[GROUP_IO_SOME] = value_real(verdict->io_some_percent);
	values[GROUP_IO_FULL] = value_real(verdict->io_full_percent);
	values[GROUP_CURRENT] = value_unsigned(verdict->current_bytes);
	values[GROUP_LIMIT] = value_unsigned(verdict->limit_bytes);
	values[GROUP_LIMIT_PATH] = value_text(verdict->limit_path);
	values[GROUP_SWAP] = value_unsigned(verdict->swap_used_bytes);
	values[GROUP_CAME_BACK] = value_real(verdict->came_back_pages_per_second);
	values[GROUP_EVICTED] = value_real(verdict->evicted_pages_per_second);
	values[GROUP_REUSE] = verdict->is_estimate ? value_estimated(reuse) : reuse;
	values[GROUP_REFAULTED_ANON] = value_real(verdict->refaulted_anon_pages_per_second);
	values[GROUP_REFAULTED_FILE] = value_real(verdict->refaulted_file_pages_per_second);
	values[GROUP_FAULTS] = value_real(verdict->major_faults_per_second);
	values[GROUP_EVENTS_HIGH] = value_unsigned(verdict->events_high);
	values[GROUP_EVENTS_MAX] = value_unsigned(verdict->events_max);
	values[GROUP_OOM_KILLS] = value_unsigned(verdict->oom_kills);
}

void verdict_values(const struct pmm_verdict *verdict, struct value *values)
{
	for (size_t i = 0; i < VERDICT_FIELDS; i++)
		values[i] = value_absent();
	if (!verdict)
		return;
	values[VERDICT_STATE] = value_text(pmm_state_name(verdict->state));
	values[VERDICT_STATE_SECONDS] = value_real(verdict->state_seconds);
	values[VERDICT_CONFIDENCE] = value_text(pmm_confidence_name(verdict->confidence));
}
