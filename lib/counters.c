/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Counters: any kernel file of "name[:] value [kB]" lines, kept under the kernel's own names, so
 * that a new kernel's counter needs no new release of ours. Reads whichever file it is told to. It
 * does not know what a counter means: that is metric.c.
 */

#include "counters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"

struct counter {
	const char *name;
	uint64_t value;
};

struct pmm_counters {
	char *names; /* one buffer for all of them */
	struct counter *items;
	size_t count;
	char *complaint;
};

/* What is wrong with words that no number begins. */
static const char *number_fault(struct scan words)
{
	if (scan_at_digit(&words))
		return "number out of range";
	if (scan_text(&words, "-") && scan_at_digit(&words))
		return "negative number";
	return "number expected";
}

/* "123" or "123 kB" and nothing else. Returns what is wrong, or NULL. */
static const char *parse_value(struct scan words, uint64_t *ret_value)
{
	uint64_t value, unit = 1;

	if (!scan_u64(&words, &value))
		return number_fault(words);
	scan_blanks(&words);
	if (scan_text(&words, "kB"))
		unit = 1024;
	scan_blanks(&words);
	if (!scan_at_end(&words))
		return "number expected";
	if (__builtin_mul_overflow(value, unit, &value) || value == PMM_ABSENT)
		return "number out of range";
	*ret_value = value;
	return NULL;
}

static bool is_name_end(char c)
{
	return c == ':' || c == ' ' || c == '\t';
}

static void parse_line(struct scan line, struct counter_line *ret_line)
{
	const char *at = line.at;

	while (at < line.end && !is_name_end(*at))
		at++;
	ret_line->name = (struct scan){.at = line.at, .end = at};
	line.at = at < line.end ? at + 1 : at;
	scan_blanks(&line);
	ret_line->words = line;
	ret_line->value = PMM_ABSENT;
	ret_line->fault = parse_value(line, &ret_line->value);
}

bool counters_next_line(struct scan *text, struct counter_line *ret_line)
{
	struct scan line;

	if (!scan_line(text, &line))
		return false;
	parse_line(line, ret_line);
	/*
	 * The kernel ends every line; one without its end was cut, and half a number is not the
	 * number.
	 */
	if (line.end == text->end) {
		ret_line->value = PMM_ABSENT;
		ret_line->fault = "line cut short";
	}
	return true;
}

static int complain_once(struct pmm_counters *counters, size_t line, const char *fault)
{
	if (counters->complaint)
		return 0;
	if (asprintf(&counters->complaint, "%zu: %s", line, fault) >= 0)
		return 0;
	counters->complaint = NULL;
	return -ENOMEM;
}

static size_t count_lines(struct scan text)
{
	struct scan line;
	size_t lines = 0;

	while (scan_line(&text, &line))
		lines++;
	return lines;
}

static int fill(struct pmm_counters *counters, struct scan text)
{
	struct counter_line line;
	char *name = counters->names;
	int r;

	if (scan_at_end(&text))
		return complain_once(counters, 1, "empty");
	for (size_t number = 1; counters_next_line(&text, &line); number++) {
		size_t length = scan_length(&line.name);

		if (line.fault) {
			r = complain_once(counters, number, line.fault);
			if (r < 0)
				return r;
		}
		memcpy(name, line.name.at, length);
		name[length] = '\0';
		counters->items[counters->count++] =
			(struct counter){.name = name, .value = line.value};
		name += length + 1;
	}
	return 0;
}

int counters_parse(const char *text, size_t length, struct pmm_counters **ret_counters)
{
	struct scan scan = scan_over(text, length);
	size_t lines = count_lines(scan);
	struct pmm_counters *counters = calloc(1, sizeof(*counters));
	int r = -ENOMEM;

	if (!counters)
		return r;
	/*
	 * Each name takes one byte more than in the text at most, for a last line of nothing but
	 * its name.
	 */
	counters->names = malloc(length + 1);
	counters->items = calloc(lines + 1, sizeof(*counters->items));
	if (counters->names && counters->items)
		r = fill(counters, scan);
	if (r < 0) {
		pmm_counters_free(counters);
		return r;
	}
	*ret_counters = counters;
	return 0;
}

int pmm_counters_read(struct pmm_root *root, const char *path, struct pmm_counters **ret_counters)
{
	_cleanup_text_ struct text text = {0};
	const char *relative = path + strspn(path, "/");
	int r = root_read(root, relative, &text);

	if (r < 0)
		return r;
	r = counters_parse(text.bytes, text.length, ret_counters);
	return r < 0 ? root_fail_at(root, r, relative, strerror(-r)) : 0;
}

struct pmm_counters *pmm_counters_free(struct pmm_counters *counters)
{
	if (!counters)
		return NULL;
	free(counters->names);
	free(counters->items);
	free(counters->complaint);
	free(counters);
	return NULL;
}

bool counters_have(const struct pmm_counters *counters, const char *name, bool is_prefix)
{
	size_t length = strlen(name) + !is_prefix; /* a whole name ends where NAME does */

	for (size_t i = 0; i < counters->count; i++)
		if (!strncmp(counters->items[i].name, name, length))
			return true;
	return false;
}

uint64_t pmm_counters_get(const struct pmm_counters *counters, const char *name)
{
	for (size_t i = 0; i < counters->count; i++)
		if (!strcmp(counters->items[i].name, name))
			return counters->items[i].value;
	return PMM_ABSENT;
}

uint64_t pmm_counters_sum(const struct pmm_counters *counters, const char *prefix)
{
	size_t length = strlen(prefix);
	uint64_t sum = PMM_ABSENT;

	for (size_t i = 0; i < counters->count; i++) {
		const struct counter *item = &counters->items[i];

		if (strncmp(item->name, prefix, length))
			continue;
		if (item->value == PMM_ABSENT)
			return PMM_ABSENT;
		if (sum == PMM_ABSENT)
			sum = 0;
		if (__builtin_add_overflow(sum, item->value, &sum))
			return PMM_ABSENT;
	}
	return sum;
}

const char *pmm_counters_complaint(const struct pmm_counters *counters)
{
	return counters->complaint;
}

size_t pmm_counters_count(const struct pmm_counters *counters)
{
	return counters->count;
}

const char *pmm_counters_name(const struct pmm_counters *counters, size_t index)
{
	return index < counters->count ? counters->items[index].name : NULL;
}

uint64_t pmm_counters_value(const struct pmm_counters *counters, size_t index)
{
	return index < counters->count ? counters->items[index].value : PMM_ABSENT;
}
