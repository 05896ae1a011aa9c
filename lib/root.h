/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_ROOT_H
#define PROCMM_ROOT_H

/* What the other rooms of the library may ask of the root; see root.c. */

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "procmm.h"
#include "scan.h"

#define NS_PER_SECOND UINT64_C(1000000000)

/* The whole content of a file, in a buffer that is used again by the next read. Starts as { 0 }. */
struct text {
	char *bytes; /* NUL at bytes[length] */
	size_t length;
	size_t capacity;
};

void text_free(struct text *text);
struct scan text_scan(const struct text *text);

#define _cleanup_text_ __attribute__((cleanup(text_free)))

/* Paths below are relative to the root, without a slash in front: "proc/meminfo". */

/* Read a whole file, whatever its st_size says. On failure the root's error names it. */
int root_read(struct pmm_root *root, const char *path, struct text *text);
/* The same without words: for files of processes, which may vanish, and for what is tried only. */
int root_read_quietly(struct pmm_root *root, const char *path, struct text *text);
/*
 * A file of one line, without its newline; NULL if it is absent, empty or cut. For names of things.
 */
char *root_read_line(struct pmm_root *root, const char *path);
/* A file of one number. Has words only if it is none, which is -EBADMSG. */
int root_read_u64(struct pmm_root *root, const char *path, uint64_t *ret_number);

int root_open_quietly(struct pmm_root *root, const char *path, int *ret_fd);
/* To ask what it is, without opening what it leads to (O_PATH). */
int root_open_path(struct pmm_root *root, const char *path, int *ret_fd);
/* A pressure file, to ask by a write to be woken. */
int root_open_trigger(struct pmm_root *root, const char *path, int *ret_fd);
int root_open_directory(struct pmm_root *root, const char *path, DIR **ret_directory);
/* Is there a block device of that absolute name? */
bool root_has_block_device(struct pmm_root *root, const char *path);

/*
 * The time of day of an instant: the clock of the live system, or of a captured tree its boot and
 * BOOT_NS after.
 */
uint64_t root_unix_ns(const struct pmm_root *root, uint64_t boot_ns, uint64_t boot_unix_ns);

/*
 * pmm_root_fail() with "PATH: " in front, and with "PATH:LINE: ". PATH is shown below the root's
 * own name.
 */
int root_fail_at(struct pmm_root *root, int r, const char *path, const char *why);
int root_fail_line(struct pmm_root *root, const char *path, size_t line, const char *why);

/* "PATH:WHY", for a WHY that begins with the line: of pmm_counters_complaint(). */
int root_fail_content(struct pmm_root *root, const char *path, const char *why);

#endif
