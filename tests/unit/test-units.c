/* SPDX-License-Identifier: GPL-2.0-or-later */
/* units.c: what is read and what is refused, and how numbers look. */

#include "shared/units.h"

#include "tap.h"

#define KB UINT64_C(1024)
#define MB (KB * KB)
#define GB (MB * KB)
#define MS UINT64_C(1000000)
#define S  (1000 * MS)

struct good {
	const char *word;
	uint64_t value;
};

static const struct good sizes[] = {
	{"0", 0},
	{"512", 512},
	{"007", 7},
	{"1K", KB},
	{"1k", KB},
	{"1KiB", KB},
	{"1KB", 1000},
	{"64MiB", 64 * MB},
	{"64MB", 64000000},
	{"1.5G", GB + GB / 2},
	{"0.5K", 512},
	{"0.1K", 102},
	{"1.9999999999999999999999999K", 2047},
	{"0.000000000000000000000000K", 0},
	{"1P", GB *MB},
	{"15E", 15 * GB *GB},
	{".5G", GB / 2},
	{"15.99999999999999999999E", UINT64_MAX},
	{"18446744073709551615", UINT64_MAX},
};

static const char *const bad_sizes[] = {
	"",
	"-1",
	"+1",
	"1 G",
	" 1",
	"1 ",
	"1.G",
	".",
	".G",
	".5",
	"1.5",
	"1.",
	"0x10",
	"1,5G",
	"G",
	"1GG",
	"1Gib",
	"1iB",
	"1B",
	"1Kb",
	"1KiBs",
	"1Z",
	"16E",
	"1e3",
	"1.5.5G",
	"nan",
	"inf",
	"18446744073709551616",
	"17179869184G",
	"1\n",
	"1K\n",
	"1\v",
	"\xff",
};

static const struct good durations[] = {
	{"0", 0},	    {"2", 2 * S},	 {"2s", 2 * S},
	{"0.5", S / 2},	    {".5", S / 2},	 {".5m", 30 * S},
	{"0.000000001", 1}, {"0.0000000019", 1}, {"250ms", 250 * MS},
	{"1.5ms", 1500000}, {"1m", 60 * S},	 {"1.5m", 90 * S},
	{"1h", 3600 * S},   {"1d", 86400 * S},	 {"18446744073", 18446744073 * S},
};

static const char *const bad_durations[] = {
	"",    "nan",  "inf", "2,5", "-1",  "+1", "1e3", "1 s", "s",	       "1S",	  "1M",
	"1us", "1sec", "0x1", ".",   "..5", ".s", "5.",	 "1.s", "18446744074", "300000d",
};

static const struct good addresses[] = {
	{"0x0", 0},
	{"0x10", 16},
	{"0X10", 16},
	{"0x7FfE", 0x7ffe},
	{"0xffffffffffffffff", UINT64_MAX},
	{"0x00000000000000000001", 1},
	{"7f1c", 0x7f1c},
	{"55d0a1c00000", 0x55d0a1c00000},
	{"000000400000", 0x400000},
	{"ffffffffff600000", 0xffffffffff600000},
};

static const char *const bad_addresses[] = {
	"",
	"0",
	"x",
	"0x",
	"10",
	"00400000",
	"0x 1",
	"0x1g",
	"0x-1",
	"-0x1",
	"7f1c ",
	"1_000a",
	"0x1ffffffffffffffff",
	"0x0x1",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void test_parser(const char *name, bool (*parse)(const char *, uint64_t *),
			const struct good *good, size_t good_count, const char *const *bad,
			size_t bad_count)
{
	uint64_t value;

	for (size_t i = 0; i < good_count; i++) {
		value = 1234567;
		ok(parse(good[i].word, &value), "%s takes '%s'", name, good[i].word);
		is_u64(value, good[i].value, "%s of '%s'", name, good[i].word);
	}
	for (size_t i = 0; i < bad_count; i++) {
		value = 1234567;
		ok(!parse(bad[i], &value) && value == 1234567,
		   "%s refuses case %zu and writes nothing", name, i);
	}
}

static void test_count(void)
{
	uint64_t count = 5;

	ok(parse_count("7", 1, 10, &count) && count == 7, "a count in range");
	ok(parse_count("1", 1, 10, &count) && count == 1, "the least count");
	ok(parse_count("10", 1, 10, &count) && count == 10, "the greatest count");
	ok(!parse_count("0", 1, 10, &count), "a count too small is refused");
	ok(!parse_count("11", 1, 10, &count), "a count too great is refused");
	ok(!parse_count("18446744073709551616", 0, UINT64_MAX, &count),
	   "a count of 65 bits is refused");
	ok(!parse_count("", 0, 10, &count), "no count is refused");
	ok(!parse_count("-1", 0, UINT64_MAX, &count), "a negative count is refused");
	ok(!parse_count("3x", 0, 10, &count), "a count with a tail is refused");
	ok(!parse_count(" 3", 0, 10, &count), "a count with a space is refused");
	is_u64(count, 10, "what is refused writes nothing");
}

static const struct {
	uint64_t bytes;
	const char *words;
} size_words[] = {
	{0, "0"},
	{999, "999"},
	{1023, "1023"},
	{1024, "1K"},
	{1536, "1.5K"},
	{10 * KB + 52, "10.1K"},
	{102348, "99.9K"},
	{102360, "100K"},
	{161 * MB, "161M"},
	{1023 * KB, "1023K"},
	{MB - 513, "1023K"},
	{MB - 512, "1M"},
	{MB - 1, "1M"},
	{MB, "1M"},
	{512 * MB - 4 * KB, "512M"},
	{GB - 4 * KB, "1G"},
	{GB + GB / 50, "1G"},
	{GB + GB / 10, "1.1G"},
	{24588000000, "22.9G"},
	{UINT64_MAX, "16E"},
};

static const struct {
	double value;
	const char *words;
} rates[] =
	{
		{0, "0"},
		{0.001, "0.0"},
		{0.3, "0.3"},
		{1, "1.0"},
		{9.94, "9.9"},
		{9.96, "10"},
		{147, "147"},
		{999.4, "999"},
		{999.6, "1.0K"},
		{13000, "13.0K"},
		{99940, "99.9K"},
		{99960, "100K"},
		{999600, "1.0M"},
		{5e20, "500E"},
		{1e22, "-"},
		{-147, "-147"},
		{-0.3, "-0.3"},
		{(double)NAN, "-"},
		{(double)INFINITY, "-"},
},
  percents[] =
	  {
		  {0, "0.0%"},	      {0.04, "0.0%"},  {-0.04, "0.0%"},	 {0.4, "0.4%"},
		  {70.3, "70.3%"},    {70, "70.0%"},   {99.94, "99.9%"}, {99.96, "100%"},
		  {100, "100%"},      {250.4, "250%"}, {-2.5, "-2.5%"},	 {1e300, "-"},
		  {(double)NAN, "-"},
},
  signed_sizes[] = {
	  {0, "0"}, {1536, "1.5K"}, {-1536, "-1.5K"}, {1e30, "-"}, {(double)NAN, "-"},
};

static void test_formats(void)
{
	char buffer[UNITS_TEXT];

	for (size_t i = 0; i < COUNT(size_words); i++)
		is_text(format_size(buffer, size_words[i].bytes), size_words[i].words,
			"%ju bytes read %s", (uintmax_t)size_words[i].bytes, size_words[i].words);
	for (size_t i = 0; i < COUNT(rates); i++)
		is_text(format_rate(buffer, rates[i].value), rates[i].words,
			"a rate of %g reads %s", rates[i].value, rates[i].words);
	for (size_t i = 0; i < COUNT(percents); i++)
		is_text(format_percent(buffer, percents[i].value), percents[i].words,
			"%g percent read %s", percents[i].value, percents[i].words);
	for (size_t i = 0; i < COUNT(signed_sizes); i++)
		is_text(format_signed_size(buffer, signed_sizes[i].value), signed_sizes[i].words,
			"%g bytes with a sign read %s", signed_sizes[i].value,
			signed_sizes[i].words);
}

static void test_times(void)
{
	static const struct {
		uint64_t seconds;
		const char *words;
	} spans[] = {
		{0, "0s"},	    {5, "5s"},
		{59, "59s"},	    {60, "1m 0s"},
		{725, "12m 5s"},    {11520, "3h 12m"},
		{86399, "23h 59m"}, {86400, "1d 0h"},
		{702000, "8d 3h"},  {UINT64_MAX, "213503982334601d 7h"},
	};
	char buffer[UNITS_TEXT];

	for (size_t i = 0; i < COUNT(spans); i++)
		is_text(format_duration(buffer, spans[i].seconds), spans[i].words,
			"%ju seconds read %s", (uintmax_t)spans[i].seconds, spans[i].words);
	is_text(format_time(buffer, 0), "1970-01-01T00:00:00.000Z", "time begins in 1970");
	is_text(format_time(buffer, 1795385175123999999), "2026-11-22T22:06:15.123Z",
		"a time has milliseconds, cut and not rounded");
	is_text(format_time(buffer, UINT64_MAX), "2554-07-21T23:34:33.709Z",
		"the last time of 64 bits");
}

/* As printf has them, at every length. */
static void test_digits(void)
{
	char got[UNITS_TEXT + 1], expected[UNITS_TEXT + 1];
	size_t wrong = 0;

	for (unsigned i = 0; i < 64; i++)
		for (int change = -1; change <= 1; change++) {
			uint64_t number = (UINT64_C(1) << i) + (uint64_t)change;

			*put_decimal(got, number) = '\0';
			snprintf(expected, sizeof(expected), "%ju", (uintmax_t)number);
			wrong += strcmp(got, expected) != 0;
			*put_hexadecimal(got, number) = '\0';
			snprintf(expected, sizeof(expected), "0x%jx", (uintmax_t)number);
			wrong += strcmp(got, expected) != 0;
		}
	for (uint64_t number = 1; number <= UINT64_MAX / 10; number *= 10) {
		*put_decimal(got, number - 1) = '\0';
		snprintf(expected, sizeof(expected), "%ju", (uintmax_t)number - 1);
		wrong += strcmp(got, expected) != 0;
	}
	*put_decimal(got, UINT64_MAX) = '\0';
	is_text(got, "18446744073709551615", "the last number has all its digits");
	is_u64(wrong, 0, "digits are those of printf");
}

int main(void)
{
	test_digits();
	test_parser("a size", parse_size, sizes, COUNT(sizes), bad_sizes, COUNT(bad_sizes));
	test_parser("a duration", parse_duration, durations, COUNT(durations), bad_durations,
		    COUNT(bad_durations));
	test_parser("an address", parse_address, addresses, COUNT(addresses), bad_addresses,
		    COUNT(bad_addresses));
	test_count();
	test_formats();
	test_times();
	return done_testing();
}
