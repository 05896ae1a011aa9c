/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * How `pagemap who` shows what it found: for people a few lines about the frame or slot, a table of
 * who maps it, and whether that is all; for machines a row for each mapping.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/fit.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "who.h"

#define MAPS	"/proc/PID/maps"
#define PAGEMAP "/proc/PID/pagemap"

const struct field who_fields[WHO_FIELDS + 1] = {
	[WHO_WHAT] = {"what", "WHAT", UNIT_TEXT, "what was asked for", "operand", false, false},
	[WHO_FRAME] = {"frame", "PFN", UNIT_ADDRESS, "number of the frame", PAGEMAP, false, false},
	[WHO_PID] = {"pid", "PID", UNIT_COUNT, "the process", "/proc", true, false},
	[WHO_PROCESS] = {"process", "PROCESS", UNIT_TEXT, "its name", "/proc/PID/stat", true,
			 false},
	[WHO_ADDRESS] = {"address", "ADDRESS", UNIT_ADDRESS, "where the page is mapped", PAGEMAP,
			 true, false},
	[WHO_PERMISSIONS] = {"permissions", "PERM", UNIT_TEXT,
			     "read, write, execute, private or shared", MAPS, true, false},
	[WHO_STATE] = {"state", "STATE", UNIT_TEXT,
		       "mapped; or of a page of a file, an own copy in its place", PAGEMAP, true,
		       false},
	[WHO_TYPE] = {"swap_type", "TYPE", UNIT_COUNT, "the kernel's number of the swap area",
		      PAGEMAP, false, false},
	[WHO_SLOT] = {"swap_slot", "SLOT", UNIT_COUNT, "the slot in it", PAGEMAP, false, false},
	[WHO_OFFSET] = {"offset_bytes", "OFFSET", UNIT_COUNT, "of the page in the mapping's file",
			MAPS, false, false},
	[WHO_DEVICE] = {"device", "DEVICE", UNIT_TEXT, "of the file: major:minor, hexadecimal",
			MAPS, false, false},
	[WHO_INODE] = {"inode", "INODE", UNIT_COUNT, "of the file; 0 if it has none", MAPS, false,
		       false},
	[WHO_START] = {"start_ticks", "START", UNIT_COUNT,
		       "when the process started, in ticks since boot", "/proc/PID/stat", false,
		       false},
	[WHO_NAME] = {"name", "NAME", UNIT_TEXT, "the mapping's file, or the kernel's name for it",
		      MAPS, true, true},
};

enum { DEVICE_TEXT = sizeof("ffffffff:ffffffff") };

/* ---- rows ---- */

static const char *state_of(const struct finding *finding, const struct pmm_page *page)
{
	if (finding->what->kind != PMM_RMAP_FILE || (page->state == PMM_PAGE_RAM && page->is_file))
		return "mapped";
	return "copy";
}

static uint64_t offset_of(const struct pmm_rmap_hit *hit)
{
	const struct pmm_mapping *mapping = &hit->mapping;

	return mapping->inode ? mapping->offset_bytes + (hit->address - mapping->start_address)
			      : PMM_ABSENT;
}

/* DEVICE: room for one; NAME as it shall be shown. */
static void hit_values(const struct finding *finding, const struct pmm_rmap_hit *hit,
		       char device[DEVICE_TEXT], const char *name, struct value *values)
{
	const struct pmm_mapping *mapping = &hit->mapping;

	snprintf(device, DEVICE_TEXT, "%02x:%02x", mapping->device_major, mapping->device_minor);
	values[WHO_WHAT] = value_text(finding->what->words);
	values[WHO_FRAME] = value_unsigned(hit->page.frame);
	values[WHO_PID] = value_unsigned((uint64_t)hit->process->pid);
	values[WHO_PROCESS] = value_text(hit->process->name);
	values[WHO_ADDRESS] = value_unsigned(hit->address);
	values[WHO_PERMISSIONS] = value_text(mapping->permissions);
	values[WHO_STATE] = value_text(state_of(finding, &hit->page));
	values[WHO_TYPE] = value_unsigned(hit->page.swap_type);
	values[WHO_SLOT] = value_unsigned(hit->page.swap_slot);
	values[WHO_OFFSET] = value_unsigned(offset_of(hit));
	values[WHO_DEVICE] = mapping->inode ? value_text(device) : value_absent();
	values[WHO_INODE] = value_unsigned(mapping->inode);
	values[WHO_START] = value_unsigned(hit->process->start_ticks);
	values[WHO_NAME] = *name ? value_text(name) : value_absent();
}

static void report_hits(struct report *report, const struct finding *finding, const struct fit *fit)
{
	struct value values[WHO_FIELDS];
	char device[DEVICE_TEXT];

	for (size_t i = 0; i < finding->count; i++) {
		const struct pmm_rmap_hit *hit = finding->hits[i];
		char *name = fit_text(fit, hit->mapping.name);

		hit_values(finding, hit, device, name, values);
		report_row(report, values);
		free(name);
	}
}

/* The end of a path says more than its front. */
static struct fit *measure(const struct settings *settings, const struct finding *finding)
{
	struct fit *fit = fit_open(&settings->report, &settings->fields);
	struct value values[WHO_FIELDS];
	char device[DEVICE_TEXT];

	for (size_t i = 0; fit && i < finding->count; i++) {
		hit_values(finding, finding->hits[i], device, finding->hits[i]->mapping.name,
			   values);
		fit_row(fit, values);
	}
	return fit;
}

/* ---- verdict ---- */

static const struct {
	const char *name;
	const char *words;
} caches[] = {
	[WHO_CACHE_UNKNOWN] = {NULL, "mapped by nobody"},
	[WHO_CACHED] = {"cached", "in the page cache, and mapped by nobody"},
	[WHO_SWAPPED] = {"swapped", "in swap, and mapped by nobody"},
	[WHO_NOWHERE] = {"none", "not in the page cache, and mapped by nobody"},
};

/* Why it was not found in any page table. */
static const char *nobody_words(const struct finding *finding)
{
	if (finding->doubtful_types)
		return "in doubt: pages that have that slot may be of this area, or of another";
	if (finding->what->kind == PMM_RMAP_SLOT)
		return "in no page table: it is free, or of shared memory, or its page is in RAM "
		       "again";
	if (finding->what->kind == PMM_RMAP_FILE)
		return caches[finding->cache].words;
	if (finding->answer.flags != PMM_ABSENT && finding->answer.flags >> PMM_FLAG_NOPAGE & 1)
		return "there is no such frame";
	if (finding->answer.count == PMM_ABSENT)
		return "found in no page table";
	return "mapped by nobody";
}

static const char *why_short(const struct who *who, const struct finding *finding)
{
	if (finding->extent == WHO_ALL)
		return finding->answer.mapped == finding->answer.count
			       ? "complete"
			       : "complete; some came or went meanwhile";
	if (pmm_rmap_losses(who->rmap)->denied)
		return "incomplete; some processes may not be read";
	if (pmm_rmap_losses(who->rmap)->ended)
		return "incomplete; processes ended or executed another program meanwhile";
	return "incomplete; mappings changed meanwhile, or are the kernel's own";
}

static char *counted_verdict(const struct who *who, const struct finding *finding)
{
	uint64_t count = finding->answer.count;

	return format_text("%" PRIu64 " mapping%s, %" PRIu64 " found: %s", count,
			   count == 1 ? "" : "s", finding->answer.mapped, why_short(who, finding));
}

char *who_verdict(const struct who *who, const struct finding *finding)
{
	uint64_t mapped = finding->answer.mapped, count = finding->answer.count;
	uint64_t flags = finding->answer.flags;
	const char *why = "how many there are is hidden";

	if (!mapped && (count == 0 || count == PMM_ABSENT))
		return format_text("%s%s", nobody_words(finding),
				   finding->extent == WHO_SOME && !finding->doubtful_types
					   ? "; not all processes could be asked"
					   : "");
	if (finding->what->kind == PMM_RMAP_SLOT)
		why = "the kernel does not say how many there are";
	else if (flags != PMM_ABSENT && flags >> PMM_FLAG_ZERO_PAGE & 1)
		why = "the kernel does not count mappings of the page of zeros";
	else if (count != PMM_ABSENT)
		return counted_verdict(who, finding);
	return format_text("%" PRIu64 " found; %s", mapped, why);
}

/* ---- for people ---- */

static void print_escaped(const char *text)
{
	put_text(stdout, text, strlen(text));
}

static void print_frame(const struct who *who, const struct finding *finding)
{
	const struct pmm_rmap_answer *answer = &finding->answer;
	uint64_t address = finding->what->physical_address;
	char *names;

	if (answer->frame == PMM_ABSENT)
		return;
	if (finding->what->kind != PMM_RMAP_FRAME || address == PMM_ABSENT)
		address = answer->frame * who->page_bytes;
	printf("PFN   0x%" PRIx64 "   PHYS 0x%" PRIx64, answer->frame, address);
	if (finding->class)
		printf("   %s", finding->class);
	if (answer->count != PMM_ABSENT)
		printf("   count %" PRIu64, answer->count);
	if (finding->node != PMM_ABSENT)
		printf("   node %" PRIu64, finding->node);
	if (finding->cgroup) {
		fputs("   cgroup ", stdout);
		print_escaped(finding->cgroup);
	}
	putchar('\n');
	if (answer->flags == PMM_ABSENT)
		return;
	names = frame_flag_names(answer->flags);
	printf("FLAGS %s\n", *names ? names : "\"\""); /* as in a table */
	free(names);
}

static void print_slot(const struct finding *finding)
{
	printf("SLOT  %" PRIu64, finding->what->swap_slot);
	if (finding->target.swap_type != PMM_ABSENT)
		printf(" of swap type %" PRIu64, finding->target.swap_type);
	if (finding->area) {
		fputs("   ", stdout);
		print_escaped(finding->area);
	}
	putchar('\n');
}

static void print_place(const char *name, uint64_t offset_bytes, uint64_t page_bytes)
{
	fputs("FILE  ", stdout);
	print_escaped(name);
	printf("   offset 0x%" PRIx64 " (page %" PRIu64 ")\n", offset_bytes,
	       offset_bytes / page_bytes);
}

/* Of a frame that is a file's; memory that has no name in the file system has none here. */
static void print_file(const struct who *who, const struct finding *finding)
{
	const struct pmm_rmap_hit *hit = finding->count ? finding->hits[0] : NULL;

	if (finding->what->kind == PMM_RMAP_FILE)
		print_place(finding->what->path, finding->target.offset_bytes, who->page_bytes);
	else if (hit && hit->page.state == PMM_PAGE_RAM && hit->page.is_file && hit->mapping.inode)
		print_place(hit->mapping.name, offset_of(hit), who->page_bytes);
}

static void show_table(const struct who *who, const struct finding *finding)
{
	const struct settings *settings = &who->inquest->settings;
	struct fit *fit = measure(settings, finding);
	struct report *report;
	char *verdict;

	if (!settings->report.without_headings) {
		printf("WHAT  ");
		print_escaped(finding->what->words);
		putchar('\n');
		if (finding->what->kind == PMM_RMAP_SLOT)
			print_slot(finding);
		print_frame(who, finding);
		print_file(who, finding);
	}
	report = report_open(&settings->report, &settings->fields, "mappings");
	report_hits(report, finding, fit);
	report_close(report);
	fit_close(fit);
	if (settings->report.without_headings)
		return;
	verdict = who_verdict(who, finding);
	puts(verdict);
	free(verdict);
	if (finding->copies || finding->blanks)
		printf("in its place: %" PRIu64 " with a copy of their own, %" PRIu64
		       " with nothing yet\n",
		       finding->copies, finding->blanks);
}

/* ---- for machines ---- */

static void json_number(const char *key, enum unit unit, uint64_t number)
{
	struct value value = value_unsigned(number);

	json_value(key, unit, &value);
}

static void json_words(const char *key, const char *text)
{
	struct value value = value_text(text);

	json_value(key, UNIT_TEXT, &value);
}

static void json_question(const struct who *who, const struct finding *finding)
{
	static const char *const kinds[] = {
		[PMM_RMAP_FRAME] = "frame",
		[PMM_RMAP_SLOT] = "slot",
		[PMM_RMAP_FILE] = "file",
	};
	const struct question *what = finding->what;
	uint64_t frame = finding->answer.frame, address = what->physical_address;
	bool is_slot = what->kind == PMM_RMAP_SLOT, is_file = what->kind == PMM_RMAP_FILE;

	if (what->kind != PMM_RMAP_FRAME || address == PMM_ABSENT)
		address = frame == PMM_ABSENT ? PMM_ABSENT : frame * who->page_bytes;
	json_text("what", what->words);
	json_text("kind", kinds[what->kind]);
	json_number("frame", UNIT_ADDRESS, frame);
	json_number("physical_address", UNIT_ADDRESS, address);
	json_number("swap_type", UNIT_COUNT, is_slot ? finding->target.swap_type : PMM_ABSENT);
	json_number("swap_slot", UNIT_COUNT, is_slot ? what->swap_slot : PMM_ABSENT);
	json_words("swap_area", finding->area);
	json_words("path", what->path);
	json_number("offset_bytes", UNIT_COUNT,
		    is_file ? finding->target.offset_bytes : PMM_ABSENT);
	json_words("cache", caches[finding->cache].name);
}

static void json_finding(const struct who *who, const struct finding *finding)
{
	const struct settings *settings = &who->inquest->settings;
	const struct pmm_rmap_answer *answer = &finding->answer;
	struct value complete = value_unsigned(finding->extent == WHO_ALL ? 1 : 0);
	char *names = NULL, *verdict = who_verdict(who, finding);
	struct report *report;

	if (answer->flags != PMM_ABSENT)
		names = frame_flag_names(answer->flags);
	if (finding->extent == WHO_UNKNOWN)
		complete = value_absent();
	json_open(NULL);
	json_question(who, finding);
	json_words("class", finding->class);
	json_words("flags", names);
	json_number("flag_bits", UNIT_ADDRESS, answer->flags);
	json_number("node", UNIT_COUNT, finding->node);
	json_number("cgroup_inode", UNIT_COUNT, answer->cgroup);
	json_words("cgroup", finding->cgroup);
	json_number("map_count", UNIT_COUNT, answer->count);
	json_unsigned("found", answer->mapped);
	json_unsigned("copies", finding->copies);
	json_unsigned("not_present", finding->blanks);
	json_value("complete", UNIT_BOOLEAN, &complete);
	json_text("verdict", verdict);
	report = report_open(&settings->report, &settings->fields, "mappings");
	report_hits(report, finding, NULL);
	report_close(report);
	json_close();
	free(names);
	free(verdict);
}

static void show_json(const struct who *who)
{
	document_begin();
	json_open_array("targets");
	for (size_t i = 0; i < who->count; i++)
		json_finding(who, &who->findings[i]);
	json_close_array();
	document_end();
}

static void show_rows(const struct who *who)
{
	const struct settings *settings = &who->inquest->settings;
	struct report *report = report_open(&settings->report, &settings->fields, "mappings");

	for (size_t i = 0; i < who->count; i++)
		report_hits(report, &who->findings[i], NULL);
	report_close(report);
}

void who_show(const struct who *who)
{
	enum format format = who->inquest->settings.report.format;

	if (format == FORMAT_JSON)
		show_json(who);
	else if (format != FORMAT_TABLE)
		show_rows(who);
	for (size_t i = 0; format == FORMAT_TABLE && i < who->count; i++) {
		if (i)
			putchar('\n');
		show_table(who, &who->findings[i]);
	}
}
