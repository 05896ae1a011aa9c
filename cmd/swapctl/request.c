/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Takes the options one by one, each strictly checked, into settings and wishes. */

#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "shared/message.h"
#include "shared/text.h"
#include "shared/units.h"

enum { GREATEST_PRIORITY = 32767, SMALLEST_PAGE = 4096, GREATEST_PAGE = 65536 };

void request_begin(struct request *request)
{
	*request = (struct request){
		.list.sort = SORT_NONE,
		.create.priority = PMM_NO_PRIORITY,
		.create.reserve_bytes = PMM_ABSENT,
		.format.page_bytes = PMM_ABSENT,
		.on.priority = PMM_NO_PRIORITY,
		.off.timeout_ns = PMM_ABSENT,
		.persist.priority = PMM_NO_PRIORITY,
		.reserve_bytes = PMM_ABSENT,
	};
}

void request_end(struct request *request)
{
	selection_free(&request->list.selection);
}

/* ---- arguments ---- */

static int64_t take_priority(const struct opts_program *program, const char *argument)
{
	uint64_t priority;

	if (!parse_count(argument, 0, GREATEST_PRIORITY, &priority))
		opts_bad_argument(program, 'p', argument, "a number from 0 to 32767 is expected");
	return (int64_t)priority;
}

/* As in fstab: discard alone means both. */
static const char *take_discard(const struct opts_program *program, const char *argument)
{
	if (!strcmp(argument, "both"))
		return "";
	if (strcmp(argument, "once") && strcmp(argument, "pages"))
		opts_bad_argument(program, OPTION_DISCARD, argument,
				  "once, pages or both is expected");
	return argument;
}

static uint64_t take_size(const struct opts_program *program, int id, const char *argument)
{
	uint64_t bytes;

	if (!parse_size(argument, &bytes))
		opts_bad_argument(program, id, argument,
				  "a size is expected, such as 512M or 1.5G");
	return bytes;
}

static uint64_t take_page_size(const struct opts_program *program, const char *argument)
{
	uint64_t bytes = take_size(program, OPTION_PAGE_SIZE, argument);

	if (bytes < SMALLEST_PAGE || bytes > GREATEST_PAGE || bytes & (bytes - 1))
		opts_bad_argument(program, OPTION_PAGE_SIZE, argument,
				  "4K, 8K, 16K, 32K or 64K is expected");
	return bytes;
}

static uint64_t take_timeout(const struct opts_program *program, const char *argument)
{
	uint64_t ns;

	if (!parse_duration(argument, &ns) || ns == 0)
		opts_bad_argument(program, OPTION_TIMEOUT, argument,
				  "a duration is expected, such as 30, 500ms or 5m");
	return ns;
}

/* ---- options ---- */

static void take_letter(struct request *request, int letter)
{
	if (request->bsd_letter && request->bsd_letter != letter)
		die_usage("-%c and -%c exclude each other", request->bsd_letter, letter);
	request->bsd_letter = letter;
}

/* Options that go with several subcommands fill all the wishes they belong to. */
static bool take_value(struct request *request, const struct opts_program *program, int id,
		       const char *argument)
{
	switch (id) {
	case 'p':
		request->create.priority = request->on.priority = request->persist.priority =
			take_priority(program, argument);
		break;
	case OPTION_DISCARD:
		request->create.discard = request->on.discard = request->persist.discard =
			take_discard(program, argument);
		break;
	case OPTION_LABEL:
		request->create.label = request->format.label = argument;
		break;
	case OPTION_UUID:
		request->create.uuid = request->format.uuid = argument;
		break;
	case OPTION_RESERVE:
		request->create.reserve_bytes = request->reserve_bytes =
			take_size(program, id, argument);
		break;
	case OPTION_TIMEOUT:
		request->off.timeout_ns = take_timeout(program, argument);
		break;
	case OPTION_PAGE_SIZE:
		request->format.page_bytes = take_page_size(program, argument);
		break;
	case OPTION_SIZE:
		request->size = argument;
		break;
	case OPTION_WIPE:
		request->format.wipe = argument;
		break;
	case OPTION_OPTIONS:
		request->persist.options = argument;
		break;
	case OPTION_FSTAB:
		request->fstab = argument;
		break;
	case OPTS_SYSROOT:
		request->sysroot = argument;
		break;
	default:
		return false;
	}
	return true;
}

static bool take_flag(struct request *request, int id)
{
	switch (id) {
	case OPTION_PERSIST:
		request->create.with_persist = request->with_persist = true;
		break;
	case OPTION_NO_ACTIVATE:
		request->create.without_activation = true;
		break;
	case OPTION_REPLACE:
		request->create.with_replace = true;
		break;
	case OPTION_ZERO:
		request->create.with_zeros = true;
		break;
	case OPTION_KEEP_ID:
		request->format.keep_identity = true;
		break;
	case OPTION_CHECK:
		request->format.with_check = request->is_check = true;
		break;
	case OPTION_FAST:
		request->off.with_read_ahead = true;
		break;
	case OPTION_FORCE:
		request->off.with_force = request->on.with_force = true;
		break;
	case OPTION_KEEP_FILE:
		request->remove.keep_file = true;
		break;
	case OPTION_SCRUB:
		request->remove.with_scrub = true;
		break;
	case OPTION_ALL:
		request->with_all = request->list.with_inactive = true;
		break;
	default:
		return false;
	}
	return true;
}

static bool take_setting(struct request *request, int id)
{
	switch (id) {
	case OPTION_DRY_RUN:
		request->change.is_dry_run = true;
		break;
	case OPTION_QUIET:
		request->change.is_quiet = true;
		break;
	case 'v':
		request->change.is_verbose = true;
		break;
	case OPTION_NO_LOCK:
		request->change.without_lock = true;
		break;
	case OPTS_JSON:
		request->change.with_json = true;
		return false; /* a list renders it, too */
	default:
		return false;
	}
	return true;
}

static void take_list_option(struct request *request, int id, const char *argument)
{
	request->has_report_options |= id != OPTS_JSON && id != OPTS_LIST_FIELDS;
	if (!field_wish_take(&request->fields, id, argument))
		report_options_take(&request->list.report, id);
}

void request_take(struct request *request, const struct opts_program *program, int id,
		  const char *argument)
{
	if (id == 's' || id == 'l' || id == 'q') {
		take_letter(request, id);
		return;
	}
	request->has_list_options |= id != OPTS_SYSROOT;
	if (take_value(request, program, id, argument) || take_flag(request, id) ||
	    take_setting(request, id))
		return;
	take_list_option(request, id, argument);
}
