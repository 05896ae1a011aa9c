/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Words that users type, made into what they stand for. Pure. */

#include <stdlib.h>
#include <string.h>

#include "pagemap.h"
#include "shared/text.h"
#include "shared/units.h"

enum { MAPS_DIGITS = 8 }; /* the fewest that an address has in /proc/PID/maps */

/* Bare hexadecimal of eight digits or more: fs/proc/task_mmu.c, show_vma_header_prefix(). */
static bool is_as_in_maps(const char *operand)
{
	size_t length = strspn(operand, "0123456789abcdefABCDEF");

	return length >= MAPS_DIGITS && !operand[length];
}

bool parse_typed_address(const char *operand, uint64_t *ret_address)
{
	char *word = format_text("%s%s", is_as_in_maps(operand) ? "0x" : "", operand);
	bool is_good = parse_address(word, ret_address);

	free(word);
	return is_good;
}

bool parse_facilities(const char *list, unsigned *ret_facilities)
{
	unsigned facilities = 0;

	for (const char *at = list; *at; at += strspn(at, ",")) {
		size_t length = strcspn(at, ",");
		char *name = format_text("%.*s", (int)length, at);
		enum pmm_facility which = pmm_facility_find(name);

		free(name);
		if (which == PMM_FACILITIES)
			return false;
		facilities |= 1U << which;
		at += length;
	}
	*ret_facilities = facilities;
	return true;
}
