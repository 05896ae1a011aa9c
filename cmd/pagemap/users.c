/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What users are called: the library is asked for each only once, since it takes it long. */

#include <stdlib.h>

#include "pagemap.h"
#include "shared/memory.h"

struct users {
	struct {
		uint64_t uid;
		char *name;
	} * array;
	size_t count;
};

struct users *users_open(void)
{
	return allocate(1, sizeof(struct users));
}

const char *users_name(struct users *users, struct pmm_root *root,
		       const struct pmm_process *process)
{
	struct pmm_identity *identity;
	char *name;

	for (size_t i = 0; i < users->count; i++)
		if (users->array[i].uid == process->uid)
			return users->array[i].name;
	if (process->uid == PMM_ABSENT || pmm_identity_read(root, process, &identity) < 0)
		return NULL;
	users->array = reallocarray(users->array, users->count + 1, sizeof(*users->array));
	if (!users->array)
		die_no_memory();
	name = identity->user;
	identity->user = NULL;
	pmm_identity_free(identity);
	users->array[users->count].uid = process->uid;
	users->array[users->count++].name = name;
	return name;
}

struct users *users_close(struct users *users)
{
	for (size_t i = 0; i < users->count; i++)
		free(users->array[i].name);
	free(users->array);
	free(users);
	return NULL;
}
