/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The forms for scripts: an object a sample (JSON), or a line a sample, process or cgroup (CSV,
 * TSV, raw, pairs, or plain columns where -o chose fields).
 */

#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/stream.h"
#include "shared/table.h"
#include "shared/units.h"
#include "vmtop.h"

enum {
	TIME_WIDTH = 24, /* of "2026-11-22T22:06:15.123Z", the only text of the system */
};

static void json_host(const struct pmm_host *host)
{
	struct value name = value_text(host->name), release = value_text(host->release);
	struct value cpus = value_unsigned(host->cpus);

	json_open("host");
	json_value("name", UNIT_TEXT, &name);
	json_value("kernel", UNIT_TEXT, &release);
	json_value("cpus", UNIT_COUNT, &cpus);
	json_close();
}

static void json_areas(const struct pmm_sample *sample)
{
	const struct pmm_area *area;

	if (!pmm_sample_knows_areas(sample)) {
		struct value absent = value_absent();

		json_value("areas", UNIT_TEXT, &absent);
		return;
	}
	json_open_array("areas");
	for (size_t i = 0; (area = pmm_sample_area(sample, i)); i++) {
		struct value priority = value_signed(area->priority);

		json_open(NULL);
		json_text("name", area->name);
		json_text("type", pmm_area_type_name(area->type));
		json_unsigned("size_bytes", area->size_bytes);
		json_unsigned("used_bytes", area->used_bytes);
		json_value("priority", UNIT_NUMBER, &priority);
		json_boolean("deleted", area->is_deleted);
		json_close();
	}
	json_close_array();
}

static void json_zrams(const struct pmm_sample *sample)
{
	const struct pmm_zram *zram;

	json_open_array("zram");
	for (size_t i = 0; (zram = pmm_sample_zram(sample, i)); i++) {
		struct value algorithm = value_text(zram->algorithm);
		struct value disk = value_unsigned(zram->disk_bytes);
		struct value stored = value_unsigned(zram->stored_bytes);
		struct value used = value_unsigned(zram->used_bytes);

		json_open(NULL);
		json_text("name", zram->name);
		json_value("algorithm", UNIT_TEXT, &algorithm);
		json_value("disk_bytes", UNIT_BYTES, &disk);
		json_value("stored_bytes", UNIT_BYTES, &stored);
		json_value("used_bytes", UNIT_BYTES, &used);
		json_real("ratio", pmm_zram_ratio(zram));
		json_close();
	}
	json_close_array();
}

static void json_zswap(const struct pmm_sample *sample)
{
	const struct pmm_zswap *zswap = pmm_sample_zswap(sample);
	struct value text = value_text(zswap ? zswap->compressor : NULL);

	if (!zswap) {
		json_value("zswap", UNIT_TEXT, &text);
		return;
	}
	json_open("zswap");
	json_boolean("enabled", zswap->is_enabled);
	json_value("compressor", UNIT_TEXT, &text);
	json_close();
}

/* A table is a picture of its own; a stream has its heading once. */
static struct report *open_report(const struct settings *settings, const struct view *view,
				  const struct selection *selection, const char *name)
{
	struct report_options options = settings->report;

	if (options.format != FORMAT_TABLE && !view->is_first)
		options.without_headings = true;
	return report_open(&options, selection, name);
}

void processes_print(const struct settings *settings, const struct view *view)
{
	struct report *report = open_report(settings, view, &settings->process, "processes");
	struct value values[PROCESS_FIELDS];

	for (size_t i = 0; i < view->rows->count; i++) {
		process_values(view, &view->rows->items[i], values);
		report_row(report, values);
	}
	report_close(report);
}

void cgroups_print(const struct settings *settings, const struct view *view)
{
	struct report *report = open_report(settings, view, &settings->cgroup, "cgroups");
	const struct pmm_verdict *verdict;
	struct value values[GROUP_FIELDS];

	for (size_t i = 0; (verdict = view_verdict(view, i)); i++) {
		if (settings->filter.cgroup &&
		    !(verdict->path && is_below_cgroup(verdict->path, settings->filter.cgroup)))
			continue;
		cgroup_values(view, verdict, values);
		report_row(report, values);
	}
	report_close(report);
}

static void print_json(const struct settings *settings, const struct view *view,
		       const struct value *values)
{
	json_open(NULL);
	json_text("schema", "vmtop/1");
	json_value("time", UNIT_TEXT, &values[SYSTEM_TIME]);
	json_value("interval_seconds", UNIT_SECONDS, &values[SYSTEM_INTERVAL]);
	json_host(pmm_sample_host(view->now));
	verdict_json(settings, view);
	json_open("system");
	for (size_t i = 0; i < settings->system.count; i++) {
		size_t index = settings->system.indices[i];
		const struct field *field = &settings->system.fields[index];

		if (index >= SYSTEM_VERDICT)
			json_value(field->key, field->unit, &values[index]);
	}
	json_close();
	json_areas(view->now);
	json_zrams(view->now);
	json_zswap(view->now);
	processes_print(settings, view);
	cgroups_print(settings, view);
	json_close();
	json_end();
}

static void print_separated(const struct settings *settings, const struct view *view,
			    const struct value *values)
{
	struct report *report = open_report(settings, view, &settings->system, "system");

	report_row(report, values);
	report_close(report);
}

static int column_width(const struct selection *selection, size_t place)
{
	const struct field *field = &selection->fields[selection->indices[place]];
	int width = (int)strlen(field->heading);

	return field->unit == UNIT_TEXT && width < TIME_WIDTH ? TIME_WIDTH : width;
}

/* Columns as wide as their headings, so that lines of a stream stand below each other. */
static void print_columns(const struct settings *settings, const struct view *view,
			  const struct value *values)
{
	const struct selection *selection = &settings->system;
	enum words words = settings->report.with_exact_bytes ? WORDS_BYTES : WORDS_HUMAN;
	bool with_headings = view->is_first && !settings->report.without_headings;
	char buffer[UNITS_TEXT];

	for (size_t i = 0; with_headings && i < selection->count; i++)
		printf("%*s%c", column_width(selection, i),
		       selection->fields[selection->indices[i]].heading,
		       i + 1 < selection->count ? ' ' : '\n');
	for (size_t i = 0; i < selection->count; i++) {
		size_t index = selection->indices[i];

		printf("%*s%c", column_width(selection, i),
		       value_words(&values[index], selection->fields[index].unit, words, buffer),
		       i + 1 < selection->count ? ' ' : '\n');
	}
}

void lines_print(const struct settings *settings, const struct view *view)
{
	struct value *values = allocate(system_fields_count(), sizeof(*values));

	system_values(view, values);
	if (settings->report.format == FORMAT_JSON)
		print_json(settings, view, values);
	else if (settings->scope == SCOPE_PROCESS)
		processes_print(settings, view);
	else if (settings->scope == SCOPE_CGROUP)
		cgroups_print(settings, view);
	else if (settings->report.format == FORMAT_TABLE)
		print_columns(settings, view, values);
	else
		print_separated(settings, view, values);
	free(values);
}
