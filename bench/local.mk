# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench-pagemap   pagemap beside the bare loops over the kernel's interface: not a part of
#                      make check

EXTRA_DIST += bench/pagemap/raw-scan.c
