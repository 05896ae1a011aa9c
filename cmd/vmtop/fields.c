/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What vmtop can show: the fields of the system are the library's metrics, those of a process stand
 * here. Every format takes its values from here; none computes its own.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/field-list.h"
#include "shared/message.h"
#include "vmtop.h"

/* clang-format off */
const struct field process_fields[PROCESS_FIELDS + 1] = {
	[PROCESS_TIME] = { "time", "TIME", UNIT_TEXT,
		"when the sample was taken, UTC", "clock", false, false },
	[PROCESS_PID] = { "pid", "PID", UNIT_COUNT, "process", "proc/PID", true, false },
	[PROCESS_USER] = { "user", "USER", UNIT_TEXT,
		"effective user", "proc/PID/status: Uid", true, false },
	[PROCESS_STATE] = { "state", "S", UNIT_TEXT,
		"R running, S sleeping, D waiting for a disk, Z ended, T stopped",
		"proc/PID/stat", false, false },
	[PROCESS_LOST] = { "lost_percent", "LOST", UNIT_PERCENT,
		"of its time lost to paging; ~ is an estimate",
		"taskstats: max(swapin, blkio if it had major faults, thrashing) + freepages + "
		"compact; or major_faults_per_second x swap_read_seconds", true, false },
	[PROCESS_LOST_SOURCE] = { "lost_source", "SOURCE", UNIT_TEXT,
		"where lost_percent is from: taskstats or estimate",
		"whether the kernel keeps delays of it", false, false },
	[PROCESS_FAULTS] = { "major_faults_per_second", "MAJF/S", UNIT_RATE,
		"page faults that read a page in", "proc/PID/stat: majflt", true, false },
	[PROCESS_MINOR_FAULT_RATE] = { "minor_faults_per_second", "MINF/S", UNIT_RATE,
		"page faults that found the page in RAM", "proc/PID/stat: minflt", false, false },
	[PROCESS_SWAP] = { "swap_bytes", "SWAP", UNIT_BYTES,
		"anonymous memory in swap", "proc/PID/status: VmSwap", true, false },
	[PROCESS_SWAP_GROWTH] = { "swap_growth_bytes_per_second", "SWAP+", UNIT_BYTE_RATE,
		"how fast that grows, a second", "proc/PID/status: VmSwap", true, false },
	[PROCESS_RSS] = { "rss_bytes", "RSS", UNIT_BYTES,
		"memory in RAM, shared pages counted in full",
		"proc/PID/status: VmRSS", true, false },
	[PROCESS_RSS_GROWTH] = { "rss_growth_bytes_per_second", "RSS+", UNIT_BYTE_RATE,
		"how fast that grows, a second", "proc/PID/status: VmRSS", true, false },
	[PROCESS_FOOTPRINT] = { "footprint_bytes", "FOOTPRINT", UNIT_BYTES,
		"anonymous and shared memory, in RAM and in swap",
		"proc/PID/status: RssAnon + RssShmem + VmSwap", false, false },
	[PROCESS_RSS_ANON] = { "rss_anon_bytes", "RSS-ANON", UNIT_BYTES,
		"anonymous memory in RAM", "proc/PID/status: RssAnon", false, false },
	[PROCESS_RSS_FILE] = { "rss_file_bytes", "RSS-FILE", UNIT_BYTES,
		"file pages in RAM", "proc/PID/status: RssFile", false, false },
	[PROCESS_RSS_SHMEM] = { "rss_shmem_bytes", "RSS-SHM", UNIT_BYTES,
		"shared memory in RAM", "proc/PID/status: RssShmem", false, false },
	[PROCESS_PSS] = { "pss_bytes", "PSS", UNIT_BYTES,
		"memory in RAM, a page that N share counted as 1/N; dear: see --pss",
		"proc/PID/smaps_rollup: Pss", false, false },
	[PROCESS_SWAP_PSS] = { "swap_pss_bytes", "SWAP-PSS", UNIT_BYTES,
		"swap, counted in the same way", "proc/PID/smaps_rollup: SwapPss", false, false },
	[PROCESS_OOM_SCORE] = { "oom_score", "OOM", UNIT_COUNT,
		"the highest is killed first where memory ends", "proc/PID/oom_score", false,
		false },
	[PROCESS_MAJOR_FAULTS] = { "major_faults", "MAJF", UNIT_COUNT,
		"the same since its start", "proc/PID/stat: majflt", false, false },
	[PROCESS_MINOR_FAULTS] = { "minor_faults", "MINF", UNIT_COUNT,
		"page faults that found the page in RAM, since its start",
		"proc/PID/stat: minflt", false, false },
	[PROCESS_PARENT] = { "parent_pid", "PPID", UNIT_COUNT,
		"parent process", "proc/PID/stat", false, false },
	[PROCESS_START] = { "start_ticks", "START", UNIT_COUNT,
		"clock ticks from boot to its start", "proc/PID/stat", false, false },
	[PROCESS_CGROUP] = { "cgroup", "CGROUP", UNIT_TEXT,
		"control group that its memory is charged to", "proc/PID/cgroup", false, false },
	[PROCESS_NAME] = { "name", "NAME", UNIT_TEXT,
		"name it gives itself", "proc/PID/stat", false, false },
	[PROCESS_COMMAND] = { "command", "COMMAND", UNIT_TEXT,
		"command line; [name] if it has none", "proc/PID/cmdline", true, true },
	[PROCESS_FIELDS] = { NULL, NULL, UNIT_TEXT, NULL, NULL, false, false },
};

static const struct field first_system_fields[] = {
	[SYSTEM_TIME] = { "time", "time", UNIT_TEXT,
		"when the sample was taken, UTC", "clock", true, false },
	[SYSTEM_INTERVAL] = { "interval_seconds", "interval_seconds", UNIT_SECONDS,
		"time since the sample before", "clock", true, false },
};
/* clang-format on */

const char lost_by_taskstats[] = "taskstats";
const char lost_by_estimate[] = "estimate";

static enum unit metric_unit(enum pmm_unit unit)
{
	static const enum unit units[] = {
		[PMM_UNIT_BYTES] = UNIT_BYTES,	       [PMM_UNIT_COUNT] = UNIT_COUNT,
		[PMM_UNIT_PERCENT] = UNIT_PERCENT,     [PMM_UNIT_PAGES_PER_SECOND] = UNIT_RATE,
		[PMM_UNIT_PER_SECOND] = UNIT_RATE,     [PMM_UNIT_BYTES_PER_SECOND] = UNIT_BYTE_RATE,
		[PMM_UNIT_CPU_PERCENT] = UNIT_PERCENT, [PMM_UNIT_RATIO] = UNIT_NUMBER,
		[PMM_UNIT_SECONDS] = UNIT_SECONDS,
	};

	return units[unit];
}

size_t system_fields_count(void)
{
	size_t count = 0;

	while (pmm_metric_at(count))
		count++;
	return SYSTEM_METRICS + count;
}

static const char SOURCE_AND_FORMULA[] = "%s: %s";

static size_t sources_bytes(void)
{
	const struct pmm_metric *metric;
	size_t bytes = 0;

	for (size_t i = 0; (metric = pmm_metric_at(i)); i++)
		bytes += strlen(metric->source) + strlen(metric->formula) +
			 sizeof(SOURCE_AND_FORMULA);
	return bytes;
}

/* The texts that are made for them stand behind the fields, in the same piece of memory. */
struct field *system_fields_make(void)
{
	size_t fields_bytes = (system_fields_count() + 1) * sizeof(struct field);
	struct field *fields = allocate(1, fields_bytes + sources_bytes());
	char *source = (char *)fields + fields_bytes, *end = source + sources_bytes();
	const struct pmm_metric *metric;

	memcpy(fields, first_system_fields, sizeof(first_system_fields));
	for (size_t i = 0; i < VERDICT_FIELDS; i++) {
		fields[SYSTEM_VERDICT + i] = verdict_fields[i];
		fields[SYSTEM_VERDICT + i].heading = verdict_fields[i].key;
		fields[SYSTEM_VERDICT + i].is_default = true;
	}
	for (size_t i = 0; (metric = pmm_metric_at(i)); i++) {
		fields[SYSTEM_METRICS + i] = (struct field){
			.key = metric->name,
			.heading = metric->name,
			.unit = metric_unit(metric->unit),
			.meaning = metric->title,
			.source = source,
			.is_default = true,
		};
		source += snprintf(source, (size_t)(end - source), SOURCE_AND_FORMULA,
				   metric->source, metric->formula) +
			  1;
	}
	return fields;
}

enum scope fields_scope(const struct field *system, const char *list)
{
	list += *list == '+';
	while (*list) {
		size_t length = strcspn(list, ",");

		if (!fields_have(system, list, length)) {
			if (fields_have(process_fields, list, length))
				return SCOPE_PROCESS;
			if (fields_have(cgroup_fields, list, length))
				return SCOPE_CGROUP;
		}
		list += length + (list[length] == ',');
	}
	return SCOPE_SYSTEM;
}

void fields_print(const struct report_options *report)
{
	struct field *fields = system_fields_make();
	const struct field_list lists[] = {
		{"system", "Fields of the system", fields},
		{"processes", "Fields of processes", process_fields},
		{"cgroups", "Fields of cgroups", cgroup_fields},
		{NULL, NULL, NULL},
	};

	fields_list(report, "vmtop/1", lists);
	free(fields);
}

void system_values(const struct view *view, struct value *values)
{
	const struct pmm_metric *metric;

	values[SYSTEM_TIME] = view_time(view);
	values[SYSTEM_INTERVAL] = value_real(view->interval_seconds);
	verdict_values(view_verdict(view, 0), &values[SYSTEM_VERDICT]);
	for (size_t i = 0; (metric = pmm_metric_at(i)); i++) {
		double real = pmm_metric_value(metric, view->now, view->before);

		/* Bytes and counts are whole numbers, exact up to 2^53: write them as such. */
		if (isnan(real))
			values[SYSTEM_METRICS + i] = value_absent();
		else if (metric->unit == PMM_UNIT_BYTES || metric->unit == PMM_UNIT_COUNT)
			values[SYSTEM_METRICS + i] = value_unsigned((uint64_t)real);
		else
			values[SYSTEM_METRICS + i] = value_real(real);
	}
}

unsigned field_identity(enum process_field field)
{
	switch (field) {
	case PROCESS_USER:
		return PMM_IDENTITY_USER;
	case PROCESS_CGROUP:
		return PMM_IDENTITY_CGROUP;
	case PROCESS_COMMAND:
		return PMM_IDENTITY_COMMAND;
	default:
		return 0;
	}
}

unsigned field_detail(enum process_field field)
{
	switch (field) {
	case PROCESS_OOM_SCORE:
		return PMM_DETAIL_OOM_SCORE;
	case PROCESS_PSS:
	case PROCESS_SWAP_PSS:
		return PMM_DETAIL_PSS;
	default:
		return 0;
	}
}

/* Of who it is; a command line that is not known is the name. */
static struct value identity_value(const struct row *row, enum process_field field)
{
	const struct pmm_identity *identity = row->identity;

	if (field == PROCESS_COMMAND)
		return value_text(identity && identity->command ? identity->command
								: row->process->name);
	if (!identity)
		return value_absent();
	return value_text(field == PROCESS_USER ? identity->user : identity->cgroup);
}

static struct value lost_value(const struct row *row)
{
	struct value lost = value_real(row->lost_percent);

	return row->lost_source == lost_by_estimate ? value_estimated(lost) : lost;
}

/* Of what was counted or computed between two scans. */
static struct value rate_value(const struct row *row, enum process_field field)
{
	switch (field) {
	case PROCESS_LOST:
		return lost_value(row);
	case PROCESS_LOST_SOURCE:
		return value_text(row->lost_source);
	case PROCESS_FAULTS:
		return value_real(row->rates.major_faults_per_second);
	case PROCESS_MINOR_FAULT_RATE:
		return value_real(row->rates.minor_faults_per_second);
	case PROCESS_SWAP_GROWTH:
		return value_real(row->rates.swap_growth_bytes_per_second);
	case PROCESS_RSS_GROWTH:
		return value_real(row->rates.rss_growth_bytes_per_second);
	case PROCESS_PSS:
		return value_unsigned(row->detail.pss_bytes);
	case PROCESS_SWAP_PSS:
		return value_unsigned(row->detail.swap_pss_bytes);
	case PROCESS_OOM_SCORE:
		return value_unsigned(row->detail.oom_score);
	default:
		return identity_value(row, field);
	}
}

struct value process_value(const struct row *row, enum process_field field)
{
	const struct pmm_process *process = row->process;

	switch (field) {
	case PROCESS_PID:
		return value_unsigned((uint64_t)process->pid);
	case PROCESS_STATE:
		return value_text(row->state);
	case PROCESS_SWAP:
		return value_unsigned(process->swap_bytes);
	case PROCESS_RSS:
		return value_unsigned(process->rss_bytes);
	case PROCESS_FOOTPRINT:
		return value_unsigned(pmm_process_footprint_bytes(process));
	case PROCESS_RSS_ANON:
		return value_unsigned(process->rss_anon_bytes);
	case PROCESS_RSS_FILE:
		return value_unsigned(process->rss_file_bytes);
	case PROCESS_RSS_SHMEM:
		return value_unsigned(process->rss_shmem_bytes);
	case PROCESS_MAJOR_FAULTS:
		return value_unsigned(process->major_faults);
	case PROCESS_MINOR_FAULTS:
		return value_unsigned(process->minor_faults);
	case PROCESS_PARENT:
		return value_unsigned(process->parent_pid);
	case PROCESS_START:
		return value_unsigned(process->start_ticks);
	case PROCESS_NAME:
		return value_text(process->name);
	default:
		return rate_value(row, field);
	}
}

void process_values(const struct view *view, const struct row *row, struct value *values)
{
	values[PROCESS_TIME] = view_time(view);
	for (enum process_field field = PROCESS_TIME + 1; field < PROCESS_FIELDS; field++)
		values[field] = process_value(row, field);
}
