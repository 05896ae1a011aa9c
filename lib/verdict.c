/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From the numbers of a verdict (verdict-measure.c) to its state: the decision list of procmm(7),
 * VERDICT, the notes, and how sure it is. Pure. What lasts, and what does not, is known to
 * detector.c.
 */

#include <math.h>

#include "root.h"
#include "verdict-parts.h"

/* A window may be that much shorter for the clock's sake. */
static const double WINDOW_SLACK = 0.95;

static const struct pmm_thresholds defaults = {
	.window_ns = 10 * NS_PER_SECOND,
	.shortest_window_ns = 3 * NS_PER_SECOND,
	.longest_interval_ns = 600 * NS_PER_SECOND,
	.enter_ns = 5 * NS_PER_SECOND,
	.leave_ns = 10 * NS_PER_SECOND,
	.leave_ratio = 0.5,
	.fall_ratio = 0.85,
	.reuse_ratio = 0.3,
	.came_back_pages_per_second = 10,
	.evicted_pages_per_second = 1000,
	.pressure_lost_percent = 1,
	.thrashing_lost_percent = 10,
	.thrashing_useful_ratio = 0.5,
	.severe_lost_percent = 40,
	.severe_useful_ratio = 5,
	.file_activated_ratio = 0.05,
	.file_faulted_ratio = 0.3,
	.cold_swap_ratio = 0.25,
	.cgroup_share = 0.8,
	.read_seconds = 0.01,
};

const struct pmm_thresholds *pmm_thresholds_default(void)
{
	return &defaults;
}

static bool is_blind(const struct pmm_verdict *verdict)
{
	return verdict->doubts & PMM_DOUBT_NO_PRESSURE;
}

/*
 * It costs that much; or, where nobody counts what waits for files cost, a limit was hit. Where
 * evictions are not known, pages may come back that left long ago: then, too, a limit must be hit.
 */
static bool is_cut(const struct pmm_verdict *verdict, double lost_percent)
{
	bool is_costly = verdict->lost_percent >= lost_percent;

	if (verdict_has_grown(verdict->events_max))
		return is_costly || is_blind(verdict);
	return is_costly && !isnan(verdict->evicted_pages_per_second);
}

static bool is_thrashing(const struct pmm_verdict *verdict, const struct pmm_thresholds *thresholds,
			 double ratio)
{
	double useful = verdict->useful_percent; /* may be absent: then by what is lost alone */

	return verdict->lost_percent >= ratio * thresholds->thrashing_lost_percent &&
	       !(verdict->lost_percent < ratio * thresholds->thrashing_useful_ratio * useful);
}

static bool is_severe(const struct pmm_verdict *verdict, const struct pmm_thresholds *thresholds,
		      double ratio)
{
	return !is_blind(verdict) &&
	       (verdict->lost_percent >= ratio * thresholds->severe_lost_percent ||
		verdict->lost_percent >=
			ratio * thresholds->severe_useful_ratio * verdict->useful_percent);
}

/* The decision list of procmm(7), VERDICT, from the top. */
enum pmm_state verdict_grade(const struct pmm_verdict *verdict,
			     const struct pmm_thresholds *thresholds, double ratio)
{
	double lost = verdict->lost_percent, pressure = ratio * thresholds->pressure_lost_percent;
	bool is_known = !isnan(verdict->evicted_pages_per_second);
	bool comes_back = verdict->came_back_pages_per_second >=
				  ratio * thresholds->came_back_pages_per_second &&
			  (!is_known || verdict->reuse_ratio >= ratio * thresholds->reuse_ratio);

	if (comes_back && is_known && is_thrashing(verdict, thresholds, ratio))
		return is_severe(verdict, thresholds, ratio) ? PMM_STATE_SEVERE
							     : PMM_STATE_THRASHING;
	if (comes_back && is_cut(verdict, pressure))
		return PMM_STATE_PRESSURE;
	if (isnan(lost))
		return PMM_STATE_UNKNOWN;
	if (verdict->notes & (PMM_NOTE_READING_BACK | PMM_NOTE_PROACTIVE))
		return PMM_STATE_OK;
	/* Hardly a page leaves, nobody waits for memory: what is read was gone long, or is new. */
	if (verdict->evicted_pages_per_second < ratio * thresholds->came_back_pages_per_second &&
	    verdict->memory_full_percent < pressure)
		return PMM_STATE_OK;
	if (lost < pressure &&
	    !(verdict->evicted_pages_per_second >= ratio * thresholds->evicted_pages_per_second))
		return PMM_STATE_OK;
	return PMM_STATE_RECLAIMING;
}

enum pmm_state verdict_grade_cost(const struct pmm_verdict *verdict,
				  const struct pmm_thresholds *thresholds)
{
	struct pmm_verdict worst = *verdict;

	worst.reuse_ratio = 1;
	worst.evicted_pages_per_second =
		fmax(worst.evicted_pages_per_second, thresholds->came_back_pages_per_second);
	worst.came_back_pages_per_second = worst.evicted_pages_per_second;
	return verdict_grade(&worst, thresholds, 1);
}

static bool is_swap_cold(const struct pmm_verdict *verdict, const struct pmm_thresholds *thresholds)
{
	return verdict->swap_used_bytes != PMM_ABSENT && verdict->swap_total_bytes != PMM_ABSENT &&
	       verdict->swap_used_bytes > 0 &&
	       (double)verdict->swap_used_bytes >=
		       thresholds->cold_swap_ratio * (double)verdict->swap_total_bytes &&
	       !(verdict->came_back_pages_per_second >= thresholds->came_back_pages_per_second) &&
	       !(verdict->notes & (PMM_NOTE_READING_BACK | PMM_NOTE_PROACTIVE));
}

static enum pmm_confidence confidence_of(const struct pmm_verdict *verdict)
{
	if (verdict->state == PMM_STATE_UNKNOWN)
		return PMM_CONFIDENCE_NONE;
	if (verdict->doubts &
	    (PMM_DOUBT_NO_PRESSURE | PMM_DOUBT_NO_EVICTIONS | PMM_DOUBT_NO_USEFUL))
		return PMM_CONFIDENCE_LOW;
	return verdict->doubts ? PMM_CONFIDENCE_MEDIUM : PMM_CONFIDENCE_HIGH;
}

void verdict_finish(const struct pmm_thresholds *thresholds, struct pmm_verdict *verdict)
{
	if (verdict->window_seconds * (double)NS_PER_SECOND <
	    WINDOW_SLACK * (double)thresholds->window_ns)
		verdict->doubts |= PMM_DOUBT_SHORT_WINDOW;
	if (verdict->state == PMM_STATE_OK && is_swap_cold(verdict, thresholds))
		verdict->notes |= PMM_NOTE_COLD_SWAP;
	if (verdict_has_grown(verdict->oom_kills))
		verdict->notes |= PMM_NOTE_OOM_KILL;
	verdict->confidence = confidence_of(verdict);
}

void pmm_verdict_judge(const struct pmm_load *now, const struct pmm_load *before,
		       const struct pmm_thresholds *thresholds, struct pmm_verdict *ret_verdict)
{
	enum pmm_doubt fault;
	double witness;

	if (!thresholds)
		thresholds = &defaults;
	fault = verdict_fault(now, before, thresholds);
	if (fault) {
		verdict_unknown(now, fault, ret_verdict);
		return;
	}
	verdict_measure(now, before, thresholds, ret_verdict);
	if (now->boot_ns - before->boot_ns < thresholds->window_ns) {
		witness = verdict_lost_percent(ret_verdict, thresholds,
					       now->memory_full_avg10_percent,
					       now->io_full_avg10_percent);
		if (witness < ret_verdict->lost_percent)
			ret_verdict->lost_percent = witness;
	}
	ret_verdict->state = verdict_grade(ret_verdict, thresholds, 1);
	verdict_finish(thresholds, ret_verdict);
	if (ret_verdict->doubts & PMM_DOUBT_SHORT_WINDOW && ret_verdict->state)
		ret_verdict->confidence = PMM_CONFIDENCE_LOW;
}
