/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap frames: what all of RAM is used for, frame by frame, in one pass over the files that have
 * a word for each. Every frame is counted once, so the parts make up the whole. This is the pass,
 * and what stands above the table; the tables are in frames-rows.c, the picture in frames-map.c.
 */

#include "frames.h"

#include <stdio.h>

#include "kind.h"
#include "shared/message.h"
#include "shared/stream.h"

static void print_heading(const struct inquest *inquest, const struct census *census)
{
	uint64_t page_bytes = pmm_root_page_bytes(inquest->root);

	fputs("frames", stdout);
	heading_amount(&inquest->settings, "ram", census->frames * page_bytes);
	heading_amount(&inquest->settings, "free", census->free * page_bytes);
	heading_amount(&inquest->settings, "holes", census->holes * page_bytes);
	if (inquest->settings.filter.kind)
		heading_amount(&inquest->settings, "chosen", census->chosen * page_bytes);
	putchar('\n');
}

static void show(const struct inquest *inquest, const struct census *census,
		 const struct pmm_cgroup_paths *paths)
{
	const struct settings *settings = &inquest->settings;
	const struct view *view = &frame_views[settings->view];
	struct rows *rows = frames_rows(inquest, census, paths);
	uint64_t page_bytes = pmm_root_page_bytes(inquest->root);

	rows_sort(rows, settings->sort);
	if (settings->report.format == FORMAT_JSON) {
		document_begin();
		json_unsigned("page_bytes", page_bytes);
		json_unsigned("ram_bytes", census->frames * page_bytes);
		json_unsigned("hole_bytes", census->holes * page_bytes);
		json_unsigned("chosen_bytes", census->chosen * page_bytes);
	} else if (settings->report.format == FORMAT_TABLE && !settings->report.without_headings) {
		print_heading(inquest, census);
	}
	rows_report(rows, settings, view->list.part);
	if (settings->report.format == FORMAT_JSON)
		document_end();
	rows_close(rows);
}

/* What a frame is used for, as a class of pages that are in frames. */
static const enum pmm_page_class page_classes[PMM_FRAME_CLASSES] = {
	[PMM_FRAME_ANON] = PMM_CLASS_ANON,	   [PMM_FRAME_ANON_LARGE] = PMM_CLASS_ANON,
	[PMM_FRAME_LAZYFREE] = PMM_CLASS_LAZYFREE, [PMM_FRAME_KSM] = PMM_CLASS_KSM,
	[PMM_FRAME_SWAPCACHE] = PMM_CLASS_ANON,	   [PMM_FRAME_SHMEM] = PMM_CLASS_SHMEM,
	[PMM_FRAME_FILE] = PMM_CLASS_FILE,	   [PMM_FRAME_FILE_DIRTY] = PMM_CLASS_FILE,
	[PMM_FRAME_HUGETLB] = PMM_CLASS_HUGETLB,   [PMM_FRAME_ZERO] = PMM_CLASS_ZERO,
};

/* Is it one of those that --kind asks for? */
static bool is_chosen(const struct inquest *inquest, const struct pmm_frame_run *run)
{
	const struct kind *kind = inquest->settings.filter.kind;
	const struct pmm_run page = {
		.state = run->flags >> PMM_FLAG_SWAPCACHE & 1 ? PMM_PAGE_SWAPCACHE : PMM_PAGE_RAM,
		.class = page_classes[run->class],
		.flags = run->flags,
		.is_exclusive = -1,
		.is_soft_dirty = -1,
	};

	return !kind || kind_matches(kind, &page);
}

static void count(struct inquest *inquest, struct pmm_frame_pass *pass)
{
	struct pmm_cgroup_paths *paths = NULL;
	const struct pmm_frame_run *run;
	struct census census = {0};
	int r;

	while ((r = pmm_frame_pass_next(pass, &run)) > 0)
		if (is_chosen(inquest, run))
			census_add(&census, run);
		else
			census_pass_over(&census, run);
	inquest->tally->matches += census.chosen;
	if (r < 0)
		complain(NULL, "%s", pmm_root_error(inquest->root));
	if (inquest->settings.view == VIEW_CGROUP &&
	    pmm_cgroup_paths_open(inquest->root, &paths) < 0)
		complain(NULL, "%s", pmm_root_error(inquest->root));
	if (r >= 0)
		show(inquest, &census, paths);
	pmm_cgroup_paths_close(paths);
	census_free(&census);
}

/* What has to be read for the table, and may not be: say why. */
static bool has_files(const struct inquest *inquest, unsigned *files)
{
	static const struct {
		enum pmm_facility facility;
		const char *what;
	} table[PMM_FRAME_FILES] = {
		[PMM_FRAME_FLAGS] = {PMM_FACILITY_KPAGEFLAGS, "flags of frames hidden"},
		[PMM_FRAME_COUNTS] = {PMM_FACILITY_KPAGECOUNT, "map counts hidden"},
		[PMM_FRAME_CGROUPS] = {PMM_FACILITY_KPAGECGROUP, "cgroups of frames hidden"},
	};

	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++) {
		if (!(*files & 1U << i) ||
		    pmm_facilities_has(inquest->facilities, table[i].facility))
			continue;
		if (i != PMM_FRAME_COUNTS) {
			complain(NULL, "%s: %s", table[i].what,
				 pmm_facilities_why(inquest->facilities, table[i].facility));
			return false;
		}
		remark(NULL, "%s: %s", table[i].what,
		       pmm_facilities_why(inquest->facilities, table[i].facility));
		*files &= ~(1U << i);
	}
	return true;
}

void frames_run(struct inquest *inquest)
{
	unsigned files = 1U << PMM_FRAME_FLAGS | frames_needs(&inquest->settings);
	struct pmm_frame_pass *pass = NULL;
	struct pmm_ram *ram;

	if (!has_files(inquest, &files))
		return;
	if (pmm_ram_open(inquest->root, &ram) < 0) {
		complain(NULL, "%s", pmm_root_error(inquest->root));
		return;
	}
	if (!pmm_ram_range(ram, 0) && !inquest->settings.with_map)
		remark(NULL, "where RAM is cannot be told: holes count as other");
	if (pmm_frame_pass_open(inquest->root, inquest->facilities, ram, files, &pass) < 0)
		complain(NULL, "%s", pmm_root_error(inquest->root));
	else if (inquest->settings.with_map)
		frames_draw(inquest, ram, pass);
	else
		count(inquest, pass);
	pmm_frame_pass_close(pass);
	pmm_ram_close(ram);
}
