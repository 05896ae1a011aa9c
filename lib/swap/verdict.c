/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Would swapon(2) take it, by the facts, and if not, what is the one cause and what mends it? The
 * rules are those of mm/swapfile.c, fs/iomap/swapfile.c, mm/page_io.c (generic_swapfile_activate)
 * and fs/btrfs/inode.c. Pure: facts come from facts.c, or from a test.
 */

#include "verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "words.h"

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

struct trial {
	const struct facts *facts;
	const struct file_system *fs; /* of a regular file */
	const char *path;
	struct pmm_fault *fault;
};

static const char create_anew[] = "swapctl create --replace --size {size} {}";
static const char write_header[] = "swapctl format {}";
static const char keep_header[] = "swapctl format --keep-id {}";
static const char elsewhere[] = "a file on ext4, xfs or btrfs";

__attribute__((format(printf, 4, 5))) static enum cause refuse(struct trial *trial,
							       enum cause cause, const char *fix,
							       const char *format, ...)
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

/* ---- what the process, the kind of file and the way to open it come to ---- */

static enum cause try_process(struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (!facts->is_privileged)
		return refuse(trial, CAUSE_NO_PRIVILEGE, "run it as root",
			      "only root may activate swap: CAP_SYS_ADMIN is lacking");
	if (facts->is_in_user_namespace)
		return refuse(trial, CAUSE_USER_NAMESPACE, "run it outside of the container",
			      "swap is the host's: root of a user namespace may not activate it");
	if (facts->most_areas != PMM_ABSENT && facts->areas >= facts->most_areas)
		return refuse(trial, CAUSE_TOO_MANY_AREAS, "swapctl off one of them",
			      "the kernel's limit of %ju areas is reached",
			      (uintmax_t)facts->areas);
	return CAUSE_NONE;
}

static enum cause try_device(struct trial *trial)
{
	const struct facts_device *device = &trial->facts->device;

	if (device->is_held)
		return refuse(trial, CAUSE_IN_USE, "lsblk {}, which shows by what",
			      "the device is in use: mounted, or part of something else");
	if (device->is_zoned)
		return refuse(trial, CAUSE_ZONED, "a device that is not zoned",
			      "a zoned device cannot write its blocks in any order");
	return CAUSE_NONE;
}

/* May a file be opened for writing, by root? swapoff(2) does that, too. */
static enum cause try_writing(struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (facts->is_read_only)
		return refuse(trial, CAUSE_READ_ONLY, "mount its file system read-write",
			      "its file system is mounted read-only");
	if (facts->is_immutable)
		return refuse(trial, CAUSE_IMMUTABLE, "chattr -i {}", "the file is immutable");
	if (facts->is_append_only)
		return refuse(trial, CAUSE_APPEND_ONLY, "chattr -a {}",
			      "the file can only be appended to");
	if (facts->is_verity)
		return refuse(trial, CAUSE_VERITY, create_anew,
			      "fs-verity keeps the file as it is");
	return CAUSE_NONE;
}

static enum cause try_access(struct trial *trial)
{
	const struct facts *facts = trial->facts;

	if (!S_ISREG(facts->mode) && !S_ISBLK(facts->mode))
		return refuse(trial, CAUSE_NOT_A_FILE, NULL,
			      "neither a regular file nor a block device");
	if (facts->is_active)
		return refuse(trial, CAUSE_ACTIVE, NULL, "it is active already");
	return S_ISBLK(facts->mode) ? try_device(trial) : try_writing(trial);
}

/* ---- its file system ---- */

static const char *fs_name(const struct file_system *fs)
{
	return fs->name ? fs->name : "its file system";
}

static enum cause try_file_system(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	const struct file_system *fs = trial->fs;
	bool has_extents = fs->support == SUPPORT_EXTENTS || fs->support == SUPPORT_BTRFS;

	if (fs->support == SUPPORT_NEVER ||
	    (fs->support == SUPPORT_BLOCKS && S_ISREG(facts->mode) && !facts->extents.is_known))
		return refuse(trial, CAUSE_FILE_SYSTEM, elsewhere, "cannot hold swap: %s %s",
			      fs_name(fs), fs->why ? fs->why : "does not say where blocks are");
	if (facts->is_dax)
		return refuse(trial, CAUSE_DAX, create_anew,
			      "cannot hold swap: the file is in persistent memory (DAX)");
	if (has_extents && facts->block_bytes > facts->page_bytes)
		return refuse(trial, CAUSE_BLOCK_SIZE, elsewhere,
			      "cannot hold swap: blocks of %ju bytes are larger than a page",
			      (uintmax_t)facts->block_bytes);
	return CAUSE_NONE;
}

/* ---- its header ---- */

/* There is no header that this kernel would read: what is there instead? */
static enum cause try_other_content(struct trial *trial)
{
	const struct facts *facts = trial->facts;
	const struct header_look *header = &facts->header;
	char fix[96];

	if (header->content == HEADER_SWAP)
		return refuse(trial, CAUSE_PAGE_SIZE, keep_header,
			      "the swap header is for pages of %ju bytes, this kernel has %ju",
			      (uintmax_t)header->page_bytes, (uintmax_t)facts->page_bytes);
	if (header->content == HEADER_SUSPEND_IMAGE)
		return refuse(trial, CAUSE_SUSPEND_IMAGE, "swapctl format --wipe=suspend {}",
			      "a hibernated system is in it, which would be lost");
	if (header->content == HEADER_OLD_SWAP)
		return refuse(trial, CAUSE_VERSION, write_header,
			      "the swap header is of the old version 0");
	snprintf(fix, sizeof(fix), "swapctl format --wipe=%s {}, which destroys it", facts->other);
	if (*facts->other)
		return refuse(trial, CAUSE_OTHER_CONTENT, fix, "it holds %s%s, no swap area",
			      facts->other, facts->has_partitions ? " partitions" : "");
	if (header->is_empty)
		return refuse(trial, CAUSE_EMPTY, write_header, "it is empty: no swap header");
	return refuse(trial, CAUSE_NO_HEADER, write_header, "it holds no swap header");
}

static enum cause try_bad_pages(struct trial *trial)
{
	const struct header_look *header = &trial->facts->header;
	size_t most = header_most_bad_pages(header->page_bytes);

	if (header->bad_pages && S_ISREG(trial->facts->mode))
		return refuse(trial, CAUSE_BAD_PAGES, keep_header,
			      "the header lists %ju bad pages, which only a device can have",
			      (uintmax_t)header->bad_pages);
	if (header->bad_pages > most)
		return refuse(trial, CAUSE_BAD_PAGES, keep_header,
			      "the header counts %ju bad pages, and can list only %zu",
			      (uintmax_t)header->bad_pages, most);
	if (header->has_outside_page)
		return refuse(trial, CAUSE_BAD_PAGES, keep_header,
			      "the header lists the bad page %ju, outside of 1 to %ju",
			      (uintmax_t)header->outside_page, (uintmax_t)header->last_page);
	if (!header->good_pages)
		return refuse(trial, CAUSE_NO_PAGES, "another device",
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
		return refuse(trial, CAUSE_UNREADABLE, "another device or file system",
			      "its header cannot be read: %s", strerror(-facts->header_error));
	if (header->content != HEADER_SWAP || header->page_bytes != facts->page_bytes)
		return try_other_content(trial);
	if (header->version != 1)
		return refuse(trial, CAUSE_VERSION, keep_header,
			      "the swap header has version %ju, not 1", (uintmax_t)header->version);
	if (!header->last_page)
		return refuse(trial, CAUSE_NO_PAGES, keep_header,
			      "the swap header says that its last page is 0");
	if (header_span(facts) > room_pages)
		return refuse(trial, CAUSE_TOO_SHORT, keep_header,
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
		return refuse(trial, CAUSE_COMPRESSED, create_anew,
			      "cannot hold swap: the file is compressed");
	if (trial->fs->support == SUPPORT_BTRFS && !facts->is_nocow)
		return refuse(trial, CAUSE_NOCOW, create_anew,
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
		return refuse(trial, CAUSE_HOLES, create_anew, "cannot hold swap: it has holes");
	return refuse(trial, CAUSE_HOLES, create_anew,
		      "cannot hold swap: it has holes, the first at byte %ju",
		      (uintmax_t)trial->facts->extents.hole_at_bytes);
}

static enum cause try_extents(struct trial *trial)
{
	const struct facts_extents *extents = &trial->facts->extents;
	enum cause cause = CAUSE_NONE;

	if (extents->is_inline)
		return refuse(trial, CAUSE_INLINE, create_anew,
			      "cannot hold swap: its data are in the inode, not in blocks");
	/* The kernel goes from block to block, and tells what it comes to first. */
	if (extents->hole_at_bytes < extents->shared_at_bytes ||
	    extents->shared_at_bytes == PMM_ABSENT)
		cause = try_hole(trial);
	if (cause || !extents->is_known || trial->fs->support == SUPPORT_NETWORK)
		return cause;
	if (extents->shared_at_bytes != PMM_ABSENT)
		return refuse(trial, CAUSE_SHARED, create_anew,
			      "cannot hold swap: it shares blocks with a copy or a snapshot");
	if (extents->is_encoded)
		return refuse(trial, CAUSE_COMPRESSED, create_anew,
			      "cannot hold swap: blocks of it are compressed");
	if (extents->is_unsettled)
		return refuse(trial, CAUSE_UNSETTLED, "sync {}",
			      "cannot hold swap: it has no place on the disk yet");
	if (extents->usable_pages < 2)
		return refuse(trial, CAUSE_SCATTERED, create_anew,
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

/* It comes before the blocks, which may look shared only because they are being moved. */
static enum cause try_operation(struct trial *trial)
{
	const char *operation = trial->facts->btrfs.operation;

	if (trial->fs->support != SUPPORT_BTRFS || !*operation)
		return CAUSE_NONE;
	return refuse(trial, CAUSE_EXCLUSIVE_OPERATION, "the same again when it has ended",
		      "the file system is busy: %s", operation);
}

static enum cause try_devices(struct trial *trial)
{
	const struct facts_btrfs *btrfs = &trial->facts->btrfs;

	if (trial->fs->support != SUPPORT_BTRFS)
		return CAUSE_NONE;
	if (btrfs->profile)
		return refuse(trial, CAUSE_PROFILE, "btrfs balance start -dconvert=single {/}",
			      "cannot hold swap: the data profile is %s; swap needs single",
			      btrfs->profile);
	if (btrfs->file_devices != PMM_ABSENT && btrfs->file_devices > 1)
		return refuse(trial, CAUSE_DEVICES, create_anew,
			      "cannot hold swap: its blocks are on several devices");
	return CAUSE_NONE;
}

/* ---- the verdict ---- */

typedef enum cause attempt(struct trial *trial);

static enum cause run(struct trial *trial, attempt *const *attempts, size_t count)
{
	enum cause cause = CAUSE_NONE;

	for (size_t i = 0; i < count && cause == CAUSE_NONE; i++)
		cause = attempts[i](trial);
	return cause;
}

enum cause verdict_process(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	return try_process(&(struct trial){facts, file_system_find(facts->magic), path, fault});
}

enum cause verdict_area(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	static attempt *const of_all[] = {try_process, try_access};
	static attempt *const of_file[] = {try_file_system, try_blank,	 try_header, try_flags,
					   try_operation,   try_extents, try_devices};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};
	enum cause cause = run(&trial, of_all, sizeof(of_all) / sizeof(*of_all));

	if (cause)
		return cause;
	if (S_ISBLK(facts->mode))
		return try_header(&trial);
	return run(&trial, of_file, sizeof(of_file) / sizeof(*of_file));
}

enum cause verdict_change(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};

	return S_ISREG(facts->mode) ? try_writing(&trial) : CAUSE_NONE;
}

/* ---- a place ---- */

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
	const struct facts *facts = trial->facts;

	if (facts->is_read_only)
		return refuse(trial, CAUSE_READ_ONLY, "mount its file system read-write",
			      "its file system is mounted read-only");
	if (facts->is_immutable)
		return refuse(trial, CAUSE_IMMUTABLE, "chattr -i {/}",
			      "its directory is immutable");
	return CAUSE_NONE;
}

/* What is made must be able to go again: when a later step fails, and by rm. */
static enum cause try_names(struct trial *trial)
{
	if (!trial->facts->is_append_only)
		return CAUSE_NONE;
	return refuse(trial, CAUSE_KEEPS_NAMES, "chattr -a {/}",
		      "its directory is append-only: no name can be taken out of it");
}

enum cause verdict_names(const struct facts *facts, const char *path, struct pmm_fault *fault)
{
	static attempt *const attempts[] = {try_directory, try_names};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};

	return run(&trial, attempts, sizeof(attempts) / sizeof(*attempts));
}

static enum cause try_new_file(struct trial *trial)
{
	const struct file_system *fs = trial->fs;

	if (fs->support == SUPPORT_NETWORK)
		return refuse(trial, CAUSE_NETWORK, elsewhere, "cannot hold swap: %s %s", fs->name,
			      fs->why);
	/* It does not say for a file, and there is no file yet that could be asked. */
	if (fs->support == SUPPORT_BLOCKS && fs->name && fs->why)
		return refuse(trial, CAUSE_FILE_SYSTEM, elsewhere, "cannot hold swap: %s %s",
			      fs->name, fs->why);
	if (trial->facts->is_encrypted)
		return refuse(trial, CAUSE_ENCRYPTED, "a file in another directory",
			      "swap in this directory would not be encrypted as its files are");
	if (fs->lacks_modes)
		return refuse(trial, CAUSE_LACKS_MODES, elsewhere,
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
		return refuse(trial, CAUSE_QUOTA, limit, "only %s are left by its quota", left);
	snprintf(fix, sizeof(fix), "--size %s, or %s", left, limit);
	return refuse(trial, CAUSE_QUOTA, fix, "only %s are left by its quota; it would take %s",
		      left, words_size(size, size_bytes));
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
		return refuse(trial, CAUSE_FILE_LIMIT, "ulimit -f unlimited",
			      "no file may be larger than %s here",
			      words_size(most, facts->most_file_bytes));
	cause = try_quota(trial, size_bytes);
	if (cause || (left && size_bytes <= left))
		return cause;
	words_size(free_words, facts->free_bytes);
	words_size(stay, reserve);
	if (!size_bytes)
		return refuse(trial, CAUSE_NO_SPACE, other,
			      "only %s of the disk are free there, and %s shall stay so",
			      free_words, stay);
	if (left >= PMM_SWAP_LEAST_PAGES * facts->page_bytes)
		snprintf(other, sizeof(other), "--size %s", words_size_within(most, left));
	snprintf(fix, sizeof(fix), "%s%s", other, is_reserved ? ", or --reserve" : "");
	return refuse(trial, CAUSE_NO_SPACE, fix,
		      "only %s of the disk are free there; it would take %s, and %s shall stay "
		      "free",
		      free_words, words_size(size, size_bytes), stay);
}

enum cause verdict_place(const struct facts *facts, const char *path, uint64_t size_bytes,
			 uint64_t reserve_bytes, struct pmm_fault *fault)
{
	static attempt *const attempts[] = {try_directory, try_file_system, try_new_file,
					    try_operation, try_devices,	    try_names};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};
	enum cause cause = run(&trial, attempts, sizeof(attempts) / sizeof(*attempts));

	return cause ? cause : try_size(&trial, size_bytes, reserve_bytes);
}

enum cause verdict_growth(const struct facts *facts, const char *path, uint64_t more_bytes,
			  uint64_t reserve_bytes, struct pmm_fault *fault)
{
	static attempt *const attempts[] = {try_operation, try_devices};
	struct trial trial = {facts, file_system_find(facts->magic), path, fault};
	enum cause cause = run(&trial, attempts, sizeof(attempts) / sizeof(*attempts));

	return cause ? cause : try_size(&trial, more_bytes, reserve_bytes);
}
