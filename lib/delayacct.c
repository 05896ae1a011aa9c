/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to netlink. What the kernel counts of the waits of each thread group, by taskstats
 * (Documentation/accounting/taskstats.rst, delay-accounting.rst, taskstats-struct.rst), asked of
 * those that did anything since they were asked last. It needs CAP_NET_ADMIN, and counts only for
 * what started after the accounting was turned on.
 *
 * What is lost is max(swap-in, block I/O of one that had major faults, thrashing) + reclaim +
 * compaction. The three first are the same waits seen from several sides: up to 6.1 swap-in holds
 * the wait for the device, later only the submission; and "thrashing" are the waits for pages that
 * were in use when they were evicted, all there is of one that read(2)s files.
 */

#include "delayacct.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "process.h"

enum {
	ANSWER_BYTES = 4096,
	/* netlink(7): bits of the type that are no type, and what attributes are aligned to. */
	ATTRIBUTE_FLAGS = NLA_F_NESTED | NLA_F_NET_BYTEORDER,
	ATTRIBUTE_ALIGNMENT = 4,
};

static const size_t MESSAGE_HEADER = sizeof(struct nlmsghdr) + sizeof(struct genlmsghdr);
static const size_t ATTRIBUTE_HEADER = sizeof(struct nlattr);

/* What is known of a process: its sums, and what it had done when they were asked. */
struct delay_entry {
	pid_t pid;
	uint64_t start_ticks;
	uint64_t boot_ns; /* of its numbers */
	uint64_t major_faults;
	uint64_t minor_faults;
	uint64_t cpu_ticks;
	uint64_t rss_bytes;
	struct delay_sums sums;
	bool has_sums;
	double lost_percent; /* of the last interval */
};

struct delay_table {
	struct delay_entry *entries; /* by pid */
	size_t count;
	size_t capacity;
};

struct pmm_delays {
	struct pmm_root *root;
	int socket;
	uint16_t family;
	uint64_t boot_ns; /* of the last update; absent before the first */
	struct delay_table now;
	struct delay_table before; /* its memory serves the next update */
};

/* ---- pure ---- ------------------------------------------------------------------------------- */

static size_t aligned(size_t bytes)
{
	return (bytes + ATTRIBUTE_ALIGNMENT - 1) / ATTRIBUTE_ALIGNMENT * ATTRIBUTE_ALIGNMENT;
}

/* The next attribute of a list; its header is copied, since nothing says that it is aligned. */
static bool next_attribute(struct scan *list, uint16_t *ret_type, struct scan *ret_value)
{
	struct nlattr attribute;
	size_t taken;

	if (scan_length(list) < sizeof(attribute))
		return false;
	memcpy(&attribute, list->at, sizeof(attribute));
	if (attribute.nla_len < ATTRIBUTE_HEADER || attribute.nla_len > scan_length(list))
		return false;
	*ret_type = (uint16_t)(attribute.nla_type & (unsigned)~ATTRIBUTE_FLAGS);
	*ret_value = (struct scan){list->at + ATTRIBUTE_HEADER, list->at + attribute.nla_len};
	taken = aligned(attribute.nla_len);
	list->at += taken < scan_length(list) ? taken : scan_length(list);
	return true;
}

static bool find_attribute(struct scan list, uint16_t wanted, struct scan *ret_value)
{
	uint16_t type;

	while (next_attribute(&list, &type, ret_value))
		if (type == wanted)
			return true;
	return false;
}

bool delayacct_parse(const char *bytes, size_t length, struct delay_sums *ret_sums)
{
	struct taskstats stats = {0};
	struct scan group, record;
	size_t size;

	if (!find_attribute(scan_over(bytes, length), TASKSTATS_TYPE_AGGR_TGID, &group) ||
	    !find_attribute(group, TASKSTATS_TYPE_STATS, &record))
		return false;
	size = scan_length(&record);
	/* The first half of the record, up to and with swap-in, is as old as taskstats. */
	if (size < offsetof(struct taskstats, swapin_delay_total) + sizeof(uint64_t))
		return false;
	memcpy(&stats, record.at, size < sizeof(stats) ? size : sizeof(stats));
	*ret_sums = (struct delay_sums){
		.swap_in_ns = stats.swapin_delay_total,
		.block_ns = stats.blkio_delay_total,
		.reclaim_ns = stats.freepages_delay_total,
		.compact_ns = stats.compact_delay_total,
		.thrashing_ns = stats.thrashing_delay_total,
		.swap_ins = stats.swapin_count,
		.blocks = stats.blkio_count,
	};
	return true;
}

double delayacct_lost_percent(const struct delay_sums *now, const struct delay_sums *before,
			      uint64_t major_faults, uint64_t interval_ns)
{
	double waits, reclaim, percent;

	if (!interval_ns || now->swap_in_ns < before->swap_in_ns ||
	    now->block_ns < before->block_ns || now->reclaim_ns < before->reclaim_ns ||
	    now->compact_ns < before->compact_ns || now->thrashing_ns < before->thrashing_ns)
		return (double)NAN;
	if (major_faults && now->swap_ins == before->swap_ins && now->blocks == before->blocks)
		return (double)NAN;
	waits = (double)(now->swap_in_ns - before->swap_in_ns);
	if (major_faults)
		waits = fmax(waits, (double)(now->block_ns - before->block_ns));
	waits = fmax(waits, (double)(now->thrashing_ns - before->thrashing_ns));
	reclaim = (double)(now->reclaim_ns - before->reclaim_ns) +
		  (double)(now->compact_ns - before->compact_ns);
	percent = (waits + reclaim) * 100 / (double)interval_ns;
	return percent > 100 ? 100 : percent;
}

/* ---- netlink ---- ---------------------------------------------------------------------------- */

struct request {
	struct nlmsghdr header;
	struct genlmsghdr generic;
	struct nlattr attribute;
	char value[16];
};

/*
 * Ask one thing of a family, and get the payload of the answer behind its generic header. The
 * kernel answers within send(2).
 */
static int ask(const struct pmm_delays *delays, struct request *request, size_t value_bytes,
	       char answer[ANSWER_BYTES], struct scan *ret_payload)
{
	struct nlmsghdr header;
	struct nlmsgerr error;
	ssize_t got;

	request->attribute.nla_len = (uint16_t)(ATTRIBUTE_HEADER + value_bytes);
	request->header.nlmsg_len =
		(uint32_t)(MESSAGE_HEADER + aligned(request->attribute.nla_len));
	request->header.nlmsg_flags = NLM_F_REQUEST;
	request->generic.version = 1;
	if (send(delays->socket, request, request->header.nlmsg_len, 0) < 0)
		return -errno;
	got = recv(delays->socket, answer, ANSWER_BYTES, MSG_DONTWAIT);
	if (got < 0)
		return -errno;
	if ((size_t)got < sizeof(header))
		return -EBADMSG;
	memcpy(&header, answer, sizeof(header));
	if (header.nlmsg_type == NLMSG_ERROR && (size_t)got >= sizeof(header) + sizeof(error)) {
		memcpy(&error, answer + sizeof(header), sizeof(error));
		return error.error ? error.error : -EBADMSG;
	}
	if ((size_t)got < MESSAGE_HEADER || header.nlmsg_len > (size_t)got)
		return -EBADMSG;
	*ret_payload = scan_over(answer + MESSAGE_HEADER, header.nlmsg_len - MESSAGE_HEADER);
	return 0;
}

static int find_family(struct pmm_delays *delays)
{
	struct request request = {
		.header.nlmsg_type = GENL_ID_CTRL,
		.generic.cmd = CTRL_CMD_GETFAMILY,
		.attribute.nla_type = CTRL_ATTR_FAMILY_NAME,
		.value = TASKSTATS_GENL_NAME,
	};
	char answer[ANSWER_BYTES];
	struct scan payload, value;
	int r = ask(delays, &request, sizeof(TASKSTATS_GENL_NAME), answer, &payload);

	if (r < 0)
		return r == -ENOENT ? -EOPNOTSUPP : r;
	if (!find_attribute(payload, CTRL_ATTR_FAMILY_ID, &value) ||
	    scan_length(&value) < sizeof(delays->family))
		return -EBADMSG;
	memcpy(&delays->family, value.at, sizeof(delays->family));
	return 0;
}

static int ask_sums(const struct pmm_delays *delays, pid_t pid, struct delay_sums *ret_sums)
{
	struct request request = {
		.header.nlmsg_type = delays->family,
		.generic.cmd = TASKSTATS_CMD_GET,
		.attribute.nla_type = TASKSTATS_CMD_ATTR_TGID,
	};
	uint32_t number = (uint32_t)pid;
	char answer[ANSWER_BYTES];
	struct scan payload;
	int r;

	memcpy(request.value, &number, sizeof(number));
	r = ask(delays, &request, sizeof(number), answer, &payload);
	if (r < 0)
		return r;
	return delayacct_parse(payload.at, scan_length(&payload), ret_sums) ? 0 : -EBADMSG;
}

/* ---- processes ---- -------------------------------------------------------------------------- */

static int reserve(struct delay_table *table, size_t count)
{
	struct delay_entry *grown;

	if (count <= table->capacity)
		return 0;
	grown = reallocarray(table->entries, 2 * count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	table->entries = grown;
	table->capacity = 2 * count;
	return 0;
}

static bool did_nothing(const struct delay_entry *then, const struct pmm_process *process)
{
	return then->has_sums && then->major_faults == process->major_faults &&
	       then->minor_faults == process->minor_faults &&
	       then->cpu_ticks == process->cpu_ticks && then->rss_bytes == process->rss_bytes;
}

/* What happened to a process since THEN; NULL: it was not seen, and counts if it is that new. */
static double lost_since(const struct pmm_delays *delays, const struct delay_entry *then,
			 const struct delay_entry *now)
{
	static const struct delay_entry nothing;
	uint64_t from = delays->boot_ns;

	if (from == PMM_ABSENT || now->boot_ns == PMM_ABSENT)
		return (double)NAN;
	if (then)
		from = then->boot_ns;
	else if (now->start_ticks < from / NS_PER_TICK)
		return (double)NAN;
	else
		then = &nothing;
	if (from >= now->boot_ns || now->major_faults < then->major_faults)
		return (double)NAN;
	return delayacct_lost_percent(&now->sums, &then->sums,
				      now->major_faults - then->major_faults, now->boot_ns - from);
}

static void update_entry(struct pmm_delays *delays, const struct pmm_process *process,
			 const struct delay_entry *then)
{
	struct delay_entry *entry = &delays->now.entries[delays->now.count++];

	*entry = (struct delay_entry){
		.pid = process->pid,
		.start_ticks = process->start_ticks,
		.boot_ns = process->boot_ns,
		.major_faults = process->major_faults,
		.minor_faults = process->minor_faults,
		.cpu_ticks = process->cpu_ticks,
		.rss_bytes = process->rss_bytes,
		.lost_percent = (double)NAN,
	};
	if (then && did_nothing(then, process)) {
		entry->sums = then->sums;
		entry->has_sums = true;
		entry->lost_percent = 0;
	} else if (ask_sums(delays, process->pid, &entry->sums) >= 0) {
		entry->has_sums = true;
		if (!then || then->has_sums)
			entry->lost_percent = lost_since(delays, then, entry);
	}
}

static const struct delay_entry *find_entry(const struct delay_table *table, size_t *at,
					    const struct pmm_process *process)
{
	const struct delay_entry *entry;

	while (*at < table->count && table->entries[*at].pid < process->pid)
		(*at)++;
	if (*at == table->count)
		return NULL;
	entry = &table->entries[*at];
	return entry->pid == process->pid && entry->start_ticks == process->start_ticks ? entry
											: NULL;
}

int pmm_delays_update(struct pmm_delays *delays, const struct pmm_processes *now)
{
	struct delay_table spare = delays->before;
	const struct pmm_process *process;
	size_t count = 0, at = 0;

	while (pmm_processes_at(now, count))
		count++;
	if (reserve(&spare, count) < 0)
		return pmm_root_fail(delays->root, -ENOMEM, "%s", strerror(ENOMEM));
	delays->before = delays->now;
	delays->now = spare;
	delays->now.count = 0;
	for (size_t i = 0; (process = pmm_processes_at(now, i)); i++)
		update_entry(delays, process, find_entry(&delays->before, &at, process));
	delays->boot_ns = pmm_processes_boot_ns(now);
	return 0;
}

double pmm_delays_lost_percent(const struct pmm_delays *delays, const struct pmm_process *process)
{
	size_t low = 0, high = delays->now.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct delay_entry *entry = &delays->now.entries[middle];

		if (entry->pid == process->pid)
			return entry->start_ticks == process->start_ticks ? entry->lost_percent
									  : (double)NAN;
		if (entry->pid < process->pid)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)NAN;
}

/* ---- open and close ---- --------------------------------------------------------------------- */

/* Before 5.14 there is no such file, and the accounting on unless the boot turned it off. */
static bool is_turned_off(struct pmm_root *root)
{
	uint64_t is_on;

	return root_read_u64(root, "proc/sys/kernel/task_delayacct", &is_on) >= 0 && !is_on;
}

static int connect_family(struct pmm_delays *delays)
{
	struct delay_sums sums;
	int r;

	delays->socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (delays->socket < 0)
		return errno == EPERM ? -EPERM : -EOPNOTSUPP;
	r = find_family(delays);
	if (r < 0)
		return r;
	r = ask_sums(delays, getpid(), &sums);
	return r;
}

int pmm_delays_open(struct pmm_root *root, struct pmm_delays **ret_delays)
{
	struct pmm_delays *delays;
	int r;

	if (!pmm_root_is_live(root))
		return pmm_root_fail(root, -EOPNOTSUPP, "a captured tree has no delay accounting");
	delays = calloc(1, sizeof(*delays));
	if (!delays)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	delays->root = root;
	delays->socket = -1;
	delays->boot_ns = PMM_ABSENT;
	r = connect_family(delays);
	if (r >= 0 && is_turned_off(root))
		r = -ENODATA;
	if (r < 0) {
		pmm_delays_close(delays);
		return pmm_root_fail(root, r, "delay accounting: %s", strerror(-r));
	}
	*ret_delays = delays;
	return 0;
}

struct pmm_delays *pmm_delays_close(struct pmm_delays *delays)
{
	if (!delays)
		return NULL;
	if (delays->socket >= 0)
		close(delays->socket);
	free(delays->now.entries);
	free(delays->before.entries);
	free(delays);
	return NULL;
}
