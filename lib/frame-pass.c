/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A pass over all frames, in the order of their numbers, as runs of frames that are alike. The
 * files are read whole, 64 KiB at a time: that is what the time goes into.
 * Reads: proc/kpageflags; if asked for, proc/kpagecount and kpagecgroup.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum { WINDOW_WORDS = 8192 };

struct pmm_frame_pass {
	struct pmm_root *root;
	const struct pmm_ram *ram;
	struct pmm_frames *frames;
	unsigned files;
	bool trusts_ksm;
	size_t range;	/* of the RAM: those before it end before the frame at hand */
	uint64_t head;	/* flags of the last head of a folio */
	uint64_t start; /* the first frame of the window */
	size_t count;	/* how many are in it */
	size_t next;	/* of it, the frame at hand */
	uint64_t words[PMM_FRAME_FILES][WINDOW_WORDS];
	struct pmm_frame_run run;
};

int pmm_frame_pass_open(struct pmm_root *root, const struct pmm_facilities *facilities,
			const struct pmm_ram *ram, unsigned files, struct pmm_frame_pass **ret_pass)
{
	struct pmm_frame_pass *pass = calloc(1, sizeof(*pass));
	int r;

	if (!pass)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	pass->root = root;
	pass->ram = ram;
	pass->files = files | 1U << PMM_FRAME_FLAGS;
	pass->trusts_ksm = pmm_facilities_has(facilities, PMM_FACILITY_KSM_FLAG);
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++)
		if (!(pass->files & 1U << i))
			memset(pass->words[i], 0xff, sizeof(pass->words[i])); /* absent */
	r = pmm_frames_open(root, facilities, pass->files, &pass->frames);
	if (r < 0) {
		pmm_frame_pass_close(pass);
		return r;
	}
	*ret_pass = pass;
	return 0;
}

struct pmm_frame_pass *pmm_frame_pass_close(struct pmm_frame_pass *pass)
{
	if (!pass)
		return NULL;
	pmm_frames_close(pass->frames);
	free(pass);
	return NULL;
}

/* Words of frames that one of the files does not have any more are absent. */
static int fill_window(struct pmm_frame_pass *pass)
{
	pass->start += pass->count;
	pass->next = 0;
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++) {
		ssize_t got;

		if (!(pass->files & 1U << i))
			continue;
		got = pmm_frames_read(pass->frames, i, pass->start, WINDOW_WORDS, pass->words[i]);
		if (got < 0)
			return (int)got;
		if (i == PMM_FRAME_FLAGS)
			pass->count = (size_t)got;
		for (size_t j = (size_t)got; j < pass->count; j++)
			pass->words[i][j] = PMM_ABSENT;
	}
	return 0;
}

/* How many frames from the one at hand on have the same words. */
static size_t count_alike(const struct pmm_frame_pass *pass)
{
	size_t first = pass->next, i = first + 1;
	const uint64_t *flags = pass->words[PMM_FRAME_FLAGS];
	const uint64_t *counts = pass->words[PMM_FRAME_COUNTS];
	const uint64_t *cgroups = pass->words[PMM_FRAME_CGROUPS];

	while (i < pass->count && flags[i] == flags[first] && counts[i] == counts[first] &&
	       cgroups[i] == cgroups[first])
		i++;
	return i - first;
}

/*
 * The range of RAM that the frame is in; if it is in none, NULL. *END comes down to where that
 * changes.
 */
static const struct pmm_ram_range *range_of(struct pmm_frame_pass *pass, uint64_t frame,
					    uint64_t *end)
{
	const struct pmm_ram_range *range;

	while ((range = pmm_ram_range(pass->ram, pass->range)) && range->end_frame <= frame)
		pass->range++;
	if (!range)
		return NULL;
	if (range->start_frame > frame) {
		if (range->start_frame < *end)
			*end = range->start_frame;
		return NULL;
	}
	if (range->end_frame < *end)
		*end = range->end_frame;
	return range;
}

static enum pmm_frame_class class_of(struct pmm_frame_pass *pass, uint64_t flags, bool is_ram)
{
	/* No list of it at all: then a hole cannot be told from the kernel's memory. */
	if (!flags && !is_ram && pmm_ram_range(pass->ram, 0))
		return PMM_FRAME_HOLE;
	if (flags & FLAG(COMPOUND_HEAD))
		pass->head = flags & ~FLAG(HWPOISON);
	if (frame_is_bare_tail(flags))
		flags |= pass->head;
	if (!pass->trusts_ksm)
		flags &= ~FLAG(KSM);
	return pmm_frame_class_of(flags);
}

int pmm_frame_pass_next(struct pmm_frame_pass *pass, const struct pmm_frame_run **ret_run)
{
	const struct pmm_ram_range *range;
	uint64_t frame, end;
	size_t at;

	if (pass->next == pass->count) {
		int r = fill_window(pass);

		if (r < 0)
			return r;
		if (!pass->count)
			return 0;
	}
	at = pass->next;
	frame = pass->start + at;
	end = frame + count_alike(pass);
	range = range_of(pass, frame, &end);
	pass->run = (struct pmm_frame_run){
		.frame = frame,
		.frames = end - frame,
		.class = class_of(pass, pass->words[PMM_FRAME_FLAGS][at], range),
		.flags = pass->words[PMM_FRAME_FLAGS][at],
		.count = pass->words[PMM_FRAME_COUNTS][at],
		.cgroup = pass->words[PMM_FRAME_CGROUPS][at],
		.node = range ? range->node : pmm_ram_node(pass->ram, frame),
	};
	pass->next += (size_t)(end - frame);
	*ret_run = &pass->run;
	return 1;
}
