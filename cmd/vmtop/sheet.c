/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The report for people: memory, swap, pressure, paging and the processes that matter, one sample
 * on one screen of 80 columns. It only places values; which they are and how they are computed is
 * the library's.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/text.h"
#include "shared/units.h"
#include "vmtop.h"

enum {
	LABEL_WIDTH = 9,  /* of "pressure" and its like at the left edge */
	FIGURE_WIDTH = 7, /* of a number below others */
	SHEET_WIDTH = 80,
};

/* A word and the metric that it stands for; no word: the number says it. */
struct item {
	const char *word;
	const char *metric;
};

/* clang-format off */
static const struct item memory_items[] = {
	{ NULL, "mem_total_bytes" },
	{ "available", "mem_available_bytes" },
	{ "anon", "anon_bytes" },
	{ "file", "file_bytes" },
	{ "shmem", "shmem_bytes" },
	{ "slab", "slab_bytes" },
	{ "page tables", "page_tables_bytes" },
	{ "dirty", "dirty_bytes" },
	{ NULL, NULL },
};

static const struct item swap_items[] = {
	{ NULL, "swap_total_bytes" },
	{ "used", "swap_used_bytes" },
	{ "also in RAM", "swap_cached_bytes" },
	{ "in", "swap_in_pages_per_second" },
	{ "out", "swap_out_pages_per_second" },
	{ NULL, NULL },
};

static const struct item zswap_items[] = {
	{ NULL, "zswap_stored_bytes" },
	{ "takes", "zswap_pool_bytes" },
	{ "in", "zswap_in_pages_per_second" },
	{ "out", "zswap_out_pages_per_second" },
	{ NULL, NULL },
};

static const struct item paging_items[] = {
	{ "major faults", "major_faults_per_second" },
	{ "evicted", "evicted_pages_per_second" },
	{ "came back", "refaulted_pages_per_second" },
	{ "scanned by kswapd", "scanned_kswapd_pages_per_second" },
	{ "scanned directly", "scanned_direct_pages_per_second" },
	{ "stalls", "allocstalls_per_second" },
	{ "OOM kills", "oom_kills" },
	{ NULL, NULL },
};
/* clang-format on */

static const uint64_t NS_PER_SECOND = 1000000000;

/* ---- words ---- ------------------------------------------------------------------------------ */

static void metric_words(char words[UNITS_TEXT], const struct settings *settings,
			 const struct view *view, const char *name)
{
	const struct pmm_metric *metric = pmm_metric_find(name);
	double value = pmm_metric_value(metric, view->now, view->before);
	char rate[UNITS_TEXT];

	if (isnan(value))
		snprintf(words, UNITS_TEXT, "-");
	else if (metric->unit == PMM_UNIT_COUNT ||
		 (metric->unit == PMM_UNIT_BYTES && settings->report.with_exact_bytes))
		snprintf(words, UNITS_TEXT, "%.0f", value);
	else if (metric->unit == PMM_UNIT_BYTES)
		format_size(words, (uint64_t)value);
	else if (metric->unit == PMM_UNIT_PERCENT)
		format_percent(words, value);
	else
		snprintf(words, UNITS_TEXT, "%s/s", format_rate(rate, value));
}

static void size_words(char words[UNITS_TEXT], const struct settings *settings, uint64_t bytes)
{
	if (bytes == PMM_ABSENT)
		snprintf(words, UNITS_TEXT, "-");
	else if (settings->report.with_exact_bytes)
		snprintf(words, UNITS_TEXT, "%ju", (uintmax_t)bytes);
	else
		format_size(words, bytes);
}

/* ---- a line of items, broken where the sheet ends ---- --------------------------------------- */

static int print_item(int column, const char *word, const char *words)
{
	int width = (int)strlen(words) + (word ? (int)strlen(word) + 1 : 0);

	if (column + 2 + width > SHEET_WIDTH)
		column = printf("\n%*s", LABEL_WIDTH + FIGURE_WIDTH, "") - 1;
	if (word)
		return column + printf("  %s %s", word, words);
	return column + printf("%*s", FIGURE_WIDTH, words);
}

static void print_items(const char *label, const struct item *items,
			const struct settings *settings, const struct view *view)
{
	char words[UNITS_TEXT];
	int column = printf("%-*s", LABEL_WIDTH, label);

	for (const struct item *item = items; item->metric; item++) {
		metric_words(words, settings, view, item->metric);
		column = print_item(column, item->word, words);
	}
	putchar('\n');
}

/* ---- the parts ---- -------------------------------------------------------------------------- */

static void print_heading(const struct view *view)
{
	const struct pmm_host *host = pmm_sample_host(view->now);
	char words[UNITS_TEXT];

	if (host->name) {
		put_text(stdout, host->name, strlen(host->name));
		fputs("  ", stdout);
	}
	if (*view->rows->time)
		printf("%s  ", view->rows->time);
	printf("up %s", format_duration(words, pmm_sample_boot_ns(view->now) / NS_PER_SECOND));
	if (host->cpus != PMM_ABSENT)
		printf("  %ju CPU", (uintmax_t)host->cpus);
	if (host->release) {
		fputs("  Linux ", stdout);
		put_text(stdout, host->release, strlen(host->release));
	}
	if (!isnan(view->interval_seconds))
		printf("  over %.1f s", view->interval_seconds);
	fputs("\n\n", stdout);
}

static void print_areas(const struct settings *settings, const struct pmm_sample *sample)
{
	const struct pmm_area *area;
	char size[UNITS_TEXT], used[UNITS_TEXT];

	for (size_t i = 0; (area = pmm_sample_area(sample, i)); i++) {
		size_words(size, settings, area->size_bytes);
		size_words(used, settings, area->used_bytes);
		printf("%*s", LABEL_WIDTH + 2, "");
		put_text(stdout, area->name, strlen(area->name));
		printf("  %s%s  %s  used %s  priority %d\n", pmm_area_type_name(area->type),
		       area->is_deleted ? " (deleted)" : "", size, used, area->priority);
	}
}

static void print_swap(const struct settings *settings, const struct view *view)
{
	if (pmm_sample_knows_areas(view->now) && !pmm_sample_area(view->now, 0)) {
		printf("%-*s%*s\n", LABEL_WIDTH, "swap", FIGURE_WIDTH, "none");
		return;
	}
	print_items("swap", swap_items, settings, view);
	print_areas(settings, view->now);
}

static void print_zram(const struct settings *settings, const struct pmm_sample *sample)
{
	const struct pmm_zram *zram;
	char stored[UNITS_TEXT], used[UNITS_TEXT], disk[UNITS_TEXT];

	for (size_t i = 0; (zram = pmm_sample_zram(sample, i)); i++) {
		double ratio = pmm_zram_ratio(zram);

		size_words(stored, settings, zram->stored_bytes);
		size_words(used, settings, zram->used_bytes);
		size_words(disk, settings, zram->disk_bytes);
		printf("%-*s%*s  takes %s", LABEL_WIDTH, "zram", FIGURE_WIDTH, stored, used);
		if (!isnan(ratio))
			printf(" (%.1f to 1)", ratio);
		printf("  size %s  ", disk);
		put_text(stdout, zram->name, strlen(zram->name));
		if (zram->algorithm) {
			putchar(' ');
			put_text(stdout, zram->algorithm, strlen(zram->algorithm));
		}
		putchar('\n');
	}
}

static void print_zswap(const struct settings *settings, const struct view *view)
{
	const struct pmm_zswap *zswap = pmm_sample_zswap(view->now);

	if (zswap && zswap->is_enabled)
		print_items("zswap", zswap_items, settings, view);
}

/* A line of the four metrics whose names begin with PREFIX: now and the three averages. */
static void print_stall(const char *label, const char *line, const char *prefix,
			const struct settings *settings, const struct view *view)
{
	static const char *const windows[] = {"", "_avg10", "_avg60", "_avg300"};
	char name[64], words[UNITS_TEXT];

	printf("  %-*s%-*s", LABEL_WIDTH - 2, label, FIGURE_WIDTH, line);
	for (size_t i = 0; i < sizeof(windows) / sizeof(*windows); i++) {
		snprintf(name, sizeof(name), "%s%s_percent", prefix, windows[i]);
		metric_words(words, settings, view, name);
		printf("%*s", FIGURE_WIDTH, words);
	}
	putchar('\n');
}

static void print_pressure(const struct settings *settings, const struct view *view)
{
	printf("%-*s%*s%*s%*s%*s\n", LABEL_WIDTH + FIGURE_WIDTH, "pressure", FIGURE_WIDTH, "now",
	       FIGURE_WIDTH, "10s", FIGURE_WIDTH, "60s", FIGURE_WIDTH, "300s");
	print_stall("memory", "some", "pressure_memory_some", settings, view);
	print_stall("", "full", "pressure_memory_full", settings, view);
	print_stall("io", "some", "pressure_io_some", settings, view);
	print_stall("", "full", "pressure_io_full", settings, view);
}

void sheet_print(const struct settings *settings, const struct view *view)
{
	if (!view->is_first)
		putchar('\n');
	print_heading(view);
	print_items("memory", memory_items, settings, view);
	print_swap(settings, view);
	print_zram(settings, view->now);
	print_zswap(settings, view);
	print_pressure(settings, view);
	print_items("paging", paging_items, settings, view);
	if (view->rows->count) {
		putchar('\n');
		processes_print(settings, view);
	}
}
