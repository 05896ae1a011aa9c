/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Which processes to show, of the thousands there may be: half of the places for those with most
 * major faults, the rest for those that hold most swap, then for the largest; or, if a field to
 * sort by was named, the first by that. Only those few are asked who they are, and what is dear.
 */

#include <math.h>
#include <stdlib.h>

#include "shared/message.h"
#include "vmtop.h"

/* A file-wide sort key would be shared state; qsort_r hands it through. */
struct order {
	const enum process_field *fields; /* most significant first */
	size_t count;
	bool is_reversed;
};

/* What must be read of a process beside its numbers. */
struct needs {
	unsigned identity, detail;
};

static const struct window ALL_ROWS = {0, SIZE_MAX};

static const enum process_field by_faults[] = {PROCESS_FAULTS, PROCESS_SWAP, PROCESS_RSS};
static const enum process_field by_swap[] = {PROCESS_SWAP, PROCESS_RSS};

static bool falls(enum process_field field)
{
	return process_fields[field].unit != UNIT_TEXT;
}

static int compare_rows(const void *a, const void *b, void *data)
{
	const struct order *order = data;
	const struct row *left = a, *right = b;
	int difference = 0;

	for (size_t i = 0; !difference && i < order->count; i++) {
		enum process_field field = order->fields[i];
		struct value first = process_value(left, field);
		struct value second = process_value(right, field);

		difference = value_compare(&first, &second);
		if (falls(field))
			difference = -difference;
	}
	if (order->is_reversed)
		difference = -difference;
	if (difference)
		return difference;
	return left->process->pid < right->process->pid ? -1 : 1;
}

static void sort_rows(struct rows *rows, size_t from, size_t to, struct order order)
{
	if (to > from) /* there may be none, and then no memory for them */
		qsort_r(rows->items + from, to - from, sizeof(*rows->items), compare_rows, &order);
}

static size_t count_faulting(const struct rows *rows)
{
	size_t count = 0;

	while (count < rows->count && rows->items[count].rates.major_faults_per_second > 0)
		count++;
	return count;
}

/* Bring the TOP most telling rows to the front, the faulting ones first. */
static void put_telling_first(struct rows *rows, size_t top, bool is_reversed)
{
	size_t faulting;

	sort_rows(rows, 0, rows->count, (struct order){by_faults, 3, false});
	faulting = count_faulting(rows);
	if (faulting > (top + 1) / 2)
		faulting = (top + 1) / 2;
	sort_rows(rows, faulting, rows->count, (struct order){by_swap, 2, false});
	sort_rows(rows, 0, top, (struct order){by_faults, 3, is_reversed});
}

static bool is_user_process(const struct pmm_process *process)
{
	return process->rss_bytes != PMM_ABSENT || process->swap_bytes != PMM_ABSENT;
}

static struct row *append_row(struct rows *rows)
{
	if (rows->count == rows->capacity) {
		rows->capacity = rows->capacity ? 2 * rows->capacity : 256;
		rows->items = reallocarray(rows->items, rows->capacity, sizeof(*rows->items));
		if (!rows->items)
			die_no_memory();
	}
	return &rows->items[rows->count++];
}

/* What the kernel counted, or else about what the faults must have taken. */
static void find_lost(const struct crowd *crowd, struct row *row)
{
	row->lost_percent = (double)NAN;
	row->lost_source = lost_by_taskstats;
	if (crowd->delays)
		row->lost_percent = pmm_delays_lost_percent(crowd->delays, row->process);
	if (!isnan(row->lost_percent))
		return;
	row->lost_percent = pmm_process_lost_estimate_percent(row->rates.major_faults_per_second,
							      crowd->swap_read_seconds);
	row->lost_source = isnan(row->lost_percent) ? NULL : lost_by_estimate;
}

/* A process that is gone by now has no identity, and that is no fault. */
static const struct pmm_identity *identify(const struct crowd *crowd,
					   const struct pmm_process *process, unsigned flags)
{
	const struct pmm_identity *identity;

	if (!flags)
		return NULL;
	if (crowd->is_hurried)
		flags |= PMM_IDENTITY_KNOWN;
	return pmm_identities_get(crowd->identities, process, flags, &identity) < 0 ? NULL
										    : identity;
}

void rows_collect(struct rows *rows, const struct filter *filter, const struct crowd *crowd)
{
	unsigned needed = filter_identity(filter);
	const struct pmm_process *process;
	struct row *row;

	rows->count = 0;
	for (size_t i = 0; crowd->now && (process = pmm_processes_at(crowd->now, i)); i++) {
		if (!is_user_process(process) ||
		    !filter_takes(filter, process, identify(crowd, process, needed)))
			continue;
		row = append_row(rows);
		*row = (struct row){
			.process = process,
			.rates = pmm_process_rates(process, crowd->now, crowd->before),
			.detail = {PMM_ABSENT, PMM_ABSENT, PMM_ABSENT, 0},
			.state = {process->state},
		};
		find_lost(crowd, row);
	}
}

/* A page table is not walked while that has to wait for memory: then PSS is to be had later. */
static void look_closer(struct rows *rows, const struct crowd *crowd, struct window window,
			struct needs needs)
{
	if (crowd->is_hurried && needs.detail & PMM_DETAIL_PSS) {
		needs.detail &= ~(unsigned)PMM_DETAIL_PSS;
		rows->is_without_pss = true;
	}
	for (size_t i = window.first; i < rows->count && i - window.first < window.count; i++) {
		struct row *row = &rows->items[i];

		row->identity = identify(crowd, row->process, needs.identity);
		if (needs.detail)
			pmm_detail_read(crowd->root, row->process, needs.detail, &row->detail);
	}
}

static struct needs selection_needs(const struct selection *selection)
{
	struct needs needs = {0};

	for (size_t i = 0; i < selection->count; i++) {
		enum process_field field = (enum process_field)selection->indices[i];

		needs.identity |= field_identity(field);
		needs.detail |= field_detail(field);
	}
	return needs;
}

/* By the field, and what is alike in it by what tells most. */
static void put_first_by(struct rows *rows, const struct crowd *crowd, enum process_field field,
			 bool is_reversed)
{
	const enum process_field fields[] = {field, PROCESS_FAULTS, PROCESS_SWAP, PROCESS_RSS};
	struct needs needs = {field_identity(field), field_detail(field)};

	if (needs.identity || needs.detail)
		look_closer(rows, crowd, ALL_ROWS, needs);
	sort_rows(rows, 0, rows->count, (struct order){fields, 4, is_reversed});
}

void rows_order(struct rows *rows, const struct settings *settings, const struct crowd *crowd,
		size_t top)
{
	if (top > rows->count)
		top = rows->count;
	if (settings->sort == SORT_DEFAULT)
		put_telling_first(rows, top, settings->is_reversed);
	else
		put_first_by(rows, crowd, (enum process_field)settings->sort,
			     settings->is_reversed);
	rows->count = top;
}

void rows_complete(struct rows *rows, const struct settings *settings, const struct crowd *crowd,
		   struct window window)
{
	look_closer(rows, crowd, window, selection_needs(&settings->process));
}

void rows_free(struct rows *rows)
{
	free(rows->items);
	*rows = (struct rows){0};
}
