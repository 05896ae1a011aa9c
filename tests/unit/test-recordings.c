/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The detector against recorded runs whose truth is known from how fast the load itself went:
 * tests/fixtures/thrash/README.md. Every second of every run is judged.
 */

#include "recording.h"
#include "tap.h"

enum truth {
	HARMLESS,    /* not a second of thrashing or pressure */
	THRASHING,   /* from the eighth second to the end */
	MOSTLY,	     /* most of its seconds */
	BORDERLINE,  /* pressure or thrashing, most of the time */
	AT_PRESSURE, /* pressure at most */
};

static const struct run {
	const char *name;
	enum recording_scope scope;
	bool with_swap, with_zram;
	enum truth truth;
} runs[] = {
	{"host-hot64", RECORDING_CGROUP_1, true, false, HARMLESS},
	{"host-rand256", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-zipf256", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-zipfhot", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-cyc115", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-mild110", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-hddrand256", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-hddmild110", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-hddzipf140", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-zrand256", RECORDING_CGROUP_1, true, true, THRASHING},
	{"host-zzipf256", RECORDING_CGROUP_1, true, true, THRASHING},
	{"host-zmild110", RECORDING_CGROUP_1, true, true, THRASHING},
	{"host-rand4x64", RECORDING_CGROUP_1, true, false, THRASHING},
	{"host-randpluscpu", RECORDING_CGROUP_1, true, false, AT_PRESSURE},
	{"host-mrand128", RECORDING_CGROUP_1, false, false, THRASHING},
	{"host-frand128", RECORDING_CGROUP_1, false, false, THRASHING},
	{"host-stream", RECORDING_CGROUP_1, false, false, HARMLESS},
	{"host-stream1st", RECORDING_CGROUP_1, false, false, HARMLESS},
	{"host-streamslow", RECORDING_CGROUP_1, false, false, HARMLESS},
	{"host-mseq1g", RECORDING_CGROUP_1, false, false, HARMLESS},
	{"host-idle200", RECORDING_CGROUP_1, true, false, HARMLESS},
	{"host-burst200", RECORDING_CGROUP_1, true, false, HARMLESS},
	{"host-allocexit", RECORDING_CGROUP_1, true, false, HARMLESS},
	{"guest-lru-rand", RECORDING_SYSTEM, true, false, THRASHING},
	{"guest-lru-zipf", RECORDING_SYSTEM, true, false, THRASHING},
	{"guest-lru-mild", RECORDING_SYSTEM, true, false, THRASHING},
	{"guest-lru-zrand", RECORDING_SYSTEM, true, true, THRASHING},
	{"guest-lru-rand4", RECORDING_SYSTEM, true, false, THRASHING},
	{"guest-lru-150iops-rand", RECORDING_SYSTEM, true, false, MOSTLY},
	{"guest-lru-150iops-zipf", RECORDING_SYSTEM, true, false, MOSTLY},
	{"guest-lru-cgrand", RECORDING_CGROUP_2, true, false, THRASHING},
	{"guest-lru-mix", RECORDING_SYSTEM, true, false, BORDERLINE},
	{"guest-lru-mrand", RECORDING_SYSTEM, false, false, BORDERLINE},
	{"guest-lru-frand", RECORDING_SYSTEM, false, false, AT_PRESSURE},
	{"guest-lru-hot", RECORDING_SYSTEM, true, false, HARMLESS},
	{"guest-lru-idle", RECORDING_SYSTEM, true, false, HARMLESS},
	{"guest-lru-stream", RECORDING_SYSTEM, true, false, HARMLESS},
	{"guest-lru-alloc", RECORDING_SYSTEM, true, false, HARMLESS},
	{"guest-lru-cgstream", RECORDING_CGROUP_2, true, false, HARMLESS},
};

/* The states of the seconds of a run, in a letter each: "uuuuTTTT". */
struct course {
	char letters[128];
	size_t seconds;
};

static char letter(enum pmm_state state)
{
	return "u.rpTS"[state];
}

static void open_run(const struct run *run, struct recording *recording)
{
	recording_open(recording, run->name, run->scope);
	recording->with_swap = run->with_swap;
	recording->with_zram = run->with_zram;
	recording_start(recording);
}

static void judge_run(const struct run *run, struct course *course)
{
	struct recording recording;
	struct pmm_detector *detector;
	struct pmm_verdict verdict;

	*course = (struct course){0};
	open_run(run, &recording);
	if (pmm_detector_open(NULL, &detector) < 0)
		exit(99);
	pmm_detector_feed(detector, &recording.load, &verdict);
	while (recording_next(&recording) && course->seconds + 1 < sizeof(course->letters)) {
		pmm_detector_feed(detector, &recording.load, &verdict);
		course->letters[course->seconds++] = letter(verdict.state);
		if (getenv("PROCMM_LONG"))
			printf("# %s %zu L %.1f U %.1f reuse %.2f X %.0f S %.0f q %.2f rho %.2f "
			       "%c\n",
			       run->name, course->seconds, verdict.lost_percent,
			       verdict.useful_percent, verdict.reuse_ratio,
			       verdict.came_back_pages_per_second, verdict.evicted_pages_per_second,
			       verdict.paging_read_ratio, verdict.overlap_ratio,
			       letter(verdict.state));
	}
	pmm_detector_close(detector);
	recording_close(&recording);
}

/* How many seconds, from the one FIRST on, have one of these letters. */
static size_t seconds_of(const struct course *course, size_t first, const char *letters)
{
	size_t count = 0;

	for (size_t i = first - 1; i < course->seconds; i++)
		count += strchr(letters, course->letters[i]) != NULL;
	return count;
}

static void check(const struct run *run, const struct course *course)
{
	size_t after_eighth = course->seconds - 7;

	printf("# %s %s\n", run->name, course->letters);
	switch (run->truth) {
	case HARMLESS:
		is_u64(seconds_of(course, 1, "pTS"), 0, "%s is harmless all the while", run->name);
		ok(seconds_of(course, 8, ".r") == after_eighth, "%s is ok, or reclaiming",
		   run->name);
		break;
	case THRASHING:
		is_u64(seconds_of(course, 8, "TS"), after_eighth,
		       "%s thrashes from its eighth second to its end", run->name);
		is_u64(seconds_of(course, 1, "TS") > 0 &&
			       seconds_of(course, 5, "TS") < course->seconds - 3,
		       true, "%s: not before five seconds of it", run->name);
		break;
	case MOSTLY:
		ok(2 * seconds_of(course, 1, "TS") > course->seconds,
		   "%s thrashes most of its seconds", run->name);
		break;
	case BORDERLINE:
		ok(2 * seconds_of(course, 1, "pTS") > course->seconds,
		   "%s is under pressure, or thrashes", run->name);
		break;
	case AT_PRESSURE:
		is_u64(seconds_of(course, 1, "TS"), 0, "%s is under pressure at most", run->name);
		break;
	}
}

enum { MOST_LOADS = 64 };

/* How many looks of that many seconds say pressure or worse, and thrashing or worse. */
static void look(const struct run *run, size_t seconds, size_t *ret_pressure, size_t *ret_thrashing,
		 size_t *ret_looks)
{
	struct pmm_load loads[MOST_LOADS];
	struct recording recording;
	struct pmm_verdict verdict;
	size_t count = 0;

	open_run(run, &recording);
	do
		loads[count++] = recording.load;
	while (count < MOST_LOADS && recording_next(&recording));
	recording_close(&recording);
	*ret_pressure = *ret_thrashing = *ret_looks = 0;
	for (size_t i = 0; i + seconds < count; i++) {
		pmm_verdict_judge(&loads[i + seconds], &loads[i], NULL, &verdict);
		*ret_pressure += verdict.state >= PMM_STATE_PRESSURE;
		*ret_thrashing += verdict.state >= PMM_STATE_THRASHING;
		++*ret_looks;
		if (seconds < 10 && verdict.confidence > PMM_CONFIDENCE_LOW)
			ok(false, "%s: a look of %zu s is sure", run->name, seconds);
	}
}

/* One look has no hysteresis: no harmless second may need it, however short the look. */
static void check_looks(const struct run *run)
{
	size_t pressure, thrashing, looks;

	for (size_t seconds = 1; run->truth == HARMLESS && seconds <= 10; seconds++) {
		look(run, seconds, &pressure, &thrashing, &looks);
		is_u64(pressure, 0, "%s is harmless in each look of %zu s", run->name, seconds);
	}
	look(run, 10, &pressure, &thrashing, &looks);
	if (run->truth == THRASHING && looks)
		is_u64(thrashing, looks, "%s thrashes in each look of 10 s", run->name);
}

int main(void)
{
	struct course course;

	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++) {
		judge_run(&runs[i], &course);
		check(&runs[i], &course);
		check_looks(&runs[i]);
	}
	return done_testing();
}
