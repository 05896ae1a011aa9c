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
	await_ready
	kill -STOP $pid
}

# await_ready: the program $pid has said so in the file of its lines.
await_ready()
{
	await is_ready_or_gone || fail "the program is not ready"
	kill -0 "$pid" || fail "the program has ended"
}

is_ready_or_gone()
{
	grep -q ^ready "$BATS_TEST_TMPDIR/lines" || ! kill -0 "$pid" 2>/dev/null
}

# start_as COMMAND...: run a sleep by it, in the background; sets $pid.
start_as()
{
	"$@" sleep 1000 3>&- &
	pid=$!
	undo_later end_process "$pid"
	await has_name "$pid" sleep || fail "no sleep"
}

has_name() # PID NAME
{
	[ "$(cat "/proc/$1/comm")" = "$2" ]
}

# merges_pages NAME...: the kernel has made 32 pages of the process so, by these of its ksm_stat.
merges_pages()
{
	local names=" $* "

	[ "$(awk -v names="$names" 'index(names, " " $1 " ") { pages += $2 }
		END { print pages + 0 }' "/proc/$pid/ksm_stat")" -ge 32 ]
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
