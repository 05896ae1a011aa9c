/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who has what in swap: the slots that are in the page tables of all processes, each counted once
 * however many have it, and the swapped shared memory that they map, which is in no page table and
 * is told by the file (walk-shmem.c). Of a page that was read back in and keeps its slot nobody
 * says which slot that is; such pages are counted by the flags of frames.
 */

#include "slots.h"

#include <errno.h>
#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "process.h"
#include "walk.h"

enum { WINDOW_FRAMES = 8192 };

struct user {
	struct pmm_swap_user numbers;
	size_t first; /* of its runs */
	size_t runs;
};

/* A part of a file of shared memory, and what was found of it; length 0: all of it. */
struct shmem_part {
	struct pmm_file_key file;
	uint64_t offset_bytes;
	uint64_t length_bytes;
	uint64_t swapped; /* absent: nobody could be asked yet */
	size_t process;	  /* who counted it last */
};

struct pmm_swap_survey {
	struct pmm_root *root;
	const struct pmm_facilities *facilities;
	struct pmm_processes *processes;
	struct user *users;
	size_t user_count;
	size_t process; /* the one at hand, in the order they come in, from 1 on */
	size_t user_capacity;
	struct slot_run *runs;
	size_t run_count;
	size_t run_capacity;
	struct slot_map maps[SLOT_TYPES];
	void *parts; /* of tsearch(3) */
	uint64_t shmem_pages;
	uint64_t cached_pages;
	struct pmm_rmap_losses losses;
};

/* Room for one more of the things of an array; -ENOMEM. */
static int reserve(void **array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? 2 * *capacity : 64;
	void *grown;

	if (count < *capacity)
		return 0;
	grown = reallocarray(*array, wanted, size);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*capacity = wanted;
	return 0;
}

/* ---- slots ---- */

/* A slot of the user at hand, which is the last. */
static int add_slot(struct pmm_swap_survey *survey, uint64_t type, uint64_t slot)
{
	struct user *user = &survey->users[survey->user_count - 1];
	struct slot_run *last = user->runs ? &survey->runs[survey->run_count - 1] : NULL;
	void *runs = survey->runs;
	int r;

	user->numbers.slots++;
	if (last && last->type == type && last->slot + last->slots == slot &&
	    last->slots < UINT32_MAX) {
		last->slots++;
		return 0;
	}
	r = reserve(&runs, survey->run_count, &survey->run_capacity, sizeof(*survey->runs));
	survey->runs = runs;
	if (r < 0)
		return r;
	survey->runs[survey->run_count++] =
		(struct slot_run){.slot = slot, .slots = 1, .type = (uint32_t)type};
	user->runs++;
	return 0;
}

static int take_entries(void *data, uint64_t address, const uint64_t *entries, size_t count)
{
	struct pmm_swap_survey *survey = data;
	struct pmm_page page;
	int r = 0;

	(void)address;
	for (size_t i = 0; i < count && r >= 0; i++) {
		if (entries[i] & ENTRY_PRESENT || !(entries[i] & ENTRY_SWAP))
			continue;
		pmm_page_decode(entries[i], &page);
		if (page.state == PMM_PAGE_SWAP)
			r = add_slot(survey, page.swap_type, page.swap_slot);
	}
	return r;
}

/* All slots of all users: then it is known which are shared. */
static int map_slots(struct pmm_swap_survey *survey)
{
	int r = 0;

	for (size_t i = 0; i < survey->run_count && r >= 0; i++) {
		const struct slot_run *run = &survey->runs[i];

		r = slot_map_add(&survey->maps[run->type], run->slot, run->slots);
	}
	return r;
}

/* ---- shared memory ---- */

static int compare_parts(const void *a, const void *b)
{
	return memcmp(a, b, offsetof(struct shmem_part, swapped));
}

/* The part of that file and place, which is made if it is new. NULL: no memory. */
static struct shmem_part *find_part(struct pmm_swap_survey *survey,
				    const struct pmm_mapping *mapping, uint64_t offset,
				    uint64_t length)
{
	struct shmem_part *part = calloc(1, sizeof(*part)); /* what is compared has gaps */
	void *found;

	if (!part)
		return NULL;
	part->file.device_major = mapping->device_major;
	part->file.device_minor = mapping->device_minor;
	part->file.inode = mapping->inode;
	part->offset_bytes = offset;
	part->length_bytes = length;
	part->swapped = PMM_ABSENT;
	found = tsearch(part, &survey->parts, compare_parts);
	if (!found || *(struct shmem_part **)found != part)
		free(part);
	return found ? *(struct shmem_part **)found : NULL;
}

/* Of all that is in the file of the mapping at hand: once for each file. */
static int count_file(struct pmm_swap_survey *survey, struct pmm_walk *walk,
		      const struct pmm_mapping *mapping)
{
	struct shmem_part *part = find_part(survey, mapping, 0, 0);

	if (!part)
		return -ENOMEM;
	if (part->swapped != PMM_ABSENT)
		return 0;
	part->swapped = shmem_count_all_swapped(walk);
	if (part->swapped != PMM_ABSENT) /* or it is unmapped just now, and left over */
		survey->shmem_pages += part->swapped;
	return 0;
}

/* The part that the mapping at hand maps: what others asked about already is known. */
static int count_mapping(struct pmm_swap_survey *survey, struct pmm_walk *walk,
			 const struct pmm_mapping *mapping)
{
	uint64_t *sum = &survey->users[survey->user_count - 1].numbers.shmem_pages;
	struct shmem_part *part = find_part(survey, mapping, mapping->offset_bytes,
					    mapping->end_address - mapping->start_address);
	int r = 0;

	if (!part)
		return -ENOMEM;
	if (part->process == survey->process) /* it has the same part mapped twice */
		return 0;
	part->process = survey->process;
	if (part->swapped == PMM_ABSENT) {
		part->swapped =
			shmem_count_swapped(walk, mapping->start_address, mapping->end_address);
		r = count_file(survey, walk, mapping);
	}
	if (part->swapped == PMM_ABSENT)
		*sum = PMM_ABSENT;
	else if (*sum != PMM_ABSENT)
		*sum += part->swapped;
	return r;
}

/* ---- processes ---- */

static int survey_walk(struct pmm_swap_survey *survey, struct pmm_walk *walk)
{
	const struct pmm_mapping *mapping;
	int r = pmm_walk_page_table(walk);

	for (size_t i = 0; r >= 0 && (mapping = pmm_walk_mapping(walk, i)); i++) {
		walk->mapping = i + 1; /* the one at hand */
		if (pmm_walk_class(walk, i) == PMM_CLASS_SHMEM)
			r = count_mapping(survey, walk, mapping);
		if (mapping->permissions[3] != 'p')
			pmm_walk_leave_out(walk, i);
	}
	walk->wanted = CATEGORY_SWAPPED;
	return r < 0 ? r : walk_entries(walk, take_entries, survey);
}

/* What the kernel says of any process, where its page table may not be read. */
static void take_status(struct pmm_swap_survey *survey, struct pmm_swap_user *numbers)
{
	uint64_t bytes = process_swap_bytes(survey->root, numbers->process->pid);

	numbers->shared = PMM_ABSENT;
	numbers->shmem_pages = PMM_ABSENT;
	if (bytes != PMM_ABSENT)
		numbers->slots = bytes / pmm_root_page_bytes(survey->root);
	survey->losses.denied++;
	survey->losses.denied_swapped += bytes ? 1 : 0;
}

/* False if its slots are hidden. */
static bool has_slots(const struct pmm_swap_survey *survey)
{
	return !pmm_root_is_live(survey->root) ||
	       pmm_facilities_has(survey->facilities, PMM_FACILITY_FRAMES);
}

static bool can_ask_files(const struct pmm_swap_survey *survey)
{
	return pmm_facilities_has(survey->facilities, PMM_FACILITY_MAP_FILES) &&
	       pmm_facilities_has(survey->facilities, PMM_FACILITY_CACHESTAT);
}

static int survey_process(struct pmm_swap_survey *survey, struct user *user)
{
	struct pmm_walk *walk = NULL;
	int r = -EPERM;

	if (has_slots(survey))
		r = pmm_walk_open(survey->root, survey->facilities, user->numbers.process->pid,
				  PMM_WALK_FRAMES, &walk);
	if (r >= 0) {
		r = survey_walk(survey, walk);
		pmm_walk_close(walk);
	}
	if (r == -ESRCH || (r == -ENOENT && pmm_root_is_live(survey->root))) {
		survey->losses.ended++;
	} else if (r < 0 && r != -ENOMEM) {
		take_status(survey, &user->numbers);
	}
	return r == -ENOMEM ? r : 0;
}

static int add_user(struct pmm_swap_survey *survey, const struct pmm_process *process)
{
	void *users = survey->users;
	struct user *user;
	int r = reserve(&users, survey->user_count, &survey->user_capacity, sizeof(*user));

	survey->users = users;
	if (r < 0)
		return r;
	user = &survey->users[survey->user_count++];
	*user = (struct user){.first = survey->run_count};
	user->numbers.process =
		pmm_processes_find(survey->processes, process->pid, process->start_ticks);
	user->numbers.shmem_pages = can_ask_files(survey) ? 0 : PMM_ABSENT;
	survey->process++;
	r = survey_process(survey, user);
	if (!user->numbers.slots &&
	    (!user->numbers.shmem_pages || user->numbers.shmem_pages == PMM_ABSENT))
		survey->user_count--;
	return r;
}

static int survey_processes(struct pmm_swap_survey *survey)
{
	const struct pmm_process *process;
	int r = pmm_processes_open(survey->root, 0, &survey->processes);

	while (r >= 0 && pmm_processes_next(survey->processes, &process) > 0)
		if (process->rss_bytes != PMM_ABSENT)
			r = add_user(survey, process);
	if (r >= 0)
		r = map_slots(survey);
	return r;
}

/* ---- the swap cache ---- */

/* Pages that are mapped, and have their slot all the same. */
static int count_cached(struct pmm_swap_survey *survey)
{
	struct pmm_frames *frames;
	uint64_t *words, frame = 0;
	ssize_t got;
	int r;

	survey->cached_pages = PMM_ABSENT;
	if (!pmm_facilities_has(survey->facilities, PMM_FACILITY_KPAGEFLAGS))
		return 0;
	r = pmm_frames_open(survey->root, survey->facilities, 1 << PMM_FRAME_FLAGS, &frames);
	if (r < 0)
		return r;
	words = calloc(WINDOW_FRAMES, sizeof(*words));
	survey->cached_pages = 0;
	got = words ? 1 : -ENOMEM;
	while (got > 0) {
		got = pmm_frames_read(frames, PMM_FRAME_FLAGS, frame, WINDOW_FRAMES, words);
		for (ssize_t i = 0; i < got; i++)
			survey->cached_pages +=
				words[i] & FLAG(SWAPCACHE) && words[i] & FLAG(MMAP) ? 1 : 0;
		frame += WINDOW_FRAMES;
	}
	free(words);
	pmm_frames_close(frames);
	return (int)got;
}

/* To look at all frames is worth it only if there are any such pages. */
static int survey_cache(struct pmm_swap_survey *survey)
{
	struct pmm_counters *meminfo;
	uint64_t cached_bytes;
	int r = pmm_counters_read(survey->root, "proc/meminfo", &meminfo);

	if (r < 0)
		return r;
	cached_bytes = pmm_counters_get(meminfo, "SwapCached");
	pmm_counters_free(meminfo);
	return cached_bytes ? count_cached(survey) : 0;
}

/* ---- open and close ---- */

int pmm_swap_survey_open(struct pmm_root *root, const struct pmm_facilities *facilities,
			 struct pmm_swap_survey **ret_survey)
{
	struct pmm_swap_survey *survey = calloc(1, sizeof(*survey));
	int r = survey ? 0 : -ENOMEM;

	if (survey) {
		survey->root = root;
		survey->facilities = facilities;
		r = survey_cache(survey);
		if (r >= 0)
			r = survey_processes(survey);
	}
	if (r == -ENOMEM)
		pmm_root_fail(root, r, "%s", strerror(ENOMEM));
	if (r < 0) {
		pmm_swap_survey_close(survey);
		return r;
	}
	*ret_survey = survey;
	return 0;
}

struct pmm_swap_survey *pmm_swap_survey_close(struct pmm_swap_survey *survey)
{
	if (!survey)
		return NULL;
	for (size_t i = 0; i < SLOT_TYPES; i++)
		slot_map_free(&survey->maps[i]);
	tdestroy(survey->parts, free);
	free(survey->runs);
	free(survey->users);
	pmm_processes_close(survey->processes);
	free(survey);
	return NULL;
}

/* ---- what was found ---- */

int pmm_swap_survey_user(const struct pmm_swap_survey *survey, size_t index, uint32_t types,
			 struct pmm_swap_user *ret_user)
{
	const struct user *user = survey->users + index;
	struct pmm_swap_user numbers;

	if (index >= survey->user_count)
		return 0;
	numbers = user->numbers;
	if (numbers.shared != PMM_ABSENT) {
		numbers.slots = 0;
		for (size_t i = user->first; i < user->first + user->runs; i++) {
			const struct slot_run *run = &survey->runs[i];

			if (!(types >> run->type & 1))
				continue;
			numbers.slots += run->slots;
			numbers.shared += slot_map_count_shared(&survey->maps[run->type], run->slot,
								run->slots);
		}
	}
	*ret_user = numbers;
	return 1;
}

uint32_t pmm_swap_survey_types(const struct pmm_swap_survey *survey)
{
	uint32_t types = 0;

	for (unsigned i = 0; i < SLOT_TYPES; i++)
		if (survey->maps[i].words)
			types |= UINT32_C(1) << i;
	return types;
}

uint64_t pmm_swap_survey_slots(const struct pmm_swap_survey *survey, unsigned type)
{
	if (!has_slots(survey))
		return PMM_ABSENT;
	return type < SLOT_TYPES ? slot_map_count(&survey->maps[type]) : 0;
}

uint64_t pmm_swap_survey_shmem_pages(const struct pmm_swap_survey *survey)
{
	return has_slots(survey) && can_ask_files(survey) ? survey->shmem_pages : PMM_ABSENT;
}

uint64_t pmm_swap_survey_cached_pages(const struct pmm_swap_survey *survey)
{
	return survey->cached_pages;
}

int pmm_swap_survey_next_range(const struct pmm_swap_survey *survey, unsigned type, uint64_t *slot,
			       struct pmm_swap_range *ret_range)
{
	return type < SLOT_TYPES && slot_map_next(&survey->maps[type], slot, ret_range);
}

const struct pmm_rmap_losses *pmm_swap_survey_losses(const struct pmm_swap_survey *survey)
{
	return &survey->losses;
}

uint64_t process_swap_bytes(struct pmm_root *root, pid_t pid)
{
	const struct pmm_process *process;
	struct pmm_processes *one;
	uint64_t bytes = PMM_ABSENT;

	if (pmm_processes_open_one(root, pid, PMM_PROCESSES_STATUS, &one) < 0)
		return bytes;
	if (pmm_processes_next(one, &process) > 0)
		bytes = process->swap_bytes;
	pmm_processes_close(one);
	return bytes;
}
