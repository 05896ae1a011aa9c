/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap swap: what is in each swap area, and which processes have how much of it. A slot that
 * several page tables have counts once for its area; swapped shared memory, once for its file. What
 * nobody owns up to is left over and said to be so.
 */

#include "swap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/stream.h"

enum area_field {
	AREA_NAME,
	AREA_TYPE,
	AREA_SIZE,
	AREA_USED,
	AREA_ANON,
	AREA_SHMEM,
	AREA_CACHED,
	AREA_REST,
	AREA_FIELDS,
};

static const struct field area_fields[AREA_FIELDS + 1] = {
	[AREA_NAME] = {"name", "AREA", UNIT_TEXT, "the area", "/proc/swaps", true, false},
	[AREA_TYPE] = {"type", "TYPE", UNIT_COUNT,
		       "the kernel's number of it, if there is no doubt", "/proc/PID/pagemap", true,
		       false},
	[AREA_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "without the header", "/proc/swaps", true,
		       false},
	[AREA_USED] = {"used_bytes", "USED", UNIT_BYTES, "what the kernel says is used",
		       "/proc/swaps", true, false},
	[AREA_ANON] = {"anon_bytes", "ANON", UNIT_BYTES,
		       "slots that are in page tables, each counted once", "/proc/PID/pagemap",
		       true, false},
	[AREA_SHMEM] = {"shmem_bytes", "SHMEM", UNIT_BYTES,
			"shared memory and tmpfs of which a process maps something", "cachestat(2)",
			true, false},
	[AREA_CACHED] = {"swapcache_bytes", "SWAPCACHE", UNIT_BYTES,
			 "pages that are mapped again, and keep their slots", "/proc/kpageflags",
			 true, false},
	[AREA_REST] = {"unattributed_bytes", "UNATTRIBUTED", UNIT_BYTES,
		       "what is left of USED without these", "-", true, false},
};

enum user_field {
	USER_PID,
	USER_PROCESS,
	USER_SLOTS,
	USER_SHARED,
	USER_SHMEM,
	USER_START,
	USER_FIELDS,
};

static const struct field user_fields[USER_FIELDS + 1] = {
	[USER_PID] = {"pid", "PID", UNIT_COUNT, "the process", "/proc", true, false},
	[USER_SLOTS] = {"slots_bytes", "SLOTS", UNIT_BYTES, "pages of its page table in slots",
			"/proc/PID/pagemap, /proc/PID/status", true, false},
	[USER_SHARED] = {"shared_bytes", "SHARED", UNIT_BYTES,
			 "of SLOTS, in slots that others, or it again, have too",
			 "/proc/PID/pagemap", true, false},
	[USER_SHMEM] = {"shmem_bytes", "SHMEM", UNIT_BYTES,
			"shared memory that it maps in swap, whoever else does", "cachestat(2)",
			true, false},
	[USER_START] = {"start_ticks", "START", UNIT_COUNT,
			"when the process started, in ticks since boot", "/proc/PID/stat", false,
			false},
	[USER_PROCESS] = {"process", "PROCESS", UNIT_TEXT, "its name", "/proc/PID/stat", true,
			  true},
};

enum swap_view { VIEW_PROCESS, VIEW_AREA };

const struct view swap_views[] = {
	[VIEW_PROCESS] = {"process", {"processes", NULL, user_fields}, NULL},
	[VIEW_AREA] = {"area", {"areas", NULL, area_fields}, NULL},
	{NULL, {NULL, NULL, NULL}, NULL},
};

/* ---- rows ---- */

static uint64_t type_of(const struct area_sums *sums)
{
	return sums->types ? (uint64_t)__builtin_ctz(sums->types) : PMM_ABSENT;
}

static void put_area(struct rows *rows, const struct area_sums *sums)
{
	struct value *values = rows_add(rows);

	values[AREA_NAME] = value_text(sums->area->name);
	values[AREA_TYPE] = value_unsigned(type_of(sums));
	values[AREA_SIZE] = value_unsigned(sums->area->size_bytes);
	values[AREA_USED] = value_unsigned(sums->area->used_bytes);
	values[AREA_ANON] = value_unsigned(sums->anon);
	values[AREA_SHMEM] = value_unsigned(sums->shmem);
	values[AREA_CACHED] = value_unsigned(sums->cached);
	values[AREA_REST] = value_unsigned(sums->rest);
}

static void put_total(struct rows *rows, const struct swap_sums *sums)
{
	struct value *values = rows_add(rows);
	uint64_t size = 0, used = 0;

	for (size_t i = 0; i < sums->count; i++) {
		size += sums->areas[i].area->size_bytes;
		used += sums->areas[i].area->used_bytes;
	}
	values[AREA_NAME] = value_text("total");
	values[AREA_SIZE] = value_unsigned(size);
	values[AREA_USED] = value_unsigned(used);
	values[AREA_ANON] = value_unsigned(sums->total.anon);
	values[AREA_SHMEM] = value_unsigned(sums->total.shmem);
	values[AREA_CACHED] = value_unsigned(sums->total.cached);
	values[AREA_REST] = value_unsigned(sums->total.rest);
}

/* WITH_TOTAL: of several, where people look. */
static struct rows *area_rows(const struct swap_sums *sums, bool with_total)
{
	struct rows *rows = rows_open(area_fields);

	for (size_t i = 0; i < sums->count; i++)
		if (sums->areas[i].is_chosen)
			put_area(rows, &sums->areas[i]);
	if (with_total && sums->count > 1 && !sums->is_part)
		put_total(rows, sums);
	return rows;
}

static uint64_t to_bytes(const struct inquest *inquest, uint64_t pages)
{
	return pages == PMM_ABSENT ? PMM_ABSENT : pages * pmm_root_page_bytes(inquest->root);
}

/* Of some areas alone nobody says what of shared memory is in them. */
static void put_user(const struct inquest *inquest, struct rows *rows,
		     const struct pmm_swap_user *user, const struct swap_sums *sums)
{
	uint64_t shmem = sums->is_part ? PMM_ABSENT : user->shmem_pages;
	struct value *values;

	if (!user->slots && (!shmem || shmem == PMM_ABSENT))
		return;
	values = rows_add(rows);
	values[USER_PID] = value_unsigned((uint64_t)user->process->pid);
	values[USER_PROCESS] = value_text(user->process->name);
	values[USER_SLOTS] = value_unsigned(to_bytes(inquest, user->slots));
	values[USER_SHARED] = value_unsigned(to_bytes(inquest, user->shared));
	values[USER_SHMEM] = value_unsigned(to_bytes(inquest, shmem));
	values[USER_START] = value_unsigned(user->process->start_ticks);
}

struct ranked {
	struct pmm_swap_user user;
	uint64_t pages;
};

/* Most first; the numbers that are absent count as none. */
static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->pages != right->pages)
		return left->pages < right->pages ? 1 : -1;
	return left->user.process->pid < right->user.process->pid ? -1 : 1;
}

static struct rows *user_rows(const struct inquest *inquest, const struct pmm_swap_survey *survey,
			      const struct swap_sums *sums)
{
	struct rows *rows = rows_open(user_fields);
	struct ranked *ranked;
	struct pmm_swap_user user;
	size_t count = 0;

	while (pmm_swap_survey_user(survey, count, sums->types, &user) > 0)
		count++;
	ranked = allocate(count + 1, sizeof(*ranked));
	for (size_t i = 0; i < count; i++) {
		pmm_swap_survey_user(survey, i, sums->types, &ranked[i].user);
		ranked[i].pages = ranked[i].user.slots;
		if (ranked[i].user.shmem_pages != PMM_ABSENT && !sums->is_part)
			ranked[i].pages += ranked[i].user.shmem_pages;
	}
	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < count; i++)
		put_user(inquest, rows, &ranked[i].user, sums);
	free(ranked);
	rows_sort(rows, inquest->settings.sort);
	return rows;
}

/* ---- showing ---- */

/* Areas with all their fields: where the fields that are chosen are those of processes. */
static void report_areas(const struct inquest *inquest, const struct swap_sums *sums)
{
	const struct settings *settings = &inquest->settings;
	struct selection all = selection_all(area_fields);
	struct rows *rows = area_rows(sums, settings->report.format == FORMAT_TABLE);
	struct report *report = report_open(&settings->report, &all, "areas");

	rows_put(rows, report);
	report_close(report);
	rows_close(rows);
	selection_free(&all);
}

static void report_chosen(const struct inquest *inquest, const struct pmm_swap_survey *survey,
			  const struct swap_sums *sums)
{
	const struct settings *settings = &inquest->settings;
	struct rows *rows;

	if (settings->view == VIEW_AREA) {
		rows = area_rows(sums, settings->report.format == FORMAT_TABLE &&
					       settings->sort == SORT_ADDRESS);
		rows_sort(rows, settings->sort);
	} else {
		rows = user_rows(inquest, survey, sums);
	}
	rows_report(rows, settings, swap_views[settings->view].list.part);
	rows_close(rows);
}

static void show(const struct inquest *inquest, const struct pmm_swap_survey *survey,
		 const struct swap_sums *sums)
{
	const struct settings *settings = &inquest->settings;
	enum format format = settings->report.format;
	bool with_areas = settings->view != VIEW_AREA;

	if (format == FORMAT_JSON)
		document_begin();
	if (with_areas && (format == FORMAT_JSON || format == FORMAT_TABLE))
		report_areas(inquest, sums);
	if (with_areas && format == FORMAT_TABLE && !settings->report.without_headings)
		putchar('\n');
	report_chosen(inquest, survey, sums);
	if (format == FORMAT_JSON)
		document_end();
}

static void complain_of_losses(const struct inquest *inquest, const struct pmm_swap_survey *survey)
{
	const struct pmm_rmap_losses *losses = pmm_swap_survey_losses(survey);

	if (!losses->denied_swapped)
		return;
	if (!pmm_root_is_live(inquest->root))
		complain(NULL, "incomplete: processes without a page table in the tree: %" PRIu64,
			 losses->denied_swapped);
	else if (!pmm_facilities_has(inquest->facilities, PMM_FACILITY_FRAMES))
		complain(NULL, "swap slots hidden: %s; SLOTS is what /proc/PID/status says",
			 pmm_facilities_why(inquest->facilities, PMM_FACILITY_FRAMES));
	else
		remark(NULL,
		       "of processes that may not be read (%" PRIu64 ") SLOTS is what "
		       "/proc/PID/status says; needs ptrace rights (CAP_SYS_PTRACE) over them",
		       losses->denied_swapped);
}

static void survey_areas(const struct inquest *inquest, struct swap_areas *areas, char **operands,
			 size_t count)
{
	struct pmm_swap_survey *survey;
	struct swap_sums sums;

	if (pmm_swap_survey_open(inquest->root, inquest->facilities, &survey) < 0) {
		complain(NULL, "%s", pmm_root_error(inquest->root));
		return;
	}
	swap_areas_see_types(areas, pmm_swap_survey_types(survey));
	/* That it is not all stands in the document, and in words behind it. */
	messages_hold();
	complain_of_losses(inquest, survey);
	if (swap_sums_open(inquest, areas, survey, operands, count, &sums)) {
		if (inquest->settings.with_map)
			swap_draw(inquest, survey, &sums);
		else
			show(inquest, survey, &sums);
	}
	messages_release();
	swap_sums_close(&sums);
	pmm_swap_survey_close(survey);
}

void swap_run(struct inquest *inquest, char **operands, size_t count)
{
	struct swap_areas *areas = swap_areas_open(inquest->root);

	if (pmm_root_page_bytes(inquest->root) == PMM_ABSENT)
		complain(NULL, "the captured tree does not say how large its pages are");
	else if (!swap_areas_at(areas, 0) && count)
		complain(operands[0], "not an active swap area");
	else if (!swap_areas_at(areas, 0) && inquest->settings.report.format == FORMAT_TABLE)
		puts("no swap configured");
	else
		survey_areas(inquest, areas, operands, count);
	swap_areas_close(areas);
}
