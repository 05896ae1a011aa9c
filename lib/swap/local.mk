# SPDX-License-Identifier: GPL-2.0-or-later
#
# libprocmm-swap: all that changes the system, and what needs libmount, libblkid and
# libuuid. Only swapctl and its unit tests are linked with it. It is not installed yet: its
# interface still grows.

noinst_LTLIBRARIES += lib/swap/libprocmm-swap.la
lib_swap_libprocmm_swap_la_SOURCES = \
	lib/swap/active.c \
	lib/swap/active.h \
	lib/swap/ahead.c \
	lib/swap/ahead.h \
	lib/swap/area.c \
	lib/swap/area.h \
	lib/swap/attributes.c \
	lib/swap/attributes.h \
	lib/swap/btrfs-quota.c \
	lib/swap/btrfs-search.c \
	lib/swap/btrfs-search.h \
	lib/swap/btrfs.c \
	lib/swap/check.c \
	lib/swap/create.c \
	lib/swap/create.h \
	lib/swap/device.c \
	lib/swap/device.h \
	lib/swap/drain.c \
	lib/swap/drain.h \
	lib/swap/effects.c \
	lib/swap/extents.c \
	lib/swap/facts.c \
	lib/swap/facts.h \
	lib/swap/fault.c \
	lib/swap/fault.h \
	lib/swap/file-system.c \
	lib/swap/fit.c \
	lib/swap/fit.h \
	lib/swap/fix.c \
	lib/swap/format-write.c \
	lib/swap/format.c \
	lib/swap/format.h \
	lib/swap/fstab-edit.c \
	lib/swap/fstab-edit.h \
	lib/swap/fstab-file.c \
	lib/swap/fstab-file.h \
	lib/swap/fstab-match.c \
	lib/swap/fstab-match.h \
	lib/swap/fstab-text.c \
	lib/swap/fstab-text.h \
	lib/swap/fstab.c \
	lib/swap/fstab.h \
	lib/swap/header-build.c \
	lib/swap/header.c \
	lib/swap/header.h \
	lib/swap/judge.c \
	lib/swap/judge.h \
	lib/swap/kernel-log.c \
	lib/swap/kernel-log.h \
	lib/swap/lock.c \
	lib/swap/memo.c \
	lib/swap/memo.h \
	lib/swap/meter.c \
	lib/swap/meter.h \
	lib/swap/off.c \
	lib/swap/off.h \
	lib/swap/on.c \
	lib/swap/on.h \
	lib/swap/operand.c \
	lib/swap/persist-spec.c \
	lib/swap/persist-spec.h \
	lib/swap/persist.c \
	lib/swap/persist.h \
	lib/swap/place.c \
	lib/swap/place.h \
	lib/swap/plan.c \
	lib/swap/plan.h \
	lib/swap/priority.c \
	lib/swap/problems.c \
	lib/swap/procmm-swap.h \
	lib/swap/remove.c \
	lib/swap/reserved.c \
	lib/swap/reserved.h \
	lib/swap/resize.c \
	lib/swap/signature.c \
	lib/swap/signature.h \
	lib/swap/status.c \
	lib/swap/tag.c \
	lib/swap/tag.h \
	lib/swap/trial.c \
	lib/swap/trial.h \
	lib/swap/verdict-place.c \
	lib/swap/verdict.c \
	lib/swap/verdict.h \
	lib/swap/words.c \
	lib/swap/words.h
lib_swap_libprocmm_swap_la_CPPFLAGS = $(BASE_CPPFLAGS) -I$(top_srcdir)/lib \
	-I$(top_srcdir)/lib/swap $(MOUNT_CFLAGS) $(BLKID_CFLAGS) $(UUID_CFLAGS)
lib_swap_libprocmm_swap_la_LIBADD = $(MOUNT_LIBS) $(BLKID_LIBS) $(UUID_LIBS)
