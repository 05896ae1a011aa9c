/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The system view: memory, swap, what is compressed, pressure with its last minute, paging. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "shared/units.h"

enum {
	LABEL_WIDTH = 5,
	TOTAL_WIDTH = 6,   /* of the figure behind the label */
	FIRST_FIGURE = 15, /* where the figures of a line of pressure end */
	FIGURE_WIDTH = 6,
	PAGING_LABEL_WIDTH = 10,
	PAGING_FIGURE_WIDTH = 7,
	LEAST_AREA = 20,     /* of an area, what stands behind its name */
	EVIDENCE_WIDTH = 26, /* of a counter with its name */
};

/* ---- words ---- ------------------------------------------------------------------------------ */

char *size_figure(uint64_t bytes, char words[UNITS_TEXT])
{
	if (bytes != PMM_ABSENT)
		return format_size(words, bytes);
	snprintf(words, UNITS_TEXT, "-");
	return words;
}

char *percent_figure(double percent, char words[UNITS_TEXT])
{
	format_percent(words, percent);
	words[strcspn(words, "%")] = '\0';
	return words;
}

/* "8d3h": no blank, where every column counts. */
char *short_duration(double seconds, char words[UNITS_TEXT])
{
	char *blank;

	format_duration(words, (uint64_t)seconds);
	blank = strchr(words, ' ');
	if (blank)
		memmove(blank, blank + 1, strlen(blank));
	return words;
}

static char *rate_figure(double rate, char words[UNITS_TEXT])
{
	return format_rate(words, rate);
}

char *metric_figure(const struct view *view, const char *name, char words[UNITS_TEXT])
{
	const struct pmm_metric *metric = pmm_metric_find(name);
	double value = pmm_metric_value(metric, view->now, view->before);

	if (metric->unit == PMM_UNIT_PERCENT)
		return percent_figure(value, words);
	if (metric->unit == PMM_UNIT_BYTES || metric->unit == PMM_UNIT_BYTES_PER_SECOND)
		return format_signed_size(words, value);
	return format_rate(words, value);
}

/* ---- lines of items ---- --------------------------------------------------------------------- */

struct item {
	const char *word, *metric;
};

/* clang-format off */
static const struct item memory_items[] = {
	{ "avail", "mem_available_bytes" },
	{ "anon", "anon_bytes" },
	{ "file", "file_bytes" },
	{ "shm", "shmem_bytes" },
	{ "slab", "slab_bytes" },
	{ "dirty", "dirty_bytes" },
	{ NULL, NULL },
};

static const struct item swap_items[] = {
	{ "used", "swap_used_bytes" },
	{ "cached", "swap_cached_bytes" },
	{ NULL, NULL },
};

static const struct item zswap_items[] = {
	{ "zswap", "zswap_stored_bytes" },
	{ "in", "zswap_pool_bytes" },
	{ NULL, NULL },
};

/* Beside the lines of pressure. */
static const struct item paging_items[] = {
	{ "swap in", "swap_in_pages_per_second" },
	{ "swap out", "swap_out_pages_per_second" },
	{ "majflt", "major_faults_per_second" },
	{ "refault", "refaulted_pages_per_second" },
};

static const struct item evidence_items[] = {
	{ "evicted", "evicted_pages_per_second" },
	{ "evicted anon", "evicted_anon_pages_per_second" },
	{ "evicted file", "evicted_file_pages_per_second" },
	{ "refaulted anon", "refaulted_anon_pages_per_second" },
	{ "refaulted file", "refaulted_file_pages_per_second" },
	{ "activated file", "activated_file_pages_per_second" },
	{ "restored", "restored_pages_per_second" },
	{ "scanned kswapd", "scanned_kswapd_pages_per_second" },
	{ "scanned direct", "scanned_direct_pages_per_second" },
	{ "allocation stalls", "allocstalls_per_second" },
	{ "compaction stalls", "compact_stalls_per_second" },
	{ "OOM kills", "oom_kills" },
};
/* clang-format on */

enum { EVIDENCE_ITEMS = sizeof(evidence_items) / sizeof(*evidence_items) };

/* An item, two blanks behind what stands before it, if all of it fits. Returns where it ends. */
static size_t draw_item(struct drawing *drawing, size_t row, size_t column, const char *word,
			const char *figure)
{
	size_t left = drawing->layout.columns - column, taken = 2 + 1 + strlen(figure);

	/* What comes from the system may be wider than its bytes: it is escaped. */
	if (left < taken || canvas_fitting(word, left - taken) < strlen(word))
		return drawing->layout.columns;
	column = canvas_put(drawing->canvas, row, column + 2, STYLE_FAINT, word);
	return canvas_put(drawing->canvas, row, column + 1, STYLE_PLAIN, figure);
}

static size_t draw_items(struct drawing *drawing, size_t row, size_t column,
			 const struct item *items)
{
	char words[UNITS_TEXT];

	for (; items->metric; items++)
		column = draw_item(drawing, row, column, items->word,
				   metric_figure(&drawing->shot->view, items->metric, words));
	return column;
}

/* The label at the left edge and the figure that stands below others. */
static size_t draw_label(struct drawing *drawing, size_t row, const char *label, const char *figure)
{
	struct span span = {row, LABEL_WIDTH, TOTAL_WIDTH, ALIGN_RIGHT};

	canvas_put(drawing->canvas, row, 0, STYLE_STRONG, label);
	canvas_put_span(drawing->canvas, span, STYLE_PLAIN, figure);
	return LABEL_WIDTH + TOTAL_WIDTH;
}

static void draw_memory(struct drawing *drawing)
{
	size_t row = drawing->layout.at[PART_MEMORY], column;
	char words[UNITS_TEXT];

	column = draw_label(drawing, row, "Mem",
			    metric_figure(&drawing->shot->view, "mem_total_bytes", words));
	draw_items(drawing, row, column, memory_items);
}

/* One area by its name, which may be cut; of several the first, and how many others there are. */
static void draw_areas(struct drawing *drawing, size_t row, size_t column)
{
	const struct pmm_sample *now = drawing->shot->view.now;
	const struct pmm_area *first = pmm_sample_area(now, 0);
	const struct pmm_verdict *system = view_verdict(&drawing->shot->view, 0);
	char words[UNITS_TEXT];
	struct span span = {row, column + 2, 0, ALIGN_LEFT};
	size_t count = 0;

	while (pmm_sample_area(now, count))
		count++;
	if (column + 2 + LEAST_AREA > drawing->layout.columns)
		return;
	span.width = drawing->layout.columns - span.column - LEAST_AREA;
	if (canvas_fitting(first->name, span.width) == strlen(first->name)) {
		column = canvas_put(drawing->canvas, row, span.column, STYLE_PLAIN, first->name);
	} else {
		canvas_put_span(drawing->canvas, span, STYLE_PLAIN, first->name);
		column = span.column + span.width;
	}
	snprintf(words, sizeof(words), "%d", first->priority);
	column = draw_item(drawing, row, column - 1, "prio", words);
	if (system && !isnan(system->swap_read_seconds)) {
		snprintf(words, sizeof(words), "%.2gms", system->swap_read_seconds * 1000);
		column = draw_item(drawing, row, column, "await", words);
	}
	if (count == 1)
		return;
	snprintf(words, sizeof(words), "%zu", count - 1);
	draw_item(drawing, row, column, "others", words);
}

static void draw_swap(struct drawing *drawing)
{
	const struct pmm_sample *now = drawing->shot->view.now;
	size_t row = drawing->layout.at[PART_SWAP], column;
	char words[UNITS_TEXT];

	if (pmm_sample_knows_areas(now) && !pmm_sample_area(now, 0)) {
		draw_label(drawing, row, "Swap", "none");
		return;
	}
	column = draw_label(drawing, row, "Swap",
			    metric_figure(&drawing->shot->view, "swap_total_bytes", words));
	column = draw_items(drawing, row, column, swap_items);
	if (pmm_sample_area(now, 0))
		draw_areas(drawing, row, column);
}

static void draw_compressed(struct drawing *drawing)
{
	const struct pmm_sample *now = drawing->shot->view.now;
	const struct pmm_zswap *zswap = pmm_sample_zswap(now);
	size_t row = drawing->layout.at[PART_COMPRESSED], column = LABEL_WIDTH - 1;
	char stored[UNITS_TEXT], used[UNITS_TEXT];
	const struct pmm_zram *zram;

	canvas_put(drawing->canvas, row, 0, STYLE_STRONG, "Comp");
	for (size_t i = 0; (zram = pmm_sample_zram(now, i)); i++) {
		column = draw_item(drawing, row, column, zram->name,
				   size_figure(zram->stored_bytes, stored));
		column = draw_item(drawing, row, column - 1, "in",
				   size_figure(zram->used_bytes, used));
	}
	if (!pmm_sample_zram(now, 0))
		column = draw_item(drawing, row, column, "zram", "-");
	if (zswap && zswap->is_enabled)
		draw_items(drawing, row, column, zswap_items);
	else
		draw_item(drawing, row, column, "zswap", zswap ? "off" : "-");
}

/* ---- pressure ---- --------------------------------------------------------------------------- */

struct pressure_line {
	const char *label;
	const char *prefix; /* of the metrics; NULL: what the verdict of the system has lost */
	enum trend trend;
};

static const struct pressure_line pressure_lines[] = {
	{"mem some", "pressure_memory_some", TREND_MEMORY_SOME},
	{"mem full", "pressure_memory_full", TREND_MEMORY_FULL},
	{"io  full", "pressure_io_full", TREND_IO_FULL},
	{"lost >=", NULL, TREND_LOST},
};

static void draw_figure(struct drawing *drawing, size_t row, size_t end, const char *words)
{
	struct span span = {row, end + 1 - FIGURE_WIDTH, FIGURE_WIDTH, ALIGN_RIGHT};

	canvas_put_span(drawing->canvas, span, STYLE_PLAIN, words);
}

static void draw_trend(struct drawing *drawing, size_t row, enum trend trend,
		       const struct pressure_layout *at)
{
	for (size_t i = 0; i < at->trend_width; i++)
		canvas_put(drawing->canvas, row, at->trend_at + i, STYLE_FAINT,
			   history_spark(drawing->shot->history, trend, i, at->trend_width,
					 drawing->shot->has_utf8));
}

static void draw_paging(struct drawing *drawing, size_t row, size_t column, const struct item *item)
{
	struct span span = {row, column + PAGING_LABEL_WIDTH, PAGING_FIGURE_WIDTH, ALIGN_RIGHT};
	char words[UNITS_TEXT];

	canvas_put(drawing->canvas, row, column, STYLE_FAINT, item->word);
	canvas_put_span(drawing->canvas, span, STYLE_PLAIN,
			metric_figure(&drawing->shot->view, item->metric, words));
}

static void draw_averages(struct drawing *drawing, size_t row, const char *prefix)
{
	static const char *const windows[] = {"", "_avg10", "_avg60", "_avg300"};
	char name[64], words[UNITS_TEXT];

	for (size_t i = 0; i < sizeof(windows) / sizeof(*windows); i++) {
		snprintf(name, sizeof(name), "%s%s_percent", prefix, windows[i]);
		draw_figure(drawing, row, FIRST_FIGURE - 1 + i * FIGURE_WIDTH,
			    metric_figure(&drawing->shot->view, name, words));
	}
}

/* "34.1", "~34.1", "-". */
static char *lost_figure(const struct pmm_verdict *verdict, char words[UNITS_TEXT])
{
	char figure[UNITS_TEXT];

	percent_figure(verdict ? verdict->lost_percent : (double)NAN, figure);
	snprintf(words, UNITS_TEXT, "%s%.20s", verdict && verdict->is_estimate ? "~" : "", figure);
	return words;
}

static void draw_pressure(struct drawing *drawing)
{
	struct pressure_layout at = layout_pressure(drawing->layout.columns);
	size_t row = drawing->layout.at[PART_PRESSURE];
	const struct pmm_verdict *verdict = view_verdict(&drawing->shot->view, 0);
	char words[UNITS_TEXT];

	canvas_put(drawing->canvas, row, 0, STYLE_STRONG, "stall %     now   10s   60s  300s");
	if (at.trend_width)
		canvas_put(drawing->canvas, row, at.trend_at, STYLE_STRONG, "last 60 s");
	if (at.paging_at)
		canvas_put(drawing->canvas, row, at.paging_at, STYLE_STRONG, "paging        /s");
	for (size_t i = 0; i < sizeof(pressure_lines) / sizeof(*pressure_lines); i++) {
		const struct pressure_line *line = &pressure_lines[i];

		row++;
		canvas_put(drawing->canvas, row, 0, STYLE_FAINT, line->label);
		if (line->prefix)
			draw_averages(drawing, row, line->prefix);
		else
			draw_figure(drawing, row, FIRST_FIGURE - 1, lost_figure(verdict, words));
		draw_trend(drawing, row, line->trend, &at);
		if (at.paging_at)
			draw_paging(drawing, row, at.paging_at, &paging_items[i]);
	}
}

/*
 * In place of the table: a line, of which the first items matter most. All of it is of the scope
 * and the window of the state, the line of which may end before what is lost.
 */
static void draw_brief(struct drawing *drawing)
{
	const struct pmm_verdict *verdict = drawing->shot->view.verdict;
	size_t row = drawing->layout.at[PART_BRIEF], column;
	char words[UNITS_TEXT];

	column = canvas_print(drawing->canvas, row, 0, STYLE_STRONG, "lost %s%%",
			      lost_figure(verdict, words));
	if (!verdict)
		return;
	const struct {
		const char *word;
		double value;
		char *(*figure)(double value, char words[UNITS_TEXT]);
	} items[] = {
		{"mem", verdict->memory_full_percent, percent_figure},
		{"io", verdict->io_full_percent, percent_figure},
		{"in", verdict->swapped_in_pages_per_second, rate_figure},
		{"out", verdict->swapped_out_pages_per_second, rate_figure},
		{"majflt", verdict->major_faults_per_second, rate_figure},
		{"back", verdict->came_back_pages_per_second, rate_figure},
	};

	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		column = draw_item(drawing, row, column, items[i].word,
				   items[i].figure(items[i].value, words));
}

/* ---- the counters behind it ---- ------------------------------------------------------------- */

static void draw_evidence(struct drawing *drawing)
{
	size_t row = drawing->layout.at[PART_EVIDENCE];
	size_t across = drawing->layout.columns / EVIDENCE_WIDTH;

	if (!across)
		across = 1;
	for (size_t i = 0; i < EVIDENCE_ITEMS && i / across < drawing->layout.height[PART_EVIDENCE];
	     i++) {
		size_t column = i % across * EVIDENCE_WIDTH;
		struct span span = {row + i / across, column + EVIDENCE_WIDTH - 8, 6, ALIGN_RIGHT};
		char words[UNITS_TEXT];

		canvas_put(drawing->canvas, span.row, column, STYLE_FAINT, evidence_items[i].word);
		canvas_put_span(
			drawing->canvas, span, STYLE_PLAIN,
			metric_figure(&drawing->shot->view, evidence_items[i].metric, words));
	}
}

/* ---- the whole ---- -------------------------------------------------------------------------- */

void draw_system(struct drawing *drawing)
{
	static const struct {
		enum part part;
		void (*draw)(struct drawing *drawing);
	} parts[] = {
		{PART_MEMORY, draw_memory},	    {PART_SWAP, draw_swap},
		{PART_COMPRESSED, draw_compressed}, {PART_PRESSURE, draw_pressure},
		{PART_BRIEF, draw_brief},	    {PART_EVIDENCE, draw_evidence},
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (drawing->layout.height[parts[i].part])
			parts[i].draw(drawing);
}
