/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What builds plans asks before it acts, and after swapon(2) has failed: gathers the facts and has
 * them judged. The kernel says most of its reasons only to its log, so where the facts explain
 * nothing, the log is quoted.
 */

#include "judge.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "fault.h"
#include "kernel-log.h"
#include "verdict.h"

/* fs/f2fs: the smallest section; a file made of whole ones is used in place. */
static const uint64_t F2FS_SECTION_BYTES = 2 << 20;

int judge_place(struct pmm_root *root, const struct place *place, uint64_t size_bytes,
		uint64_t reserve_bytes, struct pmm_fault *fault)
{
	struct facts facts;

	facts_read_place(root, place, &facts);
	return cause_error(verdict_place(&facts, place->path, size_bytes, reserve_bytes, fault));
}

int judge_growth(struct pmm_root *root, const struct place *place, uint64_t more_bytes,
		 uint64_t reserve_bytes, struct pmm_fault *fault)
{
	struct facts facts;

	facts_read_place(root, place, &facts);
	return cause_error(verdict_growth(&facts, place->path, more_bytes, reserve_bytes, fault));
}

uint64_t judge_room_bytes(struct pmm_root *root, const struct place *place, uint64_t reserve_bytes)
{
	struct facts facts;

	facts_read_place(root, place, &facts);
	return room_bytes(&facts, reserve_bytes);
}

int judge_area(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault)
{
	struct facts facts;
	int r = facts_read_area(root, fd, path, &facts);

	if (r < 0)
		return fault_set_errno(fault, r, path, "look at it");
	return cause_error(verdict_area(&facts, path, fault));
}

/* What a captured tree is stored on says nothing of where it was: of one, all of these say yes. */
int judge_again(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault)
{
	struct facts facts;
	int r;

	if (!pmm_root_is_live(root))
		return 0;
	r = facts_read_area(root, fd, path, &facts);
	if (r < 0)
		return fault_set_errno(fault, r, path, "look at it");
	facts.is_active = false;
	facts.areas--;
	return cause_error(verdict_area(&facts, path, fault));
}

int judge_change(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault)
{
	struct facts facts;
	int r;

	if (!pmm_root_is_live(root))
		return 0;
	r = facts_read_access(fd, &facts);
	if (r < 0)
		return fault_set_errno(fault, r, path, "look at it");
	return cause_error(verdict_change(&facts, path, fault));
}

int judge_name(struct pmm_root *root, const struct place *place, struct pmm_fault *fault)
{
	struct facts facts;
	int r;

	if (!pmm_root_is_live(root))
		return 0;
	r = facts_read_access(place->directory_fd, &facts);
	if (r < 0)
		return fault_set_errno(fault, r, place->path, "look at its directory");
	return cause_error(verdict_names(&facts, place->path, fault));
}

int judge_process(struct pmm_root *root, const char *path, struct pmm_fault *fault)
{
	struct facts facts = {0};

	facts_read_system(root, &facts);
	return cause_error(verdict_process(&facts, path, fault));
}

int judge_made(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault)
{
	struct facts facts;
	int r = facts_read_area(root, fd, path, &facts);

	if (r < 0)
		return fault_set_errno(fault, r, path, "look at it");
	facts.is_privileged = true;
	facts.is_in_user_namespace = false;
	facts.most_areas = PMM_ABSENT;
	facts.device.is_held = false; /* by us */
	return cause_error(verdict_area(&facts, path, fault));
}

int judge_preparation(struct pmm_root *root, int directory_fd, struct preparation *ret_preparation)
{
	struct preparation preparation = {.granularity_bytes = pmm_root_page_bytes(root)};
	struct statfs fs;

	if (fstatfs(directory_fd, &fs) < 0)
		return -errno;
	switch (file_system_find((uint64_t)fs.f_type & UINT32_MAX)->support) {
	case SUPPORT_BTRFS:
		preparation.with_nocow = true;
		break;
	case SUPPORT_F2FS:
		preparation.with_pin = true;
		preparation.granularity_bytes = F2FS_SECTION_BYTES;
		break;
	default:
		break;
	}
	*ret_preparation = preparation;
	return 0;
}

/* ---- after the fact ---- */

/* No configuration of the kernel leaves fewer: include/linux/swap.h, MAX_SWAPFILES. */
enum { LEAST_LIMIT = 23 };

int judge_by_error(struct pmm_root *root, uint64_t areas, const char *path, int error,
		   struct pmm_fault *fault)
{
	char *log;

	if (error == -EPERM && areas >= LEAST_LIMIT)
		return fault_set(fault, PMM_FAULT_FAILED, error, path, "swapctl off one of them",
				 "the kernel's limit of %ju areas is reached", (uintmax_t)areas);
	if (error == -EPERM)
		return fault_set(fault, PMM_FAULT_NO_PRIVILEGE, error, path,
				 "run it outside of the container or sandbox",
				 "not permitted although root: a seccomp filter or a security "
				 "module forbids swapon");
	log = kernel_log_recent(root, "swap");
	if (log)
		fault_set(fault, PMM_FAULT_FAILED, error, path, NULL,
			  "the kernel refused it: %s; its log says: %s", strerror(-error), log);
	else
		fault_set(fault, PMM_FAULT_FAILED, error, path, NULL, "the kernel refused it: %s",
			  strerror(-error));
	free(log);
	return error;
}

int judge_failure(struct pmm_root *root, int fd, const char *path, int error,
		  struct pmm_fault *fault)
{
	struct facts facts;
	enum cause cause;
	int r = facts_read_area(root, fd, path, &facts);

	if (r < 0)
		return fault_set_errno(fault, error, path, "activate it");
	cause = verdict_area(&facts, path, fault);
	/* What comes of the file is EINVAL mostly; what forbids it to us, never. */
	if (!cause || (error == -EPERM && cause_error(cause) != error))
		return judge_by_error(root, facts.areas, path, error, fault);
	fault->error = error;
	if (fault->kind == PMM_FAULT_REFUSED)
		fault->kind = PMM_FAULT_FAILED;
	return error;
}
