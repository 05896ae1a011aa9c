/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history.c: the last minute as a row of characters. */

#include "vmtop/history.c"

#include <stdlib.h>

#include "tap.h"

static const uint64_t SECOND = NS_PER_SECOND;

/* The minute in PARTS characters of ASCII. */
static const char *picture(const struct history *history, size_t parts)
{
	static char text[256];

	for (size_t i = 0; i < parts; i++)
		text[i] = *history_spark(history, TREND_LOST, i, parts, false);
	text[parts] = '\0';
	return text;
}

static void add(struct history *history, uint64_t begin_ns, uint64_t end_ns, double percent)
{
	const double percents[TRENDS] = {(double)NAN, (double)NAN,
					 (double)NAN, [TREND_LOST] = percent};

	history_add(history, begin_ns, end_ns, percents);
}

static void test_steps(void)
{
	static const struct {
		double percent;
		const char *block, *mark;
	} steps[] = {
		{(double)NAN, " ", " "}, {0, "▁", "."},	   {0.99, "▁", "."}, {1, "▂", ":"},
		{4.9, "▃", ":"},	 {9.99, "▄", ":"}, {10, "▅", "|"},   {39, "▆", "|"},
		{69.9, "▇", "|"},	 {70, "█", "|"},   {100, "█", "|"},
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		is_text(spark(steps[i].percent, true), steps[i].block, "%g %%", steps[i].percent);
		is_text(spark(steps[i].percent, false), steps[i].mark, "%g %%, in ASCII",
			steps[i].percent);
	}
}

static void test_minute(void)
{
	struct history *history = calloc(1, sizeof(*history));

	is_text(picture(history, 6), "      ", "nothing yet");
	add(history, 100 * SECOND, 102 * SECOND, 50);
	is_text(picture(history, 6), "     |", "one interval");
	for (uint64_t at = 102; at < 150; at += 2)
		add(history, at * SECOND, (at + 2) * SECOND, 0);
	is_text(picture(history, 6), " |....", "it moves to the left");
	is_text(picture(history, 30), "     |........................",
		"each interval has a place");
	add(history, 150 * SECOND, 210 * SECOND, 5);
	is_text(picture(history, 6), "::::::", "an interval that is a minute long");
	/* Of a part the greatest value is seen, however short it was. */
	for (uint64_t at = 0; at < 100; at++)
		add(history, 210 * SECOND + at * SECOND / 100,
		    210 * SECOND + (at + 1) * SECOND / 100, at == 50 ? 80 : 0);
	is_text(picture(history, 6), ":::::|", "a hundred a second");
	add(history, 10 * SECOND, 12 * SECOND, 0);
	is_text(picture(history, 6), "     .", "time that goes back makes the rest forgotten");
	add(history, 12 * SECOND, 12 * SECOND, 99);
	is_text(picture(history, 6), "     .", "an interval of no time is none");
	free(history);
}

static void test_long_run(void)
{
	struct history *history = calloc(1, sizeof(*history));

	for (uint64_t at = 0; at < 100000; at++)
		add(history, at * SECOND / 10, (at + 1) * SECOND / 10, at % 7 ? 0 : 20);
	is_text(picture(history, 6), "||||||",
		"ten a second for hours: all of the minute is there");
	add(history, 20000 * SECOND, 20001 * SECOND, 3);
	is_text(picture(history, 6), "     :", "what lies before a gap is past");
	free(history);
}

int main(void)
{
	test_steps();
	test_minute();
	test_long_run();
	return done_testing();
}
