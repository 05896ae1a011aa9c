/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Text scanners over a buffer: everything that reads kernel text is made of these. Pure: no file,
 * no clock, no locale, no allocation but for scan_copy. What a scanner means is said in scan.h.
 */

#include "scan.h"

#include <stdlib.h>
#include <string.h>

struct scan scan_over(const char *text, size_t length)
{
	return (struct scan){.at = text, .end = text + length};
}

bool scan_at_end(const struct scan *scan)
{
	return scan->at == scan->end;
}

size_t scan_length(const struct scan *scan)
{
	return (size_t)(scan->end - scan->at);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool scan_at_digit(const struct scan *scan)
{
	return !scan_at_end(scan) && is_digit(*scan->at);
}

bool scan_until(struct scan *scan, char stop, struct scan *ret_text)
{
	const char *found;

	if (scan_at_end(scan))
		return false;
	found = memchr(scan->at, stop, scan_length(scan));
	if (!found)
		return false;
	*ret_text = (struct scan){.at = scan->at, .end = found};
	scan->at = found + 1;
	return true;
}

bool scan_line(struct scan *scan, struct scan *ret_line)
{
	if (scan_until(scan, '\n', ret_line))
		return true;
	if (scan_at_end(scan))
		return false;
	*ret_line = *scan;
	scan->at = scan->end;
	return true;
}

bool scan_blanks(struct scan *scan)
{
	while (!scan_at_end(scan) && is_blank(*scan->at))
		scan->at++;
	return true;
}

bool scan_word(struct scan *scan, struct scan *ret_word)
{
	struct scan rest = *scan;
	const char *start;

	scan_blanks(&rest);
	start = rest.at;
	while (!scan_at_end(&rest) && !is_blank(*rest.at))
		rest.at++;
	if (rest.at == start)
		return false;
	*ret_word = (struct scan){.at = start, .end = rest.at};
	*scan = rest;
	return true;
}

bool scan_text(struct scan *scan, const char *text)
{
	size_t length = strlen(text);

	if (scan_length(scan) < length || memcmp(scan->at, text, length))
		return false;
	scan->at += length;
	return true;
}

bool scan_u64(struct scan *scan, uint64_t *ret_number)
{
	const char *at = scan->at;
	uint64_t number = 0;

	for (; at < scan->end && is_digit(*at); at++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*at - '0'), &number))
			return false;
	if (at == scan->at)
		return false;
	scan->at = at;
	*ret_number = number;
	return true;
}

bool scan_word_u64(struct scan *scan, uint64_t *ret_number)
{
	struct scan rest = *scan, word;
	uint64_t number;

	if (!scan_word(&rest, &word) || !scan_u64(&word, &number) || !scan_at_end(&word))
		return false;
	*scan = rest;
	*ret_number = number;
	return true;
}

bool scan_i64(struct scan *scan, int64_t *ret_number)
{
	struct scan rest = *scan;
	bool is_negative = scan_text(&rest, "-");
	uint64_t size;

	if (!scan_u64(&rest, &size) || size > (uint64_t)INT64_MAX)
		return false;
	*ret_number = is_negative ? -(int64_t)size : (int64_t)size;
	*scan = rest;
	return true;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool scan_hex(struct scan *scan, uint64_t *ret_number)
{
	const char *at = scan->at;
	uint64_t number = 0;

	for (; at < scan->end && hex_digit(*at) >= 0; at++) {
		if (number >> 60)
			return false;
		number = number << 4 | (uint64_t)hex_digit(*at);
	}
	if (at == scan->at)
		return false;
	scan->at = at;
	*ret_number = number;
	return true;
}

bool scan_hundredths(struct scan *scan, uint64_t *ret_hundredths)
{
	struct scan rest = *scan;
	uint64_t whole, part, hundredths;
	const char *part_start;

	if (!scan_u64(&rest, &whole) || !scan_text(&rest, "."))
		return false;
	part_start = rest.at;
	if (!scan_u64(&rest, &part) || rest.at - part_start != 2)
		return false;
	if (__builtin_mul_overflow(whole, 100, &hundredths) ||
	    __builtin_add_overflow(hundredths, part, &hundredths))
		return false;
	*ret_hundredths = hundredths;
	*scan = rest;
	return true;
}

char *scan_copy(const struct scan *scan)
{
	size_t length = scan_length(scan);
	char *copy = malloc(length + 1);

	if (!copy)
		return NULL;
	for (size_t i = 0; i < length; i++)
		copy[i] = scan->at[i] ? scan->at[i] : '?';
	copy[length] = '\0';
	return copy;
}

static bool is_octal(const char *at)
{
	return at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' &&
	       at[3] >= '0' && at[3] <= '7';
}

size_t scan_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		if (is_octal(from)) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}
