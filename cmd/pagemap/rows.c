/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Rows that are known only when all was counted: values by field, in the order they came in or
 * sorted. Computes nothing and prints nothing but through a report.
 */

#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "shared/fit.h"
#include "shared/memory.h"

struct rows {
	const struct field *fields;
	size_t width; /* how many fields there are */
	struct value *values;
	size_t *order;
	size_t count;
	size_t capacity;
	size_t cut; /* the field that loses its front; SIZE_MAX: none */
	char **kept;
	size_t kept_count;
	size_t kept_capacity;
};

struct rows *rows_open(const struct field *fields)
{
	struct rows *rows = allocate(1, sizeof(*rows));

	rows->fields = fields;
	rows->cut = SIZE_MAX;
	while (fields[rows->width].key)
		rows->width++;
	return rows;
}

static void *resize(void *list, size_t count, size_t size)
{
	void *resized = reallocarray(list, count, size);

	if (!resized)
		die_no_memory();
	return resized;
}

struct value *rows_add(struct rows *rows)
{
	struct value *values;

	if (rows->count == rows->capacity) {
		rows->capacity = rows->capacity ? 2 * rows->capacity : 64;
		rows->values =
			resize(rows->values, rows->capacity, rows->width * sizeof(*rows->values));
		rows->order = resize(rows->order, rows->capacity, sizeof(*rows->order));
	}
	values = rows->values + rows->count * rows->width;
	for (size_t i = 0; i < rows->width; i++)
		values[i] = value_absent();
	rows->order[rows->count] = rows->count;
	rows->count++;
	return values;
}

const char *rows_keep(struct rows *rows, char *text)
{
	if (rows->kept_count == rows->kept_capacity) {
		rows->kept_capacity = rows->kept_capacity ? 2 * rows->kept_capacity : 64;
		rows->kept = resize(rows->kept, rows->kept_capacity, sizeof(*rows->kept));
	}
	rows->kept[rows->kept_count++] = text;
	return text;
}

struct sorting {
	const struct rows *rows;
	size_t field;
};

static int compare_rows(const void *a, const void *b, void *data)
{
	const struct sorting *sorting = data;
	const struct rows *rows = sorting->rows;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	int difference = value_compare(&rows->values[left * rows->width + sorting->field],
				       &rows->values[right * rows->width + sorting->field]);

	if (difference)
		return rows->fields[sorting->field].unit == UNIT_TEXT ? difference : -difference;
	return (left > right) - (left < right);
}

void rows_sort(struct rows *rows, size_t field)
{
	struct sorting sorting = {rows, field};

	if (field != SORT_ADDRESS && rows->count)
		qsort_r(rows->order, rows->count, sizeof(*rows->order), compare_rows, &sorting);
}

void rows_cut_front(struct rows *rows, size_t field)
{
	rows->cut = field;
}

static void cut_texts(struct rows *rows, const struct settings *settings)
{
	struct fit *fit = fit_open(&settings->report, &settings->fields);

	for (size_t i = 0; fit && i < rows->count; i++)
		fit_row(fit, rows->values + i * rows->width);
	for (size_t i = 0; fit && i < rows->count; i++) {
		struct value *value = &rows->values[i * rows->width + rows->cut];

		if (value->kind == VALUE_TEXT)
			value->text = rows_keep(rows, fit_text(fit, value->text));
	}
	fit_close(fit);
}

void rows_put(const struct rows *rows, struct report *report)
{
	for (size_t i = 0; i < rows->count; i++)
		report_row(report, rows->values + rows->order[i] * rows->width);
}

void rows_report(struct rows *rows, const struct settings *settings, const char *name)
{
	struct report *report = report_open(&settings->report, &settings->fields, name);

	if (rows->cut != SIZE_MAX)
		cut_texts(rows, settings);
	rows_put(rows, report);
	report_close(report);
}

struct rows *rows_close(struct rows *rows)
{
	for (size_t i = 0; i < rows->kept_count; i++)
		free(rows->kept[i]);
	free(rows->kept);
	free(rows->order);
	free(rows->values);
	free(rows);
	return NULL;
}
