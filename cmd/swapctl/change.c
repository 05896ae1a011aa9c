/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Plans and runs one operation for each operand, and tells what came of it. What the steps are is
 * the library's; here are the signals that interrupt them, the lock around them, the words and JSON
 * about them, and the exit status.
 */

#include "change.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"

enum { LOCK_SECONDS = 10 };

/* One operand, from its plan to its outcome. */
struct operation {
	const char *operand;
	struct pmm_plan *plan;
	bool is_planned; /* to its end: else its steps are not what would be done */
	int status;	 /* exit status, had it been alone */
	const char
		*reason; /* why there is no plan, if that is so; NULL: the plan's fault says it */
};

/* ---- signals ---- */

static volatile sig_atomic_t was_interrupted;

static void note_signal(int number)
{
	(void)number;
	was_interrupted = 1;
}

static int is_interrupted(void *data)
{
	(void)data;
	return was_interrupted;
}

/*
 * While a plan runs, signals that end a program end a plan, which undoes what was done; a reader
 * that goes away ends nothing. R07, F8: a limit of file sizes is an error of write(2), not the end.
 */
static void catch_signals(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction action = {.sa_handler = note_signal};

	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++) {
		struct sigaction inherited;

		/* nohup(1): what was ignored when we were started still is. */
		if (sigaction(ending[i], NULL, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
	}
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
	/* Who started us may ignore it; then the kernel keeps to itself how a child ended. */
	action.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &action, NULL);
}

/* ---- operands ---- */

char *change_absolute(struct pmm_root *root, const char *path)
{
	char *directory, *absolute;

	if (*path == '/' || !pmm_root_is_live(root))
		return format_text("%s%s", *path == '/' ? "" : "/", path);
	directory = getcwd(NULL, 0);
	if (!directory) {
		complain(path, "the current directory has no name: %s", strerror(errno));
		return NULL;
	}
	absolute = format_text("%s/%s", directory, path);
	free(directory);
	return absolute;
}

/* NULL: it leads nowhere, or, after a complaint, not from here. */
static char *find_path(struct pmm_root *root, const char *operand, const char *fstab_path,
		       bool *ret_is_lost)
{
	char *path;
	int r = pmm_swap_find(root, operand, fstab_path, &path);

	*ret_is_lost = r < 0;
	if (r > 0)
		return path;
	if (r == -ENOMEM)
		die_no_memory();
	return r == 0 ? change_absolute(root, operand) : NULL;
}

char *change_path(struct pmm_root *root, const char *operand, const char *fstab_path)
{
	bool is_lost;
	char *path = find_path(root, operand, fstab_path, &is_lost);

	if (is_lost)
		complain(NULL, "%s", pmm_root_error(root));
	return path;
}

/* What a line of fstab calls an area that is gone, is all that is known of it. */
static char *path_or_tag(struct pmm_root *root, const char *operand, const char *fstab_path)
{
	bool is_lost;
	char *path = find_path(root, operand, fstab_path, &is_lost);

	return is_lost ? format_text("%s", operand) : path;
}

/* ---- words ---- */

int change_status(enum pmm_fault_kind kind)
{
	switch (kind) {
	case PMM_FAULT_NONE:
		return EXIT_DONE;
	case PMM_FAULT_REFUSED:
		return EXIT_REFUSED;
	case PMM_FAULT_LEFT:
		return EXIT_LEFT;
	case PMM_FAULT_NO_AREA:
		return EXIT_NO_AREA;
	case PMM_FAULT_NO_PRIVILEGE:
		return EXIT_NO_PRIVILEGE;
	case PMM_FAULT_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case PMM_FAULT_FAILED:
		break;
	}
	return EXIT_FAILED;
}

void change_complain(const char *object, const struct pmm_fault *fault)
{
	if (!fault->reason)
		die_no_memory();
	complain(fault->object ? fault->object : object, "%s", fault->reason);
	if (fault->fix)
		advise("%s", fault->fix);
}

static const char *state_name(enum pmm_step_state state)
{
	static const char *const names[] = {
		[PMM_STEP_PENDING] = "pending", [PMM_STEP_DONE] = "done",
		[PMM_STEP_FAILED] = "failed",	[PMM_STEP_UNDONE] = "undone",
		[PMM_STEP_LEFT] = "left",
	};

	return names[state];
}

static void put_words(const char *words)
{
	put_text(stdout, words, strlen(words));
}

/* Of a plan that ends in a refusal there is none: it would show half of what is done. */
static const struct pmm_step *step_at(const struct operation *operation, size_t index)
{
	return operation->is_planned ? pmm_plan_step_at(operation->plan, index) : NULL;
}

static void print_steps(const struct operation *operation, bool with_states)
{
	const struct pmm_step *step;

	put_words(operation->operand);
	putchar('\n');
	for (size_t i = 0; (step = pmm_plan_step_at(operation->plan, i)); i++) {
		if (with_states)
			printf("  %-7s  ", state_name(step->state));
		else
			printf("  %zu. ", i + 1);
		put_words(step->words);
		putchar('\n');
		if (!with_states && step->undo) {
			fputs("     undo: ", stdout);
			put_words(step->undo);
			putchar('\n');
		}
	}
}

static void print_remarks(const struct pmm_plan *plan, bool is_quiet)
{
	const char *words;

	for (size_t i = 0; !is_quiet && (words = pmm_plan_remark_at(plan, i)); i++)
		remark(NULL, "%s", words);
	for (size_t i = 0; (words = pmm_plan_warning_at(plan, i)); i++)
		remark(NULL, "%s", words);
}

/* What is left of a plan that could not be undone: the user must know each piece. */
static void complain_of_rest(const struct pmm_plan *plan)
{
	const struct pmm_step *step;

	for (size_t i = 0; (step = pmm_plan_step_at(plan, i)); i++)
		if (step->state == PMM_STEP_LEFT)
			complain(NULL, "not undone: %s%s%s%s", step->words, step->undo ? " (" : "",
				 step->undo ? step->undo : "", step->undo ? ")" : "");
}

static void print_outcome(const struct operation *operation, const struct change_settings *settings)
{
	const struct pmm_plan *plan = operation->plan;
	const struct pmm_fault *fault = pmm_plan_fault(plan);
	const char *result = pmm_plan_result(plan);
	bool has_steps = step_at(operation, 0);

	/* Of what failed its cause is told, and not what would have come with it. */
	print_remarks(plan, settings->is_quiet || fault->kind != PMM_FAULT_NONE);
	if (!settings->with_json && has_steps && (settings->is_dry_run || settings->is_verbose))
		print_steps(operation, !settings->is_dry_run);
	if (fault->kind != PMM_FAULT_NONE)
		change_complain(operation->operand, fault);
	if (fault->kind == PMM_FAULT_LEFT)
		complain_of_rest(plan);
	if (fault->kind == PMM_FAULT_NONE && result && !settings->with_json &&
	    !settings->is_dry_run && !settings->is_quiet) {
		put_words(operation->operand);
		fputs(": ", stdout);
		put_words(result);
		putchar('\n');
	}
	output_flush();
}

/* ---- JSON ---- */

static void json_steps(const struct operation *operations, size_t count)
{
	const struct pmm_step *step;

	json_open_array("steps");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; (step = step_at(&operations[i], k)); k++) {
			json_open(NULL);
			json_text("area", operations[i].operand);
			json_text("step", step->words);
			json_text("undo", step->undo);
			json_text("state", state_name(step->state));
			json_close();
		}
	json_close_array();
	json_open_array("rolled_back");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; (step = pmm_plan_step_at(operations[i].plan, k)); k++)
			if (step->state == PMM_STEP_UNDONE)
				json_text(NULL, step->words);
	json_close_array();
}

static const char *fault_name(int status)
{
	static const char *const names[] = {
		[EXIT_FAILED] = "failed",
		[EXIT_REFUSED] = "refused",
		[EXIT_LEFT] = "left",
		[EXIT_NO_AREA] = "no-area",
		[EXIT_NO_PRIVILEGE] = "no-privilege",
		[EXIT_INTERRUPTED] = "interrupted",
	};

	return names[status];
}

static void json_faults(const struct operation *operations, size_t count)
{
	json_open_array("faults");
	for (size_t i = 0; i < count; i++) {
		const struct pmm_fault *fault = pmm_plan_fault(operations[i].plan);

		if (operations[i].status == EXIT_DONE)
			continue;
		json_open(NULL);
		json_text("area", operations[i].operand);
		json_text("kind", fault_name(operations[i].status));
		json_text("object", fault->object);
		json_text("reason", operations[i].reason ? operations[i].reason : fault->reason);
		json_text("fix", fault->fix);
		json_close();
	}
	json_close_array();
}

static void json_texts(const char *key, const struct operation *operations, size_t count,
		       const char *(*text_at)(const struct pmm_plan *plan, size_t index))
{
	const char *words;

	json_open_array(key);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; (words = text_at(operations[i].plan, k)); k++)
			json_text(NULL, words);
	json_close_array();
}

static void print_json(const struct operation *operations, size_t count, bool is_dry_run)
{
	bool has_changed = false;

	for (size_t i = 0; i < count; i++)
		has_changed |= pmm_plan_has_changed(operations[i].plan);
	json_open(NULL);
	json_text("schema", "swapctl/1");
	json_boolean("dry_run", is_dry_run);
	json_boolean("changed", has_changed);
	json_steps(operations, count);
	json_texts("remarks", operations, count, pmm_plan_remark_at);
	json_texts("warnings", operations, count, pmm_plan_warning_at);
	json_faults(operations, count);
	json_close();
	json_end();
}

/* ---- the whole ---- */

static struct pmm_plan *open_plan(struct pmm_root *root)
{
	struct pmm_plan *plan;

	if (pmm_plan_open(root, &pmm_effects_live, &plan) < 0)
		die_no_memory();
	return plan;
}

/* NULL if the lock cannot be had, after a complaint; *RET_STATUS says why. */
static struct pmm_plan *take_lock(struct pmm_root *root, int *ret_status)
{
	struct pmm_plan *lock = open_plan(root);

	if (pmm_plan_lock(lock, 0) == 0)
		return lock;
	if (pmm_plan_fault(lock)->error == -EBUSY) {
		remark(NULL, "another swapctl is at work; waiting for it");
		if (pmm_plan_lock(lock, LOCK_SECONDS) == 0)
			return lock;
	}
	change_complain(NULL, pmm_plan_fault(lock));
	*ret_status = change_status(pmm_plan_fault(lock)->kind);
	return pmm_plan_close(lock);
}

/* Without a plan. What is wrong with an operand has been complained of already. */
static void end_early(struct operation *operation, int status, const char *reason)
{
	operation->status = status;
	operation->reason = reason;
	if (status == EXIT_INTERRUPTED)
		complain(operation->operand, "%s", reason);
}

static void run_operation(struct pmm_root *root, const struct change_settings *settings,
			  change_planner *planner, const void *wish, struct operation *operation)
{
	const struct pmm_watch watch = {
		.progress = isatty(STDERR_FILENO) && !settings->is_quiet ? progress_show : NULL,
		.is_interrupted = is_interrupted,
	};
	char *path;
	int r;

	operation->plan = open_plan(root);
	if (was_interrupted) {
		end_early(operation, EXIT_INTERRUPTED, "interrupted before it began");
		return;
	}
	path = (settings->takes_lost ? path_or_tag : change_path)(root, operation->operand,
								  settings->fstab_path);
	if (!path) {
		end_early(operation, EXIT_NO_AREA, "there is no such area");
		return;
	}
	r = planner(operation->plan, path, wish);
	free(path);
	if (r == -ENOMEM && pmm_plan_fault(operation->plan)->kind == PMM_FAULT_NONE)
		die_no_memory();
	if (r >= 0 && !settings->is_dry_run) {
		pmm_plan_run(operation->plan, &watch);
		progress_clear();
	}
	operation->is_planned = r >= 0;
	operation->status = change_status(pmm_plan_fault(operation->plan)->kind);
	if (r < 0 && operation->status == EXIT_DONE)
		end_early(operation, EXIT_FAILED, "the size cannot be told");
	print_outcome(operation, settings);
}

/* Each that failed has its own status; of several that differ, or only some, there is one value. */
static int combined_status(const struct operation *operations, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (operations[i].status != operations[0].status)
			return EXIT_SOME;
	return count ? operations[0].status : EXIT_DONE;
}

static int run_all(struct pmm_root *root, const struct change_settings *settings,
		   change_planner *planner, const void *wish, char **operands)
{
	struct operation *operations;
	size_t count = 0;
	int status;

	while (operands[count])
		count++;
	operations = allocate(count + 1, sizeof(*operations));
	for (size_t i = 0; i < count; i++) {
		operations[i].operand = operands[i];
		run_operation(root, settings, planner, wish, &operations[i]);
	}
	if (settings->with_json)
		print_json(operations, count, settings->is_dry_run);
	status = combined_status(operations, count);
	for (size_t i = 0; i < count; i++)
		pmm_plan_close(operations[i].plan);
	free(operations);
	return status;
}

int change_run(struct pmm_root *root, const struct change_settings *settings,
	       change_planner *planner, const void *wish, char **operands)
{
	struct change_settings set = *settings;
	struct pmm_plan *lock = NULL;
	int status = EXIT_DONE;

	if (!pmm_root_is_live(root))
		set.is_dry_run = true;
	umask(077); /* R01 */
	if (!set.is_dry_run && !set.without_lock) {
		lock = take_lock(root, &status);
		if (!lock)
			return status;
	}
	catch_signals();
	status = run_all(root, &set, planner, wish, operands);
	pmm_plan_close(lock);
	return status;
}
