/* SPDX-License-Identifier: GPL-2.0-or-later */

/* How large an area shall be: from what people say to bytes. */

#include "size.h"

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

bool size_is_word(const char *word, bool is_resized)
{
	return parse(word, is_resized).kind != KIND_NONE;
}

static bool read_memory(struct pmm_root *root, const char *word, uint64_t *ret_bytes)
{
	struct pmm_counters *meminfo;
	uint64_t bytes = PMM_ABSENT;

	if (pmm_counters_read(root, "proc/meminfo", &meminfo) == 0) {
		bytes = pmm_counters_get(meminfo, "MemTotal");
		pmm_counters_free(meminfo);
	}
	if (bytes == PMM_ABSENT) {
		complain(word, "how much memory there is, is not known");
		return false;
	}
	*ret_bytes = bytes;
	return true;
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

/* NUMBER/DENOMINATOR of bytes; the greatest size if it is more than that. */
static uint64_t share(uint64_t bytes, uint64_t number, uint64_t denominator)
{
	uint64_t whole, rest = bytes % denominator * number / denominator;

	if (__builtin_mul_overflow(bytes / denominator, number, &whole) ||
	    __builtin_add_overflow(whole, rest, &whole))
		return UINT64_MAX;
	return whole;
}

/*
 * What is a part of something, or has a unit, is in whole pages; who gives a number of bytes is
 * told by the plan if it is not.
 */
static uint64_t in_pages(struct pmm_root *root, const char *word, uint64_t bytes)
{
	uint64_t page_bytes = pmm_root_page_bytes(root);

	if (!word[strspn(word, "+-0123456789")] || page_bytes == PMM_ABSENT)
		return bytes;
	return bytes - bytes % page_bytes;
}

/*
 * MEMORY_BYTES: of the machine, BASE_BYTES: what a percentage is of. A size that is too small or
 * too large for an area is one all the same: the plan knows which those are.
 */
static uint64_t evaluate(const struct expression *expression, uint64_t memory_bytes,
			 uint64_t base_bytes)
{
	uint64_t number = expression->number;

	switch (expression->kind) {
	case KIND_PERCENT:
		return share(base_bytes, number, 100);
	case KIND_RAM:
		return memory_bytes / number;
	case KIND_AUTO:
		return automatic_bytes(memory_bytes);
	case KIND_MORE:
		return number > UINT64_MAX - base_bytes ? UINT64_MAX : base_bytes + number;
	case KIND_LESS:
		return base_bytes > number ? base_bytes - number : 0;
	case KIND_BYTES:
	case KIND_NONE:
		break;
	}
	return number;
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

/* A file that is there is as large as was right when it was made: less is free since. */
static uint64_t limit_by_disk(struct pmm_root *root, uint64_t bytes, const char *path)
{
	struct stat status;
	uint64_t free_bytes;

	if (!pmm_root_is_live(root))
		return bytes;
	if (pmm_root_status(root, path, &status) == 0 && S_ISREG(status.st_mode))
		return (uint64_t)status.st_size;
	free_bytes = free_bytes_at(path);
	return free_bytes != PMM_ABSENT && bytes > free_bytes / 4 ? free_bytes / 4 : bytes;
}

bool size_of_new(struct pmm_root *root, const char *word, const char *path, uint64_t *ret_bytes)
{
	struct expression expression = parse(word, false);
	uint64_t memory_bytes = 0, bytes;

	if (expression.kind != KIND_BYTES && !read_memory(root, word, &memory_bytes))
		return false;
	bytes = evaluate(&expression, memory_bytes, memory_bytes);
	if (expression.kind == KIND_AUTO)
		bytes = limit_by_disk(root, bytes, path);
	*ret_bytes = in_pages(root, word, bytes);
	return true;
}

bool size_of_resized(struct pmm_root *root, const char *word, const char *path, uint64_t *ret_bytes)
{
	struct expression expression = parse(word, true);
	uint64_t memory_bytes = 0, base_bytes = 0;
	struct stat status;

	if (expression.kind == KIND_RAM && !read_memory(root, word, &memory_bytes))
		return false;
	/* If there is no such file, the plan says so. */
	if (pmm_root_status(root, path, &status) == 0)
		base_bytes = (uint64_t)status.st_size;
	*ret_bytes = in_pages(root, word, evaluate(&expression, memory_bytes, base_bytes));
	return true;
}
