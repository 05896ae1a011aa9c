/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap thp: how large the folios are that a process has, whether the page table makes use of it,
 * and how long the runs are in which its pages lie in RAM. Every page that is in a frame is counted
 * once. This is the counting; the tables are in thp-rows.c.
 */

#include "thp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/memory.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/units.h"

enum { WALK_FLAGS = PMM_WALK_FLAGS | PMM_WALK_EACH | PMM_WALK_HEADS };

struct thp {
	struct inquest *inquest;
	struct target target;
	uint64_t page_bytes;
	struct folio_count all;
	struct folio_count mapping; /* of the one at hand */
	struct thp_rows rows;
	/* Where the run at hand goes on. */
	uint64_t next_address;
	uint64_t next_frame;
	uint64_t run_pages; /* 0: none */
};

/* ---- counting ---- */

static unsigned order_of(uint64_t pages)
{
	unsigned order = 63 - (unsigned)__builtin_clzll(pages | 1);

	return order < ORDERS ? order : ORDERS - 1;
}

static void run_end(struct thp *thp)
{
	struct run_count *runs = &thp->mapping.runs;
	uint64_t pages = thp->run_pages;

	thp->run_pages = 0;
	if (!pages)
		return;
	runs->runs++;
	runs->pages += pages;
	runs->orders[order_of(pages)]++;
	runs->order_pages[order_of(pages)] += pages;
	if (pages > runs->longest)
		runs->longest = pages;
	if (pages < EXACT_PAGES)
		thp->all.runs.exact[pages]++;
}

static void run_add(struct thp *thp, const struct pmm_folio *folio)
{
	if (folio->address != thp->next_address || folio->frame != thp->next_frame)
		run_end(thp);
	thp->run_pages += folio->pages;
	thp->next_address = folio->address + folio->pages * thp->page_bytes;
	thp->next_frame = folio->frame + folio->pages;
}

/* What is no process's own, as the page of zeros, is of no kind. */
static enum folio_kind kind_of(const struct pmm_folio *folio)
{
	switch (folio->class) {
	case PMM_CLASS_ANON:
	case PMM_CLASS_KSM:
	case PMM_CLASS_LAZYFREE:
		return KIND_ANON;
	case PMM_CLASS_FILE:
		return KIND_FILE;
	case PMM_CLASS_SHMEM:
	case PMM_CLASS_SECRET:
		return KIND_SHMEM;
	case PMM_CLASS_HUGETLB:
		return KIND_HUGETLB;
	default:
		return KINDS;
	}
}

static enum folio_leaf leaf_of(const struct thp *thp, const struct pmm_folio *folio)
{
	if (folio->leaf_bytes == PMM_ABSENT)
		return LEAF_UNKNOWN;
	return folio->leaf_bytes > thp->page_bytes ? LEAF_HUGE : LEAF_PAGE;
}

static void count_folio(struct thp *thp, const struct pmm_folio *folio)
{
	struct folio_count *count = &thp->mapping;
	enum folio_kind kind = kind_of(folio);
	struct size_count *size = &count->unknown;

	if (kind == KINDS)
		return;
	if (folio->size_pages != PMM_ABSENT)
		size = &count->sizes[leaf_of(thp, folio)][order_of(folio->size_pages)];
	size->folios++;
	size->pages[kind] += folio->pages;
	if (folio->size_pages != PMM_ABSENT && kind != KIND_HUGETLB) {
		if (folio->pages < folio->size_pages)
			size->partial += folio->pages;
		else if (folio->is_aligned)
			size->aligned += folio->pages;
		else
			size->unaligned += folio->pages;
	}
	if (kind != KIND_HUGETLB)
		run_add(thp, folio);
}

/* Sums, and of a mapping there is nothing else. */
static void size_add(struct size_count *all, const struct size_count *size)
{
	all->folios += size->folios;
	for (size_t i = 0; i < KINDS; i++)
		all->pages[i] += size->pages[i];
	all->aligned += size->aligned;
	all->unaligned += size->unaligned;
	all->partial += size->partial;
}

static void count_add(struct folio_count *all, const struct folio_count *count)
{
	for (size_t i = 0; i < ORDERS; i++) {
		for (size_t leaf = 0; leaf < LEAVES; leaf++)
			size_add(&all->sizes[leaf][i], &count->sizes[leaf][i]);
		all->runs.orders[i] += count->runs.orders[i];
		all->runs.order_pages[i] += count->runs.order_pages[i];
	}
	size_add(&all->unknown, &count->unknown);
	all->runs.runs += count->runs.runs;
	all->runs.pages += count->runs.pages;
	if (count->runs.longest > all->runs.longest)
		all->runs.longest = count->runs.longest;
}

/* The folios of the mapping at hand. False: there is no more to come. */
static bool count_mapping(struct thp *thp, const struct pmm_mapping *mapping)
{
	const struct pmm_folio *folio;
	struct mapping_count line = {.mapping = mapping};
	int r;

	thp->mapping = (struct folio_count){.unknown.folios = 0};
	while ((r = pmm_walk_next_folio(thp->target.walk, &folio)) > 0)
		count_folio(thp, folio);
	run_end(thp);
	count_add(&thp->all, &thp->mapping);
	line.sums = folio_sum(&thp->mapping);
	line.runs = thp->mapping.runs.runs;
	line.longest = thp->mapping.runs.longest;
	if (thp->inquest->settings.view == VIEW_MAPPING)
		thp_rows_of_mapping(&thp->rows, &line);
	if (r == -ESRCH) {
		target_lose(&thp->target);
	} else if (r < 0) {
		complain(NULL, "%s", pmm_root_error(thp->target.root));
		thp->target.is_complete = false;
	}
	return r >= 0;
}

/* ---- showing ---- */

static void print_share(const char *name, uint64_t part, uint64_t whole)
{
	char text[UNITS_TEXT];

	printf("  %s %s", name,
	       whole && part != PMM_ABSENT
		       ? format_percent(text, 100 * (double)part / (double)whole)
		       : "-");
}

static void print_heading(const struct thp *thp)
{
	const struct settings *settings = &thp->inquest->settings;
	const struct run_count *runs = &thp->all.runs;
	struct folio_sums sums = folio_sum(&thp->all);

	heading_begin(&thp->target);
	heading_amount(settings, "ram", sums.pages * thp->page_bytes);
	print_share("large", sums.large, sums.pages);
	print_share("huge", sums.huge, sums.pages);
	if (sums.hugetlb)
		heading_amount(settings, "hugetlb", sums.hugetlb * thp->page_bytes);
	heading_end(&thp->target);
	printf("in RAM as %ju runs", (uintmax_t)runs->runs);
	heading_amount(settings, "half of it in those from", runs_half(runs) * thp->page_bytes);
	heading_amount(settings, "longest", runs->longest * thp->page_bytes);
	putchar('\n');
}

static void json_sums(const struct thp *thp)
{
	const struct run_count *runs = &thp->all.runs;
	struct folio_sums sums = folio_sum(&thp->all);

	json_unsigned("ram_bytes", sums.pages * thp->page_bytes);
	json_unsigned("large_bytes", sums.large * thp->page_bytes);
	json_unsigned("huge_bytes", bytes_of(sums.huge, thp->page_bytes));
	json_unsigned("partial_bytes", sums.partial * thp->page_bytes);
	json_unsigned("hugetlb_bytes", sums.hugetlb * thp->page_bytes);
	json_unsigned("run_count", runs->runs);
	json_unsigned("half_run_bytes", runs_half(runs) * thp->page_bytes);
	json_unsigned("longest_run_bytes", runs->longest * thp->page_bytes);
}

static void show(struct thp *thp, struct report *report, bool is_first)
{
	const struct settings *settings = &thp->inquest->settings;
	const char *name = thp_views[settings->view].list.part;

	if (settings->view == VIEW_SIZE)
		thp_rows_of_sizes(&thp->rows, &thp->all);
	if (settings->view == VIEW_RUN)
		thp_rows_of_runs(&thp->rows, &thp->all.runs);
	rows_sort(thp->rows.rows, settings->sort);
	if (report) {
		rows_put(thp->rows.rows, report);
	} else if (settings->report.format == FORMAT_JSON) {
		json_open(NULL);
		target_json(&thp->target);
		json_boolean("complete", thp->target.is_complete);
		json_sums(thp);
		rows_report(thp->rows.rows, settings, name);
		json_close();
	} else {
		if (!is_first)
			putchar('\n');
		if (!settings->report.without_headings)
			print_heading(thp);
		rows_report(thp->rows.rows, settings, name);
	}
}

static bool show_process(struct inquest *inquest, struct report *report, pid_t pid, bool is_first)
{
	const struct settings *settings = &inquest->settings;
	struct thp thp = {.inquest = inquest, .page_bytes = pmm_root_page_bytes(inquest->root)};
	const struct pmm_mapping *mapping;
	bool is_shown = false;

	if (!target_open(inquest, pid, WALK_FLAGS, &thp.target))
		return false;
	thp.all.runs.exact = allocate(EXACT_PAGES, sizeof(*thp.all.runs.exact));
	thp.rows = (struct thp_rows){
		.rows = rows_open(thp_views[settings->view].list.fields),
		.pid = (uint64_t)pid,
		.page_bytes = thp.page_bytes,
	};
	while (thp.target.has_pages && pmm_walk_next_mapping(thp.target.walk, &mapping) > 0) {
		is_shown = true;
		if (!count_mapping(&thp, mapping))
			break;
	}
	if (is_shown)
		show(&thp, report, is_first);
	rows_close(thp.rows.rows);
	free(thp.all.runs.exact);
	target_close(&thp.target);
	return is_shown;
}

/* All of it stands on what may be hidden. */
static bool has_facilities(const struct inquest *inquest)
{
	static const struct {
		enum pmm_facility facility;
		const char *what;
	} table[] = {
		{PMM_FACILITY_FRAMES, "frame numbers hidden"},
		{PMM_FACILITY_KPAGEFLAGS, "flags of frames hidden"},
	};

	/* Entries of a captured tree are as they were captured. */
	for (size_t i = pmm_root_is_live(inquest->root) ? 0 : 1; i < sizeof(table) / sizeof(*table);
	     i++)
		if (!pmm_facilities_has(inquest->facilities, table[i].facility)) {
			complain(NULL, "%s: %s", table[i].what,
				 pmm_facilities_why(inquest->facilities, table[i].facility));
			return false;
		}
	return true;
}

void thp_run(struct inquest *inquest, const pid_t *pids, size_t count)
{
	if (has_facilities(inquest))
		processes_run(inquest, pids, count, thp_views[inquest->settings.view].list.part,
			      show_process);
}
