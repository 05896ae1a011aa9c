/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Which processes to show, of the thousands there may be: half of the places for those with most
 * major faults, the rest for those that hold most swap, then for the largest; or, if a field to
 * sort by was named, the first by that. Only those few are asked who they are.
 */

#include <math.h>
#include <stdlib.h>

#include "shared/message.h"
#include "vmtop.h"

/* A file-wide sort key would be shared state; qsort_r hands it through. */
struct order {
	const struct rows *rows;
	const enum process_field *fields; /* most significant first */
	size_t count;
};

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

	for (size_t i = 0; i < order->count; i++) {
		enum process_field field = order->fields[i];
		struct value first = process_value(order->rows, left, field);
		struct value second = process_value(order->rows, right, field);
		int difference = value_compare(&first, &second);

		if (difference)
			return falls(field) ? -difference : difference;
	}
	return left->process->pid < right->process->pid ? -1 : 1;
}

static void sort_rows(const struct rows *rows, size_t from, size_t to,
		      const enum process_field *fields, size_t count)
{
	struct order order = {.rows = rows, .fields = fields, .count = count};

	qsort_r(rows->items + from, to - from, sizeof(*rows->items), compare_rows, &order);
}

static size_t count_faulting(const struct rows *rows)
{
	size_t count = 0;

	while (count < rows->count && rows->items[count].major_faults_per_second > 0)
		count++;
	return count;
}

/* Bring the TOP most telling rows to the front, the faulting ones first. */
static void put_telling_first(struct rows *rows, size_t top)
{
	size_t faulting;

	sort_rows(rows, 0, rows->count, by_faults, 3);
	faulting = count_faulting(rows);
	if (faulting > (top + 1) / 2)
		faulting = (top + 1) / 2;
	sort_rows(rows, faulting, rows->count, by_swap, 2);
	sort_rows(rows, 0, top, by_faults, 3);
}

static void cut_rows(struct rows *rows, size_t top)
{
	for (size_t i = top; i < rows->count; i++)
		rows->items[i].identity = pmm_identity_free(rows->items[i].identity);
	rows->count = top;
}

static bool is_user_process(const struct pmm_process *process)
{
	return process->rss_bytes != PMM_ABSENT || process->swap_bytes != PMM_ABSENT;
}

static void append_row(struct rows *rows, size_t *capacity, struct row row)
{
	if (rows->count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 256;
		rows->items = reallocarray(rows->items, *capacity, sizeof(*rows->items));
		if (!rows->items)
			die_no_memory();
	}
	rows->items[rows->count++] = row;
}

static void collect(struct rows *rows, struct pmm_processes *now,
		    const struct pmm_processes *before)
{
	const struct pmm_process *process;
	size_t capacity = 0;

	while (pmm_processes_next(now, &process) > 0)
		if (is_user_process(process))
			append_row(rows, &capacity,
				   (struct row){
					   .process = process,
					   .major_faults_per_second =
						   pmm_process_major_faults_per_second(process, now,
										       before),
					   .state = {process->state},
				   });
}

/* A process that is gone by now has no identity, and that is no fault. */
static void identify(struct pmm_root *root, struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!rows->items[i].identity &&
		    pmm_identity_read(root, rows->items[i].process, &rows->items[i].identity) < 0)
			rows->items[i].identity = NULL;
}

static bool selection_needs_identity(const struct selection *selection)
{
	for (size_t i = 0; i < selection->count; i++)
		if (field_needs_identity((enum process_field)selection->indices[i]))
			return true;
	return false;
}

struct rows *rows_select(struct pmm_root *root, const struct settings *settings,
			 struct pmm_processes *now, const struct pmm_processes *before)
{
	struct rows *rows = allocate(1, sizeof(*rows));
	enum process_field sort = (enum process_field)settings->sort;
	size_t top;

	if (now)
		collect(rows, now, before);
	if (!rows->count)
		return rows;
	top = settings->top < rows->count ? settings->top : rows->count;
	if (settings->sort == SORT_DEFAULT) {
		put_telling_first(rows, top);
	} else {
		if (field_needs_identity(sort))
			identify(root, rows);
		sort_rows(rows, 0, rows->count, &sort, 1);
	}
	cut_rows(rows, top);
	if (selection_needs_identity(&settings->process))
		identify(root, rows);
	return rows;
}

struct rows *rows_free(struct rows *rows)
{
	if (!rows)
		return NULL;
	cut_rows(rows, 0);
	free(rows->items);
	free(rows);
	return NULL;
}
