/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lines of PID/maps, good and bad, and going through a whole file. */

#include "mapping.h"

#include <errno.h>

#include "tap.h"
#include "tree.h"

static const struct {
	const char *line, *permissions, *name;
	uint64_t start, end, offset, inode;
} good[] = {
	{"55d0a1c00000-55d0a2400000 r-xp 00001000 fe:01 1234            /usr/bin/postgres", "r-xp",
	 "/usr/bin/postgres", 0x55d0a1c00000, 0x55d0a2400000, 0x1000, 1234},
	{"7ffd0a000000-7ffd0a021000 rw-p 00000000 00:00 0                          [stack]", "rw-p",
	 "[stack]", 0x7ffd0a000000, 0x7ffd0a021000, 0, 0},
	{"00400000-00401000 ---p 00000000 00:00 0 ", "---p", "", 0x400000, 0x401000, 0, 0},
	{"00400000-00401000 ---p 00000000 00:00 0", "---p", "", 0x400000, 0x401000, 0, 0},
	{"1000-2000 rw-s 00000000 00:01 5 /tmp/two  spaces (deleted)", "rw-s",
	 "/tmp/two  spaces (deleted)", 0x1000, 0x2000, 0, 5},
	{"1000-2000 rw-s 00000000 00:01 5 /a\\012b\033[31m\377", "rw-s", "/a\\012b\033[31m\377",
	 0x1000, 0x2000, 0, 5},
	{"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
	 "--xp", "[vsyscall]", 0xffffffffff600000, 0xffffffffff601000, 0, 0},
	{"1000-2000 rwxp ffffffffffffffff fffff:fffff 18446744073709551615 x", "rwxp", "x", 0x1000,
	 0x2000, UINT64_MAX, UINT64_MAX},
};

static const char *const bad[] = {
	"",
	" ",
	"1000-2000",
	"1000-2000 rw-p",
	"1000-2000 rw-p 00000000 00:00",
	"2000-1000 rw-p 00000000 00:00 0",
	"1000-1000 rw-p 00000000 00:00 0",
	"1000 2000 rw-p 00000000 00:00 0",
	"g000-2000 rw-p 00000000 00:00 0",
	"11111111111111111-2000 rw-p 00000000 00:00 0",
	"1000-2000 rw-q 00000000 00:00 0",
	"1000-2000 wr-p 00000000 00:00 0",
	"1000-2000 rw-pp 00000000 00:00 0",
	"1000-2000 rw- 00000000 00:00 0",
	"1000-2000 rw-p x 00:00 0",
	"1000-2000 rw-p 00000000 0000 0",
	"1000-2000 rw-p 00000000 100000000:00 0",
	"1000-2000 rw-p 00000000 00:00 -1",
	"1000-2000 rw-p 00000000 00:00 18446744073709551616",
	"1000-2000 rw-p 00000000 00:00 0x",
	"\177ELF\002\001\001",
};

static void test_lines(void)
{
	struct pmm_mapping got;
	struct scan name;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct scan line = scan_over(good[i].line, strlen(good[i].line));

		ok(mapping_parse(line, &got, &name), "good line %zu is parsed", i);
		is_text(got.permissions, good[i].permissions, "its permissions");
		ok(scan_length(&name) == strlen(good[i].name) &&
			   !memcmp(name.at, good[i].name, scan_length(&name)),
		   "its name");
		is_u64(got.start_address, good[i].start, "its start");
		is_u64(got.end_address, good[i].end, "its end");
		is_u64(got.offset_bytes, good[i].offset, "its offset");
		is_u64(got.inode, good[i].inode, "its inode");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(!mapping_parse(scan_over(bad[i], strlen(bad[i])), &got, &name),
		   "bad line %zu is refused", i);
}

static void test_file(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_mappings *mappings = NULL;
	const struct pmm_mapping *mapping;

	tree_put_text(&tree, "proc/7/maps",
		      "1000-2000 r--p 00000000 08:01 9 /lib/x\n"
		      "2000-3000 rw-p 00000000 00:00 0 \n"
		      "3000-4000 rw-p 00000000 00:00 0 [he");
	tree_put_text(&tree, "proc/8/maps", "");
	pmm_root_open(tree.name, &root);
	ok(pmm_mappings_open(root, 9, &mappings) == -ENOENT, "no maps, no mappings");
	ok(pmm_mappings_open(root, 8, &mappings) == 0, "an empty file is one without mappings");
	ok(pmm_mappings_next(mappings, &mapping) == 0, "it ends at once");
	pmm_mappings_close(mappings);
	pmm_mappings_open(root, 7, &mappings);
	ok(pmm_mappings_next(mappings, &mapping) == 1, "the first mapping comes");
	is_text(mapping->name, "/lib/x", "with its name");
	ok(mapping->device_major == 8 && mapping->device_minor == 1, "and its device");
	ok(pmm_mappings_next(mappings, &mapping) == 1, "then the second");
	is_text(mapping->name, "", "that has no name");
	ok(pmm_mappings_next(mappings, &mapping) == -EBADMSG, "a line that was cut is malformed");
	ok(strstr(pmm_root_error(root), "proc/7/maps:3: "), "and the words say which");
	pmm_mappings_close(mappings);
	pmm_root_close(root);
	tree_remove(&tree);
}

int main(void)
{
	test_lines();
	test_file();
	return done_testing();
}
