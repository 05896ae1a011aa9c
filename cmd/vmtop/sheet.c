/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The report for people: memory, swap, pressure and paging, one sample on one screen; then the
 * processes that matter, as many as fit below it. It only places values; which they are and how
 * they are computed is the library's.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/terminal.h"
#include "shared/text.h"
#include "shared/units.h"
#include "vmtop.h"

enum {
	LABEL_WIDTH = 9,  /* of "pressure" and its like at the left edge */
	FIGURE_WIDTH = 7, /* of a number below others */
	SHEET_WIDTH = 80, /* of numbers, where stdout is no terminal */
	LEAST_TOP = 3,	  /* processes, however low the terminal is */
	AREAS_TOP = 4,	  /* lines of areas on a terminal */
};

/* The sheet of one report: the line that is at hand, and what it is filled from. */
struct sheet {
	struct flow flow;
	bool is_terminal;
	const struct settings *settings;
	const struct view *view;
};

/* A word and the metric that it stands for; no word: the number says it. */
struct item {
	const char *word;
	const char *metric;
	const char *instead; /* the metric to show where that one is absent; or NULL */
};

/* clang-format off */
static const struct item memory_items[] = {
	{ NULL, "mem_total_bytes", NULL },
	{ "used", "mem_used_bytes", NULL },
	{ "free", "mem_free_bytes", NULL },
	{ "available", "mem_available_bytes", NULL },
	{ "anon", "anon_bytes", NULL },
	{ "file", "file_bytes", NULL },
	{ "shmem", "shmem_bytes", NULL },
	{ "slab", "slab_bytes", NULL },
	{ "page tables", "page_tables_bytes", NULL },
	{ "dirty", "dirty_bytes", NULL },
	{ NULL, NULL, NULL },
};

static const struct item swap_items[] = {
	{ NULL, "swap_total_bytes", NULL },
	{ "used", "swap_used_bytes", NULL },
	{ "also in RAM", "swap_cached_bytes", NULL },
	{ "in", "swap_in_bytes_per_second", "swap_in_pages_per_second" },
	{ "out", "swap_out_bytes_per_second", "swap_out_pages_per_second" },
	{ NULL, NULL, NULL },
};

static const struct item zswap_items[] = {
	{ NULL, "zswap_stored_bytes", NULL },
	{ "takes", "zswap_pool_bytes", NULL },
	{ "in", "zswap_in_bytes_per_second", "zswap_in_pages_per_second" },
	{ "out", "zswap_out_bytes_per_second", "zswap_out_pages_per_second" },
	{ NULL, NULL, NULL },
};

static const struct item paging_items[] = {
	{ "major faults", "major_faults_per_second", NULL },
	{ "evicted", "evicted_pages_per_second", NULL },
	{ "came back", "refaulted_pages_per_second", NULL },
	{ "scanned by kswapd", "scanned_kswapd_pages_per_second", NULL },
	{ "scanned directly", "scanned_direct_pages_per_second", NULL },
	{ "stalls", "allocstalls_per_second", NULL },
	{ "OOM kills", "oom_kills", NULL },
	{ NULL, NULL, NULL },
};
/* clang-format on */

/* ---- words ---- ------------------------------------------------------------------------------ */

static void size_words(char words[UNITS_TEXT], const struct settings *settings, uint64_t bytes)
{
	if (bytes == PMM_ABSENT)
		snprintf(words, UNITS_TEXT, "-");
	else if (settings->report.with_exact_bytes)
		snprintf(words, UNITS_TEXT, "%ju", (uintmax_t)bytes);
	else
		format_size(words, bytes);
}

/* The same of what was computed: it need not fit in 64 bits. */
static void bytes_words(char words[UNITS_TEXT], const struct settings *settings, double bytes)
{
	if (settings->report.with_exact_bytes)
		snprintf(words, UNITS_TEXT, "%.0f", bytes);
	else
		format_signed_size(words, bytes);
}

static void value_in_words(char words[UNITS_TEXT], const struct settings *settings,
			   enum pmm_unit unit, double value)
{
	char number[UNITS_TEXT];

	switch (unit) {
	case PMM_UNIT_BYTES:
		bytes_words(words, settings, value);
		break;
	case PMM_UNIT_BYTES_PER_SECOND:
		bytes_words(number, settings, value);
		snprintf(words, UNITS_TEXT, "%.24s/s", number);
		break;
	case PMM_UNIT_PAGES_PER_SECOND:
		snprintf(words, UNITS_TEXT, "%.20s pages/s", format_rate(number, value));
		break;
	case PMM_UNIT_PER_SECOND:
		snprintf(words, UNITS_TEXT, "%.24s/s", format_rate(number, value));
		break;
	case PMM_UNIT_PERCENT:
	case PMM_UNIT_CPU_PERCENT:
		format_percent(words, value);
		break;
	case PMM_UNIT_RATIO:
		format_percent(words, 100 * value);
		break;
	case PMM_UNIT_SECONDS:
		snprintf(words, UNITS_TEXT, "%.24s ms", format_rate(number, 1000 * value));
		break;
	case PMM_UNIT_COUNT:
		snprintf(words, UNITS_TEXT, "%.0f", value);
		break;
	}
}

static void metric_words(char words[UNITS_TEXT], const struct sheet *sheet, const char *name,
			 const char *instead)
{
	const struct pmm_metric *metric = pmm_metric_find(name);
	double value = pmm_metric_value(metric, sheet->view->now, sheet->view->before);

	if (isnan(value) && instead)
		metric_words(words, sheet, instead, NULL);
	else if (isnan(value))
		snprintf(words, UNITS_TEXT, "-");
	else
		value_in_words(words, sheet->settings, metric->unit, value);
}

/* ---- lines ---- ------------------------------------------------------------------------------ */

/* A label, and if there is one the figure that stands below others; items follow. */
static void begin_line(struct sheet *sheet, const char *label, const char *figure)
{
	char *words = format_text("%-*s%*s", LABEL_WIDTH, label, figure ? FIGURE_WIDTH : 0,
				  figure ? figure : "");

	flow_begin(&sheet->flow, words, strlen(words) + 2);
	free(words);
}

/* Numbers have no end of their own: where there is no terminal they are wrapped all the same. */
static void put_items(struct sheet *sheet, const char *label, const struct item *items)
{
	size_t width = sheet->flow.width;
	const struct item *item = items;
	char words[UNITS_TEXT];

	if (!width)
		sheet->flow.width = SHEET_WIDTH;
	metric_words(words, sheet, item->metric, item->instead);
	begin_line(sheet, label, item->word ? NULL : words);
	item += !item->word;
	for (; item->metric; item++) {
		metric_words(words, sheet, item->metric, item->instead);
		flow_item(&sheet->flow, "%s %s", item->word, words);
	}
	flow_end(&sheet->flow);
	sheet->flow.width = width;
}

static void put_blank_line(struct sheet *sheet)
{
	flow_begin(&sheet->flow, "", 0);
	flow_end(&sheet->flow);
}

/* ---- the first line ---- --------------------------------------------------------------------- */

/* By importance: on a terminal the last give way first. */
enum heading {
	HEADING_HOST,
	HEADING_TIME,
	HEADING_INTERVAL,
	HEADING_UP,
	HEADING_CPUS,
	HEADING_KERNEL,
	HEADINGS, /* how many there are */
};

static void make_heading(const struct view *view, char *parts[HEADINGS])
{
	const struct pmm_host *host = pmm_sample_host(view->now);
	char up[UNITS_TEXT], *release;

	if (host->name)
		parts[HEADING_HOST] = escape_text(host->name, strlen(host->name));
	if (*view->time)
		parts[HEADING_TIME] = format_text("%.19sZ", view->time);
	if (!isnan(view->interval_seconds))
		parts[HEADING_INTERVAL] = format_text("over %.1f s", view->interval_seconds);
	format_duration(up, pmm_sample_boot_ns(view->now) / NS_PER_SECOND);
	parts[HEADING_UP] = format_text("up %s", up);
	if (host->cpus != PMM_ABSENT)
		parts[HEADING_CPUS] = format_text("%ju CPU", (uintmax_t)host->cpus);
	if (!host->release)
		return;
	release = escape_text(host->release, strlen(host->release));
	parts[HEADING_KERNEL] = format_text("Linux %s", release);
	free(release);
}

static size_t heading_width(char *const parts[HEADINGS])
{
	size_t width = 0;

	for (size_t i = 0; i < HEADINGS; i++)
		if (parts[i])
			width += text_width(parts[i]) + (width ? 2 : 0);
	return width;
}

static void put_heading(struct sheet *sheet)
{
	size_t width = sheet->flow.width;
	char *parts[HEADINGS] = {NULL};

	make_heading(sheet->view, parts);
	for (size_t i = HEADINGS - 1; width && i > HEADING_TIME; i--)
		if (heading_width(parts) > width) {
			free(parts[i]);
			parts[i] = NULL;
		}
	flow_begin(&sheet->flow, "", 0);
	for (size_t i = 0; i < HEADINGS; i++)
		if (parts[i])
			flow_item(&sheet->flow, "%s", parts[i]);
	flow_end(&sheet->flow);
	for (size_t i = 0; i < HEADINGS; i++)
		free(parts[i]);
	put_blank_line(sheet);
}

/* ---- swap ---- ------------------------------------------------------------------------------- */

/* The columns of areas, each as wide as what is in it. */
enum area_column { AREA_SIZE, AREA_USED, AREA_PRIORITY, AREA_TYPE, AREA_COLUMNS };

static void area_words(const struct settings *settings, const struct pmm_area *area,
		       char words[AREA_COLUMNS][UNITS_TEXT])
{
	size_words(words[AREA_SIZE], settings, area->size_bytes);
	size_words(words[AREA_USED], settings, area->used_bytes);
	snprintf(words[AREA_PRIORITY], UNITS_TEXT, "%d", area->priority);
	snprintf(words[AREA_TYPE], UNITS_TEXT, "%s%s", pmm_area_type_name(area->type),
		 area->is_deleted ? " (deleted)" : "");
}

static size_t count_areas(const struct pmm_sample *sample)
{
	size_t count = 0;

	while (pmm_sample_area(sample, count))
		count++;
	return count;
}

static void measure_areas(const struct sheet *sheet, size_t count, int widths[AREA_COLUMNS])
{
	char words[AREA_COLUMNS][UNITS_TEXT];

	for (size_t i = 0; i < count; i++) {
		area_words(sheet->settings, pmm_sample_area(sheet->view->now, i), words);
		for (size_t column = 0; column < AREA_COLUMNS; column++)
			if ((int)strlen(words[column]) > widths[column])
				widths[column] = (int)strlen(words[column]);
	}
}

static void put_area(struct sheet *sheet, const struct pmm_area *area,
		     const int widths[AREA_COLUMNS])
{
	char words[AREA_COLUMNS][UNITS_TEXT], *name = escape_text(area->name, strlen(area->name));

	area_words(sheet->settings, area, words);
	begin_line(sheet, "", words[AREA_SIZE]);
	flow_item(&sheet->flow, "used %*s", widths[AREA_USED], words[AREA_USED]);
	flow_item(&sheet->flow, "priority %*s", widths[AREA_PRIORITY], words[AREA_PRIORITY]);
	flow_item(&sheet->flow, "%-*s", widths[AREA_TYPE], words[AREA_TYPE]);
	flow_item(&sheet->flow, "%s", name);
	flow_end(&sheet->flow);
	free(name);
}

/* On a terminal many areas would drive all else from the screen. */
static void put_areas(struct sheet *sheet)
{
	size_t count = count_areas(sheet->view->now), shown = count;
	int widths[AREA_COLUMNS] = {0};

	if (sheet->is_terminal && count > AREAS_TOP)
		shown = AREAS_TOP - 1;
	measure_areas(sheet, shown, widths);
	for (size_t i = 0; i < shown; i++)
		put_area(sheet, pmm_sample_area(sheet->view->now, i), widths);
	if (shown == count)
		return;
	begin_line(sheet, "", "...");
	flow_item(&sheet->flow, "%zu more areas; swapctl lists them", count - shown);
	flow_end(&sheet->flow);
}

static void put_swap(struct sheet *sheet)
{
	if (pmm_sample_knows_areas(sheet->view->now) && !pmm_sample_area(sheet->view->now, 0)) {
		begin_line(sheet, "swap", "none");
		flow_end(&sheet->flow);
		return;
	}
	put_items(sheet, "swap", swap_items);
	put_areas(sheet);
}

static void put_zram(struct sheet *sheet, const struct pmm_zram *zram)
{
	const struct settings *settings = sheet->settings;
	char stored[UNITS_TEXT], used[UNITS_TEXT], disk[UNITS_TEXT];
	char *name = escape_text(zram->name, strlen(zram->name));
	char *algorithm =
		zram->algorithm ? escape_text(zram->algorithm, strlen(zram->algorithm)) : NULL;
	double ratio = pmm_zram_ratio(zram);

	size_words(stored, settings, zram->stored_bytes);
	size_words(used, settings, zram->used_bytes);
	size_words(disk, settings, zram->disk_bytes);
	begin_line(sheet, "zram", stored);
	if (isnan(ratio))
		flow_item(&sheet->flow, "takes %s", used);
	else
		flow_item(&sheet->flow, "takes %s (%.1f to 1)", used, ratio);
	flow_item(&sheet->flow, "size %s", disk);
	flow_item(&sheet->flow, "%s%s%s", name, algorithm ? " " : "", algorithm ? algorithm : "");
	flow_end(&sheet->flow);
	free(algorithm);
	free(name);
}

static void put_compressed(struct sheet *sheet)
{
	const struct pmm_zswap *zswap = pmm_sample_zswap(sheet->view->now);
	const struct pmm_zram *zram;

	for (size_t i = 0; (zram = pmm_sample_zram(sheet->view->now, i)); i++)
		put_zram(sheet, zram);
	if (zswap && zswap->is_enabled)
		put_items(sheet, "zswap", zswap_items);
}

/* ---- pressure ---- --------------------------------------------------------------------------- */

/* A line of the four metrics whose names begin with PREFIX: now and the three averages. */
static void put_stall(struct sheet *sheet, const char *label, const char *line, const char *prefix)
{
	static const char *const windows[] = {"", "_avg10", "_avg60", "_avg300"};
	char name[64], words[UNITS_TEXT];

	printf("  %-*s%-*s", LABEL_WIDTH - 2, label, FIGURE_WIDTH, line);
	for (size_t i = 0; i < sizeof(windows) / sizeof(*windows); i++) {
		snprintf(name, sizeof(name), "%s%s_percent", prefix, windows[i]);
		metric_words(words, sheet, name, NULL);
		printf("%*s", FIGURE_WIDTH, words);
	}
	flow_end(&sheet->flow);
}

static void put_pressure(struct sheet *sheet)
{
	printf("%-*s%*s%*s%*s%*s", LABEL_WIDTH + FIGURE_WIDTH, "pressure", FIGURE_WIDTH, "now",
	       FIGURE_WIDTH, "10s", FIGURE_WIDTH, "60s", FIGURE_WIDTH, "300s");
	flow_end(&sheet->flow);
	put_stall(sheet, "memory", "some", "pressure_memory_some");
	put_stall(sheet, "", "full", "pressure_memory_full");
	put_stall(sheet, "io", "some", "pressure_io_some");
	put_stall(sheet, "", "full", "pressure_io_full");
}

/* ---- the whole ---- -------------------------------------------------------------------------- */

size_t sheet_print(const struct settings *settings, const struct view *view)
{
	struct sheet sheet = {.settings = settings, .view = view};
	struct terminal terminal;
	size_t left;

	sheet.is_terminal = terminal_get(&terminal);
	if (sheet.is_terminal) {
		sheet.flow.width = terminal.columns;
		sheet.flow.may_cut = true;
	}
	if (!view->is_first)
		put_blank_line(&sheet);
	put_heading(&sheet);
	if (view->words) {
		verdict_lines_print(&sheet.flow, view->words);
		put_blank_line(&sheet);
	}
	put_items(&sheet, "memory", memory_items);
	put_swap(&sheet);
	put_compressed(&sheet);
	put_pressure(&sheet);
	put_items(&sheet, "paging", paging_items);

	if (!sheet.is_terminal || settings->is_top_chosen)
		return settings->top;
	/* Below it: a blank line, the headings, and the line for the prompt or the cursor. */
	left = sheet.flow.lines + 3 < terminal.rows ? terminal.rows - sheet.flow.lines - 3 : 0;
	if (left < LEAST_TOP)
		return LEAST_TOP;
	return left < settings->top ? left : settings->top;
}
