/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line that pieces of output are put together in. There is one stdout, so there is one line. */

#include "line.h"

#include <stdio.h>

struct line output_line;

void line_write(void)
{
	fwrite_unlocked(output_line.bytes, 1, output_line.length, stdout);
	output_line.length = 0;
}

void line_put_long(const char *bytes, size_t length)
{
	line_write();
	fwrite_unlocked(bytes, 1, length, stdout);
}

void line_put_blanks(size_t count)
{
	for (size_t part; count; count -= part) {
		char *at;

		part = count < LINE_BYTES ? count : LINE_BYTES;
		at = line_reserve(part);
		memset(at, ' ', part);
		line_end_at(at + part);
	}
}
