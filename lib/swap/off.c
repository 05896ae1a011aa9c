/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Deactivates an area, if what is in it fits elsewhere (fit.c): reads it ahead if that is wished
 * (ahead.c), has swapoff(2) called in a child (drain.c), and then says what became of the area.
 * That is read from proc/swaps whatever the call returned: it may have failed and emptied the area
 * all the same, or been killed when there was nothing left to do. Its undo activates the area
 * again, as it was.
 */

#include "off.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ahead.h"
#include "drain.h"
#include "fault.h"
#include "fit.h"
#include "kernel-log.h"
#include "memo.h"
#include "persist.h"
#include "verdict.h"
#include "words.h"

/* As for fix_text(). */
static const char wait_fix[] = "when swapctl list says draining no more: swapctl off {}";
static const char again_fix[] = "swapctl off {}, which goes on from there";
static const char memory_fix[] = "swapctl off --check {}, which shows what is short of memory";

struct off {
	struct area *area;
	struct pmm_off_wish wish;
	int swap_flags; /* for the undo: a later step may have others */
};

/* What the kernel counts and logs while an area goes off. */
struct witness {
	uint64_t oom_kills;
	int log_fd; /* negative: the log may not be read */
};

int off_check_losses(struct pmm_plan *plan, const char *path)
{
	if (!plan_has_losses(plan))
		return 0;
	return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -EIO, path,
			 "look at the disk, and do it again if the area may go",
			 "it is left as it is: the kernel could not read some of its pages");
}

/* ---- what became of it ---- */

static int fail_left(struct pmm_plan *plan, const struct off *off, enum pmm_fault_kind kind,
		     int error, const char *fix, const char *reason)
{
	const char *path = off->area->place.path;
	uint64_t left_bytes = off->area->active.used_bytes;
	char left[WORDS_SIZE];
	char *fixed;

	/* Who was killed for it, needs no more memory. */
	if (!left_bytes && fix == memory_fix)
		fix = again_fix;
	fixed = fix ? fix_text(fix, path, 0) : NULL;
	fault_set(plan_fault(plan), kind, error, path, fixed,
		  "%s; it is active, with %s left in it", reason, words_size(left, left_bytes));
	free(fixed);
	return error;
}

static int fail_draining(struct pmm_plan *plan, const struct area *area)
{
	char *fixed = fix_text(wait_fix, area->place.path, 0);

	fault_set(plan_fault(plan), PMM_FAULT_INTERRUPTED, -EBUSY, area->place.path, fixed,
		  "already draining");
	free(fixed);
	return -EBUSY;
}

/* swapoff(2) says EINVAL of what is not active, or is being deactivated by another. */
static int fail_invalid(struct pmm_plan *plan, const struct off *off)
{
	if (off->area->active.is_draining)
		return fail_draining(plan, off->area);
	return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -EINVAL, off->area->place.path,
			 "unmount what hides it",
			 "an area of this name is active, but this is not it: it was replaced, or "
			 "something is mounted over it");
}

/* The call is back, and the area still active. */
static int fail_returned(struct pmm_plan *plan, const struct off *off, int error)
{
	switch (error) {
	case 0:
		return fail_left(plan, off, PMM_FAULT_FAILED, -EBUSY, NULL,
				 "another has activated it again");
	case -EINVAL:
		return fail_invalid(plan, off);
	case -EPERM:
		return fault_set(plan_fault(plan), PMM_FAULT_NO_PRIVILEGE, error,
				 off->area->place.path, "run it as root, outside a container",
				 "deactivate it: CAP_SYS_ADMIN is needed");
	default:
		return fail_left(plan, off, PMM_FAULT_FAILED, error,
				 error == -ENOMEM ? memory_fix : NULL, strerror(-error));
	}
}

static int fail_active(struct pmm_plan *plan, const struct off *off, const struct drain *drain,
		       uint64_t oom_kills)
{
	switch (drain->end) {
	case DRAIN_GOES_ON:
		return fail_left(plan, off, PMM_FAULT_INTERRUPTED, -EINPROGRESS, wait_fix,
				 "still draining, the kernel cannot be stopped now");
	case DRAIN_INTERRUPTED:
		return fail_left(plan, off, PMM_FAULT_INTERRUPTED, -EINTR, again_fix,
				 "interrupted");
	case DRAIN_TIMED_OUT:
		return fail_left(plan, off, PMM_FAULT_INTERRUPTED, -ETIMEDOUT, again_fix,
				 "timed out");
	case DRAIN_KILLED:
		/* The kernel marks it as the first to die; who else kills it, knows. */
		return oom_kills ? fail_left(plan, off, PMM_FAULT_FAILED, -ENOMEM, memory_fix,
					     "killed by the OOM killer")
				 : fail_left(plan, off, PMM_FAULT_FAILED, -EINTR, again_fix,
					     "killed by a signal");
	case DRAIN_RETURNED:
		break;
	}
	return fail_returned(plan, off, drain->error);
}

/* Its state: 1 if it is active, and 0 if not; or a fault. */
static int look(struct pmm_plan *plan, struct area *area)
{
	int r = active_find(plan_root(plan), &area->status, &area->active);

	if (r < 0)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, r, area->place.path, NULL,
				 "whether it is active cannot be told: %s",
				 pmm_root_error(plan_root(plan)));
	area->is_active = r;
	return r;
}

static int judge_end(struct pmm_plan *plan, struct off *off, const struct drain *drain,
		     uint64_t oom_kills)
{
	int r = look(plan, off->area);

	/* If that cannot be read: the kernel has said that it is done. */
	if (r < 0 && drain->end == DRAIN_RETURNED && drain->error == 0) {
		fault_clear(plan_fault(plan));
		off->area->is_active = 0;
		return 0;
	}
	return r > 0 ? fail_active(plan, off, drain, oom_kills) : r;
}

/* ---- what the kernel says beside ---- */

static uint64_t oom_kills_so_far(struct pmm_root *root)
{
	struct pmm_counters *vmstat;
	uint64_t kills;

	if (pmm_counters_read(root, "proc/vmstat", &vmstat) < 0)
		return 0;
	kills = pmm_counters_get(vmstat, "oom_kill");
	pmm_counters_free(vmstat);
	return kills == PMM_ABSENT ? 0 : kills;
}

static struct witness watch_kernel(struct pmm_root *root)
{
	return (struct witness){oom_kills_so_far(root), kernel_log_open(root)};
}

/* Without memory for the words of a remark, the state that was found stands all the same. */
static void remark_losses(struct pmm_plan *plan, const struct off *off, const struct drain *drain,
			  const struct witness *witness, uint64_t oom_kills)
{
	const char *path = off->area->place.path;
	uint64_t others = oom_kills - (oom_kills && drain->end == DRAIN_KILLED);
	unsigned read_errors = kernel_log_read_errors(witness->log_fd);

	if (others)
		plan_warn(plan, "%s: the OOM killer ended %ju processes meanwhile", path,
			  (uintmax_t)others);
	if (!read_errors)
		return;
	plan_note_losses(plan);
	plan_warn(plan,
		  "%s: the kernel could not read all that was in it (its log has %u errors): "
		  "processes that need the lost pages will be killed",
		  path, read_errors);
}

/* ---- the step ---- */

static int drain_watched(struct pmm_plan *plan, struct off *off, struct drain *drain)
{
	struct pmm_root *root = plan_root(plan);
	struct witness witness = watch_kernel(root);
	uint64_t oom_kills;
	int r = 0;

	if (!off->wish.with_read_ahead ||
	    ahead_run(plan, off->area, drain->deadline_ns, &drain->end))
		r = drain_run(plan, drain);
	if (r < 0) {
		fault_set_errno(plan_fault(plan), r, off->area->place.path,
				"start a process that deactivates it");
	} else {
		oom_kills = oom_kills_so_far(root);
		oom_kills -= oom_kills > witness.oom_kills ? witness.oom_kills : oom_kills;
		r = judge_end(plan, off, drain, oom_kills);
		remark_losses(plan, off, drain, &witness, oom_kills);
	}
	if (witness.log_fd >= 0)
		close(witness.log_fd);
	return r;
}

static int run_off(struct pmm_plan *plan, void *subject)
{
	struct off *off = subject;
	struct area *area = off->area;
	struct drain drain = {.area = area};
	int r = look(plan, area);

	if (r <= 0)
		return r;
	if (__builtin_add_overflow(drain_clock(), off->wish.timeout_ns, &drain.deadline_ns))
		drain.deadline_ns = PMM_ABSENT;
	return drain_watched(plan, off, &drain);
}

static int undo_off(struct pmm_plan *plan, void *subject)
{
	struct off *off = subject;

	return plan_effects(plan)->swap_on(off->area->fd, off->swap_flags);
}

static int add_step(struct pmm_plan *plan, struct off *off, const char *path)
{
	static const struct step_call call = {run_off, undo_off};
	char used[WORDS_SIZE];

	if (!off->area->is_active)
		return plan_add(plan, &call, off, "activate it again, as it was", "deactivate %s",
				path);
	return plan_add(plan, &call, off, "activate it again, as it was",
			"deactivate %s, with %s in it", path,
			words_size(used, off->area->active.used_bytes));
}

/* ---- planning ---- */

/* STATUS: NULL if only its name is known. What is wished and cannot be is taken out of WISH. */
static int check_fit(struct pmm_plan *plan, const char *path, const struct stat *status,
		     uint64_t room_bytes, struct pmm_off_wish *wish)
{
	struct pmm_fault *fault = plan_fault(plan);
	const struct pmm_fit_row *row;
	struct pmm_fit *fit;
	int r = fit_read(plan_root(plan), path, status, room_bytes, &fit);

	if (r < 0)
		return fault_set(fault, PMM_FAULT_FAILED, r, path, NULL,
				 "whether what is in it fits elsewhere cannot be told: %s",
				 pmm_root_error(plan_root(plan)));
	row = fit_find_short(fit);
	r = row ? fit_refuse(row, path, fault) : 0;
	if (r < 0 && wish->with_force && fault->reason) {
		r = plan_warn(plan, "%s: forced, although %s", path, fault->reason);
		fault_clear(fault);
	}
	if (r == 0 && wish->with_read_ahead && !fit_has_margin(fit)) {
		wish->with_read_ahead = false;
		r = plan_remark(plan, "%s: not read ahead: memory alone has no room for all of it",
				path);
	}
	pmm_swap_fit_free(fit);
	return r;
}

/*
 * The kernel does not say how an area that is active discards: the line that activates it at boot
 * does, if there is one.
 */
static int find_flags(struct pmm_plan *plan, const struct area *area, int *ret_flags)
{
	char *discard = NULL;
	int64_t priority;
	int r = persist_find(plan, area, NULL, &priority, &discard);

	if (r < 0)
		fault_clear(plan_fault(plan));
	*ret_flags = area_swap_flags(area->active.priority, r > 0 ? discard : NULL);
	free(discard);
	return r == -ENOMEM ? r : 0;
}

static int check_active(struct pmm_plan *plan, struct area *area, struct pmm_off_wish *wish,
			uint64_t room_bytes)
{
	int r;

	if (area->active.is_draining)
		return fail_draining(plan, area);
	r = area_check_change(plan, area);
	if (r == 0)
		r = check_fit(plan, area->place.path, &area->status, room_bytes, wish);
	return r < 0 ? r : find_flags(plan, area, &area->swap_flags);
}

int off_add_steps_beside(struct pmm_plan *plan, struct area *area, const struct pmm_off_wish *wish,
			 uint64_t room_bytes)
{
	struct off *off = plan_subject(plan, sizeof(*off), NULL);
	int r = off ? 0 : -ENOMEM;

	if (r == 0) {
		*off = (struct off){.area = area, .wish = *wish};
		r = area->is_active ? check_active(plan, area, &off->wish, room_bytes) : 0;
	}
	if (r == 0) {
		off->swap_flags = area->swap_flags;
		r = add_step(plan, off, area->place.path);
	}
	return r == -ENOMEM ? area_fail(plan, area, r, "plan to deactivate it") : r;
}

int off_add_steps(struct pmm_plan *plan, struct area *area, const struct pmm_off_wish *wish)
{
	return off_add_steps_beside(plan, area, wish, 0);
}

/* ---- off itself ---- */

static int refuse_captured(struct pmm_plan *plan, void *subject)
{
	(void)plan, (void)subject;
	return -EROFS;
}

/* Of a captured tree the names of the areas are all there is: its plan can only be shown. */
static int plan_captured(struct pmm_plan *plan, const struct pmm_area *area,
			 const struct pmm_off_wish *wish)
{
	static const struct step_call call = {refuse_captured, NULL};
	struct pmm_off_wish checked = *wish;
	char used[WORDS_SIZE];
	int r = check_fit(plan, area->name, NULL, 0, &checked);

	if (r < 0)
		return r;
	return plan_add(plan, &call, NULL, "activate it again, as it was",
			"deactivate %s, with %s in it", area->name,
			words_size(used, area->used_bytes));
}

static int fail_unreachable(struct pmm_plan *plan, const struct pmm_area *area)
{
	if (area->is_deleted)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -ENOENT, area->name,
				 "make its device node again: mknod(1)",
				 "active, but out of reach: its device node is gone");
	return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -ENOENT, area->name,
			 "mount its file system there again",
			 "active, but out of reach: its file system is hidden or unmounted");
}

/* AREAS: to be closed when the area, which may be NULL, is needed no more. */
static const struct pmm_area *find_by_name(struct pmm_plan *plan, const char *path,
					   struct pmm_areas **ret_areas)
{
	const struct pmm_area *area;

	if (pmm_areas_open(plan_root(plan), ret_areas) < 0) {
		*ret_areas = NULL;
		return NULL;
	}
	while (pmm_areas_next(*ret_areas, &area) > 0)
		if (!strcmp(area->name, path))
			return area;
	return NULL;
}

int off_check_reach(struct pmm_plan *plan, const char *path)
{
	struct pmm_areas *areas;
	const struct pmm_area *area = find_by_name(plan, path, &areas);
	int r = area && pmm_root_is_live(plan_root(plan)) ? fail_unreachable(plan, area) : 0;

	pmm_areas_close(areas);
	return r;
}

/* Nothing is at that path: an area of that name may be active all the same. */
static int plan_unreachable(struct pmm_plan *plan, const char *path,
			    const struct pmm_off_wish *wish)
{
	struct pmm_areas *areas;
	const struct pmm_area *area = find_by_name(plan, path, &areas);
	int r = -ENOENT; /* of which the fault speaks already */

	if (area) {
		fault_clear(plan_fault(plan));
		r = pmm_root_is_live(plan_root(plan)) ? fail_unreachable(plan, area)
						      : plan_captured(plan, area, wish);
	}
	pmm_areas_close(areas);
	return r;
}

int pmm_plan_off(struct pmm_plan *plan, const char *path, const struct pmm_off_wish *wish)
{
	struct area *area;
	int r = area_find(plan, path, PLACE_FOLLOW | PLACE_ANY_OWNER, false, &area);

	if (r == -ENOENT)
		return plan_unreachable(plan, path, wish);
	if (r < 0)
		return r;
	if (!area->is_active)
		r = plan_remark(plan, "%s is not active", area->place.path);
	else
		r = off_add_steps(plan, area, wish);
	if (r == 0)
		r = memo_add_removal_if_any(plan, area);
	if (r == 0 && area->is_active)
		r = plan_result(plan, "inactive");
	return r == -ENOMEM ? area_fail(plan, area, r, "plan to deactivate it") : r;
}
