/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to /proc and /sys: the only opener of kernel files. A root is a directory descriptor; every
 * path is opened below it. The live system is opened plainly, because openat2(RESOLVE_IN_ROOT)
 * would block the magic links of /proc/PID; a captured tree with RESOLVE_IN_ROOT, so that its
 * symbolic links cannot lead out of it (openat2(2)). It also brings its own clock and page size, so
 * that rates and addresses of another machine, or of a test, come out exact.
 */

#include "root.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	OPEN_FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	FIRST_CAPACITY = 4096,
	/* openat2(2) says EAGAIN when something was renamed just then: ask again. */
	OPEN_TRIES = 8,
	/* The kernel files we read are far smaller; a file without end must not take all memory. */
	MAXIMUM_LENGTH = 256 << 20,
};

static const uint64_t NS_PER_HUNDREDTH = 10000000;

struct pmm_root {
	int tree_fd;	/* of the tree as a whole */
	int instant_fd; /* where paths start: tree_fd itself, or its subdirectory of this instant */
	unsigned instant; /* its number; 0: the tree has no numbered instants */
	bool is_live;
	char *name;	     /* of the tree; "" for the live system */
	char *prefix;	     /* shown before paths: name, "/", instant if numbered */
	uint64_t page_bytes; /* 0: not asked yet */
	char *error;
};

static int open_below(int directory_fd, const char *path, int flags, bool is_live)
{
	struct open_how how = {.flags = (unsigned)flags, .resolve = RESOLVE_IN_ROOT};
	int fd, tries = 0;

	if (is_live) {
		fd = openat(directory_fd, path, flags);
		return fd < 0 ? -errno : fd;
	}
	do
		fd = (int)syscall(SYS_openat2, directory_fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && ++tries < OPEN_TRIES);
	if (fd < 0 && errno == ENOSYS) /* before Linux 5.6 */
		fd = openat(directory_fd, path, flags);
	return fd < 0 ? -errno : fd;
}

/* Go to the instant of that number: 1, or 0 if the tree has none. */
static int enter_instant(struct pmm_root *root, unsigned instant)
{
	char number[sizeof("4294967295")];
	char *prefix;
	int fd;

	snprintf(number, sizeof(number), "%u", instant);
	fd = open_below(root->tree_fd, number, O_PATH | O_DIRECTORY | O_CLOEXEC, root->is_live);
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return pmm_root_fail(root, fd, "%s/%s: %s", root->name, number, strerror(-fd));
	if (asprintf(&prefix, "%s/%s/", root->name, number) < 0) {
		close(fd);
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	}
	if (root->instant_fd != root->tree_fd)
		close(root->instant_fd);
	free(root->prefix);
	root->instant_fd = fd;
	root->prefix = prefix;
	root->instant = instant;
	return 1;
}

static bool has_proc(const struct pmm_root *root)
{
	int fd = open_below(root->instant_fd, "proc", O_PATH | O_DIRECTORY | O_CLOEXEC,
			    root->is_live);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* The live system is what it is, even where proc is not mounted: reading will say so. */
static int find_first_instant(struct pmm_root *root)
{
	int r;

	if (root->is_live || has_proc(root))
		return 0;
	r = enter_instant(root, 1);
	if (r < 0)
		return r;
	return r > 0 && has_proc(root) ? 0 : -EINVAL;
}

/* A path without the slashes at its end; of "/" nothing is left, as of no path. */
static char *name_of(const char *path)
{
	size_t length = path ? strlen(path) : 0;

	while (length && path[length - 1] == '/')
		length--;
	return strndup(path ? path : "", length);
}

int pmm_root_open(const char *path, struct pmm_root **ret_root)
{
	struct pmm_root *root = calloc(1, sizeof(*root));
	int r;

	if (!root)
		return -ENOMEM;
	root->is_live = !path;
	root->name = name_of(path);
	root->tree_fd = open(path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = root->tree_fd < 0 ? -errno : 0;
	root->instant_fd = root->tree_fd;
	if (!root->name || asprintf(&root->prefix, "%s/", root->name) < 0) {
		root->prefix = NULL;
		r = -ENOMEM;
	}
	if (r >= 0)
		r = find_first_instant(root);
	if (r < 0) {
		pmm_root_close(root);
		return r;
	}
	*ret_root = root;
	return 0;
}

struct pmm_root *pmm_root_close(struct pmm_root *root)
{
	if (!root)
		return NULL;
	if (root->instant_fd >= 0 && root->instant_fd != root->tree_fd)
		close(root->instant_fd);
	if (root->tree_fd >= 0)
		close(root->tree_fd);
	free(root->name);
	free(root->prefix);
	free(root->error);
	free(root);
	return NULL;
}

int pmm_root_is_live(const struct pmm_root *root)
{
	return root->is_live;
}

int pmm_root_next(struct pmm_root *root)
{
	if (root->is_live)
		return 1;
	if (root->instant == 0)
		return 0;
	return enter_instant(root, root->instant + 1);
}

/* ---- words ---- ------------------------------------------------------------------------------ */

const char *pmm_root_error(const struct pmm_root *root)
{
	return root->error ? root->error : "";
}

const char *pmm_root_prefix(const struct pmm_root *root)
{
	return root->prefix;
}

int pmm_root_fail(struct pmm_root *root, int r, const char *format, ...)
{
	va_list arguments;
	char *words;

	va_start(arguments, format);
	if (vasprintf(&words, format, arguments) < 0)
		words = NULL;
	va_end(arguments);
	free(root->error);
	root->error = words;
	return r;
}

int root_fail_at(struct pmm_root *root, int r, const char *path, const char *why)
{
	return pmm_root_fail(root, r, "%s%s: %s", root->prefix, path, why);
}

int root_fail_line(struct pmm_root *root, const char *path, size_t line, const char *why)
{
	return pmm_root_fail(root, -EBADMSG, "%s%s:%zu: %s", root->prefix, path, line, why);
}

int root_fail_content(struct pmm_root *root, const char *path, const char *why)
{
	return pmm_root_fail(root, -EBADMSG, "%s%s:%s", root->prefix, path, why);
}

/* ---- files ---- ------------------------------------------------------------------------------ */

int root_open_quietly(struct pmm_root *root, const char *path, int *ret_fd)
{
	int fd = open_below(root->instant_fd, path, OPEN_FLAGS, root->is_live);

	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

int root_open_path(struct pmm_root *root, const char *path, int *ret_fd)
{
	int fd = open_below(root->instant_fd, path, O_PATH | O_CLOEXEC, root->is_live);

	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

int root_open_trigger(struct pmm_root *root, const char *path, int *ret_fd)
{
	int fd = open_below(root->instant_fd, path, O_RDWR | O_CLOEXEC | O_NONBLOCK, root->is_live);

	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

/* An absolute path, relative to the root. */
static const char *relative_path(const char *path)
{
	const char *relative = path + strspn(path, "/");

	return *relative ? relative : ".";
}

int pmm_root_open_file(struct pmm_root *root, const char *path, int *ret_fd)
{
	const char *relative = relative_path(path);
	int r = root_open_quietly(root, relative, ret_fd);

	return r < 0 ? root_fail_at(root, r, relative, strerror(-r)) : 0;
}

int pmm_root_open_path(struct pmm_root *root, const char *path, int *ret_fd)
{
	const char *relative = relative_path(path);
	int fd = open_below(root->instant_fd, relative, O_PATH | O_CLOEXEC, root->is_live);

	if (fd < 0)
		return root_fail_at(root, fd, relative, strerror(-fd));
	*ret_fd = fd;
	return 0;
}

int pmm_root_status(struct pmm_root *root, const char *path, struct stat *ret_status)
{
	int fd, r = pmm_root_open_path(root, path, &fd);

	if (r < 0)
		return r;
	r = fstat(fd, ret_status) < 0 ? -errno : 0;
	close(fd);
	return r < 0 ? root_fail_at(root, r, relative_path(path), strerror(-r)) : 0;
}

int root_open_directory(struct pmm_root *root, const char *path, DIR **ret_directory)
{
	int fd = open_below(root->instant_fd, path, OPEN_FLAGS | O_DIRECTORY, root->is_live);
	DIR *directory;

	if (fd < 0)
		return fd;
	directory = fdopendir(fd);
	if (!directory) {
		int r = -errno;

		close(fd);
		return r;
	}
	*ret_directory = directory;
	return 0;
}

bool root_has_block_device(struct pmm_root *root, const char *path)
{
	struct stat status;
	int fd = open_below(root->instant_fd, path + strspn(path, "/"), O_PATH | O_CLOEXEC,
			    root->is_live);
	bool has_it;

	if (fd < 0)
		return false;
	has_it = fstat(fd, &status) == 0 && S_ISBLK(status.st_mode);
	close(fd);
	return has_it;
}

static int text_reserve(struct text *text, size_t capacity)
{
	char *bytes;

	if (text->capacity >= capacity)
		return 0;
	if (capacity > MAXIMUM_LENGTH)
		return -EFBIG;
	bytes = realloc(text->bytes, capacity);
	if (!bytes)
		return -ENOMEM;
	text->bytes = bytes;
	text->capacity = capacity;
	return 0;
}

static int read_to_end(int fd, struct text *text)
{
	size_t capacity = FIRST_CAPACITY;
	ssize_t got;
	int r;

	text->length = 0;
	do {
		r = text_reserve(text, capacity);
		if (r < 0)
			return r;
		got = read(fd, text->bytes + text->length, text->capacity - text->length - 1);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			text->length += (size_t)got;
		if (text->length + 1 == text->capacity)
			capacity = 2 * text->capacity;
	} while (got != 0);
	text->bytes[text->length] = '\0';
	return 0;
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}

struct scan text_scan(const struct text *text)
{
	return scan_over(text->bytes, text->length);
}

int root_read_quietly(struct pmm_root *root, const char *path, struct text *text)
{
	int fd, r;

	r = root_open_quietly(root, path, &fd);
	if (r < 0)
		return r;
	r = read_to_end(fd, text);
	close(fd);
	return r;
}

int root_read(struct pmm_root *root, const char *path, struct text *text)
{
	int r = root_read_quietly(root, path, text);

	return r < 0 ? root_fail_at(root, r, path, strerror(-r)) : 0;
}

char *root_read_line(struct pmm_root *root, const char *path)
{
	_cleanup_text_ struct text text = {0};
	struct scan scan, line;

	if (root_read_quietly(root, path, &text) < 0)
		return NULL;
	scan = text_scan(&text);
	if (!scan_until(&scan, '\n', &line) || scan_at_end(&line))
		return NULL;
	return scan_copy(&line);
}

int root_read_u64(struct pmm_root *root, const char *path, uint64_t *ret_number)
{
	_cleanup_text_ struct text text = {0};
	struct scan scan, line;
	uint64_t number;
	int r = root_read_quietly(root, path, &text);

	if (r < 0)
		return r;
	scan = text_scan(&text);
	if (!scan_until(&scan, '\n', &line) || !scan_u64(&line, &number) || !scan_at_end(&line) ||
	    !scan_at_end(&scan))
		return root_fail_at(root, -EBADMSG, path, "number expected");
	*ret_number = number;
	return 0;
}

/* ---- clock and page size ---- ---------------------------------------------------------------- */

int pmm_root_clock(struct pmm_root *root, uint64_t *ret_boot_ns)
{
	_cleanup_text_ struct text text = {0};
	struct timespec now;
	struct scan scan;
	uint64_t hundredths;
	int r;

	if (root->is_live) {
		clock_gettime(CLOCK_BOOTTIME, &now);
		*ret_boot_ns = (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
		return 0;
	}
	r = root_read(root, "proc/uptime", &text);
	if (r < 0)
		return r;
	scan = text_scan(&text);
	if (!scan_hundredths(&scan, &hundredths) || hundredths > UINT64_MAX / NS_PER_HUNDREDTH)
		return root_fail_line(root, "proc/uptime", 1, "seconds since boot expected");
	*ret_boot_ns = hundredths * NS_PER_HUNDREDTH;
	return 0;
}

uint64_t root_unix_ns(const struct pmm_root *root, uint64_t boot_ns, uint64_t boot_unix_ns)
{
	struct timespec now;

	if (!root->is_live)
		return boot_unix_ns == PMM_ABSENT ? PMM_ABSENT : boot_unix_ns + boot_ns;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static bool is_page_size(uint64_t bytes)
{
	/* The bounds of those that Linux has: 4 KiB, and 1 MiB of Hexagon. */
	return bytes >= 4 << 10 && bytes <= 1 << 20 && !(bytes & (bytes - 1));
}

/*
 * The auxiliary vector is pairs of 64-bit words of the captured machine, which must have our byte
 * order.
 */
static uint64_t page_bytes_of_auxv(const struct text *auxv)
{
	uint64_t pair[2];

	for (size_t at = 0; at + sizeof(pair) <= auxv->length; at += sizeof(pair)) {
		memcpy(pair, auxv->bytes + at, sizeof(pair));
		if (pair[0] == AT_PAGESZ && is_page_size(pair[1]))
			return pair[1];
	}
	return PMM_ABSENT;
}

uint64_t pmm_root_page_bytes(struct pmm_root *root)
{
	_cleanup_text_ struct text text = {0};

	if (root->page_bytes)
		return root->page_bytes;
	if (root->is_live)
		root->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	else if (root_read_quietly(root, "proc/self/auxv", &text) >= 0)
		root->page_bytes = page_bytes_of_auxv(&text);
	else
		root->page_bytes = PMM_ABSENT;
	return root->page_bytes;
}
