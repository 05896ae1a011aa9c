/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

/* The few words that a unit test needs to speak TAP (testanything.org) to automake's driver. */

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned tap_run, tap_failed;

/* A name on one line: TAP is a protocol of lines. */
__attribute__((format(printf, 1, 0))) static inline void tap_name(const char *format,
								  va_list arguments)
{
	char name[256];

	vsnprintf(name, sizeof(name), format, arguments);
	for (char *at = name; *at; at++)
		putchar((unsigned char)*at < ' ' || *at == '#' ? '?' : *at);
	putchar('\n');
}

#define TAP_CHECK(is_good, format)                                          \
	do {                                                                \
		va_list arguments;                                          \
		printf("%s %u - ", (is_good) ? "ok" : "not ok", ++tap_run); \
		tap_failed += !(is_good);                                   \
		va_start(arguments, format);                                \
		tap_name(format, arguments);                                \
		va_end(arguments);                                          \
	} while (0)

__attribute__((format(printf, 2, 3))) static inline bool ok(bool is_good, const char *format, ...)
{
	TAP_CHECK(is_good, format);
	return is_good;
}

__attribute__((format(printf, 3, 4))) static inline bool is_u64(uint64_t got, uint64_t expected,
								const char *format, ...)
{
	bool is_good = got == expected;

	TAP_CHECK(is_good, format);
	if (!is_good)
		printf("# got %ju, expected %ju\n", (uintmax_t)got, (uintmax_t)expected);
	return is_good;
}

/* Equal to nine digits, or both NAN. */
__attribute__((format(printf, 3, 4))) static inline bool is_real(double got, double expected,
								 const char *format, ...)
{
	bool is_good = (isnan(got) && isnan(expected)) ||
		       fabs(got - expected) <= 1e-9 * fmax(1, fabs(expected));

	TAP_CHECK(is_good, format);
	if (!is_good)
		printf("# got %.12g, expected %.12g\n", got, expected);
	return is_good;
}

__attribute__((format(printf, 3, 4))) static inline bool is_text(const char *got,
								 const char *expected,
								 const char *format, ...)
{
	bool is_good = got && expected ? !strcmp(got, expected) : got == expected;

	TAP_CHECK(is_good, format);
	if (!is_good)
		printf("# got '%s', expected '%s'\n", got ? got : "(none)",
		       expected ? expected : "(none)");
	return is_good;
}

static inline int done_testing(void)
{
	printf("1..%u\n", tap_run);
	return tap_failed != 0;
}

#endif
