/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SWAPCTL_SIZE_H
#define SWAPCTL_SIZE_H

/*
 * How large an area shall be, as people say it: "2G", "25%" of the memory, "ram", "ram/2", "auto";
 * of one that is there also "+1G", "-1G". See size.c.
 */

#include <procmm.h>

/* For a new file at PATH (absolute). Complains and returns 0 if WORD is no size. */
uint64_t size_of_new(struct pmm_root *root, const char *word, const char *path);

/* For the file at PATH, of another size than it has. Complains and returns 0 as well. */
uint64_t size_of_resized(struct pmm_root *root, const char *word, const char *path);

/* Is it one of these words? For a usage error before anything is looked at. Pure. */
int size_is_word(const char *word, int is_resized);

#endif
