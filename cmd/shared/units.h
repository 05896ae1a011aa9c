/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_UNITS_H
#define SHARED_UNITS_H

/*
 * Sizes, durations, percents and counts as people type and read them. Parsing is strict: the whole
 * word, in range, no sign, no space. Pure, and the same in every locale: the decimal point is a
 * point.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_SECOND	   UINT64_C(1000000000)
#define NS_PER_MILLISECOND UINT64_C(1000000)

enum { UNITS_TEXT = 32 }; /* enough for every format_* */

/*
 * "0", "512", "1.5G", "64MiB" (powers of 1024), "64MB" (powers of 1000) to bytes, down to a whole
 * byte. The letters are K M G T P E, in either case; a fraction needs one. ".5G" is "0.5G".
 */
bool parse_size(const char *word, uint64_t *ret_bytes);
/* "2", "0.5", ".5", "250ms", "2s", "1.5m", "1h", "1d" to nanoseconds; seconds without a suffix. */
bool parse_duration(const char *word, uint64_t *ret_ns);
/* Decimal digits, from MINIMUM to MAXIMUM. */
bool parse_count(const char *word, uint64_t minimum, uint64_t maximum, uint64_t *ret_count);
/*
 * "0x7f..", "7f.." with a hexadecimal letter or 12 digits and more, as maps prints them; else "0x"
 * is needed.
 */
bool parse_address(const char *word, uint64_t *ret_address);

/*
 * Decimal digits, or "0x" and hexadecimal ones, from AT on, where there is room for UNITS_TEXT.
 * Returns their end, where no NUL is. Many times as fast as printf(3).
 */
char *put_decimal(char *at, uint64_t number);
char *put_hexadecimal(char *at, uint64_t number);

/*
 * At most four digits, binary units: 0, 999, 1.5K, 22.9G, 161M, 1G. Returns BUFFER, as all of them.
 */
char *format_size(char buffer[UNITS_TEXT], uint64_t bytes);
/* The same for what may be negative: -1.5K. */
char *format_signed_size(char buffer[UNITS_TEXT], double bytes);
/* As for reading a rate: 0, 0.3, 9.9, 147, 13.0K, 147K (powers of 1000); "-" if it is no number. */
char *format_rate(char buffer[UNITS_TEXT], double rate);
/* One decimal: "0.4%", "70.0%"; "-" if it is no number. */
char *format_percent(char buffer[UNITS_TEXT], double percent);
/* The two greatest of days, hours, minutes, seconds: "8d 3h", "3h 12m", "12m 5s", "5s". */
char *format_duration(char buffer[UNITS_TEXT], uint64_t seconds);
/* UTC, ISO 8601 with milliseconds: "2026-11-22T22:06:15.123Z". */
char *format_time(char buffer[UNITS_TEXT], uint64_t unix_ns);

#endif
