/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is read of a process only where it is shown: who the OOM killer takes first, and what its
 * share of common pages is. Reads proc/PID/oom_score and, if asked, proc/PID/smaps_rollup
 * (Documentation/filesystems/proc.rst), which walks the whole page table.
 */

#include <errno.h>
#include <string.h>

#include "counters.h"
#include "process.h"

static uint64_t read_oom_score(struct pmm_root *root, pid_t pid, struct text *text)
{
	struct scan scan;
	uint64_t score;

	if (process_read(root, pid, "oom_score", text) < 0)
		return PMM_ABSENT;
	scan = text_scan(text);
	return scan_u64(&scan, &score) ? score : PMM_ABSENT;
}

static void read_pss(struct pmm_root *root, pid_t pid, struct pmm_detail *detail)
{
	char path[PROCESS_PATH];
	struct pmm_counters *counters;

	process_path(path, pid, "smaps_rollup");
	detail->pss_error = pmm_counters_read(root, path, &counters);
	if (detail->pss_error < 0)
		return;
	detail->pss_error = 0;
	detail->pss_bytes = pmm_counters_get(counters, "Pss");
	detail->swap_pss_bytes = pmm_counters_get(counters, "SwapPss");
	pmm_counters_free(counters);
}

int pmm_detail_read(struct pmm_root *root, const struct pmm_process *process, unsigned flags,
		    struct pmm_detail *ret_detail)
{
	_cleanup_text_ struct text text = {0};
	struct pmm_detail detail = {PMM_ABSENT, PMM_ABSENT, PMM_ABSENT, 0};

	if (flags & PMM_DETAIL_OOM_SCORE)
		detail.oom_score = read_oom_score(root, process->pid, &text);
	if (flags & PMM_DETAIL_PSS)
		read_pss(root, process->pid, &detail);
	if (!process_is_still_there(root, process, &text))
		return pmm_root_fail(root, -ESRCH, "%d: %s", (int)process->pid, strerror(ESRCH));
	*ret_detail = detail;
	return 0;
}
