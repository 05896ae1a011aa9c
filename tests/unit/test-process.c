/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PID/stat and PID/status with what a process can call itself, and scans of captured trees. */

#include "process.h"

#include <errno.h>

#include "tap.h"
#include "tree.h"

/*
 * After the name: ... minor faults 11, major faults 12, start 9000, 8192 bytes of address space, 3
 * pages of rss.
 */
#define AFTER(state, major, start)                                               \
	" " state " 1 7 7 0 -1 4194304 11 0 " major " 0 5 6 0 0 20 0 1 0 " start \
	" 8192 3 18446744073709551615 0\n"
#define USUAL AFTER("S", "12", "9000")

static const struct {
	const char *text, *name;
} names[] = {
	{"7 (cc1plus)" USUAL, "cc1plus"},
	{"7 ()" USUAL, ""},
	{"7 (a b (c) )) (()" USUAL, "a b (c) )) (("},
	{"7 () R 1 1 1 0)" USUAL, ") R 1 1 1 0"},
	{"7 (a\nb\n)" USUAL, "a\nb\n"},
	{"7 (\033[2J\302\233\377)" USUAL, "\033[2J\302\233\377"},
	{"7 (kworker/u4:2-events_unbound and a name as long as kernel threads have)" USUAL,
	 "kworker/u4:2-events_unbound and a name as long as kernel threads have"},
};

static const char *const bad_stats[] = {
	"",
	"\n",
	"7",
	"7 (",
	"7 (x",
	"7 x) S 1",
	"7 (x)\n",
	"7 (x) S\n",
	"7 (x) SS 1 7 7 0 -1 4194304 11 0 12 0 5 6 0 0 20 0 1 0 9000 8192 3\n",
	"7 (x) S 1 7 7 0 -1 4194304 11 0 12 0 5 6 0 0 20 0 1 0 9000 8192\n",
	"7 (x) S 1 7 7 0 -1 4194304 11 0 12 0 5 6 0 0 20 0 1 0 9000 8192 3", /* cut */
	"7 (x) S 1 7 7 0 -1 4194304 11 0 12 0 5 6 0 0 20 0 1 0 9000 8192 3x\n",
	"7 (x) S 1 7 7 0 -1 4194304 11 0 x 0 5 6 0 0 20 0 1 0 9000 8192 3\n",
	"7 (x) S 1 7 7 0 -1 4194304 11 0 12 0 5 6 0 0 20 0 1 0 -9 8192 3\n",
	"7 (x) S 1 7 7 0 -1 4194304 11 0 18446744073709551616 0 5 6 0 0 20 0 1 0 9 8192 3\n",
};

static void test_stat(void)
{
	struct process_stat stat;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ok(process_parse_stat(names[i].text, strlen(names[i].text), &stat),
		   "the name of process %zu does not spoil its numbers", i);
		ok(scan_length(&stat.name) == strlen(names[i].name) &&
			   !memcmp(stat.name.at, names[i].name, strlen(names[i].name)),
		   "and is kept");
		ok(stat.state == 'S' && stat.parent_pid == 1 && stat.minor_faults == 11 &&
			   stat.major_faults == 12 && stat.cpu_ticks == 11 &&
			   stat.start_ticks == 9000 && stat.rss_pages == 3,
		   "as the numbers are");
	}
	for (size_t i = 0; i < sizeof(bad_stats) / sizeof(*bad_stats); i++)
		ok(!process_parse_stat(bad_stats[i], strlen(bad_stats[i]), &stat),
		   "bad stat %zu is refused", i);
}

static void test_stat_without_memory(void)
{
	static const char text[] =
		"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 20 0 0 184467 0\n";
	struct process_stat stat;

	ok(process_parse_stat(text, strlen(text), &stat), "a kernel thread is parsed");
	is_u64(stat.rss_pages, PMM_ABSENT, "and has no resident memory, rather than none of it");
}

/* ---- PID/status ---- */

#define UID "Uid:\t1000\t1001\t1002\t1003\n"

static const struct {
	const char *name, *text;
	bool is_good;
	uint64_t uid, rss, swap;
} statuses[] = {
	{"a task", "Name:\tx\n" UID "VmRSS:\t     12 kB\nVmSwap:\t       3 kB\n", true, 1001, 12288,
	 3072},
	{"a kernel thread", "Name:\tkthreadd\nUid:\t0\t0\t0\t0\nThreads:\t1\n", true, 0, PMM_ABSENT,
	 PMM_ABSENT},
	{"a name like a line", "Name:\tVmSwap:\\n\n" UID "VmSwap:\t0 kB\n", true, 1001, PMM_ABSENT,
	 0},
	{"a line that only begins so", UID "VmSwapX:\t9 kB\nVmSwa:\t8 kB\n", true, 1001, PMM_ABSENT,
	 PMM_ABSENT},
	{"a number that is none", UID "VmSwap:\tlots kB\n", false, 1001, PMM_ABSENT, PMM_ABSENT},
	{"a number too large", UID "VmSwap:\t18446744073709551615 kB\n", false, 1001, PMM_ABSENT,
	 PMM_ABSENT},
	{"a line that was cut", UID "VmSwap:\t12", false, 1001, PMM_ABSENT, PMM_ABSENT},
	{"no uid", "Name:\tx\nVmRSS:\t1 kB\n", false, PMM_ABSENT, 1024, PMM_ABSENT},
	{"half a uid", "Uid:\t0\n", false, PMM_ABSENT, PMM_ABSENT, PMM_ABSENT},
	{"nothing", "", false, PMM_ABSENT, PMM_ABSENT, PMM_ABSENT},
	{"bytes", "\177ELF\001\n\n\n::::\n", false, PMM_ABSENT, PMM_ABSENT, PMM_ABSENT},
};

static void test_status(void)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		struct pmm_process process = {
			.uid = PMM_ABSENT,
			.rss_bytes = PMM_ABSENT,
			.swap_bytes = PMM_ABSENT,
		};

		ok(process_parse_status(statuses[i].text, strlen(statuses[i].text), &process) ==
			   statuses[i].is_good,
		   "%s: good or not", statuses[i].name);
		is_u64(process.uid, statuses[i].uid, "%s: uid", statuses[i].name);
		is_u64(process.rss_bytes, statuses[i].rss, "%s: rss", statuses[i].name);
		is_u64(process.swap_bytes, statuses[i].swap, "%s: swap", statuses[i].name);
	}
}

/* ---- scans ---- */

static void test_scan(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_processes *processes = NULL;
	const struct pmm_process *process;

	tree_put_page_bytes(&tree, 4096);
	tree_put_text(&tree, "proc/uptime", "100.00 1.00\n");
	tree_put_text(&tree, "proc/30/stat", "30 (later)" AFTER("R", "1", "50"));
	tree_put_text(&tree, "proc/4/stat", "4 (x\ny)" USUAL);
	tree_put_text(&tree, "proc/4/status",
		      UID "VmRSS:\t40 kB\nRssShmem:\t8 kB\nVmSwap:\t4 kB\n");
	tree_put_text(&tree, "proc/5/stat", "garbage");
	tree_put_text(&tree, "proc/5/status", "garbage");
	tree_put_text(&tree, "proc/6/comm", "no stat was captured\n");
	tree_put_text(&tree, "proc/07/stat", "7 (x)" USUAL);
	tree_put_text(&tree, "proc/99999999999/stat", "7 (x)" USUAL);
	tree_put_text(&tree, "proc/7up/stat", "7 (x)" USUAL);
	pmm_root_open(tree.name, &root);
	ok(pmm_processes_open(root, PMM_PROCESSES_STATUS, &processes) == 0, "a tree is scanned");
	is_u64(pmm_processes_boot_ns(processes), UINT64_C(100000000000), "at its own time");
	ok(pmm_processes_next(processes, &process) == 1 && process->pid == 4, "pids rise");
	is_text(process->name, "x\ny", "the name is as the kernel gave it");
	is_u64(process->uid, 1001, "the uid is the effective one");
	is_u64(process->rss_bytes, 40960, "rss comes from status where that is read");
	is_u64(process->rss_shmem_bytes, 8192, "shared memory too");
	is_u64(process->rss_anon_bytes, PMM_ABSENT, "what status does not say is absent");
	is_u64(process->swap_bytes, 4096, "swap");
	ok(pmm_processes_next(processes, &process) == 1 && process->pid == 5,
	   "a broken one is kept");
	ok(process->start_ticks == PMM_ABSENT && process->rss_bytes == PMM_ABSENT &&
		   process->major_faults == PMM_ABSENT && process->uid == PMM_ABSENT,
	   "with its numbers absent");
	is_text(process->name, "", "and no name");
	ok(pmm_processes_next(processes, &process) == 1 && process->pid == 30, "then the last");
	is_u64(process->rss_bytes, 12288, "rss comes from stat where there is no status");
	ok(pmm_processes_next(processes, &process) == 0, "what is no process is not listed");
	ok(strstr(pmm_processes_complaint(processes), "/proc/") &&
		   strstr(pmm_processes_complaint(processes), " (and 2 more)"),
	   "and what was wrong is told: %s", pmm_processes_complaint(processes));
	process = pmm_processes_find(processes, 30, 50);
	ok(process && process->pid == 30, "a process is found by pid and start");
	ok(!pmm_processes_find(processes, 30, 51), "not one with another start");
	ok(!pmm_processes_find(processes, 31, 50), "nor another pid");
	pmm_processes_close(processes);
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_one(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_processes *processes = NULL;
	const struct pmm_process *process;

	tree_put_text(&tree, "proc/4/stat", "4 (four)" USUAL);
	tree_put_text(&tree, "proc/5/stat", "5 (five)" USUAL);
	pmm_root_open(tree.name, &root);
	ok(pmm_processes_open_one(root, 5, 0, &processes) == 0, "one process can be asked for");
	ok(pmm_processes_next(processes, &process) == 1 && process->pid == 5, "it comes");
	is_u64(process->rss_bytes, PMM_ABSENT, "without a page size its pages are no bytes");
	is_u64(pmm_processes_boot_ns(processes), PMM_ABSENT, "without a clock there is no time");
	is_text(pmm_processes_complaint(processes), NULL, "nothing was wrong");
	ok(pmm_processes_next(processes, &process) == 0, "and no other");
	pmm_processes_close(processes);
	ok(pmm_processes_open_one(root, 6, 0, &processes) == -ESRCH,
	   "one that is not there is not");
	ok(pmm_processes_open_one(root, 0, 0, &processes) == -EINVAL, "0 is no process");
	ok(pmm_processes_open_one(root, -4, 0, &processes) == -EINVAL, "-4 is none either");
	pmm_root_close(root);
	tree_remove(&tree);
}

static const struct {
	pid_t pid;
	const char *name, *before, *now;
	double rate;
} rates[] = {
	{1, "a process that was there", "1 (a)" AFTER("S", "10", "5"),
	 "1 (a)" AFTER("S", "30", "5"), 10},
	{2, "without faults", "2 (a)" AFTER("S", "10", "5"), "2 (a)" AFTER("S", "10", "5"), 0},
	{3, "whose counter went back", "3 (a)" AFTER("S", "10", "5"), "3 (a)" AFTER("S", "9", "5"),
	 NAN},
	{4, "that started in between", NULL, "4 (a)" AFTER("S", "8", "10100"), 4},
	{5, "that started in the tick of the scan", NULL, "5 (a)" AFTER("S", "8", "10000"), 4},
	{6, "that should have been seen before", NULL, "6 (a)" AFTER("S", "8", "9999"), NAN},
	{7, "with the pid of another", "7 (a)" AFTER("S", "10", "5"),
	 "7 (b)" AFTER("S", "6", "10150"), 3},
	{8, "that was malformed before", "x", "8 (a)" AFTER("S", "8", "5"), NAN},
	{9, "that is malformed now", "9 (a)" AFTER("S", "8", "5"), "x", NAN},
};

static void test_rates(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_processes *before = NULL, *now = NULL;
	const struct pmm_process *process;
	char path[64];

	tree_put_text(&tree, "1/proc/uptime", "100.00 1.00\n");
	tree_put_text(&tree, "2/proc/uptime", "102.00 1.00\n");
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		snprintf(path, sizeof(path), "1/proc/%d/stat", (int)rates[i].pid);
		if (rates[i].before)
			tree_put_text(&tree, path, rates[i].before);
		*path = '2';
		tree_put_text(&tree, path, rates[i].now);
	}
	pmm_root_open(tree.name, &root);
	pmm_processes_open(root, 0, &before);
	ok(pmm_root_next(root) == 1, "there is a second instant");
	pmm_processes_open(root, 0, &now);
	for (size_t i = 0; pmm_processes_next(now, &process) > 0; i++) {
		is_real(pmm_process_rates(process, now, before).major_faults_per_second,
			rates[i].rate, "major faults a second of one %s", rates[i].name);
		is_real(pmm_process_rates(process, now, NULL).major_faults_per_second, NAN,
			"and without a scan before");
		is_real(pmm_process_rates(process, now, now).major_faults_per_second, NAN,
			"and of an empty interval");
	}
	pmm_processes_close(before);
	pmm_processes_close(now);
	pmm_root_close(root);
	tree_remove(&tree);
}

#define MEMORY(rss, swap) \
	UID "VmRSS:\t" rss " kB\nRssAnon:\t3 kB\nRssShmem:\t2 kB\nVmSwap:\t" swap " kB\n"

static void test_growth(void)
{
	struct tree tree = tree_make();
	struct pmm_root *root = NULL;
	struct pmm_processes *before = NULL, *now = NULL;
	const struct pmm_process *process;
	struct pmm_process_rates grown;

	tree_put_text(&tree, "1/proc/uptime", "100.00 1.00\n");
	tree_put_text(&tree, "2/proc/uptime", "102.00 1.00\n");
	tree_put_text(&tree, "1/proc/4/stat", "4 (a)" USUAL);
	tree_put_text(&tree, "1/proc/4/status", MEMORY("40", "4"));
	tree_put_text(&tree, "2/proc/4/stat", "4 (a)" USUAL);
	tree_put_text(&tree, "2/proc/4/status", MEMORY("30", "24"));
	tree_put_text(&tree, "2/proc/5/stat", "5 (b)" AFTER("S", "0", "10100"));
	tree_put_text(&tree, "2/proc/5/status", MEMORY("8", "0"));
	pmm_root_open(tree.name, &root);
	pmm_processes_open(root, PMM_PROCESSES_STATUS, &before);
	pmm_root_next(root);
	ok(pmm_processes_open_since(root, PMM_PROCESSES_STATUS, before, &now) == 0,
	   "a scan that has the one before at hand");
	process = pmm_processes_at(now, 0);
	grown = pmm_process_rates(process, now, before);
	is_real(grown.rss_growth_bytes_per_second, -5120, "what shrinks has negative growth");
	is_real(grown.swap_growth_bytes_per_second, 10240,
		"a captured status is read though its stat did not change");
	is_u64(pmm_process_footprint_bytes(process), 29 * 1024, "anon, shared and swap");
	process = pmm_processes_at(now, 1);
	grown = pmm_process_rates(process, now, before);
	is_real(grown.rss_growth_bytes_per_second, 4096, "a new process grew from nothing");
	ok(!pmm_processes_at(now, 2), "past the last there is none");
	pmm_processes_close(before);
	pmm_processes_close(now);
	pmm_root_close(root);
	tree_remove(&tree);
}

static void test_lost_estimate(void)
{
	is_real(pmm_process_lost_estimate_percent(150, 0.0061), 91.5, "150 reads of 6.1 ms");
	is_real(pmm_process_lost_estimate_percent(2046, 73e-6), 14.9358, "2046 reads of 73 us");
	is_real(pmm_process_lost_estimate_percent(1e6, 0.01), 100, "no more than all of it");
	is_real(pmm_process_lost_estimate_percent(0, NAN), 0, "without faults nothing is lost");
	is_real(pmm_process_lost_estimate_percent(9, NAN), NAN,
		"with faults of unknown cost it is");
	is_real(pmm_process_lost_estimate_percent(NAN, 0.01), NAN, "unknown, as with unknown ones");
}

/* ---- identity ---- */

static const struct {
	const char *name, *cmdline;
	size_t length;
	const char *command, *cgroups, *cgroup;
} identities[] = {
	{"arguments are joined by spaces", "a\0b c\0", 6, "a b c", "0::/x\n", "/x"},
	{"a tail of NULs and spaces is dropped", "nginx: worker  \0\0\0", 18, "nginx: worker",
	 "0::/\n", "/"},
	{"an empty command line is the name", "", 0, "[four]", "", NULL},
	{"one of nothing but NULs too", "\0\0", 2, "[four]", "0::/a:b\n", "/a:b"},
	{"odd bytes are kept", "\033[31m\0\377\n", 8, "\033[31m \377\n", "0::/\033\n", "/\033"},
	{"the memory controller of version 1 goes before version 2", "x", 1, "x",
	 "9:cpu:/c\n8:name=systemd:/s\n5:cpuset,memory:/m\n0::/u\n", "/m"},
	{"other controllers are not it", "x", 1, "x", "9:memoryx,xmemory:/c\n0::/u\n", "/u"},
	{"no hierarchy is no path", "x", 1, "x", "garbage\n1:cpu:/\n", NULL},
};

static void test_identity(void)
{
	for (size_t i = 0; i < sizeof(identities) / sizeof(*identities); i++) {
		struct tree tree = tree_make();
		struct pmm_root *root = NULL;
		struct pmm_process process = {
			.pid = 4, .start_ticks = 9000, .uid = PMM_ABSENT, .name = "four"};
		struct pmm_identities *known = NULL;
		const struct pmm_identity *identity = NULL;

		tree_put_text(&tree, "proc/4/stat", "4 (four)" USUAL);
		tree_put_text(&tree, "proc/4/status", UID);
		tree_put(&tree, "proc/4/cmdline", identities[i].cmdline, identities[i].length);
		tree_put_text(&tree, "proc/4/cgroup", identities[i].cgroups);
		pmm_root_open(tree.name, &root);
		pmm_identities_open(root, &known);
		if (ok(pmm_identities_get(known, &process, PMM_IDENTITY_ALL, &identity) == 0, "%s",
		       identities[i].name)) {
			is_text(identity->command, identities[i].command, "command");
			is_text(identity->cgroup, identities[i].cgroup, "cgroup");
			is_text(identity->user, "1001", "a captured user is a number");
		}
		process.start_ticks++;
		ok(pmm_identities_get(known, &process, PMM_IDENTITY_ALL, &identity) == -ESRCH,
		   "another start, another process");
		pmm_identities_close(known);
		pmm_root_close(root);
		tree_remove(&tree);
	}
}

int main(void)
{
	test_stat();
	test_stat_without_memory();
	test_status();
	test_scan();
	test_one();
	test_rates();
	test_growth();
	test_lost_estimate();
	test_identity();
	return done_testing();
}
