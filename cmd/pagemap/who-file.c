/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The file that `pagemap who` is asked about: how /proc/PID/maps names it, and whether the page is
 * in the page cache. It is asked for, not read: nothing comes into memory by that.
 */

#include "shared/message.h"
#include "who.h"

static bool take_page(const struct inquest *inquest, struct pmm_file *file, struct finding *finding)
{
	uint64_t page_bytes = pmm_root_page_bytes(inquest->root);
	struct pmm_rmap_target *target = &finding->target;
	const char *path = finding->what->path;
	struct pmm_file_pages pages;

	target->offset_bytes =
		finding->what->offset_bytes - finding->what->offset_bytes % page_bytes;
	if (target->offset_bytes >= pmm_file_size_bytes(file)) {
		complain(path, "the offset is past its end");
		return false;
	}
	if (pmm_file_key(file, &target->file) < 0) {
		complain(path, "%s", pmm_root_error(inquest->root));
		return false;
	}
	if (pmm_file_count(file, target->offset_bytes, page_bytes, &pages) < 0)
		return true; /* who maps it can be told all the same */
	if (pages.cached)
		finding->cache = WHO_CACHED;
	else
		finding->cache =
			pages.swapped && pages.swapped != PMM_ABSENT ? WHO_SWAPPED : WHO_NOWHERE;
	return true;
}

bool who_file(const struct inquest *inquest, struct finding *finding)
{
	const char *path = finding->what->path;
	struct pmm_file *file = NULL;
	struct pmm_files *files;
	bool is_good;

	if (!pmm_root_is_live(inquest->root)) {
		complain(path, "a captured tree does not have the files that were mapped");
		return false;
	}
	if (pmm_files_open(inquest->root, inquest->facilities, 0, &files) < 0)
		die_no_memory();
	pmm_files_start(files, path);
	is_good = pmm_files_next(files, &file) > 0;
	if (!is_good)
		complain(path, "%s", pmm_root_error(inquest->root));
	is_good = is_good && take_page(inquest, file, finding);
	pmm_files_close(files);
	return is_good;
}
