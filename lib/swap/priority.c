/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Another priority for an active area. The kernel has no call for it (swapon(2)), so the area goes
 * off and on again, if what is in it fits elsewhere meanwhile.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "fault.h"
#include "judge.h"
#include "memo.h"
#include "off.h"
#include "persist.h"
#include "verdict.h"

static const int DISCARD_FLAGS = ~0xffff; /* of swapon(2): what is not a priority */

/* How the line is mended, as a shell takes it; the caller frees it. NULL without memory. */
static char *persist_command(const struct area *area, const struct pmm_priority_wish *wish)
{
	char *file = fix_text(wish->fstab ? "--fstab {} " : "", wish->fstab, 0);
	char *path = fix_text("{}", area->place.path, 0);
	char *command = NULL;

	if (file && path &&
	    asprintf(&command, "swapctl persist %s-p %jd %s", file, (intmax_t)wish->priority,
		     path) < 0)
		command = NULL;
	free(file);
	free(path);
	return command;
}

/* What fstab says is what the next boot does. */
static int remark_fstab(struct pmm_plan *plan, const struct area *area,
			const struct pmm_priority_wish *wish)
{
	char *discard = NULL, *command;
	int64_t at_boot = PMM_NO_PRIORITY;
	int r = persist_find(plan, area, wish->fstab, &at_boot, &discard);

	free(discard);
	if (r < 0 && r != -ENOMEM) { /* an fstab that cannot be read is no reason against it */
		fault_clear(plan_fault(plan));
		return 0;
	}
	if (r <= 0 || at_boot == wish->priority)
		return r;
	command = persist_command(area, wish);
	r = command ? plan_remark(plan, "at the next boot it is as in fstab; to change that: %s",
				  command)
		    : -ENOMEM;
	free(command);
	return r;
}

static int add_persist(struct pmm_plan *plan, const struct area *area,
		       const struct pmm_priority_wish *wish)
{
	const struct pmm_persist_wish persist = {
		.fstab = wish->fstab,
		.priority = wish->priority,
	};

	return persist_add_step(plan, area, &persist);
}

static int add_steps(struct pmm_plan *plan, struct area *area, const struct pmm_priority_wish *wish)
{
	int r = judge_again(plan_root(plan), area->fd, area->place.path, plan_fault(plan));

	if (r == 0)
		r = memo_add_note(plan, area);
	if (r == 0)
		r = off_add_steps(plan, area, &wish->off);
	if (r < 0)
		return r;
	area->swap_flags =
		(area->swap_flags & DISCARD_FLAGS) | area_swap_flags(wish->priority, NULL);
	r = area_add_on(plan, area);
	return r < 0 ? r : memo_add_removal(plan, area);
}

/* Cut short after it went off: it is to be on, and not as it was. */
static int finish_again(struct pmm_plan *plan, struct area *area, int64_t priority)
{
	char fix[64];
	int flags, r;

	if (memo_read(area, &flags) <= 0) {
		snprintf(fix, sizeof(fix), "swapctl on -p %jd {}", (intmax_t)priority);
		return area_refuse(plan, area, -EINVAL, fix,
				   "it is not active, so it has no priority");
	}
	area->swap_flags = (flags & DISCARD_FLAGS) | area_swap_flags(priority, NULL);
	r = area_add_on(plan, area);
	return r < 0 ? r : memo_add_removal(plan, area);
}

static int plan_same(struct pmm_plan *plan, struct area *area)
{
	int r = plan_remark(plan, "%s has this priority already", area->place.path);

	return r < 0 ? r : memo_add_removal_if_any(plan, area);
}

int pmm_plan_priority(struct pmm_plan *plan, const char *path, const struct pmm_priority_wish *wish)
{
	struct area *area = NULL;
	int r = area_find(plan, path, PLACE_FOLLOW, false, &area);

	if (r < 0)
		return r;
	if (!area->is_active)
		r = finish_again(plan, area, wish->priority);
	else if (area->active.priority == wish->priority)
		r = plan_same(plan, area);
	else
		r = add_steps(plan, area, wish);
	if (r == 0)
		r = wish->with_persist ? add_persist(plan, area, wish)
				       : remark_fstab(plan, area, wish);
	if (r == 0)
		r = plan_result(plan, "priority %jd%s", (intmax_t)wish->priority,
				wish->with_persist ? ", also from the next boot on" : "");
	return r == -ENOMEM ? area_fail(plan, area, r, "plan it") : r;
}
