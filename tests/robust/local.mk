# SPDX-License-Identifier: GPL-2.0-or-later
#
# make robust          the matrices, which need root; before the last line, one with their counts:
#                      points/violations
# make robust-mutants  defects put into a copy of the sources: each must turn a matrix red

ROBUST_TESTS = \
	tests/robust/fault.bats \
	tests/robust/inputs.bats \
	tests/robust/kill.bats \
	tests/robust/memory.bats \
	tests/robust/powercut.bats

ROBUST_COUNTS = $(abs_top_builddir)/tests/robust/counts

.PHONY: robust robust-mutants
robust: all
	@rm -rf $(ROBUST_COUNTS) && $(MKDIR_P) $(ROBUST_COUNTS)
	@ROBUST_COUNTS=$(ROBUST_COUNTS) $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(ROBUST_TESTS)' \
		REPORT='$(srcdir)/tests/robust/report $(ROBUST_COUNTS) || status=1;'

robust-mutants: all
	@$(srcdir)/tests/robust/mutants

EXTRA_DIST += $(ROBUST_TESTS) \
	tests/robust/attribute.c \
	tests/robust/failing-malloc.c \
	tests/robust/flip.c \
	tests/robust/mutants \
	tests/robust/report \
	tests/robust/robust.bash \
	tests/robust/stage.c \
	tests/robust/state.c \
	tests/robust/tracer.c
CLEANFILES += tests/robust/counts/*
