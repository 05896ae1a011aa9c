/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to libproc2. Who processes are: user, command line and cgroup. It is asked for the few that
 * are shown; the numbers of all are in process.c. What was found is remembered: names of users by
 * uid, the rest by pid and start time. libproc2 knows only the live system, so on a captured tree
 * the user is a number. Reads proc/PID/{cmdline,status,cgroup}, and proc/PID/stat again at the end:
 * if the start time is still the same, nobody else had the pid in between.
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

struct user {
	uint64_t uid;
	char *name;
};

struct known {
	pid_t pid;
	uint64_t start_ticks;
	bool was_asked; /* since the last _age */
	char *command;
	char *cgroup;
	char *number; /* of a user whose name was not to be asked for */
	struct pmm_identity shown;
};

struct pmm_identities {
	struct pmm_root *root;
	struct pids_info *info; /* NULL: not opened yet, or of no use here */
	struct user *users;
	size_t users_count;
	struct known **known; /* by pid */
	size_t count;
	size_t capacity;
	struct text text;
};

/* ---- users ---- ------------------------------------------------------------------------------ */

/* The name of its effective user; NULL if libproc2 does not say. */
static char *ask_user_name(struct pmm_identities *identities, pid_t pid)
{
	enum pids_item items[] = {PIDS_ID_EUSER};
	unsigned number = (unsigned)pid;
	struct pids_fetch *fetch;

	if (!pmm_root_is_live(identities->root))
		return NULL;
	if (!identities->info && procps_pids_new(&identities->info, items, 1) < 0)
		return NULL;
	fetch = procps_pids_select(identities->info, &number, 1, PIDS_SELECT_PID);
	if (!fetch || fetch->counts->total != 1)
		return NULL;
	return strdup(TEXT_OF(fetch->stacks[0], identities->info));
}

static char *user_number(uint64_t uid)
{
	char *number;

	return asprintf(&number, "%ju", (uintmax_t)uid) < 0 ? NULL : number;
}

static uint64_t read_uid(struct pmm_identities *identities, pid_t pid)
{
	struct pmm_process process = {.uid = PMM_ABSENT};

	if (process_read(identities->root, pid, "status", &identities->text) >= 0)
		process_parse_status(identities->text.bytes, identities->text.length, &process);
	return process.uid;
}

/* The name of a uid, remembered for good; NULL without memory. */
static const char *add_user(struct pmm_identities *identities, uint64_t uid, pid_t pid)
{
	struct user *grown =
		reallocarray(identities->users, identities->users_count + 1, sizeof(*grown));
	char *name;

	if (!grown)
		return NULL;
	identities->users = grown;
	name = ask_user_name(identities, pid);
	if (!name)
		name = user_number(uid);
	if (name)
		grown[identities->users_count++] = (struct user){.uid = uid, .name = name};
	return name;
}

static const char *find_name(const struct pmm_identities *identities, uint64_t uid)
{
	for (size_t i = 0; i < identities->users_count; i++)
		if (identities->users[i].uid == uid)
			return identities->users[i].name;
	return NULL;
}

const char *pmm_identities_user(struct pmm_identities *identities,
				const struct pmm_process *process)
{
	const char *name;

	if (process->uid == PMM_ABSENT)
		return NULL;
	name = find_name(identities, process->uid);
	return name ? name : add_user(identities, process->uid, process->pid);
}

int pmm_identities_learn_users(struct pmm_identities *identities,
			       const struct pmm_processes *processes)
{
	const struct pmm_process *process;

	for (size_t i = 0; (process = pmm_processes_at(processes, i)); i++)
		if (process->uid != PMM_ABSENT && !pmm_identities_user(identities, process))
			return pmm_root_fail(identities->root, -ENOMEM, "%s", strerror(ENOMEM));
	return 0;
}

static void find_user(struct pmm_identities *identities, const struct pmm_process *process,
		      unsigned flags, struct known *known)
{
	uint64_t uid = process->uid;

	if (uid == PMM_ABSENT)
		uid = read_uid(identities, process->pid);
	known->shown.user = NULL;
	if (uid == PMM_ABSENT)
		return;
	known->shown.user = find_name(identities, uid);
	if (known->shown.user)
		return;
	if (flags & PMM_IDENTITY_KNOWN) {
		free(known->number);
		known->number = user_number(uid);
		known->shown.user = known->number;
		return;
	}
	known->shown.user = add_user(identities, uid, process->pid);
}

/* ---- command and cgroup ---- ----------------------------------------------------------------- */

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

/* ---- what is known ---- ---------------------------------------------------------------------- */

static void known_free(struct known *known)
{
	if (!known)
		return;
	free(known->command);
	free(known->cgroup);
	free(known->number);
	free(known);
}

/* Where a pid is, or should come to stand. */
static size_t place_of(const struct pmm_identities *identities, pid_t pid)
{
	size_t low = 0, high = identities->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (identities->known[middle]->pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct known *insert_known(struct pmm_identities *identities, size_t place,
				  const struct pmm_process *process)
{
	struct known *known, **grown;

	if (identities->count == identities->capacity) {
		size_t capacity = identities->capacity ? 2 * identities->capacity : 64;

		grown = reallocarray(identities->known, capacity, sizeof(struct known *));
		if (!grown)
			return NULL;
		identities->known = grown;
		identities->capacity = capacity;
	}
	known = calloc(1, sizeof(*known));
	if (!known)
		return NULL;
	known->pid = process->pid;
	known->start_ticks = process->start_ticks;
	memmove(&identities->known[place + 1], &identities->known[place],
		(identities->count - place) * sizeof(struct known *));
	identities->known[place] = known;
	identities->count++;
	return known;
}

static void forget(struct pmm_identities *identities, size_t place)
{
	known_free(identities->known[place]);
	identities->count--;
	memmove(&identities->known[place], &identities->known[place + 1],
		(identities->count - place) * sizeof(struct known *));
}

/* Another process of the same pid takes the place of the one before. */
static struct known *find_known(struct pmm_identities *identities,
				const struct pmm_process *process)
{
	size_t place = place_of(identities, process->pid);

	if (place < identities->count && identities->known[place]->pid == process->pid) {
		if (identities->known[place]->start_ticks == process->start_ticks)
			return identities->known[place];
		forget(identities, place);
	}
	return insert_known(identities, place, process);
}

static void replace(char **old, char *new)
{
	free(*old);
	*old = new;
}

/* A process may rewrite its command line, and be moved. */
static void look_up(struct pmm_identities *identities, const struct pmm_process *process,
		    unsigned flags, struct known *known)
{
	struct pmm_root *root = identities->root;
	bool may_wait = !(flags & PMM_IDENTITY_KNOWN);
	char *cgroup = NULL;

	if (flags & PMM_IDENTITY_USER)
		find_user(identities, process, flags, known);
	if ((flags & PMM_IDENTITY_COMMAND) && may_wait)
		replace(&known->command, read_command(root, process, &identities->text));
	if ((flags & PMM_IDENTITY_CGROUP) && pmm_process_cgroup(root, process->pid, &cgroup) < 0)
		cgroup = NULL;
	if (flags & PMM_IDENTITY_CGROUP)
		replace(&known->cgroup, cgroup);
	known->shown.command = known->command;
	known->shown.cgroup = known->cgroup;
	known->was_asked = true;
}

int pmm_identities_get(struct pmm_identities *identities, const struct pmm_process *process,
		       unsigned flags, const struct pmm_identity **ret_identity)
{
	struct pmm_root *root = identities->root;
	struct known *known = find_known(identities, process);

	if (!known)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	look_up(identities, process, flags, known);
	if (!process_is_still_there(root, process, &identities->text)) {
		forget(identities, place_of(identities, process->pid));
		return pmm_root_fail(root, -ESRCH, "%d: %s", (int)process->pid, strerror(ESRCH));
	}
	*ret_identity = &known->shown;
	return 0;
}

void pmm_identities_age(struct pmm_identities *identities)
{
	size_t kept = 0;

	for (size_t i = 0; i < identities->count; i++) {
		struct known *known = identities->known[i];

		if (!known->was_asked) {
			known_free(known);
			continue;
		}
		known->was_asked = false;
		identities->known[kept++] = known;
	}
	identities->count = kept;
}

int pmm_identities_open(struct pmm_root *root, struct pmm_identities **ret_identities)
{
	struct pmm_identities *identities = calloc(1, sizeof(*identities));

	if (!identities)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	identities->root = root;
	*ret_identities = identities;
	return 0;
}

struct pmm_identities *pmm_identities_close(struct pmm_identities *identities)
{
	if (!identities)
		return NULL;
	if (identities->info)
		procps_pids_unref(&identities->info);
	for (size_t i = 0; i < identities->users_count; i++)
		free(identities->users[i].name);
	free(identities->users);
	for (size_t i = 0; i < identities->count; i++)
		known_free(identities->known[i]);
	free(identities->known);
	text_free(&identities->text);
	free(identities);
	return NULL;
}
