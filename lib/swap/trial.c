/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A trial: attempts at what is to be activated, in the order in which the kernel comes to them; the
 * first that is against it names the cause. Here are the causes, how one is told, and what holds
 * for a file that is there and for one that is still to be made. Pure.
 */

#include "trial.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault.h"

static const struct {
	const char *name;
	int error;
} causes[CAUSES] = {
	[CAUSE_NO_PRIVILEGE] = {"no-privilege", -EPERM},
	[CAUSE_USER_NAMESPACE] = {"user-namespace", -EPERM},
	[CAUSE_TOO_MANY_AREAS] = {"too-many-areas", -EPERM},
	[CAUSE_NOT_A_FILE] = {"not-a-file", -EINVAL},
	[CAUSE_ACTIVE] = {"active", -EBUSY},
	[CAUSE_READ_ONLY] = {"read-only", -EROFS},
	[CAUSE_IMMUTABLE] = {"immutable", -EPERM},
	[CAUSE_APPEND_ONLY] = {"append-only", -EPERM},
	[CAUSE_VERITY] = {"verity", -EPERM},
	[CAUSE_IN_USE] = {"in-use", -EBUSY},
	[CAUSE_FILE_SYSTEM] = {"file-system", -EINVAL},
	[CAUSE_BLOCK_SIZE] = {"block-size", -EINVAL},
	[CAUSE_UNREADABLE] = {"unreadable", -EIO},
	[CAUSE_EMPTY] = {"empty", -EINVAL},
	[CAUSE_OTHER_CONTENT] = {"other-content", -EINVAL},
	[CAUSE_NO_HEADER] = {"no-header", -EINVAL},
	[CAUSE_SUSPEND_IMAGE] = {"suspend-image", -EINVAL},
	[CAUSE_PAGE_SIZE] = {"page-size", -EINVAL},
	[CAUSE_VERSION] = {"version", -EINVAL},
	[CAUSE_NO_PAGES] = {"no-pages", -EINVAL},
	[CAUSE_TOO_SHORT] = {"too-short", -EINVAL},
	[CAUSE_BAD_PAGES] = {"bad-pages", -EINVAL},
	[CAUSE_NOCOW] = {"copy-on-write", -EINVAL},
	[CAUSE_COMPRESSED] = {"compressed", -EINVAL},
	[CAUSE_HOLES] = {"holes", -EINVAL},
	[CAUSE_INLINE] = {"inline", -EINVAL},
	[CAUSE_SHARED] = {"shared", -EINVAL},
	[CAUSE_UNSETTLED] = {"unsettled", -EINVAL},
	[CAUSE_SCATTERED] = {"scattered", -EINVAL},
	[CAUSE_PROFILE] = {"profile", -EINVAL},
	[CAUSE_DEVICES] = {"several-devices", -EINVAL},
	[CAUSE_EXCLUSIVE_OPERATION] = {"exclusive-operation", -EBUSY},
	[CAUSE_DAX] = {"dax", -EINVAL},
	[CAUSE_ZONED] = {"zoned", -EINVAL},
	[CAUSE_LACKS_MODES] = {"lacks-modes", -EPERM},
	[CAUSE_ENCRYPTED] = {"encrypted", -EPERM},
	[CAUSE_NETWORK] = {"network", -EINVAL},
	[CAUSE_KEEPS_NAMES] = {"keeps-names", -EPERM},
	[CAUSE_FILE_LIMIT] = {"file-limit", -EFBIG},
	[CAUSE_QUOTA] = {"quota", -EDQUOT},
	[CAUSE_NO_SPACE] = {"no-space", -ENOSPC},
};

const char *cause_name(enum cause cause)
{
	return causes[cause].name;
}

bool cause_is_ours(enum cause cause)
{
	return cause >= CAUSE_LACKS_MODES;
}

int cause_error(enum cause cause)
{
	return causes[cause].error;
}

/* ---- saying it ---- */

const char trial_fix_anew[] = "swapctl create --replace --size {size} {}";
const char trial_fix_elsewhere[] = "a file on ext4, xfs or btrfs";

enum cause trial_refuse(struct trial *trial, enum cause cause, const char *fix, const char *format,
			...)
{
	bool is_ours = cause == CAUSE_NO_PRIVILEGE || cause == CAUSE_USER_NAMESPACE;
	char *fixed = fix ? fix_text(fix, trial->path, trial->facts->size_bytes) : NULL;
	char *reason;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&reason, format, arguments) < 0)
		reason = NULL;
	va_end(arguments);
	fault_set(trial->fault, is_ours ? PMM_FAULT_NO_PRIVILEGE : PMM_FAULT_REFUSED,
		  causes[cause].error, trial->path, fixed, "%s",
		  reason ? reason : causes[cause].name);
	free(reason);
	free(fixed);
	return cause;
}

enum cause trial_run(struct trial *trial, attempt *const *attempts, size_t count)
{
	enum cause cause = CAUSE_NONE;

	for (size_t i = 0; i < count && cause == CAUSE_NONE; i++)
		cause = attempts[i](trial);
	return cause;
}

/* ---- of files and places ---- */

enum cause trial_read_only(struct trial *trial)
{
	if (!trial->facts->is_read_only)
		return CAUSE_NONE;
	return trial_refuse(trial, CAUSE_READ_ONLY, "mount its file system read-write",
			    "its file system is mounted read-only");
}

static const char *fs_name(const struct file_system *fs)
{
	return fs->name ? fs->name : "its file system";
}

enum cause trial_file_system(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	const struct file_system *fs = trial->fs;
	bool has_extents = fs->support == SUPPORT_EXTENTS || fs->support == SUPPORT_BTRFS;

	if (fs->support == SUPPORT_NEVER ||
	    (fs->support == SUPPORT_BLOCKS && S_ISREG(facts->mode) && !facts->extents.is_known))
		return trial_refuse(trial, CAUSE_FILE_SYSTEM, trial_fix_elsewhere,
				    "cannot hold swap: %s %s", fs_name(fs),
				    fs->why ? fs->why : "does not say where blocks are");
	if (facts->is_dax)
		return trial_refuse(trial, CAUSE_DAX, trial_fix_anew,
				    "cannot hold swap: the file is in persistent memory (DAX)");
	if (has_extents && facts->block_bytes > facts->page_bytes)
		return trial_refuse(trial, CAUSE_BLOCK_SIZE, trial_fix_elsewhere,
				    "cannot hold swap: blocks of %ju bytes are larger than a page",
				    (uintmax_t)facts->block_bytes);
	return CAUSE_NONE;
}

/* It comes before the blocks, which may look shared only because they are being moved. */
enum cause trial_operation(struct trial *trial)
{
	const char *operation = trial->facts->btrfs.operation;

	if (trial->fs->support != SUPPORT_BTRFS || !*operation)
		return CAUSE_NONE;
	return trial_refuse(trial, CAUSE_EXCLUSIVE_OPERATION, "the same again when it has ended",
			    "the file system is busy: %s", operation);
}

enum cause trial_devices(struct trial *trial)
{
	const struct facts_btrfs *btrfs = &trial->facts->btrfs;

	if (trial->fs->support != SUPPORT_BTRFS)
		return CAUSE_NONE;
	if (btrfs->profile)
		return trial_refuse(trial, CAUSE_PROFILE,
				    "btrfs balance start -dconvert=single {/}",
				    "cannot hold swap: the data profile is %s; swap needs single",
				    btrfs->profile);
	if (btrfs->file_devices != PMM_ABSENT && btrfs->file_devices > 1)
		return trial_refuse(trial, CAUSE_DEVICES, trial_fix_anew,
				    "cannot hold swap: its blocks are on several devices");
	return CAUSE_NONE;
}
