/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to processes of our own: swapoff(2) is called in a child, and watched from here. The kernel
 * marks who calls it as the first victim of its OOM killer (set_current_oom_origin() in
 * mm/swapfile.c), whatever oom_score_adj says, and nobody can report and undo who is dead. It looks
 * for signals only between two processes that it takes pages back for (try_to_unuse()), and then
 * activates the area again.
 *
 * The child holds all signals back but SIGKILL, which is how it is stopped: one that the terminal
 * sends to all of us is for the parent to judge. Whether the area is still active is not asked
 * here: a call that failed may have emptied it, one that was killed too.
 */

#include "drain.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const uint64_t NS_PER_SECOND = 1000000000;
static const uint64_t NS_PER_MS = 1000000;

enum {
	SHOW_MS = 200,	   /* between two looks at how far it is */
	FIRST_MS = 2,	   /* a small area is off in less than one of these */
	PATIENCE_MS = 2000 /* for a child that was told to stop */
};

uint64_t drain_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

int drain_must_end(const struct pmm_plan *plan, uint64_t deadline_ns, enum drain_end *ret_end)
{
	if (plan_is_interrupted(plan))
		*ret_end = DRAIN_INTERRUPTED;
	else if (deadline_ns != PMM_ABSENT && drain_clock() >= deadline_ns)
		*ret_end = DRAIN_TIMED_OUT;
	else
		return 0;
	return 1;
}

void drain_show(const struct pmm_plan *plan, const struct meter *meter)
{
	const struct pmm_watch *watch = plan_watch(plan);

	if (watch->progress)
		watch->progress(watch->data, &meter->shown);
}

/*
 * All but the one that swapoff(2) is called with: whoever reads our output or waits for our lock
 * would wait for a kernel that drains on after we have gone.
 */
static void close_others(int fd)
{
	if (fd > 0)
		close_range(0, (unsigned)fd - 1, 0);
	close_range((unsigned)fd + 1, ~0U, 0);
}

/* In the child; the exit status is the error number. If the parent dies, the area stays on. */
static void drain_in_child(const struct pmm_effects *effects, int fd, pid_t parent)
{
	int r = prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? -errno : 0;

	if (r == 0 && getppid() != parent)
		r = -EINTR;
	close_others(fd);
	if (r == 0)
		r = effects->swap_off(fd);
	_exit(r < 0 ? -r : 0);
}

static int start_child(const struct pmm_effects *effects, int fd, pid_t *ret_child)
{
	sigset_t all, before;
	pid_t parent = getpid(), child;
	int r;

	sigfillset(&all);
	r = sigprocmask(SIG_SETMASK, &all, &before) < 0 ? -errno : 0;
	if (r < 0)
		return r;
	child = fork();
	if (child == 0)
		drain_in_child(effects, fd, parent);
	r = child < 0 ? -errno : 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	*ret_child = child;
	return r;
}

/* Did the child end? Its number is ours until we have asked: kill(2) cannot hit another. */
static bool has_ended(pid_t child, struct drain *drain)
{
	int status;
	pid_t waited = waitpid(child, &status, WNOHANG);

	if (waited == 0 || (waited < 0 && errno == EINTR))
		return false;
	if (waited < 0) { /* we inherited that SIGCHLD is ignored: how it ended is lost */
		drain->error = -ECHILD;
		return true;
	}
	if (WIFSIGNALED(status) && drain->end == DRAIN_RETURNED)
		drain->end = DRAIN_KILLED;
	if (WIFEXITED(status))
		drain->error = -WEXITSTATUS(status);
	return true;
}

static void sleep_ms(uint64_t ms)
{
	struct timespec time = {.tv_sec = (time_t)(ms / 1000),
				.tv_nsec = (long)(ms % 1000 * NS_PER_MS)};

	nanosleep(&time, NULL); /* a signal ends it: it is looked at next */
}

static void show(struct pmm_plan *plan, const struct drain *drain, struct meter *meter)
{
	struct active active;

	if (active_find(plan_root(plan), &drain->area->status, &active) <= 0)
		return;
	meter_update(meter, active.used_bytes, drain_clock());
	drain_show(plan, meter);
}

static void wait_for(struct pmm_plan *plan, struct drain *drain, pid_t child)
{
	uint64_t stopped_ns = 0, shown_ns = drain_clock(), pause_ms = FIRST_MS;
	struct meter meter;

	meter_start(&meter, drain->area->place.path, drain->area->active.used_bytes, shown_ns);
	while (!has_ended(child, drain)) {
		uint64_t now_ns = drain_clock();

		if (!stopped_ns && drain_must_end(plan, drain->deadline_ns, &drain->end)) {
			stopped_ns = now_ns;
			kill(child, SIGKILL);
		}
		if (stopped_ns && now_ns - stopped_ns >= PATIENCE_MS * NS_PER_MS) {
			drain->end = DRAIN_GOES_ON;
			return;
		}
		if (now_ns - shown_ns >= SHOW_MS * NS_PER_MS) {
			shown_ns = now_ns;
			show(plan, drain, &meter);
		}
		sleep_ms(pause_ms);
		pause_ms = 2 * pause_ms < SHOW_MS ? 2 * pause_ms : SHOW_MS;
	}
}

int drain_run(struct pmm_plan *plan, struct drain *drain)
{
	pid_t child;
	int r;

	drain->end = DRAIN_RETURNED;
	drain->error = 0;
	r = start_child(plan_effects(plan), drain->area->fd, &child);
	if (r >= 0)
		wait_for(plan, drain, child);
	return r;
}
