/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * --wait: sleep until it is that bad. The kernel wakes us when tasks stall for memory or io; then
 * we look each second for as long as something may come of it. In between we look now and then all
 * the same, and each second where the kernel wakes nobody.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "shared/message.h"
#include "shared/text.h"
#include "tick.h"

/* In a window of 2 s, the shortest that the kernel takes from everybody: 5 % of the time. */
static const uint64_t STALL_NS = NS_PER_SECOND / 10;
static const uint64_t STALL_WINDOW_NS = 2 * NS_PER_SECOND;

static const uint64_t WATCH_NS = NS_PER_SECOND;
static const uint64_t SLOW_NS = 10 * NS_PER_SECOND;
static const uint64_t ALERT_NS = 15 * NS_PER_SECOND; /* a state needs 5 s of 10 to be entered */

struct watch {
	struct pmm_trigger *trigger; /* NULL: there is none, and the slow look is all */
	uint64_t alert_until_ns;
	uint64_t end_ns; /* UINT64_MAX: never */
};

static void be_alert(struct watch *watch)
{
	watch->alert_until_ns = tick_now_ns() + ALERT_NS;
}

/* Sleep for what is due, but no longer than to the end. */
static void sleep_on(struct watch *watch)
{
	uint64_t now_ns = tick_now_ns(), sleep_ns = SLOW_NS;
	bool is_alert = now_ns < watch->alert_until_ns;
	struct tick tick;
	int r;

	if (now_ns >= watch->end_ns)
		return;
	if (is_alert || !watch->trigger)
		sleep_ns = WATCH_NS;
	if (watch->end_ns - now_ns < sleep_ns)
		sleep_ns = watch->end_ns - now_ns;
	if (watch->trigger && !is_alert) {
		r = pmm_trigger_wait(watch->trigger, sleep_ns);
		if (r > 0)
			be_alert(watch);
		if (r >= 0)
			return;
		watch->trigger = pmm_trigger_close(watch->trigger);
	}
	tick = tick_begin(sleep_ns);
	tick_wait(&tick);
}

static bool is_reached(const struct pmm_verdict *verdict, enum pmm_state awaited)
{
	if (awaited == PMM_STATE_OK)
		return verdict->state == PMM_STATE_OK;
	return verdict->state >= awaited;
}

/* The exit status when it is time to end; -1 before. */
static int look(struct gather *gather, const struct settings *settings, struct watch *watch,
		enum pmm_state awaited)
{
	struct view view;

	if (!gather_take(gather))
		return EXIT_FAILED;
	gather_view(gather, &view);
	if (view.verdict && is_reached(view.verdict, awaited)) {
		char *sentence = escape_text(view.words->sentence, strlen(view.words->sentence));

		puts(sentence);
		free(sentence);
		return EXIT_DONE;
	}
	if (view.verdict &&
	    view.verdict->lost_percent >= settings->thresholds.pressure_lost_percent)
		be_alert(watch);
	return tick_now_ns() >= watch->end_ns ? EXIT_TIMED_OUT : -1;
}

int wait_run(struct pmm_root *root, const struct settings *settings, enum pmm_state awaited,
	     uint64_t timeout_ns)
{
	struct watch watch = {.end_ns = UINT64_MAX};
	struct gather *gather;
	int status = -1;

	if (!pmm_root_is_live(root)) {
		complain(NULL, "--wait needs the running system, and no captured tree");
		return EXIT_FAILED;
	}
	if (timeout_ns && timeout_ns < UINT64_MAX - tick_now_ns())
		watch.end_ns = tick_now_ns() + timeout_ns;
	if (pmm_trigger_open(root, STALL_NS, STALL_WINDOW_NS, &watch.trigger) < 0)
		watch.trigger = NULL;
	be_alert(&watch);
	gather = gather_open(root, settings, false);
	while ((status = look(gather, settings, &watch, awaited)) < 0)
		sleep_on(&watch);
	gather_close(gather);
	pmm_trigger_close(watch.trigger);
	return status;
}
