/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What was typed, as a whole: which options go together, and which settings they make. */

#include "request.h"

#include <stdlib.h>

#include "shared/message.h"
#include "shared/text.h"

/* Nothing of what a report is made by: a line on the whole machine has no use for it. */
static bool is_plain(const struct request *request)
{
	const struct settings *settings = &request->settings;
	const struct report_options *report = &settings->report;

	return report->format == FORMAT_TABLE && !report->with_exact_bytes &&
	       !report->without_headings && settings->scope == SCOPE_REPORT &&
	       filter_is_open(&settings->filter) && !settings->is_reversed && !settings->with_pss &&
	       !settings->with_unix_time && !settings->is_top_chosen && !request->fields.list &&
	       !request->fields.with_all && !request->fields.sort && !request->is_batch &&
	       !request->with_iterations && !request->with_delay;
}

void request_check(const struct request *request)
{
	bool is_alone = request->with_check || request->with_wait;

	if (request->with_check && request->with_wait)
		die_usage("--check and --wait exclude each other");
	if (is_alone && (!is_plain(request) || request->with_screen || request->with_explain))
		die_usage("--%s prints one line about the whole machine: what is about reports, "
			  "such as -d, -g and -o, does not go with it",
			  request->with_check ? "check" : "wait");
	if (request->with_no_swap && !request->with_check)
		die_usage("--no-swap goes with --check");
	if (request->timeout_ns && !request->with_wait)
		die_usage("--timeout goes with --wait");
	if (request->settings.thresholds.pressure_lost_percent >
	    request->settings.thresholds.thrashing_lost_percent)
		die_usage("--warning is more than --critical");
}

static void choose_sort(struct request *request, const struct field *system)
{
	if (!request->fields.sort)
		return;
	fields_refuse_others(process_fields, system, request->fields.sort,
			     "a field of the system; only processes are sorted");
	fields_refuse_others(process_fields, cgroup_fields, request->fields.sort,
			     "a field of cgroups; only processes are sorted");
	request->settings.sort = field_find(process_fields, request->fields.sort);
}

/* Of a field that there is, but not in these rows, it is said what it is of. */
static void refuse_other_kinds(enum scope scope, const struct field *system, const char *list)
{
	const struct {
		enum scope scope;
		const char *of;
		const struct field *fields;
	} kinds[] = {{SCOPE_SYSTEM, "the system", system},
		     {SCOPE_CGROUP, "cgroups", cgroup_fields},
		     {SCOPE_PROCESS, "processes", process_fields}};
	const size_t count = sizeof(kinds) / sizeof(*kinds);
	size_t own = 0;

	while (kinds[own].scope != scope)
		own++;
	for (size_t i = 0; i < count; i++) {
		char *why = format_text("a field of %s, and not of %s", kinds[i].of, kinds[own].of);

		fields_refuse_others(kinds[own].fields, kinds[i].fields, list, why);
		free(why);
	}
}

/* -o names fields of one kind of rows, and says by that which, unless -S does. */
static void choose_scope(struct request *request, const struct field *system)
{
	struct settings *settings = &request->settings;

	if (!request->fields.list)
		return;
	if (!settings->is_scope_chosen)
		settings->scope = fields_scope(system, request->fields.list);
	refuse_other_kinds(settings->scope, system, request->fields.list);
}

static struct selection select_from(const struct request *request, const struct field *fields,
				    bool is_chosen)
{
	return selection_of(&request->fields, fields, is_chosen ? request->fields.list : NULL);
}

/* --pss adds two fields to whatever is shown. */
static struct selection select_with_pss(const struct request *request)
{
	bool is_chosen = request->settings.scope == SCOPE_PROCESS && request->fields.list;
	char *list = format_text("%s,pss,swap-pss", is_chosen ? request->fields.list : "+pid");
	struct selection selection = selection_parse(process_fields, list);

	free(list);
	return selection;
}

void request_choose_fields(struct request *request, const struct field *system)
{
	struct settings *settings = &request->settings;

	choose_scope(request, system);
	settings->system = selection_parse(
		system, settings->scope == SCOPE_SYSTEM ? request->fields.list : NULL);
	settings->cgroup = select_from(request, cgroup_fields, settings->scope == SCOPE_CGROUP);
	settings->process =
		settings->with_pss && !request->fields.with_all
			? select_with_pss(request)
			: select_from(request, process_fields, settings->scope == SCOPE_PROCESS);
	choose_sort(request, system);
}

/* A captured tree is shown to its end; of the live system one report, unless told otherwise. */
void request_choose_time(struct request *request, const struct pmm_root *root)
{
	struct settings *settings = &request->settings;
	bool is_live = pmm_root_is_live(root);

	if (!request->with_iterations)
		settings->iterations = request->is_batch || !is_live ? 0 : 1;
	settings->judges_looks = (!is_live || settings->iterations == 1) && !request->with_wait;
	/* A look that is shorter than the window is what it is: of low confidence. */
	if (request->with_check)
		settings->delay_ns =
			request->window_ns ? request->window_ns : settings->thresholds.window_ns;
	else if (request->window_ns)
		settings->thresholds.window_ns = request->window_ns;
}

void request_free(struct request *request)
{
	selection_free(&request->settings.system);
	selection_free(&request->settings.cgroup);
	selection_free(&request->settings.process);
	filter_free(&request->settings.filter);
}
