/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

/*
 * Numbers for tests that try what nobody thought of: a new seed each time, which is printed; given
 * as the first argument of the test, the same numbers come again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t random_state = 1;

static inline void random_start(int argc, char **argv)
{
	if (argc > 1)
		random_state = strtoull(argv[1], NULL, 0);
	else if (getrandom(&random_state, sizeof(random_state), 0) != sizeof(random_state))
		exit(99); /* automake: a hard error */
	random_state |= 1;
	printf("# seed 0x%jx\n", (uintmax_t)random_state);
}

/* make check-long: there is time for many more. */
static inline bool random_is_long(void)
{
	return getenv("PROCMM_LONG") != NULL;
}

/* xorshift64*: from 0 to COUNT - 1. */
static inline size_t random_below(size_t count)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (size_t)((random_state * 0x2545f4914f6cdd1d) >> 32) % count;
}

#endif
