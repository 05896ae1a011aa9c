/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Verdicts of one scope in a row: loads go into a ring, the verdict is of the window that ends at
 * the newest, and a state is entered and left with delay, so that neither a burst nor a number that
 * swings about a threshold is news. The judging is in verdict.c.
 */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"
#include "verdict-parts.h"

enum {
	/* Loads closer together than window / WINDOW_PARTS are not all kept. */
	WINDOW_PARTS = 20,
	FIRST_CAPACITY = 4,
};

struct pmm_detector {
	struct pmm_thresholds thresholds;
	struct pmm_load *loads; /* oldest first */
	size_t count, capacity;
	enum pmm_state state;
	uint64_t since_ns[PMM_STATES];	 /* it is that bad, or worse, since; 0: it is not */
	uint64_t entered_ns[PMM_STATES]; /* the same of the state that is shown */
	uint64_t better_ns;		 /* it is better than the state since; 0: it is not */
};

int pmm_detector_open(const struct pmm_thresholds *thresholds, struct pmm_detector **ret_detector)
{
	struct pmm_detector *detector = calloc(1, sizeof(*detector));

	if (!detector)
		return -ENOMEM;
	detector->thresholds = thresholds ? *thresholds : *pmm_thresholds_default();
	*ret_detector = detector;
	return 0;
}

struct pmm_detector *pmm_detector_close(struct pmm_detector *detector)
{
	if (!detector)
		return NULL;
	free(detector->loads);
	free(detector);
	return NULL;
}

/* ---- the ring ---- */

static void forget_state(struct pmm_detector *detector)
{
	detector->state = PMM_STATE_UNKNOWN;
	memset(detector->since_ns, 0, sizeof(detector->since_ns));
	memset(detector->entered_ns, 0, sizeof(detector->entered_ns));
	detector->better_ns = 0;
}

/* Those before the one that the window begins with. Clocks are late, so a bit more is as good. */
static void drop_old(struct pmm_detector *detector, uint64_t now_ns)
{
	uint64_t reach_ns = detector->thresholds.window_ns;
	size_t first = 0;

	reach_ns += reach_ns / (size_t)(2 * WINDOW_PARTS);
	while (first + 2 < detector->count && now_ns - detector->loads[first].boot_ns > reach_ns)
		first++;
	detector->count -= first;
	memmove(detector->loads, detector->loads + first,
		detector->count * sizeof(*detector->loads));
}

static int push(struct pmm_detector *detector, const struct pmm_load *load)
{
	uint64_t gap_ns = detector->thresholds.window_ns / WINDOW_PARTS;
	size_t count = detector->count;

	if (count >= 2 && load->boot_ns - detector->loads[count - 2].boot_ns < gap_ns) {
		detector->loads[count - 1] = *load;
		return 0;
	}
	if (count == detector->capacity) {
		size_t capacity = count ? 2 * count : FIRST_CAPACITY;
		struct pmm_load *loads =
			reallocarray(detector->loads, capacity, sizeof(*detector->loads));

		if (!loads)
			return -ENOMEM;
		detector->loads = loads;
		detector->capacity = capacity;
	}
	detector->loads[detector->count++] = *load;
	return 0;
}

/* ---- hysteresis ---- */

/* Since when it has been how bad, without a break. LATEST_NS: of the load before the newest. */
static void follow(struct pmm_detector *detector, enum pmm_state seen, uint64_t begin_ns,
		   uint64_t latest_ns)
{
	bool is_first = !detector->since_ns[PMM_STATE_OK];

	for (enum pmm_state state = PMM_STATE_OK; state < PMM_STATES; state++) {
		if (seen < state)
			detector->since_ns[state] = 0;
		else if (!detector->since_ns[state])
			/* All of the first window is as bad as that; later, its end has told. */
			detector->since_ns[state] = is_first ? begin_ns : latest_ns;
	}
}

static void enter(struct pmm_detector *detector, enum pmm_state state)
{
	/* What is as bad as before has not begun anew. */
	for (enum pmm_state i = detector->state + 1; i <= state; i++)
		detector->entered_ns[i] = detector->since_ns[i];
	detector->state = state;
	detector->better_ns = 0;
}

/* The worst state that has lasted; OK needs not to. */
static enum pmm_state worst_lasting(const struct pmm_detector *detector, uint64_t now_ns)
{
	enum pmm_state worst = PMM_STATE_UNKNOWN;

	for (enum pmm_state state = PMM_STATE_OK; state < PMM_STATES; state++)
		if (detector->since_ns[state] &&
		    now_ns - detector->since_ns[state] >= detector->thresholds.enter_ns)
			worst = state;
	return worst;
}

static bool is_thrashing(enum pmm_state state)
{
	return state >= PMM_STATE_THRASHING;
}

/* Down to STATE, once it has been that good for long enough. */
static void leave(struct pmm_detector *detector, enum pmm_state state, uint64_t latest_ns,
		  uint64_t now_ns)
{
	if (state >= detector->state) {
		detector->better_ns = 0;
		return;
	}
	if (!detector->better_ns)
		detector->better_ns = latest_ns;
	if (now_ns - detector->better_ns < detector->thresholds.leave_ns)
		return;
	if (!is_thrashing(state)) /* severe or not, it has thrashed all the while */
		detector->entered_ns[state] = detector->better_ns;
	detector->state = state;
	detector->better_ns = 0;
}

static void step(struct pmm_detector *detector, struct pmm_verdict *verdict, double latest_lost,
		 uint64_t begin_ns, uint64_t latest_ns)
{
	const struct pmm_thresholds *thresholds = &detector->thresholds;
	enum pmm_state seen = verdict_grade(verdict, thresholds, 1), lasting;

	if (seen == PMM_STATE_UNKNOWN) {
		forget_state(detector);
		return;
	}
	follow(detector, seen, begin_ns, latest_ns);
	lasting = worst_lasting(detector, verdict->boot_ns);
	if (detector->state == PMM_STATE_UNKNOWN && seen == PMM_STATE_OK)
		enter(detector, PMM_STATE_OK);
	else if (lasting > detector->state &&
		 /* oomd's rule: what is falling by itself is left alone. */
		 !(latest_lost < thresholds->fall_ratio * verdict->lost_percent))
		enter(detector, lasting);
	else if (detector->state)
		leave(detector, verdict_grade(verdict, thresholds, thresholds->leave_ratio),
		      latest_ns, verdict->boot_ns);
}

/* ---- a load ---- */

static double seconds_in_state(const struct pmm_detector *detector, uint64_t now_ns)
{
	enum pmm_state state = detector->state;

	if (state == PMM_STATE_UNKNOWN)
		return (double)NAN;
	if (is_thrashing(state))
		state = PMM_STATE_THRASHING;
	return (double)(now_ns - detector->entered_ns[state]) / (double)NS_PER_SECOND;
}

static int judge_next(struct pmm_detector *detector, const struct pmm_load *load,
		      struct pmm_verdict *ret_verdict)
{
	const struct pmm_thresholds *thresholds = &detector->thresholds;
	uint64_t latest_ns = detector->loads[detector->count - 1].boot_ns, begin_ns;
	struct pmm_verdict latest;
	int r;

	verdict_measure(load, &detector->loads[detector->count - 1], thresholds, &latest);
	r = push(detector, load);
	if (r < 0)
		return r;
	drop_old(detector, load->boot_ns);
	begin_ns = detector->loads[0].boot_ns;
	verdict_measure(load, &detector->loads[0], thresholds, ret_verdict);
	if (load->boot_ns - begin_ns < thresholds->shortest_window_ns)
		ret_verdict->doubts |= PMM_DOUBT_SHORT_WINDOW;
	else
		step(detector, ret_verdict, latest.lost_percent, begin_ns, latest_ns);
	ret_verdict->state = detector->state;
	ret_verdict->state_seconds = seconds_in_state(detector, load->boot_ns);
	verdict_finish(thresholds, ret_verdict);
	return 0;
}

int pmm_detector_feed(struct pmm_detector *detector, const struct pmm_load *load,
		      struct pmm_verdict *ret_verdict)
{
	enum pmm_doubt fault = PMM_DOUBT_SHORT_WINDOW;

	if (detector->count)
		fault = verdict_fault(load, &detector->loads[detector->count - 1],
				      &detector->thresholds);
	if (detector->count && !fault)
		return judge_next(detector, load, ret_verdict);
	detector->count = 0;
	forget_state(detector);
	verdict_unknown(load, fault, ret_verdict);
	return push(detector, load);
}
