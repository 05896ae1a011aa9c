#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verdict on this machine, of loads whose truth is known: one walks at random over 2.6 times
# what its cgroup may hold, and thrashes; others stream a file, or have memory lie cold in swap, and
# do not. PROCMM_LONG watches each for two minutes.

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
	[ "$(wc -l </proc/swaps)" -eq 1 ] || skip_or_fail "another area is active"
	load=$(build_program memory-load)
	user=$(build_program memory-user)
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$directory"
	chmod 755 "$directory" # which disk a swap file is on, one must be let see
	make_area area 524288
	group=procmm-verdict-$$
	make_cgroup memory "$group"
	limit_memory "$group" 96M
	paths=("$(cgroup_path memory "$group")")
	# Where the memory controller is version 1, pressure is kept by version 2 all the same.
	if [ -d /sys/fs/cgroup/memory ] && [ -d /sys/fs/cgroup/unified ]; then
		mkdir "/sys/fs/cgroup/unified/$group"
		undo_later remove_cgroup "/sys/fs/cgroup/unified/$group"
		paths+=("/sys/fs/cgroup/unified/$group")
	fi
	looks=${PROCMM_LONG:+12}
}

teardown()
{
	undo_all
}

# start PROGRAM ARGUMENT...: in the cgroup; sets $pid, when it is ready.
start()
{
	mkfifo "$BATS_TEST_TMPDIR/ready"
	enter "${paths[@]}" -- "$@" >"$BATS_TEST_TMPDIR/ready" 3>&- 8>&- &
	pid=$!
	undo_later end_process "$pid"
	read -r -t 300 <"$BATS_TEST_TMPDIR/ready" || fail "$1 does not start"
	rm "$BATS_TEST_TMPDIR/ready"
}

# make_file BYTES: $directory/file, of which nothing is in the page cache, which another pays for.
make_file()
{
	head -c "$1" /dev/zero >"$directory/file"
	undo_later rm -f "$directory/file"
	dd of="$directory/file" oflag=nocache conv=notrunc,fdatasync count=0 status=none
}

# is_harmless SECONDS: the cgroup is; what else this machine does may be what it likes.
is_harmless()
{
	local look

	for ((look = 0; look < ${looks:-1}; look++)); do
		run --separate-stderr "$VMTOP" -n 1 -d "$1" --json -g "/$group" \
			-o +confidence -S cgroup
		json_true '.cgroups[0] | .path == "/'"$group"'" and
			(.state == "ok" or .state == "reclaiming")'
	done
}

# The kernel counts the waits of what starts while this is on; before 5.14 it always does.
turn_accounting_on()
{
	accounting=/proc/sys/kernel/task_delayacct
	[ -e $accounting ] || return 0
	undo_later sysctl -qw "kernel.task_delayacct=$(cat $accounting)"
	echo 1 >$accounting
}

@test "a random walk over more than its cgroup may hold thrashes, and all of it is said by name" {
	local began accounting

	turn_accounting_on
	start "$load" random 250
	began=$SECONDS
	run --separate-stderr timeout 60 "$VMTOP" --wait thrashing --timeout 30
	is "$status" 0 "exit status of --wait"
	matches "$output" "^THRASHING .*in /$group: at least "
	[ $((SECONDS - began)) -le 20 ] || fail "after $((SECONDS - began)) s"

	for ((look = 0; look < ${looks:-1}; look++)); do
		run --separate-stderr "$VMTOP" --check
		is "$status" 2 "exit status of --check"
		matches "$output" "^VMTOP CRITICAL - THRASHING .*in /$group: at least "
	done
	run --separate-stderr "$VMTOP" -n 1 --json -o +lost_source
	json_true '.verdict.state == "thrashing" or .verdict.state == "severe"'
	json_is .verdict.scope "/$group"
	json_true '.verdict.victims | startswith("memory-load('"$pid"') ")'
	json_true '.verdict.limit | startswith("memory limit 96M of /'"$group"' is full")'
	json_true '.processes[0] | .pid == '"$pid"' and .lost_percent > 1 and
		.lost_source == "taskstats"'
	# The other way to it, by faults and the time of a read, which is there for everybody.
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$VMTOP" -n 1 --json -o +lost_source
	json_true '.processes[0] | .pid == '"$pid"' and .lost_percent > 1 and
		.lost_source == "estimate"'
	has "$stderr" 'LOST is estimated, not from delay accounting: it needs CAP_NET_ADMIN'
	if [ -e $accounting ]; then
		echo 0 >$accounting
		run --separate-stderr "$VMTOP" -n 1 -d 3
		echo 1 >$accounting
		is "$stderr" "vmtop: LOST is estimated, not from delay accounting: it is off; \
sysctl kernel.task_delayacct=1 turns it on for what starts then"
	fi
	run --separate-stderr "$VMTOP" -n 1 -d 3 --pss --json
	json_is '.processes[0].pss_bytes' null
	has "$stderr" 'vmtop: PSS is left out while memory is short'
	# Whoever may not read it all says so as well.
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$VMTOP" --check -w 3
	is "$status" 2 "exit status as nobody"
}

@test "who reads pages of a file that does not fit, any of them, thrashes and is the victim" {
	local accounting

	make_file 256M
	turn_accounting_on
	start "$load" reads 256 "$directory/file"
	run --separate-stderr timeout 60 "$VMTOP" --wait thrashing --timeout 40
	is "$status" 0 "exit status of --wait"
	matches "$output" "^THRASHING .*in /$group: at least "
	run --separate-stderr "$VMTOP" -n 1 -d 5 --json -p "$pid" -o +lost_source
	json_true '.verdict.victims | startswith("memory-load('"$pid"') ")'
	json_true '.processes[0] | .lost_percent > 1 and .lost_source == "taskstats" and
		.major_faults_per_second < 1'
}

@test "a file that is read again and again, and memory cold in swap and read back, do not thrash" {
	make_file 1G
	start "$load" stream 1024 "$directory/file"
	is_harmless 5
	end_process "$pid"

	start "$user" cold 200 idle
	push_out "$group" "$directory/area" 102400
	run --separate-stderr timeout 60 "$VMTOP" --check -w 4
	is "$status" 0 "exit status of --check"
	is_harmless 3
	# It reads all of it once, and ends.
	echo 400M >"${paths[0]}/memory.limit_in_bytes" 2>/dev/null ||
		echo 400M >"${paths[0]}/memory.max"
	kill -s USR1 "$pid"
	is_harmless 3
}

@test "an area that is turned off, into another and a full cgroup, is not taken for thrashing" {
	local turning_off

	make_area other 524288
	start "$user" cold 300 idle
	swapoff "$directory/area" 3>&- 8>&- &
	turning_off=$!
	is_harmless 3
	# Whatever comes back, nobody asked for it.
	json_true '.system | .swap_in_pages_per_second > 100 and
		.swap_out_pages_per_second > 100 and .reuse_ratio < 0.3'
	wait "$turning_off"
}
