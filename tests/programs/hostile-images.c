/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * hostile-images DIR: files that are swap areas, or are nearly. Prints a line for each: its name,
 * and what is to be said of it: "accept", or the cause of a refusal. Made here byte by byte, after
 * include/linux/swap.h; nothing of procmm is used.
 */

#include <endian.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum {
	PAGES = 10,
	VERSION_AT = 1024,
	LABEL_AT = 1052,
	LIST_AT = 1536,
	MAGIC_LENGTH = 10,
	LARGEST_PAGE = 65536,
};

struct image {
	const char *name;
	const char *said;
	uint64_t pages; /* of the file; 0: as long as `bytes` says */
	uint64_t bytes;
	size_t page_factor; /* its header is that of a page so many times as large; 0: 1 */
	const char *magic;  /* NULL: SWAPSPACE2; "": no header at all */
	uint32_t words[3];  /* version, last page, bad pages */
	uint32_t list[2];   /* the first bad pages */
	const char *label;
	bool is_big_endian;
	bool is_random;
	bool has_holes;
};

static const struct image images[] = {
	{"ok", "accept", PAGES, .words = {1, PAGES - 1}, .label = "swap"},
	{"label-nonul", "accept", PAGES, .words = {1, PAGES - 1}, .label = "0123456789abcdef"},
	{"label-esc", "accept", PAGES, .words = {1, PAGES - 1}, .label = "\033]0;PWN\a\xff"},
	{"bigendian", "accept", PAGES, .words = {1, PAGES - 1}, .is_big_endian = true},
	{"two", "accept", 2, .words = {1, 1}},
	{"suspend", "suspend-image", PAGES, .magic = "S1SUSPEND", .words = {1, PAGES - 1}},
	{"suspend2", "suspend-image", PAGES, .magic = "ULSUSPEND", .words = {1, PAGES - 1}},
	{"holes", "holes", PAGES, .words = {1, PAGES - 1}, .has_holes = true},
	{"ext4", "other-content", .bytes = 1 << 20, .magic = "", .has_holes = true},
	{"pg8k", "page-size", PAGES, .page_factor = 2, .words = {1, PAGES / 2 - 1}},
	{"pg64k", "page-size", 16 * PAGES, .page_factor = 16, .words = {1, PAGES - 1}},
	{"lastpage-huge", "too-short", PAGES, .words = {1, UINT32_MAX}},
	{"lastpage-zero", "no-pages", PAGES, .words = {1, 0}},
	{"nbad-huge", "bad-pages", PAGES, .words = {1, PAGES - 1, UINT32_MAX}},
	{"nbad-dup", "bad-pages", PAGES, .words = {1, PAGES - 1, 2}, .list = {3, 3}},
	{"nbad-all", "bad-pages", PAGES, .words = {1, PAGES - 1, PAGES - 1}},
	{"badpage-oob", "bad-pages", PAGES, .words = {1, PAGES - 1, 1}, .list = {PAGES}},
	{"version2", "version", PAGES, .words = {2, PAGES - 1}},
	{"short", "too-short", PAGES - 1, .words = {1, PAGES - 1}},
	{"tiny", "no-header", .bytes = 2000, .words = {1, PAGES - 1}},
	{"v0", "version", PAGES, .magic = "SWAP-SPACE", .words = {1, PAGES - 1}},
	{"random", "no-header", PAGES, .magic = "", .is_random = true},
	{"empty", "empty", 0, .magic = ""},
};

static unsigned char bytes[LARGEST_PAGE * PAGES * 16];

static void put_word(const struct image *image, size_t at, uint32_t word)
{
	word = image->is_big_endian ? htobe32(word) : htole32(word);
	memcpy(bytes + at, &word, sizeof(word));
}

static void build(const struct image *image, size_t page_bytes, size_t length)
{
	const char *magic = image->magic ? image->magic : "SWAPSPACE2";
	size_t end = page_bytes * (image->page_factor ? image->page_factor : 1);

	memset(bytes, 0, sizeof(bytes));
	for (size_t i = 0; image->is_random && i < length; i++)
		bytes[i] = (unsigned char)(i * 2654435761U >> 13);
	if (!*magic)
		return;
	for (size_t i = 0; i < 3; i++)
		put_word(image, VERSION_AT + 4 * i, image->words[i]);
	for (size_t i = 0; i < 2; i++)
		put_word(image, LIST_AT + 4 * i, image->list[i]);
	if (image->label)
		memcpy(bytes + LABEL_AT, image->label, strlen(image->label));
	memcpy(bytes + end - MAGIC_LENGTH, magic, strlen(magic));
}

static void fail(const char *what)
{
	perror(what);
	exit(99);
}

static void put(const struct image *image, size_t page_bytes)
{
	size_t length = image->pages ? image->pages * page_bytes : image->bytes;
	size_t written = image->has_holes ? page_bytes : length;
	int fd = open(image->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		fail(image->name);
	build(image, page_bytes, length);
	if (write(fd, bytes, written) != (ssize_t)written || ftruncate(fd, (off_t)length) < 0)
		fail(image->name);
	if (close(fd) < 0)
		fail(image->name);
	printf("%s %s\n", image->name, image->said);
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]) < 0)
		fail("usage: hostile-images DIR");
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++)
		put(&images[i], (size_t)sysconf(_SC_PAGESIZE));
	return 0;
}
