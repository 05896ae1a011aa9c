/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Can a swap file be made in a directory, or grow, by the facts, and if not, what is the one cause
 * and what mends it? What the kernel would not say, but we do, is among it: what stays free, who
 * could read the file, whether it could go again. Pure.
 */

#include <stdio.h>

#include "trial.h"
#include "words.h"

uint64_t reserve_default(const struct facts *facts)
{
	static const uint64_t LEAST_BYTES = UINT64_C(512) << 20;
	uint64_t part = facts->total_bytes / 20;

	return part > LEAST_BYTES ? part : LEAST_BYTES;
}

uint64_t room_bytes(const struct facts *facts, uint64_t reserve_bytes)
{
	uint64_t reserve = reserve_bytes == PMM_ABSENT ? reserve_default(facts) : reserve_bytes;
	uint64_t room = facts->free_bytes > reserve ? facts->free_bytes - reserve : 0;

	return room < facts->quota_bytes ? room : facts->quota_bytes;
}

static enum cause try_directory(struct trial *trial)
{
	enum cause cause = trial_read_only(trial);

	if (cause)
		return cause;
	if (trial->facts->is_immutable)
		return trial_refuse(trial, CAUSE_IMMUTABLE, "chattr -i {/}",
				    "its directory is immutable");
	return CAUSE_NONE;
}

/* What is made must be able to go again: when a later step fails, and by rm. */
static enum cause try_names(struct trial *trial)
{
	if (!trial->facts->is_append_only)
		return CAUSE_NONE;
	return trial_refuse(trial, CAUSE_KEEPS_NAMES, "chattr -a {/}",
			    "its directory is append-only: no name can be taken out of it");
}

enum cause verdict_names(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	static attempt *const attempts[] = {try_directory, try_names};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};

	return trial_run(&trial, attempts, sizeof(attempts) / sizeof(*attempts));
}

static enum cause try_new_file(struct trial *trial)
{
	const struct file_system *fs = trial->fs;

	if (fs->support == SUPPORT_NETWORK)
		return trial_refuse(trial, CAUSE_NETWORK, trial_fix_elsewhere,
				    "cannot hold swap: %s %s", fs->name, fs->why);
	/* It does not say for a file, and there is no file yet that could be asked. */
	if (fs->support == SUPPORT_BLOCKS && fs->name && fs->why)
		return trial_refuse(trial, CAUSE_FILE_SYSTEM, trial_fix_elsewhere,
				    "cannot hold swap: %s %s", fs->name, fs->why);
	if (trial->facts->is_encrypted)
		return trial_refuse(
			trial, CAUSE_ENCRYPTED, "a file in another directory",
			"swap in this directory would not be encrypted as its files are");
	if (fs->lacks_modes)
		return trial_refuse(
			trial, CAUSE_LACKS_MODES, trial_fix_elsewhere,
			"cannot hold swap: %s keeps no modes, others could read what is "
			"swapped out",
			fs->name);
	return CAUSE_NONE;
}

static enum cause try_quota(struct trial *trial, uint64_t size_bytes)
{
	static const char limit[] = "a higher limit: btrfs qgroup limit";
	const struct facts *facts = trial->facts;
	uint64_t least_bytes = PMM_SWAP_LEAST_PAGES * facts->page_bytes;
	char left[WORDS_SIZE], size[WORDS_SIZE], fix[96];

	if (facts->quota_bytes >= (size_bytes ? size_bytes : least_bytes))
		return CAUSE_NONE;
	words_size_within(left, facts->quota_bytes);
	if (facts->quota_bytes < least_bytes)
		return trial_refuse(trial, CAUSE_QUOTA, limit, "only %s are left by its quota",
				    left);
	snprintf(fix, sizeof(fix), "--size %s, or %s", left, limit);
	return trial_refuse(trial, CAUSE_QUOTA, fix,
			    "only %s are left by its quota; it would take %s", left,
			    words_size(size, size_bytes));
}

static enum cause try_size(struct trial *trial, uint64_t size_bytes, uint64_t reserve_bytes)
{
	const struct facts *facts = trial->facts;
	uint64_t reserve = reserve_bytes == PMM_ABSENT ? reserve_default(facts) : reserve_bytes;
	uint64_t left = room_bytes(facts, reserve);
	bool is_reserved = reserve && size_bytes <= facts->free_bytes;
	char free_words[WORDS_SIZE], size[WORDS_SIZE], stay[WORDS_SIZE], most[WORDS_SIZE];
	char fix[96], other[64] = "a file on another file system";
	enum cause cause;

	if (facts->most_file_bytes != PMM_ABSENT && size_bytes > facts->most_file_bytes)
		return trial_refuse(trial, CAUSE_FILE_LIMIT, "ulimit -f unlimited",
				    "no file may be larger than %s here",
				    words_size(most, facts->most_file_bytes));
	cause = try_quota(trial, size_bytes);
	if (cause || (left && size_bytes <= left))
		return cause;
	words_size(free_words, facts->free_bytes);
	words_size(stay, reserve);
	if (!size_bytes)
		return trial_refuse(trial, CAUSE_NO_SPACE, other,
				    "only %s of the disk are free there, and %s shall stay so",
				    free_words, stay);
	if (left >= PMM_SWAP_LEAST_PAGES * facts->page_bytes)
		snprintf(other, sizeof(other), "--size %s", words_size_within(most, left));
	snprintf(fix, sizeof(fix), "%s%s", other, is_reserved ? ", or --reserve" : "");
	return trial_refuse(
		trial, CAUSE_NO_SPACE, fix,
		"only %s of the disk are free there; it would take %s, and %s shall stay "
		"free",
		free_words, words_size(size, size_bytes), stay);
}

enum cause verdict_place(const struct facts *facts, const char *path, uint64_t size_bytes,
			 uint64_t reserve_bytes, struct pmm_fault *fault)
{
	static attempt *const attempts[] = {try_directory,   trial_file_system, try_new_file,
					    trial_operation, trial_devices,	try_names};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};
	enum cause cause = trial_run(&trial, attempts, sizeof(attempts) / sizeof(*attempts));

	return cause ? cause : try_size(&trial, size_bytes, reserve_bytes);
}

enum cause verdict_growth(const struct facts *facts, const char *path, uint64_t more_bytes,
			  uint64_t reserve_bytes, struct pmm_fault *fault)
{
	static attempt *const attempts[] = {trial_operation, trial_devices};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};
	enum cause cause = trial_run(&trial, attempts, sizeof(attempts) / sizeof(*attempts));

	return cause ? cause : try_size(&trial, more_bytes, reserve_bytes);
}
