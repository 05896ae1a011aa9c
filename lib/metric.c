/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From samples to numbers. Pure: a metric is a row of the table, its formula is a text over the
 * kernel's own names, and that text is what is evaluated here, so the documentation cannot differ
 * from the computation.
 */

#include "metric.h"

#include <math.h>
#include <string.h>

#include "counters.h"
#include "pressure.h"
#include "root.h"
#include "scan.h"
#include "verdict-parts.h"

enum { LONGEST_NAME = 64, LONGEST_FORMULA = 256 };

/* ---- the language of formulas ---- ----------------------------------------------------------- */

/* False if there is no such counter; one that is there and not a number is PMM_ABSENT. */
static bool term_value(struct scan name, const struct pmm_counters *counters, uint64_t *ret_value)
{
	char text[LONGEST_NAME];
	size_t length = scan_length(&name);
	bool is_prefix = length && name.end[-1] == '*';

	length -= is_prefix;
	if (length >= sizeof(text))
		return false;
	memcpy(text, name.at, length);
	text[length] = '\0';
	*ret_value =
		is_prefix ? pmm_counters_sum(counters, text) : pmm_counters_get(counters, text);
	return counters_have(counters, text, is_prefix);
}

/*
 * False if this kernel lacks a counter of it: then it is the next alternative's turn. A counter
 * that is there but not a number is no reason to take other counters for it: PMM_ABSENT.
 */
static bool alternative_value(struct scan words, const struct pmm_counters *counters,
			      uint64_t *ret_value)
{
	uint64_t plus = 0, minus = 0, *side = &plus, value;
	bool is_sound = true;
	struct scan word;

	while (scan_word(&words, &word)) {
		if (scan_length(&word) == 1 && (*word.at == '+' || *word.at == '-')) {
			side = *word.at == '-' ? &minus : &plus;
			continue;
		}
		if (!term_value(word, counters, &value))
			return false;
		is_sound &= value != PMM_ABSENT && !__builtin_add_overflow(*side, value, side);
	}
	if (!is_sound || __builtin_sub_overflow(plus, minus, ret_value))
		*ret_value = PMM_ABSENT;
	return true;
}

bool metric_formula_value(const char *formula, const struct pmm_counters *counters,
			  uint64_t *ret_value)
{
	struct scan rest = scan_over(formula, strlen(formula)), alternative;
	uint64_t value = PMM_ABSENT;
	bool is_whole = false;

	if (!counters)
		return false;
	while (!is_whole && scan_until(&rest, '|', &alternative))
		is_whole = alternative_value(alternative, counters, &value);
	if (!is_whole && !alternative_value(rest, counters, &value))
		return false;
	if (value == PMM_ABSENT)
		return false;
	*ret_value = value;
	return true;
}

/* ---- ways to compute ---- -------------------------------------------------------------------- */

static const struct pmm_counters *source_counters(const struct pmm_metric *metric,
						  const struct pmm_sample *sample)
{
	if (!strcmp(metric->source, "proc/meminfo"))
		return pmm_sample_meminfo(sample);
	return pmm_sample_vmstat(sample);
}

double metric_gauge(const struct pmm_metric *metric, const struct pmm_sample *now,
		    const struct pmm_sample *before)
{
	uint64_t value;

	(void)before;
	if (!metric_formula_value(metric->formula, source_counters(metric, now), &value))
		return (double)NAN;
	return (double)value;
}

double metric_growth(const struct pmm_metric *metric, const struct pmm_sample *now,
		     const struct pmm_sample *before)
{
	uint64_t last, first;

	if (!metric_formula_value(metric->formula, source_counters(metric, now), &last) ||
	    !metric_formula_value(metric->formula, source_counters(metric, before), &first))
		return (double)NAN;
	return last < first ? (double)NAN : (double)(last - first);
}

double metric_rate(const struct pmm_metric *metric, const struct pmm_sample *now,
		   const struct pmm_sample *before)
{
	uint64_t interval_ns = pmm_sample_boot_ns(now) - pmm_sample_boot_ns(before);

	return metric_growth(metric, now, before) / ((double)interval_ns / (double)NS_PER_SECOND);
}

double metric_byte_rate(const struct pmm_metric *metric, const struct pmm_sample *now,
			const struct pmm_sample *before)
{
	struct pmm_metric pages = *metric;
	uint64_t page_bytes = pmm_sample_page_bytes(now);

	pages.formula += strlen(METRIC_PAGE_BYTES);
	if (page_bytes == PMM_ABSENT)
		return (double)NAN;
	return (double)page_bytes * metric_rate(&pages, now, before);
}

double metric_ratio(const struct pmm_metric *metric, const struct pmm_sample *now,
		    const struct pmm_sample *before)
{
	const char *over = strstr(metric->formula, METRIC_OVER);
	struct pmm_metric part = *metric;
	double numerator, denominator;
	char text[LONGEST_FORMULA];

	if (!over || (size_t)(over - metric->formula) >= sizeof(text))
		return (double)NAN;
	memcpy(text, metric->formula, (size_t)(over - metric->formula));
	text[over - metric->formula] = '\0';
	part.formula = text;
	numerator = metric_growth(&part, now, before);
	part.formula = over + strlen(METRIC_OVER);
	denominator = metric_growth(&part, now, before);
	return denominator > 0 ? numerator / denominator : (double)NAN;
}

double metric_verdict(const struct pmm_metric *metric, const struct pmm_sample *now,
		      const struct pmm_sample *before)
{
	struct pmm_thresholds thresholds = *pmm_thresholds_default();
	struct pmm_load last, first;
	struct pmm_evidence evidence;
	struct pmm_verdict verdict;

	thresholds.longest_interval_ns = UINT64_MAX; /* of a number it is no matter */
	pmm_load_of_sample(now, &last);
	pmm_load_of_sample(before, &first);
	if (verdict_fault(&last, &first, &thresholds))
		return (double)NAN;
	verdict_measure(&last, &first, &thresholds, &verdict);
	for (size_t i = 0; pmm_verdict_evidence(&verdict, &thresholds, i, &evidence); i++)
		if (!strcmp(evidence.key, metric->name))
			return evidence.value;
	return (double)NAN;
}

double metric_zram(const struct pmm_metric *metric, const struct pmm_sample *now,
		   const struct pmm_sample *before)
{
	const struct pmm_zram *device;
	uint64_t sum = 0, bytes;

	(void)before;
	if (!pmm_sample_zram(now, 0))
		return (double)NAN;
	for (size_t i = 0; (device = pmm_sample_zram(now, i)); i++) {
		bytes = strcmp(metric->formula, "orig_data_size") ? device->used_bytes
								  : device->stored_bytes;
		if (bytes == PMM_ABSENT || __builtin_add_overflow(sum, bytes, &sum))
			return (double)NAN;
	}
	return (double)sum;
}

static const struct pmm_stall *source_stall(const struct pmm_metric *metric,
					    const struct pmm_sample *sample)
{
	const struct pmm_pressure *pressure = NULL;

	for (enum pmm_resource resource = 0; resource < PMM_RESOURCES; resource++)
		if (!strcmp(metric->source, pressure_paths[resource]))
			pressure = pmm_sample_pressure(sample, resource);
	if (!pressure)
		return NULL;
	return strncmp(metric->formula, "full", 4) ? &pressure->some : &pressure->full;
}

double metric_stall_share(const struct pmm_metric *metric, const struct pmm_sample *now,
			  const struct pmm_sample *before)
{
	const struct pmm_stall *last = source_stall(metric, now);
	const struct pmm_stall *first = source_stall(metric, before);

	if (!last || !first)
		return (double)NAN;
	return pmm_stall_percent(last, first, pmm_sample_boot_ns(now) - pmm_sample_boot_ns(before));
}

double metric_stall_average(const struct pmm_metric *metric, const struct pmm_sample *now,
			    const struct pmm_sample *before)
{
	const struct pmm_stall *stall = source_stall(metric, now);
	const char *window = strchr(metric->formula, ' ');

	(void)before;
	if (!stall || !window)
		return (double)NAN;
	if (!strcmp(window, " avg10"))
		return stall->avg10_percent;
	return strcmp(window, " avg60") ? stall->avg300_percent : stall->avg60_percent;
}

/* ---- the table, from outside ---- ------------------------------------------------------------ */

const struct pmm_metric *pmm_metric_at(size_t index)
{
	return index < metric_rows_count ? &metric_rows[index].metric : NULL;
}

static const struct metric_row *row_named(const char *name)
{
	for (size_t i = 0; i < metric_rows_count; i++)
		if (!strcmp(metric_rows[i].metric.name, name))
			return &metric_rows[i];
	return NULL;
}

const struct pmm_metric *pmm_metric_find(const char *name)
{
	const struct metric_row *row = row_named(name);

	return row ? &row->metric : NULL;
}

double pmm_metric_value(const struct pmm_metric *metric, const struct pmm_sample *now,
			const struct pmm_sample *before)
{
	const struct metric_row *row = row_named(metric->name);
	double value;

	if (!row)
		return (double)NAN;
	if (metric->is_interval &&
	    (!before || pmm_sample_boot_ns(now) <= pmm_sample_boot_ns(before)))
		return (double)NAN;
	value = row->compute(metric, now, before);
	/* A copy of a kernel's file can say anything; more than all time is no share of it. */
	if (metric->unit == PMM_UNIT_PERCENT && (value < 0 || value > 100))
		return (double)NAN;
	return value;
}

const char *pmm_unit_name(enum pmm_unit unit)
{
	static const char *const names[] = {
		[PMM_UNIT_BYTES] = "bytes",    [PMM_UNIT_COUNT] = "count",
		[PMM_UNIT_PERCENT] = "%",      [PMM_UNIT_PAGES_PER_SECOND] = "pages/s",
		[PMM_UNIT_PER_SECOND] = "1/s", [PMM_UNIT_BYTES_PER_SECOND] = "bytes/s",
		[PMM_UNIT_CPU_PERCENT] = "%",  [PMM_UNIT_RATIO] = "ratio",
		[PMM_UNIT_SECONDS] = "s",
	};

	return names[unit];
}
