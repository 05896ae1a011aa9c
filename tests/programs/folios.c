/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * folios FILE: memory in folios of known sizes, and known parts of them, each in a mapping of its
 * own. A line for each: "START-END NAME", and "ready" behind them; then it waits until it is
 * killed. FILE is mapped as it is. What this kernel does not make is "skip NAME".
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	HUGE_PAGE = 2 << 20,
	FOLIO_64K = 64 << 10,
};

static void check(bool is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	exit(1);
}

static void say(const char *start, size_t length, const char *name)
{
	printf("%lx-%lx %s\n", (unsigned long)start, (unsigned long)start + length, name);
}

/* LENGTH bytes at a multiple of ALIGNMENT, with a page that is not mapped on either side. */
static char *map_aligned(size_t length, size_t alignment)
{
	size_t around = length + 2 * alignment;
	char *start = mmap(NULL, around, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *aligned;

	check(start != MAP_FAILED, "mmap");
	aligned = start + alignment - (size_t)start % alignment;
	munmap(start, (size_t)(aligned - start));
	munmap(aligned + length, around - length - (size_t)(aligned - start));
	check(mmap(aligned, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		   -1, 0) == aligned,
	      "mmap");
	return aligned;
}

static char *make_huge(void)
{
	char *huge = map_aligned(HUGE_PAGE, HUGE_PAGE);

	check(!madvise(huge, HUGE_PAGE, MADV_HUGEPAGE), "MADV_HUGEPAGE");
	memset(huge, 1, HUGE_PAGE);
	return huge;
}

/* To a place that does not agree with where it is in RAM. */
static char *move(char *from, size_t length, size_t alignment)
{
	char *target = map_aligned(length + alignment, alignment) + PAGE;
	char *moved = mremap(from, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, target);

	check(moved != MAP_FAILED, "mremap");
	munmap(target - PAGE, PAGE);
	munmap(target + length, alignment - PAGE);
	return moved;
}

static void make_thps(void)
{
	char *whole = make_huge(), *split = make_huge(), *part = make_huge();

	say(whole, HUGE_PAGE, "whole");
	/* Different rights split the entry of the PMD, and equal ones do not mend it. */
	check(!mprotect(split, PAGE, PROT_READ), "mprotect");
	check(!mprotect(split, PAGE, PROT_READ | PROT_WRITE), "mprotect");
	check(!madvise(split, HUGE_PAGE, MADV_NOHUGEPAGE), "MADV_NOHUGEPAGE");
	say(split, HUGE_PAGE, "split");
	check(!munmap(part + HUGE_PAGE / 2, HUGE_PAGE / 2), "munmap");
	say(part, HUGE_PAGE / 2, "part");
	say(move(make_huge(), HUGE_PAGE, HUGE_PAGE), HUGE_PAGE, "moved");
}

static void make_small(void)
{
	char *small = map_aligned(FOLIO_64K, FOLIO_64K);

	check(!madvise(small, FOLIO_64K, MADV_NOHUGEPAGE), "MADV_NOHUGEPAGE");
	memset(small, 1, FOLIO_64K);
	say(small, FOLIO_64K, "small");
}

static void make_64k(void)
{
	char *start = map_aligned(HUGE_PAGE, HUGE_PAGE);

	/* A mapping that is no larger gets no larger folios. */
	check(!munmap(start + 4 * FOLIO_64K, HUGE_PAGE - 4 * FOLIO_64K), "munmap");
	madvise(start, 4 * FOLIO_64K, MADV_HUGEPAGE);
	memset(start, 1, 4 * FOLIO_64K);
	say(start, 4 * FOLIO_64K, "mthp");
}

static void map_file(const char *name)
{
	int fd = open(name, O_RDONLY);
	struct stat status;
	char *start;

	check(fd >= 0 && !fstat(fd, &status), name);
	start = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
	check(start != MAP_FAILED, name);
	for (off_t at = 0; at < status.st_size; at += PAGE)
		*(volatile char *)(start + at);
	say(start, (size_t)status.st_size, "file");
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_thps();
	make_small();
	make_64k();
	if (argc > 1)
		map_file(argv[1]);
	puts("ready");
	while (true)
		pause();
}
