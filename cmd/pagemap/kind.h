/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_KIND_H
#define PAGEMAP_KIND_H

/*
 * Expressions that say which pages are meant: words for states, classes and flags of frames,
 * combined.
 *
 *   any   = all { '|' all }
 *   all   = one { ',' one }
 *   one   = '~' one | '(' any ')' | 'flags&' NUMBER | WORD
 *
 * A word means what is seen of it with any rights: `ram` is swapcache and raced pages too, `anon`
 * is merged pages and those of lazyfree too. So it is answered alike whether or not flags are read.
 */

#include <procmm-pages.h>
#include <stdbool.h>

struct kind;

/* NULL if it is none; then *ret_why says what is wrong with which word. Free that. */
struct kind *kind_parse(const char *expression, char **ret_why);
/* What both match; takes them. */
struct kind *kind_both(struct kind *kind, struct kind *other);
/* What a walk must read to answer it: enum pmm_walk_flags. */
unsigned kind_walk_flags(const struct kind *kind);
/* What flags of frames a run does not have are not set: those of pages that are in none. */
bool kind_matches(const struct kind *kind, const struct pmm_run *run);
struct kind *kind_free(struct kind *kind);

#endif
