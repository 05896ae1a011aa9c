/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Verdicts of all scopes: a detector for the system and one for each cgroup, which comes and goes
 * with it; and which of them is the one to speak of. Pure, but for the memory.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "procmm-verdict.h"

struct scope {
	char *path; /* NULL: the system */
	struct pmm_detector *detector;
	struct pmm_verdict verdict;
};

struct pmm_verdicts {
	struct pmm_thresholds thresholds;
	struct scope *scopes; /* the system, then cgroups by path */
	size_t count;
};

static void release(struct scope *scope)
{
	free(scope->path);
	pmm_detector_close(scope->detector);
	*scope = (struct scope){0};
}

int pmm_verdicts_open(const struct pmm_thresholds *thresholds, struct pmm_verdicts **ret_verdicts)
{
	struct pmm_verdicts *verdicts = calloc(1, sizeof(*verdicts));

	if (!verdicts)
		return -ENOMEM;
	verdicts->thresholds = thresholds ? *thresholds : *pmm_thresholds_default();
	*ret_verdicts = verdicts;
	return 0;
}

struct pmm_verdicts *pmm_verdicts_close(struct pmm_verdicts *verdicts)
{
	if (!verdicts)
		return NULL;
	for (size_t i = 0; i < verdicts->count; i++)
		release(&verdicts->scopes[i]);
	free(verdicts->scopes);
	free(verdicts);
	return NULL;
}

/* ---- an instant ---- */

struct feeding {
	struct scope *old, *new;
	size_t old_count, new_count;
	size_t cursor; /* in the old ones: both are in the same order */
};

static bool is_of(const struct scope *scope, const char *path)
{
	return scope->detector && (path ? scope->path && !strcmp(scope->path, path) : !scope->path);
}

/* The scope of that path out of the old ones; it is empty if there was none. */
static struct scope take_old(struct feeding *feeding, const char *path)
{
	for (size_t i = 0; i < feeding->old_count; i++) {
		size_t at = (feeding->cursor + i) % feeding->old_count;
		struct scope taken = feeding->old[at];

		if (is_of(&taken, path)) {
			feeding->old[at] = (struct scope){0};
			feeding->cursor = at + 1;
			return taken;
		}
	}
	return (struct scope){0};
}

static int make_scope(const struct pmm_thresholds *thresholds, const char *path,
		      struct scope *ret_scope)
{
	struct scope scope = {0};
	int r = pmm_detector_open(thresholds, &scope.detector);

	if (r >= 0 && path) {
		scope.path = strdup(path);
		r = scope.path ? 0 : -ENOMEM;
	}
	if (r < 0) {
		release(&scope);
		return r;
	}
	*ret_scope = scope;
	return 0;
}

/* The path of the owner of a limit, which is the scope itself or above it, and so before it. */
static const char *own_path(const struct feeding *feeding, const char *path)
{
	for (size_t i = feeding->new_count; path && i--;)
		if (feeding->new[i].path && !strcmp(feeding->new[i].path, path))
			return feeding->new[i].path;
	return NULL;
}

static int feed_one(const struct pmm_thresholds *thresholds, const struct pmm_load *load,
		    struct feeding *feeding)
{
	struct scope *scope = &feeding->new[feeding->new_count];
	struct pmm_load own = *load;
	int r;

	*scope = take_old(feeding, load->path);
	if (!scope->detector) {
		r = make_scope(thresholds, load->path, scope);
		if (r < 0)
			return r;
	}
	feeding->new_count++;
	own.path = scope->path;
	own.limit_path = own_path(feeding, load->limit_path);
	return pmm_detector_feed(scope->detector, &own, &scope->verdict);
}

int pmm_verdicts_feed(struct pmm_verdicts *verdicts, const struct pmm_load *system,
		      const struct pmm_loads *cgroups)
{
	struct feeding feeding = {.old = verdicts->scopes, .old_count = verdicts->count};
	const struct pmm_load *load;
	size_t count = 1;
	int r;

	while (cgroups && pmm_loads_at(cgroups, count - 1))
		count++;
	feeding.new = calloc(count, sizeof(*feeding.new));
	if (!feeding.new)
		return -ENOMEM;
	r = feed_one(&verdicts->thresholds, system, &feeding);
	for (size_t i = 0; r >= 0 && cgroups && (load = pmm_loads_at(cgroups, i)); i++)
		r = feed_one(&verdicts->thresholds, load, &feeding);
	for (size_t i = 0; i < feeding.old_count; i++)
		release(&feeding.old[i]);
	free(feeding.old);
	verdicts->scopes = feeding.new;
	verdicts->count = feeding.new_count;
	return r;
}

const struct pmm_verdict *pmm_verdicts_at(const struct pmm_verdicts *verdicts, size_t index)
{
	return index < verdicts->count ? &verdicts->scopes[index].verdict : NULL;
}

const struct pmm_verdict *pmm_verdicts_find(const struct pmm_verdicts *verdicts, const char *path)
{
	for (size_t i = 0; i < verdicts->count; i++)
		if (is_of(&verdicts->scopes[i], path))
			return &verdicts->scopes[i].verdict;
	return NULL;
}

/* ---- the one to speak of ---- */

static bool binds_itself(const struct pmm_verdict *verdict)
{
	return verdict->path && verdict->is_limit_binding && verdict->limit_path &&
	       !strcmp(verdict->path, verdict->limit_path);
}

/*
 * How near a scope is to the place of what it suffers: a cgroup at its own limit; the system, which
 * suffers itself and not by one of its cgroups; any other cgroup.
 */
static int rank(const struct pmm_verdict *verdict)
{
	if (binds_itself(verdict))
		return 2;
	return verdict->path ? 0 : 1;
}

static size_t depth(const char *path)
{
	size_t slashes = 0;

	for (; path && *path; path++)
		slashes += *path == '/';
	return slashes;
}

/* Is A to be spoken of rather than B? */
static bool is_worse(const struct pmm_verdict *a, const struct pmm_verdict *b)
{
	if (a->state <= PMM_STATE_OK) /* then it is the first, which is the system */
		return false;
	if (a->state != b->state)
		return a->state > b->state;
	if (rank(a) != rank(b))
		return rank(a) > rank(b);
	if (depth(a->path) != depth(b->path))
		return depth(a->path) < depth(b->path);
	return a->lost_percent > b->lost_percent;
}

size_t pmm_verdict_worst(const struct pmm_verdict *verdicts, size_t count)
{
	size_t worst = 0;

	for (size_t i = 1; i < count; i++)
		if (is_worse(&verdicts[i], &verdicts[worst]))
			worst = i;
	return worst;
}

const struct pmm_verdict *pmm_verdicts_worst(const struct pmm_verdicts *verdicts)
{
	const struct pmm_verdict *worst = pmm_verdicts_at(verdicts, 0);

	for (size_t i = 1; i < verdicts->count; i++)
		if (is_worse(&verdicts->scopes[i].verdict, worst))
			worst = &verdicts->scopes[i].verdict;
	return worst;
}
