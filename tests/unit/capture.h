/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

/* What a piece of a command writes, and how it exits: it runs in a child, writes to files. */

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct captured {
	int status; /* of exit; -1 if a signal ended it */
	char output[8192], messages[2048];
};

static inline void capture_read(FILE *file, char *text, size_t size)
{
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

/* BODY ends by exit(); if it returns, the status is 0. */
static inline struct captured capture(void (*body)(const void *), const void *argument)
{
	struct captured captured = {.status = -1};
	FILE *output = tmpfile(), *messages = tmpfile();
	int status;
	pid_t child;

	if (!output || !messages)
		abort();
	fflush(NULL);
	child = fork();
	if (!child) {
		if (dup2(fileno(output), STDOUT_FILENO) < 0 ||
		    dup2(fileno(messages), STDERR_FILENO) < 0)
			abort();
		body(argument);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		abort();
	if (WIFEXITED(status))
		captured.status = WEXITSTATUS(status);
	capture_read(output, captured.output, sizeof(captured.output));
	capture_read(messages, captured.messages, sizeof(captured.messages));
	return captured;
}

#endif
