/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Exchanges two names without end, as a user of no rights, until it is ended:  flip UID NAME NAME
 * With a directory and a link, whoever uses the one twice may meet the other. renameat2(2)
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	uid_t uid;

	if (argc != 4)
		return 2;
	uid = (uid_t)strtoul(argv[1], NULL, 10);
	if (setgid(uid) < 0 || setuid(uid) < 0) {
		perror("flip");
		return 1;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	while (renameat2(AT_FDCWD, argv[2], AT_FDCWD, argv[3], RENAME_EXCHANGE) == 0)
		;
	perror("flip");
	return 1;
}
