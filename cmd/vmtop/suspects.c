/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Who suffers and who grows, of thousands of processes: the few that lost most time, or have most
 * faults where that is not known, and those whose memory grows fastest, in RAM and in swap. Only
 * candidates are asked for their cgroup, which costs a file each.
 */

#include "suspects.h"

#include <math.h>
#include <string.h>

static const double LEAST_LOST_PERCENT = 1;
static const double LEAST_FAULTS = 1;	   /* a second, where lost time is not known */
static const double LEAST_GROWTH = 100000; /* bytes a second: less is noise */

/* How much a process suffers, or grows; 0: not so that it matters. */
typedef double measure(const struct row *row);

static double growth_of(const struct row *row)
{
	double rss = row->rates.rss_growth_bytes_per_second;
	double swap = row->rates.swap_growth_bytes_per_second;

	return isnan(rss) ? swap : isnan(swap) ? rss : rss + swap;
}

static double growing(const struct row *row)
{
	double growth = growth_of(row);

	return growth >= LEAST_GROWTH ? growth : 0;
}

/* Lost time goes before faults: no number of them is 1 % of lost time more. */
static double suffering(const struct row *row)
{
	double faults = row->rates.major_faults_per_second;

	if (row->lost_percent >= LEAST_LOST_PERCENT)
		return row->lost_percent + (faults > 0 ? faults * 1e-9 : 0);
	return isnan(row->lost_percent) && faults >= LEAST_FAULTS ? faults * 1e-9 : 0;
}

static bool is_within(const struct crowd *crowd, const struct row *row, const char *cgroup)
{
	const struct pmm_identity *identity;

	if (!cgroup)
		return true;
	if (pmm_identities_get(crowd->identities, row->process,
			       PMM_IDENTITY_CGROUP | PMM_IDENTITY_KNOWN, &identity) < 0)
		return false;
	return identity->cgroup && is_below_cgroup(identity->cgroup, cgroup);
}

static struct pmm_suspect suspect_of(const struct row *row)
{
	return (struct pmm_suspect){
		.name = row->process->name,
		.pid = row->process->pid,
		.lost_percent = row->lost_percent,
		.is_estimate = row->lost_source == lost_by_estimate,
		.major_faults_per_second = row->rates.major_faults_per_second,
		.growth_bytes_per_second = growth_of(row),
	};
}

/* The COUNT suspects found so far stay in order, worst first; what falls out at the end is lost. */
static size_t insert(struct pmm_suspect *found, double *measures, size_t count,
		     const struct row *row, double measured)
{
	size_t place = count < SUSPECTS ? count : SUSPECTS - 1;

	for (; place && measures[place - 1] < measured; place--) {
		found[place] = found[place - 1];
		measures[place] = measures[place - 1];
	}
	found[place] = suspect_of(row);
	measures[place] = measured;
	return count < SUSPECTS ? count + 1 : count;
}

static size_t find(struct pmm_suspect *found, const struct rows *rows, const struct crowd *crowd,
		   const char *cgroup, measure *how)
{
	double measures[SUSPECTS];
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		double measured = how(&rows->items[i]);

		if (measured > 0 && (count < SUSPECTS || measured > measures[SUSPECTS - 1]) &&
		    is_within(crowd, &rows->items[i], cgroup))
			count = insert(found, measures, count, &rows->items[i], measured);
	}
	return count;
}

void suspects_find(struct suspects *suspects, const struct rows *rows, const struct crowd *crowd,
		   const char *cgroup)
{
	suspects->victims_count = find(suspects->victims, rows, crowd, cgroup, suffering);
	suspects->growers_count = find(suspects->growers, rows, crowd, cgroup, growing);
}

static bool is_kswapd(const struct pmm_process *process)
{
	return process->rss_bytes == PMM_ABSENT && !strncmp(process->name, "kswapd", 6);
}

double suspects_kswapd_percent(const struct crowd *crowd)
{
	const struct pmm_process *process;
	struct pmm_process_rates rates;
	double most = (double)NAN;

	for (size_t i = 0; crowd->now && (process = pmm_processes_at(crowd->now, i)); i++) {
		if (!is_kswapd(process))
			continue;
		rates = pmm_process_rates(process, crowd->now, crowd->before);
		most = fmax(most, rates.cpu_percent);
	}
	return most;
}
