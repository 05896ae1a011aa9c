/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The screen as it lives: it waits for keys, signals and the next tick of an absolute schedule,
 * takes samples, and draws. What is allocated for a sample is given back at the next but one. All
 * signals that would end the program are taken in turn, so that the terminal is given back first.
 */

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "draw.h"
#include "live.h"
#include "preferences.h"
#include "screen.h"
#include "shared/message.h"

enum {
	KEYS_AT_ONCE = 1024, /* of a paste; then the clock has its turn */
};

static const int taken_signals[] = {
	SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT,
};

struct live {
	struct pmm_root *root;
	struct settings settings; /* as the keys have changed them */
	struct gather *gather;
	struct ui ui;
	bool keeps_preferences;
	struct canvas *canvas;
	struct history history;
	struct shot shot;
	size_t cgroups[PMM_LOADS_MAXIMUM + 1];
	struct window completed; /* the processes of which more is known than their numbers */
	int timer, signals;	 /* descriptors */
	int ending_signal;	 /* 0: none */
	bool is_done;
	bool has_failed;
};

/* ---- samples ---- ---------------------------------------------------------------------------- */

static double metric_of(const struct view *view, const char *name)
{
	return pmm_metric_value(pmm_metric_find(name), view->now, view->before);
}

static void remember(struct live *live)
{
	const struct view *view = &live->shot.view;
	const struct pmm_verdict *system = view_verdict(view, 0);
	double percents[TRENDS] = {
		[TREND_MEMORY_SOME] = metric_of(view, "pressure_memory_some_percent"),
		[TREND_MEMORY_FULL] = metric_of(view, "pressure_memory_full_percent"),
		[TREND_IO_FULL] = metric_of(view, "pressure_io_full_percent"),
		[TREND_LOST] = system ? system->lost_percent : (double)NAN,
	};

	if (view->before)
		history_add(&live->history, pmm_sample_boot_ns(view->before),
			    pmm_sample_boot_ns(view->now), percents);
}

static void apply(struct live *live)
{
	struct settings *settings = &live->settings;
	const struct ui *ui = &live->ui;

	settings->sort = ui->sort;
	settings->is_reversed = ui->is_reversed;
	settings->filter.name = *ui->name ? ui->name : NULL;
	settings->filter.user = *ui->user ? ui->user : NULL;
	settings->filter.cgroup = *ui->cgroup ? ui->cgroup : NULL;
	settings->process.count = ui->columns.count;
	for (size_t i = 0; i < ui->columns.count; i++)
		settings->process.indices[i] = ui->columns.fields[i];
}

/* The processes of the last sample, as the keys want them. */
static void list_processes(struct live *live)
{
	size_t top = live->settings.is_top_chosen ? live->settings.top : SIZE_MAX;

	apply(live);
	gather_order(live->gather, top, &live->shot.view);
	live->completed = (struct window){0};
	live->ui.lists[VIEW_SYSTEM].total = live->shot.view.rows->count;
	live->ui.lists[VIEW_PROCESSES].total = live->shot.view.rows->count;
}

/* The cgroups of the last sample, without those below a closed one. */
static void list_cgroups(struct live *live)
{
	const struct pmm_verdict *verdict;
	const char *closed = NULL;
	size_t count = 0;

	for (size_t i = 0; (verdict = view_verdict(&live->shot.view, i)); i++) {
		if (closed && verdict->path && is_below_cgroup(verdict->path, closed))
			continue;
		closed = verdict->path && ui_is_folded(&live->ui, verdict->path) ? verdict->path
										 : NULL;
		live->cgroups[count++] = i;
	}
	live->shot.cgroups = live->cgroups;
	live->shot.cgroup_count = count;
	live->ui.lists[VIEW_CGROUPS].total = count;
}

static bool take_sample(struct live *live)
{
	if (!gather_take(live->gather)) {
		live->has_failed = true;
		return false;
	}
	gather_view(live->gather, &live->shot.view);
	return true;
}

static void show_sample(struct live *live)
{
	remember(live);
	list_processes(live);
	list_cgroups(live);
}

/* The next instant: of the live system now, of a captured tree the one that follows, if any. */
static void sample(struct live *live)
{
	int r = pmm_root_next(live->root);

	if (r == 0) {
		ui_say(&live->ui, "the captured tree ends here");
		return;
	}
	if (r < 0) {
		complain(NULL, "%s", pmm_root_error(live->root));
		live->has_failed = true;
		return;
	}
	if (take_sample(live))
		show_sample(live);
}

/* ---- time ---- ------------------------------------------------------------------------------- */

/* Ticks at START + n x delay: they do not drift, however long a sample takes. */
static void start_timer(struct live *live)
{
	uint64_t delay_ns = live->ui.delay_ns;
	struct timespec delay = {
		.tv_sec = (time_t)(delay_ns / NS_PER_SECOND),
		.tv_nsec = (long)(delay_ns % NS_PER_SECOND),
	};
	struct itimerspec schedule = {.it_interval = delay, .it_value = delay};

	/* In a captured tree time stands still until a key is pressed. */
	if (pmm_root_is_live(live->root))
		timerfd_settime(live->timer, 0, &schedule, NULL);
}

static void tick(struct live *live)
{
	uint64_t ticks;

	if (read(live->timer, &ticks, sizeof(ticks)) != (ssize_t)sizeof(ticks))
		return;
	if (!live->ui.is_frozen)
		sample(live);
}

/* ---- signals ---- ---------------------------------------------------------------------------- */

static void take_signal(struct live *live)
{
	struct signalfd_siginfo info;

	if (read(live->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGWINCH:
		/*
		 * The size is asked for at each drawing. Of a terminal that was small for a moment
		 * it may be as before, and what stood there is gone.
		 */
		screen_redraw();
		break;
	case SIGTSTP:
		screen_stop();
		break;
	case SIGCONT:
		screen_resume();
		break;
	default:
		live->ending_signal = (int)info.ssi_signo;
		live->is_done = true;
	}
}

static bool open_signals(struct live *live)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(taken_signals) / sizeof(*taken_signals); i++)
		sigaddset(&set, taken_signals[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	live->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	live->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (live->signals >= 0 && live->timer >= 0)
		return true;
	complain(NULL, "no descriptor for signals and time: %s", strerror(errno));
	return false;
}

/* End as the signal would have ended it, which the shell and others want to know. */
static void end_by_signal(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- keys ---- ------------------------------------------------------------------------------- */

static const char *text_of_line(const struct live *live, size_t line)
{
	const struct pmm_verdict *verdict;

	if (live->ui.view != VIEW_CGROUPS)
		return live->shot.view.rows->items[line].process->name;
	verdict = view_verdict(&live->shot.view, live->cgroups[line]);
	return verdict && verdict->path ? verdict->path : "/";
}

/* The next line that has what is sought, after the one at hand; then from the top. */
static void find(struct live *live)
{
	struct list *list = &live->ui.lists[live->ui.view];

	if (!*live->ui.sought)
		return;
	for (size_t i = 1; i <= list->total; i++) {
		size_t line = (list->selected + i) % list->total;

		if (strcasestr(text_of_line(live, line), live->ui.sought)) {
			list->selected = line;
			return;
		}
	}
	ui_say(&live->ui, "not found: %s", live->ui.sought);
}

static const char *selected_cgroup(const struct live *live)
{
	const struct list *list = &live->ui.lists[VIEW_CGROUPS];
	const struct pmm_verdict *verdict =
		list->selected < live->shot.cgroup_count
			? view_verdict(&live->shot.view, live->cgroups[list->selected])
			: NULL;

	return verdict ? verdict->path : NULL;
}

static void enter_cgroup(struct live *live)
{
	const char *path = selected_cgroup(live);

	if (path && strlen(path) >= sizeof(live->ui.cgroup)) {
		ui_say(&live->ui, "the name is too long to filter by");
		return;
	}
	live->ui.cgroup[0] = '\0';
	if (path)
		memcpy(live->ui.cgroup, path, strlen(path) + 1);
	live->ui.view = VIEW_PROCESSES;
}

/* Go to the line of the cgroup that the one at hand is in. */
static void go_to_parent(struct live *live, const char *path)
{
	struct list *list = &live->ui.lists[VIEW_CGROUPS];
	size_t length = (size_t)(strrchr(path, '/') - path);

	for (size_t i = list->selected; i-- > 0;) {
		const char *other = text_of_line(live, i);

		if (strlen(other) == length && !strncmp(other, path, length)) {
			list->selected = i;
			return;
		}
	}
	list->selected = 0;
}

static bool has_children(const struct live *live)
{
	size_t place = live->cgroups[live->ui.lists[VIEW_CGROUPS].selected];
	const struct pmm_verdict *verdict = view_verdict(&live->shot.view, place);
	const struct pmm_verdict *next = view_verdict(&live->shot.view, place + 1);

	return verdict && next && verdict->path && is_below_cgroup(next->path, verdict->path);
}

static void open_or_close(struct live *live)
{
	const char *path = selected_cgroup(live);

	if (!path)
		return;
	if (live->ui.wishes.open)
		ui_fold(&live->ui, path, false);
	else if (!ui_is_folded(&live->ui, path) && has_children(live))
		ui_fold(&live->ui, path, true);
	else
		go_to_parent(live, path);
}

/* What the next key may need: the lists as the keys before it have made them. */
static void fulfil_now(struct live *live)
{
	struct ui *ui = &live->ui;

	if (ui->wishes.enter)
		enter_cgroup(live);
	if (ui->wishes.open || ui->wishes.close) {
		open_or_close(live);
		list_cgroups(live);
	}
	if (ui->wishes.find)
		find(live);
	ui->wishes.list |= ui->wishes.enter;
	ui->wishes.enter = ui->wishes.open = ui->wishes.close = ui->wishes.find = false;
	live->is_done |= ui->wishes.quit;
}

/* What is done once, however often it was asked for by a paste of keys. */
static void fulfil(struct live *live)
{
	struct ui *ui = &live->ui;

	if (ui->wishes.restart)
		start_timer(live);
	if (ui->wishes.redraw)
		screen_redraw();
	if (ui->wishes.sample)
		sample(live);
	else if (ui->wishes.list)
		list_processes(live);
	ui->wishes.restart = ui->wishes.redraw = ui->wishes.sample = ui->wishes.list = false;
}

static void take_keys(struct live *live, short events)
{
	uint32_t key;

	if (screen_is_gone(events)) {
		live->is_done = true;
		return;
	}
	for (size_t i = 0; i < KEYS_AT_ONCE && !live->is_done && screen_key(&key); i++) {
		ui_press(&live->ui, key);
		fulfil_now(live);
	}
	fulfil(live);
}

/* ---- the loop ---- --------------------------------------------------------------------------- */

/* Which processes are seen is known when they are drawn; then they are drawn with their names. */
static void draw(struct live *live)
{
	const struct list *list = &live->ui.lists[live->ui.view];
	struct window window;
	size_t rows, columns;

	screen_size(&rows, &columns);
	canvas_begin(live->canvas, rows, columns);
	draw_screen(live->canvas, &live->ui, &live->shot);
	window = (struct window){list->first, list->height};
	if (live->ui.view != VIEW_CGROUPS &&
	    (window.first != live->completed.first || window.count != live->completed.count)) {
		gather_complete(live->gather, window);
		live->completed = window;
		canvas_begin(live->canvas, rows, columns);
		draw_screen(live->canvas, &live->ui, &live->shot);
	}
	screen_show(live->canvas);
}

static void run(struct live *live)
{
	enum { STDIN, SIGNALS, TIMER, SOURCES };
	struct pollfd sources[SOURCES] = {
		[STDIN] = {.fd = STDIN_FILENO, .events = POLLIN},
		[SIGNALS] = {.fd = live->signals, .events = POLLIN},
		[TIMER] = {.fd = live->timer, .events = POLLIN},
	};

	start_timer(live);
	while (!live->is_done && !live->has_failed) {
		draw(live);
		if (poll(sources, SOURCES, -1) < 0 && errno != EINTR)
			return;
		if (sources[SIGNALS].revents)
			take_signal(live);
		if (sources[STDIN].revents)
			take_keys(live, sources[STDIN].revents);
		if (sources[TIMER].revents)
			tick(live);
	}
}

/* The first picture comes at once, without rates; of a captured tree, with the first interval. */
static bool start(struct live *live)
{
	if (!take_sample(live))
		return false;
	if (!pmm_root_is_live(live->root) && pmm_root_next(live->root) > 0 && !take_sample(live))
		return false;
	show_sample(live);
	return true;
}

static struct live *open_all(struct pmm_root *root, const struct settings *settings)
{
	struct live *live = allocate(1, sizeof(*live));

	live->root = root;
	live->settings = *settings;
	live->settings.judges_looks = false;
	live->settings.process.fields = process_fields;
	live->settings.process.indices = allocate(PROCESS_FIELDS, sizeof(size_t));
	live->ui = ui_make(settings);
	live->keeps_preferences = preferences_load(&live->ui);
	ui_take_options(&live->ui, settings);
	live->canvas = canvas_open();
	live->shot.history = &live->history;
	live->shot.has_utf8 = screen_has_utf8();
	live->gather = gather_open(root, &live->settings, true);
	return live;
}

static void close_all(struct live *live)
{
	screen_close();
	gather_close(live->gather);
	canvas_close(live->canvas);
	free(live->settings.process.indices);
	close(live->signals);
	close(live->timer);
}

int live_run(struct pmm_root *root, const struct settings *settings)
{
	struct live *live = open_all(root, settings);
	int ending_signal, status;

	live->has_failed = !open_signals(live) || !screen_open(settings->with_color);
	if (!live->has_failed) {
		messages_hold(); /* nothing may be written across the screen */
		if (start(live))
			run(live);
	}
	if (live->ui.wishes.save && live->keeps_preferences)
		preferences_save(&live->ui);
	close_all(live);
	ending_signal = live->ending_signal;
	status = live->has_failed ? EXIT_FAILED : EXIT_DONE;
	free(live);
	if (ending_signal) {
		messages_release();
		end_by_signal(ending_signal);
	}
	return status;
}
