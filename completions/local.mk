# SPDX-License-Identifier: GPL-2.0-or-later
#
# bash and fish load a file of the command's own name, so one file is installed under three; zsh
# finds the commands in the first line of its file.

COMPLETED = vmtop swapctl pagemap

dist_zshcompletion_DATA = completions/_procmm
EXTRA_DIST += completions/procmm.bash completions/procmm.fish

install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)' '$(DESTDIR)$(fishcompletiondir)'
	for command in $(COMPLETED); do \
		$(INSTALL_DATA) $(srcdir)/completions/procmm.bash \
			'$(DESTDIR)$(bashcompletiondir)'/$$command || exit; \
		$(INSTALL_DATA) $(srcdir)/completions/procmm.fish \
			'$(DESTDIR)$(fishcompletiondir)'/$$command.fish || exit; \
	done

uninstall-local:
	for command in $(COMPLETED); do \
		rm -f '$(DESTDIR)$(bashcompletiondir)'/$$command; \
		rm -f '$(DESTDIR)$(fishcompletiondir)'/$$command.fish; \
	done
