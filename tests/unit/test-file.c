/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A file with a hole: parts of it that are counted, its ranges, and the way over files, with
 * cachestat(2) and with mincore(2) alone. What was just written is in the page cache.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "procmm-files.h"
#include "tap.h"

static uint64_t page_bytes;

/* Pages 0 to 2, a hole, page 6 and ten bytes of page 7. */
static void make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *bytes = calloc(3, page_bytes);

	if (fd < 0 || !bytes || pwrite(fd, bytes, 3 * page_bytes, 0) != (ssize_t)(3 * page_bytes) ||
	    pwrite(fd, bytes, page_bytes + 10, (off_t)(6 * page_bytes)) !=
		    (ssize_t)(page_bytes + 10))
		exit(1);
	free(bytes);
	close(fd);
}

static void test_counts(struct pmm_file *file, const char *how)
{
	static const struct {
		uint64_t offset, length; /* in eighths of a page */
		uint64_t cached;
	} cases[] = {
		{0, 0, 5},  {0, 8, 1},	 {0, 9, 2},  {7, 1, 1},	  {7, 2, 2},  {16, 16, 1},
		{24, 8, 0}, {24, 25, 1}, {40, 0, 2}, {56, 80, 1}, {64, 8, 0}, {800, 1, 0},
	};
	struct pmm_file_pages pages;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t offset = cases[i].offset * page_bytes / 8;
		uint64_t length = cases[i].length * page_bytes / 8;

		pages.cached = PMM_ABSENT;
		pmm_file_count(file, offset, length, &pages);
		is_u64(pages.cached, cases[i].cached, "%s: case %zu is counted", how, i);
	}
	ok(pmm_file_count(file, 0, UINT64_MAX, &pages) == 0 && pages.cached == 5,
	   "%s: a length without end is to the end", how);
}

static void test_ranges(struct pmm_file *file, const char *how)
{
	const struct pmm_file_range expected[] = {
		{0, 3 * page_bytes, 1},
		{3 * page_bytes, 3 * page_bytes, 0},
		{6 * page_bytes, page_bytes + 10, 1},
	};
	struct pmm_file_range range;

	for (size_t i = 0; i < 3; i++) {
		ok(pmm_file_next_range(file, &range) == 1, "%s: there is range %zu", how, i);
		is_u64(range.offset_bytes, expected[i].offset_bytes, "%s: where it begins", how);
		is_u64(range.length_bytes, expected[i].length_bytes, "%s: how long it is", how);
		ok(range.is_cached == expected[i].is_cached, "%s: what it is", how);
	}
	ok(pmm_file_next_range(file, &range) == 0, "%s: the last one is the last", how);
	ok(pmm_file_next_range(file, &range) == 0, "%s: and stays so", how);
}

static void test_file(struct pmm_root *root, const char *path, unsigned disabled, const char *how)
{
	struct pmm_facilities *facilities;
	struct pmm_file_key key, again;
	struct pmm_files *files;
	struct pmm_file *file;

	if (pmm_facilities_open(root, disabled, &facilities) < 0 ||
	    pmm_files_open(root, facilities, 0, &files) < 0)
		exit(1);
	pmm_files_start(files, path);
	if (!ok(pmm_files_next(files, &file) == 1, "%s: the file is there", how))
		exit(1);
	is_u64(pmm_file_size_bytes(file), 7 * page_bytes + 10, "%s: its size", how);
	test_counts(file, how);
	test_ranges(file, how);
	ok(pmm_file_key(file, &key) == 0, "%s: it has a key", how);
	pmm_files_start(files, path);
	ok(pmm_files_next(files, &file) == 0, "%s: it does not come twice", how);
	pmm_files_close(files);
	if (pmm_files_open(root, facilities, 0, &files) < 0)
		exit(1);
	pmm_files_start(files, path);
	ok(pmm_files_next(files, &file) == 1 && pmm_file_key(file, &again) == 0 &&
		   again.inode == key.inode && again.device_minor == key.device_minor,
	   "%s: and has the same key in another pass", how);
	pmm_files_close(files);
	pmm_facilities_close(facilities);
}

static void test_errors(struct pmm_root *root)
{
	struct pmm_facilities *facilities;
	struct pmm_files *files;
	struct pmm_file *file;

	if (pmm_facilities_open(root, 0, &facilities) < 0 ||
	    pmm_files_open(root, facilities, 0, &files) < 0)
		exit(1);
	ok(pmm_files_next(files, &file) == 0, "without a start there is no file");
	pmm_files_start(files, "/");
	ok(pmm_files_next(files, &file) == -EISDIR, "a directory is none");
	pmm_files_start(files, "/dev/null");
	ok(pmm_files_next(files, &file) == -EOPNOTSUPP, "nor is a device of characters");
	pmm_files_start(files, "/proc/self/nothing");
	ok(pmm_files_next(files, &file) == -ENOENT, "nor what is not there");
	is_text(pmm_root_error(root), "No such file or directory", "the reason is without a path");
	is_text(pmm_files_path(files), "/proc/self/nothing", "which stands apart");
	ok(pmm_files_next(files, &file) == 0, "nothing follows an error");
	pmm_files_close(files);
	pmm_facilities_close(facilities);
}

int main(void)
{
	char path[64];
	struct pmm_root *root;
	int fd;

	snprintf(path, sizeof(path), "/tmp/test-file-%d", (int)getpid());
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	if (fd < 0 || pmm_root_open(NULL, &root) < 0)
		return 1;
	close(fd);
	make_file(path);
	test_file(root, path, 0, "as it is");
	test_file(root, path, 1U << PMM_FACILITY_CACHESTAT, "without cachestat");
	test_errors(root);
	unlink(path);
	pmm_root_close(root);
	return done_testing();
}
