/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What users call an area besides its path: a tag as in fstab, or the name of a zram device. udev's
 * links are asked first; then the headers of active areas, of the paths in fstab and of all block
 * devices, so that a swap file and a machine without udev are found too.
 */

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "header.h"
#include "tag.h"

struct search {
	struct pmm_root *root;
	bool is_uuid;	   /* else a label */
	const char *value; /* what is looked for */
	char *path;	   /* what was found; NULL: nothing yet */
};

static bool has_value(const struct search *search, const struct pmm_swap_header *header)
{
	/* A UUID may be typed in capitals; a label is bytes. */
	return search->is_uuid ? !strcasecmp(header->uuid, search->value)
			       : !strcmp(header->label, search->value);
}

/* What cannot be read, or is no area, is not it. */
static int try_path(struct search *search, const char *path)
{
	struct pmm_swap_header header;

	if (search->path || pmm_swap_header_probe(search->root, path, &header) < 0 ||
	    !has_value(search, &header))
		return 0;
	search->path = strdup(path);
	return search->path ? 0 : -ENOMEM;
}

static int search_active(struct search *search)
{
	const struct pmm_area *area;
	struct pmm_areas *areas;
	int r = pmm_areas_open(search->root, &areas);

	if (r < 0)
		return 0;
	while ((r = pmm_areas_next(areas, &area)) > 0 && !search->path) {
		r = try_path(search, area->name);
		if (r < 0)
			break;
	}
	pmm_areas_close(areas);
	return r == -ENOMEM ? r : 0;
}

static int search_fstab(struct search *search, const char *fstab_path)
{
	const struct pmm_fstab_swap *line;
	struct pmm_fstab *fstab;
	int r = pmm_fstab_read(search->root, fstab_path, &fstab);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; r == 0 && (line = pmm_fstab_swap_at(fstab, i)); i++)
		if (line->path)
			r = try_path(search, line->path);
	pmm_fstab_free(fstab);
	return r;
}

/*
 * Documentation/admin-guide/iostats.rst has no better list that every kernel and container shows.
 */
static int search_devices(struct search *search)
{
	char name[64], path[80];
	char *line = NULL;
	size_t size = 0;
	int fd, r = pmm_root_open_file(search->root, "proc/partitions", &fd);
	FILE *stream = r < 0 ? NULL : fdopen(fd, "r");

	if (r == 0 && !stream)
		close(fd);
	r = 0;
	while (stream && r == 0 && getline(&line, &size, stream) > 0) {
		const char *last = strrchr(line, ' ');
		size_t length = last ? strcspn(last + 1, "\n") : 0;

		if (!length || length >= sizeof(name))
			continue;
		memcpy(name, last + 1, length);
		name[length] = '\0';
		snprintf(path, sizeof(path), "/dev/%s", name);
		r = try_path(search, path);
	}
	free(line);
	if (stream)
		fclose(stream);
	return r;
}

static int find_tag(struct pmm_root *root, const char *operand, const char *fstab, char **ret_path)
{
	const char *equals = strchr(operand, '=');
	char *tag = strndup(operand, (size_t)(equals - operand));
	struct search search = {.root = root, .value = equals + 1};
	int r = tag ? tag_find_device(root, tag, search.value, &search.path) : -ENOMEM;
	bool is_label = tag && !strcmp(tag, "LABEL");

	search.is_uuid = tag && !strcmp(tag, "UUID");
	free(tag);
	if ((search.is_uuid || is_label) && *search.value) {
		if (r == 0)
			r = search_active(&search);
		if (r == 0)
			r = search_fstab(&search, fstab);
		if (r == 0)
			r = search_devices(&search);
	}
	if (r < 0)
		return r;
	if (!search.path)
		return pmm_root_fail(root, -ENOENT, "%s: no such area", operand);
	*ret_path = search.path;
	return 1;
}

static bool is_zram(const char *operand)
{
	static const char name[] = "zram";
	const char *number = operand + strlen(name);

	if (strncmp(operand, name, strlen(name)) || !*number)
		return false;
	return number[strspn(number, "0123456789")] == '\0';
}

static bool is_tag(const char *operand)
{
	const char *equals = strchr(operand, '=');
	char *tag = equals ? strndup(operand, (size_t)(equals - operand)) : NULL;
	bool is_known = tag && tag_directory(tag);

	free(tag);
	return is_known;
}

int pmm_swap_find(struct pmm_root *root, const char *operand, const char *fstab, char **ret_path)
{
	if (is_tag(operand))
		return find_tag(root, operand, fstab, ret_path);
	if (!is_zram(operand))
		return 0;
	return asprintf(ret_path, "/dev/%s", operand) < 0 ? -ENOMEM : 1;
}
