/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The JSON document of every mode: what it begins with, and how it ends. That of the modes that
 * show processes has an array of them.
 */

#include "pagemap.h"
#include "shared/message.h"
#include "shared/stream.h"

void document_begin(void)
{
	json_open(NULL);
	json_text("schema", "pagemap/1");
}

void document_end(void)
{
	json_boolean("complete", !program_has_failed());
	json_close();
	json_end();
}

void document_open(void)
{
	document_begin();
	json_open_array("processes");
}

void document_close(void)
{
	json_close_array();
	document_end();
}

void target_json(const struct target *target)
{
	struct value start = value_unsigned(target->process->start_ticks);

	json_unsigned("pid", (uint64_t)target->process->pid);
	json_text("name", target->process->name);
	json_value("start_ticks", UNIT_COUNT, &start);
}
