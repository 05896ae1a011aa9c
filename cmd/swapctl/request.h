/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SWAPCTL_REQUEST_H
#define SWAPCTL_REQUEST_H

/*
 * What the user typed, made into settings and wishes: request.c takes the options, run.c has a
 * function for each subcommand.
 */

#include "change.h"
#include "shared/opts.h"
#include "swapctl.h"

/* The subcommands, as bits of the table of options. */
enum mode {
	MODE_LIST = 1 << 0,
	MODE_SHOW = 1 << 1,
	MODE_CHECK = 1 << 2,
	MODE_CREATE = 1 << 3,
	MODE_FORMAT = 1 << 4,
	MODE_ON = 1 << 5,
	MODE_OFF = 1 << 6,
	MODE_RESIZE = 1 << 7,
	MODE_PRIO = 1 << 8,
	MODE_RM = 1 << 9,
	MODE_PERSIST = 1 << 10,
	MODE_UNPERSIST = 1 << 11,
	MODES_CHANGING = MODE_CREATE | MODE_FORMAT | MODE_ON | MODE_OFF | MODE_RESIZE | MODE_PRIO |
			 MODE_RM | MODE_PERSIST | MODE_UNPERSIST,
	/* those that pass through off */
	MODES_DRAINING = MODE_OFF | MODE_RESIZE | MODE_PRIO | MODE_RM,
};

/* Their own options, besides those that all commands share (opts.h). */
enum request_option {
	OPTION_FSTAB = OPTS_LONG,
	OPTION_PERSIST,
	OPTION_NO_ACTIVATE,
	OPTION_REPLACE,
	OPTION_LABEL,
	OPTION_UUID,
	OPTION_ZERO,
	OPTION_RESERVE,
	OPTION_DISCARD,
	OPTION_WIPE,
	OPTION_PAGE_SIZE,
	OPTION_KEEP_ID,
	OPTION_CHECK,
	OPTION_FAST,
	OPTION_TIMEOUT,
	OPTION_FORCE,
	OPTION_KEEP_FILE,
	OPTION_SCRUB,
	OPTION_DRY_RUN,
	OPTION_QUIET,
	OPTION_NO_LOCK,
	OPTION_SIZE = OPTS_ID(OPTS_LONG + 100, 's'),
	OPTION_OPTIONS = OPTS_ID(OPTS_LONG + 101, 'o'),
	OPTION_ALL = OPTS_ID(OPTS_LONG + 102, 'a'),
};

struct request {
	struct change_settings change;
	struct list_settings list;
	struct field_wish fields; /* of a list */
	const char *fstab;	  /* absolute, and of the request; NULL: /etc/fstab */
	const char *sysroot;
	const char *size; /* as typed: see run.c */
	struct pmm_create_wish create;
	struct pmm_format_wish format;
	struct pmm_on_wish on;
	struct pmm_off_wish off;
	struct pmm_remove_wish remove;
	struct pmm_persist_wish persist;
	uint64_t reserve_bytes;
	bool with_all;		 /* every area, instead of operands */
	bool with_persist;	 /* of off: in fstab too */
	bool is_check;		 /* of off: only whether it would fit */
	int bsd_letter;		 /* 0: none */
	bool has_report_options; /* what to show, and how */
	bool has_list_options;	 /* any that only a list has a use for */
};

void request_begin(struct request *request);
void request_take(struct request *request, const struct opts_program *program, int id,
		  const char *argument);
void request_end(struct request *request);

/* Do what is requested with a mode; returns the exit status. */
int request_run(struct pmm_root *root, struct request *request, enum mode mode, char **operands);

#endif
