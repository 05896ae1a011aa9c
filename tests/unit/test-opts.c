/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opts.c: what a command line means, what is refused and how, and what the table prints. */

#include "shared/opts.h"

#include "capture.h"
#include "shared/message.h"
#include "tap.h"

enum { LIST = 1, CHECK = 2, QUIET = 4 };
enum { OPTION_FAST = OPTS_LONG, OPTION_FASTER };

static const struct opts_mode modes[] = {
	{"list", "AREA...", "list areas", LIST, "@file"},
	{"check", "PATH", "check one", CHECK, "@file"},
	{"quiet", NULL, "say nothing", QUIET, NULL},
	{NULL, NULL, NULL, 0, NULL},
};

static const struct opts_option options[] = {
	{'a', "all", NULL, "all of them", LIST, NULL},
	{'n', "number", "N", "how many", LIST | CHECK, "1,2"},
	{OPTION_FAST, "fast", NULL,
	 "do it fast, which takes so many words to say that the line has to be broken in two", 0,
	 NULL},
	{OPTION_FASTER, "faster-than-all-others", "SPEED", "do it faster", 0, NULL},
	OPTS_ROW_SYSROOT,
	OPTS_ROW_JSON(LIST),
	OPTS_ROW_CSV(LIST),
	OPTS_ROWS_END,
};

static const struct opts_program with_modes = {
	.name = "swapper",
	.section = "8",
	.summary = "List and check areas of swap.",
	.modes = modes,
	.options = options,
};

/* Whose default takes no operands: the first word is a subcommand, or wrong. */
static const struct opts_mode wordless_modes[] = {
	{"list", NULL, "list areas", LIST, NULL},
	{"check", "PATH", "check one", CHECK, "@file"},
	{"quiet", NULL, "say nothing", QUIET, NULL},
	{NULL, NULL, NULL, 0, NULL},
};

static const struct opts_kin kin[] = {{"hush", "quiet"}, {NULL, NULL}};

static const struct opts_option wordless_options[] = {
	{'a', "all", NULL, "list, check: all of them; quiet: nothing at all", 0, NULL},
	{'t', "time", "TIME", "when: now; later: then", 0, NULL},
	OPTS_ROWS_END,
};

static const struct opts_program without_operands = {
	.name = "wordless",
	.section = "8",
	.summary = "Say nothing.",
	.modes = wordless_modes,
	.kin = kin,
	.options = wordless_options,
};

/* Letters that mean one thing in some subcommands, and another in others. */
enum { OPTION_SIZE = OPTS_ID(OPTS_LONG + 1, 's'), OPTION_WORDS = OPTS_ID(OPTS_LONG + 2, 'o') };

static const struct opts_option lettered_options[] = {
	{OPTION_SIZE, "size", "SIZE", "how large", CHECK, NULL},
	{OPTION_WORDS, "words", "LIST", "more words", CHECK, NULL},
	{'s', "summary", NULL, "only the sum", LIST, NULL},
	OPTS_ROW_OUTPUT(LIST),
	{'q', "quick", NULL, "at once", LIST | QUIET, NULL},
	OPTS_ROWS_END,
};

static const struct opts_program lettered = {
	.name = "letterer",
	.section = "8",
	.summary = "Write letters.",
	.modes = modes,
	.options = lettered_options,
};

static const struct opts_option plain_options[] = {
	{'n', "number", "N", "how many", 0, NULL},
	OPTS_ROWS_END,
};

static const struct opts_program plain = {
	.name = "plain",
	.section = "1",
	.summary = "Show something.",
	.operands = "PID...",
	.options = plain_options,
	.operand_values = "@pid",
};

enum { ARGUMENTS = 8 };

struct call {
	const struct opts_program *program;
	const char *arguments; /* separated by bars; NULL: none */
	const char *result;
};

/* Print what was understood: mode, options, then operands in brackets. */
static void parse(const void *argument)
{
	const struct call *call = argument;
	char name[] = "program";
	char *rest = call->arguments ? strdup(call->arguments) : NULL, *copy = rest;
	char *vector[ARGUMENTS + 2] = {name};
	struct opts *opts;
	const char *value;
	char **operands;
	size_t count;
	int argc = 1, id;

	while (rest && argc <= ARGUMENTS)
		vector[argc++] = strsep(&rest, "|");
	program_start(call->program->name);
	opts = opts_open(call->program, argc, vector);
	fputs(opts_mode(opts) ? opts_mode(opts)->name : "-", stdout);
	while (opts_next(opts, &id, &value)) {
		if (id == OPTION_SIZE || id == OPTION_WORDS)
			printf(" %c=%s", id == OPTION_SIZE ? 'S' : 'W', value);
		else
			printf(id < OPTS_LONG ? " %c%s%s" : " %d%s%s", id, value ? "=" : "",
			       value ? value : "");
	}
	for (operands = opts_operands(opts, &count); *operands; operands++, count--)
		printf(" [%s]", *operands);
	if (count)
		fputs(" and the count is wrong", stdout);
	opts_close(opts);
	free(copy);
}

/* clang-format off */
static const struct call good[] = {
	{ &with_modes, NULL, "list" },
	{ &with_modes, "list", "list" },
	{ &with_modes, "check", "check" },
	{ &with_modes, "check|a|b", "check [a] [b]" },
	{ &with_modes, "list|check", "list [check]" },
	{ &with_modes, "a|check", "list [a] [check]" },
	{ &with_modes, "-a", "list a" },
	{ &with_modes, "-n|2|check|x", "check n=2 [x]" },
	{ &with_modes, "check|-n2|x|--number=3|y", "check n=2 n=3 [x] [y]" },
	{ &with_modes, "-an|list|-a", "list a n=list a" },
	{ &with_modes, "--|check|-a", "list [check] [-a]" },
	{ &with_modes, "check|--|check|--", "check [check] [--]" },
	{ &with_modes, "list||-", "list [] [-]" },
	{ &with_modes, "--fast|--faster=1", "list 256 257=1" },
	{ &with_modes, "--sysroot|-a", "list 1034=-a" },
	{ &with_modes, "-J|--json|-J", "list J J J" },
	{ &lettered, "-s", "list s" },
	{ &lettered, "list|-qs", "list q s" },
	{ &lettered, "check|-s|1G|x", "check S=1G [x]" },
	{ &lettered, "check|-s1G|-oa,b|x", "check S=1G W=a,b [x]" },
	{ &lettered, "check|--size=1G|--words|a", "check S=1G W=a" },
	{ &lettered, "-o|name|list", "list o=name" },
	{ &lettered, "quiet|-q", "quiet q" },
	{ &plain, "list|-n1|x", "- n=1 [list] [x]" },
	{ &plain, NULL, "-" },
};

static const struct call bad[] = {
	{ &with_modes, "quiet|a", "unexpected operand 'a'" },
	{ &with_modes, "quiet|--|a", "unexpected operand 'a'" },
	{ &with_modes, "check|-a", "-a does not go with 'check'" },
	{ &with_modes, "-a|check", "-a does not go with 'check'" },
	{ &with_modes, "-n1|quiet", "-n does not go with 'quiet'" },
	{ &with_modes, "--number=1|quiet", "--number does not go with 'quiet'" },
	{ &lettered, "check|-qs1", "-q does not go with 'check'" },
	{ &without_operands, "checq", "unknown command 'checq'; did you mean 'check'?" },
	{ &without_operands, "check2", "unknown command 'check2'; did you mean 'check'?" },
	{ &without_operands, "libt", "unknown command 'libt'; did you mean 'list'?" },
	{ &without_operands, "qiet", "unknown command 'qiet'; did you mean 'quiet'?" },
	{ &without_operands, "hush", "unknown command 'hush'; did you mean 'quiet'?" },
	{ &without_operands, "lis", "unknown command 'lis'; did you mean 'list'?" },
	{ &without_operands, "st", "unknown command 'st'" },
	{ &without_operands, "lxyz", "unknown command 'lxyz'" },
	{ &without_operands, "/check", "unknown command '/check'; did you mean 'check'?" },
	{ &without_operands, "checkcheckcheckcheckcheckcheckcheck",
	  "unknown command 'checkcheckcheckcheckcheckcheckcheck'" },
	{ &without_operands, "list|lis", "unexpected operand 'lis'" },
	{ &with_modes, "-x", "unknown option '-x'" },
	{ &with_modes, "-ax", "unknown option '-x'" },
	{ &with_modes, "-\033", "unknown option '-\\x1b'" },
	{ &with_modes, "-\303\251", "unknown option '-\\xc3'" },
	{ &with_modes, "--foo", "unknown option '--foo'" },
	{ &with_modes, "--foo=bar", "unknown option '--foo'" },
	{ &with_modes, "--\033[31m", "unknown option '--\\x1b[31m'" },
	{ &with_modes, "--fas=", "option '--fas' is ambiguous" },
	{ &with_modes, "--all=1", "--all takes no argument" },
	{ &with_modes, "--number", "--number needs an argument: N" },
	{ &with_modes, "-n", "--number needs an argument: N" },
	{ &with_modes, "-n|", "--number needs an argument: N" },
	{ &with_modes, "--sysroot=", "--sysroot needs an argument: DIR" },
	{ &with_modes, "--json|-a|--csv", "--json and --csv exclude each other" },
	{ &with_modes, "--csv|list|-J|--csv", "--csv and --json exclude each other" },
	{ &with_modes, "-x|--help", "unknown option '-x'" },
	{ &lettered, "quiet|-s", "-s does not go with 'quiet'" },
	{ &lettered, "list|--size=1", "--size does not go with 'list'" },
	{ &lettered, "check|--summary|x", "--summary does not go with 'check'" },
	{ &lettered, "check|-s", "--size needs an argument: SIZE" },
};
/* clang-format on */

static void test_parsing(void)
{
	char expected[128];

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct captured captured = capture(parse, &good[i]);

		is_text(captured.output, good[i].result, "command line %zu is understood", i);
		ok(captured.status == 0 && !*captured.messages, "command line %zu is not refused",
		   i);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct captured captured = capture(parse, &bad[i]);

		snprintf(expected, sizeof(expected), "%s: %s\nTry '%s --help'\n",
			 bad[i].program->name, bad[i].result, bad[i].program->name);
		is_text(captured.messages, expected, "the message says: %s", bad[i].result);
		ok(captured.status == EXIT_USAGE && !*captured.output,
		   "bad command line %zu exits 2", i);
	}
}

static void test_answer(const struct opts_program *program, const char *option,
			const char *expected)
{
	struct call call = {program, option, NULL};
	struct captured captured = capture(parse, &call);

	is_text(captured.output, expected, "%s of %s", option, program->name);
	ok(captured.status == 0 && !*captured.messages, "%s of %s exits 0", option, program->name);
}

static void test_answers(void)
{
	test_answer(
		&with_modes, "--help",
		"Usage: swapper [list] [OPTION]... AREA...\n"
		"       swapper check [OPTION]... PATH\n"
		"       swapper quiet [OPTION]...\n"
		"List and check areas of swap.\n"
		"\n"
		"Commands:\n"
		"  list AREA...            list areas (the default)\n"
		"  check PATH              check one\n"
		"  quiet                   say nothing\n"
		"\n"
		"Options:\n"
		"  -a, --all               all of them (list)\n"
		"  -n, --number=N          how many (list, check)\n"
		"      --fast              do it fast, which takes so many words to say that the\n"
		"                          line has to be broken in two\n"
		"      --faster-than-all-others=SPEED\n"
		"                          do it faster\n"
		"      --sysroot=DIR       read the captured tree DIR instead of this system\n"
		"  -J, --json              JSON (list)\n"
		"      --csv               comma-separated values with a heading (list)\n"
		"  -h, --help              show this help and exit\n"
		"  -V, --version           show the version and exit\n"
		"\n"
		"For more see swapper(8).\n");
	test_answer(&plain, "--help",
		    "Usage: plain [OPTION]... PID...\n"
		    "Show something.\n"
		    "\n"
		    "Options:\n"
		    "  -n, --number=N          how many\n"
		    "  -h, --help              show this help and exit\n"
		    "  -V, --version           show the version and exit\n"
		    "\n"
		    "For more see plain(1).\n");
	test_answer(&plain, "-V", "plain from " PACKAGE_NAME " " PACKAGE_VERSION "\n");
}

static void test_mode_answers(void)
{
	static const char *const of_check[] = {"check|--help", "--help|check"};

	for (size_t i = 0; i < 2; i++)
		test_answer(&lettered, of_check[i],
			    "Usage: letterer check [OPTION]... PATH\n"
			    "Check one.\n"
			    "\n"
			    "Options:\n"
			    "  -s, --size=SIZE         how large\n"
			    "  -o, --words=LIST        more words\n"
			    "  -h, --help              show this help and exit\n"
			    "  -V, --version           show the version and exit\n"
			    "\n"
			    "For more see letterer(8).\n");
	test_answer(&lettered, "quiet|-h",
		    "Usage: letterer quiet [OPTION]...\n"
		    "Say nothing.\n"
		    "\n"
		    "Options:\n"
		    "  -q, --quick             at once\n"
		    "  -h, --help              show this help and exit\n"
		    "  -V, --version           show the version and exit\n"
		    "\n"
		    "For more see letterer(8).\n");
}

/* Each subcommand has its own part of the help of an option. */
static void test_parts_of_help(void)
{
	static const struct {
		const char *command, *help;
	} cases[] = {
		{"list|-h", "  -a, --all               all of them\n"},
		{"check|-h", "  -a, --all               all of them\n"},
		{"quiet|-h", "  -a, --all               nothing at all\n"},
		{"-h", "               list, check: all of them; quiet: nothing at all\n"},
		{"list|--help", "  -t, --time=TIME         when: now; later: then\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct call call = {&without_operands, cases[i].command, NULL};
		struct captured captured = capture(parse, &call);

		ok(strstr(captured.output, cases[i].help), "%s has: %s", cases[i].command,
		   cases[i].help);
	}
}

static void test_printed_table(void)
{
	test_answer(&lettered, "--print-options",
		    "s\tsize\tSIZE\t-\tcheck\t"
		    "how large\n"
		    "o\twords\tLIST\t-\tcheck\tmore words\n"
		    "s\tsummary\t-\t-\tlist\tonly the sum\n"
		    "o\toutput\tLIST\t@field\tlist\t"
		    "fields to show, separated by commas; +LIST adds to the default\n"
		    "q\tquick\t-\t-\tlist,quiet\tat once\n"
		    "h\thelp\t-\t-\t-\tshow this help and exit\n"
		    "V\tversion\t-\t-\t-\tshow the version and exit\n"
		    "mode\tlist\tAREA...\t@file\tlist areas\n"
		    "mode\tcheck\tPATH\t@file\tcheck one\n"
		    "mode\tquiet\t-\t-\tsay nothing\n");
	test_answer(&plain, "--print-options",
		    "n\tnumber\tN\t-\t-\t"
		    "how many\n"
		    "h\thelp\t-\t-\t-\tshow this help and exit\n"
		    "V\tversion\t-\t-\t-\tshow the version and exit\n"
		    "operands\tPID...\t@pid\n");
	test_answer(&with_modes, "--print-options",
		    "a\tall\t-\t-\tlist\tall of them\n"
		    "n\tnumber\tN\t1,2\tlist,check\t"
		    "how many\n"
		    "-\tfast\t-\t-\t-\tdo it fast, which takes so many words to say that the line "
		    "has to be broken in two\n"
		    "-\tfaster-than-all-others\tSPEED\t-\t-\tdo it faster\n"
		    "-\tsysroot\tDIR\t@directory\t-\t"
		    "read the captured tree DIR instead of this "
		    "system\n"
		    "J\tjson\t-\t-\tlist\tJSON\n"
		    "-\tcsv\t-\t-\tlist\tcomma-separated values with a heading\n"
		    "h\thelp\t-\t-\t-\tshow this help and exit\n"
		    "V\tversion\t-\t-\t-\tshow the version and exit\n"
		    "mode\tlist\tAREA...\t@file\tlist areas\n"
		    "mode\tcheck\tPATH\t@file\tcheck one\n"
		    "mode\tquiet\t-\t-\tsay nothing\n");
}

static void refuse_argument(const void *argument)
{
	program_start("swapper");
	opts_bad_argument(&with_modes, 'n', argument, "a number expected");
}

int main(void)
{
	struct captured captured = capture(refuse_argument, "2,5\n");

	is_text(captured.messages,
		"swapper: --number: '2,5\\x0a': a number expected\nTry 'swapper --help'\n",
		"a bad argument is named with its option");
	ok(captured.status == EXIT_USAGE, "a bad argument exits 2");
	test_parsing();
	test_answers();
	test_mode_answers();
	test_parts_of_help();
	test_printed_table();
	return done_testing();
}
