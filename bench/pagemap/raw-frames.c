/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The least that the flags of all frames can cost: proc/kpageflags read whole, 64 KiB at a time.
 * Nothing is kept of it but a sum, which is printed.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { WORDS = 8192 };

int main(void)
{
	static uint64_t words[WORDS];
	int fd = open("/proc/kpageflags", O_RDONLY);
	uint64_t sum = 0;
	ssize_t got;

	while ((got = read(fd, words, sizeof(words))) > 0)
		for (ssize_t i = 0; i < got / 8; i++)
			sum += words[i];
	printf("%ju\n", (uintmax_t)sum);
	return fd < 0 || got < 0;
}
