/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * To go on while the machine thrashes: what this program has touched stays in memory. It changes
 * this process only.
 */

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "vmtop.h"

enum { KEPT_BYTES = 64 << 20 };

void lock_memory(void)
{
	static const struct rlimit no_limit = {RLIM_INFINITY, RLIM_INFINITY};

	/* What one sample gives back serves the next: it is not returned to the kernel. */
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES / 2);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	/* Under a limit, a lock of what is to come makes allocations fail: without one, or not. */
	if (setrlimit(RLIMIT_MEMLOCK, &no_limit) == 0)
		mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}
