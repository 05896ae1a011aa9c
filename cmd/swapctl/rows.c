/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The areas there are: the active ones from the kernel, each with the line of fstab that means it,
 * and after them the lines that mean none. Headers, which are on the swap devices themselves and
 * mostly for root only, are read when they are needed and not otherwise.
 */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/message.h"
#include "swapctl.h"

enum { MOST_COMPLAINTS = 8 };

static const char *words_of(const struct pmm_root *root, int r)
{
	const char *words = pmm_root_error(root);

	return *words ? words : strerror(-r);
}

static struct row *add_row(struct rows *rows)
{
	struct row *items = reallocarray(rows->items, rows->count + 1, sizeof(*items));

	if (!items)
		die_no_memory();
	rows->items = items;
	memset(&items[rows->count], 0, sizeof(*items));
	return &items[rows->count++];
}

uint64_t available_bytes(uint64_t size_bytes, uint64_t used_bytes)
{
	if (size_bytes == PMM_ABSENT || used_bytes > size_bytes)
		return PMM_ABSENT;
	return size_bytes - used_bytes;
}

double used_percent(uint64_t size_bytes, uint64_t used_bytes)
{
	if (size_bytes == 0 || size_bytes == PMM_ABSENT || used_bytes == PMM_ABSENT)
		return (double)NAN;
	return 100.0 * (double)used_bytes / (double)size_bytes;
}

/* ---- active areas ---- */

static void add_active(struct rows *rows, const struct pmm_area *area)
{
	struct row *row = add_row(rows);

	row->is_active = true;
	row->area = *area;
	row->area.name = strdup(area->name);
	if (!row->area.name)
		die_no_memory();
	row->name = row->area.name;
	rows->active_count++;
}

/* The sum of what the active areas have at that place in their records. */
static uint64_t sum_bytes(const struct rows *rows, size_t place)
{
	uint64_t sum = 0, bytes;

	for (size_t i = 0; i < rows->active_count; i++) {
		memcpy(&bytes, (const char *)&rows->items[i].area + place, sizeof(bytes));
		if (__builtin_add_overflow(sum, bytes, &sum))
			return PMM_ABSENT;
	}
	return rows->knows_active ? sum : PMM_ABSENT;
}

static void take_active(struct rows *rows, struct pmm_root *root)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	int r = pmm_areas_open(root, &areas);

	rows->knows_active = r >= 0;
	if (r < 0) {
		complain(NULL, "%s", words_of(root, r));
	} else {
		while (pmm_areas_next(areas, &area) > 0)
			add_active(rows, area);
		pmm_areas_close(areas);
	}
	rows->size_bytes = sum_bytes(rows, offsetof(struct pmm_area, size_bytes));
	rows->used_bytes = sum_bytes(rows, offsetof(struct pmm_area, used_bytes));
	rows->available_bytes = available_bytes(rows->size_bytes, rows->used_bytes);
}

/* ---- headers ---- */

#define WITHOUT_HEADERS             \
	"unknown without headers: " \
	"label, UUID, size if inactive, what LABEL= and UUID= in fstab mean"

static void take_header(struct row *row, struct pmm_root *root, const char *path)
{
	int r = pmm_swap_header_probe(root, path, &row->header);

	row->with_header = r >= 0;
	if (r == -ENOENT && !pmm_root_is_live(root))
		remark(NULL, "no headers of swap areas in a captured tree; " WITHOUT_HEADERS);
	else if (r < 0)
		remark(NULL, "%s", words_of(root, r));
	/* Root is refused too: by the device cgroup of a container, for one. */
	if (r == -EACCES || r == -EPERM)
		remark(NULL, WITHOUT_HEADERS "%s", geteuid() ? "; run as root" : "");
}

static void take_headers(struct rows *rows, struct pmm_root *root)
{
	for (size_t i = 0; i < rows->active_count; i++)
		take_header(&rows->items[i], root, rows->items[i].name);
}

/* ---- where they lie ---- */

/*
 * The name of an active area was right when it was activated, in the root directory and the mounts
 * of then, and may lead to nothing now. That it leads to another file cannot be told: the kernel
 * says no more than the name. In a captured tree there are no areas to lead to.
 */
static void take_status(struct row *row, struct pmm_root *root, unsigned flags)
{
	const char *path = row->is_active ? row->area.name : row->line->path;
	int r = path ? pmm_swap_status_read(root, path, flags, &row->status) : -ENOENT;

	if (r == 0)
		snprintf(row->mode, sizeof(row->mode), "%04" PRIo32, row->status->mode);
	row->is_stale = row->is_active && (r == -ENOENT || r == -ENOTDIR);
}

static void take_statuses(struct rows *rows, struct pmm_root *root, const struct rows_wish *wish)
{
	if (!wish->with_status || !pmm_root_is_live(root))
		return;
	for (size_t i = 0; i < rows->count; i++)
		take_status(&rows->items[i], root,
			    wish->with_content ? PMM_SWAP_STATUS_CONTENT : 0);
}

static const struct pmm_zram *find_zram(const struct rows *rows, const char *name)
{
	const char *slash = strrchr(name, '/');
	const struct pmm_zram *zram;

	for (size_t i = 0; (zram = pmm_sample_zram(rows->sample, i)); i++)
		if (!strcmp(zram->name, slash ? slash + 1 : name))
			return zram;
	return NULL;
}

static void take_zrams(struct rows *rows, struct pmm_root *root)
{
	const char *words, *source;
	int r = pmm_sample_take(root, &rows->sample);

	if (r == -ENOMEM)
		die_no_memory();
	if (r < 0)
		return;
	for (size_t i = 0; (words = pmm_sample_complaint(rows->sample, i, &source)); i++)
		if (!strcmp(source, "sys/block"))
			complain(NULL, "%s", words);
	for (size_t i = 0; i < rows->active_count; i++)
		if (rows->items[i].area.type == PMM_AREA_ZRAM)
			rows->items[i].zram = find_zram(rows, rows->items[i].area.name);
}

/* ---- fstab ---- */

static void take_fstab(struct rows *rows, struct pmm_root *root, const char *path)
{
	const char *complaint;
	size_t i;
	int r = pmm_fstab_read(root, path, &rows->fstab);

	if ((r == -EACCES || r == -EPERM) && !path)
		remark(NULL, "%s", words_of(root, r));
	else if (r < 0)
		complain(NULL, "%s", words_of(root, r));
	if (r < 0)
		return;
	for (i = 0; (complaint = pmm_fstab_complaint(rows->fstab, i)); i++)
		if (i < MOST_COMPLAINTS)
			remark(NULL, "%s", complaint);
	if (i > MOST_COMPLAINTS)
		remark(NULL, "and %zu more lines like these", i - MOST_COMPLAINTS);
	while (pmm_fstab_swap_at(rows->fstab, rows->line_count))
		rows->line_count++;
}

/* A tag that leads to no device, as where no udev runs, may still be in the header of an area. */
static bool is_in_headers(const struct pmm_fstab_swap *line)
{
	return !line->path && line->tag &&
	       (!strcmp(line->tag, "UUID") || !strcmp(line->tag, "LABEL"));
}

static bool needs_headers(const struct rows *rows)
{
	for (size_t i = 0; i < rows->line_count; i++)
		if (is_in_headers(pmm_fstab_swap_at(rows->fstab, i)))
			return true;
	return false;
}

/* Returns whether the line means an active area; the first line that means one becomes its line. */
static bool match_line(struct rows *rows, struct pmm_root *root, const struct pmm_fstab_swap *line)
{
	bool is_matched = false;

	for (size_t i = 0; i < rows->active_count; i++) {
		struct row *row = &rows->items[i];

		if (!pmm_fstab_swap_means(root, line, &row->area,
					  row->with_header ? &row->header : NULL))
			continue;
		is_matched = true;
		if (!row->line)
			row->line = line;
	}
	return is_matched;
}

/* Could a line that was not matched mean an active area all the same? */
static bool is_uncertain(const struct rows *rows, const struct pmm_fstab_swap *line)
{
	if (!rows->knows_active)
		return true;
	for (size_t i = 0; line->tag && !line->path && i < rows->active_count; i++)
		if (!rows->items[i].line && !(rows->items[i].with_header && is_in_headers(line)))
			return true;
	return false;
}

static void add_inactive(struct rows *rows, struct pmm_root *root,
			 const struct pmm_fstab_swap *line)
{
	struct row *row = add_row(rows);

	row->name = line->path ? line->path : line->spec;
	row->line = line;
	if (line->path)
		take_header(row, root, line->path);
	else
		remark(line->spec, "leads to no device");
}

/* Match all lines first: whether one is uncertain depends on what the others mean. */
static void match_lines(struct rows *rows, struct pmm_root *root, bool with_inactive)
{
	bool *is_matched = allocate(rows->line_count + 1, sizeof(*is_matched));

	for (size_t i = 0; i < rows->line_count; i++)
		is_matched[i] = match_line(rows, root, pmm_fstab_swap_at(rows->fstab, i));
	for (size_t i = 0; with_inactive && i < rows->line_count; i++)
		if (!is_matched[i])
			add_inactive(rows, root, pmm_fstab_swap_at(rows->fstab, i));
	for (size_t i = rows->active_count; i < rows->count; i++)
		rows->items[i].is_uncertain = is_uncertain(rows, rows->items[i].line);
	free(is_matched);
}

struct rows *rows_take(struct pmm_root *root, const struct rows_wish *wish)
{
	struct rows *rows = allocate(1, sizeof(*rows));

	take_active(rows, root);
	if (wish->with_fstab)
		take_fstab(rows, root, wish->fstab_path);
	if (wish->with_headers || needs_headers(rows))
		take_headers(rows, root);
	match_lines(rows, root, wish->with_inactive);
	take_statuses(rows, root, wish);
	if (wish->with_zram)
		take_zrams(rows, root);
	return rows;
}

struct rows *rows_free(struct rows *rows)
{
	if (!rows)
		return NULL;
	for (size_t i = 0; i < rows->active_count; i++)
		free(rows->items[i].area.name);
	for (size_t i = 0; i < rows->count; i++)
		pmm_swap_status_free(rows->items[i].status);
	pmm_sample_free(rows->sample);
	free(rows->items);
	pmm_fstab_free(rows->fstab);
	free(rows);
	return NULL;
}
