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
	WINDOW_PARTS = 12,
	FIRST_CAPACITY = 4,
};

struct pmm_detector {
	struct pmm_thresholds thresholds;
	struct pmm_load *loads; /* oldest first */
	size_t count, capacity;
	enum pmm_state state;
	/* Since when it is that bad, or worse; 0: it is not. */
	uint64_t seen_ns[PMM_STATES];	 /* by all there is to a state */
	uint64_t cost_ns[PMM_STATES];	 /* by what it costs, whatever the cause */
	uint64_t entered_ns[PMM_STATES]; /* as it is shown */
	uint64_t better_ns;		 /* since when it is better than what is shown */
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
	memset(detector->seen_ns, 0, sizeof(detector->seen_ns));
	memset(detector->cost_ns, 0, sizeof(detector->cost_ns));
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

/*
 * It is as bad as that NOW: then all that is no worse has lasted on. BEGIN_NS: of what tells so: a
 * first window is that bad as a whole, later ones by their end.
 */
static void follow(uint64_t since_ns[PMM_STATES], enum pmm_state now, uint64_t begin_ns)
{
	for (enum pmm_state state = PMM_STATE_OK; state < PMM_STATES; state++) {
		if (now < state)
			since_ns[state] = 0;
		else if (!since_ns[state])
			since_ns[state] = begin_ns;
	}
}

static bool has_lasted(uint64_t since_ns, uint64_t now_ns, uint64_t time_ns)
{
	return since_ns && now_ns - since_ns >= time_ns;
}

/*
 * The worst state that has lasted. Evictions come in bursts, and so do the proofs that they are of
 * what is needed: they must last half as long as what it costs.
 */
static enum pmm_state worst_lasting(const struct pmm_detector *detector, uint64_t now_ns)
{
	uint64_t enter_ns = detector->thresholds.enter_ns;
	enum pmm_state worst = PMM_STATE_UNKNOWN;

	for (enum pmm_state state = PMM_STATE_OK; state < PMM_STATES; state++)
		if (has_lasted(detector->seen_ns[state], now_ns, enter_ns / 2) &&
		    has_lasted(detector->cost_ns[state], now_ns, enter_ns))
			worst = state;
	return worst;
}

static void enter(struct pmm_detector *detector, enum pmm_state state)
{
	/* What is as bad as before has not begun anew. */
	for (enum pmm_state i = detector->state + 1; i <= state; i++)
		detector->entered_ns[i] = detector->seen_ns[i];
	detector->state = state;
	detector->better_ns = 0;
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
	if (!detector->seen_ns[PMM_STATE_OK])
		latest_ns = begin_ns;
	follow(detector->seen_ns, seen, latest_ns);
	follow(detector->cost_ns, verdict_grade_cost(verdict, thresholds), latest_ns);
	lasting = worst_lasting(detector, verdict->boot_ns);
	/* oomd's rule: what is falling by itself is left alone. */
	if (lasting >= PMM_STATE_PRESSURE &&
	    latest_lost < thresholds->fall_ratio * verdict->lost_percent)
		lasting = PMM_STATE_RECLAIMING;
	if (detector->state == PMM_STATE_UNKNOWN && seen == PMM_STATE_OK)
		enter(detector, PMM_STATE_OK);
	else if (lasting > detector->state)
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
