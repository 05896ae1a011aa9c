/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_JUDGE_H
#define VMTOP_JUDGE_H

/* The system and its cgroups, judged at each sample, and who there suffers or grows. */

#include "vmtop.h"

struct judge;

/*
 * As the settings have it, each interval by itself or with a window that slides over them. ROOT and
 * SETTINGS must outlive it.
 */
struct judge *judge_open(struct pmm_root *root, const struct settings *settings);
struct judge *judge_close(struct judge *judge);
/* The instant of a sample, which was just taken. */
void judge_feed(struct judge *judge, const struct pmm_sample *now);

/* The verdicts by now into the view, borrowed until the next feed; none before the second. */
void judge_view(const struct judge *judge, struct view *view);
/* How long a read from swap took in the last interval; NAN. */
double judge_swap_read_seconds(const struct judge *judge);
/*
 * What is said of the worst verdict, into the view; borrowed until the next. ROWS: all processes,
 * or NULL.
 */
void judge_tell(struct judge *judge, const struct rows *rows, const struct crowd *crowd,
		struct view *view);

#endif
