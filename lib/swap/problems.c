/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is wrong with an area although the kernel takes it: who else may read it, what becomes of it
 * when the disk is full, what in it is not used. These are our rules; the kernel's are in
 * verdict.c. Pure.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict.h"
#include "words.h"

/* What is told of an area, as its facts are. */
struct review {
	const struct facts *facts;
	const char *path;
	struct pmm_judgement *judgement;
};

__attribute__((format(printf, 1, 0))) static char *format_list(const char *format,
							       va_list arguments)
{
	char *text;

	return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

int problem_add(struct pmm_judgement *judgement, const struct facts *facts, const char *path,
		const char *name, const char *fix, const char *reason, ...)
{
	size_t count = judgement->problem_count;
	struct pmm_finding *problems =
		reallocarray(judgement->problems, count + 1, sizeof(*problems));
	va_list arguments;

	if (!problems)
		return -ENOMEM;
	judgement->problems = problems;
	va_start(arguments, reason);
	problems[count] = (struct pmm_finding){
		.name = strdup(name),
		.reason = format_list(reason, arguments),
		.fix = fix ? fix_text(fix, path, facts->size_bytes) : NULL,
	};
	va_end(arguments);
	judgement->problem_count++;
	return problems[count].name && problems[count].reason && (!fix || problems[count].fix)
		       ? 0
		       : -ENOMEM;
}

#define ADD(review, ...) \
	problem_add((review)->judgement, (review)->facts, (review)->path, __VA_ARGS__)

/* ---- who may read it ---- */

static int review_access(const struct review *review)
{
	const struct facts *facts = review->facts;
	unsigned mode = facts->mode & 07777U;
	/* Devices commonly belong to a group that administers disks. */
	unsigned others = S_ISREG(facts->mode) ? 077 : 007;
	int r = 0;

	if (mode & others)
		r = ADD(review, "readable-by-others", "chmod 600 {}",
			"others than its owner may open it (mode %04o), and read what was swapped "
			"out",
			mode);
	if (r == 0 && S_ISREG(facts->mode) && facts->uid != 0)
		r = ADD(review, "owner", "chown 0:0 {}",
			"user %ju owns it, and may read what was swapped out",
			(uintmax_t)facts->uid);
	/* swapon(2) goes by where the blocks are, past the file system that encrypts them. */
	if (r == 0 && facts->is_encrypted)
		r = ADD(review, "encrypted", "swapctl rm {}, and a file in another directory",
			"its directory is encrypted, but what is swapped out would not be");
	if (r == 0 && S_ISREG(facts->mode) && file_system_find(facts->magic)->lacks_modes)
		r = ADD(review, "lacks-modes", "swapctl rm {}, and a file on ext4, xfs or btrfs",
			"%s keeps no modes: who may read it depends on how it is mounted",
			file_system_find(facts->magic)->name);
	return r;
}

/* ---- where it is ---- */

static int review_storage(const struct review *review)
{
	const struct facts *facts = review->facts;
	char free_words[WORDS_SIZE], least[WORDS_SIZE];

	if (S_ISREG(facts->mode) && file_system_find(facts->magic)->support == SUPPORT_NETWORK)
		return ADD(review, "network", "a file on a disk of this machine",
			   "swapping over a network needs memory to free memory");
	if (S_ISREG(facts->mode) && facts->total_bytes && !facts->is_read_only &&
	    facts->free_bytes < reserve_default(facts))
		return ADD(review, "disk-space", "swapctl resize {} to less, or clean up the disk",
			   "only %s of its file system are free; %s should be",
			   words_size(free_words, facts->free_bytes),
			   words_size(least, reserve_default(facts)));
	/* swapon(2) does not ask. */
	if (facts->device.is_read_only)
		return ADD(review, "read-only", "blockdev --setrw {}",
			   "the device is read-only: what is swapped out could not be written");
	if (facts->device.is_backing_in_memory)
		return ADD(review, "loop-in-memory", "swapctl off {}, and a file on a disk",
			   "the loop device keeps it in memory, of which there is less then");
	if (facts->device.is_backing_sparse)
		return ADD(review, "loop-sparse", "swapctl off {}, and fallocate its file",
			   "the file of the loop device has holes: when the disk is full, swap "
			   "cannot be written");
	return 0;
}

/* ---- what it says it is ---- */

static int review_size(const struct review *review)
{
	const struct facts *facts = review->facts;
	uint64_t pages = (uint64_t)facts->header.last_page + 1;
	uint64_t room = facts->size_bytes / facts->page_bytes;
	uint64_t usable = facts->extents.usable_pages;
	int r = 0;

	if (pages < PMM_SWAP_LEAST_PAGES)
		r = ADD(review, "too-small", "swapctl resize {}",
			"it has %ju pages, fewer than %d, and other programs do not take it for "
			"swap",
			(uintmax_t)pages, PMM_SWAP_LEAST_PAGES);
	if (r == 0 && pages < room)
		r = ADD(review, "unused-room", "swapctl format --keep-id {}",
			"its header says %ju pages, and %ju would fit", (uintmax_t)pages,
			(uintmax_t)room);
	/* One in a hundred is what blocks smaller than a page cost at the ends of extents. */
	if (r == 0 && S_ISREG(facts->mode) && facts->extents.is_known &&
	    facts->extents.hole_at_bytes == PMM_ABSENT && usable < room &&
	    usable < pages - pages / 100)
		r = ADD(review, "scattered", "swapctl create --replace --size {size} {}",
			"only %ju of its %ju pages can be used: blocks lie apart",
			(uintmax_t)usable, (uintmax_t)pages);
	return r;
}

static int review_header(const struct review *review)
{
	const struct facts *facts = review->facts;
	int r;

	if (facts->header.content != HEADER_SWAP || facts->header.page_bytes != facts->page_bytes)
		return 0;
	r = review_size(review);
	if (r == 0 && facts->header.repeated_page)
		r = ADD(review, "repeated-bad-page", "swapctl format --check {}",
			"its header lists the bad page %ju twice",
			(uintmax_t)facts->header.repeated_page);
	if (r == 0 && facts->has_partitions)
		r = ADD(review, "partition-table", "swapctl off {}, and use a partition of it",
			"there is a partition table (%s) too, whose partitions swap overwrites",
			facts->other);
	else if (r == 0 && *facts->other)
		r = ADD(review, "other-signature", "swapctl format --keep-id {}",
			"it looks like %s too, and could be taken for that", facts->other);
	return r;
}

int problems_find(const struct facts *facts, const char *path, struct pmm_judgement *judgement)
{
	const struct review review = {facts, path, judgement};
	int r = review_access(&review);

	if (r == 0)
		r = review_storage(&review);
	return r == 0 ? review_header(&review) : r;
}
