/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What of a file is in the page cache. cachestat(2) counts a range of any size in one call, so
 * ranges are found by halving what is mixed; what is small and mixed mincore(2) lists a byte a
 * page, and it lists all where there is no cachestat(2). Nothing is read: a page of a file that is
 * mapped is not touched, so nothing happens either when the file shrinks. DOOR to mmap(2) for
 * files. Which files there are is in filetree.c.
 */

#include "filecache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kernel-call.h"
#include "mapping.h"
#include "walk.h"

enum {
	FIRST_PAGES = 512,
	/* Of so few pages mincore(2) tells which they are for less than halving does. */
	LIST_PAGES = 1024,
	WINDOW_PAGES = 8192,
};

/* Pages [start, end), each cached or not. */
struct list {
	uint64_t start;
	uint64_t end;
	unsigned char bits[WINDOW_PAGES]; /* bit 0 of each */
};

struct pmm_file {
	struct pmm_root *root;
	int fd;
	struct stat status;
	uint64_t size_bytes;
	uint64_t page_bytes;
	uint64_t pages; /* that it has, the last maybe in part */
	bool has_cachestat;
	bool is_tmpfs;
	bool is_checked; /* that mincore(2) tells the truth of it */
	/* Of the ranges: */
	uint64_t at;	 /* what is before it was handed out */
	uint64_t window; /* how many pages to ask about at once */
	struct list list;
};

const struct stat *pmm_file_status(const struct pmm_file *file)
{
	return &file->status;
}

uint64_t pmm_file_size_bytes(const struct pmm_file *file)
{
	return file->size_bytes;
}

int file_take(struct pmm_root *root, const struct pmm_facilities *facilities, int fd,
	      struct pmm_file **ret_file)
{
	struct pmm_file *file =
		malloc(sizeof(*file)); /* zeros of its list would cost a page fault */
	struct statfs system;
	struct stat status;
	off_t end;

	if (!file || fstat(fd, &status) < 0) {
		int r = file ? -errno : -ENOMEM;

		free(file);
		close(fd);
		return r;
	}
	file->root = root;
	file->fd = fd;
	file->status = status;
	file->page_bytes = pmm_root_page_bytes(root);
	file->has_cachestat = pmm_facilities_has(facilities, PMM_FACILITY_CACHESTAT);
	file->is_tmpfs = fstatfs(fd, &system) == 0 && (uint32_t)system.f_type == MAGIC_TMPFS;
	file->is_checked = false;
	file->at = 0;
	file->window = FIRST_PAGES;
	file->list.start = 0;
	file->list.end = 0;
	end = S_ISBLK(status.st_mode) ? lseek(fd, 0, SEEK_END) : status.st_size;
	file->size_bytes = end > 0 ? (uint64_t)end : 0;
	file->pages =
		file->size_bytes / file->page_bytes + (file->size_bytes % file->page_bytes != 0);
	*ret_file = file;
	return 0;
}

struct pmm_file *file_close(struct pmm_file *file)
{
	if (!file)
		return NULL;
	close(file->fd);
	free(file);
	return NULL;
}

/* ---- mincore(2) ---- */

/*
 * Map pages of the file without a right to touch them. Where we may say so that does not count as
 * an access to it (open(2), O_NOATIME).
 */
static int map_pages(const struct pmm_file *file, uint64_t page, uint64_t pages, void **ret_start)
{
	off_t offset;
	void *start;

	if (__builtin_mul_overflow(page, file->page_bytes, &offset))
		return -EOVERFLOW;
	fcntl(file->fd, F_SETFL, O_NONBLOCK | O_NOATIME);
	start = mmap(NULL, pages * file->page_bytes, PROT_NONE, MAP_SHARED, file->fd, offset);
	if (start == MAP_FAILED)
		return errno == ENODEV ? -EOPNOTSUPP : -errno;
	*ret_start = start;
	return 0;
}

static int list_pages(const struct pmm_file *file, uint64_t page, uint64_t pages,
		      unsigned char *ret_bits)
{
	void *start;
	int r = map_pages(file, page, pages, &start);

	if (r < 0)
		return r;
	if (mincore(start, pages * file->page_bytes, ret_bits) < 0)
		r = -errno;
	munmap(start, pages * file->page_bytes);
	return r;
}

/*
 * To who neither owns a file nor may write to it, mincore(2) says since Linux 5.2 that all of it is
 * there, even a page behind its end.
 */
static int check_truth(struct pmm_file *file)
{
	unsigned char bits = 0;
	int r;

	if (file->is_checked)
		return 0;
	r = list_pages(file, file->pages, 1, &bits);
	if (r < 0)
		return r;
	file->is_checked = !(bits & 1);
	return file->is_checked ? 0 : -EPERM;
}

static int list_window(struct pmm_file *file, uint64_t page, uint64_t pages)
{
	struct list *list = &file->list;
	int r = check_truth(file);

	list->start = list->end = page;
	if (r >= 0)
		r = list_pages(file, page, pages, list->bits);
	if (r >= 0)
		list->end = page + pages;
	return r;
}

static uint64_t list_sum(const struct list *list)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < list->end - list->start; i++)
		sum += list->bits[i] & 1;
	return sum;
}

/* As if nothing had been listed: ranges go on with what was listed last. */
static void list_forget(struct list *list)
{
	list->end = list->start;
}

static int count_listed(struct pmm_file *file, uint64_t page, uint64_t end, uint64_t *ret_cached)
{
	uint64_t cached = 0;
	int r = 0;

	while (page < end) {
		uint64_t pages = end - page < WINDOW_PAGES ? end - page : WINDOW_PAGES;

		r = list_window(file, page, pages);
		if (r < 0)
			break;
		cached += list_sum(&file->list);
		page += pages;
	}
	list_forget(&file->list);
	*ret_cached = cached;
	return r;
}

/* ---- counting ---- */

static int ask_cachestat(const struct pmm_file *file, uint64_t page, uint64_t pages,
			 struct kernel_cache *ret_cache)
{
	uint64_t offset, length;

	if (__builtin_mul_overflow(page, file->page_bytes, &offset) ||
	    __builtin_mul_overflow(pages, file->page_bytes, &length))
		return -EOVERFLOW;
	return kernel_cachestat(file->fd, offset, length, ret_cache);
}

int pmm_file_count(struct pmm_file *file, uint64_t offset_bytes, uint64_t length_bytes,
		   struct pmm_file_pages *ret_pages)
{
	uint64_t page = offset_bytes / file->page_bytes, end = file->pages, last, cached;
	struct kernel_cache cache;
	int r;

	if (length_bytes && !__builtin_add_overflow(offset_bytes, length_bytes - 1, &last) &&
	    last / file->page_bytes < end)
		end = last / file->page_bytes + 1;
	if (file->has_cachestat) {
		/* To the end is 0: a file that grows is counted whole. */
		r = ask_cachestat(file, page, !length_bytes || end <= page ? 0 : end - page,
				  &cache);
		if (r < 0)
			return r;
		*ret_pages = (struct pmm_file_pages){
			.cached = cache.cached,
			.dirty = file->is_tmpfs ? PMM_ABSENT : cache.dirty,
			.writeback = file->is_tmpfs ? PMM_ABSENT : cache.writeback,
			.evicted = file->is_tmpfs ? 0 : cache.evicted,
			.recently_evicted = file->is_tmpfs ? 0 : cache.recently_evicted,
			.swapped = file->is_tmpfs ? cache.evicted : 0,
		};
		return 0;
	}
	r = count_listed(file, page, end, &cached);
	if (r < 0)
		return r;
	*ret_pages = (struct pmm_file_pages){
		.cached = cached,
		.dirty = PMM_ABSENT,
		.writeback = PMM_ABSENT,
		.evicted = PMM_ABSENT,
		.recently_evicted = PMM_ABSENT,
		.swapped = file->is_tmpfs ? PMM_ABSENT : 0,
	};
	return 0;
}

/* ---- ranges ---- */

/* The front of a list that is all alike: where it ends. */
static uint64_t list_front(const struct list *list, uint64_t page, bool *ret_is_cached)
{
	const unsigned char *bits = list->bits;
	uint64_t i = page - list->start, end = list->end - list->start;
	unsigned char first = bits[i] & 1;

	while (i < end && (bits[i] & 1) == first)
		i++;
	*ret_is_cached = first;
	return list->start + i;
}

/*
 * A front of the pages from PAGE on that is all alike: where it ends. Of what is mixed and small a
 * list is made, if it agrees with the count: pages of shared memory that are on their way to swap
 * count as swapped and are listed as being there.
 */
static int find_front(struct pmm_file *file, uint64_t page, uint64_t *ret_end, bool *ret_is_cached)
{
	struct kernel_cache cache;
	uint64_t pages;
	int r;

	for (;;) {
		pages = file->pages - page < file->window ? file->pages - page : file->window;
		r = ask_cachestat(file, page, pages, &cache);
		if (r < 0)
			return r;
		if (!cache.cached || cache.cached >= pages)
			break;
		if (pages <= LIST_PAGES && list_window(file, page, pages) >= 0 &&
		    list_sum(&file->list) == cache.cached) {
			*ret_end = list_front(&file->list, page, ret_is_cached);
			return 0;
		}
		list_forget(&file->list);
		file->window = (pages + 1) / 2;
	}
	if (file->window <= file->pages)
		file->window *= 2;
	*ret_end = page + pages;
	*ret_is_cached = cache.cached;
	return 0;
}

static int find_alike(struct pmm_file *file, uint64_t page, uint64_t *ret_end, bool *ret_is_cached)
{
	uint64_t pages = file->pages - page;
	int r;

	if (page < file->list.start || page >= file->list.end) {
		if (file->has_cachestat)
			return find_front(file, page, ret_end, ret_is_cached);
		r = list_window(file, page, pages < WINDOW_PAGES ? pages : WINDOW_PAGES);
		if (r < 0)
			return r;
	}
	*ret_end = list_front(&file->list, page, ret_is_cached);
	return 0;
}

int pmm_file_next_range(struct pmm_file *file, struct pmm_file_range *ret_range)
{
	uint64_t start = file->at, end = start, next, length;
	bool is_cached = false, is_next;
	int r;

	while (end < file->pages) {
		r = find_alike(file, end, &next, &is_next);
		if (r < 0) {
			file->at = file->pages;
			return r;
		}
		if (end > start && is_next != is_cached)
			break;
		is_cached = is_next;
		end = next;
	}
	if (end == start)
		return 0;
	file->at = end;
	length = (end - start) * file->page_bytes;
	if (end == file->pages)
		length = file->size_bytes - start * file->page_bytes;
	*ret_range = (struct pmm_file_range){
		.offset_bytes = start * file->page_bytes,
		.length_bytes = length,
		.is_cached = is_cached,
	};
	return 1;
}

/* ---- how PID/maps names it ---- */

int pmm_file_key(struct pmm_file *file, struct pmm_file_key *ret_key)
{
	const struct pmm_mapping *mapping;
	struct pmm_mappings *mappings;
	void *start;
	int r;

	r = map_pages(file, 0, 1, &start);
	if (r < 0)
		return pmm_root_fail(file->root, r, "%s", strerror(-r));
	r = pmm_mappings_open(file->root, getpid(), &mappings);
	if (r >= 0) {
		while ((r = pmm_mappings_next(mappings, &mapping)) > 0)
			if (mapping->start_address == (uintptr_t)start)
				break;
		if (r > 0)
			*ret_key = (struct pmm_file_key){
				.device_major = mapping->device_major,
				.device_minor = mapping->device_minor,
				.inode = mapping->inode,
			};
		else if (r == 0)
			r = pmm_root_fail(file->root, -EOPNOTSUPP, "its mapping is not listed");
		pmm_mappings_close(mappings);
	}
	munmap(start, file->page_bytes);
	return r < 0 ? r : 0;
}
