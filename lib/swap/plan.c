/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs the steps of an operation in order and, if one fails or the user interrupts, undoes those
 * before it in reverse. What the steps do is not known here. All words are made while planning, so
 * that a plan that runs on a machine without memory still says what it did.
 */

#include "plan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault.h"

struct step {
	struct pmm_step shown;
	char *words, *undo; /* of which shown borrows */
	const struct step_call *call;
	void *subject;
};

struct owned {
	void *subject;
	void (*release)(void *subject);
};

struct texts {
	char **items;
	size_t count;
};

struct pmm_plan {
	struct pmm_root *root;
	const struct pmm_effects *effects;
	const struct pmm_watch *watch;
	struct pmm_fault fault;
	struct step *steps;
	size_t step_count;
	struct owned *owned;
	size_t owned_count;
	struct texts remarks, warnings;
	char *result;
	bool has_losses;
};

static const struct pmm_watch no_watch;

int pmm_plan_open(struct pmm_root *root, const struct pmm_effects *effects,
		  struct pmm_plan **ret_plan)
{
	struct pmm_plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return -ENOMEM;
	plan->root = root;
	plan->effects = effects;
	plan->watch = &no_watch;
	*ret_plan = plan;
	return 0;
}

static void texts_free(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
}

PMM_PRINTF(2, 0) static int texts_add(struct texts *texts, const char *words, va_list arguments)
{
	char **items = reallocarray(texts->items, texts->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	texts->items = items;
	if (vasprintf(&items[texts->count], words, arguments) < 0)
		return -ENOMEM;
	texts->count++;
	return 0;
}

static const char *texts_at(const struct texts *texts, size_t index)
{
	return index < texts->count ? texts->items[index] : NULL;
}

struct pmm_plan *pmm_plan_close(struct pmm_plan *plan)
{
	if (!plan)
		return NULL;
	for (size_t i = 0; i < plan->step_count; i++) {
		free(plan->steps[i].words);
		free(plan->steps[i].undo);
	}
	while (plan->owned_count--) {
		struct owned *owned = &plan->owned[plan->owned_count];

		if (owned->release)
			owned->release(owned->subject);
		free(owned->subject);
	}
	texts_free(&plan->remarks);
	texts_free(&plan->warnings);
	free(plan->steps);
	free(plan->owned);
	free(plan->result);
	fault_clear(&plan->fault);
	free(plan);
	return NULL;
}

/* ---- what a builder adds ---- */

int plan_add(struct pmm_plan *plan, const struct step_call *call, void *subject, const char *undo,
	     const char *words, ...)
{
	struct step *steps = reallocarray(plan->steps, plan->step_count + 1, sizeof(*steps));
	struct step step = {.call = call, .subject = subject};
	va_list arguments;
	int length;

	if (!steps)
		return -ENOMEM;
	plan->steps = steps;
	va_start(arguments, words);
	length = vasprintf(&step.words, words, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	if (undo && asprintf(&step.undo, "%s", undo) < 0) {
		free(step.words);
		return -ENOMEM;
	}
	step.shown.words = step.words;
	step.shown.undo = step.undo;
	steps[plan->step_count++] = step;
	return 0;
}

int plan_remark(struct pmm_plan *plan, const char *words, ...)
{
	va_list arguments;
	int r;

	va_start(arguments, words);
	r = texts_add(&plan->remarks, words, arguments);
	va_end(arguments);
	return r;
}

int plan_warn(struct pmm_plan *plan, const char *words, ...)
{
	va_list arguments;
	int r;

	va_start(arguments, words);
	r = texts_add(&plan->warnings, words, arguments);
	va_end(arguments);
	return r;
}

int plan_result(struct pmm_plan *plan, const char *words, ...)
{
	va_list arguments;
	char *result;
	int length;

	va_start(arguments, words);
	length = vasprintf(&result, words, arguments);
	va_end(arguments);
	if (length < 0)
		return -ENOMEM;
	free(plan->result);
	plan->result = result;
	return 0;
}

void *plan_subject(struct pmm_plan *plan, size_t size, void (*release)(void *subject))
{
	struct owned *owned = reallocarray(plan->owned, plan->owned_count + 1, sizeof(*owned));
	void *subject;

	if (!owned)
		return NULL;
	plan->owned = owned;
	subject = calloc(1, size);
	if (!subject)
		return NULL;
	owned[plan->owned_count++] = (struct owned){subject, release};
	return subject;
}

struct pmm_root *plan_root(const struct pmm_plan *plan)
{
	return plan->root;
}

const struct pmm_effects *plan_effects(const struct pmm_plan *plan)
{
	return plan->effects;
}

const struct pmm_watch *plan_watch(const struct pmm_plan *plan)
{
	return plan->watch;
}

struct pmm_fault *plan_fault(struct pmm_plan *plan)
{
	return &plan->fault;
}

void plan_note_losses(struct pmm_plan *plan)
{
	plan->has_losses = true;
}

int plan_has_losses(const struct pmm_plan *plan)
{
	return plan->has_losses;
}

int plan_is_interrupted(const struct pmm_plan *plan)
{
	return plan->watch->is_interrupted && plan->watch->is_interrupted(plan->watch->data);
}

/* ---- what a user sees ---- */

const struct pmm_step *pmm_plan_step_at(const struct pmm_plan *plan, size_t index)
{
	return index < plan->step_count ? &plan->steps[index].shown : NULL;
}

const char *pmm_plan_remark_at(const struct pmm_plan *plan, size_t index)
{
	return texts_at(&plan->remarks, index);
}

const char *pmm_plan_warning_at(const struct pmm_plan *plan, size_t index)
{
	return texts_at(&plan->warnings, index);
}

const char *pmm_plan_result(const struct pmm_plan *plan)
{
	return plan->step_count ? plan->result : NULL;
}

const struct pmm_fault *pmm_plan_fault(const struct pmm_plan *plan)
{
	return &plan->fault;
}

int pmm_plan_has_changed(const struct pmm_plan *plan)
{
	for (size_t i = 0; i < plan->step_count; i++) {
		enum pmm_step_state state = plan->steps[i].shown.state;

		if (state == PMM_STEP_DONE || state == PMM_STEP_LEFT)
			return 1;
	}
	return 0;
}

/* ---- running ---- */

/* The fault of the step that failed stays the one that is told: it came first. */
static void undo_steps(struct pmm_plan *plan, size_t count)
{
	struct pmm_fault first = plan->fault;
	bool is_complete = true;

	plan->fault = (struct pmm_fault){0};
	plan->watch = &no_watch; /* who interrupts wants just this */
	while (count--) {
		struct step *step = &plan->steps[count];

		if (step->call->undo && step->call->undo(plan, step->subject) < 0) {
			step->shown.state = PMM_STEP_LEFT;
			is_complete = false;
		} else if (step->call->undo) {
			step->shown.state = PMM_STEP_UNDONE;
		}
	}
	fault_clear(&plan->fault);
	plan->fault = first;
	if (!is_complete)
		plan->fault.kind = PMM_FAULT_LEFT;
}

static int run_step(struct pmm_plan *plan, struct step *step)
{
	int r;

	if (plan_is_interrupted(plan))
		return fault_set(&plan->fault, PMM_FAULT_INTERRUPTED, -EINTR, NULL, NULL,
				 "interrupted before: %s", step->words);
	r = step->call->run(plan, step->subject);
	if (r < 0 && plan->fault.kind == PMM_FAULT_NONE)
		return fault_set_errno(&plan->fault, r, NULL, "%s", step->words);
	return r;
}

int pmm_plan_run(struct pmm_plan *plan, const struct pmm_watch *watch)
{
	int r = 0;

	fault_clear(&plan->fault);
	plan->watch = watch ? watch : &no_watch;
	for (size_t i = 0; i < plan->step_count; i++) {
		r = run_step(plan, &plan->steps[i]);
		if (r < 0) {
			plan->steps[i].shown.state = plan->fault.kind == PMM_FAULT_LEFT
							     ? PMM_STEP_LEFT
							     : PMM_STEP_FAILED;
			undo_steps(plan, i);
			break;
		}
		plan->steps[i].shown.state = PMM_STEP_DONE;
	}
	plan->watch = &no_watch;
	return r < 0 ? r : 0;
}
