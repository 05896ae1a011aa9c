/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap file: a line for each file, with how much of it is in the page cache, and a total. A line
 * is written when it is known, but for what needs all of them: a table, an order, who maps them.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "file.h"
#include "shared/fit.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"

enum file_field {
	FIELD_SIZE, /* from here on: what can be summed, but for the percentage */
	FIELD_RESIDENT,
	FIELD_PERCENT,
	FIELD_DIRTY,
	FIELD_WRITEBACK,
	FIELD_EVICTED,
	FIELD_RECENT,
	FIELD_SWAP,
	FIELD_RANGES,
	FIELD_MAPPERS, /* to here */
	FIELD_DEVICE,
	FIELD_INODE,
	FIELD_PATH,
	FIELDS,
};

#define CACHESTAT "cachestat(2)"

const struct field file_fields[FIELDS + 1] = {
	[FIELD_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "of the file", "stat(2)", true, false},
	[FIELD_RESIDENT] = {"resident_bytes", "RESIDENT", UNIT_BYTES,
			    "pages that are in the page cache", CACHESTAT ", mincore(2)", true,
			    false},
	[FIELD_PERCENT] = {"resident_percent", "RES%", UNIT_PERCENT, "of its pages, those",
			   CACHESTAT ", mincore(2)", true, false},
	[FIELD_DIRTY] = {"dirty_bytes", "DIRTY", UNIT_BYTES, "of those, not written to disk yet",
			 CACHESTAT, true, false},
	[FIELD_WRITEBACK] = {"writeback_bytes", "WRITEBACK", UNIT_BYTES,
			     "of those, being written just now", CACHESTAT, true, false},
	[FIELD_EVICTED] = {"evicted_bytes", "EVICTED", UNIT_BYTES,
			   "pages that were resident, as far as the kernel remembers", CACHESTAT,
			   true, false},
	[FIELD_RECENT] = {"recently_evicted_bytes", "RECENT", UNIT_BYTES,
			  "of EVICTED, those that would still be here with a little more memory",
			  CACHESTAT, false, false},
	[FIELD_SWAP] = {"swap_bytes", "SWAP", UNIT_BYTES, "of tmpfs, pages in swap", CACHESTAT,
			true, false},
	[FIELD_RANGES] = {"ranges", "RANGES", UNIT_COUNT, "how many runs of pages are resident",
			  CACHESTAT ", mincore(2)", false, false},
	[FIELD_MAPPERS] = {"mappers", "MAPPERS", UNIT_COUNT,
			   "processes that map it; only where it is asked for", "/proc/PID/maps",
			   false, false},
	[FIELD_DEVICE] = {"device", "DEVICE", UNIT_TEXT, "of its file system: major:minor, decimal",
			  "stat(2)", false, false},
	[FIELD_INODE] = {"inode", "INODE", UNIT_COUNT, "its number there", "stat(2)", false, false},
	[FIELD_PATH] = {"path", "PATH", UNIT_TEXT, "where it was found", "operand", true, true},
};

enum { DEVICE_TEXT = sizeof("4294967295:4294967295"), NO_KEY = -1 };

struct row {
	char *path;
	uint64_t sums[FIELDS]; /* from FIELD_SIZE to before FIELD_DEVICE */
	uint64_t pages, resident_pages;
	uint64_t inode;
	ssize_t key; /* for who maps it; NO_KEY: it is not asked, or cannot be mapped */
	char device[DEVICE_TEXT];
};

struct listing {
	const struct operands *operands;
	const struct settings *settings;
	uint64_t page_bytes;
	bool is_held; /* until all rows are known */
	struct row *rows;
	size_t count;
	size_t capacity;
	struct row total;
	size_t total_count;
	bool is_too_much[FIELDS]; /* of the total: no number holds it */
	struct file_keys keys;
	struct report *report;
};

/* ---- reading ---- */

static void row_clear(struct row *row)
{
	*row = (struct row){.key = NO_KEY};
	for (size_t i = 0; i < FIELDS; i++)
		row->sums[i] = PMM_ABSENT;
}

static void row_count(struct listing *listing, struct row *row, struct pmm_file *file)
{
	struct pmm_file_pages pages;

	row->pages = (row->sums[FIELD_SIZE] + listing->page_bytes - 1) / listing->page_bytes;
	if (!file_count(listing->operands, file, 0, 0, &pages))
		return;
	row->resident_pages = pages.cached;
	const uint64_t counts[FIELDS] = {
		[FIELD_RESIDENT] = pages.cached,	 [FIELD_DIRTY] = pages.dirty,
		[FIELD_WRITEBACK] = pages.writeback,	 [FIELD_EVICTED] = pages.evicted,
		[FIELD_RECENT] = pages.recently_evicted, [FIELD_SWAP] = pages.swapped,
	};

	for (size_t i = FIELD_RESIDENT; i <= FIELD_SWAP; i++)
		if (i != FIELD_PERCENT && counts[i] != PMM_ABSENT)
			row->sums[i] = counts[i] * listing->page_bytes;
}

static void row_count_ranges(struct listing *listing, struct row *row, struct pmm_file *file)
{
	struct pmm_file_range range;
	uint64_t ranges = 0;
	int r;

	while ((r = pmm_file_next_range(file, &range)) > 0)
		ranges += range.is_cached ? 1 : 0;
	if (r < 0)
		file_complain(listing->operands, r);
	else
		row->sums[FIELD_RANGES] = ranges;
}

static void row_fill(struct listing *listing, struct row *row, struct pmm_file *file)
{
	const struct stat *status = pmm_file_status(file);

	row_clear(row);
	row->path = format_text("%s", operands_path(listing->operands));
	row->sums[FIELD_SIZE] = pmm_file_size_bytes(file);
	row->inode = status->st_ino;
	snprintf(row->device, sizeof(row->device), "%u:%u", major(status->st_dev),
		 minor(status->st_dev));
	row_count(listing, row, file);
	if (file_needs(listing->settings, FIELD_RANGES) && row->sums[FIELD_RESIDENT] != PMM_ABSENT)
		row_count_ranges(listing, row, file);
	if (file_needs(listing->settings, FIELD_MAPPERS) &&
	    file_keys_add(&listing->keys, listing->operands, file))
		row->key = (ssize_t)listing->keys.count - 1;
}

/* ---- the total ---- */

/* Rows that are absent do not count; a total of nothing but those is absent, or of too much. */
static void total_add(struct listing *listing, const struct row *row)
{
	struct row *total = &listing->total;

	for (size_t i = FIELD_SIZE; i < FIELD_DEVICE; i++) {
		if (row->sums[i] == PMM_ABSENT)
			continue;
		if (total->sums[i] == PMM_ABSENT)
			total->sums[i] = 0;
		listing->is_too_much[i] |=
			__builtin_add_overflow(total->sums[i], row->sums[i], &total->sums[i]);
		if (listing->is_too_much[i])
			total->sums[i] = PMM_ABSENT;
	}
	if (row->sums[FIELD_RESIDENT] != PMM_ABSENT) {
		total->pages += row->pages;
		total->resident_pages += row->resident_pages;
	}
	listing->total_count++;
}

/* A process that maps several of the files is one of each, but they are not so many in all. */
static void count_mappers(struct listing *listing)
{
	struct pmm_root *root = listing->operands->inquest->root;
	const struct pmm_mapper *mapper;
	struct pmm_mappers *mappers;
	pid_t *last = allocate(listing->keys.count + 1, sizeof(*last));
	uint64_t *counts = allocate(listing->keys.count + 1, sizeof(*counts));

	if (pmm_mappers_open(root, listing->keys.keys, listing->keys.count, &mappers) < 0) {
		complain(NULL, "%s", pmm_root_error(root));
	} else {
		while (pmm_mappers_next(mappers, &mapper) > 0) {
			counts[mapper->key] += last[mapper->key] != mapper->process->pid;
			last[mapper->key] = mapper->process->pid;
		}
		file_complain_of_denied(mappers);
		pmm_mappers_close(mappers);
		for (size_t i = 0; i < listing->count; i++)
			if (listing->rows[i].key != NO_KEY)
				listing->rows[i].sums[FIELD_MAPPERS] = counts[listing->rows[i].key];
	}
	free(counts);
	free(last);
}

/* ---- showing ---- */

static double percent_of(const struct row *row)
{
	if (row->sums[FIELD_RESIDENT] == PMM_ABSENT || !row->pages)
		return NAN;
	/* A file that has just grown has more pages than it had. */
	if (row->resident_pages >= row->pages)
		return 100;
	return 100 * (double)row->resident_pages / (double)row->pages;
}

static void row_values(const struct row *row, struct value *values)
{
	for (size_t i = FIELD_SIZE; i < FIELD_DEVICE; i++)
		values[i] = value_unsigned(row->sums[i]);
	values[FIELD_PERCENT] = value_real(percent_of(row));
	values[FIELD_DEVICE] = value_text(row->device);
	values[FIELD_INODE] = value_unsigned(row->inode);
	values[FIELD_PATH] = value_text(row->path);
}

/* What cannot be summed is absent; the path, or the first field, says what it is. */
static void total_values(const struct listing *listing, struct value *values)
{
	const struct selection *fields = &listing->settings->fields;

	row_values(&listing->total, values);
	values[FIELD_MAPPERS] = values[FIELD_DEVICE] = values[FIELD_INODE] = value_absent();
	if (file_needs(listing->settings, FIELD_PATH))
		values[FIELD_PATH] = value_text("total");
	else if (fields->indices[0] >= FIELD_MAPPERS)
		values[fields->indices[0]] = value_text("total");
}

static int compare_rows(const void *a, const void *b, void *data)
{
	size_t field = *(const size_t *)data;
	struct value first[FIELDS], second[FIELDS];
	int difference;

	row_values(a, first);
	row_values(b, second);
	difference = value_compare(&first[field], &second[field]);
	if (difference)
		return file_fields[field].unit == UNIT_TEXT ? difference : -difference;
	return strcmp(((const struct row *)a)->path, ((const struct row *)b)->path);
}

static void report_rows(const struct listing *listing, const struct fit *fit)
{
	struct value values[FIELDS];

	for (size_t i = 0; i < listing->count; i++) {
		char *path = fit_text(fit, listing->rows[i].path);

		row_values(&listing->rows[i], values);
		values[FIELD_PATH] = value_text(path);
		report_row(listing->report, values);
		free(path);
	}
}

static void show_held(struct listing *listing)
{
	bool has_total =
		listing->total_count > 1 && listing->settings->report.format == FORMAT_TABLE;
	struct fit *fit = fit_open(&listing->settings->report, &listing->settings->fields);
	struct value values[FIELDS];

	for (size_t i = 0; fit && i < listing->count; i++) {
		row_values(&listing->rows[i], values);
		fit_row(fit, values);
	}
	report_rows(listing, fit);
	total_values(listing, values);
	if (has_total)
		report_row(listing->report, values);
	fit_close(fit);
}

static void json_total(const struct listing *listing)
{
	json_open("total");
	for (size_t i = FIELD_SIZE; i < FIELD_RANGES; i++) {
		struct value sum = value_unsigned(listing->total.sums[i]);

		if (i == FIELD_PERCENT)
			sum = value_real(percent_of(&listing->total));
		json_value(file_fields[i].key, file_fields[i].unit, &sum);
	}
	json_close();
}

static void list_file(struct listing *listing, struct pmm_file *file)
{
	struct value values[FIELDS];
	struct row row;

	row_fill(listing, &row, file);
	total_add(listing, &row);
	if (!listing->is_held) {
		row_values(&row, values);
		report_row(listing->report, values);
		free(row.path);
		return;
	}
	if (listing->count == listing->capacity) {
		listing->capacity = listing->capacity ? 2 * listing->capacity : 16;
		listing->rows =
			reallocarray(listing->rows, listing->capacity, sizeof(*listing->rows));
		if (!listing->rows)
			die_no_memory();
	}
	listing->rows[listing->count++] = row;
}

static void listing_free(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->rows[i].path);
	free(listing->rows);
	file_keys_free(&listing->keys);
}

void file_sums_run(struct operands *operands)
{
	const struct settings *settings = &operands->inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	struct listing listing = {
		.operands = operands,
		.settings = settings,
		.page_bytes = pmm_root_page_bytes(operands->inquest->root),
		.is_held = settings->report.format == FORMAT_TABLE ||
			   settings->sort != SORT_ADDRESS || file_needs(settings, FIELD_MAPPERS),
	};
	struct pmm_file *file;

	row_clear(&listing.total);
	for (size_t i = FIELD_DIRTY; i <= FIELD_SWAP; i++)
		if (file_needs(settings, i))
			file_remark_missing(operands->inquest);
	if (is_json)
		document_begin();
	listing.report = report_open(&settings->report, &settings->fields, "files");
	while ((file = operands_next(operands)))
		list_file(&listing, file);
	if (file_needs(settings, FIELD_MAPPERS))
		count_mappers(&listing);
	if (settings->sort != SORT_ADDRESS && listing.count)
		qsort_r(listing.rows, listing.count, sizeof(*listing.rows), compare_rows,
			&operands->inquest->settings.sort);
	if (listing.is_held)
		show_held(&listing);
	report_close(listing.report);
	if (is_json) {
		json_total(&listing);
		document_end();
	}
	listing_free(&listing);
}
