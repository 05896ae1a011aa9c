/* SPDX-License-Identifier: GPL-2.0-or-later */

/* pagemap file: what of files is in the page cache. Each of its views has a file of its own. */

#include "file.h"

const struct view file_views[] = {
	[FILE_VIEW_SUMS] = {NULL, {"files", NULL, file_fields}, NULL},
	[FILE_VIEW_RANGES] = {NULL, {"ranges", NULL, file_range_fields}, NULL},
	[FILE_VIEW_MAPPERS] = {NULL, {"mappers", NULL, file_mapper_fields}, NULL},
};

void file_run(struct inquest *inquest, char **paths, size_t count)
{
	static void (*const views[])(struct operands * operands) = {
		[FILE_VIEW_SUMS] = file_sums_run,
		[FILE_VIEW_RANGES] = file_ranges_run,
		[FILE_VIEW_MAPPERS] = file_mappers_run,
	};
	const struct settings *settings = &inquest->settings;
	struct operands operands;

	if (!operands_open(&operands, inquest, paths, count))
		return;
	if (settings->with_map)
		file_picture_run(&operands);
	else
		views[settings->view](&operands);
	operands_close(&operands);
}
