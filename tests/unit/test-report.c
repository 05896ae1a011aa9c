/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.c and table.c: the same rows, hostile names among them, in every format. */

#include "shared/report.h"

#include <fcntl.h>
#include <locale.h>
#include <sys/ioctl.h>

#include "capture.h"
#include "shared/stream.h"
#include "shared/table.h"
#include "tap.h"

static const struct field fields[] = {
	{.key = "pid", .heading = "PID", .unit = UNIT_COUNT, .is_default = true},
	{.key = "swap_bytes", .heading = "SWAP", .unit = UNIT_BYTES, .is_default = true},
	{.key = "use_percent", .heading = "USE%", .unit = UNIT_PERCENT, .is_default = true},
	{.key = "faults_per_second", .heading = "MAJF/S", .unit = UNIT_RATE, .is_default = true},
	{.key = "start", .heading = "START", .unit = UNIT_ADDRESS, .is_default = true},
	{.key = "is_on", .heading = "ON", .unit = UNIT_BOOLEAN, .is_default = true},
	{.key = "name", .heading = "NAME", .unit = UNIT_TEXT, .is_default = true, .is_last = true},
	{.key = NULL},
};

static const char *const names[] = {"\033[31m", "a\nb", "\377", ") R 1 1", "\303\251",
				    "\\x41",	"",	NULL,	"$`\"-"};

enum { NAMES = sizeof(names) / sizeof(*names) };

struct call {
	struct report_options options;
	const char *list;
	const char *locale;
	size_t first, count;
};

static void put_report(const void *argument)
{
	const struct call *call = argument;
	struct selection selection = selection_parse(fields, call->list);
	struct report *report;

	if (call->locale && !setlocale(LC_CTYPE, call->locale))
		exit(99);
	if (call->options.format == FORMAT_JSON)
		json_open(NULL);
	report = report_open(&call->options, &selection, "rows");
	for (size_t i = call->first; i < call->first + call->count; i++)
		report_row(report, (struct value[]){
					   value_unsigned(i + 1),
					   value_unsigned(i ? 1536 * i : UINT64_MAX),
					   value_real(i ? 12.34 * (double)i : (double)NAN),
					   value_real((double)i / 4),
					   value_unsigned(0x7f0000000000 + i),
					   value_unsigned(i & 1),
					   value_text(names[i]),
				   });
	report_close(report);
	if (call->options.format == FORMAT_JSON) {
		json_close();
		json_end();
	}
	selection_free(&selection);
}

/* clang-format off */
static const struct {
	const char *name;
	struct call call;
	const char *output;
} cases[] = {
	{ "a table", { { .format = FORMAT_TABLE }, NULL, NULL, 0, 2 },
	  "PID SWAP  USE% MAJF/S          START ON  NAME\n"
	  "  1    -     -      0 0x7f0000000000 no  \\x1b[31m\n"
	  "  2 1.5K 12.3%    0.3 0x7f0000000001 yes a\\x0ab\n" },
	{ "a table with exact bytes",
	  { { .format = FORMAT_TABLE, .with_exact_bytes = true }, "pid,swap", NULL, 0, 2 },
	  "PID SWAP\n"
	  "  1    -\n"
	  "  2 1536\n" },
	{ "a table without headings",
	  { { .format = FORMAT_TABLE, .without_headings = true }, "name,pid", NULL, 0, 2 },
	  "\\x1b[31m   1\n"
	  "a\\x0ab     2\n" },
	{ "names in a table, C locale", { { .format = FORMAT_TABLE }, "name,pid", NULL, 0, NAMES },
	  "NAME     PID\n"
	  "\\x1b[31m   1\n"
	  "a\\x0ab     2\n"
	  "\\xff       3\n"
	  ") R 1 1    4\n"
	  "\\xc3\\xa9   5\n"
	  "\\x5cx41    6\n"
	  "\"\"         7\n"
	  "-          8\n"
	  "$`\"-       9\n" },
	{ "names in a table, UTF-8", { { .format = FORMAT_TABLE }, "name,pid", "C.UTF-8", 4, 2 },
	  "NAME    PID\n"
	  "\303\251         5\n"
	  "\\x5cx41   6\n" },
	{ "a table without rows", { { .format = FORMAT_TABLE }, NULL, NULL, 0, 0 }, "" },
	{ "raw", { { .format = FORMAT_RAW }, NULL, NULL, 0, 2 },
	  "PID SWAP USE% MAJF/S START ON NAME\n"
	  "1 - - 0 0x7f0000000000 false \\x1b[31m\n"
	  "2 1536 12.34 0.25 0x7f0000000001 true a\\x0ab\n" },
	{ "names in raw",
	  { { .format = FORMAT_RAW, .without_headings = true }, "name,pid", "C.UTF-8", 0, NAMES },
	  "\\x1b[31m 1\n"
	  "a\\x0ab 2\n"
	  "\\xff 3\n"
	  ")\\x20R\\x201\\x201 4\n"
	  "\\xc3\\xa9 5\n"
	  "\\x5cx41 6\n"
	  "\"\" 7\n"
	  "- 8\n"
	  "$`\"- 9\n" },
	{ "pairs", { { .format = FORMAT_PAIRS }, NULL, NULL, 0, 2 },
	  "PID=\"1\" SWAP=\"\" USE_PCT=\"\" MAJF_S=\"0\" START=\"0x7f0000000000\""
	  " ON=\"false\" NAME=\"\\x1b[31m\"\n"
	  "PID=\"2\" SWAP=\"1536\" USE_PCT=\"12.34\" MAJF_S=\"0.25\" START=\"0x7f0000000001\""
	  " ON=\"true\" NAME=\"a\\x0ab\"\n" },
	{ "names in pairs", { { .format = FORMAT_PAIRS }, "name", "C.UTF-8", 0, NAMES },
	  "NAME=\"\\x1b[31m\"\n"
	  "NAME=\"a\\x0ab\"\n"
	  "NAME=\"\\xff\"\n"
	  "NAME=\") R 1 1\"\n"
	  "NAME=\"\\xc3\\xa9\"\n"
	  "NAME=\"\\x5cx41\"\n"
	  "NAME=\"\"\n"
	  "NAME=\"\"\n"
	  "NAME=\"\\x24\\x60\\x22-\"\n" },
	{ "CSV", { { .format = FORMAT_CSV }, NULL, NULL, 0, 2 },
	  "pid,swap_bytes,use_percent,faults_per_second,start,is_on,name\n"
	  "1,,,0,0x7f0000000000,false,\\x1b[31m\n"
	  "2,1536,12.34,0.25,0x7f0000000001,true,a\\x0ab\n" },
	{ "CSV without headings",
	  { { .format = FORMAT_CSV, .without_headings = true }, "name,pid", NULL, 6, 3 },
	  "\"\",7\n"
	  ",8\n"
	  "\"$`\"\"-\",9\n" },
	{ "CSV without rows", { { .format = FORMAT_CSV }, "pid,name", NULL, 0, 0 }, "pid,name\n" },
	{ "TSV", { { .format = FORMAT_TSV }, "pid,name", NULL, 0, 3 },
	  "pid\tname\n"
	  "1\t\\x1b[31m\n"
	  "2\ta\\nb\n"
	  "3\t\\xff\n" },
	{ "JSON", { { .format = FORMAT_JSON }, NULL, NULL, 0, 2 },
	  "{\"rows\":["
	  "{\"pid\":1,\"swap_bytes\":null,\"use_percent\":null,\"faults_per_second\":0,"
	  "\"start\":\"0x7f0000000000\",\"is_on\":false,\"name\":\"\\u001b[31m\"},"
	  "{\"pid\":2,\"swap_bytes\":1536,\"use_percent\":12.34,\"faults_per_second\":0.25,"
	  "\"start\":\"0x7f0000000001\",\"is_on\":true,\"name\":\"a\\u000ab\"}]}\n" },
	{ "JSON with a field asked for twice",
	  { { .format = FORMAT_JSON }, "pid,name,pid", NULL, 2, 1 },
	  "{\"rows\":[{\"pid\":3,\"name\":\"\357\277\275\",\"name_hex\":\"ff\"}]}\n" },
	{ "JSON without rows", { { .format = FORMAT_JSON }, NULL, NULL, 0, 0 }, "{\"rows\":[]}\n" },
};
/* clang-format on */

static void test_words(void)
{
	static const struct {
		struct value value;
		enum unit unit;
		const char *human, *bytes, *exact;
	} words[] = {
		{{.kind = VALUE_ABSENT}, UNIT_BYTES, "-", "-", "-"},
		{{.kind = VALUE_UNSIGNED, .number = 1536}, UNIT_BYTES, "1.5K", "1536", "1536"},
		{{.kind = VALUE_SIGNED, .integer = -1536}, UNIT_BYTES, "-1.5K", "-1536", "-1536"},
		{{.kind = VALUE_REAL, .real = 1536}, UNIT_BYTES, "1.5K", "1536", "1536"},
		{{.kind = VALUE_UNSIGNED, .number = 1536}, UNIT_COUNT, "1536", "1536", "1536"},
		{{.kind = VALUE_REAL, .real = 70.25}, UNIT_PERCENT, "70.3%", "70.3%", "70.25"},
		{{.kind = VALUE_REAL, .real = 13000}, UNIT_RATE, "13.0K", "13.0K", "13000"},
		{{.kind = VALUE_UNSIGNED, .number = 7}, UNIT_RATE, "7.0", "7.0", "7"},
		{{.kind = VALUE_SIGNED, .integer = -2}, UNIT_NUMBER, "-2", "-2", "-2"},
		{{.kind = VALUE_UNSIGNED, .number = 1}, UNIT_BOOLEAN, "yes", "yes", "true"},
		{{.kind = VALUE_UNSIGNED, .number = 16}, UNIT_ADDRESS, "0x10", "0x10", "0x10"},
		{{.kind = VALUE_UNSIGNED, .number = 1536}, UNIT_OFFSET, "1536", "1536", "1536"},
		{{.kind = VALUE_TEXT, .text = "max"}, UNIT_BYTES, "max", "max", "max"},
	};
	char buffer[UNITS_TEXT];

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const struct value *value = &words[i].value;

		is_text(value_words(value, words[i].unit, WORDS_HUMAN, buffer), words[i].human,
			"value %zu for people", i);
		is_text(value_words(value, words[i].unit, WORDS_BYTES, buffer), words[i].bytes,
			"value %zu with sizes in bytes", i);
		is_text(value_words(value, words[i].unit, WORDS_EXACT, buffer), words[i].exact,
			"value %zu exactly", i);
	}
}

/* The report of a call on a terminal of so many columns, as the terminal got it. */
static void put_on_terminal(const void *argument)
{
	struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)*(const int *)argument};
	struct call call = {{.format = FORMAT_TABLE}, "pid,name,swap", "C.UTF-8", 3, 2};
	int output = dup(STDOUT_FILENO), master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char text[1024];
	ssize_t length;

	if (output < 0 || grantpt(master) || unlockpt(master) || ioctl(master, TIOCSWINSZ, &size) ||
	    dup2(open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC), STDOUT_FILENO) < 0)
		exit(99);
	put_report(&call);
	fflush(stdout);
	length = read(master, text, sizeof(text));
	if (length < 0 || write(output, text, (size_t)length) != length)
		exit(98);
}

static void test_terminal(void)
{
	static const struct {
		int columns;
		const char *output;
	} terminals[] = {
		{80, "PID NAME    SWAP\r\n  4 ) R 1 1 4.5K\r\n  5 \303\251         6K\r\n"},
		{14, "PID NAME  SWAP\r\n  4 ) R 1 4.5K\r\n  5 \303\251       6K\r\n"},
		{5, "PID NAME SWAP\r\n  4 ) R  4.5K\r\n  5 \303\251      6K\r\n"},
	};

	for (size_t i = 0; i < sizeof(terminals) / sizeof(*terminals); i++)
		is_text(capture(put_on_terminal, &terminals[i].columns).output, terminals[i].output,
			"on %d columns only the last field gives way", terminals[i].columns);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct captured captured = capture(put_report, &cases[i].call);

		is_text(captured.output, cases[i].output, "%s", cases[i].name);
		ok(captured.status == 0, "%s exits 0", cases[i].name);
	}
	test_terminal();
	test_words();
	return done_testing();
}
