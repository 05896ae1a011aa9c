/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to libuuid: builds the header of a swap area in memory, byte for byte what mkswap(8) writes,
 * for a kernel of any page size. Nothing is read or written here. A new UUID is random, from
 * getrandom(2): libuuid asks its daemon only for those made of time.
 */

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <uuid.h>

#include "fault.h"
#include "header.h"

static const char MAGIC[] = "SWAPSPACE2";

static bool is_page_size(uint64_t bytes)
{
	return bytes >= HEADER_SMALLEST_PAGE && bytes <= HEADER_GREATEST_PAGE &&
	       !(bytes & (bytes - 1));
}

static int check_wish(const struct pmm_swap_header_wish *wish)
{
	if (!is_page_size(wish->page_bytes))
		return -EINVAL;
	if (wish->label && strlen(wish->label) >= HEADER_LABEL_LENGTH)
		return -ENAMETOOLONG;
	if (wish->pages > PMM_SWAP_MOST_PAGES)
		return -EFBIG;
	if (wish->bad_page_count > header_most_bad_pages(wish->page_bytes))
		return -E2BIG;
	if (wish->pages < PMM_SWAP_LEAST_PAGES ||
	    wish->bad_page_count > wish->pages - PMM_SWAP_LEAST_PAGES)
		return -ENOSPC;
	return 0;
}

/* UUID is zero, which is none. */
static int make_uuid(const char *text, uuid_t uuid)
{
	if (!text)
		uuid_generate_random(uuid);
	else if (*text && uuid_parse(text, uuid) < 0)
		return -EBADMSG;
	return 0;
}

size_t header_most_bad_pages(uint64_t page_bytes)
{
	return (page_bytes - HEADER_MAGIC_LENGTH - HEADER_BAD_PAGE_LIST_AT) / sizeof(uint32_t);
}

int pmm_swap_header_build(const struct pmm_swap_header_wish *wish, void *page, char ret_uuid[37])
{
	const uint32_t version = 1, last_page = (uint32_t)(wish->pages - 1);
	const uint32_t bad_pages = (uint32_t)wish->bad_page_count;
	unsigned char *bytes = page;
	uuid_t uuid = {0};
	int r = check_wish(wish);

	if (r == 0)
		r = make_uuid(wish->uuid, uuid);
	if (r < 0)
		return r;
	memset(bytes, 0, wish->page_bytes);
	memcpy(bytes + HEADER_VERSION_AT, &version, sizeof(version));
	memcpy(bytes + HEADER_LAST_PAGE_AT, &last_page, sizeof(last_page));
	memcpy(bytes + HEADER_BAD_PAGES_AT, &bad_pages, sizeof(bad_pages));
	memcpy(bytes + HEADER_UUID_AT, uuid, sizeof(uuid));
	if (wish->label)
		memcpy(bytes + HEADER_LABEL_AT, wish->label, strlen(wish->label));
	if (bad_pages)
		memcpy(bytes + HEADER_BAD_PAGE_LIST_AT, wish->bad_pages,
		       bad_pages * sizeof(*wish->bad_pages));
	memcpy(bytes + wish->page_bytes - HEADER_MAGIC_LENGTH, MAGIC, HEADER_MAGIC_LENGTH);
	if (uuid_is_null(uuid))
		*ret_uuid = '\0';
	else
		uuid_unparse_lower(uuid, ret_uuid);
	return 0;
}

int header_build(const struct pmm_swap_header_wish *wish, const char *path, void *page,
		 char ret_uuid[37], struct pmm_fault *fault)
{
	int r = pmm_swap_header_build(wish, page, ret_uuid);

	switch (r) {
	case 0:
		return 0;
	case -EINVAL:
		return fault_set(fault, PMM_FAULT_REFUSED, r, path,
				 "4096, 8192, 16384, 32768, 65536",
				 "no kernel has pages of %ju bytes", (uintmax_t)wish->page_bytes);
	case -ENAMETOOLONG:
		return fault_set(fault, PMM_FAULT_REFUSED, r, path, "a label of at most 15 bytes",
				 "the label is too long: it has %zu bytes", strlen(wish->label));
	case -EFBIG:
		return fault_set(fault, PMM_FAULT_REFUSED, r, path, NULL,
				 "too big: a swap area has at most %ju pages",
				 (uintmax_t)PMM_SWAP_MOST_PAGES);
	case -E2BIG:
		return fault_set(fault, PMM_FAULT_REFUSED, r, path, "another device",
				 "more bad pages than a header of %ju bytes can list: %zu",
				 (uintmax_t)wish->page_bytes, wish->bad_page_count);
	case -EBADMSG:
		return fault_set(fault, PMM_FAULT_REFUSED, r, path,
				 "36 digits and hyphens, as uuidgen(1) prints them", "no UUID: %s",
				 wish->uuid);
	default:
		return fault_set(fault, PMM_FAULT_REFUSED, r, path, NULL,
				 "too small: a swap area needs %ju good pages, %ju bytes",
				 (uintmax_t)PMM_SWAP_LEAST_PAGES,
				 (uintmax_t)(PMM_SWAP_LEAST_PAGES * wish->page_bytes));
	}
}
