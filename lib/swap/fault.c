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

/* What mends it, where the error alone says that. */
static const struct {
	int error;
	const char *fix;
} mended[] = {
	{-ENOSPC, "free space there"},
	{-EDQUOT, "a higher quota, or less of it"},
	{-EFBIG, "ulimit -f unlimited, or less of it"},
	{-EROFS, "mount its file system read-write"},
	{-EMFILE, "ulimit -n, with more of them"},
	{-ENOMEM, "free memory"},
	{-EIO, "dmesg, which says what failed"},
};

static const char *find_fix(int error)
{
	for (size_t i = 0; i < sizeof(mended) / sizeof(*mended); i++)
		if (mended[i].error == error)
			return mended[i].fix;
	return NULL;
}

int fault_set_errno(struct pmm_fault *fault, int error, const char *object, const char *reason, ...)
{
	bool is_denied = (error == -EPERM || error == -EACCES) && geteuid() != 0;
	struct pmm_fault made = {.error = error};
	const char *fix;
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
	fix = is_denied ? "run it as root" : find_fix(error);
	made.fix = fix ? strdup(fix) : NULL;
	replace(fault, made);
	return error;
}
