/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_VERDICT_H
#define PROCMM_SWAP_VERDICT_H

/* What the facts come to: the kernel's answer (verdict.c), and our own (problems.c). All pure. */

#include "facts.h"

/* Why swapon(2) refuses; the first that is found is the one told. */
enum cause {
	CAUSE_NONE,
	CAUSE_NO_PRIVILEGE,
	CAUSE_USER_NAMESPACE,
	CAUSE_TOO_MANY_AREAS,
	CAUSE_NOT_A_FILE,
	CAUSE_ACTIVE,
	CAUSE_READ_ONLY,
	CAUSE_IMMUTABLE,
	CAUSE_APPEND_ONLY,
	CAUSE_VERITY,
	CAUSE_IN_USE,
	CAUSE_FILE_SYSTEM,
	CAUSE_BLOCK_SIZE,
	CAUSE_UNREADABLE,
	CAUSE_EMPTY,
	CAUSE_OTHER_CONTENT,
	CAUSE_NO_HEADER,
	CAUSE_SUSPEND_IMAGE,
	CAUSE_PAGE_SIZE,
	CAUSE_VERSION,
	CAUSE_NO_PAGES,
	CAUSE_TOO_SHORT,
	CAUSE_BAD_PAGES,
	CAUSE_NOCOW,
	CAUSE_COMPRESSED,
	CAUSE_HOLES,
	CAUSE_INLINE,
	CAUSE_SHARED,
	CAUSE_UNSETTLED,
	CAUSE_SCATTERED,
	CAUSE_PROFILE,
	CAUSE_DEVICES,
	CAUSE_EXCLUSIVE_OPERATION,
	CAUSE_DAX,
	CAUSE_ZONED,
	/* of a place only, and rules of ours: */
	CAUSE_LACKS_MODES,
	CAUSE_ENCRYPTED,
	CAUSE_NETWORK,
	CAUSE_KEEPS_NAMES,
	CAUSE_FILE_LIMIT,
	CAUSE_QUOTA,
	CAUSE_NO_SPACE,
	CAUSES, /* how many there are */
};

/* "holes", "page-size"...: for programs, and never changed; NULL of CAUSE_NONE. */
const char *cause_name(enum cause cause);

/* Is it a rule of ours, and none of the kernel's? */
bool cause_is_ours(enum cause cause);

/* The same as -Exxx, as swapon(2) says it. */
int cause_error(enum cause cause);

/*
 * May this process activate anything now? CAUSE_NONE if so; otherwise the fault says why, with what
 * mends it, as below.
 */
enum cause verdict_process(const struct facts *facts, const char *path, struct pmm_fault *fault);

/* Would swapon(2) take it from this process? An active area it would not. */
enum cause verdict_area(const struct facts *facts, const char *path, struct pmm_fault *fault);

/* May a file be changed, and an active one be deactivated? Of a device, others decide that. */
enum cause verdict_change(const struct facts *facts, const char *path, struct pmm_fault *fault);

/* May the name of a file be given and taken away, by the facts of its directory? */
enum cause verdict_names(const struct facts *facts, const char *path, struct pmm_fault *fault);

/*
 * Can a swap file be made there, by the facts of its directory? PATH is the file's. SIZE_BYTES is 0
 * if it is not known yet; RESERVE_BYTES absent: what reserve_default() says.
 */
enum cause verdict_place(const struct facts *facts, const char *path, uint64_t size_bytes,
			 uint64_t reserve_bytes, struct pmm_fault *fault);

/* Can a swap file that is there grow by MORE_BYTES? The directory may be what it likes. */
enum cause verdict_growth(const struct facts *facts, const char *path, uint64_t more_bytes,
			  uint64_t reserve_bytes, struct pmm_fault *fault);

/*
 * What we have against an area, whatever the kernel says, added to a judgement of PATH. -ENOMEM.
 */
int problems_find(const struct facts *facts, const char *path, struct pmm_judgement *judgement);

/* Add one; FIX as for fix_text(), or NULL. -ENOMEM. */
int problem_add(struct pmm_judgement *judgement, const struct facts *facts, const char *path,
		const char *name, const char *fix, const char *reason, ...) PMM_PRINTF(6, 7);

/* What should stay free of a file system: max(5 %, 512 MiB). */
uint64_t reserve_default(const struct facts *facts);

/* How much of it may be taken; RESERVE_BYTES as above. */
uint64_t room_bytes(const struct facts *facts, uint64_t reserve_bytes);

/*
 * Texts with {} for the path, quoted for a shell where it must be, {/} for its directory and {size}
 * for a number of bytes: "chmod 600 {}". The caller frees it; NULL without memory.
 */
char *fix_text(const char *fix, const char *path, uint64_t size_bytes);

/* ---- file systems: file-system.c ---- */

enum swap_support {
	SUPPORT_EXTENTS, /* the kernel asks for extents, of the whole file */
	SUPPORT_BTRFS,	 /* the same, and more */
	SUPPORT_F2FS,
	SUPPORT_BLOCKS,	 /* the kernel asks block by block, as far as the header says */
	SUPPORT_NETWORK, /* a server keeps the blocks */
	SUPPORT_NEVER,
};

struct file_system {
	uint64_t magic;
	const char *name; /* NULL: not one that we know */
	enum swap_support support;
	bool lacks_modes; /* everybody may read every file */
	const char *why;  /* of SUPPORT_NEVER, and of SUPPORT_BLOCKS where blocks are not told */
};

/* Never NULL. */
const struct file_system *file_system_find(uint64_t magic);

#endif
