# SPDX-License-Identifier: GPL-2.0-or-later
#
# The commands. What they share knows terminals and options but not memory: it cannot even find
# procmm.h.

noinst_LIBRARIES += cmd/libshared.a
cmd_libshared_a_SOURCES = \
	cmd/shared/columns.c \
	cmd/shared/columns.h \
	cmd/shared/field-list.c \
	cmd/shared/field-list.h \
	cmd/shared/field.c \
	cmd/shared/field.h \
	cmd/shared/fit.c \
	cmd/shared/fit.h \
	cmd/shared/line.c \
	cmd/shared/line.h \
	cmd/shared/memory.c \
	cmd/shared/memory.h \
	cmd/shared/message.c \
	cmd/shared/message.h \
	cmd/shared/opts-print.c \
	cmd/shared/opts-print.h \
	cmd/shared/opts.c \
	cmd/shared/opts.h \
	cmd/shared/picture.c \
	cmd/shared/picture.h \
	cmd/shared/report.c \
	cmd/shared/report.h \
	cmd/shared/separated.c \
	cmd/shared/stream.c \
	cmd/shared/stream.h \
	cmd/shared/table.c \
	cmd/shared/table.h \
	cmd/shared/terminal.c \
	cmd/shared/terminal.h \
	cmd/shared/text.c \
	cmd/shared/text.h \
	cmd/shared/units.c \
	cmd/shared/units.h \
	cmd/shared/value.c \
	cmd/shared/value.h
cmd_libshared_a_CPPFLAGS = $(BASE_CPPFLAGS) -I$(top_srcdir)/cmd $(SMARTCOLS_CFLAGS)

COMMAND_CPPFLAGS = $(BASE_CPPFLAGS) -I$(top_srcdir)/cmd -I$(top_srcdir)/lib
COMMAND_LIBS = cmd/libshared.a lib/libprocmm-objects.la $(SMARTCOLS_LIBS)

bin_PROGRAMS += vmtop
vmtop_SOURCES = \
	cmd/vmtop/canvas.c \
	cmd/vmtop/canvas.h \
	cmd/vmtop/draw-cgroups.c \
	cmd/vmtop/draw-help.c \
	cmd/vmtop/draw-processes.c \
	cmd/vmtop/draw-state.c \
	cmd/vmtop/draw-system.c \
	cmd/vmtop/draw.c \
	cmd/vmtop/draw.h \
	cmd/vmtop/check.c \
	cmd/vmtop/check.h \
	cmd/vmtop/explain.c \
	cmd/vmtop/fields.c \
	cmd/vmtop/filter.c \
	cmd/vmtop/gather.c \
	cmd/vmtop/history.c \
	cmd/vmtop/history.h \
	cmd/vmtop/judge.c \
	cmd/vmtop/judge.h \
	cmd/vmtop/keys.c \
	cmd/vmtop/keys.h \
	cmd/vmtop/layout.c \
	cmd/vmtop/layout.h \
	cmd/vmtop/lines.c \
	cmd/vmtop/live.c \
	cmd/vmtop/live.h \
	cmd/vmtop/lock.c \
	cmd/vmtop/loop.c \
	cmd/vmtop/preferences-file.c \
	cmd/vmtop/preferences.c \
	cmd/vmtop/preferences.h \
	cmd/vmtop/request.c \
	cmd/vmtop/request.h \
	cmd/vmtop/rows.c \
	cmd/vmtop/screen.c \
	cmd/vmtop/screen.h \
	cmd/vmtop/sheet.c \
	cmd/vmtop/suspects.c \
	cmd/vmtop/suspects.h \
	cmd/vmtop/ui.c \
	cmd/vmtop/ui.h \
	cmd/vmtop/tick.c \
	cmd/vmtop/tick.h \
	cmd/vmtop/verdict-fields.c \
	cmd/vmtop/verdict-json.c \
	cmd/vmtop/verdict-lines.c \
	cmd/vmtop/vmtop.c \
	cmd/vmtop/vmtop.h \
	cmd/vmtop/wait.c
vmtop_CPPFLAGS = $(COMMAND_CPPFLAGS) $(NCURSES_CFLAGS)
vmtop_LDADD = $(COMMAND_LIBS) $(NCURSES_LIBS)

bin_PROGRAMS += pagemap
pagemap_SOURCES = \
	cmd/pagemap/answer.c \
	cmd/pagemap/answer.h \
	cmd/pagemap/at.c \
	cmd/pagemap/binary.c \
	cmd/pagemap/caps.c \
	cmd/pagemap/census.c \
	cmd/pagemap/census.h \
	cmd/pagemap/decode.c \
	cmd/pagemap/document.c \
	cmd/pagemap/file-mappers.c \
	cmd/pagemap/file-operands.c \
	cmd/pagemap/file-picture.c \
	cmd/pagemap/file-ranges.c \
	cmd/pagemap/file-sums.c \
	cmd/pagemap/file.c \
	cmd/pagemap/file.h \
	cmd/pagemap/filter.c \
	cmd/pagemap/frames-map.c \
	cmd/pagemap/frames-rows.c \
	cmd/pagemap/frames.c \
	cmd/pagemap/frames.h \
	cmd/pagemap/groups.c \
	cmd/pagemap/groups.h \
	cmd/pagemap/kind.c \
	cmd/pagemap/kind.h \
	cmd/pagemap/map.c \
	cmd/pagemap/operands.c \
	cmd/pagemap/pagemap.c \
	cmd/pagemap/pagemap.h \
	cmd/pagemap/pages.c \
	cmd/pagemap/question.c \
	cmd/pagemap/question.h \
	cmd/pagemap/record.h \
	cmd/pagemap/request.h \
	cmd/pagemap/rows.c \
	cmd/pagemap/rows.h \
	cmd/pagemap/select.c \
	cmd/pagemap/show.c \
	cmd/pagemap/summary.c \
	cmd/pagemap/sums.c \
	cmd/pagemap/sums.h \
	cmd/pagemap/swap-map.c \
	cmd/pagemap/swap-sums.c \
	cmd/pagemap/swap.c \
	cmd/pagemap/swap.h \
	cmd/pagemap/target.c \
	cmd/pagemap/thp-rows.c \
	cmd/pagemap/thp-sums.c \
	cmd/pagemap/thp.c \
	cmd/pagemap/thp.h \
	cmd/pagemap/users.c \
	cmd/pagemap/views.c \
	cmd/pagemap/vmas.c \
	cmd/pagemap/who-file.c \
	cmd/pagemap/who-show.c \
	cmd/pagemap/who.c \
	cmd/pagemap/who.h \
	cmd/pagemap/words.c
pagemap_CPPFLAGS = $(COMMAND_CPPFLAGS)
pagemap_LDADD = $(COMMAND_LIBS)

sbin_PROGRAMS += swapctl
swapctl_SOURCES = \
	cmd/swapctl/change.c \
	cmd/swapctl/change.h \
	cmd/swapctl/compat.c \
	cmd/swapctl/doctor.c \
	cmd/swapctl/list.c \
	cmd/swapctl/off.c \
	cmd/swapctl/progress.c \
	cmd/swapctl/request.c \
	cmd/swapctl/request.h \
	cmd/swapctl/rows.c \
	cmd/swapctl/run.c \
	cmd/swapctl/show.c \
	cmd/swapctl/size.c \
	cmd/swapctl/size.h \
	cmd/swapctl/swapctl.c \
	cmd/swapctl/swapctl.h
swapctl_CPPFLAGS = $(COMMAND_CPPFLAGS) -I$(top_srcdir)/lib/swap
swapctl_LDADD = lib/swap/libprocmm-swap.la $(COMMAND_LIBS)
