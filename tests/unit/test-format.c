/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Formatting a file on which each call that changes anything fails in turn: whatever fails, the
 * bytes are those of before, or those that a run without fault leaves. The pages are not of this
 * kernel's size, so that nothing depends on the file system that the test happens to run on.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "procmm-swap.h"
#include "tap.h"
#include "tree.h"

enum { FILE_BYTES = 4 << 20, MOST_CALLS = 1000 };

static const char UUID[] = "01234567-89ab-cdef-0123-456789abcdef";
static unsigned char before[FILE_BYTES], after[FILE_BYTES], now[FILE_BYTES];
static struct tree tree;
static char *path;

/* ---- effects that fail ---- */

static unsigned calls, first_failing,
	failing; /* which of the calls fail: from which on, how many */
static unsigned syncs, writes_since_sync;

static bool fails(void)
{
	calls++;
	return calls >= first_failing && calls - first_failing < failing;
}

static int test_open_at(int directory_fd, const char *name, int flags, mode_t mode)
{
	return fails() ? -EACCES : pmm_effects_live.open_at(directory_fd, name, flags, mode);
}

/* A few bytes at a time, and interrupted now and then. */
static ssize_t test_write_at(int fd, const void *bytes, size_t length, uint64_t offset_bytes)
{
	writes_since_sync++;
	if (writes_since_sync % 5 == 4)
		return -EINTR;
	if (fails())
		return -EIO;
	return pmm_effects_live.write_at(fd, bytes, length > 1000 ? 1000 : length, offset_bytes);
}

static int test_sync(int fd)
{
	if (fails())
		return -EIO;
	syncs++;
	writes_since_sync = 0;
	return pmm_effects_live.sync(fd);
}

static const struct pmm_effects effects = {
	.open_at = test_open_at,
	.write_at = test_write_at,
	.sync = test_sync,
};

/* ---- one run ---- */

static void fill(size_t at, const char *bytes, size_t length)
{
	memcpy(before + at, bytes, length);
}

/* LUKS, an ISO image, and the header of a swap area of another page size. */
static void make_before(void)
{
	for (size_t i = 0; i < sizeof(before); i++)
		before[i] = (unsigned char)(i * 7 + i / 511);
	memset(before, 0, 4096);
	fill(0, "LUKS\xba\xbe\0\1aes\0", 12);
	fill(32768, "\1CD001\1", 7);
	fill(1024,
	     "\1\0\0\0\77\0\0\0\0\0\0\0"
	     "0123456789abcdef"
	     "old",
	     31);
	fill(65526, "SWAPSPACE2", 10);
}

static void read_now(void)
{
	int fd = open(path, O_RDONLY);

	tree_check(fd >= 0 && pread(fd, now, sizeof(now), 0) == (ssize_t)sizeof(now), path);
	close(fd);
}

static struct pmm_fault run(struct pmm_root *root, const struct pmm_format_wish *wish)
{
	struct pmm_fault fault;
	struct pmm_plan *plan;
	int r;

	tree_check(pmm_plan_open(root, &effects, &plan) == 0, "pmm_plan_open");
	calls = 0;
	writes_since_sync = 0;
	r = pmm_plan_format(plan, path, wish);
	if (r == 0)
		r = pmm_plan_run(plan, NULL);
	fault = *pmm_plan_fault(plan);
	ok((r < 0) == (fault.kind != PMM_FAULT_NONE), "it fails with a fault, and not without");
	ok(r == 0 || fault.reason, "which has words");
	pmm_plan_close(plan);
	read_now();
	return fault;
}

static void put_back(void)
{
	tree_put(&tree, "area", before, sizeof(before));
}

/* ---- the tests ---- */

static void test_whole(struct pmm_root *root, const struct pmm_format_wish *wish)
{
	struct pmm_swap_header header;

	put_back();
	failing = 0;
	syncs = 0;
	ok(run(root, wish).kind == PMM_FAULT_NONE, "a file with three signatures is formatted");
	memcpy(after, now, sizeof(after));
	ok(pmm_swap_header_probe(root, path, &header) == 0, "and nothing else is on it");
	is_text(header.uuid, UUID, "with the UUID that was wished");
	is_u64(header.page_bytes, 8192, "and the page size");
	is_u64(header.pages, FILE_BYTES / 8192 - 1, "and all of its pages");
	is_u64(syncs, 4, "each of four steps is brought to disk before the next");
	ok(writes_since_sync == 0, "and nothing is written after that");
	ok(!memcmp(now + 8192, before + 8192, 32769 - 8192) &&
		   !memcmp(now + 32774, before + 32774, 65526 - 32774) &&
		   !memcmp(now + 65536, before + 65536, sizeof(now) - 65536),
	   "no byte changes outside of the header and the signatures");
}

static void test_each_fault(struct pmm_root *root, const struct pmm_format_wish *wish)
{
	unsigned faults = 0, kept = 0;

	failing = 1;
	for (first_failing = 1; first_failing < MOST_CALLS; first_failing++) {
		struct pmm_fault fault;

		put_back();
		fault = run(root, wish);
		if (calls < first_failing)
			break;
		faults++;
		kept += fault.kind == PMM_FAULT_FAILED && !memcmp(now, before, sizeof(now));
	}
	ok(faults >= 15, "%u calls can fail", faults);
	is_u64(kept, faults, "after each of these faults all bytes are those of before");
	ok(!memcmp(now, after, sizeof(now)), "and without a fault those of after");
}

static void test_lasting_faults(struct pmm_root *root, const struct pmm_format_wish *wish)
{
	unsigned faults = 0, true_words = 0;

	failing = UINT32_MAX;
	for (first_failing = 1; first_failing < MOST_CALLS; first_failing++) {
		struct pmm_fault fault;

		put_back();
		fault = run(root, wish);
		if (calls < first_failing)
			break;
		faults++;
		true_words += fault.kind == PMM_FAULT_LEFT || !memcmp(now, before, sizeof(now));
	}
	is_u64(true_words, faults, "when nothing can be put back any more, that is said");
}

static void test_changed_meanwhile(struct pmm_root *root, const struct pmm_format_wish *wish)
{
	struct pmm_plan *plan;

	put_back();
	failing = 0;
	tree_check(pmm_plan_open(root, &effects, &plan) == 0, "pmm_plan_open");
	ok(pmm_plan_format(plan, path, wish) == 0, "a plan is made");
	before[510] = 0x55;
	before[511] = 0xaa;
	memcpy(before + 0x10040, "_BHRfS_M", 8);
	put_back();
	ok(pmm_plan_run(plan, NULL) < 0 && pmm_plan_fault(plan)->kind == PMM_FAULT_REFUSED,
	   "which is not run once something else is there");
	read_now();
	ok(!memcmp(now, before, sizeof(now)), "and changes nothing");
	pmm_plan_close(plan);
}

int main(void)
{
	const struct pmm_format_wish wish = {
		.uuid = UUID,
		.wipe = "iso9660,crypto_LUKS",
		.page_bytes = 8192,
	};
	struct pmm_root *root;
	char path_below[64];

	umask(077);
	tree = tree_make();
	snprintf(path_below, sizeof(path_below), "%s/area", tree.name);
	put_back();
	path = realpath(path_below, NULL);
	make_before();
	if (ok(pmm_root_open(NULL, &root) == 0, "the running system opens")) {
		test_whole(root, &wish);
		test_each_fault(root, &wish);
		test_lasting_faults(root, &wish);
		test_changed_meanwhile(root, &wish);
	}
	pmm_root_close(root);
	tree_remove(&tree);
	free(path);
	return done_testing();
}
