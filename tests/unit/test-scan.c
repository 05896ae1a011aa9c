/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The text scanners: what they take, and that they take nothing of what they refuse. */

#include "tap.h"

#include <stdlib.h>

#include "scan.h"

static struct scan over(const char *text)
{
	return scan_over(text, strlen(text));
}

static void test_u64(void)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t number;
		size_t left;
	} cases[] = {
		{"0", true, 0, 0},
		{"42 kB", true, 42, 3},
		{"007", true, 7, 0},
		{"18446744073709551615", true, UINT64_MAX, 0},
		{"18446744073709551616", false, 0, 20},
		{"99999999999999999999999", false, 0, 23},
		{"-1", false, 0, 2},
		{"+1", false, 0, 2},
		{" 1", false, 0, 2},
		{"x", false, 0, 1},
		{"", false, 0, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct scan scan = over(cases[i].text);
		uint64_t number = 0;

		ok(scan_u64(&scan, &number) == cases[i].is_number, "u64 '%s' is a number or not",
		   cases[i].text);
		is_u64(number, cases[i].number, "u64 '%s' has its value", cases[i].text);
		is_u64(scan_length(&scan), cases[i].left, "u64 '%s' takes no more than its digits",
		       cases[i].text);
	}
}

static void test_i64(void)
{
	struct scan scan = over("-2 9223372036854775808 9223372036854775807");
	int64_t number = 0;

	ok(scan_i64(&scan, &number) && number == -2, "i64 takes a minus");
	scan_blanks(&scan);
	ok(!scan_i64(&scan, &number) && number == -2, "i64 refuses what is out of range");
	ok(scan_text(&scan, "9223372036854775808 ") && scan_i64(&scan, &number) &&
		   number == INT64_MAX,
	   "i64 takes its largest number");
}

static void test_hex(void)
{
	struct scan scan = over("7fFf00 ffffffffffffffff 10000000000000000 g");
	uint64_t number = 0;

	ok(scan_hex(&scan, &number) && number == 0x7fff00, "hex takes digits in both cases");
	scan_blanks(&scan);
	ok(scan_hex(&scan, &number) && number == UINT64_MAX, "hex takes 64 bits");
	scan_blanks(&scan);
	ok(!scan_hex(&scan, &number), "hex refuses 65 bits");
	scan = over("g");
	ok(!scan_hex(&scan, &number), "hex refuses what is no digit");
}

static void test_hundredths(void)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t hundredths;
	} cases[] = {
		{"0.00", true, 0},	   {"12.34", true, 1234},
		{"100.05 x", true, 10005}, {"1.5", false, 0},
		{"1", false, 0},	   {".50", false, 0},
		{"nan", false, 0},	   {"-1.00", false, 0},
		{"1.234", false, 0},	   {"184467440737095517.00", false, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct scan scan = over(cases[i].text);
		uint64_t hundredths = 0;

		ok(scan_hundredths(&scan, &hundredths) == cases[i].is_number &&
			   hundredths == cases[i].hundredths,
		   "hundredths of '%s'", cases[i].text);
	}
}

static void test_lines_and_words(void)
{
	struct scan scan = over("one  two\t three \n\nlast"), line = {0}, word = {0};
	struct scan numbers = scan_over(" 12 13x", 7);
	uint64_t number;
	char *copy;

	ok(scan_line(&scan, &line) && scan_length(&line) == 16, "a line ends before its newline");
	ok(scan_word(&line, &word) && scan_length(&word) == 3, "a word ends at a blank");
	ok(scan_word(&line, &word) && !memcmp(word.at, "two", 3),
	   "blanks before a word are skipped");
	ok(scan_word(&line, &word) && !scan_word(&line, &word), "blanks at the end are no word");
	ok(scan_word_u64(&numbers, &number) && number == 12, "a word can be a number");
	ok(!scan_word_u64(&numbers, &number) && scan_length(&numbers) == 4,
	   "one with a tail is none, and is not taken");
	ok(scan_line(&scan, &line) && scan_at_end(&line), "an empty line is a line");
	ok(scan_line(&scan, &line) && scan_length(&line) == 4, "a last line needs no newline");
	ok(!scan_line(&scan, &line), "after the last line there is none");
	scan = scan_over("a\0b", 3);
	copy = scan_copy(&scan);
	is_text(copy, "a?b", "a copy has no NUL inside");
	free(copy);
	scan = scan_over(NULL, 0);
	ok(!scan_line(&scan, &line) && !scan_word(&scan, &word) && !scan_until(&scan, ' ', &word),
	   "nothing comes out of nothing");
}

static void test_unescape(void)
{
	static const struct {
		const char *escaped;
		const char *text;
	} cases[] = {
		{"/plain", "/plain"},
		{"a\\040b\\011c\\012d\\134e", "a b\tc\nd\\e"},
		{"\\134040", "\\040"},
		{"\\400", "\\400"},
		{"\\04", "\\04"},
		{"\\", "\\"},
		{"\\08x", "\\08x"},
		{"\\377", "\377"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = strdup(cases[i].escaped);

		is_u64(scan_unescape(text), strlen(cases[i].text), "unescape '%s' tells the length",
		       cases[i].escaped);
		is_text(text, cases[i].text, "unescape '%s'", cases[i].escaped);
		free(text);
	}
}

int main(void)
{
	test_u64();
	test_i64();
	test_hex();
	test_hundredths();
	test_lines_and_words();
	test_unescape();
	return done_testing();
}
