/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * fstab-file: the file that is fstab, when it is no plain one (R06), when others change it at the
 * same time, when a call fails or the power is cut off at any of them (R04, R07), and undone. Live
 * effects on a tree made here, with one that is spoiled. What only root may do is in the bats file.
 */

#include <errno.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "persist-tree.h"
#include "spoiled-effects.h"

#define OLD  "# fstab\r\n/dev/a / ext4 rw 0 1\n"
#define LINE "/swapfile none swap sw,nofail 0 0\n"
#define NEW  OLD LINE

/* ---- odd files ---- */

static void is_refused(const char *words, const char *story)
{
	struct result result = persist("/swapfile", &PLAIN);

	ok(result.r < 0 && result.kind == PMM_FAULT_REFUSED && !result.is_changed &&
		   tells(&result, words),
	   "%s is refused", story);
	is_u64(count_names(), 1, "%s: nothing is left beside it", story);
}

static void test_odd_files(void)
{
	char *path = strdup(full_path("etc/fstab"));
	struct stat status;
	char target[16] = "";

	put_fstab(OLD);
	tree_check(!link(path, full_path("other")), "link");
	is_refused("more than one name", "a hard link");
	fstab_is(OLD, "a hard link: it is as it was");
	unlink(full_path("other"));
	unlink(path);
	tree_check(!mkfifo(path, 0600), "mkfifo");
	is_refused("no regular file", "a FIFO, without waiting for a writer,");
	unlink(path);
	tree_check(!mkdir(path, 0700), "mkdir");
	is_refused("no regular file", "a directory");
	rmdir(path);
	tree_check(!symlink("/loop", path) && !symlink("etc/fstab", full_path("loop")), "symlink");
	ok(persist("/swapfile", &PLAIN).r == -ELOOP, "a link to itself fails");
	unlink(path);
	tree_put_text(&tree, "real/tab", OLD);
	tree_check(!symlink("../real/tab", path), "symlink");
	ok(persist("/swapfile", &PLAIN).r == 0, "a link is followed");
	fstab_is(NEW, "and the file that it leads to is changed");
	ok(readlink(path, target, sizeof(target) - 1) > 0 && !strcmp(target, "../real/tab"),
	   "while the link stays a link");
	unlink(path);
	put_fstab(OLD);
	tree_check(!chmod(path, 0444), "chmod");
	ok(persist("/swapfile", &PLAIN).r == 0, "a file that nobody may write is replaced");
	ok(!stat(path, &status) && (status.st_mode & 07777) == 0444, "and has the same mode");
	tree_check(!unlink(path) && !chmod(full_path("etc"), 0777), "chmod");
	ok(persist("/swapfile", &PLAIN).kind == PMM_FAULT_REFUSED,
	   "a directory that everybody may write is refused");
	tree_check(!chmod(full_path("etc"), 0755), "chmod");
	free(path);
}

/* An ACL as the kernel wants it: acl(5), linux/posix_acl_xattr.h. */
static const unsigned char ACL[] = {
	2,  0, 0, 0,			     /* version */
	1,  0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* user::rw- */
	2,  0, 4, 0, 7,	   0,	 0,    0,    /* user:7:r-- */
	4,  0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* group::r-- */
	16, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, /* mask::r-- */
	32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, /* other::--- */
};

static void test_attributes(void)
{
	char *path = strdup(full_path("etc/fstab"));
	char *directory = strdup(full_path("etc"));
	char value[128];
	struct stat status;

	put_fstab(OLD);
	tree_check(!chmod(path, 0640), "chmod");
	if (setxattr(path, "user.note", "keep me", 7, 0) < 0 ||
	    setxattr(path, "system.posix_acl_access", ACL, sizeof(ACL), 0) < 0) {
		ok(errno == EOPNOTSUPP, "this file system keeps no attributes # skip");
		free(path);
		free(directory);
		return;
	}
	ok(persist("/swapfile", &PLAIN).r == 0, "a file with attributes is replaced");
	ok(getxattr(path, "user.note", value, sizeof(value)) == 7 && !memcmp(value, "keep me", 7),
	   "its attributes are kept");
	ok(getxattr(path, "system.posix_acl_access", value, sizeof(value)) == sizeof(ACL) &&
		   !memcmp(value, ACL, sizeof(ACL)),
	   "and its ACL");
	ok(!stat(path, &status) && (status.st_mode & 07777) == 0640, "and its mode");
	/* A default ACL of the directory would come to the new file. */
	tree_check(!removexattr(path, "system.posix_acl_access") && !chmod(path, 0604) &&
			   !setxattr(directory, "system.posix_acl_default", ACL, sizeof(ACL), 0),
		   "ACL");
	ok(unpersist("/swapfile").r == 0, "in a directory with a default ACL, too");
	ok(getxattr(path, "system.posix_acl_access", value, sizeof(value)) < 0,
	   "it gets no ACL that it did not have");
	ok(!stat(path, &status) && (status.st_mode & 07777) == 0604, "and keeps its mode");
	removexattr(directory, "system.posix_acl_default");
	free(path);
	free(directory);
}

/* What only root may set. */
static void test_owner(void)
{
	static const char label[] = "system_u:object_r:etc_t:s0", sum[] = "\1of the old content";
	char *path = strdup(full_path("etc/fstab"));
	char value[64] = "";
	struct stat status;

	put_fstab(OLD);
	if (geteuid() == 0 && !chown(path, 0, 8) && !chmod(path, 0644) &&
	    !setxattr(path, "security.selinux", label, sizeof(label), 0) &&
	    !setxattr(path, "security.ima", sum, sizeof(sum), 0)) {
		ok(persist("/swapfile", &PLAIN).r == 0, "a file of another group is replaced");
		ok(!stat(path, &status) && status.st_uid == 0 && status.st_gid == 8,
		   "and is still that group's");
		ok(getxattr(path, "security.selinux", value, sizeof(value)) == sizeof(label) &&
			   !memcmp(value, label, sizeof(label)),
		   "its SELinux label is kept");
		ok(getxattr(path, "security.ima", value, sizeof(value)) < 0,
		   "a sum over the old content is not");
	} else {
		ok(true, "owner and label # skip needs root, and a file system that keeps labels");
	}
	unlink(path);
	free(path);
}

/* ---- a matrix of operations and states ---- */

static const struct state {
	const char *story, *path;
	bool is_removal;
	const char *old, *new; /* NULL: no file */
	bool without_tmpfile, with_leftover;
} states[] = {
	{"persist", "/swapfile", false, OLD, NEW, false, false},
	{"persist without O_TMPFILE", "/swapfile", false, OLD, NEW, true, false},
	{"persist where no fstab is", "/swapfile", false, NULL, LINE, false, false},
	{"persist where neither is", "/swapfile", false, NULL, LINE, true, false},
	{"unpersist", "/swapfile", true, NEW, OLD, false, false},
	{"unpersist without O_TMPFILE", "/swapfile", true, NEW, OLD, true, false},
	{"persist after a kill", "/swapfile", false, OLD, NEW, false, true},
};

static const char LEFTOVER[] = "etc/.swapctl-fstab-0123456789abcdef";

static void put_state(const struct state *state)
{
	unlink(full_path("etc/fstab"));
	if (state->old) {
		put_fstab(state->old);
		setxattr(full_path("etc/fstab"), "user.note", "keep me", 7, 0);
	}
	if (state->with_leftover)
		tree_put_text(&tree, LEFTOVER, "half");
}

static struct result run_state(const struct state *state)
{
	world.calls = 0;
	memset(world.log, 0, sizeof(world.log));
	world.without_tmpfile = state->without_tmpfile;
	return run_plan(&spoiled, state->path, state->is_removal ? NULL : &PLAIN, NULL);
}

static bool has_text(const char *text)
{
	if (!text)
		return access(full_path("etc/fstab"), F_OK) < 0;
	return fstab_is_bytes(text, strlen(text));
}

/* The same command again, with nothing in its way, ends well and leaves nothing. */
static bool rerun_is_good(const struct state *state)
{
	struct result result;

	world.spoil = SPOIL_NOTHING;
	result = run_state(state);
	return result.r == 0 && has_text(state->new) && count_names() == 1;
}

static int count_calls(const struct state *state)
{
	put_state(state);
	world.spoil = SPOIL_NOTHING;
	ok(rerun_is_good(state), "%s: goes well", state->story);
	return world.calls;
}

/* A run that reports an error has undone what it did, and says what failed. */
static bool fault_holds(const struct state *state, int at, int error)
{
	struct result result;
	bool is_good;

	put_state(state);
	world.spoil = SPOIL_FAIL;
	world.at = at;
	world.error = error;
	result = run_state(state);
	if (result.r == 0)
		is_good = has_text(state->new);
	else
		is_good = has_text(state->old) && result.kind != PMM_FAULT_NONE &&
			  result.kind != PMM_FAULT_LEFT && !strstr(result.words, "Success") &&
			  !strstr(result.words, ":  (") && strstr(result.words, "fstab");
	/* Only what could not be cleaned may lie there still. */
	is_good = is_good && (count_names() <= 1 || state->with_leftover);
	if (!is_good)
		printf("# %s, call %d, error %d: %d, %s\n", state->story, at, error, result.r,
		       result.words);
	return rerun_is_good(state) && is_good;
}

static void test_faults(void)
{
	static const int errors[] = {-EIO,   -ENOSPC, -EPERM,  -EROFS,
				     -EINTR, -EBUSY,  -ENOMEM, -EEXIST};
	size_t tried = 0, good = 0;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		int calls = count_calls(&states[i]);

		for (size_t k = 0; k < sizeof(errors) / sizeof(*errors); k++)
			for (int at = 0; at < calls; at++) {
				tried++;
				good += fault_holds(&states[i], at, errors[k]);
			}
	}
	is_u64(good, tried, "%zu faults: each leaves the old text or the new, whole", tried);
	is_u64(world.hits, (1U << CALLS) - 1, "and every effect was hit");
}

/*
 * A power cut needs the content on disk before the name, and the name before the success. Another's
 * attributes are there before others see the file.
 */
static void test_order(void)
{
	static const struct {
		size_t state;
		const char *log;
	} cases[] = {
		{0, "OWUMASLROS"}, /* without a name, then link and rename */
		{1, "OOWUMASROS"}, /* by another name */
		{2, "OWMSLOS"},	   /* link never replaces what has come meanwhile */
		{3, "OOWMSROS"},   {6, "XOWUMASLROS"},
	};
	char expected[sizeof(world.log)];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct state *state = &states[cases[i].state];
		char *attribute;

		put_state(state);
		snprintf(expected, sizeof(expected), "%s", cases[i].log);
		attribute = strchr(expected, 'A');
		if (attribute && getxattr(full_path("etc/fstab"), "user.note", NULL, 0) < 0)
			memmove(attribute, attribute + 1, strlen(attribute));
		run_state(state);
		is_text(world.log, expected, "%s: what comes before what", state->story);
	}
	ok(!world.is_open_to_others, "a new file is new, and for its owner alone");
}

/* ---- killed ---- */

static bool kill_holds(const struct state *state, int at)
{
	pid_t child;
	bool is_good;
	int status;

	put_state(state);
	world.spoil = SPOIL_KILL;
	world.at = at;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		run_state(state);
		_exit(0);
	}
	waitpid(child, &status, 0);
	is_good = WIFEXITED(status) && WEXITSTATUS(status) == 9 &&
		  (has_text(state->old) || has_text(state->new));
	if (!is_good)
		printf("# %s, killed before call %d\n", state->story, at);
	return rerun_is_good(state) && is_good;
}

static void test_kills(void)
{
	size_t tried = 0, good = 0;

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		for (int at = 0, calls = count_calls(&states[i]); at < calls; at++) {
			tried++;
			good += kill_holds(&states[i], at);
		}
	is_u64(good, tried, "%zu kills: each leaves the old text or the new, whole", tried);
}

/* ---- what lies beside it ---- */

static void test_leftovers(void)
{
	struct result result;
	int fd;

	put_fstab(NEW);
	tree_put_text(&tree, LEFTOVER, "half");
	tree_put_text(&tree, "etc/.swapctl-fstab-0123456789abcdeg", "no number");
	tree_put_text(&tree, "etc/.swapctl-fstab-0123456789abcdef~", "too long");
	tree_check(!symlink("/swapfile", full_path("etc/.swapctl-fstab-00000000000000aa")), "link");
	result = persist("/swapfile", &PLAIN);
	ok(result.r == 0 && result.is_changed && tells(&result, "what a killed run left"),
	   "a rerun with nothing else to do removes what was left");
	is_u64(count_names(), 4, "but nothing that only looks like it");
	unlink(full_path("etc/.swapctl-fstab-0123456789abcdeg"));
	unlink(full_path("etc/.swapctl-fstab-0123456789abcdef~"));
	unlink(full_path("etc/.swapctl-fstab-00000000000000aa"));
	tree_put_text(&tree, LEFTOVER, "in work");
	fd = open(full_path(LEFTOVER), O_RDONLY | O_CLOEXEC);
	tree_check(fd >= 0 && !flock(fd, LOCK_EX), "flock");
	result = persist("/swapfile", &PLAIN);
	ok(result.r == 0 && !result.is_changed && count_names() == 2,
	   "nor what another run is still at");
	close(fd);
	unlink(full_path(LEFTOVER));
}

/* ---- others at the same file ---- */

static void test_others(void)
{
	struct result result;

	world.spoil = SPOIL_APPEND;
	world.at = 1;
	put_fstab(OLD);
	result = run_state(&states[0]);
	ok(result.r == 0, "a line that another adds meanwhile is no fault");
	fstab_is(OLD "other\n" LINE, "and is kept");
	world.spoil = SPOIL_REPLACE;
	put_fstab(OLD);
	result = run_state(&states[0]);
	ok(result.r == 0, "nor is another file in its place");
	fstab_is("other\n" LINE, "and that is what is changed");
	world.spoil = SPOIL_REMOVE;
	put_fstab(OLD);
	result = run_state(&states[0]);
	ok(result.r == 0, "nor none at all");
	fstab_is(LINE, "then there is a new one");
	world.spoil = SPOIL_APPEND;
	unlink(full_path("etc/fstab"));
	result = run_state(&states[2]);
	ok(result.r == 0, "nor one that was not there before");
	fstab_is("other\n" LINE, "and is not overwritten");
	world.at = 4; /* the link */
	unlink(full_path("etc/fstab"));
	result = run_state(&states[2]);
	ok(result.r == 0, "not even in the last moment");
	fstab_is("other\n" LINE, "link does not replace it");
	world.at = 7; /* when it is in its place already */
	put_fstab(OLD);
	result = run_state(&states[0]);
	ok(result.r == -EBUSY && result.kind == PMM_FAULT_LEFT, "a change right after is told");
	fstab_is(NEW "other\n", "and stays");
	world.at = -1;
	put_fstab(OLD);
	result = run_state(&states[0]);
	ok(result.r == -EAGAIN && result.kind == PMM_FAULT_FAILED && tells(&result, "all the time"),
	   "one that changes whenever we are ready is left alone");
	is_u64(count_names(), 1, "and nothing is left beside it");
	world.spoil = SPOIL_NOTHING;
}

/* ---- short writes ---- */

static void test_short_writes(void)
{
	world.most_bytes = 7;
	put_fstab(OLD);
	ok(run_state(&states[0]).r == 0, "writes that take 7 bytes at a time");
	fstab_is(NEW, "write it all");
	world.most_bytes = 0;
}

/* ---- undone ---- */

static int fail_later(struct pmm_plan *plan, void *subject)
{
	(void)plan, (void)subject;
	if (world.spoil == SPOIL_APPEND)
		change_by_other();
	return -EIO;
}

static int add_failure(struct pmm_plan *plan)
{
	static const struct step_call call = {fail_later, NULL};

	return plan_add(plan, &call, NULL, NULL, "fail");
}

static void test_undo(void)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		const struct state *state = &states[i];
		struct result result;

		put_state(state);
		result = run_plan(&pmm_effects_live, state->path, state->is_removal ? NULL : &PLAIN,
				  add_failure);
		ok(result.r == -EIO && result.kind == PMM_FAULT_FAILED && has_text(state->old),
		   "%s: undone when a later step fails", state->story);
		ok(count_names() == (state->old != NULL), "%s: without a rest", state->story);
	}
	put_fstab(OLD);
	world.spoil = SPOIL_APPEND;
	ok(run_plan(&pmm_effects_live, "/swapfile", &PLAIN, add_failure).kind == PMM_FAULT_LEFT,
	   "what another has changed since is not undone, but told");
	fstab_is(NEW "other\n", "and stays");
	world.spoil = SPOIL_NOTHING;
}

int main(void)
{
	umask(077);
	make_tree();
	put_area("swapfile", NULL, NULL);
	test_odd_files();
	put_fstab(OLD);
	test_attributes();
	test_owner();
	test_order();
	test_faults();
	test_kills();
	test_leftovers();
	test_others();
	test_short_writes();
	test_undo();
	return end_tree();
}
