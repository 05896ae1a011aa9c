/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c: nothing that a terminal could obey gets through, and nothing is lost. */

#include "shared/text.h"

#include <locale.h>
#include <stdlib.h>

#include "tap.h"

/* Bytes with their length, for those that hold NUL. */
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *name;
	const char *bytes;
	size_t length;
	const char *in_utf8; /* escaped in a UTF-8 locale */
	const char *in_c;    /* in the C locale, if that is not the same */
} cases[] = {
	{"plain ASCII", BYTES("a-z A-Z 0-9 ~!\"'"), "a-z A-Z 0-9 ~!\"'", NULL},
	{"nothing", BYTES(""), "", NULL},
	{"NUL", BYTES("a\0b"), "a\\x00b", NULL},
	{"ESC [31m", BYTES("\033[31mred"), "\\x1b[31mred", NULL},
	{"newline, tab and carriage return", BYTES("a\n\t\r"), "a\\x0a\\x09\\x0d", NULL},
	{"DEL", BYTES("\177"), "\\x7f", NULL},
	{"a name that ends its own stat field", BYTES(") R 1 1"), ") R 1 1", NULL},
	{"C1 CSI as UTF-8", BYTES("\302\23331m"), "\\xc2\\x9b31m", NULL},
	{"C1 CSI as a byte", BYTES("\23331m"), "\\x9b31m", NULL},
	{"the last of C1", BYTES("\302\237"), "\\xc2\\x9f", NULL},
	{"a no-break space after C1", BYTES("\302\240"), "\302\240", "\\xc2\\xa0"},
	{"Latin letters", BYTES("\303\251t\303\251"), "\303\251t\303\251", "\\xc3\\xa9t\\xc3\\xa9"},
	{"Han", BYTES("\346\274\242"), "\346\274\242", "\\xe6\\xbc\\xa2"},
	{"an emoji", BYTES("\360\237\230\200"), "\360\237\230\200", "\\xf0\\x9f\\x98\\x80"},
	{"U+061C Arabic letter mark", BYTES("\330\234"), "\\xd8\\x9c", NULL},
	{"U+200B zero-width space", BYTES("\342\200\213"), "\\xe2\\x80\\x8b", NULL},
	{"U+200E left-to-right mark", BYTES("\342\200\216"), "\\xe2\\x80\\x8e", NULL},
	{"U+2010 hyphen", BYTES("\342\200\220"), "\342\200\220", "\\xe2\\x80\\x90"},
	{"U+2028 line separator", BYTES("\342\200\250"), "\\xe2\\x80\\xa8", NULL},
	{"U+202E right-to-left override", BYTES("\342\200\256txt.exe"), "\\xe2\\x80\\xaetxt.exe",
	 NULL},
	{"U+2060 word joiner", BYTES("\342\201\240"), "\\xe2\\x81\\xa0", NULL},
	{"U+2066 isolate", BYTES("\342\201\246"), "\\xe2\\x81\\xa6", NULL},
	{"U+FE0F variation selector", BYTES("\357\270\217"), "\\xef\\xb8\\x8f", NULL},
	{"U+FEFF byte order mark", BYTES("\357\273\277"), "\\xef\\xbb\\xbf", NULL},
	{"U+E0041 tag", BYTES("\363\240\201\201"), "\\xf3\\xa0\\x81\\x81", NULL},
	{"0xff", BYTES("a\377b"), "a\\xffb", NULL},
	{"an overlong slash", BYTES("\300\257"), "\\xc0\\xaf", NULL},
	{"a surrogate", BYTES("\355\240\200"), "\\xed\\xa0\\x80", NULL},
	{"past U+10FFFF", BYTES("\364\220\200\200"), "\\xf4\\x90\\x80\\x80", NULL},
	{"a cut sequence", BYTES("\346\274"), "\\xe6\\xbc", NULL},
	{"a cut sequence before a letter", BYTES("\346\274a"), "\\xe6\\xbca", NULL},
	{"what looks like an escape", BYTES("\\x41"), "\\x5cx41", NULL},
	{"other backslashes", BYTES("C:\\dir\\"), "C:\\dir\\", NULL},
	{"two backslashes before x", BYTES("\\\\x"), "\\\\x5cx", NULL},
};

static void test_cases(bool is_c)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *escaped = escape_text(cases[i].bytes, cases[i].length);
		const char *expected = is_c && cases[i].in_c ? cases[i].in_c : cases[i].in_utf8;

		is_text(escaped, expected, "%s, in the %s locale", cases[i].name,
			is_c ? "C" : "C.UTF-8");
		free(escaped);
	}
}

static void test_put_text(void)
{
	char buffer[32] = "";
	FILE *stream = fmemopen(buffer, sizeof(buffer), "w");

	put_text(stream, "\033]52;x\a", 7);
	fclose(stream);
	is_text(buffer, "\\x1b]52;x\\x07", "put_text writes what escape_text returns");
}

/* Undo \xNN. Returns the length of what was escaped. */
static size_t unescape(const char *escaped, char *ret_bytes)
{
	size_t length = 0;

	while (*escaped) {
		if (escaped[0] == '\\' && escaped[1] == 'x') {
			char digits[] = {escaped[2], escaped[3], '\0'};

			ret_bytes[length++] = (char)strtoul(digits, NULL, 16);
			escaped += 4;
		} else {
			ret_bytes[length++] = *escaped++;
		}
	}
	return length;
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\177')
			return true;
	return false;
}

/* Bytes that look like text enough to reach every branch; the same ones in every run. */
static size_t random_bytes(uint32_t *state, char bytes[16])
{
	static const char likely[] = "\\x\\x4a\033\302\233\342\200\256\360\237\230\200\355\240\377";
	size_t length;

	*state = *state * 1664525 + 1013904223;
	length = *state >> 28;
	for (size_t i = 0; i < length; i++) {
		*state = *state * 1664525 + 1013904223;
		bytes[i] = *state >> 31 ? likely[(*state >> 16) % (sizeof(likely) - 1)]
					: (char)(*state >> 16);
	}
	return length;
}

static void test_random(const char *locale)
{
	char bytes[16], back[16];
	uint32_t state = 1;
	size_t rounds = getenv("PROCMM_LONG") ? 2000000 : 20000;
	size_t lost = 0, invalid = 0, controls = 0;

	for (size_t i = 0; i < rounds; i++) {
		size_t length = random_bytes(&state, bytes);
		char *escaped = escape_text(bytes, length);

		lost += unescape(escaped, back) != length || memcmp(bytes, back, length) != 0;
		invalid += text_utf8_valid(escaped, strlen(escaped)) != strlen(escaped);
		controls += has_control(escaped);
		free(escaped);
	}
	is_u64(lost, 0, "random bytes can be read back in %s", locale);
	is_u64(invalid, 0, "random bytes become valid UTF-8 in %s", locale);
	is_u64(controls, 0, "random bytes become free of controls in %s", locale);
}

static void test_valid(void)
{
	static const struct {
		const char *bytes;
		size_t length, valid;
	} fronts[] = {
		{BYTES(""), 0},
		{BYTES("abc"), 3},
		{BYTES("a\0b"), 3},
		{BYTES("\303\251\346\274\242\360\237\230\200"), 9},
		{BYTES("ab\377c"), 2},
		{BYTES("\303\251\303"), 2},
		{BYTES("\200"), 0},
		{BYTES("\364\217\277\277"), 4},
		{BYTES("\365\200\200\200"), 0},
		{BYTES("\340\237\277"), 0},
		{BYTES("\360\217\277\277"), 0},
	};

	for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++)
		is_u64(text_utf8_valid(fronts[i].bytes, fronts[i].length), fronts[i].valid,
		       "%zu of %zu bytes of UTF-8 case %zu are valid", fronts[i].valid,
		       fronts[i].length, i);
}

/* Eight bytes are judged at a time: each, at each place, must be judged as if it were alone. */
static void test_plain(void)
{
	size_t wrong = 0;

	for (unsigned byte = 0; byte < 256; byte++)
		for (size_t place = 0; place < 24; place++) {
			bool is_plain = byte >= ' ' && byte <= '~' && byte != '\\';
			char text[] = "the quick brown fox jump";

			text[place] = (char)byte;
			wrong += text_plain_front(text, 24) != (is_plain ? 24 : place);
			text[0] = ' '; /* the least that is plain */
			if (place)
				wrong += text_plain_front(text, 24) != (is_plain ? 24 : place);
			wrong += text_plain_front(text, place) > place;
		}
	is_u64(wrong, 0, "what needs no escape is found to the byte");
}

int main(void)
{
	char *formatted;

	test_cases(true);
	test_random("C");
	ok(setlocale(LC_CTYPE, "C.UTF-8"), "the locale C.UTF-8 is there");
	test_cases(false);
	test_random("C.UTF-8");
	test_put_text();
	test_valid();
	test_plain();

	is_u64(text_width("abc"), 3, "ASCII is as wide as it is long");
	is_u64(text_width("\303\251\346\274\242"), 3, "Latin takes one column, Han two");
	is_u64(text_width("e\314\201"), 1, "a combining accent takes none");

	formatted = format_text("%d-%s", 7, "x");
	is_text(formatted, "7-x", "format_text makes a string");
	free(formatted);
	return done_testing();
}
