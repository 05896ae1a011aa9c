/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap pages: a line for each run of pages that are alike and lie next to each other, in the
 * address space and in memory or swap. Nothing is summed and nothing is held: a line is written
 * when it is known.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagemap.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"

enum run_field {
	FIELD_PID,
	FIELD_ADDRESS,
	FIELD_SIZE,
	FIELD_STATE,
	FIELD_CLASS,
	FIELD_LEAF,
	FIELD_FRAME,
	FIELD_PHYSICAL,
	FIELD_COUNT,
	FIELD_EXCLUSIVE,
	FIELD_CGROUP,
	FIELD_TYPE,
	FIELD_SLOT,
	FIELD_AREA,
	FIELD_SOFT_DIRTY,
	FIELD_UFFD_WP,
	FIELD_BITS,
	FIELD_FLAGS,
	FIELD_PERMISSIONS,
	FIELD_NAME,
	FIELDS,
};

#define MAPS	"/proc/PID/maps"
#define PAGEMAP "/proc/PID/pagemap"

const struct field run_fields[FIELDS + 1] = {
	[FIELD_PID] = {"pid", "PID", UNIT_COUNT, "the process", "operand", false, false},
	[FIELD_ADDRESS] = {"address", "ADDRESS", UNIT_ADDRESS, "of the first page", MAPS, true,
			   false},
	[FIELD_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "of all its pages", PAGEMAP, true, false},
	[FIELD_STATE] = {"state", "STATE", UNIT_TEXT, "where the pages are", PAGEMAP, true, false},
	[FIELD_CLASS] = {"class", "CLASS", UNIT_TEXT, "what they are of",
			 PAGEMAP ", /proc/kpageflags", true, false},
	[FIELD_LEAF] = {"leaf_bytes", "LEAF", UNIT_BYTES,
			"what one entry of the page table maps of it", "PAGEMAP_SCAN", true, false},
	[FIELD_FRAME] = {"frame", "PFN", UNIT_ADDRESS, "number of the first frame", PAGEMAP, true,
			 false},
	[FIELD_PHYSICAL] = {"physical_address", "PHYS", UNIT_ADDRESS, "of the first frame", PAGEMAP,
			    false, false},
	[FIELD_COUNT] = {"map_count", "COUNT", UNIT_COUNT, "how often each frame is mapped",
			 "/proc/kpagecount", true, false},
	[FIELD_EXCLUSIVE] = {"exclusive", "EXCL", UNIT_BOOLEAN, "exclusively mapped",
			     PAGEMAP " bit 56", false, false},
	[FIELD_CGROUP] = {"cgroup_inode", "CGROUP", UNIT_COUNT,
			  "inode of the memory cgroup that the frames count for",
			  "/proc/kpagecgroup", false, false},
	[FIELD_TYPE] = {"swap_type", "TYPE", UNIT_COUNT, "the kernel's number of the swap area",
			PAGEMAP, false, false},
	[FIELD_SLOT] = {"swap_slot", "SLOT", UNIT_COUNT, "the first slot in it", PAGEMAP, true,
			false},
	[FIELD_AREA] = {"swap_area", "AREA", UNIT_TEXT, "its name, if there is no doubt",
			"/proc/swaps", false, false},
	[FIELD_SOFT_DIRTY] = {"soft_dirty", "SOFT-DIRTY", UNIT_BOOLEAN,
			      "written since it was asked to be watched", PAGEMAP " bit 55", false,
			      false},
	[FIELD_UFFD_WP] = {"uffd_wp", "UFFD-WP", UNIT_BOOLEAN, "write-protected by userfaultfd",
			   PAGEMAP " bit 57", false, false},
	[FIELD_BITS] = {"flag_bits", "BITS", UNIT_ADDRESS, "flags of the frames, as a number",
			"/proc/kpageflags", false, false},
	[FIELD_FLAGS] = {"flags", "FLAGS", UNIT_TEXT, "flags of the frames, by name",
			 "/proc/kpageflags", true, false},
	[FIELD_PERMISSIONS] = {"permissions", "PERM", UNIT_TEXT,
			       "read, write, execute, private or shared", MAPS, false, false},
	[FIELD_NAME] = {"name", "NAME", UNIT_TEXT,
			"the mapping's file, or the kernel's name for it", MAPS, true, true},
};

enum { NAMES = 256 };

/* What flags read like. */
struct names {
	uint64_t flags;
	char *text; /* NULL: nothing yet */
};

struct listing {
	struct inquest *inquest;
	struct target target;
	struct report *report; /* NULL: binary records */
	struct swap_areas *areas;
	uint64_t page_bytes;
	bool with_names; /* of flags */
	struct names names[NAMES];
};

static bool needs(const struct settings *settings, enum run_field field)
{
	for (size_t i = 0; i < settings->fields.count; i++)
		if (settings->fields.indices[i] == field)
			return true;
	return false;
}

/* What has to be read for the fields that are shown. The class is in the flags, too. */
static unsigned walk_flags(const struct settings *settings)
{
	static const struct {
		enum run_field field;
		unsigned flags;
	} table[] = {
		{FIELD_STATE, PMM_WALK_FLAGS},	    {FIELD_CLASS, PMM_WALK_FLAGS},
		{FIELD_BITS, PMM_WALK_FLAGS},	    {FIELD_FLAGS, PMM_WALK_FLAGS},
		{FIELD_COUNT, PMM_WALK_COUNTS},	    {FIELD_CGROUP, PMM_WALK_CGROUPS},
		{FIELD_FRAME, PMM_WALK_FRAMES},	    {FIELD_PHYSICAL, PMM_WALK_FRAMES},
		{FIELD_EXCLUSIVE, PMM_WALK_FRAMES}, {FIELD_SOFT_DIRTY, PMM_WALK_FRAMES},
		{FIELD_UFFD_WP, PMM_WALK_FRAMES},
	};
	unsigned flags = settings->with_each ? PMM_WALK_EACH : 0;

	if (settings->is_binary)
		return flags | PMM_WALK_FLAGS | PMM_WALK_COUNTS | PMM_WALK_CGROUPS;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (needs(settings, table[i].field))
			flags |= table[i].flags;
	/* Flags of a huge page are those of its first frame; but another may map a part of it. */
	if (!settings->with_each && !(flags & PMM_WALK_COUNTS))
		flags |= PMM_WALK_HEADS;
	return flags;
}

/* There are few sets of flags, which come again and again. */
static const char *flag_names(struct listing *listing, uint64_t flags)
{
	struct names *names = &listing->names[flags * UINT64_C(0x9e3779b97f4a7c15) >> 56];

	if (flags == PMM_ABSENT || !listing->with_names)
		return NULL;
	if (!names->text || names->flags != flags) {
		free(names->text);
		names->text = frame_flag_names(flags);
		names->flags = flags;
	}
	return names->text;
}

static struct value value_flag(int flag)
{
	return flag < 0 ? value_absent() : value_unsigned(flag ? 1 : 0);
}

static void run_values(struct listing *listing, const struct pmm_mapping *mapping,
		       const struct pmm_run *run, struct value *values)
{
	uint64_t frame = run->frame;
	bool is_in_swap = run->swap_type != PMM_ABSENT;

	values[FIELD_PID] = value_unsigned((uint64_t)listing->target.process->pid);
	values[FIELD_ADDRESS] = value_unsigned(run->address);
	values[FIELD_SIZE] = value_unsigned(run->pages * listing->page_bytes);
	values[FIELD_STATE] = value_text(pmm_page_state_name(run->state));
	values[FIELD_CLASS] = value_absent();
	if (run->class != PMM_CLASS_NONE)
		values[FIELD_CLASS] = value_text(pmm_page_class_name(run->class));
	values[FIELD_LEAF] = value_unsigned(run->leaf_bytes);
	values[FIELD_FRAME] = value_unsigned(frame);
	values[FIELD_PHYSICAL] =
		value_unsigned(frame == PMM_ABSENT ? PMM_ABSENT : frame * listing->page_bytes);
	values[FIELD_COUNT] = value_unsigned(run->count);
	values[FIELD_EXCLUSIVE] = value_flag(run->is_exclusive);
	values[FIELD_CGROUP] = value_unsigned(run->cgroup);
	values[FIELD_TYPE] = value_unsigned(run->swap_type);
	values[FIELD_SLOT] = value_unsigned(run->swap_slot);
	values[FIELD_AREA] =
		value_text(is_in_swap ? swap_areas_name(listing->areas, run->swap_type) : NULL);
	values[FIELD_SOFT_DIRTY] = value_flag(run->is_soft_dirty);
	values[FIELD_UFFD_WP] = value_flag(run->is_uffd_wp);
	values[FIELD_BITS] = value_unsigned(run->flags);
	values[FIELD_FLAGS] = value_text(flag_names(listing, run->flags));
	values[FIELD_PERMISSIONS] = value_text(mapping->permissions);
	values[FIELD_NAME] = target_mapping_name(mapping);
}

/* The runs of the mapping at hand. False: there is no more to come. */
static bool list_mapping(struct listing *listing, const struct pmm_mapping *mapping)
{
	struct value values[FIELDS];
	const struct pmm_run *run;
	int r;

	while ((r = pmm_walk_next_run(listing->target.walk, &run)) > 0) {
		if (!listing->report) {
			binary_run(listing->target.process->pid, run);
			continue;
		}
		run_values(listing, mapping, run, values);
		report_row(listing->report, values);
	}
	if (r == -ESRCH) {
		target_lose(&listing->target);
	} else if (r < 0) {
		complain(NULL, "%s", pmm_root_error(listing->target.root));
		listing->target.is_complete = false;
	}
	return r >= 0;
}

static void list_runs(struct listing *listing)
{
	struct pmm_walk *walk = listing->target.walk;
	const struct pmm_mapping *mapping;

	while (listing->target.has_pages && pmm_walk_next_mapping(walk, &mapping) > 0)
		if (!list_mapping(listing, mapping))
			break;
}

static void json_process(struct listing *listing)
{
	const struct settings *settings = &listing->inquest->settings;

	json_open(NULL);
	target_json(&listing->target);
	listing->report = report_open(&settings->report, &settings->fields, "runs");
	list_runs(listing);
	listing->report = report_close(listing->report);
	json_boolean("complete", listing->target.is_complete);
	json_close();
}

void pages_run(struct inquest *inquest, const pid_t *pids, size_t count)
{
	const struct settings *settings = &inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	unsigned flags = walk_flags(settings);
	struct listing listing = {
		.inquest = inquest,
		.areas = swap_areas_open(inquest->root),
		.page_bytes = pmm_root_page_bytes(inquest->root),
		.with_names = needs(settings, FIELD_FLAGS),
	};

	for (size_t i = 0; i < count && needs(settings, FIELD_AREA); i++)
		swap_areas_see(listing.areas, inquest, pids[i]);
	remark_hidden(inquest, flags);
	if (is_json)
		document_open();
	else if (settings->is_binary)
		binary_open(listing.page_bytes);
	else
		listing.report = report_open(&settings->report, &settings->fields, "runs");
	for (size_t i = 0; i < count; i++) {
		if (!target_open(inquest, pids[i], flags, &listing.target))
			continue;
		if (is_json)
			json_process(&listing);
		else
			list_runs(&listing);
		target_close(&listing.target);
	}
	if (is_json)
		document_close();
	if (listing.report)
		report_close(listing.report);
	swap_areas_close(listing.areas);
	for (size_t i = 0; i < NAMES; i++)
		free(listing.names[i].text);
}
