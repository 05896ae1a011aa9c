/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Facilities: what of the page table this kernel shows, and what these rights let us see, found out
 * by asking, each in its cheapest way, on this process itself, and not before it is wanted: a
 * command that needs one does not wait for the others. Versions are not compared: what
 * distributions take back to old kernels, and what sandboxes take away, no version tells. Reads
 * proc/self/{pagemap,maps,map_files}, proc/{kpageflags,kpagecount,kpagecgroup,iomem}.
 */

#include "facility.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "frame.h"
#include "kernel-call.h"
#include "mapping.h"
#include "ram.h"
#include "root.h"

/* Its middle is in a section (128 MiB; Documentation/mm/memory-model.rst) that is all hole. */
#define HOLE_BYTES (UINT64_C(512) << 20)

#ifndef PR_GET_MEMORY_MERGE
#define PR_GET_MEMORY_MERGE 68 /* Linux 6.4 */
#endif

static const char needs_admin[] = "needs CAP_SYS_ADMIN in the initial user namespace";

struct answer {
	bool is_known;
	const char *why; /* NULL: it is there */
};

struct pmm_facilities {
	struct pmm_root *root;
	unsigned disabled;
	struct answer *answers; /* found out when they are first asked for */
};

/* What the probes share: a page of our own, just written. */
struct probe {
	struct pmm_root *root;
	const struct pmm_facilities *facilities;
	int pagemap; /* -1: not opened, or not to be */
	uint64_t page_bytes;
	uint64_t address;
	struct pmm_page page;
	uint64_t flags; /* of its frame; absent if they cannot be read */
};

static const char *const names[PMM_FACILITIES] = {
	[PMM_FACILITY_SCAN] = "scan",
	[PMM_FACILITY_CACHESTAT] = "cachestat",
	[PMM_FACILITY_PROCMAP_QUERY] = "procmap-query",
	[PMM_FACILITY_FRAMES] = "frames",
	[PMM_FACILITY_KPAGEFLAGS] = "kpageflags",
	[PMM_FACILITY_KPAGECOUNT] = "kpagecount",
	[PMM_FACILITY_KPAGECGROUP] = "kpagecgroup",
	[PMM_FACILITY_MAP_FILES] = "map-files",
	[PMM_FACILITY_SOFT_DIRTY] = "soft-dirty",
	[PMM_FACILITY_KSM_FLAG] = "ksm-flag",
	[PMM_FACILITY_NOPAGE_FLAG] = "nopage-flag",
};

const char *pmm_facility_name(enum pmm_facility which)
{
	return names[which];
}

enum pmm_facility pmm_facility_find(const char *name)
{
	enum pmm_facility which = 0;

	while (which < PMM_FACILITIES && strcmp(names[which], name) != 0)
		which++;
	return which;
}

/* ---- what the probes look at ---- */

/* What is read of our own page: nothing of it is an error. */
static void look_at_self(struct probe *probe)
{
	uint64_t entry, offset = probe->address / probe->page_bytes * sizeof(entry);

	pmm_page_decode(0, &probe->page);
	if (root_open_quietly(probe->root, "proc/self/pagemap", &probe->pagemap) < 0)
		probe->pagemap = -1;
	else if (pread(probe->pagemap, &entry, sizeof(entry), (off_t)offset) == sizeof(entry))
		pmm_page_decode(entry, &probe->page);
}

static void look_at_frame(struct probe *probe)
{
	struct pmm_frames *frames;

	probe->flags = PMM_ABSENT;
	if (probe->page.frame == PMM_ABSENT ||
	    pmm_frames_open(probe->root, probe->facilities, 1 << PMM_FRAME_FLAGS, &frames) < 0)
		return;
	pmm_frames_read(frames, PMM_FRAME_FLAGS, probe->page.frame, 1, &probe->flags);
	pmm_frames_close(frames);
}

/* ---- the probes: NULL, or what is missing ---- */

static const char *probe_scan(struct probe *probe)
{
	struct kernel_search search = {
		.start = probe->address,
		.end = probe->address + probe->page_bytes,
		.wanted = CATEGORY_PRESENT | CATEGORY_SWAPPED,
		.categories = CATEGORY_PRESENT | CATEGORY_HUGE | CATEGORY_ZERO | CATEGORY_FILE,
	};
	struct kernel_region region;
	uint64_t end;

	look_at_self(probe);
	if (probe->pagemap < 0)
		return "proc/self/pagemap cannot be opened";
	return kernel_scan(probe->pagemap, &search, 1, &region, &end) >= 0 ? NULL
									   : "needs Linux 6.7";
}

static const char *probe_cachestat(struct probe *probe)
{
	struct kernel_cache cache;

	(void)probe;
	return kernel_cachestat(-1, 0, 0, &cache) == -EBADF ? NULL : "needs Linux 6.5";
}

static const char *probe_procmap_query(struct probe *probe)
{
	const char *why = "proc/self/maps cannot be opened";
	uint64_t bytes;
	int fd;

	if (root_open_quietly(probe->root, "proc/self/maps", &fd) < 0)
		return why;
	why = kernel_mapping_page_bytes(fd, probe->address, &bytes) < 0 ? "needs Linux 6.11" : NULL;
	close(fd);
	return why;
}

static const char *probe_frames(struct probe *probe)
{
	look_at_self(probe);
	if (probe->pagemap < 0)
		return "proc/self/pagemap cannot be opened";
	return probe->page.frame == PMM_ABSENT ? needs_admin : NULL;
}

static const char *probe_frame_file(struct probe *probe, enum pmm_frame_file which)
{
	int fd, r = root_open_quietly(probe->root, frame_file_path(which), &fd);

	if (r == -ENOENT)
		return "this kernel is built without it";
	if (r < 0)
		return "needs root, or CAP_DAC_READ_SEARCH";
	close(fd);
	return NULL;
}

static const char *probe_kpageflags(struct probe *probe)
{
	return probe_frame_file(probe, PMM_FRAME_FLAGS);
}

static const char *probe_kpagecount(struct probe *probe)
{
	return probe_frame_file(probe, PMM_FRAME_COUNTS);
}

static const char *probe_kpagecgroup(struct probe *probe)
{
	return probe_frame_file(probe, PMM_FRAME_CGROUPS);
}

/* The first mapping of a file: a program is one. */
static const char *probe_map_files(struct probe *probe)
{
	const struct pmm_mapping *mapping;
	struct pmm_mappings *mappings;
	char path[MAP_FILE_PATH];
	int fd, r;

	if (pmm_mappings_open(probe->root, getpid(), &mappings) < 0)
		return "proc/PID/maps cannot be read";
	do
		r = pmm_mappings_next(mappings, &mapping);
	while (r > 0 && !mapping->inode);
	if (r > 0) {
		map_file_path(path, getpid(), mapping);
		r = root_open_path(probe->root, path, &fd);
		if (r >= 0)
			close(fd);
	}
	pmm_mappings_close(mappings);
	return r < 0 ? "needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE in the initial user namespace"
		     : NULL;
}

/* admin-guide/mm/soft-dirty.rst: what was just written is; clear_refs would tell nothing. */
static const char *probe_soft_dirty(struct probe *probe)
{
	look_at_self(probe);
	return probe->page.is_soft_dirty ? NULL : "this kernel is built without it";
}

/*
 * From Linux 6.10 to 7.1 every anonymous page had the flag (mainline commit 81401cebfc15). A page
 * that was written just now is not merged, whatever the rest of us is.
 */
static const char *probe_ksm_flag(struct probe *probe)
{
	look_at_self(probe);
	look_at_frame(probe);
	if (probe->flags == PMM_ABSENT)
		return "cannot be asked without frames and kpageflags";
	return probe->flags & FLAG(KSM) && prctl(PR_GET_MEMORY_MERGE, 0, 0, 0, 0) <= 0
		       ? "this kernel sets it on every anonymous page"
		       : NULL;
}

static const char *probe_nopage_flag(struct probe *probe)
{
	_cleanup_text_ struct text iomem = {0};
	struct pmm_frames *frames;
	uint64_t frame, word = 0;

	if (root_read_quietly(probe->root, "proc/iomem", &iomem) < 0 ||
	    !facility_find_hole(text_scan(&iomem), probe->page_bytes, &frame))
		return "no hole to ask about";
	if (pmm_frames_open(probe->root, probe->facilities, 1 << PMM_FRAME_FLAGS, &frames) < 0)
		return "cannot be asked without kpageflags";
	if (pmm_frames_read(frames, PMM_FRAME_FLAGS, frame, 1, &word) != 1)
		word = 0;
	pmm_frames_close(frames);
	return word & FLAG(NOPAGE) ? NULL : "this kernel shows holes as frames";
}

static const char *(*const probes[PMM_FACILITIES])(struct probe *probe) = {
	[PMM_FACILITY_SCAN] = probe_scan,
	[PMM_FACILITY_CACHESTAT] = probe_cachestat,
	[PMM_FACILITY_PROCMAP_QUERY] = probe_procmap_query,
	[PMM_FACILITY_FRAMES] = probe_frames,
	[PMM_FACILITY_KPAGEFLAGS] = probe_kpageflags,
	[PMM_FACILITY_KPAGECOUNT] = probe_kpagecount,
	[PMM_FACILITY_KPAGECGROUP] = probe_kpagecgroup,
	[PMM_FACILITY_MAP_FILES] = probe_map_files,
	[PMM_FACILITY_SOFT_DIRTY] = probe_soft_dirty,
	[PMM_FACILITY_KSM_FLAG] = probe_ksm_flag,
	[PMM_FACILITY_NOPAGE_FLAG] = probe_nopage_flag,
};

/* ---- proc/iomem ---- */

bool facility_find_hole(struct scan iomem, uint64_t page_bytes, uint64_t *ret_frame)
{
	uint64_t start, end, ram_end = 0;
	struct scan line;

	while (scan_line(&iomem, &line)) {
		/* Without blanks in front: of the first level. */
		if (!ram_scan_resource(&line, &start, &end) || !scan_text(&line, "System RAM"))
			continue;
		if (ram_end && start > ram_end && start - ram_end >= HOLE_BYTES) {
			*ret_frame = (ram_end + (start - ram_end) / 2) / page_bytes;
			return true;
		}
		ram_end = end;
	}
	return false;
}

/* ---- */

static const char *run_probe(const struct pmm_facilities *facilities, enum pmm_facility which)
{
	volatile char page = 1;
	struct probe probe = {
		.root = facilities->root,
		.facilities = facilities,
		.pagemap = -1,
		.page_bytes = pmm_root_page_bytes(facilities->root),
		.flags = PMM_ABSENT,
	};
	const char *why;

	page++;
	probe.address = (uintptr_t)&page / probe.page_bytes * probe.page_bytes;
	why = probes[which](&probe);
	if (probe.pagemap >= 0)
		close(probe.pagemap);
	return why;
}

/* A captured tree has what is in it, and nobody to ask. */
static const char *look_in_tree(struct pmm_root *root, enum pmm_facility which)
{
	const char *why = "a captured tree does not have it";
	int fd;

	if (which < PMM_FACILITY_KPAGEFLAGS || which > PMM_FACILITY_KPAGECGROUP ||
	    root_open_quietly(root, frame_file_path(which - PMM_FACILITY_KPAGEFLAGS), &fd) < 0)
		return why;
	close(fd);
	return NULL;
}

static const char *find_out(const struct pmm_facilities *facilities, enum pmm_facility which)
{
	if (facilities->disabled & 1U << which)
		return "disabled";
	return pmm_root_is_live(facilities->root) ? run_probe(facilities, which)
						  : look_in_tree(facilities->root, which);
}

int pmm_facilities_open(struct pmm_root *root, unsigned disabled,
			struct pmm_facilities **ret_facilities)
{
	struct pmm_facilities *facilities = calloc(1, sizeof(*facilities));

	if (facilities)
		facilities->answers = calloc(PMM_FACILITIES, sizeof(*facilities->answers));
	if (!facilities || !facilities->answers) {
		free(facilities);
		return pmm_root_fail(root, -ENOMEM, "%s", strerror(ENOMEM));
	}
	facilities->root = root;
	facilities->disabled = disabled;
	*ret_facilities = facilities;
	return 0;
}

struct pmm_facilities *pmm_facilities_close(struct pmm_facilities *facilities)
{
	if (!facilities)
		return NULL;
	free(facilities->answers);
	free(facilities);
	return NULL;
}

const char *pmm_facilities_why(const struct pmm_facilities *facilities, enum pmm_facility which)
{
	struct answer *answer = &facilities->answers[which];

	if (!answer->is_known) {
		answer->why = find_out(facilities, which);
		answer->is_known = true;
	}
	return answer->why;
}

int pmm_facilities_has(const struct pmm_facilities *facilities, enum pmm_facility which)
{
	return !pmm_facilities_why(facilities, which);
}
