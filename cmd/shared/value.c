/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Values and how they compare. How one is written is known by stream.c and table.c. */

#include "value.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

struct value value_signed(int64_t number)
{
	return (struct value){.kind = VALUE_SIGNED, .integer = number};
}

struct value value_real(double real)
{
	if (!isfinite(real))
		return value_absent();
	return (struct value){.kind = VALUE_REAL, .real = real};
}

struct value value_estimated(struct value value)
{
	double real = value_as_real(&value);

	value.is_estimate = real > 0 || real < 0;
	return value;
}

double value_as_real(const struct value *value)
{
	switch (value->kind) {
	case VALUE_UNSIGNED:
		return (double)value->number;
	case VALUE_SIGNED:
		return (double)value->integer;
	case VALUE_REAL:
		return value->real;
	case VALUE_ABSENT:
	case VALUE_TEXT:
		break;
	}
	return (double)NAN;
}

#define THREE_WAY(a, b) (((a) > (b)) - ((a) < (b)))

/* Whole numbers are compared as such: a double does not hold all of 64 bits. */
static int numbers_compare(const struct value *a, const struct value *b)
{
	bool a_is_negative = a->kind == VALUE_SIGNED && a->integer < 0;
	bool b_is_negative = b->kind == VALUE_SIGNED && b->integer < 0;

	if (a->kind == VALUE_REAL || b->kind == VALUE_REAL)
		return THREE_WAY(value_as_real(a), value_as_real(b));
	if (a_is_negative || b_is_negative)
		return a_is_negative && b_is_negative ? THREE_WAY(a->integer, b->integer)
						      : b_is_negative - a_is_negative;
	return THREE_WAY(a->number, b->number);
}

/* Absent, then numbers, then text. */
static int value_rank(const struct value *value)
{
	return value->kind == VALUE_ABSENT ? 0 : value->kind == VALUE_TEXT ? 2 : 1;
}

int value_compare(const struct value *a, const struct value *b)
{
	int a_rank = value_rank(a), b_rank = value_rank(b);

	if (a_rank != b_rank)
		return a_rank - b_rank;
	if (a->kind == VALUE_TEXT)
		return strcmp(a->text, b->text);
	return a->kind == VALUE_ABSENT ? 0 : numbers_compare(a, b);
}
