/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_JUDGE_H
#define VMTOP_JUDGE_H

/* The system and its cgroups, judged at each sample. */

#include <procmm-verdict.h>

#include "vmtop.h"

struct judge;

struct judge *judge_open(struct pmm_root *root);
struct judge *judge_close(struct judge *judge);
/* The instant of a sample, which was just taken. */
void judge_feed(struct judge *judge, const struct pmm_sample *now);

/* Borrowed until the next feed. NULL before the first. */
const struct pmm_verdicts *judge_verdicts(const struct judge *judge);
const struct pmm_verdict *judge_worst(const struct judge *judge);
const struct pmm_words *judge_words(const struct judge *judge);

#endif
