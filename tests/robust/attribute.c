/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Gives a file an extended attribute, which no tool of a bare system can.
 *
 *   attribute FILE NAME VALUE
 */

#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	if (setxattr(argv[1], argv[2], argv[3], strlen(argv[3]), 0) == 0)
		return 0;
	perror(argv[1]);
	return 1;
}
