/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The names beside an area that are swapctl's own, while an operation on it goes on. What is left
 * under one by a run that was killed is deactivated, if it is active, and removed.
 */

#include "reserved.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "header.h"
#include "off.h"

static const char *const suffixes[RESERVED_NAMES] = {
	[RESERVED_OLD] = "swapctl-old",
	[RESERVED_NEW] = "swapctl-new",
	[RESERVED_CUSHION] = "swapctl-cushion",
};

static const char *const meanings[RESERVED_NAMES] = {
	[RESERVED_OLD] = "the file that was replaced",
	[RESERVED_NEW] = "the file that was to replace it",
	[RESERVED_CUSHION] = "the file that held its pages meanwhile",
};

struct spare {
	struct area *area;
	char *name;
};

static void spare_release(void *subject)
{
	struct spare *spare = subject;

	free(spare->name);
}

/* FNV-1a: names that differ are to differ here, and nobody gains by making two that do not. */
static uint64_t sum_of(const char *text)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return sum;
}

/* Of a name so long that nothing more can be put to it, a sum stands for its end. */
static char *make_name(const struct area *area, enum reserved which)
{
	const char *name = area->place.name;
	int room = NAME_MAX - (int)strlen(suffixes[which]) - (int)strlen("..");
	char sum[2 + 16] = "";
	char *made;

	if (strlen(name) > (size_t)room)
		room -= snprintf(sum, sizeof(sum), "~%016jx", (uintmax_t)sum_of(name));
	return asprintf(&made, ".%.*s%s.%s", room, name, sum, suffixes[which]) < 0 ? NULL : made;
}

char *reserved_path(const struct area *area, enum reserved which)
{
	int directory_length = (int)(area->place.name - area->place.path);
	char *name = make_name(area, which);
	char *path = NULL;

	if (name && asprintf(&path, "%.*s%s", directory_length, area->place.path, name) < 0)
		path = NULL;
	free(name);
	return path;
}

static struct spare *make_spare(struct pmm_plan *plan, struct area *area, enum reserved which)
{
	struct spare *spare = plan_subject(plan, sizeof(*spare), spare_release);

	if (!spare)
		return NULL;
	spare->area = area;
	spare->name = make_name(area, which);
	return spare->name ? spare : NULL;
}

/* ---- removal ---- */

static int run_removal(struct pmm_plan *plan, void *subject)
{
	struct spare *spare = subject;
	const struct place *place = &spare->area->place;
	int r = off_check_losses(plan, place->path);

	if (r < 0)
		return r;
	r = plan_effects(plan)->unlink_at(place->directory_fd, spare->name);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return area_fail(plan, spare->area, r, "remove the file beside it");
	area_sync_removal(plan, spare->area);
	return 0;
}

int reserved_add_removal(struct pmm_plan *plan, struct area *area, enum reserved which)
{
	static const struct step_call call = {run_removal, NULL};
	struct spare *spare = make_spare(plan, area, which);

	if (!spare)
		return -ENOMEM;
	return plan_add(plan, &call, spare, NULL, "remove %s, %s", spare->name, meanings[which]);
}

/*
 * One that is active holds pages: it goes off first, as any area. A second name of the area itself,
 * were it active, could not be unlinked.
 */
static int add_leftover(struct pmm_plan *plan, struct area *area, enum reserved which,
			const struct pmm_off_wish *wish)
{
	char *path = reserved_path(area, which);
	struct pmm_swap_header header;
	struct area *left;
	int r;

	if (!path)
		return -ENOMEM;
	r = area_find(plan, path, 0, true, &left);
	free(path);
	if (r < 0 || !left->is_there)
		return r;
	if (header_probe_fd(plan_root(plan), left->place.path, left->fd, &header) < 0)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EEXIST, left->place.path,
				 "give it another name",
				 "its name is one of swapctl's own, but it is no swap area");
	if (left->is_active && area->is_there && status_is_same(&left->status, &area->status))
		return 0;
	if (left->is_active)
		r = off_add_steps(plan, left, wish);
	return r < 0 ? r : reserved_add_removal(plan, area, which);
}

int reserved_add_leftovers(struct pmm_plan *plan, struct area *area,
			   const struct pmm_off_wish *wish)
{
	int r = 0;

	for (int which = 0; which < RESERVED_NAMES && r == 0; which++)
		r = add_leftover(plan, area, (enum reserved)which, wish);
	return r;
}

/* ---- setting aside ---- */

static int run_set_aside(struct pmm_plan *plan, void *subject)
{
	struct spare *spare = subject;
	const struct place *place = &spare->area->place;
	int r = plan_effects(plan)->link_at(spare->area->fd, place->directory_fd, spare->name);

	return r < 0 ? area_fail(plan, spare->area, r, "set it aside") : 0;
}

static int undo_set_aside(struct pmm_plan *plan, void *subject)
{
	struct spare *spare = subject;
	const struct place *place = &spare->area->place;
	int r = plan_effects(plan)->unlink_at(place->directory_fd, spare->name);

	if (r == -ENOENT) /* it was brought back */
		return 0;
	return r < 0 ? r : place_sync(plan_effects(plan), place);
}

int reserved_add_set_aside(struct pmm_plan *plan, struct area *area)
{
	static const struct step_call call = {run_set_aside, undo_set_aside};
	struct spare *spare = make_spare(plan, area, RESERVED_OLD);

	if (!spare)
		return -ENOMEM;
	return plan_add(plan, &call, spare, "take that name away", "set the old one aside as %s",
			spare->name);
}

int reserved_replace(struct pmm_plan *plan, const struct area *old, int fd)
{
	const struct pmm_effects *effects = plan_effects(plan);
	const struct place *place = &old->place;
	struct stat named;
	char *name;
	int r;

	if (fstatat(place->directory_fd, place->name, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!status_is_same(&named, &old->status))
		return -ESTALE;
	name = make_name(old, RESERVED_NEW);
	r = name ? effects->link_at(fd, place->directory_fd, name) : -ENOMEM;
	if (r == 0) {
		r = effects->rename_at(place->directory_fd, name, place->name);
		if (r < 0)
			effects->unlink_at(place->directory_fd, name);
	}
	free(name);
	return r;
}

/* The name that it was opened by is gone: swapon(2) takes a descriptor of its new one only. */
static int reopen(struct pmm_plan *plan, struct area *area)
{
	struct stat status;
	int fd, r = place_open_file(&area->place, &fd, &status, plan_fault(plan));

	if (r < 0)
		return r;
	if (!status_is_same(&status, &area->status)) {
		close(fd);
		return -ESTALE;
	}
	close(area->fd);
	area->fd = fd;
	return 0;
}

int reserved_bring_back(struct pmm_plan *plan, struct area *old)
{
	const struct place *place = &old->place;
	char *name = make_name(old, RESERVED_OLD);
	struct pmm_fault first;
	int r = -ENOMEM;

	if (name)
		r = plan_effects(plan)->rename_at(place->directory_fd, name, place->name);
	free(name);
	if (r < 0)
		return r;
	first = *plan_fault(plan);
	*plan_fault(plan) = (struct pmm_fault){0};
	r = reopen(plan, old);
	fault_clear(plan_fault(plan));
	*plan_fault(plan) = first;
	return r < 0 ? r : place_sync(plan_effects(plan), place);
}
