/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The steps by which a device or file becomes a swap area: look for bad pages, wipe the signatures
 * that are there, write the header. Each brings what it wrote to disk before the next begins, and
 * each keeps the bytes that it replaces, to put them back. What may be overwritten at all has been
 * decided in format.c.
 */

#include "format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "drain.h"
#include "fault.h"
#include "header.h"
#include "judge.h"

enum { CHUNK_LENGTH = 1 << 20 }; /* a multiple of every page size */

/* ---- have it alone ---- */

/* What was looked at while planning must still be what is there. */
static int check_unchanged(struct pmm_plan *plan, const struct format *format)
{
	const struct signatures *found = &format->found;
	struct signatures now;
	bool is_same;
	int r = signatures_find(format->area->fd, &now);

	if (r < 0)
		return area_fail(plan, format->area, r, "see what is on it");
	is_same = now.count == found->count;
	for (size_t i = 0; is_same && i < now.count; i++)
		is_same = !strcmp(now.array[i].type, found->array[i].type) &&
			  now.array[i].offset_bytes == found->array[i].offset_bytes;
	signatures_free(&now);
	if (is_same)
		return 0;
	return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -ESTALE, format->area->place.path,
			 "look at it again", "another program has changed what is on it");
}

/* For the run of whichever step is first: open it for ourselves alone, and keep udev off. */
static int claim(struct pmm_plan *plan, struct format *format)
{
	struct area *area = format->area;
	int r;

	if (area->writable_fd >= 0)
		return 0;
	r = area_open_writable(plan, area);
	if (r == -EBUSY)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, r, area->place.path, NULL,
				 "it is in use: mounted, or held by a program");
	if (r == 0 && S_ISBLK(area->status.st_mode))
		r = device_lock(plan_root(plan), &area->status, area->place.path, &format->lock_fd,
				plan_fault(plan));
	return r < 0 ? r : check_unchanged(plan, format);
}

/* ---- bad pages ---- */

static int add_bad_page(struct pmm_plan *plan, struct format *format, uint64_t page)
{
	struct pmm_swap_header_wish *header = &format->header;
	size_t most = header_most_bad_pages(header->page_bytes);

	if (page == 0)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EIO,
				 format->area->place.path, "another device",
				 "its first page is bad, where the header must be");
	if (header->bad_page_count == most)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -E2BIG,
				 format->area->place.path, "another device",
				 "more than %zu pages are bad, and a header lists no more", most);
	if (!format->bad_pages)
		format->bad_pages = calloc(most, sizeof(*format->bad_pages));
	if (!format->bad_pages)
		return area_fail(plan, format->area, -ENOMEM, "list its bad pages");
	format->bad_pages[header->bad_page_count++] = (uint32_t)page;
	header->bad_pages = format->bad_pages;
	return 0;
}

/* What is in the page cache says nothing of the device; and reading it all must not fill that. */
static void drop_cache(const struct area *area, uint64_t offset_bytes, uint64_t length_bytes)
{
	posix_fadvise(area->fd, (off_t)offset_bytes, (off_t)length_bytes, POSIX_FADV_DONTNEED);
}

static int find_in_chunk(struct pmm_plan *plan, struct format *format, unsigned char *chunk,
			 uint64_t offset_bytes, size_t length)
{
	size_t page_bytes = format->header.page_bytes;
	int r = 0;

	for (size_t at = 0; r == 0 && at < length; at += page_bytes)
		if (header_read_at(format->area->fd, chunk, page_bytes, offset_bytes + at) !=
		    (ssize_t)page_bytes)
			r = add_bad_page(plan, format, (offset_bytes + at) / page_bytes);
	return r;
}

/*
 * Of a chunk that cannot be read as a whole, which pages are they? Read ahead, good pages would
 * fail together with a bad one: the page cache reads many at once, and keeps all or none of them.
 */
static int find_bad_pages(struct pmm_plan *plan, struct format *format, unsigned char *chunk,
			  uint64_t offset_bytes, size_t length)
{
	const struct area *area = format->area;
	int r;

	if (header_read_at(area->fd, chunk, length, offset_bytes) == (ssize_t)length)
		return 0;
	posix_fadvise(area->fd, 0, 0, POSIX_FADV_RANDOM);
	drop_cache(area, offset_bytes, length);
	r = find_in_chunk(plan, format, chunk, offset_bytes, length);
	posix_fadvise(area->fd, 0, 0, POSIX_FADV_NORMAL);
	return r;
}

static void report(struct pmm_plan *plan, struct meter *meter, uint64_t left_bytes)
{
	meter_update(meter, left_bytes, drain_clock());
	drain_show(plan, meter);
}

static int run_check(struct pmm_plan *plan, void *subject)
{
	struct format *format = subject;
	const struct area *area = format->area;
	uint64_t total_bytes = format->header.pages * format->header.page_bytes, at = 0;
	struct meter meter;
	unsigned char *chunk = malloc(CHUNK_LENGTH);
	int r = chunk ? claim(plan, format) : area_fail(plan, area, -ENOMEM, "read it");

	meter_start(&meter, area->place.path, total_bytes, drain_clock());
	meter.shown.is_reading_ahead = 1;
	drop_cache(area, 0, total_bytes);
	while (r == 0 && at < total_bytes) {
		size_t length =
			total_bytes - at < CHUNK_LENGTH ? (size_t)(total_bytes - at) : CHUNK_LENGTH;

		r = find_bad_pages(plan, format, chunk, at, length);
		drop_cache(area, at, length);
		at += length;
		report(plan, &meter, total_bytes - at);
		if (r == 0 && plan_is_interrupted(plan))
			r = fault_set(plan_fault(plan), PMM_FAULT_INTERRUPTED, -EINTR,
				      area->place.path, NULL,
				      "interrupted while it was read: nothing was changed");
	}
	free(chunk);
	return r;
}

/* ---- patches: bytes that take the place of others, which are kept ---- */

struct range {
	uint64_t offset_bytes;
	size_t length;
	unsigned char *bytes, *old;
};

struct patch {
	struct format *format;
	struct range *ranges;
	size_t count;
};

static void patch_release(void *subject)
{
	struct patch *patch = subject;

	for (size_t i = 0; i < patch->count; i++) {
		free(patch->ranges[i].bytes);
		free(patch->ranges[i].old);
	}
	free(patch->ranges);
}

/* A range of zeros, till something else is put there. */
static int patch_add(struct patch *patch, uint64_t offset_bytes, size_t length)
{
	struct range *ranges = reallocarray(patch->ranges, patch->count + 1, sizeof(*ranges));
	struct range *range;

	if (!ranges)
		return -ENOMEM;
	patch->ranges = ranges;
	range = &ranges[patch->count++];
	*range = (struct range){offset_bytes, length, calloc(1, length), calloc(1, length)};
	return range->bytes && range->old ? 0 : -ENOMEM;
}

static int keep_old(struct pmm_plan *plan, struct patch *patch)
{
	for (size_t i = 0; i < patch->count; i++) {
		struct range *range = &patch->ranges[i];
		ssize_t got = header_read_at(patch->format->area->fd, range->old, range->length,
					     range->offset_bytes);

		if (got != (ssize_t)range->length)
			return area_fail(plan, patch->format->area, got < 0 ? (int)got : -EIO,
					 "read what is there");
	}
	return 0;
}

/* From the last to the first: of what is wiped, that which counts most stays longest. */
static int write_ranges(struct pmm_plan *plan, const struct patch *patch, bool with_old)
{
	const struct area *area = patch->format->area;
	int r = 0;

	for (size_t i = patch->count; r == 0 && i-- > 0;) {
		const struct range *range = &patch->ranges[i];

		r = area_write(plan, area->writable_fd, area->place.path,
			       with_old ? range->old : range->bytes, range->length,
			       range->offset_bytes, with_old ? "put back what was there" : "write");
	}
	if (r == 0) {
		r = plan_effects(plan)->sync(area->writable_fd);
		if (r < 0)
			area_fail(plan, area, r, "bring it to disk");
	}
	return r;
}

static int undo_patch(struct pmm_plan *plan, void *subject)
{
	return write_ranges(plan, subject, true);
}

static int apply(struct pmm_plan *plan, struct patch *patch)
{
	int r = keep_old(plan, patch);

	if (r < 0)
		return r;
	r = write_ranges(plan, patch, false);
	if (r < 0 && undo_patch(plan, patch) < 0)
		plan_fault(plan)->kind = PMM_FAULT_LEFT;
	return r;
}

static int run_wipe(struct pmm_plan *plan, void *subject)
{
	struct patch *patch = subject;
	int r = claim(plan, patch->format);

	return r < 0 ? r : apply(plan, patch);
}

static int run_header(struct pmm_plan *plan, void *subject)
{
	struct patch *patch = subject;
	struct format *format = patch->format;
	char uuid[37];
	int r = claim(plan, format);

	if (r == 0)
		r = header_build(&format->header, format->area->place.path, patch->ranges->bytes,
				 uuid, plan_fault(plan));
	return r < 0 ? r : apply(plan, patch);
}

/*
 * Now that there is a header, everything is there that the kernel looks at. Who we are, and what
 * else is active, does not matter: the area may be meant for another time or machine.
 */
static int run_judge(struct pmm_plan *plan, void *subject)
{
	const struct area *area = ((const struct format *)subject)->area;

	return judge_made(plan_root(plan), area->fd, area->place.path, plan_fault(plan));
}

/* ---- the steps ---- */

static const char UNDO[] = "put back what was there";

static struct patch *new_patch(struct pmm_plan *plan, struct format *format)
{
	struct patch *patch = plan_subject(plan, sizeof(*patch), patch_release);

	if (patch)
		patch->format = format;
	return patch;
}

/* All that one kind of content has left there, in one step. */
static int add_wipe(struct pmm_plan *plan, struct format *format, const char *type)
{
	static const struct step_call call = {run_wipe, undo_patch};
	struct patch *patch = new_patch(plan, format);
	size_t length = 0;

	if (!patch)
		return -ENOMEM;
	for (size_t i = 0; i < format->found.count; i++) {
		const struct signature *signature = &format->found.array[i];

		if (strcmp(signature->type, type))
			continue;
		length += signature->length;
		if (patch_add(patch, signature->offset_bytes, signature->length) < 0)
			return -ENOMEM;
	}
	return plan_add(plan, &call, patch, UNDO, "wipe %s: %zu bytes in %zu places", type, length,
			patch->count);
}

static bool is_first_of_type(const struct signatures *found, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(found->array[i].type, found->array[index].type))
			return false;
	return true;
}

/* An old header for greater pages has its magic where the new one does not reach. */
static int add_wipe_old_swap(struct pmm_plan *plan, struct format *format)
{
	static const struct step_call call = {run_wipe, undo_patch};
	struct patch *patch = new_patch(plan, format);

	if (!patch)
		return -ENOMEM;
	for (size_t i = 0; i < format->found.count; i++) {
		const struct signature *signature = &format->found.array[i];

		if (signature_is_swap(signature) &&
		    signature->offset_bytes >= format->header.page_bytes &&
		    patch_add(patch, signature->offset_bytes, signature->length) < 0)
			return -ENOMEM;
	}
	if (!patch->count)
		return 0;
	return plan_add(plan, &call, patch, UNDO,
			"wipe the end of the old swap header, for pages of %ju bytes",
			(uintmax_t)(patch->ranges->offset_bytes + patch->ranges->length));
}

static int add_header(struct pmm_plan *plan, struct format *format)
{
	static const struct step_call call = {run_header, undo_patch};
	const struct pmm_swap_header_wish *header = &format->header;
	struct patch *patch = new_patch(plan, format);

	if (!patch || patch_add(patch, 0, header->page_bytes) < 0)
		return -ENOMEM;
	return plan_add(plan, &call, patch, UNDO,
			"write the swap header: %ju pages of %ju bytes, %s%s%s%s",
			(uintmax_t)header->pages, (uintmax_t)header->page_bytes,
			*format->uuid ? "UUID " : "no UUID", format->uuid,
			*format->label ? ", label " : "", format->label);
}

int format_add_steps(struct pmm_plan *plan, struct format *format, bool with_check)
{
	static const struct step_call check = {run_check, NULL}, judge = {run_judge, NULL};
	const struct signatures *found = &format->found;
	int r = 0;

	if (with_check)
		r = plan_add(plan, &check, format, NULL, "read all of %s to find its bad pages",
			     format->area->place.path);
	for (size_t i = 0; r == 0 && i < found->count; i++)
		if (!signature_is_swap(&found->array[i]) && is_first_of_type(found, i))
			r = add_wipe(plan, format, found->array[i].type);
	if (r == 0)
		r = add_header(plan, format);
	if (r == 0)
		r = add_wipe_old_swap(plan, format);
	if (r == 0 && format->header.page_bytes == pmm_root_page_bytes(plan_root(plan)))
		r = plan_add(plan, &judge, format, NULL, "see whether the kernel would take it");
	if (r == 0)
		r = plan_result(plan, "now swap, %s%s", *format->uuid ? "UUID=" : "without a UUID",
				format->uuid);
	return r;
}
