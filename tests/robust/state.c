/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What is there, in a line for each file of some directories: owner, mode, size, digest, attribute;
 * of a swap file, its header and whether it is active. Headers are read here, not by the library
 * that is tested. Two states are the same if the words are.
 *
 *   state DIRECTORY...
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
	PAGE = 4096,
	MAGIC_AT = PAGE - 10,
	LAST_PAGE_AT = 1028,
	UUID_AT = 1036,
	LABEL_AT = 1052,
	UUID_LENGTH = 16,
	BLOCK = 512,
};

static void die(const char *name)
{
	fprintf(stderr, "state: %s: %s\n", name, strerror(errno));
	exit(1);
}

/* FNV-1a: enough to tell two texts of the same test apart. */
static void show_text(int fd)
{
	uint64_t sum = 0xcbf29ce484222325;
	unsigned char bytes[PAGE];
	ssize_t length;

	while ((length = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < length; i++)
			sum = (sum ^ bytes[i]) * 0x100000001b3;
	printf(" %016jx", (uintmax_t)sum);
	length = fgetxattr(fd, "user.keep", bytes, sizeof(bytes));
	if (length > 0)
		printf(" keep=%.*s", (int)length, (char *)bytes);
}

/* ---- a swap file ---- */

static void show_header(int fd, off_t size)
{
	unsigned char page[PAGE] = {0};
	uint32_t last_page;
	bool is_whole = pread(fd, page, PAGE, 0) == PAGE;

	if (!is_whole || memcmp(page + MAGIC_AT, "SWAPSPACE2", 10) != 0) {
		printf(" no header");
		return;
	}
	memcpy(&last_page, page + LAST_PAGE_AT, sizeof(last_page));
	printf(" pages=%u%s label=%.16s uuid=", last_page,
	       (off_t)last_page * PAGE + PAGE > size ? " TOO-LONG" : "", page + LABEL_AT);
	for (int i = 0; i < UUID_LENGTH; i++)
		printf("%02x", page[UUID_AT + i]);
	memset(page + LAST_PAGE_AT, 0, sizeof(last_page));
	memset(page + UUID_AT, 0, UUID_LENGTH + 16);
	memset(page + MAGIC_AT, 0, 10);
	page[1024] ^= 1; /* version 1 */
	for (int i = 0; i < PAGE; i++)
		if (page[i]) {
			printf(" DIRT at %d", i);
			break;
		}
}

/* "/d/area file 1020 0 -2" of /proc/swaps; names here need no escapes. */
static void show_activity(const char *directory, const char *name)
{
	FILE *swaps = fopen("/proc/swaps", "re");
	char *line = NULL;
	size_t capacity = 0;
	size_t length = strlen(directory);

	if (!swaps)
		die("/proc/swaps");
	while (getline(&line, &capacity, swaps) > 0) {
		char *space = strpbrk(line, " \t");
		long kib, priority;

		if (!space || strncmp(line, directory, length) != 0 || line[length] != '/')
			continue;
		*space = '\0';
		if (strcmp(line + length + 1, name) != 0)
			continue;
		space += 1 + strspn(space + 1, " \t");
		space += strcspn(space, " \t");
		kib = strtol(space, &space, 10);
		strtol(space, &space, 10); /* what others have put in it meanwhile */
		priority = strtol(space, &space, 10);
		printf(" active %ld KiB", kib);
		/* Which one the kernel chooses depends on the other areas. */
		if (priority >= 0)
			printf(" priority %ld", priority);
	}
	free(line);
	fclose(swaps);
}

static void show_entry(int directory_fd, const char *directory, const char *name)
{
	struct stat status;
	int fd;

	if (fstatat(directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		die(name);
	printf("%s %o %u:%u", name, status.st_mode, status.st_uid, status.st_gid);
	fd = S_ISREG(status.st_mode) ? openat(directory_fd, name, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		printf(" size=%jd%s", (intmax_t)status.st_size,
		       status.st_blocks * BLOCK < status.st_size ? " HOLES" : "");
		if (status.st_size >= PAGE)
			show_header(fd, status.st_size);
		else
			show_text(fd);
		close(fd);
		show_activity(directory, name);
	}
	printf("\n");
}

static int is_name(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void show_directory(const char *directory)
{
	struct dirent **entries;
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int count = fd < 0 ? -1 : scandir(directory, &entries, is_name, alphasort);

	if (count < 0)
		die(directory);
	for (int i = 0; i < count; i++) {
		show_entry(fd, directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	for (int i = 1; i < argc; i++)
		show_directory(argv[i]);
	return 0;
}
