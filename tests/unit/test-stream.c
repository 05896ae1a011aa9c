/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stream.c: JSON, CSV and TSV that a strict reader takes, whatever is in them. */

#include "shared/stream.h"

#include "capture.h"
#include "tap.h"

static const struct {
	const char *name, *text, *json, *csv, *tsv;
} texts[] = {
	{"plain", "a b", "{\"k\":\"a b\"}", "a b", "a b"},
	{"empty", "", "{\"k\":\"\"}", "\"\"", ""},
	{"quotes and a comma", "a\"b,c", "{\"k\":\"a\\\"b,c\"}", "\"a\"\"b,c\"", "a\"b,c"},
	{"outer space", " a ", "{\"k\":\" a \"}", "\" a \"", " a "},
	{"a backslash", "a\\b", "{\"k\":\"a\\\\b\"}", "a\\b", "a\\\\b"},
	{"what looks like an escape", "\\x41", "{\"k\":\"\\\\x41\"}", "\\x5cx41", "\\\\x41"},
	{"newline, tab, return", "\n\t\r", "{\"k\":\"\\u000a\\u0009\\u000d\"}", "\\x0a\\x09\\x0d",
	 "\\n\\t\\r"},
	{"ESC", "\033[31m", "{\"k\":\"\\u001b[31m\"}", "\\x1b[31m", "\\x1b[31m"},
	{"DEL", "\177", "{\"k\":\"\\u007f\"}", "\\x7f", "\\x7f"},
	{"C1 CSI", "\302\233m", "{\"k\":\"\\u009bm\"}", "\\xc2\\x9bm", "\\xc2\\x9bm"},
	{"right-to-left override", "\342\200\256a", "{\"k\":\"\\u202ea\"}", "\\xe2\\x80\\xaea",
	 "\\xe2\\x80\\xaea"},
	{"a tag past 16 bits", "\363\240\201\201", "{\"k\":\"\\udb40\\udc41\"}",
	 "\\xf3\\xa0\\x81\\x81", "\\xf3\\xa0\\x81\\x81"},
	{"Latin and Han in the C locale", "\303\251\346\274\242",
	 "{\"k\":\"\303\251\346\274\242\"}", "\303\251\346\274\242", "\303\251\346\274\242"},
	{"0xff", "a\377b", "{\"k\":\"a\357\277\275b\",\"k_hex\":\"61ff62\"}", "a\\xffb", "a\\xffb"},
	{"a surrogate", "\355\240\200",
	 "{\"k\":\"\357\277\275\357\277\275\357\277\275\",\"k_hex\":\"eda080\"}", "\\xed\\xa0\\x80",
	 "\\xed\\xa0\\x80"},
	{"a name that ends its own stat field", ") R 1 1", "{\"k\":\") R 1 1\"}", ") R 1 1",
	 ") R 1 1"},
};

static void put_json_text(const void *text)
{
	json_open(NULL);
	json_text("k", text);
	json_close();
}

static void put_csv_text(const void *text)
{
	separated_text(false, text, true);
}

static void put_tsv_text(const void *text)
{
	separated_text(true, text, true);
}

static void test_texts(void)
{
	char line[128];

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		is_text(capture(put_json_text, texts[i].text).output, texts[i].json, "JSON: %s",
			texts[i].name);
		snprintf(line, sizeof(line), "%s\n", texts[i].csv);
		is_text(capture(put_csv_text, texts[i].text).output, line, "CSV: %s",
			texts[i].name);
		snprintf(line, sizeof(line), "%s\n", texts[i].tsv);
		is_text(capture(put_tsv_text, texts[i].text).output, line, "TSV: %s",
			texts[i].name);
	}
}

static void test_exact(void)
{
	const struct {
		const char *name;
		struct value value;
		enum unit unit;
		const char *words;
	} cases[] = {
		{"absent", value_absent(), UNIT_BYTES, NULL},
		{"a real that is none", {.kind = VALUE_REAL, .real = (double)NAN}, UNIT_RATE, NULL},
		{"zero", value_unsigned(0), UNIT_BYTES, "0"},
		{"past 53 bits", value_unsigned(18446744073709551614U), UNIT_BYTES,
		 "18446744073709551614"},
		{"the least", value_signed(INT64_MIN), UNIT_NUMBER, "-9223372036854775808"},
		{"an address", value_unsigned(0x7f1c0012f3a8), UNIT_ADDRESS, "0x7f1c0012f3a8"},
		{"address 0", value_unsigned(0), UNIT_ADDRESS, "0x0"},
		{"true", value_unsigned(1), UNIT_BOOLEAN, "true"},
		{"false", value_unsigned(0), UNIT_BOOLEAN, "false"},
		{"a third", value_real(1.0 / 3), UNIT_PERCENT, "0.333333"},
		{"hardly anything", value_real(1.0 / 86400), UNIT_RATE, "0.000012"},
		{"nothing to speak of", value_real(-1e-9), UNIT_RATE, "0"},
		{"whole", value_real(1200), UNIT_RATE, "1200"},
		{"a sum of tenths", value_real(0.1 + 0.2), UNIT_PERCENT, "0.3"},
		{"a whole real", value_real(147), UNIT_RATE, "147"},
		{"minus zero", value_real(-0.0), UNIT_RATE, "0"},
		{"a tiny real", value_real(1.5e-9), UNIT_RATE, "0"},
		{"a huge real", value_real(1e300), UNIT_RATE, "1e+300"},
		{"a text", value_text("x"), UNIT_COUNT, "x"},
	};
	char buffer[UNITS_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_text(value_exact(&cases[i].value, cases[i].unit, buffer), cases[i].words,
			"exactly: %s", cases[i].name);
}

static void put_document(const void *unused)
{
	struct value address = value_unsigned(4096), absent = value_absent();

	(void)unused;
	for (int line = 0; line < 2; line++) {
		json_open(NULL);
		json_text("schema", "x/1");
		json_unsigned("absent", UINT64_MAX);
		json_text("none", NULL);
		json_open_array("rows");
		json_open(NULL);
		json_close();
		json_open(NULL);
		json_value("address", UNIT_ADDRESS, &address);
		json_value("nowhere", UNIT_ADDRESS, &absent);
		json_close();
		json_text(NULL, "\377");
		json_unsigned(NULL, 7);
		json_open_array(NULL);
		json_close_array();
		json_close_array();
		json_boolean("is_last", line == 1);
		json_real("real", line ? 2.5 : (double)NAN);
		json_close();
		json_end();
	}
}

static void put_rows(const void *with_tabs)
{
	struct value number = value_unsigned(UINT64_MAX - 1), absent = value_absent();
	bool is_tsv = with_tabs;

	separated_text(is_tsv, "a", false);
	separated_text(is_tsv, "b", false);
	separated_text(is_tsv, "c", true);
	separated_cell(is_tsv, UNIT_BYTES, &absent, false);
	separated_cell(is_tsv, UNIT_BYTES, &number, false);
	separated_cell(is_tsv, UNIT_TEXT, &absent, true);
}

int main(void)
{
	test_texts();
	test_exact();
#define ROWS "\"rows\":[{},{\"address\":\"0x1000\",\"nowhere\":null},\"\357\277\275\",7,[]]"
	is_text(capture(put_document, NULL).output,
		"{\"schema\":\"x/1\",\"absent\":null,\"none\":null," ROWS
		",\"is_last\":false,\"real\":null}\n"
		"{\"schema\":\"x/1\",\"absent\":null,\"none\":null," ROWS
		",\"is_last\":true,\"real\":2.5}\n",
		"JSON nests, one document a line");
	is_text(capture(put_rows, NULL).output, "a,b,c\n,18446744073709551614,\n",
		"CSV has absent cells empty");
	is_text(capture(put_rows, "tabs").output, "a\tb\tc\n\t18446744073709551614\t\n",
		"TSV has absent cells empty");
	return done_testing();
}
