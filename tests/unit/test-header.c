/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Swap headers, built here byte by byte as mkswap(8) lays them out: for the pure decoder, and, as
 * files in a captured tree, for the probe.
 */

#include "procmm-swap.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "tree.h"

enum { AREA_BYTES = 128 * 1024 };

struct recipe {
	size_t page_bytes;
	const char *magic; /* NULL: SWAPSPACE2 */
	uint32_t version, last_page, bad_pages;
	const char *label; /* up to 16 bytes; NULL: none */
	bool with_uuid, is_big_endian;
};

static const char UUID[] = "01234567-89ab-cdef-0123-456789abcdef";
static unsigned char area[AREA_BYTES];

static void put_u32(size_t at, uint32_t number, bool is_big_endian)
{
	number = is_big_endian ? htobe32(number) : htole32(number);
	memcpy(area + at, &number, sizeof(number));
}

static void build(const struct recipe *recipe)
{
	const char *magic = recipe->magic ? recipe->magic : "SWAPSPACE2";

	memset(area, 0, sizeof(area));
	put_u32(1024, recipe->version, recipe->is_big_endian);
	put_u32(1028, recipe->last_page, recipe->is_big_endian);
	put_u32(1032, recipe->bad_pages, recipe->is_big_endian);
	for (size_t i = 0; recipe->with_uuid && i < 16; i++)
		area[1036 + i] = (unsigned char)((2 * i % 16) << 4 | (2 * i + 1) % 16);
	if (recipe->label)
		memcpy(area + 1052, recipe->label, strlen(recipe->label));
	memcpy(area + recipe->page_bytes - 10, magic, strlen(magic));
}

static const struct {
	const char *story;
	struct recipe recipe;
	uint64_t pages;
	bool is_suspend_image;
} good_cases[] = {
	{"4 KiB pages", {4096, NULL, 1, 31, 0, "root", true, false}, 31, false},
	{"8 KiB pages", {8192, NULL, 1, 15, 0, "root", true, false}, 15, false},
	{"16 KiB pages", {16384, NULL, 1, 7, 0, "root", true, false}, 7, false},
	{"32 KiB pages", {32768, NULL, 1, 3, 0, "root", true, false}, 3, false},
	{"64 KiB pages", {65536, NULL, 1, 1, 0, "root", true, false}, 1, false},
	{"big endian", {4096, NULL, 1, 31, 2, "root", true, true}, 29, false},
	{"637 bad pages", {4096, NULL, 1, 700, 637, NULL, true, false}, 63, false},
	{"the greatest size", {4096, NULL, 1, UINT32_MAX, 0, NULL, true, false}, UINT32_MAX, false},
	{"no uuid", {4096, NULL, 1, 31, 0, "root", false, false}, 31, false},
	{"a label of 16 bytes", {4096, NULL, 1, 31, 0, "0123456789abcdef", true, false}, 31, false},
	{"a hostile label", {4096, NULL, 1, 31, 0, "\033[2J\xff\n", true, false}, 31, false},
	{"swsusp", {4096, "S1SUSPEND", 1, 31, 0, "root", true, false}, 31, true},
	{"swsusp 2", {4096, "S2SUSPEND", 1, 31, 0, "root", true, false}, 31, true},
	{"uswsusp", {4096, "ULSUSPEND", 1, 31, 0, "root", true, false}, 31, true},
	{"the kernel's own image", {65536, "LINHIB0001", 1, 1, 0, "root", true, false}, 1, true},
	{"TuxOnIce",
	 {4096, "\xed\xc3\x02\xe9\x98\x56\xe5\x0c", 1, 31, 0, NULL, true, false},
	 31,
	 true},
};

static void test_good(void)
{

	for (size_t i = 0; i < sizeof(good_cases) / sizeof(*good_cases); i++) {
		const struct recipe *recipe = &good_cases[i].recipe;
		const char *story = good_cases[i].story;
		struct pmm_swap_header header;

		build(recipe);
		if (!ok(pmm_swap_header_parse(area, sizeof(area), &header) == 0, "%s: is a header",
			story))
			continue;
		is_u64(header.page_bytes, recipe->page_bytes, "%s: page size", story);
		is_u64(header.pages, good_cases[i].pages, "%s: usable pages", story);
		is_u64(header.bad_pages, recipe->bad_pages, "%s: bad pages", story);
		is_text(header.uuid, recipe->with_uuid ? UUID : "", "%s: uuid", story);
		ok(!strcmp(header.label, recipe->label ? recipe->label : ""), "%s: label", story);
		ok(header.is_suspend_image == good_cases[i].is_suspend_image,
		   "%s: suspend image or not", story);
		ok(header.is_foreign_endian ==
			   (recipe->is_big_endian == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)),
		   "%s: byte order", story);
	}
}

static const struct {
	const char *story;
	struct recipe recipe;
	size_t length;
	int expected;
} bad_cases[] = {
	{"nothing", {4096, "", 0, 0, 0, NULL, false, false}, AREA_BYTES, -EMEDIUMTYPE},
	{"no bytes at all", {4096, NULL, 1, 31, 0, NULL, true, false}, 0, -EMEDIUMTYPE},
	{"a page less one byte", {4096, NULL, 1, 31, 0, NULL, true, false}, 4095, -EMEDIUMTYPE},
	{"a page cut off before its magic",
	 {65536, NULL, 1, 1, 0, NULL, true, false},
	 65535,
	 -EMEDIUMTYPE},
	{"the magic at another place",
	 {12288, NULL, 1, 31, 0, NULL, true, false},
	 AREA_BYTES,
	 -EMEDIUMTYPE},
	{"the magic of 128 KiB pages",
	 {131072, NULL, 1, 31, 0, NULL, true, false},
	 AREA_BYTES,
	 -EMEDIUMTYPE},
	{"half a magic",
	 {4096, "SWAPSPACE", 1, 31, 0, NULL, true, false},
	 AREA_BYTES,
	 -EMEDIUMTYPE},
	{"the old format", {4096, "SWAP-SPACE", 1, 31, 0, NULL, true, false}, AREA_BYTES, -EBADMSG},
	{"version 0", {4096, NULL, 0, 31, 0, NULL, true, false}, AREA_BYTES, -EBADMSG},
	{"version 2", {4096, NULL, 2, 31, 0, NULL, true, false}, AREA_BYTES, -EBADMSG},
	{"no pages", {4096, NULL, 1, 0, 0, NULL, true, false}, AREA_BYTES, -EBADMSG},
	{"only bad pages", {4096, NULL, 1, 31, 31, NULL, true, false}, AREA_BYTES, -EBADMSG},
	{"638 bad pages", {4096, NULL, 1, 700, 638, NULL, true, false}, AREA_BYTES, -EBADMSG},
	{"a huge count of bad pages",
	 {4096, NULL, 1, UINT32_MAX, UINT32_MAX, NULL, true, false},
	 AREA_BYTES,
	 -EBADMSG},
};

static void test_bad(void)
{

	for (size_t i = 0; i < sizeof(bad_cases) / sizeof(*bad_cases); i++) {
		struct pmm_swap_header header;
		unsigned char *exact = malloc(bad_cases[i].length ? bad_cases[i].length : 1);

		build(&bad_cases[i].recipe);
		memcpy(exact, area, bad_cases[i].length); /* its end is the sanitizer's */
		ok(pmm_swap_header_parse(exact, bad_cases[i].length, &header) ==
			   bad_cases[i].expected,
		   "%s: is refused", bad_cases[i].story);
		free(exact);
	}
}

static void test_nonsense(void)
{
	struct pmm_swap_header header;
	uint32_t state = 1;
	int r = 0;

	for (unsigned round = 0; round < 2000; round++) {
		build(&(struct recipe){4096, NULL, 1, 31, 0, NULL, true, false});
		for (size_t at = 1024; at < 1100; at++) {
			state = state * 1664525 + 1013904223;
			area[at] = (unsigned char)(state >> 24);
		}
		r = pmm_swap_header_parse(area, sizeof(area), &header);
		if (r != 0 && r != -EBADMSG)
			break;
	}
	ok(r == 0 || r == -EBADMSG, "random headers are taken or refused, no more");
}

/* ---- the probe ---- */

static struct tree tree;
static struct pmm_root *root;

static void write_area(void)
{
	tree_put(&tree, "area", area, sizeof(area));
}

static void test_refusal(const char *path, int expected, const char *words)
{
	struct pmm_swap_header header;

	ok(pmm_swap_header_probe(root, path, &header) == expected, "%s: probe refuses", words);
	if (ok(!strncmp(pmm_root_error(root), tree.name, strlen(tree.name)), "and names the tree"))
		is_text(pmm_root_error(root) + strlen(tree.name), words, "and says why");
}

static void test_probe(void)
{
	static const struct recipe GOOD = {4096, NULL, 1, 31, 0, "root", true, false};
	struct pmm_swap_header header;
	char path[64];

	snprintf(path, sizeof(path), "%s/area", tree.name);
	build(&GOOD);
	write_area();
	ok(pmm_swap_header_probe(root, "/area", &header) == 0, "a swap file is probed");
	is_text(header.uuid, UUID, "and has its uuid");
	memcpy(area + 32768, "\001CD001\001", 7);
	write_area();
	ok(pmm_swap_header_probe(root, "/area", &header) == 0,
	   "of two signatures that of swap counts, as for the kernel");
	memset(area + 1024, 0, 8192);
	write_area();
	test_refusal("/area", -EMEDIUMTYPE, "/area: holds iso9660, no swap area");
	build(&(struct recipe){4096, "", 0, 0, 0, NULL, false, false});
	write_area();
	test_refusal("/area", -EMEDIUMTYPE, "/area: no swap area");
	area[510] = 0x55;
	area[511] = 0xaa;
	area[450] = 0x83;
	area[454] = 1;
	area[458] = 8;
	write_area();
	test_refusal("/area", -EMEDIUMTYPE, "/area: holds a dos partition table, no swap area");
	build(&(struct recipe){4096, NULL, 2, 31, 0, NULL, false, false});
	write_area();
	test_refusal("/area", -EBADMSG, "/area: a swap header whose version is not 1");
	build(&(struct recipe){4096, "S1SUSPEND", 1, 31, 0, NULL, false, false});
	write_area();
	ok(pmm_swap_header_probe(root, "/area", &header) == 0 && header.is_suspend_image,
	   "a suspend image is told from an area");
	unlink(path);
	mkfifo(path, 0600);
	test_refusal("/area", -EINVAL, "/area: neither a regular file nor a block device");
	unlink(path);
	test_refusal("/area", -ENOENT, "/area: No such file or directory");
	test_refusal("/proc", -EINVAL, "/proc: neither a regular file nor a block device");
}

int main(void)
{
	test_good();
	test_bad();
	test_nonsense();
	setenv("LIBBLKID_DEBUG", "all", 1); /* must not matter */
	tree = tree_make();
	tree_put_text(&tree, "proc/swaps", "");
	if (ok(pmm_root_open(tree.name, &root) == 0, "a tree made for the test opens"))
		test_probe();
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
