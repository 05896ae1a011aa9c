/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap who: from a frame, a slot of swap or a page of a file to the processes and addresses that
 * map it, for all that is asked in one search. The kernel counts the mappings of a frame, so it is
 * known whether all were found. What it was asked is in question.c, how it is shown in who-show.c.
 */

#include "who.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/message.h"
#include "shared/text.h"

/* ---- what is asked ---- */

static void add_operand(struct who *who, const char *operand)
{
	if (!strcmp(operand, "-"))
		questions_add_stream(&who->questions, stdin, who->page_bytes);
	else if (!questions_add(&who->questions, operand, who->page_bytes))
		die_usage("'%s': pfn:NUMBER, 0xPHYSICAL-ADDRESS, swap:AREA:SLOT, FILE@OFFSET, or "
			  "lines of the kernel's log with the address of a memory error expected",
			  operand);
}

static void take_operands(struct who *who, char **operands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_operand(who, operands[i]);
	if (!count && isatty(STDIN_FILENO))
		die_usage("frame, physical address, slot or page of a file expected");
	if (!count)
		questions_add_stream(&who->questions, stdin, who->page_bytes);
	if (!who->questions.count)
		remark(NULL, "nothing in the input that could be looked for");
}

static bool has_area(const struct who *who, const char *meant)
{
	const struct swap_area *area;

	for (size_t i = 0; (area = swap_areas_at(who->areas, i)); i++)
		if (swap_area_is(who->inquest->root, area->name, meant))
			return true;
	return false;
}

/* ---- targets ---- */

/* False, after a complaint, if it cannot be looked for. */
static bool make_target(struct who *who, const struct question *what, struct finding *finding)
{
	struct pmm_rmap_target *target = &finding->target;

	*finding = (struct finding){.what = what, .answer.frame = PMM_ABSENT};
	*target = (struct pmm_rmap_target){
		.kind = what->kind,
		.frame = what->frame,
		.swap_type = what->swap_type,
		.swap_slot = what->swap_slot,
	};
	if (what->kind != PMM_RMAP_FILE && pmm_root_is_live(who->inquest->root) &&
	    !pmm_facilities_has(who->inquest->facilities, PMM_FACILITY_FRAMES)) {
		complain(NULL, "frame numbers and swap slots hidden: %s",
			 pmm_facilities_why(who->inquest->facilities, PMM_FACILITY_FRAMES));
		return false;
	}
	if (what->kind == PMM_RMAP_SLOT && !swap_areas_at(who->areas, 0)) {
		complain(what->words, "no swap area is active");
		return false;
	}
	if (what->kind == PMM_RMAP_SLOT && what->area && !has_area(who, what->area)) {
		complain(what->area, "not an active swap area");
		return false;
	}
	return what->kind != PMM_RMAP_FILE || who_file(who->inquest, finding);
}

static void make_targets(struct who *who)
{
	who->findings = allocate(who->questions.count + 1, sizeof(*who->findings));
	for (size_t i = 0; i < who->questions.count; i++)
		if (make_target(who, &who->questions.list[i], &who->findings[who->count]))
			who->count++;
}

static bool search(struct who *who)
{
	struct pmm_rmap_target *targets = allocate(who->count + 1, sizeof(*targets));
	int r;

	for (size_t i = 0; i < who->count; i++)
		targets[i] = who->findings[i].target;
	r = pmm_rmap_open(who->inquest->root, who->inquest->facilities, targets, who->count,
			  &who->rmap);
	if (r < 0)
		complain(NULL, "%s", pmm_root_error(who->inquest->root));
	free(targets);
	return r >= 0;
}

/* ---- what was found ---- */

/* Of an area that was named, slots were looked for in all: which is which is known only now. */
static bool is_of_area(const struct who *who, struct finding *finding,
		       const struct pmm_rmap_hit *hit)
{
	const struct question *what = finding->what;
	uint64_t type = hit->page.swap_type;
	const char *name;

	if (what->kind != PMM_RMAP_SLOT || !what->area)
		return true;
	name = swap_areas_name(who->areas, type);
	if (name)
		return swap_area_is(who->inquest->root, name, what->area);
	if (!(finding->doubtful_types >> type & 1))
		complain(what->words,
			 "swap type %" PRIu64 " has that slot, and which area that is is open to "
			 "doubt; ask for swap:%" PRIu64 ":%" PRIu64,
			 type, type, what->swap_slot);
	finding->doubtful_types |= UINT32_C(1) << type;
	return false;
}

static void add_hit(const struct who *who, struct finding *finding, const struct pmm_rmap_hit *hit)
{
	bool is_there = hit->page.state == PMM_PAGE_RAM && hit->page.is_file;

	if (!is_of_area(who, finding, hit)) {
		finding->answer.mapped--;
		return;
	}
	if (finding->what->kind == PMM_RMAP_FILE && hit->page.state == PMM_PAGE_NONE) {
		finding->blanks++;
		return;
	}
	finding->hits[finding->count++] = hit;
	if (finding->what->kind == PMM_RMAP_SLOT)
		finding->target.swap_type = hit->page.swap_type;
	if (finding->what->kind != PMM_RMAP_FILE || is_there)
		return;
	finding->copies++;
}

/* Hits come in the order of the targets. */
static size_t take_hits(const struct who *who, size_t index, size_t first)
{
	struct finding *finding = &who->findings[index];
	const struct pmm_rmap_hit *hit;
	size_t end = first;

	while ((hit = pmm_rmap_hit(who->rmap, end)) && hit->target == index)
		end++;
	finding->answer = *pmm_rmap_answer(who->rmap, index);
	finding->hits = allocate(end - first + 1, sizeof(*finding->hits));
	for (size_t i = first; i < end; i++)
		add_hit(who, finding, pmm_rmap_hit(who->rmap, i));
	return end;
}

static const char *class_name(const struct inquest *inquest, uint64_t flags)
{
	if (!pmm_facilities_has(inquest->facilities, PMM_FACILITY_KSM_FLAG))
		flags &= ~(UINT64_C(1) << PMM_FLAG_KSM);
	return pmm_frame_class_name(pmm_frame_class_of(flags));
}

/* What the numbers that the kernel gives stand for. */
static void name_numbers(struct who *who, struct finding *finding)
{
	const struct pmm_rmap_answer *answer = &finding->answer;

	if (answer->flags != PMM_ABSENT)
		finding->class = class_name(who->inquest, answer->flags);
	finding->node = PMM_ABSENT;
	if (answer->frame != PMM_ABSENT && who->ram)
		finding->node = pmm_ram_node(who->ram, answer->frame);
	if (answer->cgroup != PMM_ABSENT && answer->cgroup && !who->paths &&
	    pmm_cgroup_paths_open(who->inquest->root, &who->paths) < 0)
		remark(NULL, "%s", pmm_root_error(who->inquest->root));
	if (answer->cgroup != PMM_ABSENT && answer->cgroup && who->paths)
		finding->cgroup = pmm_cgroup_paths_find(who->paths, answer->cgroup);
	if (finding->what->area)
		finding->area = finding->what->area;
	else if (finding->what->kind == PMM_RMAP_SLOT && finding->count)
		finding->area = swap_areas_name(who->areas, finding->what->swap_type);
}

/* The kernel counts the mappings of all frames but those that are zeros and shared by all. */
static bool is_counted(const struct finding *finding)
{
	uint64_t flags = finding->answer.flags;

	return finding->answer.count != PMM_ABSENT &&
	       (flags == PMM_ABSENT || !(flags >> PMM_FLAG_ZERO_PAGE & 1));
}

/* Processes come and go while they are searched. */
static uint64_t fewest(const struct pmm_rmap_answer *answer)
{
	return answer->count_before < answer->count ? answer->count_before : answer->count;
}

static void judge(const struct who *who, struct finding *finding)
{
	const struct pmm_rmap_losses *losses = pmm_rmap_losses(who->rmap);
	bool is_slot = finding->what->kind == PMM_RMAP_SLOT;
	bool is_lossy = losses->is_cut || (is_slot ? losses->denied_swapped : losses->denied);

	if (is_counted(finding))
		finding->extent =
			finding->answer.mapped >= fewest(&finding->answer) ? WHO_ALL : WHO_SOME;
	else if (finding->what->kind == PMM_RMAP_FILE)
		finding->extent = is_lossy ? WHO_SOME : WHO_ALL;
	else
		finding->extent = is_lossy || finding->doubtful_types ? WHO_SOME : WHO_UNKNOWN;
}

static void take_findings(struct who *who)
{
	size_t at = 0;

	if (pmm_ram_open(who->inquest->root, &who->ram) < 0)
		who->ram = NULL; /* then no node is known */
	swap_areas_see_types(who->areas, pmm_rmap_swap_types(who->rmap));
	for (size_t i = 0; i < who->count; i++) {
		at = take_hits(who, i, at);
		who->inquest->tally->matches += who->findings[i].answer.mapped;
		name_numbers(who, &who->findings[i]);
		judge(who, &who->findings[i]);
	}
}

static void complain_of_losses(const struct who *who)
{
	const struct pmm_rmap_losses *losses = pmm_rmap_losses(who->rmap);
	bool is_short = false;

	for (size_t i = 0; i < who->count; i++)
		is_short |= who->findings[i].extent == WHO_SOME && !who->findings[i].doubtful_types;
	if (!is_short)
		return;
	if (losses->denied && pmm_root_is_live(who->inquest->root))
		complain(NULL,
			 "incomplete: processes that may not be read: %" PRIu64 "; needs ptrace "
			 "rights (CAP_SYS_PTRACE) over them",
			 losses->denied);
	else if (losses->denied)
		complain(NULL, "incomplete: processes without a page table in the tree: %" PRIu64,
			 losses->denied);
	else if (losses->is_cut)
		complain(NULL, "incomplete: there are too many mappings to be kept");
	else
		complain(NULL, "incomplete: not all mappings that the kernel counts were found");
}

void who_run(struct inquest *inquest, char **operands, size_t count)
{
	struct who who = {
		.inquest = inquest,
		.page_bytes = pmm_root_page_bytes(inquest->root),
	};

	if (who.page_bytes == PMM_ABSENT) {
		complain(NULL, "the captured tree does not say how large its pages are");
		return;
	}
	take_operands(&who, operands, count);
	who.areas = swap_areas_open(inquest->root);
	make_targets(&who);
	if (search(&who)) {
		take_findings(&who);
		/* That it is not all stands in the document, and in words behind it. */
		messages_hold();
		complain_of_losses(&who);
		who_show(&who);
		messages_release();
	}
	for (size_t i = 0; i < who.count; i++)
		free(who.findings[i].hits);
	free(who.findings);
	pmm_rmap_close(who.rmap);
	pmm_cgroup_paths_close(who.paths);
	pmm_ram_close(who.ram);
	swap_areas_close(who.areas);
	questions_free(&who.questions);
}
