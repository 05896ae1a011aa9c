/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_FRAME_H
#define PROCMM_FRAME_H

/* What the other rooms of the library may ask about frames; see frame.c and frame-sort.c. */

#include "procmm-pages.h"
#include "root.h"

#define FLAG(name) (UINT64_C(1) << PMM_FLAG_##name)

/*
 * Until Linux 6.10 tails of a folio have flags of their own, which are next to none: what they are
 * like is in those of the head.
 */
bool frame_is_bare_tail(uint64_t flags);

/* "proc/kpageflags"... */
const char *frame_file_path(enum pmm_frame_file which);

/* Frames that follow each other, and where their words belong. */
struct frame_span {
	uint64_t frame;
	uint64_t frames;
	uint64_t words; /* index into what is filled */
};

/* Sort by frame. SPARE: room for COUNT more. */
void frame_sort(struct frame_span *spans, struct frame_span *spare, size_t count);

/*
 * Fill RET_WORDS from one of the files, a word for each frame of COUNT sorted spans: frames that
 * are near each other are read at once, and what lies between them is thrown away. Of frames that
 * the machine does not have the word is absent.
 */
int frames_gather(struct pmm_frames *frames, enum pmm_frame_file which,
		  const struct frame_span *spans, size_t count, uint64_t *ret_words);

#endif
