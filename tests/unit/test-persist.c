/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * persist: what it makes of many an fstab, what options and priorities do to a line, and which
 * lines it takes for the same area (R05). No test needs a privilege.
 */

#include "persist.h"

#include <errno.h>

#include "fstab-text.h"
#include "persist-tree.h"
#include "random.h"

#define UUID  "01234567-89ab-cdef-0123-456789abcdef"
#define OTHER "11111111-2222-3333-4444-555555555555"
#define LINE  "/swapfile none swap sw,nofail 0 0\n"
#define DISK  "UUID=0-1 / ext4 defaults 0 1\n"

/* ---- the corpus: persist, persist again, unpersist ---- */

/* PERSISTED: NULL if nothing is to be done. GONE: what unpersist leaves; NULL: what was before. */
static const struct {
	const char *story, *before, *persisted, *gone;
} corpus[] = {
	{"an empty file", "", LINE, NULL},
	{"a usual one", "# /etc/fstab\n" DISK, "# /etc/fstab\n" DISK LINE, NULL},
	{"no final newline", "/dev/a / ext4 rw 0 1", "/dev/a / ext4 rw 0 1\n" LINE,
	 "/dev/a / ext4 rw 0 1\n"},
	{"a last comment without newline", "# end", "# end\n" LINE, "# end\n"},
	{"only a newline", "\n", "\n" LINE, NULL},
	{"only blanks", " \t", " \t\n" LINE, " \t\n"},
	{"blank lines at the end", DISK "\n\n", DISK "\n\n" LINE, NULL},
	{"CRLF", "# a\r\n/dev/a / ext4 rw 0 1\r\n", "# a\r\n/dev/a / ext4 rw 0 1\r\n" LINE, NULL},
	{"CRLF, the last without", "/dev/a / ext4 rw 0 1\r\n/dev/b /b xfs rw 0 0",
	 "/dev/a / ext4 rw 0 1\r\n/dev/b /b xfs rw 0 0\n" LINE,
	 "/dev/a / ext4 rw 0 1\r\n/dev/b /b xfs rw 0 0\n"},
	{"a lone carriage return", "#\r", "#\r\n" LINE, "#\r\n"},
	{"tabs and spaces", "\t/dev/a\t \t/\text4\trw\t0\t1  \n",
	 "\t/dev/a\t \t/\text4\trw\t0\t1  \n" LINE, NULL},
	{"garbage", "\x01\x02 \xff\xfe\n)(*&^\n", "\x01\x02 \xff\xfe\n)(*&^\n" LINE, NULL},
	{"one word", "junk", "junk\n" LINE, "junk\n"},
	{"our line in a comment", "#" LINE, "#" LINE LINE, NULL},
	{"our line commented out, with blanks", "  # " LINE, "  # " LINE LINE, NULL},
	{"another area", "/swapfile2 none swap sw 0 0\n", "/swapfile2 none swap sw 0 0\n" LINE,
	 NULL},
	{"another in its directory", "/swapfile/x none swap sw 0 0\n",
	 "/swapfile/x none swap sw 0 0\n" LINE, NULL},
	{"its path as a mount point", "/dev/a /swapfile ext4 rw 0 0\n",
	 "/dev/a /swapfile ext4 rw 0 0\n" LINE, NULL},
	{"its path mounted", "/swapfile /mnt iso9660 loop 0 0\n",
	 "/swapfile /mnt iso9660 loop 0 0\n" LINE, NULL},
	{"another area that also goes on none", "UUID=" OTHER " none swap sw 0 0\n",
	 "UUID=" OTHER " none swap sw 0 0\n" LINE, NULL},
	{"an empty tag", "UUID= none swap sw 0 0\n", "UUID= none swap sw 0 0\n" LINE, NULL},
	{"a label of nobody", "LABEL=none none swap sw\n", "LABEL=none none swap sw\n" LINE, NULL},
	{"the line", LINE, NULL, ""},
	{"the line between others", DISK LINE "# end\n", NULL, DISK "# end\n"},
	{"the line without newline", "/swapfile none swap sw", NULL, ""},
	{"the line last, without newline", DISK "/swapfile none swap sw", NULL, DISK},
	{"three fields", "/swapfile none swap\n", NULL, ""},
	{"four fields", "/swapfile none swap sw\n", NULL, ""},
	{"five fields", "/swapfile none swap sw 0\n", NULL, ""},
	{"tabs", "/swapfile\tnone\tswap\tsw\t0\t0\n", NULL, ""},
	{"blanks in front", " \t /swapfile none swap sw 0 0\n", NULL, ""},
	{"blanks behind", "/swapfile none swap sw 0 0 \t\n", NULL, ""},
	{"the line with CRLF", "/swapfile none swap sw 0 0\r\n" DISK, NULL, DISK},
	{"three fields and CRLF", "/swapfile none swap\r\n", NULL, ""},
	{"swap as mount point", "/swapfile swap swap defaults 0 0\n", NULL, ""},
	{"a slash as mount point", "/swapfile / swap defaults 0 0\n", NULL, ""},
	{"options of the user", "/swapfile none swap pri=7,x-a=b,discard 0 0\n", NULL, ""},
	{"a remark behind", "/swapfile none swap sw 0 0 # mine\n", NULL, ""},
	{"an odd path", "//./etc/..//swapfile none swap sw 0 0\n", NULL, ""},
	{"an escaped path", "/\\163wapfile none swap sw 0 0\n", NULL, ""},
	{"an escaped type", "/swapfile none s\\167ap sw 0 0\n", NULL, ""},
	{"a link to it", "/link none swap sw 0 0\n", NULL, ""},
	{"a link to a link", "/link2 none swap sw 0 0\n", NULL, ""},
	{"a hard link", "/hard none swap sw 0 0\n", NULL, ""},
	{"by a linked directory", "/root/swapfile none swap sw 0 0\n", NULL, ""},
	{"its UUID", "UUID=" UUID " none swap sw 0 0\n", NULL, ""},
	{"its UUID in quotes", "UUID=\"" UUID "\" none swap sw 0 0\n", NULL, ""},
	{"its label", "LABEL=lab none swap sw 0 0\n", NULL, ""},
	{"a UUID that udev knows", "UUID=known none swap sw 0 0\n", NULL, ""},
	{"a partition's UUID", "PARTUUID=part none swap sw 0 0\n", NULL, ""},
	{"a partition's label", "PARTLABEL=part\\040label none swap sw 0 0\n", NULL, ""},
	{"a link of udev", "/dev/disk/by-uuid/known none swap sw 0 0\n", NULL, ""},
	{"twice", LINE DISK LINE, LINE DISK, DISK},
	{"three times, three ways", "/link none swap sw\n" DISK "UUID=" UUID " none swap sw\n" LINE,
	 "/link none swap sw\n" DISK, DISK},
	{"twice, the last without newline", LINE "/link none swap sw", LINE, ""},
	{"noauto", "/swapfile none swap sw,noauto 0 0\n", "/swapfile none swap sw 0 0\n", ""},
	{"nothing but noauto", "/swapfile none swap noauto\n", "/swapfile none swap sw\n", ""},
	{"noauto and another that is not", "/link none swap noauto\n" DISK LINE, DISK LINE, DISK},
	{"a line that swapon does not take", DISK "/swapfile none swap sw # no\n# c\n",
	 DISK LINE "# c\n", DISK "# c\n"},
	{"the same without newline", "/swapfile none swap sw x", LINE, ""},
	{"a bad line and a good one", "/swapfile none swap sw # no\n" LINE DISK, LINE DISK, DISK},
	{"two bad lines", "/swapfile none swap sw x\n" DISK "/link none swap sw # y\n", LINE DISK,
	 DISK},
	{"a number that is none", "/swapfile none swap sw 0 x\n", LINE, ""},
	{"only swap lines of others", "/a none swap sw\n/b none swap sw\n",
	 "/a none swap sw\n/b none swap sw\n" LINE, NULL},
	{"a systemd unit pasted in", "[Swap]\nWhat=/swapfile\n", "[Swap]\nWhat=/swapfile\n" LINE,
	 NULL},
	{"a heading of proc/swaps", "Filename Type Size Used Priority\n",
	 "Filename Type Size Used Priority\n" LINE, NULL},
	{"very many blanks", "/dev/a                               / ext4 rw 0 1\n",
	 "/dev/a                               / ext4 rw 0 1\n" LINE, NULL},
	{"UTF-8", "LABEL=Fotos\xc3\xa4 /f ext4 rw 0 0\n",
	 "LABEL=Fotos\xc3\xa4 /f ext4 rw 0 0\n" LINE, NULL},
};

static void test_corpus(void)
{
	for (size_t i = 0; i < sizeof(corpus) / sizeof(*corpus); i++) {
		const char *story = corpus[i].story, *before = corpus[i].before;
		const char *persisted = corpus[i].persisted ? corpus[i].persisted : before;
		const char *gone = corpus[i].gone ? corpus[i].gone : before;
		struct result result;

		put_fstab(before);
		result = persist("/swapfile", &PLAIN);
		ok(result.r == 0 && result.is_changed == (corpus[i].persisted != NULL),
		   "%s: persist says whether it changed anything", story);
		fstab_is(persisted, story);
		result = persist("/swapfile", &PLAIN);
		ok(result.r == 0 && !result.is_changed &&
			   fstab_is_bytes(persisted, strlen(persisted)),
		   "%s: again, nothing changes", story);
		result = unpersist("/swapfile");
		ok(result.r == 0 && result.is_changed, "%s: unpersist changes it", story);
		fstab_is(gone, story);
		result = unpersist("/swapfile");
		ok(result.r == 0 && !result.is_changed && fstab_is_bytes(gone, strlen(gone)),
		   "%s: unpersist again, nothing changes", story);
	}
	is_u64(count_names(), 1, "nothing is left beside fstab");
}

/* ---- bytes that no string can hold, and many of them ---- */

static void test_bytes(void)
{
	static const char nuls[] = "\0\0 a\n# \0\n/swapfile\0 none swap sw\n\0";
	static const char our_nul[] = "/swapfile none swap \0x 0 0y";
	const size_t length = 1 << 20, line_length = strlen(LINE);
	char *long_text = malloc(length + line_length);

	tree_put(&tree, "etc/fstab", nuls, sizeof(nuls));
	ok(persist("/swapfile", &PLAIN).r == 0, "a text with NULs is taken");
	ok(unpersist("/swapfile").r == 0 && !fstab_is_bytes(nuls, sizeof(nuls)),
	   "and got its newline");
	{
		char with_newline[sizeof(nuls) + 1];

		memcpy(with_newline, nuls, sizeof(nuls));
		with_newline[sizeof(nuls)] = '\n';
		ok(fstab_is_bytes(with_newline, sizeof(with_newline)), "but no other byte");
	}
	tree_put(&tree, "etc/fstab", our_nul, sizeof(our_nul) - 1);
	ok(persist("/swapfile", &PLAIN).r == 0 && fstab_is_bytes(LINE, line_length),
	   "our own line with a NUL in it is made anew");
	memset(long_text, 'x', length);
	for (size_t i = 99999; i < length; i += 100000)
		long_text[i] = '\n';
	long_text[length - 1] = '\n';
	tree_put(&tree, "etc/fstab", long_text, length);
	ok(persist("/swapfile", &PLAIN).r == 0, "1 MiB is taken");
	memcpy(long_text + length, LINE, line_length);
	ok(fstab_is_bytes(long_text, length + line_length), "and the line is behind it");
	ok(unpersist("/swapfile").r == 0 && fstab_is_bytes(long_text, length),
	   "and gone again, without a trace");
	free(long_text);
}

/* ---- options ---- */

static const struct {
	const char *story, *before;
	struct pmm_persist_wish wish;
	const char *after; /* NULL: as before */
} option_cases[] = {
	{"a priority", "", {.priority = 5}, "/swapfile none swap sw,nofail,pri=5 0 0\n"},
	{"the greatest", "", {.priority = 32767}, "/swapfile none swap sw,nofail,pri=32767 0 0\n"},
	{"discard",
	 "",
	 {.priority = PMM_NO_PRIORITY, .discard = ""},
	 "/swapfile none swap sw,nofail,discard 0 0\n"},
	{"discard once",
	 "",
	 {.priority = 0, .discard = "once"},
	 "/swapfile none swap sw,nofail,pri=0,discard=once 0 0\n"},
	{"more options",
	 "",
	 {.priority = PMM_NO_PRIORITY, .options = "x-a=b,,x-c"},
	 "/swapfile none swap sw,nofail,x-a=b,x-c 0 0\n"},
	{"nofail again",
	 "",
	 {.priority = PMM_NO_PRIORITY, .options = "nofail"},
	 "/swapfile none swap sw,nofail 0 0\n"},
	{"an option with a space",
	 "",
	 {.priority = 1, .options = "x-a=b c"},
	 "/swapfile none swap sw,nofail,pri=1,x-a=b\\040c 0 0\n"},
	{"an option with a newline",
	 "",
	 {.priority = 1, .options = "x\n/dev/a / ext4"},
	 "/swapfile none swap sw,nofail,pri=1,x\\012/dev/a\\040/\\040ext4 0 0\n"},
	{"the priority it has", "/swapfile none swap sw,pri=5 0 0\n", {.priority = 5}, NULL},
	{"another priority",
	 DISK "/swapfile\tnone\tswap\tx,pri=4,y 0 0\r\n#\n",
	 {.priority = 5},
	 DISK "/swapfile\tnone\tswap\tx,pri=5,y 0 0\r\n#\n"},
	{"two priorities",
	 "/swapfile none swap pri=1,sw,pri=2\n",
	 {.priority = 5},
	 "/swapfile none swap pri=5,sw\n"},
	{"a priority of no options",
	 "/swapfile none swap\r\n",
	 {.priority = 5},
	 "/swapfile none swap sw,pri=5\r\n"},
	{"the same without newline",
	 "/swapfile none swap",
	 {.priority = 5},
	 "/swapfile none swap sw,pri=5"},
	{"another discard",
	 "/swapfile none swap discard=pages 0 0\n",
	 {.priority = PMM_NO_PRIORITY, .discard = ""},
	 "/swapfile none swap discard 0 0\n"},
	{"an option that is there",
	 "/swapfile none swap sw,x-a 0 0\n",
	 {.priority = PMM_NO_PRIORITY, .options = "x-a"},
	 NULL},
	{"of two lines the first",
	 LINE "/link none swap pri=1\n",
	 {.priority = 5},
	 "/swapfile none swap sw,nofail,pri=5 0 0\n"},
	{"noauto, as wished",
	 "",
	 {.priority = PMM_NO_PRIORITY, .options = "noauto"},
	 "/swapfile none swap sw,nofail,noauto 0 0\n"},
};
static void test_options(void)
{
	struct result result;

	for (size_t i = 0; i < sizeof(option_cases) / sizeof(*option_cases); i++) {
		const char *after =
			option_cases[i].after ? option_cases[i].after : option_cases[i].before;

		put_fstab(option_cases[i].before);
		result = persist("/swapfile", &option_cases[i].wish);
		ok(result.r == 0 && result.is_changed == (option_cases[i].after != NULL),
		   "%s: says whether it changed anything", option_cases[i].story);
		fstab_is(after, option_cases[i].story);
		result = persist("/swapfile", &option_cases[i].wish);
		ok(result.r == 0 && !result.is_changed && fstab_is_bytes(after, strlen(after)),
		   "%s: again, nothing changes", option_cases[i].story);
	}
	put_fstab(LINE);
	result = persist("/swapfile", &(struct pmm_persist_wish){.priority = 32768});
	ok(result.r == -EINVAL && result.kind == PMM_FAULT_REFUSED, "a priority too great");
	result = persist("/swapfile", &(struct pmm_persist_wish){.priority = -1});
	ok(result.r == -EINVAL && result.kind == PMM_FAULT_REFUSED, "a priority below 0");
	result = persist("/swapfile", &(struct pmm_persist_wish){.discard = "twice"});
	ok(result.r == -EINVAL && tells(&result, "twice"), "a discard policy that is none");
	fstab_is(LINE, "and nothing is changed by what is refused");
}

/* ---- words ---- */

static void test_words(void)
{
	struct result result;

	put_fstab(DISK);
	result = persist("/swapfile", &PLAIN);
	ok(tells(&result, "add to /etc/fstab: /swapfile none swap sw,nofail 0 0"),
	   "a line is shown");
	ok(!strstr(result.words, "daemon-reload"), "systemd does not run here");
	result = persist("/swapfile", &PLAIN);
	ok(tells(&result, "line 2 of /etc/fstab activates it at boot already"), "it is there");
	result = persist("/swapfile", &(struct pmm_persist_wish){.priority = 5});
	ok(tells(&result, "set the options in line 2 of /etc/fstab to sw,nofail,pri=5"), "options");
	tree_put_text(&tree, "run/systemd/system/x", "");
	put_fstab(LINE DISK LINE "/link none swap sw\n");
	result = persist("/swapfile", &PLAIN);
	ok(tells(&result, "remove lines 3, 4 from /etc/fstab"), "duplicates go");
	ok(tells(&result, "of what means the same as line 1, lines 3, 4 are removed"),
	   "and are told");
	ok(tells(&result, "systemctl daemon-reload"), "systemd runs: it reads fstab later");
	result = unpersist("/swapfile");
	ok(tells(&result, "remove line 1 from /etc/fstab"), "a line that goes");
	result = unpersist("/swapfile");
	ok(tells(&result, "no line of fstab means /swapfile"), "none is there");
	result = persist("/nothing", &PLAIN);
	ok(result.kind == PMM_FAULT_NO_AREA, "what is not there cannot be persisted");
	result = persist("/etc/fstab", &PLAIN);
	ok(result.kind == PMM_FAULT_REFUSED && tells(&result, "could not be activated at boot"),
	   "nor what is no swap area");
	result = unpersist("/nothing");
	ok(result.kind == PMM_FAULT_NO_AREA && tells(&result, "no line of fstab that means it"),
	   "what is neither there nor in fstab is no area");
}

/* ---- what is not there ---- */

static void test_missing(void)
{
	struct result result;

	put_fstab("/gone none swap sw\n/root/gone none swap sw\n/no/dir/x none swap sw\n" DISK
		  "UUID=dead none swap sw\n");
	result = unpersist("/gone");
	ok(result.r == 0, "the line of a file that is gone can go");
	fstab_is("/no/dir/x none swap sw\n" DISK "UUID=dead none swap sw\n",
		 "and another that leads to the same place");
	result = unpersist("/no/dir/x");
	ok(result.r == 0, "that of a directory that is gone, too");
	result = unpersist("UUID=dead");
	ok(result.r == 0, "and that of a tag that leads nowhere");
	fstab_is(DISK, "only the others are left");
	unlink(full_path("etc/fstab"));
	result = persist("/swapfile", &PLAIN);
	ok(result.r == 0 && result.is_changed, "no fstab: one is made");
	fstab_is(LINE, "with the line");
	{
		struct stat status;

		stat(full_path("etc/fstab"), &status);
		is_u64(status.st_mode & 07777, 0644, "and the usual mode, whatever the umask");
	}
	unlink(full_path("etc/fstab"));
	result = unpersist("/swapfile");
	ok(result.r == 0 && !result.is_changed && count_names() == 0,
	   "nothing to remove: none is made");
	put_fstab("");
}

/* A file that a step before makes: create persists what is not there yet. */
static void test_place(void)
{
	struct area area = {.fd = -1, .writable_fd = -1};
	struct pmm_plan *plan;
	struct pmm_fault fault = {0};
	int64_t priority;
	char *discard;

	put_fstab("/root/later none swap sw,pri=3,discard=once\n/later none swap sw\n");
	tree_check(pmm_plan_open(root, &pmm_effects_live, &plan) == 0, "plan");
	tree_check(place_open(root, "/later", 0, &area.place, &fault) == 0, "place");
	ok(persist_find(plan, &area, NULL, &priority, &discard) == 1 && priority == 3 && discard &&
		   !strcmp(discard, "once"),
	   "the options of a line whose file is not there yet are found");
	free(discard);
	ok(persist_add_step(plan, &area, &PLAIN) == 0, "it can be planned");
	put_area("later", NULL, NULL);
	ok(pmm_plan_run(plan, NULL) == 0, "and run when the file is there");
	fstab_is("/root/later none swap sw,pri=3,discard=once\n", "one line is left of the two");
	put_fstab(DISK);
	ok(persist_find(plan, &area, NULL, &priority, &discard) == 0, "no line, no options");
	place_close(&area.place);
	pmm_plan_close(plan);
	unlink(full_path("later"));
}

/* ---- odd names ---- */

static void test_names(void)
{
	static const char *const names[] = {
		"a b",	    "tab\there", "new\nname", "back\\slash", "oct\\040lit", "x (deleted)",
		"#hash",    "-x",	 "UUID=x",    "esc\033[31m", "bad\xff\xfe", "quote\"d",
		"cr\rhere", "none",	 "swap",      "a,b=c",	     "trail\r",	    "'",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[64];
		struct result result;
		struct pmm_fstab *fstab;

		snprintf(path, sizeof(path), "/%s", names[i]);
		put_area(names[i], NULL, NULL);
		put_fstab(DISK);
		result = persist(path, &PLAIN);
		ok(result.r == 0 && result.is_changed, "'%s' is persisted", names[i]);
		if (ok(pmm_fstab_read(root, NULL, &fstab) == 0, "'%s' is read", names[i])) {
			const struct pmm_fstab_swap *swap = pmm_fstab_swap_at(fstab, 0);

			is_text(swap ? swap->path : NULL, path, "'%s' is what libmount reads",
				names[i]);
			ok(!pmm_fstab_swap_at(fstab, 1) && !pmm_fstab_complaint(fstab, 0),
			   "'%s': one line, and no complaint", names[i]);
			pmm_fstab_free(fstab);
		}
		ok(!persist(path, &PLAIN).is_changed, "'%s' is known again", names[i]);
		ok(unpersist(path).r == 0, "'%s' is unpersisted", names[i]);
		fstab_is(DISK, names[i]);
		unlink(full_path(names[i]));
	}
}

/* ---- random texts ---- */

static size_t put_random(char *bytes, size_t capacity)
{
	static const char *const pieces[] = {
		"\n",
		LINE,
		"/link none swap sw\n",
		"/swapfile none swap ",
		"# c\n",
		"\t",
		"\r\n",
		"/dev/a / ext4 rw 0 1\n",
		" ",
		"noauto",
		"pri=5,",
		"UUID=" UUID " none swap sw",
		"\\040",
		"\\",
		"LABEL=lab none swap sw\n",
		"#",
		"swap",
		"0 0",
		"x",
		"\xff",
	};
	size_t length = 0, count = random_below(24);

	while (count-- && length + 64 < capacity) {
		const char *piece = pieces[random_below(sizeof(pieces) / sizeof(*pieces))];

		if (random_below(12)) {
			memcpy(bytes + length, piece, strlen(piece));
			length += strlen(piece);
		} else {
			bytes[length++] = (char)random_below(256);
		}
	}
	return length;
}

/* Persist and unpersist; each again must change nothing. What is left has no line of ours. */
static bool holds(char *bytes, size_t length)
{
	struct fstab_text before = {bytes, length}, left = {0};
	struct result result;
	bool is_good;

	tree_put(&tree, "etc/fstab", bytes, length);
	result = persist("/swapfile", &PLAIN);
	is_good = result.r == 0 && !persist("/swapfile", &PLAIN).is_changed;
	result = unpersist("/swapfile");
	is_good = is_good && result.r == 0 && !unpersist("/swapfile").is_changed;
	left.bytes = get_text("etc/fstab", &left.length);
	is_good = is_good && fstab_text_has_same_others(&before, &left) == 1 &&
		  left.length <= before.length + 1;
	fstab_text_free(&left);
	return is_good;
}

static void test_random(void)
{
	size_t rounds = random_is_long() ? 20000 : 300, good = 0;

	for (size_t i = 0; i < rounds; i++) {
		char bytes[2048];

		good += holds(bytes, put_random(bytes, sizeof(bytes)));
	}
	is_u64(good, rounds, "random fstabs come out whole");
	is_u64(count_names(), 1, "and nothing is left beside them");
}

int main(int argc, char **argv)
{
	char *hard;

	/* R17: none of them may matter. */
	setenv("LIBMOUNT_FSTAB", "/dev/null", 1);
	setenv("LIBMOUNT_FORCE_MOUNT2", "always", 1);
	umask(077);
	random_start(argc, argv);
	make_tree();
	put_area("swapfile", UUID, "lab");
	put_link("link", "/swapfile");
	put_link("link2", "link");
	put_link("root", "/");
	put_link("dev/disk/by-uuid/known", "/swapfile");
	put_link("dev/disk/by-partuuid/part", "../../../swapfile");
	put_link("dev/disk/by-partlabel/part\\x20label", "../../../swapfile");
	hard = strdup(full_path("hard"));
	tree_check(!link(full_path("swapfile"), hard), "hard");
	free(hard);
	test_corpus();
	test_bytes();
	test_options();
	test_words();
	test_missing();
	test_place();
	test_names();
	test_random();
	return end_tree();
}
