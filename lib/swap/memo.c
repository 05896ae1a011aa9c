/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A note that an area was active: an extended attribute of its file, in the namespace that only
 * root may see and set. xattr(7). It goes with the file through a crash, and needs no place of its
 * own. On a file system without such attributes, there is no note.
 */

#include "memo.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "fault.h"

static const char ATTRIBUTE[] = "trusted.swapctl.active";

enum { VALUE_LENGTH = sizeof("0x7fffffff") };

static bool is_without_attributes(int r)
{
	return r == -EOPNOTSUPP || r == -ENOTTY;
}

int memo_read(const struct area *area, int *ret_swap_flags)
{
	char value[VALUE_LENGTH] = "";
	char *end;
	ssize_t length = fgetxattr(area->fd, ATTRIBUTE, value, sizeof(value) - 1);
	unsigned long flags;

	if (length <= 0)
		return 0;
	flags = strtoul(value, &end, 16);
	if (*end || end == value || flags > 0x7fffffff)
		return 0;
	*ret_swap_flags = (int)flags;
	return 1;
}

static int run_removal(struct pmm_plan *plan, void *subject)
{
	struct area *area = subject;
	int r = plan_effects(plan)->remove_attribute(area->fd, ATTRIBUTE);

	if (r < 0 && r != -ENODATA && !is_without_attributes(r))
		return area_fail(plan, area, r, "take the note away that it was active");
	return 0;
}

static int run_note(struct pmm_plan *plan, void *subject)
{
	struct area *area = subject;
	char value[VALUE_LENGTH];
	int length = snprintf(value, sizeof(value), "0x%x", (unsigned)area->swap_flags);
	int r = plan_effects(plan)->set_attribute(area->fd, ATTRIBUTE, value, (size_t)length);

	if (r < 0 && !is_without_attributes(r))
		return area_fail(plan, area, r, "note in it that it was active");
	return 0;
}

/* What the kernel still drains will be off, whatever we do: the next run shall know of it. */
static int undo_note(struct pmm_plan *plan, void *subject)
{
	struct area *area = subject;
	struct active now;

	if (active_find(plan_root(plan), &area->status, &now) > 0 && now.is_draining)
		return 0;
	return run_removal(plan, subject);
}

int memo_add_note(struct pmm_plan *plan, struct area *area)
{
	static const struct step_call call = {run_note, undo_note};

	return plan_add(plan, &call, area, "take the note away",
			"note in the file that it was active, should this be cut short");
}

static const struct step_call removal = {run_removal, NULL};

int memo_add_removal(struct pmm_plan *plan, struct area *area)
{
	return plan_add(plan, &removal, area, NULL, "take that note away");
}

int memo_add_removal_if_any(struct pmm_plan *plan, struct area *area)
{
	int flags;

	if (!memo_read(area, &flags))
		return 0;
	return plan_add(plan, &removal, area, NULL,
			"take the note away that it was active, which an earlier run left");
}
