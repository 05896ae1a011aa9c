# SPDX-License-Identifier: GPL-2.0-or-later
#
# make check        C unit tests, tests/*.bats, and tests/real/*.bats (root: real swap), all
#                   through automake's TAP driver; the last line is the sum. REQUIRE_ALL=1 makes
#                   a skipped test a failed one.
# make check-long   the longer versions of the same tests
# make lint         the borders, the banned calls, the style and the manual: tests/lint

UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit

UNIT_TESTS_OF_LIB =
UNIT_TESTS_OF_SHARED =

check_PROGRAMS += $(UNIT_TESTS_OF_LIB) $(UNIT_TESTS_OF_SHARED)

BATS_TESTS = \
	tests/build.bats

TESTS = $(UNIT_TESTS_OF_LIB) $(UNIT_TESTS_OF_SHARED) $(BATS_TESTS)
TEST_EXTENSIONS = .bats

# A unit test that leaks says so by its exit status, after the last of its lines; bats has no
# news in its own.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
BATS_LOG_DRIVER = $(LOG_DRIVER)
AM_BATS_LOG_DRIVER_FLAGS = --ignore-exit
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --tap

AM_TESTS_ENVIRONMENT = \
	abs_top_builddir='$(abs_top_builddir)'; abs_top_srcdir='$(abs_top_srcdir)'; \
	VMTOP='$(abs_top_builddir)/vmtop'; SWAPCTL='$(abs_top_builddir)/swapctl'; \
	PAGEMAP='$(abs_top_builddir)/pagemap'; CC='$(CC)'; LC_ALL=C; \
	export abs_top_builddir abs_top_srcdir VMTOP SWAPCTL PAGEMAP CC LC_ALL; \
	unset NO_COLOR COLUMNS;

# Automake's own `check` ends with a table; ours ends with a line that a script can read.
check:
	@command -v $(BATS) >/dev/null || \
	{ echo "make check: bats is missing; install the package bats" >&2; exit 1; }
	@rm -f $(TEST_LOGS:.log=.trs)
	@$(MAKE) $(AM_MAKEFLAGS) check-am; status=$$?; \
	$(srcdir)/tests/summary $(TEST_LOGS:.log=.trs) || status=1; \
	exit $$status

.PHONY: check-long lint
check-long:
	PROCMM_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check

lint: all
	@abs_top_builddir='$(abs_top_builddir)' $(srcdir)/tests/lint

EXTRA_DIST += $(BATS_TESTS) \
	tests/helpers.bash \
	tests/lint \
	tests/record-fixture \
	tests/summary \
	tests/unit/tap.h
