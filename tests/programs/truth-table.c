/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A process that makes one mapping for each kind of page there is, and says what each must look
 * like. For the tests on the real kernel; it is not installed.
 *
 *   truth-table [swap]
 *
 * Each line is START END PAGES STATE CLASS: so many pages of that range must be so; "skip NAME WHY"
 * for what this kernel cannot make. With "swap" some are pushed out. Then it prints "ready PID" and
 * waits; it ends when the one who started it does.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 5.4, 5.14, 6.13 and 6.11; include/uapi/asm-generic/mman-common.h, linux/mman.h */
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
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
};

static const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

static void expect(const void *start, size_t length, size_t pages, const char *state_class)
{
	printf("%jx %jx %zu %s\n", (uintmax_t)(uintptr_t)start,
	       (uintmax_t)(uintptr_t)start + length, pages, state_class);
}

static void skip(const char *name)
{
	printf("skip %s %s\n", name, strerror(errno));
}

/* A mapping with one before and behind it that nobody may touch, so that none is merged. */
static char *map(int flags, int fd, size_t length)
{
	char *wide = mmap(NULL, length + 2 * HUGE + 2 * PAGE, PROT_NONE, anonymous, -1, 0);
	uintptr_t at = ((uintptr_t)wide + PAGE + HUGE - 1) / HUGE * HUGE;
	char *start = mmap((void *)at, length, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);

	if (start == MAP_FAILED)
		return NULL;
	madvise(start, length, MADV_NOHUGEPAGE);
	return start;
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
	expect(start, LENGTH, PAGES, "ram anon");
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

static void make_huge(void)
{
	char *start = map(anonymous, -1, 2 * HUGE);

	madvise(start, 2 * HUGE, MADV_HUGEPAGE);
	memset(start, 1, 2 * HUGE);
	expect(start, 2 * HUGE, 2 * HUGE / PAGE, "ram anon");
	start = map(anonymous | MAP_HUGETLB, -1, HUGE);
	if (!start) {
		skip("hugetlb");
		return;
	}
	expect(start, HUGE, HUGE / PAGE, "none -");
}

static void make_files(void)
{
	static const char bytes[LENGTH] = {1};
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	char *start;

	if (fd < 0 || write(fd, bytes, LENGTH) != LENGTH || fsync(fd) < 0)
		exit(1);
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

static void make_shared(void)
{
	int fd = memfd_create("truth", MFD_CLOEXEC);
	char *start;

	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		exit(1);
	start = touched(MAP_SHARED, fd);
	expect(start, LENGTH, PAGES, "ram shmem");
	expect(map(MAP_SHARED, fd, LENGTH), LENGTH, PAGES, "none -");
	expect(touched(MAP_SHARED | MAP_ANONYMOUS, -1), LENGTH, PAGES, "ram shmem");
	fd = (int)syscall(SYS_memfd_secret, 0);
	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		skip("secret");
	else
		expect(touched(MAP_SHARED, fd), LENGTH, PAGES, "ram secret");
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
	expect(start, 8 * PAGE, 8, "ram anon");
	expect(start + 8 * PAGE, 8 * PAGE, 8, "uffd-wp -");
}

static void make_swapped(void)
{
	char *start = touched(anonymous, -1);
	int fd = memfd_create("swapped", MFD_CLOEXEC);

	madvise(start, LENGTH, MADV_PAGEOUT);
	expect(start, LENGTH, PAGES, "swap anon");
	if (fd < 0 || ftruncate(fd, LENGTH) < 0)
		exit(1);
	start = touched(MAP_SHARED, fd);
	madvise(start + 4 * PAGE, 5 * PAGE, MADV_PAGEOUT);
	expect(start, 4 * PAGE, 4, "ram shmem");
	expect(start + 4 * PAGE, 5 * PAGE, 5, "swap shmem");
	expect(start + 9 * PAGE, 7 * PAGE, 7, "ram shmem");
}

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	make_anonymous();
	make_guard();
	make_huge();
	make_files();
	make_shared();
	make_markers();
	if (argc > 1 && !strcmp(argv[1], "swap"))
		make_swapped();
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	for (;;)
		pause();
}
