/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One file of a cgroup, and the limit that one may hold. */

#include "cgroup-load.h"

#include <stdio.h>
#include <stdlib.h>

/* PAGE_COUNTER_MAX (include/linux/page_counter.h): version 1 says it for "no limit". */
static const uint64_t NO_LIMIT_BYTES = INT64_MAX & ~(uint64_t)0xffff;

bool cgroup_parse_limit(struct scan text, uint64_t *ret_bytes)
{
	uint64_t bytes = PMM_ABSENT;
	struct scan line;

	if (!scan_line(&text, &line) || !scan_at_end(&text))
		return false;
	if (!scan_text(&line, "max") && !scan_u64(&line, &bytes))
		return false;
	if (!scan_at_end(&line))
		return false;
	*ret_bytes = bytes >= NO_LIMIT_BYTES ? PMM_ABSENT : bytes;
	return true;
}

bool cgroup_file(struct cgroup_reader *reader, const char *mount, const char *path,
		 const char *file)
{
	char *full;
	int r;

	if (asprintf(&full, "%s%s/%s", mount, path, file) < 0)
		return false;
	r = root_read_quietly(reader->root, full, &reader->text);
	free(full);
	return r >= 0;
}
