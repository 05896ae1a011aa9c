# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench-pagemap   pagemap beside the bare loops over the kernel's interface and beside other
#                      tools, on processes of BENCH_GIB GiB and more; not a part of make check
# make bench-who       pagemap who among BENCH_PROCESSES processes (5000)
# make bench-vmtop     vmtop beside top, htop, atop, vmstat, ps and smem, with 300 and 5,000 tasks

BENCH_RUNS = 11
BENCH_GIB = 1 4
BENCH_PROCESSES = 5000
.PHONY: bench-pagemap bench-vmtop bench-who
bench-pagemap: all
	CC='$(CC)' $(srcdir)/bench/pagemap/run '$(abs_top_builddir)' $(BENCH_RUNS) $(BENCH_GIB)
bench-vmtop: all
	CC='$(CC)' $(srcdir)/bench/vmtop/run '$(abs_top_builddir)' 300 5000
bench-who: all
	CC='$(CC)' $(srcdir)/bench/pagemap/who '$(abs_top_builddir)' $(BENCH_PROCESSES)

EXTRA_DIST += \
	bench/RESULTS.md \
	bench/pagemap/measure.c \
	bench/pagemap/page-types \
	bench/pagemap/raw-cache.c \
	bench/pagemap/raw-flags.c \
	bench/pagemap/raw-frames.c \
	bench/pagemap/raw-maps.c \
	bench/pagemap/raw-scan.c \
	bench/pagemap/run \
	bench/pagemap/who \
	bench/vmtop/run
