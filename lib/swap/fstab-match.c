/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which lines of an fstab mean an area: by what they lead to, never by how they are written, so a
 * link, another name of the file, a UUID or an odd way to write a path are all seen through. A line
 * that libmount does not take, for what stands behind its type, is found too: it is in the way.
 */

#include "fstab-match.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "active.h"
#include "fault.h"
#include "fstab.h"
#include "header.h"

/* What is looked for. */
struct wanted {
	struct pmm_root *root;
	const char *spec;
	const struct place *place;
	bool is_there;
	bool with_header;
	struct pmm_swap_header header;
};

static int look(struct wanted *wanted)
{
	struct pmm_fault fault = {0};
	struct stat status;
	int fd, r;

	if (!wanted->place)
		return 0;
	wanted->is_there = fstatat(wanted->place->directory_fd, wanted->place->name, &status,
				   AT_SYMLINK_NOFOLLOW) == 0;
	r = place_open_file(wanted->place, &fd, &status, &fault);
	fault_clear(&fault);
	if (r < 0)
		return 0;
	r = header_probe_fd(wanted->root, wanted->place->path, fd, &wanted->header);
	close(fd);
	wanted->with_header = r == 0;
	return r == -ENOMEM ? r : 0;
}

/* Of a file that is still to be made there is no inode yet, but it has a place. */
static int leads_to_place(const struct wanted *wanted, const char *path)
{
	_cleanup_place_ struct place place = {0};
	struct pmm_fault fault = {0};
	struct stat a, b;
	int r = place_open(wanted->root, path, PLACE_FOLLOW | PLACE_ANY_OWNER, &place, &fault);

	fault_clear(&fault);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return !strcmp(place.name, wanted->place->name) && fstat(place.directory_fd, &a) == 0 &&
	       fstat(wanted->place->directory_fd, &b) == 0 && status_is_same(&a, &b);
}

static int means(const struct wanted *wanted, const struct pmm_fstab_swap *swap)
{
	const struct pmm_area area = {.name = wanted->place ? wanted->place->path : NULL};

	if (!wanted->place)
		return !strcmp(swap->spec, wanted->spec);
	if (pmm_fstab_swap_means(wanted->root, swap, &area,
				 wanted->with_header ? &wanted->header : NULL))
		return 1;
	return swap->path && !wanted->is_there ? leads_to_place(wanted, swap->path) : 0;
}

/* Parse a text of one line; NULL if libmount finds no swap line in it. */
static int parse_line(const struct wanted *wanted, char *bytes, size_t length,
		      struct pmm_fstab **ret_fstab)
{
	struct pmm_fstab *fstab;
	int r = fstab_parse(wanted->root, bytes, length, &fstab);

	*ret_fstab = r < 0 ? NULL : fstab;
	if (r == 0 && !pmm_fstab_swap_at(fstab, 0))
		*ret_fstab = pmm_fstab_free(fstab);
	return r;
}

/* The same first field in a line that is sure to be good but for it. */
static int parse_first_field(const struct wanted *wanted, const struct fstab_text *text,
			     const struct fstab_line *line, struct pmm_fstab **ret_fstab)
{
	static const char rest[] = " none swap sw\n";
	size_t length = line->fields[FSTAB_SPEC].end - line->fields[FSTAB_SPEC].begin;
	char *plain = malloc(length + sizeof(rest));
	int r;

	if (!plain)
		return -ENOMEM;
	memcpy(plain, text->bytes + line->fields[FSTAB_SPEC].begin, length);
	memcpy(plain + length, rest, sizeof(rest));
	r = parse_line(wanted, plain, length + sizeof(rest) - 1, ret_fstab);
	free(plain);
	return r;
}

/* 1 if this swap line means it. */
static int match_line(const struct wanted *wanted, const struct fstab_text *text,
		      const struct fstab_line *line, struct fstab_match *ret_match)
{
	const struct pmm_fstab_swap *swap;
	struct pmm_fstab *fstab;
	char *bytes = text->bytes + line->begin;
	size_t length = line->end - line->begin;
	int r = parse_line(wanted, bytes, length, &fstab);

	/* Where a NUL ends the line, each reader has its own mind. */
	*ret_match = (struct fstab_match){
		.line = *line,
		.is_taken = fstab && !memchr(bytes, '\0', length),
	};
	if (r == 0 && !fstab)
		r = parse_first_field(wanted, text, line, &fstab);
	if (r < 0 || !fstab)
		return r;
	swap = pmm_fstab_swap_at(fstab, 0);
	ret_match->is_noauto = swap->is_noauto;
	ret_match->priority = swap->priority;
	ret_match->discard = swap->discard;
	r = means(wanted, swap);
	pmm_fstab_free(fstab);
	return r;
}

static int add_match(struct fstab_matches *matches, const struct fstab_match *match)
{
	struct fstab_match *items =
		reallocarray(matches->items, matches->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	matches->items = items;
	items[matches->count++] = *match;
	return 0;
}

int fstab_match(struct pmm_root *root, const struct fstab_text *text, const struct place *place,
		const char *spec, struct fstab_matches *ret_matches)
{
	struct wanted wanted = {.root = root, .place = place, .spec = spec};
	struct fstab_matches matches = {0};
	struct fstab_line line = {0};
	struct fstab_match match;
	int r = look(&wanted);

	while (r >= 0 && fstab_text_next(text, &line)) {
		r = fstab_text_is_swap(text, &line);
		if (r == 1)
			r = match_line(&wanted, text, &line, &match);
		if (r == 1)
			r = add_match(&matches, &match);
	}
	if (r < 0) {
		fstab_matches_free(&matches);
		return r;
	}
	*ret_matches = matches;
	return 0;
}

void fstab_matches_free(struct fstab_matches *matches)
{
	free(matches->items);
	*matches = (struct fstab_matches){0};
}

size_t fstab_matches_keeper(const struct fstab_matches *matches)
{
	size_t keeper = matches->count;

	for (size_t i = 0; i < matches->count; i++) {
		const struct fstab_match *match = &matches->items[i];

		if (match->is_taken && !match->is_noauto)
			return i;
		if (match->is_taken && keeper == matches->count)
			keeper = i;
	}
	return keeper;
}
