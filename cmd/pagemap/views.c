/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The tables of each mode, and what runs it; which of their fields are asked for. */

#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "shared/message.h"

static const struct work works[] = {
	{MODE_VMAS, {"mappings", NULL, mapping_fields}, vmas_run, NULL},
	{MODE_PAGES, {"runs", NULL, run_fields}, pages_run, NULL},
	{MODE_MAP, {"strips", NULL, strip_fields}, map_run, NULL},
	{MODE_THP, {NULL, NULL, NULL}, thp_run, thp_views},
	{MODE_FRAMES, {NULL, NULL, NULL}, NULL, frame_views},
	{MODE_FILE, {NULL, NULL, NULL}, NULL, file_views},
	{MODE_WHO, {"mappings", NULL, who_fields}, NULL, NULL},
	{MODE_SWAP, {NULL, NULL, NULL}, NULL, swap_views},
	{MODE_DECODE, {"words", NULL, word_fields}, NULL, NULL},
	{MODE_CAPS, {"facilities", NULL, facility_fields}, NULL, NULL},
};

static const struct work summary = {
	MODE_VMAS, {"processes", NULL, process_fields}, summary_run, NULL};

const struct work *work_of(const struct request *request, const struct opts_mode *mode)
{
	if (request->inquest.settings.with_summary)
		return &summary;
	for (size_t i = 0; i < sizeof(works) / sizeof(*works); i++)
		if (works[i].mode == mode->bit)
			return &works[i];
	return &works[0];
}

const struct view *choose_view(struct request *request, const struct opts_mode *mode)
{
	const struct view *views = work_of(request, mode)->views;
	size_t i = request->inquest.settings.view;

	if (!views)
		return NULL;
	while (request->by && views[i].name && strcmp(views[i].name, request->by) != 0)
		i++;
	request->inquest.settings.view = i;
	return &views[i];
}

static struct field_list list_of(const struct request *request, const struct opts_mode *mode,
				 const struct view *view)
{
	return view ? view->list : work_of(request, mode)->list;
}

_Noreturn void list_fields(const struct request *request, const struct opts_mode *mode,
			   const struct view *view)
{
	const struct field_list lists[] = {list_of(request, mode, view), {NULL, NULL, NULL}};

	fields_list(&request->inquest.settings.report, "pagemap/1", lists);
	exit(program_end(EXIT_DONE));
}

/* A name of the other table of vmas is told from one that nobody has. */
static void refuse_others(const struct request *request, const char *list)
{
	bool with_summary = request->inquest.settings.with_summary;

	fields_refuse_others(with_summary ? process_fields : mapping_fields,
			     with_summary ? mapping_fields : process_fields, list,
			     with_summary ? "a field of mappings, not of --summary"
					  : "a field of --summary");
}

/*
 * A picture has neither rows nor fields, records have all of them; ranges and who maps are in the
 * order of the files.
 */
static void refuse_views(const struct request *request, const struct opts_mode *mode)
{
	const struct settings *settings = &request->inquest.settings;
	const struct field_wish *wish = &request->fields;
	bool is_of_files = mode->bit == MODE_FILE && settings->view != FILE_VIEW_SUMS;

	if (mode->bit == MODE_FRAMES && filter_walk_flags(&settings->filter) & PMM_WALK_FRAMES)
		die_usage("--kind: exclusive and soft-dirty are of page tables, not of frames");
	if (settings->with_map && settings->filter.kind)
		die_usage("--map draws all frames: --kind does not go with it");
	if (settings->with_map && (settings->report.format != FORMAT_TABLE || request->by ||
				   wish->list || wish->sort || wish->with_all))
		die_usage("--map draws a picture: it goes with no format, field, order or --by");
	if ((settings->picture_columns || settings->in_ascii) && !settings->with_map &&
	    mode->bit != MODE_MAP)
		die_usage("--width and --ascii are of pictures: they go with --map");
	if (is_of_files && settings->with_map)
		die_usage("--map goes neither with --ranges nor with --missing nor with --who");
	if (settings->is_binary && (wish->list || wish->with_all))
		die_usage("--binary: records have all fields; --output does not go with it");
	if (is_of_files && wish->sort)
		die_usage("--sort goes neither with --ranges nor with --missing nor with --who");
}

/* Rows of several processes in one file say whose they are; a table and JSON say it above them. */
void choose_fields(struct request *request, const struct opts_mode *mode, const struct view *view)
{
	struct settings *settings = &request->inquest.settings;
	enum format format = settings->report.format;
	bool has_heading = format == FORMAT_TABLE || format == FORMAT_JSON;
	const struct field *fields = list_of(request, mode, view).fields;
	const struct field_wish *wish = &request->fields;
	const char *list = wish->list;

	refuse_views(request, mode);
	if (list && mode->bit == MODE_VMAS)
		refuse_others(request, list);
	if (wish->sort) {
		if (mode->bit == MODE_VMAS)
			refuse_others(request, wish->sort);
		settings->sort = field_find(fields, wish->sort);
	}
	if (!list && !has_heading && mode->bit & MODES_OF_PIDS)
		list = "+pid";
	if (!list && !has_heading && mode->bit == MODE_WHO)
		list = "+what";
	if (!list && view && view->fields)
		list = view->fields;
	settings->fields = selection_of(wish, fields, list);
}
