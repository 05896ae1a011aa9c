/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One run at a time: a lock against other runs of swapctl, which the kernel drops when its holder
 * dies. In /run only root can make a file: in /run/lock anybody could, and hold it. It says nothing
 * about what others do to the areas and to fstab; identities and the compare before each commit
 * guard against those.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "place.h"
#include "plan.h"

static const char LOCK_PATH[] = "/run/swapctl.lock";

enum { TRIES_PER_SECOND = 10 };

struct lock {
	int fd;
};

static void lock_release(void *subject)
{
	struct lock *lock = subject;

	if (lock->fd > 0)
		close(lock->fd);
}

static int open_lock(struct pmm_plan *plan, int *ret_fd)
{
	static const char fix[] = "--no-lock, if nothing else changes swap meanwhile";
	_cleanup_place_ struct place place = {0};
	struct pmm_fault *fault = plan_fault(plan);
	int r = place_open(plan_root(plan), LOCK_PATH, 0, &place, fault);

	if (r == -ENOENT)
		return fault_set(fault, PMM_FAULT_FAILED, r, LOCK_PATH, fix,
				 "there is no directory for the lock");
	if (r < 0)
		return r;
	r = plan_effects(plan)->open_at(place.directory_fd, place.name,
					O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
	if ((r == -EACCES || r == -EPERM) && geteuid() != 0)
		return fault_set(fault, PMM_FAULT_NO_PRIVILEGE, r, NULL,
				 "run it as root; to see what it would do, --dry-run",
				 "only root may change what a machine swaps to");
	if (r < 0)
		return fault_set(fault, PMM_FAULT_FAILED, r, LOCK_PATH, fix,
				 "the lock cannot be opened");
	*ret_fd = r;
	return 0;
}

static int wait_for_lock(struct pmm_plan *plan, int fd, unsigned seconds)
{
	const struct timespec pause = {.tv_nsec = 1000000000 / TRIES_PER_SECOND};

	for (unsigned i = 0; i <= seconds * TRIES_PER_SECOND; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fault_set_errno(plan_fault(plan), -errno, LOCK_PATH,
					       "take the lock");
		nanosleep(&pause, NULL);
	}
	return fault_set(plan_fault(plan), PMM_FAULT_FAILED, -EBUSY, LOCK_PATH,
			 "wait until it is done", "another swapctl has been at work for %u seconds",
			 seconds);
}

int pmm_plan_lock(struct pmm_plan *plan, unsigned seconds)
{
	struct lock *lock = plan_subject(plan, sizeof(*lock), lock_release);
	int r;

	if (!lock)
		return fault_set_errno(plan_fault(plan), -ENOMEM, LOCK_PATH, "take the lock");
	r = open_lock(plan, &lock->fd);
	return r < 0 ? r : wait_for_lock(plan, lock->fd, seconds);
}
