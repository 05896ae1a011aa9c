/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What `pagemap who` can be asked about, in words, and text of the kernel's log. */

#include "tap.h"

/* One of the command's own rooms, which no library has. */
#include "pagemap/question.c"

enum { PAGE = 4096, NOTHING = -1 };

static const struct {
	const char *word;
	int kind;
	uint64_t number;  /* frame, slot or offset */
	const char *name; /* of the area or the file */
	uint64_t other;	  /* physical address, or type; 0: absent */
} words[] = {
	{"pfn:0", PMM_RMAP_FRAME, 0, NULL, 0},
	{"pfn:1183093", PMM_RMAP_FRAME, 1183093, NULL, 0},
	{"pfn:0x120d75", PMM_RMAP_FRAME, 0x120d75, NULL, 0},
	{"pfn:4503599627370495", PMM_RMAP_FRAME, (UINT64_C(1) << 52) - 1, NULL, 0},
	{"pfn:4503599627370496", NOTHING, 0, NULL, 0},
	{"pfn:0x10000000000000", NOTHING, 0, NULL, 0},
	{"pfn:", NOTHING, 0, NULL, 0},
	{"pfn:-1", NOTHING, 0, NULL, 0},
	{"pfn:12 ", NOTHING, 0, NULL, 0},
	{"pfn:4a0d75", NOTHING, 0, NULL, 0},
	{"0x4a0d75900", PMM_RMAP_FRAME, 0x4a0d75, NULL, 0x4a0d75900},
	{"0xffffffffffffffff", PMM_RMAP_FRAME, (UINT64_C(1) << 52) - 1, NULL, UINT64_MAX},
	{"0x10000000000000000", NOTHING, 0, NULL, 0},
	{"0x", NOTHING, 0, NULL, 0},
	{"4a0d75900", NOTHING, 0, NULL, 0},
	{"1183093", NOTHING, 0, NULL, 0},
	{"swap:1:17", PMM_RMAP_SLOT, 17, NULL, 1},
	{"swap:31:0x11", PMM_RMAP_SLOT, 17, NULL, 31},
	{"swap:/swapfile:17", PMM_RMAP_SLOT, 17, "/swapfile", 0},
	{"swap:/a:b:17", PMM_RMAP_SLOT, 17, "/a:b", 0},
	{"swap:32:17", PMM_RMAP_SLOT, 17, "32", 0},
	{"swap:17", NOTHING, 0, NULL, 0},
	{"swap::17", NOTHING, 0, NULL, 0},
	{"swap:/swapfile:", NOTHING, 0, NULL, 0},
	{"swap:/swapfile:x", NOTHING, 0, NULL, 0},
	{"swap:0:1125899906842624", NOTHING, 0, NULL, 0},
	{"/bin/sh@0", PMM_RMAP_FILE, 0, "/bin/sh", 0},
	{"sh@0x28000", PMM_RMAP_FILE, 0x28000, "sh", 0},
	{"/a@b@4K", PMM_RMAP_FILE, 4096, "/a@b", 0},
	{"/a b@4097", PMM_RMAP_FILE, 4097, "/a b", 0},
	{"0x10@0x20", PMM_RMAP_FILE, 0x20, "0x10", 0},
	{"@0", NOTHING, 0, NULL, 0},
	{"/bin/sh@", NOTHING, 0, NULL, 0},
	{"/bin/sh@-1", NOTHING, 0, NULL, 0},
	{"/bin/sh@zebra", NOTHING, 0, NULL, 0},
	{"/bin/sh", NOTHING, 0, NULL, 0},
	{"", NOTHING, 0, NULL, 0},
};

static void test_words(void)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *word = words[i].word, *name;
		uint64_t number, other;
		struct question what;

		if (!question_parse(word, PAGE, &what)) {
			ok(words[i].kind == NOTHING, "'%s' is nothing", word);
			continue;
		}
		number = what.kind == PMM_RMAP_FRAME  ? what.frame
			 : what.kind == PMM_RMAP_SLOT ? what.swap_slot
						      : what.offset_bytes;
		other = what.kind == PMM_RMAP_FRAME ? what.physical_address : what.swap_type;
		name = what.kind == PMM_RMAP_SLOT ? what.area : what.path;
		ok((int)what.kind == words[i].kind, "'%s': kind", word);
		is_u64(number, words[i].number, "'%s': number", word);
		is_u64(other, words[i].other ? words[i].other : PMM_ABSENT, "'%s': other", word);
		is_text(name, words[i].name, "'%s': name", word);
		is_text(what.words, word, "'%s': words", word);
		question_free(&what);
	}
}

static const char log_text[] =
	"mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 7: 8c00004000010090\n"
	"mce: [Hardware Error]: TSC 0 ADDR 4a0d75900 MISC 140200a\n"
	"\n"
	"EDAC MC0: 1 CE on DIMM0 (page:0x4a0d75 offset:0x940 grain:32)\n"
	"EDAC MC0: 1 CE on DIMM0 (page:0x4a0d76 offset:0x0 grain:32)";

static void test_log(void)
{
	char lines[] = "pfn:1\nnothing\n/a b@0\nEDAC MC0: (page:0x1 offset:0x40 grain:32)\npfn:1";
	struct questions questions = {0}, streamed = {0};
	FILE *stream = fmemopen(lines, strlen(lines), "r");

	ok(questions_add(&questions, log_text, PAGE), "text of the log is taken");
	is_u64(questions.count, 2, "each page that it has counts once");
	is_text(questions.list[0].words, "0x4a0d75900", "by its first address");
	is_u64(questions.list[1].frame, 0x4a0d76, "the other page");
	ok(!questions_add(&questions, "Linux version 6.18", PAGE),
	   "text without an address is not");
	ok(!questions_add(&questions, "", PAGE), "nothing is not");
	is_u64(questions.count, 2, "and adds nothing");
	questions_free(&questions);
	questions_add_stream(&streamed, stream, PAGE);
	fclose(stream);
	is_u64(streamed.count, 3, "of a stream each line counts that is something");
	is_text(streamed.list[1].path, "/a b", "a file with a blank in its name");
	is_text(streamed.list[2].words, "pfn:1", "what is typed twice is asked twice");
	questions_free(&streamed);
}

int main(void)
{
	test_words();
	test_log();
	return done_testing();
}
