/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pressure files, zram's and proc/stat's numbers: the pure parsers of the sample. */

#include "tap.h"

#include <stdlib.h>

#include "compressed.h"
#include "host.h"
#include "pressure.h"

#define SOME "some avg10=1.23 avg60=4.00 avg300=0.10 total=987654321\n"
#define FULL "full avg10=0.50 avg60=0.00 avg300=99.99 total=1000\n"

static void test_pressure_lines(void)
{
	static const struct {
		const char *text;
		size_t bad_line;
	} bad[] = {
		{"", 1},
		{FULL, 2},
		{"some avg10=1.2 avg60=4.00 avg300=0.10 total=1\n", 1},
		{"some avg10=nan avg60=4.00 avg300=0.10 total=1\n", 1},
		{"some avg10=1.23 avg60=4.00 avg300=0.10 total=-1\n", 1},
		{"some avg10=1.23 avg60=4.00 avg300=0.10 total=18446744073709551615\n", 1},
		{"some avg10=1.23 avg60=4.00 avg300=0.10\n", 1},
		{SOME "full avg10=\n", 2},
		{SOME "full avg10=0.50 avg60=0.00 avg300=99.99 total=166", 2}, /* cut */
		{"some avg10=1.23 avg60=4.00 avg300=0.10 total=98765", 1},
		{SOME FULL "ne", 3},
	};
	struct pmm_pressure pressure = {0};

	is_u64(pressure_parse(SOME FULL, strlen(SOME FULL), &pressure), 0, "both lines are read");
	is_real(pressure.some.avg10_percent, 1.23, "avg10 is in percent");
	is_real(pressure.full.avg300_percent, 99.99, "avg300 of the second line");
	is_u64(pressure.some.total_ns, 987654321000, "total is in nanoseconds");
	is_u64(pressure_parse(SOME, strlen(SOME), &pressure), 0, "a file without 'full' is whole");
	is_u64(pressure.full.total_ns, PMM_ABSENT, "a missing line is absent");
	ok(isnan(pressure.full.avg10_percent), "and so are its averages");
	is_u64(pressure_parse(SOME "new avg10=x\n", strlen(SOME "new avg10=x\n"), &pressure), 0,
	       "a line of a later kernel is skipped");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_u64(pressure_parse(bad[i].text, strlen(bad[i].text), &pressure), bad[i].bad_line,
		       "the bad line of '%s' is told", bad[i].text);
}

static void test_interval(void)
{
	struct pmm_stall before = {.total_ns = 1000}, now = {.total_ns = 501000};
	struct pmm_stall absent = {.total_ns = PMM_ABSENT};

	is_real(pmm_stall_percent(&now, &before, 1000000), 50, "half of an interval is 50 %%");
	is_real(pmm_stall_percent(&now, &before, 400000), 100, "a hair over all of it is all");
	ok(isnan(pmm_stall_percent(&before, &now, 1000000)), "a total that went back is no number");
	ok(isnan(pmm_stall_percent(&now, &before, 0)), "an empty interval has no share");
	ok(isnan(pmm_stall_percent(&now, &absent, 1000)), "from absent comes absent");
}

static void test_zram(void)
{
	static const char mm_stat[] = "  4096000  1024000  1228800        0  1228800 10 0 0 0\n";
	static const char *const bad[] = {"",		"1 2\n",   "1 2 3",
					  "1 2 3x 4\n", "1 2 x\n", "1x2 3 4\n"};
	uint64_t stored_bytes = 0, used_bytes = 0;
	char *choice;

	ok(compressed_parse_mm_stat(mm_stat, strlen(mm_stat), &stored_bytes, &used_bytes) &&
		   stored_bytes == 4096000 && used_bytes == 1228800,
	   "mm_stat gives what is stored and what it takes");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!compressed_parse_mm_stat(bad[i], strlen(bad[i]), &stored_bytes, &used_bytes),
		   "mm_stat '%s' gives nothing", bad[i]);
	choice = compressed_parse_choice("lzo [lzo-rle] lz4\n", 18);
	is_text(choice, "lzo-rle", "the choice is in brackets");
	free(choice);
	is_text(compressed_parse_choice("lzo ]lz4[\n", 10), NULL, "without brackets there is none");
	is_real(pmm_zram_ratio(&(struct pmm_zram){.stored_bytes = 300, .used_bytes = 100}), 3,
		"the ratio is stored over used");
	ok(isnan(pmm_zram_ratio(&(struct pmm_zram){.stored_bytes = 0, .used_bytes = 100})),
	   "an empty device has no ratio");
}

static void test_stat(void)
{
	static const struct {
		const char *story, *text;
		bool is_whole;
		struct host_stat stat;
	} cases[] = {
		{"of two processors",
		 "cpu  1 2 3\ncpu0 1 2\ncpu1 1 2\nintr 5\nbtime 1700000000\n",
		 true,
		 {2, 3, 1700000000}},
		{"with no line", "", true, {PMM_ABSENT, PMM_ABSENT, PMM_ABSENT}},
		{"cut in its boot time",
		 "cpu  1 2 3\ncpu0 1 2\nintr 5\nbtime 17",
		 false,
		 {1, 3, PMM_ABSENT}},
		{"cut in its processors",
		 "cpu  1 2 3\ncpu0 1 2\ncpu",
		 false,
		 {PMM_ABSENT, 3, PMM_ABSENT}},
		{"with a boot time that is none",
		 "cpu0 1 2\nbtime 12x\n",
		 false,
		 {1, PMM_ABSENT, PMM_ABSENT}},
		{"with a boot time too large",
		 "cpu0 1 2\nbtime 99999999999999999999\n",
		 false,
		 {1, PMM_ABSENT, PMM_ABSENT}},
		{"with times that are none",
		 "cpu  x 2 3\ncpu0 1 2\nbtime 1\n",
		 true,
		 {1, PMM_ABSENT, 1}},
		{"with times too large",
		 "cpu  18446744073709551615 1 3\ncpu0 1 2\nbtime 1\n",
		 true,
		 {1, PMM_ABSENT, 1}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct host_stat *expected = &cases[i].stat;
		struct host_stat stat;
		bool is_whole = host_parse_stat(cases[i].text, strlen(cases[i].text), &stat);

		ok(is_whole == cases[i].is_whole, "a stat %s is whole or not", cases[i].story);
		is_u64(stat.cpus, expected->cpus, "a stat %s: processors", cases[i].story);
		is_u64(stat.user_ticks, expected->user_ticks, "a stat %s: work", cases[i].story);
		is_u64(stat.boot_seconds, expected->boot_seconds, "a stat %s: boot",
		       cases[i].story);
	}
}

int main(void)
{
	test_pressure_lines();
	test_interval();
	test_zram();
	test_stat();
	return done_testing();
}
