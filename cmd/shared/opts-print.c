/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is printed from an option table: the help of a command or of one of its subcommands, and the
 * table itself for programs (--print-options). Does not know what an option means.
 */

#include "opts-print.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	HELP_COLUMN = 26,
	HELP_WIDTH = 79,
};

int opts_letter(const struct opts_option *option)
{
	return option->id < OPTS_LONG ? option->id : option->id >> 16;
}

/* The names of the modes that an option goes with, empty if it goes with all; free it. */
static char *mode_names(const struct opts_program *program, const struct opts_option *option,
			const char *separator)
{
	char *names = format_text("%s", ""), *longer;
	bool is_for_all = true;

	for (const struct opts_mode *mode = program->modes; mode && mode->name; mode++) {
		if (!(mode->bit & option->modes)) {
			is_for_all = false;
			continue;
		}
		longer = format_text("%s%s%s", names, *names ? separator : "", mode->name);
		free(names);
		names = longer;
	}
	if (is_for_all)
		*names = '\0';
	return names;
}

/* LEFT, and the words of TEXT in the column of help, wrapped; below LEFT if that is too long. */
static void print_wrapped(const char *left, const char *text)
{
	size_t at = strlen(left), length;

	fputs(left, stdout);
	if (at + 2 > HELP_COLUMN) {
		putchar('\n');
		at = 0;
	}
	for (text += strspn(text, " "); *text; text += length, text += strspn(text, " ")) {
		length = strcspn(text, " ");
		if (at > HELP_COLUMN && at + 1 + length > HELP_WIDTH) {
			putchar('\n');
			at = 0;
		}
		at += (size_t)printf("%*s%.*s", at < HELP_COLUMN ? (int)(HELP_COLUMN - at) : 1, "",
				     (int)length, text);
	}
	putchar('\n');
}

/* Is MODE among the names, separated by ", ", in the first LENGTH characters of LIST? */
static bool is_listed(const char *list, size_t length, const char *mode)
{
	size_t name = strlen(mode);

	for (const char *at = list; at + name <= list + length; at += strcspn(at, ",:") + 2)
		if (!strncmp(at, mode, name) && (at[name] == ',' || at + name == list + length))
			return true;
	return false;
}

/* What a help such as "list: this; on, off: that" says of MODE; all of it if that is NULL. */
static char *help_of(const struct opts_option *option, const struct opts_mode *mode)
{
	const char *end;

	for (const char *at = option->help; mode && *at; at = *end ? end + 2 : end) {
		const char *colon = strstr(at, ": ");

		end = strstr(at, "; ");
		end = end ? end : at + strlen(at);
		if (colon && colon < end && is_listed(at, (size_t)(colon - at), mode->name))
			return format_text("%.*s", (int)(end - colon - 2), colon + 2);
	}
	return format_text("%s", option->help);
}

/* MODE: of which alone it is the help; NULL: of all of them, whose names are told. */
static void print_option_help(const struct opts_program *program, const struct opts_option *option,
			      const struct opts_mode *mode)
{
	char *modes = mode_names(program, option, ", ");
	char letter[] = "    ";
	bool is_special = *modes && !mode;
	char *left, *help, *own = help_of(option, mode);

	if (opts_letter(option))
		memcpy(letter, (char[]){'-', (char)opts_letter(option), ','}, 3);
	left = format_text("  %s--%s%s%s", letter, option->name, option->argument ? "=" : "",
			   option->argument ? option->argument : "");
	help = format_text("%s%s%s%s", own, is_special ? " (" : "", is_special ? modes : "",
			   is_special ? ")" : "");
	print_wrapped(left, help);
	free(own);
	free(help);
	free(left);
	free(modes);
}

static void print_mode_help(const struct opts_mode *mode, bool is_default)
{
	char *left = format_text("  %s%s%s", mode->name, mode->operands ? " " : "",
				 mode->operands ? mode->operands : "");
	char *help = format_text("%s%s", mode->help, is_default ? " (the default)" : "");

	print_wrapped(left, help);
	free(help);
	free(left);
}

static void print_operands(const char *operands)
{
	printf(" [OPTION]...%s%s\n", operands ? " " : "", operands ? operands : "");
}

/* A line for each subcommand; the word of the first may be left out. */
static void print_usage(const struct opts_program *program)
{
	printf("Usage: %s", program->name);
	if (!program->modes) {
		print_operands(program->operands);
		return;
	}
	printf(" [%s]", program->modes->name);
	print_operands(program->modes->operands);
	for (const struct opts_mode *mode = program->modes + 1; mode->name; mode++) {
		printf("       %s %s", program->name, mode->name);
		print_operands(mode->operands);
	}
}

static void print_options(const struct opts_program *program, const struct opts_mode *mode)
{
	puts("\nOptions:");
	for (const struct opts_option *option = program->options; option->name; option++)
		if (option->help && (!mode || !option->modes || option->modes & mode->bit))
			print_option_help(program, option, mode);
	printf("\nFor more see %s(%s).\n", program->name, program->section);
}

/* Of one subcommand: only what goes with it. */
static void print_mode_page(const struct opts_program *program, const struct opts_mode *mode)
{
	printf("Usage: %s %s", program->name, mode->name);
	print_operands(mode->operands);
	printf("%c%s.\n", toupper((unsigned char)mode->help[0]), mode->help + 1);
	print_options(program, mode);
}

static void print_page(const struct opts_program *program)
{
	print_usage(program);
	printf("%s\n", program->summary);

	if (program->modes)
		puts("\nCommands:");
	for (const struct opts_mode *mode = program->modes; mode && mode->name; mode++)
		print_mode_help(mode, mode == program->modes);
	print_options(program, NULL);
}

void opts_print_help(const struct opts_program *program, const struct opts_mode *mode)
{
	if (mode)
		print_mode_page(program, mode);
	else
		print_page(program);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

void opts_print_table(const struct opts_program *program)
{
	for (const struct opts_option *option = program->options; option->name; option++) {
		char *modes = mode_names(program, option, ",");

		if (option->help)
			printf("%c\t%s\t%s\t%s\t%s\t%s\n",
			       opts_letter(option) ? opts_letter(option) : '-', option->name,
			       or_dash(option->argument), or_dash(option->values), or_dash(modes),
			       option->help);
		free(modes);
	}
	for (const struct opts_mode *mode = program->modes; mode && mode->name; mode++)
		printf("mode\t%s\t%s\t%s\t%s\n", mode->name, or_dash(mode->operands),
		       or_dash(mode->values), mode->help);
	if (!program->modes)
		printf("operands\t%s\t%s\n", or_dash(program->operands),
		       or_dash(program->operand_values));
}
