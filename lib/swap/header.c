/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The header of a swap area: decoded by a pure half, as the kernel does, and read by the other.
 * What else a file or device could hold is known to signature.c.
 */

#include "header.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signature.h"

struct magic {
	char bytes[HEADER_MAGIC_LENGTH + 1];
	size_t length;
	enum header_content content;
};

/*
 * A hibernated system puts its own magic in the place of that of the area it was written to:
 * kernel/power/swap.c, uswsusp, and the TuxOnIce patches.
 */
static const struct magic magics[] = {
	{"SWAPSPACE2", 10, HEADER_SWAP},
	{"SWAP-SPACE", 10, HEADER_OLD_SWAP},
	{"S1SUSPEND", 9, HEADER_SUSPEND_IMAGE},
	{"S2SUSPEND", 9, HEADER_SUSPEND_IMAGE},
	{"ULSUSPEND", 9, HEADER_SUSPEND_IMAGE},
	{"LINHIB0001", 10, HEADER_SUSPEND_IMAGE},
	{"\xed\xc3\x02\xe9\x98\x56\xe5\x0c", 8, HEADER_SUSPEND_IMAGE},
};

static const struct magic *magic_of_page(const unsigned char *bytes, size_t length, size_t page)
{
	for (size_t i = 0; page <= length && i < sizeof(magics) / sizeof(*magics); i++)
		if (!memcmp(bytes + page - HEADER_MAGIC_LENGTH, magics[i].bytes, magics[i].length))
			return &magics[i];
	return NULL;
}

static const struct magic *find_magic(const unsigned char *bytes, size_t length,
				      size_t *ret_page_bytes)
{
	for (size_t page = HEADER_SMALLEST_PAGE; page <= HEADER_GREATEST_PAGE; page *= 2) {
		const struct magic *magic = magic_of_page(bytes, length, page);

		*ret_page_bytes = page;
		if (magic)
			return magic;
	}
	return NULL;
}

static uint32_t word_at(const unsigned char *bytes, size_t at, bool is_swapped)
{
	uint32_t word;

	memcpy(&word, bytes + at, sizeof(word));
	return is_swapped ? __builtin_bswap32(word) : word;
}

static void format_uuid(const unsigned char *uuid, char *text)
{
	static const char digits[] = "0123456789abcdef";
	static const unsigned char none[HEADER_UUID_LENGTH];

	if (memcmp(uuid, none, HEADER_UUID_LENGTH))
		for (size_t i = 0; i < HEADER_UUID_LENGTH; i++) {
			if (i == 4 || i == 6 || i == 8 || i == 10)
				*text++ = '-';
			*text++ = digits[uuid[i] >> 4];
			*text++ = digits[uuid[i] & 15];
		}
	*text = '\0';
}

/* The rules are those of read_swap_header() in mm/swapfile.c. *WHY is set on failure. */
static int decode(const unsigned char *bytes, size_t length, struct pmm_swap_header *ret_header,
		  const char **why)
{
	size_t page_bytes;
	const struct magic *magic = find_magic(bytes, length, &page_bytes);
	struct pmm_swap_header header = {0};
	uint32_t last_page, bad_pages;

	*why = "no swap area";
	if (!magic)
		return -EMEDIUMTYPE;
	*why = "a swap area of the old version 0";
	if (magic->content == HEADER_OLD_SWAP)
		return -EBADMSG;
	header.is_foreign_endian = word_at(bytes, HEADER_VERSION_AT, true) == 1;
	*why = "a swap header whose version is not 1";
	if (!header.is_foreign_endian && word_at(bytes, HEADER_VERSION_AT, false) != 1)
		return -EBADMSG;
	last_page = word_at(bytes, HEADER_LAST_PAGE_AT, header.is_foreign_endian);
	bad_pages = word_at(bytes, HEADER_BAD_PAGES_AT, header.is_foreign_endian);
	*why = "a swap header that counts more bad pages than it can list";
	if (bad_pages > header_most_bad_pages(page_bytes))
		return -EBADMSG;
	*why = "a swap header without a usable page";
	if (last_page <= bad_pages)
		return -EBADMSG;
	header.page_bytes = page_bytes;
	header.pages = last_page - bad_pages;
	header.bad_pages = bad_pages;
	header.is_suspend_image = magic->content == HEADER_SUSPEND_IMAGE;
	memcpy(header.label, bytes + HEADER_LABEL_AT, HEADER_LABEL_LENGTH);
	format_uuid(bytes + HEADER_UUID_AT, header.uuid);
	*ret_header = header;
	return 0;
}

int pmm_swap_header_parse(const void *bytes, size_t length, struct pmm_swap_header *ret_header)
{
	const char *why;

	return decode(bytes, length, ret_header, &why);
}

/* ---- what the kernel sees, good or not ---- */

static bool is_listed_before(const unsigned char *bytes, uint32_t index, uint32_t page,
			     bool is_foreign)
{
	for (uint32_t i = 0; i < index; i++)
		if (word_at(bytes, HEADER_BAD_PAGE_LIST_AT + i * sizeof(uint32_t), is_foreign) ==
		    page)
			return true;
	return false;
}

/* Of a list that is longer than it can be, the kernel sees nothing. */
static void look_at_bad_pages(const unsigned char *bytes, struct header_look *look)
{
	look->good_pages = look->last_page;
	if (look->bad_pages > header_most_bad_pages(look->page_bytes))
		return;
	for (uint32_t i = 0; i < look->bad_pages; i++) {
		uint32_t page = word_at(bytes, HEADER_BAD_PAGE_LIST_AT + i * sizeof(uint32_t),
					look->is_foreign_endian);

		if (page == 0 || page > look->last_page) {
			look->has_outside_page = true;
			look->outside_page = page;
			continue;
		}
		look->good_pages--;
		if (is_listed_before(bytes, i, page, look->is_foreign_endian))
			look->repeated_page = page;
	}
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
	while (length && !bytes[length - 1])
		length--;
	return length == 0;
}

void header_look_at(const void *front, size_t length, uint64_t page_bytes,
		    struct header_look *ret_look)
{
	const unsigned char *bytes = front;
	size_t found_bytes = page_bytes;
	const struct magic *magic = magic_of_page(bytes, length, page_bytes);
	struct header_look look = {.is_empty = is_zero(bytes, length)};

	if (!magic)
		magic = find_magic(bytes, length, &found_bytes);
	if (magic) {
		look.content = magic->content;
		look.page_bytes = found_bytes;
		look.is_foreign_endian = word_at(bytes, HEADER_VERSION_AT, true) == 1;
		look.version = word_at(bytes, HEADER_VERSION_AT, look.is_foreign_endian);
		look.last_page = word_at(bytes, HEADER_LAST_PAGE_AT, look.is_foreign_endian);
		look.bad_pages = word_at(bytes, HEADER_BAD_PAGES_AT, look.is_foreign_endian);
		look_at_bad_pages(bytes, &look);
	}
	*ret_look = look;
}

/* ---- the half that reads ---- */

ssize_t header_read_at(int fd, void *bytes, size_t length, uint64_t offset_bytes)
{
	size_t done = 0;

	while (done < length) {
		ssize_t got = pread(fd, (char *)bytes + done, length - done,
				    (off_t)(offset_bytes + done));

		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			break;
		if (got > 0)
			done += (size_t)got;
	}
	return (ssize_t)done;
}

static int fail_to_read(struct pmm_root *root, int r, const char *path)
{
	return pmm_root_fail(root, r, "%s: header not readable: %s", path, strerror(-r));
}

int header_probe_fd(struct pmm_root *root, const char *path, int fd,
		    struct pmm_swap_header *ret_header)
{
	struct pmm_swap_header header;
	struct stat status;
	unsigned char bytes[HEADER_GREATEST_PAGE];
	char other[128];
	const char *why;
	ssize_t length;
	int is_other, r;

	if (fstat(fd, &status) < 0)
		return pmm_root_fail(root, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return pmm_root_fail(root, -EINVAL, "%s: neither a regular file nor a block device",
				     path);
	length = header_read_at(fd, bytes, sizeof(bytes), 0);
	if (length < 0)
		return fail_to_read(root, (int)length, path);
	r = decode(bytes, (size_t)length, &header, &why);
	is_other = signature_is_other(fd, other, sizeof(other));
	if (is_other < 0)
		return pmm_root_fail(root, is_other, "%s: %s", path, strerror(-is_other));
	if (is_other)
		return pmm_root_fail(root, -EMEDIUMTYPE, "%s: %s", path, other);
	if (r < 0)
		return pmm_root_fail(root, r, "%s: %s", path, why);
	*ret_header = header;
	return 0;
}

int pmm_swap_header_probe(struct pmm_root *root, const char *path,
			  struct pmm_swap_header *ret_header)
{
	char *shown;
	int fd, r;

	if (asprintf(&shown, "%s%s", pmm_root_prefix(root), path + strspn(path, "/")) < 0)
		return pmm_root_fail(root, -ENOMEM, "%s: %s", path, strerror(ENOMEM));
	r = pmm_root_open_file(root, path, &fd);
	if (r >= 0) {
		r = header_probe_fd(root, shown, fd, ret_header);
		close(fd);
	} else if (r == -EACCES || r == -EPERM) {
		fail_to_read(root, r, shown);
	}
	free(shown);
	return r;
}
