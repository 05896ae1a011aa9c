/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Mappings: the address space of a process as proc/PID/maps lists it (proc_pid_maps(5)). The file
 * is read whole and then gone through, so that a slow caller does not see it change. What is behind
 * the addresses is in page.c.
 */

#include "mapping.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"

struct pmm_mappings {
	struct pmm_root *root;
	pid_t pid;
	struct text text;
	struct scan rest;
	size_t line;
	struct pmm_mapping mapping;
};

/* "rw-p" and a space. */
static bool parse_permissions(struct scan *line, char permissions[5])
{
	static const char *const allowed[4] = {"r-", "w-", "x-", "ps"};
	struct scan word;

	if (!scan_word(line, &word) || scan_length(&word) != 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!memchr(allowed[i], word.at[i], 2))
			return false;
	memcpy(permissions, word.at, 4);
	permissions[4] = '\0';
	return true;
}

static bool parse_device(struct scan *line, unsigned *ret_major, unsigned *ret_minor)
{
	uint64_t major, minor;

	scan_blanks(line);
	if (!scan_hex(line, &major) || !scan_text(line, ":") || !scan_hex(line, &minor) ||
	    major > UINT32_MAX || minor > UINT32_MAX)
		return false;
	*ret_major = (unsigned)major;
	*ret_minor = (unsigned)minor;
	return true;
}

bool mapping_parse(struct scan line, struct pmm_mapping *ret_mapping, struct scan *ret_name)
{
	struct pmm_mapping mapping = {0};

	if (!scan_hex(&line, &mapping.start_address) || !scan_text(&line, "-") ||
	    !scan_hex(&line, &mapping.end_address) || mapping.start_address >= mapping.end_address)
		return false;
	if (!parse_permissions(&line, mapping.permissions) || !scan_blanks(&line) ||
	    !scan_hex(&line, &mapping.offset_bytes) ||
	    !parse_device(&line, &mapping.device_major, &mapping.device_minor) ||
	    !scan_text(&line, " ") || !scan_u64(&line, &mapping.inode))
		return false;
	if (!scan_at_end(&line) && !scan_text(&line, " "))
		return false;
	scan_blanks(&line);
	*ret_mapping = mapping;
	*ret_name = line;
	return true;
}

int pmm_mappings_open(struct pmm_root *root, pid_t pid, struct pmm_mappings **ret_mappings)
{
	struct pmm_mappings *mappings = calloc(1, sizeof(*mappings));
	char path[PROCESS_PATH];
	int r;

	if (!mappings)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	mappings->root = root;
	mappings->pid = pid;
	r = root_read(root, process_path(path, pid, "maps"), &mappings->text);
	if (r < 0) {
		pmm_mappings_close(mappings);
		return r;
	}
	mappings->rest = text_scan(&mappings->text);
	*ret_mappings = mappings;
	return 0;
}

int pmm_mappings_next(struct pmm_mappings *mappings, const struct pmm_mapping **ret_mapping)
{
	struct pmm_mapping *mapping = &mappings->mapping;
	struct scan line, name;
	char path[PROCESS_PATH];
	char *bytes = mappings->text.bytes;

	if (scan_at_end(&mappings->rest))
		return 0;
	mappings->line++;
	/*
	 * The kernel ends every line; one without its end was cut, and half a name is not the name.
	 */
	if (!scan_until(&mappings->rest, '\n', &line) || !mapping_parse(line, mapping, &name))
		return root_fail_line(mappings->root, process_path(path, mappings->pid, "maps"),
				      mappings->line, "mapping expected");
	bytes[name.end - bytes] = '\0'; /* in place of the newline */
	mapping->name = bytes + (name.at - bytes);
	*ret_mapping = mapping;
	return 1;
}

const char *map_file_path(char path[MAP_FILE_PATH], pid_t pid, const struct pmm_mapping *mapping)
{
	snprintf(path, MAP_FILE_PATH, "proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid,
		 mapping->start_address, mapping->end_address);
	return path;
}

struct pmm_mappings *pmm_mappings_close(struct pmm_mappings *mappings)
{
	if (!mappings)
		return NULL;
	text_free(&mappings->text);
	free(mappings);
	return NULL;
}
