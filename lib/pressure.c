/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pressure stall information: the share of time in which tasks waited for a resource. Reads
 * proc/pressure/{memory,io,cpu}; the form of the lines is in Documentation/accounting/psi.rst:
 * "some avg10=0.00 avg60=0.00 avg300=0.00 total=0". The averages lag by their window; the share of
 * an exact interval comes from two readings of total.
 */

#include "pressure.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "root.h"

const char *const pressure_paths[PMM_RESOURCES] = {
	[PMM_RESOURCE_MEMORY] = "proc/pressure/memory",
	[PMM_RESOURCE_IO] = "proc/pressure/io",
	[PMM_RESOURCE_CPU] = "proc/pressure/cpu",
};

static bool parse_average(struct scan *line, const char *key, double *ret_percent)
{
	uint64_t hundredths;

	scan_blanks(line);
	if (!scan_text(line, key) || !scan_hundredths(line, &hundredths))
		return false;
	*ret_percent = (double)hundredths / 100;
	return true;
}

static bool parse_stall(struct scan line, struct pmm_stall *ret_stall)
{
	struct pmm_stall stall;
	uint64_t total_us;

	if (!parse_average(&line, "avg10=", &stall.avg10_percent) ||
	    !parse_average(&line, "avg60=", &stall.avg60_percent) ||
	    !parse_average(&line, "avg300=", &stall.avg300_percent))
		return false;
	scan_blanks(&line);
	if (!scan_text(&line, "total=") || !scan_u64(&line, &total_us) || !scan_at_end(&line) ||
	    __builtin_mul_overflow(total_us, 1000, &stall.total_ns))
		return false;
	*ret_stall = stall;
	return true;
}

static const struct pmm_stall absent_stall = {
	.avg10_percent = (double)NAN,
	.avg60_percent = (double)NAN,
	.avg300_percent = (double)NAN,
	.total_ns = PMM_ABSENT,
};

size_t pressure_parse(const char *text, size_t length, struct pmm_pressure *ret_pressure)
{
	struct pmm_pressure pressure = {.some = absent_stall, .full = absent_stall};
	struct scan scan = scan_over(text, length), line;
	size_t number = 0;

	while (!scan_at_end(&scan)) {
		number++;
		if (!scan_until(&scan, '\n', &line)) /* cut, and perhaps in its total */
			return number;
		if (scan_text(&line, "some")) {
			if (!parse_stall(line, &pressure.some))
				return number;
		} else if (scan_text(&line, "full")) {
			if (!parse_stall(line, &pressure.full))
				return number;
		}
	}
	if (pressure.some.total_ns == PMM_ABSENT)
		return number + 1;
	*ret_pressure = pressure;
	return 0;
}

/* Documentation/filesystems/proc.rst, subset=pid: such a proc has processes, and nothing else. */
static bool has_processes_only(struct pmm_root *root)
{
	int fd, r = root_open_path(root, "proc/meminfo", &fd);

	if (r >= 0)
		close(fd);
	return r == -ENOENT;
}

/*
 * Without PSI there is no file; with psi=0 some kernels have the files, and reading them fails. In
 * a captured tree it may be that nobody captured them, which is no word on its kernel.
 */
static int fail_without(struct pmm_root *root, enum pmm_resource resource)
{
	DIR *directory;

	if (pmm_root_is_live(root) && has_processes_only(root))
		return root_fail_at(root, -ENOENT, "proc/pressure",
				    "not there; is proc mounted with subset=pid?");
	if (pmm_root_is_live(root))
		return root_fail_at(root, -EOPNOTSUPP, "proc/pressure",
				    "this kernel keeps no pressure stall information "
				    "(boot it with psi=1)");
	if (root_open_directory(root, "proc/pressure", &directory) < 0)
		return root_fail_at(root, -ENOENT, "proc/pressure",
				    "not captured, or its kernel kept "
				    "no pressure stall information");
	closedir(directory);
	return root_fail_at(root, -ENOENT, pressure_paths[resource], "not captured");
}

int pmm_pressure_read(struct pmm_root *root, enum pmm_resource resource,
		      struct pmm_pressure *ret_pressure)
{
	_cleanup_text_ struct text text = {0};
	size_t bad_line;
	int r = root_read(root, pressure_paths[resource], &text);

	if (r == -ENOENT || r == -EOPNOTSUPP)
		return fail_without(root, resource);
	if (r < 0)
		return r;
	bad_line = pressure_parse(text.bytes, text.length, ret_pressure);
	if (bad_line)
		return root_fail_line(root, pressure_paths[resource], bad_line,
				      "pressure line expected");
	return 0;
}

double pmm_stall_percent(const struct pmm_stall *now, const struct pmm_stall *before,
			 uint64_t interval_ns)
{
	double percent;

	if (now->total_ns == PMM_ABSENT || before->total_ns == PMM_ABSENT ||
	    now->total_ns < before->total_ns || interval_ns == 0)
		return (double)NAN;
	percent = 100 * (double)(now->total_ns - before->total_ns) / (double)interval_ns;
	/*
	 * The kernel's clock and ours are not read at one instant: a hair over all of it is all of
	 * it.
	 */
	return fmin(percent, 100);
}
