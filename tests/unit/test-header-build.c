/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The header that is built, against bytes that mkswap(8) wrote: `mkswap -U UUID -L LABEL -p PAGE`.
 * What mkswap of this machine writes is compared in tests/real/format.bats.
 */

#include "header.h"

#include <errno.h>
#include <stdlib.h>

#include "fault.h"
#include "tap.h"

static const char UUID[] = "01234567-89ab-cdef-0123-456789abcdef";

struct golden {
	const char *story;
	struct pmm_swap_header_wish wish;
	uint32_t numbers[3];	 /* at 1024: version, last page, bad pages; of this byte order */
	unsigned char bytes[36]; /* after them; the magic ends the page, all else is zero */
};

static const struct golden goldens[] = {
	{"a label",
	 {32, 4096, UUID, "root", NULL, 0},
	 {1, 31, 0},
	 "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd"
	 "\xefroot"},
	{"no label, 8 KiB pages",
	 {16, 8192, UUID, NULL, NULL, 0},
	 {1, 15, 0},
	 "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd"
	 "\xef"},
	{"a UUID in capitals, 16 KiB pages",
	 {10, 16384, "01234567-89AB-CDEF-0123-456789ABCDEF", "", NULL, 0},
	 {1, 9, 0},
	 "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd"
	 "\xef"},
	{"a label of 15 bytes that is not UTF-8, 32 KiB pages",
	 {1 << 20, 32768, UUID, "\x1b[2J\xff 89abcdef", NULL, 0},
	 {1, 0xfffff, 0},
	 "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab"
	 "\xcd\xef\x1b[2J\xff 89abcdef"},
	{"no UUID, the greatest size, 64 KiB pages",
	 {UINT32_MAX, 65536, "", "x", NULL, 0},
	 {1, 0xfffffffe, 0},
	 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0x"},
};

static bool is_zero(const unsigned char *bytes, size_t length)
{
	while (length && *bytes == 0) {
		bytes++;
		length--;
	}
	return length == 0;
}

static void test_golden(const struct golden *golden)
{
	size_t length = golden->wish.page_bytes, end = 1036 + sizeof(golden->bytes);
	unsigned char *page = malloc(length); /* its end is the sanitizer's */
	char uuid[37];

	memset(page, 0xee, length);
	ok(pmm_swap_header_build(&golden->wish, page, uuid) == 0, "%s: is built", golden->story);
	is_text(uuid, *golden->wish.uuid ? UUID : "", "%s: says its UUID", golden->story);
	ok(is_zero(page, 1024), "%s: the boot loader's part is zero", golden->story);
	ok(!memcmp(page + 1024, golden->numbers, sizeof(golden->numbers)), "%s: numbers",
	   golden->story);
	ok(!memcmp(page + 1036, golden->bytes, sizeof(golden->bytes)), "%s: UUID and label",
	   golden->story);
	ok(is_zero(page + end, length - 10 - end), "%s: the rest is zero", golden->story);
	ok(!memcmp(page + length - 10, "SWAPSPACE2", 10), "%s: magic", golden->story);
	free(page);
}

static void test_bad_pages(void)
{
	static const uint32_t BAD[] = {3, 0x01020304}, count = 2;
	struct pmm_swap_header_wish wish = {64, 4096, NULL, NULL, BAD, 2};
	struct pmm_swap_header header;
	unsigned char page[4096];
	char uuid[37], other[37];

	ok(pmm_swap_header_build(&wish, page, uuid) == 0 && !memcmp(page + 1032, &count, 4) &&
		   !memcmp(page + 1536, BAD, sizeof(BAD)) && is_zero(page + 1544, 2542),
	   "bad pages are counted and listed");
	ok(pmm_swap_header_parse(page, sizeof(page), &header) == 0, "and parsed again");
	is_u64(header.bad_pages, 2, "bad pages");
	is_u64(header.pages, 61, "usable pages");
	is_text(header.uuid, uuid, "a new UUID is in the header");
	ok(strlen(uuid) == 36 && uuid[14] == '4', "it is a random one: %s", uuid);
	ok(pmm_swap_header_build(&wish, page, other) == 0 && strcmp(uuid, other),
	   "the next one is another");
}

static const struct {
	struct pmm_swap_header_wish wish;
	int expected;
	const char *words;
} refusals[] = {
	{{32, 4095, NULL, NULL, NULL, 0}, -EINVAL, "no kernel has pages of 4095 bytes"},
	{{32, 2048, NULL, NULL, NULL, 0}, -EINVAL, "no kernel has pages of 2048 bytes"},
	{{32, 12288, NULL, NULL, NULL, 0}, -EINVAL, "no kernel has pages of 12288 bytes"},
	{{32, 131072, NULL, NULL, NULL, 0}, -EINVAL, "no kernel has pages of 131072 bytes"},
	{{32, 0, NULL, NULL, NULL, 0}, -EINVAL, "no kernel has pages of 0 bytes"},
	{{32, PMM_ABSENT, NULL, NULL, NULL, 0},
	 -EINVAL,
	 "no kernel has pages of 18446744073709551615 bytes"},
	{{32, 4096, NULL, "0123456789abcdef", NULL, 0},
	 -ENAMETOOLONG,
	 "the label is too long: it has 16 bytes"},
	{{32, 4096, "01234567-89ab-cdef-0123-456789abcde", NULL, NULL, 0},
	 -EBADMSG,
	 "no UUID: 01234567-89ab-cdef-0123-456789abcde"},
	{{32, 4096, "01234567-89ab-cdef-0123-456789abcdef ", NULL, NULL, 0},
	 -EBADMSG,
	 "no UUID: 01234567-89ab-cdef-0123-456789abcdef "},
	{{32, 4096, "random", NULL, NULL, 0}, -EBADMSG, "no UUID: random"},
	{{9, 4096, NULL, NULL, NULL, 0},
	 -ENOSPC,
	 "too small: a swap area needs 10 good pages, 40960 bytes"},
	{{0, 65536, NULL, NULL, NULL, 0},
	 -ENOSPC,
	 "too small: a swap area needs 10 good pages, 655360 bytes"},
	{{12, 4096, NULL, NULL, (const uint32_t[]){1, 2, 3}, 3},
	 -ENOSPC,
	 "too small: a swap area needs 10 good pages, 40960 bytes"},
	{{1ULL << 32, 4096, NULL, NULL, NULL, 0},
	 -EFBIG,
	 "too big: a swap area has at most 4294967295 pages"},
	{{4096, 4096, NULL, NULL, (const uint32_t[]){1}, 638},
	 -E2BIG,
	 "more bad pages than a header of 4096 bytes can list: 638"},
};

static void test_refusals(void)
{
	static unsigned char page[65536], untouched[65536];
	struct pmm_fault fault = {0};
	char uuid[37] = "untouched";

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		ok(header_build(&refusals[i].wish, "/area", page, uuid, &fault) ==
			   refusals[i].expected,
		   "refused: %s", refusals[i].words);
		is_text(fault.reason, refusals[i].words, "in words");
	}
	ok(!memcmp(page, untouched, sizeof(page)) && !strcmp(uuid, "untouched"),
	   "what is refused writes nothing");
	fault_clear(&fault);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(goldens) / sizeof(*goldens); i++)
		test_golden(&goldens[i]);
	test_bad_pages();
	test_refusals();
	return done_testing();
}
