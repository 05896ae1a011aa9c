/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_MESSAGE_H
#define SHARED_MESSAGE_H

/*
 * How a command begins, complains and ends: `program: object: reason` on stderr, and the exit
 * status.
 */

#include <stdbool.h>
#include <stddef.h>

#include "memory.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

/*
 * First thing in main: exits if the program runs with privilege it was not started with
 * (AT_SECURE), opens what is closed of descriptors 0 to 2, sets the character locale (and no
 * other), remembers the name.
 */
void program_start(const char *name);
const char *program_name(void);
/* The exit status of wrong usage, for a command that has another meaning for 2. */
void program_set_usage_status(int status);

/*
 * Print `program: object: reason` and remember that something failed. OBJECT (NULL: none) is
 * escaped; the reason is, too.
 */
void complain(const char *object, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Likewise without a word: that comes when all that failed is counted. */
void fail_silently(void);
/* Was anything complained of? */
bool program_has_failed(void);
/* What mends what was just complained of: "  try: ...", escaped. */
void advise(const char *format, ...) __attribute__((format(printf, 1, 2)));
/*
 * The same line, without making the command fail: what the user should know. Each text is printed
 * once, and no more than some hundred texts are: a screen that runs for days does not fill a log.
 */
void remark(const char *object, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* complain, "Try 'program --help'", exit 2. */
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
/*
 * A document begins on stdout: on a terminal no complaint may come to stand in its middle. Those
 * made from now on are printed at the release, or at the end of the command.
 */
void messages_hold(void);
/* The document is complete: flush it, and print what was held. */
void messages_release(void);

/*
 * Hand over to the kernel what was written to stdout so far. False, now and ever after, if it
 * cannot be written: a command that would go on without end ends then. program_end says why.
 */
bool output_flush(void);

/*
 * Last thing in main: close stdout, complain if what was written did not arrive (a closed pipe is
 * no fault), and return the exit status: STATUS, or 1 if that is 0 and anything was complained of.
 */
int program_end(int status);

#endif
