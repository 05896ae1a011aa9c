/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_FIELD_LIST_H
#define SHARED_FIELD_LIST_H

#include "field.h"
#include "report.h"

struct field_list {
	const char *part;  /* of the command's JSON, that has them: "areas" */
	const char *title; /* "Fields of processes"; NULL: needs none */
	const struct field *fields;
};

/*
 * --list-fields: heading, key, unit, meaning and source of every field of the lists, which end with
 * NULL fields, and in other formats than a table their part. JSON is a document with that SCHEMA.
 */
void fields_list(const struct report_options *options, const char *schema,
		 const struct field_list *lists);

#endif
