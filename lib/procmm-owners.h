/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_OWNERS_H
#define PROCMM_OWNERS_H

/*
 * libprocmm: from frames, swap slots and files back to the processes that have them.
 * The rules at the top of <procmm.h> hold here too.
 *
 * The kernel keeps lists of who maps what and shows them to nobody: all page tables are gone
 * through, with locks as short as those of <procmm-pages.h>.
 */

#include <procmm-files.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- rmap: from a frame, a slot or a page of a file to who maps it --------------------------- */

enum pmm_rmap_kind {
	PMM_RMAP_FRAME,
	PMM_RMAP_SLOT,
	PMM_RMAP_FILE, /* a page of a file */
};

struct pmm_rmap_target {
	enum pmm_rmap_kind kind;
	uint64_t frame;
	uint64_t swap_type; /* of a slot; absent: of any area */
	uint64_t swap_slot;
	struct pmm_file_key file;
	uint64_t offset_bytes; /* in the file */
};

/* What was found out about a target. */
struct pmm_rmap_answer {
	uint64_t frame; /* absent: of a slot; of a file, if no page table says */
	uint64_t flags; /* of the frame, from here on: as they were when the search had ended */
	uint64_t count; /* how often the kernel says that it is mapped */
	uint64_t cgroup;
	uint64_t count_before; /* when the search began; absent of a page of a file */
	uint64_t mapped;       /* how many of the hits have it in their page table */
};

/*
 * A page that is mapped to a target. Of a page of a file, those that could be come too: PAGE tells
 * whether it is there (in RAM and is_file), or a copy of its own, or nothing yet.
 */
struct pmm_rmap_hit {
	size_t target; /* which of them */
	const struct pmm_process *process;
	uint64_t address; /* of the page */
	struct pmm_mapping mapping;
	struct pmm_page page;
};

/* Why a hit may be missing. */
struct pmm_rmap_losses {
	uint64_t denied;	 /* processes that may not be read */
	uint64_t denied_swapped; /* of those, if slots are asked for: with something in swap */
	uint64_t ended;		 /* while they were read, or executed another program */
	int is_cut;		 /* there were too many hits to be kept */
};

struct pmm_rmap;

/*
 * Search all processes for who maps COUNT targets, in one pass. What can be known is not read: of
 * a frame its flags tell which kinds of mappings can have it; of a frame of a file the first hit
 * tells the place that all its mappings have it at; and the search ends when all are found that the
 * kernel counts. Swapped shared memory is in no page table, so its slots have no hits.
 * Reads: proc/PID/{stat,maps,pagemap}, proc/{kpageflags,kpagecount,kpagecgroup}. Errors:
 * -EOPNOTSUPP if frames or slots are asked for and PMM_FACILITY_FRAMES is not there.
 */
PMM_API int pmm_rmap_open(struct pmm_root *root, const struct pmm_facilities *facilities,
			  const struct pmm_rmap_target *targets, size_t count,
			  struct pmm_rmap **ret_rmap);
PMM_API struct pmm_rmap *pmm_rmap_close(struct pmm_rmap *rmap);

/* Of the target of that index. */
PMM_API const struct pmm_rmap_answer *pmm_rmap_answer(const struct pmm_rmap *rmap, size_t target);

/* The I-th hit, by target, process and address; NULL past the last. */
PMM_API const struct pmm_rmap_hit *pmm_rmap_hit(const struct pmm_rmap *rmap, size_t index);
PMM_API const struct pmm_rmap_losses *pmm_rmap_losses(const struct pmm_rmap *rmap);

/* A bit (1 << type) for each swap type that was seen, if slots were asked for. */
PMM_API uint32_t pmm_rmap_swap_types(const struct pmm_rmap *rmap);

/*
 * The physical address in a line of the kernel's log about an error of memory: of EDAC, a machine
 * check, APEI or the memory failure code. -ENODATA if there is none in it. Pure.
 */
PMM_API int pmm_hardware_error_parse(const char *line, uint64_t page_bytes, uint64_t *ret_address);

/* ---- survey: who has what in swap ------------------------------------------------------------ */

struct pmm_swap_user {
	const struct pmm_process *process;
	uint64_t slots;	 /* pages that its page table has in swap */
	uint64_t shared; /* of those, in slots that are in another entry, too; absent if hidden */
	uint64_t shmem_pages; /* in swap, that it maps; absent if it cannot be asked */
};

/* Slots that follow each other. */
struct pmm_swap_range {
	uint64_t slot;
	uint64_t slots;
	int is_shared; /* each is in more than one entry */
};

struct pmm_swap_survey;

/*
 * Go through the page tables of all processes for what is in swap. Where they may not be read, and
 * without PMM_FACILITY_FRAMES, slots of a process is what its status says, and the rest is absent.
 * Reads: proc/PID/{stat,maps,pagemap,map_files,status}, proc/meminfo, proc/kpageflags.
 */
PMM_API int pmm_swap_survey_open(struct pmm_root *root, const struct pmm_facilities *facilities,
				 struct pmm_swap_survey **ret_survey);
PMM_API struct pmm_swap_survey *pmm_swap_survey_close(struct pmm_swap_survey *survey);

/*
 * The I-th process that has something in swap, by pid, with its slots of TYPES, a bit (1 << type)
 * for each: 1, or 0 past the last.
 */
PMM_API int pmm_swap_survey_user(const struct pmm_swap_survey *survey, size_t index, uint32_t types,
				 struct pmm_swap_user *ret_user);

/* A bit for each type that was seen. */
PMM_API uint32_t pmm_swap_survey_types(const struct pmm_swap_survey *survey);

/* How many slots of a type are in page tables, each counted once; absent if they are hidden. */
PMM_API uint64_t pmm_swap_survey_slots(const struct pmm_swap_survey *survey, unsigned type);

/* What of files that are mapped is in swap, each counted once; absent if they cannot be asked. */
PMM_API uint64_t pmm_swap_survey_shmem_pages(const struct pmm_swap_survey *survey);

/*
 * Pages that were read back in and are mapped, but keep their slots, which nobody says; absent
 * without PMM_FACILITY_KPAGEFLAGS.
 */
PMM_API uint64_t pmm_swap_survey_cached_pages(const struct pmm_swap_survey *survey);

/*
 * The next range of slots of a type that are in page tables, from *SLOT on, which is moved past it:
 * 1, or 0 if there is none. A range ends where is_shared changes.
 */
PMM_API int pmm_swap_survey_next_range(const struct pmm_swap_survey *survey, unsigned type,
				       uint64_t *slot, struct pmm_swap_range *ret_range);
PMM_API const struct pmm_rmap_losses *pmm_swap_survey_losses(const struct pmm_swap_survey *survey);

#ifdef __cplusplus
}
#endif

#endif
