/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The oracle of the walker, in the simplest way there is: of every page of every mapping the entry
 * of proc/PID/pagemap and the word of proc/kpageflags, eight bytes at a time. Each page that is
 * present must be the next line on stdin, ADDRESS FRAME FLAGS, as
 * `pagemap pages -1 --tsv -o address,frame,flag_bits` has it. Prints how many there were.
 *
 *   raw-pages PID
 */

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE = 4096 };

static int open_file(const char *pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		perror(path);
	return fd;
}

/* Three hexadecimal numbers, and what is left of the line. */
static bool read_line(FILE *stream, uint64_t *first, uint64_t *second, uint64_t *third)
{
	char line[4096], *at;

	if (!fgets(line, sizeof(line), stream))
		return false;
	*first = strtoull(line, &at, 16);
	*second = strtoull(at + (*at == '-'), &at, 16);
	*third = strtoull(at, &at, 16);
	return true;
}

/* Bits that come and go by themselves: referenced, lru, active, idle. */
static const uint64_t restless = 1 << 2 | 1 << 5 | 1 << 6 | 1 << 25;

/* 1 if the page is there and is so, 0 if it is not there, -1 if it is otherwise. */
static int check_page(int pagemap, int kpageflags, uint64_t address)
{
	uint64_t entry, frame, flags = 0, got_address = 0, got_frame = 0, got_flags = 0;

	if (pread(pagemap, &entry, 8, (off_t)(address / PAGE * 8)) != 8 || !(entry >> 63))
		return 0;
	frame = entry & ((UINT64_C(1) << 55) - 1);
	if (pread(kpageflags, &flags, 8, (off_t)(frame * 8)) != 8)
		return -1;
	if (read_line(stdin, &got_address, &got_frame, &got_flags) && got_address == address &&
	    got_frame == frame && !((got_flags ^ flags) & ~restless))
		return 1;
	printf("0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " expected, got 0x%" PRIx64 " 0x%" PRIx64
	       " 0x%" PRIx64 "\n",
	       address, frame, flags, got_address, got_frame, got_flags);
	return -1;
}

int main(int argc, char **argv)
{
	int pagemap = open_file(argc > 1 ? argv[1] : "self", "/pagemap");
	int kpageflags = open_file("", "kpageflags");
	uint64_t start, end, rest;
	size_t count = 0;
	char path[64];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%s/maps", argc > 1 ? argv[1] : "self");
	maps = fopen(path, "r");
	if (!maps || pagemap < 0 || kpageflags < 0)
		return 1;
	while (read_line(maps, &start, &end, &rest))
		for (uint64_t address = start; address < end && !(address >> 63); address += PAGE) {
			int r = check_page(pagemap, kpageflags, address);

			if (r < 0)
				return 1;
			count += r > 0;
		}
	if (getchar() != EOF) {
		puts("more lines than pages");
		return 1;
	}
	printf("%zu\n", count);
	return 0;
}
