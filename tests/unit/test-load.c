/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Loads: what the verdict is made of, from trees made here: of the system, with disks and zram
 * under its swap; and of cgroups of either version, and of version 1 with version 2 beside it.
 */

#include <errno.h>

#include "cgroup-load.h"
#include "disk.h"
#include "tap.h"
#include "tree.h"

enum { MIB = 1 << 20 };

static struct tree tree;

static void put(const char *path, const char *text)
{
	tree_put_text(&tree, path, text);
}

static struct pmm_root *open_tree(void)
{
	struct pmm_root *root;

	tree_check(pmm_root_open(tree.name, &root) == 0, "pmm_root_open");
	return root;
}

static struct pmm_load system_load(struct pmm_root *root)
{
	struct pmm_sample *sample;
	struct pmm_load load;

	tree_check(pmm_sample_take(root, &sample) == 0, "pmm_sample_take");
	pmm_load_of_sample(sample, &load);
	pmm_sample_free(sample);
	return load;
}

/* ---- the system ---- */

static void make_system(void)
{
	tree = tree_make();
	tree_put_page_bytes(&tree, 4096);
	put("proc/uptime", "1000.50 1.00\n");
	put("proc/stat", "cpu  100 20 3 4\ncpu0 100 20 3 4\nbtime 1700000000\n");
	put("proc/meminfo",
	    "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 400 kB\nSwapTotal: 500 kB\n"
	    "SwapFree: 200 kB\n");
	put("proc/vmstat",
	    "pgpgin 7000\npswpin 1000\npswpout 900\nzswpin 30\nzswpout 40\npgmajfault 800\n"
	    "pgsteal_kswapd 11\npgsteal_direct 12\npgsteal_anon 500\npgsteal_file 600\n"
	    "pgscan_anon 5000\npgscan_file 6000\nworkingset_refault_anon 70\n"
	    "workingset_refault_file 80\nworkingset_activate_file 8\nworkingset_restore_anon 3\n"
	    "workingset_restore_file 4\nallocstall_dma 1\nallocstall_normal 2\noom_kill 5\n");
	put("proc/pressure/memory", "some avg10=1.00 avg60=2.00 avg300=3.00 total=4000\n"
				    "full avg10=0.50 avg60=2.00 avg300=3.00 total=2000\n");
	put("proc/pressure/io", "some avg10=1.00 avg60=2.00 avg300=3.00 total=5000\n"
				"full avg10=0.75 avg60=2.00 avg300=3.00 total=3000\n");
	/* Two partitions, and a part of a disk that is under nothing. */
	put("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n"
			  "/dev/sda2 partition 1000 10 5\n/dev/zram0 partition 1000 10 9\n"
			  "/dev/sdb1 partition 1000 10 5\n");
	put("proc/diskstats", "   8       0 sda 9999 1 9999 9999 1 1 1 1 0 1 1\n"
			      "   8       2 sda2 200 1 4000 600 1 1 1 1 0 1 1\n"
			      "   8      17 sdb1 100 1 2000 50 1 1 1 1 0 1 1\n"
			      " 253       0 zram0 300 0 2400 3 1 1 1 1 0 1 1\n");
}

static const struct {
	enum pmm_load_counter counter;
	uint64_t value;
} system_counters[] = {
	{PMM_LOAD_MEMORY_SOME_NS, 4000000},
	{PMM_LOAD_MEMORY_FULL_NS, 2000000},
	{PMM_LOAD_IO_SOME_NS, 5000000},
	{PMM_LOAD_IO_FULL_NS, 3000000},
	{PMM_LOAD_USER_NS, 1200000000},
	{PMM_LOAD_EVICTED, 1100},
	{PMM_LOAD_EVICTED_ANON, 500},
	{PMM_LOAD_EVICTED_FILE, 600},
	{PMM_LOAD_EVICTED_PROACTIVE, PMM_ABSENT},
	{PMM_LOAD_SCANNED, 11000},
	{PMM_LOAD_SWAPPED_IN, 1000},
	{PMM_LOAD_SWAPPED_OUT, 900},
	{PMM_LOAD_ZSWAPPED_IN, 30},
	{PMM_LOAD_ZSWAPPED_OUT, 40},
	{PMM_LOAD_DISK_SWAPPED_IN, 700}, /* 300 pages were zram's */
	{PMM_LOAD_REFAULTED_ANON, 70},
	{PMM_LOAD_REFAULTED_FILE, 80},
	{PMM_LOAD_ACTIVATED_FILE, 8},
	{PMM_LOAD_RESTORED, 7},
	{PMM_LOAD_MAJOR_FAULTS, 800},
	{PMM_LOAD_READ_BYTES, 7000 * 1024},
	{PMM_LOAD_ALLOCSTALLS, 3},
	{PMM_LOAD_EVENTS_HIGH, PMM_ABSENT},
	{PMM_LOAD_EVENTS_MAX, PMM_ABSENT},
	{PMM_LOAD_OOM_KILLS, 5},
	{PMM_LOAD_SWAP_READS, 300},
	{PMM_LOAD_SWAP_READ_NS, 650000000},
	{PMM_LOAD_SYSTEM_REFAULTED_ANON, PMM_ABSENT},
	{PMM_LOAD_SYSTEM_REFAULTED_FILE, PMM_ABSENT},
};

static void test_system(void)
{
	struct pmm_root *root;
	struct pmm_load load;

	make_system();
	root = open_tree();
	load = system_load(root);
	is_u64(sizeof(system_counters) / sizeof(*system_counters), PMM_LOAD_COUNTERS,
	       "all are looked at");
	for (size_t i = 0; i < sizeof(system_counters) / sizeof(*system_counters); i++)
		is_u64(load.counters[system_counters[i].counter], system_counters[i].value,
		       "counter %d of the system", (int)system_counters[i].counter);
	is_u64(load.boot_ns, 1000500000000, "when it was");
	ok(!load.path && !load.limit_path, "the system has no path");
	is_u64(load.current_bytes, 600 * 1024, "its memory in use");
	is_u64(load.limit_bytes, 1000 * 1024, "all it has");
	is_u64(load.system_available_bytes, 400 * 1024, "what is available");
	is_u64(load.swap_used_bytes, 300 * 1024, "swap in use");
	is_u64(load.swap_total_bytes, 500 * 1024, "all swap");
	is_real(load.memory_full_avg10_percent, 0.5, "memory pressure of 10 s");
	is_real(load.io_full_avg10_percent, 0.75, "I/O pressure of 10 s");
	put("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sdx partition 1 1 5\n");
	load = system_load(root);
	is_u64(load.counters[PMM_LOAD_SWAP_READS], PMM_ABSENT, "a disk that is not there");
	is_u64(load.counters[PMM_LOAD_DISK_SWAPPED_IN], 1000, "is no zram all the same");
	put("proc/swaps", "Filename\n/swapfile file 1 1 5\n");
	load = system_load(root);
	is_u64(load.counters[PMM_LOAD_SWAP_READS], PMM_ABSENT, "a file of a captured tree");
	put("proc/swaps", "rubbish");
	load = system_load(root);
	is_u64(load.counters[PMM_LOAD_DISK_SWAPPED_IN], PMM_ABSENT, "areas that are not known");
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_old_kernel(void)
{
	struct pmm_root *root;
	struct pmm_load load;

	tree = tree_make();
	put("proc/uptime", "1.00 1.00\n");
	put("proc/vmstat",
	    "pswpin 5\npswpout 6\npgsteal_kswapd 11\npgsteal_direct 12\nworkingset_refault 80\n"
	    "workingset_activate 8\nallocstall 7\n");
	root = open_tree();
	load = system_load(root);
	is_u64(load.counters[PMM_LOAD_EVICTED], 23, "4.19: evictions, unsplit");
	is_u64(load.counters[PMM_LOAD_EVICTED_ANON], PMM_ABSENT, "4.19: not of memory");
	is_u64(load.counters[PMM_LOAD_REFAULTED_FILE], 80, "4.19: refaults are of files");
	is_u64(load.counters[PMM_LOAD_REFAULTED_ANON], PMM_ABSENT, "4.19: and of nothing else");
	is_u64(load.counters[PMM_LOAD_ACTIVATED_FILE], 8, "4.19: activated");
	is_u64(load.counters[PMM_LOAD_RESTORED], PMM_ABSENT, "4.19: restored");
	is_u64(load.counters[PMM_LOAD_MEMORY_FULL_NS], PMM_ABSENT, "4.19: no pressure");
	is_u64(load.counters[PMM_LOAD_ALLOCSTALLS], 7, "4.4: stalls of all zones");
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_disk_lines(void)
{
	static const char text[] = "rubbish\n   8       0 sda 1 2 3 4\n 8 1 sda1 1 2 x 4\n"
				   " 8 2 sda2 18446744073709551615 0 18446744073709551615 1\n"
				   " 8 3 sda3 5 0 6 7 8\n 8 4 sda4 5 0 6 7";
	struct scan scan = scan_over(text, sizeof(text) - 1);
	struct disk_line line;

	ok(disk_next_line(&scan, &line) && line.reads.requests == 1 &&
		   line.reads.bytes == 3 * 512 && line.reads.ns == 4000000,
	   "a disk's reads");
	ok(disk_next_line(&scan, &line) && line.reads.requests == 5, "what is no line is skipped");
	ok(!disk_next_line(&scan, &line), "and so is one that was cut");
}

/* ---- cgroups ---- */

static void put_group(const char *group, const char *file, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "sys/fs/cgroup/%s/%s", group, file);
	put(path, text);
}

static void put_stat(const char *group, bool with_swap_ins)
{
	put_group(group, "memory.stat",
		  with_swap_ins ? "pswpin 21\npswpout 22\npgsteal 10\npgscan 20\npgmajfault 3\n"
				  "workingset_refault_anon 4\nworkingset_refault_file 5\n"
				  "workingset_activate_file 6\nworkingset_restore_anon 7\n"
				  "workingset_restore_file 8\npgsteal_proactive 9\n"
				: "pgsteal 10\npgscan 20\npgmajfault 3\n"
				  "workingset_refault_anon 4\nworkingset_refault_file 5\n"
				  "workingset_activate_file 6\nworkingset_restore_anon 7\n"
				  "workingset_restore_file 8\n");
}

static void put_pressure(const char *group)
{
	put_group(group, "memory.pressure",
		  "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\n"
		  "full avg10=1.50 avg60=0.00 avg300=0.00 total=7\n");
	put_group(group, "io.pressure",
		  "some avg10=0.00 avg60=0.00 avg300=0.00 total=6\n"
		  "full avg10=2.50 avg60=0.00 avg300=0.00 total=5\n");
	put_group(group, "cpu.stat", "usage_usec 100\nuser_usec 60\nsystem_usec 40\n");
}

static void put_version_2(const char *group, const char *current, const char *maximum,
			  const char *high)
{
	put_group(group, "memory.current", current);
	put_group(group, "memory.max", maximum);
	put_group(group, "memory.high", high);
	put_group(group, "memory.swap.current", "4096\n");
	put_group(group, "memory.swap.max", "max\n");
	put_group(group, "memory.events",
		  "low 0\nhigh 31\nmax 32\noom 1\noom_kill 2\noom_group_kill 0\n");
	put_group(group, "io.stat", "8:0 rbytes=1000 wbytes=5 rios=1\n8:16 rbytes=24 wbytes=1\n");
	put_pressure(group);
	put_stat(group, true);
}

static struct pmm_loads *read_loads(struct pmm_root *root)
{
	struct pmm_load system = system_load(root);
	struct pmm_loads *loads;

	tree_check(pmm_loads_read(root, &system, &loads) == 0, "pmm_loads_read");
	return loads;
}

static void check_version_2(const struct pmm_load *load)
{
	is_u64(load->counters[PMM_LOAD_EVICTED], 10, "version 2: evictions");
	is_u64(load->counters[PMM_LOAD_EVICTED_ANON], PMM_ABSENT, "version 2: unsplit");
	is_u64(load->counters[PMM_LOAD_EVICTED_PROACTIVE], 9, "version 2: that were asked for");
	is_u64(load->counters[PMM_LOAD_SWAPPED_IN], 21, "version 2: swap-ins");
	is_u64(load->counters[PMM_LOAD_REFAULTED_ANON], 4, "version 2: refaults");
	is_u64(load->counters[PMM_LOAD_RESTORED], 15, "version 2: restored");
	is_u64(load->counters[PMM_LOAD_MEMORY_FULL_NS], 7000, "version 2: memory pressure");
	is_u64(load->counters[PMM_LOAD_IO_FULL_NS], 5000, "version 2: I/O pressure");
	is_real(load->io_full_avg10_percent, 2.5, "version 2: its average");
	is_u64(load->counters[PMM_LOAD_USER_NS], 60000, "version 2: work");
	is_u64(load->counters[PMM_LOAD_READ_BYTES], 1024, "version 2: reads of all its disks");
	is_u64(load->counters[PMM_LOAD_EVENTS_HIGH], 31, "version 2: events high");
	is_u64(load->counters[PMM_LOAD_EVENTS_MAX], 32, "version 2: events max");
	is_u64(load->counters[PMM_LOAD_OOM_KILLS], 2, "version 2: OOM kills");
	is_u64(load->counters[PMM_LOAD_SWAP_READS], 300, "version 2: the disks are the system's");
	is_u64(load->counters[PMM_LOAD_SYSTEM_REFAULTED_FILE], 80, "version 2: and its refaults");
	is_u64(load->borrowed, 0, "version 2: nothing is borrowed");
	is_u64(load->swap_used_bytes, 4096, "version 2: swap");
	is_u64(load->swap_total_bytes, 500 * 1024, "version 2: all swap");
	is_u64(load->system_available_bytes, 400 * 1024, "version 2: what the host has");
}

static void test_version_2(void)
{
	static const char *const paths[] = {"/a", "/a/b", "/a/b/c", "/a-b", "/d"};
	const struct pmm_load *load;
	struct pmm_root *root;
	struct pmm_loads *loads;

	make_system();
	put("sys/fs/cgroup/cgroup.controllers", "memory\n");
	put_version_2("a", "104857600\n", "115343360\n", "max\n");
	put_version_2("a/b", "52428800\n", "max\n", "73400320\n");
	put_version_2("a/b/c", "1048576\n", "max\n", "max\n");
	put_version_2("a-b", "1048576\n", "max\n", "max\n");
	put_version_2("d", "1048576\n", "2097152\n", "1048576\n");
	put_group("d", "memory.swap.max", "8192\n");
	put_group("e", "cgroup.type", "threaded\n");
	root = open_tree();
	loads = read_loads(root);
	for (size_t i = 0; i < 5; i++) {
		load = pmm_loads_at(loads, i);
		is_text(load ? load->path : NULL, paths[i], "version 2: in the order of a tree");
	}
	ok(!pmm_loads_at(loads, 5), "version 2: and no more");
	load = pmm_loads_find(loads, "/a/b/c");
	check_version_2(load);
	is_text(load->limit_path, "/a", "the limit with the least room is that of /a");
	is_u64(load->limit_bytes, 110 * MIB, "which is");
	is_u64(load->limit_current_bytes, 100 * MIB, "and of it is used");
	is_u64((uint64_t)load->is_limit_high, 0, "it is memory.max");
	ok(!pmm_loads_find(loads, "/a-b")->limit_path, "/a-b has no limit");
	load = pmm_loads_find(loads, "/d");
	is_text(load->limit_path, "/d", "/d has its own");
	is_u64((uint64_t)load->is_limit_high, 1, "memory.high comes first");
	is_u64(load->swap_total_bytes, 8192, "and a swap limit");
	is_u64(pmm_loads_left_out(loads), 0, "none is left out");
	pmm_loads_free(loads);
	pmm_root_close(root);
	tree_remove(&tree);
}

static void put_version_1(const char *name, const char *pids)
{
	char group[64];

	snprintf(group, sizeof(group), "memory/%s", name);
	put_group(group, "memory.stat",
		  "workingset_refault_anon 1\npgmajfault 2\nswap 1\ntotal_swap 8192\n"
		  "total_workingset_refault_anon 60\ntotal_workingset_refault_file 70\n"
		  "total_pgmajfault 5\n");
	put_group(group, "memory.usage_in_bytes", "1048576\n");
	put_group(group, "memory.limit_in_bytes", "1048576\n");
	put_group(group, "memory.failcnt", "44\n");
	put_group(group, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	put_group(group, "cgroup.procs", pids);
}

static void check_version_1(struct pmm_loads *loads, const char *path, bool has_pressure,
			    const char *story)
{
	const struct pmm_load *load = pmm_loads_find(loads, path);

	if (!ok(load, "version 1: %s", story))
		return;
	is_u64(load->counters[PMM_LOAD_MEMORY_FULL_NS], has_pressure ? 7000 : PMM_ABSENT,
	       "version 1: %s: pressure", story);
	is_u64(load->counters[PMM_LOAD_USER_NS], has_pressure ? 60000 : PMM_ABSENT,
	       "version 1: %s: work", story);
	is_u64(load->counters[PMM_LOAD_REFAULTED_ANON], 60, "version 1: %s: refaults", story);
	is_u64(load->counters[PMM_LOAD_EVENTS_MAX], 44, "version 1: %s: events", story);
	is_u64(load->counters[PMM_LOAD_OOM_KILLS], 3, "version 1: %s: OOM kills", story);
	is_u64(load->counters[PMM_LOAD_EVICTED_ANON], 500, "version 1: %s: the system's", story);
	ok(load->borrowed & (uint64_t)1 << PMM_LOAD_EVICTED_ANON, "version 1: %s: borrowed", story);
	is_u64(load->swap_used_bytes, 8192, "version 1: %s: swap", story);
	is_u64(load->limit_bytes, MIB, "version 1: %s: limit", story);
}

static void test_version_1(void)
{
	struct pmm_loads *loads;
	struct pmm_root *root;

	make_system();
	put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
	put("sys/fs/cgroup/unified/cgroup.controllers", "\n");
	put("proc/7/cgroup", "4:memory:/job\n0::/elsewhere\n");
	put("proc/8/cgroup", "4:memory:/part\n0::/elsewhere\n");
	put("proc/9/cgroup", "4:memory:/top\n0::/\n");
	put("sys/fs/cgroup/unified/cgroup.procs", "9\n");
	put_group("unified/elsewhere", "cgroup.procs", "12\n7\n");
	put_pressure("unified/elsewhere");
	put_group("unified/inner", "cgroup.procs", "");
	put_pressure("unified/inner");
	put_version_1("job", "7\n12\n");
	put_version_1("part", "8\n");
	put_version_1("top", "9\n");
	put_version_1("inner", "");
	put_version_1("alone", "");
	root = open_tree();
	loads = read_loads(root);
	check_version_1(loads, "/job", true, "the same processes");
	check_version_1(loads, "/part", false, "others beside its own");
	check_version_1(loads, "/top", false, "in the root of version 2");
	check_version_1(loads, "/inner", true, "no processes, the same path");
	check_version_1(loads, "/alone", false, "no processes, no such path");
	pmm_loads_free(loads);
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_io_lines(void)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{"", 0},
		{"8:0 rbytes=5 wbytes=1\n", 5},
		{"8:0 rbytes=5 wbytes=1\n8:1 wbytes=1 rbytes=6\n", 11},
		{"8:0 \n8:1 rbytes=6 wbytes=1\n", 6},
		{"8:0 rbytes=x\n", PMM_ABSENT},
		{"8:0 rbytes=18446744073709551615\n8:1 rbytes=6\n", PMM_ABSENT},
		{"8:0 rbytes=5 wbytes=1\n8:1 rbytes=6", 5},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_u64(cgroup_parse_io(scan_over(cases[i].text, strlen(cases[i].text))),
		       cases[i].bytes, "bytes read of '%s'", cases[i].text);
}

/* ---- verdicts of what comes and goes ---- */

static void feed(struct pmm_verdicts *verdicts, const char *clock)
{
	struct pmm_load system;
	struct pmm_loads *loads;
	struct pmm_root *root;

	put("proc/uptime", clock);
	root = open_tree();
	system = system_load(root);
	tree_check(pmm_loads_read(root, &system, &loads) == 0, "pmm_loads_read");
	ok(pmm_verdicts_feed(verdicts, &system, loads) == 0, "an instant at %s", clock);
	pmm_loads_free(loads);
	pmm_root_close(root);
}

static void test_verdicts(void)
{
	const struct pmm_verdict *verdict;
	struct pmm_verdicts *verdicts;

	make_system();
	put("sys/fs/cgroup/cgroup.controllers", "memory\n");
	put_version_2("a", "104857600\n", "115343360\n", "max\n");
	put_version_2("a/b", "52428800\n", "max\n", "max\n");
	tree_check(pmm_verdicts_open(NULL, &verdicts) == 0, "pmm_verdicts_open");
	ok(!pmm_verdicts_worst(verdicts), "before the first instant nothing is known");
	feed(verdicts, "1000.00 1\n");
	feed(verdicts, "1005.00 1\n");
	verdict = pmm_verdicts_find(verdicts, "/a/b");
	if (ok(verdict, "a cgroup has a verdict")) {
		is_u64(verdict->state, PMM_STATE_OK, "which is ok");
		is_text(verdict->limit_path, "/a", "its limit's owner outlives the loads");
	}
	put_version_2("c", "1\n", "max\n", "max\n");
	feed(verdicts, "1010.00 1\n");
	verdict = pmm_verdicts_find(verdicts, "/c");
	ok(verdict && verdict->state == PMM_STATE_UNKNOWN, "a new one is not known yet");
	ok(pmm_verdicts_at(verdicts, 0) && !pmm_verdicts_at(verdicts, 0)->path,
	   "the system is the first");
	is_text(pmm_verdicts_at(verdicts, 3) ? pmm_verdicts_at(verdicts, 3)->path : NULL, "/c",
		"then come the cgroups by path");
	ok(!pmm_verdicts_at(verdicts, 4), "and no more");
	ok(pmm_verdicts_worst(verdicts) == pmm_verdicts_at(verdicts, 0),
	   "where all is well, the system is spoken of");
	pmm_verdicts_close(verdicts);
	tree_remove(&tree);
}

int main(void)
{
	test_system();
	test_old_kernel();
	test_disk_lines();
	test_version_2();
	test_version_1();
	test_io_lines();
	test_verdicts();
	return done_testing();
}
