/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swapctl list: the areas as rows of fields, in whichever format, and their totals. What the rows
 * hold is gathered in rows.c.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/message.h"
#include "shared/stream.h"
#include "swapctl.h"

enum list_field {
	LIST_NAME,
	LIST_TYPE,
	LIST_SIZE,
	LIST_USED,
	LIST_AVAILABLE,
	LIST_USED_PERCENT,
	LIST_PRIORITY,
	LIST_STATE,
	LIST_BOOT,
	LIST_DELETED,
	LIST_LABEL,
	LIST_UUID,
	LIST_PAGE_SIZE,
	LIST_BOOT_PRIORITY,
	LIST_SPEC,
	LIST_FILE_SYSTEM,
	LIST_DEVICE,
	LIST_EXTENTS,
	LIST_MODE,
	LIST_OWNER,
	LIST_REACHABLE,
	LIST_MEMORY,
	LIST_RATIO,
	LIST_OPTIONS,
	LIST_FIELDS, /* how many there are */
};

static const char from_kernel[] = "/proc/swaps";
static const char from_header[] = "header of the area";
static const char from_fstab[] = "/etc/fstab";
static const char from_mounts[] = "/proc/self/mountinfo";

const struct field list_fields[] = {
	[LIST_NAME] = {"name", "NAME", UNIT_TEXT, "path of the file or device, or its spec",
		       "/proc/swaps, /etc/fstab", true, false},
	[LIST_TYPE] = {"type", "TYPE", UNIT_TEXT, "file, partition, zram or loop",
		       "/proc/swaps, file type", true, false},
	[LIST_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES,
		       "space for pages, the header page not counted",
		       "/proc/swaps, header of an inactive area", true, false},
	[LIST_USED] = {"used_bytes", "USED", UNIT_BYTES, "taken by pages", from_kernel, true,
		       false},
	[LIST_AVAILABLE] = {"available_bytes", "AVAIL", UNIT_BYTES, "not taken", "size - used",
			    false, false},
	[LIST_USED_PERCENT] = {"used_percent", "USE%", UNIT_PERCENT, "taken, of the size",
			       "100 * used / size", false, false},
	[LIST_PRIORITY] = {"priority", "PRIO", UNIT_NUMBER,
			   "higher is used first; negative: chosen by the kernel", from_kernel,
			   true, false},
	[LIST_STATE] = {"state", "STATE", UNIT_TEXT,
			"active, draining, stale (its name leads nowhere) or inactive",
			"/proc/swaps, /proc/meminfo, /etc/fstab", true, false},
	[LIST_BOOT] = {"boot", "BOOT", UNIT_TEXT, "fstab: activated at boot; noauto: in fstab only",
		       from_fstab, true, false},
	[LIST_DELETED] = {"deleted", "DELETED", UNIT_BOOLEAN, "its device node is gone",
			  from_kernel, false, false},
	[LIST_LABEL] = {"label", "LABEL", UNIT_TEXT, "label of the area", from_header, false,
			false},
	[LIST_UUID] = {"uuid", "UUID", UNIT_TEXT, "UUID of the area", from_header, false, false},
	[LIST_PAGE_SIZE] = {"page_size_bytes", "PAGE-SIZE", UNIT_BYTES,
			    "page size of the kernel it was made for", from_header, false, false},
	[LIST_BOOT_PRIORITY] = {"boot_priority", "BOOT-PRIO", UNIT_NUMBER,
				"priority it is to have from boot on (pri=)", from_fstab, false,
				false},
	[LIST_SPEC] = {"spec", "SPEC", UNIT_TEXT, "what names it at boot", from_fstab, false,
		       false},
	[LIST_FILE_SYSTEM] = {"file_system", "FSTYPE", UNIT_TEXT,
			      "type of the file system that a file is on", from_mounts, false,
			      false},
	[LIST_DEVICE] = {"device", "DEVICE", UNIT_TEXT, "device that it is, or is on",
			 "/sys/dev/block, /proc/self/mountinfo", false, false},
	[LIST_EXTENTS] = {"extents", "EXTENTS", UNIT_COUNT,
			  "pieces in which a file lies on the disk", "FS_IOC_FIEMAP", false, false},
	[LIST_MODE] = {"mode", "MODE", UNIT_TEXT, "who may read it, in octal", "stat(2)", false,
		       false},
	[LIST_OWNER] = {"owner_uid", "OWNER", UNIT_COUNT, "number of its owner", "stat(2)", false,
			false},
	[LIST_REACHABLE] = {"reachable", "REACHABLE", UNIT_BOOLEAN, "its name leads to it",
			    "stat(2)", false, false},
	[LIST_RATIO] = {"ratio", "RATIO", UNIT_NUMBER,
			"zram: bytes stored in one of memory, to a hundredth",
			"/sys/block/zram*/mm_stat", false, false},
	[LIST_MEMORY] = {"memory_bytes", "MEMUSED", UNIT_BYTES, "zram: memory that it takes",
			 "/sys/block/zram*/mm_stat", false, false},
	[LIST_OPTIONS] = {"options", "OPTIONS", UNIT_TEXT, "options at boot", from_fstab, false,
			  true},
	[LIST_FIELDS] = {0},
};

/* ---- values ---- */

static const char *row_state(const struct row *row)
{
	if (row->is_uncertain)
		return NULL;
	if (row->is_stale)
		return "stale";
	if (row->status && row->status->is_draining)
		return "draining";
	return row->is_active ? "active" : "inactive";
}

static const char *row_type(const struct row *row)
{
	if (row->is_active)
		return pmm_area_type_name(row->area.type);
	return row->line->is_there ? pmm_area_type_name(row->line->type) : NULL;
}

/* "" is none; a header that could not be read does not say. */
static const char *header_text(const struct row *row, const char *text)
{
	return row->with_header && *text ? text : NULL;
}

static void fill_active(const struct pmm_area *area, struct value *values)
{
	values[LIST_SIZE] = value_unsigned(area->size_bytes);
	values[LIST_USED] = value_unsigned(area->used_bytes);
	values[LIST_AVAILABLE] =
		value_unsigned(available_bytes(area->size_bytes, area->used_bytes));
	values[LIST_USED_PERCENT] = value_real(used_percent(area->size_bytes, area->used_bytes));
	values[LIST_PRIORITY] = value_signed(area->priority);
	values[LIST_DELETED] = value_unsigned((uint64_t)area->is_deleted);
}

static void fill_line(const struct pmm_fstab_swap *line, struct value *values)
{
	values[LIST_BOOT] = value_text(line->is_noauto ? "noauto" : "fstab");
	values[LIST_SPEC] = value_text(line->spec);
	values[LIST_OPTIONS] = value_text(line->options);
	if (line->priority != PMM_NO_PRIORITY)
		values[LIST_BOOT_PRIORITY] = value_signed(line->priority);
}

static void fill_status(const struct row *row, struct value *values)
{
	const struct pmm_swap_status *status = row->status;

	if (row->is_active && (status || row->is_stale))
		values[LIST_REACHABLE] = value_unsigned(status != NULL);
	if (!status)
		return;
	values[LIST_FILE_SYSTEM] = value_text(status->file_system);
	values[LIST_DEVICE] = value_text(status->device);
	values[LIST_EXTENTS] = value_unsigned(status->extents);
	values[LIST_MODE] = value_text(row->mode);
	values[LIST_OWNER] = value_unsigned(status->uid);
}

static void fill_values(const struct row *row, struct value *values)
{
	uint64_t size_bytes;

	for (size_t i = 0; i < LIST_FIELDS; i++)
		values[i] = value_absent();
	values[LIST_NAME] = value_text(row->name);
	values[LIST_TYPE] = value_text(row_type(row));
	values[LIST_STATE] = value_text(row_state(row));
	values[LIST_LABEL] = value_text(header_text(row, row->header.label));
	values[LIST_UUID] = value_text(header_text(row, row->header.uuid));
	if (row->with_header) {
		values[LIST_PAGE_SIZE] = value_unsigned(row->header.page_bytes);
		size_bytes = row->header.pages * row->header.page_bytes; /* at most 2^32 * 2^16 */
		values[LIST_SIZE] = value_unsigned(size_bytes);
	}
	if (row->is_active)
		fill_active(&row->area, values);
	if (row->line)
		fill_line(row->line, values);
	fill_status(row, values);
	if (row->zram) {
		values[LIST_RATIO] = value_real(round(100 * pmm_zram_ratio(row->zram)) / 100);
		values[LIST_MEMORY] = value_unsigned(row->zram->used_bytes);
	}
}

/* ---- order ---- */

struct line {
	struct value values[LIST_FIELDS];
	size_t index; /* keeps equal ones in the order they came */
};

static int compare_lines(const void *a, const void *b, void *data)
{
	const struct line *left = a, *right = b;
	size_t field = *(const size_t *)data;
	int difference = value_compare(&left->values[field], &right->values[field]);

	if (!difference)
		return left->index < right->index ? -1 : 1;
	return list_fields[field].unit == UNIT_TEXT ? difference : -difference;
}

static struct line *make_lines(const struct rows *rows, size_t sort)
{
	struct line *lines = allocate(rows->count + 1, sizeof(*lines));

	for (size_t i = 0; i < rows->count; i++) {
		fill_values(&rows->items[i], lines[i].values);
		lines[i].index = i;
	}
	if (sort != SORT_NONE)
		qsort_r(lines, rows->count, sizeof(*lines), compare_lines, &sort);
	return lines;
}

/* ---- output ---- */

static bool selects(const struct selection *selection, enum list_field field)
{
	for (size_t i = 0; i < selection->count; i++)
		if (selection->indices[i] == field)
			return true;
	return false;
}

/* The last row of a table: what the active areas come to. */
static void report_totals(struct report *report, const struct rows *rows)
{
	struct value values[LIST_FIELDS];

	for (size_t i = 0; i < LIST_FIELDS; i++)
		values[i] = value_absent();
	values[LIST_NAME] = value_text("total");
	values[LIST_SIZE] = value_unsigned(rows->size_bytes);
	values[LIST_USED] = value_unsigned(rows->used_bytes);
	values[LIST_AVAILABLE] = value_unsigned(rows->available_bytes);
	values[LIST_USED_PERCENT] = value_real(used_percent(rows->size_bytes, rows->used_bytes));
	report_row(report, values);
}

static void print_report(const struct list_settings *settings, const struct rows *rows)
{
	struct report *report = report_open(&settings->report, &settings->selection, "areas");
	struct line *lines = make_lines(rows, settings->sort);

	for (size_t i = 0; i < rows->count; i++)
		report_row(report, lines[i].values);
	if (settings->report.format == FORMAT_TABLE && !settings->report.without_headings &&
	    rows->active_count > 1 && selects(&settings->selection, LIST_NAME))
		report_totals(report, rows);
	report_close(report);
	free(lines);
}

static void print_json(const struct list_settings *settings, const struct rows *rows)
{
	struct value absent = value_absent();

	json_open(NULL);
	json_text("schema", "swapctl/1");
	if (rows->knows_active || rows->count)
		print_report(settings, rows);
	else
		json_value("areas", UNIT_TEXT, &absent);
	json_open("totals");
	json_unsigned("size_bytes", rows->size_bytes);
	json_unsigned("used_bytes", rows->used_bytes);
	json_unsigned("available_bytes", rows->available_bytes);
	json_close();
	json_close();
	json_end();
}

static void print_nothing(const struct list_settings *settings, const struct rows *rows)
{
	if (!rows->knows_active || settings->report.without_headings)
		return;
	puts(NO_SWAP);
	if (rows->line_count)
		remark(NULL, "fstab has swap lines, but none is active; --all shows them");
}

/* Is a field shown, or sorted by? */
static bool needs(const struct list_settings *settings, enum list_field field)
{
	return settings->sort == field || selects(&settings->selection, field);
}

int list_run(struct pmm_root *root, const struct list_settings *settings)
{
	struct rows_wish wish = {
		.fstab_path = settings->fstab_path,
		.with_fstab = true,
		.with_inactive = settings->with_inactive,
		.with_headers = needs(settings, LIST_LABEL) || needs(settings, LIST_UUID) ||
				needs(settings, LIST_PAGE_SIZE),
		.with_content = needs(settings, LIST_EXTENTS),
		.with_status = needs(settings, LIST_STATE) || needs(settings, LIST_FILE_SYSTEM) ||
			       needs(settings, LIST_DEVICE) || needs(settings, LIST_EXTENTS) ||
			       needs(settings, LIST_MODE) || needs(settings, LIST_OWNER) ||
			       needs(settings, LIST_REACHABLE),
		.with_zram = needs(settings, LIST_RATIO) || needs(settings, LIST_MEMORY),
	};
	struct rows *rows = rows_take(root, &wish);

	if (settings->report.format == FORMAT_JSON)
		print_json(settings, rows);
	else if (settings->report.format == FORMAT_TABLE && rows->count == 0)
		print_nothing(settings, rows);
	else
		print_report(settings, rows);
	rows_free(rows);
	return EXIT_DONE;
}
