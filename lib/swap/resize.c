/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Another size for a swap file, which keeps all else that it is: inode, UUID, label, priority,
 * mode, line in fstab. Growing, its blocks come first and the header last; shrinking, the header
 * first: so at each point it is a valid area, of the old size or the new. The kernel has no call
 * for this, so an active one goes off and on. If what is in it does not fit elsewhere meanwhile, a
 * second file beside it, the cushion, takes it in.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "area.h"
#include "create.h"
#include "device.h"
#include "drain.h"
#include "fault.h"
#include "fit.h"
#include "header.h"
#include "judge.h"
#include "memo.h"
#include "off.h"
#include "reserved.h"
#include "words.h"

enum {
	CUSHION_PRIORITY = 32767,	/* before all others */
	CUSHION_SPARE_BYTES = 16 << 20, /* what goes out while it is filled */
};

struct resizing {
	struct area *area;
	struct area *cushion;	       /* that an earlier run has left, active; NULL: none */
	uint64_t old_bytes, new_bytes; /* of the file */
	size_t page_bytes;
	unsigned char *old_header,
		*new_header; /* without the first KiB, which is a boot loader's */
};

static void resizing_release(void *subject)
{
	struct resizing *resizing = subject;

	free(resizing->old_header);
	free(resizing->new_header);
}

/* ---- blocks ---- */

static int set_length(struct pmm_plan *plan, struct resizing *resizing, uint64_t bytes)
{
	struct area *area = resizing->area;
	int r = plan_effects(plan)->truncate(area->writable_fd, bytes);

	if (r < 0)
		return area_fail(plan, area, r, "cut it off at the end");
	r = plan_effects(plan)->sync(area->writable_fd);
	return r < 0 ? area_fail(plan, area, r, "bring its size to disk") : 0;
}

static int allocate_end(struct pmm_plan *plan, struct resizing *resizing, uint64_t from_bytes,
			uint64_t to_bytes)
{
	struct area *area = resizing->area;
	int r = -EINTR;

	while (r == -EINTR && !plan_is_interrupted(plan))
		r = plan_effects(plan)->fallocate(area->writable_fd, 0, from_bytes,
						  to_bytes - from_bytes);
	if (r == -EOPNOTSUPP)
		r = area_write_zeros(plan, area->writable_fd, area->place.path, from_bytes,
				     to_bytes - from_bytes);
	else if (r < 0)
		area_fail(plan, area, r, "allocate more blocks");
	if (r < 0)
		return r;
	r = plan_effects(plan)->sync(area->writable_fd);
	return r < 0 ? area_fail(plan, area, r, "bring its size to disk") : 0;
}

static int undo_grow(struct pmm_plan *plan, void *subject)
{
	struct resizing *resizing = subject;

	return set_length(plan, resizing, resizing->old_bytes);
}

/* What ended early may have done a part of it all the same. The first fault is the one to tell. */
static void undo_part(struct pmm_plan *plan, struct resizing *resizing,
		      int (*undo)(struct pmm_plan *plan, void *subject))
{
	struct pmm_fault *fault = plan_fault(plan);
	struct pmm_fault first = *fault;

	*fault = (struct pmm_fault){0};
	if (undo(plan, resizing) < 0)
		first.kind = PMM_FAULT_LEFT;
	fault_clear(fault);
	*fault = first;
}

static int run_grow(struct pmm_plan *plan, void *subject)
{
	struct resizing *resizing = subject;
	int r = area_open_writable(plan, resizing->area);

	if (r < 0)
		return r;
	r = allocate_end(plan, resizing, resizing->old_bytes, resizing->new_bytes);
	if (r < 0)
		undo_part(plan, resizing, undo_grow);
	return r;
}

static int undo_shrink(struct pmm_plan *plan, void *subject)
{
	struct resizing *resizing = subject;

	return allocate_end(plan, resizing, resizing->new_bytes, resizing->old_bytes);
}

static int run_shrink(struct pmm_plan *plan, void *subject)
{
	struct resizing *resizing = subject;
	int r = off_check_losses(plan, resizing->area->place.path);

	if (r < 0)
		return r;
	r = set_length(plan, resizing, resizing->new_bytes);
	if (r < 0)
		undo_part(plan, resizing, undo_shrink);
	return r;
}

/* ---- header ---- */

static int write_header(struct pmm_plan *plan, struct resizing *resizing,
			const unsigned char *header)
{
	struct area *area = resizing->area;
	int r = area_write(plan, area->writable_fd, area->place.path, header,
			   resizing->page_bytes - HEADER_VERSION_AT, HEADER_VERSION_AT,
			   "write the swap header");

	if (r < 0)
		return r;
	r = plan_effects(plan)->sync(area->writable_fd);
	return r < 0 ? area_fail(plan, area, r, "bring the swap header to disk") : 0;
}

static int undo_header(struct pmm_plan *plan, void *subject)
{
	struct resizing *resizing = subject;

	return write_header(plan, resizing, resizing->old_header);
}

static int run_header(struct pmm_plan *plan, void *subject)
{
	struct resizing *resizing = subject;
	int r = area_open_writable(plan, resizing->area);

	if (r < 0)
		return r;
	r = write_header(plan, resizing, resizing->new_header);
	if (r < 0)
		undo_part(plan, resizing, undo_header);
	return r;
}

/* Only the number of the last page differs, in the byte order that the header has. */
static int make_headers(struct pmm_plan *plan, struct resizing *resizing,
			const struct pmm_swap_header *header)
{
	size_t length = resizing->page_bytes - HEADER_VERSION_AT;
	uint32_t last_page = (uint32_t)(resizing->new_bytes / resizing->page_bytes - 1);
	ssize_t got;

	resizing->old_header = malloc(length);
	resizing->new_header = malloc(length);
	if (!resizing->old_header || !resizing->new_header)
		return -ENOMEM;
	got = pread(resizing->area->fd, resizing->old_header, length, HEADER_VERSION_AT);
	if (got != (ssize_t)length)
		return area_fail(plan, resizing->area, got < 0 ? -errno : -EIO,
				 "read the swap header");
	if (header->is_foreign_endian)
		last_page = __builtin_bswap32(last_page);
	memcpy(resizing->new_header, resizing->old_header, length);
	memcpy(resizing->new_header + HEADER_LAST_PAGE_AT - HEADER_VERSION_AT, &last_page,
	       sizeof(last_page));
	return 0;
}

/* ---- steps ---- */

/* Of one that goes on again, the kernel itself says it. */
static int run_judge(struct pmm_plan *plan, void *subject)
{
	const struct area *area = subject;

	return judge_made(plan_root(plan), area->fd, area->place.path, plan_fault(plan));
}

static int add_judge(struct pmm_plan *plan, struct area *area)
{
	static const struct step_call judge = {run_judge, NULL};

	return plan_add(plan, &judge, area, NULL, "see whether the kernel would take it");
}

static int add_size_steps(struct pmm_plan *plan, struct resizing *resizing)
{
	static const struct step_call grow = {run_grow, undo_grow};
	static const struct step_call header = {run_header, undo_header};
	static const struct step_call shrink = {run_shrink, undo_shrink};
	const char *path = resizing->area->place.path;
	char old[WORDS_SIZE], new[WORDS_SIZE];
	int r = 0;

	words_size(old, resizing->old_bytes);
	words_size(new, resizing->new_bytes);
	if (resizing->new_bytes > resizing->old_bytes)
		r = plan_add(plan, &grow, resizing, "cut it back to its old size",
			     "allocate blocks to grow %s from %s to %s", path, old, new);
	if (r == 0)
		r = plan_add(plan, &header, resizing, "write the old header back",
			     "write %zu pages into the swap header of %s",
			     (size_t)(resizing->new_bytes / resizing->page_bytes), path);
	if (r == 0 && resizing->new_bytes < resizing->old_bytes)
		r = plan_add(plan, &shrink, resizing, "allocate its old size again",
			     "cut %s from %s to %s", path, old, new);
	return r;
}

/*
 * How large must it be? 0: no size would do, since what is in it would not fit into the area again,
 * or memory is short even for the answer.
 */
static uint64_t cushion_bytes(struct pmm_plan *plan, const struct resizing *resizing)
{
	const struct area *area = resizing->area;
	uint64_t bytes, room_bytes;
	struct pmm_fit *fit;

	if (fit_read(plan_root(plan), area->place.path, &area->status, 0, &fit) < 0)
		return 0;
	bytes = fit_room_bytes(fit);
	room_bytes = resizing->new_bytes + pmm_swap_fit_row_at(fit, 0)->other_swap_bytes;
	pmm_swap_fit_free(fit);
	if (bytes >= room_bytes)
		return 0;
	bytes += CUSHION_SPARE_BYTES;
	return bytes - bytes % resizing->page_bytes;
}

/*
 * The file that takes in what is in the area: it is made before, and goes when it is empty again.
 */
static int add_cushion(struct pmm_plan *plan, struct area *area, const struct pmm_resize_wish *wish,
		       uint64_t bytes, struct area **ret_cushion)
{
	const struct pmm_create_wish cushion = {
		.size_bytes = bytes,
		.priority = CUSHION_PRIORITY,
		.reserve_bytes = wish->reserve_bytes,
	};
	char *path = reserved_path(area, RESERVED_CUSHION);
	int r = path ? area_place(plan, path, 0, ret_cushion) : -ENOMEM;

	free(path);
	if (r == 0)
		r = create_add_steps(plan, *ret_cushion, &cushion);
	if ((r == -ENOSPC || r == -EDQUOT) && plan_fault(plan)->reason)
		r = fault_set(plan_fault(plan), PMM_FAULT_REFUSED, r, area->place.path,
			      "free memory, or space on its disk",
			      "what is in it fits nowhere else, nor into a file beside it: %s",
			      plan_fault(plan)->reason);
	return r;
}

static int add_cushion_removal(struct pmm_plan *plan, struct area *area, struct area *cushion)
{
	const struct pmm_off_wish wish = {.timeout_ns = PMM_ABSENT};
	int r = off_add_steps(plan, cushion, &wish);

	return r < 0 ? r : reserved_add_removal(plan, area, RESERVED_CUSHION);
}

/* Off; through a cushion if what is in it does not fit elsewhere, and will fit into it again. */
static int add_off(struct pmm_plan *plan, struct resizing *resizing,
		   const struct pmm_resize_wish *wish, struct area **ret_cushion)
{
	struct area *area = resizing->area;
	int r = off_add_steps(plan, area, &wish->off);
	uint64_t bytes = r == -ENOBUFS ? cushion_bytes(plan, resizing) : 0;

	if (!bytes)
		return r;
	fault_clear(plan_fault(plan));
	r = add_cushion(plan, area, wish, bytes, ret_cushion);
	/* Its header is no room; and where a limit of swap forbids, it helps nothing. */
	return r < 0 ? r
		     : off_add_steps_beside(plan, area, &wish->off, bytes - resizing->page_bytes);
}

/* swapon(2): without one that was wished, an area comes after all others that are active. */
static int remark_priority(struct pmm_plan *plan, const struct area *area)
{
	const struct pmm_area *other;
	struct pmm_areas *areas = NULL;
	bool is_last = true;
	int r = area->active.priority < 0 ? pmm_areas_open(plan_root(plan), &areas) : -ENOENT;

	if (r < 0)
		return 0;
	while (pmm_areas_next(areas, &other) > 0)
		is_last &= other->priority >= area->active.priority;
	pmm_areas_close(areas);
	if (is_last)
		return 0;
	return plan_remark(plan,
			   "%s: the kernel chose its priority, and will choose one after those of "
			   "all other areas; swapctl prio gives it one that stays",
			   area->place.path);
}

static int add_all_steps(struct pmm_plan *plan, struct resizing *resizing,
			 const struct pmm_resize_wish *wish)
{
	struct area *area = resizing->area, *cushion = resizing->cushion;
	bool was_active = area->is_active || memo_read(area, &area->swap_flags) > 0;
	int r = 0;

	if (area->is_active)
		r = judge_again(plan_root(plan), area->fd, area->place.path, plan_fault(plan));
	if (r == 0 && area->is_active)
		r = memo_add_note(plan, area);
	if (r == 0 && area->is_active)
		r = remark_priority(plan, area);
	if (r == 0 && area->is_active)
		r = add_off(plan, resizing, wish, &cushion);
	if (r == 0)
		r = add_size_steps(plan, resizing);
	if (r == 0)
		r = was_active ? area_add_on(plan, area) : add_judge(plan, area);
	if (r == 0 && was_active)
		r = memo_add_removal(plan, area);
	if (r == 0 && cushion)
		r = add_cushion_removal(plan, area, cushion);
	return r;
}

/* ---- planning ---- */

/* What mends it is another size of the whole, not of what is added. */
static int refuse_space(struct pmm_plan *plan, const struct resizing *resizing,
			uint64_t reserve_bytes)
{
	const struct area *area = resizing->area;
	uint64_t room_bytes = judge_room_bytes(plan_root(plan), &area->place, reserve_bytes);
	struct pmm_fault *fault = plan_fault(plan);
	const char *other = fault->fix ? strstr(fault->fix, ", or ") : NULL;
	char fix[128], size[WORDS_SIZE];

	if (!fault->reason || (fault->error == -EDQUOT && !other))
		return fault->error;
	words_size_within(size, resizing->old_bytes + room_bytes);
	if (room_bytes)
		snprintf(fix, sizeof(fix), "swapctl resize {} %s%s", size, other ? other : "");
	else
		snprintf(fix, sizeof(fix), "free space on its disk%s", other ? other : "");
	return area_refuse(plan, area, fault->error, fix, "%s", fault->reason);
}

static int check_new_size(struct pmm_plan *plan, const struct resizing *resizing,
			  uint64_t reserve_bytes)
{
	const struct area *area = resizing->area;
	uint64_t least_bytes = PMM_SWAP_LEAST_PAGES * (uint64_t)resizing->page_bytes;
	int r;

	if (resizing->new_bytes < least_bytes)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -ENOSPC, area->place.path,
				 NULL, "too small: a swap area needs %d good pages, %ju bytes",
				 PMM_SWAP_LEAST_PAGES, (uintmax_t)least_bytes);
	if (resizing->new_bytes / resizing->page_bytes > PMM_SWAP_MOST_PAGES)
		return fault_set(plan_fault(plan), PMM_FAULT_REFUSED, -EFBIG, area->place.path,
				 NULL, "too big: a swap area has at most %ju pages",
				 (uintmax_t)PMM_SWAP_MOST_PAGES);
	if (resizing->new_bytes <= resizing->old_bytes)
		return 0;
	r = judge_growth(plan_root(plan), &area->place, resizing->new_bytes - resizing->old_bytes,
			 reserve_bytes, plan_fault(plan));
	return r == -ENOSPC || r == -EDQUOT ? refuse_space(plan, resizing, reserve_bytes) : r;
}

static int finish_again(struct pmm_plan *plan, const struct resizing *resizing)
{
	struct area *area = resizing->area;
	int r = plan_remark(plan, "%s has this size already", area->place.path);

	/* Was it cut short between its last effects? */
	if (r == 0 && !area->is_active && memo_read(area, &area->swap_flags) > 0)
		r = area_add_on(plan, area);
	if (r == 0)
		r = memo_add_removal_if_any(plan, area);
	if (r == 0 && resizing->cushion)
		r = add_cushion_removal(plan, area, resizing->cushion);
	return r;
}

/* Cut short between off and on, its pages are in the cushion: that must not go before it is on. */
static int find_cushion(struct pmm_plan *plan, struct area *area, struct area **ret_cushion)
{
	struct area *left;
	char *path;
	int r, flags;

	if (area->is_active || !memo_read(area, &flags))
		return 0;
	path = reserved_path(area, RESERVED_CUSHION);
	if (!path)
		return -ENOMEM;
	r = area_find(plan, path, 0, true, &left);
	free(path);
	if (r == 0 && left->is_active)
		*ret_cushion = left;
	return r;
}

/* CUSHION: NULL if no earlier run has left one. */
static int plan_resizing(struct pmm_plan *plan, struct area *area, struct area *cushion,
			 const struct pmm_swap_header *header, const struct pmm_resize_wish *wish)
{
	uint64_t page_bytes = pmm_root_page_bytes(plan_root(plan));
	uint64_t new_bytes = wish->size_bytes - wish->size_bytes % page_bytes;
	uint64_t header_bytes = (header->pages + header->bad_pages + 1) * page_bytes;
	struct resizing *resizing = plan_subject(plan, sizeof(*resizing), resizing_release);
	char size[WORDS_SIZE];
	int r;

	if (!resizing)
		return -ENOMEM;
	*resizing = (struct resizing){
		.area = area,
		.cushion = cushion,
		.old_bytes = (uint64_t)area->status.st_size,
		.new_bytes = new_bytes,
		.page_bytes = page_bytes,
	};
	if (new_bytes != wish->size_bytes &&
	    plan_remark(plan, "the size is rounded down to whole pages of %ju bytes",
			(uintmax_t)page_bytes) < 0)
		return -ENOMEM;
	if (new_bytes == resizing->old_bytes && new_bytes == header_bytes)
		return finish_again(plan, resizing);
	r = check_new_size(plan, resizing, wish->reserve_bytes);
	if (r == 0)
		r = make_headers(plan, resizing, header);
	if (r == 0)
		r = add_all_steps(plan, resizing, wish);
	return r < 0 ? r : plan_result(plan, "%s", words_size(size, new_bytes));
}

static int check_area(struct pmm_plan *plan, struct area *area, struct pmm_swap_header *ret_header)
{
	const char *path = area->place.path;
	int r;

	if (!S_ISREG(area->status.st_mode))
		return area_refuse(
			plan, area, -EINVAL,
			device_is_zram(&area->place)
				? "zramctl --reset {}, when it is off; zramctl --size SIZE "
				  "{}; then swapctl format {}"
				: "resize the partition; then swapctl format --keep-id {}",
			"it is a device, which has the size it has");
	r = header_probe_fd(plan_root(plan), path, area->fd, ret_header);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return area_refuse(plan, area, r, "swapctl format {}, first", "it is no swap area");
	if (ret_header->page_bytes != pmm_root_page_bytes(plan_root(plan)))
		return area_refuse(plan, area, -EINVAL, "swapctl format --keep-id {}",
				   "its header is for pages of %ju bytes, which this kernel has "
				   "not",
				   (uintmax_t)ret_header->page_bytes);
	r = area_check_change(plan, area);
	return r < 0 ? r : area_check_backing(plan, area);
}

int pmm_plan_resize(struct pmm_plan *plan, const char *path, const struct pmm_resize_wish *wish)
{
	struct area *area = NULL, *cushion = NULL;
	struct pmm_swap_header header;
	int r = area_find(plan, path, PLACE_FOLLOW, false, &area);

	if (r == 0)
		r = check_area(plan, area, &header);
	if (r == 0)
		r = find_cushion(plan, area, &cushion);
	if (r == 0 && !cushion)
		r = reserved_add_leftovers(plan, area, &wish->off);
	if (r == 0)
		r = plan_resizing(plan, area, cushion, &header, wish);
	return r == -ENOMEM && area ? area_fail(plan, area, r, "plan it") : r;
}
