/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Would swapon(2) take it, by the facts, and if not, what is the one cause and what mends it? The
 * rules are those of mm/swapfile.c, fs/iomap/swapfile.c, mm/page_io.c (generic_swapfile_activate)
 * and fs/btrfs/inode.c. Pure: facts come from facts.c, or from a test.
 */

#include <stdio.h>
#include <string.h>

#include "trial.h"

static const char write_header[] = "swapctl format {}";
static const char keep_header[] = "swapctl format --keep-id {}";

/* ---- what the process, the kind of file and the way to open it come to ---- */

static enum cause try_process(struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (!facts->is_privileged)
		return trial_refuse(trial, CAUSE_NO_PRIVILEGE, "run it as root",
				    "only root may activate swap: CAP_SYS_ADMIN is lacking");
	if (facts->is_in_user_namespace)
		return trial_refuse(
			trial, CAUSE_USER_NAMESPACE, "run it outside of the container",
			"swap is the host's: root of a user namespace may not activate it");
	if (facts->most_areas != PMM_ABSENT && facts->areas >= facts->most_areas)
		return trial_refuse(trial, CAUSE_TOO_MANY_AREAS, "swapctl off one of them",
				    "the kernel's limit of %ju areas is reached",
				    (uintmax_t)facts->areas);
	return CAUSE_NONE;
}

static enum cause try_device(struct trial *trial)
{
	const struct facts_device *device = &trial->facts->device;

	if (device->is_held)
		return trial_refuse(trial, CAUSE_IN_USE, "lsblk {}, which shows by what",
				    "the device is in use: mounted, or part of something else");
	if (device->is_zoned)
		return trial_refuse(trial, CAUSE_ZONED, "a device that is not zoned",
				    "a zoned device cannot write its blocks in any order");
	return CAUSE_NONE;
}

/* May a file be opened for writing, by root? swapoff(2) does that, too. */
static enum cause try_writing(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	enum cause cause = trial_read_only(trial);

	if (cause)
		return cause;
	if (facts->is_immutable)
		return trial_refuse(trial, CAUSE_IMMUTABLE, "chattr -i {}",
				    "the file is immutable");
	if (facts->is_append_only)
		return trial_refuse(trial, CAUSE_APPEND_ONLY, "chattr -a {}",
				    "the file can only be appended to");
	if (facts->is_verity)
		return trial_refuse(trial, CAUSE_VERITY, trial_fix_anew,
				    "fs-verity keeps the file as it is");
	return CAUSE_NONE;
}

static enum cause try_access(struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (!S_ISREG(facts->mode) && !S_ISBLK(facts->mode))
		return trial_refuse(trial, CAUSE_NOT_A_FILE, NULL,
				    "neither a regular file nor a block device");
	if (facts->is_active)
		return trial_refuse(trial, CAUSE_ACTIVE, NULL, "it is active already");
	return S_ISBLK(facts->mode) ? try_device(trial) : try_writing(trial);
}

/* ---- its header ---- */

/* There is no header that this kernel would read: what is there instead? */
static enum cause try_other_content(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	const struct header_look *header = &facts->header;
	char fix[96];

	if (header->content == HEADER_SWAP)
		return trial_refuse(
			trial, CAUSE_PAGE_SIZE, keep_header,
			"the swap header is for pages of %ju bytes, this kernel has %ju",
			(uintmax_t)header->page_bytes, (uintmax_t)facts->page_bytes);
	if (header->content == HEADER_SUSPEND_IMAGE)
		return trial_refuse(trial, CAUSE_SUSPEND_IMAGE, "swapctl format --wipe=suspend {}",
				    "a hibernated system is in it, which would be lost");
	if (header->content == HEADER_OLD_SWAP)
		return trial_refuse(trial, CAUSE_VERSION, write_header,
				    "the swap header is of the old version 0");
	snprintf(fix, sizeof(fix), "swapctl format --wipe=%s {}, which destroys it", facts->other);
	if (*facts->other)
		return trial_refuse(trial, CAUSE_OTHER_CONTENT, fix, "it holds %s%s, no swap area",
				    facts->other, facts->has_partitions ? " partitions" : "");
	if (header->is_empty)
		return trial_refuse(trial, CAUSE_EMPTY, write_header,
				    "it is empty: no swap header");
	return trial_refuse(trial, CAUSE_NO_HEADER, write_header, "it holds no swap header");
}

static enum cause try_bad_pages(struct trial *trial)
{
	const struct header_look *header = &trial->facts->header;
	size_t most = header_most_bad_pages(header->page_bytes);

	if (header->bad_pages && S_ISREG(trial->facts->mode))
		return trial_refuse(trial, CAUSE_BAD_PAGES, keep_header,
				    "the header lists %ju bad pages, which only a device can have",
				    (uintmax_t)header->bad_pages);
	if (header->bad_pages > most)
		return trial_refuse(trial, CAUSE_BAD_PAGES, keep_header,
				    "the header counts %ju bad pages, and can list only %zu",
				    (uintmax_t)header->bad_pages, most);
	if (header->has_outside_page)
		return trial_refuse(trial, CAUSE_BAD_PAGES, keep_header,
				    "the header lists the bad page %ju, outside of 1 to %ju",
				    (uintmax_t)header->outside_page, (uintmax_t)header->last_page);
	if (!header->good_pages)
		return trial_refuse(trial, CAUSE_NO_PAGES, "another device",
				    "all pages of it are bad by its header");
	return CAUSE_NONE;
}

/* As read_swap_header() in mm/swapfile.c. */
static uint64_t header_span(const struct facts *facts)
{
	uint64_t pages = (uint64_t)facts->header.last_page + 1;

	return pages > UINT32_MAX ? UINT32_MAX : pages;
}

static enum cause try_header(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	const struct header_look *header = &facts->header;
	uint64_t room_pages = facts->size_bytes / facts->page_bytes;

	if (facts->header_error)
		return trial_refuse(trial, CAUSE_UNREADABLE, "another device or file system",
				    "its header cannot be read: %s",
				    strerror(-facts->header_error));
	if (header->content != HEADER_SWAP || header->page_bytes != facts->page_bytes)
		return try_other_content(trial);
	if (header->version != 1)
		return trial_refuse(trial, CAUSE_VERSION, keep_header,
				    "the swap header has version %ju, not 1",
				    (uintmax_t)header->version);
	if (!header->last_page)
		return trial_refuse(trial, CAUSE_NO_PAGES, keep_header,
				    "the swap header says that its last page is 0");
	if (header_span(facts) > room_pages)
		return trial_refuse(trial, CAUSE_TOO_SHORT, keep_header,
				    "the swap header says %ju pages, but there is room for %ju",
				    (uintmax_t)header->last_page + 1, (uintmax_t)room_pages);
	return try_bad_pages(trial);
}

/* ---- its blocks ---- */

static enum cause try_flags(struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (facts->is_compressed &&
	    (trial->fs->support == SUPPORT_BTRFS || trial->fs->support == SUPPORT_F2FS))
		return trial_refuse(trial, CAUSE_COMPRESSED, trial_fix_anew,
				    "cannot hold swap: the file is compressed");
	if (trial->fs->support == SUPPORT_BTRFS && !facts->is_nocow)
		return trial_refuse(trial, CAUSE_NOCOW, trial_fix_anew,
				    "cannot hold swap: the file is copy-on-write");
	return CAUSE_NONE;
}

/* Where the kernel asks block by block it asks no farther than the header says, if there is one. */
static bool has_hole(const struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (trial->fs->support == SUPPORT_NETWORK)
		return facts->stored_bytes < facts->size_bytes;
	if (trial->fs->support == SUPPORT_BLOCKS && !facts->header.is_empty &&
	    facts->extents.hole_at_bytes >= header_span(facts) * facts->page_bytes)
		return false;
	return facts->extents.is_known && facts->extents.hole_at_bytes != PMM_ABSENT;
}

static enum cause try_hole(struct trial *trial)
{
	if (!has_hole(trial))
		return CAUSE_NONE;
	if (trial->fs->support == SUPPORT_NETWORK)
		return trial_refuse(trial, CAUSE_HOLES, trial_fix_anew,
				    "cannot hold swap: it has holes");
	return trial_refuse(trial, CAUSE_HOLES, trial_fix_anew,
			    "cannot hold swap: it has holes, the first at byte %ju",
			    (uintmax_t)trial->facts->extents.hole_at_bytes);
}

static enum cause try_extents(struct trial *trial)
{
	const struct facts_extents *extents = &trial->facts->extents;
	enum cause cause = CAUSE_NONE;

	if (extents->is_inline)
		return trial_refuse(trial, CAUSE_INLINE, trial_fix_anew,
				    "cannot hold swap: its data are in the inode, not in blocks");
	/* The kernel goes from block to block, and tells what it comes to first. */
	if (extents->hole_at_bytes < extents->shared_at_bytes ||
	    extents->shared_at_bytes == PMM_ABSENT)
		cause = try_hole(trial);
	if (cause || !extents->is_known || trial->fs->support == SUPPORT_NETWORK)
		return cause;
	if (extents->shared_at_bytes != PMM_ABSENT)
		return trial_refuse(trial, CAUSE_SHARED, trial_fix_anew,
				    "cannot hold swap: it shares blocks with a copy or a snapshot");
	if (extents->is_encoded)
		return trial_refuse(trial, CAUSE_COMPRESSED, trial_fix_anew,
				    "cannot hold swap: blocks of it are compressed");
	if (extents->is_unsettled)
		return trial_refuse(trial, CAUSE_UNSETTLED, "sync {}",
				    "cannot hold swap: it has no place on the disk yet");
	if (extents->usable_pages < 2)
		return trial_refuse(
			trial, CAUSE_SCATTERED, trial_fix_anew,
			"cannot hold swap: its blocks lie too far apart to make up pages");
	return CAUSE_NONE;
}

/* What no header would help. The kernel itself gets to it only when there is one. */
static enum cause try_blank(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	enum cause cause;

	if (facts->header_error || !facts->header.is_empty || *facts->other ||
	    facts->size_bytes < PMM_SWAP_LEAST_PAGES * facts->page_bytes)
		return CAUSE_NONE;
	cause = try_flags(trial);
	return cause ? cause : try_extents(trial);
}

/* ---- the verdict ---- */

enum cause verdict_process(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	return try_process(&(struct trial){facts, file_system_find(facts->magic), path, fault});
}

enum cause verdict_area(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	static attempt *const of_all[] = {try_process, try_access};
	static attempt *const of_file[] = {trial_file_system, try_blank,   try_header,	 try_flags,
					   trial_operation,   try_extents, trial_devices};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};
	enum cause cause = trial_run(&trial, of_all, sizeof(of_all) / sizeof(*of_all));

	if (cause)
		return cause;
	if (S_ISBLK(facts->mode))
		return try_header(&trial);
	return trial_run(&trial, of_file, sizeof(of_file) / sizeof(*of_file));
}

enum cause verdict_change(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};

	return S_ISREG(facts->mode) ? try_writing(&trial) : CAUSE_NONE;
}
