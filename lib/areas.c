/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The active swap areas, from proc/swaps (swap_show() in mm/swapfile.c). The kernel escapes space,
 * tab, newline and backslash in a name as \ooo, and nothing else. It also lets d_path() add
 * " (deleted)" to it, which a real name may end in too: this room tells the two apart. It does not
 * look at headers or at a boot configuration.
 */

#include "areas.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"
#include "scan.h"

static const char SOURCE[] = "proc/swaps";
static const char DELETED[] = " (deleted)";
static const uint64_t BYTES_PER_KB = 1024;

enum { FIRST_CAPACITY = 4 };

struct pmm_areas {
	struct pmm_area *array;
	size_t count;
	size_t capacity;
	size_t next;
};

static bool parse_type(struct scan *line, enum pmm_area_type *ret_type)
{
	struct scan word;

	if (!scan_word(line, &word))
		return false;
	*ret_type = scan_text(&word, "file") ? PMM_AREA_FILE : PMM_AREA_PARTITION;
	if (*ret_type == PMM_AREA_PARTITION && !scan_text(&word, "partition"))
		return false;
	return scan_at_end(&word);
}

static bool parse_kb(struct scan *line, uint64_t *ret_bytes)
{
	uint64_t number;

	return scan_word_u64(line, &number) &&
	       !__builtin_mul_overflow(number, BYTES_PER_KB, ret_bytes);
}

static bool parse_priority(struct scan *line, int *ret_priority)
{
	struct scan word;
	int64_t number;

	if (!scan_word(line, &word) || !scan_i64(&word, &number) || !scan_at_end(&word))
		return false;
	if (number < INT_MIN || number > INT_MAX)
		return false;
	*ret_priority = (int)number;
	return true;
}

/* Returns what is wrong with the line, NULL if nothing. */
static const char *parse_line(struct scan line, struct pmm_area *area, struct scan *ret_name)
{
	if (!scan_word(&line, ret_name))
		return "name expected";
	if (!parse_type(&line, &area->type))
		return "type file or partition expected";
	if (!parse_kb(&line, &area->size_bytes))
		return "size in kB expected";
	if (!parse_kb(&line, &area->used_bytes))
		return "used size in kB expected";
	if (!parse_priority(&line, &area->priority))
		return "priority expected";
	scan_blanks(&line);
	return scan_at_end(&line) ? NULL : "end of line expected";
}

static struct pmm_area *add_area(struct pmm_areas *areas)
{
	size_t capacity = areas->capacity ? 2 * areas->capacity : FIRST_CAPACITY;
	struct pmm_area *array = areas->array;

	if (areas->count == areas->capacity) {
		array = reallocarray(array, capacity, sizeof(*array));
		if (!array)
			return NULL;
		areas->array = array;
		areas->capacity = capacity;
	}
	memset(&array[areas->count], 0, sizeof(*array));
	return &array[areas->count++];
}

static int parse_areas(struct scan scan, struct pmm_areas *areas, struct areas_fault *fault)
{
	struct scan line = scan, name;
	struct pmm_area *area;

	fault->line = 1;
	fault->why = "heading expected";
	if (!scan_until(&scan, '\n', &line) || !scan_text(&line, "Filename"))
		return -EBADMSG;
	while (!scan_at_end(&scan)) {
		fault->line++;
		fault->why = "the line is cut off";
		if (!scan_until(&scan, '\n', &line))
			return -EBADMSG;
		area = add_area(areas);
		if (!area)
			return -ENOMEM;
		fault->why = parse_line(line, area, &name);
		if (fault->why)
			return -EBADMSG;
		area->name = scan_copy(&name);
		if (!area->name)
			return -ENOMEM;
		fault->why = "name without NUL expected";
		if (memchr(area->name, '\0', scan_unescape(area->name)))
			return -EBADMSG;
	}
	return 0;
}

int areas_parse(const char *text, size_t length, struct pmm_areas **ret_areas,
		struct areas_fault *fault)
{
	struct pmm_areas *areas = calloc(1, sizeof(*areas));
	int r;

	if (!areas)
		return -ENOMEM;
	r = parse_areas(scan_over(text, length), areas, fault);
	if (r < 0) {
		pmm_areas_close(areas);
		return r;
	}
	*ret_areas = areas;
	return 0;
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && !strcmp(text + length - end_length, end);
}

/*
 * d_path() adds " (deleted)" to a name that is unlinked. An active swap file cannot be unlinked
 * (EPERM), so there it is the name's own; a device node can, and only a node of the full name says
 * that it was not.
 */
static void settle_device(struct pmm_root *root, struct pmm_area *area)
{
	if (ends_in(area->name, DELETED) && !root_has_block_device(root, area->name)) {
		area->name[strlen(area->name) - strlen(DELETED)] = '\0';
		area->is_deleted = 1;
	}
	area->type = pmm_area_type_of_device(area->name);
}

int pmm_areas_open(struct pmm_root *root, struct pmm_areas **ret_areas)
{
	_cleanup_text_ struct text text = {0};
	struct areas_fault fault;
	struct pmm_areas *areas;
	int r;

	r = root_read(root, SOURCE, &text);
	if (r < 0)
		return r;
	r = areas_parse(text.bytes, text.length, &areas, &fault);
	if (r == -EBADMSG)
		return root_fail_line(root, SOURCE, fault.line, fault.why);
	if (r < 0)
		return root_fail_at(root, r, SOURCE, strerror(-r));
	for (size_t i = 0; i < areas->count; i++)
		if (areas->array[i].type != PMM_AREA_FILE)
			settle_device(root, &areas->array[i]);
	*ret_areas = areas;
	return 0;
}

int pmm_areas_next(struct pmm_areas *areas, const struct pmm_area **ret_area)
{
	if (areas->next == areas->count)
		return 0;
	*ret_area = &areas->array[areas->next++];
	return 1;
}

struct pmm_areas *pmm_areas_close(struct pmm_areas *areas)
{
	if (!areas)
		return NULL;
	for (size_t i = 0; i < areas->count; i++)
		free(areas->array[i].name);
	free(areas->array);
	free(areas);
	return NULL;
}

/* PREFIX and a number: /dev/zram0, but not /dev/zram0p1, and not /mnt/dev/zram0. */
static bool is_numbered(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);
	const char *number = name + length;

	if (strncmp(name, prefix, length) != 0)
		return false;
	return *number && number[strspn(number, "0123456789")] == '\0';
}

enum pmm_area_type pmm_area_type_of_device(const char *name)
{
	if (is_numbered(name, "/dev/zram"))
		return PMM_AREA_ZRAM;
	return is_numbered(name, "/dev/loop") ? PMM_AREA_LOOP : PMM_AREA_PARTITION;
}

const char *pmm_area_type_name(enum pmm_area_type type)
{
	static const char *const names[] = {
		[PMM_AREA_FILE] = "file",
		[PMM_AREA_PARTITION] = "partition",
		[PMM_AREA_ZRAM] = "zram",
		[PMM_AREA_LOOP] = "loop",
	};

	return names[type];
}
