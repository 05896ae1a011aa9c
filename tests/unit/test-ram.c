/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where RAM is and of which node; the class of a frame; a pass over all frames. */

#include "ram.h"

#include <stdlib.h>

#include "frame.h"
#include "tap.h"
#include "tree.h"

enum { FRAMES = 20000 };

/* "1-9:0 16-20:1": what is in a list. */
static void is_list(const struct ram_list *list, const char *expected, const char *name)
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < list->count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%ju-%ju:%jd",
					   i ? " " : "", (uintmax_t)list->ranges[i].start_frame,
					   (uintmax_t)list->ranges[i].end_frame,
					   (intmax_t)list->ranges[i].node);
	is_text(text, expected, "%s", name);
}

static void test_iomem(void)
{
	static const struct {
		const char *name, *iomem, *list;
	} cases[] = {
		{"a PC",
		 "00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n"
		 "00100000-bfffffff : System RAM\n  01000000-01ffffff : Kernel code\n"
		 "fec00000-fec003ff : IOAPIC 0\n100000000-17fffffff : System RAM\n",
		 "1-160:-1 256-786432:-1 1048576-1572864:-1"},
		{"memory of a device",
		 "100000000-13fffffff : Persistent Memory\n  110000000-11fffffff : dax0.0\n"
		 "    110000000-11fffffff : System RAM (kmem)\n",
		 "1114112-1179648:-1"},
		{"hidden addresses",
		 "00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n", ""},
		{"ranges that touch are one",
		 "1000-1fff : System RAM\n2000-2fff : System RAM\n0-fff : System RAM\n", "0-3:-1"},
		{"no list", "System RAM\n-\n5-\n", ""},
		{"nothing", "", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ram_list list = {0};

		ram_parse_iomem(scan_over(cases[i].iomem, strlen(cases[i].iomem)), 4096, &list);
		ram_tidy(&list);
		is_list(&list, cases[i].list, cases[i].name);
		free(list.ranges);
	}
}

static void test_zoneinfo(void)
{
	static const char zoneinfo[] =
		"Node 0, zone      DMA\n  pages free     3840\n        spanned  4095\n"
		"        present  3998\n  start_pfn:           1\n"
		"Node 0, zone   Normal\n        spanned  1000\n  start_pfn:           4096\n"
		"Node 0, zone  Movable\n        spanned  0\n        present  0\n"
		"Node 1, zone   Normal\n        spanned  500\n  start_pfn:           5000\n"
		"  start_pfn:           18446744073709551615\n";
	struct ram_list list = {0};

	ram_parse_zoneinfo(scan_over(zoneinfo, strlen(zoneinfo)), &list);
	ram_tidy(&list);
	is_list(&list, "1-5096:0 5096-5500:1",
		"zones of a node that touch are one; what two claim is the first one's");
	free(list.ranges);
}

static void test_combine(void)
{
	struct ram_list ram = {0}, nodes = {0}, list = {0};

	ram_add(&ram, 10, 20, PMM_ABSENT);
	ram_add(&ram, 30, 60, PMM_ABSENT);
	ram_add(&ram, 90, 95, PMM_ABSENT);
	ram_add(&nodes, 0, 12, 0);
	ram_add(&nodes, 15, 40, 1);
	ram_add(&nodes, 40, 80, 0);
	ram_combine(&ram, &nodes, &list);
	is_list(&list, "10-12:0 12-15:-1 15-20:1 30-40:1 40-60:0 90-95:-1",
		"RAM is cut where its node changes, and has none where none is known");
	free(ram.ranges);
	free(nodes.ranges);
	free(list.ranges);
}

/* Flags as this kernel and others were seen to have them. */
static void test_classes(void)
{
	static const struct {
		uint64_t flags;
		const char *class;
	} cases[] = {
		{0, "other"},
		{FLAG(COMPOUND_HEAD), "other"},
		{FLAG(BUDDY), "free"},
		{FLAG(BUDDY) | FLAG(UPTODATE), "free"},
		{FLAG(SLAB) | FLAG(COMPOUND_TAIL), "slab"},
		{FLAG(PGTABLE), "tables"},
		{FLAG(RESERVED), "reserved"},
		{FLAG(RESERVED) | FLAG(MMAP) | FLAG(REFERENCED), "reserved"},
		{FLAG(RESERVED) | FLAG(ZERO_PAGE), "zero"},
		{FLAG(ZERO_PAGE) | FLAG(THP) | FLAG(COMPOUND_HEAD), "zero"},
		{FLAG(OFFLINE), "offline"},
		{FLAG(HWPOISON) | FLAG(ANON) | FLAG(SWAPBACKED), "poison"},
		{FLAG(NOPAGE), "hole"},
		{UINT64_C(0x400005828), "anon"},
		{UINT64_C(0x602045828), "anon"},
		{UINT64_C(0x400005828) | FLAG(THP) | FLAG(COMPOUND_TAIL), "anon-thp"},
		{UINT64_C(0x5828) | FLAG(SWAPCACHE), "anon"},
		{UINT64_C(0x5828) | FLAG(KSM), "ksm"},
		{FLAG(ANON) | FLAG(MMAP) | FLAG(UPTODATE), "lazyfree"},
		/* Before Linux 6.10 a tail has next to none of its folio's flags. */
		{FLAG(ANON) | FLAG(MMAP) | FLAG(THP) | FLAG(COMPOUND_TAIL), "anon-thp"},
		{FLAG(HUGE) | FLAG(ANON) | FLAG(COMPOUND_HEAD), "hugetlb"},
		{FLAG(HUGE) | FLAG(COMPOUND_HEAD), "hugetlb"},
		{FLAG(SWAPCACHE) | FLAG(SWAPBACKED) | FLAG(LRU) | FLAG(UPTODATE), "swapcache"},
		{FLAG(SWAPBACKED) | FLAG(LRU) | FLAG(UPTODATE) | FLAG(DIRTY), "shmem"},
		{FLAG(SWAPBACKED) | FLAG(THP) | FLAG(COMPOUND_TAIL), "shmem"},
		{UINT64_C(0x40000006c), "file"},
		{UINT64_C(0x402410028), "file"},
		{FLAG(LRU) | FLAG(UPTODATE) | FLAG(DIRTY), "dirty"},
		{FLAG(WRITEBACK) | FLAG(UPTODATE), "dirty"},
		{FLAG(UPTODATE) | FLAG(MLOCKED) | FLAG(UNEVICTABLE), "file"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_text(pmm_frame_class_name(pmm_frame_class_of(cases[i].flags)), cases[i].class,
			"0x%jx", (uintmax_t)cases[i].flags);
	for (enum pmm_frame_class class = 0; class < PMM_FRAME_CLASSES; class ++)
		ok(pmm_frame_class_name(class) != NULL, "class %d has a name", (int)class);
}

/* ---- a pass ---- */

static const char iomem[] = "1000-1fffff : System RAM\n400000-2ffffff : System RAM\n";

static void put_machine(struct tree *tree)
{
	static uint64_t flags[FRAMES], cgroups[FRAMES];

	for (size_t i = 256; i < FRAMES; i++) {
		flags[i] = i % 100 ? FLAG(BUDDY) : 0;
		cgroups[i] = i >= 9000 ? 7 : 0;
	}
	flags[0] = FLAG(RESERVED);
	memset(flags + 512, 0, 512 * sizeof(*flags)); /* the hole: 0x200 to 0x400 */
	tree_put_page_bytes(tree, 4096);
	tree_put_text(tree, "proc/iomem", iomem);
	tree_put(tree, "proc/kpageflags", flags, sizeof(flags));
	tree_put(tree, "proc/kpagecgroup", cgroups, sizeof(cgroups));
	tree_put_text(tree, "sys/devices/system/memory/block_size_bytes", "1000000\n");
	tree_put_text(tree, "sys/devices/system/node/node0/memory0/x", "");
	tree_put_text(tree, "sys/devices/system/node/node3/memory1/x", "");
	tree_put_text(tree, "sys/devices/system/node/node3/memory2/x", "");
	tree_put_text(tree, "sys/devices/system/node/node3/memory_side_cache/x", "");
}

struct counted {
	uint64_t frames[PMM_FRAME_CLASSES];
	uint64_t all, of_node_3, of_cgroup;
	bool has_gaps;
	bool has_counts;
};

static void count_all(struct pmm_frame_pass *pass, struct counted *counted)
{
	const struct pmm_frame_run *run;

	while (pmm_frame_pass_next(pass, &run) > 0) {
		counted->has_gaps |= run->frame != counted->all;
		counted->has_counts |= run->count != PMM_ABSENT;
		counted->all += run->frames;
		counted->frames[run->class] += run->frames;
		if (run->node == 3)
			counted->of_node_3 += run->frames;
		if (run->cgroup == 7)
			counted->of_cgroup += run->frames;
	}
}

static void test_pass(void)
{
	struct tree tree = tree_make();
	struct pmm_facilities *facilities = NULL;
	struct pmm_frame_pass *pass = NULL;
	struct counted counted = {.all = 0};
	struct pmm_root *root = NULL;
	struct pmm_ram *ram = NULL;

	put_machine(&tree);
	pmm_root_open(tree.name, &root);
	pmm_facilities_open(root, 0, &facilities);
	ok(pmm_ram_open(root, &ram) == 0, "RAM is found");
	is_u64(pmm_ram_range(ram, 0)->start_frame, 1, "its first range");
	is_u64(pmm_ram_range(ram, 1)->end_frame, 4096, "the second ends where the node does");
	is_u64(pmm_ram_range(ram, 2)->node, 3, "the third is of the other node");
	ok(!pmm_ram_range(ram, 3), "there are no more");
	is_u64(pmm_ram_node(ram, 0), 0, "a frame that is no RAM has a node, too");
	is_u64(pmm_ram_node(ram, 12288), PMM_ABSENT, "past the last block there is none");
	ok(pmm_frame_pass_open(root, facilities, ram, 1U << PMM_FRAME_COUNTS, &pass) < 0,
	   "no pass without a file that is asked for");
	ok(pmm_frame_pass_open(root, facilities, ram, 1U << PMM_FRAME_CGROUPS, &pass) == 0,
	   "a pass with those there are");
	count_all(pass, &counted);
	is_u64(counted.all, FRAMES, "all frames come");
	ok(!counted.has_gaps, "one after the other");
	ok(!counted.has_counts, "what was not asked for is absent");
	is_u64(counted.frames[PMM_FRAME_RESERVED], 1, "reserved");
	is_u64(counted.frames[PMM_FRAME_HOLE], 512 + 77, "without flags, where no RAM is: holes");
	is_u64(counted.of_cgroup, FRAMES - 9000, "of a cgroup");
	is_u64(counted.of_node_3, 12288 - 4096, "of a node");
	pmm_frame_pass_close(pass);
	pmm_ram_close(ram);
	pmm_facilities_close(facilities);
	pmm_root_close(root);
	tree_remove(&tree);
}

int main(void)
{
	test_iomem();
	test_zoneinfo();
	test_combine();
	test_classes();
	test_pass();
	return done_testing();
}
