/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * plan: steps that only write their names into a log are run, fail, are interrupted and undone.
 * What order they are in, what becomes of each, and which fault is told.
 */

#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fault.h"
#include "tap.h"

enum { STEPS = 3 };

static char events[128]; /* "a b -b": steps run, and undone */

static struct script {
	const char *name;
	int run, undo;		   /* what they return */
	enum pmm_fault_kind fault; /* that run fills; PMM_FAULT_NONE: it leaves that to the plan */
	bool is_final;		   /* without an undo */
} scripts[STEPS];

static void note(const char *sign, const char *name)
{
	size_t length = strlen(events);

	snprintf(events + length, sizeof(events) - length, "%s%s%s", length ? " " : "", sign, name);
}

static int run_script(struct pmm_plan *plan, void *subject)
{
	const struct script *script = subject;

	note("", script->name);
	if (script->fault != PMM_FAULT_NONE)
		return fault_set(plan_fault(plan), script->fault, script->run, "/swap", "mend it",
				 "%s is broken", script->name);
	return script->run;
}

static int undo_script(struct pmm_plan *plan, void *subject)
{
	const struct script *script = subject;

	note("-", script->name);
	if (script->undo < 0)
		return fault_set(plan_fault(plan), PMM_FAULT_FAILED, script->undo, NULL, NULL,
				 "the fault of an undo");
	return 0;
}

static struct pmm_plan *make_plan(void)
{
	static const struct step_call call = {run_script, undo_script};
	static const struct step_call final = {run_script, NULL};
	static const char *const names[STEPS] = {"a", "b", "c"};
	struct pmm_plan *plan = NULL;

	*events = '\0';
	if (pmm_plan_open(NULL, &pmm_effects_live, &plan) < 0)
		exit(99);
	for (size_t i = 0; i < STEPS; i++) {
		scripts[i].name = names[i];
		if (plan_add(plan, scripts[i].is_final ? &final : &call, &scripts[i],
			     scripts[i].is_final ? NULL : "take it back", "do %s", names[i]) < 0)
			exit(99);
	}
	return plan;
}

/* One letter a step: pending, done, failed, undone, left. */
static const char *states_of(const struct pmm_plan *plan)
{
	static char states[STEPS + 1];
	const struct pmm_step *step;

	for (size_t i = 0; (step = pmm_plan_step_at(plan, i)); i++)
		states[i] = "pdful"[step->state];
	return states;
}

/* ---- what fails, and what becomes of the rest ---- */

static const struct {
	const char *story;
	struct script scripts[STEPS];
	int error;
	enum pmm_fault_kind kind;
	const char *reason, *events, *states;
	int has_changed;
} cases[] = {
	{"all goes well", {{0}}, 0, PMM_FAULT_NONE, NULL, "a b c", "ddd", 1},
	{"the first fails",
	 {{.run = -EIO}},
	 -EIO,
	 PMM_FAULT_FAILED,
	 "do a: Input/output error",
	 "a",
	 "fpp",
	 0},
	{"the last fails: undone in reverse",
	 {[2] = {.run = -ENOSPC}},
	 -ENOSPC,
	 PMM_FAULT_FAILED,
	 "do c: No space left on device",
	 "a b c -b -a",
	 "uuf",
	 0},
	{"a step says itself what is wrong",
	 {[1] = {.run = -EPERM, .fault = PMM_FAULT_REFUSED}},
	 -EPERM,
	 PMM_FAULT_REFUSED,
	 "b is broken",
	 "a b -a",
	 "ufp",
	 0},
	{"an undo fails: the others are undone all the same, and the first fault is told",
	 {[1] = {.undo = -EIO}, [2] = {.run = -ENOSPC}},
	 -ENOSPC,
	 PMM_FAULT_LEFT,
	 "do c: No space left on device",
	 "a b c -b -a",
	 "ulf",
	 1},
	{"a step without undo stays done",
	 {[0] = {.is_final = true}, [2] = {.run = -EIO}},
	 -EIO,
	 PMM_FAULT_FAILED,
	 "do c: Input/output error",
	 "a b c -b",
	 "duf",
	 1},
	{"a step cannot undo its own part",
	 {[1] = {.run = -EIO, .fault = PMM_FAULT_LEFT}},
	 -EIO,
	 PMM_FAULT_LEFT,
	 "b is broken",
	 "a b -a",
	 "ulp",
	 1},
	{"a step is interrupted",
	 {[1] = {.run = -EINTR}},
	 -EINTR,
	 PMM_FAULT_INTERRUPTED,
	 "do b: Interrupted system call",
	 "a b -a",
	 "ufp",
	 0},
};

static void test_faults(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct pmm_fault *fault;
		struct pmm_plan *plan;

		memcpy(scripts, cases[i].scripts, sizeof(scripts));
		plan = make_plan();
		fault = pmm_plan_fault(plan);
		ok(pmm_plan_run(plan, NULL) == cases[i].error, "%s: the error", cases[i].story);
		is_text(events, cases[i].events, "%s: the order", cases[i].story);
		is_text(states_of(plan), cases[i].states, "%s: the states", cases[i].story);
		is_text(fault->reason, cases[i].reason, "%s: the reason", cases[i].story);
		ok(fault->kind == cases[i].kind && fault->error == cases[i].error,
		   "%s: the fault is of kind %d", cases[i].story, cases[i].kind);
		ok(pmm_plan_has_changed(plan) == cases[i].has_changed,
		   "%s: whether anything has changed", cases[i].story);
		pmm_plan_close(plan);
	}
}

/* ---- interruptions ---- */

static int asked, interrupted_at;

static int ask(void *data)
{
	(void)data;
	return asked++ >= interrupted_at;
}

static void test_interruptions(void)
{
	static const struct {
		int at;
		const char *events, *states;
	} points[] = {
		{0, "", "fpp"},
		{1, "a -a", "ufp"},
		{2, "a b -b -a", "uuf"},
		{3, "a b c", "ddd"},
	};
	const struct pmm_watch watch = {.is_interrupted = ask};

	memset(scripts, 0, sizeof(scripts));
	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		bool is_done = points[i].at == STEPS;
		struct pmm_plan *plan = make_plan();
		const struct pmm_fault *fault = pmm_plan_fault(plan);

		asked = 0;
		interrupted_at = points[i].at;
		ok(pmm_plan_run(plan, &watch) == (is_done ? 0 : -EINTR),
		   "interrupted after %d steps: the result", points[i].at);
		is_text(events, points[i].events, "what was done and undone");
		is_text(states_of(plan), points[i].states, "and what it came to");
		ok(fault->kind == (is_done ? PMM_FAULT_NONE : PMM_FAULT_INTERRUPTED),
		   "after the last step it is none");
		ok(is_done || !strncmp(fault->reason, "interrupted before: do ", 23),
		   "the step that was not begun is told: %s", is_done ? "none" : fault->reason);
		pmm_plan_close(plan);
	}
}

/* ---- words ---- */

static void test_words(void)
{
	struct pmm_plan *plan = make_plan(), *empty;

	is_text(pmm_plan_step_at(plan, 1)->words, "do b", "a step has words");
	is_text(pmm_plan_step_at(plan, 1)->undo, "take it back", "so has its undo");
	ok(!pmm_plan_step_at(plan, STEPS), "past the last is none");
	ok(plan_remark(plan, "%d%% of it", 5) == 0 && plan_remark(plan, "more") == 0, "remarks");
	is_text(pmm_plan_remark_at(plan, 0), "5% of it", "are kept");
	is_text(pmm_plan_remark_at(plan, 1), "more", "in their order");
	ok(!pmm_plan_remark_at(plan, 2), "and end");
	ok(!pmm_plan_result(plan), "no result was set");
	ok(plan_result(plan, "one") == 0 && plan_result(plan, "%s", "two") == 0, "results");
	is_text(pmm_plan_result(plan), "two", "of which the last counts");
	pmm_plan_close(plan);

	ok(pmm_plan_open(NULL, &pmm_effects_live, &empty) == 0, "a plan without steps");
	ok(plan_result(empty, "active") == 0 && !pmm_plan_result(empty),
	   "has no result: nothing was to be done");
	ok(pmm_plan_run(empty, NULL) == 0 && !pmm_plan_has_changed(empty), "and changes nothing");
	pmm_plan_close(empty);
	ok(!pmm_plan_close(NULL), "no plan is closed");
}

/* ---- faults alone ---- */

static void test_fault(void)
{
	struct pmm_fault fault = {0};

	ok(fault_set(&fault, PMM_FAULT_REFUSED, -EBUSY, "/a", "fix", "reason %d", 1) == -EBUSY,
	   "a fault returns its error");
	/* Out of the fault itself: the old texts must outlive the new. */
	fault_set(&fault, PMM_FAULT_LEFT, -EIO, fault.object, fault.fix, "again: %s", fault.reason);
	is_text(fault.reason, "again: reason 1", "a fault can be made of what it was");
	is_text(fault.object, "/a", "with its object");
	is_text(fault.fix, "fix", "and its fix");
	fault_clear(&fault);
	ok(fault.kind == PMM_FAULT_NONE && !fault.reason, "cleared, it is none");
	fault_set_errno(&fault, -EACCES, "/a", "open %s", "it");
	is_text(fault.reason, "open it: Permission denied", "errno in words");
	ok(fault.kind == (geteuid() ? PMM_FAULT_NO_PRIVILEGE : PMM_FAULT_FAILED),
	   "what root is denied is no lack of privilege");
	fault_clear(&fault);
}

int main(void)
{
	test_faults();
	test_interruptions();
	test_words();
	test_fault();
	return done_testing();
}
