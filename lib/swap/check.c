/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looks at a file, a device or a directory and says what the kernel would say, and what we say.
 * What is found is gathered by facts.c and judged by verdict.c and problems.c.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "active.h"
#include "fault.h"
#include "verdict.h"

/* A name that a new file in a directory could have, for words and fixes. */
static const char new_name[] = "swapfile";

struct pmm_judgement *pmm_judgement_free(struct pmm_judgement *judgement)
{
	if (!judgement)
		return NULL;
	for (size_t i = 0; i <= judgement->problem_count; i++) {
		struct pmm_finding *finding =
			i < judgement->problem_count ? &judgement->problems[i] : &judgement->cause;

		free(finding->name);
		free(finding->reason);
		free(finding->fix);
	}
	free(judgement->problems);
	free(judgement->path);
	free(judgement);
	return NULL;
}

/* The words of a fault become those of a finding. */
static int take_cause(struct pmm_judgement *judgement, enum cause cause, struct pmm_fault *fault)
{
	judgement->kernel_accepts = cause == CAUSE_NONE;
	if (judgement->kernel_accepts)
		return 0;
	judgement->cause.name = strdup(cause_name(cause));
	judgement->cause.reason = fault->reason;
	judgement->cause.fix = fault->fix;
	fault->reason = NULL;
	fault->fix = NULL;
	fault_clear(fault);
	return judgement->cause.name && judgement->cause.reason ? 0 : -ENOMEM;
}

static int fail(struct pmm_root *root, int r, struct pmm_fault *fault)
{
	pmm_root_fail(root, r, "%s%s%s", fault->object ? fault->object : "",
		      fault->object ? ": " : "", fault->reason ? fault->reason : strerror(-r));
	fault_clear(fault);
	return r;
}

/*
 * In a directory that others may write, another file can be put in its place. The directory itself
 * is looked for: of the file, its own owner and modes say enough.
 */
static int review_place(struct pmm_root *root, const struct facts *facts, const char *path,
			struct pmm_judgement *judgement)
{
	struct pmm_fault fault = {0};
	struct place place;
	char *directory = strndup(path, (size_t)(strrchr(path, '/') - path));
	int r = directory ? place_open(root, directory, PLACE_FOLLOW, &place, &fault) : -ENOMEM;

	free(directory);
	if (r == 0)
		place_close(&place);
	else if (fault.kind == PMM_FAULT_REFUSED && fault.reason)
		r = problem_add(judgement, facts, path, "unsafe-place", fault.fix, "%s",
				fault.reason);
	else
		r = r == -ENOMEM ? r : 0;
	fault_clear(&fault);
	return r;
}

/* ---- what is there ---- */

static int judge_open(struct pmm_root *root, int fd, struct pmm_judgement *judgement)
{
	struct pmm_fault fault = {0};
	struct facts facts;
	enum cause cause = CAUSE_NONE;
	int r = facts_read_area(root, fd, judgement->path, &facts);

	if (r < 0)
		return r;
	judgement->is_active = facts.is_active;
	if (!facts.is_active)
		cause = verdict_area(&facts, judgement->path, &fault);
	r = take_cause(judgement, cause, &fault);
	if (r == 0)
		r = review_place(root, &facts, judgement->path, judgement);
	return r == 0 ? problems_find(&facts, judgement->path, judgement) : r;
}

/* Who may not even open it may not activate it, and that is the answer. */
static int judge_closed(struct pmm_root *root, struct pmm_judgement *judgement)
{
	struct pmm_fault fault = {0};
	struct active active;
	struct facts facts;
	struct stat status;
	enum cause cause = CAUSE_NONE;

	facts_read_system(root, &facts);
	if (pmm_root_status(root, judgement->path, &status) == 0)
		judgement->is_active = active_find(root, &status, &active) > 0;
	if (!judgement->is_active)
		cause = verdict_process(&facts, judgement->path, &fault);
	if (!cause && !judgement->is_active)
		return -EACCES;
	return take_cause(judgement, cause, &fault);
}

static int judge_file(struct pmm_root *root, const char *path, struct pmm_judgement *judgement)
{
	struct pmm_fault fault = {0};
	struct place place;
	struct stat status;
	int fd = -1, r;

	r = place_open(root, path, PLACE_FOLLOW | PLACE_ANY_OWNER, &place, &fault);
	if (r < 0)
		return fail(root, r, &fault);
	judgement->path = strdup(place.path);
	r = judgement->path ? place_open_file(&place, &fd, &status, &fault) : -ENOMEM;
	place_close(&place);
	if (r == -EACCES && judge_closed(root, judgement) == 0) {
		fault_clear(&fault);
		return 0;
	}
	if (r < 0)
		return fail(root, r, &fault);
	r = judge_open(root, fd, judgement);
	close(fd);
	return r;
}

/* ---- what could be there ---- */

static int judge_directory(struct pmm_root *root, const char *path, struct pmm_judgement *judgement)
{
	struct pmm_fault fault = {0};
	struct facts facts;
	struct place place;
	enum cause cause;
	char *file;
	int r = asprintf(&file, "%s/%s", path, new_name) < 0 ? -ENOMEM : 0;

	if (r == 0) {
		r = place_open(root, file, PLACE_ANY_OWNER, &place, &fault);
		free(file);
	}
	if (r < 0)
		return fail(root, r, &fault);
	judgement->is_place = true;
	facts_read_place(root, &place, &facts);
	cause = verdict_process(&facts, place.path, &fault);
	if (!cause)
		cause = verdict_place(&facts, place.path, 0, PMM_ABSENT, &fault);
	if (cause_is_ours(cause)) {
		r = problem_add(judgement, &facts, place.path, cause_name(cause), fault.fix, "%s",
				fault.reason ? fault.reason : cause_name(cause));
		fault_clear(&fault);
		cause = CAUSE_NONE;
	}
	if (r == 0)
		r = take_cause(judgement, cause, &fault);
	if (r == 0)
		r = review_place(root, &facts, place.path, judgement);
	judgement->path = strdup(path);
	place_close(&place);
	return r == 0 && !judgement->path ? -ENOMEM : r;
}

int pmm_swap_check(struct pmm_root *root, const char *path, struct pmm_judgement **ret_judgement)
{
	struct pmm_judgement *judgement;
	struct stat status;
	int r;

	if (!pmm_root_is_live(root))
		return pmm_root_fail(root, -EOPNOTSUPP,
				     "%s: a captured tree has no kernel that would take it", path);
	judgement = calloc(1, sizeof(*judgement));
	if (!judgement)
		return -ENOMEM;
	r = pmm_root_status(root, path, &status);
	if (r == 0 && S_ISDIR(status.st_mode))
		r = judge_directory(root, path, judgement);
	else
		r = judge_file(root, path, judgement);
	if (r < 0) {
		pmm_judgement_free(judgement);
		return r;
	}
	*ret_judgement = judgement;
	return 0;
}
