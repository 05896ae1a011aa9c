/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pure: the numbers of a task, from the text of its proc/PID/stat and proc/PID/status
 * (Documentation/filesystems/proc.rst, tables 1-2 and 1-4).
 */

#include <stddef.h>
#include <string.h>

#include "counters.h"
#include "process.h"

/* ---- PID/stat ---- --------------------------------------------------------------------------- */

/* proc_pid_stat(5) counts its fields from 1; after the name comes 3. */
enum {
	STAT_PARENT_PID = 4,
	STAT_MINOR_FAULTS = 10,
	STAT_MAJOR_FAULTS = 12,
	STAT_USER_TICKS = 14,
	STAT_SYSTEM_TICKS = 15,
	STAT_START_TICKS = 22,
	STAT_VIRTUAL_BYTES = 23,
	STAT_RSS_PAGES = 24,
	STAT_FIELDS,
};

/* A word of the line; negative numbers (there are some, but none that is ours) are absent. */
static bool parse_stat_number(struct scan *line, uint64_t *ret_number)
{
	int64_t negative;
	struct scan word;

	if (!scan_word(line, &word))
		return false;
	if (scan_u64(&word, ret_number))
		return scan_at_end(&word);
	*ret_number = PMM_ABSENT;
	return scan_i64(&word, &negative) && scan_at_end(&word);
}

/*
 * A process may call itself ") R 1 1 1 0" or anything with a newline: only the last parenthesis
 * ends it.
 */
static bool parse_stat_name(struct scan *stat, struct scan *ret_name)
{
	struct scan pid;
	const char *last;

	if (!scan_until(stat, '(', &pid))
		return false;
	last = memrchr(stat->at, ')', scan_length(stat));
	if (!last)
		return false;
	*ret_name = (struct scan){.at = stat->at, .end = last};
	stat->at = last + 1;
	return true;
}

bool process_parse_stat(const char *text, size_t length, struct process_stat *ret_stat)
{
	struct scan scan = scan_over(text, length), line, state;
	uint64_t fields[STAT_FIELDS];
	struct process_stat stat;

	/* The kernel ends the line; without its end the file was cut, and perhaps in a number. */
	if (!parse_stat_name(&scan, &stat.name) || !scan_until(&scan, '\n', &line) ||
	    !scan_word(&line, &state) || scan_length(&state) != 1)
		return false;
	for (size_t i = STAT_PARENT_PID; i < STAT_FIELDS; i++)
		if (!parse_stat_number(&line, &fields[i]))
			return false;
	if (fields[STAT_START_TICKS] == PMM_ABSENT)
		return false;
	stat.state = *state.at;
	stat.parent_pid = fields[STAT_PARENT_PID];
	stat.minor_faults = fields[STAT_MINOR_FAULTS];
	stat.major_faults = fields[STAT_MAJOR_FAULTS];
	if (fields[STAT_USER_TICKS] == PMM_ABSENT || fields[STAT_SYSTEM_TICKS] == PMM_ABSENT ||
	    __builtin_add_overflow(fields[STAT_USER_TICKS], fields[STAT_SYSTEM_TICKS],
				   &stat.cpu_ticks))
		stat.cpu_ticks = PMM_ABSENT;
	stat.start_ticks = fields[STAT_START_TICKS];
	stat.rss_pages = fields[STAT_VIRTUAL_BYTES] ? fields[STAT_RSS_PAGES] : PMM_ABSENT;
	*ret_stat = stat;
	return true;
}

/* ---- PID/status ---- ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	size_t at;
} status_lines[] = {
	{"VmRSS", offsetof(struct pmm_process, rss_bytes)},
	{"RssAnon", offsetof(struct pmm_process, rss_anon_bytes)},
	{"RssFile", offsetof(struct pmm_process, rss_file_bytes)},
	{"RssShmem", offsetof(struct pmm_process, rss_shmem_bytes)},
	{"VmSwap", offsetof(struct pmm_process, swap_bytes)},
	{"VmPTE", offsetof(struct pmm_process, table_bytes)},
};

static bool is_named(const struct counter_line *line, const char *name)
{
	size_t length = strlen(name);

	return scan_length(&line->name) == length && !memcmp(line->name.at, name, length);
}

/* "Uid:" and four numbers: real, effective, saved, of the file system. */
static bool parse_effective_uid(struct scan words, uint64_t *ret_uid)
{
	struct scan real, effective;

	return scan_word(&words, &real) && scan_word(&words, &effective) &&
	       scan_u64(&effective, ret_uid) && scan_at_end(&effective);
}

/* False if it is a line we want, and it does not hold what it should. */
static bool take_status_line(const struct counter_line *line, struct pmm_process *process)
{
	if (is_named(line, "Uid"))
		return parse_effective_uid(line->words, &process->uid);
	for (size_t i = 0; i < sizeof(status_lines) / sizeof(*status_lines); i++)
		if (is_named(line, status_lines[i].name)) {
			memcpy((char *)process + status_lines[i].at, &line->value,
			       sizeof(line->value));
			return !line->fault;
		}
	return true;
}

bool process_parse_status(const char *text, size_t length, struct pmm_process *process)
{
	struct scan scan = scan_over(text, length);
	struct counter_line line;
	bool is_good = true;

	while (counters_next_line(&scan, &line))
		is_good &= take_status_line(&line, process);
	return is_good && process->uid != PMM_ABSENT;
}
