/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The mappings of an address space, and what each of them maps: anonymous memory, a file, shared
 * memory, huge pages. The kernel does not say so in proc/PID/maps: it is told by the name, and for
 * file systems without a disk by their magic, of the file behind proc/PID/map_files, or, where that
 * may not be followed, by the list of mounts.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mapping.h"
#include "walk.h"

/* include/uapi/linux/magic.h; that of tmpfs is in walk.h */
#define MAGIC_HUGETLBFS UINT32_C(0x958458f6)
#define MAGIC_SECRETMEM UINT32_C(0x5345434d)

static bool begins(const char *name, const char *front)
{
	return !strncmp(name, front, strlen(front));
}

/* ---- file systems without a disk ---- */

static enum pmm_page_class class_of_magic(uint32_t magic)
{
	if (magic == MAGIC_TMPFS)
		return PMM_CLASS_SHMEM;
	if (magic == MAGIC_HUGETLBFS)
		return PMM_CLASS_HUGETLB;
	return magic == MAGIC_SECRETMEM ? PMM_CLASS_SECRET : PMM_CLASS_FILE;
}

static bool ask_file(const struct pmm_walk *walk, const struct pmm_mapping *mapping,
		     struct space_device *device)
{
	char path[MAP_FILE_PATH];
	struct statfs status;
	int fd, r;

	if (!pmm_facilities_has(walk->facilities, PMM_FACILITY_MAP_FILES))
		return false;
	if (root_open_path(walk->root, map_file_path(path, walk->pid, mapping), &fd) < 0)
		return false;
	r = fstatfs(fd, &status);
	close(fd);
	if (r < 0)
		return false;
	device->class = class_of_magic((uint32_t)status.f_type);
	if (device->class == PMM_CLASS_HUGETLB)
		device->leaf_bytes = (uint64_t)status.f_bsize;
	return true;
}

static bool ask_mounts(const struct pmm_walk *walk, struct space_device *device)
{
	struct pmm_mount *mount;

	if (pmm_mount_of_device(walk->root, makedev(device->major, device->minor), &mount) < 0)
		return false;
	if (!strcmp(mount->type, "tmpfs") || !strcmp(mount->type, "devtmpfs"))
		device->class = PMM_CLASS_SHMEM;
	else if (!strcmp(mount->type, "hugetlbfs"))
		device->class = PMM_CLASS_HUGETLB;
	pmm_mount_free(mount);
	return true;
}

/* The names that the kernel gives to files that are on no mount. */
static enum pmm_page_class class_of_name(const char *name)
{
	if (begins(name, "/memfd:") || begins(name, "/SYSV") ||
	    !strcmp(name, "/dev/zero (deleted)"))
		return PMM_CLASS_SHMEM;
	if (begins(name, "/anon_hugepage"))
		return PMM_CLASS_HUGETLB;
	return begins(name, "/secretmem") ? PMM_CLASS_SECRET : PMM_CLASS_FILE;
}

/* How large the pages of a mapping are, where that is not what it always is: PROCMAP_QUERY. */
static uint64_t ask_page_bytes(const struct pmm_walk *walk, const struct pmm_mapping *mapping)
{
	char path[PROCESS_PATH];
	uint64_t bytes = 0;
	int fd;

	if (!pmm_facilities_has(walk->facilities, PMM_FACILITY_PROCMAP_QUERY) ||
	    root_open_quietly(walk->root, process_path(path, walk->pid, "maps"), &fd) < 0)
		return 0;
	if (kernel_mapping_page_bytes(fd, mapping->start_address, &bytes) < 0 ||
	    bytes == walk->page_bytes)
		bytes = 0;
	close(fd);
	return bytes;
}

static const struct space_device *find_device(struct pmm_walk *walk,
					      const struct pmm_mapping *mapping)
{
	struct space_device device = {
		.major = mapping->device_major,
		.minor = mapping->device_minor,
		.class = PMM_CLASS_FILE,
	};
	struct space_device *devices;

	for (size_t i = 0; i < walk->device_count; i++)
		if (walk->devices[i].major == device.major &&
		    walk->devices[i].minor == device.minor)
			return &walk->devices[i];
	devices = reallocarray(walk->devices, walk->device_count + 1, sizeof(*devices));
	if (!devices)
		return NULL;
	walk->devices = devices;
	if (!ask_file(walk, mapping, &device) && !ask_mounts(walk, &device)) {
		device.class = class_of_name(mapping->name);
		device.leaf_bytes = ask_page_bytes(walk, mapping);
		if (device.leaf_bytes) /* of memfd_create(2), MFD_HUGETLB */
			device.class = PMM_CLASS_HUGETLB;
	}
	devices[walk->device_count] = device;
	return &devices[walk->device_count++];
}

/* ---- mappings ---- */

/* fs/proc/task_mmu.c, get_vma_name() */
static enum pmm_page_class class_of_special(const char *name)
{
	if (begins(name, "[anon_shmem:"))
		return PMM_CLASS_SHMEM;
	if (!*name || begins(name, "[heap]") || begins(name, "[stack") || begins(name, "[anon:"))
		return PMM_CLASS_ANON;
	return PMM_CLASS_KERNEL; /* [vdso], [vvar], [uprobes]... */
}

/* Of devtmpfs, which says that it is tmpfs. Shared anonymous memory calls itself /dev/zero. */
static bool is_node(const struct pmm_mapping *mapping)
{
	return begins(mapping->name, "/dev/") && !begins(mapping->name, "/dev/shm/") &&
	       !begins(mapping->name, "/dev/hugepages/") &&
	       strcmp(mapping->name, "/dev/zero (deleted)") != 0;
}

static int classify(struct pmm_walk *walk, struct space_mapping *mapping)
{
	const struct pmm_mapping *of = &mapping->mapping;
	const struct space_device *device;

	if (!of->inode && of->name[0] != '/') {
		mapping->class = class_of_special(of->name);
		return 0;
	}
	mapping->class = PMM_CLASS_FILE;
	mapping->is_private_file = of->permissions[3] == 'p';
	if (begins(of->name, "[anon_shmem:"))
		mapping->class = PMM_CLASS_SHMEM;
	else if (begins(of->name, "anon_inode:"))
		mapping->class = PMM_CLASS_KERNEL;
	else if (of->device_major == 0) {
		device = find_device(walk, of);
		if (!device)
			return -ENOMEM;
		mapping->class = is_node(of) ? PMM_CLASS_KERNEL : device->class;
		mapping->leaf_bytes = device->leaf_bytes;
	}
	return 0;
}

static int append(struct pmm_walk *walk, size_t *capacity, const struct pmm_mapping *mapping)
{
	struct space_mapping *mappings;

	if (walk->count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 64;
		mappings = reallocarray(walk->mappings, *capacity, sizeof(*mappings));
		if (!mappings)
			return -ENOMEM;
		walk->mappings = mappings;
	}
	walk->mappings[walk->count] = (struct space_mapping){
		.mapping = *mapping,
		/* The kernel's half, where x86 has its vsyscall page, is in no table of ours. */
		.has_table = walk->pages && !(mapping->start_address >> 63),
	};
	return classify(walk, &walk->mappings[walk->count++]);
}

int space_open(struct pmm_walk *walk)
{
	const struct pmm_mapping *mapping;
	size_t capacity = 0;
	int r = pmm_mappings_open(walk->root, walk->pid, &walk->list);

	if (r < 0)
		return r;
	while ((r = pmm_mappings_next(walk->list, &mapping)) > 0) {
		r = append(walk, &capacity, mapping);
		if (r < 0)
			return pmm_root_fail(walk->root, r, "%s", strerror(-r));
	}
	/* A line that is malformed ends them; what came before is walked. */
	if (r < 0 && walk->count)
		walk->is_complete = false;
	else if (r < 0)
		return r;
	return 0;
}

void space_close(struct pmm_walk *walk)
{
	free(walk->mappings);
	free(walk->devices);
	pmm_mappings_close(walk->list);
}

bool space_is_pfnmap(const struct pmm_walk *walk, const struct space_mapping *mapping)
{
	const struct pmm_mapping *of = &mapping->mapping;

	/* Files of sysfs and the like can be, if shared; to ask for all would take long. */
	if (mapping->class != PMM_CLASS_KERNEL &&
	    (mapping->class != PMM_CLASS_FILE || of->device_major || mapping->is_private_file))
		return false;
	if (!walk->has_scan)
		return begins(of->name, "[vvar");
	return kernel_has_mapping(pages_fd(walk->pages), of->start_address,
				  of->start_address + walk->page_bytes) == 0;
}
