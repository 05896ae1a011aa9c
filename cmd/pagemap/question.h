/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PAGEMAP_QUESTION_H
#define PAGEMAP_QUESTION_H

/* What `pagemap who` is asked about, in words: see question.c. */

#include <procmm-owners.h>
#include <stdbool.h>
#include <stdio.h>

struct question {
	char *words; /* as typed; of a line of the kernel's log, its address */
	enum pmm_rmap_kind kind;
	uint64_t frame;
	uint64_t physical_address; /* absent if it was asked for by its number */
	uint64_t swap_type;	   /* absent if it was asked for by: */
	char *area;		   /* NULL */
	uint64_t swap_slot;
	char *path;
	uint64_t offset_bytes;
};

struct questions {
	struct question *list;
	size_t count;
	size_t capacity;
};

/*
 * pfn:N, 0xPHYSICAL, swap:TYPE:SLOT, swap:FILE:SLOT or FILE@OFFSET; false if it is none of these.
 * Free it with question_free().
 */
bool question_parse(const char *word, uint64_t page_bytes, struct question *ret_what);
void question_free(struct question *what);

/*
 * Add an operand: one of these, or text of the kernel's log of one line or several, of which those
 * count that have an address, each page once. False if it is neither.
 */
bool questions_add(struct questions *questions, const char *operand, uint64_t page_bytes);
/* The same of each line of a stream; lines that are neither are passed over. */
void questions_add_stream(struct questions *questions, FILE *stream, uint64_t page_bytes);
void questions_free(struct questions *questions);

#endif
