/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The detector, and the judge in it: what must hold whatever the numbers are. The numbers of real
 * runs are in test-recordings.
 */

#include <stddef.h>

#include "procmm-verdict.h"
#include "random.h"
#include "tap.h"

enum { SECOND = 1000000000 };

/* What happens in a scope, a second. */
struct course {
	double memory_full, io_full, useful; /* percent */
	double anon_in, anon_out, file_in, file_out, file_activated;
	double read_pages;
};

/* Half of all time is lost to pages of swap that come straight back. */
static const struct course thrash = {
	.memory_full = 5,
	.io_full = 45,
	.useful = 4,
	.anon_in = 1800,
	.anon_out = 1800,
	.read_pages = 1800,
};

static const struct course calm = {.useful = 90};

static void start(struct pmm_load *load)
{
	pmm_load_clear(load);
	load->boot_ns = UINT64_C(3600) * SECOND;
	load->page_bytes = 4096;
	load->memory_full_avg10_percent = load->io_full_avg10_percent = 100;
	load->swap_total_bytes = load->swap_used_bytes = 1 << 20;
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		load->counters[i] = UINT64_C(1) << 40;
}

static void run(struct pmm_load *load, const struct course *course, double seconds)
{
	const struct {
		enum pmm_load_counter counter;
		double rate;
	} rates[] = {
		{PMM_LOAD_MEMORY_FULL_NS, course->memory_full * SECOND / 100},
		{PMM_LOAD_IO_FULL_NS, course->io_full * SECOND / 100},
		{PMM_LOAD_USER_NS, course->useful * SECOND / 100},
		{PMM_LOAD_EVICTED, course->anon_out + course->file_out},
		{PMM_LOAD_EVICTED_ANON, course->anon_out},
		{PMM_LOAD_EVICTED_FILE, course->file_out},
		{PMM_LOAD_SCANNED, course->anon_out + course->file_out},
		{PMM_LOAD_SWAPPED_IN, course->anon_in},
		{PMM_LOAD_SWAPPED_OUT, course->anon_out},
		{PMM_LOAD_DISK_SWAPPED_IN, course->anon_in},
		{PMM_LOAD_REFAULTED_ANON, course->anon_in},
		{PMM_LOAD_REFAULTED_FILE, course->file_in},
		{PMM_LOAD_ACTIVATED_FILE, course->file_activated},
		{PMM_LOAD_MAJOR_FAULTS, course->anon_in},
		{PMM_LOAD_READ_BYTES, 4096 * course->read_pages},
		{PMM_LOAD_SWAP_READS, course->anon_in},
		{PMM_LOAD_SWAP_READ_NS, course->anon_in * SECOND / 4000},
	};

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (load->counters[rates[i].counter] != PMM_ABSENT)
			load->counters[rates[i].counter] += (uint64_t)(rates[i].rate * seconds);
	load->boot_ns += (uint64_t)(seconds * SECOND);
}

static struct pmm_verdict judge(const struct course *course, double seconds)
{
	struct pmm_load before, now;
	struct pmm_verdict verdict;

	start(&before);
	now = before;
	run(&now, course, seconds);
	pmm_verdict_judge(&now, &before, NULL, &verdict);
	return verdict;
}

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

/* ---- the judge ---- */

static double random_percent(void)
{
	return (double)random_below(10001) / 100;
}

static void test_streams(void)
{
	size_t worse = 0;

	for (size_t i = 0; i < 20000; i++) {
		double rate = (double)random_below(2000000);
		struct course stream = {
			.memory_full = random_percent(),
			.io_full = random_percent(),
			.useful = random_percent(),
			.file_in = rate,
			.file_out = rate + 16,
			.file_activated = rate / 5000,
			.read_pages = rate,
		};

		worse += judge(&stream, 10).state > PMM_STATE_RECLAIMING;
	}
	is_u64(worse, 0, "a file that is read over and over is never pressure, however fast");
}

static void test_monotony(void)
{
	size_t falls = 0, states = 0;

	for (size_t i = 0; i < 200; i++) {
		struct course course = thrash;
		enum pmm_state last = PMM_STATE_UNKNOWN;

		course.io_full = 0;
		course.useful = random_percent();
		course.anon_in = (double)random_below(3000);
		course.anon_out = (double)random_below(3000);
		for (course.memory_full = 0; course.memory_full <= 100; course.memory_full++) {
			enum pmm_state state = judge(&course, 10).state;

			falls += state < last;
			states |= (size_t)1 << state;
			last = state;
		}
	}
	is_u64(falls, 0, "who loses more is never in a better state");
	ok((states & 0x3e) == 0x3e, "and all states were seen");
}

/* What is there matters not: only what is moved, and what that costs. */
static void test_amounts(void)
{
	static const struct course *const courses[] = {&thrash, &calm};

	for (size_t i = 0; i < 2; i++) {
		struct pmm_load before, now;
		struct pmm_verdict verdict;
		enum pmm_state expected = judge(courses[i], 10).state;

		start(&before);
		now = before;
		run(&now, courses[i], 10);
		now.swap_used_bytes = now.swap_total_bytes = UINT64_C(1) << 40;
		now.current_bytes = now.limit_bytes = now.limit_current_bytes = 1 << 30;
		now.system_available_bytes = 0;
		pmm_verdict_judge(&now, &before, NULL, &verdict);
		is_u64(verdict.state, expected, "full memory and full swap change no state");
		is_u64(verdict.notes & PMM_NOTE_COLD_SWAP, courses[i] == &calm,
		       "full swap is cold if none of it is read");
	}
}

static void test_table(void)
{
	static const struct {
		const char *story;
		struct course course;
		double lost, reuse;
		enum pmm_state state;
		unsigned notes;
	} cases[] = {
		{"nothing", {.useful = 50}, 0, (double)NAN, PMM_STATE_OK, PMM_NOTE_COLD_SWAP},
		{"a slow disk, hidden from memory pressure",
		 {.memory_full = 0.4,
		  .io_full = 70.3,
		  .useful = 2,
		  .anon_in = 147,
		  .anon_out = 147,
		  .read_pages = 150},
		 69.294,
		 1,
		 PMM_STATE_SEVERE,
		 0},
		{"as much work as paging",
		 {.memory_full = 20, .useful = 40, .anon_in = 900, .anon_out = 900},
		 20,
		 1,
		 PMM_STATE_THRASHING,
		 0},
		{"more work than that",
		 {.memory_full = 20, .useful = 41, .anon_in = 900, .anon_out = 900},
		 20,
		 1,
		 PMM_STATE_PRESSURE,
		 0},
		{"hardly any work",
		 {.memory_full = 11, .useful = 2, .anon_in = 900, .anon_out = 900},
		 11,
		 1,
		 PMM_STATE_SEVERE,
		 0},
		{"too few that come back",
		 {.memory_full = 20, .useful = 4, .anon_in = 9, .anon_out = 9},
		 20,
		 1,
		 PMM_STATE_RECLAIMING,
		 PMM_NOTE_COLD_SWAP},
		{"too small a part",
		 {.memory_full = 20, .useful = 4, .anon_in = 290, .anon_out = 1000},
		 20,
		 0.29,
		 PMM_STATE_RECLAIMING,
		 0},
		{"evictions that cost nothing", {.file_out = 1000}, 0, 0, PMM_STATE_RECLAIMING, 0},
		{"fewer of them", {.file_out = 999}, 0, 0, PMM_STATE_OK, PMM_NOTE_COLD_SWAP},
		{"what was evicted yesterday",
		 {.io_full = 14, .useful = 50, .anon_in = 13000, .read_pages = 13000},
		 14,
		 (double)NAN,
		 PMM_STATE_OK,
		 PMM_NOTE_READING_BACK},
		{"the page cache of a set that does not fit",
		 {.memory_full = 4.5,
		  .io_full = 19.9,
		  .useful = 4,
		  .file_in = 4679,
		  .file_out = 4679,
		  .file_activated = 800,
		  .read_pages = 4679},
		 24.4,
		 1,
		 PMM_STATE_SEVERE,
		 0},
		{"other reads beside",
		 {.io_full = 60, .useful = 4, .anon_in = 500, .anon_out = 500, .read_pages = 50000},
		 0.6,
		 1,
		 PMM_STATE_OK,
		 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pmm_verdict verdict = judge(&cases[i].course, 10);

		is_real(round(verdict.lost_percent * 1e6) / 1e6, cases[i].lost, "%s: lost",
			cases[i].story);
		is_real(verdict.reuse_ratio, cases[i].reuse, "%s: reuse", cases[i].story);
		is_text(pmm_state_name(verdict.state), pmm_state_name(cases[i].state), "%s",
			cases[i].story);
		/* Cold is said of what is ok, and all of this swap is in use. */
		is_u64(verdict.notes,
		       cases[i].state == PMM_STATE_OK
			       ? cases[i].notes
			       : cases[i].notes & ~(unsigned)PMM_NOTE_COLD_SWAP,
		       "%s: notes", cases[i].story);
	}
}

static void test_thresholds(void)
{
	struct pmm_thresholds thresholds = *pmm_thresholds_default();
	struct pmm_load before, now;
	struct pmm_verdict verdict;

	start(&before);
	now = before;
	run(&now, &thrash, 10);
	thresholds.thrashing_lost_percent = 60;
	pmm_verdict_judge(&now, &before, &thresholds, &verdict);
	is_u64(verdict.state, PMM_STATE_PRESSURE, "a higher threshold is another state");
	thresholds.pressure_lost_percent = 60;
	pmm_verdict_judge(&now, &before, &thresholds, &verdict);
	is_u64(verdict.state, PMM_STATE_RECLAIMING, "and another again");
}

/* Of a load in which the kernel says less: no worse a state, or less sure of it. */
static void test_missing(void)
{
	struct pmm_verdict all = judge(&thrash, 10);

	is_u64(all.confidence, PMM_CONFIDENCE_HIGH, "with all there is, it is sure");
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++) {
		struct pmm_load before, now;
		struct pmm_verdict verdict;

		start(&before);
		before.counters[i] = PMM_ABSENT;
		now = before;
		run(&now, &thrash, 10);
		pmm_verdict_judge(&now, &before, NULL, &verdict);
		ok(verdict.state <= all.state && verdict.confidence <= all.confidence,
		   "without counter %d it is no worse, nor more sure", (int)i);
		ok(!(verdict.lost_percent > all.lost_percent), "without counter %d no more is lost",
		   (int)i);
	}
}

static void test_no_pressure(void)
{
	struct pmm_load before, now;
	struct pmm_verdict verdict;

	start(&before);
	before.counters[PMM_LOAD_MEMORY_FULL_NS] = PMM_ABSENT;
	before.counters[PMM_LOAD_IO_FULL_NS] = PMM_ABSENT;
	now = before;
	run(&now, &thrash, 10);
	pmm_verdict_judge(&now, &before, NULL, &verdict);
	is_real(verdict.lost_percent, 45, "without PSI: 1800 reads of 0.25 ms a second");
	is_u64(verdict.state, PMM_STATE_THRASHING, "without PSI it is never severe");
	ok(verdict.is_estimate && verdict.confidence == PMM_CONFIDENCE_LOW, "and an estimate");
	before.counters[PMM_LOAD_SWAP_READS] = now.counters[PMM_LOAD_SWAP_READS] = PMM_ABSENT;
	pmm_verdict_judge(&now, &before, NULL, &verdict);
	is_u64(verdict.state, PMM_STATE_UNKNOWN, "without PSI and latency it is unknown");
	ok(verdict.doubts & PMM_DOUBT_NO_PRESSURE, "and says why");
}

/* MEMORY, IO: the kernel's averages. */
static void check_witness(double memory, double io, double seconds, enum pmm_state expected)
{
	struct pmm_load before, now;
	struct pmm_verdict verdict;

	start(&before);
	now = before;
	run(&now, &thrash, seconds);
	now.memory_full_avg10_percent = memory;
	now.io_full_avg10_percent = io;
	pmm_verdict_judge(&now, &before, NULL, &verdict);
	is_text(pmm_state_name(verdict.state), pmm_state_name(expected),
		"a look of %g s while the averages say %g and %g", seconds, memory, io);
	ok((verdict.confidence == PMM_CONFIDENCE_LOW) == (seconds < 10),
	   "a look of %g s: its confidence", seconds);
}

static void test_witness(void)
{
	check_witness(5, 45, 2, PMM_STATE_SEVERE);
	check_witness(2, 7, 2, PMM_STATE_PRESSURE);
	check_witness(0, 0, 2, PMM_STATE_RECLAIMING);
	check_witness((double)NAN, (double)NAN, 2, PMM_STATE_SEVERE);
	check_witness(0, 0, 10, PMM_STATE_SEVERE);
}

static void test_garbage(void)
{
	size_t bad = 0;

	for (size_t i = 0; i < 20000; i++) {
		struct pmm_load loads[2];
		struct pmm_verdict verdict;

		for (size_t j = 0; j < 2; j++) {
			start(&loads[j]);
			for (size_t k = 0; k < PMM_LOAD_COUNTERS; k++)
				loads[j].counters[k] = random_below(4)
							       ? (j ? UINT64_C(1) << 63 : 0) +
									 random_below(SIZE_MAX >> 2)
							       : PMM_ABSENT - random_below(2);
			loads[j].borrowed = random_below(SIZE_MAX);
			loads[j].swap_used_bytes = random_below(2);
			loads[j].boot_ns = 1 + j * random_below(SIZE_MAX);
		}
		pmm_verdict_judge(&loads[1], &loads[0], NULL, &verdict);
		bad += verdict.lost_percent < 0 || verdict.lost_percent > 100 ||
		       verdict.reuse_ratio < 0 || verdict.reuse_ratio > 1 ||
		       verdict.paging_read_ratio > 1 || verdict.overlap_ratio > 1;
	}
	is_u64(bad, 0, "whatever the counters say, shares are shares");
}

/* ---- the detector ---- */

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

/* ---- which of them ---- */

static void test_worst(void)
{
	static const struct {
		const char *story;
		struct pmm_verdict verdicts[3];
		size_t expected;
	} cases[] = {
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
		  {.path = "/a",
		   .state = PMM_STATE_THRASHING,
		   .limit_path = "/a",
		   .is_limit_binding = 1},
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
		{"nothing is known",
		 {{.state = PMM_STATE_UNKNOWN},
		  {.path = "/a", .state = PMM_STATE_UNKNOWN},
		  {.path = "/b", .state = PMM_STATE_UNKNOWN}},
		 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_u64(pmm_verdict_worst(cases[i].verdicts, 3), cases[i].expected,
		       "to speak of: %s", cases[i].story);
}

int main(int argc, char **argv)
{
	random_start(argc, argv);
	test_streams();
	test_monotony();
	test_amounts();
	test_table();
	test_thresholds();
	test_missing();
	test_no_pressure();
	test_witness();
	test_garbage();
	test_entering();
	test_leaving();
	test_flapping();
	test_bursts();
	test_void();
	test_intervals();
	test_worst();
	return done_testing();
}
