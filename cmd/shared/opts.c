/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The option table of a command at work: getopt_long(3) is fed from it, and what it cannot take is
 * refused with words that help. What is printed from the table is opts-print.c's. Does not know
 * what an option means.
 */

#include "opts.h"

#include <assert.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "opts-print.h"

enum {
	LONGEST_WORD = 31, /* that is compared with the names of modes */
	NAMES = 1 << 16,   /* what getopt_long returns for a long option: this and its place */
};

struct item {
	const struct opts_option *option;
	const char *argument;
	bool by_letter; /* so it was typed */
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

static bool can_meet(const struct opts_option *a, const struct opts_option *b)
{
	return !a->modes || !b->modes || a->modes & b->modes;
}

static bool is_option_sound(const struct opts_option *options, size_t place, unsigned known_modes)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const struct opts_option *option = &options[place];
	int letter = opts_letter(option);

	for (size_t i = 0; i < place; i++)
		if (options[i].id == option->id || !strcmp(options[i].name, option->name) ||
		    (letter && letter == opts_letter(&options[i]) && can_meet(&options[i], option)))
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
		if (opts_letter(option) != letter)
			continue;
		if (!mode || !option->modes || option->modes & mode->bit)
			return option;
		other = option;
	}
	return other ? other : option;
}

/* Options that say something and end the program. */
static void answer(const struct opts *opts, int id)
{
	const struct opts_program *program = opts->program;

	if (id == OPTS_HELP && opts->is_mode_named)
		opts_print_help(program, opts->mode);
	else if (id == OPTS_HELP)
		opts_print_help(program, NULL);
	else if (id == OPTS_VERSION)
		printf("%s from %s %s\n", program->name, PACKAGE_NAME, PACKAGE_VERSION);
	else if (id == OPTS_PRINT_OPTIONS)
		opts_print_table(program);
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
		int letter = opts_letter(option);

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
		opts->items[opts->item_count++] = (struct item){option, optarg, value < NAMES};
	}
	count = opts->operand_count;
	while (optind < argc)
		opts->operands[opts->operand_count++] = argv[optind++];
	return count;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters are to be put in, left out or exchanged to make B of A: Levenshtein's. */
static size_t distance(const char *a, const char *b)
{
	size_t length = strlen(b), row[LONGEST_WORD + 1];

	if (strlen(a) > LONGEST_WORD || length > LONGEST_WORD)
		return SIZE_MAX;
	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0]++;

		for (size_t k = 0; k < length; k++) {
			size_t above = row[k + 1];

			row[k + 1] = least(corner + (a[i] != b[k]), least(above, row[k]) + 1);
			corner = above;
		}
	}
	return row[length];
}

/* The mode that a word of another command, or a slip, stands for; NULL if it is like none. */
static const char *find_kin(const struct opts_program *program, const char *word)
{
	size_t nearest = strlen(word) > 3 ? 3 : 2; /* and nearer than that */
	const char *name = NULL;

	for (const struct opts_kin *kin = program->kin; kin && kin->word; kin++)
		if (!strcmp(kin->word, word))
			return kin->mode;
	for (const struct opts_mode *mode = program->modes; mode->name; mode++) {
		size_t steps = distance(word, mode->name);

		if (steps < nearest) {
			nearest = steps;
			name = mode->name;
		}
	}
	return name;
}

_Noreturn static void refuse_command(const struct opts_program *program, const char *word)
{
	const char *name = find_kin(program, word);

	if (name)
		die_usage("unknown command '%s'; did you mean '%s'?", word, name);
	die_usage("unknown command '%s'", word);
}

/* CAN_NAME_MODE: the first operand could have named a mode, but did not. */
static void check_operands(const struct opts *opts, bool can_name_mode)
{
	const char *operands = opts->mode ? opts->mode->operands : opts->program->operands;
	const char *hint = opts->program->operand_hint;

	if (operands || !opts->operand_count)
		return;
	if (can_name_mode)
		refuse_command(opts->program, opts->operands[0]);
	die_usage("unexpected operand '%s'%s%s", opts->operands[0], hint ? "; " : "",
		  hint ? hint : "");
}

static void check_modes(const struct opts *opts)
{
	for (size_t i = 0; i < opts->item_count; i++) {
		const struct opts_option *option = opts->items[i].option;

		if (!option->modes || option->modes & opts->mode->bit)
			continue;
		if (opts->items[i].by_letter)
			die_usage("-%c does not go with '%s'", opts_letter(option),
				  opts->mode->name);
		die_usage("--%s does not go with '%s'", option->name, opts->mode->name);
	}
}

static bool is_format(const struct opts_option *option)
{
	static const int formats[] = {OPTS_JSON, OPTS_RAW, OPTS_PAIRS,
				      OPTS_CSV,	 OPTS_TSV, OPTS_BINARY};

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
