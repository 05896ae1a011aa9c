/* SPDX-License-Identifier: GPL-2.0-or-later */

/* A ring of intervals, and what part of a minute looks like. */

#include "history.h"

#include <math.h>
#include <string.h>

#include "shared/units.h"

static const uint64_t MINUTE_NS = HISTORY_SECONDS * NS_PER_SECOND;
static const uint64_t PLACE_NS = HISTORY_SECONDS * NS_PER_SECOND / (HISTORY_PLACES - 8);

static struct history_place *last_place(struct history *history)
{
	return &history->places[(history->count - 1) % HISTORY_PLACES];
}

void history_add(struct history *history, uint64_t begin_ns, uint64_t end_ns,
		 const double percents[TRENDS])
{
	struct history_place *last = last_place(history);

	if (end_ns <= begin_ns)
		return;
	if (history->count && begin_ns < last->end_ns)
		history->count = 0;
	if (history->count && end_ns - last->begin_ns <= PLACE_NS) {
		last->end_ns = end_ns;
		for (size_t i = 0; i < TRENDS; i++)
			last->percents[i] = fmax(last->percents[i], percents[i]);
		return;
	}
	history->count++;
	last = last_place(history);
	last->begin_ns = begin_ns;
	last->end_ns = end_ns;
	memcpy(last->percents, percents, sizeof(last->percents));
}

const char *spark(double percent, bool with_utf8)
{
	static const double steps[] = {1, 2, 5, 10, 20, 40, 70};
	static const char blocks[][SPARK_STEP] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char marks[][SPARK_STEP] = {".", ":", ":", ":", "|", "|", "|", "|"};
	size_t level = 0;

	if (isnan(percent))
		return " ";
	while (level < sizeof(steps) / sizeof(*steps) && percent >= steps[level])
		level++;
	return with_utf8 ? blocks[level] : marks[level];
}

/* The greatest value between two moments; NAN if none is known. */
static double greatest(const struct history *history, enum trend trend, uint64_t from_ns,
		       uint64_t to_ns)
{
	size_t kept = history->count < HISTORY_PLACES ? history->count : HISTORY_PLACES;
	double percent = (double)NAN;

	for (size_t i = history->count - kept; i < history->count; i++) {
		const struct history_place *place = &history->places[i % HISTORY_PLACES];

		if (place->end_ns > from_ns && place->begin_ns < to_ns)
			percent = fmax(percent, place->percents[trend]);
	}
	return percent;
}

const char *history_spark(const struct history *history, enum trend trend, size_t part,
			  size_t parts, bool with_utf8)
{
	uint64_t end_ns, from_ns, to_ns;

	if (!history->count)
		return " ";
	end_ns = history->places[(history->count - 1) % HISTORY_PLACES].end_ns;
	to_ns = (parts - part - 1) * MINUTE_NS / parts;
	from_ns = (parts - part) * MINUTE_NS / parts;
	if (to_ns >= end_ns)
		return " ";
	return spark(
		greatest(history, trend, from_ns < end_ns ? end_ns - from_ns : 0, end_ns - to_ns),
		with_utf8);
}
