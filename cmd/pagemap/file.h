/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_FILE_H
#define PAGEMAP_FILE_H

/* What the views of pagemap file share: the way over the files, and what stands for all of them. */

#include <procmm-files.h>

#include "pagemap.h"

/* The files that the user named. */
struct operands {
	struct inquest *inquest;
	char **paths;
	size_t count;
	size_t next;
	struct pmm_files *files;
};

bool operands_open(struct operands *operands, struct inquest *inquest, char **paths, size_t count);
/* The next file; what cannot be read is complained of. NULL past the last. */
struct pmm_file *operands_next(struct operands *operands);
const char *operands_path(const struct operands *operands);
void operands_close(struct operands *operands);

/* Is a field shown, or sorted by? */
bool file_needs(const struct settings *settings, size_t field);
/* Count pages; if they cannot be counted that is told, once for a cause that many files have. */
bool file_count(const struct operands *operands, struct pmm_file *file, uint64_t offset_bytes,
		uint64_t length_bytes, struct pmm_file_pages *ret_pages);
/* The same for an error of pmm_file_next_range(). */
void file_complain(const struct operands *operands, int r);
/* That only what is cached is known, if that is so. */
void file_remark_missing(const struct inquest *inquest);
/* Of who maps files: that not all processes could be asked. */
void file_complain_of_denied(const struct pmm_mappers *mappers);

/* ---- the views ---- */

extern const struct field file_fields[];
extern const struct field file_range_fields[];
extern const struct field file_mapper_fields[];

void file_sums_run(struct operands *operands);
void file_ranges_run(struct operands *operands);
void file_mappers_run(struct operands *operands);
void file_picture_run(struct operands *operands);

/* The keys of files, for pmm_mappers_open(), each with its path. */
struct file_keys {
	struct pmm_file_key *keys;
	char **paths;
	size_t count;
	size_t capacity;
};

/* Add a file; false, after a complaint, if nobody can map it. */
bool file_keys_add(struct file_keys *keys, const struct operands *operands, struct pmm_file *file);
void file_keys_free(struct file_keys *keys);

#endif
