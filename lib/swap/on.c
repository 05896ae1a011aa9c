/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Activates an area that has a header. What could go wrong is looked for first: swapon(2) itself
 * says EINVAL to most of it, and takes a file that everyone may read without a word.
 */

#include "on.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "judge.h"
#include "memo.h"

/* R01: whoever may read a swap file reads the memory of others. */
static int refuse_modes(struct pmm_plan *plan, const struct area *area, const char *fix)
{
	const struct stat *status = &area->status;

	if (status->st_mode & 077)
		return area_refuse(plan, area, -EPERM, fix,
				   "others than its owner may open it (mode %04o), and read what "
				   "is swapped out",
				   status->st_mode & 07777U);
	return area_refuse(plan, area, -EPERM, fix,
			   "user %ju owns it, and may read what is swapped out",
			   (uintmax_t)status->st_uid);
}

static bool has_safe_modes(const struct stat *status)
{
	return !S_ISREG(status->st_mode) || (!(status->st_mode & 077) && status->st_uid == 0);
}

int on_check_modes(struct pmm_plan *plan, const struct area *area)
{
	bool is_open = area->status.st_mode & 077;

	if (has_safe_modes(&area->status))
		return 0;
	return refuse_modes(plan, area, is_open ? "chmod 600 {}" : "chown root {}");
}

/* Despite --force the rule is named. */
static int check_modes(struct pmm_plan *plan, const struct area *area, bool with_force)
{
	struct pmm_fault *fault = plan_fault(plan);
	bool is_open = area->status.st_mode & 077;
	int r;

	if (has_safe_modes(&area->status))
		return 0;
	r = refuse_modes(plan, area,
			 is_open ? "chmod 600 {}, or --force" : "chown root {}, or --force");
	if (with_force && fault->reason) {
		r = plan_remark(plan, "%s: forced, although %s", area->place.path, fault->reason);
		fault_clear(fault);
	}
	return r;
}

static int plan_active(struct pmm_plan *plan, const struct area *area,
		       const struct pmm_on_wish *wish)
{
	const struct active *active = &area->active;
	char fix[96];

	if (active->is_draining)
		return fault_set(plan_fault(plan), PMM_FAULT_INTERRUPTED, -EBUSY, area->place.path,
				 "wait until it is off", "it is being deactivated");
	if (wish->priority >= 0 && wish->priority != active->priority) {
		snprintf(fix, sizeof(fix), "swapctl prio {} %jd, which takes it off and on again",
			 (intmax_t)wish->priority);
		return area_refuse(plan, area, -EBUSY, fix, "it is active with priority %d",
				   active->priority);
	}
	return plan_remark(plan, "%s is active already", area->place.path);
}

int pmm_plan_on(struct pmm_plan *plan, const char *path, const struct pmm_on_wish *wish)
{
	struct area *area;
	int r = area_find(plan, path, PLACE_FOLLOW, false, &area);

	if (r < 0)
		return r;
	if (area->is_active)
		return plan_active(plan, area, wish);
	r = judge_area(plan_root(plan), area->fd, area->place.path, plan_fault(plan));
	if (r == 0)
		r = area_check_backing(plan, area);
	if (r == 0)
		r = check_modes(plan, area, wish->with_force);
	if (r < 0)
		return r;
	area->swap_flags = area_swap_flags(wish->priority, wish->discard);
	r = area_add_on(plan, area);
	if (r == 0)
		r = memo_add_removal_if_any(plan, area);
	if (r == 0)
		r = plan_result(plan, "active");
	return r < 0 ? area_fail(plan, area, r, "plan it") : 0;
}
