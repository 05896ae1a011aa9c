/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What only the kernel's log says. swapon(2) gives one error for a dozen reasons. And
 * swapoff(2) returns 0 although a page could not be read from the area: a marker takes its place,
 * and the process that needs it gets SIGBUS some day (unuse_pte() in mm/swapfile.c). Only the
 * kernel's log says so. Reads dev/kmsg (Documentation/ABI/testing/dev-kmsg): one record a read(2),
 * "level,sequence,time,flags;text". Which device it was is not told apart: that of a swap file is
 * not always the one that the log names.
 */

#include "kernel-log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	RECORD_LENGTH = 8192, /* CONSOLE_EXT_LOG_MAX, which no record is longer than */
	RECENT_US = 2000000,  /* the clock of the log is a little off from ours */
};

int kernel_log_open(struct pmm_root *root)
{
	int fd, r = pmm_root_open_file(root, "/dev/kmsg", &fd);

	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_END) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

bool kernel_log_is_read_error(const char *record, size_t length)
{
	/* end_swap_bio_read() in mm/page_io.c; Linux before 6.6 says the same */
	static const char TEXT[] = "Read-error on swap-device";
	const char *text = memchr(record, ';', length);

	if (!text)
		return false;
	text++;
	length -= (size_t)(text - record);
	return length >= sizeof(TEXT) - 1 && !memcmp(text, TEXT, sizeof(TEXT) - 1);
}

unsigned kernel_log_read_errors(int fd)
{
	char record[RECORD_LENGTH];
	unsigned errors = 0;
	ssize_t length;

	while (fd >= 0) {
		length = read(fd, record, sizeof(record));
		if (length > 0)
			errors += kernel_log_is_read_error(record, (size_t)length);
		else if (length == 0 || (errno != EINTR && errno != EPIPE))
			break; /* EAGAIN: the end */
		/* EPIPE: records were lost before we came to read them; the next are there. */
	}
	return errors;
}

/* ---- why something was refused ---- */

static uint64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The text of a record, if it has the word and is not older; ends it at its line. */
static const char *recent_text(char *record, const char *word, uint64_t since_us)
{
	char *text = strchr(record, ';');
	char *field = record;

	for (unsigned i = 0; i < 2 && field; i++) {
		field = strchr(field, ',');
		field += field != NULL;
	}
	if (!text || !field || strtoull(field, NULL, 10) < since_us)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = '\0';
	return strcasestr(text, word) ? text : NULL;
}

char *kernel_log_recent(struct pmm_root *root, const char *word)
{
	uint64_t now_us = monotonic_us();
	uint64_t since_us = now_us > RECENT_US ? now_us - RECENT_US : 0;
	char record[RECORD_LENGTH + 1];
	char *last = NULL;
	ssize_t length;
	int fd;

	if (pmm_root_open_file(root, "/dev/kmsg", &fd) < 0)
		return NULL;
	while ((length = read(fd, record, RECORD_LENGTH)) > 0 || (length < 0 && errno == EPIPE)) {
		const char *text;

		record[length > 0 ? length : 0] = '\0';
		text = recent_text(record, word, since_us);
		if (!text)
			continue;
		free(last);
		last = strdup(text);
	}
	close(fd);
	return last;
}
