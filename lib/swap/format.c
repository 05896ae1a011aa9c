/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes a swap header to a device or a file that is there. What is on it is looked for first, by
 * every signature, and nothing but an old swap area is overwritten unless the user has named it;
 * what is in use is left alone. Other signatures are wiped before the header is written, and both
 * are brought to disk: at no time is there a header beside the magic of something else.
 */

#include "format.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "fault.h"
#include "header.h"

static void format_release(void *subject)
{
	struct format *format = subject;

	signatures_free(&format->found);
	free(format->bad_pages);
	if (format->lock_fd >= 0)
		close(format->lock_fd);
}

/* ---- what is there ---- */

/* Is TYPE one of the names, between commas, in LIST? */
static bool is_named(const char *list, const char *type)
{
	size_t length = strlen(type);

	while (list && *list) {
		if (strcspn(list, ",") == length && !memcmp(list, type, length))
			return true;
		list += strcspn(list, ",");
		list += *list == ',';
	}
	return false;
}

/* The types of what may not be destroyed without a word, each once, between commas. */
static char *list_guarded(const struct signatures *found)
{
	char *list = strdup("");

	for (size_t i = 0; list && i < found->count; i++) {
		const char *type = found->array[i].type;
		char *longer = NULL;

		if (!strcmp(type, "swap") || is_named(list, type))
			continue;
		if (asprintf(&longer, "%s%s%s", list, *list ? "," : "", type) < 0)
			longer = NULL;
		free(list);
		list = longer;
	}
	return list;
}

static int refuse_content(struct pmm_plan *plan, const struct format *format, const char *list,
			  const char *wipe)
{
	bool is_image = !strcmp(list, "suspend");
	char *fix = NULL;
	int r;

	if (asprintf(&fix, "--wipe=%s, which destroys it", list) < 0)
		fix = NULL;
	r = fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EMEDIUMTYPE, format->area->place.path,
		      fix, "it holds %s%s%s", is_image ? "a hibernated system" : list,
		      wipe ? "; to be wiped is only " : "", wipe ? wipe : "");
	free(fix);
	return r;
}

/*
 * A file is made for a purpose: what is in it and of no known kind is somebody's text or data. Of a
 * device, old blocks say nothing. 1: its front is not all zeros; -Exxx.
 */
static int holds_data(const struct format *format)
{
	unsigned char bytes[HEADER_GREATEST_PAGE];
	ssize_t got;

	if (!S_ISREG(format->area->status.st_mode) || format->found.count)
		return 0;
	got = pread(format->area->fd, bytes, sizeof(bytes), 0);
	if (got < 0)
		return -errno;
	for (ssize_t i = 0; i < got; i++)
		if (bytes[i])
			return 1;
	return 0;
}

static int check_data(struct pmm_plan *plan, const struct format *format, const char *wipe)
{
	int r = holds_data(format);

	if (r < 0)
		return area_fail(plan, format->area, r, "see what is in it");
	return r && !is_named(wipe, "data") ? refuse_content(plan, format, "data", wipe) : 0;
}

/* Every type that is there must be named: what is not expected is not destroyed. */
static int check_content(struct pmm_plan *plan, const struct format *format,
			 const struct pmm_format_wish *wish)
{
	const struct signatures *found = &format->found;
	char *list = list_guarded(found);
	int r = list ? 0 : area_fail(plan, format->area, -ENOMEM, "see what is on it");

	for (size_t i = 0; r == 0 && i < found->count; i++) {
		const struct signature *signature = &found->array[i];

		if (strcmp(signature->type, "swap") && !is_named(wish->wipe, signature->type))
			r = refuse_content(plan, format, list, wish->wipe);
		else if (signature->length == 0)
			r = fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EMEDIUMTYPE,
				      format->area->place.path, NULL,
				      "it holds %s, which cannot be wiped: its magic is not known",
				      signature->type);
	}
	if (r == 0)
		r = check_data(plan, format, wish->wipe);
	if (r == 0 && wish->wipe && !*list && !is_named(wish->wipe, "data"))
		r = plan_remark(plan, "%s holds nothing that must be wiped",
				format->area->place.path);
	free(list);
	if (r == 0 && found->is_partial && !wish->with_check)
		r = fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EIO, format->area->place.path,
			      "--check, which finds its bad pages",
			      "parts of it cannot be read, and what they hold is not known");
	return r;
}

static unsigned count_partitions(struct pmm_plan *plan, const struct area *area)
{
	struct pmm_device *device;
	unsigned count;

	if (!S_ISBLK(area->status.st_mode) ||
	    pmm_device_read(plan_root(plan), area->status.st_rdev, &device) < 0)
		return 0;
	count = device->partitions;
	pmm_device_free(device);
	return count;
}

static int check_partitions(struct pmm_plan *plan, const struct format *format)
{
	const struct area *area = format->area;
	unsigned count = count_partitions(plan, area);

	if (count == 0)
		return 0;
	for (size_t i = 0; i < format->found.count; i++)
		if (format->found.array[i].is_partition_table)
			return plan_remark(plan,
					   "the kernel knows %u partitions of %s until it is told "
					   "that they are gone: partx --delete",
					   count, area->place.path);
	return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EBUSY, area->place.path,
			 "partx --delete, if they are meant to go",
			 "it is a whole disk of which the kernel knows %u partitions", count);
}

static int check_use(struct pmm_plan *plan, const struct area *area)
{
	if (area->is_active)
		return area_refuse(plan, area, -EBUSY, "swapctl off {}, first",
				   "it is active as swap");
	return device_check_unused(plan_root(plan), &area->place, area->fd, &area->status,
				   plan_fault(plan));
}

/* ---- what shall be there ---- */

/* RET_OLD stays empty if there is none, or it cannot be decoded. */
static int read_old_header(struct pmm_plan *plan, const struct format *format,
			   const struct pmm_format_wish *wish, struct pmm_swap_header *ret_old)
{
	const struct area *area = format->area;
	int r = header_probe_fd(plan_root(plan), area->place.path, area->fd, ret_old);

	if (r == -ENOMEM)
		return r;
	if (r < 0 && wish->keep_identity)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, r, area->place.path,
				 "without --keep-id it gets a new UUID",
				 "it has no swap header whose label and UUID could be kept");
	return 0;
}

static int choose_header(struct pmm_plan *plan, struct format *format,
			 const struct pmm_format_wish *wish, const struct pmm_swap_header *old)
{
	struct pmm_swap_header_wish *header = &format->header;
	const struct area *area = format->area;
	uint64_t size_bytes;
	int r = device_size(area->fd, &area->status, &size_bytes);

	if (r < 0)
		return area_fail(plan, area, r, "see its size");
	if (!size_bytes && S_ISBLK(area->status.st_mode))
		return area_refuse(plan, area, -ENXIO,
				   device_is_zram(&area->place) ? "zramctl --size SIZE {}"
								: "give it a size",
				   "the device has no size yet");
	header->page_bytes = wish->page_bytes == PMM_ABSENT ? pmm_root_page_bytes(plan_root(plan))
							    : wish->page_bytes;
	header->pages = size_bytes / (header->page_bytes ? header->page_bytes : 1);
	header->uuid = wish->uuid;
	header->label = wish->label;
	if (wish->keep_identity && !wish->uuid)
		header->uuid = old->uuid;
	if (wish->keep_identity && !wish->label)
		header->label = old->label;
	if (header->pages <= PMM_SWAP_MOST_PAGES)
		return 0;
	header->pages = PMM_SWAP_MOST_PAGES;
	return plan_remark(plan, "%s has more pages than swap can use: the first %ju are used",
			   area->place.path, (uintmax_t)PMM_SWAP_MOST_PAGES);
}

/* Built while planning, too: what is wrong with the wish is said before anything is done. */
static int build_header(struct pmm_plan *plan, struct format *format)
{
	unsigned char page[HEADER_GREATEST_PAGE];
	struct pmm_swap_header_wish *header = &format->header;
	int r = header_build(header, format->area->place.path, page, format->uuid,
			     plan_fault(plan));

	if (r < 0)
		return r;
	header->uuid = format->uuid;
	snprintf(format->label, sizeof(format->label), "%s", header->label ? header->label : "");
	header->label = format->label;
	return 0;
}

static int remark_old_uuid(struct pmm_plan *plan, const struct format *format,
			   const struct pmm_swap_header *old)
{
	if (!*old->uuid || !strcmp(old->uuid, format->uuid))
		return 0;
	return plan_remark(plan, "%s had the UUID %s: what names it by that finds it no more",
			   format->area->place.path, old->uuid);
}

/* ---- the plan ---- */

static int check_wish(struct pmm_plan *plan, const struct format *format,
		      const struct pmm_format_wish *wish)
{
	const struct area *area = format->area;
	const struct stat *status = &area->status;

	/* read_swap_header() in mm/swapfile.c refuses the list of bad pages in a file. */
	if (wish->with_check && !S_ISBLK(status->st_mode))
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -ENOTBLK, area->place.path,
				 "format it without --check",
				 "a swap file cannot have bad pages, only a device can");
	if (S_ISREG(status->st_mode) && status->st_mode & 077)
		return plan_remark(plan, "others may open %s (mode %04o): chmod 600 it",
				   area->place.path, status->st_mode & 07777U);
	return 0;
}

static int look(struct pmm_plan *plan, struct format *format, const struct pmm_format_wish *wish)
{
	int r = check_use(plan, format->area);

	if (r == 0)
		r = area_check_change(plan, format->area);
	if (r == 0)
		r = check_wish(plan, format, wish);
	if (r == 0)
		r = signatures_find(format->area->fd, &format->found);
	if (r == 0)
		r = check_content(plan, format, wish);
	if (r == 0)
		r = check_partitions(plan, format);
	return r;
}

static int choose(struct pmm_plan *plan, struct format *format, const struct pmm_format_wish *wish)
{
	struct pmm_swap_header old = {0};
	int r = read_old_header(plan, format, wish, &old);

	if (r == 0)
		r = choose_header(plan, format, wish, &old);
	if (r == 0)
		r = build_header(plan, format);
	return r < 0 ? r : remark_old_uuid(plan, format, &old);
}

int pmm_plan_format(struct pmm_plan *plan, const char *path, const struct pmm_format_wish *wish)
{
	struct format *format = plan_subject(plan, sizeof(*format), format_release);
	int r = format ? 0 : -ENOMEM;

	if (r == 0) {
		format->lock_fd = -1;
		r = area_find(plan, path, PLACE_FOLLOW, false, &format->area);
	}
	if (r == 0)
		r = look(plan, format, wish);
	if (r == 0)
		r = choose(plan, format, wish);
	if (r == 0)
		r = format_add_steps(plan, format, wish->with_check);
	if (r < 0 && plan_fault(plan)->kind == PMM_FAULT_NONE)
		fault_set_errno(plan_fault(plan), r, path, "see what is on it, and plan");
	return r;
}
