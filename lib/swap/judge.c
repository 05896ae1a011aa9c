/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What builds plans asks before it acts, and after swapon(2) has failed: gathers the facts and has
 * them judged. The kernel says most of its reasons only to its log, so where the facts explain
 * nothing, the log is quoted.
 * Reads: what facts.c reads; dev/kmsg.
 */

#include "judge.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "verdict.h"

enum {
	RECORD_LENGTH = 8192, /* Documentation/ABI/testing/dev-kmsg: a record a read */
	FRESH_US = 2000000,
};

/* fs/f2fs: the smallest section; a file made of whole ones is used in place. */
static const uint64_t F2FS_SECTION_BYTES = 2 << 20;

int judge_place(struct pmm_root *root, const struct place *place, uint64_t size_bytes,
		uint64_t reserve_bytes, struct pmm_fault *fault)
{
	struct facts facts;

	facts_read_place(root, place, &facts);
	return cause_error(verdict_place(&facts, place->path, size_bytes, reserve_bytes, fault));
}

int judge_area(struct pmm_root *root, int fd, const char *path, struct pmm_fault *fault)
{
	struct facts facts;
	int r = facts_read_area(root, fd, path, &facts);

	if (r < 0)
		return fault_set_errno(fault, r, path, "look at it");
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

/* ---- the kernel's log ---- */

static uint64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* "6,339,5140900,-;swapon: swapfile has holes": its text, if it is of swap and new. */
static const char *fresh_words(char *record, uint64_t since_us)
{
	char *text = strchr(record, ';');
	char *field = record;

	for (int i = 0; i < 2 && field; i++) {
		field = strchr(field, ',');
		field += field != NULL;
	}
	if (!text || !field || strtoull(field, NULL, 10) < since_us)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = '\0';
	return strcasestr(text, "swap") ? text : NULL;
}

/*
 * The last line that the kernel said of swap in the two seconds before; the clock of its log is a
 * little off from ours. NULL if there is none. The caller frees it.
 */
static char *read_log(struct pmm_root *root)
{
	uint64_t now_us = monotonic_us();
	uint64_t since_us = now_us > FRESH_US ? now_us - FRESH_US : 0;
	char record[RECORD_LENGTH + 1];
	char *last = NULL;
	ssize_t length;
	int fd;

	if (pmm_root_open_file(root, "dev/kmsg", &fd) < 0)
		return NULL;
	/* -EPIPE: the record was overwritten meanwhile; the next read goes on behind it. */
	while ((length = read(fd, record, RECORD_LENGTH)) > 0 || (length < 0 && errno == EPIPE)) {
		const char *words;

		record[length > 0 ? length : 0] = '\0';
		words = fresh_words(record, since_us);
		if (!words)
			continue;
		free(last);
		last = strdup(words);
	}
	close(fd);
	return last;
}

/* ---- after the fact ---- */

/* No configuration of the kernel leaves fewer: include/linux/swap.h, MAX_SWAPFILES. */
enum { LEAST_LIMIT = 23 };

static int explain_by_error(struct pmm_root *root, const struct facts *facts, const char *path,
			    int error, struct pmm_fault *fault)
{
	char *log;

	if (error == -EPERM && facts->areas >= LEAST_LIMIT)
		return fault_set(fault, PMM_FAULT_FAILED, error, path, "swapctl off one of them",
				 "the kernel's limit of %ju areas is reached",
				 (uintmax_t)facts->areas);
	if (error == -EPERM)
		return fault_set(fault, PMM_FAULT_NO_PRIVILEGE, error, path,
				 "run it outside of the container or sandbox",
				 "not permitted although root: a seccomp filter or a security "
				 "module forbids swapon");
	log = read_log(root);
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
		return explain_by_error(root, &facts, path, error, fault);
	fault->error = error;
	if (fault->kind == PMM_FAULT_REFUSED)
		fault->kind = PMM_FAULT_FAILED;
	return error;
}
