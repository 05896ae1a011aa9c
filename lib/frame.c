/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Frames: what the kernel says about each frame of RAM, in proc/kpageflags, kpagecount and
 * kpagecgroup, arrays of 64-bit words indexed by frame number
 * (Documentation/admin-guide/mm/pagemap.rst). A call costs as much as some ten or fifty words of
 * it, which is measured at the open, so frames that are nearer to each other than that are read at
 * once. What the bits of the flags mean is in frame-flag.c.
 */

#include "frame.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	WINDOW_WORDS = 8192, /* 64 KiB: more is out of the near cache */
	TRIAL_WORDS = 512,
	TRIALS = 5,
	FIRST_GAP = 32, /* where nothing can be measured */
	WIDEST_GAP = 512,
};

struct pmm_frames {
	struct pmm_root *root;
	int fds[PMM_FRAME_FILES]; /* -1: not asked for */
	uint64_t gap;		  /* words that are cheaper to read than to step over */
	uint64_t window[WINDOW_WORDS];
};

const char *frame_file_path(enum pmm_frame_file which)
{
	static const char *const paths[PMM_FRAME_FILES] = {
		[PMM_FRAME_FLAGS] = "proc/kpageflags",
		[PMM_FRAME_COUNTS] = "proc/kpagecount",
		[PMM_FRAME_CGROUPS] = "proc/kpagecgroup",
	};

	return paths[which];
}

ssize_t pmm_frames_read(struct pmm_frames *frames, enum pmm_frame_file which, uint64_t frame,
			size_t count, uint64_t *ret_words)
{
	size_t wanted, done = 0;
	uint64_t offset;
	ssize_t got;

	if (__builtin_mul_overflow(count, sizeof(*ret_words), &wanted) ||
	    __builtin_mul_overflow(frame, sizeof(*ret_words), &offset) || wanted > SSIZE_MAX ||
	    offset > INT64_MAX - wanted)
		return pmm_root_fail(frames->root, -EINVAL, "%s", strerror(EINVAL));
	while (done < wanted) {
		got = pread(frames->fds[which], (char *)ret_words + done, wanted - done,
			    (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return root_fail_at(frames->root, -errno, frame_file_path(which),
					    strerror(errno));
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)(done / sizeof(*ret_words));
}

/* ---- what a call costs ---- */

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

/* The shortest time that reading so many words took; 0 if that fails. */
static uint64_t time_read(struct pmm_frames *frames, enum pmm_frame_file which, size_t count)
{
	uint64_t shortest = UINT64_MAX;

	for (int i = 0; i < TRIALS; i++) {
		uint64_t taken = monotonic_ns();

		/* Frames from the first MiB on: those before are no RAM on a PC. */
		if (pmm_frames_read(frames, which, 256, count, frames->window) != (ssize_t)count)
			return 0;
		taken = monotonic_ns() - taken;
		if (taken < shortest)
			shortest = taken;
	}
	return shortest;
}

static uint64_t measure_gap(struct pmm_frames *frames, enum pmm_frame_file which)
{
	uint64_t one = time_read(frames, which, 1);
	uint64_t many = time_read(frames, which, TRIAL_WORDS);
	uint64_t gap;

	if (!one || many <= one)
		return FIRST_GAP;
	gap = one * (TRIAL_WORDS - 1) / (many - one);
	return gap < WIDEST_GAP ? gap : WIDEST_GAP;
}

int pmm_frames_open(struct pmm_root *root, const struct pmm_facilities *facilities, unsigned files,
		    struct pmm_frames **ret_frames)
{
	struct pmm_frames *frames = calloc(1, sizeof(*frames));
	bool is_measured = false;

	if (!frames)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	frames->root = root;
	frames->gap = FIRST_GAP;
	memset(frames->fds, -1, sizeof(frames->fds));
	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++) {
		int r = -EOPNOTSUPP;

		if (!(files & 1U << i))
			continue;
		if (pmm_facilities_has(facilities, PMM_FACILITY_KPAGEFLAGS + i))
			r = root_open_quietly(root, frame_file_path(i), &frames->fds[i]);
		if (r < 0) {
			pmm_frames_close(frames);
			return root_fail_at(root, r, frame_file_path(i), strerror(-r));
		}
		if (!is_measured)
			frames->gap = measure_gap(frames, i);
		is_measured = true;
	}
	*ret_frames = frames;
	return 0;
}

struct pmm_frames *pmm_frames_close(struct pmm_frames *frames)
{
	if (!frames)
		return NULL;
	for (size_t i = 0; i < PMM_FRAME_FILES; i++)
		if (frames->fds[i] >= 0)
			close(frames->fds[i]);
	free(frames);
	return NULL;
}

/* ---- many at once ---- */

/* Copy what of a span is in the window [start, start + count); of what is not there, absent. */
static void take_window(const struct frame_span *span, uint64_t start, uint64_t count,
			const uint64_t *window, uint64_t *words)
{
	uint64_t end = start + count;
	uint64_t first = span->frame > start ? span->frame : start;
	uint64_t span_end = span->frame + span->frames;
	uint64_t last = span_end < end ? span_end : end;

	if (first < last)
		memcpy(words + span->words + (first - span->frame), window + (first - start),
		       (last - first) * sizeof(*words));
}

/* How many frames from START on are worth a read: up to the end of the last span that is near. */
static uint64_t plan_window(const struct pmm_frames *frames, const struct frame_span *spans,
			    size_t count, uint64_t start)
{
	uint64_t end = start;

	for (size_t i = 0; i < count && end - start < WINDOW_WORDS; i++) {
		if (spans[i].frame > end && spans[i].frame - end > frames->gap)
			break;
		if (spans[i].frame + spans[i].frames > end)
			end = spans[i].frame + spans[i].frames;
	}
	return end - start < WINDOW_WORDS ? end - start : WINDOW_WORDS;
}

int frames_gather(struct pmm_frames *frames, enum pmm_frame_file which,
		  const struct frame_span *spans, size_t count, uint64_t *ret_words)
{
	uint64_t start, wanted;
	ssize_t got;
	size_t i = 0;

	start = count ? spans[0].frame : 0;
	while (i < count) {
		wanted = plan_window(frames, spans + i, count - i, start);
		got = pmm_frames_read(frames, which, start, (size_t)wanted, frames->window);
		if (got < 0)
			return (int)got;
		for (uint64_t j = (uint64_t)got; j < wanted; j++)
			frames->window[j] = PMM_ABSENT;
		for (size_t j = i; j < count && spans[j].frame < start + wanted; j++)
			take_window(&spans[j], start, wanted, frames->window, ret_words);
		start += wanted;
		while (i < count && spans[i].frame + spans[i].frames <= start)
			i++;
		if (i < count && spans[i].frame > start)
			start = spans[i].frame;
	}
	return 0;
}
