/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The commands that mend something, with the path put in as a shell takes it. Pure. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict.h"

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_/.,:@%+=-";

/* Between single quotes only the quote itself is special. NULL without memory. */
static char *quote(const char *path, size_t length)
{
	char *quoted = malloc(4 * length + 3), *to = quoted;
	static const char escaped[] = "'\\''";

	if (!quoted)
		return NULL;
	*to++ = '\'';
	for (size_t i = 0; i < length; i++) {
		size_t step = path[i] == '\'' ? strlen(escaped) : 1;

		memcpy(to, step > 1 ? escaped : path + i, step);
		to += step;
	}
	*to++ = '\'';
	*to = '\0';
	return quoted;
}

static char *shell_word(const char *path, size_t length)
{
	if (length && strspn(path, plain) >= length)
		return strndup(path, length);
	return quote(path, length);
}

static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path ? (size_t)(slash - path) : 1;
}

/* What stands for the placeholder at FIX, or the brace that is none. NULL without memory. */
static char *take_placeholder(const char **fix, const char *path, uint64_t size_bytes)
{
	static const struct {
		const char *text;
		enum { WHOLE, DIRECTORY, SIZE } kind;
	} placeholders[] = {{"{}", WHOLE}, {"{/}", DIRECTORY}, {"{size}", SIZE}};
	char *word = NULL;

	for (size_t i = 0; i < sizeof(placeholders) / sizeof(*placeholders); i++) {
		size_t length = strlen(placeholders[i].text);

		if (strncmp(*fix, placeholders[i].text, length))
			continue;
		*fix += length;
		if (placeholders[i].kind == WHOLE)
			return shell_word(path, strlen(path));
		if (placeholders[i].kind == DIRECTORY)
			return shell_word(path, directory_length(path));
		return asprintf(&word, "%" PRIu64, size_bytes) < 0 ? NULL : word;
	}
	return strndup((*fix)++, 1);
}

char *fix_text(const char *fix, const char *path, uint64_t size_bytes)
{
	char *text = strdup("");

	while (text && *fix) {
		size_t length = strcspn(fix, "{");
		const char *begin = fix;
		char *word, *longer = NULL;

		fix += length;
		word = *fix ? take_placeholder(&fix, path, size_bytes) : strdup("");
		if (word && asprintf(&longer, "%s%.*s%s", text, (int)length, begin, word) < 0)
			longer = NULL;
		free(word);
		free(text);
		text = longer;
	}
	return text;
}
