/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap map: an address space as strips of cells, a line for mappings that belong together, each
 * in a scale of its own, so that small ones are not empty and large ones are not everything. The
 * lines are rows of fields like those of any other mode; the strip is one of them. What a page is,
 * is what the page table says: nothing is asked about frames, so no rights are needed for it.
 */

#include <errno.h>
#include <stdio.h>

#include "groups.h"
#include "pagemap.h"
#include "rows.h"
#include "shared/message.h"
#include "shared/picture.h"
#include "shared/stream.h"

enum strip_field {
	FIELD_PID,
	FIELD_ADDRESS,
	FIELD_END,
	FIELD_PICTURE,
	FIELD_CELL,
	FIELD_SIZE,
	FIELD_RAM,
	FIELD_HUGE,
	FIELD_SWAP,
	FIELD_MAPPINGS,
	FIELD_NAME,
	FIELDS,
};

#define MAPS	"/proc/PID/maps"
#define PAGEMAP "/proc/PID/pagemap"

const struct field strip_fields[FIELDS + 1] = {
	[FIELD_PID] = {"pid", "PID", UNIT_COUNT, "the process", "operand", false, false},
	[FIELD_ADDRESS] = {"address", "ADDRESS", UNIT_ADDRESS, "where the first of them begins",
			   MAPS, true, false},
	[FIELD_END] = {"end_address", "END", UNIT_ADDRESS, "one past the last byte", MAPS, false,
		       false},
	[FIELD_PICTURE] = {"picture", "PICTURE", UNIT_TEXT,
			   "a letter for each cell; what is not mapped is left out", PAGEMAP, true,
			   false},
	[FIELD_CELL] = {"cell_bytes", "CELL", UNIT_BYTES, "address space of each cell", "SIZE",
			true, false},
	[FIELD_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "address space they take", MAPS, true,
			false},
	[FIELD_RAM] = {"ram_bytes", "RAM", UNIT_BYTES, "pages that are in RAM", PAGEMAP " bit 63",
		       true, false},
	[FIELD_HUGE] = {"huge_bytes", "HUGE", UNIT_BYTES,
			"of those in RAM, huge pages that one entry maps", "PAGEMAP_SCAN", false,
			false},
	[FIELD_SWAP] = {"swap_bytes", "SWAP", UNIT_BYTES,
			"pages in a swap area, and those that are hidden", PAGEMAP " bit 62", true,
			false},
	[FIELD_MAPPINGS] = {"mappings", "MAPPINGS", UNIT_COUNT, "how many mappings they are", MAPS,
			    false, false},
	[FIELD_NAME] = {"name", "NAME", UNIT_TEXT, "their file, or the kernel's name for them",
			MAPS, true, true},
};

/* In the order of their importance. */
enum drawn {
	DRAWN_NONE,
	DRAWN_POISON,
	DRAWN_SWAP,
	DRAWN_HIDDEN,
	DRAWN_GUARD,
	DRAWN_HUGE,
	DRAWN_RAM,
	DRAWN_ZERO,
	DRAWN_UFFD_WP,
	DRAWN_MIGRATING,
	DRAWN_DEVICE,
	DRAWN,
};

static const struct picture_class classes[DRAWN + 1] = {
	[DRAWN_NONE] = {"none", '.', false, false},
	[DRAWN_POISON] = {"poison", 'p', false, true},
	[DRAWN_SWAP] = {"swap", 's', false, true},
	[DRAWN_HIDDEN] = {"swap or marker", '?', false, true},
	[DRAWN_GUARD] = {"guard", 'g', false, true},
	[DRAWN_HUGE] = {"huge", 'H', false, false},
	[DRAWN_RAM] = {"ram", 'r', true, false},
	[DRAWN_ZERO] = {"zero", 'z', false, false},
	[DRAWN_UFFD_WP] = {"uffd-wp", 'u', false, false},
	[DRAWN_MIGRATING] = {"migrating", 'm', false, false},
	[DRAWN_DEVICE] = {"kernel's", 'k', false, false},
};

enum {
	OTHER_COLUMNS = 52, /* of a table: those beside the strip, with some of the name */
	LEAST_CELLS = 16,
	WRITTEN_COLUMNS = 116, /* of a file, whatever the terminal */
};

struct map {
	struct inquest *inquest;
	struct target target;
	struct groups *groups;
	struct picture *picture;
	struct rows *rows;
	size_t cells; /* of a strip, at most */
	uint64_t page_bytes;
	uint64_t total[FIELDS]; /* bytes */
};

/* What is known of the group at hand. */
struct line {
	struct strip *strip;
	uint64_t cell;
	uint64_t at; /* in the strip, where the mapping at hand begins */
	uint64_t bytes[FIELDS];
	bool has_pages;
};

static enum drawn drawn_of(const struct pmm_run *run, uint64_t page_bytes)
{
	static const enum drawn states[PMM_PAGE_STATES] = {
		[PMM_PAGE_NONE] = DRAWN_NONE,		[PMM_PAGE_RAM] = DRAWN_RAM,
		[PMM_PAGE_SWAP] = DRAWN_SWAP,		[PMM_PAGE_GUARD] = DRAWN_GUARD,
		[PMM_PAGE_UFFD_WP] = DRAWN_UFFD_WP,	[PMM_PAGE_POISON] = DRAWN_POISON,
		[PMM_PAGE_MIGRATING] = DRAWN_MIGRATING, [PMM_PAGE_HIDDEN] = DRAWN_HIDDEN,
		[PMM_PAGE_SWAPCACHE] = DRAWN_RAM,	[PMM_PAGE_PFNMAP] = DRAWN_DEVICE,
		[PMM_PAGE_RACED] = DRAWN_RAM,
	};
	enum drawn drawn = states[run->state];

	if (drawn != DRAWN_RAM)
		return drawn;
	if (run->class == PMM_CLASS_ZERO)
		return DRAWN_ZERO;
	if (run->class == PMM_CLASS_HUGETLB ||
	    (run->leaf_bytes != PMM_ABSENT && run->leaf_bytes > page_bytes))
		return DRAWN_HUGE;
	return DRAWN_RAM;
}

static void line_add(struct line *line, uint64_t at, uint64_t bytes, enum drawn drawn)
{
	line->has_pages = true;
	if (drawn == DRAWN_RAM || drawn == DRAWN_ZERO || drawn == DRAWN_HUGE)
		line->bytes[FIELD_RAM] += bytes;
	if (drawn == DRAWN_HUGE)
		line->bytes[FIELD_HUGE] += bytes;
	if (drawn == DRAWN_SWAP || drawn == DRAWN_HIDDEN)
		line->bytes[FIELD_SWAP] += bytes;
	if (drawn != DRAWN_NONE)
		strip_add(line->strip, at, bytes, drawn);
}

/*
 * The runs of the mapping at hand. One without any that are asked about counts for nothing. False:
 * there is no more to come.
 */
static bool line_walk(struct map *map, struct line *line, const struct pmm_mapping *mapping)
{
	uint64_t length = mapping->end_address - mapping->start_address, bytes = 0;
	const struct pmm_run *run;
	int r;

	while ((r = pmm_walk_next_run(map->target.walk, &run)) > 0) {
		line_add(line, line->at + (run->address - mapping->start_address),
			 run->pages * map->page_bytes, drawn_of(run, map->page_bytes));
		bytes += run->pages * map->page_bytes;
	}
	line->at += length;
	if (bytes || r < 0 || !map->target.has_kind) {
		line->bytes[FIELD_SIZE] += bytes ? bytes : length;
		line->bytes[FIELD_MAPPINGS]++;
	}
	if (r == -ESRCH) {
		target_lose(&map->target);
	} else if (r < 0) {
		complain(NULL, "%s", pmm_root_error(map->target.root));
		map->target.is_complete = false;
	}
	return r >= 0;
}

static struct value line_bytes(const struct line *line, enum strip_field field)
{
	return line->has_pages ? value_unsigned(line->bytes[field]) : value_absent();
}

static void line_end(struct map *map, struct line *line, const struct group *group)
{
	struct value *values;

	if (!line->bytes[FIELD_MAPPINGS]) {
		line->strip = strip_close(line->strip);
		return;
	}
	values = rows_add(map->rows);
	values[FIELD_PID] = value_unsigned((uint64_t)map->target.process->pid);
	values[FIELD_ADDRESS] = value_unsigned(group->start_address);
	values[FIELD_END] = value_unsigned(group->end_address);
	if (line->has_pages)
		values[FIELD_PICTURE] =
			value_text(rows_keep(map->rows, strip_text(line->strip, 0, SIZE_MAX)));
	values[FIELD_CELL] = value_unsigned(line->cell);
	values[FIELD_SIZE] = value_unsigned(line->bytes[FIELD_SIZE]);
	values[FIELD_RAM] = line_bytes(line, FIELD_RAM);
	values[FIELD_HUGE] = line_bytes(line, FIELD_HUGE);
	values[FIELD_SWAP] = line_bytes(line, FIELD_SWAP);
	values[FIELD_MAPPINGS] = value_unsigned(line->bytes[FIELD_MAPPINGS]);
	values[FIELD_NAME] = value_text(rows_keep(map->rows, group_name(group)));
	for (size_t i = 0; i < FIELDS; i++)
		map->total[i] += line->bytes[i];
	line->strip = strip_close(line->strip);
}

static void line_begin(struct map *map, struct line *line, const struct group *group)
{
	*line = (struct line){
		.cell = picture_cell(group->bytes, map->cells, map->page_bytes),
	};
	line->strip = strip_open(map->picture, group->bytes, line->cell);
}

/* Mappings come in the order of the groups; those that are left out do not come. */
static void walk_groups(struct map *map)
{
	const struct pmm_mapping *mapping;
	const struct group *group = NULL, *next;
	struct line line = {0};
	bool goes_on = true;

	while (goes_on && pmm_walk_next_mapping(map->target.walk, &mapping) > 0) {
		next = groups_find(map->groups, mapping->start_address);
		if (next && next != group) {
			if (group)
				line_end(map, &line, group);
			line_begin(map, &line, next);
			group = next;
		}
		if (group)
			goes_on = line_walk(map, &line, mapping);
	}
	if (group)
		line_end(map, &line, group);
}

/* ---- showing ---- */

static uint64_t total_of(const struct map *map, enum strip_field field)
{
	return map->target.has_pages ? map->total[field] : PMM_ABSENT;
}

static void show_table(struct map *map, bool is_first)
{
	const struct settings *settings = &map->inquest->settings;

	if (!is_first)
		putchar('\n');
	if (!settings->report.without_headings) {
		heading_begin(&map->target);
		heading_amount(settings, "mapped", map->total[FIELD_SIZE]);
		heading_amount(settings, "ram", total_of(map, FIELD_RAM));
		heading_amount(settings, "swap", total_of(map, FIELD_SWAP));
		heading_end(&map->target);
	}
	rows_report(map->rows, settings, "strips");
	picture_legend(map->picture, picture_columns(settings->picture_columns), NULL);
}

static void show(struct map *map, struct report *report, bool is_first)
{
	const struct settings *settings = &map->inquest->settings;

	rows_sort(map->rows, settings->sort);
	if (report) {
		rows_put(map->rows, report);
	} else if (settings->report.format == FORMAT_JSON) {
		json_open(NULL);
		target_json(&map->target);
		json_boolean("complete", map->target.is_complete);
		rows_report(map->rows, settings, "strips");
		json_close();
	} else {
		show_table(map, is_first);
	}
}

static bool show_process(struct inquest *inquest, struct report *report, pid_t pid, bool is_first)
{
	const struct settings *settings = &inquest->settings;
	bool is_table = settings->report.format == FORMAT_TABLE;
	size_t columns = picture_columns(is_table ? settings->picture_columns : WRITTEN_COLUMNS);
	struct map map = {.inquest = inquest, .page_bytes = pmm_root_page_bytes(inquest->root)};

	if (!target_open(inquest, pid, 0, &map.target))
		return false;
	if (map.page_bytes == PMM_ABSENT)
		map.page_bytes = 1; /* a tree that does not say has no page table, too */
	map.cells = columns > OTHER_COLUMNS + LEAST_CELLS ? columns - OTHER_COLUMNS : LEAST_CELLS;
	map.picture = picture_open(classes, settings->in_ascii || !is_table);
	map.rows = rows_open(strip_fields);
	rows_cut_front(map.rows, FIELD_NAME);
	map.groups = groups_open(map.target.walk);
	walk_groups(&map);
	if (map.total[FIELD_MAPPINGS] || !filter_is_set(&settings->filter))
		show(&map, report, is_first);
	map.groups = groups_close(map.groups);
	map.rows = rows_close(map.rows);
	map.picture = picture_close(map.picture);
	target_close(&map.target);
	return map.total[FIELD_MAPPINGS];
}

void map_run(struct inquest *inquest, const pid_t *pids, size_t count)
{
	processes_run(inquest, pids, count, "strips", show_process);
}
