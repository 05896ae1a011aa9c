/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which machine a sample is of. Reads proc/sys/kernel/{hostname,osrelease} and, from proc/stat, how
 * many processors are online, when the machine booted, and how long it has worked (proc(5)).
 */

#include "host.h"

#include <errno.h>
#include <stdlib.h>

#include "root.h"

/* The ticks of proc/stat are USER_HZ, 100 a second on every machine that is left. */
static const uint64_t NS_PER_TICK = 10000000;

/* "cpu  USER NICE SYSTEM ...", the line of all processors, without its first word. */
static void parse_user(struct scan line, struct host_stat *stat)
{
	uint64_t user, nice;

	if (!scan_word_u64(&line, &user) || !scan_word_u64(&line, &nice) ||
	    __builtin_add_overflow(user, nice, &stat->user_ticks))
		stat->user_ticks = PMM_ABSENT;
}

bool host_parse_stat(const char *text, size_t length, struct host_stat *ret_stat)
{
	struct host_stat stat = {PMM_ABSENT, PMM_ABSENT, PMM_ABSENT};
	struct scan scan = scan_over(text, length), line;
	uint64_t cpus = 0, number;
	bool is_good = true;

	while (is_good && scan_until(&scan, '\n', &line)) {
		if (scan_text(&line, "cpu ")) {
			parse_user(line, &stat);
			continue;
		}
		if (scan_text(&line, "cpu")) {
			cpus += scan_u64(&line, &number);
			continue;
		}
		if (cpus) /* all of them: their lines come first */
			stat.cpus = cpus;
		if (scan_text(&line, "btime "))
			is_good = scan_word_u64(&line, &stat.boot_seconds);
	}
	*ret_stat = stat;
	return is_good && scan_at_end(&scan);
}

int host_read(struct pmm_root *root, struct pmm_host *ret_host, uint64_t *ret_user_ns)
{
	_cleanup_text_ struct text text = {0};
	struct pmm_host host = {.boot_unix_ns = PMM_ABSENT};
	struct host_stat stat = {PMM_ABSENT, PMM_ABSENT, PMM_ABSENT};
	int r = 0;

	host.name = root_read_line(root, "proc/sys/kernel/hostname");
	host.release = root_read_line(root, "proc/sys/kernel/osrelease");
	if (root_read_quietly(root, "proc/stat", &text) >= 0 &&
	    !host_parse_stat(text.bytes, text.length, &stat))
		r = root_fail_at(root, -EBADMSG, "proc/stat", "cut short, or no time of boot");
	host.cpus = stat.cpus;
	if (stat.boot_seconds <= UINT64_MAX / NS_PER_SECOND - 1)
		host.boot_unix_ns = stat.boot_seconds * NS_PER_SECOND;
	*ret_user_ns = PMM_ABSENT;
	if (stat.user_ticks <= UINT64_MAX / NS_PER_TICK - 1)
		*ret_user_ns = stat.user_ticks * NS_PER_TICK;
	*ret_host = host;
	return r;
}

void host_free(struct pmm_host *host)
{
	free(host->name);
	free(host->release);
	*host = (struct pmm_host){0};
}
