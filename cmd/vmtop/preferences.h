/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_PREFERENCES_H
#define VMTOP_PREFERENCES_H

/*
 * What the screen keeps for the next time: the columns of the list of processes and its order. A
 * file of lines "NAME VALUE"; blank lines and those that begin with # are left alone. It is read
 * strictly: a file with a fault is told, not used, and not written over.
 */

#include <stdbool.h>
#include <stddef.h>

#include "ui.h"

struct preferences {
	struct columns columns;
	size_t sort; /* a process field, or SORT_DEFAULT */
	bool is_reversed;
};

/* ---- preferences.c: pure ---- ---------------------------------------------------------------- */

enum { PREFERENCES_BYTES = 4096 }; /* enough for every preferences_format(), and all that is read */

/*
 * Parse the text of the file into *PREFERENCES, of which what is not named stays as it is. NULL, or
 * what is wrong: "2: unknown field: nonsense"; free it.
 */
char *preferences_parse(const char *text, size_t length, struct preferences *preferences);
/* The text of the file, into BUFFER. Returns its length. */
size_t preferences_format(const struct preferences *preferences, char buffer[PREFERENCES_BYTES]);

/* ---- preferences-file.c ---- ----------------------------------------------------------------- */

/* Read the file, if there is one, into the ui. False, after a remark, if it cannot be used. */
bool preferences_load(struct ui *ui);
/* Write it as a whole, or not at all. After a remark if it cannot be written. */
void preferences_save(const struct ui *ui);

#endif
