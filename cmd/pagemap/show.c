/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What the modes that show processes have in common: one process after the other in every format,
 * and the line above its table.
 */

#include <stdio.h>
#include <string.h>

#include "pagemap.h"
#include "shared/text.h"
#include "shared/units.h"

void processes_run(struct inquest *inquest, const pid_t *pids, size_t count, const char *name,
		   process_show *show)
{
	const struct settings *settings = &inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	bool is_table = settings->report.format == FORMAT_TABLE;
	struct report *report = NULL;
	bool is_first = true;

	if (is_json)
		document_open();
	else if (!is_table)
		report = report_open(&settings->report, &settings->fields, name);
	for (size_t i = 0; i < count; i++)
		if (show(inquest, report, pids[i], is_first))
			is_first = false;
	if (report)
		report_close(report);
	if (is_json)
		document_close();
}

void heading_begin(const struct target *target)
{
	const struct pmm_process *process = target->process;

	printf("PID %d ", (int)process->pid);
	put_text(stdout, process->name, strlen(process->name));
	putchar(' ');
}

void heading_amount(const struct settings *settings, const char *name, uint64_t bytes)
{
	char text[UNITS_TEXT];

	if (bytes == PMM_ABSENT)
		printf("  %s -", name);
	else if (settings->report.with_exact_bytes)
		printf("  %s %ju", name, (uintmax_t)bytes);
	else
		printf("  %s %s", name, format_size(text, bytes));
}

void heading_end(const struct target *target)
{
	puts(target->is_complete ? "" : "  incomplete");
}
