/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The tables of pagemap frames: the same count of frames by their class, by their flags, by node
 * or by cgroup.
 */

#include <stdlib.h>

#include "frames.h"
#include "shared/memory.h"

#define FLAGS	"/proc/kpageflags"
#define COUNTS	"/proc/kpagecount"
#define CGROUPS "/proc/kpagecgroup"
#define NODES	"/sys/devices/system/node"

#define BIT(name) (UINT64_C(1) << PMM_FLAG_##name)

/* ---- by class ---- */

enum class_field {
	CLASS_CLASS,
	CLASS_SIZE,
	CLASS_FRAMES,
	CLASS_SHARE,
	CLASS_MAPPED,
	CLASS_LARGE,
	CLASS_DIRTY,
	CLASS_ACTIVE,
	CLASS_LOCKED,
	CLASS_SWAPCACHE,
	CLASS_MAPPINGS,
	CLASS_MEANING,
	CLASS_FIELDS,
};

static const struct field class_fields[CLASS_FIELDS + 1] = {
	[CLASS_CLASS] = {"class", "CLASS", UNIT_TEXT, "what the frames are used for", FLAGS, true,
			 false},
	[CLASS_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "how much RAM that is", FLAGS, true,
			false},
	[CLASS_FRAMES] = {"frames", "FRAMES", UNIT_COUNT, "how many frames", FLAGS, false, false},
	[CLASS_SHARE] = {"share_percent", "SHARE", UNIT_PERCENT, "of all frames", FLAGS, true,
			 false},
	[CLASS_MAPPED] = {"mapped_bytes", "MAPPED", UNIT_BYTES, "of it, in a page table",
			  FLAGS " mmap", true, false},
	[CLASS_LARGE] = {"large_bytes", "LARGE", UNIT_BYTES, "of it, in large folios or hugetlb",
			 FLAGS " thp, huge", true, false},
	[CLASS_DIRTY] = {"dirty_bytes", "DIRTY", UNIT_BYTES, "of it, to be written, or being",
			 FLAGS " dirty, writeback", true, false},
	[CLASS_ACTIVE] = {"active_bytes", "ACTIVE", UNIT_BYTES, "of it, reclaimed last",
			  FLAGS " active", false, false},
	[CLASS_LOCKED] = {"locked_bytes", "LOCKED", UNIT_BYTES, "of it, never reclaimed",
			  FLAGS " mlocked, unevictable", true, false},
	[CLASS_SWAPCACHE] = {"swapcache_bytes", "SWAPCACHE", UNIT_BYTES,
			     "of it, with a slot in swap as well", FLAGS " swapcache", false,
			     false},
	[CLASS_MAPPINGS] = {"mappings", "MAPPINGS", UNIT_COUNT, "how often they are mapped, in all",
			    COUNTS, false, false},
	[CLASS_MEANING] = {"meaning", "MEANING", UNIT_TEXT, "the class in words", "-", true, true},
};

static const char *const meanings[PMM_FRAME_CLASSES] = {
	[PMM_FRAME_FREE] = "free",
	[PMM_FRAME_ANON] = "memory of processes",
	[PMM_FRAME_ANON_LARGE] = "the same in large folios",
	[PMM_FRAME_LAZYFREE] = "the same, given back (MADV_FREE)",
	[PMM_FRAME_KSM] = "equal pages, merged",
	[PMM_FRAME_SWAPCACHE] = "read from swap, mapped nowhere",
	[PMM_FRAME_SHMEM] = "shared memory, tmpfs",
	[PMM_FRAME_FILE] = "page cache, clean",
	[PMM_FRAME_FILE_DIRTY] = "page cache, to be written",
	[PMM_FRAME_HUGETLB] = "huge pages, set aside",
	[PMM_FRAME_SLAB] = "small objects of the kernel",
	[PMM_FRAME_TABLES] = "page tables",
	[PMM_FRAME_ZERO] = "the pages of zeros",
	[PMM_FRAME_RESERVED] = "firmware, kernel image",
	[PMM_FRAME_OFFLINE] = "balloon, taken offline",
	[PMM_FRAME_POISON] = "broken",
	[PMM_FRAME_OTHER] = "kernel, or not yet in use",
};

/* Frames, by field, for those fields that count those with one of these flags. */
static const struct {
	enum class_field field;
	uint64_t flags;
} attributes[] = {
	{CLASS_MAPPED, BIT(MMAP)},
	{CLASS_LARGE, BIT(THP) | BIT(HUGE)},
	{CLASS_DIRTY, BIT(DIRTY) | BIT(WRITEBACK)},
	{CLASS_ACTIVE, BIT(ACTIVE)},
	{CLASS_LOCKED, BIT(MLOCKED) | BIT(UNEVICTABLE)},
	{CLASS_SWAPCACHE, BIT(SWAPCACHE)},
};

enum { ATTRIBUTES = sizeof(attributes) / sizeof(*attributes) };

struct class_sums {
	uint64_t frames;
	uint64_t with[ATTRIBUTES];
	uint64_t mappings;
};

static void sum_classes(const struct census *census, struct class_sums *sums)
{
	const struct census_kind *kind;
	size_t place = 0;

	while ((kind = census_next(census, &place))) {
		struct class_sums *sum = &sums[kind->class];

		sum->frames += kind->frames;
		sum->mappings += kind->mappings;
		for (size_t i = 0; i < ATTRIBUTES; i++)
			if (kind->flags & attributes[i].flags)
				sum->with[i] += kind->frames;
	}
}

static struct rows *class_rows(const struct inquest *inquest, const struct census *census)
{
	uint64_t page_bytes = pmm_root_page_bytes(inquest->root);
	bool is_table = inquest->settings.report.format == FORMAT_TABLE;
	bool has_counts = pmm_facilities_has(inquest->facilities, PMM_FACILITY_KPAGECOUNT);
	struct class_sums sums[PMM_FRAME_CLASSES] = {{0}};
	struct rows *rows = rows_open(class_fields);

	sum_classes(census, sums);
	for (enum pmm_frame_class class = 0; class < PMM_FRAME_HOLE; class ++) {
		const struct class_sums *sum = &sums[class];
		struct value *values;

		/* People look at what is there, programs for what they know. */
		if (is_table && !sum->frames)
			continue;
		values = rows_add(rows);
		values[CLASS_CLASS] = value_text(pmm_frame_class_name(class));
		values[CLASS_SIZE] = value_unsigned(sum->frames * page_bytes);
		values[CLASS_FRAMES] = value_unsigned(sum->frames);
		if (census->frames)
			values[CLASS_SHARE] =
				value_real(100 * (double)sum->frames / (double)census->frames);
		for (size_t i = 0; i < ATTRIBUTES; i++)
			values[attributes[i].field] = value_unsigned(sum->with[i] * page_bytes);
		if (has_counts)
			values[CLASS_MAPPINGS] = value_unsigned(sum->mappings);
		values[CLASS_MEANING] = value_text(meanings[class]);
	}
	return rows;
}

/* ---- by flags ---- */

enum flags_field {
	FLAGS_BITS,
	FLAGS_SIZE,
	FLAGS_FRAMES,
	FLAGS_CLASS,
	FLAGS_SYMBOLS,
	FLAGS_NAMES,
	FLAGS_FIELDS,
};

static const struct field flags_fields[FLAGS_FIELDS + 1] = {
	[FLAGS_BITS] = {"flag_bits", "BITS", UNIT_ADDRESS, "the flags, as a number", FLAGS, true,
			false},
	[FLAGS_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "how much RAM has these, and no others",
			FLAGS, true, false},
	[FLAGS_FRAMES] = {"frames", "FRAMES", UNIT_COUNT, "how many frames", FLAGS, true, false},
	[FLAGS_CLASS] = {"class", "CLASS", UNIT_TEXT, "what the frames are used for", FLAGS, true,
			 false},
	[FLAGS_SYMBOLS] = {"symbols", "SYMBOLS", UNIT_TEXT,
			   "the flags, a letter each, as page-types has them", FLAGS, false, false},
	[FLAGS_NAMES] = {"flags", "FLAGS", UNIT_TEXT, "the flags, by name", FLAGS, true, false},
};

/* The letters of tools/mm/page-types.c, bits 0 to 26 and 32 to 42. */
static const char letters[] = "LERUDlASWIBMasbHTGuXnxtozig\0\0\0\0\0rmdPpOhcfHH";

enum { LETTERS = sizeof(letters) - 1 };

static char *flag_symbols(uint64_t flags)
{
	char *symbols = allocate(LETTERS + 1, 1);
	size_t length = 0;

	for (size_t bit = 0; bit < LETTERS; bit++)
		if (letters[bit])
			symbols[length++] = flags >> bit & 1 ? letters[bit] : '_';
	return symbols;
}

/* Kinds, to be sorted so that those of a row follow each other. */
struct kind_list {
	const struct census_kind **kinds;
	size_t count;
};

static struct kind_list list_kinds(const struct census *census,
				   int (*compare)(const void *a, const void *b))
{
	struct kind_list list = {allocate(census->count + 1, sizeof(*list.kinds)), 0};
	const struct census_kind *kind;
	size_t place = 0;

	while ((kind = census_next(census, &place)))
		list.kinds[list.count++] = kind;
	qsort(list.kinds, list.count, sizeof(*list.kinds), compare);
	return list;
}

static int compare_numbers(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int compare_flags(const void *a, const void *b)
{
	const struct census_kind *left = *(const struct census_kind *const *)a;
	const struct census_kind *right = *(const struct census_kind *const *)b;
	int difference = compare_numbers(left->flags, right->flags);

	return difference ? difference : compare_numbers(left->class, right->class);
}

static struct rows *flags_rows(const struct inquest *inquest, const struct census *census)
{
	uint64_t page_bytes = pmm_root_page_bytes(inquest->root);
	struct kind_list list = list_kinds(census, compare_flags);
	struct rows *rows = rows_open(flags_fields);

	for (size_t i = 0, next; i < list.count; i = next) {
		struct value *values = rows_add(rows);
		const struct census_kind *kind = list.kinds[i];
		uint64_t frames = 0;

		for (next = i; next < list.count && !compare_flags(&list.kinds[next], &kind);
		     next++)
			frames += list.kinds[next]->frames;
		values[FLAGS_BITS] = value_unsigned(kind->flags);
		values[FLAGS_SIZE] = value_unsigned(frames * page_bytes);
		values[FLAGS_FRAMES] = value_unsigned(frames);
		values[FLAGS_CLASS] = value_text(pmm_frame_class_name(kind->class));
		values[FLAGS_SYMBOLS] = value_text(rows_keep(rows, flag_symbols(kind->flags)));
		values[FLAGS_NAMES] = value_text(rows_keep(rows, frame_flag_names(kind->flags)));
	}
	rows_sort(rows, FLAGS_FRAMES);
	free(list.kinds);
	return rows;
}

/* ---- by node, by cgroup ---- */

enum group_field {
	GROUP_NODE,
	GROUP_INODE,
	GROUP_SIZE,
	GROUP_MAPPED,
	GROUP_CLASSES, /* from here on, by enum pmm_frame_class */
	GROUP_CGROUP = GROUP_CLASSES + PMM_FRAME_HOLE,
	GROUP_FIELDS,
};

#define CLASS_ROW(class, key, heading, meaning) \
	[GROUP_CLASSES + PMM_FRAME_##           \
		class] = {key, heading, UNIT_BYTES, "of it, " meaning, FLAGS, false, false}

static const struct field group_fields[GROUP_FIELDS + 1] = {
	[GROUP_NODE] = {"node", "NODE", UNIT_COUNT, "node of NUMA", NODES, false, false},
	[GROUP_INODE] = {"cgroup_inode", "INODE", UNIT_COUNT,
			 "inode of the memory cgroup; 0: frames that count for none", CGROUPS,
			 false, false},
	[GROUP_SIZE] = {"size_bytes", "SIZE", UNIT_BYTES, "RAM of it", FLAGS, true, false},
	[GROUP_MAPPED] = {"mapped_bytes", "MAPPED", UNIT_BYTES, "of it, in a page table",
			  FLAGS " mmap", false, false},
	CLASS_ROW(FREE, "free_bytes", "FREE", "free"),
	CLASS_ROW(ANON, "anon_bytes", "ANON", "memory of processes"),
	CLASS_ROW(ANON_LARGE, "anon_thp_bytes", "ANON-THP", "the same in large folios"),
	CLASS_ROW(LAZYFREE, "lazyfree_bytes", "LAZYFREE", "the same, given back"),
	CLASS_ROW(KSM, "ksm_bytes", "KSM", "equal pages, merged"),
	CLASS_ROW(SWAPCACHE, "swapcache_bytes", "SWAPCACHE", "read from swap, mapped nowhere"),
	CLASS_ROW(SHMEM, "shmem_bytes", "SHMEM", "shared memory and tmpfs"),
	CLASS_ROW(FILE, "file_bytes", "FILE", "page cache, clean"),
	CLASS_ROW(FILE_DIRTY, "dirty_bytes", "DIRTY", "page cache, to be written"),
	CLASS_ROW(HUGETLB, "hugetlb_bytes", "HUGETLB", "huge pages that were set aside"),
	CLASS_ROW(SLAB, "slab_bytes", "SLAB", "small objects of the kernel"),
	CLASS_ROW(TABLES, "tables_bytes", "TABLES", "page tables"),
	CLASS_ROW(ZERO, "zero_bytes", "ZERO", "the pages of zeros"),
	CLASS_ROW(RESERVED, "reserved_bytes", "RESERVED", "firmware and kernel image"),
	CLASS_ROW(OFFLINE, "offline_bytes", "OFFLINE", "of a balloon, or taken offline"),
	CLASS_ROW(POISON, "poison_bytes", "POISON", "broken"),
	CLASS_ROW(OTHER, "other_bytes", "OTHER", "of the kernel, or not yet in use"),
	[GROUP_CGROUP] = {"cgroup", "CGROUP", UNIT_TEXT, "path of the memory cgroup", CGROUPS,
			  false, true},
};

static int compare_node(const void *a, const void *b)
{
	const struct census_kind *left = *(const struct census_kind *const *)a;
	const struct census_kind *right = *(const struct census_kind *const *)b;

	return compare_numbers(left->node, right->node);
}

static int compare_cgroup(const void *a, const void *b)
{
	const struct census_kind *left = *(const struct census_kind *const *)a;
	const struct census_kind *right = *(const struct census_kind *const *)b;

	return compare_numbers(left->cgroup, right->cgroup);
}

static void group_add(uint64_t *frames, const struct census_kind *kind)
{
	frames[GROUP_SIZE] += kind->frames;
	frames[GROUP_CLASSES + kind->class] += kind->frames;
	if (kind->flags & BIT(MMAP))
		frames[GROUP_MAPPED] += kind->frames;
}

static struct rows *group_rows(const struct inquest *inquest, const struct census *census,
			       const struct pmm_cgroup_paths *paths,
			       int (*compare)(const void *a, const void *b))
{
	uint64_t page_bytes = pmm_root_page_bytes(inquest->root);
	struct kind_list list = list_kinds(census, compare);
	struct rows *rows = rows_open(group_fields);

	for (size_t i = 0, next; i < list.count; i = next) {
		const struct census_kind *kind = list.kinds[i];
		uint64_t frames[GROUP_FIELDS] = {0};
		struct value *values = rows_add(rows);

		for (next = i; next < list.count && !compare(&list.kinds[next], &kind); next++)
			group_add(frames, list.kinds[next]);
		for (size_t field = GROUP_SIZE; field < GROUP_CGROUP; field++)
			values[field] = value_unsigned(frames[field] * page_bytes);
		if (compare == compare_node) {
			values[GROUP_NODE] = value_unsigned(kind->node);
			continue;
		}
		values[GROUP_INODE] = value_unsigned(kind->cgroup);
		if (paths)
			values[GROUP_CGROUP] =
				value_text(pmm_cgroup_paths_find(paths, kind->cgroup));
	}
	if (compare == compare_cgroup)
		rows_sort(rows, GROUP_SIZE);
	free(list.kinds);
	return rows;
}

/* ---- the views ---- */

const struct view frame_views[] = {
	[VIEW_CLASS] = {"class", {"classes", NULL, class_fields}, NULL},
	[VIEW_FLAGS] = {"flags", {"flags", NULL, flags_fields}, NULL},
	[VIEW_NODE] = {"node",
		       {"nodes", NULL, group_fields},
		       "node,size,free,anon,anon-thp,shmem,file,dirty,slab,tables,other"},
	[VIEW_CGROUP] = {"cgroup",
			 {"cgroups", NULL, group_fields},
			 "inode,size,anon,anon-thp,shmem,file,dirty,slab,cgroup"},
	{NULL, {NULL, NULL, NULL}, NULL},
};

unsigned frames_needs(const struct settings *settings)
{
	if (settings->view == VIEW_CGROUP)
		return 1U << PMM_FRAME_CGROUPS;
	for (size_t i = 0; settings->view == VIEW_CLASS && i < settings->fields.count; i++)
		if (settings->fields.indices[i] == CLASS_MAPPINGS)
			return 1U << PMM_FRAME_COUNTS;
	return 0;
}

struct rows *frames_rows(const struct inquest *inquest, const struct census *census,
			 const struct pmm_cgroup_paths *paths)
{
	switch (inquest->settings.view) {
	case VIEW_FLAGS:
		return flags_rows(inquest, census);
	case VIEW_NODE:
		return group_rows(inquest, census, NULL, compare_node);
	case VIEW_CGROUP:
		return group_rows(inquest, census, paths, compare_cgroup);
	default:
		return class_rows(inquest, census);
	}
}
