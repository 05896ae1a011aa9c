/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A verdict in words: what is said of it and why, in fixed wording; what helps is in
 * verdict-advice.c. Pure, but for the memory. No number is computed here that is not in the
 * verdict; no printf of a fraction, so that the locale has no say.
 */

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "root.h"
#include "verdict-words.h"

enum {
	MOST_SUSPECTS = 3,
};

/* ---- pieces ---- */

/* "0.4", "70": with a decimal below BOUND. */
static void put_rounded(FILE *file, double number, unsigned bound)
{
	uint64_t tenths = (uint64_t)llround(fmin(fmax(number, 0), 1e12) * 10);

	if (tenths < 10 * (uint64_t)bound && tenths % 10)
		fprintf(file, "%ju.%ju", (uintmax_t)(tenths / 10), (uintmax_t)(tenths % 10));
	else
		fprintf(file, "%ju", (uintmax_t)((tenths + 5) / 10));
}

void words_put_number(FILE *file, double number)
{
	put_rounded(file, number, 10);
}

/* What is claimed to be "at least" is never rounded up. */
static void put_least_percent(FILE *file, double percent)
{
	double unit = percent < 10 ? 10 : 1;

	words_put_number(file, floor(percent * unit) / unit);
	fputc('%', file);
}

static void put_percent(FILE *file, double percent)
{
	words_put_number(file, percent);
	fputc('%', file);
}

void words_put_size(FILE *file, uint64_t bytes)
{
	static const char letters[] = "KMGTPE";
	double size = (double)bytes;
	size_t unit = 0;

	for (; size >= 1000 && unit < sizeof(letters) - 1; unit++)
		size /= 1024;
	put_rounded(file, size, 100);
	if (unit)
		fputc(letters[unit - 1], file);
}

void words_put_rate(FILE *file, double bytes_per_second)
{
	words_put_size(file, (uint64_t)fmin(fmax(bytes_per_second, 0), 1e18));
	fputs("/s", file);
}

/* "42 s", "15 min", "3 h". */
static void put_duration(FILE *file, double seconds)
{
	if (seconds < 600)
		fprintf(file, "%.0f s", seconds);
	else if (seconds < 2 * 3600)
		fprintf(file, "%.0f min", floor(seconds / 60));
	else
		fprintf(file, "%.0f h", floor(seconds / 3600));
}

/* A separator before all but the first. */
static void separate(FILE *file, bool *is_first, const char *separator)
{
	if (!*is_first)
		fputs(separator, file);
	*is_first = false;
}

/* ---- the sentence ---- */

/* Whether it costs that much is estimated; what comes back may be, too. */
static bool is_cost_estimate(const struct pmm_verdict *verdict)
{
	return verdict->doubts & (PMM_DOUBT_NO_PRESSURE | PMM_DOUBT_NO_EVICTIONS);
}

static void put_state(FILE *file, const struct pmm_verdict *verdict)
{
	bool is_bad = verdict->state >= PMM_STATE_THRASHING;

	fputs(is_bad ? "THRASHING" : pmm_state_name(verdict->state), file);
	if (is_cost_estimate(verdict) && verdict->state >= PMM_STATE_PRESSURE)
		fputs(is_bad ? " likely" : " (estimate)", file);
	if (verdict->state == PMM_STATE_SEVERE)
		fputs(" (severe)", file);
	if (verdict->state >= PMM_STATE_PRESSURE && !isnan(verdict->state_seconds)) {
		fputs(" for ", file);
		put_duration(file, verdict->state_seconds);
	}
	if (verdict->path)
		fprintf(file, " in %s", verdict->path);
	fputs(": ", file);
}

static void put_lost(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	const char *whose = verdict->path ? "its" : "the";

	if (!(verdict->lost_percent >= story->thresholds->pressure_lost_percent)) {
		/* Where nobody counts waits, a limit tells; else it has ended, and is left late. */
		if (verdict->doubts & PMM_DOUBT_NO_PRESSURE)
			fputs("it is at its limit, and pages come back", file);
		else
			fprintf(file, "hardly any of %s time goes to paging by now", whose);
		return;
	}
	fprintf(file, "at least %s", is_cost_estimate(verdict) ? "~" : "");
	put_least_percent(file, verdict->lost_percent);
	fprintf(file, " of %s time went to paging", whose);
	if (isnan(verdict->useful_percent))
		return;
	fputs(", ", file);
	put_percent(file, verdict->useful_percent);
	fprintf(file, " of a processor to %s work", verdict->path ? "its own" : "the");
}

static void put_returns(FILE *file, const struct pmm_verdict *verdict)
{
	double pages = fmax(verdict->swapped_in_pages_per_second,
			    fmax(verdict->refaulted_anon_pages_per_second,
				 verdict->refaulted_file_pages_per_second));

	words_put_number(file, pages);
	if (verdict->notes & PMM_NOTE_READING_BACK)
		fputs(" pages/s come back that were evicted some time ago, and none leave: it ends "
		      "by itself",
		      file);
	else
		fputs(" pages/s come back that the kernel was asked to evict; there is no shortage",
		      file);
}

static void put_calm(FILE *file, const struct pmm_verdict *verdict)
{
	if (verdict->notes & (PMM_NOTE_READING_BACK | PMM_NOTE_PROACTIVE)) {
		put_returns(file, verdict);
	} else if (verdict->notes & PMM_NOTE_COLD_SWAP) {
		words_put_size(file, verdict->swap_used_bytes);
		fputs(" of swap is in use, and hardly any of it is read (cold swap): harmless",
		      file);
	} else {
		fputs("what is needed is in memory", file);
	}
}

static void put_doubts(FILE *file, unsigned doubts, bool *is_first)
{
	for (unsigned bit = 1; bit && bit <= doubts; bit <<= 1)
		if (doubts & bit) {
			separate(file, is_first, "; ");
			fputs(pmm_doubt_text(bit), file);
		}
}

static void put_sentence(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	bool is_first = true;

	put_state(file, verdict);
	switch (verdict->state) {
	case PMM_STATE_UNKNOWN:
		put_doubts(file, verdict->doubts, &is_first);
		break;
	case PMM_STATE_OK:
		put_calm(file, verdict);
		break;
	case PMM_STATE_RECLAIMING:
		fputs("memory is recycled", file);
		if (!isnan(verdict->evicted_pages_per_second)) {
			fputs(", ", file);
			words_put_number(file, verdict->evicted_pages_per_second);
			fputs(" pages/s", file);
		}
		fputs("; by itself that is no shortage", file);
		break;
	default:
		put_lost(file, story);
	}
}

/* ---- why ---- */

static void put_because(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	bool is_first = true;

	if (!isnan(verdict->reuse_ratio)) {
		separate(file, &is_first, "; ");
		if (verdict->doubts & PMM_DOUBT_BORROWED)
			fputc('~', file);
		put_percent(file, 100 * verdict->reuse_ratio);
		fputs(" of evicted pages were needed again (", file);
		words_put_number(file, verdict->came_back_pages_per_second);
		fputs("/s)", file);
	}
	if (verdict->paging_read_ratio >= 0.01) {
		separate(file, &is_first, "; ");
		put_percent(file, 100 * verdict->paging_read_ratio);
		fputs(" of disk reads are paging", file);
	}
	if (!isnan(verdict->memory_full_percent)) {
		separate(file, &is_first, "; ");
		fputs("memory stall ", file);
		put_percent(file, verdict->memory_full_percent);
	}
	if (!isnan(verdict->io_full_percent)) {
		separate(file, &is_first, ", ");
		fputs("I/O stall ", file);
		put_percent(file, verdict->io_full_percent);
	}
	if (verdict->notes & PMM_NOTE_OOM_KILL) {
		separate(file, &is_first, "; ");
		fprintf(file, "processes killed for lack of memory: %ju",
			(uintmax_t)verdict->oom_kills);
	}
}

static void put_limit(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	uint64_t hits = verdict->is_limit_high ? verdict->events_high : verdict->events_max;

	if (!verdict->is_limit_binding)
		return;
	fputs(verdict->is_limit_high ? "memory.high " : "memory limit ", file);
	words_put_size(file, verdict->limit_bytes);
	fprintf(file, " of %s is full", verdict->limit_path);
	if (hits != PMM_ABSENT && hits > 0)
		fprintf(file, " (hit %ju times in %.0f s)", (uintmax_t)hits,
			verdict->window_seconds);
	if (verdict->system_available_bytes == PMM_ABSENT)
		return;
	fputs("; the host has ", file);
	words_put_size(file, verdict->system_available_bytes);
	fputs(" available", file);
}

static void put_victims(FILE *file, const struct story *story)
{
	const struct pmm_scene *scene = story->scene;
	bool is_first = true;

	for (size_t i = 0; i < scene->victims_count && i < MOST_SUSPECTS; i++) {
		const struct pmm_suspect *victim = &scene->victims[i];

		separate(file, &is_first, "; ");
		fprintf(file, "%s(%d)", victim->name, (int)victim->pid);
		if (!isnan(victim->lost_percent)) {
			fputs(victim->is_estimate ? " ~" : " ", file);
			put_percent(file, victim->lost_percent);
			fputs(" lost", file);
		}
		if (!isnan(victim->major_faults_per_second)) {
			fputs(isnan(victim->lost_percent) ? " " : ", ", file);
			words_put_number(file, victim->major_faults_per_second);
			fputs(" major faults/s", file);
		}
	}
}

static void put_growing(FILE *file, const struct story *story)
{
	const struct pmm_scene *scene = story->scene;
	bool is_first = true;

	for (size_t i = 0; i < scene->growers_count && i < MOST_SUSPECTS; i++) {
		const struct pmm_suspect *grower = &scene->growers[i];

		separate(file, &is_first, "; ");
		fprintf(file, "%s(%d) +", grower->name, (int)grower->pid);
		words_put_rate(file, grower->growth_bytes_per_second);
	}
}

/* ---- the whole ---- */

/* What is less than sure of a state that is known. */
static void put_caveat(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	unsigned others = verdict->doubts & ~(unsigned)PMM_DOUBT_SHORT_WINDOW;
	bool is_first = true;

	if (verdict->state == PMM_STATE_UNKNOWN)
		return;
	if (verdict->doubts & PMM_DOUBT_SHORT_WINDOW) {
		separate(file, &is_first, "; ");
		fputs(isnan(verdict->state_seconds) ? "a " : "seen for ", file);
		words_put_number(file, verdict->window_seconds);
		fputs(" s", file);
		if (isnan(verdict->state_seconds))
			fprintf(file, " look; --check takes %ju s",
				(uintmax_t)(story->thresholds->window_ns / NS_PER_SECOND));
	}
	put_doubts(file, others, &is_first);
}

/* RET_LINE: NULL if TELL has nothing to tell. */
static int make_line(teller *tell, const struct story *story, char **ret_line)
{
	char *line = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&line, &length);

	if (!file)
		return -ENOMEM;
	tell(file, story);
	if (fclose(file) != 0) {
		free(line);
		return -ENOMEM;
	}
	if (!length) {
		free(line);
		line = NULL;
	}
	*ret_line = line;
	return 0;
}

static int make_remedies(const struct story *story, struct pmm_words *words)
{
	size_t count = 0;
	int r = 0;

	if (story->verdict->state < PMM_STATE_PRESSURE)
		return 0;
	while (advice_at(count))
		count++;
	words->remedies = calloc(count, sizeof(*words->remedies));
	if (!words->remedies)
		return -ENOMEM;
	for (size_t i = 0; r >= 0 && i < count; i++) {
		char *line = NULL;

		r = make_line(advice_at(i), story, &line);
		if (line)
			words->remedies[words->remedies_count++] = line;
	}
	return r;
}

static int make_lines(const struct story *story, struct pmm_words *words)
{
	bool is_bad = story->verdict->state >= PMM_STATE_PRESSURE;
	const struct {
		teller *tell;
		char **line;
		bool is_told;
	} lines[] = {
		{put_sentence, &words->sentence, true},
		{put_because, &words->because, story->verdict->state > PMM_STATE_OK},
		{put_limit, &words->limit, is_bad},
		{put_victims, &words->victims, is_bad},
		{put_growing, &words->growing, is_bad},
		{put_caveat, &words->caveat, true},
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < sizeof(lines) / sizeof(*lines); i++)
		if (lines[i].is_told)
			r = make_line(lines[i].tell, story, lines[i].line);
	return r < 0 ? r : make_remedies(story, words);
}

int pmm_words_make(const struct pmm_verdict *verdict, const struct pmm_thresholds *thresholds,
		   const struct pmm_scene *scene, struct pmm_words **ret_words)
{
	static const struct pmm_scene nobody = {
		.kswapd_percent = (double)NAN,
		.kernel_free_bytes = PMM_ABSENT,
	};
	const struct story story = {
		.verdict = verdict,
		.thresholds = thresholds ? thresholds : pmm_thresholds_default(),
		.scene = scene ? scene : &nobody,
	};
	struct pmm_words *words = calloc(1, sizeof(*words));
	int r;

	if (!words)
		return -ENOMEM;
	r = make_lines(&story, words);
	if (r < 0) {
		pmm_words_free(words);
		return r;
	}
	*ret_words = words;
	return 0;
}

struct pmm_words *pmm_words_free(struct pmm_words *words)
{
	if (!words)
		return NULL;
	free(words->sentence);
	free(words->because);
	free(words->limit);
	free(words->victims);
	free(words->growing);
	for (size_t i = 0; i < words->remedies_count; i++)
		free(words->remedies[i]);
	free(words->remedies);
	free(words->caveat);
	free(words);
	return NULL;
}
