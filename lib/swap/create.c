/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The whole recipe for a swap file: its space, its header, its name, activation, a line in fstab.
 * The file has no name until it is complete (O_TMPFILE, then link_at()), so a kill or a power cut
 * leaves nothing half-made; the line in fstab is last, so none ever names a file that is not there.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "area.h"
#include "create.h"
#include "fault.h"
#include "header.h"
#include "judge.h"
#include "off.h"
#include "on.h"
#include "persist.h"
#include "reserved.h"
#include "words.h"

struct making {
	struct area *area; /* where it shall be; its status is there once it is named */
	struct area *old;  /* whose name it takes; NULL: there is none */
	uint64_t size_bytes;
	struct preparation preparation;
	int with_zeros;
	int fd; /* of the nameless file */
	unsigned char *header;
	size_t header_length;
};

static void making_release(void *subject)
{
	struct making *making = subject;

	if (making->fd >= 0)
		close(making->fd);
	free(making->header);
}

/* ---- the nameless file ---- */

static int open_nameless(struct pmm_plan *plan, struct making *making)
{
	struct stat status;
	int fd = plan_effects(plan)->open_at(making->area->place.directory_fd, ".",
					     O_TMPFILE | O_RDWR, 0600);

	if (fd == -EOPNOTSUPP || fd == -EISDIR)
		return fault_set(
			plan_fault(plan), PMM_FAULT_REFUSED, fd, making->area->place.path,
			"a file on ext4, xfs or btrfs",
			"this file system cannot make a file without a name (O_TMPFILE), so "
			"a half-made one could be left behind");
	if (fd < 0)
		return area_fail(plan, making->area, fd, "make a file");
	making->fd = fd;
	if (fstat(fd, &status) < 0)
		return area_fail(plan, making->area, -errno, "look at the new file");
	/* R01: an ACL of the directory could have given it another mode. */
	if ((status.st_mode & 07777) != 0600)
		return plan_effects(plan)->change_mode(fd, 0600);
	return 0;
}

/* The flag must be there before the file has a size: btrfs ignores it later, without an error. */
static int set_nocow(struct pmm_plan *plan, struct making *making)
{
	int flags = 0;
	int r;

	if (ioctl(making->fd, FS_IOC_GETFLAGS, &flags) < 0)
		return area_fail(plan, making->area, -errno, "read the file's flags");
	if (flags & FS_NOCOW_FL)
		return 0;
	r = plan_effects(plan)->set_flags(making->fd, (flags & ~FS_COMPR_FL) | FS_NOCOW_FL);
	if (r < 0)
		return area_fail(plan, making->area, r, "set the flag NOCOW");
	if (ioctl(making->fd, FS_IOC_GETFLAGS, &flags) < 0)
		return area_fail(plan, making->area, -errno, "read the file's flags again");
	if (!(flags & FS_NOCOW_FL))
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -EOPNOTSUPP,
				 making->area->place.path, NULL,
				 "the file system does not keep the flag NOCOW");
	return 0;
}

static int prepare(struct pmm_plan *plan, struct making *making)
{
	int r = making->preparation.with_nocow ? set_nocow(plan, making) : 0;

	if (r == 0 && making->preparation.with_pin) {
		r = plan_effects(plan)->pin(making->fd);
		if (r < 0)
			return area_fail(plan, making->area, r, "pin the file's blocks");
	}
	return r;
}

static int allocate_space(struct pmm_plan *plan, struct making *making)
{
	const char *path = making->area->place.path;
	int r = making->with_zeros ? -EOPNOTSUPP : -EINTR;

	/* A signal ends it early; unless the user wants that, it goes on. */
	while (r == -EINTR && !plan_is_interrupted(plan))
		r = plan_effects(plan)->fallocate(making->fd, 0, 0, making->size_bytes);
	if (r == -EOPNOTSUPP)
		return area_write_zeros(plan, making->fd, path, 0, making->size_bytes);
	if (r < 0)
		return area_fail(plan, making->area, r, "allocate its blocks");
	return 0;
}

static int undo_allocate(struct pmm_plan *plan, void *subject)
{
	struct making *making = subject;

	(void)plan;
	close(making->fd); /* which has no name, so that its blocks are free again */
	making->fd = -1;
	return 0;
}

static int run_allocate(struct pmm_plan *plan, void *subject)
{
	struct making *making = subject;
	int r = open_nameless(plan, making);

	if (r == 0)
		r = prepare(plan, making);
	if (r == 0)
		r = allocate_space(plan, making);
	if (r < 0 && making->fd >= 0)
		undo_allocate(plan, making);
	return r;
}

/* Where SELinux is on, a swap file must be of the type that policies let the kernel use. */
static int label_for_selinux(struct pmm_plan *plan, struct making *making)
{
	static const char label[] = "system_u:object_r:swapfile_t:s0";
	struct stat status;
	int r;

	if (pmm_root_status(plan_root(plan), "sys/fs/selinux/enforce", &status) < 0)
		return 0;
	r = plan_effects(plan)->set_attribute(making->fd, "security.selinux", label, sizeof(label));
	if (r < 0 && r != -EOPNOTSUPP)
		return area_fail(plan, making->area, r, "give it the SELinux type swapfile_t");
	return 0;
}

static int run_header(struct pmm_plan *plan, void *subject)
{
	struct making *making = subject;
	const char *path = making->area->place.path;
	int r = area_write(plan, making->fd, path, making->header, making->header_length, 0,
			   "write the swap header");

	if (r == 0)
		r = label_for_selinux(plan, making);
	if (r < 0)
		return r;
	r = plan_effects(plan)->sync(making->fd);
	if (r < 0)
		return area_fail(plan, making->area, r, "bring it to disk");
	return judge_made(plan_root(plan), making->fd, path, plan_fault(plan));
}

/* It is nowhere but in the file that goes when its space is given back. */
static int undo_header(struct pmm_plan *plan, void *subject)
{
	(void)plan, (void)subject;
	return 0;
}

/* ---- its name ---- */

static int unlink_named(struct pmm_plan *plan, struct making *making)
{
	const struct place *place = &making->area->place;
	struct stat named;
	int r;

	if (making->old)
		return reserved_bring_back(plan, making->old);
	/* Only if it is the one that was made here. */
	if (fstatat(place->directory_fd, place->name, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!status_is_same(&named, &making->area->status))
		return 0;
	r = plan_effects(plan)->unlink_at(place->directory_fd, place->name);
	return r < 0 ? r : place_sync(plan_effects(plan), place);
}

static int undo_name(struct pmm_plan *plan, void *subject)
{
	return unlink_named(plan, subject);
}

/*
 * Reopen it by its name: the kernel lists an area under the name that its descriptor was opened by.
 */
static int open_named(struct pmm_plan *plan, struct making *making)
{
	struct area *area = making->area;
	struct stat status;
	int r = place_open_file(&area->place, &area->fd, &status, plan_fault(plan));

	if (r < 0)
		return r;
	if (!status_is_same(&status, &area->status))
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -ESTALE, area->place.path,
				 NULL, "another file was put in its place meanwhile");
	return 0;
}

static int run_name(struct pmm_plan *plan, void *subject)
{
	struct making *making = subject;
	const struct place *place = &making->area->place;
	int r;

	/* Who it is must be known before it has a name, or it could not be taken away again. */
	if (fstat(making->fd, &making->area->status) < 0)
		return area_fail(plan, making->area, -errno, "look at it");
	if (making->old)
		r = reserved_replace(plan, making->old, making->fd);
	else
		r = plan_effects(plan)->link_at(making->fd, place->directory_fd, place->name);
	if (r == -EEXIST)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, r, place->path, NULL,
				 "another file of this name has appeared meanwhile");
	if (r < 0)
		return area_fail(plan, making->area, r, "give it its name");
	r = open_named(plan, making);
	if (r == 0) {
		r = place_sync(plan_effects(plan), place);
		if (r < 0)
			area_fail(plan, making->area, r, "bring its name to disk");
	}
	if (r < 0 && undo_name(plan, making) < 0)
		plan_fault(plan)->kind = PMM_FAULT_LEFT;
	return r;
}

/* ---- planning ---- */

static int build_header(struct pmm_plan *plan, struct making *making,
			const struct pmm_create_wish *wish, char ret_uuid[37])
{
	uint64_t page_bytes = pmm_root_page_bytes(plan_root(plan));
	const struct pmm_swap_header_wish header = {
		.pages = making->size_bytes / page_bytes,
		.page_bytes = page_bytes,
		.uuid = wish->uuid,
		.label = wish->label,
	};

	making->header = calloc(1, page_bytes);
	making->header_length = page_bytes;
	if (!making->header)
		return area_fail(plan, making->area, -ENOMEM, "make its header");
	return header_build(&header, making->area->place.path, making->header, ret_uuid,
			    plan_fault(plan));
}

static int add_making_steps(struct pmm_plan *plan, struct making *making, const char *uuid,
			    const char *label)
{
	static const struct step_call allocate = {run_allocate, undo_allocate};
	static const struct step_call header = {run_header, undo_header};
	char size[WORDS_SIZE];
	int r = plan_add(plan, &allocate, making, "give the space back",
			 "allocate %s for a file without a name%s",
			 words_size(size, making->size_bytes),
			 making->preparation.with_nocow ? ", with the flag NOCOW" : "");

	if (r == 0)
		r = plan_add(plan, &header, making, "it goes with the file",
			     "write the swap header: %zu pages, UUID %s%s%s",
			     (size_t)(making->size_bytes / making->header_length), uuid,
			     label ? ", label " : "", label ? label : "");
	return r;
}

static int round_size(struct pmm_plan *plan, struct making *making, uint64_t size_bytes)
{
	uint64_t granularity_bytes = making->preparation.granularity_bytes;

	making->size_bytes = size_bytes - size_bytes % granularity_bytes;
	if (making->size_bytes == size_bytes)
		return 0;
	return plan_remark(plan, "the size is rounded down to a multiple of %ju bytes",
			   (uintmax_t)granularity_bytes);
}

static int plan_making(struct pmm_plan *plan, struct area *area, const struct pmm_create_wish *wish,
		       struct making **ret_making)
{
	struct making *making = plan_subject(plan, sizeof(*making), making_release);
	struct pmm_root *root = plan_root(plan);
	char uuid[37];
	int r;

	if (!making)
		return area_fail(plan, area, -ENOMEM, "plan it");
	making->fd = -1;
	making->area = area;
	making->with_zeros = wish->with_zeros;
	r = judge_preparation(root, area->place.directory_fd, &making->preparation);
	if (r < 0)
		return area_fail(plan, area, r, "ask its file system");
	r = round_size(plan, making, wish->size_bytes);
	if (r == 0)
		r = build_header(plan, making, wish, uuid);
	if (r == 0)
		r = judge_place(root, &area->place, making->size_bytes, wish->reserve_bytes,
				plan_fault(plan));
	if (r == 0)
		r = add_making_steps(plan, making, uuid, wish->label);
	*ret_making = making;
	return r;
}

static int add_name_step(struct pmm_plan *plan, struct making *making)
{
	static const struct step_call name = {run_name, undo_name};

	return plan_add(plan, &name, making,
			making->old ? "give the old one its name again" : "unlink it", "name it %s",
			making->area->place.path);
}

/* ---- what is there already ---- */

static int refuse_other(struct pmm_plan *plan, const struct area *area, const char *fix,
			const char *difference)
{
	return area_refuse(plan, area, -EEXIST, fix, "it exists already, %s", difference);
}

/* Another identity than what is asked for; 0 if it is the same. */
static int compare_existing(struct pmm_plan *plan, const struct area *area,
			    const struct pmm_swap_header *header,
			    const struct pmm_create_wish *wish)
{
	static const char replace[] = "--replace, to make it anew";
	uint64_t size_bytes = (uint64_t)area->status.st_size;
	struct preparation preparation;
	char size[WORDS_SIZE], fix[96];
	int r = judge_preparation(plan_root(plan), area->place.directory_fd, &preparation);

	if (r < 0)
		return area_fail(plan, area, r, "ask its file system");
	if (size_bytes / preparation.granularity_bytes !=
	    wish->size_bytes / preparation.granularity_bytes) {
		snprintf(fix, sizeof(fix),
			 "swapctl resize {} %ju, which keeps what it is; or --replace",
			 (uintmax_t)wish->size_bytes);
		return area_refuse(plan, area, -EEXIST, fix,
				   "it exists already, with a size of %s (%ju bytes)",
				   words_size(size, size_bytes), (uintmax_t)size_bytes);
	}
	if (wish->uuid && strcasecmp(wish->uuid, header->uuid))
		return refuse_other(plan, area, replace, "with another UUID");
	if (wish->label && strcmp(wish->label, header->label))
		return refuse_other(plan, area, replace, "with another label");
	if (!area->is_active || wish->priority < 0 || wish->priority == area->active.priority)
		return 0;
	snprintf(fix, sizeof(fix), "swapctl prio {} %jd", (intmax_t)wish->priority);
	return refuse_other(plan, area, fix, "and is active with another priority");
}

/* The rest of the recipe for a file that has its name: activation, and its line in fstab. */
static int add_last_steps(struct pmm_plan *plan, struct area *area,
			  const struct pmm_create_wish *wish)
{
	const struct pmm_persist_wish persist = {
		.fstab = wish->fstab,
		.priority = wish->priority,
		.discard = wish->discard,
	};
	bool is_left_off = wish->without_activation && !area->is_active;
	char size[WORDS_SIZE];
	int r = 0;

	if (!wish->without_activation && !area->is_active)
		r = judge_process(plan_root(plan), area->place.path, plan_fault(plan));
	if (r < 0)
		return r;
	area->swap_flags = area_swap_flags(wish->priority, wish->discard);
	if (!wish->without_activation && !area->is_active)
		r = area_add_on(plan, area);
	if (r == 0 && wish->with_persist)
		r = persist_add_step(plan, area, &persist);
	if (r == 0)
		r = plan_result(plan, "%s, %s%s", words_size(size, wish->size_bytes),
				is_left_off ? "not activated" : "active",
				wish->with_persist ? ", also from the next boot on" : "");
	return r;
}

/* The same command again changes nothing, or does what is left to be done. */
static int plan_existing(struct pmm_plan *plan, struct area *area,
			 const struct pmm_create_wish *wish)
{
	bool is_to_be_on = !area->is_active && !wish->without_activation;
	int r;

	r = plan_remark(plan, "%s is a swap area of this size already", area->place.path);
	if (r == 0 && is_to_be_on)
		r = judge_area(plan_root(plan), area->fd, area->place.path, plan_fault(plan));
	if (r == 0 && is_to_be_on)
		r = area_check_backing(plan, area);
	if (r == 0 && is_to_be_on)
		r = on_check_modes(plan, area);
	return r < 0 ? r : add_last_steps(plan, area, wish);
}

static int look_at_existing(struct pmm_plan *plan, struct area *area,
			    const struct pmm_create_wish *wish)
{
	struct pmm_swap_header header;
	int r;

	if (!S_ISREG(area->status.st_mode))
		return area_refuse(plan, area, -EEXIST, "swapctl format {}, then swapctl on {}",
				   "it is a device, and no new file");
	r = header_probe_fd(plan_root(plan), area->place.path, area->fd, &header);
	if (r == -ENOMEM)
		return r;
	if (r < 0 && wish->with_replace && area_is_blank(area))
		return 0;
	if (r < 0)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EEXIST, area->place.path,
				 "another name",
				 "it exists already, and is no swap area; nothing is overwritten");
	if (wish->with_replace)
		return 0;
	return compare_existing(plan, area, &header, wish);
}

/* ---- the whole ---- */

int create_add_steps(struct pmm_plan *plan, struct area *area, const struct pmm_create_wish *wish)
{
	struct making *making;
	int r = plan_making(plan, area, wish, &making);

	if (r == 0)
		r = add_name_step(plan, making);
	return r < 0 ? r : add_last_steps(plan, area, wish);
}

/* What names it in fstab and elsewhere shall still name it. */
static void inherit(struct pmm_create_wish *wish, const struct pmm_swap_header *header)
{
	if (!wish->uuid && *header->uuid)
		wish->uuid = header->uuid;
	if (!wish->label && *header->label && strlen(header->label) < HEADER_LABEL_LENGTH)
		wish->label = header->label;
}

/*
 * The old one keeps its blocks, under a name of ours, until all is done: so each step can be
 * undone. A run that was killed may leave it there, and the next one removes it.
 */
static int plan_replacement(struct pmm_plan *plan, struct area *old, const char *path,
			    const struct pmm_create_wish *asked)
{
	const struct pmm_off_wish off = {.timeout_ns = PMM_ABSENT};
	struct pmm_create_wish heir = *asked;
	const struct pmm_create_wish *wish = &heir;
	struct pmm_swap_header header;
	struct making *making = NULL;
	struct area *new;
	int r = area_place(plan, path, 0, &new);

	if (r == 0)
		r = area_check_change(plan, old);
	if (r == 0)
		r = area_check_backing(plan, old);
	if (r == 0 && header_probe_fd(plan_root(plan), path, old->fd, &header) == 0)
		inherit(&heir, &header);
	if (r == 0)
		r = plan_making(plan, new, wish, &making);
	if (r == 0)
		making->old = old;
	if (r == 0 && old->is_active)
		r = off_add_steps(plan, old, &off);
	if (r == 0)
		r = reserved_add_set_aside(plan, old);
	if (r == 0)
		r = add_name_step(plan, making);
	if (r == 0)
		r = add_last_steps(plan, new, wish);
	return r < 0 ? r : reserved_add_removal(plan, new, RESERVED_OLD);
}

/* What is made there is gone at the next boot; /dev/shm is a file system of its own. */
static bool is_device_name(const char *path)
{
	return !strncmp(path, "/dev/", 5) && strncmp(path, "/dev/shm/", 9) != 0;
}

int pmm_plan_create(struct pmm_plan *plan, const char *path, const struct pmm_create_wish *wish)
{
	const struct pmm_off_wish off = {.timeout_ns = PMM_ABSENT};
	struct area *area = NULL;
	int r;

	if (pmm_root_page_bytes(plan_root(plan)) == PMM_ABSENT)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -ENODATA, path, NULL,
				 "the tree does not say its page size");
	r = area_find(plan, path, 0, true, &area);
	if (r == 0)
		r = reserved_add_leftovers(plan, area, &off);
	if (r == 0 && area->is_there)
		r = look_at_existing(plan, area, wish);
	if (r < 0)
		return r;
	if (!area->is_there && is_device_name(area->place.path))
		r = fault_set(plan_fault(plan), PMM_FAULT_NO_AREA, -ENOENT, area->place.path, NULL,
			      "there is no such device");
	else if (!area->is_there)
		r = create_add_steps(plan, area, wish);
	else if (wish->with_replace)
		r = plan_replacement(plan, area, path, wish);
	else
		r = plan_existing(plan, area, wish);
	return r == -ENOMEM ? area_fail(plan, area, r, "plan it") : r;
}
