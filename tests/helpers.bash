# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the bats files share: where the commands and the fixtures are, checks that say what went
# wrong, and the list of what to undo. Several cases stand in one test; `row` names the one at hand
# in the message.
#
# bats sets output, stderr and status, and runs each test in a subshell:
# shellcheck disable=SC2154,SC2030,SC2031

bats_require_minimum_version 1.5.0

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Under `make check` the built commands, by name in the environment; otherwise those in build/
# beside the tests, otherwise those in PATH.
command_path()
{
	local given=$1 name=$2 build=${abs_top_builddir:-$tests/../build}

	if [ -n "$given" ]; then
		printf %s "$given"
	elif [ -x "$build/$name" ]; then
		(cd "$build" && printf %s "$PWD/$name")
	else
		command -v "$name" || {
			echo "$name: neither built nor in PATH" >&2
			return 1
		}
	fi
}

# Loops over no command at all would find nothing wrong.
VMTOP=$(command_path "${VMTOP:-}" vmtop) || exit 1
SWAPCTL=$(command_path "${SWAPCTL:-}" swapctl) || exit 1
PAGEMAP=$(command_path "${PAGEMAP:-}" pagemap) || exit 1
export VMTOP SWAPCTL PAGEMAP LC_ALL=C
unset NO_COLOR COLUMNS

# What a sanitizer finds is an exit status that no command has: its own 1 would be taken for theirs.
export ASAN_OPTIONS=exitcode=99${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export UBSAN_OPTIONS=exitcode=99${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}
export LSAN_OPTIONS=exitcode=99${LSAN_OPTIONS:+:$LSAN_OPTIONS}

# For what counts memory: a sanitizer is not to keep what was freed.
without_quarantine()
{
	ASAN_OPTIONS+=:quarantine_size_mb=0:thread_local_quarantine_size_kb=0
}

fixture()
{
	printf '%s/fixtures/%s' "$tests" "$1"
}

# The option that makes a command read a fixture.
at()
{
	printf -- '--sysroot=%s/fixtures/%s' "$tests" "$1"
}

# A copy of a fixture that a test may spoil; prints its path.
spoilable()
{
	local copy

	copy=$(mktemp -d -p "$BATS_TEST_TMPDIR")
	cp -r "$(fixture "$1")/." "$copy"
	chmod -R u+w "$copy"
	printf %s "$copy"
}

# ---- running: the status is $status, what was printed is $output and $stderr

# quietly COMMAND...: it must succeed, and without a word on stderr.
quietly()
{
	run --separate-stderr "$@"
	[ "$status" -eq 0 ] || fail "exit status $status, 0 expected"
	[ -z "$stderr" ] || fail "words on stderr"
}

# quietly_live COMMAND...: the same on the live system, where others may suffer meanwhile.
quietly_live()
{
	run --separate-stderr "$@"
	[ "$status" -eq 0 ] || fail "exit status $status, 0 expected"
	forget_estimates
	[ -z "$stderr" ] || fail "words on stderr"
}

# forget_estimates: what vmtop rightly says of what some process of this machine suffers is no
# complaint; it is taken out of $output and $stderr.
forget_estimates()
{
	local words='^vmtop: LOST is estimated, not from delay accounting: '

	output=$(grep -av "$words" <<<"$output") || true
	stderr=$(grep -av "$words" <<<"${stderr:-}") || true
}

# leniently COMMAND...: it may find fault with what it reads, but must live: exit 0 or 1, no signal.
leniently()
{
	run --separate-stderr "$@"
	[ "$status" -le 1 ] || fail "exit status $status, 0 or 1 expected"
}

# refused STATUS COMMAND...: it must fail so, printing nothing but its complaint.
refused()
{
	local expected=$1

	shift
	run --separate-stderr "$@"
	[ "$status" -eq "$expected" ] || fail "exit status $status, $expected expected"
	[ -z "$output" ] || fail "something on stdout"
	[ -n "$stderr" ] || fail "no word on stderr"
}

# ---- checks

fail()
{
	printf '%s%s\n' "${row:+[$row] }" "$*"
	printf '%s\n' "--- stdout" "${output:-}" "--- stderr" "${stderr:-}" | head -n 40 | cat -v
	return 1
}

is()
{
	[ "$1" = "$2" ] || fail "${3:+$3: }'$1', expected '$2'"
}

has()
{
	[[ $1 == *"$2"* ]] || fail "'$2' expected in: $1"
}

has_not()
{
	[[ $1 != *"$2"* ]] || fail "'$2' not expected in: $1"
}

matches()
{
	[[ $1 =~ $2 ]] || fail "/$2/ expected to match: $1"
}

# numbers_are FILTER: the members of what FILTER gives of $output are those of stdin, lines of key
# and value, to nine digits or six decimals; "-" stands for null.
numbers_are()
{
	local differences

	differences=$(awk '
		function is_equal(a, b) {
			if (a !~ /[0-9]/ || b !~ /[0-9]/)
				return a == b
			return (a > b ? a - b : b - a) <= 6e-7 + 1e-9 * (b < 0 ? -b : b)
		}
		NR == FNR { got[$1] = $2 == "null" ? "-" : $2; next }
		!is_equal(got[$1], $2) { print $1 ": " got[$1] ", expected " $2 }
		END { if (FNR == NR) print "nothing to compare with" }' \
		<(jq -r "$1 | to_entries[] | \"\(.key) \(.value)\"" <<<"$output") -)
	[ -z "$differences" ] || fail "$1: $differences"
}

# json FILTER: print what jq finds in $output.
json()
{
	jq -r "$1" <<<"$output" || fail "jq cannot read the output"
}

# json_is FILTER EXPECTED
json_is()
{
	is "$(json "$1")" "$2" "$1"
}

# json_true FILTER: it holds for every document in $output, of which there is one at least.
json_true()
{
	jq -se "length > 0 and all(.[]; $1)" <<<"$output" >/dev/null || fail "not true: $1"
}

is_utf8()
{
	iconv -f UTF-8 -t UTF-8 <<<"$1" >/dev/null 2>&1 || fail "not UTF-8"
}

# Nothing but printable ASCII and newlines.
is_plain()
{
	[[ $1 != *[!$'\n'\ -~]* ]] || fail "control or non-ASCII bytes"
}

has_lines()
{
	local lines=()

	[ -z "$1" ] || mapfile -t lines <<<"$1"
	is ${#lines[@]} "$2" "number of lines"
}

# await COMMAND...: ask until it succeeds. How long that takes is the machine's business: a busy one
# has time, and only what never comes fails.
await()
{
	local end=$((SECONDS + 60))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# has_said COUNT: what writes to the file `said` has written so many lines by now.
has_said()
{
	[ "$(wc -l <"$BATS_TEST_TMPDIR/said")" -ge "$1" ]
}

# ---- what a test needs

# With REQUIRE_ALL nothing may pass by being skipped.
skip_or_fail()
{
	[ "${REQUIRE_ALL:-0}" = 0 ] || { fail "REQUIRE_ALL is set, but: $1" || exit 1; }
	skip "$1"
}

# Root of a container may lack the one right that most of what root may do hangs on: CAP_SYS_ADMIN,
# bit 21 in capabilities(7).
is_root()
{
	local effective

	effective=$(awk '$1 == "CapEff:" { print $2 }' /proc/self/status)
	[[ $(id -u) -eq 0 && $((16#$effective >> 21 & 1)) -eq 1 ]]
}

require_root()
{
	is_root || skip_or_fail "needs root with CAP_SYS_ADMIN"
}

# Below chroot(2) no mount is the root, whose propagation could be changed: unshare(1) refuses.
require_mount_namespace()
{
	unshare --mount true 2>/dev/null || skip_or_fail "no mount namespace can be made here"
}

# mount_of PATH COLUMNS: as findmnt has it, with single blanks; sets $mount.
mount_of()
{
	mount=$(findmnt -n -o "$2" -T "$1" | tr -s ' ')
	[ -n "$mount" ] || skip_or_fail "findmnt finds no mount here"
}

require_command()
{
	command -v "$1" >/dev/null || skip_or_fail "needs the command $1"
}

# ---- undoing: what a test made is recorded by name at once, and undone in reverse

undo_later()
{
	printf '%q ' "$@" >>"$BATS_TEST_TMPDIR/undo"
	printf '\n' >>"$BATS_TEST_TMPDIR/undo"
}

undo_all()
{
	local command failed=0

	[ -f "$BATS_TEST_TMPDIR/undo" ] || return 0
	while read -r command; do
		eval "$command" || {
			echo "cannot undo: $command"
			failed=1
		}
	done < <(tac "$BATS_TEST_TMPDIR/undo")
	rm -f "$BATS_TEST_TMPDIR/undo"
	return $failed
}

# One at a time may touch the machine's real swap; the lock ends with the process that took it. Who
# is not root skips those tests.
lock_real_swap()
{
	is_root || return 0
	exec 8>/run/lock/procmm-real-swap
	flock -w 900 8 || fail "another has the lock of real swap for a quarter of an hour"
}

# Settings of the machine (ksm, huge pages), and which frame a page is in, hold still for all tests
# that only read what these make of memory, and are changed by one test at a time, which has no
# other lock.
lock_settings()
{
	is_root || return 0
	exec 9>/run/lock/procmm-settings
	flock "$@" -w 900 9 || fail "another has the lock of settings for a quarter of an hour"
}

hold_settings()
{
	lock_settings --shared
}

# make_zram: a device without a size; sets $number.
make_zram()
{
	[ -e /sys/class/zram-control/hot_add ] || skip_or_fail "the kernel has no zram"
	number=$(cat /sys/class/zram-control/hot_add) # which makes one
	undo_later remove_zram "$number"
}

remove_zram()
{
	echo 1 >"/sys/block/zram$1/reset"
	echo "$1" >/sys/class/zram-control/hot_remove
}

# end_process PID: end a child of this test and wait for its end.
end_process()
{
	kill "$1" 2>/dev/null || return 0
	kill -s CONT "$1" 2>/dev/null || true # a stopped one does not hear the other
	wait "$1" 2>/dev/null || true
}

# build_program NAME: compile tests/programs/NAME.c; prints the path of the program.
build_program()
{
	local program=$BATS_FILE_TMPDIR/$1

	[ -x "$program" ] ||
		"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -O1 -o "$program" "$tests/programs/$1.c" ||
		return 1
	printf %s "$program"
}
