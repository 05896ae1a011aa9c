# SPDX-License-Identifier: GPL-2.0-or-later
#
# libprocmm. The commands and the unit tests are linked with its objects, so that they run from
# the build tree as they are (no wrapper script between a test and what it tests) and a machine
# short of memory maps one file less. Everyone else gets the shared library, which shows what
# libprocmm.sym lists and nothing else.

noinst_LTLIBRARIES += lib/libprocmm-objects.la
lib_libprocmm_objects_la_SOURCES = \
	lib/address.c \
	lib/areas.c \
	lib/areas.h \
	lib/cgroup-file.c \
	lib/cgroup-load.c \
	lib/cgroup-load.h \
	lib/cgroup-path.c \
	lib/cgroup-tree.c \
	lib/cgroup-twin.c \
	lib/cgroup.c \
	lib/cgroup.h \
	lib/compressed.c \
	lib/compressed.h \
	lib/container.c \
	lib/counters.c \
	lib/counters.h \
	lib/delayacct.c \
	lib/delayacct.h \
	lib/detail.c \
	lib/detector.c \
	lib/device.c \
	lib/device.h \
	lib/disk.c \
	lib/disk.h \
	lib/facility.c \
	lib/facility.h \
	lib/folio.c \
	lib/folio.h \
	lib/filecache.c \
	lib/filecache.h \
	lib/filemap.c \
	lib/filetree.c \
	lib/frame-class.c \
	lib/frame-flag.c \
	lib/frame-pass.c \
	lib/frame-sort.c \
	lib/frame.c \
	lib/frame.h \
	lib/hardware-error.c \
	lib/host.c \
	lib/host.h \
	lib/identity.c \
	lib/kernel-call.c \
	lib/kernel-call.h \
	lib/load.c \
	lib/load.h \
	lib/mapping.c \
	lib/mapping.h \
	lib/metric-table.c \
	lib/metric.c \
	lib/metric.h \
	lib/page.c \
	lib/page.h \
	lib/pressure.c \
	lib/pressure.h \
	lib/process-metric.c \
	lib/process-parse.c \
	lib/process.c \
	lib/process.h \
	lib/ram.c \
	lib/ram.h \
	lib/rmap-search.c \
	lib/rmap.c \
	lib/rmap.h \
	lib/root.c \
	lib/root.h \
	lib/sample.c \
	lib/sample.h \
	lib/scan.c \
	lib/scan.h \
	lib/slots-map.c \
	lib/slots.c \
	lib/slots.h \
	lib/verdict-advice.c \
	lib/trigger.c \
	lib/verdict-evidence.c \
	lib/verdict-measure.c \
	lib/verdict-parts.h \
	lib/verdict-words.c \
	lib/verdict-words.h \
	lib/verdict.c \
	lib/verdicts.c \
	lib/walk-batch.c \
	lib/walk-search.c \
	lib/walk-shmem.c \
	lib/walk-space.c \
	lib/walk-sum.c \
	lib/walk.c \
	lib/walk.h
lib_libprocmm_objects_la_CPPFLAGS = $(BASE_CPPFLAGS) -I$(top_srcdir)/lib $(PROC2_CFLAGS)
lib_libprocmm_objects_la_LIBADD = $(PROC2_LIBS) -lm

# The version of the interface (current:revision:age), not of the package: libtool's manual,
# "Versioning".
lib_LTLIBRARIES += lib/libprocmm.la
lib_libprocmm_la_SOURCES =
lib_libprocmm_la_LIBADD = lib/libprocmm-objects.la
lib_libprocmm_la_LDFLAGS = $(HARDENING_LDFLAGS) $(DEFS_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/lib/libprocmm.sym
EXTRA_lib_libprocmm_la_DEPENDENCIES = lib/libprocmm.sym

include_HEADERS += \
	lib/procmm.h \
	lib/procmm-files.h \
	lib/procmm-owners.h \
	lib/procmm-pages.h \
	lib/procmm-processes.h \
	lib/procmm-verdict.h
pkgconfig_DATA = lib/procmm.pc
EXTRA_DIST += lib/libprocmm.sym
