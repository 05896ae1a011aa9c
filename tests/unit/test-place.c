/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * place: where paths of a tree lead, links and ".." and all, that none leads out of it, and whose
 * directories and links are trusted (R02).
 */

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "fault.h"
#include "tap.h"
#include "tree.h"

static struct tree tree;
static struct pmm_root *root;

static const char *full_path(const char *path)
{
	static char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s/%s", tree.name, path);
	return full;
}

static void put_link(const char *path, const char *target)
{
	tree_check(!symlink(target, full_path(path)), path);
}

/* PLACE: NULL if there is none, for ERROR. */
static const struct {
	const char *path, *place, *followed;
	int error;
} cases[] = {
	{"/swap", "/swap", "/swap", 0},
	{"//swap", "/swap", "/swap", 0},
	{"/./swap", "/swap", "/swap", 0},
	{"/none", "/none", "/none", 0},
	{"/dir/none", "/dir/none", "/dir/none", 0},
	{"/dir/../swap", "/swap", "/swap", 0},
	{"/dir/sub/../../swap", "/swap", "/swap", 0},
	{"/../../../swap", "/swap", "/swap", 0},
	{"/dir/../../../etc/../swap", "/swap", "/swap", 0},
	{"/link", "/link", "/swap", 0},
	{"/absolute", "/absolute", "/swap", 0},
	{"/chain", "/chain", "/swap", 0},
	{"/dangling", "/dangling", "/dir/gone", 0},
	{"/outside", "/outside", "/swap", 0}, /* ../../../swap: the root has no parent */
	{"/to-dir/none", "/dir/none", "/dir/none", 0},
	{"/to-dir/inner", "/dir/inner", "/dir/inner", 0},
	{"/to-sub/../inner", "/dir/inner", "/dir/inner", 0}, /* not beside the link */
	{"/dir/up/swap", "/swap", "/swap", 0},
	{"/dir/up/dir/up/dir/up/swap", "/swap", "/swap", 0},
	{"/etc/../swap", "/swap", "/swap", 0},
	/* The name of a directory, or of nothing: */
	{"/", NULL, NULL, -EISDIR},
	{"//", NULL, NULL, -EISDIR},
	{"/.", NULL, NULL, -EISDIR},
	{"/..", NULL, NULL, -EISDIR},
	{"/dir/", NULL, NULL, -EISDIR},
	{"/dir/.", NULL, NULL, -EISDIR},
	{"/to-dir/", NULL, NULL, -EISDIR},
	{"/swap/", NULL, NULL, -ENOTDIR},
	{"/swap/.", NULL, NULL, -ENOTDIR},
	{"/link/", NULL, NULL, -ENOTDIR},
	{"/none/", NULL, NULL, -ENOENT},
	{"/none/swap", NULL, NULL, -ENOENT},
	{"/none/../swap", NULL, NULL, -ENOENT},
	{"/dangling/swap", NULL, NULL, -ENOENT},
	{"/swap/swap", NULL, NULL, -ENOTDIR},
	{"/swap/../swap", NULL, NULL, -ENOTDIR},
	{"/loop/swap", NULL, NULL, -ELOOP},
	{"/self/swap", NULL, NULL, -ELOOP},
	{"/self", "/self", NULL, -ELOOP},
	{"/loop", "/loop", NULL, -ELOOP},
};

static void check(size_t i, unsigned flags, const char *expected)
{
	const char *path = cases[i].path, *how = flags ? "followed" : "not followed";
	struct pmm_fault fault = {0};
	struct place place = {0};
	struct stat status;
	int r = place_open(root, path, flags, &place, &fault);

	if (!expected) {
		ok(r == cases[i].error && fault.error == r, "%s, %s: error %d", path, how, r);
		is_text(fault.object, path, "%s: the fault is of the path that was given", path);
		ok(fault.kind == (r == -ENOENT ? PMM_FAULT_NO_AREA : PMM_FAULT_FAILED) &&
			   fault.reason,
		   "%s: a kind, and a reason: %s", path, fault.reason);
		fault_clear(&fault);
		return;
	}
	if (!ok(r == 0, "%s, %s, leads somewhere", path, how)) {
		fault_clear(&fault);
		return;
	}
	is_text(place.path, expected, "%s, %s", path, how);
	is_text(place.name, strrchr(expected, '/') + 1, "%s: its name", path);
	/* The directory that is held is the one that the path says. */
	if (fstatat(place.directory_fd, place.name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
		struct stat named;

		tree_check(!lstat(full_path(expected), &named), expected);
		ok(named.st_ino == status.st_ino, "%s: what is held is there", path);
	}
	place_close(&place);
}

static void make_tree(void)
{
	tree = tree_make();
	tree_put_text(&tree, "proc/swaps", "Filename Type Size Used Priority\n");
	tree_put_text(&tree, "swap", "");
	tree_put_text(&tree, "dir/inner", "");
	tree_put_text(&tree, "dir/sub/x", "");
	tree_put_text(&tree, "etc/fstab", "");
	put_link("link", "swap");
	put_link("absolute", "/swap");
	put_link("chain", "dir/../absolute");
	put_link("dangling", "dir/gone");
	put_link("outside", "../../../swap");
	put_link("to-dir", "dir");
	put_link("to-sub", "dir/sub");
	put_link("dir/up", "..");
	put_link("loop", "loop2");
	put_link("loop2", "loop");
	put_link("self", "self");
	tree_check(pmm_root_open(tree.name, &root) == 0, "root");
}

static void test_paths(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		check(i, 0, cases[i].place);
		check(i, PLACE_FOLLOW, cases[i].followed);
	}
}

static void test_long(void)
{
	char path[2 * PATH_MAX] = "", name[NAME_MAX + 3] = "/";
	struct pmm_fault fault = {0};
	struct place place = {0};

	memset(name + 1, 'n', NAME_MAX);
	ok(place_open(root, name, 0, &place, &fault) == 0, "a name of 255 bytes is one");
	place_close(&place);
	memset(name + 1, 'n', NAME_MAX + 1);
	ok(place_open(root, name, 0, &place, &fault) == -ENAMETOOLONG, "one of 256 is none");
	fault_clear(&fault);
	/* Each directory is opened by itself, so that no path is too long. */
	for (size_t length = 0; length < PATH_MAX + 10; length = strlen(path))
		snprintf(path + length, sizeof(path) - length, "/dir/sub/../..");
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/swap");
	ok(place_open(root, path, 0, &place, &fault) == 0, "a path of more than 4096 bytes");
	is_text(place.path, "/swap", "leads where it leads");
	place_close(&place);
	fault_clear(&fault);
}

/* ---- whom is trusted ---- */

static int open_error(const char *path, unsigned flags, char reason[256], char fix[256])
{
	struct pmm_fault fault = {0};
	struct place place = {0};
	int r = place_open(root, path, flags, &place, &fault);

	snprintf(reason, 256, "%s", fault.reason ? fault.reason : "");
	snprintf(fix, 256, "%s", fault.fix ? fault.fix : "");
	if (r < 0)
		ok(fault.kind == PMM_FAULT_REFUSED, "%s: refused by a safety rule", path);
	fault_clear(&fault);
	place_close(&place);
	return r;
}

static void test_modes(void)
{
	static const struct {
		mode_t mode;
		int error;
	} modes[] = {
		{0755, 0},	{0700, 0},  {0775, -EPERM}, {0757, -EPERM},
		{0777, -EPERM}, {01777, 0}, {01775, 0},	    {02755, 0},
	};
	char reason[256], fix[256];

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		tree_check(!chmod(full_path("dir"), modes[i].mode), "chmod");
		ok(open_error("/dir/none", 0, reason, fix) == modes[i].error,
		   "a directory of mode %04o", (unsigned)modes[i].mode);
		ok(open_error("/dir/sub/x", 0, reason, fix) == modes[i].error,
		   "on the way, mode %04o", (unsigned)modes[i].mode);
		if (modes[i].error) {
			ok(strstr(reason, "dir can be written by others"), "why: %s", reason);
			ok(strstr(fix, "directory"), "and what mends it: %s", fix);
		}
		ok(open_error("/dir/none", PLACE_ANY_OWNER, reason, fix) == 0,
		   "who only looks may pass");
	}
	tree_check(!chmod(full_path("dir"), 0755), "chmod");
	tree_check(!chmod(full_path("swap"), 0666), "chmod");
	ok(open_error("/swap", 0, reason, fix) == 0,
	   "a file that others may write is in its place");
}

static void test_owners(void)
{
	enum { NOBODY = 65534 };
	char reason[256], fix[256];

	if (geteuid() != 0) /* only root can make what belongs to another */
		return;
	tree_check(!chown(full_path("dir"), NOBODY, NOBODY), "chown");
	ok(open_error("/dir/none", 0, reason, fix) == -EPERM, "a directory of another user");
	ok(strstr(reason, "dir belongs to user 65534"), "whose it is: %s", reason);
	ok(open_error("/to-dir/none", 0, reason, fix) == -EPERM, "and by a link of root's");
	ok(open_error("/dir/../swap", 0, reason, fix) == -EPERM, "even if it is left again");
	tree_check(!chown(full_path("dir"), 0, 0), "chown");
	tree_check(!lchown(full_path("to-dir"), NOBODY, NOBODY), "lchown");
	ok(open_error("/to-dir/none", 0, reason, fix) == -EPERM, "a link of another user");
	tree_check(!lchown(full_path("link"), NOBODY, NOBODY), "lchown");
	ok(open_error("/link", PLACE_FOLLOW, reason, fix) == -EPERM, "also as the last");
	tree_check(!lchown(full_path("link"), 0, 0), "lchown");
	tree_check(!chown(full_path("swap"), NOBODY, NOBODY), "chown");
	ok(open_error("/swap", 0, reason, fix) == 0,
	   "a file of another user cannot be turned aside: its directory is root's");
}

/* ---- what is there ---- */

static void test_files(void)
{
	static const struct {
		const char *path;
		int error;
		enum pmm_fault_kind kind;
	} files[] = {
		{"/swap", 0, PMM_FAULT_NONE},	       {"/none", -ENOENT, PMM_FAULT_NO_AREA},
		{"/link", -ELOOP, PMM_FAULT_REFUSED},  {"/dir", -EINVAL, PMM_FAULT_REFUSED},
		{"/fifo", -EINVAL, PMM_FAULT_REFUSED}, /* and does not wait for a writer */
	};

	tree_check(!mkfifo(full_path("fifo"), 0600), "mkfifo");
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct pmm_fault fault = {0};
		struct place place = {0};
		struct stat status;
		int fd = -1;

		tree_check(place_open(root, files[i].path, 0, &place, &fault) == 0, "place");
		ok(place_open_file(&place, &fd, &status, &fault) == files[i].error &&
			   fault.kind == files[i].kind,
		   "%s: error %d, kind %d", files[i].path, files[i].error, files[i].kind);
		if (fd >= 0)
			close(fd);
		fault_clear(&fault);
		place_close(&place);
	}
}

int main(void)
{
	umask(022);
	make_tree();
	test_paths();
	test_long();
	test_modes();
	test_owners();
	test_files();
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}
