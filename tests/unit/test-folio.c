/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Folios: pages put together by the flags of their frames, and how large what they are of is. */

#include "folio.h"

#include <stdlib.h>

#include "frame.h"
#include "tap.h"

enum { FRAMES = 4096, PAGE = 4096 };

/* A piece of RAM: frames [frame, frame + pages) are one folio; the rest is of single frames. */
struct made {
	uint64_t frame, pages;
	bool is_headless; /* as if it were changing */
};

/* Mapped: PAGES pages of RAM from FRAME on, at a page of the address space. */
struct mapped {
	uint64_t page, frame, pages;
};

static const struct {
	const char *name;
	struct made made[4];	 /* to the first without pages */
	struct mapped mapped[4]; /* likewise */
	const char *folios;	 /* "pages/size aligned": a, u, or p for a part */
} cases[] = {
	{"single pages", {{0}}, {{8, 100, 3}}, "1/1a 1/1a 1/1a"},
	{"a folio", {{64, 16, false}}, {{16, 64, 16}}, "16/16a"},
	{"a folio at an address that does not fit", {{64, 16, false}}, {{17, 64, 16}}, "16/16u"},
	{"a folio, pages around it",
	 {{64, 16, false}},
	 {{14, 62, 20}},
	 "1/1a 1/1a 16/16a 1/1a 1/1a"},
	{"two that touch", {{64, 16, false}, {80, 16, false}}, {{64, 64, 32}}, "16/16a 16/16a"},
	{"the front of one", {{64, 16, false}}, {{64, 64, 8}}, "8/16p"},
	{"the back of one", {{64, 16, false}}, {{72, 72, 8}}, "8/16p"},
	{"the middle of one", {{64, 16, false}}, {{66, 66, 3}}, "3/16p"},
	{"one with a hole", {{64, 16, false}}, {{64, 64, 4}, {70, 70, 10}}, "4/16p 10/16p"},
	{"in two places", {{64, 16, false}}, {{64, 64, 8}, {200, 72, 8}}, "8/16p 8/16p"},
	{"in another order", {{64, 4, false}}, {{64, 65, 1}, {65, 64, 1}}, "1/4p 1/4p"},
	{"a huge one", {{512, 512, false}}, {{1024, 512, 512}}, "512/512a"},
	{"the end of a huge one", {{512, 512, false}}, {{1023, 1023, 1}}, "1/512p"},
	{"half of one that ends with RAM",
	 {{2048, 2048, false}},
	 {{2048, 2048, 1024}},
	 "1024/2048p"},
	/* It was changed while it was looked at: nothing of it is sure. */
	{"of no size that there is", {{64, 12, false}}, {{64, 64, 12}}, "12/?"},
	{"without a head", {{66, 14, true}}, {{70, 70, 4}}, "4/?"},
};

static uint64_t words[FRAMES];

static ssize_t read_words(void *data, uint64_t frame, size_t count, uint64_t *ret_words)
{
	size_t left = frame < FRAMES ? FRAMES - (size_t)frame : 0;

	(void)data;
	if (count > left)
		count = left;
	memcpy(ret_words, words + frame, count * sizeof(*words));
	return (ssize_t)count;
}

static void make_words(const struct made *made)
{
	for (size_t i = 0; i < FRAMES; i++)
		words[i] = FLAG(UPTODATE) | FLAG(LRU);
	for (; made->pages; made++)
		for (size_t i = 0; i < made->pages; i++)
			words[made->frame + i] |=
				i || made->is_headless ? FLAG(COMPOUND_TAIL) : FLAG(COMPOUND_HEAD);
}

static struct pmm_run run_of(uint64_t page, uint64_t frame)
{
	return (struct pmm_run){
		.address = page * PAGE,
		.pages = 1,
		.state = PMM_PAGE_RAM,
		.class = PMM_CLASS_ANON,
		.leaf_bytes = PAGE,
		.frame = frame,
		.flags = words[frame],
	};
}

struct seen {
	char words[512];
	size_t length;
};

static void say(struct seen *text, struct pmm_folio *folio)
{
	struct folio_words source = {read_words, NULL};
	char *end = text->words + text->length;
	size_t left = sizeof(text->words) - text->length;

	if (folio_measure(folio, &source, PAGE) < 0)
		return;
	if (folio->size_pages == PMM_ABSENT)
		text->length += (size_t)snprintf(end, left, " %ju/?", (uintmax_t)folio->pages);
	else
		text->length += (size_t)snprintf(
			end, left, " %ju/%ju%c", (uintmax_t)folio->pages,
			(uintmax_t)folio->size_pages,
			folio->pages < folio->size_pages ? 'p' : (folio->is_aligned ? 'a' : 'u'));
}

static void test_case(size_t i)
{
	struct seen text = {.length = 0};
	struct pmm_folio folio;
	bool is_open = false;

	make_words(cases[i].made);
	for (const struct mapped *mapped = cases[i].mapped; mapped->pages; mapped++)
		for (uint64_t j = 0; j < mapped->pages; j++) {
			struct pmm_run run = run_of(mapped->page + j, mapped->frame + j);

			if (is_open && folio_takes(&folio, &run, PAGE)) {
				folio.pages++;
				continue;
			}
			if (is_open)
				say(&text, &folio);
			folio_begin(&folio, &run);
			is_open = true;
		}
	say(&text, &folio);
	is_text(text.words + 1, cases[i].folios, "%s", cases[i].name);
}

static void test_takes(void)
{
	static const struct made made[] = {{64, 16, false}, {0, 0, false}};
	struct pmm_run run, next;
	struct pmm_folio folio;

	make_words(made);
	run = run_of(64, 64);
	next = run_of(65, 65);
	folio_begin(&folio, &run);
	ok(folio_takes(&folio, &next, PAGE), "the next page is taken");
	next.leaf_bytes = 2 << 20;
	ok(!folio_takes(&folio, &next, PAGE), "but not if a larger entry maps it");
	next = run_of(65, 65);
	next.flags |= FLAG(COMPOUND_HEAD);
	ok(!folio_takes(&folio, &next, PAGE), "nor a whole one, which has both flags");
	next = run_of(65, 65);
	next.class = PMM_CLASS_FILE;
	ok(!folio_takes(&folio, &next, PAGE), "nor of another class");
	next = run_of(65, 65);
	next.state = PMM_PAGE_SWAP;
	ok(!folio_takes(&folio, &next, PAGE) && !folio_begins(&next), "nor from swap");
	next = run_of(65, 65);
	next.frame = PMM_ABSENT;
	ok(!folio_begins(&next), "a hidden frame begins none");
	next = run_of(65, 65);
	next.flags = PMM_ABSENT;
	ok(!folio_begins(&next), "nor one without flags");
}

static ssize_t read_nothing(void *data, uint64_t frame, size_t count, uint64_t *ret_words)
{
	(void)data, (void)frame, (void)count, (void)ret_words;
	return -5;
}

static void test_errors(void)
{
	static const struct made made[] = {{64, 16, false}, {0, 0, false}};
	struct folio_words source = {read_nothing, NULL};
	struct pmm_folio folio;
	struct pmm_run run;

	make_words(made);
	run = run_of(70, 70);
	folio_begin(&folio, &run);
	ok(folio_measure(&folio, &source, PAGE) == -5, "an error of the source is handed on");
	run = run_of(10, 10);
	folio_begin(&folio, &run);
	ok(folio_measure(&folio, &source, PAGE) == 0, "a single page needs no source");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(i);
	test_takes();
	test_errors();
	return done_testing();
}
