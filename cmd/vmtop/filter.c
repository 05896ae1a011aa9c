/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Which processes may be shown at all: those of -p, -u and -g. */

#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "vmtop.h"

static size_t count_words(const char *list)
{
	size_t count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

/* The pid at the front of LIST; 0 if there is none. */
static pid_t parse_pid(const char *list, size_t length)
{
	char *word = strndup(list, length);
	uint64_t number = 0;

	if (!word)
		die_no_memory();
	if (!parse_count(word, 1, INT32_MAX, &number))
		number = 0;
	free(word);
	return (pid_t)number;
}

bool filter_set_pids(struct filter *filter, const char *list)
{
	pid_t *pids = allocate(count_words(list), sizeof(*pids));
	size_t count = 0;

	for (;;) {
		size_t length = strcspn(list, ",");

		pids[count] = parse_pid(list, length);
		if (!pids[count++]) {
			free(pids);
			return false;
		}
		if (!list[length])
			break;
		list += length + 1;
	}
	filter_free(filter);
	filter->pids = pids;
	filter->pids_count = count;
	return true;
}

void filter_free(struct filter *filter)
{
	free(filter->pids);
	filter->pids = NULL;
	filter->pids_count = 0;
}

bool filter_is_open(const struct filter *filter)
{
	return !filter->pids_count && !filter->user && !filter->cgroup && !filter->name;
}

unsigned filter_identity(const struct filter *filter)
{
	return (filter->user ? PMM_IDENTITY_USER : 0) | (filter->cgroup ? PMM_IDENTITY_CGROUP : 0);
}

static bool is_of_pids(const struct filter *filter, pid_t pid)
{
	for (size_t i = 0; i < filter->pids_count; i++)
		if (filter->pids[i] == pid)
			return true;
	return !filter->pids_count;
}

static bool is_of_user(const struct filter *filter, const struct pmm_process *process,
		       const struct pmm_identity *identity)
{
	uint64_t uid;

	if (!filter->user)
		return true;
	if (parse_count(filter->user, 0, UINT32_MAX, &uid))
		return process->uid == uid;
	return identity && identity->user && !strcmp(identity->user, filter->user);
}

static bool is_of_name(const struct filter *filter, const char *name)
{
	return !filter->name || strcasestr(name, filter->name);
}

bool is_below_cgroup(const char *path, const char *cgroup)
{
	size_t length = strlen(cgroup);

	while (length && cgroup[length - 1] == '/')
		length--;
	return !strncmp(path, cgroup, length) && (!path[length] || path[length] == '/');
}

bool filter_takes(const struct filter *filter, const struct pmm_process *process,
		  const struct pmm_identity *identity)
{
	return is_of_pids(filter, process->pid) && is_of_name(filter, process->name) &&
	       is_of_user(filter, process, identity) &&
	       (!filter->cgroup || (identity && identity->cgroup &&
				    is_below_cgroup(identity->cgroup, filter->cgroup)));
}
