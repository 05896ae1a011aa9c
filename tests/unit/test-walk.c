/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The walk over a captured address space: which pages are one run, and what each is. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "frame.h"
#include "page.h"
#include "tap.h"
#include "tree.h"

enum {
	PAGE_BYTES = 4096,
	FIRST_PAGE = 16, /* of the page table below */
	FRAMES = 1024,
};

#define ANON (FLAG(ANON) | FLAG(SWAPBACKED) | FLAG(MMAP))

/* Pages of 0x10000-0x20000 anonymous, 0x20000-0x24000 a file, 0x30000-0x32000 shared. */
static const char maps[] = "00010000-00020000 rw-p 00000000 00:00 0 \n"
			   "00020000-00024000 rw-p 00000000 08:01 7 /bin/x\n"
			   "00030000-00032000 rw-s 00000000 00:01 9 /dev/zero (deleted)\n"
			   "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n";

static const struct {
	unsigned page;
	uint64_t entry;
} entries[] = {
	{16, ENTRY_PRESENT | 100},
	{17, ENTRY_PRESENT | 101},
	{18, ENTRY_PRESENT | 102},
	{19, ENTRY_PRESENT | 200},		     /* its frame does not follow */
	{20, ENTRY_PRESENT | ENTRY_EXCLUSIVE | 201}, /* nor is it exclusive */
	{22, ENTRY_SWAP | 5 << 5 | 1},		     /* slots 5 and 6, then 8 */
	{23, ENTRY_SWAP | 6 << 5 | 1},
	{24, ENTRY_SWAP | 8 << 5 | 1},
	{25, ENTRY_SWAP | ENTRY_GUARD | 4 << 5 | 31},
	{26, ENTRY_SWAP | ENTRY_GUARD | 4 << 5 | 31},
	{27, ENTRY_PRESENT | 300}, /* head and tail of a folio */
	{28, ENTRY_PRESENT | 301},
	{29, ENTRY_PRESENT | 302}, /* in the swap cache */
	{30, ENTRY_PRESENT | 303}, /* merged; but a captured tree cannot tell if that is true */
	{31, ENTRY_PRESENT | 304}, /* may be dropped */
	{32, ENTRY_PRESENT | ENTRY_FILE | 305}, /* the file, and what was written to it */
	{33, ENTRY_PRESENT | 306},
	{34, ENTRY_PRESENT | 307}, /* free: of another moment */
	{48, ENTRY_PRESENT | ENTRY_FILE | 308},
	{49, ENTRY_PRESENT | ENTRY_FILE | 309}, /* of hugetlb */
};

static const struct {
	unsigned frame;
	uint64_t flags;
} flags[] = {
	{100, ANON},
	{101, ANON},
	{102, ANON},
	{200, ANON},
	{201, ANON},
	{300, ANON | FLAG(THP) | FLAG(COMPOUND_HEAD)},
	{301, ANON | FLAG(THP) | FLAG(COMPOUND_TAIL)},
	{302, ANON | FLAG(SWAPCACHE)},
	{303, ANON | FLAG(KSM)},
	{304, FLAG(ANON) | FLAG(MMAP)},
	{305, FLAG(MMAP)},
	{306, ANON},
	{307, FLAG(BUDDY)},
	{308, FLAG(MMAP) | FLAG(SWAPBACKED)},
	{309, FLAG(MMAP) | FLAG(HUGE)},
};

static const char expected[] =
	"10000 3 ram anon 100\n13000 1 ram anon 200\n14000 1 ram anon 201\n15000 1 none none\n"
	"16000 2 swap anon 1:5\n18000 1 swap anon 1:8\n19000 2 guard none\n"
	"1b000 2 ram anon 300\n1d000 1 swapcache anon 302\n1e000 1 ram anon 303\n"
	"1f000 1 ram lazyfree 304\n20000 1 ram file 305\n21000 1 ram anon 306\n"
	"22000 1 raced anon 307\n23000 1 none none\n30000 1 ram shmem 308\n"
	"31000 1 ram hugetlb 309\n";

/* The same without flags of frames, in a range. */
static const char expected_plain[] = "1d000 3 ram anon 302\n20000 1 ram file 305\n"
				     "21000 2 ram anon 306\n";

static struct tree make_tree(void)
{
	static uint64_t table[50], words[FRAMES];
	struct tree tree = tree_make();

	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		table[entries[i].page] = entries[i].entry;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		words[flags[i].frame] = flags[i].flags;
	tree_put_page_bytes(&tree, PAGE_BYTES);
	tree_put_text(&tree, "proc/7/maps", maps);
	tree_put(&tree, "proc/7/pagemap", table, sizeof(table));
	tree_put(&tree, "proc/kpageflags", words, sizeof(words));
	return tree;
}

static void print_run(FILE *stream, const struct pmm_run *run)
{
	fprintf(stream, "%" PRIx64 " %" PRIu64 " %s %s", run->address, run->pages,
		pmm_page_state_name(run->state), pmm_page_class_name(run->class));
	if (run->frame != PMM_ABSENT)
		fprintf(stream, " %" PRIu64, run->frame);
	if (run->swap_slot != PMM_ABSENT)
		fprintf(stream, " %" PRIu64 ":%" PRIu64, run->swap_type, run->swap_slot);
	fputc('\n', stream);
}

/* All runs as text; free it. */
static char *list_runs(struct pmm_walk *walk)
{
	const struct pmm_mapping *mapping;
	const struct pmm_run *run;
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	while (pmm_walk_next_mapping(walk, &mapping) > 0)
		while (pmm_walk_next_run(walk, &run) > 0)
			print_run(stream, run);
	fclose(stream);
	return text;
}

static void test_runs(struct pmm_root *root, const struct pmm_facilities *facilities)
{
	struct pmm_walk *walk = NULL;
	char *text;

	ok(pmm_walk_open(root, facilities, 8, 0, &walk) < 0, "who was not captured is not walked");
	ok(pmm_walk_open(root, facilities, 7, PMM_WALK_FLAGS, &walk) == 0, "who was, is");
	ok(pmm_walk_page_table(walk) == 0, "with a page table");
	ok(pmm_walk_find(walk, 0x23fff) == pmm_walk_mapping(walk, 1), "an address is in a mapping");
	ok(!pmm_walk_find(walk, 0x24000), "the one behind it is in none");
	ok(!pmm_walk_mapping(walk, 4), "there is no fifth");
	text = list_runs(walk);
	is_text(text, expected, "pages that are alike are one run");
	ok(pmm_walk_is_complete(walk), "all of it was there");
	free(text);
	walk = pmm_walk_close(walk);

	pmm_walk_open(root, facilities, 7, PMM_WALK_FRAMES, &walk);
	pmm_walk_set_range(walk, 0x1d001, 0x22fff);
	text = list_runs(walk);
	is_text(text, expected_plain, "a range takes the pages that it touches");
	free(text);
	pmm_walk_close(walk);
}

static void test_left_out(struct pmm_root *root, const struct pmm_facilities *facilities)
{
	const struct pmm_mapping *mapping = NULL;
	struct pmm_walk *walk = NULL;
	struct pmm_sums sums;

	pmm_walk_open(root, facilities, 7, 0, &walk);
	pmm_walk_leave_out(walk, 0);
	pmm_walk_leave_out(walk, 2);
	ok(pmm_walk_next_mapping(walk, &mapping) == 1 && mapping->start_address == 0x20000,
	   "mappings can be left out");
	ok(pmm_walk_sum(walk, &sums) == 0, "the next is summed up");
	is_u64(sums.pages, 4, "so many pages");
	is_u64(sums.states[PMM_PAGE_RAM], 3, "in RAM");
	is_u64(sums.states[PMM_PAGE_NONE], 1, "and nowhere");
	is_u64(sums.file, 1, "one is the file's");
	is_u64(sums.classes[PMM_CLASS_ANON], 2, "two are not");
	is_u64(sums.huge, PMM_ABSENT, "what is huge the page table does not tell");
	ok(pmm_walk_next_mapping(walk, &mapping) == 1 && mapping->start_address >> 63 == 1,
	   "the kernel's half comes last");
	ok(pmm_walk_sum(walk, &sums) == 0 && sums.pages == 0, "and has no page table");
	ok(pmm_walk_next_mapping(walk, &mapping) == 0, "then comes the end");
	pmm_walk_close(walk);
}

/* Where the first run is, of how many pages. */
static void first_run_is(struct pmm_walk *walk, uint64_t address, uint64_t pages, const char *what)
{
	const struct pmm_mapping *mapping;
	const struct pmm_run *run = NULL;

	if (!ok(pmm_walk_next_mapping(walk, &mapping) == 1 && pmm_walk_next_run(walk, &run) == 1,
		"%s: there is a run", what))
		return;
	is_u64(run->address, address, "%s: where it is", what);
	is_u64(run->pages, pages, "%s: how long it is", what);
}

static void test_anew(struct pmm_root *root, const struct pmm_facilities *facilities)
{
	const struct pmm_mapping *mapping;
	struct pmm_walk *walk = NULL;

	pmm_walk_open(root, facilities, 7, PMM_WALK_FRAMES, &walk);
	first_run_is(walk, 0x10000, 3, "all of it");
	pmm_walk_set_range(walk, 0x30000, 0x31000);
	first_run_is(walk, 0x30000, 1, "a range behind");
	pmm_walk_set_range(walk, 0x12345, 0x12346);
	first_run_is(walk, 0x12000, 1, "a range before");
	pmm_walk_set_range(walk, 0, UINT64_MAX);
	first_run_is(walk, 0x10000, 3, "all of it again");
	pmm_walk_set_range(walk, 0x26000, 0x27000);
	ok(pmm_walk_next_mapping(walk, &mapping) == 0, "where no mapping is there is none");
	pmm_walk_close(walk);
}

/* DATA: counts what is asked about. */
static int is_swapped(const struct pmm_run *run, void *data)
{
	++*(unsigned *)data;
	return run->state == PMM_PAGE_SWAP;
}

static void test_chosen(struct pmm_root *root, const struct pmm_facilities *facilities)
{
	const struct pmm_mapping *mapping;
	const struct pmm_run *run = NULL;
	struct pmm_walk *walk = NULL;
	struct pmm_sums sums;
	unsigned asked = 0;

	pmm_walk_open(root, facilities, 7, PMM_WALK_FRAMES, &walk);
	pmm_walk_choose_runs(walk, is_swapped, &asked);
	pmm_walk_next_mapping(walk, &mapping);
	ok(pmm_walk_next_run(walk, &run) == 1 && run->address == 0x16000 && run->pages == 2,
	   "the first run that is wanted");
	ok(pmm_walk_next_run(walk, &run) == 1 && run->address == 0x18000, "and the other one");
	ok(pmm_walk_next_run(walk, &run) == 0, "and no more");
	ok(asked > 4, "of all it was asked");
	pmm_walk_set_range(walk, 0, UINT64_MAX);
	pmm_walk_next_mapping(walk, &mapping);
	ok(pmm_walk_sum(walk, &sums) == 0, "they are summed up");
	is_u64(sums.pages, 3, "nothing else is in the sum");
	is_u64(sums.states[PMM_PAGE_SWAP], 3, "they are in swap");
	pmm_walk_close(walk);
}

/* A page table that ends: what comes before is walked, and then it is said. */
static void test_cut(const struct tree *tree, struct pmm_root *root,
		     const struct pmm_facilities *facilities)
{
	const struct pmm_mapping *mapping;
	const struct pmm_run *run;
	struct pmm_walk *walk = NULL;
	uint64_t table[17] = {[FIRST_PAGE] = ENTRY_PRESENT | 100};

	tree_put(tree, "proc/7/pagemap", table, sizeof(table));
	pmm_walk_open(root, facilities, 7, PMM_WALK_FRAMES, &walk);
	ok(pmm_walk_next_mapping(walk, &mapping) == 1, "a mapping");
	ok(pmm_walk_next_run(walk, &run) == 1 && run->pages == 1, "the page that is there");
	ok(pmm_walk_next_run(walk, &run) == -ESRCH, "the next one is not");
	ok(!pmm_walk_is_complete(walk), "so it is not complete");
	pmm_walk_close(walk);
}

int main(void)
{
	struct tree tree = make_tree();
	struct pmm_facilities *facilities = NULL;
	struct pmm_root *root = NULL;

	pmm_root_open(tree.name, &root);
	pmm_facilities_open(root, 0, &facilities);
	test_runs(root, facilities);
	test_left_out(root, facilities);
	test_anew(root, facilities);
	test_chosen(root, facilities);
	test_cut(&tree, root, facilities);
	pmm_facilities_close(facilities);
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
