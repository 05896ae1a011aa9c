/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_SIGNATURE_H
#define PROCMM_SWAP_SIGNATURE_H

/* What a file or device holds, by every signature on it; see signature.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct signature {
	char *type; /* "ext4", "crypto_LUKS", "gpt", "swap", "suspend" */
	bool is_partition_table;
	uint64_t offset_bytes; /* of its magic */
	size_t length;	       /* of it; 0: it cannot be told */
};

struct signatures {
	struct signature *array; /* in the order that libblkid looks for them */
	size_t count;
	bool is_partial; /* parts of the device could not be read */
};

/*
 * Find all of them: of a GPT its first header, its second and its protective MBR. -ENOMEM, -EIO.
 * FD is not moved.
 */
int signatures_find(int fd, struct signatures *ret_signatures);
void signatures_free(struct signatures *signatures);

/* Is it the header of a swap area, or of one that holds a suspended system? */
bool signature_is_swap(const struct signature *signature);

/*
 * Does it hold something else than a swap area? Then RET_WORDS says what: "holds ext4, no swap
 * area". Of several signatures at once: false.
 */
int signature_is_other(int fd, char *ret_words, size_t length);

/*
 * The file name that udev gives a UUID or label in dev/disk/by-*: what is not plain is \xNN. The
 * caller frees it; NULL without memory.
 */
char *signature_tag_file_name(const char *value);

#endif
