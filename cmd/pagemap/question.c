/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What `pagemap who` is asked about: a frame by number or physical address, a slot of swap, a page
 * of a file, or what is pasted from the kernel's log about an error of memory. Words only: nothing
 * is looked up.
 */

#include "question.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"

enum { HIGHEST_TYPE = 31 };

static char *copy(const char *text, size_t length)
{
	char *made = strndup(text, length);

	if (!made)
		die_no_memory();
	return made;
}

static bool has_front(const char *word, const char *front)
{
	return !strncmp(word, front, strlen(front));
}

/* Decimal, or hexadecimal with 0x. */
static bool parse_number(const char *word, uint64_t maximum, uint64_t *ret_number)
{
	if (has_front(word, "0x"))
		return parse_address(word, ret_number) && *ret_number <= maximum;
	return parse_count(word, 0, maximum, ret_number);
}

static bool parse_physical(const char *word, uint64_t page_bytes, struct question *what)
{
	if (!has_front(word, "0x") || !parse_address(word, &what->physical_address))
		return false;
	what->kind = PMM_RMAP_FRAME;
	what->frame = what->physical_address / page_bytes;
	return true;
}

/* TYPE:SLOT or FILE:SLOT; there may be colons in the file's name. */
static bool parse_slot(const char *word, struct question *what)
{
	const char *colon = strrchr(word, ':');

	if (!colon || colon == word || !parse_number(colon + 1, UINT64_MAX >> 14, &what->swap_slot))
		return false;
	what->kind = PMM_RMAP_SLOT;
	what->area = copy(word, (size_t)(colon - word));
	if (parse_count(what->area, 0, HIGHEST_TYPE, &what->swap_type)) {
		free(what->area);
		what->area = NULL;
	}
	return true;
}

/* There may be @ in the file's name. */
static bool parse_file(const char *word, struct question *what)
{
	const char *at = strrchr(word, '@');

	if (!at || at == word)
		return false;
	if (!(has_front(at + 1, "0x") ? parse_address(at + 1, &what->offset_bytes)
				      : parse_size(at + 1, &what->offset_bytes)))
		return false;
	what->kind = PMM_RMAP_FILE;
	what->path = copy(word, (size_t)(at - word));
	return true;
}

bool question_parse(const char *word, uint64_t page_bytes, struct question *ret_what)
{
	struct question what = {.physical_address = PMM_ABSENT, .swap_type = PMM_ABSENT};
	bool is_good;

	if (has_front(word, "pfn:"))
		is_good = parse_number(word + 4, UINT64_MAX / page_bytes, &what.frame);
	else if (has_front(word, "swap:"))
		is_good = parse_slot(word + 5, &what);
	else
		is_good = parse_physical(word, page_bytes, &what) || parse_file(word, &what);
	if (!is_good)
		return false;
	what.words = copy(word, strlen(word));
	*ret_what = what;
	return true;
}

void question_free(struct question *what)
{
	free(what->words);
	free(what->area);
	free(what->path);
}

static void append(struct questions *questions, const struct question *what)
{
	if (questions->count == questions->capacity) {
		questions->capacity = questions->capacity ? 2 * questions->capacity : 16;
		questions->list = reallocarray(questions->list, questions->capacity,
					       sizeof(*questions->list));
		if (!questions->list)
			die_no_memory();
	}
	questions->list[questions->count++] = *what;
}

static bool has_frame(const struct questions *questions, uint64_t frame)
{
	for (size_t i = 0; i < questions->count; i++)
		if (questions->list[i].kind == PMM_RMAP_FRAME && questions->list[i].frame == frame)
			return true;
	return false;
}

/* The same error is mostly told many times. */
static bool add_log_line(struct questions *questions, const char *line, uint64_t page_bytes)
{
	struct question what = {.swap_type = PMM_ABSENT};

	if (pmm_hardware_error_parse(line, page_bytes, &what.physical_address) < 0)
		return false;
	what.frame = what.physical_address / page_bytes;
	if (has_frame(questions, what.frame))
		return true;
	what.words = format_text("0x%" PRIx64, what.physical_address);
	append(questions, &what);
	return true;
}

static bool add_log(struct questions *questions, const char *text, uint64_t page_bytes)
{
	bool is_any = false;

	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = copy(text, length);

		is_any |= add_log_line(questions, line, page_bytes);
		free(line);
		text += length + (text[length] == '\n');
	}
	return is_any;
}

bool questions_add(struct questions *questions, const char *operand, uint64_t page_bytes)
{
	struct question what;

	if (!question_parse(operand, page_bytes, &what))
		return add_log(questions, operand, page_bytes);
	append(questions, &what);
	return true;
}

void questions_add_stream(struct questions *questions, FILE *stream, uint64_t page_bytes)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stream)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		questions_add(questions, line, page_bytes);
	}
	free(line);
}

void questions_free(struct questions *questions)
{
	for (size_t i = 0; i < questions->count; i++)
		question_free(&questions->list[i]);
	free(questions->list);
}
