/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

/*
 * A captured tree that a unit test makes for itself, in the directory where it runs, and takes away
 * again. What goes wrong in here is a fault of the test, and ends it.
 */

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	char name[32];
};

static inline void tree_check(bool is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	exit(99); /* automake: a hard error */
}

static inline struct tree tree_make(void)
{
	struct tree tree = {.name = "test-tree-"};

	memset(tree.name + strlen(tree.name), 'X', 6);
	tree_check(mkdtemp(tree.name), "mkdtemp");
	return tree;
}

/* Write LENGTH bytes to PATH below the tree, and make its directories. */
static inline void tree_put(const struct tree *tree, const char *path, const void *bytes,
			    size_t length)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", tree->name, path);
	for (char *slash = strchr(full, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "w");
	tree_check(file, full);
	tree_check(fwrite(bytes, 1, length, file) == length, full);
	tree_check(!fclose(file), full);
}

static inline void tree_put_text(const struct tree *tree, const char *path, const char *text)
{
	tree_put(tree, path, text, strlen(text));
}

/* AT_PAGESZ in proc/self/auxv, of a 64-bit machine with our byte order. */
static inline void tree_put_page_bytes(const struct tree *tree, uint64_t page_bytes)
{
	uint64_t auxv[4] = {6, page_bytes, 0, 0};

	tree_put(tree, "proc/self/auxv", auxv, sizeof(auxv));
}

static inline int tree_remove_one(const char *path, const struct stat *status, int type,
				  struct FTW *where)
{
	(void)status, (void)type, (void)where;
	return remove(path);
}

static inline void tree_remove(const struct tree *tree)
{
	tree_check(!nftw(tree->name, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS), tree->name);
}

#endif
