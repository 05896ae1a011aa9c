/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A function for each subcommand: from what was requested to a list, or to the plans of operations.
 * How plans are run and told is change.c's; what they do, the library's.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"
#include "size.h"

/* What a planner is given: a request, and the root that sizes are asked of. */
struct job {
	struct pmm_root *root;
	struct request *request;
};

/* A failure of the words that were typed, not of a plan: already told. */
static int fail_quietly(void)
{
	return -ENODATA;
}

static int plan_create(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;
	struct pmm_create_wish create = job->request->create;

	if (!size_of_new(job->root, job->request->size, path, &create.size_bytes))
		return fail_quietly();
	return pmm_plan_create(plan, path, &create);
}

static int plan_format(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;

	return pmm_plan_format(plan, path, &job->request->format);
}

static int plan_on(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;

	return pmm_plan_on(plan, path, &job->request->on);
}

static int plan_resize(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;
	struct pmm_resize_wish resize = {
		.reserve_bytes = job->request->reserve_bytes,
		.off = job->request->off,
	};

	if (!size_of_resized(job->root, job->request->size, path, &resize.size_bytes))
		return fail_quietly();
	return pmm_plan_resize(plan, path, &resize);
}

static int plan_priority(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;
	const struct request *request = job->request;
	const struct pmm_priority_wish priority = {
		.priority = request->on.priority,
		.fstab = request->change.fstab_path,
		.with_persist = request->with_persist,
		.off = request->off,
	};

	return pmm_plan_priority(plan, path, &priority);
}

static int plan_remove(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;

	return pmm_plan_remove(plan, path, &job->request->remove);
}

static int plan_persist(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;

	return pmm_plan_persist(plan, path, &job->request->persist);
}

static int plan_unpersist(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct job *job = wish;

	return pmm_plan_unpersist(plan, path, job->request->change.fstab_path);
}

/* ---- every area ---- */

/* What fstab activates: the path of each line, or what stands for one that leads nowhere. */
struct fstab_job {
	const struct pmm_fstab_swap **lines;
	char **operands; /* of each of them; ends with NULL */
	size_t count;
	bool with_force;
};

static void add_line(struct fstab_job *job, const struct pmm_fstab_swap *line, char *operand)
{
	job->lines = reallocarray(job->lines, job->count + 1, sizeof(*job->lines));
	job->operands = reallocarray(job->operands, job->count + 2, sizeof(*job->operands));
	if (!job->lines || !job->operands)
		die_no_memory();
	job->lines[job->count] = line;
	job->operands[job->count++] = operand;
	job->operands[job->count] = NULL;
}

/* As `swapon -a`: what has noauto is left out, and what has nofail may be missing. */
static void collect_lines(struct pmm_root *root, const struct request *request,
			  const struct pmm_fstab *fstab, struct fstab_job *job)
{
	const struct pmm_fstab_swap *line;

	job->operands = allocate(1, sizeof(*job->operands));
	for (size_t i = 0; (line = pmm_fstab_swap_at(fstab, i)); i++) {
		char *path = NULL;

		if (line->is_noauto)
			continue;
		if (line->is_there)
			path = format_text("%s", line->path);
		else if (line->tag && pmm_swap_find(root, line->spec, request->change.fstab_path,
						    &path) == -ENOMEM)
			die_no_memory();
		if (!path && !line->is_nofail)
			path = format_text("%s", line->spec);
		if (path)
			add_line(job, line, path);
	}
}

/* What a line says of itself holds for its area: its priority and discard. */
static int plan_on_line(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct fstab_job *job = wish;
	struct pmm_on_wish on = {.priority = PMM_NO_PRIORITY, .with_force = job->with_force};

	for (size_t i = 0; i < job->count; i++) {
		if (strcmp(job->operands[i], path))
			continue;
		if (job->lines[i]->priority >= 0)
			on.priority = job->lines[i]->priority;
		on.discard = job->lines[i]->discard;
		break;
	}
	return pmm_plan_on(plan, path, &on);
}

static int run_on_all(struct pmm_root *root, const struct request *request)
{
	struct fstab_job job = {.with_force = request->on.with_force};
	struct pmm_fstab *fstab;
	const char *words;
	int status;

	if (pmm_fstab_read(root, request->change.fstab_path, &fstab) < 0) {
		complain(NULL, "%s", pmm_root_error(root));
		return EXIT_FAILED;
	}
	for (size_t i = 0; (words = pmm_fstab_complaint(fstab, i)); i++)
		complain(NULL, "%s", words);
	collect_lines(root, request, fstab, &job);
	status = change_run(root, &request->change, plan_on_line, &job, job.operands);
	for (size_t i = 0; i < job.count; i++)
		free(job.operands[i]);
	free(job.operands);
	free(job.lines);
	pmm_fstab_free(fstab);
	return status;
}

/* ---- the subcommands ---- */

static int run_list(struct pmm_root *root, struct request *request)
{
	request->list.fstab_path = request->change.fstab_path;
	request->list.selection = selection_of(&request->fields, list_fields, request->fields.list);
	if (request->fields.sort)
		request->list.sort = field_find(list_fields, request->fields.sort);
	return list_run(root, &request->list);
}

static int run_show(struct pmm_root *root, const struct request *request, char **operands)
{
	const struct show_settings show = {
		.fstab_path = request->change.fstab_path,
		.with_json = request->list.report.format == FORMAT_JSON,
		.with_exact_bytes = request->list.report.with_exact_bytes,
	};

	return show_run(root, &show, operands);
}

static int run_check(struct pmm_root *root, const struct request *request, char **operands)
{
	const struct check_settings check = {
		.fstab_path = request->change.fstab_path,
		.with_json = request->change.with_json,
		.is_quiet = request->change.is_quiet,
	};

	return check_run(root, &check, operands);
}

static int run_off(struct pmm_root *root, struct request *request, char **operands)
{
	struct off_settings off = {
		.change = request->change,
		.wish = request->off,
		.with_all = request->with_all,
		.with_persist = request->with_persist,
		.with_check = request->is_check,
		.report = request->list.report,
		.selection = selection_of(&request->fields, off_fields, request->fields.list),
	};
	int status;

	if (request->has_report_options && !request->is_check)
		die_usage("off: fields and formats go with --check, which shows a table");
	status = off_run(root, &off, operands);
	selection_free(&off.selection);
	return status;
}

/* AREA and one word more, which OPERANDS does not keep. */
static const char *take_second(char **operands)
{
	const char *word = operands[1];

	operands[1] = NULL;
	return word;
}

static int run_prio(struct pmm_root *root, struct job *job, char **operands)
{
	const char *word = take_second(operands);
	uint64_t priority;

	if (!parse_count(word, 0, 32767, &priority))
		die_usage("'%s': a priority from 0 to 32767 is expected", word);
	job->request->on.priority = (int64_t)priority;
	return change_run(root, &job->request->change, plan_priority, job, operands);
}

static int run_create(struct pmm_root *root, struct job *job, char **operands)
{
	const char *size = job->request->size;

	if (!size)
		die_usage("create: how large? --size=2G, or --size=auto");
	if (!size_is_word(size, false))
		die_usage("--size: '%s': a size is expected, such as 2G, 25%%, ram/2 or auto",
			  size);
	return change_run(root, &job->request->change, plan_create, job, operands);
}

static int run_resize(struct pmm_root *root, struct job *job, char **operands)
{
	job->request->size = take_second(operands);
	if (!size_is_word(job->request->size, true))
		die_usage("'%s': a size is expected, such as 2G, +512M, -1G or 150%%",
			  job->request->size);
	return change_run(root, &job->request->change, plan_resize, job, operands);
}

static void share_wishes(struct request *request)
{
	request->remove.off = request->off;
	request->create.fstab = request->remove.fstab = request->persist.fstab =
		request->change.fstab_path;
}

int request_run(struct pmm_root *root, struct request *request, enum mode mode, char **operands)
{
	static change_planner *const planners[] = {
		plan_format, plan_on, plan_remove, plan_persist, plan_unpersist,
	};
	static const enum mode planned[] = {
		MODE_FORMAT, MODE_ON, MODE_RM, MODE_PERSIST, MODE_UNPERSIST,
	};
	struct job job = {root, request};

	share_wishes(request);
	request->change.takes_lost = mode == MODE_UNPERSIST;
	if (mode == MODE_LIST)
		return run_list(root, request);
	if (mode == MODE_SHOW)
		return run_show(root, request, operands);
	if (mode == MODE_CHECK)
		return run_check(root, request, operands);
	if (mode == MODE_CREATE)
		return run_create(root, &job, operands);
	if (mode == MODE_RESIZE)
		return run_resize(root, &job, operands);
	if (mode == MODE_PRIO)
		return run_prio(root, &job, operands);
	if (mode == MODE_ON && request->with_all)
		return run_on_all(root, request);
	if (mode == MODE_OFF)
		return run_off(root, request, operands);
	for (size_t i = 0; i < sizeof(planned) / sizeof(*planned); i++)
		if (planned[i] == mode)
			return change_run(root, &request->change, planners[i], &job, operands);
	return EXIT_FAILED;
}
