/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * pagemap file --who: a line for each mapping that a process has of one of the files. It takes a
 * pass over all processes, one for all files together.
 */

#include "file.h"
#include "shared/message.h"
#include "shared/stream.h"

enum mapper_field {
	FIELD_PID,
	FIELD_PROCESS,
	FIELD_ADDRESS,
	FIELD_OFFSET,
	FIELD_SIZE,
	FIELD_PERMISSIONS,
	FIELD_PATH,
	FIELDS,
};

#define MAPS "/proc/PID/maps"

const struct field file_mapper_fields[FIELDS + 1] = {
	[FIELD_PID] = {"pid", "PID", UNIT_COUNT, "a process that maps it", MAPS, true, false},
	[FIELD_PROCESS] = {"process", "PROCESS", UNIT_TEXT, "its name", "/proc/PID/stat", true,
			   false},
	[FIELD_ADDRESS] = {"address", "ADDRESS", UNIT_ADDRESS, "where the mapping begins", MAPS,
			   true, false},
	[FIELD_OFFSET] = {"offset_bytes", "OFFSET", UNIT_BYTES, "where in the file it begins", MAPS,
			  true, false},
	[FIELD_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "address space it takes", MAPS, true,
			false},
	[FIELD_PERMISSIONS] = {"permissions", "PERM", UNIT_TEXT,
			       "read, write, execute, private or shared", MAPS, true, false},
	[FIELD_PATH] = {"path", "PATH", UNIT_TEXT, "of the file", "operand", true, true},
};

static void list_mappers(const struct operands *operands, const struct file_keys *keys,
			 struct report *report)
{
	struct pmm_root *root = operands->inquest->root;
	const struct pmm_mapper *mapper;
	struct pmm_mappers *mappers;

	if (pmm_mappers_open(root, keys->keys, keys->count, &mappers) < 0) {
		complain(NULL, "%s", pmm_root_error(root));
		return;
	}
	while (pmm_mappers_next(mappers, &mapper) > 0) {
		const struct pmm_mapping *mapping = mapper->mapping;
		const struct value values[FIELDS] = {
			[FIELD_PID] = value_unsigned((uint64_t)mapper->process->pid),
			[FIELD_PROCESS] = value_text(mapper->process->name),
			[FIELD_ADDRESS] = value_unsigned(mapping->start_address),
			[FIELD_OFFSET] = value_unsigned(mapping->offset_bytes),
			[FIELD_SIZE] =
				value_unsigned(mapping->end_address - mapping->start_address),
			[FIELD_PERMISSIONS] = value_text(mapping->permissions),
			[FIELD_PATH] = value_text(keys->paths[mapper->key]),
		};

		report_row(report, values);
	}
	file_complain_of_denied(mappers);
	pmm_mappers_close(mappers);
}

void file_mappers_run(struct operands *operands)
{
	const struct settings *settings = &operands->inquest->settings;
	bool is_json = settings->report.format == FORMAT_JSON;
	struct file_keys keys = {0};
	struct report *report;
	struct pmm_file *file;

	while ((file = operands_next(operands)))
		file_keys_add(&keys, operands, file);
	if (is_json)
		document_begin();
	report = report_open(&settings->report, &settings->fields, "mappers");
	if (keys.count)
		list_mappers(operands, &keys, report);
	report_close(report);
	if (is_json)
		document_end();
	file_keys_free(&keys);
}
