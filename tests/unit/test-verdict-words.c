/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Verdicts in words, which are fixed: people and scripts look for them. And their evidence. */

#include <stdlib.h>

#include "procmm-verdict.h"
#include "tap.h"

#define GIB (UINT64_C(1) << 30)
#define MIB (UINT64_C(1) << 20)

static struct pmm_verdict verdict_new(enum pmm_state state)
{
	return (struct pmm_verdict){
		.state = state,
		.confidence = PMM_CONFIDENCE_HIGH,
		.window_seconds = 10,
		.state_seconds = 42,
		.lost_percent = 69.96,
		.useful_percent = 2.04,
		.reuse_ratio = 1,
		.overlap_ratio = 0,
		.paging_read_ratio = 0.98,
		.came_back_pages_per_second = 147,
		.evicted_pages_per_second = 147,
		.memory_full_percent = 0.4,
		.io_full_percent = 70.3,
		.swapped_in_pages_per_second = 147,
		.refaulted_anon_pages_per_second = 147,
		.swap_read_seconds = 0.0061,
		.events_max = 3214,
		.events_high = PMM_ABSENT,
		.oom_kills = 0,
		.limit_bytes = PMM_ABSENT,
		.swap_used_bytes = 161 * MIB,
		.swap_total_bytes = 512 * MIB,
		.system_available_bytes = 22 * GIB + 409 * MIB,
	};
}

/* At its own limit. */
static struct pmm_verdict in_cgroup(const char *path)
{
	struct pmm_verdict verdict = verdict_new(PMM_STATE_SEVERE);

	verdict.path = verdict.limit_path = path;
	verdict.limit_bytes = verdict.limit_current_bytes = 96 * MIB;
	verdict.is_limit_binding = 1;
	return verdict;
}

static struct pmm_words *words_of(const struct pmm_verdict *verdict, const struct pmm_scene *scene)
{
	struct pmm_words *words;

	if (pmm_words_make(verdict, NULL, scene, &words) < 0)
		exit(99);
	return words;
}

static void is_remedy(const struct pmm_words *words, size_t index, const char *expected)
{
	is_text(index < words->remedies_count ? words->remedies[index] : NULL, expected,
		"remedy %zu", index);
}

static void test_full_story(void)
{
	static const struct pmm_suspect victims[] = {
		{.name = "cc1plus",
		 .pid = 4711,
		 .lost_percent = 91,
		 .is_estimate = 1,
		 .major_faults_per_second = 150},
		{.name = "ld",
		 .pid = 12,
		 .lost_percent = (double)NAN,
		 .major_faults_per_second = 3.25},
	};
	static const struct pmm_suspect growers[] = {
		{.name = "cc1plus", .pid = 4711, .growth_bytes_per_second = 12 * MIB},
		{.name = "ld", .pid = 12, .growth_bytes_per_second = 4096},
	};
	static const struct pmm_scene scene = {
		.victims = victims,
		.victims_count = 2,
		.growers = growers,
		.growers_count = 2,
		.has_swap = 1,
		.kswapd_percent = 99,
		.kernel_free_bytes = PMM_ABSENT,
	};
	struct pmm_verdict verdict = in_cgroup("/system.slice/build.service");
	struct pmm_words *words = words_of(&verdict, &scene);

	is_text(words->sentence,
		"THRASHING (severe) for 42 s in /system.slice/build.service: at least 69% of its "
		"time went to paging, 2% of a processor to its own work",
		"the sentence; what is \"at least\" is not rounded up");
	is_text(words->because,
		"100% of evicted pages were needed again (147/s); 98% of disk reads are paging; "
		"memory stall 0.4%, I/O stall 70%",
		"because");
	is_text(words->limit,
		"memory limit 96M of /system.slice/build.service is full (hit 3214 times in 10 s); "
		"the host has 22.4G available",
		"the limit");
	is_text(words->victims,
		"cc1plus(4711) ~91% lost, 150 major faults/s; ld(12) 3.3 major faults/s",
		"victims");
	is_text(words->growing, "cc1plus(4711) +12M/s; ld(12) +4K/s", "who grows");
	is_text(words->caveat, NULL, "and no caveat");
	is_remedy(words, 0, "systemctl set-property build.service MemoryMax=272M");
	is_remedy(words, 1, "run fewer jobs at a time (make -j, workers)");
	is_remedy(words, 2, "stop cc1plus(4711), which grows by 12M/s (a leak?)");
	is_remedy(words, 3, "compressed swap (zram, zswap) or a faster disk: a read takes 6.1 ms");
	is_remedy(words, 4, "raise vm.watermark_scale_factor: kswapd takes a whole processor");
	is_remedy(words, 5, NULL);
	pmm_words_free(words);
}

static void check_sentence(const struct pmm_verdict *verdict, const char *sentence,
			   const char *because, const char *caveat)
{
	struct pmm_words *words = words_of(verdict, NULL);

	is_text(words->sentence, sentence, "%s", sentence);
	is_text(words->because, because, "and why");
	is_text(words->caveat, caveat, "and a caveat, or none");
	if (verdict->state < PMM_STATE_PRESSURE)
		is_u64(words->remedies_count, 0, "and nothing to be done");
	pmm_words_free(words);
}

static void test_sentences(void)
{
	static const char because[] =
		"100% of evicted pages were needed again (147/s); 98% of disk "
		"reads are paging; memory stall 0.4%, I/O stall 70%";
	struct pmm_verdict verdict = verdict_new(PMM_STATE_THRASHING);

	check_sentence(&verdict,
		       "THRASHING for 42 s: at least 69% of the time went to paging, 2% of a "
		       "processor to the work",
		       because, NULL);
	verdict.state_seconds = (double)NAN;
	verdict.window_seconds = 2;
	verdict.doubts = PMM_DOUBT_SHORT_WINDOW;
	check_sentence(&verdict,
		       "THRASHING: at least 69% of the time went to paging, 2% of a processor to "
		       "the work",
		       because, "a 2 s look; --check takes 10 s");
	verdict.is_estimate = 1;
	verdict.doubts = PMM_DOUBT_NO_PRESSURE;
	verdict.lost_percent = 9.99;
	check_sentence(&verdict,
		       "THRASHING likely: at least ~9.9% of the time went to paging, 2% of a "
		       "processor to the work",
		       because, "the kernel keeps no pressure stall information of it");
	verdict = verdict_new(PMM_STATE_PRESSURE);
	verdict.useful_percent = (double)NAN;
	verdict.path = "/a";
	check_sentence(&verdict, "pressure for 42 s in /a: at least 69% of its time went to paging",
		       because, NULL);
	verdict.state_seconds = 3599;
	check_sentence(&verdict,
		       "pressure for 59 min in /a: at least 69% of its time went to paging",
		       because, NULL);
	verdict.state_seconds = 10000;
	check_sentence(&verdict, "pressure for 2 h in /a: at least 69% of its time went to paging",
		       because, NULL);
	verdict.state_seconds = 42;
	verdict.lost_percent = (double)NAN;
	verdict.is_estimate = 1;
	verdict.doubts = PMM_DOUBT_NO_PRESSURE;
	check_sentence(&verdict,
		       "pressure (estimate) for 42 s in /a: it is at its limit, and pages come "
		       "back",
		       because, "the kernel keeps no pressure stall information of it");
	/* What has just ended is left late. */
	verdict = verdict_new(PMM_STATE_THRASHING);
	verdict.lost_percent = 0.4;
	check_sentence(&verdict, "THRASHING for 42 s: hardly any of the time goes to paging by now",
		       because, NULL);
	verdict = verdict_new(PMM_STATE_THRASHING);
	verdict.is_estimate = 1;
	verdict.doubts = PMM_DOUBT_BORROWED;
	check_sentence(&verdict,
		       "THRASHING for 42 s: at least 69% of the time went to paging, 2% of a "
		       "processor to the work",
		       "~100% of evicted pages were needed again (147/s); 98% of disk reads are "
		       "paging; memory stall 0.4%, I/O stall 70%",
		       "some of its numbers are the system's");
}

static void test_calm(void)
{
	struct pmm_verdict verdict = verdict_new(PMM_STATE_OK);

	check_sentence(&verdict, "ok: what is needed is in memory", NULL, NULL);
	verdict.notes = PMM_NOTE_COLD_SWAP;
	check_sentence(&verdict,
		       "ok: 161M of swap is in use, and hardly any of it is read (cold swap): "
		       "harmless",
		       NULL, NULL);
	verdict.notes = PMM_NOTE_READING_BACK;
	verdict.swapped_in_pages_per_second = 13000;
	check_sentence(&verdict,
		       "ok: 13000 pages/s come back that were evicted some time ago, and none "
		       "leave: it ends by itself",
		       NULL, NULL);
	verdict.notes = PMM_NOTE_PROACTIVE;
	check_sentence(&verdict,
		       "ok: 13000 pages/s come back that the kernel was asked to evict; there is "
		       "no shortage",
		       NULL, NULL);
	verdict = verdict_new(PMM_STATE_RECLAIMING);
	verdict.reuse_ratio = verdict.paging_read_ratio = verdict.io_full_percent = (double)NAN;
	check_sentence(&verdict,
		       "reclaiming: memory is recycled, 147 pages/s; by itself that is no shortage",
		       "memory stall 0.4%", NULL);
	verdict = verdict_new(PMM_STATE_UNKNOWN);
	verdict.doubts = PMM_DOUBT_GAP;
	check_sentence(&verdict, "unknown: no time has passed, or too much", NULL, NULL);
}

static void check_remedies(const struct pmm_verdict *verdict, const struct pmm_scene *scene,
			   const char *first, const char *second)
{
	struct pmm_words *words = words_of(verdict, scene);

	is_remedy(words, 0, first);
	is_remedy(words, 1, second);
	pmm_words_free(words);
}

static void test_remedies(void)
{
	static const char room[] =
		"stop or move something: together, the working sets do not fit into memory";
	struct pmm_scene scene = {.kswapd_percent = (double)NAN, .kernel_free_bytes = 200 * MIB};
	struct pmm_verdict verdict = in_cgroup("/a b; reboot.service");

	verdict.swap_read_seconds = 0.0001;
	check_remedies(&verdict, &scene,
		       "raise the memory limit of /a b; reboot.service to 272M, not RAM", NULL);
	verdict.path = verdict.limit_path = "/a/-x.slice";
	verdict.swap_used_bytes = PMM_ABSENT;
	check_remedies(&verdict, &scene, "raise the memory limit of /a/-x.slice to 192M, not RAM",
		       NULL);
	verdict.system_available_bytes = 10 * MIB; /* there is none to be given */
	check_remedies(&verdict, &scene, NULL, NULL);
	verdict = verdict_new(PMM_STATE_THRASHING);
	verdict.limit_bytes = 10 * verdict.system_available_bytes; /* as of the system: all of it */
	scene.has_zram = 1;
	check_remedies(&verdict, &scene,
		       "see whose memory limit is full (vmtop -S cgroup): the host has 22.4G left",
		       "a faster disk for swap: a read takes 6.1 ms");
	verdict.system_available_bytes = 50 * MIB;
	check_remedies(&verdict, &scene, room, "a faster disk for swap: a read takes 6.1 ms");
	verdict.refaulted_anon_pages_per_second = verdict.swapped_in_pages_per_second = 0;
	verdict.refaulted_file_pages_per_second = 4000;
	verdict.swap_total_bytes = 0;
	check_remedies(&verdict, &scene, room,
		       "add swap (swapctl create), so that anonymous memory can leave, not files");
	verdict.swap_total_bytes = 512 * MIB;
	check_remedies(&verdict, &scene, room,
		       "raise vm.swappiness: files are evicted and needed again, anonymous memory "
		       "stays");
	verdict.swap_used_bytes = 500 * MIB;
	verdict.limit_bytes = GIB;
	verdict.allocstalls_per_second = 46;
	check_remedies(&verdict, &scene, room,
		       "allocations stall although memory is free: look at huge pages "
		       "(compaction) and at single NUMA nodes");
}

static void test_evidence(void)
{
	static const struct {
		const char *key;
		double value, limit;
	} expected[] = {
		{"lost_percent", 69.96, 10},
		{"useful_percent", 2.04, (double)NAN},
		{"reuse_ratio", 1, 0.3},
		{"came_back_pages_per_second", 147, 10},
		{"evicted_pages_per_second", 147, 1000},
		{"memory_full_percent", 0.4, (double)NAN},
		{"io_full_percent", 70.3, (double)NAN},
		{"overlap_ratio", 0, (double)NAN},
		{"major_faults_per_second", 0, (double)NAN},
		{"swap_read_seconds", 0.0061, (double)NAN},
	};
	struct pmm_verdict verdict = verdict_new(PMM_STATE_SEVERE);
	struct pmm_evidence evidence;
	size_t count = 0;

	verdict.paging_read_ratio = (double)NAN; /* and so it is left out */
	for (; pmm_verdict_evidence(&verdict, NULL, count, &evidence) == 1; count++) {
		if (count >= sizeof(expected) / sizeof(*expected))
			continue;
		is_text(evidence.key, expected[count].key, "evidence %zu", count);
		is_real(evidence.value, expected[count].value, "its value");
		is_real(evidence.limit, expected[count].limit, "its limit");
		ok(evidence.title && *evidence.title, "its words");
	}
	is_u64(count, sizeof(expected) / sizeof(*expected), "that is all of it");
}

static void test_names(void)
{
	enum pmm_state found = PMM_STATES;

	for (enum pmm_state state = 0; state < PMM_STATES; state++)
		ok(pmm_state_find(pmm_state_name(state), &found) == 0 && found == state,
		   "state %s has a name", pmm_state_name(state));
	ok(pmm_state_find("Thrashing", &found) < 0, "and no other names are known");
	is_text(pmm_confidence_name(PMM_CONFIDENCE_LOW), "low", "confidence has names");
	is_text(pmm_note_name(PMM_NOTE_READING_BACK), "reading back", "so have notes");
}

int main(void)
{
	test_full_story();
	test_sentences();
	test_calm();
	test_remedies();
	test_evidence();
	test_names();
	return done_testing();
}
