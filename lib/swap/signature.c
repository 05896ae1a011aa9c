/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DOOR to libblkid (reads only): what a file or device holds, by the signatures that file systems,
 * volume managers and partition tables leave on it. The low-level probe on a descriptor is used,
 * never the cache, which remembers files long gone. What is in the header of a swap area itself is
 * decoded in header.c: up to 2.38 libblkid does not say its size, byte order or bad pages.
 */

#include "signature.h"

#include <blkid.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any device has, and a ZFS label has hundreds; a probe that goes round must end. */
enum { MOST_ROUNDS = 4096 };

char *signature_tag_file_name(const char *value)
{
	size_t length = 4 * strlen(value) + 1; /* if every byte becomes \xNN */
	char *name = malloc(length);

	if (name && blkid_encode_string(value, name, length) < 0)
		*name = '\0';
	return name;
}

static blkid_probe open_probe(int fd)
{
	/* Bit 1 says "initialised", which keeps blkid_new_probe() from asking LIBBLKID_DEBUG. */
	static const int DEBUG_NOTHING = 1 << 1;
	blkid_probe probe;

	blkid_init_debug(DEBUG_NOTHING);
	probe = blkid_new_probe();
	if (!probe)
		return NULL;
	if (blkid_probe_set_device(probe, fd, 0, 0) < 0) {
		blkid_free_probe(probe);
		return NULL;
	}
	blkid_probe_enable_superblocks(probe, true);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_MAGIC);
	blkid_probe_enable_partitions(probe, true);
	return probe;
}

int signature_is_other(int fd, char *ret_words, size_t length)
{
	blkid_probe probe;
	const char *type;
	bool has_other = false;
	int r = -1;

	errno = 0; /* libblkid mostly sets it */
	probe = open_probe(fd);
	if (probe)
		r = blkid_do_safeprobe(probe);
	if (r == 0) {
		if (blkid_probe_lookup_value(probe, "TYPE", &type, NULL) == 0) {
			has_other = strcmp(type, "swap") && strcmp(type, "swsuspend");
			snprintf(ret_words, length, "holds %s, no swap area", type);
		} else if (blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL) == 0) {
			has_other = true;
			snprintf(ret_words, length, "holds a %s partition table, no swap area",
				 type);
		}
	}
	blkid_free_probe(probe);
	return r < 0 && errno == ENOMEM ? -ENOMEM : has_other;
}

/* ---- all of them ---- */

bool signature_is_swap(const struct signature *signature)
{
	return !strcmp(signature->type, "swap") || !strcmp(signature->type, "suspend");
}

/* Our names: the protective MBR is a part of its GPT, and a suspend image of any kind is one. */
static const char *our_name(const char *type)
{
	if (!strcmp(type, "PMBR"))
		return "gpt";
	if (!strcmp(type, "swsuspend"))
		return "suspend";
	return type;
}

static bool parse_offset(const char *text, uint64_t *ret_offset)
{
	char *end;

	errno = 0;
	*ret_offset = strtoull(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

/* What the probe has just found. False: nothing that has a name. */
static bool take_found(blkid_probe probe, struct signature *signature, const char **ret_type)
{
	const char *offset;
	size_t length;

	if (blkid_probe_lookup_value(probe, "TYPE", ret_type, NULL) == 0) {
		if (blkid_probe_lookup_value(probe, "SBMAGIC_OFFSET", &offset, NULL) == 0 &&
		    blkid_probe_lookup_value(probe, "SBMAGIC", NULL, &length) == 0 &&
		    parse_offset(offset, &signature->offset_bytes))
			signature->length = length;
		return true;
	}
	if (blkid_probe_lookup_value(probe, "PTTYPE", ret_type, NULL) < 0)
		return false;
	signature->is_partition_table = true;
	if (blkid_probe_lookup_value(probe, "PTMAGIC_OFFSET", &offset, NULL) == 0 &&
	    blkid_probe_lookup_value(probe, "PTMAGIC", NULL, &length) == 0 &&
	    parse_offset(offset, &signature->offset_bytes))
		signature->length = length;
	return true;
}

static bool is_known(const struct signatures *signatures, const struct signature *found,
		     const char *type)
{
	for (size_t i = 0; i < signatures->count; i++)
		if (!strcmp(signatures->array[i].type, type) &&
		    signatures->array[i].offset_bytes == found->offset_bytes)
			return true;
	return false;
}

static int add(struct signatures *signatures, struct signature found, const char *type)
{
	struct signature *array =
		reallocarray(signatures->array, signatures->count + 1, sizeof(*array));

	if (!array)
		return -ENOMEM;
	signatures->array = array;
	found.type = strdup(type);
	if (!found.type)
		return -ENOMEM;
	array[signatures->count++] = found;
	return 0;
}

/*
 * One round: 1 if there may be more. What was found is hidden from the next round, which looks for
 * the same kind again: so the second header of a GPT comes out from behind the first.
 */
static int find_next(blkid_probe probe, struct signatures *signatures)
{
	struct signature found = {0};
	const char *type;
	int r;

	errno = 0;
	r = blkid_do_probe(probe);
	if (r > 0)
		return 0;
	if (r < 0 && errno == ENOMEM)
		return -ENOMEM;
	if (r < 0) { /* this kind cannot be looked for; go on with the next */
		signatures->is_partial = true;
		return 1;
	}
	if (!take_found(probe, &found, &type) || is_known(signatures, &found, our_name(type)))
		return 1;
	r = add(signatures, found, our_name(type));
	if (r < 0)
		return r;
	if (found.length &&
	    blkid_probe_hide_range(probe, found.offset_bytes, (uint64_t)found.length) == 0)
		blkid_probe_step_back(probe);
	return 1;
}

int signatures_find(int fd, struct signatures *ret_signatures)
{
	struct signatures signatures = {0};
	blkid_probe probe;
	int r = 1;

	errno = 0; /* libblkid mostly sets it */
	probe = open_probe(fd);
	if (!probe)
		return errno ? -errno : -EIO;
	blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT);
	for (unsigned round = 0; r > 0 && round < MOST_ROUNDS; round++)
		r = find_next(probe, &signatures);
	blkid_free_probe(probe);
	if (r != 0) {
		signatures_free(&signatures);
		return r < 0 ? r : -EIO;
	}
	*ret_signatures = signatures;
	return 0;
}

void signatures_free(struct signatures *signatures)
{
	for (size_t i = 0; i < signatures->count; i++)
		free(signatures->array[i].type);
	free(signatures->array);
	*signatures = (struct signatures){0};
}
