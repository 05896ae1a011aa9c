/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes, durations, percents and counts between people and programs. Whole-number arithmetic where
 * a number is exact, and no printf of a fraction: the locale has no say. Reads nothing but its
 * arguments.
 */

#include "units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char unit_letters[] = "KMGTPE"; /* 1024^6 and 1000^6 are the last to fit in 64 bits */

enum { UNIT_LETTERS = sizeof(unit_letters) - 1 };

struct decimal {
	uint64_t whole;
	const char *fraction; /* its digits */
	size_t fraction_digits;
};

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/* Take digits from the front of WORD. Returns the rest; NULL if there are none or too many. */
static const char *take_digits(const char *word, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *rest = word;

	for (; is_digit(*rest); rest++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*rest - '0'), &number))
			return NULL;
	*ret_number = number;
	return rest == word ? NULL : rest;
}

/* "2", "0.5", ".5". */
static const char *take_decimal(const char *word, struct decimal *ret_decimal)
{
	struct decimal decimal = {0};
	const char *rest = *word == '.' ? word : take_digits(word, &decimal.whole);

	if (rest && *rest == '.') {
		decimal.fraction = ++rest;
		while (is_digit(*rest))
			rest++;
		decimal.fraction_digits = (size_t)(rest - decimal.fraction);
		if (!decimal.fraction_digits)
			return NULL;
	}
	*ret_decimal = decimal;
	return rest;
}

/*
 * DECIMAL x UNIT, rounded down. The fraction is worked from its last digit on, and dropping what is
 * less than one at each digit loses nothing: floor((n + floor(x)) / 10) = floor((n + x) / 10).
 */
static bool scale_decimal(const struct decimal *decimal, uint64_t unit, uint64_t *ret_number)
{
	uint64_t part = 0, number;

	for (size_t i = decimal->fraction_digits; i > 0; i--)
		part = (part + (uint64_t)(decimal->fraction[i - 1] - '0') * unit) / 10;
	if (__builtin_mul_overflow(decimal->whole, unit, &number) ||
	    __builtin_add_overflow(number, part, &number))
		return false;
	*ret_number = number;
	return true;
}

/* How many bytes SUFFIX stands for; 0 if it is none. */
static uint64_t size_unit(const char *suffix)
{
	char letter = (char)(*suffix & ~('a' - 'A'));
	const char *place = letter ? strchr(unit_letters, letter) : NULL;
	uint64_t base, unit = 1;

	if (!place)
		return 0;
	if (!suffix[1] || !strcmp(suffix + 1, "iB"))
		base = 1024;
	else if (!strcmp(suffix + 1, "B"))
		base = 1000;
	else
		return 0;

	for (const char *letters = unit_letters; letters <= place; letters++)
		unit *= base;
	return unit;
}

bool parse_size(const char *word, uint64_t *ret_bytes)
{
	struct decimal decimal;
	const char *rest = take_decimal(word, &decimal);
	uint64_t unit;

	if (!rest)
		return false;
	unit = *rest ? size_unit(rest) : !decimal.fraction;
	return unit && scale_decimal(&decimal, unit, ret_bytes);
}

bool parse_duration(const char *word, uint64_t *ret_ns)
{
	static const struct {
		const char *suffix;
		uint64_t ns;
	} units[] = {
		{"", NS_PER_SECOND},	     {"ms", NS_PER_SECOND / 1000},
		{"s", NS_PER_SECOND},	     {"m", 60 * NS_PER_SECOND},
		{"h", 3600 * NS_PER_SECOND}, {"d", 86400 * NS_PER_SECOND},
	};
	struct decimal decimal;
	const char *rest = take_decimal(word, &decimal);

	if (!rest)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(rest, units[i].suffix))
			return scale_decimal(&decimal, units[i].ns, ret_ns);
	return false;
}

bool parse_count(const char *word, uint64_t minimum, uint64_t maximum, uint64_t *ret_count)
{
	uint64_t count;
	const char *rest = take_digits(word, &count);

	if (!rest || *rest || count < minimum || count > maximum)
		return false;
	*ret_count = count;
	return true;
}

static int hexadecimal_value(char character)
{
	if (is_digit(character))
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return -1;
}

bool parse_address(const char *word, uint64_t *ret_address)
{
	bool is_hexadecimal = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	const char *digits = is_hexadecimal ? word + 2 : word;
	size_t length = strlen(digits);
	uint64_t address = 0;

	is_hexadecimal |= length >= 12;
	for (size_t i = 0; i < length; i++) {
		int value = hexadecimal_value(digits[i]);

		if (value < 0 || address >> 60)
			return false;
		is_hexadecimal |= value >= 10;
		address = address << 4 | (uint64_t)value;
	}
	if (!length || !is_hexadecimal)
		return false;
	*ret_address = address;
	return true;
}

char *put_decimal(char *at, uint64_t number)
{
	uint64_t rest = number;
	char *end = at + 1;

	while (rest >= 10) {
		rest /= 10;
		end++;
	}
	for (at = end; number >= 10; number /= 10)
		*--at = (char)('0' + number % 10);
	*--at = (char)('0' + number);
	return end;
}

char *put_hexadecimal(char *at, uint64_t number)
{
	unsigned bits = 64U - (unsigned)__builtin_clzll(number | 1);

	*at++ = '0';
	*at++ = 'x';
	for (unsigned shift = (bits + 3) / 4 * 4; shift; shift -= 4)
		*at++ = "0123456789abcdef"[number >> (shift - 4) & 0xf];
	return at;
}

char *format_size(char buffer[UNITS_TEXT], uint64_t bytes)
{
	uint64_t unit = 1, whole, rest, tenths;
	size_t letters = 0;
	char *end;

	while (letters < UNIT_LETTERS && bytes / unit >= 1024) {
		unit *= 1024;
		letters++;
	}
	whole = bytes / unit;
	rest = bytes % unit;
	tenths = whole * 10 + (rest * 10 + unit / 2) / unit;

	if (letters && tenths >= 1000) {
		whole += rest >= unit / 2;
		if (whole == 1024 && letters < UNIT_LETTERS) {
			whole = 1;
			letters++;
		}
		tenths = whole * 10;
	}
	end = put_decimal(buffer, letters ? tenths / 10 : bytes);
	if (letters && tenths % 10) {
		*end++ = '.';
		*end++ = (char)('0' + tenths % 10);
	}
	if (letters)
		*end++ = unit_letters[letters - 1];
	*end = '\0';
	return buffer;
}

char *format_signed_size(char buffer[UNITS_TEXT], double bytes)
{
	char size[UNITS_TEXT];

	if (!isfinite(bytes) || fabs(bytes) >= 0x1p64)
		snprintf(buffer, UNITS_TEXT, "-");
	else
		snprintf(buffer, UNITS_TEXT, "%s%.30s", bytes < 0 ? "-" : "",
			 format_size(size, (uint64_t)fabs(bytes)));
	return buffer;
}

/* NUMBER with one decimal and UNIT behind it. */
static char *format_tenths(char buffer[UNITS_TEXT], double number, const char *unit)
{
	long long tenths = llround(fabs(number) * 10);

	snprintf(buffer, UNITS_TEXT, "%s%lld.%lld%s", number < 0 && tenths ? "-" : "", tenths / 10,
		 tenths % 10, unit);
	return buffer;
}

char *format_rate(char buffer[UNITS_TEXT], double rate)
{
	char letter[2] = "";

	if (!isfinite(rate) || fabs(rate) >= 1e21) {
		snprintf(buffer, UNITS_TEXT, "-");
		return buffer;
	}
	for (size_t i = 0; i < UNIT_LETTERS && fabs(rate) >= 999.5; i++) {
		rate /= 1000;
		letter[0] = unit_letters[i];
	}
	if (rate != 0 && fabs(rate) < (*letter ? 99.95 : 9.95))
		return format_tenths(buffer, rate, letter);
	snprintf(buffer, UNITS_TEXT, "%lld%s", llround(rate), letter);
	return buffer;
}

char *format_percent(char buffer[UNITS_TEXT], double percent)
{
	if (!isfinite(percent) || fabs(percent) >= 1e15)
		snprintf(buffer, UNITS_TEXT, "-");
	else if (fabs(percent) < 99.95)
		return format_tenths(buffer, percent, "%");
	else
		snprintf(buffer, UNITS_TEXT, "%lld%%", llround(percent));
	return buffer;
}

char *format_duration(char buffer[UNITS_TEXT], uint64_t seconds)
{
	static const struct {
		char letter;
		uint64_t seconds;
	} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
	size_t i = 0, last = sizeof(units) / sizeof(*units) - 1;

	while (i < last && seconds < units[i].seconds)
		i++;
	if (i == last)
		snprintf(buffer, UNITS_TEXT, "%" PRIu64 "s", seconds);
	else
		snprintf(buffer, UNITS_TEXT, "%ju%c %ju%c", (uintmax_t)(seconds / units[i].seconds),
			 units[i].letter,
			 (uintmax_t)(seconds % units[i].seconds / units[i + 1].seconds),
			 units[i + 1].letter);
	return buffer;
}

char *format_time(char buffer[UNITS_TEXT], uint64_t unix_ns)
{
	time_t seconds = (time_t)(unix_ns / NS_PER_SECOND);
	struct tm time = {0};
	char date[UNITS_TEXT];

	gmtime_r(&seconds, &time); /* cannot fail: 64 bits of nanoseconds end in the year 2554 */
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &time);
	snprintf(buffer, UNITS_TEXT, "%.20s.%03uZ", date,
		 (unsigned)(unix_ns / (NS_PER_SECOND / 1000) % 1000));
	return buffer;
}
