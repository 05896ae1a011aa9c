/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* words: sizes as steps and faults say them, and commands with a path put in for a shell. */

#include "words.h"

#include <stdlib.h>

#include "tap.h"
#include "verdict.h"

static const struct {
	uint64_t bytes;
	const char *words;
} sizes[] = {
	{0, "0 bytes"},
	{1, "1 bytes"},
	{1023, "1023 bytes"},
	{1024, "1K"},
	{1025, "1K"},
	{1536, "1.5K"},
	{10239, "10K"},
	{10240, "10K"},
	{10751, "10.5K"},
	{1023 << 10, "1023K"},
	{1 << 20, "1M"},
	{(1 << 20) - 1, "1M"},
	{(100 << 10) - 1, "100K"},
	{(101 << 10) - 513, "100K"},
	{65532 << 10, "64M"},
	{UINT64_C(12638248960), "11.8G"},
	{UINT64_C(1) << 30, "1G"},
	{UINT64_C(1503238553), "1.4G"},
	{UINT64_C(16) << 40, "16T"},
	{UINT64_C(1) << 50, "1P"},
	{UINT64_MAX, "16E"},
};

/* What shall fit. */
static const struct {
	uint64_t bytes;
	const char *words;
} sizes_within[] = {
	{40960, "40K"},
	{1535, "1.4K"},
	{(1 << 20) - 1, "1023K"},
	{(100 << 10) - 1, "99.9K"},
	{(101 << 10) - 1, "100K"},
	{(UINT64_C(279) << 20) - 4096, "278M"},
	{(UINT64_C(100) << 20) - 16384, "99.9M"},
	{UINT64_C(45) << 30, "45G"},
	{(UINT64_C(1) << 30) - 1, "1023M"},
	{UINT64_MAX, "15.9E"},
};

static const struct {
	const char *fix, *path, *text;
} fixes[] = {
	{"chmod 600 {}", "/swap", "chmod 600 /swap"},
	{"chmod 600 {}", "/a b", "chmod 600 '/a b'"},
	{"chmod 600 {}", "/it's", "chmod 600 '/it'\\''s'"},
	{"chmod 600 {}", "/$(reboot)", "chmod 600 '/$(reboot)'"},
	{"chattr -i {/}", "/var/swap", "chattr -i /var"},
	{"chattr -i {/}", "/swap", "chattr -i /"},
	{"--size {size} {}", "/swap", "--size 4096 /swap"},
	{"nothing", "/swap", "nothing"},
};

int main(void)
{
	char buffer[WORDS_SIZE];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		is_text(words_size(buffer, sizes[i].bytes), sizes[i].words, "%ju",
			(uintmax_t)sizes[i].bytes);
	for (size_t i = 0; i < sizeof(sizes_within) / sizeof(*sizes_within); i++)
		is_text(words_size_within(buffer, sizes_within[i].bytes), sizes_within[i].words,
			"%ju, at most", (uintmax_t)sizes_within[i].bytes);
	for (size_t i = 0; i < sizeof(fixes) / sizeof(*fixes); i++) {
		char *text = fix_text(fixes[i].fix, fixes[i].path, 4096);

		is_text(text, fixes[i].text, "%s of %s", fixes[i].fix, fixes[i].path);
		free(text);
	}
	return done_testing();
}
