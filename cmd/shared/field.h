/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_FIELD_H
#define SHARED_FIELD_H

/*
 * A field is a column that a command can show, named once: its heading for people, its key for
 * machines, its unit, what it means and where it comes from. Formats differ only in how they write
 * values.
 */

#include <stdbool.h>
#include <stddef.h>
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
};

struct field {
	const char *key;     /* "swap_bytes": JSON, CSV, -o; released, never changed */
	const char *heading; /* "SWAP": tables, and -o too, in any case */
	enum unit unit;
	const char *meaning; /* for --list-fields */
	const char *source;  /* the kernel file or the formula, for --list-fields */
	bool is_default;
	bool is_last; /* the column that gives way when the terminal is narrow */
};

enum value_kind { VALUE_ABSENT, VALUE_UNSIGNED, VALUE_SIGNED, VALUE_REAL, VALUE_TEXT };

struct value {
	enum value_kind kind;
	union {
		uint64_t number;
		int64_t integer;
		double real;
		const char *text; /* as the kernel gave it, unescaped; borrowed */
	};
};

struct value value_absent(void);
/* UINT64_MAX, NULL, and a real that is no finite number are absent. */
struct value value_unsigned(uint64_t number);
struct value value_signed(int64_t number);
struct value value_real(double real);
struct value value_text(const char *text);
/* NAN if it is absent or text. */
double value_as_real(const struct value *value);
/* For --sort: absent is least, then numbers by size, then text by bytes. <0, 0, >0. */
int value_compare(const struct value *a, const struct value *b);

/* Which fields to show, in order: indices into the table. */
struct selection {
	const struct field *fields; /* the table; its end has a NULL key */
	size_t *indices;
	size_t count;
};

/*
 * LIST is the argument of -o: names separated by commas, "+NAME..." adds to the default; NULL is
 * the default. Names are keys or headings, in any case; of one that comes twice the first counts.
 * Exits with a usage error that names an unknown field.
 */
struct selection selection_parse(const struct field *fields, const char *list);
struct selection selection_all(const struct field *fields);
void selection_free(struct selection *selection);
/* Does a field of the table have that key or heading? */
bool fields_have(const struct field *fields, const char *word, size_t length);
/*
 * For a command with two tables: a name in LIST, the argument of -o or --sort, that OTHERS have and
 * FIELDS do not is a usage error, "NAME: WHY". What neither has is left to the functions beside.
 */
void fields_refuse_others(const struct field *fields, const struct field *others, const char *list,
			  const char *why);
/* The index of a field in its table, from the argument of --sort; exits with a usage error. */
size_t field_find(const struct field *fields, const char *name);

struct field_list {
	const char *part;  /* of the command's JSON, that has them: "areas" */
	const char *title; /* "Fields of processes"; NULL: needs none */
	const struct field *fields;
};

struct report_options;

/*
 * --list-fields: heading, key, unit, meaning and source of every field of the lists, which end with
 * NULL fields, and in other formats than a table their part. JSON is a document with that SCHEMA.
 */
void fields_list(const struct report_options *options, const char *schema,
		 const struct field_list *lists);

#endif
