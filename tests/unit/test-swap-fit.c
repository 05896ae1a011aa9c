/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Does what is in an area fit elsewhere? The judge as tables of machines and cgroups; captured
 * trees, made here, for the gathering; and the words of a refusal.
 */

#include "fit.h"

#include <errno.h>

#include "fault.h"
#include "tap.h"
#include "tree.h"

#define MIB  ((uint64_t)1 << 20)
#define NONE PMM_ABSENT

/* ---- the judge, in MiB ---- */

static const struct {
	const char *story;
	uint64_t used, all_used, cached, held, total, available, other;
	uint64_t need, missing;
} machines[] = {
	{"an empty area", 0, 0, 0, 0, 1000, 10, 0, 0, 0},
	{"room for all", 100, 100, 0, 0, 1000, 200, 0, 100, 0},
	{"just room beside the reserve", 136, 136, 0, 0, 1000, 200, 0, 136, 0},
	{"one too much", 137, 137, 0, 0, 1000, 200, 0, 137, 1},
	{"a reserve of 3 %", 500, 500, 0, 0, 10000, 700, 0, 500, 100},
	{"less than the reserve", 50, 50, 0, 0, 1000, 10, 0, 50, 50},
	{"the rest in another area", 150, 150, 0, 0, 1000, 200, 14, 150, 0},
	{"all in another area", 150, 150, 0, 0, 1000, 0, 150, 150, 0},
	{"most of it cached", 150, 150, 140, 0, 1000, 80, 0, 10, 0},
	{"cached pages of another area", 100, 1000, 200, 0, 1000, 200, 0, 100, 0},
	{"cached pages of both", 100, 150, 120, 0, 1000, 100, 0, 30, 0},
	{"more cached than used", 100, 100, 120, 0, 1000, 0, 0, 0, 0},
	{"its own memory comes back", 300, 300, 0, 110, 1000, 254, 0, 300, 0},
	{"numbers past all sense", 1, 1, 0, UINT64_MAX / MIB, 1, UINT64_MAX / MIB, UINT64_MAX / MIB,
	 1, 0},
};

static void test_machines(void)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		const struct fit_facts facts = {
			.used_bytes = machines[i].used * MIB,
			.swap_used_bytes = machines[i].all_used * MIB,
			.cached_bytes = machines[i].cached * MIB,
			.held_bytes = machines[i].held * MIB,
			.total_bytes = machines[i].total * MIB,
			.available_bytes = machines[i].available * MIB,
			.other_free_bytes = machines[i].other * MIB,
		};
		struct pmm_fit_row row;

		fit_judge_machine(&facts, &row);
		is_u64(row.need_bytes / MIB, machines[i].need, "%s: need", machines[i].story);
		/* 3 % of some of them is not a whole MiB */
		is_u64((row.short_bytes + MIB / 2) / MIB, machines[i].missing, "%s: short",
		       machines[i].story);
		is_u64(row.swapped_bytes, row.cached_bytes + row.need_bytes, "%s: the sum",
		       machines[i].story);
	}
}

static const struct {
	const char *story;
	uint64_t current, limit, file, swappable, swap, cached, swap_limit; /* of the cgroup */
	uint64_t used, other;						    /* of the machine */
	uint64_t need, missing, other_after;
} cgroups[] = {
	{"no limit", 10, NONE, 0, 0, 100, 0, NONE, 100, 0, 100, 0, 0},
	{"at its limit", 300, 300, 0, 0, 600, 0, NONE, 600, 0, 600, 600, 0},
	{"over its limit", 301, 300, 0, 0, 600, 0, NONE, 600, 0, 600, 600, 0},
	{"just room", 200, 300, 0, 0, 100, 0, NONE, 600, 0, 100, 0, 0},
	{"one too much", 200, 300, 0, 0, 101, 0, NONE, 600, 0, 101, 1, 0},
	{"page cache that gives way", 300, 300, 80, 0, 100, 0, NONE, 600, 0, 100, 20, 0},
	{"cached in memory", 300, 300, 0, 0, 100, 100, NONE, 600, 0, 0, 0, 0},
	{"most of it in another area", 300, 300, 0, 0, 600, 0, NONE, 50, 0, 50, 50, 0},
	{"cached, in this area or another", 300, 300, 0, 0, 600, 580, NONE, 50, 0, 20, 20, 0},
	{"swapped out again elsewhere", 300, 300, 0, 0, 100, 0, NONE, 100, 150, 100, 0, 50},
	{"partly swapped out again", 300, 300, 0, 0, 100, 0, NONE, 100, 40, 100, 60, 0},
	{"may not swap", 300, 300, 0, 0, 100, 0, 0, 100, 500, 100, 100, 500},
	{"may swap as much as it does", 300, 300, 0, 0, 100, 0, 100, 100, 500, 100, 0, 400},
	{"may swap less by now", 300, 300, 0, 0, 100, 0, 30, 100, 500, 100, 70, 470},
	{"usage unknown", NONE, 300, 0, 0, 100, 0, NONE, 100, 0, 100, 0, 0},
	/* Pages that are being written, at most as much as the machine's reserve of 64 MiB. */
	{"on its way out", 300, 300, 0, 200, 100, 0, NONE, 100, 150, 100, 14, 64},
	{"room for that as well", 300, 300, 0, 200, 100, 0, NONE, 100, 164, 100, 0, 64},
	{"little on its way out", 300, 300, 0, 24, 100, 0, NONE, 100, 127, 100, 0, 27},
	{"all fits into memory", 200, 300, 0, 200, 100, 0, NONE, 100, 0, 100, 0, 0},
	{"partly into memory", 260, 300, 0, 200, 100, 0, NONE, 100, 124, 100, 0, 64},
	{"pages of others in the area", 300, 300, 0, 24, 100, 0, NONE, 600, 550, 100, 77, 527},
	{"room for those as well", 300, 300, 0, 24, 100, 0, NONE, 600, 627, 100, 0, 527},
	{"may swap too little more", 300, 300, 0, 40, 100, 0, 130, 100, 500, 100, 15, 415},
	{"may swap enough more", 300, 300, 0, 40, 100, 0, 145, 100, 500, 100, 0, 400},
};

static uint64_t in_bytes(uint64_t mib)
{
	return mib == NONE ? NONE : mib * MIB;
}

static void test_cgroups(void)
{
	for (size_t i = 0; i < sizeof(cgroups) / sizeof(*cgroups); i++) {
		const struct fit_facts facts = {.used_bytes = cgroups[i].used * MIB,
						.other_free_bytes = cgroups[i].other * MIB};
		const struct pmm_cgroup cgroup = {
			.current_bytes = in_bytes(cgroups[i].current),
			.limit_bytes = in_bytes(cgroups[i].limit),
			.clean_file_bytes = in_bytes(cgroups[i].file),
			.swappable_bytes = in_bytes(cgroups[i].swappable),
			.swap_bytes = in_bytes(cgroups[i].swap),
			.swap_cached_bytes = in_bytes(cgroups[i].cached),
			.swap_limit_bytes = in_bytes(cgroups[i].swap_limit),
		};
		uint64_t other_bytes = cgroups[i].other * MIB;
		struct pmm_fit_row row;

		fit_judge_cgroup(&facts, &cgroup, &other_bytes, &row);
		is_u64(row.need_bytes / MIB, cgroups[i].need, "%s: need", cgroups[i].story);
		is_u64(row.short_bytes / MIB, cgroups[i].missing, "%s: short", cgroups[i].story);
		is_u64(other_bytes / MIB, cgroups[i].other_after, "%s: left elsewhere",
		       cgroups[i].story);
	}
}

/* ---- gathering ---- */

#define SWAPS "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static struct tree tree;
static struct pmm_root *root;

static void put_machine(const char *swaps, const char *meminfo)
{
	tree_put_text(&tree, "proc/uptime", "1.00 1.00\n");
	tree_put_text(&tree, "proc/swaps", swaps);
	tree_put_text(&tree, "proc/meminfo", meminfo);
}

static const struct pmm_fit_row *read_row(struct pmm_fit **ret_fit, const char *path, size_t index)
{
	static const struct pmm_fit_row none = {.need_bytes = NONE};
	const struct pmm_fit_row *row = NULL;

	*ret_fit = NULL;
	if (ok(pmm_swap_fit_read(root, path, ret_fit) == 0, "the fit of %s is read", path))
		row = pmm_swap_fit_row_at(*ret_fit, index);
	return row ? row : &none;
}

static void test_areas(void)
{
	const struct pmm_fit_row *row;
	struct pmm_fit *fit;

	/* The second is being drained: what is free in it is missing from SwapTotal. */
	put_machine(SWAPS "/a file 1048576 204800 -2\n/b file 1048576 524288 -3\n"
			  "/dev/zram0 partition 409600 204800 100\n",
		    "MemTotal: 1024000 kB\nMemAvailable: 102400 kB\nSwapCached: 0 kB\n"
		    "SwapTotal: 1982464 kB\nZswap: 512 kB\n");
	row = read_row(&fit, "/a", 0);
	is_u64(row->other_swap_bytes / MIB, 100, "the free half of a zram takes a half of that");
	is_u64(row->memory_bytes / MIB, 100, "zswap may hold pages of another");
	is_u64(row->short_bytes / MIB, 64, "reserve and need are missing");
	pmm_swap_fit_free(fit);
	row = read_row(&fit, "/dev/zram0", 0);
	is_u64(row->other_swap_bytes / MIB, 824, "a file that is not drained gives all its room");
	pmm_swap_fit_free(fit);
	ok(pmm_swap_fit_read(root, "/c", &fit) == -ENXIO, "what is not active has no fit");

	tree_put_text(&tree, "sys/block/zram0/initstate", "1\n");
	tree_put_text(&tree, "sys/block/zram0/disksize", "1073741824\n");
	tree_put_text(&tree, "sys/block/zram0/mm_stat", "209715200 1 83886080 0 1 0 0 0 0\n");
	put_machine(SWAPS "/dev/zram0 partition 1048576 204800 100\n",
		    "MemTotal: 1024000 kB\nMemFree: 20480 kB\nSwapCached: 51200 kB\n"
		    "SwapTotal: 1048576 kB\nZswap: 1024 kB\n");
	row = read_row(&fit, "/dev/zram0", 0);
	is_u64(row->need_bytes / MIB, 150, "what is cached need not come");
	is_u64(row->memory_bytes / MIB, 20 + 80 + 1, "what holds the pages now goes free");
	pmm_swap_fit_free(fit);
}

static void test_words(void)
{
	const struct pmm_fit_row *row;
	struct pmm_fault fault = {0};
	struct pmm_fit *fit;

	put_machine(SWAPS "/a file 1048576 716800 -2\n",
		    "MemTotal: 10240000 kB\nMemAvailable: 9024000 kB\nSwapCached: 0 kB\n"
		    "SwapTotal: 1048576 kB\n");
	tree_put_text(&tree, "sys/fs/cgroup/cgroup.controllers", "memory\n");
	tree_put_text(&tree, "sys/fs/cgroup/ci/memory.current", "314572800\n");
	tree_put_text(&tree, "sys/fs/cgroup/ci/memory.max", "314572800\n");
	tree_put_text(&tree, "sys/fs/cgroup/ci/memory.swap.current", "629145600\n");
	tree_put_text(&tree, "sys/fs/cgroup/ci/memory.stat", "inactive_file 0\n");
	tree_put_text(&tree, "sys/fs/cgroup/web/memory.stat", "inactive_file 0\n");
	tree_put_text(&tree, "sys/fs/cgroup/web/memory.swap.current", "0\n");
	row = read_row(&fit, "/a", 1);
	is_text(row->cgroup, "/ci", "a cgroup with swap is judged");
	ok(!pmm_swap_fit_row_at(fit, 2), "one without is not");
	ok(fit_find_short(fit) == row, "it is what does not fit");
	is_u64((uint64_t)-fit_refuse(row, "/a", &fault), ENOBUFS, "that is a refusal");
	ok(fault.kind == PMM_FAULT_REFUSED && strstr(fault.reason, "cgroup /ci ") &&
		   strstr(fault.reason, "629145600 bytes"),
	   "which names cgroup and bytes");
	ok(strstr(fault.fix, "--force"), "and the option");
	row = pmm_swap_fit_row_at(fit, 0);
	fit_refuse(row, "/a", &fault);
	ok(fault.kind == PMM_FAULT_REFUSED && !strstr(fault.reason, "cgroup"),
	   "of the machine it names none");
	fault_clear(&fault);
	pmm_swap_fit_free(fit);
}

int main(void)
{
	test_machines();
	test_cgroups();
	tree = tree_make();
	put_machine(SWAPS, "");
	if (ok(pmm_root_open(tree.name, &root) == 0, "a tree opens")) {
		test_areas();
		test_words();
	}
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
