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

@test "the library shows what its headers declare, and nothing else" {
	quietly tests/lint.d/symbols
}

@test "each manual page lists the options that its command has, and no others" {
	quietly tests/lint.d/manual
}

@test "procmm.h and its other parts stand alone, in C99 and without extensions" {
	local header

	for header in procmm procmm-{files,owners,pages,processes,verdict}; do
		printf '#include <%s.h>\n' "$header" >"$BATS_TEST_TMPDIR/alone.c"
		quietly "${CC:-cc}" -std=c99 -Wall -Wextra -pedantic-errors -Werror -fsyntax-only \
			-I lib "$BATS_TEST_TMPDIR/alone.c"
	done
}

@test "tests fail where there is no command, and find those in build/ by themselves" {
	local tree=$BATS_TEST_TMPDIR path=/usr/local/bin:/usr/bin:/bin

	mkdir "$tree/tests"
	cp tests/helpers.bash "$tree/tests"
	# shellcheck disable=SC2016 # it is expanded there
	printf '%s\n' 'load helpers' '@test "x" {' \
		'is "${VMTOP:-$PWD/build/vmtop}" "$PWD/build/vmtop"' '}' >"$tree/tests/x.bats"
	cd "$tree" || return
	# Where bats is, but not swapctl; bats itself puts its insides in front.
	run env -i PATH="$path" bats tests/x.bats
	[ "$status" -ne 0 ] || fail "no command, and it passed"
	has "$output" 'neither built nor in PATH'
	mkdir build
	ln -s "$VMTOP" "$SWAPCTL" "$PAGEMAP" build
	quietly env -i PATH="$path" bats tests/x.bats
}

@test "a finding of a sanitizer is no exit status of a command" {
	local options program=$BATS_TEST_TMPDIR/overflow

	echo 'int main(int n, char **v) { int a[4] = {0}; return a[n + 3]; }' >"$program.c"
	for row in address undefined; do
		options="-fsanitize=$row -fno-sanitize-recover=all"
		# shellcheck disable=SC2086 # two words
		"${CC:-cc}" -w -O0 $options -o "$program" "$program.c" ||
			skip_or_fail "needs $options"
		run "$program"
		is "$status" 99 "exit status"
	done
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
