/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * off against a kernel that is played: proc/swaps is a file of a tree made here, and a swapoff(2)
 * of our own rewrites it and returns, or does not. What became of the area must be told by that
 * file, whatever the call returned.
 */

#include "off.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "kernel-log.h"
#include "tap.h"
#include "tree.h"

#define HEADING "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define AREA	"/swap file 20480 10240 5\n"
#define EMPTIER "/swap file 20480 1024 5\n"

enum { DISCARD_ONCE = 0x10000 | 0x20000 };

static const uint64_t MS = 1000000;

static struct tree tree;
static struct pmm_root *root;

/* What the played call does. */
static struct play {
	const char *swaps, *vmstat, *meminfo, *log; /* NULL: it stays */
	int result;
	int signal;   /* it dies of it */
	int is_stuck; /* it does not return */
} play;

static int flags_of_swap_on;

/* Shared with the child in which it is played. */
static volatile int *has_played;

static int play_swap_off(int fd)
{
	(void)fd;
	if (play.swaps)
		tree_put_text(&tree, "proc/swaps", play.swaps);
	if (play.vmstat)
		tree_put_text(&tree, "proc/vmstat", play.vmstat);
	if (play.meminfo)
		tree_put_text(&tree, "proc/meminfo", play.meminfo);
	if (play.log)
		tree_put_text(&tree, "dev/kmsg", play.log);
	if (play.signal)
		kill(getpid(), play.signal);
	*has_played = 1;
	while (play.is_stuck)
		pause();
	return play.result;
}

static int play_swap_on(int fd, int flags)
{
	(void)fd;
	flags_of_swap_on = flags;
	return 0;
}

static const struct pmm_effects effects = {.swap_off = play_swap_off, .swap_on = play_swap_on};

static void put_machine(const char *swaps)
{
	tree_put_text(&tree, "proc/swaps", swaps);
	tree_put_text(&tree, "proc/meminfo",
		      "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\nSwapCached: 0 kB\n"
		      "SwapTotal: 20480 kB\nSwapFree: 10240 kB\n");
	tree_put_text(&tree, "proc/vmstat", "oom_kill 7\n");
	tree_put_text(&tree, "proc/uptime", "1.00 1.00\n");
	tree_put_text(&tree, "dev/kmsg", "");
}

static struct pmm_plan *plan_open(void)
{
	struct pmm_plan *plan;

	if (pmm_plan_open(root, &effects, &plan) < 0)
		exit(99);
	return plan;
}

static const struct pmm_off_wish plain = {.timeout_ns = PMM_ABSENT};

static int ask_interrupted(void *data)
{
	(void)data;
	return *has_played; /* in the step, and not while a file of the tree is half written */
}

static bool has(const char *text, const char *words)
{
	return text && strstr(text, words);
}

/* ---- what became of it ---- */

#define OFF  HEADING
#define HALF HEADING EMPTIER

static const struct {
	const char *story;
	struct play play;
	int interrupts;
	uint64_t timeout_ms; /* 0: none */
	enum pmm_fault_kind kind;
	int error;
	const char *words;
} ends[] = {
	{"it is off", {.swaps = OFF}, 0, 0, PMM_FAULT_NONE, 0, NULL},
	{"ENOMEM, and off", {.swaps = OFF, .result = -ENOMEM}, 0, 0, PMM_FAULT_NONE, 0, NULL},
	{"EINTR, and off", {.swaps = OFF, .result = -EINTR}, 0, 0, PMM_FAULT_NONE, 0, NULL},
	{"killed, and off", {.swaps = OFF, .signal = SIGKILL}, 0, 0, PMM_FAULT_NONE, 0, NULL},
	{"0, and active", {.swaps = HALF}, 0, 0, PMM_FAULT_FAILED, -EBUSY, "again"},
	{"ENOMEM", {.swaps = HALF, .result = -ENOMEM}, 0, 0, PMM_FAULT_FAILED, -ENOMEM, "1M left"},
	{"EIO", {.result = -EIO}, 0, 0, PMM_FAULT_FAILED, -EIO, "10M left"},
	{"EPERM", {.result = -EPERM}, 0, 0, PMM_FAULT_NO_PRIVILEGE, -EPERM, "CAP_SYS_ADMIN"},
	{"EINVAL", {.result = -EINVAL}, 0, 0, PMM_FAULT_FAILED, -EINVAL, "this is not it"},
	{"EINVAL, as another drains it",
	 {.result = -EINVAL, .meminfo = "SwapTotal: 10240 kB\n"},
	 0,
	 0,
	 PMM_FAULT_INTERRUPTED,
	 -EBUSY,
	 "already draining"},
	{"the OOM killer",
	 {.swaps = HALF, .signal = SIGKILL, .vmstat = "oom_kill 8\n"},
	 0,
	 0,
	 PMM_FAULT_FAILED,
	 -ENOMEM,
	 "killed by the OOM killer; it is active, with 1M left in it"},
	{"another's SIGKILL",
	 {.signal = SIGKILL},
	 0,
	 0,
	 PMM_FAULT_FAILED,
	 -EINTR,
	 "killed by a signal"},
	{"an interruption",
	 {.swaps = HALF, .is_stuck = 1},
	 1,
	 0,
	 PMM_FAULT_INTERRUPTED,
	 -EINTR,
	 "interrupted; it is active, with 1M left in it"},
	{"a timeout",
	 {.is_stuck = 1},
	 0,
	 20,
	 PMM_FAULT_INTERRUPTED,
	 -ETIMEDOUT,
	 "timed out; it is active, with 10M left in it"},
	{"an interruption too late", {.swaps = OFF, .is_stuck = 1}, 1, 0, PMM_FAULT_NONE, 0, NULL},
};

static void test_ends(void)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct pmm_watch watch = {.is_interrupted =
						  ends[i].interrupts ? ask_interrupted : NULL};
		struct pmm_off_wish wish = plain;
		struct pmm_plan *plan = plan_open();
		const struct pmm_fault *fault = pmm_plan_fault(plan);
		int r;

		put_machine(HEADING AREA);
		play = ends[i].play;
		*has_played = 0;
		if (ends[i].timeout_ms)
			wish.timeout_ns = ends[i].timeout_ms * MS;
		ok(pmm_plan_off(plan, "/swap", &wish) == 0, "%s: is planned", ends[i].story);
		r = pmm_plan_run(plan, &watch);
		ok(r == ends[i].error && fault->kind == ends[i].kind, "%s: error %d, kind %d",
		   ends[i].story, r, fault->kind);
		if (ends[i].words)
			ok(has(fault->reason, ends[i].words), "%s: %s", ends[i].story,
			   fault->reason);
		pmm_plan_close(plan);
	}
}

static void test_losses(void)
{
	struct pmm_plan *plan = plan_open();

	put_machine(HEADING AREA);
	play = (struct play){.swaps = OFF, .vmstat = "oom_kill 9\n"};
	play.log = "3,1,2,-;Read-error on swap-device (7:0:88)\n";
	pmm_plan_off(plan, "/swap", &plain);
	ok(pmm_plan_run(plan, NULL) == 0, "an area that could not be read goes off");
	ok(off_check_losses(plan, "/swapfile") == -EIO, "the steps to come can ask for it");
	ok(has(pmm_plan_warning_at(plan, 0), "OOM killer ended 2 processes"),
	   "who was killed for memory is counted");
	ok(has(pmm_plan_warning_at(plan, 1), "could not read"), "the user is told");
	pmm_plan_close(plan);

	plan = plan_open();
	ok(off_check_losses(plan, "/swapfile") == 0, "of another plan it is not so");
	pmm_plan_close(plan);
}

static void test_log(void)
{
	static const struct {
		const char *record;
		bool is_it;
	} cases[] = {
		{"3,9,5,-;Read-error on swap-device (254:0:16)\n", true},
		{"3,9,5,-,caller=T12;Read-error on swap-device (7:1:8)\n SUBSYSTEM=block\n", true},
		{"6,9,5,-;Adding 4k swap on /Read-error on swap-device\n", false},
		{"3,9,5,-;Write-error on swap-device (254:0:16)\n", false},
		{"3,9,5,-;Read-error on swap-", false},
		{"Read-error on swap-device", false},
		{";", false},
		{"", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(kernel_log_is_read_error(cases[i].record, strlen(cases[i].record)) ==
			   cases[i].is_it,
		   "'%s' is %sa read error", cases[i].record, cases[i].is_it ? "" : "no ");
}

/* ---- undo, and plans that are none ---- */

static int fail_step(struct pmm_plan *plan, void *subject)
{
	(void)plan, (void)subject;
	return -EIO;
}

static void test_undo(const char *fstab, const char *swaps, int flags, const char *story)
{
	static const struct step_call call = {fail_step, NULL};
	struct pmm_plan *plan = plan_open();

	put_machine(swaps);
	tree_put_text(&tree, "etc/fstab", fstab);
	play = (struct play){.swaps = OFF};
	flags_of_swap_on = -1;
	ok(pmm_plan_off(plan, "/swap", &plain) == 0 &&
		   plan_add(plan, &call, NULL, NULL, "fail") == 0 &&
		   pmm_plan_run(plan, NULL) == -EIO,
	   "%s: a later step fails", story);
	ok(flags_of_swap_on == flags, "%s: it is activated with the flags %#x", story,
	   (unsigned)flags_of_swap_on);
	ok(pmm_plan_step_at(plan, 0) && pmm_plan_step_at(plan, 0)->state == PMM_STEP_UNDONE,
	   "%s: which is told", story);
	pmm_plan_close(plan);
}

static void check_plan(const char *story, const char *path, const struct pmm_off_wish *wish,
		       enum pmm_fault_kind kind, int steps, const char *words)
{
	struct pmm_plan *plan = plan_open();
	const struct pmm_fault *fault = pmm_plan_fault(plan);
	const char *said;
	int count = 0;

	pmm_plan_off(plan, path, wish);
	while (pmm_plan_step_at(plan, (size_t)count))
		count++;
	said = fault->reason ? fault->reason : pmm_plan_warning_at(plan, 0);
	if (!said)
		said = pmm_plan_remark_at(plan, 0);
	ok(fault->kind == kind && count == steps, "%s: kind %d, %d steps", story, fault->kind,
	   count);
	ok(!words || has(said, words), "%s: %s", story, said ? said : "");
	pmm_plan_close(plan);
}

static void test_plans(void)
{
	struct pmm_off_wish wish = plain;

	put_machine(HEADING AREA);
	check_plan("an active area", "/swap", &plain, PMM_FAULT_NONE, 1, NULL);
	check_plan("a link to it", "/link", &plain, PMM_FAULT_NONE, 1, NULL);
	check_plan("a hard link", "/hard", &plain, PMM_FAULT_NONE, 1, NULL);
	check_plan("a file that is none", "/other", &plain, PMM_FAULT_NONE, 0, "is not active");
	check_plan("no file", "/none", &plain, PMM_FAULT_NO_AREA, 0, "no such file");
	check_plan("no directory", "/none/none", &plain, PMM_FAULT_NO_AREA, 0, NULL);
	check_plan("a directory", "/etc", &plain, PMM_FAULT_REFUSED, 0, "neither");
	put_machine(HEADING "/gone file 20480 10240 5\n");
	check_plan("an area of a tree without its file", "/gone", &plain, PMM_FAULT_NONE, 1, NULL);
	tree_put_text(&tree, "proc/meminfo", "SwapTotal: 10240 kB\n");
	put_machine(HEADING AREA);
	tree_put_text(&tree, "proc/meminfo", "MemTotal: 1024 kB\nSwapTotal: 10240 kB\n");
	check_plan("an area that is drained", "/swap", &plain, PMM_FAULT_INTERRUPTED, 0,
		   "already draining");
	put_machine(HEADING AREA "/other file 20480 5120 5\n");
	tree_put_text(&tree, "proc/meminfo",
		      "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\nSwapTotal: 25600 kB\n");
	check_plan("beside one that is drained", "/swap", &plain, PMM_FAULT_NONE, 1, NULL);
	put_machine(HEADING AREA);
	tree_put_text(&tree, "proc/meminfo",
		      "MemTotal: 1024000 kB\nMemAvailable: 73728 kB\nSwapTotal: 20480 kB\n");
	check_plan("too little memory", "/swap", &plain, PMM_FAULT_REFUSED, 0,
		   "2097152 bytes (2M) too much");
	wish.with_force = 1;
	check_plan("too little memory, by force", "/swap", &wish, PMM_FAULT_NONE, 1, "forced");
	put_machine(HEADING AREA "/other file 20480 0 5\n");
	tree_put_text(&tree, "proc/meminfo",
		      "MemTotal: 1024000 kB\nMemAvailable: 73728 kB\nSwapTotal: 40960 kB\n");
	wish = (struct pmm_off_wish){.timeout_ns = PMM_ABSENT, .with_read_ahead = 1};
	check_plan("no memory to read ahead into", "/swap", &wish, PMM_FAULT_NONE, 1,
		   "not read ahead");
	tree_put_text(&tree, "proc/meminfo", "MemTotal: 1 kB\nSwapTotal: many kB\n");
	tree_put_text(&tree, "proc/swaps", "spoilt\n");
	check_plan("a kernel that makes no sense", "/swap", &plain, PMM_FAULT_FAILED, 0,
		   "heading expected");
}

/* ---- progress ---- */

enum { STEPS = 5, STEP_KIB = 2048, PATIENCE = 6000 };

static uint64_t shown_bytes;
static unsigned *shows; /* which the child that drains sees, too */

/* As long as it takes until somebody has looked. */
static void wait_for_show(unsigned seen)
{
	for (int i = 0; __atomic_load_n(shows, __ATOMIC_RELAXED) == seen && i < PATIENCE; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static int drain_slowly(int fd)
{
	char swaps[sizeof(HEADING) + 64];

	(void)fd;
	for (int left = STEPS * STEP_KIB; left > 0; left -= STEP_KIB) {
		unsigned seen = __atomic_load_n(shows, __ATOMIC_RELAXED);

		snprintf(swaps, sizeof(swaps), HEADING "/swap file 20480 %d 5\n", left);
		tree_put_text(&tree, "proc/swaps", swaps);
		wait_for_show(seen);
	}
	tree_put_text(&tree, "proc/swaps", HEADING);
	return 0;
}

static void show(void *data, const struct pmm_progress *progress)
{
	bool is_less = progress->left_bytes <= shown_bytes;

	(void)data;
	if (!is_less || strcmp(progress->object, "/swap") || progress->is_reading_ahead)
		ok(false, "progress: %s, %ju left", progress->object,
		   (uintmax_t)progress->left_bytes);
	shown_bytes = progress->left_bytes;
	__atomic_add_fetch(shows, 1, __ATOMIC_RELAXED);
}

static void test_progress(void)
{
	const struct pmm_effects slow = {.swap_off = drain_slowly};
	const struct pmm_watch watch = {.progress = show};
	struct pmm_plan *plan;

	put_machine(HEADING AREA);
	shown_bytes = UINT64_MAX;
	shows = mmap(NULL, sizeof(*shows), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (shows == MAP_FAILED || pmm_plan_open(root, &slow, &plan) < 0)
		exit(99);
	ok(pmm_plan_off(plan, "/swap", &plain) == 0 && pmm_plan_run(plan, &watch) == 0,
	   "a slow area goes off");
	ok(*shows >= STEPS && shown_bytes < STEPS * STEP_KIB * 1024,
	   "progress is shown as it goes: %u times", *shows);
	munmap(shows, sizeof(*shows));
	pmm_plan_close(plan);
}

static void make_tree(void)
{
	char path[64], link_path[64];

	tree = tree_make();
	put_machine(HEADING AREA);
	tree_put_text(&tree, "etc/fstab", "");
	tree_put_text(&tree, "swap", "");
	tree_put_text(&tree, "other", "");
	snprintf(path, sizeof(path), "%s/swap", tree.name);
	snprintf(link_path, sizeof(link_path), "%s/hard", tree.name);
	tree_check(link(path, link_path) == 0, "link");
	snprintf(link_path, sizeof(link_path), "%s/link", tree.name);
	tree_check(symlink("swap", link_path) == 0, "symlink");
}

int main(void)
{
	has_played = mmap(NULL, sizeof(*has_played), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	tree_check(has_played != MAP_FAILED, "mmap");
	make_tree();
	if (!ok(pmm_root_open(tree.name, &root) == 0, "a tree opens"))
		return done_testing();
	test_ends();
	test_losses();
	test_log();
	test_undo("", HEADING AREA, SWAP_FLAG_PREFER | 5, "a priority");
	test_undo("", HEADING "/swap file 20480 10240 -2\n", 0, "the kernel's own priority");
	test_undo("/swap none swap sw,discard=once 0 0\n", HEADING AREA,
		  SWAP_FLAG_PREFER | DISCARD_ONCE | 5, "discard in fstab");
	test_plans();
	test_progress();
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
