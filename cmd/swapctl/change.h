/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SWAPCTL_CHANGE_H
#define SWAPCTL_CHANGE_H

/*
 * What all subcommands that change anything share: a plan for each operand is made, shown or run,
 * and its outcome told, in text or JSON. See change.c.
 */

#include <procmm-swap.h>
#include <stdbool.h>
#include <stddef.h>

/* Besides those of every command (message.h). */
enum {
	EXIT_REFUSED = 3,      /* by a safety rule; nothing was touched */
	EXIT_LEFT = 4,	       /* failed, and not all could be undone */
	EXIT_NO_AREA = 5,      /* there is no such area */
	EXIT_NO_PRIVILEGE = 6, /* not root, or in a container */
	EXIT_SOME = 7,	       /* some of several areas failed */
	EXIT_INTERRUPTED = 8,  /* timed out, interrupted, or the kernel is still at it */
};

struct change_settings {
	const char *fstab_path; /* NULL: /etc/fstab */
	bool is_dry_run;
	bool is_quiet;
	bool is_verbose;
	bool with_json;
	bool without_lock;
	bool takes_lost; /* a tag that leads nowhere is planned for as it is */
};

/* Adds the steps of the operation on PATH to a plan: a pmm_plan_*() with what was wished. */
typedef int change_planner(struct pmm_plan *plan, const char *path, const void *wish);

/* Plan and run it for each of the operands, one after the other. Returns the exit status. */
int change_run(struct pmm_root *root, const struct change_settings *settings,
	       change_planner *planner, const void *wish, char **operands);

/*
 * The absolute name of a path, as messages and /proc/swaps have it: one in a captured tree is as
 * that machine would say. Complains and returns NULL if the current directory has no name. The
 * caller frees it.
 */
char *change_absolute(struct pmm_root *root, const char *path);

/* The path that an operand means; complains and returns NULL if none. The caller frees it. */
char *change_path(struct pmm_root *root, const char *operand, const char *fstab_path);

/* Complain of a fault, with what mends it; OBJECT if the fault has none. */
void change_complain(const char *object, const struct pmm_fault *fault);

/* The exit status of a kind of fault. */
int change_status(enum pmm_fault_kind kind);

/* ---- progress.c: how far a long step is, on a terminal ---- */

/* For struct pmm_watch: rewrites one line on stderr. */
void progress_show(void *data, const struct pmm_progress *progress);
/* Clear that line, if there is one. */
void progress_clear(void);

#endif
