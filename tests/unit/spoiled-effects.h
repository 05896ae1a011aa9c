/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_SPOILED_EFFECTS_H
#define TESTS_SPOILED_EFFECTS_H

/*
 * The live effects, of which one call is spoiled: it fails, or the process ends before it, or
 * another process changes fstab before it. They keep a log of what was called.
 */

#include "persist-tree.h"

enum spoil {
	SPOIL_NOTHING,
	SPOIL_FAIL,   /* with an error */
	SPOIL_KILL,   /* the process ends before it */
	SPOIL_APPEND, /* another process adds a line before it */
	SPOIL_REPLACE,
	SPOIL_REMOVE,
};

static struct {
	enum spoil spoil;
	int at;		      /* the number of the call that is spoiled; -1: every sync */
	int error;	      /* it gives; -Exxx */
	bool without_tmpfile; /* the file system knows no O_TMPFILE */
	size_t most_bytes;    /* of a write; 0: all */
	int calls;
	char log[64];		/* a letter for each call */
	bool is_open_to_others; /* a new file took a name that could be there, or more than 0600 */
	unsigned hits; /* calls of each kind, so that none is forgotten: bits of enum call */
} world;

enum call { OPEN, WRITE, OWNER, MODE, ATTRIBUTE, SYNC, LINK, RENAME, UNLINK, CALLS };

static void change_by_other(void)
{
	char *path = strdup(full_path("etc/fstab"));
	FILE *file;

	if (world.spoil == SPOIL_REMOVE) {
		unlink(path);
	} else {
		if (world.spoil == SPOIL_REPLACE)
			unlink(path);
		file = fopen(path, "a");
		tree_check(file && fputs("other\n", file) >= 0 && !fclose(file), path);
	}
	free(path);
}

/* 0, or what the call is to return. */
static int begin_call(enum call call)
{
	bool is_it = world.at < 0 ? call == SYNC : world.calls == world.at;

	if (world.calls < (int)sizeof(world.log) - 1)
		world.log[world.calls] = "OWUMASLRX"[call];
	world.calls++;
	world.hits |= 1U << call;
	if (!is_it || world.spoil == SPOIL_NOTHING)
		return 0;
	if (world.spoil == SPOIL_KILL)
		_exit(9);
	if (world.spoil == SPOIL_FAIL)
		return world.error;
	change_by_other();
	return 0;
}

static int spoiled_open_at(int directory_fd, const char *name, int flags, mode_t mode)
{
	int r = begin_call(OPEN);

	if (flags & O_CREAT && (!(flags & O_EXCL) || mode != 0600))
		world.is_open_to_others = true;
	if (r == 0 && world.without_tmpfile && (flags & O_TMPFILE) == O_TMPFILE)
		r = -EOPNOTSUPP;
	return r < 0 ? r : pmm_effects_live.open_at(directory_fd, name, flags, mode);
}

static ssize_t spoiled_write_at(int fd, const void *bytes, size_t length, uint64_t offset_bytes)
{
	int r = begin_call(WRITE);

	if (world.most_bytes && length > world.most_bytes)
		length = world.most_bytes;
	return r < 0 ? r : pmm_effects_live.write_at(fd, bytes, length, offset_bytes);
}

static int spoiled_change_owner(int fd, uid_t uid, gid_t gid)
{
	int r = begin_call(OWNER);

	return r < 0 ? r : pmm_effects_live.change_owner(fd, uid, gid);
}

static int spoiled_change_mode(int fd, mode_t mode)
{
	int r = begin_call(MODE);

	return r < 0 ? r : pmm_effects_live.change_mode(fd, mode);
}

static int spoiled_set_attribute(int fd, const char *name, const void *value, size_t length)
{
	int r = begin_call(ATTRIBUTE);

	return r < 0 ? r : pmm_effects_live.set_attribute(fd, name, value, length);
}

static int spoiled_sync(int fd)
{
	int r = begin_call(SYNC);

	return r < 0 ? r : pmm_effects_live.sync(fd);
}

static int spoiled_link_at(int fd, int directory_fd, const char *name)
{
	int r = begin_call(LINK);

	return r < 0 ? r : pmm_effects_live.link_at(fd, directory_fd, name);
}

static int spoiled_rename_at(int directory_fd, const char *from, const char *to)
{
	int r = begin_call(RENAME);

	return r < 0 ? r : pmm_effects_live.rename_at(directory_fd, from, to);
}

static int spoiled_unlink_at(int directory_fd, const char *name)
{
	int r = begin_call(UNLINK);

	return r < 0 ? r : pmm_effects_live.unlink_at(directory_fd, name);
}

static const struct pmm_effects spoiled = {
	.open_at = spoiled_open_at,
	.write_at = spoiled_write_at,
	.change_owner = spoiled_change_owner,
	.change_mode = spoiled_change_mode,
	.set_attribute = spoiled_set_attribute,
	.sync = spoiled_sync,
	.link_at = spoiled_link_at,
	.rename_at = spoiled_rename_at,
	.unlink_at = spoiled_unlink_at,
};

#endif
