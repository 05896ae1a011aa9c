/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Loads in, verdicts and their words out. A stream and a screen have a window that slides, and
 * hysteresis; one report, and each interval of a captured tree, is judged by itself.
 */

#include "judge.h"

#include <math.h>
#include <stdlib.h>

#include "shared/message.h"
#include "suspects.h"

/* The system and the cgroups at one instant. */
struct instant {
	struct pmm_load system;
	struct pmm_loads *cgroups; /* NULL: there are none */
	bool is_there;
};

struct judge {
	struct pmm_root *root;
	const struct settings *settings;
	struct instant now, before;
	struct pmm_scene scene;
	struct pmm_verdicts *verdicts; /* NULL: each interval is judged by itself, into */
	struct pmm_verdict *looks;     /* looks_count of them; the first is the system's */
	size_t looks_count;
	size_t looks_capacity;
	struct pmm_words *words;
};

struct judge *judge_open(struct pmm_root *root, const struct settings *settings)
{
	struct judge *judge = allocate(1, sizeof(*judge));

	judge->root = root;
	judge->settings = settings;
	if (!settings->judges_looks &&
	    pmm_verdicts_open(&settings->thresholds, &judge->verdicts) < 0)
		die_no_memory();
	return judge;
}

static void instant_free(struct instant *instant)
{
	instant->cgroups = pmm_loads_free(instant->cgroups);
	instant->is_there = false;
}

struct judge *judge_close(struct judge *judge)
{
	if (!judge)
		return NULL;
	instant_free(&judge->now);
	instant_free(&judge->before);
	pmm_words_free(judge->words);
	pmm_verdicts_close(judge->verdicts);
	free(judge->looks);
	free(judge);
	return NULL;
}

static void set_scene(struct judge *judge, const struct pmm_sample *now)
{
	const struct pmm_counters *meminfo = pmm_sample_meminfo(now);
	const struct pmm_area *area;

	judge->scene = (struct pmm_scene){
		.kswapd_percent = (double)NAN,
		.kernel_free_bytes = meminfo ? pmm_counters_get(meminfo, "MemFree") : PMM_ABSENT,
	};
	for (size_t i = 0; (area = pmm_sample_area(now, i)); i++) {
		judge->scene.has_swap = 1;
		judge->scene.has_zram |= area->type == PMM_AREA_ZRAM;
	}
}

static void add_look(struct judge *judge, const struct pmm_load *now, const struct pmm_load *before)
{
	if (judge->looks_count == judge->looks_capacity) {
		judge->looks_capacity = judge->looks_capacity ? 2 * judge->looks_capacity : 32;
		judge->looks =
			reallocarray(judge->looks, judge->looks_capacity, sizeof(*judge->looks));
		if (!judge->looks)
			die_no_memory();
	}
	pmm_verdict_judge(now, before, &judge->settings->thresholds,
			  &judge->looks[judge->looks_count++]);
}

static void look(struct judge *judge)
{
	const struct pmm_load *now, *before;

	judge->looks_count = 0;
	if (!judge->before.is_there)
		return;
	add_look(judge, &judge->now.system, &judge->before.system);
	for (size_t i = 0; judge->now.cgroups && (now = pmm_loads_at(judge->now.cgroups, i)); i++) {
		before = judge->before.cgroups ? pmm_loads_find(judge->before.cgroups, now->path)
					       : NULL;
		if (before)
			add_look(judge, now, before);
	}
}

/* Lines of the system alone are to cost no more than its files. */
static bool needs_cgroups(const struct settings *settings)
{
	return settings->scope != SCOPE_SYSTEM || settings->report.format == FORMAT_JSON;
}

void judge_feed(struct judge *judge, const struct pmm_sample *now)
{
	instant_free(&judge->before);
	judge->before = judge->now;
	judge->now = (struct instant){.is_there = true};
	pmm_load_of_sample(now, &judge->now.system);
	/* Without cgroups it is the system alone that is judged. */
	if (needs_cgroups(judge->settings) &&
	    pmm_loads_read(judge->root, &judge->now.system, &judge->now.cgroups) < 0)
		judge->now.cgroups = NULL;
	set_scene(judge, now);
	if (!judge->verdicts)
		look(judge);
	else if (pmm_verdicts_feed(judge->verdicts, &judge->now.system, judge->now.cgroups) < 0)
		die_no_memory();
}

void judge_view(const struct judge *judge, struct view *view)
{
	view->verdict = NULL;
	view->verdicts = judge->verdicts;
	view->looks = judge->looks;
	view->looks_count = judge->looks_count;
	if (!judge->before.is_there)
		view->verdicts = NULL;
	else if (judge->verdicts)
		view->verdict = pmm_verdicts_worst(judge->verdicts);
	else if (judge->looks_count)
		view->verdict = &judge->looks[pmm_verdict_worst(judge->looks, judge->looks_count)];
}

const struct pmm_verdict *view_verdict(const struct view *view, size_t index)
{
	if (view->verdicts)
		return pmm_verdicts_at(view->verdicts, index);
	return index < view->looks_count ? &view->looks[index] : NULL;
}

double judge_swap_read_seconds(const struct judge *judge)
{
	return judge->before.is_there
		       ? pmm_swap_read_seconds(&judge->now.system, &judge->before.system)
		       : (double)NAN;
}

void judge_tell(struct judge *judge, const struct rows *rows, const struct crowd *crowd,
		struct view *view)
{
	struct suspects suspects = {0};

	judge->words = pmm_words_free(judge->words);
	view->words = NULL;
	if (!view->verdict)
		return;
	if (rows)
		suspects_find(&suspects, rows, crowd, view->verdict->path);
	judge->scene.victims = suspects.victims;
	judge->scene.victims_count = suspects.victims_count;
	judge->scene.growers = suspects.growers;
	judge->scene.growers_count = suspects.growers_count;
	judge->scene.kswapd_percent = suspects_kswapd_percent(crowd);
	if (pmm_words_make(view->verdict, &judge->settings->thresholds, &judge->scene,
			   &judge->words) < 0)
		die_no_memory();
	view->words = judge->words;
}
