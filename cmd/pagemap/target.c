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
#include "shared/stream.h"

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
			 "%s: permission denied; needs ptrace rights (CAP_SYS_PTRACE) over the "
			 "process",
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

static bool open_process(struct target *target, pid_t pid)
{
	char text[PID_TEXT];
	const char *words;
	int r = pmm_processes_open_one(target->root, pid, 0, &target->processes);

	if (r == -ESRCH)
		complain(pid_words(text, pid), "no such process");
	else if (r < 0)
		complain(pid_words(text, pid), "%s", pmm_root_error(target->root));
	if (r < 0)
		return false;
	words = pmm_processes_complaint(target->processes);
	if (words)
		complain(NULL, "%s", words);
	return pmm_processes_next(target->processes, &target->process) > 0;
}

static void append_mapping(struct target *target, size_t *capacity,
			   const struct pmm_mapping *mapping)
{
	struct pmm_mapping *copy;

	if (target->count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 64;
		target->mappings =
			reallocarray(target->mappings, *capacity, sizeof(*target->mappings));
		if (!target->mappings)
			die_no_memory();
	}
	copy = &target->mappings[target->count++];
	*copy = *mapping;
	copy->name = strdup(mapping->name);
	if (!copy->name)
		die_no_memory();
}

/* A line that is malformed ends them; what came before is shown. */
static int read_mappings(struct target *target)
{
	const struct pmm_mapping *mapping;
	struct pmm_mappings *mappings;
	size_t capacity = 0;
	int r = pmm_mappings_open(target->root, target->process->pid, &mappings);

	if (r < 0)
		return r;
	while ((r = pmm_mappings_next(mappings, &mapping)) > 0)
		append_mapping(target, &capacity, mapping);
	if (r < 0) {
		complain(NULL, "%s", pmm_root_error(target->root));
		target->is_complete = false;
	}
	pmm_mappings_close(mappings);
	return r == 0 && !target->count ? -ESRCH : 0;
}

bool target_open(struct pmm_root *root, pid_t pid, struct target *ret_target)
{
	struct target target = {.root = root, .is_complete = true};
	int pages_r, r;

	if (!open_process(&target, pid)) {
		target_close(&target);
		return false;
	}
	pages_r = pmm_pages_open(root, pid, &target.pages);
	if (pages_r < 0) {
		complain_of(root, pid, "page table", pages_r);
		target.is_complete = false;
	}
	r = read_mappings(&target);
	if (r < 0 && r != pages_r) /* the same reason twice says no more than once */
		complain_of(root, pid, "mappings", r);
	if (r < 0) {
		target_close(&target);
		return false;
	}
	*ret_target = target;
	return true;
}

void target_close(struct target *target)
{
	for (size_t i = 0; i < target->count; i++)
		free(target->mappings[i].name);
	free(target->mappings);
	pmm_pages_close(target->pages);
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

static int compare_address(const void *key, const void *element)
{
	uint64_t address = *(const uint64_t *)key;
	const struct pmm_mapping *mapping = element;

	if (address < mapping->start_address)
		return -1;
	return address >= mapping->end_address;
}

const struct pmm_mapping *target_find(const struct target *target, uint64_t address)
{
	if (!target->count)
		return NULL;
	return bsearch(&address, target->mappings, target->count, sizeof(*target->mappings),
		       compare_address);
}

struct value target_mapping_name(const struct pmm_mapping *mapping)
{
	return *mapping->name ? value_text(mapping->name) : value_absent();
}

bool address_is_of_kernel(uint64_t address)
{
	return address >> 63;
}

void document_open(void)
{
	json_open(NULL);
	json_text("schema", "pagemap/1");
	json_open_array("processes");
}

void document_close(void)
{
	json_close_array();
	json_close();
	json_end();
}

void target_json(const struct target *target)
{
	struct value start = value_unsigned(target->process->start_ticks);

	json_unsigned("pid", (uint64_t)target->process->pid);
	json_text("name", target->process->name);
	json_value("start_ticks", UNIT_COUNT, &start);
}
