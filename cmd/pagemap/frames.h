/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_FRAMES_H
#define PAGEMAP_FRAMES_H

/* What the rooms of pagemap frames hand each other; see frames.c. */

#include "census.h"
#include "rows.h"

enum frame_view { VIEW_CLASS, VIEW_FLAGS, VIEW_NODE, VIEW_CGROUP };

/* Which of the files of frames the fields that are shown need: a bit (1 << file) for each. */
unsigned frames_needs(const struct settings *settings);
/* What was counted, as the rows of the view that is asked for. */
struct rows *frames_rows(const struct inquest *inquest, const struct census *census,
			 const struct pmm_cgroup_paths *paths);

/* RAM in the order of its frames, as a picture. */
void frames_draw(struct inquest *inquest, const struct pmm_ram *ram, struct pmm_frame_pass *pass);

#endif
