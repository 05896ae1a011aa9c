/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The verdict as a part of the JSON of a sample: the state, its scope, why, and what helps. */

#include <math.h>

#include "shared/stream.h"
#include "vmtop.h"

static void json_number(const char *key, double real)
{
	struct value value = value_real(real);

	json_value(key, UNIT_NUMBER, &value);
}

static void json_words(const char *key, const char *words)
{
	struct value value = value_text(words);

	json_value(key, UNIT_TEXT, &value);
}

static void json_notes(const struct pmm_verdict *verdict)
{
	json_open_array("notes");
	for (unsigned note = 1; note <= PMM_NOTE_OOM_KILL; note <<= 1)
		if (verdict->notes & note)
			json_words(NULL, pmm_note_name(note));
	json_close_array();
	json_open_array("doubts");
	for (unsigned doubt = 1; doubt <= PMM_DOUBT_GAP; doubt <<= 1)
		if (verdict->doubts & doubt)
			json_words(NULL, pmm_doubt_text(doubt));
	json_close_array();
}

static void json_evidence(const struct pmm_verdict *verdict,
			  const struct pmm_thresholds *thresholds)
{
	struct pmm_evidence evidence;

	json_open_array("evidence");
	for (size_t i = 0; pmm_verdict_evidence(verdict, thresholds, i, &evidence) > 0; i++) {
		json_open(NULL);
		json_text("key", evidence.key);
		json_number("value", evidence.value);
		json_number("limit", evidence.limit);
		json_close();
	}
	json_close_array();
}

void verdict_json(const struct settings *settings, const struct view *view)
{
	const struct pmm_verdict *verdict = view->verdict;
	const struct pmm_words *words = view->words;

	if (!verdict || !words) {
		json_words("verdict", NULL);
		return;
	}
	json_open("verdict");
	json_text("state", pmm_state_name(verdict->state));
	json_text("scope", verdict->path ? verdict->path : "/");
	json_text("confidence", pmm_confidence_name(verdict->confidence));
	json_boolean("is_estimate", verdict->is_estimate);
	json_number("state_seconds", verdict->state_seconds);
	json_number("window_seconds", verdict->window_seconds);
	json_number("lost_percent", verdict->lost_percent);
	json_text("sentence", words->sentence);
	json_words("because", words->because);
	json_words("limit", words->limit);
	json_words("victims", words->victims);
	json_words("growing", words->growing);
	json_words("caveat", words->caveat);
	json_notes(verdict);
	json_evidence(verdict, &settings->thresholds);
	json_open_array("remedies");
	for (size_t i = 0; i < words->remedies_count; i++)
		json_words(NULL, words->remedies[i]);
	json_close_array();
	json_close();
}
