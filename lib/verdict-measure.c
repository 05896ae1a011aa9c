/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The numbers of a verdict, from two loads of one scope: what was evicted, what of it came back,
 * and what that cost. Pure. The formulas and what they rest on are in procmm(7), VERDICT; the names
 * M, I, S, R, X, L, U here are those there. What the numbers amount to is in verdict.c.
 */

#include <math.h>

#include "root.h"
#include "verdict-parts.h"

/* What zram and zswap take for a page, about, where nothing measures it: lzo, 4 KiB. */
static const double COMPRESSED_READ_SECONDS = 15e-6;
/* So many pages a second that return, while a tenth of them leave at most, are being read back. */
static const double READING_BACK_PAGES_PER_SECOND = 100, READING_BACK_EVICTED_RATIO = 0.1;
/* Less than so much of either kind cannot spoil a sum of both. */
static const double MINOR_KIND_RATIO = 0.1;
/* A limit of which that much is used is full: reclaim works in batches. */
static const double FULL_LIMIT_RATIO = 0.95;

/* ---- rates ---- */

struct rates {
	double of[PMM_LOAD_COUNTERS]; /* a second; NAN where absent */
};

#define BIT(counter) ((uint64_t)1 << (counter))

static const uint64_t SWAP_COUNTERS = BIT(PMM_LOAD_SWAPPED_IN) | BIT(PMM_LOAD_SWAPPED_OUT) |
				      BIT(PMM_LOAD_ZSWAPPED_IN) | BIT(PMM_LOAD_ZSWAPPED_OUT);

/* What is put together from several files, or devices that may go, can fall a little. */
static bool may_fall(enum pmm_load_counter counter)
{
	return counter == PMM_LOAD_DISK_SWAPPED_IN || counter == PMM_LOAD_SWAP_READS ||
	       counter == PMM_LOAD_SWAP_READ_NS || counter == PMM_LOAD_READ_BYTES;
}

enum pmm_doubt verdict_fault(const struct pmm_load *now, const struct pmm_load *before,
			     const struct pmm_thresholds *thresholds)
{
	if (now->boot_ns <= before->boot_ns ||
	    now->boot_ns - before->boot_ns > thresholds->longest_interval_ns)
		return PMM_DOUBT_GAP;
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		if (!may_fall(i) && before->counters[i] != PMM_ABSENT &&
		    now->counters[i] < before->counters[i])
			return PMM_DOUBT_RESET;
	return 0;
}

static uint64_t growth(const struct pmm_load *now, const struct pmm_load *before,
		       enum pmm_load_counter counter)
{
	uint64_t last = now->counters[counter], first = before->counters[counter];

	return last == PMM_ABSENT || first == PMM_ABSENT || last < first ? PMM_ABSENT
									 : last - first;
}

static struct rates rates_between(const struct pmm_load *now, const struct pmm_load *before,
				  double seconds)
{
	struct rates rates = {0};

	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++) {
		uint64_t grown = growth(now, before, i);

		rates.of[i] = grown == PMM_ABSENT ? (double)NAN : (double)grown / seconds;
	}
	return rates;
}

static double or_zero(double number)
{
	return isnan(number) ? 0 : number;
}

/* The sum of what is known of two; NAN if neither is. */
static double add_known(double a, double b)
{
	return isnan(a) && isnan(b) ? (double)NAN : or_zero(a) + or_zero(b);
}

static double percent_of_time(double ns_per_second)
{
	/* The kernel's clock and ours are not read at one instant: a hair over all is all. */
	return isnan(ns_per_second) ? (double)NAN
				    : fmin(100, 100 * ns_per_second / (double)NS_PER_SECOND);
}

/* Does hardly anything of a kind come back to a cgroup, or nearly all that does so anywhere? */
static bool is_settled(double own, double of_system, const struct pmm_thresholds *thresholds)
{
	return !(own >= thresholds->came_back_pages_per_second) ||
	       own >= thresholds->cgroup_share * of_system;
}

static void forget(struct rates *rates, uint64_t counters)
{
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		if (counters & BIT(i))
			rates->of[i] = (double)NAN;
}

/* What has nothing in swap, has evicted no anonymous memory. */
static void settle_without_swap(struct rates *rates)
{
	for (enum pmm_load_counter i = 0; i < PMM_LOAD_COUNTERS; i++)
		if ((SWAP_COUNTERS | BIT(PMM_LOAD_EVICTED_ANON)) & BIT(i))
			rates->of[i] = 0;
}

/*
 * The evictions of the system are those of a cgroup, and more. So they are good enough where the
 * refaults of the system are the cgroup's: of each kind that comes back to it at all.
 */
static void settle_borrowed(const struct pmm_load *now, const struct pmm_load *before,
			    const struct pmm_thresholds *thresholds, struct rates *rates,
			    struct pmm_verdict *verdict)
{
	double anon = rates->of[PMM_LOAD_REFAULTED_ANON], file = rates->of[PMM_LOAD_REFAULTED_FILE];

	if (!now->borrowed)
		return;
	if (!(add_known(anon, file) > 0) ||
	    !is_settled(anon, rates->of[PMM_LOAD_SYSTEM_REFAULTED_ANON], thresholds) ||
	    !is_settled(file, rates->of[PMM_LOAD_SYSTEM_REFAULTED_FILE], thresholds)) {
		forget(rates, now->borrowed);
		return;
	}
	verdict->is_estimate = 1;
	verdict->doubts |= PMM_DOUBT_BORROWED;
	if (!(anon >= thresholds->came_back_pages_per_second))
		forget(rates, now->borrowed & SWAP_COUNTERS);
	if (!(file >= thresholds->came_back_pages_per_second))
		forget(rates, now->borrowed & BIT(PMM_LOAD_ACTIVATED_FILE));
	if (!now->swap_used_bytes && !before->swap_used_bytes)
		settle_without_swap(rates);
}

/* ---- what leaves, and what comes back ---- */

struct paging {
	double anon_out, file_out; /* NAN: not told apart */
	double out;		   /* S; NAN: not known */
	double anon_in, file_in;   /* Ra, Rf */
	double anon_needed_in;	   /* Ra, but for what swapoff(2) reads */
	double file_needed_in;	   /* Rf, or 0 if those who read it do not use it again */
	double disk_in;		   /* from swap on disks */
};

static void measure_out(const struct rates *rates, struct paging *paging)
{
	double swapped =
		add_known(rates->of[PMM_LOAD_SWAPPED_OUT], rates->of[PMM_LOAD_ZSWAPPED_OUT]);
	double proactive = or_zero(rates->of[PMM_LOAD_EVICTED_PROACTIVE]);
	double wanted = 1;

	/*
	 * A page that has kept its slot leaves without being written; and before Linux 5.8, what
	 * leaves at a cgroup's limit is counted as written only. So the greater one is right.
	 */
	paging->anon_out = fmax(rates->of[PMM_LOAD_EVICTED_ANON], swapped);
	paging->file_out = rates->of[PMM_LOAD_EVICTED_FILE];
	paging->out = paging->anon_out + paging->file_out;
	if (isnan(rates->of[PMM_LOAD_EVICTED_ANON]) || isnan(paging->out)) {
		paging->anon_out = paging->file_out = (double)NAN;
		paging->out = rates->of[PMM_LOAD_EVICTED];
		if (!isnan(paging->out))
			paging->out = fmax(paging->out, swapped);
	}
	if (proactive > 0 && paging->out > 0)
		wanted = fmax(0, 1 - proactive / paging->out);
	paging->anon_out *= wanted;
	paging->file_out *= wanted;
	paging->out *= wanted;
}

/*
 * Pages a second by which all swap got less. SwapTotal falls while an area is turned off, at first
 * by what is free in it, then by each page that is read for it (mm/swapfile.c, si_swapinfo).
 */
static double pages_given_back(const struct pmm_load *now, const struct pmm_load *before,
			       double seconds)
{
	uint64_t last = now->swap_total_bytes, first = before->swap_total_bytes;

	if (last >= first || first == PMM_ABSENT || now->page_bytes == PMM_ABSENT)
		return 0;
	return (double)(first - last) / (double)now->page_bytes / seconds;
}

static void measure_in(const struct rates *rates, const struct pmm_thresholds *thresholds,
		       double given_back, struct paging *paging)
{
	double swapped = add_known(rates->of[PMM_LOAD_SWAPPED_IN], rates->of[PMM_LOAD_ZSWAPPED_IN]);
	double faults = rates->of[PMM_LOAD_MAJOR_FAULTS];

	paging->file_in = rates->of[PMM_LOAD_REFAULTED_FILE];
	/* MGLRU counts recent refaults only; swap-ins are all. */
	paging->anon_in = fmax(rates->of[PMM_LOAD_REFAULTED_ANON], swapped);
	/* Cgroups before Linux 6.12 have no swap-ins: then faults, if none can be of files. */
	if (isnan(swapped) && paging->anon_in >= 1 && or_zero(paging->file_in) < 1)
		paging->anon_in = fmax(paging->anon_in, faults);
	/* No fault waits for what swapoff(2) reads. */
	paging->anon_needed_in =
		paging->anon_in - fmin(given_back, fmax(0, paging->anon_in - faults));
	/*
	 * A file that is read past does refault, but its pages are neither made active at once nor
	 * waited for by a mapping: 0.02 % at most were measured, and 10 % and more where the cache
	 * thrashes.
	 */
	paging->file_needed_in = 0;
	if (paging->file_in > 0 && (rates->of[PMM_LOAD_ACTIVATED_FILE] / paging->file_in >=
					    thresholds->file_activated_ratio ||
				    (faults - or_zero(paging->anon_in)) / paging->file_in >=
					    thresholds->file_faulted_ratio))
		paging->file_needed_in = paging->file_in;
	paging->disk_in = rates->of[PMM_LOAD_DISK_SWAPPED_IN];
	if (paging->disk_in > paging->anon_in)
		paging->disk_in = paging->anon_in;
}

static bool matters(double part, double whole)
{
	return part > MINOR_KIND_RATIO * whole;
}

static void measure_reuse(const struct paging *paging, struct pmm_verdict *verdict)
{
	double anon_needed_in = or_zero(paging->anon_needed_in);
	double needed_in = anon_needed_in + paging->file_needed_in;

	verdict->evicted_pages_per_second = paging->out;
	verdict->reuse_ratio = (double)NAN;
	verdict->came_back_pages_per_second = (double)NAN;
	if (isnan(paging->anon_in) && isnan(paging->file_in)) {
		verdict->doubts |= PMM_DOUBT_NO_EVICTIONS;
		return;
	}
	if (isnan(paging->out)) { /* it may have been evicted long ago */
		verdict->doubts |= PMM_DOUBT_NO_EVICTIONS;
		verdict->came_back_pages_per_second = needed_in;
		return;
	}
	if (isnan(paging->anon_out)) {
		verdict->came_back_pages_per_second = fmin(needed_in, paging->out);
		if (matters(or_zero(paging->anon_in), paging->out) &&
		    matters(or_zero(paging->file_in), paging->out))
			verdict->doubts |= PMM_DOUBT_UNSPLIT;
	} else {
		verdict->came_back_pages_per_second =
			fmin(anon_needed_in, paging->anon_out) +
			fmin(paging->file_needed_in, paging->file_out);
	}
	if (paging->out > 0)
		verdict->reuse_ratio = fmin(1, verdict->came_back_pages_per_second / paging->out);
}

/* Much returns and next to nothing leaves, of either kind. */
static bool is_return(double in, double out)
{
	return in >= READING_BACK_PAGES_PER_SECOND && out <= READING_BACK_EVICTED_RATIO * in;
}

static void note_returns(const struct pmm_load *now, const struct rates *rates,
			 const struct paging *paging, struct pmm_verdict *verdict)
{
	bool is_split = !isnan(paging->anon_out);

	if (!is_return(paging->anon_in, is_split ? paging->anon_out : paging->out) &&
	    !is_return(paging->file_in, is_split ? paging->file_out : paging->out))
		return;
	if (rates->of[PMM_LOAD_EVICTED_PROACTIVE] > 0 || now->counters[PMM_LOAD_SCANNED] == 0)
		verdict->notes |= PMM_NOTE_PROACTIVE;
	else
		verdict->notes |= PMM_NOTE_READING_BACK;
}

/* ---- what it costs ---- */

/*
 * While everybody waits for paging, a page at least is being read. So no more time is lost than the
 * reads take one after the other: what else waits for a disk, as fsync(2) does, is not paging, and
 * q cannot tell, which is of reads only. A throttled read (blk-throttle) is not in diskstats while
 * it waits; hence a read of that length is always believed.
 */
static double most_percent(const struct pmm_verdict *verdict,
			   const struct pmm_thresholds *thresholds)
{
	return 100 * verdict->paging_read_pages_per_second *
	       fmax(thresholds->read_seconds, verdict->swap_read_seconds);
}

double verdict_lost_percent(const struct pmm_verdict *verdict,
			    const struct pmm_thresholds *thresholds, double memory, double io)
{
	double paging_io = fmin(or_zero(io) * or_zero(verdict->paging_read_ratio),
				most_percent(verdict, thresholds));

	if (isnan(memory))
		return (double)NAN;
	if (isnan(verdict->overlap_ratio)) /* they may be the same waits */
		return fmin(100, fmax(memory, paging_io));
	return fmin(100, memory + paging_io * (1 - verdict->overlap_ratio));
}

/*
 * Without PSI: each page from a disk that a fault waited for takes as long as a read there, one
 * after the other.
 */
static double lost_by_latency(const struct rates *rates, const struct paging *paging,
			      const struct pmm_verdict *verdict)
{
	double disk_in = fmin(paging->disk_in, rates->of[PMM_LOAD_MAJOR_FAULTS]);
	double seconds = or_zero(paging->anon_in - paging->disk_in) * COMPRESSED_READ_SECONDS;

	if (isnan(rates->of[PMM_LOAD_SWAP_READS]))
		return (double)NAN;
	if (disk_in > 0)
		seconds += disk_in * or_zero(verdict->swap_read_seconds);
	return fmin(100, 100 * seconds);
}

static void measure_shares(const struct pmm_load *now, const struct rates *rates,
			   const struct paging *paging, struct pmm_verdict *verdict)
{
	double returned = or_zero(paging->anon_in) + or_zero(paging->file_in);
	double read_bytes = rates->of[PMM_LOAD_READ_BYTES];

	verdict->overlap_ratio = (double)NAN;
	if (!isnan(rates->of[PMM_LOAD_RESTORED]))
		verdict->overlap_ratio = fmin(1, rates->of[PMM_LOAD_RESTORED] / fmax(returned, 1));
	verdict->paging_read_pages_per_second = or_zero(paging->disk_in) + paging->file_needed_in;
	verdict->paging_read_ratio = (double)NAN;
	if (read_bytes > 0 && now->page_bytes != PMM_ABSENT)
		verdict->paging_read_ratio =
			fmin(1, (double)now->page_bytes * verdict->paging_read_pages_per_second /
					read_bytes);
}

static void measure_cost(const struct pmm_load *now, const struct rates *rates,
			 const struct paging *paging, const struct pmm_thresholds *thresholds,
			 struct pmm_verdict *verdict)
{
	double reads = rates->of[PMM_LOAD_SWAP_READS];

	verdict->memory_some_percent = percent_of_time(rates->of[PMM_LOAD_MEMORY_SOME_NS]);
	verdict->memory_full_percent = percent_of_time(rates->of[PMM_LOAD_MEMORY_FULL_NS]);
	verdict->io_some_percent = percent_of_time(rates->of[PMM_LOAD_IO_SOME_NS]);
	verdict->io_full_percent = percent_of_time(rates->of[PMM_LOAD_IO_FULL_NS]);
	verdict->swap_read_seconds = (double)NAN;
	if (reads > 0)
		verdict->swap_read_seconds =
			rates->of[PMM_LOAD_SWAP_READ_NS] / reads / (double)NS_PER_SECOND;
	measure_shares(now, rates, paging, verdict);
	verdict->lost_percent = verdict_lost_percent(
		verdict, thresholds, verdict->memory_full_percent, verdict->io_full_percent);
	if (isnan(verdict->lost_percent)) {
		verdict->lost_percent = lost_by_latency(rates, paging, verdict);
		verdict->doubts |= PMM_DOUBT_NO_PRESSURE;
		verdict->is_estimate = 1;
	}
	verdict->useful_percent = 100 * rates->of[PMM_LOAD_USER_NS] / (double)NS_PER_SECOND;
	if (isnan(verdict->useful_percent))
		verdict->doubts |= PMM_DOUBT_NO_USEFUL;
}

/* ---- the whole ---- */

static void copy_end(const struct pmm_load *now, struct pmm_verdict *verdict)
{
	verdict->path = now->path;
	verdict->boot_ns = now->boot_ns;
	verdict->current_bytes = now->current_bytes;
	verdict->limit_bytes = now->limit_bytes;
	verdict->limit_current_bytes = now->limit_current_bytes;
	verdict->limit_path = now->limit_path;
	verdict->is_limit_high = now->is_limit_high;
	verdict->swap_used_bytes = now->swap_used_bytes;
	verdict->swap_total_bytes = now->swap_total_bytes;
	verdict->system_available_bytes = now->system_available_bytes;
}

static bool is_limit_full(const struct pmm_load *load)
{
	return load->limit_path && load->limit_bytes != PMM_ABSENT &&
	       load->limit_current_bytes != PMM_ABSENT &&
	       (double)load->limit_current_bytes >= FULL_LIMIT_RATIO * (double)load->limit_bytes;
}

void verdict_measure(const struct pmm_load *now, const struct pmm_load *before,
		     const struct pmm_thresholds *thresholds, struct pmm_verdict *ret_verdict)
{
	double seconds = (double)(now->boot_ns - before->boot_ns) / (double)NS_PER_SECOND;
	struct pmm_verdict verdict = {
		.window_seconds = seconds,
		.state_seconds = (double)NAN,
		.events_high = growth(now, before, PMM_LOAD_EVENTS_HIGH),
		.events_max = growth(now, before, PMM_LOAD_EVENTS_MAX),
		.oom_kills = growth(now, before, PMM_LOAD_OOM_KILLS),
	};
	struct rates rates = rates_between(now, before, seconds);
	struct paging paging;

	copy_end(now, &verdict);
	settle_borrowed(now, before, thresholds, &rates, &verdict);
	measure_out(&rates, &paging);
	measure_in(&rates, thresholds, pages_given_back(now, before, seconds), &paging);
	measure_reuse(&paging, &verdict);
	measure_cost(now, &rates, &paging, thresholds, &verdict);
	note_returns(now, &rates, &paging, &verdict);
	verdict.swapped_in_pages_per_second =
		add_known(rates.of[PMM_LOAD_SWAPPED_IN], rates.of[PMM_LOAD_ZSWAPPED_IN]);
	verdict.swapped_out_pages_per_second =
		add_known(rates.of[PMM_LOAD_SWAPPED_OUT], rates.of[PMM_LOAD_ZSWAPPED_OUT]);
	verdict.refaulted_anon_pages_per_second = rates.of[PMM_LOAD_REFAULTED_ANON];
	verdict.refaulted_file_pages_per_second = rates.of[PMM_LOAD_REFAULTED_FILE];
	verdict.major_faults_per_second = rates.of[PMM_LOAD_MAJOR_FAULTS];
	verdict.allocstalls_per_second = rates.of[PMM_LOAD_ALLOCSTALLS];
	verdict.is_limit_binding =
		is_limit_full(now) && (verdict_has_grown(verdict.events_max) ||
				       verdict_has_grown(verdict.events_high) || paging.out > 0);
	*ret_verdict = verdict;
}

void verdict_unknown(const struct pmm_load *now, enum pmm_doubt doubt,
		     struct pmm_verdict *ret_verdict)
{
	struct pmm_load nothing;

	/* An interval of one second in which nothing was counted has all its numbers absent. */
	pmm_load_clear(&nothing);
	nothing.boot_ns = NS_PER_SECOND;
	verdict_measure(&nothing, &(struct pmm_load){.boot_ns = 0}, pmm_thresholds_default(),
			ret_verdict);
	copy_end(now, ret_verdict);
	ret_verdict->window_seconds = (double)NAN;
	ret_verdict->is_estimate = 0;
	ret_verdict->doubts = doubt;
}
