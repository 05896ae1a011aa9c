/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SCAN_H
#define PROCMM_SCAN_H

/*
 * Text scanners over a buffer: pure, bounded by its end, no allocation, no locale. Each of them
 * either takes what it names from the front of the scan and returns true, or takes nothing and
 * returns false. A buffer may hold any bytes, NUL too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan {
	const char *at;
	const char *end;
};

struct scan scan_over(const char *text, size_t length);
bool scan_at_end(const struct scan *scan);
bool scan_at_digit(const struct scan *scan);
size_t scan_length(const struct scan *scan);

/*
 * The next line without its newline; a last line needs none. The kernel ends every line: where half
 * a number would be taken for a number, scan_until('\n') does not take a line that was cut.
 */
bool scan_line(struct scan *scan, struct scan *ret_line);
/* The next run of bytes that are not blank, after blanks. Blanks are space and tab. */
bool scan_word(struct scan *scan, struct scan *ret_word);
/* Up to, and past, the byte STOP. */
bool scan_until(struct scan *scan, char stop, struct scan *ret_text);
/* Past blanks; true even if there are none. */
bool scan_blanks(struct scan *scan);
/* Exactly this text. */
bool scan_text(struct scan *scan, const char *text);

/* Digits, in range: "18446744073709551616" and "-1" are not numbers. */
bool scan_u64(struct scan *scan, uint64_t *ret_number);
/* The next word, if that is a number and nothing more. */
bool scan_word_u64(struct scan *scan, uint64_t *ret_number);
/* Digits with an optional minus. */
bool scan_i64(struct scan *scan, int64_t *ret_number);
/* Hexadecimal digits without 0x. */
bool scan_hex(struct scan *scan, uint64_t *ret_number);
/*
 * Digits, a point, digits: the form of the kernel's percentages and uptimes. In 1/100: "12.34" is
 * 1234.
 */
bool scan_hundredths(struct scan *scan, uint64_t *ret_hundredths);

/* A copy with a NUL at its end, or NULL: no memory. NULs inside become '?'. */
char *scan_copy(const struct scan *scan);
/* Undo the \ooo escapes of seq_file in place. Returns the new length. */
size_t scan_unescape(char *text);

#endif
