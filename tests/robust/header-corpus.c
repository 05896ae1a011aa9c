/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * header-corpus SEED COUNT FILE DEVICE: COUNT swap headers, each one field away from a valid one,
 * in a file and on a block device by turns. Of each, what `swapctl check` says is held against what
 * swapon(2) says; what that activates is off again at once, and has the lowest priority meanwhile.
 * The last line is "corpus: seed S: N headers, A accepted, D disagreements". Exit status: 1 if the
 * two disagree, or less than a quarter was accepted, 99 if something else goes wrong.
 *
 * Two bad pages of one number are not tried: kernels before 6.19 count them twice.
 */

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "header.h"

enum { PAGES = 64, BAD_PAGES = 3 };

static uint64_t page_bytes;

/* A header and the size of the file, as they are to be. */
struct candidate {
	unsigned char bytes[HEADER_GREATEST_PAGE * 2];
	uint64_t size_bytes;
	bool is_device;
	bool is_big_endian;
	char story[128];
};

/* ---- chance: xorshift64*, so that a seed means the same everywhere ---- */

static uint64_t state;

static uint64_t chance(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * UINT64_C(2685821657736338717) >> 11) % below;
}

/* A number as such fields have it: small, near a border, or any. */
static uint32_t odd_number(void)
{
	static const uint32_t borders[] = {
		0,   1,	   2,	       9,	   PAGES - 1,  PAGES,	   637,
		638, 4096, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x01000000};

	switch (chance(3)) {
	case 0:
		return (uint32_t)chance(2 * PAGES);
	case 1:
		return borders[chance(sizeof(borders) / sizeof(*borders))];
	default:
		return (uint32_t)chance(UINT32_MAX);
	}
}

/* ---- valid ones ---- */

static void put_word(struct candidate *it, size_t at, uint32_t word)
{
	word = it->is_big_endian ? htobe32(word) : htole32(word);
	memcpy(it->bytes + at, &word, sizeof(word));
}

static void put_bytes(struct candidate *it, size_t at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		it->bytes[at + i] = (unsigned char)chance(256);
}

static void make_valid(struct candidate *it, bool is_device)
{
	memset(it, 0, sizeof(*it));
	it->is_device = is_device;
	it->is_big_endian = chance(4) == 0;
	it->size_bytes = PAGES * page_bytes;
	put_word(it, HEADER_VERSION_AT, 1);
	put_word(it, HEADER_LAST_PAGE_AT, PAGES - 1);
	put_bytes(it, HEADER_UUID_AT, HEADER_UUID_LENGTH);
	memcpy(it->bytes + HEADER_LABEL_AT, "corpus", 6);
	memcpy(it->bytes + page_bytes - HEADER_MAGIC_LENGTH, "SWAPSPACE2", HEADER_MAGIC_LENGTH);
	/* A list that is not counted is none; so a count alone makes it one. */
	for (uint32_t i = 0; i < BAD_PAGES; i++)
		put_word(it, HEADER_BAD_PAGE_LIST_AT + 4 * i, 10 + 7 * i);
	if (is_device && chance(2))
		put_word(it, HEADER_BAD_PAGES_AT, BAD_PAGES);
}

/* ---- one field away ---- */

static void change_version(struct candidate *it)
{
	put_word(it, HEADER_VERSION_AT, odd_number());
}

static void change_last_page(struct candidate *it)
{
	put_word(it, HEADER_LAST_PAGE_AT, odd_number());
}

static void lower_last_page(struct candidate *it)
{
	put_word(it, HEADER_LAST_PAGE_AT, (uint32_t)(25 + chance(PAGES - 25)));
}

/* Behind the list all entries are 0, which is no page; so a longer one is refused. */
static void change_bad_pages(struct candidate *it)
{
	put_word(it, HEADER_BAD_PAGES_AT,
		 chance(2) ? (uint32_t)chance(BAD_PAGES + 2) : odd_number());
}

static void change_bad_page(struct candidate *it)
{
	uint32_t page = odd_number();

	while (page == 10 || page == 17 || page == 24)
		page = odd_number();
	put_word(it, HEADER_BAD_PAGE_LIST_AT + 4 * (size_t)chance(BAD_PAGES + 2), page);
}

static void change_uuid(struct candidate *it)
{
	put_bytes(it, HEADER_UUID_AT, HEADER_UUID_LENGTH);
	if (chance(4) == 0)
		memset(it->bytes + HEADER_UUID_AT, 0, HEADER_UUID_LENGTH);
}

static void change_label(struct candidate *it)
{
	put_bytes(it, HEADER_LABEL_AT, HEADER_LABEL_LENGTH);
}

static void change_padding(struct candidate *it)
{
	put_bytes(it, HEADER_LABEL_AT + HEADER_LABEL_LENGTH + chance(400), 8);
}

static void change_boot_sector(struct candidate *it)
{
	put_bytes(it, chance(1000), 16);
}

static void change_magic(struct candidate *it)
{
	static const char magics[][HEADER_MAGIC_LENGTH + 1] = {
		"SWAP-SPACE", "S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001", "swapspace2"};
	unsigned char *magic = it->bytes + page_bytes - HEADER_MAGIC_LENGTH;

	if (chance(2))
		magic[chance(HEADER_MAGIC_LENGTH)] ^= (unsigned char)(1 + chance(255));
	else
		memcpy(magic, magics[chance(6)], HEADER_MAGIC_LENGTH);
}

/* The magic of another page size, with that of this one or without. */
static void change_page_size(struct candidate *it)
{
	size_t other = (size_t)HEADER_SMALLEST_PAGE << chance(6);

	if (chance(2))
		memset(it->bytes + page_bytes - HEADER_MAGIC_LENGTH, 0, HEADER_MAGIC_LENGTH);
	memcpy(it->bytes + other - HEADER_MAGIC_LENGTH, "SWAPSPACE2", HEADER_MAGIC_LENGTH);
}

static void change_byte_order(struct candidate *it)
{
	static const size_t words[] = {HEADER_VERSION_AT, HEADER_LAST_PAGE_AT, HEADER_BAD_PAGES_AT};
	unsigned char *word = it->bytes + words[chance(3)], other[4];

	for (size_t i = 0; i < 4; i++)
		other[i] = word[3 - i];
	memcpy(word, other, 4);
}

static void change_size(struct candidate *it)
{
	if (it->is_device)
		change_last_page(it);
	else
		it->size_bytes =
			chance(2) ? chance(2 * PAGES) * page_bytes : chance(2 * PAGES * page_bytes);
}

static void change_byte(struct candidate *it)
{
	it->bytes[chance(page_bytes)] ^= (unsigned char)(1 << chance(8));
}

static const struct {
	const char *name;
	void (*change)(struct candidate *it);
} fields[] = {
	{"version", change_version},
	{"last page", change_last_page},
	{"fewer pages", lower_last_page},
	{"bad pages", change_bad_pages},
	{"bad page", change_bad_page},
	{"uuid", change_uuid},
	{"label", change_label},
	{"padding", change_padding},
	{"boot sector", change_boot_sector},
	{"magic", change_magic},
	{"page size", change_page_size},
	{"byte order", change_byte_order},
	{"size", change_size},
	{"a bit", change_byte},
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

/* A bad page twice: see above. */
static bool has_repeated_page(const struct candidate *it)
{
	struct header_look look;

	header_look_at(it->bytes, HEADER_GREATEST_PAGE, page_bytes, &look);
	return look.repeated_page;
}

/* ---- both answers ---- */

static void fail(const char *what)
{
	perror(what);
	exit(99);
}

static void put_down(const struct candidate *it, const char *path)
{
	size_t length = sizeof(it->bytes);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	/* Written whole, so that it has no holes; then it gets its size. */
	if (!it->is_device && ftruncate(fd, 0) < 0)
		fail("ftruncate");
	if (!it->is_device && posix_fallocate(fd, 0, (off_t)(2 * PAGES * page_bytes)))
		fail("posix_fallocate");
	if (pwrite(fd, it->bytes, length, 0) != (ssize_t)length)
		fail("pwrite");
	if (!it->is_device && ftruncate(fd, (off_t)it->size_bytes) < 0)
		fail("ftruncate");
	if (close(fd) < 0)
		fail("close");
}

static bool kernel_accepts(const char *path, int *ret_error)
{
	if (swapon(path, 0) < 0) {
		*ret_error = errno;
		return false;
	}
	if (swapoff(path) < 0)
		fail("swapoff");
	*ret_error = 0;
	return true;
}

/* Returns whether both say the same. */
static bool compare(struct pmm_root *root, const struct candidate *it, const char *path,
		    unsigned number, unsigned *accepted)
{
	struct pmm_judgement *judgement;
	bool we_accept, they_accept;
	int error;

	put_down(it, path);
	if (pmm_swap_check(root, path, &judgement) < 0) {
		printf("%u: %s: %s\n", number, it->story, pmm_root_error(root));
		return false;
	}
	we_accept = judgement->kernel_accepts;
	they_accept = kernel_accepts(path, &error);
	*accepted += they_accept;
	if (we_accept != they_accept)
		printf("%u: %s: we say %s, swapon(2) says %s\n", number, it->story,
		       we_accept ? "accept" : judgement->cause.reason,
		       they_accept ? "accept" : strerror(error));
	pmm_judgement_free(judgement);
	return we_accept == they_accept;
}

static void make_candidate(struct candidate *it, unsigned number)
{
	do {
		unsigned field = (unsigned)chance(FIELDS);

		make_valid(it, number % 2);
		fields[field].change(it);
		snprintf(it->story, sizeof(it->story), "%s, %s endian, %s",
			 it->is_device ? "device" : "file", it->is_big_endian ? "big" : "little",
			 fields[field].name);
	} while (has_repeated_page(it));
}

int main(int argc, char **argv)
{
	static struct candidate candidate;
	unsigned accepted = 0, disagreements = 0, count;
	struct pmm_root *root;
	uint64_t seed;

	if (argc != 5) {
		fputs("usage: header-corpus SEED COUNT FILE DEVICE\n", stderr);
		return 99;
	}
	seed = strtoull(argv[1], NULL, 10);
	count = (unsigned)strtoul(argv[2], NULL, 10);
	state = seed * 2 + 1;
	page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	if (pmm_root_open(NULL, &root) < 0)
		fail("root");
	for (unsigned i = 0; i < count; i++) {
		make_candidate(&candidate, i);
		disagreements += !compare(root, &candidate, argv[3 + i % 2], i, &accepted);
	}
	pmm_root_close(root);
	printf("corpus: seed %ju: %u headers, %u accepted, %u disagreements\n", (uintmax_t)seed,
	       count, accepted, disagreements);
	return disagreements || accepted < count / 4;
}
