/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swapctl show: all there is to know of each area, on one page: what the library read of it, which
 * lines of fstab mean it, and who is in swap.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/table.h"
#include "shared/text.h"
#include "swapctl.h"

enum { MOST_USERS = 5 };

enum show_field {
	SHOW_NAME,
	SHOW_TYPE,
	SHOW_STATE,
	SHOW_SIZE,
	SHOW_USED,
	SHOW_AVAILABLE,
	SHOW_USED_PERCENT,
	SHOW_PRIORITY,
	SHOW_LABEL,
	SHOW_UUID,
	SHOW_PAGE_SIZE,
	SHOW_PAGES,
	SHOW_BAD_PAGES,
	SHOW_FOREIGN_ENDIAN,
	SHOW_SUSPEND_IMAGE,
	SHOW_FILE_SIZE,
	SHOW_STORED,
	SHOW_MODE,
	SHOW_UID,
	SHOW_GID,
	SHOW_NOCOW,
	SHOW_IMMUTABLE,
	SHOW_FILE_SYSTEM,
	SHOW_MOUNT_POINT,
	SHOW_DEVICE,
	SHOW_EXTENTS,
	SHOW_FIRST_EXTENT,
	SHOW_RESUME_OFFSET,
	SHOW_RESUME,
	SHOW_FIELDS, /* how many there are */
};

static const char from_kernel[] = "/proc/swaps";
static const char from_header[] = "header of the area";
static const char from_status[] = "stat(2)";
static const char from_mounts[] = "/proc/self/mountinfo";
static const char from_extents[] = "FS_IOC_FIEMAP";

/* The heading is what people read; the fields of list.c that are the same have the same key. */
const struct field show_field_table[] = {
	[SHOW_NAME] = {"name", "name", UNIT_TEXT, "path of the file or device", "the command line",
		       true, false},
	[SHOW_TYPE] = {"type", "type", UNIT_TEXT, "file, partition, zram or loop", "file type",
		       true, false},
	[SHOW_STATE] = {"state", "state", UNIT_TEXT,
			"active, draining (being deactivated) or inactive",
			"/proc/swaps, /proc/meminfo", true, false},
	[SHOW_SIZE] = {"size_bytes", "size", UNIT_BYTES,
		       "space for pages, the header page not counted",
		       "/proc/swaps, header of an inactive area", true, false},
	[SHOW_USED] = {"used_bytes", "used", UNIT_BYTES, "taken by pages", from_kernel, true,
		       false},
	[SHOW_AVAILABLE] = {"available_bytes", "available", UNIT_BYTES, "not taken", "size - used",
			    true, false},
	[SHOW_USED_PERCENT] = {"used_percent", "used of it", UNIT_PERCENT, "taken, of the size",
			       "100 * used / size", true, false},
	[SHOW_PRIORITY] = {"priority", "priority", UNIT_NUMBER,
			   "higher is used first; negative: chosen by the kernel", from_kernel,
			   true, false},
	[SHOW_LABEL] = {"label", "label", UNIT_TEXT, "label of the area", from_header, true, false},
	[SHOW_UUID] = {"uuid", "UUID", UNIT_TEXT, "UUID of the area", from_header, true, false},
	[SHOW_PAGE_SIZE] = {"page_size_bytes", "page size", UNIT_BYTES,
			    "page size of the kernel it was made for", from_header, true, false},
	[SHOW_PAGES] = {"pages", "usable pages", UNIT_COUNT, "all but the header and the bad ones",
			from_header, true, false},
	[SHOW_BAD_PAGES] = {"bad_pages", "bad pages", UNIT_COUNT, "never used", from_header, true,
			    false},
	[SHOW_FOREIGN_ENDIAN] = {"foreign_endian", "foreign byte order", UNIT_BOOLEAN,
				 "written in the other byte order", from_header, true, false},
	[SHOW_SUSPEND_IMAGE] = {"suspend_image", "hibernated system", UNIT_BOOLEAN,
				"a hibernated system is in it", from_header, true, false},
	[SHOW_FILE_SIZE] = {"file_bytes", "whole size", UNIT_BYTES,
			    "size of the file or device as a whole", "stat(2), BLKGETSIZE64", true,
			    false},
	[SHOW_STORED] = {"stored_bytes", "space on disk", UNIT_BYTES,
			 "what the file takes on its file system", from_status, true, false},
	[SHOW_MODE] = {"mode", "mode", UNIT_TEXT, "who may read it, in octal", from_status, true,
		       false},
	[SHOW_UID] = {"owner_uid", "owner", UNIT_COUNT, "number of its owner", from_status, true,
		      false},
	[SHOW_GID] = {"owner_gid", "group", UNIT_COUNT, "number of its group", from_status, true,
		      false},
	[SHOW_NOCOW] = {"nocow", "no copy on write", UNIT_BOOLEAN,
			"written in place, as btrfs must", "FS_IOC_GETFLAGS", true, false},
	[SHOW_IMMUTABLE] = {"immutable", "immutable", UNIT_BOOLEAN, "cannot be changed", "statx(2)",
			    true, false},
	[SHOW_FILE_SYSTEM] = {"file_system", "file system", UNIT_TEXT,
			      "type of the file system it is on", from_mounts, true, false},
	[SHOW_MOUNT_POINT] = {"mount_point", "mounted on", UNIT_TEXT, "where that is mounted",
			      from_mounts, true, false},
	[SHOW_DEVICE] = {"device", "device", UNIT_TEXT, "device that it is, or is on",
			 "/sys/dev/block, /proc/self/mountinfo", true, false},
	[SHOW_EXTENTS] = {"extents", "extents", UNIT_COUNT,
			  "pieces in which the file lies on the disk", from_extents, true, false},
	[SHOW_FIRST_EXTENT] = {"first_extent_bytes", "first extent at", UNIT_BYTES,
			       "where the first of them is on its device", from_extents, true,
			       false},
	[SHOW_RESUME_OFFSET] = {"resume_offset", "resume offset", UNIT_COUNT,
				"the same in pages, for resume_offset=", "first_extent / page size",
				true, false},
	[SHOW_RESUME] = {"resume", "kernel command line", UNIT_TEXT,
			 "what makes the kernel resume from it", "device, resume_offset", true,
			 false},
	[SHOW_FIELDS] = {0},
};

/* One area, gathered. */
struct page {
	struct pmm_area area; /* of which only name and type are sure */
	struct pmm_swap_status *status;
	struct value values[SHOW_FIELDS];
	char mode[8];
	char *resume;
};

/* ---- values ---- */

static const char *state_name(const struct pmm_swap_status *status)
{
	if (status->is_draining)
		return "draining";
	return status->is_active ? "active" : "inactive";
}

static void fill_header(const struct pmm_swap_status *status, struct value *values)
{
	const struct pmm_swap_header *header = &status->header;

	if (status->header_error < 0)
		return;
	values[SHOW_LABEL] = value_text(*header->label ? header->label : NULL);
	values[SHOW_UUID] = value_text(*header->uuid ? header->uuid : NULL);
	values[SHOW_PAGE_SIZE] = value_unsigned(header->page_bytes);
	values[SHOW_PAGES] = value_unsigned(header->pages);
	values[SHOW_BAD_PAGES] = value_unsigned(header->bad_pages);
	values[SHOW_FOREIGN_ENDIAN] = value_unsigned((uint64_t)header->is_foreign_endian);
	values[SHOW_SUSPEND_IMAGE] = value_unsigned((uint64_t)header->is_suspend_image);
	if (!status->is_active)
		values[SHOW_SIZE] = value_unsigned(header->pages * header->page_bytes);
}

static void fill_active(const struct pmm_swap_status *status, struct value *values)
{
	if (!status->is_active)
		return;
	values[SHOW_SIZE] = value_unsigned(status->size_bytes);
	values[SHOW_USED] = value_unsigned(status->used_bytes);
	values[SHOW_AVAILABLE] =
		value_unsigned(available_bytes(status->size_bytes, status->used_bytes));
	values[SHOW_USED_PERCENT] =
		value_real(used_percent(status->size_bytes, status->used_bytes));
	values[SHOW_PRIORITY] = value_signed(status->priority);
}

static struct value value_known(int is)
{
	return is < 0 ? value_absent() : value_unsigned((uint64_t)is);
}

static void fill_file(struct page *page)
{
	const struct pmm_swap_status *status = page->status;
	struct value *values = page->values;

	snprintf(page->mode, sizeof(page->mode), "%04" PRIo32, status->mode);
	values[SHOW_FILE_SIZE] = value_unsigned(status->file_bytes);
	values[SHOW_STORED] = value_unsigned(status->stored_bytes);
	values[SHOW_MODE] = value_text(page->mode);
	values[SHOW_UID] = value_unsigned(status->uid);
	values[SHOW_GID] = value_unsigned(status->gid);
	values[SHOW_NOCOW] = value_known(status->is_nocow);
	values[SHOW_IMMUTABLE] = value_known(status->is_immutable);
	values[SHOW_FILE_SYSTEM] = value_text(status->file_system);
	values[SHOW_MOUNT_POINT] = value_text(status->mount_point);
	values[SHOW_DEVICE] = value_text(status->device);
	values[SHOW_EXTENTS] = value_unsigned(status->extents);
	values[SHOW_FIRST_EXTENT] = value_unsigned(status->first_bytes);
}

/* What the kernel is told to find a hibernated system there: power/swsusp-and-swap-files.rst */
static void fill_resume(struct page *page, uint64_t page_bytes)
{
	const struct pmm_swap_status *status = page->status;
	uint64_t offset_pages = status->first_bytes / page_bytes;

	if (!status->device || status->header_error < 0)
		return;
	if (status->is_device) {
		page->resume = format_text("resume=%s", status->device);
	} else if (status->first_bytes != PMM_ABSENT) {
		page->values[SHOW_RESUME_OFFSET] = value_unsigned(offset_pages);
		page->resume = format_text("resume=%s resume_offset=%" PRIu64, status->device,
					   offset_pages);
	}
	page->values[SHOW_RESUME] = value_text(page->resume);
}

static void fill_values(struct page *page, uint64_t page_bytes)
{
	for (size_t i = 0; i < SHOW_FIELDS; i++)
		page->values[i] = value_absent();
	page->values[SHOW_NAME] = value_text(page->area.name);
	page->values[SHOW_TYPE] = value_text(pmm_area_type_name(page->area.type));
	page->values[SHOW_STATE] = value_text(state_name(page->status));
	fill_header(page->status, page->values);
	fill_active(page->status, page->values);
	fill_file(page);
	fill_resume(page, page_bytes);
}

/* ---- who is in swap ---- */

static int compare_users(const void *a, const void *b)
{
	const struct pmm_process *left = *(const struct pmm_process *const *)a;
	const struct pmm_process *right = *(const struct pmm_process *const *)b;

	if (left->swap_bytes != right->swap_bytes)
		return left->swap_bytes < right->swap_bytes ? 1 : -1;
	return left->pid < right->pid ? -1 : 1;
}

struct users {
	struct pmm_processes *processes;
	struct pmm_identities *identities;
	const struct pmm_process **array; /* those with most in swap first */
	size_t count;
};

/* The kernel says of a process how much it has in swap, but not in which area. */
static void take_users(struct pmm_root *root, struct users *users)
{
	const struct pmm_process *process;

	*users = (struct users){0};
	if (pmm_identities_open(root, &users->identities) < 0)
		die_no_memory();
	if (pmm_processes_open(root, PMM_PROCESSES_STATUS, &users->processes) < 0)
		return;
	while (pmm_processes_next(users->processes, &process) > 0) {
		if (process->swap_bytes == PMM_ABSENT || process->swap_bytes == 0)
			continue;
		users->array = reallocarray(users->array, users->count + 1, sizeof(*users->array));
		if (!users->array)
			die_no_memory();
		users->array[users->count++] =
			pmm_processes_find(users->processes, process->pid, process->start_ticks);
	}
	if (users->count)
		qsort(users->array, users->count, sizeof(*users->array), compare_users);
	if (users->count > MOST_USERS)
		users->count = MOST_USERS;
}

static void free_users(struct users *users)
{
	free(users->array);
	pmm_identities_close(users->identities);
	pmm_processes_close(users->processes);
}

static void put_string(const char *text)
{
	put_text(stdout, text, strlen(text));
}

static void print_user(struct pmm_identities *identities, const struct pmm_process *process,
		       bool with_json, enum words words)
{
	const unsigned asked = PMM_IDENTITY_USER | PMM_IDENTITY_COMMAND;
	struct value swap = value_unsigned(process->swap_bytes);
	const struct pmm_identity *identity;
	const char *command = process->name, *user = NULL;
	char buffer[UNITS_TEXT];

	if (pmm_identities_get(identities, process, asked, &identity) == 0) {
		command = identity->command ? identity->command : command;
		user = identity->user;
	}
	if (with_json) {
		json_open(NULL);
		json_unsigned("pid", (uint64_t)process->pid);
		json_text("user", user);
		json_value("swap_bytes", UNIT_BYTES, &swap);
		json_text("command", command);
		json_close();
	} else {
		printf("    %8s %7d ", value_words(&swap, UNIT_BYTES, words, buffer),
		       (int)process->pid);
		put_string(user ? user : "-");
		putchar(' ');
		put_string(command);
		putchar('\n');
	}
}

static void print_users(struct pmm_root *root, bool with_json, enum words words)
{
	struct users users;

	take_users(root, &users);
	if (with_json)
		json_open_array("system_users");
	else if (users.count)
		puts("  most in swap, in all areas together");
	for (size_t i = 0; i < users.count; i++)
		print_user(users.identities, users.array[i], with_json, words);
	if (with_json)
		json_close_array();
	free_users(&users);
}

/* ---- fstab ---- */

static void print_line(const struct pmm_fstab_swap *line, bool with_json)
{
	if (with_json) {
		json_open(NULL);
		json_text("spec", line->spec);
		json_text("options", line->options);
		json_boolean("noauto", line->is_noauto);
		json_close();
		return;
	}
	fputs("  fstab                ", stdout);
	put_string(line->spec);
	putchar(' ');
	put_string(line->options ? line->options : "");
	putchar('\n');
}

static void print_lines(struct pmm_root *root, const struct pmm_fstab *fstab,
			const struct page *page, bool with_json)
{
	const struct pmm_swap_header *header =
		page->status->header_error < 0 ? NULL : &page->status->header;
	const struct pmm_fstab_swap *line;

	if (with_json)
		json_open_array("fstab");
	for (size_t i = 0; fstab && (line = pmm_fstab_swap_at(fstab, i)); i++)
		if (pmm_fstab_swap_means(root, line, &page->area, header) > 0)
			print_line(line, with_json);
	if (with_json)
		json_close_array();
}

/* ---- a page ---- */

static void print_values(const struct page *page, enum words words)
{
	char buffer[UNITS_TEXT];

	put_string(page->area.name);
	putchar('\n');
	for (size_t i = SHOW_NAME + 1; i < SHOW_FIELDS; i++) {
		if (page->values[i].kind == VALUE_ABSENT)
			continue;
		printf("  %-20s ", show_field_table[i].heading);
		put_string(value_words(&page->values[i], show_field_table[i].unit, words, buffer));
		putchar('\n');
	}
}

static enum pmm_area_type type_of(const struct pmm_swap_status *status)
{
	if (!status->is_device)
		return PMM_AREA_FILE;
	return status->device ? pmm_area_type_of_device(status->device) : PMM_AREA_PARTITION;
}

static void print_page(struct pmm_root *root, const struct show_settings *settings,
		       const struct pmm_fstab *fstab, struct page *page)
{
	enum words words = settings->with_exact_bytes ? WORDS_BYTES : WORDS_HUMAN;
	struct value absent = value_absent();

	page->area.type = type_of(page->status);
	fill_values(page, pmm_root_page_bytes(root));
	if (page->status->header_error < 0)
		remark(NULL, "%s", page->status->header_words);
	if (settings->with_json) {
		json_open(NULL);
		for (size_t i = 0; i < SHOW_FIELDS; i++)
			json_value(show_field_table[i].key, show_field_table[i].unit,
				   &page->values[i]);
	} else {
		print_values(page, words);
	}
	print_lines(root, fstab, page, settings->with_json);
	if (page->status->is_active)
		print_users(root, settings->with_json, words);
	else if (settings->with_json)
		json_value("system_users", UNIT_TEXT, &absent);
	if (settings->with_json)
		json_close();
	free(page->resume);
}

static int show_one(struct pmm_root *root, const struct show_settings *settings,
		    const struct pmm_fstab *fstab, const char *operand)
{
	struct page page = {0};
	int r;

	page.area.name = change_path(root, operand, settings->fstab_path);
	if (!page.area.name)
		return EXIT_NO_AREA;
	r = pmm_swap_status_read(root, page.area.name, PMM_SWAP_STATUS_CONTENT, &page.status);
	if (r == -ENOMEM)
		die_no_memory();
	if (r < 0)
		complain(NULL, "%s", pmm_root_error(root));
	else
		print_page(root, settings, fstab, &page);
	pmm_swap_status_free(page.status);
	free(page.area.name);
	if (r == -ENOENT || r == -ENOTDIR)
		return EXIT_NO_AREA;
	return r < 0 ? EXIT_FAILED : EXIT_DONE;
}

int show_run(struct pmm_root *root, const struct show_settings *settings, char **operands)
{
	struct pmm_fstab *fstab = NULL;
	int status = EXIT_DONE, one;
	int r = pmm_fstab_read(root, settings->fstab_path, &fstab);

	if (r == -ENOMEM)
		die_no_memory();
	if (r < 0)
		remark(NULL, "%s", pmm_root_error(root));
	if (settings->with_json) {
		json_open(NULL);
		json_text("schema", "swapctl/1");
		json_open_array("areas");
	}
	for (size_t i = 0; operands[i]; i++) {
		if (i && !settings->with_json)
			putchar('\n');
		one = show_one(root, settings, fstab, operands[i]);
		status = i == 0 || one == status ? one : EXIT_SOME;
	}
	if (settings->with_json) {
		json_close_array();
		json_close();
		json_end();
	}
	pmm_fstab_free(fstab);
	return status;
}
