/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Which mappings and pages of a process are meant: by address, by the name and the permissions of
 * the mapping, and by what the pages are (kind.c). A walk is narrowed once, at its open, so every
 * mode has these options, and none has to know of them.
 */

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "kind.h"
#include "pagemap.h"
#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"

enum { PERMISSIONS = 4 }; /* letters of a mapping in /proc/PID/maps */

/* ---- parsing ---- */

static bool has_0x(const char *word)
{
	return !strncmp(word, "0x", 2);
}

/* Hexadecimal with or without 0x: of an address nobody knows the decimal. */
static bool parse_bare_address(const char *word, size_t length, uint64_t *ret_address)
{
	char *address = format_text("%s%.*s", has_0x(word) ? "" : "0x", (int)length, word);
	bool is_good = parse_address(address, ret_address);

	free(address);
	return is_good;
}

/* "4096", "2M", "0x1000". */
static bool parse_length(const char *word, uint64_t *ret_bytes)
{
	return has_0x(word) ? parse_address(word, ret_bytes) : parse_size(word, ret_bytes);
}

bool filter_parse_range(const char *range, struct filter *filter)
{
	size_t front = strcspn(range, "-+");
	const char *rest = range + front;
	uint64_t start = 0, end = 0, length = 1;
	bool is_good = parse_bare_address(range, front, &start);

	if (*rest == '-')
		is_good = is_good && parse_bare_address(rest + 1, strlen(rest + 1), &end);
	else if (*rest == '+')
		is_good = is_good && parse_length(rest + 1, &length);
	if (!is_good)
		return false;
	/* Without an end it is one page: that which the first byte is in. */
	if (*rest != '-' && __builtin_add_overflow(start, length, &end))
		return false;
	filter->start_address = start;
	filter->end_address = end;
	return start < end;
}

static bool is_as_in_maps(const char *permissions)
{
	static const char *const letters[PERMISSIONS] = {"r-", "w-", "x-", "sp"};

	for (size_t i = 0; i < PERMISSIONS; i++)
		if (!permissions[i] || !strchr(letters[i], permissions[i]))
			return false;
	return !permissions[PERMISSIONS];
}

bool filter_parse_permissions(const char *permissions, struct filter *filter)
{
	filter->permissions = permissions;
	if (is_as_in_maps(permissions))
		return true;
	return !permissions[strspn(permissions, "rwxsp")] &&
	       !(strchr(permissions, 's') && strchr(permissions, 'p'));
}

void filter_add_name(struct filter *filter, const char *pattern)
{
	filter->names = reallocarray(filter->names, filter->name_count + 1, sizeof(*filter->names));
	if (!filter->names)
		die_no_memory();
	filter->names[filter->name_count++] = pattern;
}

bool filter_add_kind(const char *expression, struct filter *filter, char **ret_why)
{
	struct kind *kind = kind_parse(expression, ret_why);

	filter->kind = kind && filter->kind ? kind_both(filter->kind, kind) : kind;
	return kind;
}

bool filter_is_set(const struct filter *filter)
{
	return filter->end_address || filter->name_count || filter->permissions || filter->kind;
}

void filter_free(struct filter *filter)
{
	free(filter->names);
	kind_free(filter->kind);
	*filter = (struct filter){0};
}

/* ---- asking ---- */

unsigned filter_walk_flags(const struct filter *filter)
{
	return filter->kind ? kind_walk_flags(filter->kind) : 0;
}

bool filter_can_be_answered(const struct inquest *inquest)
{
	unsigned flags = filter_walk_flags(&inquest->settings.filter);
	enum pmm_facility needed = PMM_FACILITY_FRAMES;

	if (!(flags & PMM_WALK_FLAGS))
		return true;
	if (pmm_facilities_has(inquest->facilities, needed))
		needed = PMM_FACILITY_KPAGEFLAGS;
	if (pmm_facilities_has(inquest->facilities, needed))
		return true;
	complain("--kind", "flags of frames are asked for, but hidden: %s",
		 pmm_facilities_why(inquest->facilities, needed));
	return false;
}

/* The kernel's own names begin with a bracket, which here stands for itself. */
static bool is_named(const struct pmm_mapping *mapping, const char *pattern)
{
	const char *name = *mapping->name ? mapping->name : "[anon]";

	if (*pattern != '[')
		return !fnmatch(pattern, name, 0);
	return *name == '[' && !fnmatch(pattern + 1, name + 1, 0);
}

static bool has_name(const struct filter *filter, const struct pmm_mapping *mapping)
{
	for (size_t i = 0; i < filter->name_count; i++)
		if (is_named(mapping, filter->names[i]))
			return true;
	return !filter->name_count;
}

static bool has_permissions(const struct filter *filter, const struct pmm_mapping *mapping)
{
	const char *permissions = filter->permissions;

	if (!permissions)
		return true;
	if (is_as_in_maps(permissions))
		return !strcmp(permissions, mapping->permissions);
	for (; *permissions; permissions++)
		if (!strchr(mapping->permissions, *permissions))
			return false;
	return true;
}

static bool is_in_range(const struct filter *filter, const struct pmm_mapping *mapping)
{
	return !filter->end_address || (mapping->start_address < filter->end_address &&
					mapping->end_address > filter->start_address);
}

static int is_of_kind(const struct pmm_run *run, void *data)
{
	struct tally *tally = data;
	bool is_wanted = kind_matches(tally->kind, run);

	tally->matches += is_wanted;
	return is_wanted;
}

void filter_apply(const struct inquest *inquest, struct pmm_walk *walk)
{
	const struct filter *filter = &inquest->settings.filter;
	const struct pmm_mapping *mapping;

	for (size_t i = 0; (mapping = pmm_walk_mapping(walk, i)); i++)
		if (!has_name(filter, mapping) || !has_permissions(filter, mapping))
			pmm_walk_leave_out(walk, i);
		else if (!filter->kind && is_in_range(filter, mapping))
			inquest->tally->matches++;
	if (filter->end_address)
		pmm_walk_set_range(walk, filter->start_address, filter->end_address);
	if (!filter->kind)
		return;
	inquest->tally->kind = filter->kind;
	pmm_walk_choose_runs(walk, is_of_kind, inquest->tally);
}
