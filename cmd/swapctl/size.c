/* SPDX-License-Identifier: GPL-2.0-or-later */

/* How large an area shall be: from what people say to bytes. */

#include "size.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"

static const uint64_t GIB = UINT64_C(1) << 30;

enum kind { KIND_NONE, KIND_BYTES, KIND_PERCENT, KIND_RAM, KIND_AUTO, KIND_MORE, KIND_LESS };

struct expression {
	enum kind kind;
	uint64_t number; /* bytes, percents, or what the memory is divided by */
};

/* "25%": at most a thousand of them. */
static bool parse_percent(const char *word, uint64_t *ret_percent)
{
	size_t length = strlen(word);
	char digits[8];

	if (length < 2 || length > sizeof(digits) || word[length - 1] != '%')
		return false;
	memcpy(digits, word, length - 1);
	digits[length - 1] = '\0';
	return parse_count(digits, 1, 1000, ret_percent);
}

static struct expression parse(const char *word, bool is_resized)
{
	struct expression expression = {0};

	if (!strcmp(word, "ram")) {
		expression = (struct expression){KIND_RAM, 1};
	} else if (!strncmp(word, "ram/", 4)) {
		if (parse_count(word + 4, 1, 1024, &expression.number))
			expression.kind = KIND_RAM;
	} else if (!strcmp(word, "auto") && !is_resized) {
		expression.kind = KIND_AUTO;
	} else if (parse_percent(word, &expression.number)) {
		expression.kind = KIND_PERCENT;
	} else if (is_resized && (*word == '+' || *word == '-')) {
		if (parse_size(word + 1, &expression.number))
			expression.kind = *word == '+' ? KIND_MORE : KIND_LESS;
	} else if (parse_size(word, &expression.number)) {
		expression.kind = KIND_BYTES;
	}
	return expression;
}

int size_is_word(const char *word, int is_resized)
{
	return parse(word, is_resized).kind != KIND_NONE;
}

static uint64_t read_memory(struct pmm_root *root)
{
	struct pmm_counters *meminfo;
	uint64_t bytes;

	if (pmm_counters_read(root, "proc/meminfo", &meminfo) < 0)
		return PMM_ABSENT;
	bytes = pmm_counters_get(meminfo, "MemTotal");
	pmm_counters_free(meminfo);
	return bytes;
}

static uint64_t root_of(uint64_t number)
{
	uint64_t root = 0;

	while ((root + 1) * (root + 1) <= number)
		root++;
	return root;
}

/*
 * The rule of cloud-init's cc_mounts: as much as little memory, a root of much; see below for disk.
 */
static uint64_t automatic_bytes(uint64_t memory_bytes)
{
	if (memory_bytes < 4 * GIB)
		return memory_bytes;
	if (memory_bytes < 16 * GIB)
		return 4 * GIB;
	return root_of(memory_bytes / GIB) * GIB;
}

static uint64_t memory_or_complain(struct pmm_root *root, const char *word)
{
	uint64_t bytes = read_memory(root);

	if (bytes != PMM_ABSENT)
		return bytes;
	complain(word, "how much memory there is, is not known");
	return 0;
}

/* NUMBER/DENOMINATOR of bytes without overflow. */
static uint64_t share(uint64_t bytes, uint64_t number, uint64_t denominator)
{
	return bytes / denominator * number + bytes % denominator * number / denominator;
}

/* BASE_BYTES: what a percentage is of. */
static uint64_t evaluate(struct pmm_root *root, const char *word,
			 const struct expression *expression, uint64_t base_bytes)
{
	uint64_t bytes = 0;

	switch (expression->kind) {
	case KIND_BYTES:
		bytes = expression->number;
		break;
	case KIND_PERCENT:
		bytes = share(base_bytes, expression->number, 100);
		break;
	case KIND_RAM:
		bytes = memory_or_complain(root, word) / expression->number;
		break;
	case KIND_AUTO:
		bytes = automatic_bytes(memory_or_complain(root, word));
		break;
	case KIND_MORE:
		if (__builtin_add_overflow(base_bytes, expression->number, &bytes))
			bytes = 0;
		break;
	case KIND_LESS:
		bytes = base_bytes > expression->number ? base_bytes - expression->number : 0;
		break;
	case KIND_NONE:
		break;
	}
	return bytes;
}

/* What is free on the file system that a path is on; PMM_ABSENT if it cannot be told. */
static uint64_t free_bytes_at(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = format_text("%.*s/", slash ? (int)(slash - path) : 0, path);
	struct statvfs status;
	uint64_t bytes = PMM_ABSENT;

	if (statvfs(directory, &status) == 0)
		bytes = (uint64_t)status.f_bavail * status.f_frsize;
	free(directory);
	return bytes;
}

uint64_t size_of_new(struct pmm_root *root, const char *word, const char *path)
{
	struct expression expression = parse(word, false);
	uint64_t base_bytes = 0, bytes, free_bytes;

	if (expression.kind == KIND_PERCENT)
		base_bytes = memory_or_complain(root, word);
	bytes = evaluate(root, word, &expression, base_bytes);
	if (expression.kind == KIND_AUTO && pmm_root_is_live(root)) {
		free_bytes = free_bytes_at(path);
		if (free_bytes != PMM_ABSENT && bytes > free_bytes / 4)
			bytes = free_bytes / 4;
	}
	if (!bytes)
		complain(word, "that is no size for an area");
	return bytes;
}

uint64_t size_of_resized(struct pmm_root *root, const char *word, const char *path)
{
	struct expression expression = parse(word, true);
	struct stat status;
	uint64_t bytes;

	if (pmm_root_status(root, path, &status) < 0) {
		status.st_size = 0; /* the plan says what is wrong with the path */
		return evaluate(root, word, &expression, 0) + 1;
	}
	bytes = evaluate(root, word, &expression, (uint64_t)status.st_size);
	if (!bytes)
		complain(path, "nothing would be left of it: %s", word);
	return bytes;
}
