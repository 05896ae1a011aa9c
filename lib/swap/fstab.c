/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to libmount (reads only): the swap lines of etc/fstab, and whether a line means an area.
 * libmount parses lines and options. It is not asked for paths, tags and devices, because it takes
 * them from the environment and from libblkid's cache: a tag is looked up in dev/disk, which udev
 * keeps. In a captured tree, which mostly holds no devices, paths are the same if their texts are.
 */

#include "fstab.h"

#include <errno.h>
#include <libmount.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "active.h"
#include "tag.h"

struct line {
	struct pmm_fstab_swap swap;
	char *device; /* that its tag leads to */
};

struct pmm_fstab {
	struct libmnt_table *table; /* owns the texts of the lines */
	struct line *lines;
	size_t count;
	char **complaints;
	size_t complaint_count;
};

/* ---- what is where ---- */

static bool can_be_area(const struct stat *status)
{
	return S_ISREG(status->st_mode) || S_ISBLK(status->st_mode);
}

static bool is_same(struct pmm_root *root, const char *path, const char *other)
{
	struct stat a, b;

	if (!strcmp(path, other))
		return true;
	if (pmm_root_status(root, path, &a) < 0 || pmm_root_status(root, other, &b) < 0)
		return false;
	return status_is_same(&a, &b);
}

__attribute__((format(printf, 1, 2))) static char *format_words(const char *format, ...)
{
	va_list arguments;
	char *words;

	va_start(arguments, format);
	if (vasprintf(&words, format, arguments) < 0)
		words = NULL;
	va_end(arguments);
	return words;
}

/* ---- lines ---- */

/* Takes the words; NULL: no memory for them. */
static int add_complaint(struct pmm_fstab *fstab, char *words)
{
	size_t count = fstab->complaint_count;
	char **complaints = reallocarray(fstab->complaints, count + 1, sizeof(*complaints));

	if (complaints)
		fstab->complaints = complaints;
	if (!complaints || !words) {
		free(words);
		return -ENOMEM;
	}
	complaints[count] = words;
	fstab->complaint_count++;
	return 0;
}

/* Called by libmount for a line that it cannot parse. Positive: skip it; negative: stop. */
static int complain_of_line(struct libmnt_table *table, const char *path, int line)
{
	char *words;

	if (errno == ENOMEM) /* see parse_stream() */
		return -ENOMEM;
	words = format_words("%s:%d: not an fstab line", path, line);
	return add_complaint(mnt_table_get_userdata(table), words) < 0 ? -ENOMEM : 1;
}

/* pri= as swapon(8) takes it; -1 lets the kernel choose. */
static bool parse_priority(const char *text, size_t length, int64_t *ret_priority)
{
	char *end;
	long number;

	if (!length || !strchr("-0123456789", *text))
		return false;
	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end != text + length || number < -1 || number > 32767)
		return false;
	*ret_priority = number;
	return true;
}

static bool has_option(const char *options, const char *name)
{
	return options && mnt_optstr_get_option(options, name, NULL, NULL) == 0;
}

static int fill_priority(struct pmm_fstab *fstab, const char *path, struct pmm_fstab_swap *swap)
{
	char *value = NULL;
	size_t length = 0;

	swap->priority = PMM_NO_PRIORITY;
	if (!has_option(swap->options, "pri"))
		return 0;
	mnt_optstr_get_option(swap->options, "pri", &value, &length);
	if (value && parse_priority(value, length, &swap->priority))
		return 0;
	return add_complaint(fstab, format_words("%s: %s: pri= takes a number from -1 to 32767",
						 path, swap->spec));
}

/* As swapon(8) takes it; it takes anything else, too, without a word. */
static int fill_discard(struct pmm_fstab *fstab, const char *path, struct pmm_fstab_swap *swap)
{
	static const char *const policies[] = {"", "once", "pages"};
	char *value = NULL;
	size_t length = 0;

	if (!has_option(swap->options, "discard"))
		return 0;
	mnt_optstr_get_option(swap->options, "discard", &value, &length);
	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++)
		if (strlen(policies[i]) == length &&
		    !memcmp(policies[i], value ? value : "", length)) {
			swap->discard = policies[i];
			return 0;
		}
	return add_complaint(
		fstab, format_words("%s: %s: discard= takes once or pages", path, swap->spec));
}

static void fill_type(struct pmm_root *root, struct pmm_fstab_swap *swap)
{
	struct stat status;

	if (!swap->path || pmm_root_status(root, swap->path, &status) < 0 || !can_be_area(&status))
		return;
	swap->is_there = 1;
	swap->type = S_ISREG(status.st_mode) ? PMM_AREA_FILE : pmm_area_type_of_device(swap->path);
}

/* Should libmount have seen a tag in it? One that is empty or in quotes it may see otherwise. */
static bool is_tag(const char *spec)
{
	const char *value = strchr(spec, '=');
	char name[sizeof("PARTLABEL")];
	size_t length = value ? (size_t)(value - spec) : sizeof(name);

	if (length >= sizeof(name) || !value[1] || value[1] == '"' || value[1] == '\'')
		return false;
	memcpy(name, spec, length);
	name[length] = '\0';
	return tag_directory(name);
}

static int fill_line(struct pmm_fstab *fstab, struct pmm_root *root, const char *path,
		     struct libmnt_fs *fs, struct line *line)
{
	struct pmm_fstab_swap *swap = &line->swap;
	int r;

	swap->spec = mnt_fs_get_source(fs);
	swap->options = mnt_fs_get_options(fs);
	swap->is_noauto = has_option(swap->options, "noauto");
	swap->is_nofail = has_option(swap->options, "nofail");
	r = fill_priority(fstab, path, swap);
	if (r >= 0)
		r = fill_discard(fstab, path, swap);
	if (r >= 0 && mnt_fs_get_tag(fs, &swap->tag, &swap->tag_value) == 0)
		r = tag_find_device(root, swap->tag, swap->tag_value, &line->device);
	else if (r >= 0 && is_tag(swap->spec))
		r = -ENOMEM; /* without it libmount takes a tag for a path, without a word */
	swap->path = swap->spec[0] == '/' ? swap->spec : line->device;
	fill_type(root, swap);
	return r;
}

static int collect_lines(struct pmm_fstab *fstab, struct pmm_root *root, const char *path)
{
	struct libmnt_iter *iterator = mnt_new_iter(MNT_ITER_FORWARD);
	int entries = mnt_table_get_nents(fstab->table);
	struct libmnt_fs *fs;
	int r = 0;

	fstab->lines = calloc((size_t)entries + 1, sizeof(*fstab->lines));
	if (!fstab->lines || !iterator)
		r = -ENOMEM;
	while (r >= 0 && mnt_table_next_fs(fstab->table, iterator, &fs) == 0) {
		if (!mnt_fs_get_fstype(fs)) /* libmount keeps such a line for want of memory only */
			r = -ENOMEM;
		else if (mnt_fs_is_swaparea(fs) && mnt_fs_get_source(fs))
			r = fill_line(fstab, root, path, fs, &fstab->lines[fstab->count++]);
	}
	mnt_free_iter(iterator);
	return r;
}

/* ---- the file ---- */

/*
 * libmount guesses from the first line which of its formats a file has, and would take "1 2 ..."
 * for a mountinfo. It guesses once per table, so it gets a line of an fstab first.
 */
static int settle_format(struct libmnt_table *table)
{
	char line[] = "none none none\n";
	FILE *stream = fmemopen(line, strlen(line), "r");
	int r;

	if (!stream)
		return -ENOMEM;
	r = mnt_table_parse_stream(table, stream, "");
	fclose(stream);
	return r ? -ENOMEM : mnt_reset_table(table);
}

static int parse_stream(struct pmm_fstab *fstab, FILE *stream, const char *path)
{
	int r;

	fstab->table = mnt_new_table();
	if (!fstab->table)
		return -ENOMEM;
	r = settle_format(fstab->table);
	if (r < 0)
		return r;
	mnt_table_set_userdata(fstab->table, fstab);
	mnt_table_set_parser_errcb(fstab->table, complain_of_line);
	/* Without memory libmount calls a good line a bad one, or ends early without a word. */
	errno = 0;
	r = mnt_table_parse_stream(fstab->table, stream, path);
	if (ferror(stream))
		return -EIO;
	return r || errno == ENOMEM ? -ENOMEM : 0;
}

/* Takes the stream. */
static int parse_lines(struct pmm_fstab *fstab, struct pmm_root *root, const char *path,
		       FILE *stream)
{
	int r = stream ? parse_stream(fstab, stream, path) : -ENOMEM;

	if (stream)
		fclose(stream);
	if (r >= 0)
		r = collect_lines(fstab, root, path);
	return r < 0 ? pmm_root_fail(root, r, "%s: %s", path, strerror(-r)) : 0;
}

/* Takes the descriptor. */
static int parse_file(struct pmm_fstab *fstab, struct pmm_root *root, const char *path, int fd)
{
	struct stat status;
	FILE *stream;

	if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		close(fd);
		return pmm_root_fail(root, -EBADMSG, "%s: not a regular file", path);
	}
	stream = fdopen(fd, "r");
	if (!stream)
		close(fd);
	return parse_lines(fstab, root, path, stream);
}

int fstab_parse(struct pmm_root *root, char *bytes, size_t length, struct pmm_fstab **ret_fstab)
{
	struct pmm_fstab *fstab = calloc(1, sizeof(*fstab));
	int r;

	if (!fstab)
		return -ENOMEM;
	r = parse_lines(fstab, root, "fstab", fmemopen(bytes, length, "r"));
	if (r < 0) {
		pmm_fstab_free(fstab);
		return r;
	}
	*ret_fstab = fstab;
	return 0;
}

/* In words it goes by its place in the tree. */
static int read_file(struct pmm_fstab *fstab, struct pmm_root *root, const char *path)
{
	char *shown;
	int fd, r;

	r = pmm_root_open_file(root, path, &fd);
	if (r < 0)
		return r;
	shown = format_words("%s%s", pmm_root_prefix(root), path + strspn(path, "/"));
	if (!shown) {
		close(fd);
		return -ENOMEM;
	}
	r = parse_file(fstab, root, shown, fd);
	free(shown);
	return r;
}

int pmm_fstab_read(struct pmm_root *root, const char *path, struct pmm_fstab **ret_fstab)
{
	struct pmm_fstab *fstab = calloc(1, sizeof(*fstab));
	int r;

	if (!fstab)
		return -ENOMEM;
	r = read_file(fstab, root, path ? path : "/etc/fstab");
	if (r == -ENOENT && !path)
		r = 0;
	if (r < 0) {
		pmm_fstab_free(fstab);
		return r;
	}
	*ret_fstab = fstab;
	return 0;
}

struct pmm_fstab *pmm_fstab_free(struct pmm_fstab *fstab)
{
	if (!fstab)
		return NULL;
	for (size_t i = 0; i < fstab->count; i++)
		free(fstab->lines[i].device);
	for (size_t i = 0; i < fstab->complaint_count; i++)
		free(fstab->complaints[i]);
	free(fstab->lines);
	free(fstab->complaints);
	mnt_unref_table(fstab->table);
	free(fstab);
	return NULL;
}

const struct pmm_fstab_swap *pmm_fstab_swap_at(const struct pmm_fstab *fstab, size_t index)
{
	return index < fstab->count ? &fstab->lines[index].swap : NULL;
}

const char *pmm_fstab_complaint(const struct pmm_fstab *fstab, size_t index)
{
	return index < fstab->complaint_count ? fstab->complaints[index] : NULL;
}

static bool has_tag(const struct pmm_fstab_swap *swap, const char *tag, const char *value)
{
	return *value && swap->tag && !strcmp(swap->tag, tag) && !strcmp(swap->tag_value, value);
}

int pmm_fstab_swap_means(struct pmm_root *root, const struct pmm_fstab_swap *swap,
			 const struct pmm_area *area, const struct pmm_swap_header *header)
{
	if (swap->path)
		return is_same(root, swap->path, area->name);
	return header &&
	       (has_tag(swap, "UUID", header->uuid) || has_tag(swap, "LABEL", header->label));
}
