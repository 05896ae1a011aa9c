/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much room a table on the terminal leaves to the column that gives way, and a text cut at its
 * front to fit in there. Prints nothing; what it measures is written by table.c.
 */

#include "fit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "message.h"
#include "table.h"
#include "text.h"

struct fit {
	const struct selection *selection;
	enum words words;
	size_t terminal_width;
	size_t *widths; /* of each column but those that give way */
};

static const struct field *field_of(const struct fit *fit, size_t column)
{
	return &fit->selection->fields[fit->selection->indices[column]];
}

/* 0: no terminal, or one that does not say. */
static size_t terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_col;
}

struct fit *fit_open(const struct report_options *options, const struct selection *selection)
{
	size_t width = options->format == FORMAT_TABLE ? terminal_width() : 0;
	struct fit *fit;

	if (!width)
		return NULL;
	fit = allocate(1, sizeof(*fit));
	fit->selection = selection;
	fit->words = options->with_exact_bytes ? WORDS_BYTES : WORDS_HUMAN;
	fit->terminal_width = width;
	fit->widths = allocate(selection->count + 1, sizeof(*fit->widths));
	for (size_t i = 0; i < selection->count; i++)
		fit->widths[i] = text_width(field_of(fit, i)->heading);
	return fit;
}

void fit_row(struct fit *fit, const struct value *values)
{
	char buffer[UNITS_TEXT];

	for (size_t i = 0; fit && i < fit->selection->count; i++) {
		const struct value *value = &values[fit->selection->indices[i]];
		const char *words = value_words(value, field_of(fit, i)->unit, fit->words, buffer);
		char *escaped;

		if (field_of(fit, i)->is_last)
			continue;
		escaped = escape_text(words, strlen(words));
		if (text_width(escaped) > fit->widths[i])
			fit->widths[i] = text_width(escaped);
		free(escaped);
	}
}

/* What the others leave, with a blank between columns; no less than the heading takes. */
static size_t room_for_text(const struct fit *fit)
{
	size_t taken = 0, yielding = 0, least = 0;

	for (size_t i = 0; i < fit->selection->count; i++) {
		taken += i > 0;
		if (field_of(fit, i)->is_last) {
			yielding++;
			least = fit->widths[i];
		} else {
			taken += fit->widths[i];
		}
	}
	if (!yielding || taken + yielding * least >= fit->terminal_width)
		return least;
	return (fit->terminal_width - taken) / yielding;
}

char *fit_text(const struct fit *fit, const char *text)
{
	return fit ? cut_front(text, room_for_text(fit)) : format_text("%s", text);
}

struct fit *fit_close(struct fit *fit)
{
	if (!fit)
		return NULL;
	free(fit->widths);
	free(fit);
	return NULL;
}

/* Columns of the first character, escaped; *RET_LENGTH are its bytes. */
static size_t step_width(const char *text, size_t *ret_length)
{
	char escaped[TEXT_STEP];

	*ret_length = text_step(text, strlen(text), TEXT_LOCALE, escaped);
	return text_width(escaped);
}

static size_t width_of(const char *text)
{
	char *escaped = escape_text(text, strlen(text));
	size_t width = text_width(escaped);

	free(escaped);
	return width;
}

char *cut_front(const char *text, size_t width)
{
	const char *mark = width_of("…") == 1 ? "…" : "...";
	size_t left = width_of(text), mark_width = width_of(mark), length;

	if (left <= width)
		return format_text("%s", text);
	do { /* and no accent without its letter */
		left -= step_width(text, &length);
		text += length;
	} while (*text && (left + mark_width > width || !step_width(text, &length)));
	return format_text("%s%s", mark, text);
}
