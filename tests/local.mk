# SPDX-License-Identifier: GPL-2.0-or-later
#
# make check        C unit tests, tests/*.bats, and tests/real/*.bats (root: real swap), all
#                   through automake's TAP driver; the last line is the sum. REQUIRE_ALL=1 makes
#                   a skipped test a failed one.
# make check-long   the longer versions of the same tests
# make robust       what changes swap is killed, failed, cut off, starved: tests/robust
# make lint         the borders, the banned calls, the style and the manual: tests/lint

# Each is built of one source. They alone may look into every room; the default flags are theirs.
AM_CPPFLAGS = $(BASE_CPPFLAGS) -I$(top_srcdir)/lib -I$(top_srcdir)/lib/swap -I$(top_srcdir)/cmd \
	-I$(top_srcdir)/tests/unit
LDADD = lib/swap/libprocmm-swap.la cmd/libshared.a lib/libprocmm-objects.la $(SMARTCOLS_LIBS)

UNIT_TESTS = \
	tests/unit/test-address \
	tests/unit/test-areas \
	tests/unit/test-canvas \
	tests/unit/test-cgroup \
	tests/unit/test-container \
	tests/unit/test-counters \
	tests/unit/test-create \
	tests/unit/test-delayacct \
	tests/unit/test-detector \
	tests/unit/test-device \
	tests/unit/test-effects \
	tests/unit/test-field \
	tests/unit/test-file \
	tests/unit/test-fit \
	tests/unit/test-folio \
	tests/unit/test-format \
	tests/unit/test-frame \
	tests/unit/test-fstab \
	tests/unit/test-fstab-file \
	tests/unit/test-fstab-text \
	tests/unit/test-hardware-error \
	tests/unit/test-header \
	tests/unit/test-header-build \
	tests/unit/test-history \
	tests/unit/test-judge \
	tests/unit/test-kind \
	tests/unit/test-layout \
	tests/unit/test-load \
	tests/unit/test-look \
	tests/unit/test-mapping \
	tests/unit/test-message \
	tests/unit/test-meter \
	tests/unit/test-off \
	tests/unit/test-opts \
	tests/unit/test-page \
	tests/unit/test-persist \
	tests/unit/test-picture \
	tests/unit/test-place \
	tests/unit/test-plan \
	tests/unit/test-preferences \
	tests/unit/test-pressure \
	tests/unit/test-problems \
	tests/unit/test-process \
	tests/unit/test-question \
	tests/unit/test-ram \
	tests/unit/test-recordings \
	tests/unit/test-report \
	tests/unit/test-root \
	tests/unit/test-scan \
	tests/unit/test-signature \
	tests/unit/test-size \
	tests/unit/test-slots \
	tests/unit/test-spoilt \
	tests/unit/test-stream \
	tests/unit/test-swap-fit \
	tests/unit/test-text \
	tests/unit/test-ui \
	tests/unit/test-units \
	tests/unit/test-verdict \
	tests/unit/test-verdict-words \
	tests/unit/test-walk \
	tests/unit/test-words
check_PROGRAMS += $(UNIT_TESTS)

# Of a command, what is pure.
tests_unit_test_kind_SOURCES = tests/unit/test-kind.c cmd/pagemap/kind.c cmd/pagemap/kind.h

# What the bats files run; each says in its first comment what it does.
check_PROGRAMS += tests/robust/header-corpus
tests_robust_header_corpus_SOURCES = tests/robust/header-corpus.c

BATS_TESTS = \
	tests/build.bats \
	tests/completions.bats \
	tests/frames.bats \
	tests/lint.bats \
	tests/off.bats \
	tests/options.bats \
	tests/output.bats \
	tests/documents.bats \
	tests/pagemap.bats \
	tests/who.bats \
	tests/real/change.bats \
	tests/real/check.bats \
	tests/real/create.bats \
	tests/real/folios.bats \
	tests/real/file.bats \
	tests/real/format.bats \
	tests/real/frames.bats \
	tests/real/fstab.bats \
	tests/real/live.bats \
	tests/real/names.bats \
	tests/real/off.bats \
	tests/real/pages.bats \
	tests/real/resize.bats \
	tests/real/rights.bats \
	tests/real/room.bats \
	tests/real/show.bats \
	tests/real/thrash.bats \
	tests/screen.bats \
	tests/real/slots.bats \
	tests/real/who.bats \
	tests/real/storm.bats \
	tests/swapctl.bats \
	tests/sysroot.bats \
	tests/verdict.bats \
	tests/vmtop.bats

TESTS = $(UNIT_TESTS) $(BATS_TESTS)
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

# In place of automake's own rule, which ends with a table: the last line is one that a script can
# read, whatever failed.
check-TESTS: $(check_PROGRAMS)
	@command -v $(BATS) >/dev/null || \
	{ echo "make check: bats is missing; install the package bats" >&2; exit 1; }
	@rm -f $(TEST_LOGS) $(TEST_LOGS:.log=.trs) $(TEST_SUITE_LOG)
	@$(MAKE) $(AM_MAKEFLAGS) $(TEST_SUITE_LOG); status=$$?; \
	$(REPORT) $(srcdir)/tests/summary $(TEST_LOGS:.log=.trs) || status=1; \
	exit $$status

.PHONY: check-long lint
check-long:
	PROCMM_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check

lint: all
	@abs_top_builddir='$(abs_top_builddir)' $(srcdir)/tests/lint

include tests/robust/local.mk

# The programs built for make check, without running anything.
.PHONY: check-programs
check-programs: all
	@$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)

EXTRA_DIST += $(BATS_TESTS) \
	bench/off-fast \
	tests/helpers.bash \
	tests/lint \
	tests/lint.d/borders \
	tests/lint.d/code.awk \
	tests/lint.d/cppcheck.cfg \
	tests/lint.d/files \
	tests/lint.d/format \
	tests/lint.d/lists \
	tests/lint.d/manual \
	tests/lint.d/objects \
	tests/lint.d/objects.awk \
	tests/lint.d/roff \
	tests/lint.d/rules \
	tests/lint.d/rules.awk \
	tests/lint.d/shape \
	tests/lint.d/shape.awk \
	tests/lint.d/shell \
	tests/lint.d/spelling \
	tests/lint.d/stanzas.awk \
	tests/lint.d/static \
	tests/lint.d/symbols \
	tests/programs/address-space.c \
	tests/programs/folios.c \
	tests/programs/file-cache.c \
	tests/programs/hostile-images.c \
	tests/programs/memory-load.c \
	tests/programs/memory-user.c \
	tests/programs/raw-pages.c \
	tests/programs/sharers.c \
	tests/programs/sleepers.c \
	tests/programs/map-files.c \
	tests/programs/pageout.h \
	tests/programs/storm.c \
	tests/programs/swap-on.c \
	tests/programs/truth-table.c \
	tests/real/process.bash \
	tests/real/swap.bash \
	tests/real/volume.bash \
	tests/record-fixture \
	tests/screen.bash \
	tests/summary \
	tests/unit/capture.h \
	tests/unit/course.h \
	tests/unit/made-facts.h \
	tests/unit/persist-tree.h \
	tests/unit/random.h \
	tests/unit/recording.h \
	tests/unit/spoiled-effects.h \
	tests/unit/tap.h \
	tests/unit/tree.h \
	tests/unit/ui-rooms.h
