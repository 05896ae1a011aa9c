/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swapctl off: deactivate areas, or with --check only say whether what is in them fits elsewhere,
 * in a table. Plans are run in change.c; whether it fits, the library judges.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "swapctl.h"

enum off_field {
	OFF_AREA,
	OFF_CGROUP,
	OFF_SWAPPED,
	OFF_CACHED,
	OFF_NEED,
	OFF_MEMORY,
	OFF_RESERVE,
	OFF_OTHER,
	OFF_SHORT,
	OFF_FITS,
	OFF_FIELDS, /* how many there are */
};

static const char from_machine[] = "/proc/meminfo, /proc/swaps, memory cgroups";

const struct field off_fields[] = {
	[OFF_AREA] = {"name", "NAME", UNIT_TEXT, "the area that would go off", "/proc/swaps", true,
		      false},
	[OFF_CGROUP] = {"cgroup", "CGROUP", UNIT_TEXT, "a memory cgroup; - is the machine",
			"/sys/fs/cgroup", true, true},
	[OFF_SWAPPED] = {"swapped_bytes", "SWAPPED", UNIT_BYTES,
			 "in the area; of a cgroup, as much as can be in it", from_machine, false,
			 false},
	[OFF_CACHED] = {"cached_bytes", "CACHED", UNIT_BYTES, "of that, in memory as well",
			from_machine, false, false},
	[OFF_NEED] = {"need_bytes", "NEED", UNIT_BYTES, "that must come into memory",
		      "swapped - cached", true, false},
	[OFF_MEMORY] = {"memory_bytes", "MEMORY", UNIT_BYTES,
			"to be had; of a cgroup, below its limit; - is without limit", from_machine,
			true, false},
	[OFF_RESERVE] = {"reserve_bytes", "RESERVE", UNIT_BYTES,
			 "to stay free: of memory; of a full cgroup, in other areas",
			 "64 MiB or 3 % of memory", true, false},
	[OFF_OTHER] = {"other_swap_bytes", "OTHER-SWAP", UNIT_BYTES,
		       "free in other areas, where pages can go instead", from_machine, true,
		       false},
	[OFF_SHORT] = {"short_bytes", "SHORT", UNIT_BYTES, "of need, that fit nowhere",
		       "need - memory + reserve - other swap", true, false},
	[OFF_FITS] = {"fits", "FITS", UNIT_BOOLEAN, "it can go off without --force", "short = 0",
		      true, false},
	[OFF_FIELDS] = {0},
};

/* ---- --check ---- */

static void report_fit_row(struct report *report, const char *path, const struct pmm_fit_row *row)
{
	const struct value values[OFF_FIELDS] = {
		[OFF_AREA] = value_text(path),
		[OFF_CGROUP] = value_text(row->cgroup),
		[OFF_SWAPPED] = value_unsigned(row->swapped_bytes),
		[OFF_CACHED] = value_unsigned(row->cached_bytes),
		[OFF_NEED] = value_unsigned(row->need_bytes),
		[OFF_MEMORY] = value_unsigned(row->memory_bytes),
		[OFF_RESERVE] = value_unsigned(row->reserve_bytes),
		[OFF_OTHER] = value_unsigned(row->other_swap_bytes),
		[OFF_SHORT] = value_unsigned(row->short_bytes),
		[OFF_FITS] = value_unsigned(row->short_bytes == 0),
	};

	report_row(report, values);
}

static int report_fit(struct report *report, const char *path, const struct pmm_fit *fit)
{
	const struct pmm_fit_row *row;
	int status = EXIT_DONE;

	for (size_t i = 0; (row = pmm_swap_fit_row_at(fit, i)); i++) {
		report_fit_row(report, path, row);
		if (row->short_bytes)
			status = EXIT_REFUSED;
	}
	return status;
}

/* An area that is not active is off already, if it is there at all. */
static int check_inactive(struct pmm_root *root, const char *path)
{
	struct stat status;

	if (pmm_root_status(root, path, &status) < 0) {
		complain(path, "there is no such file or device");
		return EXIT_NO_AREA;
	}
	remark(path, "not active");
	return EXIT_DONE;
}

static int check_operand(struct pmm_root *root, const struct off_settings *settings,
			 struct report *report, const char *operand)
{
	char *path = change_path(root, operand, settings->change.fstab_path);
	struct pmm_fit *fit;
	int status = EXIT_FAILED;
	int r;

	if (!path)
		return EXIT_NO_AREA;
	r = pmm_swap_fit_read(root, path, &fit);
	if (r == -ENOMEM)
		die_no_memory();
	if (r == -ENXIO) {
		status = check_inactive(root, path);
	} else if (r < 0) {
		complain(path, "%s", pmm_root_error(root));
	} else {
		status = report_fit(report, path, fit);
		pmm_swap_fit_free(fit);
	}
	free(path);
	return status;
}

static int check(struct pmm_root *root, const struct off_settings *settings, char **operands)
{
	int status = EXIT_DONE, all = EXIT_DONE;
	struct report *report;

	if (settings->report.format == FORMAT_JSON) {
		json_open(NULL);
		json_text("schema", "swapctl/1");
	}
	report = report_open(&settings->report, &settings->selection, "fit");
	for (size_t i = 0; operands[i]; i++) {
		status = check_operand(root, settings, report, operands[i]);
		all = i == 0 || status == all ? status : EXIT_SOME;
	}
	report_close(report);
	if (settings->report.format == FORMAT_JSON) {
		json_close();
		json_end();
	}
	return all;
}

/* ---- which, and what is to be done with each ---- */

static int plan_off(struct pmm_plan *plan, const char *path, const void *wish)
{
	const struct off_settings *settings = wish;
	int r = pmm_plan_off(plan, path, &settings->wish);

	if (r < 0 || !settings->with_persist)
		return r;
	return pmm_plan_unpersist(plan, path, settings->change.fstab_path);
}

/* The names of all active areas, as a list of operands; NULL if they cannot be read. */
static char **active_names(struct pmm_root *root)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	char **names = allocate(1, sizeof(*names));
	size_t count = 0;
	int r = pmm_areas_open(root, &areas);

	if (r == -ENOENT) /* a kernel without swap */
		return names;
	if (r < 0) {
		complain(NULL, "%s", pmm_root_error(root));
		free(names);
		return NULL;
	}
	while (pmm_areas_next(areas, &area) > 0) {
		names = reallocarray(names, count + 2, sizeof(*names));
		if (!names)
			die_no_memory();
		names[count++] = format_text("%s", area->name);
		names[count] = NULL;
	}
	pmm_areas_close(areas);
	return names;
}

/* Without an area there is no row, and no plan to tell of. */
static void tell_no_swap(const struct off_settings *settings)
{
	bool is_for_people = settings->with_check ? settings->report.format == FORMAT_TABLE
						  : !settings->change.with_json;

	if (is_for_people && !settings->change.is_quiet)
		puts(NO_SWAP);
}

static int run(struct pmm_root *root, const struct off_settings *settings, char **operands)
{
	if (settings->with_check)
		return check(root, settings, operands);
	return change_run(root, &settings->change, plan_off, settings, operands);
}

int off_run(struct pmm_root *root, const struct off_settings *settings, char **operands)
{
	char **names;
	int status;

	if (!settings->with_all)
		return run(root, settings, operands);
	names = active_names(root);
	if (!names)
		return EXIT_FAILED;
	if (!names[0])
		tell_no_swap(settings);
	status = run(root, settings, names);
	for (size_t i = 0; names[i]; i++)
		free(names[i]);
	free(names);
	return status;
}
