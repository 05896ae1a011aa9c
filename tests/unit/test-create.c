/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * create and rm against a kernel that is played: in which order the calls come on each file system,
 * and what is left when any one of them fails. Which file system it is, a statfs(2) of our own
 * says; files and their blocks are real, and below the directory where the test runs.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "persist-tree.h"

#define HEADING "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

enum { MIB = 1 << 20, MOST_CALLS = 200 };

/* ---- what the kernel would say ---- */

static long file_system; /* its magic; 0: the true one */
static int flags_set;	 /* by set_flags() */

int fstatfs(int fd, struct statfs *ret_status)
{
	long r = syscall(SYS_fstatfs, fd, ret_status);

	if (r == 0 && file_system)
		ret_status->f_type = file_system;
	return (int)r;
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;
	long r;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	r = syscall(SYS_ioctl, fd, request, argument);
	if (request == FS_IOC_GETFLAGS && file_system == BTRFS_SUPER_MAGIC && r == 0)
		*(int *)argument = flags_set;
	return (int)r;
}

/* ---- effects that are noted, and of which one fails ---- */

static struct {
	char calls[512]; /* a letter each */
	int count, failing, error;
	int allocation_error; /* of fallocate, the first time */
	bool is_allocation_lasting;
	bool is_lasting; /* all calls after that one fail, too */
} play;

static int note(char letter)
{
	size_t length = strlen(play.calls);

	/* Zeros are written in many calls, which are one here. */
	if (!length || letter != 'w' || play.calls[length - 1] != 'w')
		snprintf(play.calls + length, sizeof(play.calls) - length, "%c", letter);
	play.count++;
	return play.count == play.failing || (play.is_lasting && play.count > play.failing)
		       ? play.error
		       : 0;
}

static int play_open_at(int directory_fd, const char *name, int flags, mode_t mode)
{
	int r = note('o');

	return r < 0 ? r : pmm_effects_live.open_at(directory_fd, name, flags, mode);
}

static int play_fallocate(int fd, int mode, uint64_t offset_bytes, uint64_t length_bytes)
{
	int r = note('f');

	if (r == 0 && play.allocation_error) {
		r = play.allocation_error;
		play.allocation_error = play.is_allocation_lasting ? r : 0;
	}
	return r < 0 ? r : pmm_effects_live.fallocate(fd, mode, offset_bytes, length_bytes);
}

static ssize_t play_write_at(int fd, const void *bytes, size_t length, uint64_t offset_bytes)
{
	int r = note('w');

	return r < 0 ? r : pmm_effects_live.write_at(fd, bytes, length, offset_bytes);
}

static int play_set_flags(int fd, int flags)
{
	struct stat status;
	int r = note('c');

	if (fstat(fd, &status) < 0 || status.st_size)
		return -EINVAL; /* btrfs would take it, and forget it */
	if (r == 0)
		flags_set = flags;
	return r;
}

static int play_pin(int fd)
{
	(void)fd;
	return note('p');
}

static int play_set_attribute(int fd, const char *name, const void *value, size_t length)
{
	static const char label[] = "system_u:object_r:swapfile_t:s0";

	(void)fd;
	if (strcmp(name, "security.selinux") || length != sizeof(label) ||
	    memcmp(value, label, length))
		return -EINVAL;
	return note('x');
}

static int play_sync(int fd)
{
	int r = note('s');

	return r < 0 ? r : pmm_effects_live.sync(fd);
}

static int play_link_at(int fd, int directory_fd, const char *name)
{
	int r = note('l');

	return r < 0 ? r : pmm_effects_live.link_at(fd, directory_fd, name);
}

static int play_unlink_at(int directory_fd, const char *name)
{
	int r = note('u');

	return r < 0 ? r : pmm_effects_live.unlink_at(directory_fd, name);
}

static int play_rename_at(int directory_fd, const char *from, const char *to)
{
	int r = note('r');

	return r < 0 ? r : pmm_effects_live.rename_at(directory_fd, from, to);
}

static int play_change(int fd, mode_t mode)
{
	int r = note('m');

	return r < 0 ? r : pmm_effects_live.change_mode(fd, mode);
}

static int play_owner(int fd, uid_t uid, gid_t gid)
{
	int r = note('m');

	return r < 0 ? r : pmm_effects_live.change_owner(fd, uid, gid);
}

static int play_swap_on(int fd, int flags)
{
	int r = note('+');

	(void)fd, (void)flags;
	if (r == 0)
		tree_put_text(&tree, "proc/swaps", HEADING "/swap file 5116 0 -2\n");
	return r;
}

/* In a child: what it notes is lost, but not what it writes. */
static int play_swap_off(int fd)
{
	(void)fd;
	tree_put_text(&tree, "proc/swaps", HEADING);
	return 0;
}

static const struct pmm_effects effects = {
	.open_at = play_open_at,
	.fallocate = play_fallocate,
	.write_at = play_write_at,
	.set_flags = play_set_flags,
	.pin = play_pin,
	.change_owner = play_owner,
	.change_mode = play_change,
	.set_attribute = play_set_attribute,
	.sync = play_sync,
	.link_at = play_link_at,
	.rename_at = play_rename_at,
	.unlink_at = play_unlink_at,
	.swap_on = play_swap_on,
	.swap_off = play_swap_off,
};

/* ---- one run ---- */

static void begin(void)
{
	memset(&play, 0, sizeof(play));
	flags_set = 0;
	unlink(full_path("swap"));
	tree_put_text(&tree, "proc/swaps", HEADING);
	put_fstab("# c\n");
}

static struct result end_run(struct pmm_plan *plan, int r)
{
	struct result result = {0};

	result.r = r == 0 ? pmm_plan_run(plan, NULL) : r;
	result.is_changed = pmm_plan_has_changed(plan);
	take_words(plan, &result);
	pmm_plan_close(plan);
	return result;
}

static struct result create(const struct pmm_create_wish *wish)
{
	struct pmm_plan *plan;

	tree_check(pmm_plan_open(root, &effects, &plan) == 0, "plan");
	return end_run(plan, pmm_plan_create(plan, "/swap", wish));
}

static struct result remove_it(int with_scrub)
{
	const struct pmm_remove_wish wish = {
		.with_scrub = with_scrub,
		.off.timeout_ns = PMM_ABSENT,
	};
	struct pmm_plan *plan;

	tree_check(pmm_plan_open(root, &effects, &plan) == 0, "plan");
	return end_run(plan, pmm_plan_remove(plan, "/swap", &wish));
}

static bool is_there(void)
{
	return access(full_path("swap"), F_OK) == 0;
}

static bool is_there_beside(void)
{
	return access(full_path(".swap.swapctl-old"), F_OK) == 0 ||
	       access(full_path(".swap.swapctl-new"), F_OK) == 0;
}

static bool is_active(void)
{
	size_t length;
	char *text = get_text("proc/swaps", &length);
	bool is = text && strstr(text, "/swap");

	free(text);
	return is;
}

static uint64_t size_there(void)
{
	struct stat status;

	return stat(full_path("swap"), &status) < 0 ? 0 : (uint64_t)status.st_size;
}

/* ---- in which order ---- */

static const struct pmm_create_wish PLAIN_CREATE = {
	.size_bytes = 5 * MIB,
	.priority = PMM_NO_PRIORITY,
};

static const struct {
	const char *story;
	long file_system;
	int allocation_error;
	bool is_allocation_lasting, with_zeros, with_selinux, without_activation;
	const char *calls;
	uint64_t size_bytes;
} orders[] = {
	/* space, header, disk, name, its directory, active */
	{.story = "ext4", .file_system = EXT4_SUPER_MAGIC, .calls = "ofwslos+"},
	{.story = "xfs", .file_system = XFS_SUPER_MAGIC, .calls = "ofwslos+"},
	{.story = "btrfs: NOCOW before it has a size",
	 .file_system = BTRFS_SUPER_MAGIC,
	 .calls = "ocfwslos+"},
	{.story = "f2fs: pinned, and then of whole sections",
	 .file_system = F2FS_SUPER_MAGIC,
	 .calls = "opfwslos+",
	 .size_bytes = 4 * MIB},
	{.story = "fallocate is not there: zeros",
	 .file_system = EXT4_SUPER_MAGIC,
	 .allocation_error = -EOPNOTSUPP,
	 .is_allocation_lasting = true,
	 .calls = "ofwslos+"},
	{.story = "fallocate is interrupted",
	 .file_system = EXT4_SUPER_MAGIC,
	 .allocation_error = -EINTR,
	 .calls = "offwslos+"},
	{.story = "zeros are wished",
	 .file_system = EXT4_SUPER_MAGIC,
	 .with_zeros = true,
	 .calls = "owslos+"},
	{.story = "SELinux: labelled before it has a name",
	 .file_system = EXT4_SUPER_MAGIC,
	 .with_selinux = true,
	 .calls = "ofwxslos+"},
	{.story = "not activated",
	 .file_system = EXT4_SUPER_MAGIC,
	 .without_activation = true,
	 .calls = "ofwslos"},
};

static void test_orders(void)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		const char *story = orders[i].story;
		struct pmm_create_wish wish = PLAIN_CREATE;
		struct result result;

		begin();
		file_system = orders[i].file_system;
		play.allocation_error = orders[i].allocation_error;
		play.is_allocation_lasting = orders[i].is_allocation_lasting;
		wish.with_zeros = orders[i].with_zeros;
		wish.without_activation = orders[i].without_activation;
		if (orders[i].with_selinux)
			tree_put_text(&tree, "sys/fs/selinux/enforce", "1");
		result = create(&wish);
		ok(result.r == 0, "%s: it is made", story);
		is_text(play.calls, orders[i].calls, "%s: the calls", story);
		is_u64(size_there(), orders[i].size_bytes ? orders[i].size_bytes : wish.size_bytes,
		       "%s: the size", story);
		if (orders[i].file_system == BTRFS_SUPER_MAGIC)
			ok(flags_set & FS_NOCOW_FL, "%s", story);
		ok(is_active() == !orders[i].without_activation, "%s: active or not", story);
		/* The same again: nothing is called, whatever the size was rounded to. */
		play.calls[0] = '\0';
		result = create(&wish);
		ok(result.r == 0 && !result.is_changed, "%s, again: %s", story, result.words);
		is_text(play.calls, "", "%s, again: no call", story);
		if (orders[i].with_selinux)
			tree_check(!unlink(full_path("sys/fs/selinux/enforce")), "enforce");
	}
}

/* ---- what is left when a call fails ---- */

static unsigned fail_each(const char *story, const struct pmm_create_wish *wish, int error)
{
	unsigned faults = 0, good = 0;

	for (int i = 1; i < MOST_CALLS; i++) {
		struct result result;

		begin();
		play.failing = i;
		play.error = error;
		result = create(wish);
		if (play.count < i)
			break;
		faults++;
		if (result.r < 0 && result.kind != PMM_FAULT_NONE && !result.is_changed &&
		    !is_there() && !is_active() && fstab_is_bytes("# c\n", 4) && count_names() == 1)
			good++;
		else
			printf("# %s, call %d '%s': %s\n", story, i, play.calls, result.words);
	}
	is_u64(good, faults, "%s: after each of %u faults nothing is there", story, faults);
	return faults;
}

static void test_faults(void)
{
	struct pmm_create_wish wish = PLAIN_CREATE;

	file_system = BTRFS_SUPER_MAGIC;
	ok(fail_each("create", &wish, -EIO) >= 9, "all calls were failed in turn");
	wish.with_persist = true;
	ok(fail_each("create --persist", &wish, -ENOSPC) >= 15, "those of fstab, too");
	file_system = F2FS_SUPER_MAGIC;
	wish.with_zeros = true;
	ok(fail_each("create --zero on f2fs", &wish, -EDQUOT) >= 15, "and those of zeros");
}

/* When nothing can be undone any more, that is said. */
static void test_lasting_faults(void)
{
	struct pmm_create_wish wish = PLAIN_CREATE;
	unsigned faults = 0, true_words = 0, left = 0;

	file_system = EXT4_SUPER_MAGIC;
	wish.with_persist = true;
	for (int i = 1; i < MOST_CALLS; i++) {
		struct result result;

		begin();
		play.failing = i;
		play.error = -EIO;
		play.is_lasting = true;
		result = create(&wish);
		if (play.count < i)
			break;
		faults++;
		left += is_there();
		true_words += (result.kind == PMM_FAULT_LEFT) == is_there() &&
			      result.is_changed == is_there();
	}
	is_u64(true_words, faults, "what is left after lasting faults is told as left");
	ok(left >= 5, "%u times something is left", left);
}

static void test_refusals(void)
{
	struct pmm_create_wish wish = PLAIN_CREATE;
	struct result result;

	file_system = EXT4_SUPER_MAGIC;
	begin();
	play.failing = 5;
	play.error = -EEXIST;
	result = create(&wish);
	ok(result.kind == PMM_FAULT_REFUSED && tells(&result, "has appeared meanwhile"),
	   "a name that was taken meanwhile is not taken");
	begin();
	play.failing = 1;
	play.error = -EOPNOTSUPP;
	result = create(&wish);
	ok(result.kind == PMM_FAULT_REFUSED && tells(&result, "O_TMPFILE"),
	   "no file without a name: none is made");
	begin();
	wish.size_bytes = 4096;
	result = create(&wish);
	ok(tells(&result, "too small") && !*play.calls, "what is too small is not begun");
	wish.size_bytes = 5 * MIB;
	wish.label = "sixteen bytes...";
	result = create(&wish);
	ok(tells(&result, "16 bytes") && !*play.calls, "nor what has too long a label");
	wish.label = NULL;
	for (size_t i = 0; i < 3; i++) {
		static const long never[] = {TMPFS_MAGIC, MSDOS_SUPER_MAGIC, NFS_SUPER_MAGIC};

		file_system = never[i];
		result = create(&wish);
		ok(result.kind == PMM_FAULT_REFUSED && tells(&result, "cannot hold swap") &&
			   !*play.calls,
		   "file system %#lx is refused before anything is made", (unsigned long)never[i]);
	}
}

/* ---- what is replaced, or removed ---- */

static void make_area(bool with_persist)
{
	struct pmm_create_wish wish = PLAIN_CREATE;

	file_system = EXT4_SUPER_MAGIC;
	wish.with_persist = with_persist;
	wish.size_bytes = 64 * 1024;
	begin();
	tree_check(create(&wish).r == 0, "create");
}

static ino_t inode_there(void)
{
	struct stat status;

	return stat(full_path("swap"), &status) < 0 ? 0 : status.st_ino;
}

/* Up to the moment when the old one is unlinked, which is the last, it can be had back. */
static void test_replacement(void)
{
	struct pmm_create_wish wish = PLAIN_CREATE;
	struct result result;
	unsigned faults = 0;

	wish.with_replace = true;
	for (int i = 1; i < MOST_CALLS; i++) {
		ino_t old;

		make_area(false);
		old = inode_there();
		memset(&play, 0, sizeof(play));
		play.failing = i;
		play.error = -EIO;
		result = create(&wish);
		if (result.r == 0)
			break;
		faults++;
		ok(result.kind == PMM_FAULT_FAILED && inode_there() == old && is_active() &&
			   !is_there_beside(),
		   "--replace, call %d '%s' fails: the old one is there: %s", i, play.calls,
		   result.words);
	}
	ok(faults >= 10, "%u calls of create --replace were failed in turn", faults);
}

/* Up to the moment when it is unlinked, which is the last, all can be undone. */
static void test_removal(void)
{
	static const char before[] = "# c\n/swap none swap sw,nofail 0 0\n";
	struct result result;
	unsigned faults = 0;

	make_area(true);
	fstab_is(before, "it is in fstab");
	for (int i = 1; i < MOST_CALLS; i++) {
		memset(&play, 0, sizeof(play));
		play.failing = i;
		play.error = -EIO;
		result = remove_it(false);
		if (!is_there())
			break;
		faults++;
		ok(result.kind == PMM_FAULT_FAILED && !result.is_changed && is_active() &&
			   fstab_is_bytes(before, strlen(before)),
		   "rm, call %d '%s' fails: all is as before: %s", i, play.calls, result.words);
	}
	ok(faults >= 8, "%u calls of rm were failed in turn", faults);
	ok(result.r == 0 && !is_active() && tells(&result, "could not be brought to disk"),
	   "what fails after that is told");
	fstab_is("# c\n", "and its line does not come back without it");
	make_area(true);
	result = remove_it(false);
	ok(result.r == 0 && result.is_changed && !is_there() && !is_active(), "rm without a fault");
	fstab_is("# c\n", "fstab is as it was before create");
	result = remove_it(false);
	ok(result.r == 0 && !result.is_changed, "what is gone is gone: %s", result.words);
}

static void test_scrub(void)
{
	char bytes[60 * 1024];
	struct result result;
	int fd;

	make_area(false);
	fd = open(full_path("swap"), O_RDWR | O_CLOEXEC);
	memset(bytes, 'x', sizeof(bytes));
	tree_check(pwrite(fd, bytes, sizeof(bytes), 4096) == sizeof(bytes), "pwrite");
	result = remove_it(true);
	ok(result.r == 0 && !is_there(), "rm --scrub: %s", result.words);
	tree_check(pread(fd, bytes, sizeof(bytes), 4096) == sizeof(bytes), "pread");
	close(fd);
	ok(!bytes[0] && !memcmp(bytes, bytes + 1, sizeof(bytes) - 1),
	   "no byte behind the header is left in its blocks");
}

int main(void)
{
	umask(077);
	make_tree();
	tree_put_text(&tree, "proc/meminfo", "MemTotal: 1024000 kB\nMemAvailable: 512000 kB\n");
	tree_put_text(&tree, "proc/uptime", "1.00 1.00\n");
	tree_put_page_bytes(&tree, 4096);
	test_orders();
	test_faults();
	test_lasting_faults();
	test_refusals();
	test_replacement();
	test_removal();
	test_scrub();
	return end_tree();
}
