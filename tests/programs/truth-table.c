/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A process that makes one mapping for each kind of page there is, and says what each must look
 * like. For the tests on the real kernel; it is not installed.
 *
 *   truth-table [swap] [tuned]
 *
 * Each line is START END PAGES STATE CLASS [FIELD=VALUE...]: so many pages of that range must be
 * so; "skip NAME WHY" for what this kernel cannot make. With "swap" some are pushed out; "tuned"
 * makes what takes settings of the machine: hugetlb, huge pages of 64 KiB, merged pages. Then it
 * prints "ready PID" and waits; it, and its child, end when the one who started it does.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pageout.h"

/* Linux 6.1, 6.13, 6.11 and 5.14; include/uapi/asm-generic/mman-common.h, linux/mman.h */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08
#endif
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

enum {
	PAGE = 4096,
	PAGES = 16,
	LENGTH = PAGES * PAGE,
	HUGE = 2 << 20,
	HUGE_PAGES = HUGE / PAGE,
};

static const char one_huge[] = " leaf_bytes=2097152";

static const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

static void expect(const void *start, size_t length, size_t pages, const char *state_class)
{
	printf("%jx %jx %zu %s\n", (uintmax_t)(uintptr_t)start,
	       (uintmax_t)(uintptr_t)start + length, pages, state_class);
}

/* The child maps what was mapped private or shared before; it never runs but to its end. */
static void fork_child(void)
{
	if (fork() > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void skip(const char *name)
{
	printf("skip %s %s\n", name, strerror(errno));
}

/* A mapping with one before and behind it that nobody may touch, so that none is merged. */
static char *map_with(int flags, int fd, size_t length, int advice)
{
	char *wide = mmap(NULL, length + 2 * HUGE + 2 * PAGE, PROT_NONE, anonymous, -1, 0);
	uintptr_t at = ((uintptr_t)wide + PAGE + HUGE - 1) / HUGE * HUGE;
	char *start = mmap((void *)at, length, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);

	if (start == MAP_FAILED)
		return NULL;
	madvise(start, length, advice);
	return start;
}

static char *map(int flags, int fd, size_t length)
{
	return map_with(flags, fd, length, MADV_NOHUGEPAGE);
}

static char *touched(int flags, int fd)
{
	char *start = map(flags, fd, LENGTH);

	for (size_t i = 0; start && i < PAGES; i++)
		start[i * PAGE] = (char)(i + 1);
	return start;
}

static void make_anonymous(void)
{
	char *start = map(anonymous, -1, LENGTH);

	start[0] = 1;
	expect(start + PAGE, LENGTH - PAGE, PAGES - 1, "none -");
	expect(start, PAGE, 1, "ram anon");
	start = touched(anonymous, -1);
	expect(start, LENGTH, PAGES, "ram anon");
	start = touched(anonymous, -1);
	mlock(start, LENGTH);
	expect(start, LENGTH, PAGES, "ram anon flags=mlocked flags=unevictable");
	start = touched(anonymous, -1);
	mprotect(start, LENGTH, PROT_NONE);
	expect(start, LENGTH, PAGES, "ram anon");
	start = touched(anonymous, -1);
	madvise(start + 4 * PAGE, 4 * PAGE, MADV_DONTNEED);
	expect(start, 4 * PAGE, 4, "ram anon");
	expect(start + 4 * PAGE, 4 * PAGE, 4, "none -");
	expect(start + 8 * PAGE, 8 * PAGE, 8, "ram anon");
	start = touched(MAP_DROPPABLE | MAP_ANONYMOUS, -1);
	if (start)
		expect(start, LENGTH, PAGES, "ram lazyfree");
	else
		skip("droppable");
}

static void make_guard(void)
{
	char *start = touched(anonymous, -1);

	if (madvise(start + PAGE, 2 * PAGE, MADV_GUARD_INSTALL) < 0) {
		skip("guard");
		return;
	}
	expect(start, PAGE, 1, "ram anon");
	expect(start + PAGE, 2 * PAGE, 2, "guard -");
	expect(start + 3 * PAGE, LENGTH - 3 * PAGE, PAGES - 3, "ram anon");
}

/*
 * What nobody has written again since is clean, and may be dropped. The kernel marks pages in
 * batches of each processor: paging something out empties those of this one.
 */
static void make_lazyfree(void)
{
	char *start = touched(anonymous, -1), *other = touched(anonymous, -1);
	cpu_set_t all, one;

	sched_getaffinity(0, sizeof(all), &all);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	madvise(other, LENGTH, MADV_COLD);
	madvise(start, LENGTH, MADV_FREE);
	madvise(other, LENGTH, MADV_COLD);
	sched_setaffinity(0, sizeof(all), &all);
	expect(start, LENGTH, PAGES, "ram lazyfree");
}

/* One huge page, which nothing puts together again once it is split. */
static char *huge_page(void)
{
	char *start = map_with(anonymous, -1, HUGE, MADV_HUGEPAGE);

	memset(start, 1, HUGE);
	madvise(start, HUGE, MADV_NOHUGEPAGE);
	return start;
}

static void make_forked(void)
{
	char *private = touched(anonymous, -1);
	char *shared = touched(MAP_SHARED | MAP_ANONYMOUS, -1);
	char *huge = huge_page();

	fork_child();
	private[0] = 2;
	expect(private, PAGE, 1, "ram anon exclusive=true map_count=1");
	expect(private + PAGE, LENGTH - PAGE, PAGES - 1, "ram anon exclusive=false map_count=2");
	/* Page tables of shared memory are not copied: the child has not touched it. */
	expect(shared, LENGTH, PAGES, "ram shmem map_count=1");
	expect(huge, HUGE, HUGE_PAGES, "ram anon leaf_bytes=2097152 exclusive=false");
}

static void expect_huge(const char *start, const char *state_class)
{
	char line[64];

	snprintf(line, sizeof(line), "%s%s", state_class, one_huge);
	expect(start, HUGE, HUGE_PAGES, line);
}

static void make_huge(void)
{
	char *start = huge_page();
	int fd = memfd_create("huge", MFD_CLOEXEC);

	expect_huge(start, "ram anon");
	/* Of its own by an entry for each page, and with some of them gone. */
	start = huge_page();
	mprotect(start + HUGE / 2, PAGE, PROT_READ);
	expect(start, HUGE, HUGE_PAGES, "ram anon flags=thp");
	start = huge_page();
	madvise(start + HUGE / 2, LENGTH, MADV_DONTNEED);
	expect(start, HUGE / 2, HUGE_PAGES / 2, "ram anon flags=thp");
	expect(start + HUGE / 2, LENGTH, PAGES, "none -");
	if (fd < 0 || ftruncate(fd, HUGE) < 0)
		exit(1);
	start = map_with(MAP_SHARED, fd, HUGE, MADV_HUGEPAGE);
	memset(start, 1, HUGE);
	if (madvise(start, HUGE, MADV_COLLAPSE) < 0)
		skip("shmem-thp");
	else
		expect_huge(start, "ram shmem");
}

static void make_hugetlb(void)
{
	char *private = map(anonymous | MAP_HUGETLB, -1, HUGE);
	char *shared = map(MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, HUGE);
	char *reserved = map(anonymous | MAP_HUGETLB, -1, HUGE);

	if (!private || !shared || !reserved) {
		skip("hugetlb");
		return;
	}
	memset(private, 1, HUGE);
	memset(shared, 1, HUGE);
	expect(private, HUGE, HUGE_PAGES, "ram hugetlb leaf_bytes=2097152 map_count=1 flags=huge");
	expect_huge(shared, "ram hugetlb");
	expect(reserved, HUGE, HUGE_PAGES, "none -");
}

static void make_large(void)
{
	char *start = map_with(anonymous, -1, 2 * HUGE, MADV_HUGEPAGE);

	memset(start + HUGE, 1, LENGTH);
	madvise(start, 2 * HUGE, MADV_NOHUGEPAGE);
	expect(start + HUGE, LENGTH, PAGES, "ram anon flags=thp");
	expect(start, HUGE, HUGE_PAGES, "none -");
}

/* The kernel takes its time to merge them: PID/ksm_stat tells when it has. */
static void make_merged(void)
{
	char *alike = map(anonymous, -1, LENGTH), *zeros = map(anonymous, -1, LENGTH);

	memset(alike, 0x5a, LENGTH);
	memset(zeros, 0, LENGTH);
	if (madvise(alike, LENGTH, MADV_MERGEABLE) < 0 ||
	    madvise(zeros, LENGTH, MADV_MERGEABLE) < 0) {
		skip("ksm");
		return;
	}
	expect(alike, LENGTH, PAGES, "ram ksm map_count=16");
	expect(zeros, LENGTH, PAGES, "ram zero");
}

static void make_files(void)
{
	static const char bytes[LENGTH] = {1};
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *start;

	if (fd < 0 || write(fd, bytes, LENGTH) != LENGTH || fsync(fd) < 0)
		exit(1);
	/* It is in the cache; here nobody has looked at it yet. Behind its end there is nothing. */
	expect(map(MAP_SHARED, fd, LENGTH + PAGE), LENGTH + PAGE, PAGES + 1, "none -");
	start = map(MAP_SHARED, fd, LENGTH);
	(void)*(volatile char *)start;
	madvise(start, LENGTH, MADV_WILLNEED);
	for (size_t i = 0; i < PAGES; i++)
		(void)*(volatile char *)(start + i * PAGE);
	expect(start, LENGTH, PAGES, "ram file");
	start = map(MAP_PRIVATE, fd, LENGTH);
	for (size_t i = 0; i < PAGES; i++)
		(void)*(volatile char *)(start + i * PAGE);
	start[3 * PAGE] = 1;
	expect(start, 3 * PAGE, 3, "ram file");
	expect(start + 3 * PAGE, PAGE, 1, "ram anon");
	expect(start + 4 * PAGE, 12 * PAGE, 12, "ram file");
}

static void make_kernels_own(void)
{
	aio_context_t ring = 0;

	if (syscall(SYS_io_setup, 1, &ring) < 0)
		skip("aio");
	else
		expect((void *)ring, PAGE, 1, "none -");
}

static void make_shared(void)
{
	int fd = memfd_create("truth", MFD_CLOEXEC);
	char *start;

	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		exit(1);
	start = touched(MAP_SHARED, fd);
	expect(start, LENGTH, PAGES, "ram shmem");
	expect(map(MAP_SHARED, fd, LENGTH), LENGTH, PAGES, "none -");
	fd = memfd_create("twice", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		exit(1);
	start = touched(MAP_SHARED, fd);
	expect(touched(MAP_SHARED, fd), LENGTH, PAGES, "ram shmem map_count=2 exclusive=false");
	expect(start, LENGTH, PAGES, "ram shmem map_count=2 exclusive=false");
	expect(touched(MAP_SHARED | MAP_ANONYMOUS, -1), LENGTH, PAGES, "ram shmem");
	fd = (int)syscall(SYS_memfd_secret, 0);
	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		skip("secret");
	else
		expect(touched(MAP_SHARED, fd), LENGTH, PAGES, "ram secret");
}

/* Linux 6.6: struct uffdio_poison */
static void make_poison(int fd)
{
	char *start = map(anonymous, -1, LENGTH);
	struct uffdio_register range = {
		.range = {.start = (uintptr_t)start, .len = LENGTH},
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct {
		struct uffdio_range range;
		uint64_t mode;
		int64_t updated;
	} poison = {.range = range.range};

	if (ioctl(fd, UFFDIO_REGISTER, &range) < 0 ||
	    ioctl(fd, _IOWR(UFFDIO, 0x08, poison), &poison) < 0)
		skip("poison");
	else
		expect(start, LENGTH, PAGES, "poison -");
}

static void make_markers(void)
{
	struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	char *start = touched(anonymous, -1);
	struct uffdio_register range = {
		.range = {.start = (uintptr_t)start, .len = LENGTH},
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	struct uffdio_writeprotect protect = {
		.range = range.range,
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	api.features |= 1 << 13; /* UFFD_FEATURE_WP_UNPOPULATED */
	madvise(start + 8 * PAGE, 8 * PAGE, MADV_DONTNEED);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) < 0 || ioctl(fd, UFFDIO_REGISTER, &range) < 0 ||
	    ioctl(fd, UFFDIO_WRITEPROTECT, &protect) < 0) {
		skip("uffd-wp");
		return;
	}
	expect(start, 8 * PAGE, 8, "ram anon uffd_wp=true");
	expect(start + 8 * PAGE, 8 * PAGE, 8, "uffd-wp -");
	make_poison(fd);
}

static void make_swapped(void)
{
	char *start = touched(anonymous, -1);
	int fd = memfd_create("swapped", MFD_CLOEXEC);

	page_out(start, LENGTH);
	expect(start, LENGTH, PAGES, "swap anon");
	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		exit(1);
	start = touched(MAP_SHARED, fd);
	page_out(start + 4 * PAGE, 5 * PAGE);
	expect(start, 4 * PAGE, 4, "ram shmem");
	expect(start + 4 * PAGE, 5 * PAGE, 5, "swap shmem");
	expect(start + 9 * PAGE, 7 * PAGE, 7, "ram shmem");
	/* What is read again keeps its slot until it is written. */
	start = touched(anonymous, -1);
	page_out(start, LENGTH);
	for (size_t i = 0; i < PAGES / 2; i++)
		(void)*(volatile char *)(start + i * PAGE);
	expect(start, LENGTH / 2, PAGES / 2, "swapcache anon");
}

static bool is_asked(char **argv, const char *word)
{
	while (*argv && strcmp(*argv, word) != 0)
		argv++;
	return *argv;
}

int main(int argc, char **argv)
{
	(void)argc;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	make_anonymous();
	make_lazyfree();
	make_guard();
	make_huge();
	make_files();
	make_kernels_own();
	make_shared();
	make_markers();
	make_forked();
	if (is_asked(argv, "swap"))
		make_swapped();
	if (is_asked(argv, "tuned")) {
		make_hugetlb();
		make_large();
		make_merged();
	}
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	for (;;)
		pause();
}
