/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The size of the terminal, and text that fits it. The size is that of stdout (ioctl_tty(2),
 * TIOCGWINSZ), and not what COLUMNS says: an exported one may be of another window.
 */

#include "terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "message.h"
#include "text.h"

enum { GAP = 2 };

bool terminal_get(struct terminal *ret_terminal)
{
	struct winsize size = {0};

	if (!isatty(STDOUT_FILENO))
		return false;
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size); /* a serial line says 0, or nothing */
	ret_terminal->columns = size.ws_col ? size.ws_col : 80;
	ret_terminal->rows = size.ws_row ? size.ws_row : 24;
	return true;
}

static bool is_continuation(char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Take characters from the end until it is no wider than COLUMNS. */
static void cut(char *words, size_t columns)
{
	size_t length = strlen(words);

	while (length && text_width(words) > columns) {
		while (length > 1 && is_continuation(words[length - 1]))
			length--;
		words[--length] = '\0';
	}
}

void flow_begin(struct flow *flow, const char *label, size_t indent)
{
	fputs(label, stdout);
	flow->indent = indent;
	flow->column = text_width(label);
	flow->owed = 0;
}

static void go_on_below(struct flow *flow)
{
	printf("\n%*s", (int)flow->indent, "");
	flow->lines++;
	flow->column = flow->indent;
	flow->owed = 0;
}

/* Take the blanks off the end of WORDS. Returns how many there were. */
static size_t take_blanks(char *words)
{
	size_t length = strlen(words), kept = length;

	while (kept && words[kept - 1] == ' ')
		kept--;
	words[kept] = '\0';
	return length - kept;
}

void flow_item(struct flow *flow, const char *format, ...)
{
	size_t gap = flow->column ? GAP + flow->owed : 0, owed;
	va_list arguments;
	char *words;

	va_start(arguments, format);
	if (vasprintf(&words, format, arguments) < 0)
		die_no_memory();
	va_end(arguments);
	owed = take_blanks(words);
	if (flow->width && flow->column + gap + text_width(words) > flow->width) {
		go_on_below(flow);
		gap = 0;
	}
	if (flow->may_cut && flow->width > flow->column + gap)
		cut(words, flow->width - flow->column - gap);
	printf("%*s%s", (int)gap, "", words);
	flow->column += gap + text_width(words);
	flow->owed = owed;
	free(words);
}

void flow_text(struct flow *flow, const char *text)
{
	bool is_first = true;

	while (*text) {
		char *word = format_text("%.*s", (int)strcspn(text, " "), text);
		size_t gap = is_first ? 0 : 1, width = text_width(word);

		if (flow->width && !is_first && flow->column + gap + width > flow->width) {
			go_on_below(flow);
			gap = 0;
		}
		if (flow->may_cut && flow->width > flow->column + gap)
			cut(word, flow->width - flow->column - gap);
		printf("%*s%s", (int)gap, "", word);
		flow->column += gap + text_width(word);
		is_first = false;
		text += strcspn(text, " ");
		text += strspn(text, " ");
		free(word);
	}
}

void flow_end(struct flow *flow)
{
	putchar('\n');
	flow->lines++;
}
