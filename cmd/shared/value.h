/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_VALUE_H
#define SHARED_VALUE_H

/* One value of a field, as the formats write it: absent, a number, or a text. Pure. */

#include <stdbool.h>
#include <stdint.h>

enum unit {
	UNIT_TEXT,
	UNIT_COUNT,
	UNIT_BYTES,
	UNIT_PERCENT,
	UNIT_RATE, /* per second */
	UNIT_SECONDS,
	UNIT_BYTE_RATE, /* bytes per second */
	UNIT_ADDRESS,	/* hexadecimal; a string in JSON */
	UNIT_BOOLEAN,
	UNIT_NUMBER, /* may be negative */
	UNIT_OFFSET, /* bytes that say where: exact, for people too */
};

enum value_kind { VALUE_ABSENT, VALUE_UNSIGNED, VALUE_SIGNED, VALUE_REAL, VALUE_TEXT };

struct value {
	enum value_kind kind;
	bool is_estimate; /* people see "~91.0%" */
	union {
		uint64_t number;
		int64_t integer;
		double real;
		const char *text; /* as the kernel gave it, unescaped; borrowed */
	};
};

/* UINT64_MAX, NULL, and a real that is no finite number are absent. */
struct value value_signed(int64_t number);
struct value value_real(double real);
/* The same, marked; 0 is no estimate. */
struct value value_estimated(struct value value);

/* Here, since rows with a score of them come in millions. */
static inline struct value value_absent(void)
{
	return (struct value){.kind = VALUE_ABSENT};
}

static inline struct value value_unsigned(uint64_t number)
{
	return (struct value){
		.kind = number == UINT64_MAX ? VALUE_ABSENT : VALUE_UNSIGNED,
		.number = number,
	};
}

static inline struct value value_text(const char *text)
{
	return (struct value){.kind = text ? VALUE_TEXT : VALUE_ABSENT, .text = text};
}

/* NAN if it is absent or text. */
double value_as_real(const struct value *value);
/* For --sort: absent is least, then numbers by size, then text by bytes. <0, 0, >0. */
int value_compare(const struct value *a, const struct value *b);

#endif
