/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to libproc2. Who a process is: its user, command line and cgroup. It is asked for the few
 * processes that are shown; the numbers of all are in process.c. libproc2 knows only the live
 * system, so on a captured tree the user is a number. Reads proc/PID/{cmdline,status,cgroup}, and
 * proc/PID/stat again at the end: if the start time is still the same, nobody else had the pid in
 * between.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libproc2/pids.h>

#include "process.h"

/* libproc2 4.0.5 took the last argument away; configure finds out. */
#ifdef HAVE_PIDS_VAL_INFO
#define TEXT_OF(stack, info) PIDS_VAL(0, str, stack, info)
#else
#define TEXT_OF(stack, info) PIDS_VAL(0, str, stack)
#endif

/*
 * The name of its effective user, or the number if there is no name; NULL if libproc2 does not say.
 */
static char *ask_user_name(pid_t pid)
{
	enum pids_item items[] = {PIDS_ID_EUSER};
	unsigned number = (unsigned)pid;
	struct pids_info *info = NULL;
	struct pids_fetch *fetch;
	char *name = NULL;

	if (procps_pids_new(&info, items, 1) < 0)
		return NULL;
	fetch = procps_pids_select(info, &number, 1, PIDS_SELECT_PID);
	if (fetch && fetch->counts->total == 1)
		name = strdup(TEXT_OF(fetch->stacks[0], info));
	procps_pids_unref(&info);
	return name;
}

static char *read_user_number(struct pmm_root *root, pid_t pid, struct text *text)
{
	struct pmm_process process = {.uid = PMM_ABSENT};
	char *number;

	if (process_read(root, pid, "status", text) < 0)
		return NULL;
	process_parse_status(text->bytes, text->length, &process);
	if (process.uid == PMM_ABSENT || asprintf(&number, "%ju", (uintmax_t)process.uid) < 0)
		return NULL;
	return number;
}

static char *read_user(struct pmm_root *root, pid_t pid, struct text *text)
{
	char *name = pmm_root_is_live(root) ? ask_user_name(pid) : NULL;

	return name ? name : read_user_number(root, pid, text);
}

/* Arguments end with NUL; a process that rewrites its own leaves a tail of NULs or spaces. */
static char *join_arguments(const struct text *text)
{
	size_t length = text->length;
	char *command;

	while (length && (!text->bytes[length - 1] || text->bytes[length - 1] == ' '))
		length--;
	if (!length)
		return NULL;
	command = malloc(length + 1);
	if (!command)
		return NULL;
	for (size_t i = 0; i < length; i++)
		command[i] = text->bytes[i] ? text->bytes[i] : ' ';
	command[length] = '\0';
	return command;
}

static char *read_command(struct pmm_root *root, const struct pmm_process *process,
			  struct text *text)
{
	char *command = NULL;

	if (process_read(root, process->pid, "cmdline", text) >= 0)
		command = join_arguments(text);
	if (!command && asprintf(&command, "[%s]", process->name) < 0)
		return NULL;
	return command;
}

static bool is_still_there(struct pmm_root *root, const struct pmm_process *process,
			   struct text *text)
{
	struct process_stat stat;

	return process_read(root, process->pid, "stat", text) >= 0 &&
	       process_parse_stat(text->bytes, text->length, &stat) &&
	       stat.start_ticks == process->start_ticks;
}

int pmm_identity_read(struct pmm_root *root, const struct pmm_process *process,
		      struct pmm_identity **ret_identity)
{
	_cleanup_text_ struct text text = {0};
	struct pmm_identity *identity = calloc(1, sizeof(*identity));

	if (!identity)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	identity->user = read_user(root, process->pid, &text);
	identity->command = read_command(root, process, &text);
	if (pmm_process_cgroup(root, process->pid, &identity->cgroup) < 0)
		identity->cgroup = NULL;
	if (!is_still_there(root, process, &text)) {
		pmm_identity_free(identity);
		return pmm_root_fail(root, -ESRCH, "%d: %s", (int)process->pid, strerror(ESRCH));
	}
	*ret_identity = identity;
	return 0;
}

struct pmm_identity *pmm_identity_free(struct pmm_identity *identity)
{
	if (!identity)
		return NULL;
	free(identity->user);
	free(identity->command);
	free(identity->cgroup);
	free(identity);
	return NULL;
}
