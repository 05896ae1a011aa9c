/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is in a verdict, for machines: the names of its states, notes and doubts, and the numbers
 * that led to it, each with the threshold that it is held against. Pure.
 */

#include <errno.h>
#include <math.h>
#include <string.h>

#include "procmm-verdict.h"

static const char *const state_names[PMM_STATES] = {
	[PMM_STATE_UNKNOWN] = "unknown",       [PMM_STATE_OK] = "ok",
	[PMM_STATE_RECLAIMING] = "reclaiming", [PMM_STATE_PRESSURE] = "pressure",
	[PMM_STATE_THRASHING] = "thrashing",   [PMM_STATE_SEVERE] = "severe",
};

const char *pmm_state_name(enum pmm_state state)
{
	return state_names[state];
}

int pmm_state_find(const char *name, enum pmm_state *ret_state)
{
	for (enum pmm_state state = 0; state < PMM_STATES; state++)
		if (!strcmp(name, state_names[state])) {
			*ret_state = state;
			return 0;
		}
	return -ENOENT;
}

const char *pmm_confidence_name(enum pmm_confidence confidence)
{
	static const char *const names[] = {
		[PMM_CONFIDENCE_NONE] = "none",
		[PMM_CONFIDENCE_LOW] = "low",
		[PMM_CONFIDENCE_MEDIUM] = "medium",
		[PMM_CONFIDENCE_HIGH] = "high",
	};

	return names[confidence];
}

const char *pmm_note_name(enum pmm_note note)
{
	switch (note) {
	case PMM_NOTE_COLD_SWAP:
		return "cold swap";
	case PMM_NOTE_READING_BACK:
		return "reading back";
	case PMM_NOTE_PROACTIVE:
		return "proactive reclaim";
	default:
		return "OOM kill";
	}
}

const char *pmm_doubt_text(enum pmm_doubt doubt)
{
	switch (doubt) {
	case PMM_DOUBT_SHORT_WINDOW:
		return "it has not been looked at for long enough";
	case PMM_DOUBT_NO_PRESSURE:
		return "the kernel keeps no pressure stall information of it";
	case PMM_DOUBT_NO_EVICTIONS:
		return "the kernel does not say what is evicted from it";
	case PMM_DOUBT_UNSPLIT:
		return "the kernel does not tell evicted files from other memory";
	case PMM_DOUBT_BORROWED:
		return "some of its numbers are the system's";
	case PMM_DOUBT_NO_USEFUL:
		return "how much it works is not known";
	case PMM_DOUBT_RESET:
		return "its counters have started again";
	default:
		return "no time has passed, or too much";
	}
}

/* ---- evidence ---- */

struct row {
	const char *key, *title;
	size_t value; /* offset in the verdict; of a double */
	size_t limit; /* offset in the thresholds; of a double; NO_LIMIT */
};

#define NO_LIMIT	  SIZE_MAX
#define VALUE(member)	  offsetof(struct pmm_verdict, member)
#define THRESHOLD(member) offsetof(struct pmm_thresholds, member)

/* clang-format off */
static const struct row rows[] = {
	{ "lost_percent", "of the time, lost to paging, at least", VALUE(lost_percent),
	  THRESHOLD(thrashing_lost_percent) },
	{ "useful_percent", "of one processor, spent on programs", VALUE(useful_percent),
	  NO_LIMIT },
	{ "reuse_ratio", "of evicted pages, needed again", VALUE(reuse_ratio),
	  THRESHOLD(reuse_ratio) },
	{ "came_back_pages_per_second", "evicted pages needed again",
	  VALUE(came_back_pages_per_second), THRESHOLD(came_back_pages_per_second) },
	{ "evicted_pages_per_second", "evicted pages", VALUE(evicted_pages_per_second),
	  THRESHOLD(evicted_pages_per_second) },
	{ "memory_full_percent", "of the time, all tasks waited for memory",
	  VALUE(memory_full_percent), NO_LIMIT },
	{ "io_full_percent", "of the time, all tasks waited for disks", VALUE(io_full_percent),
	  NO_LIMIT },
	{ "paging_read_ratio", "of what disks read, for paging", VALUE(paging_read_ratio),
	  NO_LIMIT },
	{ "overlap_ratio", "of waits for pages, in memory pressure already", VALUE(overlap_ratio),
	  NO_LIMIT },
	{ "major_faults_per_second", "page faults that read a page in",
	  VALUE(major_faults_per_second), NO_LIMIT },
	{ "swap_read_seconds", "a read of a swap disk takes", VALUE(swap_read_seconds), NO_LIMIT },
};
/* clang-format on */

static double number_at(const void *record, size_t offset)
{
	double number;

	memcpy(&number, (const char *)record + offset, sizeof(number));
	return number;
}

int pmm_verdict_evidence(const struct pmm_verdict *verdict, const struct pmm_thresholds *thresholds,
			 size_t index, struct pmm_evidence *ret_evidence)
{
	if (!thresholds)
		thresholds = pmm_thresholds_default();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		double value = number_at(verdict, row->value);

		if (isnan(value) || index--)
			continue;
		*ret_evidence = (struct pmm_evidence){
			.key = row->key,
			.title = row->title,
			.value = value,
			.limit = row->limit == NO_LIMIT ? (double)NAN
							: number_at(thresholds, row->limit),
		};
		return 1;
	}
	return 0;
}
