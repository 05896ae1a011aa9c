/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What users are called: the library is asked for each only once, since it takes it long. */

#include <stdlib.h>

#include "pagemap.h"
#include "shared/memory.h"

struct users {
	struct pmm_identities *identities; /* NULL until somebody is asked for */
};

struct users *users_open(void)
{
	return allocate(1, sizeof(struct users));
}

const char *users_name(struct users *users, struct pmm_root *root,
		       const struct pmm_process *process)
{
	if (!users->identities && pmm_identities_open(root, &users->identities) < 0)
		die_no_memory();
	return pmm_identities_user(users->identities, process);
}

struct users *users_close(struct users *users)
{
	pmm_identities_close(users->identities);
	free(users);
	return NULL;
}
