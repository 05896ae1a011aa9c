/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * --explain: what a number is computed of and from where, and what makes a state, with the
 * thresholds that are in force. The texts of fields are those of --list-fields.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "shared/message.h"
#include "shared/terminal.h"
#include "shared/text.h"

enum { LABEL_INDENT = 4 };

static const struct {
	enum pmm_state state;
	const char *meaning;
} states[] = {
	{PMM_STATE_UNKNOWN,
	 "The kernel does not say enough, or has not been watched for long enough; "
	 "the verdict says why."},
	{PMM_STATE_OK,
	 "What is needed is in memory. Swap may be full all the same: what lies there "
	 "and is not read (cold swap), or is read back once (reading back), is harmless."},
	{PMM_STATE_RECLAIMING,
	 "Memory is recycled, but nothing that is needed comes back: files are "
	 "streamed, or much is allocated."},
	{PMM_STATE_PRESSURE,
	 "The working set is being cut: what was evicted is needed again. It is "
	 "slower, and still works."},
	{PMM_STATE_THRASHING,
	 "What was evicted comes straight back, and that takes as much time as "
	 "the work, or more."},
	{PMM_STATE_SEVERE, "The same, and hardly anything else is done."},
};

static void put_line(struct flow *flow, const char *label, const char *text)
{
	flow_begin(flow, label, LABEL_INDENT + 10);
	flow_text(flow, text);
	flow_end(flow);
}

static char *rule_of(enum pmm_state state, const struct pmm_thresholds *limits)
{
	switch (state) {
	case PMM_STATE_OK:
		return format_text("lost_percent < %g and evicted_pages_per_second < %g",
				   limits->pressure_lost_percent, limits->evicted_pages_per_second);
	case PMM_STATE_RECLAIMING:
		return format_text("neither ok nor what is worse");
	case PMM_STATE_PRESSURE:
		return format_text("reuse_ratio >= %g and came_back_pages_per_second >= %g and "
				   "lost_percent >= %g",
				   limits->reuse_ratio, limits->came_back_pages_per_second,
				   limits->pressure_lost_percent);
	case PMM_STATE_THRASHING:
		return format_text(
			"that of pressure, and lost_percent >= %g and lost_percent >= %g x "
			"useful_percent",
			limits->thrashing_lost_percent, limits->thrashing_useful_ratio);
	case PMM_STATE_SEVERE:
		return format_text(
			"that of thrashing, and lost_percent >= %g or lost_percent >= %g x "
			"useful_percent",
			limits->severe_lost_percent, limits->severe_useful_ratio);
	default:
		return NULL;
	}
}

static void explain_state(struct flow *flow, const struct pmm_thresholds *limits, size_t i)
{
	char *rule = rule_of(states[i].state, limits);

	printf("%s\n", pmm_state_name(states[i].state));
	flow->lines++;
	put_line(flow, "    meaning   ", states[i].meaning);
	if (rule)
		put_line(flow, "    when      ", rule);
	free(rule);
}

static void explain_field(struct flow *flow, const char *of, const struct field *field)
{
	printf("%s  (of %s)\n", field->key, of);
	flow->lines++;
	put_line(flow, "    meaning   ", field->meaning);
	put_line(flow, "    from      ", field->source);
}

static bool is_named(const char *word, const char *key, const char *heading)
{
	return !word || !strcasecmp(word, key) || (heading && !strcasecmp(word, heading));
}

/* A word of its own beside those of the states: how a state comes and goes. */
static const char VERDICT_WORD[] = "verdict";

static void explain_verdict(struct flow *flow, const struct pmm_thresholds *limits)
{
	char *text = format_text(
		"A verdict looks back on %g s. In a stream and on the screen a worse "
		"state is entered when it has lasted for %g s, and left when lost_percent "
		"was below %g of what entered it for %g s.",
		(double)limits->window_ns / (double)NS_PER_SECOND,
		(double)limits->enter_ns / (double)NS_PER_SECOND, limits->leave_ratio,
		(double)limits->leave_ns / (double)NS_PER_SECOND);

	puts(VERDICT_WORD);
	flow->lines++;
	put_line(flow, "    meaning   ", text);
	free(text);
}

/* WORD is NULL: everything. Returns whether there was any. */
static bool explain_word(struct flow *flow, const struct pmm_thresholds *limits,
			 const struct field *system, const char *word)
{
	const struct {
		const char *of;
		const struct field *fields;
	} tables[] = {
		{"the system", system}, {"processes", process_fields}, {"cgroups", cgroup_fields}};
	bool is_known = is_named(word, VERDICT_WORD, NULL);

	if (is_known)
		explain_verdict(flow, limits);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (is_named(word, pmm_state_name(states[i].state), NULL)) {
			explain_state(flow, limits, i);
			is_known = true;
		}
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		for (const struct field *field = tables[i].fields; field->key; field++)
			if (is_named(word, field->key, field->heading)) {
				explain_field(flow, tables[i].of, field);
				is_known = true;
			}
	return is_known;
}

void explain(const struct pmm_thresholds *thresholds, const struct field *system,
	     char *const *words)
{
	struct terminal terminal;
	struct flow flow = {0};

	if (terminal_get(&terminal))
		flow.width = terminal.columns;
	if (!*words)
		explain_word(&flow, thresholds, system, NULL);
	for (; *words; words++)
		if (!explain_word(&flow, thresholds, system, *words))
			complain(*words,
				 "neither a field nor a state; --list-fields lists the fields");
}
