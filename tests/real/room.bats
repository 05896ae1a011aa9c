#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What off and resize say of the room that there is, against the kernel's own answer: processes at
# the limit of their cgroup, which live when it said that all fits, and die when it was forced.

# jq's $, and what bats and helpers.bash set and read:
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
	[ "$(wc -l </proc/swaps)" -eq 1 ] || skip_or_fail "another area is active, and has room"
	user=$(build_program memory-user)
	user_cgroup=
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$directory"
	make_area area 524288
}

teardown()
{
	undo_all
}

# start_limited NAME LIMIT MIB: sets $pid.
start_limited()
{
	make_cgroup memory "$1"
	user_cgroup=$(cgroup_path memory "$1")
	limit_memory "$1" "$2"
	start_user "$1" "$3" idle
}

# make_other KIB: a second area, which goes when nothing is in it any more.
make_other()
{
	make_area other "$1"
	undo_later end_process "$pid"
}

# fits_off yes|no: swapctl's answer.
fits_off()
{
	run --separate-stderr "$SWAPCTL" off --check --json "$directory/area"
	json_true '[.fit[] | .fits] | all == '"$([ "$1" = yes ] && echo true || echo false)"
}

@test "off: a cgroup that is full needs more room elsewhere than it has in the area" {
	start_limited procmm-room 40M 75
	# 35 MiB are in the area, and the kernel kills with 45 free elsewhere, and with 60 at times.
	make_other 46080
	fits_off no
	refused 3 "$SWAPCTL" off "$directory/area"
	has "$stderr" 'cgroup /procmm-room would be over its memory limit'
	kill -0 "$pid" || fail "the process died"
	run --separate-stderr "$SWAPCTL" off --force "$directory/area"
	is "$status" 1 "the kernel's own answer"
	has "$stderr" 'the OOM killer ended 1 processes'
	matches "$stderr" ' with 0 (bytes )?left in it'
	has "$stderr" "try: swapctl off $directory/area, which goes on from there"
	quietly "$SWAPCTL" off "$directory/area"
}

@test "off: with that room its process lives" {
	start_limited procmm-room-enough 40M 75
	make_other 86016
	fits_off yes
	quietly "$SWAPCTL" off "$directory/area"
	! is_active "$directory/area" || fail "it is active still"
	is_intact "$pid"
}

@test "off: what others have in the area counts against the room of a cgroup that is full" {
	local neighbour

	# Its pages come back last, and until then are missing from what the kernel counts as free.
	start_limited procmm-room-neighbour 1G 300
	neighbour=$pid
	push_out procmm-room-neighbour "$directory/area" 290000
	start_limited procmm-room-full 40M 75
	make_other 204800
	fits_off no
	quietly swapoff "$directory/other"
	truncate -s 0 "$directory/other"
	head -c 400M /dev/zero >"$directory/other"
	mkswap "$directory/other" >/dev/null
	swapon -p 5 "$directory/other"
	fits_off yes
	quietly "$SWAPCTL" off "$directory/area"
	is_intact "$pid"
	is_intact "$neighbour"
}

@test "resize: the cushion has room for all of a cgroup that is full, and nobody dies" {
	start_limited procmm-room-cushion 40M 75
	for size in 256M 128M; do
		quietly "$SWAPCTL" resize --reserve 0 --verbose "$directory/area" "$size"
		has "$output" .area.swapctl-cushion
		is "$(stat -c %s "$directory/area")" "$((${size%M} << 20))"
		is_active "$directory/area" || fail "it is not active"
	done
	refused 3 "$SWAPCTL" resize --reserve 0 "$directory/area" 64M
	has "$stderr" 'cgroup /procmm-room-cushion would be over its memory limit'
	is "$(find "$directory" -type f)" "$directory/area" files
	is_intact "$pid"
}

@test "resize: no cushion helps a cgroup that may not swap out again" {
	local group

	start_limited procmm-room-still 40M 75
	group=$(cgroup_path memory procmm-room-still)
	if [ -e "$group/memory.swap.max" ]; then
		echo 0 >"$group/memory.swap.max"
	else
		echo 0 >"$group/memory.swappiness"
	fi
	refused 3 "$SWAPCTL" resize --reserve 0 "$directory/area" 640M
	has "$stderr" 'cgroup /procmm-room-still would be over its memory limit'
	is "$(find "$directory" -type f)" "$directory/area" files
	kill -0 "$pid" || fail "the process died"
}
