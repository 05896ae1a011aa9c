/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Persist and unpersist: what fstab shall say of an area. A plan is made of what it says now, but
 * when a step runs it reads fstab again and decides again, so that what another process has written
 * meanwhile stays. Undone, the old bytes are put back, if the file is still as it was left.
 */

#include "persist.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "fstab-edit.h"
#include "fstab-file.h"
#include "header.h"
#include "persist-spec.h"

enum {
	MOST_TRIES = 5, /* while others change it */
	GREATEST_PRIORITY = 32767,
};

/* What a step does, and what it needs to undo that. */
struct edit {
	char *fstab; /* NULL: /etc/fstab */
	struct fstab_wish wish;
	char *spec, *options; /* of which the wish borrows */
	bool is_done;
	bool was_there; /* fstab, before */
	struct fstab_text old, new;
};

static void edit_release(void *subject)
{
	struct edit *edit = subject;

	free(edit->fstab);
	free(edit->spec);
	free(edit->options);
	fstab_text_free(&edit->old);
	fstab_text_free(&edit->new);
}

static int fail_memory(struct pmm_plan *plan)
{
	return fault_set_errno(plan_fault(plan), -ENOMEM, NULL, "edit fstab");
}

static int find_outcome(struct pmm_plan *plan, const struct edit *edit,
			const struct fstab_file *file, struct fstab_outcome *ret_outcome)
{
	int r = fstab_edit(plan_root(plan), &file->text, &edit->wish, ret_outcome);

	if (r == -EINVAL)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, r, file->place.path,
				 "options that fstab(5) knows, and a UUID that no other device has",
				 "with such a line '%s' would not be activated at boot",
				 edit->spec);
	if (r == -EBADMSG)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, r, file->place.path, NULL,
				 "lines that are none of swap would change");
	return r < 0 ? fail_memory(plan) : 0;
}

/* ---- running ---- */

/* The old bytes again, if nobody has changed it since. */
static int put_back(struct pmm_plan *plan, struct edit *edit)
{
	_cleanup_fstab_file_ struct fstab_file file = {0};
	bool is_replaced;
	int r = fstab_file_open(plan, edit->fstab, &file);

	if (r < 0)
		return r;
	if (!fstab_text_is_same(&file.text, &edit->new))
		return fault_set(plan_fault(plan), PMM_FAULT_LEFT, -EBUSY, file.place.path, NULL,
				 "it is not put back: another process has changed it since");
	r = edit->was_there ? fstab_file_replace(plan, &file, &edit->old, &is_replaced)
			    : fstab_file_remove(plan, &file);
	if (r == 0)
		edit->is_done = false;
	return r;
}

static int undo_edit(struct pmm_plan *plan, void *subject)
{
	struct edit *edit = subject;

	return edit->is_done ? put_back(plan, edit) : 0;
}

/* It was replaced, and then something failed: the fault of that is the one that is told. */
static int put_back_after(struct pmm_plan *plan, struct edit *edit, int error)
{
	struct pmm_fault *fault = plan_fault(plan);
	struct pmm_fault first = *fault;

	*fault = (struct pmm_fault){0};
	if (put_back(plan, edit) < 0)
		first.kind = PMM_FAULT_LEFT;
	fault_clear(fault);
	*fault = first;
	return error;
}

static void move_text(struct fstab_text *from, struct fstab_text *to)
{
	fstab_text_free(to);
	*to = *from;
	*from = (struct fstab_text){0};
}

static int try_edit(struct pmm_plan *plan, struct edit *edit)
{
	_cleanup_fstab_file_ struct fstab_file file = {0};
	_cleanup_fstab_outcome_ struct fstab_outcome outcome = {0};
	bool is_replaced = false;
	int r = fstab_file_open(plan, edit->fstab, &file);

	if (r == 0)
		r = find_outcome(plan, edit, &file, &outcome);
	if (r < 0 || !outcome.is_changed)
		return r;
	r = fstab_file_check(plan, &file);
	if (r == 0)
		r = fstab_file_replace(plan, &file, &outcome.text, &is_replaced);
	if (!is_replaced)
		return r;
	edit->is_done = true;
	edit->was_there = file.is_there;
	move_text(&file.text, &edit->old);
	move_text(&outcome.text, &edit->new);
	return r < 0 ? put_back_after(plan, edit, r) : 0;
}

static int run_edit(struct pmm_plan *plan, void *subject)
{
	struct edit *edit = subject;
	int r = -EAGAIN;

	for (int i = 0; i < MOST_TRIES && r == -EAGAIN; i++)
		r = try_edit(plan, edit);
	if (r == -EAGAIN)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, r,
				 edit->fstab ? edit->fstab : "/etc/fstab", NULL,
				 "another process changes it all the time");
	return r;
}

static int run_clean(struct pmm_plan *plan, void *subject)
{
	_cleanup_fstab_file_ struct fstab_file file = {0};
	const struct edit *edit = subject;
	int r = fstab_file_open(plan, edit->fstab, &file);

	return r < 0 ? r : fstab_file_remove_leftovers(plan, &file);
}

/* ---- words ---- */

/* "line 3", "lines 3, 7" of those that go; NULL without memory. */
static char *list_lines(const struct fstab_outcome *outcome)
{
	size_t removed = outcome->matches.count - (outcome->keeper < outcome->matches.count);
	char *list = strdup(removed == 1 ? "line" : "lines");
	const char *separator = " ";

	for (size_t i = 0; list && i < outcome->matches.count; i++) {
		char *longer;

		if (i == outcome->keeper)
			continue;
		if (asprintf(&longer, "%s%s%zu", list, separator,
			     outcome->matches.items[i].line.number) < 0)
			longer = NULL;
		free(list);
		list = longer;
		separator = ", ";
	}
	return list;
}

static int add_step(struct pmm_plan *plan, struct edit *edit, const char *path,
		    const struct fstab_outcome *outcome)
{
	static const struct step_call call = {run_edit, undo_edit};
	bool has_keeper = outcome->keeper < outcome->matches.count;
	char *lines = list_lines(outcome);
	char *undo;
	int r;

	if (!lines || asprintf(&undo, "put %s back as it was", path) < 0) {
		free(lines);
		return -ENOMEM;
	}
	if (outcome->line)
		r = plan_add(plan, &call, edit, undo, "%s %s: %.*s",
			     outcome->matches.count ? "put into the place of what means it in"
						    : "add to",
			     path, (int)strcspn(outcome->line, "\n"), outcome->line);
	else if (outcome->options)
		r = plan_add(plan, &call, edit, undo, "set the options in line %zu of %s to %s",
			     outcome->matches.items[outcome->keeper].line.number, path,
			     outcome->options);
	else
		r = plan_add(plan, &call, edit, undo, "remove %s from %s", lines, path);
	if (r == 0 && has_keeper && outcome->matches.count > 1)
		r = plan_remark(plan, "%s: of what means the same as line %zu, %s %s removed", path,
				outcome->matches.items[outcome->keeper].line.number, lines,
				outcome->matches.count == 2 ? "is" : "are");
	free(lines);
	free(undo);
	return r;
}

static int remark_reload(struct pmm_plan *plan, const struct edit *edit)
{
	struct stat status;

	if ((edit->fstab && strcmp(edit->fstab, "/etc/fstab")) ||
	    pmm_root_status(plan_root(plan), "/run/systemd/system", &status) < 0)
		return 0;
	return plan_remark(plan, "systemd reads fstab at boot, or by: systemctl daemon-reload");
}

/* ---- planning ---- */

static int add_clean_step(struct pmm_plan *plan, struct edit *edit, const struct fstab_file *file)
{
	static const struct step_call call = {run_clean, NULL};
	int count = fstab_file_count_leftovers(file);

	if (count <= 0)
		return count;
	return plan_add(plan, &call, edit, NULL, "remove what a killed run left beside %s: %d %s",
			file->place.path, count, count == 1 ? "file" : "files");
}

static int add_steps(struct pmm_plan *plan, struct edit *edit, bool *ret_is_changed)
{
	_cleanup_fstab_file_ struct fstab_file file = {0};
	_cleanup_fstab_outcome_ struct fstab_outcome outcome = {0};
	int r = fstab_file_open(plan, edit->fstab, &file);

	if (r == 0)
		r = find_outcome(plan, edit, &file, &outcome);
	if (r == 0 && outcome.is_changed)
		r = fstab_file_check(plan, &file);
	if (r < 0)
		return r;
	r = add_clean_step(plan, edit, &file);
	if (r == 0 && outcome.is_changed) {
		r = add_step(plan, edit, file.place.path, &outcome);
		if (r == 0)
			r = remark_reload(plan, edit);
	} else if (r == 0 && edit->options) {
		r = plan_remark(plan, "line %zu of %s activates it at boot already",
				outcome.matches.items[outcome.keeper].line.number, file.place.path);
	}
	*ret_is_changed = outcome.is_changed;
	return r < 0 ? fail_memory(plan) : 0;
}

static struct edit *new_edit(struct pmm_plan *plan, const char *fstab, const struct place *place)
{
	struct edit *edit = plan_subject(plan, sizeof(*edit), edit_release);

	if (!edit)
		return NULL;
	edit->wish.place = place;
	edit->fstab = fstab ? strdup(fstab) : NULL;
	return fstab && !edit->fstab ? NULL : edit;
}

/* "pri=5,discard=once,x-foo": what was asked for, as it stands in a line. */
static char *asked_options(const struct pmm_persist_wish *wish)
{
	const char *discard = wish->discard;
	char *more = fstab_text_escape(wish->options ? wish->options : "");
	char priority[sizeof("pri=32767,")] = "";
	char *asked = NULL;

	if (wish->priority != PMM_NO_PRIORITY)
		snprintf(priority, sizeof(priority), "pri=%d,", (int)wish->priority);
	if (more && asprintf(&asked, "%s%s%s%s%s%s", priority, discard ? "discard" : "",
			     discard && *discard ? "=" : "", discard ? discard : "",
			     discard ? "," : "", more) < 0)
		asked = NULL;
	free(more);
	return asked;
}

static int check_wish(struct pmm_plan *plan, const struct pmm_persist_wish *wish)
{
	const char *discard = wish->discard;

	if (wish->priority != PMM_NO_PRIORITY &&
	    (wish->priority < 0 || wish->priority > GREATEST_PRIORITY))
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EINVAL, NULL,
				 "a number from 0 to 32767", "no such priority: %jd",
				 (intmax_t)wish->priority);
	if (discard && *discard && strcmp(discard, "once") && strcmp(discard, "pages"))
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EINVAL, NULL,
				 "once or pages", "no such discard policy: %s", discard);
	return 0;
}

/*
 * What the user has chosen for it, and not the kernel, holds for a new line as well: 1, or 0 for a
 * line that is there, which stays as it is.
 */
static int has_chosen_priority(struct pmm_plan *plan, const struct area *area,
			       const struct pmm_persist_wish *wish)
{
	int64_t at_boot;
	char *discard = NULL;
	int r;

	if (wish->priority != PMM_NO_PRIORITY || !area->is_active || area->active.priority < 0)
		return 0;
	r = persist_find(plan, area, wish->fstab, &at_boot, &discard);
	free(discard);
	return r < 0 ? r : !r;
}

int persist_add_step(struct pmm_plan *plan, const struct area *area,
		     const struct pmm_persist_wish *asked)
{
	struct pmm_persist_wish wish = *asked;
	struct edit *edit = new_edit(plan, wish.fstab, &area->place);
	int r = edit ? check_wish(plan, &wish) : fail_memory(plan);
	bool is_changed;

	if (r == 0)
		r = has_chosen_priority(plan, area, &wish);
	if (r < 0)
		return r;
	if (r)
		wish.priority = area->active.priority;
	edit->wish.options = edit->options = asked_options(&wish);
	if (!edit->options || persist_spec(plan_root(plan), &area->place, &edit->spec) < 0)
		return fail_memory(plan);
	edit->wish.spec = edit->spec;
	return add_steps(plan, edit, &is_changed);
}

/* SPEC: for what leads nowhere, a tag or a path whose directory is gone. */
static int add_removal(struct pmm_plan *plan, const struct place *place, const char *spec,
		       const char *fstab, bool *ret_is_changed)
{
	struct edit *edit = new_edit(plan, fstab, place);

	if (edit)
		edit->wish.spec = edit->spec = strdup(spec);
	return edit && edit->spec ? add_steps(plan, edit, ret_is_changed) : fail_memory(plan);
}

int unpersist_add_step(struct pmm_plan *plan, const struct area *area, const char *fstab)
{
	bool is_changed;

	return add_removal(plan, &area->place, area->place.path, fstab, &is_changed);
}

/* ---- asking ---- */

int persist_find(struct pmm_plan *plan, const struct area *area, const char *fstab,
		 int64_t *ret_priority, char **ret_discard)
{
	_cleanup_fstab_file_ struct fstab_file file = {0};
	_cleanup_fstab_matches_ struct fstab_matches matches = {0};
	const struct fstab_match *match;
	char *discard;
	size_t keeper;
	int r = fstab_file_open(plan, fstab, &file);

	if (r < 0)
		return r;
	if (fstab_match(plan_root(plan), &file.text, &area->place, NULL, &matches) < 0)
		return fail_memory(plan);
	keeper = fstab_matches_keeper(&matches);
	if (keeper == matches.count)
		return 0;
	match = &matches.items[keeper];
	discard = match->discard ? strdup(match->discard) : NULL;
	if (match->discard && !discard)
		return fail_memory(plan);
	*ret_priority = match->priority;
	*ret_discard = discard;
	return 1;
}

/* ---- the operations ---- */

static int check_area(struct pmm_plan *plan, const struct area *area)
{
	struct pmm_swap_header header;
	int r = header_probe_fd(plan_root(plan), area->place.path, area->fd, &header);

	if (r == -EMEDIUMTYPE || r == -EBADMSG)
		return area_refuse(plan, area, r, "swapctl format {}, first",
				   "it could not be activated at boot: %s",
				   pmm_root_error(plan_root(plan)));
	return r < 0 ? area_fail(plan, area, r, "read its header") : 0;
}

/* What the kernel makes anew at each boot, fstab alone does not bring back. */
static int remark_device(struct pmm_plan *plan, const struct area *area)
{
	enum pmm_area_type type = pmm_area_type_of_device(area->place.path);

	if (!S_ISBLK(area->status.st_mode) || (type != PMM_AREA_ZRAM && type != PMM_AREA_LOOP))
		return 0;
	return plan_remark(plan, "%s is there at boot only if something else sets it up before",
			   area->place.path);
}

int pmm_plan_persist(struct pmm_plan *plan, const char *path, const struct pmm_persist_wish *wish)
{
	struct area *area;
	int r = area_find(plan, path, PLACE_FOLLOW, false, &area);

	if (r == 0)
		r = check_area(plan, area);
	if (r == 0)
		r = persist_add_step(plan, area, wish);
	if (r < 0)
		return r;
	if (remark_device(plan, area) < 0 || plan_result(plan, "activated at each boot") < 0)
		return fail_memory(plan);
	return 0;
}

/* It may be the second half of a plan. */
static int add_to_result(struct pmm_plan *plan, const char *words)
{
	const char *first = pmm_plan_result(plan);

	if (plan_result(plan, "%s%s%s", first ? first : "", first ? ", " : "", words) < 0)
		return fail_memory(plan);
	return 0;
}

int pmm_plan_unpersist(struct pmm_plan *plan, const char *path, const char *fstab)
{
	bool is_known = false, is_changed = false;
	struct area *area = NULL;
	int r = *path == '/' ? area_find(plan, path, PLACE_FOLLOW | PLACE_ANY_OWNER, true, &area)
			     : -ENOENT;

	if (r == 0) {
		is_known = area->is_there;
		r = add_removal(plan, &area->place, area->place.path, fstab, &is_changed);
	} else if (r == -ENOENT) {
		fault_clear(plan_fault(plan));
		r = add_removal(plan, NULL, path, fstab, &is_changed);
	}
	if (r == 0 && is_changed)
		return add_to_result(plan, "not activated at boot any more");
	if (r < 0)
		return r;
	if (!is_known)
		return fault_set(plan_fault(plan), PMM_FAULT_NO_AREA, -ENOENT, path, NULL,
				 "there is no such area, and no line of fstab that means it");
	return plan_remark(plan, "no line of fstab means %s", area->place.path) < 0
		       ? fail_memory(plan)
		       : 0;
}
