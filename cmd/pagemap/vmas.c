/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap vmas: a line for each mapping of a process, with how much of it is in RAM, in swap and
 * nowhere, and a total. All numbers are of one pass over its page table; none is taken from smaps,
 * which stalls the process for as long as it is read and counts in another way (proc_pid_smaps(5)
 * leaves huge pages of hugetlb out, and pages of zeros).
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/fit.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "shared/units.h"
#include "sums.h"

enum mapping_field {
	FIELD_PID,
	FIELD_ADDRESS,
	FIELD_END,
	FIELD_SIZE, /* and the other sums, by enum sum */
	FIELD_PERMISSIONS = FIELD_SIZE + SUMS,
	FIELD_OFFSET,
	FIELD_DEVICE,
	FIELD_INODE,
	FIELD_NAME,
	FIELDS,
};

#define MAPS	    "/proc/PID/maps"
#define PAGEMAP	    "/proc/PID/pagemap"
#define AT_SUM(sum) [FIELD_SIZE + (sum)]

const struct field mapping_fields[FIELDS + 1] = {
	[FIELD_PID] = {"pid", "PID", UNIT_COUNT, "the process", "operand", false, false},
	[FIELD_ADDRESS] = {"address", "ADDRESS", UNIT_ADDRESS, "where it begins", MAPS, true,
			   false},
	[FIELD_END] = {"end_address", "END", UNIT_ADDRESS, "one past its last byte", MAPS, false,
		       false},
	SUMS_ROWS(AT_SUM, false),
	[FIELD_PERMISSIONS] = {"permissions", "PERM", UNIT_TEXT,
			       "read, write, execute, private or shared", MAPS, true, false},
	[FIELD_OFFSET] = {"offset_bytes", "OFFSET", UNIT_BYTES, "where in the file it begins", MAPS,
			  false, false},
	[FIELD_DEVICE] = {"device", "DEVICE", UNIT_TEXT, "of the file: major:minor, hexadecimal",
			  MAPS, false, false},
	[FIELD_INODE] = {"inode", "INODE", UNIT_COUNT, "of the file; 0 if it has none", MAPS, false,
			 false},
	[FIELD_NAME] = {"name", "NAME", UNIT_TEXT, "its file, or the kernel's name for it", MAPS,
			true, true},
};

enum { DEVICE_TEXT = sizeof("ffffffff:ffffffff") };

struct row {
	const struct pmm_mapping *mapping;
	struct sums sums;
	char device[DEVICE_TEXT];
};

/* A process ready to be shown. */
struct sheet {
	struct target target;
	struct row *rows;
	size_t count;
	struct sums total;
};

/* ---- counting ---- */

/* Room for one more row. */
static struct row *sheet_reserve(struct sheet *sheet, size_t *capacity)
{
	if (sheet->count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 64;
		sheet->rows = reallocarray(sheet->rows, *capacity, sizeof(*sheet->rows));
		if (!sheet->rows)
			die_no_memory();
	}
	return &sheet->rows[sheet->count];
}

static void sheet_fill(struct sheet *sheet)
{
	struct target *target = &sheet->target;
	const struct pmm_mapping *mapping;
	size_t capacity = 0;

	sheet->total = sums_none();
	while (pmm_walk_next_mapping(target->walk, &mapping) > 0) {
		struct row *row = sheet_reserve(sheet, &capacity);

		if (!sums_read(target, mapping, &row->sums))
			continue;
		row->mapping = mapping;
		snprintf(row->device, sizeof(row->device), "%02x:%02x", mapping->device_major,
			 mapping->device_minor);
		sums_add(&sheet->total, &row->sums);
		sheet->count++;
	}
	sums_remark(&sheet->total);
}

/* ---- showing ---- */

static void row_values(const struct sheet *sheet, const struct row *row, struct value *values)
{
	const struct pmm_mapping *mapping = row->mapping;

	for (enum sum i = 0; i < SUMS; i++)
		values[FIELD_SIZE + i] = sums_value(&row->sums, i);
	values[FIELD_PID] = value_unsigned((uint64_t)sheet->target.process->pid);
	values[FIELD_ADDRESS] = value_unsigned(mapping->start_address);
	values[FIELD_END] = value_unsigned(mapping->end_address);
	values[FIELD_PERMISSIONS] = value_text(mapping->permissions);
	values[FIELD_OFFSET] = value_unsigned(mapping->offset_bytes);
	values[FIELD_DEVICE] = value_text(row->device);
	values[FIELD_INODE] = value_unsigned(mapping->inode);
	values[FIELD_NAME] = target_mapping_name(mapping);
}

/* In the total, what cannot be summed is absent; its first field says what it is. */
static void total_values(const struct sheet *sheet, size_t first, struct value *values)
{
	for (size_t i = 0; i < FIELDS; i++)
		values[i] = value_absent();
	for (enum sum i = 0; i < SUMS; i++)
		values[FIELD_SIZE + i] = sums_value(&sheet->total, i);
	if (first < FIELD_SIZE || first >= FIELD_PERMISSIONS)
		values[first] = value_text("total");
}

struct order {
	const struct sheet *sheet;
	size_t field;
};

static int compare_rows(const void *a, const void *b, void *data)
{
	const struct order *order = data;
	const struct row *left = a, *right = b;
	struct value first[FIELDS], second[FIELDS];
	int difference;

	row_values(order->sheet, left, first);
	row_values(order->sheet, right, second);
	difference = value_compare(&first[order->field], &second[order->field]);
	if (difference)
		return mapping_fields[order->field].unit == UNIT_TEXT ? difference : -difference;
	return left->mapping < right->mapping ? -1 : left->mapping > right->mapping;
}

static void sheet_sort(struct sheet *sheet, size_t field)
{
	struct order order = {.sheet = sheet, .field = field};

	if (field != SORT_ADDRESS)
		qsort_r(sheet->rows, sheet->count, sizeof(*sheet->rows), compare_rows, &order);
}

/* The end of a path says more than its front. FIT: NULL if there is room without end. */
static void report_sheet(struct report *report, const struct sheet *sheet, const struct fit *fit)
{
	struct value values[FIELDS];

	for (size_t i = 0; i < sheet->count; i++) {
		const struct row *row = &sheet->rows[i];
		char *name = fit_text(fit, row->mapping->name);

		row_values(sheet, row, values);
		if (*name)
			values[FIELD_NAME] = value_text(name);
		report_row(report, values);
		free(name);
	}
}

static struct fit *measure_sheet(const struct settings *settings, const struct sheet *sheet,
				 const struct value *total)
{
	struct fit *fit = fit_open(&settings->report, &settings->fields);
	struct value values[FIELDS];

	for (size_t i = 0; fit && i < sheet->count; i++) {
		row_values(sheet, &sheet->rows[i], values);
		fit_row(fit, values);
	}
	fit_row(fit, total);
	return fit;
}

static void print_sum(const struct settings *settings, const char *name, const struct sheet *sheet,
		      enum sum which)
{
	struct value sum = sums_value(&sheet->total, which);

	heading_amount(settings, name, sum.kind == VALUE_ABSENT ? PMM_ABSENT : sum.number);
}

static void print_heading(const struct settings *settings, const struct sheet *sheet)
{
	heading_begin(&sheet->target);
	print_sum(settings, "mapped", sheet, SUM_SIZE);
	print_sum(settings, "ram", sheet, SUM_RAM);
	print_sum(settings, "swap", sheet, SUM_SWAP);
	heading_end(&sheet->target);
}

static void show_mappings(const struct settings *settings, const struct sheet *sheet)
{
	struct report *report = report_open(&settings->report, &settings->fields, "mappings");
	struct value total[FIELDS];
	struct fit *fit;

	total_values(sheet, settings->fields.indices[0], total);
	fit = measure_sheet(settings, sheet, total);
	report_sheet(report, sheet, fit);
	if (settings->report.format == FORMAT_TABLE)
		report_row(report, total);
	report_close(report);
	fit_close(fit);
}

static void show_json(const struct settings *settings, const struct sheet *sheet)
{
	json_open(NULL);
	target_json(&sheet->target);
	json_boolean("complete", sheet->target.is_complete);
	show_mappings(settings, sheet);
	json_open("total");
	for (enum sum i = 0; i < SUMS; i++) {
		struct value sum = sums_value(&sheet->total, i);

		json_value(mapping_fields[FIELD_SIZE + i].key, UNIT_BYTES, &sum);
	}
	json_close();
	json_close();
}

static void show_table(const struct settings *settings, const struct sheet *sheet, bool is_first)
{
	if (!is_first)
		putchar('\n');
	if (!settings->report.without_headings)
		print_heading(settings, sheet);
	show_mappings(settings, sheet);
}

/* Is a field shown, or sorted by? */
static bool needs(const struct settings *settings, enum mapping_field field)
{
	for (size_t i = 0; i < settings->fields.count; i++)
		if (settings->fields.indices[i] == field)
			return true;
	return settings->sort == field;
}

static bool show_process(struct inquest *inquest, struct report *report, pid_t pid, bool is_first)
{
	const struct settings *settings = &inquest->settings;
	/* To tell what is exclusive takes several times as long as all the rest. */
	unsigned flags =
		needs(settings, FIELD_SIZE + SUM_EXCLUSIVE) ? PMM_WALK_FRAMES : PMM_WALK_HEADS;
	struct sheet sheet = {0};
	bool is_shown;

	if (!target_open(inquest, pid, flags, &sheet.target))
		return false;
	sheet_fill(&sheet);
	sheet_sort(&sheet, settings->sort);
	is_shown = sheet.count || !filter_is_set(&settings->filter);
	if (report)
		report_sheet(report, &sheet, NULL);
	else if (is_shown && settings->report.format == FORMAT_JSON)
		show_json(settings, &sheet);
	else if (is_shown)
		show_table(settings, &sheet, is_first);
	free(sheet.rows);
	target_close(&sheet.target);
	return is_shown;
}

void vmas_run(struct inquest *inquest, const pid_t *pids, size_t count)
{
	processes_run(inquest, pids, count, "mappings", show_process);
}
