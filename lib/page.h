/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_PAGE_H
#define PROCMM_PAGE_H

/* An entry of PID/pagemap, bit by bit, and the open file; see page.c. */

#include "procmm-pages.h"

#define BIT(n) (UINT64_C(1) << (n))

/* pagemap.rst */
#define ENTRY_FRAME	 (BIT(55) - 1)
#define ENTRY_SWAP_TYPE	 (BIT(5) - 1)
#define ENTRY_SOFT_DIRTY BIT(55)
#define ENTRY_EXCLUSIVE	 BIT(56)
#define ENTRY_UFFD_WP	 BIT(57)
#define ENTRY_GUARD	 BIT(58)
#define ENTRY_UNKNOWN	 (BIT(59) | BIT(60))
#define ENTRY_FILE	 BIT(61)
#define ENTRY_SWAP	 BIT(62)
#define ENTRY_PRESENT	 BIT(63)

/* The descriptor of the file, for ioctls on it. */
int pages_fd(const struct pmm_pages *pages);

#endif
