/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Which processes a mode is run for: those that were named by number or by name, and of them, or of
 * all, those of a user and of a cgroup. Who was named by number is answered for in any case; of the
 * others those are passed over that have no address space, and those that may not be read are
 * counted, and told of once.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagemap.h"
#include "shared/message.h"
#include "shared/units.h"

enum {
	HIGHEST_PID = 4194304, /* PID_MAX_LIMIT of include/linux/threads.h, on 64-bit machines */
	NAME_LENGTH = 15,      /* what the kernel keeps of the name of a process */
};

struct pids {
	pid_t *array;
	size_t count;
	size_t capacity;
};

/* An operand: a number, or a name. */
struct wanted {
	const char *word;
	pid_t pid; /* 0: it is a name */
	bool is_found;
	bool has_memory; /* one that was found has an address space */
};

struct choice {
	struct inquest *inquest;
	struct wanted *wanted;
	size_t count;
	struct users *users;
	uint64_t uid; /* where the user is a number */
	bool is_uid;
	size_t found;
	struct pids pids;
};

static void pids_add(struct pids *pids, pid_t pid)
{
	if (pids->count == pids->capacity) {
		pids->capacity = pids->capacity ? 2 * pids->capacity : 64;
		pids->array = reallocarray(pids->array, pids->capacity, sizeof(*pids->array));
		if (!pids->array)
			die_no_memory();
	}
	pids->array[pids->count++] = pid;
}

/* ---- operands ---- */

/* What has no letter in it was meant to be a number. */
static bool is_numeral(const char *word)
{
	return !word[strspn(word, "0123456789+-., ")];
}

static pid_t parse_pid(const char *operand)
{
	uint64_t number;

	if (!parse_count(operand, 1, HIGHEST_PID, &number))
		die_usage("'%s': process id expected, 1 to %d", operand, HIGHEST_PID);
	return (pid_t)number;
}

static struct wanted parse_operand(const char *operand)
{
	struct wanted wanted = {.word = operand};

	if (is_numeral(operand))
		wanted.pid = parse_pid(operand);
	return wanted;
}

/* A name that is longer than what the kernel keeps is compared with that. */
static bool is_called(const struct pmm_process *process, const char *name)
{
	size_t length = strlen(process->name);

	if (length == NAME_LENGTH)
		return !strncmp(name, process->name, NAME_LENGTH);
	return !strcmp(name, process->name);
}

/* ---- choosing ---- */

static bool has_user(struct choice *choice, const struct pmm_process *process)
{
	const char *name;

	if (choice->is_uid)
		return process->uid == choice->uid;
	name = users_name(choice->users, choice->inquest->root, process);
	return name && !strcmp(name, choice->inquest->settings.scope.user);
}

/* In it, or in one below it. */
static bool is_in_cgroup(const struct choice *choice, const struct pmm_process *process)
{
	const char *cgroup = choice->inquest->settings.scope.cgroup;
	size_t length = strlen(cgroup);
	char *path;
	bool is_in;

	while (length && cgroup[length - 1] == '/')
		length--;
	if (pmm_process_cgroup(choice->inquest->root, process->pid, &path) < 0)
		return false;
	is_in = !strncmp(path, cgroup, length) && (!path[length] || path[length] == '/');
	free(path);
	return is_in;
}

static bool is_in_scope(struct choice *choice, const struct pmm_process *process)
{
	const struct scope *scope = &choice->inquest->settings.scope;

	return (!scope->user || has_user(choice, process)) &&
	       (!scope->cgroup || is_in_cgroup(choice, process));
}

/* Of a process that was read, the kernel says how much of it is resident, if it has any memory. */
static bool has_memory(const struct pmm_process *process)
{
	return process->rss_bytes != PMM_ABSENT || process->start_ticks == PMM_ABSENT;
}

/* Is it one of the operands? BY_NUMBER: it was named so. */
static bool is_wanted(struct choice *choice, const struct pmm_process *process, bool *by_number)
{
	bool is_wanted = !choice->count;

	*by_number = false;
	for (size_t i = 0; i < choice->count; i++) {
		struct wanted *wanted = &choice->wanted[i];

		if (wanted->pid ? wanted->pid != process->pid : !is_called(process, wanted->word))
			continue;
		*by_number |= wanted->pid != 0;
		is_wanted = true;
		wanted->is_found = true;
		wanted->has_memory |= has_memory(process);
	}
	return is_wanted;
}

static void choose(struct choice *choice, struct pmm_processes *processes)
{
	const struct pmm_process *process;
	pid_t self = pmm_root_is_live(choice->inquest->root) ? getpid() : 0;
	bool by_number;

	while (pmm_processes_next(processes, &process) > 0) {
		if (!is_wanted(choice, process, &by_number) || !is_in_scope(choice, process))
			continue;
		/* What we ourselves map is not what was asked about. */
		if (process->pid == self && !by_number)
			continue;
		choice->found++;
		if (by_number || has_memory(process))
			pids_add(&choice->pids, process->pid);
	}
}

/* Operands that are no process. */
static bool complain_of_missing(const struct choice *choice)
{
	bool has_complained = false;

	for (size_t i = 0; i < choice->count; i++) {
		const struct wanted *wanted = &choice->wanted[i];
		const char *why = wanted->pid ? "no such process" : "no process of that name";

		if (wanted->is_found && (wanted->pid || wanted->has_memory))
			continue;
		if (wanted->is_found)
			why = "no address space: a kernel thread, or a process that has ended";
		complain(wanted->word, "%s", why);
		has_complained = true;
	}
	return has_complained;
}

/* There is nobody to show: what was asked for that nobody is. */
static void complain_of_nobody(const struct choice *choice)
{
	const struct scope *scope = &choice->inquest->settings.scope;
	const char *of_these = choice->count ? " of these" : "";

	if (choice->found)
		complain(NULL, "no process that matches has an address space");
	else if (scope->user && scope->cgroup)
		complain(scope->cgroup, "no process%s in that cgroup is of the user %s", of_these,
			 scope->user);
	else if (scope->user)
		complain(scope->user, "no process%s is of that user", of_these);
	else if (scope->cgroup)
		complain(scope->cgroup, "no process%s is in that cgroup", of_these);
	else
		complain(NULL, "no process matches");
}

static void scan_processes(struct choice *choice)
{
	const struct inquest *inquest = choice->inquest;
	const struct scope *scope = &inquest->settings.scope;
	struct pmm_processes *processes;
	const char *words;

	choice->is_uid = scope->user && parse_count(scope->user, 0, UINT32_MAX, &choice->uid);
	if (pmm_processes_open(inquest->root, scope->user ? PMM_PROCESSES_STATUS : 0, &processes) <
	    0) {
		complain(NULL, "%s", pmm_root_error(inquest->root));
		return;
	}
	words = pmm_processes_complaint(processes);
	if (words)
		complain(NULL, "%s", words);
	choice->users = users_open();
	choose(choice, processes);
	users_close(choice->users);
	pmm_processes_close(processes);
	if (!complain_of_missing(choice) && !choice->pids.count)
		complain_of_nobody(choice);
}

static int compare_pids(const void *a, const void *b)
{
	const pid_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

bool scope_is_set(const struct scope *scope)
{
	return scope->with_all || scope->cgroup || scope->user;
}

pid_t *scope_find(struct inquest *inquest, char **operands, size_t count, size_t *ret_count)
{
	struct choice choice = {
		.inquest = inquest,
		.wanted = allocate(count + 1, sizeof(*choice.wanted)),
		.count = count,
	};
	struct pids named = {0};

	for (size_t i = 0; i < count; i++) {
		choice.wanted[i] = parse_operand(operands[i]);
		if (choice.wanted[i].pid)
			pids_add(&named, choice.wanted[i].pid);
	}
	/* Numbers alone are taken as they stand, in their order. */
	if (named.count == count && count && !inquest->settings.scope.cgroup &&
	    !inquest->settings.scope.user) {
		for (size_t i = 0; i < count; i++)
			pids_add(&choice.pids, choice.wanted[i].pid);
	}
	if (named.count)
		qsort(named.array, named.count, sizeof(*named.array), compare_pids);
	inquest->tally->named = named.array;
	inquest->tally->named_count = named.count;
	if (!choice.pids.count)
		scan_processes(&choice);
	free(choice.wanted);
	*ret_count = choice.pids.count;
	return choice.pids.array;
}

bool scope_names(const struct inquest *inquest, pid_t pid)
{
	const struct tally *tally = inquest->tally;

	return tally->named_count &&
	       bsearch(&pid, tally->named, tally->named_count, sizeof(pid), compare_pids);
}

void scope_close(struct inquest *inquest)
{
	struct tally *tally = inquest->tally;

	if (tally->denied)
		complain(NULL,
			 "%zu process%s not readable: needs ptrace rights over them "
			 "(CAP_SYS_PTRACE, and of other users CAP_DAC_READ_SEARCH)",
			 tally->denied, tally->denied == 1 ? "" : "es");
	if (tally->missing)
		complain(NULL, "%zu process%s without mappings in the captured tree",
			 tally->missing, tally->missing == 1 ? "" : "es");
	free(tally->named);
	tally->named = NULL;
	tally->named_count = 0;
}
