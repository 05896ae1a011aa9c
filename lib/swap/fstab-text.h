/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_FSTAB_TEXT_H
#define PROCMM_SWAP_FSTAB_TEXT_H

/*
 * The text of an fstab, as bytes: its lines and their fields, and changes that leave every other
 * byte as it is. Pure; see fstab-text.c.
 */

#include <stdbool.h>
#include <stddef.h>

struct fstab_text {
	char *bytes; /* may hold anything, NUL too; NULL if it is empty */
	size_t length;
};

void fstab_text_free(struct fstab_text *text);
bool fstab_text_is_same(const struct fstab_text *a, const struct fstab_text *b);

#define _cleanup_fstab_text_ __attribute__((cleanup(fstab_text_free)))

/* fstab(5): what, where, type, options, and two numbers that swap has no use for. */
enum { FSTAB_SPEC, FSTAB_TARGET, FSTAB_TYPE, FSTAB_OPTIONS, FSTAB_FIELDS };

struct fstab_span {
	size_t begin, end;
};

struct fstab_line {
	size_t number;	    /* from 1 */
	size_t begin, end;  /* the end is past its newline */
	size_t field_count; /* of those below; 0: a blank line or a comment */
	struct fstab_span fields[FSTAB_FIELDS];
};

/* The next line; begins with a line of zeros. false after the last. */
bool fstab_text_next(const struct fstab_text *text, struct fstab_line *line);

/* A field with its \ooo undone, as a string: it ends at a NUL. NULL without memory. */
char *fstab_text_field(const struct fstab_text *text, const struct fstab_line *line, size_t index);

/*
 * Is its type swap? 1 or 0; -ENOMEM. Wider than libmount and getmntent(3), which take fewer lines.
 */
int fstab_text_is_swap(const struct fstab_text *text, const struct fstab_line *line);

/* A field's text with what would end it, or begin a comment, as \ooo. NULL without memory. */
char *fstab_text_escape(const char *field);

/* The line that activates a swap area at boot, with its newline. OPTIONS are escaped already. */
char *fstab_text_make_line(const char *spec, const char *options);

/*
 * OPTIONS (comma-separated, escaped) with ITEM ("pri=5", "nofail") in the place of the first of its
 * name, and no other of its name; or at the end. The caller frees it; NULL without memory.
 */
char *fstab_text_set_option(const char *options, const char *item);

/* OPTIONS without those of this name; "sw" if nothing is left. NULL without memory. */
char *fstab_text_drop_option(const char *options, const char *name);

/* One change: these bytes of the old text become others. */
struct fstab_change {
	struct fstab_span span;
	const char *before; /* a separator in front of what is put there; may be "" */
	const char *with;
};

struct fstab_change fstab_change_add(const struct fstab_text *text, const char *line);
struct fstab_change fstab_change_remove(const struct fstab_line *line);
struct fstab_change fstab_change_options(const struct fstab_line *line, const char *options);

/* Apply changes, which are in the order of the text and do not overlap. -ENOMEM. */
int fstab_text_apply(const struct fstab_text *old, const struct fstab_change *changes, size_t count,
		     struct fstab_text *ret_new);

/*
 * Are all lines that are not swap lines the same in both, in the same order? A last line without a
 * newline is the same as that line with one. 1 or 0; -ENOMEM.
 */
int fstab_text_has_same_others(const struct fstab_text *a, const struct fstab_text *b);

#endif
