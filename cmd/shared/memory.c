/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Memory, or the end. The name is libc's, since that of message.c may not be there yet. */

#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void die_no_memory(void)
{
	fprintf(stderr, "%s: not enough memory\n", program_invocation_short_name);
	exit(EXIT_FAILURE);
}

void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die_no_memory();
	return memory;
}
