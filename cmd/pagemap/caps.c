/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap caps: what this kernel and these rights allow, as the library found it out by asking, and
 * what is missing where they do not.
 */

#include "pagemap.h"
#include "shared/message.h"
#include "shared/stream.h"

enum facility_field {
	FIELD_NAME,
	FIELD_AVAILABLE,
	FIELD_MEANING,
	FIELD_WHY,
	FIELDS,
};

const struct field facility_fields[FIELDS + 1] = {
	[FIELD_NAME] = {"name", "FACILITY", UNIT_TEXT, "as --disable names it", "-", true, false},
	[FIELD_AVAILABLE] = {"available", "THERE", UNIT_BOOLEAN, "whether it can be used",
			     "a trial of it", true, false},
	[FIELD_MEANING] = {"meaning", "MEANING", UNIT_TEXT, "what it is good for", "-", true,
			   false},
	[FIELD_WHY] = {"why", "WHY", UNIT_TEXT, "what is missing", "a trial of it", true, false},
};

static const char *const meanings[PMM_FACILITIES] = {
	[PMM_FACILITY_SCAN] = "fast sums, huge pages",
	[PMM_FACILITY_CACHESTAT] = "the page cache of files, swapped shared memory",
	[PMM_FACILITY_PROCMAP_QUERY] = "size of hugetlb pages",
	[PMM_FACILITY_FRAMES] = "frame numbers, swap slots, markers",
	[PMM_FACILITY_KPAGEFLAGS] = "flags of frames",
	[PMM_FACILITY_KPAGECOUNT] = "how often frames are mapped",
	[PMM_FACILITY_KPAGECGROUP] = "cgroups of frames",
	[PMM_FACILITY_MAP_FILES] = "swapped shared memory, kinds of files",
	[PMM_FACILITY_SOFT_DIRTY] = "soft-dirty pages",
	[PMM_FACILITY_KSM_FLAG] = "merged pages",
	[PMM_FACILITY_NOPAGE_FLAG] = "holes in physical memory",
};

void caps_run(struct inquest *inquest)
{
	const struct settings *settings = &inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	struct report *report;

	if (is_json)
		document_begin();
	report = report_open(&settings->report, &settings->fields, "facilities");
	for (enum pmm_facility i = 0; i < PMM_FACILITIES; i++) {
		const struct value values[FIELDS] = {
			[FIELD_NAME] = value_text(pmm_facility_name(i)),
			[FIELD_AVAILABLE] =
				value_unsigned(pmm_facilities_has(inquest->facilities, i) ? 1 : 0),
			[FIELD_MEANING] = value_text(meanings[i]),
			[FIELD_WHY] = value_text(pmm_facilities_why(inquest->facilities, i)),
		};

		report_row(report, values);
	}
	report_close(report);
	if (is_json)
		document_end();
}
