/* SPDX-License-Identifier: GPL-2.0-or-later */
/* field.c: how values compare, and which fields a user asks for. */

#include "shared/field-list.h"

#include "capture.h"
#include "shared/message.h"
#include "shared/report.h"
#include "tap.h"

static const struct field fields[] = {
	{.key = "pid", .heading = "PID", .unit = UNIT_COUNT, .is_default = true},
	{.key = "swap_bytes", .heading = "SWAP", .unit = UNIT_BYTES, .is_default = true},
	{.key = "major_faults_per_second", .heading = "MAJF/S", .unit = UNIT_RATE},
	{.key = "name",
	 .heading = "COMMAND",
	 .unit = UNIT_TEXT,
	 .meaning = "what it is called",
	 .source = "proc/PID/stat",
	 .is_default = true},
	{.key = NULL},
};

static void test_values(void)
{
	ok(value_unsigned(UINT64_MAX).kind == VALUE_ABSENT, "the greatest number means absent");
	ok(value_unsigned(UINT64_MAX - 1).kind == VALUE_UNSIGNED, "the one before does not");
	ok(value_real((double)NAN).kind == VALUE_ABSENT, "no number is absent");
	ok(value_real((double)INFINITY).kind == VALUE_ABSENT, "an infinite number is absent");
	ok(value_text(NULL).kind == VALUE_ABSENT, "no text is absent");
	ok(value_text("").kind == VALUE_TEXT, "an empty text is not");
}

/* Every value is less than those after it. */
static void test_compare(void)
{
	const struct value rising[] = {
		value_absent(),
		value_real(-1e30),
		value_signed(INT64_MIN),
		value_signed(-2),
		value_real(-1.5),
		value_signed(-1),
		value_unsigned(0),
		value_real(0.5),
		value_signed(1),
		value_unsigned(2),
		value_signed(INT64_MAX),
		value_unsigned(UINT64_MAX - 2),
		value_unsigned(UINT64_MAX - 1),
		value_real(1e30),
		value_text(""),
		value_text("9"),
		value_text("B"),
		value_text("a"),
		value_text("\303\251"),
	};
	size_t count = sizeof(rising) / sizeof(*rising);

	for (size_t i = 0; i < count; i++) {
		ok(value_compare(&rising[i], &rising[i]) == 0, "value %zu equals itself", i);
		for (size_t j = i + 1; j < count; j++)
			ok(value_compare(&rising[i], &rising[j]) < 0 &&
				   value_compare(&rising[j], &rising[i]) > 0,
			   "value %zu is less than value %zu", i, j);
	}
}

static void test_selection(void)
{
	static const struct {
		const char *list;
		const char *indices;
	} cases[] = {
		{NULL, "013"},
		{"pid", "0"},
		{"PID,Swap_Bytes", "01"},
		{"majf/s", "2"},
		{"command,name,pid", "30"},
		{"+MAJF/S", "0132"},
		{"+pid", "013"},
		{"+majf/s,pid", "0132"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct selection selection = selection_parse(fields, cases[i].list);
		char indices[16] = "";

		for (size_t j = 0; j < selection.count && j < sizeof(indices) - 1; j++)
			indices[j] = (char)('0' + selection.indices[j]);
		is_text(indices, cases[i].indices, "-o '%s' selects these fields",
			cases[i].list ? cases[i].list : "(none)");
		selection_free(&selection);
	}
}

static void test_all(void)
{
	struct selection selection = selection_all(fields);

	is_u64(selection.count, 4, "all fields are as many as the table has");
	selection_free(&selection);
	is_u64(field_find(fields, "swap"), 1, "--sort takes a heading");
	is_u64(field_find(fields, "SWAP_BYTES"), 1, "--sort takes a key");
}

static void select_list(const void *list)
{
	struct selection selection = selection_parse(fields, list);

	selection_free(&selection);
}

static void find_name(const void *name)
{
	field_find(fields, name);
}

static void list_fields(const void *options)
{
	static const struct field others[] = {{.key = "host", .heading = "HOST"}, {.key = NULL}};
	static const struct field_list lists[] = {
		{"rows", NULL, fields},
		{"system", "Others", others},
		{NULL, NULL, NULL},
	};

	fields_list(options, "procmm/1", lists);
}

static void test_lists(void)
{
	/* clang-format off */
	static const struct {
		struct report_options options;
		const char *output;
	} cases[] = {
		{{.format = FORMAT_TABLE},
		 "FIELD   KEY                     UNIT       MEANING           SOURCE\n"
		 "PID     pid                     count      -                 -\n"
		 "SWAP    swap_bytes              bytes      -                 -\n"
		 "MAJF/S  major_faults_per_second per-second -                 -\n"
		 "COMMAND name                    text       what it is called proc/PID/stat\n"
		 "\nOthers:\n"
		 "FIELD KEY  UNIT MEANING SOURCE\n"
		 "HOST  host text -       -\n"},
		{{.format = FORMAT_CSV},
		 "part,heading,name,unit,meaning,source\n"
		 "rows,PID,pid,count,,\n"
		 "rows,SWAP,swap_bytes,bytes,,\n"
		 "rows,MAJF/S,major_faults_per_second,per-second,,\n"
		 "rows,COMMAND,name,text,what it is called,proc/PID/stat\n"
		 "system,HOST,host,text,,\n"},
		{{.format = FORMAT_TSV, .without_headings = true},
		 "rows\tPID\tpid\tcount\t\t\n"
		 "rows\tSWAP\tswap_bytes\tbytes\t\t\n"
		 "rows\tMAJF/S\tmajor_faults_per_second\tper-second\t\t\n"
		 "rows\tCOMMAND\tname\ttext\twhat it is called\tproc/PID/stat\n"
		 "system\tHOST\thost\ttext\t\t\n"},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_text(capture(list_fields, &cases[i].options).output, cases[i].output,
			"the fields are listed in format %d", (int)cases[i].options.format);
}

static const struct field system_fields[] = {
	{.key = "pid", .heading = "PID"},
	{.key = "mem_total_bytes", .heading = "mem_total_bytes"},
	{.key = NULL},
};

static void refuse_others(const void *list)
{
	fields_refuse_others(fields, system_fields, list, "a field of the system");
}

static void test_others(void)
{
	static const char *const allowed[] = {"pid", "PID,swap", "+name", "foo", "", "+", "pid,,"};
	static const char *const refused[] = {"mem_total_bytes", "+mem_total_bytes",
					      "pid,foo,mem_total_bytes,pid"};

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		struct captured captured = capture(refuse_others, allowed[i]);

		ok(captured.status == 0 && !*captured.messages, "'%s' is left alone", allowed[i]);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct captured captured = capture(refuse_others, refused[i]);

		is_text(captured.messages,
			"procmm: mem_total_bytes: a field of the system\n"
			"Try 'procmm --list-fields'\n",
			"of '%s' the other's field is named", refused[i]);
		ok(captured.status == EXIT_USAGE, "and is a usage error");
	}
}

static void test_unknown(void)
{
	static const struct {
		const char *list, *name;
	} cases[] = {
		{"foo", "foo"},
		{"pid,foo,bar", "foo"},
		{"pi", "pi"},
		{"pids", "pids"},
		{"pid,+swap", "+swap"},
		{" pid", " pid"},
		{"\033[31m", "\\x1b[31m"},
	};
	static const char *const missing[] = {"", "+", "pid,", ",pid"};
	char expected[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct captured captured = capture(select_list, cases[i].list);

		snprintf(expected, sizeof(expected),
			 "procmm: unknown field '%s'\nTry 'procmm --list-fields'\n", cases[i].name);
		is_text(captured.messages, expected, "the message names unknown field %zu", i);
		ok(captured.status == EXIT_USAGE, "unknown field %zu is a usage error", i);
	}
	for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++)
		is_text(capture(select_list, missing[i]).messages,
			"procmm: a name is missing in the list of fields\n"
			"Try 'procmm --list-fields'\n",
			"in '%s' a name is missing", missing[i]);
	ok(capture(find_name, "foo").status == EXIT_USAGE, "--sort refuses an unknown field");
}

int main(void)
{
	test_values();
	test_compare();
	test_selection();
	test_all();
	test_unknown();
	test_others();
	test_lists();
	return done_testing();
}
