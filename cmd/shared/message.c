/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a command begins, complains and ends. The only room that writes to stderr, and the one that
 * knows whether the command has failed and whether its output has arrived. The kernel tells of
 * borrowed privilege by AT_SECURE (getauxval(3)).
 */

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "text.h"

enum {
	REMARKS_MAX = 200,
	OUTPUT_BYTES = 64 << 10, /* what a pipe holds */
};

static char output[OUTPUT_BYTES];

static struct {
	const char *name;
	bool has_failed;
	int usage_status;
	int output_error; /* the first errno of stdout */
	char *remarks[REMARKS_MAX];
	size_t remark_count;
	FILE *held; /* lines that wait for the end of a document; NULL: none is open */
	char *held_lines;
	size_t held_length;
} program = {.name = "procmm", .usage_status = EXIT_USAGE};

/*
 * A file opened later must not become descriptor 1 and get the report written into it. The
 * stand-ins are opened the wrong way round, so that their use fails as that of a closed descriptor:
 * EBADF. They are meant to be inherited like any standard stream, so no O_CLOEXEC.
 */
static void open_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_FAILED);
	}
}

void program_set_usage_status(int status)
{
	program.usage_status = status;
}

void program_start(const char *name)
{
	program.name = name;
	open_standard_streams();
	if (getauxval(AT_SECURE)) {
		complain(NULL,
			 "refuses to run set-user-ID, set-group-ID or with file capabilities");
		exit(EXIT_FAILED);
	}
	setlocale(LC_CTYPE, "");
	/* A terminal shows lines as they come. */
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, output, _IOFBF, sizeof(output));
}

const char *program_name(void)
{
	return program.name;
}

/* `object: reason`, escaped. */
__attribute__((format(printf, 2, 0))) static char *make_line(const char *object, const char *format,
							     va_list arguments)
{
	char *reason, *safe_object, *safe_reason, *line;

	if (vasprintf(&reason, format, arguments) < 0)
		die_no_memory();
	if (object && !*object)
		object = "''"; /* an empty operand is to be seen */
	safe_object = escape_text(object ? object : "", object ? strlen(object) : 0);
	safe_reason = escape_text(reason, strlen(reason));
	line = format_text("%s%s%s", safe_object, object ? ": " : "", safe_reason);
	free(safe_object);
	free(safe_reason);
	free(reason);
	return line;
}

/* Where stdout and stderr are the same terminal or file, lines stay in order. */
static void print_line(const char *line)
{
	if (!program.held)
		output_flush();
	fprintf(program.held ? program.held : stderr, "%s: %s\n", program.name, line);
}

void messages_hold(void)
{
	if (program.held)
		return;
	program.held = open_memstream(&program.held_lines, &program.held_length);
	if (!program.held)
		die_no_memory();
}

void messages_release(void)
{
	output_flush();
	if (!program.held)
		return;
	/* Before fclose(3), which makes a smaller copy of the lines, or loses them. */
	if (fflush(program.held))
		die_no_memory();
	fputs(program.held_lines, stderr);
	fclose(program.held);
	program.held = NULL;
	free(program.held_lines);
}

__attribute__((format(printf, 2, 0))) static void complain_list(const char *object,
								const char *format,
								va_list arguments)
{
	char *line = make_line(object, format, arguments);

	program.has_failed = true;
	print_line(line);
	free(line);
}

void complain(const char *object, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain_list(object, format, arguments);
	va_end(arguments);
}

void fail_silently(void)
{
	program.has_failed = true;
}

bool program_has_failed(void)
{
	return program.has_failed;
}

void advise(const char *format, ...)
{
	va_list arguments;
	char *line;

	va_start(arguments, format);
	line = make_line(NULL, format, arguments);
	va_end(arguments);
	output_flush();
	fprintf(program.held ? program.held : stderr, "  try: %s\n", line);
	free(line);
}

static bool was_remarked(const char *line)
{
	for (size_t i = 0; i < program.remark_count; i++)
		if (!strcmp(program.remarks[i], line))
			return true;
	return false;
}

void remark(const char *object, const char *format, ...)
{
	va_list arguments;
	char *line;

	if (program.remark_count == REMARKS_MAX)
		return;
	va_start(arguments, format);
	line = make_line(object, format, arguments);
	va_end(arguments);
	if (was_remarked(line)) {
		free(line);
		return;
	}
	print_line(line);
	program.remarks[program.remark_count++] = line;
	if (program.remark_count == REMARKS_MAX)
		print_line("further remarks are left out");
}

_Noreturn void die_usage(const char *format, ...)
{
	va_list arguments;

	messages_release();
	va_start(arguments, format);
	complain_list(NULL, format, arguments);
	va_end(arguments);
	fprintf(stderr, "Try '%s --help'\n", program.name);
	exit(program.usage_status);
}

bool output_flush(void)
{
	errno = 0;
	if (fflush(stdout) && !program.output_error)
		program.output_error = errno;
	return !program.output_error && !ferror(stdout);
}

int program_end(int status)
{
	bool is_written;

	messages_release();
	is_written = output_flush();
	/*
	 * Some file systems tell only now. stdio is not closed with it: complain() looks after
	 * stdout.
	 */
	if (close(STDOUT_FILENO) && is_written) {
		program.output_error = errno;
		is_written = false;
	}
	if (!is_written && program.output_error != EPIPE)
		complain("standard output", "%s",
			 program.output_error ? strerror(program.output_error)
					      : "cannot be written");

	for (size_t i = 0; i < program.remark_count; i++)
		free(program.remarks[i]);
	program.remark_count = 0;
	return status == EXIT_DONE && program.has_failed ? EXIT_FAILED : status;
}
