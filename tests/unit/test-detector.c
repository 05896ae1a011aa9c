/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The detector: verdicts in a row, and the choice among scopes. What one look says is in
 * test-look, real runs are in test-recordings.
 */

#include <stdlib.h>

#include "course.h"
#include "tap.h"

static struct pmm_detector *detector_new(void)
{
	struct pmm_detector *detector;

	if (pmm_detector_open(NULL, &detector) < 0)
		exit(99);
	return detector;
}

static enum pmm_state feed(struct pmm_detector *detector, const struct pmm_load *load)
{
	struct pmm_verdict verdict;

	if (pmm_detector_feed(detector, load, &verdict) < 0)
		exit(99);
	return verdict.state;
}

/* The state after so many seconds of a course. */
static enum pmm_state follow(struct pmm_detector *detector, struct pmm_load *load,
			     const struct course *course, size_t seconds)
{
	enum pmm_state state = PMM_STATE_UNKNOWN;

	while (seconds--) {
		run(load, course, 1);
		state = feed(detector, load);
	}
	return state;
}

static void test_entering(void)
{
	struct pmm_detector *detector = detector_new();
	struct pmm_load load;
	struct pmm_verdict verdict;

	start(&load);
	is_u64(feed(detector, &load), PMM_STATE_UNKNOWN, "the first load is unknown");
	is_u64(follow(detector, &load, &thrash, 2), PMM_STATE_UNKNOWN, "so are two seconds");
	is_u64(follow(detector, &load, &thrash, 2), PMM_STATE_UNKNOWN, "and four");
	is_u64(follow(detector, &load, &thrash, 1), PMM_STATE_SEVERE, "after five it is known");
	run(&load, &thrash, 1);
	pmm_detector_feed(detector, &load, &verdict);
	is_real(verdict.state_seconds, 6, "and since when");
	is_real(verdict.window_seconds, 6, "over what");
	follow(detector, &load, &thrash, 60);
	run(&load, &thrash, 1);
	pmm_detector_feed(detector, &load, &verdict);
	is_real(verdict.state_seconds, 67, "it goes on");
	is_real(verdict.window_seconds, 10, "over a window of ten seconds");
	is_u64(verdict.confidence, PMM_CONFIDENCE_HIGH, "and surely");
	pmm_detector_close(detector);
}

static void test_leaving(void)
{
	struct pmm_detector *detector = detector_new();
	struct pmm_verdict verdict;
	struct pmm_load load;
	size_t seconds = 0;

	start(&load);
	feed(detector, &load);
	follow(detector, &load, &thrash, 20);
	while (seconds < 60 && follow(detector, &load, &calm, 1) != PMM_STATE_OK)
		seconds++;
	ok(seconds >= 10 && seconds <= 25, "it is over some ten to twenty seconds later: %zu",
	   seconds);
	run(&load, &calm, 1);
	pmm_detector_feed(detector, &load, &verdict);
	ok(verdict.state_seconds < 15, "and has been so for as long: %g", verdict.state_seconds);
	pmm_detector_close(detector);
}

static void test_flapping(void)
{
	struct pmm_detector *detector = detector_new();
	struct course course = thrash;
	enum pmm_state last = PMM_STATE_UNKNOWN;
	size_t changes = 0;
	struct pmm_load load;

	course.useful = 15;
	course.io_full = 0;
	start(&load);
	feed(detector, &load);
	for (size_t i = 0; i < 300; i++) {
		enum pmm_state state;

		course.memory_full = i / 15 % 2 ? 10.1 : 9.9;
		state = follow(detector, &load, &course, 1);
		changes += state != last;
		last = state;
	}
	ok(changes <= 2, "9.9 and 10.1 in turn: known, and changed once at most");
	ok(last == PMM_STATE_PRESSURE || last == PMM_STATE_THRASHING, "to the worse one");
	pmm_detector_close(detector);
}

static void test_bursts(void)
{
	struct pmm_detector *detector = detector_new();
	enum pmm_state worst = PMM_STATE_UNKNOWN;
	struct pmm_load load;

	start(&load);
	feed(detector, &load);
	follow(detector, &load, &calm, 30);
	for (size_t i = 0; i < 60; i++) {
		/* Two seconds of it make every window of ten look like thrashing. */
		enum pmm_state state = follow(detector, &load, i % 20 < 2 ? &thrash : &calm, 1);

		worst = state > worst ? state : worst;
	}
	ok(worst < PMM_STATE_PRESSURE, "bursts of two seconds are not news: %s",
	   pmm_state_name(worst));
	pmm_detector_close(detector);
}

static void check_void(const char *what, double seconds, enum pmm_doubt doubt,
		       enum pmm_load_counter reset)
{
	struct pmm_detector *detector = detector_new();
	struct pmm_verdict verdict;
	struct pmm_load load;

	start(&load);
	feed(detector, &load);
	follow(detector, &load, &thrash, 20);
	run(&load, &thrash, 1);
	load.boot_ns += (uint64_t)(int64_t)((seconds - 1) * SECOND);
	if (reset != PMM_LOAD_COUNTERS)
		load.counters[reset] = 0;
	pmm_detector_feed(detector, &load, &verdict);
	is_u64(verdict.state, PMM_STATE_UNKNOWN, "%s: void", what);
	is_u64(verdict.doubts, doubt, "%s: says why", what);
	ok(isnan(verdict.lost_percent), "%s: and no number", what);
	is_u64(follow(detector, &load, &thrash, 2), PMM_STATE_UNKNOWN, "%s: starts again", what);
	is_u64(follow(detector, &load, &thrash, 3), PMM_STATE_SEVERE, "%s: and is known", what);
	pmm_detector_close(detector);
}

static void test_void(void)
{
	check_void("a suspend of an hour", 3600, PMM_DOUBT_GAP, PMM_LOAD_COUNTERS);
	check_void("a clock that goes back", -5, PMM_DOUBT_GAP, PMM_LOAD_COUNTERS);
	check_void("a clock that stands", 0, PMM_DOUBT_GAP, PMM_LOAD_COUNTERS);
	check_void("a stall total that goes back", 1, PMM_DOUBT_RESET, PMM_LOAD_MEMORY_FULL_NS);
	check_void("a counter that goes back", 1, PMM_DOUBT_RESET, PMM_LOAD_REFAULTED_ANON);
}

/* Loads every so often: the window is ten seconds, or one interval if that is longer. */
static void check_interval(double interval, double least, double most)
{
	struct pmm_detector *detector = detector_new();
	struct pmm_verdict verdict = {0};
	struct pmm_load load;

	start(&load);
	feed(detector, &load);
	for (double seconds = 0; seconds < 100 + 2 * interval; seconds += interval) {
		run(&load, &thrash, interval);
		pmm_detector_feed(detector, &load, &verdict);
	}
	is_u64(verdict.state, PMM_STATE_SEVERE, "every %g s: thrashing", interval);
	ok(verdict.window_seconds >= least && verdict.window_seconds <= most,
	   "every %g s: a window of %g s", interval, verdict.window_seconds);
	pmm_detector_close(detector);
}

static void test_intervals(void)
{
	check_interval(0.05, 9.4, 10.3);
	check_interval(0.3, 9.4, 10.3);
	check_interval(1, 10, 10);
	check_interval(2, 10, 10);
	check_interval(3, 9, 9);
	check_interval(7, 7, 7);
	check_interval(60, 60, 60);
}

/* A stream that costs nothing is news all the same, and no more than that. */
static void test_reclaiming(void)
{
	static const struct course stream = {.useful = 50, .file_in = 5000, .file_out = 5000};
	struct pmm_detector *detector = detector_new();
	struct pmm_load load;

	start(&load);
	feed(detector, &load);
	is_u64(follow(detector, &load, &stream, 6), PMM_STATE_RECLAIMING, "a stream reclaims");
	is_u64(follow(detector, &load, &calm, 30), PMM_STATE_OK, "and is over");
	is_u64(follow(detector, &load, &stream, 20), PMM_STATE_RECLAIMING, "and begins again");
	pmm_detector_close(detector);
}

/* ---- which of them ---- */

static const struct {
	const char *story;
	struct pmm_verdict verdicts[3];
	size_t expected;
} choices[] = {
	{"all is well",
	 {{.state = PMM_STATE_OK},
	  {.path = "/a", .state = PMM_STATE_OK, .limit_path = "/a", .is_limit_binding = 1},
	  {.path = "/b", .state = PMM_STATE_OK}},
	 0},
	{"a cgroup at its own limit",
	 {{.state = PMM_STATE_THRASHING},
	  {.path = "/a", .state = PMM_STATE_THRASHING},
	  {.path = "/a/b",
	   .state = PMM_STATE_THRASHING,
	   .limit_path = "/a/b",
	   .is_limit_binding = 1}},
	 2},
	{"below the one at its limit",
	 {{.state = PMM_STATE_OK},
	  {.path = "/a", .state = PMM_STATE_THRASHING, .limit_path = "/a", .is_limit_binding = 1},
	  {.path = "/a/b",
	   .state = PMM_STATE_THRASHING,
	   .limit_path = "/a",
	   .is_limit_binding = 1}},
	 1},
	{"the whole machine",
	 {{.state = PMM_STATE_THRASHING},
	  {.path = "/a", .state = PMM_STATE_THRASHING, .lost_percent = 90},
	  {.path = "/b", .state = PMM_STATE_PRESSURE}},
	 0},
	{"one that is worse than the machine",
	 {{.state = PMM_STATE_PRESSURE},
	  {.path = "/a", .state = PMM_STATE_PRESSURE},
	  {.path = "/a/b", .state = PMM_STATE_THRASHING}},
	 2},
	{"two alike",
	 {{.state = PMM_STATE_OK},
	  {.path = "/a", .state = PMM_STATE_THRASHING, .lost_percent = 20},
	  {.path = "/b", .state = PMM_STATE_THRASHING, .lost_percent = 30}},
	 2},
	{"only of a cgroup is known that it is ok",
	 {{.state = PMM_STATE_UNKNOWN},
	  {.path = "/a", .state = PMM_STATE_OK},
	  {.path = "/b", .state = PMM_STATE_UNKNOWN}},
	 0},
	{"nothing is known",
	 {{.state = PMM_STATE_UNKNOWN},
	  {.path = "/a", .state = PMM_STATE_UNKNOWN},
	  {.path = "/b", .state = PMM_STATE_UNKNOWN}},
	 0},
};

static void test_worst(void)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++)
		is_u64(pmm_verdict_worst(choices[i].verdicts, 3), choices[i].expected,
		       "to speak of: %s", choices[i].story);
}

int main(void)
{
	test_entering();
	test_leaving();
	test_flapping();
	test_bursts();
	test_void();
	test_intervals();
	test_reclaiming();
	test_worst();
	return done_testing();
}
