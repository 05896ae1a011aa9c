/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* UUID=, LABEL= and their kin, which name a device by what udev has read from it. */

#include "tag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "signature.h"

const char *tag_directory(const char *tag)
{
	static const struct {
		const char *tag, *directory;
	} directories[] = {
		{"UUID", "/dev/disk/by-uuid"},
		{"LABEL", "/dev/disk/by-label"},
		{"PARTUUID", "/dev/disk/by-partuuid"},
		{"PARTLABEL", "/dev/disk/by-partlabel"},
		{"ID", "/dev/disk/by-id"},
	};

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (!strcmp(tag, directories[i].tag))
			return directories[i].directory;
	return NULL;
}

int tag_find_device(struct pmm_root *root, const char *tag, const char *value, char **ret_device)
{
	const char *directory = tag_directory(tag);
	char *name = directory ? signature_tag_file_name(value) : NULL;
	struct stat status;
	char *link;

	*ret_device = NULL;
	if (!directory)
		return 0;
	if (!name || asprintf(&link, "%s/%s", directory, name) < 0)
		link = NULL;
	free(name);
	if (!link)
		return -ENOMEM;
	/* A captured tree holds files in place of devices. */
	if (pmm_root_status(root, link, &status) < 0 ||
	    (!S_ISBLK(status.st_mode) && !S_ISREG(status.st_mode))) {
		free(link);
		return 0;
	}
	if (!pmm_root_is_live(root)) {
		*ret_device = link;
		return 0;
	}
	*ret_device = realpath(link, NULL);
	free(link);
	return !*ret_device && errno == ENOMEM ? -ENOMEM : 0;
}
