/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Why something is refused or failed: one kind, one cause in words, one thing that mends it. Only
 * the words are made here; who finds the fault knows what to say.
 */

#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fault_clear(struct pmm_fault *fault)
{
	free(fault->object);
	free(fault->reason);
	free(fault->fix);
	*fault = (struct pmm_fault){0};
}

/* The texts are copied before the old fault goes: they may be out of it. */
static void replace(struct pmm_fault *fault, struct pmm_fault made)
{
	fault_clear(fault);
	*fault = made;
}

int fault_set(struct pmm_fault *fault, enum pmm_fault_kind kind, int error, const char *object,
	      const char *fix, const char *reason, ...)
{
	struct pmm_fault made = {.kind = kind, .error = error};
	va_list arguments;

	va_start(arguments, reason);
	if (vasprintf(&made.reason, reason, arguments) < 0)
		made.reason = NULL;
	va_end(arguments);
	made.object = object ? strdup(object) : NULL;
	made.fix = fix ? strdup(fix) : NULL;
	replace(fault, made);
	return error;
}

int fault_set_errno(struct pmm_fault *fault, int error, const char *object, const char *reason, ...)
{
	bool is_denied = (error == -EPERM || error == -EACCES) && geteuid() != 0;
	struct pmm_fault made = {.error = error};
	va_list arguments;
	char *action;

	made.kind = error == -EINTR ? PMM_FAULT_INTERRUPTED
		    : is_denied	    ? PMM_FAULT_NO_PRIVILEGE
				    : PMM_FAULT_FAILED;
	va_start(arguments, reason);
	if (vasprintf(&action, reason, arguments) < 0)
		action = NULL;
	va_end(arguments);
	if (action && asprintf(&made.reason, "%s: %s", action, strerror(-error)) < 0)
		made.reason = NULL;
	free(action);
	made.object = object ? strdup(object) : NULL;
	made.fix = is_denied ? strdup("run it as root") : NULL;
	replace(fault, made);
	return error;
}
