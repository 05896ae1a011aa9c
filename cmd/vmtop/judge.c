/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Loads in, verdicts and their words out. */

#include "judge.h"

#include <math.h>
#include <stdlib.h>

#include "shared/message.h"

struct judge {
	struct pmm_root *root;
	struct pmm_verdicts *verdicts;
	struct pmm_words *words; /* of the worst */
};

struct judge *judge_open(struct pmm_root *root)
{
	struct judge *judge = allocate(1, sizeof(*judge));

	judge->root = root;
	if (pmm_verdicts_open(NULL, &judge->verdicts) < 0)
		die_no_memory();
	return judge;
}

struct judge *judge_close(struct judge *judge)
{
	if (!judge)
		return NULL;
	pmm_words_free(judge->words);
	pmm_verdicts_close(judge->verdicts);
	free(judge);
	return NULL;
}

static struct pmm_scene scene_of(const struct pmm_sample *now)
{
	struct pmm_scene scene = {
		.kswapd_percent = (double)NAN,
		.kernel_free_bytes = pmm_counters_get(pmm_sample_meminfo(now), "MemFree"),
	};
	const struct pmm_area *area;

	for (size_t i = 0; (area = pmm_sample_area(now, i)); i++) {
		scene.has_swap = 1;
		scene.has_zram |= area->type == PMM_AREA_ZRAM;
	}
	return scene;
}

void judge_feed(struct judge *judge, const struct pmm_sample *now)
{
	struct pmm_scene scene = scene_of(now);
	const struct pmm_verdict *worst;
	struct pmm_loads *cgroups = NULL;
	struct pmm_load system;

	pmm_load_of_sample(now, &system);
	/* Without cgroups it is the system alone that is judged. */
	if (pmm_loads_read(judge->root, &system, &cgroups) < 0)
		cgroups = NULL;
	if (pmm_verdicts_feed(judge->verdicts, &system, cgroups) < 0)
		die_no_memory();
	pmm_loads_free(cgroups);
	worst = pmm_verdicts_worst(judge->verdicts);
	judge->words = pmm_words_free(judge->words);
	if (worst && pmm_words_make(worst, NULL, &scene, &judge->words) < 0)
		die_no_memory();
}

const struct pmm_verdicts *judge_verdicts(const struct judge *judge)
{
	return judge->verdicts;
}

const struct pmm_verdict *judge_worst(const struct judge *judge)
{
	return pmm_verdicts_worst(judge->verdicts);
}

const struct pmm_words *judge_words(const struct judge *judge)
{
	return judge->words;
}
