#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swapctl off on the running kernel, as root: what fits and what does not, memory cgroups, signals,
# time limits, two at once, read errors, the OOM killer, and the data that comes back. Slow devices
# are loop devices whose reads are throttled for the cgroup that swapctl runs in.

# What bats and the loaded files set and read; fields that awk, not the shell, fills in:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers
load swap

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	user=$(build_program memory-user)
	user_cgroup=
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$directory"
}

teardown()
{
	undo_all
}

# make_user_cgroup NAME LIMIT: of processes that are started from now on.
make_user_cgroup()
{
	make_cgroup memory "$1"
	user_cgroup=$(cgroup_path memory "$1")
	limit_memory "$1" "$2"
}

# off_slowly GROUP ARGUMENT...: in the background, reading as slowly as GROUP may; sets $off.
off_slowly()
{
	local group

	group=$(cgroup_path blkio "$1")
	shift
	# Signals are heard even if whoever began the tests ignores them.
	enter "$group" -- env --default-signal "$SWAPCTL" off "$@" >"$BATS_TEST_TMPDIR/out" \
		2>"$BATS_TEST_TMPDIR/err" 3>&- 8>&- &
	off=$!
	undo_later end_process "$off"
}

# ended PID: sets $status, $output and $stderr of what off_slowly started.
ended()
{
	status=0
	wait "$1" || status=$?
	output=$(cat "$BATS_TEST_TMPDIR/out")
	stderr=$(cat "$BATS_TEST_TMPDIR/err")
}

# wait_until_less NAME KIB
wait_until_less()
{
	await uses_less "$@" || fail "$1 does not get less"
}

@test "off: an area goes off with its pages intact, and again is no change" {
	local hard

	make_area area 131072
	start_user sleeper 96 pageout
	[ "$(used_kib "$directory/area")" -gt 90000 ] || fail "it is not in use"
	quietly "$SWAPCTL" off --dry-run "$directory/area"
	has "$output" 'undo: activate it again'
	is_active "$directory/area" || fail "a dry run changed something"
	# Without the privilege that is said, though who starts it ignores how children end.
	(trap '' CHLD && setpriv --bounding-set -sys_admin "$SWAPCTL" off "$directory/area") \
		2>"$BATS_TEST_TMPDIR/err" || status=$?
	is "$status" 6 "exit status"
	has "$(cat "$BATS_TEST_TMPDIR/err")" CAP_SYS_ADMIN
	# A hard link is the same file.
	ln "$directory/area" "$directory/hard"
	undo_later rm -f "$directory/hard"
	run --separate-stderr "$SWAPCTL" off "$directory/hard"
	is "$status" 0 "exit status"
	! is_active "$directory/area" || fail "it is active still"
	is_intact "$pid"
	run --separate-stderr "$SWAPCTL" off --json "$directory/area"
	is "$status" 0 "exit status"
	json_is .changed false
	run --separate-stderr "$SWAPCTL" off "$directory/none"
	is "$status" 5 "exit status"
}

@test "off: shared memory and files on tmpfs come back" {
	local sum

	make_user_cgroup procmm-off-shared 1G
	make_area area 262144
	mkdir "$directory/tmpfs"
	undo_later rmdir "$directory/tmpfs"
	mount -t tmpfs -o size=128M none "$directory/tmpfs"
	undo_later umount "$directory/tmpfs"
	start_user sleeper 64 idle shared
	(enter "$user_cgroup" -- dd if=/dev/urandom of="$directory/tmpfs/file" bs=1M count=64 \
		status=none)
	sum=$(sha256sum <"$directory/tmpfs/file")
	push_out procmm-off-shared "$directory/area" 120000
	quietly "$SWAPCTL" off --fast "$directory/area"
	! is_active "$directory/area" || fail "it is active still"
	is "$(sha256sum <"$directory/tmpfs/file")" "$sum" "what was in the file"
	is_intact "$pid"
}

@test "off: what does not fit a cgroup is refused, and its process lives; with room it goes off" {
	make_user_cgroup procmm-off-small 300M
	make_area area 1048576
	start_user sleeper 900 idle
	run --separate-stderr "$SWAPCTL" off "$directory/area"
	is "$status" 3 "exit status"
	matches "$stderr" 'cgroup [^ ]*/procmm-off-small .* [0-9]{9} bytes'
	has "$stderr" --force
	is_active "$directory/area" || fail "it was touched"
	run --separate-stderr "$SWAPCTL" off --check --json "$directory/area"
	is "$status" 3 "exit status"
	json_is '.fit[] | select(.cgroup == null).fits' true
	json_true '.fit[] | select(.cgroup // "" | endswith("/procmm-off-small")) |
		.fits == false and .short_bytes > 500000000 and .need_bytes >= .short_bytes'
	kill -0 "$pid" || fail "the process died"

	limit_memory procmm-off-small 1200M
	run --separate-stderr "$SWAPCTL" off --fast "$directory/area"
	is "$status" 0 "exit status"
	! is_active "$directory/area" || fail "it is active still"
	is_intact "$pid"
}

@test "off --force: says so, and who was killed for it; the kernel's first victim is the child" {
	make_user_cgroup procmm-off-force 64M
	make_area area 262144
	start_user sleeper 192 idle
	# In the same cgroup the kernel prefers who called swapoff(2).
	run --separate-stderr enter "$user_cgroup" -- "$SWAPCTL" off --force "$directory/area"
	is "$status" 1 "exit status"
	has "$stderr" 'forced, although cgroup'
	matches "$stderr" 'killed by the OOM killer; it is active, with [0-9.]+M left in it'
	is_active "$directory/area" || fail "it is off"
	kill -0 "$pid" || fail "the process died"
	# In another, a process of that cgroup is the victim.
	run --separate-stderr "$SWAPCTL" off --force "$directory/area"
	has "$stderr" 'forced, although cgroup'
	has "$stderr" 'the OOM killer ended 1 processes meanwhile'
	! kill -0 "$pid" || fail "the process lives"
}

@test "off: a signal between two processes stops it, and the area is as before" {
	local i pids=()

	make_user_cgroup procmm-off-int 1G
	make_slow_area procmm-off-int 128 2000
	# Small ones: a signal is waited for no longer than two seconds, and a process is seen to
	# the end.
	for i in {1..32}; do
		start_user "sleeper$i" 2 idle
		pids+=("$pid")
	done
	push_out procmm-off-int "$loop" 60000
	off_slowly procmm-off-int --json "$loop"
	wait_until_less "$loop" 50000
	kill -s INT "$off"
	ended "$off"
	is "$status" 8 "exit status"
	is_active "$loop" || fail "it is off"
	is "$(awk -v name="$loop" '$1 == name { print $5 }' /proc/swaps)" 7 "priority"
	has "$stderr" 'interrupted; it is active, with '
	json_is '.changed, .faults[0].kind' $'false\ninterrupted'
	# It is cancellable, and resumable.
	run --separate-stderr "$SWAPCTL" off "$loop"
	is "$status" 0 "exit status"
	for pid in "${pids[@]}"; do
		is_intact "$pid"
	done
}

@test "off: in the middle of a process the kernel cannot be stopped, and nobody waits in silence" {
	local began

	make_user_cgroup procmm-off-late 1G
	make_slow_area procmm-off-late 128 1000
	start_user sleeper 80 idle
	push_out procmm-off-late "$loop" 70000
	began=$SECONDS
	off_slowly procmm-off-late --no-lock --timeout 1 "$loop"
	wait_until_less "$loop" 70000
	# Another that comes meanwhile is told, and so is who asks.
	run --separate-stderr "$SWAPCTL" off --no-lock "$loop"
	is "$status" 8 "exit status"
	has "$stderr" 'already draining'
	ended "$off"
	is "$status" 8 "exit status"
	has "$stderr" "still draining, the kernel cannot be stopped now; "
	matches "$stderr" " with [0-9.]+[KM] left"
	[ $((SECONDS - began)) -le 6 ] || fail "it took $((SECONDS - began)) s to say so"
	# What the kernel makes of it in the end is either, and whole.
	throttle procmm-off-late "$loop" 0
	is_intact "$pid"
}

@test "off: progress is one line on a terminal that only gets less, and is gone at the end" {
	local left before=1000 seen=0

	make_user_cgroup procmm-off-line 1G
	make_slow_area procmm-off-line 128 4000
	start_user sleeper 48 idle
	push_out procmm-off-line "$loop" 45000
	(enter "$(cgroup_path blkio procmm-off-line)" -- \
		script -qec "'$SWAPCTL' off '$loop'" /dev/null 8>&-) >"$BATS_TEST_TMPDIR/line"
	! is_active "$loop" || fail "it is active still"
	while read -r left; do
		[ "$left" -le "$before" ] || fail "$left after $before"
		before=$left seen=$((seen + 1))
	done < <(tr '\r' '\n' <"$BATS_TEST_TMPDIR/line" |
		sed -nE 's|.*'"$loop"'  ([0-9]+)(\.[0-9])?M of [0-9.]+M left.*|\1|p')
	[ $seen -ge 3 ] || fail "$seen lines of progress"
	matches "$(tr '\r' '\n' <"$BATS_TEST_TMPDIR/line")" '  [0-9.]+M/s  [0-9]+s'
	has "$(cat "$BATS_TEST_TMPDIR/line")" $'\r\e[K'"$loop: inactive"
	is_intact "$pid"
}

@test "off: pages that the kernel could not read are told, though swapoff(2) says nothing" {
	make_user_cgroup procmm-off-eio 1G
	make_slow_area procmm-off-eio 64 100000
	start_user sleeper 32 idle
	push_out procmm-off-eio "$loop" 30000
	truncate -s 1M "$directory/procmm-off-eio.backing"
	run --separate-stderr "$SWAPCTL" off "$loop"
	is "$status" 0 "exit status"
	! is_active "$loop" || fail "it is active still"
	has "$stderr" 'the kernel could not read all that was in it'
}

@test "off --fast: 600 MiB of a cold area come back intact, and much faster" {
	local began fast

	make_user_cgroup procmm-off-fast 2G
	make_area area 716800
	start_user sleeper 600 idle
	push_out procmm-off-fast "$directory/area" 600000
	began=$(date +%s%N)
	quietly "$SWAPCTL" off --fast "$directory/area"
	fast=$((($(date +%s%N) - began) / 1000000))
	is_intact "$pid"
	[ $fast -lt 20000 ] || fail "$fast ms"
}
