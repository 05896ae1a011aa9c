/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The way over the files that the views of pagemap file have in common, and the words for what goes
 * wrong on it.
 */

#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/text.h"

bool operands_open(struct operands *operands, struct inquest *inquest, char **paths, size_t count)
{
	unsigned flags = inquest->settings.with_recursion ? PMM_FILES_RECURSIVE : 0;

	*operands = (struct operands){.inquest = inquest, .paths = paths, .count = count};
	if (pmm_files_open(inquest->root, inquest->facilities, flags, &operands->files) < 0) {
		complain(NULL, "%s", pmm_root_error(inquest->root));
		return false;
	}
	return true;
}

void operands_close(struct operands *operands)
{
	pmm_files_close(operands->files);
}

const char *operands_path(const struct operands *operands)
{
	return pmm_files_path(operands->files);
}

struct pmm_file *operands_next(struct operands *operands)
{
	struct pmm_file *file;
	int r;

	for (;;) {
		r = pmm_files_next(operands->files, &file);
		if (r > 0)
			return file;
		if (r < 0)
			complain(operands_path(operands), "%s%s",
				 pmm_root_error(operands->inquest->root),
				 r == -EISDIR ? "; -r looks below it" : "");
		else if (operands->next < operands->count)
			pmm_files_start(operands->files, operands->paths[operands->next++]);
		else
			return NULL;
	}
}

bool file_needs(const struct settings *settings, size_t field)
{
	for (size_t i = 0; i < settings->fields.count; i++)
		if (settings->fields.indices[i] == field)
			return true;
	return settings->sort == field;
}

void file_complain(const struct operands *operands, int r)
{
	if (r == -EPERM)
		remark(NULL, "what is in memory of files that you neither own nor may write to is "
			     "hidden: needs CAP_FOWNER");
	else if (r == -EOPNOTSUPP)
		remark(operands_path(operands), "its file system does not say what is in memory");
	else
		complain(operands_path(operands), "%s", strerror(-r));
}

bool file_count(const struct operands *operands, struct pmm_file *file, uint64_t offset_bytes,
		uint64_t length_bytes, struct pmm_file_pages *ret_pages)
{
	int r = pmm_file_count(file, offset_bytes, length_bytes, ret_pages);

	if (r < 0)
		file_complain(operands, r);
	return r >= 0;
}

void file_remark_missing(const struct inquest *inquest)
{
	const char *why = pmm_facilities_why(inquest->facilities, PMM_FACILITY_CACHESTAT);

	if (why)
		remark(NULL, "dirty, evicted and swapped pages hidden: cachestat(2): %s", why);
}

void file_complain_of_denied(const struct pmm_mappers *mappers)
{
	size_t denied = pmm_mappers_denied(mappers);

	if (denied)
		complain(NULL,
			 "incomplete: processes that may not be read: %zu; needs ptrace rights "
			 "(CAP_SYS_PTRACE) over them",
			 denied);
}

bool file_keys_add(struct file_keys *keys, const struct operands *operands, struct pmm_file *file)
{
	struct pmm_file_key key;
	int r = pmm_file_key(file, &key);

	if (r == -EOPNOTSUPP)
		return false;
	if (r < 0) {
		complain(operands_path(operands), "%s", pmm_root_error(operands->inquest->root));
		return false;
	}
	if (keys->count == keys->capacity) {
		keys->capacity = keys->capacity ? 2 * keys->capacity : 16;
		keys->keys = reallocarray(keys->keys, keys->capacity, sizeof(*keys->keys));
		keys->paths = reallocarray(keys->paths, keys->capacity, sizeof(*keys->paths));
		if (!keys->keys || !keys->paths)
			die_no_memory();
	}
	keys->keys[keys->count] = key;
	keys->paths[keys->count++] = format_text("%s", operands_path(operands));
	return true;
}

void file_keys_free(struct file_keys *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		free(keys->paths[i]);
	free(keys->paths);
	free(keys->keys);
}
