/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_COMPRESSED_H
#define PROCMM_COMPRESSED_H

/* zram devices and zswap, as the sample keeps them. */

#include <stdbool.h>

#include "procmm.h"

/*
 * Every zram device that is initialised, by name. The array and its texts are the caller's to free.
 * Returns 1 if a file of one of them is malformed: its numbers are absent, and the root's words say
 * so. Of the errors only -ENOMEM and -ENOENT (there are no block devices at all) have no words.
 */
int compressed_read_zram(struct pmm_root *root, struct pmm_zram **ret_devices, size_t *ret_count);
void compressed_free_zram(struct pmm_zram *devices, size_t count);

/* -ENOENT, without words, if this kernel has no zswap; -EBADMSG if it says neither yes nor no. */
int compressed_read_zswap(struct pmm_root *root, struct pmm_zswap *ret_zswap);

/* Pure: the first and third number of zram's mm_stat: orig_data_size and mem_used_total. */
bool compressed_parse_mm_stat(const char *text, size_t length, uint64_t *ret_stored_bytes,
			      uint64_t *ret_used_bytes);
/* Pure: the word in brackets of "lzo [lzo-rle] lz4"; NULL if there is none. Free it. */
char *compressed_parse_choice(const char *text, size_t length);

#endif
