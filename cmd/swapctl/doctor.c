/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * swapctl check: what the kernel would say of an area, and what is wrong with it whatever the
 * kernel says. The library judges; here are the areas to look at, what fstab has of them, and the
 * words and the JSON. Nothing is changed and nothing is tried.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "shared/message.h"
#include "shared/stream.h"
#include "shared/text.h"
#include "swapctl.h"

/* What is looked at. */
struct subject {
	char *name;
	char *path;			 /* that it leads to; NULL: to none */
	struct pmm_judgement *judgement; /* NULL: there is nothing to judge, or no kernel */
	const char *boot_name;		 /* what is wrong with it in fstab: for programs, */
	char *boot_reason;		 /* and in words; NULL: nothing */
	const char *boot_fix;
};

struct check {
	struct pmm_root *root;
	const struct check_settings *settings;
	struct pmm_fstab *fstab; /* NULL: it could not be read */
	struct subject *subjects;
	size_t count;
	int status;
};

static bool has_findings(const struct subject *subject)
{
	const struct pmm_judgement *judgement = subject->judgement;

	return subject->boot_reason ||
	       (judgement && (!judgement->kernel_accepts || judgement->problem_count));
}

/* ---- what to look at ---- */

/* Takes the name. */
static struct subject *add_subject(struct check *check, char *name)
{
	struct subject *subjects =
		reallocarray(check->subjects, check->count + 1, sizeof(*subjects));

	if (!subjects)
		die_no_memory();
	check->subjects = subjects;
	subjects[check->count] = (struct subject){.name = name};
	return &subjects[check->count++];
}

/* An area that two lines of fstab name is activated once, and the second line fails at boot. */
static void look_for_lines(struct check *check, struct subject *subject)
{
	const struct pmm_fstab_swap *line;
	struct pmm_area area = {.name = subject->path};
	struct pmm_swap_header header;
	bool with_header = pmm_swap_header_probe(check->root, subject->path, &header) == 0;
	size_t found = 0;

	for (size_t i = 0; check->fstab && (line = pmm_fstab_swap_at(check->fstab, i)); i++)
		if (pmm_fstab_swap_means(check->root, line, &area, with_header ? &header : NULL))
			found++;
	if (found < 2)
		return;
	subject->boot_name = "duplicate-line";
	subject->boot_reason = format_text("fstab has %zu lines for it", found);
	subject->boot_fix = "swapctl persist, which leaves one";
}

static bool is_known(const struct check *check, const char *path)
{
	for (size_t i = 0; i < check->count; i++)
		if (!strcmp(check->subjects[i].name, path) ||
		    (check->subjects[i].path && !strcmp(check->subjects[i].path, path)))
			return true;
	return false;
}

/* 0, or -Exxx after a complaint. No judgement where there is no kernel that could be asked. */
static int judge(struct check *check, const char *path, struct pmm_judgement **ret_judgement)
{
	int r = pmm_swap_check(check->root, path, ret_judgement);

	if (r == -ENOMEM)
		die_no_memory();
	if (r == -EOPNOTSUPP) {
		remark(NULL, "a captured tree has no kernel to ask: only fstab is checked");
		*ret_judgement = NULL;
		return 0;
	}
	if (r < 0) {
		complain(NULL, "%s", pmm_root_error(check->root));
		check->status = r == -ENOENT ? EXIT_NO_AREA : EXIT_FAILED;
	}
	return r;
}

static void look_at(struct check *check, const char *name, const char *path)
{
	struct pmm_judgement *judgement;
	struct subject *subject;

	if (judge(check, path, &judgement) < 0)
		return;
	if (is_known(check, judgement ? judgement->path : path)) {
		pmm_judgement_free(judgement);
		return;
	}
	subject = add_subject(check, format_text("%s", name));
	subject->path = format_text("%s", judgement ? judgement->path : path);
	subject->judgement = judgement;
	look_for_lines(check, subject);
}

/* ---- all there is ---- */

static void add_missing(struct check *check, const struct pmm_fstab_swap *line)
{
	const char *path = line->path ? line->path : line->spec;
	struct subject *subject;

	if (line->is_noauto || line->is_nofail || is_known(check, path))
		return;
	subject = add_subject(check, format_text("%s", line->spec));
	subject->path = line->path ? format_text("%s", path) : NULL;
	subject->boot_name = "missing";
	subject->boot_reason = format_text("fstab activates it at boot, and it is not there");
	subject->boot_fix = "swapctl unpersist, or the option nofail";
}

static void look_at_row(struct check *check, const struct row *row)
{
	struct subject *subject;

	if (row->is_active && row->area.is_deleted) {
		subject = add_subject(check, format_text("%s", row->name));
		subject->boot_name = "deleted-node";
		subject->boot_reason = format_text("it is active, and its device node is gone");
		subject->boot_fix = "make the node again, then swapctl off";
	} else if (row->is_stale) {
		subject = add_subject(check, format_text("%s", row->name));
		subject->boot_name = "stale";
		subject->boot_reason =
			format_text("it is active, but its name leads to it no more");
		subject->boot_fix = "mount its file system there again, then swapctl off";
	} else if (row->is_active || row->line->is_there) {
		look_at(check, row->name, row->name);
	} else if (!row->is_uncertain) {
		add_missing(check, row->line);
	}
}

static void look_at_all(struct check *check)
{
	const struct rows_wish wish = {
		.fstab_path = check->settings->fstab_path,
		.with_fstab = true,
		.with_inactive = true,
		.with_headers = true,
		.with_status = true,
	};
	struct rows *rows = rows_take(check->root, &wish);

	check->fstab = rows->fstab;
	for (size_t i = 0; i < rows->count; i++)
		look_at_row(check, &rows->items[i]);
	check->fstab = NULL;
	rows_free(rows);
}

static void look_at_operands(struct check *check, char **operands)
{
	int r = pmm_fstab_read(check->root, check->settings->fstab_path, &check->fstab);

	if (r < 0) {
		check->fstab = NULL;
		remark(NULL, "%s", pmm_root_error(check->root));
	}
	for (; *operands; operands++) {
		char *path = change_path(check->root, *operands, check->settings->fstab_path);

		if (!path)
			check->status = EXIT_NO_AREA;
		else
			look_at(check, *operands, path);
		free(path);
	}
	check->fstab = pmm_fstab_free(check->fstab);
}

/* ---- words ---- */

static void put_words(const char *words)
{
	put_text(stdout, words, strlen(words));
}

static void print_line(const char *name, const char *what, const char *reason, const char *fix)
{
	put_words(name);
	fputs(what, stdout);
	put_words(reason);
	putchar('\n');
	if (!fix)
		return;
	fputs("  try: ", stdout);
	put_words(fix);
	putchar('\n');
}

static const char *good_words(const struct pmm_judgement *judgement)
{
	if (!judgement)
		return "nothing is wrong in fstab";
	if (judgement->is_place)
		return "a swap file can be made here";
	return judgement->is_active ? "active, nothing is wrong"
				    : "the kernel would take it, nothing is wrong";
}

static void print_subject(const struct subject *subject, bool is_quiet)
{
	const struct pmm_judgement *judgement = subject->judgement;
	static const char refused[] = ": the kernel would refuse it: ";

	if (judgement && !judgement->kernel_accepts)
		print_line(subject->name, judgement->is_place ? ": " : refused,
			   judgement->cause.reason, judgement->cause.fix);
	for (size_t i = 0; judgement && i < judgement->problem_count; i++)
		print_line(subject->name, ": ", judgement->problems[i].reason,
			   judgement->problems[i].fix);
	if (subject->boot_reason)
		print_line(subject->name, ": ", subject->boot_reason, subject->boot_fix);
	if (!has_findings(subject) && !is_quiet)
		print_line(subject->name, ": ", good_words(judgement), NULL);
}

/* ---- JSON ---- */

static void json_problem(const char *name, const char *reason, const char *fix)
{
	json_open(NULL);
	json_text("problem", name);
	json_text("reason", reason);
	json_text("fix", fix);
	json_close();
}

static void json_subject(const struct subject *subject)
{
	static const struct pmm_judgement unknown = {.kernel_accepts = 1};
	const struct pmm_judgement *judgement = subject->judgement ? subject->judgement : &unknown;

	json_open(NULL);
	json_text("name", subject->name);
	json_text("path", subject->path);
	json_boolean("active", judgement->is_active);
	json_text("kernel", judgement == &unknown	? NULL
			    : judgement->kernel_accepts ? "accept"
							: "refuse");
	json_text("cause", judgement->cause.name);
	json_text("reason", judgement->cause.reason);
	json_text("fix", judgement->cause.fix);
	json_open_array("problems");
	for (size_t i = 0; i < judgement->problem_count; i++)
		json_problem(judgement->problems[i].name, judgement->problems[i].reason,
			     judgement->problems[i].fix);
	if (subject->boot_reason)
		json_problem(subject->boot_name, subject->boot_reason, subject->boot_fix);
	json_close_array();
	json_close();
}

static void print_json(const struct check *check)
{
	json_open(NULL);
	json_text("schema", "swapctl/1");
	json_open_array("checks");
	for (size_t i = 0; i < check->count; i++)
		json_subject(&check->subjects[i]);
	json_close_array();
	json_close();
	json_end();
}

/* ---- the whole ---- */

static void free_subjects(struct check *check)
{
	for (size_t i = 0; i < check->count; i++) {
		pmm_judgement_free(check->subjects[i].judgement);
		free(check->subjects[i].name);
		free(check->subjects[i].path);
		free(check->subjects[i].boot_reason);
	}
	free(check->subjects);
}

int check_run(struct pmm_root *root, const struct check_settings *settings, char **operands)
{
	struct check check = {.root = root, .settings = settings, .status = EXIT_DONE};

	if (*operands)
		look_at_operands(&check, operands);
	else
		look_at_all(&check);
	if (settings->with_json)
		print_json(&check);
	for (size_t i = 0; i < check.count; i++) {
		if (!settings->with_json)
			print_subject(&check.subjects[i], settings->is_quiet);
		if (has_findings(&check.subjects[i]) && check.status == EXIT_DONE)
			check.status = EXIT_FAILED;
	}
	if (!*operands && !check.count && !settings->with_json && !settings->is_quiet)
		puts(NO_SWAP);
	free_subjects(&check);
	return check.status;
}
