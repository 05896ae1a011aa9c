/* SPDX-License-Identifier: GPL-2.0-or-later */
/* message.c: what a command says on stderr, and the status it ends with. */

#include "shared/message.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "capture.h"
#include "tap.h"

static void end_well(const void *unused)
{
	(void)unused;
	program_start("x");
	puts("out");
	exit(program_end(EXIT_DONE));
}

static void complain_once(const void *object)
{
	program_start("x");
	puts("before");
	complain(object, "reason %d\n", 7);
	puts("after");
	exit(program_end(EXIT_DONE));
}

static void end_with_own_status(const void *unused)
{
	(void)unused;
	program_start("x");
	complain("a", "b");
	exit(program_end(5));
}

static void remark_twice(const void *unused)
{
	(void)unused;
	program_start("x");
	for (int i = 0; i < 2; i++) {
		remark("a", "hidden");
		remark(NULL, "hidden");
		remark("a", "gone");
	}
	exit(program_end(EXIT_DONE));
}

static void remark_for_ever(const void *unused)
{
	(void)unused;
	program_start("x");
	for (int i = 0; i < 1000; i++)
		remark(NULL, "%d", i);
	exit(program_end(EXIT_DONE));
}

static void die(const void *unused)
{
	(void)unused;
	program_start("x");
	die_usage("no %s", "\033");
}

/* Take stdout away, or put PATH in its place; then write and end. */
static void write_to(const void *path)
{
	int fd;

	close(STDOUT_FILENO);
	if (path) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd != STDOUT_FILENO)
			exit(99);
	}
	program_start("x");
	for (int i = 0; i < 2000; i++)
		puts("more than stdio holds back");
	if (output_flush())
		exit(98);
	exit(program_end(EXIT_DONE));
}

static void write_nothing(const void *unused)
{
	(void)unused;
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	program_start("x");
	if (read(STDIN_FILENO, (char[1]){0}, 1) != -1 || errno != EBADF)
		exit(99);
	exit(program_end(EXIT_DONE));
}

static void write_to_closed_pipe(const void *is_ignored)
{
	int fds[2];

	/* Whatever whoever began the tests does with it. */
	signal(SIGPIPE, is_ignored ? SIG_IGN : SIG_DFL);
	if (pipe2(fds, O_CLOEXEC) || dup2(fds[1], STDOUT_FILENO) < 0)
		exit(99);
	close(fds[0]);
	end_well(NULL);
}

static void is_captured(void (*body)(const void *), const void *argument, int status,
			const char *messages, const char *name)
{
	struct captured captured = capture(body, argument);

	is_text(captured.messages, messages, "%s: what it says", name);
	ok(captured.status == status, "%s: it ends with %d", name, status);
}

int main(void)
{
	is_captured(end_well, NULL, EXIT_DONE, "", "all done");
	is_captured(complain_once, "a\033b", EXIT_FAILED, "x: a\\x1bb: reason 7\\x0a\n",
		    "a complaint about an object");
	is_captured(complain_once, "", EXIT_FAILED, "x: '': reason 7\\x0a\n",
		    "a complaint about an empty operand");
	is_captured(complain_once, NULL, EXIT_FAILED, "x: reason 7\\x0a\n",
		    "a complaint about nothing in particular");
	is_text(capture(complain_once, NULL).output, "before\nafter\n", "output goes on after it");
	is_captured(end_with_own_status, NULL, 5, "x: a: b\n", "a status of its own");
	is_captured(remark_twice, NULL, EXIT_DONE, "x: a: hidden\nx: hidden\nx: a: gone\n",
		    "remarks, each once");
	is_captured(die, NULL, EXIT_USAGE, "x: no \\x1b\nTry 'x --help'\n", "wrong usage");
	ok(strstr(capture(remark_for_ever, NULL).messages, "\nx: further remarks are left out\n"),
	   "remarks come to an end");

	is_captured(write_to, NULL, EXIT_FAILED, "x: standard output: Bad file descriptor\n",
		    "stdout closed");
	is_captured(write_to, "/dev/full", EXIT_FAILED,
		    "x: standard output: No space left on device\n", "stdout full");
	is_captured(write_nothing, NULL, EXIT_DONE, "", "stdin and stdout closed and not used");
	is_captured(write_to_closed_pipe, NULL, -1, "", "a closed pipe");
	is_captured(write_to_closed_pipe, "ignored", EXIT_DONE, "",
		    "a closed pipe with its signal ignored");
	return done_testing();
}
