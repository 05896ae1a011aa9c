/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which machine a sample is of. Reads proc/sys/kernel/{hostname,osrelease} and, from proc/stat, how
 * many processors are online and when the machine booted (proc(5)).
 */

#include "host.h"

#include <errno.h>
#include <stdlib.h>

#include "root.h"

bool host_parse_stat(const char *text, size_t length, uint64_t *ret_cpus,
		     uint64_t *ret_boot_seconds)
{
	struct scan scan = scan_over(text, length), line;
	uint64_t cpus = 0, number;
	bool is_good = true;

	*ret_cpus = PMM_ABSENT;
	*ret_boot_seconds = PMM_ABSENT;
	while (is_good && scan_until(&scan, '\n', &line)) {
		if (scan_text(&line, "cpu")) {
			cpus += scan_u64(&line, &number);
			continue;
		}
		if (cpus) /* all of them: their lines come first */
			*ret_cpus = cpus;
		if (scan_text(&line, "btime "))
			is_good = scan_word_u64(&line, ret_boot_seconds);
	}
	return is_good && scan_at_end(&scan);
}

int host_read(struct pmm_root *root, struct pmm_host *ret_host)
{
	_cleanup_text_ struct text text = {0};
	struct pmm_host host = {.cpus = PMM_ABSENT, .boot_unix_ns = PMM_ABSENT};
	uint64_t boot_seconds = PMM_ABSENT;
	int r = 0;

	host.name = root_read_line(root, "proc/sys/kernel/hostname");
	host.release = root_read_line(root, "proc/sys/kernel/osrelease");
	if (root_read_quietly(root, "proc/stat", &text) >= 0 &&
	    !host_parse_stat(text.bytes, text.length, &host.cpus, &boot_seconds))
		r = root_fail_at(root, -EBADMSG, "proc/stat", "cut short, or no time of boot");
	if (boot_seconds <= UINT64_MAX / NS_PER_SECOND - 1)
		host.boot_unix_ns = boot_seconds * NS_PER_SECOND;
	*ret_host = host;
	return r;
}

void host_free(struct pmm_host *host)
{
	free(host->name);
	free(host->release);
	*host = (struct pmm_host){0};
}
