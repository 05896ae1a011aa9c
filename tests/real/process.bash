# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests of the memory of processes share: a program that has made its memory and stands still,
# and settings of the machine for as long as a test takes.

# start PROGRAM ARGUMENT...: run it until it is ready, and stop it: $pid, and its lines before in
# the file $BATS_TEST_TMPDIR/lines.
start()
{
	local program

	program=$(build_program "$1")
	shift
	rm -f "$BATS_TEST_TMPDIR/lines"
	touch "$BATS_TEST_TMPDIR/lines"
	"$program" "$@" >"$BATS_TEST_TMPDIR/lines" 3>&- &
	pid=$!
	undo_later end_process $pid
	until grep -q ^ready "$BATS_TEST_TMPDIR/lines"; do
		kill -0 $pid || fail "the program has ended"
	done
	kill -STOP $pid
}

# set_knob FILE VALUE: a setting of the machine, until the test ends.
set_knob()
{
	[ -w "$1" ] || return 0
	undo_later restore_knob "$1" "$(sed 's/.*\[\(.*\)\].*/\1/' "$1")"
	echo "$2" >"$1"
}

restore_knob()
{
	echo "$2" >"$1"
}
