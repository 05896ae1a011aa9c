/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The file or device that an operation is about: found once, held open, and the same inode in every
 * step. What all operations do with one is here: open it for writing, write all of it, activate it.
 */

#include "area.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "drain.h"
#include "fault.h"
#include "header.h"
#include "judge.h"
#include "verdict.h"
#include "words.h"

/* include/linux/swap.h; <sys/swap.h> lacks the last two. */
enum {
	FLAG_PREFER = 0x8000,
	FLAG_PRIORITY_MASK = 0x7fff,
	FLAG_DISCARD = 0x10000,
	FLAG_DISCARD_ONCE = 0x20000,
	FLAG_DISCARD_PAGES = 0x40000,
};

enum { ZEROS_LENGTH = 1 << 20 };

static void area_release(void *subject)
{
	struct area *area = subject;

	if (area->fd >= 0)
		close(area->fd);
	if (area->writable_fd >= 0)
		close(area->writable_fd);
	place_close(&area->place);
}

int area_fail(struct pmm_plan *plan, const struct area *area, int r, const char *what)
{
	return fault_set_errno(plan_fault(plan), r, area->place.path, "%s", what);
}

int area_refuse(struct pmm_plan *plan, const struct area *area, int error, const char *fix,
		const char *reason, ...)
{
	char *fixed = fix_text(fix, area->place.path, 0), *words;
	va_list arguments;

	va_start(arguments, reason);
	if (vasprintf(&words, reason, arguments) < 0)
		words = NULL;
	va_end(arguments);
	if (words)
		fault_set(plan_fault(plan), PMM_FAULT_REFUSED, error, area->place.path, fixed, "%s",
			  words);
	else
		area_fail(plan, area, -ENOMEM, "say why it is refused");
	free(words);
	free(fixed);
	return error;
}

/* Of a hole nothing is read, where the file system says where its holes are. */
int area_is_blank(const struct area *area)
{
	char *bytes = malloc(ZEROS_LENGTH);
	ssize_t got = bytes ? 1 : -1;
	off_t at = 0;
	bool is_blank = true;

	while (got > 0 && is_blank) {
		at = lseek(area->fd, at, SEEK_DATA);
		if (at < 0)
			break;
		got = pread(area->fd, bytes, ZEROS_LENGTH, at);
		for (ssize_t i = 0; is_blank && i < got; i++)
			is_blank = !bytes[i];
		at += got;
	}
	free(bytes);
	/* lseek(2): ENXIO is said where no more data come. */
	return is_blank && got >= 0 && (at >= 0 || errno == ENXIO);
}

int area_check_change(struct pmm_plan *plan, const struct area *area)
{
	return judge_change(plan_root(plan), area->fd, area->place.path, plan_fault(plan));
}

int area_check_backing(struct pmm_plan *plan, const struct area *area)
{
	return device_check_backing(plan_root(plan), &area->place, &area->status, plan_fault(plan));
}

static int look(struct pmm_plan *plan, struct area *area)
{
	int r = place_open_file(&area->place, &area->fd, &area->status, plan_fault(plan));

	if (r < 0)
		return r;
	area->is_there = 1;
	r = active_find(plan_root(plan), &area->status, &area->active);
	if (r < 0)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, r, NULL, NULL, "%s",
				 pmm_root_error(plan_root(plan)));
	area->is_active = r;
	if (area->is_active) /* what discard is in force, the kernel does not say */
		area->swap_flags = area_swap_flags(area->active.priority, NULL);
	return 0;
}

int area_place(struct pmm_plan *plan, const char *path, unsigned flags, struct area **ret_area)
{
	struct area *area = plan_subject(plan, sizeof(*area), area_release);
	int r;

	if (!area)
		return fault_set_errno(plan_fault(plan), -ENOMEM, path, "look at it");
	area->fd = -1;
	area->writable_fd = -1;
	r = place_open(plan_root(plan), path, flags, &area->place, plan_fault(plan));
	if (r == 0)
		*ret_area = area;
	return r;
}

int area_find(struct pmm_plan *plan, const char *path, unsigned flags, int may_be_missing,
	      struct area **ret_area)
{
	struct area *area = NULL;
	int r = area_place(plan, path, flags, &area);

	if (r == 0)
		r = look(plan, area);
	if (r == -ENOENT && area && may_be_missing) {
		fault_clear(plan_fault(plan));
		r = 0;
	}
	if (r == 0)
		*ret_area = area;
	return r;
}

int area_swap_flags(int64_t priority, const char *discard)
{
	int flags = 0;

	if (priority >= 0)
		flags |= FLAG_PREFER | ((int)priority & FLAG_PRIORITY_MASK);
	if (discard)
		flags |= FLAG_DISCARD;
	if (discard && !strcmp(discard, "once"))
		flags |= FLAG_DISCARD_ONCE;
	if (discard && !strcmp(discard, "pages"))
		flags |= FLAG_DISCARD_PAGES;
	return flags;
}

int area_open_writable(struct pmm_plan *plan, struct area *area)
{
	int exclusive = S_ISBLK(area->status.st_mode) ? O_EXCL : 0; /* mounted or held: EBUSY */
	struct stat status;
	int fd;

	if (area->writable_fd >= 0)
		return 0;
	fd = plan_effects(plan)->open_at(area->place.directory_fd, area->place.name,
					 O_RDWR | O_NOFOLLOW | O_NONBLOCK | exclusive, 0);
	if (fd < 0)
		return area_fail(plan, area, fd, "open it for writing");
	if (fstat(fd, &status) < 0) {
		int r = area_fail(plan, area, -errno, "look at it again");

		close(fd);
		return r;
	}
	if (!status_is_same(&status, &area->status)) {
		close(fd);
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -ESTALE, area->place.path,
				 NULL, "another file was put in its place meanwhile");
	}
	area->writable_fd = fd;
	return 0;
}

int area_write(struct pmm_plan *plan, int fd, const char *path, const void *bytes, size_t length,
	       uint64_t offset_bytes, const char *what)
{
	const char *next = bytes;

	while (length) {
		ssize_t written = plan_effects(plan)->write_at(fd, next, length, offset_bytes);

		if (written == -EINTR)
			continue;
		if (written <= 0)
			return fault_set_errno(plan_fault(plan), written ? (int)written : -EIO,
					       path, "%s", what);
		next += written;
		length -= (size_t)written;
		offset_bytes += (uint64_t)written;
	}
	return 0;
}

int area_write_zeros(struct pmm_plan *plan, int fd, const char *path, uint64_t offset_bytes,
		     uint64_t length_bytes)
{
	const struct pmm_watch *watch = plan_watch(plan);
	char *zeros = calloc(1, ZEROS_LENGTH);
	uint64_t left = length_bytes;
	int r = zeros ? 0 : fault_set_errno(plan_fault(plan), -ENOMEM, path, "write zeros");

	while (r == 0 && left) {
		size_t length = left < ZEROS_LENGTH ? (size_t)left : ZEROS_LENGTH;

		r = area_write(plan, fd, path, zeros, length, offset_bytes + length_bytes - left,
			       "write zeros");
		left -= length;
		if (r == 0 && plan_is_interrupted(plan))
			r = fault_set(plan_fault(plan), PMM_FAULT_INTERRUPTED, -EINTR, path, NULL,
				      "interrupted while zeros were written");
		if (r == 0 && watch->progress) {
			struct pmm_progress progress = {
				.object = path,
				.left_bytes = left,
				.total_bytes = length_bytes,
				.left_ns = PMM_ABSENT,
			};

			watch->progress(watch->data, &progress);
		}
	}
	free(zeros);
	return r;
}

void area_sync_removal(struct pmm_plan *plan, const struct area *area)
{
	int r = place_sync(plan_effects(plan), &area->place);

	if (r < 0)
		plan_remark(plan,
			    "%s: its directory could not be brought to disk (%s): after a power "
			    "cut the file may be there again",
			    area->place.path, strerror(-r));
}

/* ---- activation ---- */

/*
 * The kernel takes pieces as large as a page (fs/iomap/swapfile.c): where blocks are smaller, and
 * lie scattered, it leaves out the rest without a word. Without memory or proc/swaps, so do we.
 */
static void remark_loss(struct pmm_plan *plan, const struct area *area)
{
	char used[WORDS_SIZE], whole[WORDS_SIZE];
	struct pmm_swap_header header;
	struct active active;
	uint64_t bytes;

	if (!S_ISREG(area->status.st_mode) ||
	    header_probe_fd(plan_root(plan), area->place.path, area->fd, &header) < 0 ||
	    active_find(plan_root(plan), &area->status, &active) <= 0)
		return;
	bytes = header.pages * header.page_bytes;
	if (active.size_bytes >= bytes - bytes / 100)
		return;
	plan_remark(plan,
		    "%s: only %s of %s can be used: its blocks are smaller than a page, and lie "
		    "scattered",
		    area->place.path, words_size(used, active.size_bytes),
		    words_size(whole, bytes));
}

static int run_on(struct pmm_plan *plan, void *subject)
{
	struct area *area = subject;
	int r = plan_effects(plan)->swap_on(area->fd, area->swap_flags);

	if (r >= 0) {
		remark_loss(plan, area);
		return 0;
	}
	return judge_failure(plan_root(plan), area->fd, area->place.path, r, plan_fault(plan));
}

static int undo_on(struct pmm_plan *plan, void *subject)
{
	struct area *area = subject;
	struct drain drain = {.area = area, .deadline_ns = PMM_ABSENT};
	int r = drain_run(plan, &drain);

	/* Whatever the call returned, and however the child ended. */
	if (r == 0)
		r = active_find(plan_root(plan), &area->status, &area->active);
	return r > 0 ? -EBUSY : r;
}

int area_add_on(struct pmm_plan *plan, struct area *area)
{
	static const struct step_call call = {run_on, undo_on};
	int priority = area->swap_flags & FLAG_PRIORITY_MASK;
	const char *discard = area->swap_flags & FLAG_DISCARD ? ", with discard" : "";

	if (area->swap_flags & FLAG_PREFER)
		return plan_add(plan, &call, area, "deactivate it",
				"activate %s with priority %d%s", area->place.path, priority,
				discard);
	return plan_add(plan, &call, area, "deactivate it", "activate %s%s", area->place.path,
			discard);
}
