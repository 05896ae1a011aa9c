/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SWAPCTL_SIZE_H
#define SWAPCTL_SIZE_H

/*
 * How large an area shall be, as people say it: "2G", "25%" of the memory, "ram", "ram/2", "auto";
 * of one that is there also "+1G", "-1G". See size.c.
 */

#include <procmm.h>
#include <stdbool.h>

/*
 * For a new file at PATH (absolute). Whether an area can be that large, or so small, the plan says.
 * All but a number of bytes is rounded down to whole pages. Complains and returns false if the
 * memory that WORD is a part of is not known.
 */
bool size_of_new(struct pmm_root *root, const char *word, const char *path, uint64_t *ret_bytes);

/* For the file at PATH, of another size than it has. */
bool size_of_resized(struct pmm_root *root, const char *word, const char *path,
		     uint64_t *ret_bytes);

/* Is it one of these words? For a usage error before anything is looked at. Pure. */
bool size_is_word(const char *word, bool is_resized);

#endif
