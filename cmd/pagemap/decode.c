/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap decode: what a word says that was read from a file of the kernel, here or elsewhere, by
 * whatever program. Reads nothing but its operands.
 */

#include <stdlib.h>
#include <string.h>

#include "pagemap.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "shared/units.h"

enum word_field {
	FIELD_KIND,
	FIELD_WORD,
	FIELD_STATE,
	FIELD_FRAME,
	FIELD_TYPE,
	FIELD_SLOT,
	FIELD_UNKNOWN,
	FIELD_FLAGS,
	FIELDS,
};

const struct field word_fields[FIELDS + 1] = {
	[FIELD_KIND] = {"kind", "KIND", UNIT_TEXT, "which file it is of", "operand", true, false},
	[FIELD_WORD] = {"word", "WORD", UNIT_ADDRESS, "the word", "operand", true, false},
	[FIELD_STATE] = {"state", "STATE", UNIT_TEXT, "where the page is", "pagemap", true, false},
	[FIELD_FRAME] = {"frame", "PFN", UNIT_ADDRESS, "number of the frame", "pagemap", true,
			 false},
	[FIELD_TYPE] = {"swap_type", "TYPE", UNIT_COUNT, "the kernel's number of the swap area",
			"pagemap", true, false},
	[FIELD_SLOT] = {"swap_slot", "SLOT", UNIT_COUNT, "the slot in it", "pagemap", true, false},
	[FIELD_FLAGS] = {"flags", "FLAGS", UNIT_TEXT, "bits that are set, by name", "the word",
			 true, false},
	[FIELD_UNKNOWN] = {"unknown_bits", "UNKNOWN", UNIT_ADDRESS, "bits that have no name yet",
			   "the word", true, false},
};

struct bit_name {
	unsigned bit;
	const char *name;
};

/* Documentation/admin-guide/mm/pagemap.rst */
static const struct bit_name entry_bits[] = {
	{55, "soft-dirty"}, {56, "exclusive"}, {57, "uffd-wp"}, {58, "guard"},
	{61, "file"},	    {62, "swap"},      {63, "present"}, {0, NULL},
};

/* The same: PAGE_IS_*; the last one from Linux 6.16 on. */
static const struct bit_name category_bits[] = {
	{0, "wpallowed"}, {1, "written"}, {2, "file"},	     {3, "present"}, {4, "swapped"},
	{5, "pfnzero"},	  {6, "huge"},	  {7, "soft-dirty"}, {8, "guard"},   {0, NULL},
};

/* Names of the bits of a word that are in the table; what is left of it goes to *ret_rest. */
static char *bit_names(const struct bit_name *bits, uint64_t word, uint64_t *ret_rest)
{
	char *names = format_text("%s", "");

	for (; bits->name; bits++) {
		char *longer;

		if (!(word >> bits->bit & 1))
			continue;
		longer = format_text("%s%s%s", names, *names ? "," : "", bits->name);
		free(names);
		names = longer;
		word &= ~(UINT64_C(1) << bits->bit);
	}
	*ret_rest = word;
	return names;
}

static void decode_entry(uint64_t word, struct value *values, char **ret_flags)
{
	struct pmm_page page;
	uint64_t rest;

	pmm_page_decode(word, &page);
	*ret_flags = bit_names(entry_bits, word, &rest);
	values[FIELD_STATE] = value_text(pmm_page_state_name(page.state));
	values[FIELD_FRAME] = value_unsigned(page.frame);
	values[FIELD_TYPE] = value_unsigned(page.swap_type);
	values[FIELD_SLOT] = value_unsigned(page.swap_slot);
	values[FIELD_UNKNOWN] = value_unsigned(page.unknown_bits);
}

static void decode_flags(uint64_t word, struct value *values, char **ret_flags)
{
	uint64_t unknown = 0;

	for (unsigned bit = 0; bit < 64; bit++)
		if (word >> bit & 1 && !pmm_frame_flag_of(bit, word))
			unknown |= UINT64_C(1) << bit;
	*ret_flags = frame_flag_names(word);
	values[FIELD_UNKNOWN] = value_unsigned(unknown);
}

static void decode_categories(uint64_t word, struct value *values, char **ret_flags)
{
	uint64_t unknown;

	*ret_flags = bit_names(category_bits, word, &unknown);
	values[FIELD_UNKNOWN] = value_unsigned(unknown);
}

static const struct {
	const char *kind;
	void (*decode)(uint64_t word, struct value *values, char **ret_flags);
} kinds[] = {
	{"pagemap", decode_entry}, /* that of a word without a kind */
	{"kpageflags", decode_flags},
	{"scan", decode_categories},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* Hexadecimal, with or without 0x: a word is never written in another way. */
static bool parse_word(const char *text, uint64_t *ret_word)
{
	bool has_front = !strncmp(text, "0x", 2);
	char *word = format_text("%s%s", has_front ? "" : "0x", text);
	bool is_word = parse_address(word, ret_word);

	free(word);
	return is_word;
}

static void decode_operand(struct report *report, const char *operand)
{
	const char *colon = strchr(operand, ':');
	struct value values[FIELDS];
	size_t length = colon ? (size_t)(colon - operand) : 0, kind = 0;
	char *flags = NULL;
	uint64_t word;

	while (colon && kind < KINDS &&
	       (strlen(kinds[kind].kind) != length || strncmp(kinds[kind].kind, operand, length)))
		kind++;
	if (kind == KINDS)
		die_usage("'%s': KIND:WORD expected, a kind of pagemap, kpageflags and scan",
			  operand);
	if (!parse_word(colon ? colon + 1 : operand, &word))
		die_usage("'%s': hexadecimal word expected: 0x8100000000001234", operand);
	for (size_t i = 0; i < FIELDS; i++)
		values[i] = value_absent();
	kinds[kind].decode(word, values, &flags);
	values[FIELD_KIND] = value_text(kinds[kind].kind);
	values[FIELD_WORD] = (struct value){.kind = VALUE_UNSIGNED, .number = word};
	values[FIELD_FLAGS] = value_text(flags);
	report_row(report, values);
	free(flags);
}

void decode_run(const struct settings *settings, char **operands)
{
	bool is_json = settings->report.format == FORMAT_JSON;
	struct report *report;

	if (is_json)
		document_begin();
	report = report_open(&settings->report, &settings->fields, "words");
	for (size_t i = 0; operands[i]; i++)
		decode_operand(report, operands[i]);
	report_close(report);
	if (is_json)
		document_end();
}
