/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A sample of a captured tree of which a file was cut or spoilt: what is cut is absent or right,
 * never another number; whatever stands there, no number is one that cannot be. PROCMM_LONG: every
 * cut of every file, and many more spoilt ones.
 */

#include <stdlib.h>

#include "procmm-verdict.h"
#include "random.h"
#include "tap.h"
#include "tree.h"

static struct file {
	const char *path;
	char bytes[8192];
	size_t length;
} files[] = {
	{.path = "proc/uptime"},
	{.path = "proc/self/auxv"},
	{.path = "proc/meminfo"},
	{.path = "proc/vmstat"},
	{.path = "proc/swaps"},
	{.path = "proc/diskstats"},
	{.path = "proc/stat"},
	{.path = "proc/pressure/memory"},
	{.path = "proc/pressure/io"},
	{.path = "proc/pressure/cpu"},
	{.path = "proc/sys/kernel/hostname"},
	{.path = "proc/sys/kernel/osrelease"},
	{.path = "sys/block/zram1/disksize"},
	{.path = "sys/block/zram1/mm_stat"},
	{.path = "sys/block/zram1/comp_algorithm"},
	{.path = "sys/module/zswap/parameters/enabled"},
	{.path = "sys/module/zswap/parameters/compressor"},
};

enum { FILES = sizeof(files) / sizeof(*files) };

static struct tree tree;

/* Read the fixture, and put it into the tree. */
static void copy_fixture(void)
{
	const char *sources = getenv("abs_top_srcdir");
	char path[4096];

	for (struct file *file = files; file < files + FILES; file++) {
		FILE *stream;

		snprintf(path, sizeof(path), "%s/tests/fixtures/zram/%s", sources ? sources : ".",
			 file->path);
		stream = fopen(path, "r");
		tree_check(stream, path);
		file->length = fread(file->bytes, 1, sizeof(file->bytes), stream);
		tree_check(file->length > 0 && file->length < sizeof(file->bytes), path);
		fclose(stream);
		tree_put(&tree, file->path, file->bytes, file->length);
	}
}

/* NULL if the tree has no clock. */
static struct pmm_sample *take(void)
{
	struct pmm_sample *sample = NULL;
	struct pmm_root *root = NULL;

	tree_check(pmm_root_open(tree.name, &root) == 0, "pmm_root_open");
	if (pmm_sample_take(root, &sample) < 0)
		tree_check(*pmm_root_error(root), "words of a failure");
	pmm_root_close(root);
	return sample;
}

/* ---- cut ---- */

static bool is_same_number(uint64_t got, uint64_t whole)
{
	return got == whole || got == PMM_ABSENT;
}

static bool is_same_text(const char *got, const char *whole)
{
	return !got || !strcmp(got, whole);
}

static bool has_same_metrics(const struct pmm_sample *got, const struct pmm_sample *whole)
{
	const struct pmm_metric *metric;

	for (size_t i = 0; (metric = pmm_metric_at(i)); i++) {
		double value = pmm_metric_value(metric, got, NULL);

		if (!isnan(value) && value != pmm_metric_value(metric, whole, NULL))
			return false;
	}
	return true;
}

static bool has_same_stall(const struct pmm_stall *got, const struct pmm_stall *whole)
{
	return is_same_number(got->total_ns, whole->total_ns);
}

/* Totals are no metric before there is a second sample. */
static bool has_same_pressure(const struct pmm_sample *got, const struct pmm_sample *whole)
{
	for (enum pmm_resource resource = 0; resource < PMM_RESOURCES; resource++) {
		const struct pmm_pressure *pressure = pmm_sample_pressure(got, resource);
		const struct pmm_pressure *model = pmm_sample_pressure(whole, resource);

		if (pressure && (!has_same_stall(&pressure->some, &model->some) ||
				 !has_same_stall(&pressure->full, &model->full)))
			return false;
	}
	return true;
}

static bool has_same_counters(const struct pmm_counters *got, const struct pmm_counters *whole)
{
	for (size_t i = 0; got && i < pmm_counters_count(got); i++) {
		uint64_t value = pmm_counters_value(got, i);

		if (!is_same_number(value, pmm_counters_get(whole, pmm_counters_name(got, i))))
			return false;
	}
	return true;
}

static bool has_same_area(const struct pmm_sample *got, const struct pmm_sample *whole)
{
	const struct pmm_area *area = pmm_sample_area(got, 0), *model = pmm_sample_area(whole, 0);

	return !area ||
	       (!strcmp(area->name, model->name) && area->type == model->type &&
		area->size_bytes == model->size_bytes && area->used_bytes == model->used_bytes &&
		area->priority == model->priority);
}

static bool has_same_reads(const struct pmm_sample *got, const struct pmm_sample *whole)
{
	const struct pmm_reads *reads = pmm_sample_area_reads(got, 0);
	const struct pmm_reads *model = pmm_sample_area_reads(whole, 0);

	return is_same_number(pmm_sample_user_ns(got), pmm_sample_user_ns(whole)) &&
	       (!reads || (is_same_number(reads->requests, model->requests) &&
			   is_same_number(reads->bytes, model->bytes) &&
			   is_same_number(reads->ns, model->ns)));
}

static bool has_same_zram(const struct pmm_sample *got, const struct pmm_sample *whole)
{
	const struct pmm_zram *zram = pmm_sample_zram(got, 0), *model = pmm_sample_zram(whole, 0);
	const struct pmm_zswap *zswap = pmm_sample_zswap(got);

	if (zswap && (zswap->is_enabled != pmm_sample_zswap(whole)->is_enabled ||
		      !is_same_text(zswap->compressor, pmm_sample_zswap(whole)->compressor)))
		return false;
	return !zram || (is_same_number(zram->disk_bytes, model->disk_bytes) &&
			 is_same_number(zram->stored_bytes, model->stored_bytes) &&
			 is_same_number(zram->used_bytes, model->used_bytes) &&
			 is_same_text(zram->algorithm, model->algorithm));
}

static bool has_same_host(const struct pmm_sample *got, const struct pmm_sample *whole)
{
	const struct pmm_host *host = pmm_sample_host(got), *model = pmm_sample_host(whole);

	return is_same_text(host->name, model->name) &&
	       is_same_text(host->release, model->release) &&
	       is_same_number(host->cpus, model->cpus) &&
	       is_same_number(host->boot_unix_ns, model->boot_unix_ns) &&
	       is_same_number(pmm_sample_page_bytes(got), pmm_sample_page_bytes(whole)) &&
	       pmm_sample_boot_ns(got) == pmm_sample_boot_ns(whole);
}

static bool is_right_when_cut(const struct file *file, size_t length,
			      const struct pmm_sample *whole)
{
	struct pmm_sample *sample;
	bool is_right;

	tree_put(&tree, file->path, file->bytes, length);
	sample = take();
	is_right = !sample ||
		   (has_same_metrics(sample, whole) && has_same_pressure(sample, whole) &&
		    has_same_counters(pmm_sample_vmstat(sample), pmm_sample_vmstat(whole)) &&
		    has_same_area(sample, whole) && has_same_reads(sample, whole) &&
		    has_same_zram(sample, whole) && has_same_host(sample, whole));
	pmm_sample_free(sample);
	if (!is_right)
		printf("# %s of %zu bytes, cut to %zu\n", file->path, file->length, length);
	return is_right;
}

static void test_cut(void)
{
	size_t step = random_is_long() ? 1 : 7;
	struct pmm_sample *whole = take();

	for (const struct file *file = files; file < files + FILES; file++) {
		size_t wrong = 0;

		for (size_t length = random_below(step); length < file->length; length += step)
			wrong += !is_right_when_cut(file, length, whole);
		tree_put(&tree, file->path, file->bytes, file->length);
		is_u64(wrong, 0, "cut, %s has no number but its own", file->path);
	}
	pmm_sample_free(whole);
}

/* ---- spoilt ---- */

static size_t spoil(char *bytes, size_t length, size_t capacity)
{
	static const char likely[] = "0123456789 \t\n-.:[]\0\377kBYN";
	size_t at = random_below(length), end = at + random_below(length - at + 1);

	switch (random_below(3)) {
	case 0:
		bytes[at] = likely[random_below(sizeof(likely))];
		return length;
	case 1: /* leave a part out */
		memmove(bytes + at, bytes + end, length - end);
		return length - (end - at);
	default: /* say a part twice */
		if (length + (end - at) > capacity)
			return length;
		memmove(bytes + end + (end - at), bytes + end, length - end);
		memcpy(bytes + end, bytes + at, end - at);
		return length + (end - at);
	}
}

static bool is_possible_verdict(const struct pmm_sample *sample, const struct pmm_load *before)
{
	struct pmm_verdict verdict;
	struct pmm_load load;

	pmm_load_of_sample(sample, &load);
	load.boot_ns = before->boot_ns + 10 * UINT64_C(1000000000);
	pmm_verdict_judge(&load, before, NULL, &verdict);
	return !(verdict.lost_percent < 0) && !(verdict.lost_percent > 100) &&
	       !(verdict.reuse_ratio > 1) && !(verdict.paging_read_ratio > 1) &&
	       !(verdict.useful_percent < 0);
}

static bool is_possible(const struct pmm_sample *sample)
{
	const struct pmm_metric *metric;
	const char *source;

	for (size_t i = 0; (metric = pmm_metric_at(i)); i++) {
		double value = pmm_metric_value(metric, sample, NULL);

		if (isinf(value) || value < 0 || (metric->unit == PMM_UNIT_PERCENT && value > 100))
			return false;
	}
	for (size_t i = 0; pmm_sample_complaint(sample, i, &source); i++)
		if (!source)
			return false;
	return true;
}

static void test_spoilt(void)
{
	size_t rounds = random_is_long() ? 50000 : 1000, wrong = 0;
	struct pmm_sample *whole = take();
	struct pmm_load before;

	pmm_load_of_sample(whole, &before);
	pmm_sample_free(whole);
	for (size_t i = 0; i < rounds; i++) {
		const struct file *file = &files[random_below(FILES)];
		char bytes[2 * sizeof(file->bytes)];
		size_t length = file->length;
		struct pmm_sample *sample;

		memcpy(bytes, file->bytes, length);
		for (size_t times = 1 + random_below(4); times && length; times--)
			length = spoil(bytes, length, sizeof(bytes));
		tree_put(&tree, file->path, bytes, length);
		sample = take();
		wrong += sample && (!is_possible(sample) || !is_possible_verdict(sample, &before));
		pmm_sample_free(sample);
		tree_put(&tree, file->path, file->bytes, file->length);
	}
	is_u64(wrong, 0, "whatever is spoilt, no number is one that cannot be");
}

int main(int argc, char **argv)
{
	random_start(argc, argv);
	tree = tree_make();
	copy_fixture();
	test_cut();
	test_spoilt();
	tree_remove(&tree);
	return done_testing();
}
