/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The list of processes. Columns have fixed widths, so that nothing jumps from sample to sample;
 * where the terminal is too narrow for all, those that matter least are left out.
 */

#include <string.h>

#include "draw.h"
#include "shared/table.h"

enum {
	WIDE_CGROUP = 24,
	NARROW_CGROUP = 11,
	LEAST_COMMAND = 7,    /* what the last column has, if there is anything else */
	SHORTEST_COMMAND = 4, /* in a terminal that is NARROW */
	NARROW = 40,
	WIDE = 100, /* columns from which on names may be long */
};

/* clang-format off */
/* The first is left out first. */
static const enum process_field giving_way[] = {
	PROCESS_CGROUP, PROCESS_RSS_GROWTH, PROCESS_SWAP_GROWTH, PROCESS_STATE, PROCESS_USER,
	PROCESS_RSS, PROCESS_FAULTS, PROCESS_SWAP,
};
/* clang-format on */

static size_t width_by_unit(const struct field *field)
{
	static const size_t widths[] = {
		[UNIT_TEXT] = 8,    [UNIT_COUNT] = 6,	[UNIT_BYTES] = 6,     [UNIT_PERCENT] = 6,
		[UNIT_RATE] = 6,    [UNIT_SECONDS] = 6, [UNIT_BYTE_RATE] = 6, [UNIT_ADDRESS] = 18,
		[UNIT_BOOLEAN] = 3, [UNIT_NUMBER] = 6,
	};

	return widths[field->unit];
}

static size_t column_width(enum process_field index, size_t columns)
{
	const struct field *field = &process_fields[index];
	size_t width = width_by_unit(field);

	switch (index) {
	case PROCESS_PID:
	case PROCESS_PARENT:
		width = 7;
		break;
	case PROCESS_STATE:
		width = 1;
		break;
	case PROCESS_CGROUP:
		width = columns >= WIDE ? WIDE_CGROUP : NARROW_CGROUP;
		break;
	case PROCESS_NAME:
		width = 15;
		break;
	default:
		break;
	}
	return width > strlen(field->heading) ? width : strlen(field->heading);
}

static size_t least_command(size_t terminal_columns)
{
	return terminal_columns < NARROW ? SHORTEST_COMMAND : LEAST_COMMAND;
}

static size_t width_of_all(const struct columns *columns, size_t terminal_columns)
{
	size_t width = 0;

	for (size_t i = 0; i < columns->count; i++)
		width += (process_fields[columns->fields[i]].is_last
				  ? least_command(terminal_columns)
				  : column_width(columns->fields[i], terminal_columns)) +
			 (i > 0);
	return width;
}

/* The columns that fit: none that matters more is left out for one that matters less. */
static struct columns fitting_columns(const struct columns *wanted, size_t terminal_columns)
{
	struct columns columns = *wanted;

	for (size_t i = 0; i < sizeof(giving_way) / sizeof(*giving_way); i++) {
		if (width_of_all(&columns, terminal_columns) <= terminal_columns)
			return columns;
		if (columns_have(&columns, giving_way[i]))
			columns_toggle(&columns, giving_way[i]);
	}
	/* Then from the right, but for the one that says which process it is. */
	while (columns.count > 2 && width_of_all(&columns, terminal_columns) > terminal_columns) {
		size_t last = columns.count - 1;

		columns_toggle(
			&columns,
			columns.fields[process_fields[columns.fields[last]].is_last ? last - 1
										    : last]);
	}
	return columns;
}

static bool is_words(enum process_field field)
{
	return process_fields[field].unit == UNIT_TEXT;
}

/* Where the column stands: the one that gives way takes what the others leave. */
static struct span column_span(const struct drawing *drawing, const struct columns *columns,
			       size_t i, size_t *column)
{
	enum process_field field = columns->fields[i];
	size_t terminal_columns = drawing->layout.columns;
	struct span span = {
		.column = *column,
		.width = column_width(field, terminal_columns),
		.align = is_words(field) ? ALIGN_LEFT : ALIGN_RIGHT,
	};

	if (process_fields[field].is_last) {
		size_t others =
			width_of_all(columns, terminal_columns) - least_command(terminal_columns);

		if (terminal_columns > others)
			span.width = terminal_columns - others;
	}
	*column += span.width + 1;
	return span;
}

static void draw_headings(struct drawing *drawing, const struct columns *columns)
{
	size_t column = 0, row = drawing->layout.at[PART_LIST];

	canvas_style_row(drawing->canvas, row, STYLE_TITLE);
	for (size_t i = 0; i < columns->count; i++) {
		enum process_field field = columns->fields[i];
		struct span span = column_span(drawing, columns, i, &column);

		span.row = row;
		canvas_put_span(drawing->canvas, span,
				field == drawing->ui->sort ? STYLE_STRONG : STYLE_TITLE,
				process_fields[field].heading);
	}
}

/* What stands behind the last slash before END, where something does. */
static const char *behind_slash(const char *words, const char *end)
{
	const char *slash = memrchr(words, '/', (size_t)(end - words));

	return slash && slash + 1 < end ? slash + 1 : words;
}

/* Of a path that is too long its end tells more than its front. */
static const char *fitting_words(enum process_field field, const char *words, size_t width)
{
	size_t length = strlen(words);

	if (canvas_fitting(words, width) == length)
		return words;
	if (field == PROCESS_CGROUP)
		return behind_slash(words, words + length);
	if (field == PROCESS_COMMAND && *words == '/')
		return behind_slash(words, words + strcspn(words, " "));
	return words;
}

static void draw_process(struct drawing *drawing, const struct columns *columns, size_t row,
			 const struct row *process)
{
	size_t column = 0;

	for (size_t i = 0; i < columns->count; i++) {
		enum process_field field = columns->fields[i];
		struct value value = process_value(process, field);
		struct span span = column_span(drawing, columns, i, &column);
		char buffer[UNITS_TEXT];
		const char *words =
			value_words(&value, process_fields[field].unit, WORDS_HUMAN, buffer);

		span.row = row;
		canvas_put_span(drawing->canvas, span, STYLE_PLAIN,
				fitting_words(field, words, span.width));
	}
}

void draw_processes(struct drawing *drawing)
{
	struct list *list = &drawing->ui->lists[drawing->ui->view];
	size_t row = drawing->layout.at[PART_LIST], height = drawing->layout.height[PART_LIST];
	struct columns columns = fitting_columns(&drawing->ui->columns, drawing->layout.columns);

	list_settle(list, drawing->shot->view.rows->count, height ? height - 1 : 0);
	if (!height)
		return;
	draw_headings(drawing, &columns);
	for (size_t i = 0; i < list->height && list->first + i < list->total; i++) {
		size_t place = list->first + i;

		row++;
		draw_process(drawing, &columns, row, &drawing->shot->view.rows->items[place]);
		if (place == list->selected)
			canvas_style_row(drawing->canvas, row, STYLE_SELECTED);
	}
}
