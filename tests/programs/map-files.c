/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * map-files FILE...: map the first page of each, read it, print "ready" and wait; ends with the one
 * who started it. For the tests on the real kernel; it is not installed.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY);
		volatile char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

		if (fd < 0 || page == MAP_FAILED) {
			perror("map-files");
			return 1;
		}
		(void)*page;
		close(fd);
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
