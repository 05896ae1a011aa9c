/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Undoes all of create: deactivate, forget in fstab, then unlink the file, or wipe the header of a
 * device. In this order each front of it is a state that boots: a line in fstab never outlives its
 * area, and nothing is touched if the area cannot be deactivated.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "area.h"
#include "fault.h"
#include "header.h"
#include "judge.h"
#include "off.h"
#include "persist.h"
#include "reserved.h"

/* ---- the header ---- */

struct scrubbing {
	struct area *area;
	uint64_t begin_bytes; /* behind the header */
};

struct wiping {
	struct area *area;
	unsigned char *old; /* what was there */
	size_t length;	    /* of the greatest page that a header could be made for */
};

static void wiping_release(void *subject)
{
	struct wiping *wiping = subject;

	free(wiping->old);
}

static int write_front(struct pmm_plan *plan, struct wiping *wiping, const void *bytes,
		       const char *what)
{
	struct area *area = wiping->area;
	int r = area_write(plan, area->writable_fd, area->place.path, bytes, wiping->length,
			   HEADER_VERSION_AT, what);

	if (r == 0) {
		r = plan_effects(plan)->sync(area->writable_fd);
		if (r < 0)
			area_fail(plan, area, r, "bring it to disk");
	}
	return r;
}

static int undo_wipe(struct pmm_plan *plan, void *subject)
{
	struct wiping *wiping = subject;

	return write_front(plan, wiping, wiping->old, "write the old header back");
}

static int run_wipe(struct pmm_plan *plan, void *subject)
{
	struct wiping *wiping = subject;
	struct area *area = wiping->area;
	unsigned char *zeros = calloc(1, wiping->length);
	ssize_t got;
	int r = zeros ? off_check_losses(plan, area->place.path) : -ENOMEM;

	if (r == 0)
		r = area_open_writable(plan, area);
	if (r == 0) {
		got = pread(area->writable_fd, wiping->old, wiping->length, HEADER_VERSION_AT);
		if (got != (ssize_t)wiping->length)
			r = area_fail(plan, area, got < 0 ? -errno : -EIO, "read the old header");
	}
	if (r == 0) {
		r = write_front(plan, wiping, zeros, "wipe its header");
		if (r < 0)
			undo_wipe(plan, wiping);
	}
	free(zeros);
	return r;
}

/* The first KiB is a boot loader's, and stays. */
static int add_wipe(struct pmm_plan *plan, struct area *area, const struct pmm_swap_header *header)
{
	static const struct step_call call = {run_wipe, undo_wipe};
	struct wiping *wiping = plan_subject(plan, sizeof(*wiping), wiping_release);

	if (!wiping)
		return -ENOMEM;
	wiping->area = area;
	wiping->length = header->page_bytes - HEADER_VERSION_AT;
	wiping->old = malloc(wiping->length);
	if (!wiping->old)
		return -ENOMEM;
	return plan_add(plan, &call, wiping, "write it back", "wipe the swap header of %s",
			area->place.path);
}

/* ---- its blocks ---- */

/* The header, which has no secrets, stays as long as the steps before can be undone. */
static int run_scrub(struct pmm_plan *plan, void *subject)
{
	const struct scrubbing *scrubbing = subject;
	uint64_t begin = scrubbing->begin_bytes;
	struct area *area = scrubbing->area;
	int r = off_check_losses(plan, area->place.path);
	off_t end;

	if (r == 0)
		r = area_open_writable(plan, area);
	end = r < 0 ? 0 : lseek(area->writable_fd, 0, SEEK_END);
	if (r == 0 && end < 0)
		r = area_fail(plan, area, -errno, "find its end");
	if (r == 0 && (uint64_t)end > begin)
		r = area_write_zeros(plan, area->writable_fd, area->place.path, begin,
				     (uint64_t)end - begin);
	if (r == 0) {
		r = plan_effects(plan)->sync(area->writable_fd);
		if (r < 0)
			area_fail(plan, area, r, "bring the zeros to disk");
	}
	return r;
}

static int add_scrub(struct pmm_plan *plan, struct area *area, uint64_t page_bytes)
{
	static const struct step_call call = {run_scrub, NULL};
	struct scrubbing *scrubbing = plan_subject(plan, sizeof(*scrubbing), NULL);

	if (!scrubbing)
		return -ENOMEM;
	*scrubbing = (struct scrubbing){area, page_bytes};
	return plan_add(plan, &call, scrubbing, NULL, "overwrite the pages of %s with zeros",
			area->place.path);
}

/* ---- its name ---- */

static int run_unlink(struct pmm_plan *plan, void *subject)
{
	struct area *area = subject;
	const struct place *place = &area->place;
	struct stat named;
	int r;

	r = off_check_losses(plan, place->path);
	if (r < 0)
		return r;
	if (fstatat(place->directory_fd, place->name, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return area_fail(plan, area, -errno, "find it");
	if (!status_is_same(&named, &area->status))
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -ESTALE, place->path, NULL,
				 "another file was put in its place meanwhile");
	r = plan_effects(plan)->unlink_at(place->directory_fd, place->name);
	if (r < 0)
		return area_fail(plan, area, r, "unlink it");
	area_sync_removal(plan, area);
	return 0;
}

static int add_unlink(struct pmm_plan *plan, struct area *area)
{
	static const struct step_call call = {run_unlink, NULL};

	return plan_add(plan, &call, area, NULL, "unlink %s", area->place.path);
}

/* ---- the whole ---- */

/* A file that was removed already, by a run that was killed before its end. */
static int plan_missing(struct pmm_plan *plan, struct area *area,
			const struct pmm_remove_wish *wish)
{
	int r = off_check_reach(plan, area->place.path);

	if (r == 0)
		r = plan_remark(plan, "%s: there is no such file or device", area->place.path);
	if (r == 0)
		r = unpersist_add_step(plan, area, wish->fstab);
	return r < 0 ? r : plan_result(plan, "removed from fstab");
}

static int plan_present(struct pmm_plan *plan, struct area *area,
			const struct pmm_remove_wish *wish)
{
	bool is_file = S_ISREG(area->status.st_mode);
	struct pmm_swap_header header;
	int r = header_probe_fd(plan_root(plan), area->place.path, area->fd, &header);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, r, area->place.path,
				 "rm, if it is to go all the same", "it is no swap area");
	r = area_check_change(plan, area);
	if (r == 0 && is_file && !wish->keep_file)
		r = judge_name(plan_root(plan), &area->place, plan_fault(plan));
	if (r == 0)
		r = area_check_backing(plan, area);
	if (r == 0 && is_file && area->status.st_nlink > 1 && !wish->keep_file)
		r = plan_remark(plan, "%s has other names (hard links), which keep its blocks",
				area->place.path);
	if (r == 0 && area->is_active)
		r = off_add_steps(plan, area, &wish->off);
	if (r == 0)
		r = unpersist_add_step(plan, area, wish->fstab);
	if (r == 0 && wish->with_scrub)
		r = add_scrub(plan, area, header.page_bytes);
	if (r < 0)
		return r;
	if (is_file && !wish->keep_file)
		r = add_unlink(plan, area);
	else
		r = add_wipe(plan, area, &header);
	return r < 0 ? r : plan_result(plan, "removed");
}

int pmm_plan_remove(struct pmm_plan *plan, const char *path, const struct pmm_remove_wish *wish)
{
	struct area *area = NULL;
	int r = area_find(plan, path, PLACE_FOLLOW, true, &area);

	if (r == 0)
		r = reserved_add_leftovers(plan, area, &wish->off);
	if (r < 0)
		return r;
	r = area->is_there ? plan_present(plan, area, wish) : plan_missing(plan, area, wish);
	return r == -ENOMEM ? area_fail(plan, area, r, "plan it") : r;
}
