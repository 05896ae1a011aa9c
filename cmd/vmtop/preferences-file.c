/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The file of the preferences: procmm/vmtop below XDG_CONFIG_HOME or ~/.config (XDG Base Directory
 * Specification 0.8). The one file that vmtop writes, and the one that it reads beside those of the
 * kernel. It is replaced as a whole. Where the folder is another user's, as under sudo(8) with
 * the HOME of who called, nothing is written.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "preferences.h"
#include "shared/message.h"
#include "shared/text.h"

static const char file_name[] = "vmtop";
static const char new_name[] = ".vmtop.new";

/* The folder that all of it is in, and what is below it; NULL if the user has none. Free it. */
static char *folder_path(void)
{
	const char *configured = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (configured && *configured == '/')
		return format_text("%s/procmm", configured);
	if (home && *home == '/')
		return format_text("%s/.config/procmm", home);
	return NULL;
}

static void tell(const char *folder, const char *words)
{
	char *path = format_text("%s/%s", folder, file_name);

	remark(path, "%s", words);
	free(path);
}

/* ---- reading ---- ---------------------------------------------------------------------------- */

/* What is no plain file of a sensible size is no file of ours. Returns the length, or -errno. */
static ssize_t read_all(int folder, char text[PREFERENCES_BYTES])
{
	struct stat status;
	ssize_t length = -EINVAL;
	int fd = openat(folder, file_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size < PREFERENCES_BYTES) {
		length = read(fd, text, PREFERENCES_BYTES);
		if (length < 0)
			length = -errno;
	}
	close(fd);
	return length;
}

static bool use(const char *folder, const char *text, size_t length, struct ui *ui)
{
	struct preferences preferences = {
		.columns = ui->columns,
		.sort = ui->sort,
		.is_reversed = ui->is_reversed,
	};
	char *fault = preferences_parse(text, length, &preferences), *path;

	if (fault) {
		path = format_text("%s/%s", folder, file_name);
		remark(NULL, "%s:%s; it is not used", path, fault);
		free(path);
		free(fault);
		return false;
	}
	ui->columns = preferences.columns;
	ui->sort = preferences.sort;
	ui->is_reversed = preferences.is_reversed;
	return true;
}

bool preferences_load(struct ui *ui)
{
	char *folder = folder_path(), text[PREFERENCES_BYTES];
	bool is_good = true;
	ssize_t length;
	int fd;

	if (!folder)
		return false;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	length = fd < 0 ? -errno : read_all(fd, text);
	if (fd >= 0)
		close(fd);
	if (length >= 0) {
		is_good = use(folder, text, (size_t)length, ui);
	} else if (length != -ENOENT) {
		tell(folder, length == -EINVAL ? "no file of preferences; it is not used"
					       : strerror((int)-length));
		is_good = false;
	}
	free(folder);
	return is_good;
}

/* ---- writing ---- ---------------------------------------------------------------------------- */

/* Open the folder, after making it and the one above if they are not there. -errno */
static int make_folder(char *folder)
{
	char *last = strrchr(folder, '/');
	int fd;

	*last = '\0';
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return -errno;
	*last = '/';
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_new(int folder, const char *text, size_t length)
{
	ssize_t written;
	int fd, r = 0;

	if (unlinkat(folder, new_name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder, new_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	written = write(fd, text, length);
	if (written != (ssize_t)length)
		r = written < 0 ? -errno : -ENOSPC;
	else if (fsync(fd) < 0)
		r = -errno;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && renameat(folder, new_name, folder, file_name) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(folder, new_name, 0);
	return r;
}

static int write_into(int folder, const struct ui *ui)
{
	struct preferences preferences = {
		.columns = ui->columns,
		.sort = ui->sort,
		.is_reversed = ui->is_reversed,
	};
	char text[PREFERENCES_BYTES];
	struct stat status;

	if (fstat(folder, &status) < 0)
		return -errno;
	if (status.st_uid != geteuid())
		return -EPERM;
	return write_new(folder, text, preferences_format(&preferences, text));
}

void preferences_save(const struct ui *ui)
{
	char *folder = folder_path();
	int fd, r;

	if (!folder)
		return;
	fd = make_folder(folder);
	r = fd < 0 ? fd : write_into(fd, ui);
	if (fd >= 0)
		close(fd);
	if (r < 0)
		tell(folder, strerror(-r));
	free(folder);
}
