/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A verdict in words: what is said of it and why, in fixed wording, and what helps. Pure, but for
 * the memory. No number is computed here that is not in the verdict; no printf of a fraction, so
 * that the locale has no say.
 */

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procmm-verdict.h"
#include "root.h"

enum {
	MOST_SUSPECTS = 3,
};

static const uint64_t MIB = 1 << 20;
static const double SLOW_READ_SECONDS = 0.002;	     /* no flash takes that long */
static const double LEAK_BYTES_PER_SECOND = 1 << 20; /* less may be a program at work */
static const double BUSY_KSWAPD_PERCENT = 90;	     /* of a processor: all it has */
static const double MANY_ALLOCSTALLS = 10;	     /* a second */
static const double FREE_RATIO = 0.1;		     /* of the memory: free, and yet stalls */
static const double COLD_ANON_RATIO = 0.1;	     /* of what comes back, anonymous */

/* What is told. */
struct story {
	const struct pmm_verdict *verdict;
	const struct pmm_thresholds *thresholds;
	const struct pmm_scene *scene;
};

/* Writes a line of it, or nothing. */
typedef void teller(FILE *file, const struct story *story);

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

static void put_number(FILE *file, double number)
{
	put_rounded(file, number, 10);
}

/* What is claimed to be "at least" is never rounded up. */
static void put_least_percent(FILE *file, double percent)
{
	double unit = percent < 10 ? 10 : 1;

	put_number(file, floor(percent * unit) / unit);
	fputc('%', file);
}

static void put_percent(FILE *file, double percent)
{
	put_number(file, percent);
	fputc('%', file);
}

static void put_size(FILE *file, uint64_t bytes)
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

static void put_rate(FILE *file, double bytes_per_second)
{
	put_size(file, (uint64_t)fmin(fmax(bytes_per_second, 0), 1e18));
	fputs("/s", file);
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
	if (verdict->state >= PMM_STATE_PRESSURE && !isnan(verdict->state_seconds))
		fprintf(file, " for %.0f s", verdict->state_seconds);
	if (verdict->path)
		fprintf(file, " in %s", verdict->path);
	fputs(": ", file);
}

static void put_lost(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	const char *whose = verdict->path ? "its" : "the";

	if (!(verdict->lost_percent >= story->thresholds->pressure_lost_percent)) {
		fputs("it is at its limit, and pages come back", file);
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

	put_number(file, pages);
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
		put_size(file, verdict->swap_used_bytes);
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
			put_number(file, verdict->evicted_pages_per_second);
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
		put_number(file, verdict->came_back_pages_per_second);
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
	put_size(file, verdict->limit_bytes);
	fprintf(file, " of %s is full", verdict->limit_path);
	if (hits != PMM_ABSENT && hits > 0)
		fprintf(file, " (hit %ju times in %.0f s)", (uintmax_t)hits,
			verdict->window_seconds);
	if (verdict->system_available_bytes == PMM_ABSENT)
		return;
	fputs("; the host has ", file);
	put_size(file, verdict->system_available_bytes);
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
			put_number(file, victim->major_faults_per_second);
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
		put_rate(file, grower->growth_bytes_per_second);
	}
}

/* ---- what helps ---- */

/* systemd.unit(5): the bytes of a unit's name; then it can stand in a command line as it is. */
static const char *unit_of(const char *path)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789:-_.@";
	static const char *const suffixes[] = {".service", ".slice", ".scope"};
	const char *name = strrchr(path, '/'), *suffix;

	name = name ? name + 1 : path;
	suffix = strrchr(name, '.');
	if (!suffix || *name == '-' || name[strspn(name, bytes)])
		return NULL;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (!strcmp(suffix, suffixes[i]))
			return name;
	return NULL;
}

/* What it has, here and in swap, would fit then; if that is not known, twice as much as now. */
static uint64_t better_limit(const struct pmm_verdict *verdict)
{
	uint64_t bytes = verdict->limit_bytes, swap = verdict->swap_used_bytes;
	uint64_t more = swap == PMM_ABSENT || swap < bytes / 8 ? bytes : swap;

	if (__builtin_add_overflow(bytes, more, &bytes) || bytes > PMM_ABSENT - 16 * MIB)
		return verdict->limit_bytes;
	return (bytes + 16 * MIB - 1) / (16 * MIB) * (16 * MIB);
}

static void advise_limit(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	uint64_t bytes = better_limit(verdict);
	const char *unit;

	if (!verdict->is_limit_binding || verdict->system_available_bytes == PMM_ABSENT ||
	    verdict->system_available_bytes < bytes - verdict->limit_bytes)
		return;
	unit = unit_of(verdict->limit_path);
	if (unit)
		fprintf(file, "systemctl set-property %s %s=%juM", unit,
			verdict->is_limit_high ? "MemoryHigh" : "MemoryMax",
			(uintmax_t)(bytes / MIB));
	else
		fprintf(file, "raise the memory limit of %s to %juM, not RAM", verdict->limit_path,
			(uintmax_t)(bytes / MIB));
}

static void advise_fewer(FILE *file, const struct story *story)
{
	if (story->scene->victims_count > 1)
		fputs("run fewer jobs at a time (make -j, workers)", file);
}

/* Somebody who grows fast, and faster than all others together. */
static void advise_grower(FILE *file, const struct story *story)
{
	const struct pmm_scene *scene = story->scene;
	double others = 0;

	for (size_t i = 1; i < scene->growers_count; i++)
		others += scene->growers[i].growth_bytes_per_second;
	if (!scene->growers_count ||
	    scene->growers->growth_bytes_per_second < fmax(others, LEAK_BYTES_PER_SECOND))
		return;
	fprintf(file, "stop %s(%d), which grows by ", scene->growers->name,
		(int)scene->growers->pid);
	put_rate(file, scene->growers->growth_bytes_per_second);
	fputs(" (a leak?)", file);
}

static void advise_room(FILE *file, const struct story *story)
{
	if (!story->verdict->is_limit_binding)
		fputs("stop or move something: together, the working sets do not fit into memory",
		      file);
}

static void advise_disk(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;

	if (!(verdict->swap_read_seconds > SLOW_READ_SECONDS) ||
	    !(verdict->swapped_in_pages_per_second >=
	      story->thresholds->came_back_pages_per_second))
		return;
	fputs(story->scene->has_zram ? "a faster disk for swap"
				     : "compressed swap (zram, zswap) or a faster disk",
	      file);
	fputs(": a read takes ", file);
	put_number(file, 1000 * verdict->swap_read_seconds);
	fputs(" ms", file);
}

static bool is_file_thrash(const struct pmm_verdict *verdict)
{
	double anon = fmax(verdict->refaulted_anon_pages_per_second,
			   verdict->swapped_in_pages_per_second);

	return verdict->refaulted_file_pages_per_second > 0 &&
	       !(anon > COLD_ANON_RATIO * verdict->refaulted_file_pages_per_second);
}

static void advise_swap(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;

	if (!is_file_thrash(verdict) || verdict->swap_total_bytes == PMM_ABSENT)
		return;
	if (!verdict->swap_total_bytes)
		fputs("add swap (swapctl create), so that anonymous memory can leave, not files",
		      file);
	else if (verdict->swap_used_bytes < verdict->swap_total_bytes / 2)
		fputs("raise vm.swappiness: files are evicted and needed again, anonymous memory "
		      "stays",
		      file);
}

static void advise_kswapd(FILE *file, const struct story *story)
{
	if (story->scene->kswapd_percent >= BUSY_KSWAPD_PERCENT)
		fputs("raise vm.watermark_scale_factor: kswapd takes a whole processor", file);
}

static void advise_compaction(FILE *file, const struct story *story)
{
	const struct pmm_verdict *verdict = story->verdict;
	uint64_t free_bytes = story->scene->kernel_free_bytes;

	if (!verdict->path && verdict->allocstalls_per_second >= MANY_ALLOCSTALLS &&
	    free_bytes != PMM_ABSENT && verdict->limit_bytes != PMM_ABSENT &&
	    (double)free_bytes >= FREE_RATIO * (double)verdict->limit_bytes)
		fputs("allocations stall although memory is free: look at huge pages (compaction) "
		      "and at single NUMA nodes",
		      file);
}

static teller *const advisers[] = {
	advise_limit, advise_fewer, advise_grower, advise_room,
	advise_disk,  advise_swap,  advise_kswapd, advise_compaction,
};

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
		put_number(file, verdict->window_seconds);
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
	size_t count = sizeof(advisers) / sizeof(*advisers);
	int r = 0;

	if (story->verdict->state < PMM_STATE_PRESSURE)
		return 0;
	words->remedies = calloc(count, sizeof(*words->remedies));
	if (!words->remedies)
		return -ENOMEM;
	for (size_t i = 0; r >= 0 && i < count; i++) {
		char *line = NULL;

		r = make_line(advisers[i], story, &line);
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
