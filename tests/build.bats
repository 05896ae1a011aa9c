#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the build made, held against what it was made from: the library against its header, the
# commands against their manual pages.

load helpers

setup()
{
	cd "$BATS_TEST_DIRNAME/.." || return
}

@test "the library shows what procmm.h declares, and nothing else" {
	quietly tests/lint.d/symbols
}

@test "each manual page lists the options that its command has, and no others" {
	quietly tests/lint.d/manual
}

@test "procmm.h stands alone, in C99 and without extensions" {
	printf '#include <procmm.h>\n' >"$BATS_TEST_TMPDIR/alone.c"
	quietly "${CC:-cc}" -std=c99 -Wall -Wextra -pedantic-errors -Werror -fsyntax-only -I lib \
		"$BATS_TEST_TMPDIR/alone.c"
}

@test "what only reads is not linked with what changes the system" {
	local command

	for command in "$VMTOP" "$PAGEMAP"; do
		run nm "$command"
		[ "$status" -eq 0 ] || run nm -D "$command"
		matches "$output" ' T main'
		has_not "$output" pmm_effects_live
		has_not "$(ldd "$command")" libmount
		has_not "$(ldd "$command")" libblkid
	done
}
