/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_FOLIO_H
#define PROCMM_FOLIO_H

/* The pure parts of folio.c: pages put together, and how large the folio is that they are of. */

#include <stdbool.h>
#include <sys/types.h>

#include "procmm-pages.h"

/* Where flags of frames come from: as pmm_frames_read(). */
struct folio_words {
	ssize_t (*read)(void *data, uint64_t frame, size_t count, uint64_t *ret_words);
	void *data;
};

/* Is it in a frame that is known? */
bool folio_begins(const struct pmm_run *run);
/* Runs are of one page each. */
void folio_begin(struct pmm_folio *folio, const struct pmm_run *run);
/* Is it the next page of the folio? */
bool folio_takes(const struct pmm_folio *folio, const struct pmm_run *run, uint64_t page_bytes);
/* Find out its size, and whether it is aligned. */
int folio_measure(struct pmm_folio *folio, struct folio_words *words, uint64_t page_bytes);

#endif
