/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap file --ranges, --missing: a line for each run of pages of a file that are in the page
 * cache, or are not. Offset and length are exact bytes in every format, so that a line can be
 * handed on. Nothing is held: a line is written when it is known.
 */

#include "file.h"
#include "shared/message.h"
#include "shared/stream.h"

enum range_field {
	FIELD_OFFSET,
	FIELD_LENGTH,
	FIELD_CACHED,
	FIELD_DIRTY, /* from here on: what another call is needed for */
	FIELD_WRITEBACK,
	FIELD_EVICTED,
	FIELD_SWAP, /* to here */
	FIELD_PATH,
	FIELDS,
};

#define BOTH "cachestat(2), mincore(2)"

const struct field file_range_fields[FIELDS + 1] = {
	[FIELD_OFFSET] = {"offset_bytes", "OFFSET", UNIT_OFFSET, "where in the file it begins",
			  BOTH, true, false},
	[FIELD_LENGTH] = {"length_bytes", "LENGTH", UNIT_OFFSET, "how long it is", BOTH, true,
			  false},
	[FIELD_CACHED] = {"cached", "CACHED", UNIT_BOOLEAN, "whether it is resident, all of it",
			  BOTH, false, false},
	[FIELD_DIRTY] = {"dirty_bytes", "DIRTY", UNIT_BYTES, "of it, not written to disk yet",
			 "cachestat(2)", false, false},
	[FIELD_WRITEBACK] = {"writeback_bytes", "WRITEBACK", UNIT_BYTES,
			     "of it, being written just now", "cachestat(2)", false, false},
	[FIELD_EVICTED] = {"evicted_bytes", "EVICTED", UNIT_BYTES,
			   "pages of it that were resident, as far as the kernel remembers",
			   "cachestat(2)", false, false},
	[FIELD_SWAP] = {"swap_bytes", "SWAP", UNIT_BYTES, "of tmpfs, pages of it in swap",
			"cachestat(2)", false, false},
	[FIELD_PATH] = {"path", "PATH", UNIT_TEXT, "of the file", "operand", true, true},
};

struct listing {
	const struct operands *operands;
	struct report *report;
	uint64_t page_bytes;
	bool with_counts;
};

static void count_range(const struct listing *listing, struct pmm_file *file,
			const struct pmm_file_range *range, struct value *values)
{
	struct pmm_file_pages pages;

	if (!listing->with_counts ||
	    !file_count(listing->operands, file, range->offset_bytes, range->length_bytes, &pages))
		return;
	const struct {
		enum range_field field;
		uint64_t pages;
	} counts[] = {
		{FIELD_DIRTY, pages.dirty},
		{FIELD_WRITEBACK, pages.writeback},
		{FIELD_EVICTED, pages.evicted},
		{FIELD_SWAP, pages.swapped},
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (counts[i].pages != PMM_ABSENT)
			values[counts[i].field] =
				value_unsigned(counts[i].pages * listing->page_bytes);
}

static void list_ranges(const struct listing *listing, struct pmm_file *file)
{
	const struct settings *settings = &listing->operands->inquest->settings;
	struct pmm_file_range range;
	struct value values[FIELDS];
	int r;

	while ((r = pmm_file_next_range(file, &range)) > 0) {
		if (!(range.is_cached ? settings->with_cached : settings->with_missing))
			continue;
		for (size_t i = 0; i < FIELDS; i++)
			values[i] = value_absent();
		values[FIELD_OFFSET] = value_unsigned(range.offset_bytes);
		values[FIELD_LENGTH] = value_unsigned(range.length_bytes);
		values[FIELD_CACHED] = value_unsigned(range.is_cached ? 1 : 0);
		values[FIELD_PATH] = value_text(operands_path(listing->operands));
		count_range(listing, file, &range, values);
		report_row(listing->report, values);
	}
	if (r < 0) {
		/* There is no row that could say that it is not all. */
		fail_silently();
		file_complain(listing->operands, r);
	}
}

void file_ranges_run(struct operands *operands)
{
	const struct settings *settings = &operands->inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	struct listing listing = {
		.operands = operands,
		.page_bytes = pmm_root_page_bytes(operands->inquest->root),
	};
	struct pmm_file *file;

	for (size_t i = FIELD_DIRTY; i <= FIELD_SWAP; i++)
		listing.with_counts |= file_needs(settings, i);
	if (listing.with_counts)
		file_remark_missing(operands->inquest);
	if (is_json)
		document_begin();
	listing.report = report_open(&settings->report, &settings->fields, "ranges");
	while ((file = operands_next(operands)))
		list_ranges(&listing, file);
	report_close(listing.report);
	if (is_json)
		document_end();
}
