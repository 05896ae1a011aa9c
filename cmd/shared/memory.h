/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_MEMORY_H
#define SHARED_MEMORY_H

/* Memory, or the end: a command that has none can do nothing better than say so. */

#include <stddef.h>

/* No memory is left: say so, exit 1. For the helpers that cannot go on. */
_Noreturn void die_no_memory(void);
/* COUNT zeroed things of SIZE bytes, both more than 0; dies without memory. free them. */
void *allocate(size_t count, size_t size);

#endif
