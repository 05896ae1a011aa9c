/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The letters of the BSDs' swapctl(8), as far as they only look: -s, -l, -q. Words and columns are
 * those that scripts written for OpenBSD and NetBSD expect; priorities keep their Linux sense, in
 * which the higher is used first.
 */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"
#include "swapctl.h"

enum {
	BLOCK_BYTES = 512,
	KB_BYTES = 1024,
	DEVICE_WIDTH = 11,
};

static const struct rows_wish only_active = {0};

static const char *format_units(char buffer[UNITS_TEXT], uint64_t bytes, uint64_t unit_bytes)
{
	if (bytes == PMM_ABSENT)
		return "-";
	snprintf(buffer, UNITS_TEXT, "%" PRIu64, bytes / unit_bytes);
	return buffer;
}

int compat_summary(struct pmm_root *root)
{
	char size[UNITS_TEXT], used[UNITS_TEXT], available[UNITS_TEXT];
	struct rows *rows = rows_take(root, &only_active);

	if (rows->knows_active && rows->count == 0)
		puts(NO_SWAP);
	else if (rows->knows_active)
		printf("total: %sK bytes allocated = %sK used, %sK available\n",
		       format_units(size, rows->size_bytes, KB_BYTES),
		       format_units(used, rows->used_bytes, KB_BYTES),
		       format_units(available, rows->available_bytes, KB_BYTES));
	rows_free(rows);
	return EXIT_DONE;
}

static void print_padded(const char *name, size_t width)
{
	char *escaped = escape_text(name, strlen(name));
	size_t taken = text_width(escaped);

	fputs(escaped, stdout);
	printf("%*s", taken < width ? (int)(width - taken) : 0, "");
	free(escaped);
}

static void print_numbers(uint64_t size_bytes, uint64_t used_bytes)
{
	double percent = used_percent(size_bytes, used_bytes);
	char size[UNITS_TEXT], used[UNITS_TEXT], available[UNITS_TEXT];
	char capacity[UNITS_TEXT] = "-";

	if (!isnan(percent))
		snprintf(capacity, sizeof(capacity), "%.0f%%", percent);
	printf(" %10s %8s %8s %8s", format_units(size, size_bytes, BLOCK_BYTES),
	       format_units(used, used_bytes, BLOCK_BYTES),
	       format_units(available, available_bytes(size_bytes, used_bytes), BLOCK_BYTES),
	       capacity);
}

static size_t widest_name(const struct rows *rows)
{
	size_t width = DEVICE_WIDTH;

	for (size_t i = 0; i < rows->count; i++) {
		char *escaped = escape_text(rows->items[i].name, strlen(rows->items[i].name));

		if (text_width(escaped) > width)
			width = text_width(escaped);
		free(escaped);
	}
	return width;
}

int compat_long(struct pmm_root *root)
{
	struct rows *rows = rows_take(root, &only_active);
	size_t width = widest_name(rows);

	if (rows->knows_active && rows->count == 0)
		puts(NO_SWAP);
	if (rows->count)
		printf("%-*s 512-blocks     Used    Avail Capacity  Priority\n", (int)width,
		       "Device");
	for (size_t i = 0; i < rows->count; i++) {
		const struct pmm_area *area = &rows->items[i].area;

		print_padded(area->name, width);
		print_numbers(area->size_bytes, area->used_bytes);
		printf("  %d\n", area->priority);
	}
	if (rows->count > 1) {
		print_padded("Total", width);
		print_numbers(rows->size_bytes, rows->used_bytes);
		printf("\n");
	}
	rows_free(rows);
	return EXIT_DONE;
}

int compat_test(struct pmm_root *root)
{
	struct rows *rows = rows_take(root, &only_active);
	bool is_any_active = rows->count != 0;

	rows_free(rows);
	return is_any_active ? EXIT_DONE : EXIT_FAILED;
}
