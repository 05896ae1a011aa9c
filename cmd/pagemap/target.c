/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * A process that pagemap was told to look at: who it is, its mappings, its page table; and the
 * words for what goes wrong on the way there. The page table is opened first: it stays the address
 * space that it was, so if it still answers at the end, the mappings read in between were its own
 * and whole.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagemap.h"
#include "shared/message.h"

enum { PID_TEXT = sizeof("-2147483648") };

static const char *pid_words(char text[PID_TEXT], pid_t pid)
{
	snprintf(text, PID_TEXT, "%d", (int)pid);
	return text;
}

static bool is_there(struct pmm_root *root, pid_t pid)
{
	struct pmm_processes *processes;

	if (pmm_processes_open_one(root, pid, 0, &processes) < 0)
		return false;
	pmm_processes_close(processes);
	return true;
}

/* Why its WHAT cannot be read. */
static void complain_of(struct pmm_root *root, pid_t pid, const char *what, int r)
{
	char text[PID_TEXT];
	const char *object = pid_words(text, pid);
	bool is_denied = r == -EACCES || r == -EPERM;

	/* ptrace(2), "Ptrace access mode checking": the same check for both files. */
	if (is_denied && pmm_root_is_live(root))
		complain(object,
			 "%s: permission denied; needs ptrace rights over the process "
			 "(CAP_SYS_PTRACE, and of another user CAP_DAC_READ_SEARCH)",
			 what);
	else if (is_denied)
		complain(object, "%s: permission denied", what);
	else if (r == -ENOENT && !pmm_root_is_live(root))
		complain(object, "%s: not in the captured tree", what);
	else if ((r == -ENOENT || r == -ESRCH) && !is_there(root, pid))
		complain(object, "no such process");
	else if (r == -ENOENT || r == -ESRCH)
		complain(object, "no address space: a kernel thread, or a process that has ended");
	else
		complain(object, "%s: %s", what, pmm_root_error(root));
}

/*
 * The same of one that was not named by its number: it may have ended by now, and of those that we
 * have no rights over there may be thousands.
 */
static void count_failure(const struct inquest *inquest, pid_t pid, const char *what, int r)
{
	struct tally *tally = inquest->tally;
	bool is_denied = r == -EACCES || r == -EPERM;
	bool is_gone = r == -ENOENT || r == -ESRCH;

	if (scope_names(inquest, pid) || (!is_denied && !is_gone)) {
		complain_of(inquest->root, pid, what, r);
		return;
	}
	if (is_gone && pmm_root_is_live(inquest->root))
		return;
	fail_silently();
	tally->denied += is_denied;
	tally->missing += is_gone;
}

static bool open_process(struct target *target, const struct inquest *inquest, pid_t pid)
{
	char text[PID_TEXT];
	const char *words;
	int r = pmm_processes_open_one(target->root, pid, inquest->settings.process_flags,
				       &target->processes);

	if (r == -ESRCH && scope_names(inquest, pid))
		complain(pid_words(text, pid), "no such process");
	else if (r < 0 && r != -ESRCH)
		complain(pid_words(text, pid), "%s", pmm_root_error(target->root));
	if (r < 0)
		return false;
	words = pmm_processes_complaint(target->processes);
	if (words)
		complain(NULL, "%s", words);
	return pmm_processes_next(target->processes, &target->process) > 0;
}

/* What is malformed ends the list of mappings; what came before is shown. */
static bool open_walk(struct target *target, const struct inquest *inquest, unsigned flags)
{
	pid_t pid = target->process->pid;
	int r = pmm_walk_open(inquest->root, inquest->facilities, pid, flags, &target->walk);
	int pages_r;

	if (r < 0) {
		count_failure(inquest, pid, r == -EACCES || r == -EPERM ? "page table" : "mappings",
			      r);
		return false;
	}
	pages_r = pmm_walk_page_table(target->walk);
	target->has_pages = pages_r >= 0;
	target->has_kind = inquest->settings.filter.kind;
	target->is_complete = target->has_pages && pmm_walk_is_complete(target->walk);
	if (target->has_pages && !target->is_complete)
		complain(NULL, "%s", pmm_root_error(inquest->root));
	if (pages_r < 0)
		count_failure(inquest, pid, "page table", pages_r);
	if (pmm_walk_mapping(target->walk, 0)) {
		filter_apply(inquest, target->walk);
		return true;
	}
	if (pages_r >= 0)
		count_failure(inquest, pid, "mappings", -ESRCH);
	return false;
}

bool target_open(const struct inquest *inquest, pid_t pid, unsigned flags,
		 struct target *ret_target)
{
	struct target target = {.root = inquest->root};

	flags |= filter_walk_flags(&inquest->settings.filter);
	if (!open_process(&target, inquest, pid) || !open_walk(&target, inquest, flags)) {
		target_close(&target);
		return false;
	}
	*ret_target = target;
	return true;
}

void target_close(struct target *target)
{
	pmm_walk_close(target->walk);
	pmm_processes_close(target->processes);
}

void target_lose(struct target *target)
{
	char text[PID_TEXT];

	if (target->is_complete)
		complain(pid_words(text, target->process->pid), "incomplete: %s",
			 pmm_root_is_live(target->root)
				 ? "it ended or executed another program while it was read"
				 : "its captured page table is cut short");
	target->is_complete = false;
}

struct value target_mapping_name(const struct pmm_mapping *mapping)
{
	return *mapping->name ? value_text(mapping->name) : value_absent();
}

bool address_is_of_kernel(uint64_t address)
{
	return address >> 63;
}
