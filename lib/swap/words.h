/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_WORDS_H
#define PROCMM_SWAP_WORDS_H

#include <stdint.h>

enum { WORDS_SIZE = 32 };

/*
 * A size for the words of a step or a fault: in the greatest binary unit it fills, rounded down,
 * below 10 to a tenth: "1G", "1.4G", "63M", "512 bytes". Returns BUFFER. Pure.
 */
char *words_size(char buffer[WORDS_SIZE], uint64_t bytes);

#endif
