/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap --summary: a line for each process, and their total. The sums are those of its mappings,
 * as vmas.c lists them. Pages that processes share count for each of them.
 */

#include "rows.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "sums.h"

enum process_field {
	FIELD_PID,
	FIELD_USER,
	FIELD_SIZE, /* and the other sums, by enum sum */
	FIELD_TABLES = FIELD_SIZE + SUMS,
	FIELD_COMPLETE,
	FIELD_NAME,
	FIELDS,
};

#define MAPS	    "/proc/PID/maps"
#define PAGEMAP	    "/proc/PID/pagemap"
#define AT_SUM(sum) [FIELD_SIZE + (sum)]

const struct field process_fields[FIELDS + 1] = {
	[FIELD_PID] = {"pid", "PID", UNIT_COUNT, "the process", "/proc", true, false},
	[FIELD_USER] = {"user", "USER", UNIT_TEXT, "its effective user", "/proc/PID/status", false,
			false},
	SUMS_ROWS(AT_SUM, true),
	[FIELD_TABLES] = {"tables_bytes", "TABLES", UNIT_BYTES,
			  "what its page tables take, whatever is asked about",
			  "VmPTE of /proc/PID/status", true, false},
	[FIELD_COMPLETE] = {"complete", "COMPLETE", UNIT_BOOLEAN,
			    "it was there, and could be read, to the end", PAGEMAP, false, false},
	[FIELD_NAME] = {"name", "NAME", UNIT_TEXT, "what it calls itself", "/proc/PID/stat", true,
			true},
};

struct summary {
	struct inquest *inquest;
	unsigned walk_flags;
	struct users *users; /* NULL: not asked for */
	struct rows *rows;
	size_t count;
	struct sums total;
	uint64_t table_bytes; /* of all; absent: of none is it known */
};

/* ---- counting ---- */

static bool needs(const struct settings *settings, enum process_field field)
{
	for (size_t i = 0; i < settings->fields.count; i++)
		if (settings->fields.indices[i] == field)
			return true;
	return settings->sort == field;
}

/* How many mappings the filter lets pass. */
static size_t sum_mappings(struct target *target, struct sums *ret_sums)
{
	const struct pmm_mapping *mapping;
	struct sums sums;
	size_t count = 0;

	*ret_sums = sums_none();
	while (pmm_walk_next_mapping(target->walk, &mapping) > 0) {
		if (!sums_read(target, mapping, &sums))
			continue;
		sums_add(ret_sums, &sums);
		count++;
	}
	sums_remark(ret_sums);
	return count;
}

static void sum_values(const struct sums *sums, struct value *values)
{
	for (enum sum i = 0; i < SUMS; i++)
		values[FIELD_SIZE + i] = sums_value(sums, i);
}

static void add_tables(struct summary *summary, uint64_t table_bytes)
{
	if (table_bytes == PMM_ABSENT)
		return;
	if (summary->table_bytes == PMM_ABSENT)
		summary->table_bytes = 0;
	summary->table_bytes += table_bytes;
}

static void add_target(struct summary *summary, struct target *target)
{
	const struct pmm_process *process = target->process;
	struct value *values;
	struct sums sums;

	if (!sum_mappings(target, &sums))
		return;
	summary->count++;
	sums_add(&summary->total, &sums);
	add_tables(summary, process->table_bytes);
	values = rows_add(summary->rows);
	sum_values(&sums, values);
	values[FIELD_PID] = value_unsigned((uint64_t)process->pid);
	values[FIELD_TABLES] = value_unsigned(process->table_bytes);
	values[FIELD_COMPLETE] = value_unsigned(target->is_complete);
	values[FIELD_NAME] = value_text(rows_keep(summary->rows, format_text("%s", process->name)));
	if (summary->users)
		values[FIELD_USER] = value_text(users_name(summary->users, target->root, process));
}

static void add_processes(struct summary *summary, const pid_t *pids, size_t count)
{
	struct target target;

	for (size_t i = 0; i < count; i++) {
		if (!target_open(summary->inquest, pids[i], summary->walk_flags, &target))
			continue;
		add_target(summary, &target);
		target_close(&target);
	}
}

/* ---- showing ---- */

static void total_values(const struct summary *summary, struct value *values)
{
	for (size_t i = 0; i < FIELDS; i++)
		values[i] = value_absent();
	sum_values(&summary->total, values);
	values[FIELD_TABLES] = value_unsigned(summary->table_bytes);
}

/* The total is a line for people, where its first field can say what it is. */
static void report_total(const struct summary *summary, struct report *report)
{
	const struct settings *settings = &summary->inquest->settings;
	size_t first = settings->fields.indices[0];
	struct value values[FIELDS];

	if (settings->report.format != FORMAT_TABLE || summary->count < 2)
		return;
	total_values(summary, values);
	if (values[first].kind == VALUE_ABSENT)
		values[first] = value_text("total");
	report_row(report, values);
}

static void json_total(const struct summary *summary)
{
	struct value values[FIELDS];

	total_values(summary, values);
	json_open("total");
	for (size_t i = FIELD_SIZE; i <= FIELD_TABLES; i++)
		json_value(process_fields[i].key, UNIT_BYTES, &values[i]);
	json_close();
	document_end();
}

static void show(const struct summary *summary)
{
	const struct settings *settings = &summary->inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	struct report *report;

	if (is_json)
		document_begin();
	report = report_open(&settings->report, &settings->fields, "processes");
	rows_put(summary->rows, report);
	report_total(summary, report);
	report_close(report);
	if (is_json)
		json_total(summary);
}

void summary_run(struct inquest *inquest, const pid_t *pids, size_t count)
{
	struct settings *settings = &inquest->settings;
	struct summary summary = {
		.inquest = inquest,
		/* To tell what is exclusive takes several times as long as all the rest. */
		.walk_flags = needs(settings, FIELD_SIZE + SUM_EXCLUSIVE) ? PMM_WALK_FRAMES
									  : PMM_WALK_HEADS,
		.users = needs(settings, FIELD_USER) ? users_open() : NULL,
		.rows = rows_open(process_fields),
		.total = sums_none(),
		.table_bytes = PMM_ABSENT,
	};

	if (summary.users || needs(settings, FIELD_TABLES))
		settings->process_flags = PMM_PROCESSES_STATUS;
	add_processes(&summary, pids, count);
	rows_sort(summary.rows, settings->sort);
	show(&summary);
	rows_close(summary.rows);
	if (summary.users)
		users_close(summary.users);
}
