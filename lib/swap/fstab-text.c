/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The text of an fstab, as bytes. Lines and fields are found where they stand, and a change is a
 * span of bytes that becomes others: whatever else is in the file, in whatever form, stays as it
 * is. What a line means is not known here (fstab-match.c); nor is any file (fstab-file.c).
 *
 * The form is that of fstab(5), getmntent(3) and libmount: fields separated by spaces and tabs,
 * \ooo for a byte that would separate them, a line whose first field begins with # is a comment.
 */

#include "fstab-text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fstab_text_free(struct fstab_text *text)
{
	free(text->bytes);
	*text = (struct fstab_text){0};
}

static bool has_same_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
	return a_length == b_length && (!a_length || !memcmp(a, b, a_length));
}

bool fstab_text_is_same(const struct fstab_text *a, const struct fstab_text *b)
{
	return has_same_bytes(a->bytes, a->length, b->bytes, b->length);
}

/* ---- lines and fields ---- */

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* Where the content of a line ends: before its newline, and the carriage return before that. */
static size_t content_end(const struct fstab_text *text, const struct fstab_line *line)
{
	size_t end = line->end;

	if (end > line->begin && text->bytes[end - 1] == '\n')
		end--;
	if (end > line->begin && text->bytes[end - 1] == '\r')
		end--;
	return end;
}

static void find_fields(const struct fstab_text *text, struct fstab_line *line)
{
	size_t at = line->begin, end = content_end(text, line);

	while (line->field_count < FSTAB_FIELDS) {
		struct fstab_span field;

		while (at < end && is_blank(text->bytes[at]))
			at++;
		if (at == end || (!line->field_count && text->bytes[at] == '#'))
			return;
		field.begin = at;
		while (at < end && !is_blank(text->bytes[at]))
			at++;
		field.end = at;
		line->fields[line->field_count++] = field;
	}
}

bool fstab_text_next(const struct fstab_text *text, struct fstab_line *line)
{
	struct fstab_line next = {.number = line->number + 1, .begin = line->end};
	const char *newline;

	if (next.begin == text->length)
		return false;
	newline = memchr(text->bytes + next.begin, '\n', text->length - next.begin);
	next.end = newline ? (size_t)(newline - text->bytes) + 1 : text->length;
	find_fields(text, &next);
	*line = next;
	return true;
}

static bool is_octal(const char *at, size_t length)
{
	return length >= 4 && at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' &&
	       at[2] <= '7' && at[3] >= '0' && at[3] <= '7';
}

char *fstab_text_field(const struct fstab_text *text, const struct fstab_line *line, size_t index)
{
	struct fstab_span span = line->fields[index];
	char *field = malloc(span.end - span.begin + 1);
	char *to = field;

	if (!field)
		return NULL;
	while (span.begin < span.end) {
		const char *at = text->bytes + span.begin;

		if (is_octal(at, span.end - span.begin)) {
			*to++ = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
			span.begin += 4;
		} else {
			*to++ = *at;
			span.begin++;
		}
	}
	*to = '\0';
	return field;
}

int fstab_text_is_swap(const struct fstab_text *text, const struct fstab_line *line)
{
	char *type;
	int is_swap;

	if (line->field_count <= FSTAB_TYPE)
		return 0;
	type = fstab_text_field(text, line, FSTAB_TYPE);
	if (!type)
		return -ENOMEM;
	is_swap = !strcmp(type, "swap");
	free(type);
	return is_swap;
}

/* ---- making a line ---- */

char *fstab_text_escape(const char *field)
{
	char *escaped = malloc(4 * strlen(field) + 1);
	char *to = escaped;

	if (!escaped)
		return NULL;
	for (const char *at = field; *at; at++) {
		if (strchr(" \t\n\\", *at) || (at == field && *at == '#')) {
			unsigned byte = (unsigned char)*at;

			*to++ = '\\';
			*to++ = (char)('0' + (byte >> 6));
			*to++ = (char)('0' + (byte >> 3 & 7));
			*to++ = (char)('0' + (byte & 7));
		} else {
			*to++ = *at;
		}
	}
	*to = '\0';
	return escaped;
}

char *fstab_text_make_line(const char *spec, const char *options)
{
	char *escaped = fstab_text_escape(spec);
	char *line;

	if (!escaped || asprintf(&line, "%s none swap %s 0 0\n", escaped, options) < 0)
		line = NULL;
	free(escaped);
	return line;
}

static bool has_name(const char *item, size_t length, const char *name, size_t name_length)
{
	return length >= name_length && !memcmp(item, name, name_length) &&
	       (length == name_length || item[name_length] == '=');
}

/* Append an item to options that begin at BEGIN and end at TO. Returns their new end. */
static char *append_item(char *begin, char *to, const char *item, size_t length)
{
	if (length && to != begin)
		*to++ = ',';
	return mempcpy(to, item, length);
}

/* Put ITEM (NULL: nothing) in the place of the options of that name. */
static char *replace_option(const char *options, const char *name, size_t name_length,
			    const char *item)
{
	char *made = malloc(strlen(options) + (item ? strlen(item) : 0) + sizeof("sw,"));
	char *to = made;
	size_t length;

	if (!made)
		return NULL;
	for (const char *at = options; *at; at += length + (at[length] == ',')) {
		length = strcspn(at, ",");
		if (!has_name(at, length, name, name_length)) {
			to = append_item(made, to, at, length);
		} else if (item) {
			to = append_item(made, to, item, strlen(item));
			item = NULL; /* once */
		}
	}
	if (item)
		to = append_item(made, to, item, strlen(item));
	if (to == made)
		to = append_item(made, to, "sw", 2);
	*to = '\0';
	return made;
}

char *fstab_text_set_option(const char *options, const char *item)
{
	return replace_option(options, item, strcspn(item, "="), item);
}

char *fstab_text_drop_option(const char *options, const char *name)
{
	return replace_option(options, name, strlen(name), NULL);
}

/* ---- changes ---- */

struct fstab_change fstab_change_add(const struct fstab_text *text, const char *line)
{
	bool is_open = text->length && text->bytes[text->length - 1] != '\n';

	return (struct fstab_change){{text->length, text->length}, is_open ? "\n" : "", line};
}

struct fstab_change fstab_change_remove(const struct fstab_line *line)
{
	return (struct fstab_change){{line->begin, line->end}, "", ""};
}

struct fstab_change fstab_change_options(const struct fstab_line *line, const char *options)
{
	size_t end = line->fields[FSTAB_TYPE].end;

	if (line->field_count > FSTAB_OPTIONS)
		return (struct fstab_change){line->fields[FSTAB_OPTIONS], "", options};
	return (struct fstab_change){{end, end}, " ", options};
}

int fstab_text_apply(const struct fstab_text *old, const struct fstab_change *changes, size_t count,
		     struct fstab_text *ret_new)
{
	size_t capacity = old->length + 1, at = 0;
	char *made, *to;

	for (size_t i = 0; i < count; i++)
		capacity += strlen(changes[i].before) + strlen(changes[i].with);
	made = to = malloc(capacity);
	if (!made)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (changes[i].span.begin > at)
			to = mempcpy(to, old->bytes + at, changes[i].span.begin - at);
		to = mempcpy(to, changes[i].before, strlen(changes[i].before));
		to = mempcpy(to, changes[i].with, strlen(changes[i].with));
		at = changes[i].span.end;
	}
	if (old->length > at)
		to = mempcpy(to, old->bytes + at, old->length - at);
	*ret_new = (struct fstab_text){made, (size_t)(to - made)};
	return 0;
}

/* ---- the guard ---- */

/* The next line that is no swap line: 1, 0 after the last, -ENOMEM. */
static int next_other(const struct fstab_text *text, struct fstab_line *line)
{
	int is_swap = 1;

	while (is_swap == 1) {
		if (!fstab_text_next(text, line))
			return 0;
		is_swap = fstab_text_is_swap(text, line);
	}
	return is_swap < 0 ? is_swap : 1;
}

static size_t length_without_newline(const struct fstab_text *text, const struct fstab_line *line)
{
	bool has_newline = text->bytes[line->end - 1] == '\n';

	return line->end - line->begin - has_newline;
}

int fstab_text_has_same_others(const struct fstab_text *a, const struct fstab_text *b)
{
	struct fstab_line a_line = {0}, b_line = {0};
	int a_more, b_more;

	for (;;) {
		a_more = next_other(a, &a_line);
		b_more = next_other(b, &b_line);
		if (a_more < 0 || b_more < 0)
			return -ENOMEM;
		if (!a_more || !b_more)
			return a_more == b_more;
		if (!has_same_bytes(a->bytes + a_line.begin, length_without_newline(a, &a_line),
				    b->bytes + b_line.begin, length_without_newline(b, &b_line)))
			return 0;
	}
}
