# SPDX-License-Identifier: GPL-2.0-or-later

dist_man_MANS += \
	man/libprocmm.3 \
	man/pagemap-file.1 \
	man/pagemap-frames.1 \
	man/pagemap-map.1 \
	man/pagemap-swap.1 \
	man/pagemap-thp.1 \
	man/pagemap-who.1 \
	man/pagemap.1 \
	man/procmm.7 \
	man/swapctl.8 \
	man/vmtop-fields.7 \
	man/vmtop.1
