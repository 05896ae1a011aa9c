/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers of taskstats, of kernels with a shorter record and a longer one; what of it is lost. */

#include "delayacct.h"

#include <linux/genetlink.h>
#include <linux/taskstats.h>

#include "tap.h"

enum { LONGER = 64 };

static size_t put_attribute(char *to, uint16_t type, const void *value, size_t bytes)
{
	struct nlattr attribute = {.nla_len = (uint16_t)(sizeof(attribute) + bytes),
				   .nla_type = type};

	memcpy(to, &attribute, sizeof(attribute));
	memcpy(to + sizeof(attribute), value, bytes);
	return (attribute.nla_len + 3U) / 4 * 4;
}

/* An answer as the kernel builds it, with a record of RECORD bytes; returns its length. */
static size_t make_answer(char *answer, size_t record)
{
	char bytes[sizeof(struct taskstats) + LONGER], group[2048];
	struct taskstats stats = {
		.blkio_count = 3,
		.blkio_delay_total = 30,
		.swapin_count = 5,
		.swapin_delay_total = 50,
		.freepages_delay_total = 70,
		.thrashing_delay_total = 1000,
		.compact_delay_total = 11,
	};
	uint32_t pid = 7;
	size_t length = 0;

	memset(bytes, 0xff, sizeof(bytes));
	memcpy(bytes, &stats, sizeof(stats));
	memset(group, 0, sizeof(group));
	length += put_attribute(group, TASKSTATS_TYPE_TGID, &pid, sizeof(pid));
	length += put_attribute(group + length, TASKSTATS_TYPE_NULL, &pid, 0);
	length += put_attribute(group + length, TASKSTATS_TYPE_STATS, bytes, record);
	return put_attribute(answer, TASKSTATS_TYPE_AGGR_TGID, group, length);
}

static void test_records(void)
{
	struct delay_sums sums = {0};
	char answer[4096];
	size_t length = make_answer(answer, sizeof(struct taskstats));

	ok(delayacct_parse(answer, length, &sums), "a record of our own version");
	is_u64(sums.block_ns, 30, "waits for disks");
	is_u64(sums.swap_in_ns, 50, "waits for swap");
	is_u64(sums.reclaim_ns, 70, "reclaim");
	is_u64(sums.compact_ns, 11, "compaction");
	is_u64(sums.thrashing_ns, 1000, "waits for pages that were in use when they left");
	is_u64(sums.blocks + sums.swap_ins, 8, "and how many waits there were");
	length = make_answer(answer, sizeof(struct taskstats) + LONGER);
	ok(delayacct_parse(answer, length, &sums), "a later kernel's record is longer");
	is_u64(sums.compact_ns, 11, "and begins as ours does");
	length = make_answer(answer, offsetof(struct taskstats, compact_count));
	ok(delayacct_parse(answer, length, &sums), "an older kernel's record is shorter");
	is_u64(sums.reclaim_ns, 70, "what it has counts");
	is_u64(sums.compact_ns, 0, "what it lacks is 0");
	length = make_answer(answer, 24);
	ok(!delayacct_parse(answer, length, &sums), "a record without the delays is none");
}

/* Each length of a good answer is read within it: a sanitizer would tell. */
static void test_cut(void)
{
	char answer[4096], copy[4096];
	size_t length = make_answer(answer, sizeof(struct taskstats)), good = 0;
	struct delay_sums sums;

	for (size_t i = 0; i < length; i++)
		good += delayacct_parse(answer, i, &sums);
	is_u64(good, 0, "an answer that is cut short is none");
	for (size_t i = 0; i < length; i++) {
		memcpy(copy, answer, length);
		copy[i] = (char)~copy[i];
		good += delayacct_parse(copy, length, &sums);
	}
	ok(good < length, "nor is one with another byte always one");
}

static const struct {
	const char *name;
	struct delay_sums now;
	uint64_t faults, interval;
	double percent;
} losses[] = {
	{"swap-in and disk are one wait, seen twice",
	 {.swap_in_ns = 500, .block_ns = 400, .blocks = 1},
	 1,
	 1000,
	 50},
	{"Linux 6.18: the wait is the disk's",
	 {.swap_in_ns = 6, .block_ns = 914, .blocks = 1},
	 1,
	 1000,
	 91.4},
	{"disk without major faults is not paging", {.block_ns = 900, .blocks = 9}, 0, 1000, 0},
	{"who reads files without major faults waits for pages that were in use",
	 {.block_ns = 900, .blocks = 9, .thrashing_ns = 200},
	 0,
	 1000,
	 20},
	{"these are a part of what a fault waits for",
	 {.block_ns = 900, .blocks = 9, .thrashing_ns = 200},
	 1,
	 1000,
	 90},
	{"reclaim and compaction are added", {.reclaim_ns = 100, .compact_ns = 50}, 0, 1000, 15},
	{"many threads wait at the same time", {.swap_in_ns = 5000, .swap_ins = 1}, 1, 1000, 100},
	{"faults without a wait are not counted", {.reclaim_ns = 100}, 1, 1000, NAN},
	{"no time", {.swap_in_ns = 1, .swap_ins = 1}, 1, 0, NAN},
};

static void test_lost(void)
{
	static const struct delay_sums none;
	struct delay_sums more = {.swap_in_ns = 1};

	for (size_t i = 0; i < sizeof(losses) / sizeof(*losses); i++)
		is_real(delayacct_lost_percent(&losses[i].now, &none, losses[i].faults,
					       losses[i].interval),
			losses[i].percent, "%s", losses[i].name);
	is_real(delayacct_lost_percent(&none, &more, 0, 1000), NAN, "a sum that went back");
}

int main(void)
{
	test_records();
	test_cut();
	test_lost();
	return done_testing();
}
