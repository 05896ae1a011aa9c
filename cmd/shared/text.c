/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from outside made harmless: UTF-8 is decoded and judged character by character. Pure over
 * (bytes, length), but for the character set of the locale. Who writes files rather than screens
 * (stream.c) takes the same steps with UTF-8 for a character set.
 */

#include "text.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "memory.h"

struct range {
	uint32_t first, last;
};

/*
 * The controls (C0, DEL, C1), the Default_Ignorable_Code_Point of Unicode 15
 * (DerivedCoreProperties.txt: zero-width and bidirectional ones, variation selectors, fillers,
 * tags), line and paragraph separator, and the marks of interlinear annotations. Sorted.
 */
static const struct range hostile_ranges[] = {
	{0x0000, 0x001f},   {0x007f, 0x009f},	{0x00ad, 0x00ad},   {0x034f, 0x034f},
	{0x061c, 0x061c},   {0x115f, 0x1160},	{0x17b4, 0x17b5},   {0x180b, 0x180f},
	{0x200b, 0x200f},   {0x2028, 0x202e},	{0x2060, 0x206f},   {0x3164, 0x3164},
	{0xfe00, 0xfe0f},   {0xfeff, 0xfeff},	{0xffa0, 0xffa0},   {0xfff0, 0xfffb},
	{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

/*
 * RFC 3629, section 4: by the length of a sequence, its first byte without the payload, and the
 * least it may say.
 */
static const struct {
	uint8_t lead, lead_mask;
	uint32_t least;
} sequences[] = {
	{0x00, 0x80, 0x00},
	{0xc0, 0xe0, 0x80},
	{0xe0, 0xf0, 0x800},
	{0xf0, 0xf8, 0x10000},
};

enum { SEQUENCES = sizeof(sequences) / sizeof(*sequences) };

size_t text_decode(const char *bytes, size_t length, uint32_t *ret_character)
{
	const uint8_t *byte = (const uint8_t *)bytes;
	uint32_t character;
	size_t size = 0;

	while (size < SEQUENCES && (byte[0] & sequences[size].lead_mask) != sequences[size].lead)
		size++;
	if (size == SEQUENCES || size >= length)
		return 0;

	character = byte[0] & (uint8_t)~sequences[size].lead_mask;
	for (size_t i = 1; i <= size; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (byte[i] & 0x3f);
	}
	if (character < sequences[size].least || character > 0x10ffff ||
	    (character >= 0xd800 && character <= 0xdfff))
		return 0;

	*ret_character = character;
	return size + 1;
}

bool text_is_hostile(uint32_t character)
{
	size_t i = 0;

	if (character >= ' ' && character <= '~')
		return false;
	while (hostile_ranges[i].last < character)
		if (++i == sizeof(hostile_ranges) / sizeof(*hostile_ranges))
			return false;
	return character >= hostile_ranges[i].first;
}

/*
 * In a locale that is not UTF-8 a terminal takes the bytes of a character for several of its own,
 * some of them controls: there, nothing but ASCII is printable.
 */
static bool is_printable(uint32_t character, enum text_charset charset)
{
	if (text_is_hostile(character))
		return false;
	if (character < 0x80 || charset == TEXT_UTF8)
		return true;
	return !strcmp(nl_langinfo(CODESET), "UTF-8") && iswprint((wint_t)character);
}

/* In each byte of a word: 0x80 if it is not printable ASCII, or is a backslash. */
static uint64_t odd_bytes(uint64_t word)
{
	const uint64_t ones = ~UINT64_C(0) / 255, highs = ones * 0x80;
	uint64_t backslash = word ^ (ones * '\\'), delete = word ^ (ones * 0x7f);

	/* Of bytes below 0x80, x - n borrows from its top bit where x < n. */
	return (word | (word - ones * ' ') | (backslash - ones) | (delete - ones)) & highs;
}

/* Eight bytes at a time; a borrow can only make a byte look odd behind one that is. */
size_t text_plain_front(const char *text, size_t length)
{
	size_t i = 0;
	uint64_t word;

	for (; length - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (odd_bytes(word))
			break;
	}
	while (i < length && text[i] >= ' ' && text[i] <= '~' && text[i] != '\\')
		i++;
	return i;
}

size_t text_step(const char *bytes, size_t length, enum text_charset charset,
		 char ret_escaped[TEXT_STEP])
{
	uint32_t character;
	size_t used = text_decode(bytes, length, &character);
	bool is_own_escape = bytes[0] == '\\' && length > 1 && bytes[1] == 'x';
	size_t end = 0;

	if (used && !is_own_escape && is_printable(character, charset)) {
		memcpy(ret_escaped, bytes, used);
		ret_escaped[used] = '\0';
		return used;
	}
	used = used ? used : 1;
	for (size_t i = 0; i < used; i++)
		end += (size_t)snprintf(ret_escaped + end, TEXT_STEP - end, "\\x%02x",
					(unsigned)(uint8_t)bytes[i]);
	return used;
}

void put_text(FILE *stream, const char *bytes, size_t length)
{
	char escaped[TEXT_STEP];
	size_t used;

	for (; length; bytes += used, length -= used) {
		used = text_step(bytes, length, TEXT_LOCALE, escaped);
		fputs(escaped, stream);
	}
}

char *escape_text(const char *bytes, size_t length)
{
	char *text = allocate(length + 1, 4); /* \xNN for every byte, and NUL */
	char *end = text;
	size_t used;

	for (; length; bytes += used, length -= used) {
		used = text_step(bytes, length, TEXT_LOCALE, end);
		end += strlen(end);
	}
	return text;
}

char *format_text(const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		die_no_memory();
	return text;
}

size_t text_width(const char *escaped)
{
	size_t length = strlen(escaped), width = 0, used;
	uint32_t character;

	for (; length; escaped += used, length -= used) {
		int columns = 1;

		used = text_decode(escaped, length, &character);
		if (used > 1)
			columns = wcwidth((wchar_t)character);
		if (columns > 0)
			width += (size_t)columns;
		used = used ? used : 1;
	}
	return width;
}

size_t text_utf8_valid(const char *bytes, size_t length)
{
	size_t valid = 0, used;
	uint32_t character;

	while (valid < length && (used = text_decode(bytes + valid, length - valid, &character)))
		valid += used;
	return valid;
}
