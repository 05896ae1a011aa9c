/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Wait until tasks stall (Documentation/accounting/psi.rst, "Monitoring for pressure thresholds").
 * Both memory and io are watched: a machine that swaps to a slow disk waits for the disk, and
 * hardly, as the kernel counts, for memory. A trigger is made by a write, but what it changes is
 * the descriptor alone.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pressure.h"
#include "root.h"

enum { WATCHED = 2 };

static const enum pmm_resource watched[WATCHED] = {PMM_RESOURCE_MEMORY, PMM_RESOURCE_IO};

struct pmm_trigger {
	struct pollfd descriptors[WATCHED];
};

static int arm(struct pmm_root *root, enum pmm_resource resource, const char *line, int *ret_fd)
{
	int fd, r = root_open_trigger(root, pressure_paths[resource], &fd);

	if (r < 0)
		return r;
	/* With its NUL: the kernel takes the last byte for the end. */
	if (write(fd, line, strlen(line) + 1) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int pmm_trigger_open(struct pmm_root *root, uint64_t stall_ns, uint64_t window_ns,
		     struct pmm_trigger **ret_trigger)
{
	struct pmm_trigger *trigger;
	char line[64];
	int r = 0;

	if (!pmm_root_is_live(root))
		return pmm_root_fail(root, -EOPNOTSUPP, "a captured tree has no future");
	trigger = calloc(1, sizeof(*trigger));
	if (!trigger)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	snprintf(line, sizeof(line), "some %ju %ju", (uintmax_t)(stall_ns / 1000),
		 (uintmax_t)(window_ns / 1000));
	for (size_t i = 0; i < WATCHED; i++)
		trigger->descriptors[i] = (struct pollfd){.fd = -1, .events = POLLPRI};
	for (size_t i = 0; r >= 0 && i < WATCHED; i++) {
		r = arm(root, watched[i], line, &trigger->descriptors[i].fd);
		if (r < 0)
			root_fail_at(root, r, pressure_paths[watched[i]], strerror(-r));
	}
	if (r < 0) {
		pmm_trigger_close(trigger);
		return r;
	}
	*ret_trigger = trigger;
	return 0;
}

int pmm_trigger_wait(struct pmm_trigger *trigger, uint64_t timeout_ns)
{
	struct timespec timeout = {
		.tv_sec = (time_t)(timeout_ns / NS_PER_SECOND),
		.tv_nsec = (long)(timeout_ns % NS_PER_SECOND),
	};
	int fired = ppoll(trigger->descriptors, WATCHED, &timeout, NULL);

	if (fired < 0)
		return errno == EINTR ? 0 : -errno;
	for (size_t i = 0; i < WATCHED; i++)
		if (trigger->descriptors[i].revents & POLLERR)
			return -ENODEV;
	return fired > 0;
}

struct pmm_trigger *pmm_trigger_close(struct pmm_trigger *trigger)
{
	if (!trigger)
		return NULL;
	for (size_t i = 0; i < WATCHED; i++)
		if (trigger->descriptors[i].fd >= 0)
			close(trigger->descriptors[i].fd);
	free(trigger);
	return NULL;
}
