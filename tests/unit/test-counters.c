/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counters under the kernel's names, and the formulas of the metric table over them. */

#include "tap.h"

#include "counters.h"
#include "metric.h"

static struct pmm_counters *parse(const char *text)
{
	struct pmm_counters *counters = NULL;

	ok(counters_parse(text, strlen(text), &counters) == 0, "any text can be parsed");
	return counters;
}

static void test_values(void)
{
	static const struct {
		const char *line;
		uint64_t value; /* of "Name" */
		const char *complaint;
	} cases[] = {
		{"Name: 12 kB\n", 12288, NULL},
		{"Name 12\n", 12, NULL},
		{"Name:\t12\n", 12, NULL},
		{"Name:   \t 12   kB  \n", 12288, NULL},
		{"Name: 12 MB\n", PMM_ABSENT, "1: number expected"},
		{"Name: 12 13\n", PMM_ABSENT, "1: number expected"},
		{"Name: 12x\n", PMM_ABSENT, "1: number expected"},
		{"Name: -5 kB\n", PMM_ABSENT, "1: negative number"},
		{"Name: 18446744073709551488 kB\n", PMM_ABSENT, "1: number out of range"},
		{"Name: 18446744073709551615\n", PMM_ABSENT, "1: number out of range"},
		{"Name: 99999999999999999999\n", PMM_ABSENT, "1: number out of range"},
		{"Name: bash\n", PMM_ABSENT, "1: number expected"},
		{"Name:\n", PMM_ABSENT, "1: number expected"},
		{"Name\n", PMM_ABSENT, "1: number expected"},
		{"Name: 12 kB", PMM_ABSENT, "1: line cut short"},
		{"Other: 1\nName: 2\nName: 3\n", 2, NULL},
		{"\nName: 2\n", 2, "1: number expected"},
		{"", PMM_ABSENT, "1: empty"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pmm_counters *counters = parse(cases[i].line);
		uint64_t value = pmm_counters_get(counters, "Name");

		is_u64(value, cases[i].value, "value of '%s'", cases[i].line);
		is_text(pmm_counters_complaint(counters), cases[i].complaint, "complaint of '%s'",
			cases[i].line);
		pmm_counters_free(counters);
	}
}

static void test_binary(void)
{
	static const char text[] = "a 1\n\0\0\0 2\n\xff\xfe\n: 3\nb 4\n";
	struct pmm_counters *counters = NULL;

	ok(counters_parse(text, sizeof(text) - 1, &counters) == 0, "binary text can be parsed");
	is_u64(pmm_counters_get(counters, "a"), 1, "a counter before garbage is there");
	is_u64(pmm_counters_get(counters, "b"), 4, "a counter after garbage is there");
	is_u64(pmm_counters_count(counters), 5, "each line is counted");
	is_text(pmm_counters_name(counters, 0), "a", "counters keep their order");
	is_text(pmm_counters_name(counters, 5), NULL, "past the last there is no name");
	is_u64(pmm_counters_value(counters, 5), PMM_ABSENT, "past the last there is no value");
	pmm_counters_free(counters);
}

static void test_sum(void)
{
	struct pmm_counters *counters = parse("allocstall_dma 1\nallocstall_normal 20\nalloc 4\n"
					      "bad_a 1\nbad_b x\n"
					      "big_a 18446744073709551614\nbig_b 2\n");

	is_u64(pmm_counters_sum(counters, "allocstall_"), 21, "a prefix sums what begins with it");
	is_u64(pmm_counters_sum(counters, "none_"), PMM_ABSENT, "a sum of nothing is absent");
	is_u64(pmm_counters_sum(counters, "bad_"), PMM_ABSENT, "a sum with a bad part is absent");
	is_u64(pmm_counters_sum(counters, "big_"), PMM_ABSENT, "a sum out of range is absent");
	pmm_counters_free(counters);
}

static void test_formulas(void)
{
	static const struct {
		const char *formula;
		uint64_t value;
	} cases[] = {
		{"a", 10},
		{"a + b", 13},
		{"a - b", 7},
		{"a - b - c", 2},
		{"a - b + c", 12},
		{"b - a", PMM_ABSENT},
		{"a + missing", PMM_ABSENT},
		{"missing | a", 10},
		{"a + missing | b + missing | c", 5},
		{"missing | missing", PMM_ABSENT},
		{"bad", PMM_ABSENT},
		{"bad | a", PMM_ABSENT},
		{"a + bad | c", PMM_ABSENT},
		{"bad + missing | c", 5},
		{"bad_* | c", PMM_ABSENT},
		{"b - a | c", PMM_ABSENT},
		{"stall | stall_*", 300},
		{"missing_*", PMM_ABSENT},
		{"a_name_that_is_far_longer_than_any_that_a_kernel_ever_had_in_its_files",
		 PMM_ABSENT},
	};
	struct pmm_counters *counters =
		parse("a 10\nb 3\nc 5\nstall_x 100\nstall_y 200\nbad x\nbad_x 1\nbad_y x\n");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = PMM_ABSENT;
		bool is_there = metric_formula_value(cases[i].formula, counters, &value);

		ok(is_there == (cases[i].value != PMM_ABSENT), "'%s' has a value or not",
		   cases[i].formula);
		is_u64(is_there ? value : PMM_ABSENT, cases[i].value, "value of '%s'",
		       cases[i].formula);
	}
	ok(!metric_formula_value("a", NULL, &(uint64_t){0}),
	   "without its source a formula has no value");
	pmm_counters_free(counters);
}

static void test_table(void)
{
	const struct pmm_metric *metric;

	for (size_t i = 0; (metric = pmm_metric_at(i)); i++) {
		ok(pmm_metric_find(metric->name) == metric, "%s is found by its name",
		   metric->name);
		ok(metric->title[0] && metric->formula[0] && metric->source[0],
		   "%s says what it is and where it comes from", metric->name);
	}
	ok(!pmm_metric_find("nothing"), "an unknown metric is not found");
}

int main(void)
{
	test_values();
	test_binary();
	test_sum();
	test_formulas();
	test_table();
	return done_testing();
}
