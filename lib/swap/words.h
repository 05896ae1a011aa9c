/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_WORDS_H
#define PROCMM_SWAP_WORDS_H

#include <stdint.h>

enum { WORDS_SIZE = 32 };

/*
 * A size for the words of a step or a fault, as lists of areas have it: in the greatest binary unit
 * it fills, to the nearest tenth below 100: "1G", "11.8G", "512 bytes". Returns BUFFER. Pure.
 */
char *words_size(char buffer[WORDS_SIZE], uint64_t bytes);

/* The same, but never more than it is: for what shall fit. */
char *words_size_within(char buffer[WORDS_SIZE], uint64_t bytes);

#endif
