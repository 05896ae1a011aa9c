/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swap-on PATH...: what swapon(2) itself says of each, without the checks and the mending of
 * swapon(8): "accept", or "refuse NAME-OF-THE-ERROR". What was activated is off again at once, and
 * has the lowest priority meanwhile.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/swap.h>

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		if (swapon(argv[i], 0) < 0) {
			printf("refuse %s\n", strerrorname_np(errno));
			continue;
		}
		printf("accept\n");
		if (swapoff(argv[i]) < 0) {
			perror("swapoff");
			status = 1;
		}
	}
	return status;
}
