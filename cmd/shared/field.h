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

#include "value.h"

struct field {
	const char *key;     /* "swap_bytes": JSON, CSV, -o; released, never changed */
	const char *heading; /* "SWAP": tables, and -o too, in any case */
	enum unit unit;
	const char *meaning; /* for --list-fields */
	const char *source;  /* the kernel file or the formula, for --list-fields */
	bool is_default;
	bool is_last; /* the column that gives way when the terminal is narrow */
};

/* What was typed about fields: each command of several lists has the same options for it. */
struct field_wish {
	const char *list; /* of --output; NULL: the default */
	const char *sort; /* of --sort; NULL: none */
	bool with_all;	  /* --output-all */
	bool is_question; /* --list-fields: which there are, and nothing else */
};

/* Take an option (opts.h) that is about fields; false: it is another. */
bool field_wish_take(struct field_wish *wish, int id, const char *argument);

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
/* All of them if that is wished, or those of LIST. */
struct selection selection_of(const struct field_wish *wish, const struct field *fields,
			      const char *list);
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

#endif
