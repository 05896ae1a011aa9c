/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The verdict at the head of the report: the sentence, and below it what it rests on, which limit
 * binds, who suffers, who grows, and what helps. The words are the library's; names in them are
 * escaped here.
 */

#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "vmtop.h"

enum {
	SENTENCE_INDENT = 2,
	LINE_INDENT = 11, /* behind "  because  " */
};

static void put_escaped(struct flow *flow, const char *label, size_t indent, const char *text)
{
	char *escaped = escape_text(text, strlen(text));

	flow_begin(flow, label, indent);
	flow_text(flow, escaped);
	flow_end(flow);
	free(escaped);
}

static void put_line(struct flow *flow, const char *label, const char *text)
{
	if (text)
		put_escaped(flow, label, LINE_INDENT, text);
}

static char *join(char *const *parts, size_t count)
{
	char *joined = format_text("%s", parts[0]);

	for (size_t i = 1; i < count; i++) {
		char *longer = format_text("%s | %s", joined, parts[i]);

		free(joined);
		joined = longer;
	}
	return joined;
}

void verdict_lines_print(struct flow *flow, const struct pmm_words *words)
{
	char *sentence = words->caveat ? format_text("%s (%s)", words->sentence, words->caveat)
				       : format_text("%s", words->sentence);
	char *remedies =
		words->remedies_count ? join(words->remedies, words->remedies_count) : NULL;

	put_escaped(flow, "", SENTENCE_INDENT, sentence);
	put_line(flow, "  because  ", words->because);
	put_line(flow, "  limit    ", words->limit);
	put_line(flow, "  victims  ", words->victims);
	put_line(flow, "  growing  ", words->growing);
	put_line(flow, "  try      ", remedies);
	free(sentence);
	free(remedies);
}
