/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What an fstab shall be: which line is added, which goes, which gets other options. A line that is
 * there is kept as it is written, but for the options that were asked for; of several that mean the
 * area, one stays. The outcome is looked at like any other fstab before it is handed out. No file
 * is read or written here but what the lines lead to.
 */

#include "fstab-edit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void fstab_outcome_free(struct fstab_outcome *outcome)
{
	fstab_matches_free(&outcome->matches);
	free(outcome->line);
	free(outcome->options);
	fstab_text_free(&outcome->text);
	*outcome = (struct fstab_outcome){0};
}

/* OLD with what was asked for in it; the caller frees it. NULL without memory. */
static char *merge_options(const char *old, const char *asked)
{
	char *options = fstab_text_drop_option(old, "noauto");
	size_t length;

	for (const char *at = asked; options && *at; at += length + (at[length] == ',')) {
		char *item, *merged;

		length = strcspn(at, ",");
		if (!length)
			continue;
		item = strndup(at, length);
		merged = item ? fstab_text_set_option(options, item) : NULL;
		free(item);
		free(options);
		options = merged;
	}
	return options;
}

static int make_line(const struct fstab_wish *wish, struct fstab_outcome *outcome)
{
	char *options = merge_options("sw,nofail", wish->options);

	outcome->line = options ? fstab_text_make_line(wish->spec, options) : NULL;
	free(options);
	return outcome->line ? 0 : -ENOMEM;
}

/* A line of three fields has no options: to mount(8) that is the same as "defaults". */
static int make_options(const struct fstab_text *text, const struct fstab_line *line,
			const char *asked, struct fstab_outcome *outcome)
{
	struct fstab_span span = line->fields[FSTAB_OPTIONS];
	char *old = line->field_count > FSTAB_OPTIONS
			    ? strndup(text->bytes + span.begin, span.end - span.begin)
			    : strdup("sw");
	char *merged = old ? merge_options(old, asked) : NULL;

	if (merged && strcmp(merged, old))
		outcome->options = merged;
	else
		free(merged);
	free(old);
	return merged ? 0 : -ENOMEM;
}

/* The changes that lead there, in the order of the text; as many as there are matches and one. */
static size_t list_changes(const struct fstab_text *text, const struct fstab_outcome *outcome,
			   struct fstab_change *changes)
{
	const struct fstab_matches *matches = &outcome->matches;
	size_t count = 0;

	if (outcome->line && !matches->count)
		changes[count++] = fstab_change_add(text, outcome->line);
	for (size_t i = 0; i < matches->count; i++) {
		const struct fstab_line *line = &matches->items[i].line;

		if (i == outcome->keeper && outcome->options) {
			changes[count++] = fstab_change_options(line, outcome->options);
		} else if (i != outcome->keeper) {
			changes[count] = fstab_change_remove(line);
			/* A line that does not work makes room for one that does. */
			if (i == 0 && outcome->line)
				changes[count].with = outcome->line;
			count++;
		}
	}
	return count;
}

static int apply(const struct fstab_text *text, struct fstab_outcome *outcome)
{
	struct fstab_change *changes = calloc(outcome->matches.count + 1, sizeof(*changes));
	size_t count;
	int r = 0;

	if (!changes)
		return -ENOMEM;
	count = list_changes(text, outcome, changes);
	if (count)
		r = fstab_text_apply(text, changes, count, &outcome->text);
	outcome->is_changed = count != 0;
	free(changes);
	return r;
}

/* Our own work is not trusted more than that of others. */
static int check(struct pmm_root *root, const struct fstab_text *text,
		 const struct fstab_wish *wish, const struct fstab_outcome *outcome)
{
	_cleanup_fstab_matches_ struct fstab_matches matches = {0};
	int r = fstab_text_has_same_others(text, &outcome->text);

	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	r = fstab_match(root, &outcome->text, wish->place, wish->spec, &matches);
	if (r < 0)
		return r;
	if (wish->options)
		return matches.count == 1 && matches.items[0].is_taken ? 0 : -EINVAL;
	return matches.count ? -EINVAL : 0;
}

int fstab_edit(struct pmm_root *root, const struct fstab_text *text, const struct fstab_wish *wish,
	       struct fstab_outcome *ret_outcome)
{
	struct fstab_outcome outcome = {0};
	int r = fstab_match(root, text, wish->place, wish->spec, &outcome.matches);

	outcome.keeper = outcome.matches.count;
	if (wish->options)
		outcome.keeper = fstab_matches_keeper(&outcome.matches);
	if (r == 0 && wish->options && outcome.keeper == outcome.matches.count)
		r = make_line(wish, &outcome);
	else if (r == 0 && wish->options)
		r = make_options(text, &outcome.matches.items[outcome.keeper].line, wish->options,
				 &outcome);
	if (r == 0)
		r = apply(text, &outcome);
	if (r == 0 && outcome.is_changed)
		r = check(root, text, wish, &outcome);
	if (r < 0) {
		fstab_outcome_free(&outcome);
		return r;
	}
	*ret_outcome = outcome;
	return 0;
}
