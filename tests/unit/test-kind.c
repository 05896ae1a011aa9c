/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kind: what expressions match, what must be read for them, and what is wrong with others. */

#include "pagemap/kind.h"

#include <stdlib.h>

#include "tap.h"

#define FLAG(name) (UINT64_C(1) << PMM_FLAG_##name)

enum { ANY = PMM_WALK_FLAGS, FRAMES = PMM_WALK_FRAMES };

static const struct {
	const char *name;
	struct pmm_run run;
} runs[] = {
	{"anon",
	 {.state = PMM_PAGE_RAM,
	  .class = PMM_CLASS_ANON,
	  .flags = FLAG(ANON) | FLAG(SWAPBACKED) | FLAG(OWNER_2),
	  .is_exclusive = 1}},
	{"thp",
	 {.state = PMM_PAGE_RAM,
	  .class = PMM_CLASS_ANON,
	  .flags = FLAG(ANON) | FLAG(THP) | FLAG(MLOCKED)}},
	{"lazy", {.state = PMM_PAGE_RAM, .class = PMM_CLASS_LAZYFREE, .flags = FLAG(ANON)}},
	{"ksm", {.state = PMM_PAGE_RAM, .class = PMM_CLASS_KSM, .flags = FLAG(KSM)}},
	{"file",
	 {.state = PMM_PAGE_RAM,
	  .class = PMM_CLASS_FILE,
	  .flags = FLAG(DIRTY) | FLAG(RECLAIM),
	  .is_soft_dirty = 1}},
	{"writeback",
	 {.state = PMM_PAGE_RAM,
	  .class = PMM_CLASS_FILE,
	  .flags = FLAG(WRITEBACK) | FLAG(RECLAIM)}},
	{"cached", {.state = PMM_PAGE_SWAPCACHE, .class = PMM_CLASS_ANON, .flags = FLAG(ANON)}},
	{"hidden flags",
	 {.state = PMM_PAGE_RAM, .class = PMM_CLASS_FILE, .flags = PMM_ABSENT, .is_exclusive = -1}},
	{"swap", {.state = PMM_PAGE_SWAP, .class = PMM_CLASS_ANON, .flags = PMM_ABSENT}},
	{"shmem", {.state = PMM_PAGE_SWAP, .class = PMM_CLASS_SHMEM, .flags = PMM_ABSENT}},
	{"guard", {.state = PMM_PAGE_GUARD, .class = PMM_CLASS_NONE, .flags = PMM_ABSENT}},
	{"none", {.state = PMM_PAGE_NONE, .class = PMM_CLASS_NONE, .flags = PMM_ABSENT}},
};

enum { RUNS = sizeof(runs) / sizeof(*runs) };

static const struct {
	const char *expression;
	const char *matched; /* names of runs, each with a comma behind */
	unsigned walk_flags;
} cases[] = {
	{"swap", "swap,shmem,", 0},
	{"ram", "anon,thp,lazy,ksm,file,writeback,cached,hidden flags,", 0},
	{"swapcache", "cached,", ANY},
	{"anon", "anon,thp,lazy,ksm,cached,swap,", 0},
	{"lazyfree", "lazy,", ANY},
	{"ksm", "ksm,", ANY},
	{"file", "file,writeback,hidden flags,", 0},
	{"guard", "guard,", 0},
	{"none", "none,", 0},
	{"uffd-wp", "", 0},
	{"exclusive", "anon,", FRAMES},
	{"soft-dirty", "file,", FRAMES},
	{"dirty", "file,", ANY},
	{"anonymous", "anon,thp,lazy,cached,", ANY},
	{"anon_exclusive", "anon,", ANY},
	/* A bit means another thing in the company of others. */
	{"owner_2", "", ANY},
	{"reclaim", "writeback,", ANY},
	{"readahead", "file,", ANY},
	{"flags&0x200", "file,writeback,", ANY},
	{"flags&0x10", "file,", ANY},
	{"flags&0x110", "file,writeback,", ANY},
	{"anon,thp", "thp,", ANY},
	{"swap|guard", "swap,shmem,guard,", 0},
	{"anon,swap|guard", "swap,guard,", 0},
	{"guard|swap,anon", "swap,guard,", 0},
	{"(guard|swap),anon", "swap,", 0},
	{"anon,(guard|swap)", "swap,", 0},
	{"~ram", "swap,shmem,guard,none,", 0},
	{"~~ram,file", "file,writeback,hidden flags,", 0},
	{"ram,~anon", "file,writeback,hidden flags,", 0},
	{"~(ram|none),~guard", "swap,shmem,", 0},
	{"~mlocked,anon", "anon,lazy,ksm,cached,swap,", ANY},
	{"swap,anon|swap,shmem|guard,~anon", "swap,shmem,guard,", 0},
	{"((((((((((((((((guard))))))))))))))))", NULL, 0},
	{"(((((((((((((((guard)))))))))))))))", "guard,", 0},
};

static const struct {
	const char *expression;
	const char *why;
} faults[] = {
	{"", "a state, class or flag expected at the end"},
	{"anon,", "a state, class or flag expected at the end"},
	{"anon,foo", "'foo' is no state, class or flag"},
	{"anon,Thp", "'Thp' is no state, class or flag"},
	{"an on", "'an on' is no state, class or flag"},
	{"foo|anon", "'foo' is no state, class or flag"},
	{"anon,,thp", "a state, class or flag expected at ',thp'"},
	{"|anon", "a state, class or flag expected at '|anon'"},
	{"(anon|swap", "')' expected at the end"},
	{"(anon|swap,", "a state, class or flag expected at the end"},
	{"anon)", "',' or '|' expected at ')'"},
	{"anon~thp", "',' or '|' expected at '~thp'"},
	{"anon(thp)", "',' or '|' expected at '(thp)'"},
	{"~", "a state, class or flag expected at the end"},
	{"flags", "'flags' is no state, class or flag"},
	{"flags&", "'' is no number of flags, as in flags&0x10"},
	{"flags&10", "'10' is no number of flags, as in flags&0x10"},
	{"flags&0xg,anon", "'0xg' is no number of flags, as in flags&0x10"},
	{"flags&0x10000000000000000",
	 "'0x10000000000000000' is no number of flags, as in flags&0x10"},
	{"anon&0x10", "',' or '|' expected at '&0x10'"},
};

static void matched_names(const struct kind *kind, char *names, size_t size)
{
	size_t length = 0;

	*names = '\0';
	for (size_t i = 0; i < RUNS; i++)
		if (kind_matches(kind, &runs[i].run))
			length += (size_t)snprintf(names + length, size - length, "%s,",
						   runs[i].name);
}

static void test_matches(const char *expression, const char *matched, unsigned walk_flags)
{
	char *why = NULL, names[256];
	struct kind *kind = kind_parse(expression, &why);

	if (!matched) {
		is_text(why, "too many parentheses", "'%s' is refused", expression);
	} else if (ok(kind, "'%s' is an expression", expression)) {
		matched_names(kind, names, sizeof(names));
		is_text(names, matched, "'%s' matches what it should", expression);
		is_u64(kind_walk_flags(kind), walk_flags, "'%s': what must be read", expression);
	}
	free(why);
	kind_free(kind);
}

static void test_both(void)
{
	char *why = NULL, names[256];
	struct kind *kind = kind_both(kind_parse("swap|guard", &why), kind_parse("~dirty", &why));

	kind = kind_both(kind, kind_parse("anon", &why));
	matched_names(kind, names, sizeof(names));
	is_text(names, "swap,", "of several, all must match");
	is_u64(kind_walk_flags(kind), ANY, "of several, all is read");
	kind_free(kind);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_matches(cases[i].expression, cases[i].matched, cases[i].walk_flags);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		char *why = NULL;

		ok(!kind_parse(faults[i].expression, &why), "'%s' is refused",
		   faults[i].expression);
		is_text(why, faults[i].why, "'%s': it is said why", faults[i].expression);
		free(why);
	}
	test_both();
	return done_testing();
}
