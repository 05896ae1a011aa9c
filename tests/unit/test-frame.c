/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames: names of flags, sorting spans, reading many of them at once, finding a hole. */

#include <stdlib.h>

#include "facility.h"
#include "frame.h"
#include "random.h"
#include "tap.h"
#include "tree.h"

enum {
	FRAMES = 40000,
	SPANS = 500,
	ROUNDS = 20,
};

static void test_flags(void)
{
	static const struct {
		unsigned bit;
		uint64_t flags;
		const char *name;
	} cases[] = {
		{0, 1, "locked"},
		{PMM_FLAG_RECLAIM, FLAG(RECLAIM), "readahead"},
		{PMM_FLAG_RECLAIM, FLAG(RECLAIM) | FLAG(WRITEBACK), "reclaim"},
		{PMM_FLAG_OWNER_2, FLAG(OWNER_2) | FLAG(ANON), "anon_exclusive"},
		{PMM_FLAG_OWNER_2, FLAG(OWNER_2) | FLAG(MMAP), "owner_2"},
		{26, FLAG(PGTABLE), "pgtable"},
		{32, FLAG(RESERVED), "reserved"},
		{42, FLAG(ARCH_3), "arch_3"},
	};
	uint64_t seen = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct pmm_frame_flag *flag = pmm_frame_flag_of(cases[i].bit, cases[i].flags);

		is_text(flag ? flag->name : "none", cases[i].name, "bit %u of 0x%jx", cases[i].bit,
			(uintmax_t)cases[i].flags);
	}
	ok(!pmm_frame_flag_of(27, UINT64_MAX) && !pmm_frame_flag_of(63, UINT64_MAX),
	   "a bit that is newer than we are has no name");
	for (size_t i = 0; pmm_frame_flag_at(i); i++) {
		ok(pmm_frame_flag_find(pmm_frame_flag_at(i)->name) == pmm_frame_flag_at(i),
		   "%s is found by its name", pmm_frame_flag_at(i)->name);
		seen |= UINT64_C(1) << pmm_frame_flag_at(i)->bit;
	}
	is_u64(seen, UINT64_C(0x7ff07ffffff), "bits 0 to 26 and 32 to 42 have names");
	ok(!pmm_frame_flag_find("nothing"), "an unknown name is not found");
}

static void test_sort(void)
{
	static struct frame_span spans[SPANS], spare[SPANS];
	uint64_t sum = 0, sum_after = 0;
	bool is_sorted = true;

	for (size_t i = 0; i < SPANS; i++) {
		/* Numbers of every length, some of them equal. */
		spans[i].frame = (uint64_t)random_below(SIZE_MAX) << 32 >> random_below(64);
		spans[i].words = i;
		sum += spans[i].frame;
	}
	frame_sort(spans, spare, SPANS);
	for (size_t i = 0; i < SPANS; i++) {
		sum_after += spans[i].frame;
		if (i &&
		    (spans[i - 1].frame > spans[i].frame ||
		     (spans[i - 1].frame == spans[i].frame && spans[i - 1].words > spans[i].words)))
			is_sorted = false;
	}
	ok(is_sorted, "spans are sorted by frame, equal ones as they stood");
	is_u64(sum_after, sum, "and none is lost");
	frame_sort(spans, spare, 0);
}

static uint64_t word_of(uint64_t frame)
{
	return frame < FRAMES ? frame * 7 + 1 : PMM_ABSENT;
}

/* Random spans, which may overlap and reach past the end, against the one simple truth. */
static size_t count_wrong(struct pmm_frames *frames)
{
	static struct frame_span spans[SPANS], spare[SPANS];
	static uint64_t words[SPANS * 3000];
	size_t total = 0, wrong = 0;
	int r;

	for (size_t i = 0; i < SPANS; i++) {
		spans[i].frame = random_below(FRAMES + 100);
		spans[i].frames = 1 + random_below(random_below(10) ? 4 : 3000);
		spans[i].words = total;
		total += spans[i].frames;
	}
	frame_sort(spans, spare, SPANS);
	r = frames_gather(frames, PMM_FRAME_FLAGS, spans, SPANS, words);
	if (r < 0)
		return SIZE_MAX;
	for (size_t i = 0; i < SPANS; i++)
		for (uint64_t j = 0; j < spans[i].frames; j++)
			wrong += words[spans[i].words + j] != word_of(spans[i].frame + j);
	return wrong;
}

static void test_gather(void)
{
	static uint64_t words[FRAMES];
	struct tree tree = tree_make();
	struct pmm_facilities *facilities = NULL;
	struct pmm_frames *frames = NULL;
	struct pmm_root *root = NULL;
	uint64_t got[4];

	for (size_t i = 0; i < FRAMES; i++)
		words[i] = word_of(i);
	tree_put_page_bytes(&tree, 4096);
	tree_put(&tree, "proc/kpageflags", words, sizeof(words));
	pmm_root_open(tree.name, &root);
	pmm_facilities_open(root, 0, &facilities);
	ok(pmm_frames_open(root, facilities, 1 << PMM_FRAME_COUNTS, &frames) < 0,
	   "a file that is not there is not opened");
	ok(pmm_frames_open(root, facilities, 1 << PMM_FRAME_FLAGS, &frames) == 0,
	   "that of a captured tree is");
	is_u64((uint64_t)pmm_frames_read(frames, PMM_FRAME_FLAGS, FRAMES - 2, 4, got), 2,
	       "at the end there are fewer");
	ok(pmm_frames_read(frames, PMM_FRAME_FLAGS, UINT64_MAX / 4, 4, got) < 0,
	   "a frame past what a file can hold is refused");
	for (int i = 0; i < ROUNDS; i++)
		is_u64(count_wrong(frames), 0, "read at once is as read one by one, %d", i);
	pmm_frames_close(frames);
	pmm_facilities_close(facilities);
	facilities = NULL;
	pmm_facilities_open(root, 1U << PMM_FACILITY_KPAGEFLAGS, &facilities);
	ok(!pmm_facilities_has(facilities, PMM_FACILITY_KPAGEFLAGS), "unless it is disabled");
	pmm_facilities_close(facilities);
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_hole(void)
{
	static const struct {
		const char *name, *iomem;
		uint64_t frame; /* 0: none */
	} cases[] = {
		{"a PC",
		 "00001000-0009fbff : System RAM\n00100000-bfffffff : System RAM\n"
		 "  01000000-01ffffff : Kernel code\nfec00000-fec003ff : IOAPIC 0\n"
		 "100000000-63fffffff : System RAM\n",
		 0xdffff},
		{"hidden addresses",
		 "00000000-00000000 : System RAM\n"
		 "00000000-00000000 : System RAM\n",
		 0},
		{"no hole", "00000000-3fffffff : System RAM\n40000000-7fffffff : System RAM\n", 0},
		{"a small one", "00000000-0fffffff : System RAM\n20000000-2fffffff : System RAM\n",
		 0},
		{"nothing", "", 0},
		{"no list", "System RAM\n", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t frame = 0;
		bool found = facility_find_hole(scan_over(cases[i].iomem, strlen(cases[i].iomem)),
						4096, &frame);

		ok(found == !!cases[i].frame, "%s: a hole or none", cases[i].name);
		is_u64(frame, cases[i].frame, "%s: where it is", cases[i].name);
	}
}

int main(int argc, char **argv)
{
	random_start(argc, argv);
	test_flags();
	test_sort();
	test_gather();
	test_hole();
	return done_testing();
}
