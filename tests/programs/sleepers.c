/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many processes that sleep: a machine with much to search. Each has pages of its own, and maps the
 * C library.
 *
 *   sleepers COUNT PAGES
 *
 * It prints "ready" when all of them sleep. They end when it does.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PAGE = 4096 };

/* A byte goes to FD when it sleeps. */
_Noreturn static void sleep_on(int fd, size_t length)
{
	char *memory =
		mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, length);
	if (write(fd, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	pid_t parent = getpid(), pid;
	int ends[2], count;
	char byte;

	if (argc != 3 || pipe(ends) < 0)
		return 2;
	count = (int)strtol(argv[1], NULL, 10);
	for (int i = 0; i < count; i++) {
		pid = fork();
		if (pid < 0)
			return 1;
		if (pid)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		sleep_on(ends[1], strtoul(argv[2], NULL, 10) * PAGE);
	}
	for (int i = 0; i < count; i++)
		if (read(ends[0], &byte, 1) != 1)
			return 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
