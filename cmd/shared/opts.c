/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option table of a command at work: getopt_long(3) is fed from it, --help, --version and
 * --print-options are printed from it. Does not know what an option means.
 */

#include "opts.h"

#include <assert.h>
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"

enum {
	HELP_COLUMN = 26,
	HELP_WIDTH = 79,
	NAMES = 1 << 16, /* what getopt_long returns for a long option: this and its place */
};

struct item {
	const struct opts_option *option;
	const char *argument;
};

struct opts {
	const struct opts_program *program;
	const struct opts_mode *mode;
	bool is_mode_named; /* else it is the default, or NULL */
	struct item *items;
	size_t item_count, item_next;
	char **operands;
	size_t operand_count;
	char *letters; /* what getopt_long is fed with */
	struct option *names;
};

/* ---- the table ---- */

static bool is_mode_sound(const struct opts_mode *modes, size_t place)
{
	for (size_t i = 0; i < place; i++)
		if (!strcmp(modes[i].name, modes[place].name) || modes[i].bit & modes[place].bit)
			return false;
	return modes[place].bit;
}

static int letter_of(const struct opts_option *option)
{
	return option->id < OPTS_LONG ? option->id : option->id >> 16;
}

static bool can_meet(const struct opts_option *a, const struct opts_option *b)
{
	return !a->modes || !b->modes || a->modes & b->modes;
}

static bool is_option_sound(const struct opts_option *options, size_t place, unsigned known_modes)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const struct opts_option *option = &options[place];
	int letter = letter_of(option);

	for (size_t i = 0; i < place; i++)
		if (options[i].id == option->id || !strcmp(options[i].name, option->name) ||
		    (letter && letter == letter_of(&options[i]) && can_meet(&options[i], option)))
			return false;
	return !(option->modes & ~known_modes) && option->id > 0 &&
	       (!letter || strchr(letters, letter));
}

/*
 * For assert: are names and ids unique, letters letters that each mode has once, all bits of modes
 * known?
 */
__attribute__((unused)) static bool is_table_sound(const struct opts_program *program)
{
	unsigned known_modes = 0;

	for (size_t i = 0; program->modes && program->modes[i].name; i++) {
		if (!is_mode_sound(program->modes, i))
			return false;
		known_modes |= program->modes[i].bit;
	}
	for (size_t i = 0; program->options[i].name; i++)
		if (!is_option_sound(program->options, i, known_modes))
			return false;
	return true;
}

static size_t count_options(const struct opts_program *program)
{
	size_t count = 0;

	while (program->options[count].name)
		count++;
	return count;
}

/* The end of the table if there is none of that id. */
static const struct opts_option *find_option(const struct opts_program *program, int id)
{
	const struct opts_option *option = program->options;

	while (option->name && option->id != id)
		option++;
	return option;
}

/* The option of a letter in a mode (NULL: there are none); the end of the table if none has it. */
static const struct opts_option *find_letter(const struct opts_program *program,
					     const struct opts_mode *mode, int letter)
{
	const struct opts_option *option = program->options, *other = NULL;

	for (; option->name; option++) {
		if (letter_of(option) != letter)
			continue;
		if (!mode || !option->modes || option->modes & mode->bit)
			return option;
		other = option;
	}
	return other ? other : option;
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

/* ---- what is printed from it ---- */

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

static void print_option_help(const struct opts_program *program, const struct opts_option *option,
			      bool with_modes)
{
	char *modes = mode_names(program, option, ", ");
	char letter[] = "    ";
	bool is_special = *modes && with_modes;
	char *left, *help;

	if (letter_of(option))
		memcpy(letter, (char[]){'-', (char)letter_of(option), ','}, 3);
	left = format_text("  %s--%s%s%s", letter, option->name, option->argument ? "=" : "",
			   option->argument ? option->argument : "");
	help = format_text("%s%s%s%s", option->help, is_special ? " (" : "",
			   is_special ? modes : "", is_special ? ")" : "");
	print_wrapped(left, help);
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
			print_option_help(program, option, !mode);
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

static void print_help(const struct opts_program *program)
{
	print_usage(program);
	printf("%s\n", program->summary);

	if (program->modes)
		puts("\nCommands:");
	for (const struct opts_mode *mode = program->modes; mode && mode->name; mode++)
		print_mode_help(mode, mode == program->modes);
	print_options(program, NULL);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_table(const struct opts_program *program)
{
	for (const struct opts_option *option = program->options; option->name; option++) {
		char *modes = mode_names(program, option, ",");

		if (option->help)
			printf("%c\t%s\t%s\t%s\t%s\t%s\n",
			       letter_of(option) ? letter_of(option) : '-', option->name,
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

/* Options that say something and end the program. */
static void answer(const struct opts *opts, int id)
{
	const struct opts_program *program = opts->program;

	if (id == OPTS_HELP && opts->is_mode_named)
		print_mode_page(program, opts->mode);
	else if (id == OPTS_HELP)
		print_help(program);
	else if (id == OPTS_VERSION)
		printf("%s from %s %s\n", program->name, PACKAGE_NAME, PACKAGE_VERSION);
	else if (id == OPTS_PRINT_OPTIONS)
		print_table(program);
	else
		return;
	exit(program_end(EXIT_DONE));
}

/* ---- parsing ---- */

_Noreturn static void refuse_long(const struct opts_program *program, const char *word)
{
	size_t length = strcspn(word, "=");

	for (const struct opts_option *option = program->options; option->name; option++)
		if (!strncmp(option->name, word + 2, length - 2))
			die_usage("option '%.*s' is ambiguous", (int)length, word);
	die_usage("unknown option '%.*s'", (int)length, word);
}

/* Also of one that is empty, as from a variable that is not set: --sysroot="$tree". */
_Noreturn static void refuse_missing_argument(const struct opts_option *option)
{
	die_usage("--%s needs an argument: %s", option->name, option->argument);
}

/*
 * What getopt_long could not take: RESULT is ':' or '?', WORD the argument of the command it came
 * to.
 */
_Noreturn static void refuse_option(const struct opts *opts, int result, const char *word)
{
	const struct opts_option *option = NULL;

	if (optopt >= NAMES)
		option = &opts->program->options[optopt - NAMES];
	else if (optopt)
		option = find_letter(opts->program, opts->mode, optopt);
	if (option && option->name && result == ':')
		refuse_missing_argument(option);
	if (option && option->name)
		die_usage("--%s takes no argument", option->name);
	if (optopt)
		die_usage("unknown option '-%c'", optopt);
	refuse_long(opts->program, word);
}

/* What a mode's letters are: of those that several options have, its own. FIRST: of getopt(3). */
static void make_getopt_tables(struct opts *opts, const char *first)
{
	size_t count = count_options(opts->program);
	char *end;

	free(opts->names);
	free(opts->letters);
	opts->names = allocate(count + 1, sizeof(*opts->names));
	opts->letters = allocate(count + 1, sizeof("x:"));
	end = mempcpy(opts->letters, first, strlen(first));
	for (size_t i = 0; i < count; i++) {
		const struct opts_option *option = &opts->program->options[i];
		int letter = letter_of(option);

		opts->names[i] = (struct option){
			.name = option->name,
			.has_arg = option->argument ? required_argument : no_argument,
			.val = NAMES + (int)i,
		};
		if (!letter || find_letter(opts->program, opts->mode, letter) != option)
			continue;
		*end++ = (char)letter;
		if (option->argument)
			*end++ = ':';
	}
}

/* The mode that the first operand names, if it stands before `--`; else the first of the table. */
static void find_mode(struct opts *opts, int argc, char **argv)
{
	const struct opts_mode *mode = opts->program->modes;

	opts->mode = mode;
	make_getopt_tables(opts, "+:");
	optind = 0; /* getopt(3), NOTES: begin anew */
	while (mode && getopt_long(argc, argv, opts->letters, opts->names, NULL) != -1)
		;
	if (!mode || optind >= argc || !strcmp(argv[optind - 1], "--"))
		return;
	for (; mode->name; mode++)
		if (!strcmp(mode->name, argv[optind])) {
			opts->mode = mode;
			opts->is_mode_named = true;
		}
}

/*
 * The place of a word such as "-1G", which getopt_long has begun to read as letters: no letter is a
 * digit, so it is an operand. 0: it is none, or stands in the middle of letters.
 */
static int find_number(int argc, char **argv)
{
	const char single[] = {'-', (char)optopt, '\0'};

	if (optopt < '0' || optopt > '9')
		return 0;
	if (!strcmp(argv[optind - 1], single))
		return optind - 1;
	return optind < argc && !strncmp(argv[optind], single, 2) ? optind : 0;
}

/* Fill OPTS with all options and operands. Returns how many of the operands stand before `--`. */
static size_t take_arguments(struct opts *opts, int argc, char **argv)
{
	size_t count;
	int value, number;

	/* -: operands come in their order, as option 1; ":" the messages are ours. */
	make_getopt_tables(opts, "-:");
	optind = 0;
	while ((value = getopt_long(argc, argv, opts->letters, opts->names, NULL)) != -1) {
		const struct opts_option *option;

		if (value == 1) {
			opts->operands[opts->operand_count++] = optarg;
			continue;
		}
		number = value == '?' ? find_number(argc, argv) : 0;
		if (number) { /* and begin anew behind it, as if it were argv[0] */
			argv += number;
			argc -= number;
			opts->operands[opts->operand_count++] = *argv;
			optind = 0;
			continue;
		}
		if (value == ':' || value == '?')
			refuse_option(opts, value, argv[optind - 1]);
		option = value >= NAMES ? &opts->program->options[value - NAMES]
					: find_letter(opts->program, opts->mode, value);
		if (optarg && !*optarg)
			refuse_missing_argument(option);
		answer(opts, option->id);
		opts->items[opts->item_count++] = (struct item){option, optarg};
	}
	count = opts->operand_count;
	while (optind < argc)
		opts->operands[opts->operand_count++] = argv[optind++];
	return count;
}

/* CAN_NAME_MODE: the first operand could have named a mode, but did not. */
static void check_operands(const struct opts *opts, bool can_name_mode)
{
	const char *operands = opts->mode ? opts->mode->operands : opts->program->operands;
	const char *hint = opts->program->operand_hint;

	if (operands || !opts->operand_count)
		return;
	if (can_name_mode)
		die_usage("unknown command '%s'", opts->operands[0]);
	die_usage("unexpected operand '%s'%s%s", opts->operands[0], hint ? "; " : "",
		  hint ? hint : "");
}

static void check_modes(const struct opts *opts)
{
	for (size_t i = 0; i < opts->item_count; i++) {
		const struct opts_option *option = opts->items[i].option;

		if (option->modes && !(option->modes & opts->mode->bit))
			die_usage("--%s does not go with '%s'", option->name, opts->mode->name);
	}
}

static bool is_format(const struct opts_option *option)
{
	static const int formats[] = {OPTS_JSON, OPTS_RAW, OPTS_PAIRS, OPTS_CSV, OPTS_TSV};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (formats[i] == option->id)
			return true;
	return false;
}

/* There is one output; the same format twice is no contradiction. */
static void check_formats(const struct opts *opts)
{
	const struct opts_option *chosen = NULL;

	for (size_t i = 0; i < opts->item_count; i++) {
		const struct opts_option *option = opts->items[i].option;

		if (!is_format(option))
			continue;
		if (chosen && chosen != option)
			die_usage("--%s and --%s exclude each other", chosen->name, option->name);
		chosen = option;
	}
}

struct opts *opts_open(const struct opts_program *program, int argc, char **argv)
{
	struct opts *opts = allocate(1, sizeof(*opts));
	size_t characters = 1;
	bool has_word;

	assert(is_table_sound(program));
	for (int i = 0; i < argc; i++)
		characters += strlen(argv[i]); /* each can be an option */
	opts->program = program;
	opts->items = allocate(characters, sizeof(*opts->items));
	opts->operands = allocate((size_t)argc + 1, sizeof(*opts->operands));

	find_mode(opts, argc, argv);
	has_word = take_arguments(opts, argc, argv) > 0 && program->modes;
	if (opts->is_mode_named) /* its name is the first of the operands */
		memmove(opts->operands, opts->operands + 1,
			opts->operand_count-- * sizeof(*opts->operands));
	check_operands(opts, has_word && !opts->is_mode_named);
	check_modes(opts);
	check_formats(opts);
	return opts;
}

const struct opts_mode *opts_mode(const struct opts *opts)
{
	return opts->mode;
}

bool opts_next(struct opts *opts, int *ret_id, const char **ret_argument)
{
	const struct item *item = &opts->items[opts->item_next];

	if (opts->item_next == opts->item_count)
		return false;
	opts->item_next++;
	*ret_id = item->option->id;
	*ret_argument = item->argument;
	return true;
}

char **opts_operands(struct opts *opts, size_t *ret_count)
{
	*ret_count = opts->operand_count;
	return opts->operands;
}

struct opts *opts_close(struct opts *opts)
{
	if (!opts)
		return NULL;
	free(opts->items);
	free(opts->operands);
	free(opts->letters);
	free(opts->names);
	free(opts);
	return NULL;
}

_Noreturn void opts_bad_argument(const struct opts_program *program, int id, const char *argument,
				 const char *expected)
{
	die_usage("--%s: '%s': %s", find_option(program, id)->name, argument, expected);
}
