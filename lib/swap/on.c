/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Activates an area that has a header. What could go wrong is looked for first: swapon(2) itself
 * says EINVAL to most of it, takes a file that everyone may read, and destroys a hibernated system
 * without a word.
 */

#include <errno.h>
#include <stdbool.h>

#include "area.h"
#include "fault.h"
#include "header.h"
#include "judge.h"

/* R01: whoever may read a swap file reads the memory of others. */
static int check_modes(struct pmm_plan *plan, const struct area *area)
{
	const struct stat *status = &area->status;

	if (!S_ISREG(status->st_mode))
		return 0;
	if (status->st_mode & 077)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EPERM, area->place.path,
				 "chmod 600 it, or --force",
				 "others than its owner may open it (mode %04o), and read what was "
				 "swapped out",
				 status->st_mode & 07777U);
	if (status->st_uid != 0)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EPERM, area->place.path,
				 "chown root it, or --force",
				 "user %ju owns it, and may read what was swapped out",
				 (uintmax_t)status->st_uid);
	return 0;
}

/* R22: the kernel writes its own magic over that of the image. */
static int check_image(struct pmm_plan *plan, const struct area *area)
{
	struct pmm_swap_header header;
	int r = header_probe_fd(plan_root(plan), area->place.path, area->fd, &header);

	if (r == 0 && header.is_suspend_image)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EBUSY, area->place.path,
				 "resume that system first, or --force",
				 "a hibernated system is in it, which would be lost");
	return 0; /* what else is wrong with a header, judge_area() says */
}

static int plan_active(struct pmm_plan *plan, const struct area *area,
		       const struct pmm_on_wish *wish)
{
	const struct active *active = &area->active;

	if (active->is_draining)
		return fault_set(plan_fault(plan), PMM_FAULT_INTERRUPTED, -EBUSY, area->place.path,
				 "wait until it is off", "it is being deactivated");
	if (wish->priority >= 0 && wish->priority != active->priority)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EBUSY, area->place.path,
				 "swapctl prio, which takes it off and on again",
				 "it is active with priority %d", active->priority);
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
	if (r == 0 && !wish->with_force)
		r = check_modes(plan, area);
	if (r == 0 && !wish->with_force)
		r = check_image(plan, area);
	if (r < 0)
		return r;
	area->swap_flags = area_swap_flags(wish->priority, wish->discard);
	r = area_add_on(plan, area);
	if (r == 0)
		r = plan_result(plan, "active");
	return r < 0 ? area_fail(plan, area, r, "plan it") : 0;
}
