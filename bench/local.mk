# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench-pagemap   pagemap beside the bare loops over the kernel's interface, on processes of
#                      BENCH_GIB GiB (1); not a part of make check

BENCH_GIB = 1
.PHONY: bench-pagemap
bench-pagemap: all
	CC='$(CC)' $(srcdir)/bench/pagemap/run '$(abs_top_builddir)' $(BENCH_GIB)

EXTRA_DIST += \
	bench/pagemap/raw-flags.c \
	bench/pagemap/raw-frames.c \
	bench/pagemap/raw-scan.c \
	bench/pagemap/run
