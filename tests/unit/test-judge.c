/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Why swapon(2) failed, where the facts do not say: by its error, the number of active areas, and a
 * log of the kernel that is made up here.
 */

#include "judge.h"

#include <errno.h>
#include <time.h>

#include "fault.h"
#include "tap.h"
#include "tree.h"

enum { FRESH = 0, STALE_SECONDS = 60 };

static const struct {
	const char *story;
	int error;
	uint64_t areas;
	const char *log; /* NULL: there is none */
	int log_age_seconds;
	enum pmm_fault_kind kind;
	const char *reason;
} cases[] = {
	{"the limit of areas", -EPERM, 28, NULL, FRESH, PMM_FAULT_FAILED,
	 "the kernel's limit of 28 areas is reached"},
	{"the least limit that there is", -EPERM, 23, NULL, FRESH, PMM_FAULT_FAILED,
	 "the kernel's limit of 23 areas is reached"},
	{"a filter", -EPERM, 22, "swapon: nothing of it", FRESH, PMM_FAULT_NO_PRIVILEGE,
	 "not permitted although root: a seccomp filter or a security module forbids swapon"},
	{"no log", -EINVAL, 2, NULL, FRESH, PMM_FAULT_FAILED,
	 "the kernel refused it: Invalid argument"},
	{"a line of the log", -EINVAL, 2,
	 "BTRFS warning (device loop1): block group for swapfile at 1 is read-only (scrub running)",
	 FRESH, PMM_FAULT_FAILED,
	 "the kernel refused it: Invalid argument; its log says: BTRFS warning (device loop1): "
	 "block group for swapfile at 1 is read-only (scrub running)"},
	{"in capitals", -EINVAL, 2, "Unable to handle SWAP header version 7", FRESH,
	 PMM_FAULT_FAILED,
	 "the kernel refused it: Invalid argument; its log says: Unable to handle SWAP header "
	 "version 7"},
	{"a line of another subject", -ENOMEM, 2, "eth0: link is up", FRESH, PMM_FAULT_FAILED,
	 "the kernel refused it: Cannot allocate memory"},
	{"an old line", -EINVAL, 2, "swapon: swapfile has holes", STALE_SECONDS, PMM_FAULT_FAILED,
	 "the kernel refused it: Invalid argument"},
};

/* "level,sequence,time in microseconds,flags;text", and a line of the device behind it. */
static void put_log(const struct tree *tree, const char *text, int age_seconds)
{
	struct timespec now;
	char record[512];

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(record, sizeof(record), "4,339,%jd,-;%s\n SUBSYSTEM=block\n",
		 ((intmax_t)now.tv_sec - age_seconds) * 1000000, text);
	tree_put_text(tree, "dev/kmsg", record);
}

static void test_case(struct pmm_root *root, const struct tree *tree, size_t i)
{
	const char *story = cases[i].story;
	struct pmm_fault fault = {0};

	tree_put_text(tree, "dev/kmsg", "");
	if (cases[i].log)
		put_log(tree, cases[i].log, cases[i].log_age_seconds);
	ok(judge_by_error(root, cases[i].areas, "/swap", cases[i].error, &fault) == cases[i].error,
	   "%s: returns the error", story);
	ok(fault.kind == cases[i].kind && fault.error == cases[i].error, "%s: kind", story);
	is_text(fault.object, "/swap", "%s: object", story);
	is_text(fault.reason, cases[i].reason, "%s: reason", story);
	fault_clear(&fault);
}

int main(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root;

	tree_put_text(&tree, "proc/swaps", "");
	if (ok(pmm_root_open(tree.name, &root) == 0, "a tree made for the test opens"))
		for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
			test_case(root, &tree, i);
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
