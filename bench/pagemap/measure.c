/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * CPU time of commands that are run in turns: user and system, of the command and its children, by
 * wait4(2). Their output goes to /dev/null.
 *
 *   measure RUNS
 *
 * Stdin has a line for each command: its label and its words, separated by tabs. Printed is a line
 * for each: label, median in milliseconds, how many times that of the first, and of the second.
 * A command that takes more than SLOW_MS is run once; one that fails is said to.
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMANDS = 32, WORDS = 32, RUNS = 101, SLOW_MS = 1000 };

struct command {
	char *label;
	char *words[WORDS + 1];
	double ms[RUNS];
	int runs;
	bool has_failed;
};

static struct command commands[COMMANDS];
static int count;

static void parse(char *line)
{
	struct command *command = &commands[count];
	int words = 0;
	char *word;

	line[strcspn(line, "\n")] = '\0';
	command->label = strdup(strsep(&line, "\t"));
	while (words < WORDS && (word = strsep(&line, "\t")))
		command->words[words++] = strdup(word);
	count += words > 0;
}

_Noreturn static void execute(const struct command *command)
{
	int nothing = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(nothing, fd);
	execvp(command->words[0], command->words);
	_exit(127);
}

static double ms_of(const struct timeval *time)
{
	return (double)time->tv_sec * 1e3 + (double)time->tv_usec / 1e3;
}

static void run(struct command *command)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		execute(command);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
		perror("measure");
		exit(1);
	}
	command->has_failed |= status != 0;
	command->ms[command->runs++] = ms_of(&usage.ru_utime) + ms_of(&usage.ru_stime);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double median(struct command *command)
{
	qsort(command->ms, (size_t)command->runs, sizeof(double), compare);
	return command->ms[command->runs / 2];
}

int main(int argc, char **argv)
{
	int runs = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 11;
	double first = 0, second = 0;
	char line[4096];

	while (count < COMMANDS && fgets(line, sizeof(line), stdin))
		parse(line);
	for (int i = 0; i < runs && i < RUNS; i++)
		for (int at = 0; at < count; at++)
			if (i == 0 || commands[at].ms[0] < SLOW_MS)
				run(&commands[at]);
	for (int at = 0; at < count; at++) {
		double ms = median(&commands[at]);

		if (at == 0)
			first = ms;
		if (at == 1)
			second = ms;
		printf("%-34s %10.2f ms %9.2f", commands[at].label, ms, ms / first);
		if (at == 0)
			printf(" %9s", "");
		else
			printf(" %9.2f", ms / second);
		puts(commands[at].has_failed	? "  exit status not 0"
		     : commands[at].runs < runs ? "  one run"
						: "");
	}
	return 0;
}
