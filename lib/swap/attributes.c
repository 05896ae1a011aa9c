/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Owner, mode, ACL and extended attributes of a file that is to be replaced, for the one that
 * replaces it: rename(2) brings none of them along. First the owner, because that clears mode bits;
 * then the mode; then the ACL and all else, because an ACL holds the mode again.
 */

#include "attributes.h"

#include <endian.h>
#include <errno.h>
#include <linux/limits.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/xattr.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "fault.h"

struct copying {
	struct pmm_plan *plan;
	const char *path;
	int from_fd, to_fd;
};

static int fail(const struct copying *copying, int r, const char *what, const char *name)
{
	return fault_set_errno(plan_fault(copying->plan), r, copying->path,
			       "give the new file the same %s%s", what, name);
}

/* The kernel measures and signs by content: the old values would be wrong, and it sets its own. */
static bool is_of_content(const char *name)
{
	return !strcmp(name, XATTR_NAME_IMA) || !strcmp(name, XATTR_NAME_EVM);
}

static int copy_one(const struct copying *copying, const char *name, char value[XATTR_SIZE_MAX])
{
	ssize_t length = fgetxattr(copying->from_fd, name, value, XATTR_SIZE_MAX);
	int r;

	if (length < 0)
		return fail(copying, -errno, "attribute ", name);
	r = plan_effects(copying->plan)->set_attribute(copying->to_fd, name, value, (size_t)length);
	return r < 0 ? fail(copying, r, "attribute ", name) : 0;
}

static int copy_all(const struct copying *copying)
{
	char *names = malloc(XATTR_LIST_MAX + 1), *value = malloc(XATTR_SIZE_MAX);
	ssize_t length = names && value ? flistxattr(copying->from_fd, names, XATTR_LIST_MAX) : 0;
	int r = 0;

	if (!names || !value)
		r = fail(copying, -ENOMEM, "attributes", "");
	else if (length < 0 && errno != EOPNOTSUPP)
		r = fail(copying, -errno, "attributes", "");
	for (char *name = names; r == 0 && name - names < length; name += strlen(name) + 1)
		if (!is_of_content(name))
			r = copy_one(copying, name, value);
	free(names);
	free(value);
	return r;
}

/*
 * A directory with a default ACL gives one to every new file. An ACL that says no more than a mode
 * is kept as that mode alone: acl(5).
 */
static int drop_inherited_acl(const struct copying *copying, mode_t mode)
{
	const uint32_t no_id = UINT32_MAX; /* ACL_UNDEFINED_ID, which is an int */
	struct {
		struct posix_acl_xattr_header header;
		struct posix_acl_xattr_entry entries[3];
	} plain = {
		.header = {htole32(POSIX_ACL_XATTR_VERSION)},
		.entries =
			{
				{htole16(ACL_USER_OBJ), htole16(mode >> 6 & 7), no_id},
				{htole16(ACL_GROUP_OBJ), htole16(mode >> 3 & 7), no_id},
				{htole16(ACL_OTHER), htole16(mode & 7), no_id},
			},
	};
	int r;

	if (fgetxattr(copying->to_fd, XATTR_NAME_POSIX_ACL_ACCESS, NULL, 0) < 0 ||
	    fgetxattr(copying->from_fd, XATTR_NAME_POSIX_ACL_ACCESS, NULL, 0) >= 0)
		return 0;
	r = plan_effects(copying->plan)
		    ->set_attribute(copying->to_fd, XATTR_NAME_POSIX_ACL_ACCESS, &plain,
				    sizeof(plain));
	return r < 0 ? fail(copying, r, "ACL", "") : 0;
}

int attributes_copy(struct pmm_plan *plan, const char *path, int from_fd, int to_fd)
{
	const struct pmm_effects *effects = plan_effects(plan);
	const struct copying copying = {plan, path, from_fd, to_fd};
	struct stat status;
	int r;

	if (fstat(from_fd, &status) < 0)
		return fail(&copying, -errno, "mode", "");
	r = effects->change_owner(to_fd, status.st_uid, status.st_gid);
	if (r < 0)
		return fail(&copying, r, "owner", "");
	r = drop_inherited_acl(&copying, status.st_mode);
	if (r < 0)
		return r;
	r = effects->change_mode(to_fd, status.st_mode & 07777);
	if (r < 0)
		return fail(&copying, r, "mode", "");
	return copy_all(&copying);
}
