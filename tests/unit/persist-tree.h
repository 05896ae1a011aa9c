/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_PERSIST_TREE_H
#define TESTS_PERSIST_TREE_H

/*
 * For the tests of persist: a tree with swap areas in it, an operation on its etc/fstab by effects
 * of the test's own, and what the file is after it.
 */

#include "persist.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "tree.h"

static struct tree tree;
static struct pmm_root *root;

static const struct pmm_persist_wish PLAIN = {.priority = PMM_NO_PRIORITY};

static inline void put_area(const char *path, const char *uuid, const char *label)
{
	const struct pmm_swap_header_wish wish = {
		.pages = PMM_SWAP_LEAST_PAGES,
		.page_bytes = 4096,
		.uuid = uuid,
		.label = label,
	};
	static char bytes[PMM_SWAP_LEAST_PAGES * 4096];
	char made[37];

	tree_check(pmm_swap_header_build(&wish, bytes, made) == 0, path);
	tree_put(&tree, path, bytes, sizeof(bytes));
}

static inline const char *full_path(const char *path)
{
	static char full[512];

	snprintf(full, sizeof(full), "%s/%s", tree.name, path);
	return full;
}

static inline void put_link(const char *path, const char *target)
{
	tree_put_text(&tree, path, ""); /* makes its directories */
	tree_check(!unlink(full_path(path)) && !symlink(target, full_path(path)), path);
}

static inline void put_fstab(const char *text)
{
	tree_put_text(&tree, "etc/fstab", text);
}

/* All of a file of the tree; the caller frees it. NULL if it is not there. */
static inline char *get_text(const char *path, size_t *ret_length)
{
	FILE *file = fopen(full_path(path), "r");
	size_t capacity = 2 << 20;
	char *text = malloc(capacity);

	if (!file) {
		free(text);
		return NULL;
	}
	*ret_length = fread(text, 1, capacity - 1, file);
	text[*ret_length] = '\0';
	fclose(file);
	return text;
}

static inline bool fstab_is_bytes(const char *bytes, size_t length)
{
	size_t got_length;
	char *got = get_text("etc/fstab", &got_length);
	bool is_same = got && got_length == length && !memcmp(got, bytes, length);

	free(got);
	return is_same;
}

static inline void fstab_is(const char *expected, const char *story)
{
	size_t length;
	char *got = get_text("etc/fstab", &length);

	is_text(got, expected, "%s", story);
	free(got);
}

/* Nothing is in etc but what was put there. */
static inline size_t count_names(void)
{
	DIR *directory = opendir(full_path("etc"));
	size_t count = 0;

	tree_check(directory, "etc");
	while (readdir(directory))
		count++;
	closedir(directory);
	return count - 2;
}

/* ---- one operation ---- */

struct result {
	int r;
	bool is_changed;
	size_t steps;
	enum pmm_fault_kind kind;
	char words[2048]; /* object, reason, fix and remarks */
};

static inline void take_words(struct pmm_plan *plan, struct result *result)
{
	const struct pmm_fault *fault = pmm_plan_fault(plan);
	const struct pmm_step *step;
	const char *words;

	result->kind = fault->kind;
	snprintf(result->words, sizeof(result->words), "%s: %s (%s)",
		 fault->object ? fault->object : "", fault->reason ? fault->reason : "",
		 fault->fix ? fault->fix : "");
	for (size_t i = 0; (words = pmm_plan_remark_at(plan, i)); i++) {
		size_t length = strlen(result->words);

		snprintf(result->words + length, sizeof(result->words) - length, "\n%s", words);
	}
	for (; (step = pmm_plan_step_at(plan, result->steps)); result->steps++) {
		size_t length = strlen(result->words);

		snprintf(result->words + length, sizeof(result->words) - length, "\n%s",
			 step->words);
	}
}

/* Persist, or without a wish unpersist. MORE adds further steps to the plan; it may be NULL. */
static inline struct result run_plan(const struct pmm_effects *effects, const char *path,
				     const struct pmm_persist_wish *wish,
				     int (*more)(struct pmm_plan *plan))
{
	struct result result = {0};
	struct pmm_plan *plan;

	tree_check(pmm_plan_open(root, effects, &plan) == 0, "plan");
	result.r = wish ? pmm_plan_persist(plan, path, wish) : pmm_plan_unpersist(plan, path, NULL);
	if (result.r == 0 && more)
		result.r = more(plan);
	if (result.r == 0)
		result.r = pmm_plan_run(plan, NULL);
	result.is_changed = pmm_plan_has_changed(plan);
	take_words(plan, &result);
	pmm_plan_close(plan);
	return result;
}

static inline struct result persist(const char *path, const struct pmm_persist_wish *wish)
{
	return run_plan(&pmm_effects_live, path, wish, NULL);
}

static inline struct result unpersist(const char *path)
{
	return run_plan(&pmm_effects_live, path, NULL, NULL);
}

static inline bool tells(const struct result *result, const char *words)
{
	if (strstr(result->words, words))
		return true;
	printf("# '%s' expected in: %s\n", words, result->words);
	return false;
}

static inline void make_tree(void)
{
	tree = tree_make();
	tree_put_text(&tree, "proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	put_fstab("");
	tree_check(pmm_root_open(tree.name, &root) == 0, "root");
}

static inline int end_tree(void)
{
	pmm_root_close(root);
	tree_remove(&tree);
	return done_testing();
}

#endif
