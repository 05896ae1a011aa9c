/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The reverse map: who maps a frame, has a slot, or maps a page of a file. The kernel keeps such
 * lists and shows them to nobody, so all page tables are searched (rmap-search.c). What is known of
 * a target makes that short, and the kernel's count of its mappings tells whether all were found.
 */

#include "rmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"

/* ---- hits ---- */

static int reserve_hit(struct pmm_rmap *rmap)
{
	size_t capacity = rmap->hit_capacity ? 2 * rmap->hit_capacity : 64;
	struct pmm_rmap_hit *hits;

	if (rmap->hit_count < rmap->hit_capacity)
		return 0;
	hits = reallocarray(rmap->hits, capacity, sizeof(*hits));
	if (!hits)
		return -ENOMEM;
	rmap->hits = hits;
	rmap->hit_capacity = capacity;
	return 0;
}

/* A copy that lives as long as the hits. Hits of a target mostly have the same name. */
static char *keep_name(struct pmm_rmap *rmap, const char *name)
{
	size_t capacity = rmap->name_capacity ? 2 * rmap->name_capacity : 16;
	char **names;

	for (size_t i = 0; i < 4 && i < rmap->name_count; i++)
		if (!strcmp(rmap->names[rmap->name_count - 1 - i], name))
			return rmap->names[rmap->name_count - 1 - i];
	if (rmap->name_count == rmap->name_capacity) {
		names = reallocarray(rmap->names, capacity, sizeof(*names));
		if (!names)
			return NULL;
		rmap->names = names;
		rmap->name_capacity = capacity;
	}
	rmap->names[rmap->name_count] = strdup(name);
	return rmap->names[rmap->name_count] ? rmap->names[rmap->name_count++] : NULL;
}

/* Does the page table have the target there, or might it only? */
static bool is_mapped(const struct rmap_target *target, const struct pmm_page *page)
{
	return target->what.kind != PMM_RMAP_FILE || (page->state == PMM_PAGE_RAM && page->is_file);
}

/* The place in its file that a frame was found at: all other mappings have it there, too. */
static void learn_place(struct pmm_rmap *rmap, struct rmap_target *target,
			const struct pmm_rmap_hit *hit)
{
	const struct pmm_mapping *mapping = &hit->mapping;

	if (target->what.kind != PMM_RMAP_FRAME || target->is_wide_only || target->is_narrow ||
	    !hit->page.is_file || !mapping->inode || target->answer.flags == PMM_ABSENT)
		return;
	target->what.file = (struct pmm_file_key){
		.device_major = mapping->device_major,
		.device_minor = mapping->device_minor,
		.inode = mapping->inode,
	};
	target->what.offset_bytes = mapping->offset_bytes + (hit->address - mapping->start_address);
	target->is_narrow = true;
	rmap->is_stale = true;
}

int rmap_add_hit(struct pmm_rmap *rmap, struct rmap_target *target,
		 const struct pmm_process *process, const struct pmm_mapping *mapping,
		 uint64_t address, uint64_t entry)
{
	struct pmm_rmap_hit hit = {
		.target = (size_t)(target - rmap->targets),
		.process = process,
		.address = address,
		.mapping = *mapping,
	};

	pmm_page_decode(entry, &hit.page);
	if (target->what.kind == PMM_RMAP_SLOT &&
	    (hit.page.state != PMM_PAGE_SWAP || (target->what.swap_type != PMM_ABSENT &&
						 target->what.swap_type != hit.page.swap_type)))
		return 0;
	if (rmap->hit_count == MAXIMUM_HITS) {
		rmap->losses.is_cut = 1;
		return 0;
	}
	hit.mapping.name = keep_name(rmap, mapping->name);
	if (!hit.mapping.name || reserve_hit(rmap) < 0)
		return -ENOMEM;
	rmap->hits[rmap->hit_count++] = hit;
	target->answer.mapped += is_mapped(target, &hit.page) ? 1 : 0;
	if (target->what.kind == PMM_RMAP_FILE && is_mapped(target, &hit.page) &&
	    hit.page.frame != PMM_ABSENT)
		target->answer.frame = hit.page.frame;
	learn_place(rmap, target, &hit);
	return 0;
}

static int compare_hits(const void *a, const void *b)
{
	const struct pmm_rmap_hit *left = a, *right = b;

	if (left->target != right->target)
		return left->target < right->target ? -1 : 1;
	if (left->process->pid != right->process->pid)
		return left->process->pid < right->process->pid ? -1 : 1;
	return (left->address > right->address) - (left->address < right->address);
}

/* ---- processes ---- */

static bool is_listed(const struct pmm_rmap *rmap, const struct pmm_process *process)
{
	for (size_t i = 0; i < rmap->list_count; i++)
		if (pmm_processes_find(rmap->processes[i], process->pid, process->start_ticks))
			return true;
	return false;
}

static int append_process(struct pmm_rmap *rmap, const struct pmm_process *process)
{
	size_t capacity = rmap->process_capacity ? 2 * rmap->process_capacity : 256;
	const struct pmm_process **list;

	if (rmap->process_count == rmap->process_capacity) {
		list = reallocarray(rmap->list, capacity, sizeof(*list));
		if (!list)
			return pmm_root_fail(rmap->root, -ENOMEM, "%s", strerror(ENOMEM));
		rmap->list = list;
		rmap->process_capacity = capacity;
	}
	rmap->list[rmap->process_count++] = process;
	return 0;
}

/* Those not yet listed that have an address space: kernel threads and what has ended have none. */
static int list_processes(struct pmm_rmap *rmap)
{
	const struct pmm_process *process;
	struct pmm_processes *processes;
	int r = pmm_processes_open(rmap->root, 0, &processes);

	if (r < 0)
		return r;
	while (r >= 0 && pmm_processes_next(processes, &process) > 0)
		if (process->rss_bytes != PMM_ABSENT && !is_listed(rmap, process))
			r = append_process(rmap, pmm_processes_find(processes, process->pid,
								    process->start_ticks));
	rmap->processes[rmap->list_count++] = processes;
	return r;
}

/* ---- what the kernel says of the frames ---- */

static int read_word(struct pmm_frames *frames, enum pmm_frame_file which, uint64_t frame,
		     uint64_t *ret_word)
{
	ssize_t got = pmm_frames_read(frames, which, frame, 1, ret_word);

	/* The kernel knows no such frame, as holes were marked before kpage_read(). */
	if (got == 0 || got == -EINVAL)
		*ret_word = which == PMM_FRAME_FLAGS ? FLAG(NOPAGE) : 0;
	return got < 0 && got != -EINVAL ? (int)got : 0;
}

static int read_frames(struct pmm_rmap *rmap)
{
	struct pmm_frames *frames;
	unsigned files = 0;
	int r;

	for (enum pmm_frame_file i = 0; i < PMM_FRAME_FILES; i++)
		if (pmm_facilities_has(rmap->facilities, PMM_FACILITY_KPAGEFLAGS + i))
			files |= 1U << i;
	if (!files)
		return 0;
	r = pmm_frames_open(rmap->root, rmap->facilities, files, &frames);
	if (r < 0)
		return r;
	for (size_t i = 0; i < rmap->count && r >= 0; i++) {
		struct pmm_rmap_answer *answer = &rmap->targets[i].answer;
		uint64_t *words[PMM_FRAME_FILES] = {
			[PMM_FRAME_FLAGS] = &answer->flags,
			[PMM_FRAME_COUNTS] = &answer->count,
			[PMM_FRAME_CGROUPS] = &answer->cgroup,
		};

		for (enum pmm_frame_file j = 0; j < PMM_FRAME_FILES && r >= 0; j++)
			if (files & 1U << j && answer->frame != PMM_ABSENT)
				r = read_word(frames, j, answer->frame, words[j]);
	}
	pmm_frames_close(frames);
	return r;
}

/* ---- the search ---- */

/*
 * Is there nothing more to find? What is mapped is counted, but for pages of zeros. Of a large
 * folio the count may be an average (CONFIG_PAGE_MAPCOUNT, Linux 6.15): there all are looked at.
 */
static bool is_found(const struct rmap_target *target)
{
	const struct pmm_rmap_answer *answer = &target->answer;

	if (target->what.kind != PMM_RMAP_FRAME || answer->flags == PMM_ABSENT ||
	    answer->count == PMM_ABSENT)
		return false;
	if (answer->count == 0)
		return !(answer->flags & (FLAG(ZERO_PAGE) | FLAG(RESERVED)));
	if (answer->flags & (FLAG(COMPOUND_HEAD) | FLAG(COMPOUND_TAIL)))
		return false;
	return answer->mapped >= answer->count;
}

/* False: all are done. */
static bool note_found(struct pmm_rmap *rmap)
{
	bool is_left = false;

	for (size_t i = 0; i < rmap->count; i++) {
		struct rmap_target *target = &rmap->targets[i];

		if (!target->is_done && is_found(target)) {
			target->is_done = true;
			rmap->is_stale = true;
		}
		is_left |= !target->is_done;
	}
	return is_left;
}

/* Those from FIRST on in the list. */
static int search_from(struct pmm_rmap *rmap, size_t first)
{
	int r = 0;

	rmap->is_stale = true;
	for (size_t i = first; i < rmap->process_count && r >= 0 && note_found(rmap); i++) {
		if (rmap->is_stale)
			rmap_make_keys(rmap);
		rmap->is_stale = false;
		r = rmap_search(rmap, rmap->list[i]);
	}
	return r;
}

/* Does a target have fewer hits than the kernel counts, at both ends? */
static bool is_short(const struct rmap_target *target)
{
	const struct pmm_rmap_answer *answer = &target->answer;

	return answer->count != PMM_ABSENT && answer->mapped < answer->count &&
	       answer->mapped < answer->count_before;
}

static bool is_any_short(const struct pmm_rmap *rmap)
{
	for (size_t i = 0; i < rmap->count; i++)
		if (is_short(&rmap->targets[i]))
			return true;
	return false;
}

/* Search all processes; and those that began meanwhile, if something is missing. */
static int search_all(struct pmm_rmap *rmap)
{
	size_t first = 0;
	int r;

	do {
		r = search_from(rmap, first);
		if (r >= 0)
			r = read_frames(rmap);
		first = rmap->process_count;
		if (r >= 0 && is_any_short(rmap) && rmap->list_count < RMAP_LISTS)
			r = list_processes(rmap);
	} while (r >= 0 && rmap->process_count > first);
	return r;
}

/*
 * Some drivers give the same frame to mappings of different files: where the place did not lead to
 * all of them, they are searched for everywhere. False if there is no such target.
 */
static bool widen(struct pmm_rmap *rmap)
{
	bool is_any = false;
	size_t kept = 0;

	for (size_t i = 0; i < rmap->count; i++) {
		struct rmap_target *target = &rmap->targets[i];

		target->is_done = true;
		if (target->what.kind != PMM_RMAP_FRAME || !target->is_narrow || !is_short(target))
			continue;
		target->is_wide_only = is_any = true;
		target->is_narrow = target->is_done = false;
		target->answer.mapped = 0;
	}
	for (size_t i = 0; i < rmap->hit_count && is_any; i++)
		if (rmap->targets[rmap->hits[i].target].is_done)
			rmap->hits[kept++] = rmap->hits[i];
	if (is_any)
		rmap->hit_count = kept;
	return is_any;
}

static int search(struct pmm_rmap *rmap)
{
	int r = read_frames(rmap);

	for (size_t i = 0; i < rmap->count; i++)
		rmap->targets[i].answer.count_before = rmap->targets[i].answer.count;
	if (r >= 0)
		r = search_all(rmap);
	if (r >= 0 && widen(rmap)) {
		rmap->losses = (struct pmm_rmap_losses){0};
		r = search_all(rmap);
	}
	if (rmap->hit_count)
		qsort(rmap->hits, rmap->hit_count, sizeof(*rmap->hits), compare_hits);
	return r;
}

/* ---- open and close ---- */

static int take_targets(struct pmm_rmap *rmap, const struct pmm_rmap_target *targets, size_t count)
{
	rmap->targets = calloc(count + 1, sizeof(*rmap->targets));
	rmap->keys = calloc(count + 1, sizeof(*rmap->keys));
	if (!rmap->targets || !rmap->keys)
		return pmm_root_fail(rmap->root, -ENOMEM, "%s", strerror(ENOMEM));
	rmap->count = count;
	for (size_t i = 0; i < count; i++) {
		bool is_file = targets[i].kind == PMM_RMAP_FILE;

		rmap->targets[i] = (struct rmap_target){
			.what = targets[i],
			.answer = {PMM_ABSENT, PMM_ABSENT, PMM_ABSENT, PMM_ABSENT, PMM_ABSENT, 0},
			.is_narrow = is_file,
		};
		if (targets[i].kind == PMM_RMAP_FRAME)
			rmap->targets[i].answer.frame = targets[i].frame;
		if (!is_file && pmm_root_is_live(rmap->root) &&
		    !pmm_facilities_has(rmap->facilities, PMM_FACILITY_FRAMES))
			return pmm_root_fail(
				rmap->root, -EOPNOTSUPP, "frame numbers and swap slots hidden: %s",
				pmm_facilities_why(rmap->facilities, PMM_FACILITY_FRAMES));
	}
	return 0;
}

int pmm_rmap_open(struct pmm_root *root, const struct pmm_facilities *facilities,
		  const struct pmm_rmap_target *targets, size_t count, struct pmm_rmap **ret_rmap)
{
	struct pmm_rmap *rmap = calloc(1, sizeof(*rmap));
	int r;

	if (!rmap)
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	rmap->root = root;
	rmap->facilities = facilities;
	rmap->page_bytes = pmm_root_page_bytes(root);
	r = take_targets(rmap, targets, count);
	if (r >= 0)
		r = list_processes(rmap);
	if (r >= 0)
		r = search(rmap);
	if (r < 0) {
		pmm_rmap_close(rmap);
		return r;
	}
	*ret_rmap = rmap;
	return 0;
}

struct pmm_rmap *pmm_rmap_close(struct pmm_rmap *rmap)
{
	if (!rmap)
		return NULL;
	for (size_t i = 0; i < rmap->name_count; i++)
		free(rmap->names[i]);
	free(rmap->names);
	free(rmap->hits);
	free(rmap->keys);
	free(rmap->targets);
	free(rmap->list);
	for (size_t i = 0; i < rmap->list_count; i++)
		pmm_processes_close(rmap->processes[i]);
	free(rmap);
	return NULL;
}

const struct pmm_rmap_answer *pmm_rmap_answer(const struct pmm_rmap *rmap, size_t target)
{
	return &rmap->targets[target].answer;
}

const struct pmm_rmap_hit *pmm_rmap_hit(const struct pmm_rmap *rmap, size_t index)
{
	return index < rmap->hit_count ? &rmap->hits[index] : NULL;
}

const struct pmm_rmap_losses *pmm_rmap_losses(const struct pmm_rmap *rmap)
{
	return &rmap->losses;
}

uint32_t pmm_rmap_swap_types(const struct pmm_rmap *rmap)
{
	return rmap->swap_types;
}
