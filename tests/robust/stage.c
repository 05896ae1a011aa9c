/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Brings a volume from whatever a test has left to where an operation starts, quickly:
 *
 *   stage VOLUME [nothing | plain | (inactive | active | configured)-ORIGINAL]
 *
 * VOLUME/d then holds the area alone, a copy of VOLUME/originals/ORIGINAL (plain: zeros), and
 * VOLUME/etc/fstab is as in originals, with a line for the area if it is configured. Without a
 * state, the areas of the volume are only deactivated.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { PLAIN_BYTES = 1 << 20 };

static char area[4096];

static void die(const char *name)
{
	fprintf(stderr, "stage: %s: %s\n", name, strerror(errno));
	exit(1);
}

/* Names here need no escapes. */
static void deactivate_all(const char *volume)
{
	FILE *swaps = fopen("/proc/swaps", "re");
	size_t length = strlen(volume), capacity = 0, count = 0;
	char *line = NULL, *names[64];

	while (swaps && getline(&line, &capacity, swaps) > 0 && count < 64)
		if (!strncmp(line, volume, length) && line[length] == '/')
			names[count++] = strndup(line, strcspn(line, " \t"));
	while (count) {
		if (swapoff(names[--count]) < 0)
			die(names[count]);
		free(names[count]);
	}
	free(line);
	if (swaps)
		fclose(swaps);
}

/* Files only: nothing here makes a directory. */
static void empty(const char *name)
{
	DIR *directory = opendir(name);
	struct dirent *entry;

	if (!directory)
		die(name);
	while ((entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(dirfd(directory), entry->d_name, 0) < 0)
			die(entry->d_name);
	closedir(directory);
}

/* btrfs holds no swap without this flag, which must come before the first byte. */
static void copy_flags(int from, int to)
{
	int flags;

	if (ioctl(from, FS_IOC_GETFLAGS, &flags) == 0 && flags & FS_NOCOW_FL)
		ioctl(to, FS_IOC_SETFLAGS, &flags);
}

/* Another inode each time, with the mode, group and attribute of the original; returns it. */
static int copy(const char *original, const char *name)
{
	static const char attribute[] = "user.keep";
	char bytes[65536], value[64];
	struct stat status;
	ssize_t length;
	int from = open(original, O_RDONLY | O_CLOEXEC);
	int to = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (from < 0 || to < 0 || fstat(from, &status) < 0)
		die(from < 0 ? original : name);
	copy_flags(from, to);
	while ((length = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)length) != length)
			die(name);
	if (length < 0 || fchown(to, status.st_uid, status.st_gid) < 0 ||
	    fchmod(to, status.st_mode & 07777) < 0)
		die(name);
	length = fgetxattr(from, attribute, value, sizeof(value));
	if (length > 0 && fsetxattr(to, attribute, value, (size_t)length, 0) < 0)
		die(name);
	close(from);
	return to;
}

static void make_plain(void)
{
	static char zeros[PLAIN_BYTES];
	int fd = open(area, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, zeros, sizeof(zeros)) != sizeof(zeros))
		die(area);
	close(fd);
}

static void make_state(const char *volume, const char *state, int fstab)
{
	const char *original = strchr(state, '-');
	char name[4096];

	if (!original) {
		if (!strcmp(state, "plain"))
			make_plain();
		return;
	}
	snprintf(name, sizeof(name), "%s/originals/%s", volume, original + 1);
	close(copy(name, area));
	if (*state != 'i' && swapon(area, 0) < 0)
		die(area);
	if (*state == 'c' &&
	    (lseek(fstab, 0, SEEK_END) < 0 || dprintf(fstab, "%s none swap sw 0 0\n", area) < 0))
		die("fstab");
}

int main(int argc, char **argv)
{
	char name[4096], original[4096];
	const char *volume = argv[1];
	int fstab;

	if (argc < 2)
		return 2;
	deactivate_all(volume);
	if (argc == 2)
		return 0;
	snprintf(name, sizeof(name), "%s/d", volume);
	empty(name);
	snprintf(name, sizeof(name), "%s/etc", volume);
	empty(name);
	snprintf(area, sizeof(area), "%s/d/area", volume);
	snprintf(original, sizeof(original), "%s/originals/fstab", volume);
	snprintf(name, sizeof(name), "%s/etc/fstab", volume);
	fstab = copy(original, name);
	make_state(volume, argv[2], fstab);
	close(fstab);
	return 0;
}
