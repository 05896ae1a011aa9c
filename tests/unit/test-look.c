/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The judge of what lies between two loads: stories whose numbers are known, and what must hold
 * whatever the numbers are. Those of real runs are in test-recordings.
 */

#include <stddef.h>

#include "course.h"
#include "random.h"
#include "tap.h"

/* Two loads, between which the course was run. */
struct pair {
	struct pmm_load before, now;
};

static struct pair pair_of(const struct course *course, double seconds)
{
	struct pair pair;

	start(&pair.before);
	pair.now = pair.before;
	run(&pair.now, course, seconds);
	return pair;
}

/* The kernel does not say it. */
static void forget(struct pair *pair, enum pmm_load_counter counter)
{
	pair->before.counters[counter] = pair->now.counters[counter] = PMM_ABSENT;
}

static struct pmm_verdict judge_pair(const struct pair *pair,
				     const struct pmm_thresholds *thresholds)
{
	struct pmm_verdict verdict;

	pmm_verdict_judge(&pair->now, &pair->before, thresholds, &verdict);
	return verdict;
}

static struct pmm_verdict judge(const struct course *course, double seconds)
{
	struct pair pair = pair_of(course, seconds);

	return judge_pair(&pair, NULL);
}

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
		struct pair pair = pair_of(courses[i], 10);
		enum pmm_state expected = judge_pair(&pair, NULL).state;
		struct pmm_load *now = &pair.now;
		struct pmm_verdict verdict;

		now->swap_used_bytes = now->swap_total_bytes = UINT64_C(1) << 40;
		now->current_bytes = now->limit_bytes = now->limit_current_bytes = 1 << 30;
		now->system_available_bytes = 0;
		verdict = judge_pair(&pair, NULL);
		is_u64(verdict.state, expected, "full memory and full swap change no state");
		is_u64(verdict.notes & PMM_NOTE_COLD_SWAP, courses[i] == &calm,
		       "full swap is cold if none of it is read");
	}
}

static const struct {
	const char *story;
	struct course course;
	double lost, reuse;
	enum pmm_state state;
	unsigned notes;
} stories[] = {
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
	{"reads of files while nothing leaves",
	 {.io_full = 8, .useful = 40, .file_in = 9, .file_activated = 9, .read_pages = 9},
	 8,
	 NAN,
	 PMM_STATE_OK,
	 PMM_NOTE_COLD_SWAP},
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
	{"a few pages beside a database that waits for its log",
	 {.io_full = 50, .useful = 30, .anon_in = 12, .anon_out = 12, .read_pages = 12},
	 12,
	 1,
	 PMM_STATE_PRESSURE,
	 0},
	{"other reads beside",
	 {.io_full = 60, .useful = 4, .anon_in = 500, .anon_out = 500, .read_pages = 50000},
	 0.6,
	 1,
	 PMM_STATE_OK,
	 0},
};

static void test_table(void)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(*stories); i++) {
		struct pmm_verdict verdict = judge(&stories[i].course, 10);

		is_real(round(verdict.lost_percent * 1e6) / 1e6, stories[i].lost, "%s: lost",
			stories[i].story);
		is_real(verdict.reuse_ratio, stories[i].reuse, "%s: reuse", stories[i].story);
		is_text(pmm_state_name(verdict.state), pmm_state_name(stories[i].state), "%s",
			stories[i].story);
		/* Cold is said of what is ok, and all of this swap is in use. */
		is_u64(verdict.notes,
		       stories[i].state == PMM_STATE_OK
			       ? stories[i].notes
			       : stories[i].notes & ~(unsigned)PMM_NOTE_COLD_SWAP,
		       "%s: notes", stories[i].story);
	}
}

/* swapoff(2) reads all of an area for nobody; SwapTotal falls by what it has done (si_swapinfo). */
static void test_swapoff(void)
{
	static const struct {
		const char *story;
		uint64_t gone_pages;
		bool has_faults;
		enum pmm_state state;
	} cases[] = {
		{"swap-ins that no fault asked for", 0, false, PMM_STATE_SEVERE},
		{"swap-ins of an area that is turned off", 18000, false, PMM_STATE_RECLAIMING},
		{"one with free pages, too", 90000, false, PMM_STATE_RECLAIMING},
		{"a small area turned off amid them", 900, false, PMM_STATE_SEVERE},
		{"an area turned off while others wait", 18000, true, PMM_STATE_SEVERE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pair pair = pair_of(&thrash, 10);
		uint64_t *counters = pair.now.counters;

		pair.before.swap_total_bytes = UINT64_C(1) << 30;
		pair.now.swap_total_bytes =
			pair.before.swap_total_bytes - 4096 * cases[i].gone_pages;
		if (!cases[i].has_faults)
			counters[PMM_LOAD_MAJOR_FAULTS] =
				pair.before.counters[PMM_LOAD_MAJOR_FAULTS];
		is_u64(judge_pair(&pair, NULL).state, cases[i].state, "%s", cases[i].story);
	}
}

static void test_thresholds(void)
{
	struct pmm_thresholds thresholds = *pmm_thresholds_default();
	struct pair pair = pair_of(&thrash, 10);

	thresholds.thrashing_lost_percent = 60;
	is_u64(judge_pair(&pair, &thresholds).state, PMM_STATE_PRESSURE,
	       "a higher threshold is another state");
	thresholds.pressure_lost_percent = 60;
	is_u64(judge_pair(&pair, &thresholds).state, PMM_STATE_RECLAIMING, "and another again");
}

/* Of a load in which the kernel says less: no worse a state, or less sure of it. */
static void test_missing(void)
{
	struct pmm_verdict all = judge(&thrash, 10);

	is_u64(all.confidence, PMM_CONFIDENCE_HIGH, "with all there is, it is sure");
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++) {
		struct pair pair = pair_of(&thrash, 10);
		struct pmm_verdict verdict;

		forget(&pair, i);
		verdict = judge_pair(&pair, NULL);
		ok(verdict.state <= all.state && verdict.confidence <= all.confidence,
		   "without counter %d it is no worse, nor more sure", (int)i);
		ok(!(verdict.lost_percent > all.lost_percent), "without counter %d no more is lost",
		   (int)i);
	}
}

/* Without PSI. */
static struct pair blind_pair_of(const struct course *course)
{
	struct pair pair = pair_of(course, 10);

	forget(&pair, PMM_LOAD_MEMORY_FULL_NS);
	forget(&pair, PMM_LOAD_IO_FULL_NS);
	return pair;
}

static void test_no_pressure(void)
{
	struct pair pair = blind_pair_of(&thrash);
	struct pmm_verdict verdict = judge_pair(&pair, NULL);

	is_real(verdict.lost_percent, 45, "without PSI: 1800 reads of 0.25 ms a second");
	is_u64(verdict.state, PMM_STATE_THRASHING, "without PSI it is never severe");
	ok(verdict.is_estimate && verdict.confidence == PMM_CONFIDENCE_LOW, "and an estimate");
	forget(&pair, PMM_LOAD_SWAP_READS);
	verdict = judge_pair(&pair, NULL);
	is_u64(verdict.state, PMM_STATE_UNKNOWN, "without PSI and latency it is unknown");
	ok(verdict.doubts & PMM_DOUBT_NO_PRESSURE, "and says why");
}

/* Without PSI nobody counts what waits for files cost: that a limit is hit has to do. */
static void test_blind_limit(void)
{
	static const struct course files = {
		.useful = 4,
		.file_in = 3000,
		.file_out = 4000,
		.file_activated = 600,
		.read_pages = 3000,
	};
	struct pair pair = blind_pair_of(&files);
	struct pmm_verdict verdict;

	is_u64(judge_pair(&pair, NULL).state, PMM_STATE_RECLAIMING,
	       "without PSI, files come back: it may be");
	pair.now.counters[PMM_LOAD_EVENTS_MAX] += 100;
	is_u64(judge_pair(&pair, NULL).state, PMM_STATE_PRESSURE, "and at a limit it is pressure");
	forget(&pair, PMM_LOAD_EVICTED);
	forget(&pair, PMM_LOAD_EVICTED_ANON);
	verdict = judge_pair(&pair, NULL);
	is_u64(verdict.state, PMM_STATE_PRESSURE, "whether evictions are known or not");
	ok(verdict.is_estimate && verdict.confidence == PMM_CONFIDENCE_LOW, "an estimate");
}

/* What comes back may have left long ago. */
static void test_unknown_evictions(void)
{
	struct pair pair = pair_of(&thrash, 10);

	forget(&pair, PMM_LOAD_EVICTED);
	forget(&pair, PMM_LOAD_EVICTED_ANON);
	is_u64(judge_pair(&pair, NULL).state, PMM_STATE_RECLAIMING,
	       "evictions that nobody counts are not blamed");
	pair.now.counters[PMM_LOAD_EVENTS_MAX] += 100;
	is_u64(judge_pair(&pair, NULL).state, PMM_STATE_PRESSURE, "but at a limit it is pressure");
}

/* MEMORY, IO: the kernel's averages. */
static void check_witness(double memory, double io, double seconds, enum pmm_state expected)
{
	struct pair pair = pair_of(&thrash, seconds);
	struct pmm_verdict verdict;

	pair.now.memory_full_avg10_percent = memory;
	pair.now.io_full_avg10_percent = io;
	verdict = judge_pair(&pair, NULL);
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

int main(int argc, char **argv)
{
	random_start(argc, argv);
	test_streams();
	test_monotony();
	test_amounts();
	test_table();
	test_swapoff();
	test_thresholds();
	test_missing();
	test_no_pressure();
	test_blind_limit();
	test_unknown_evictions();
	test_witness();
	test_garbage();
	return done_testing();
}
