# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests on real swap share: areas and processes of their own, in $directory and of $user,
# memory cgroups, and slow devices. Everything is undone by undo_all.
#
# The test that loads this sets directory and user; bats sets BATS_TEST_TMPDIR:
# shellcheck disable=SC2154

# make_area NAME KIB: an active swap file; NAME may hold any bytes.
make_area()
{
	local path=$directory/$1

	# Blocks are needed, and not every file system gives them by fallocate.
	(umask 077 && head -c "${2}K" /dev/zero >"$path")
	undo_later rm -f "$path"
	mkswap "$path" >/dev/null 2>&1 || fail "mkswap"
	swapon -p 5 "$path" || skip_or_fail "no swap file can be in $directory; set TMPDIR"
	undo_later swapoff_if_active "$path"
}

# start_user NAME MIB [WHAT [shared]]: sets $pid, when the process has done what it does first. It
# runs in the cgroup that $user_cgroup is the path of.
start_user()
{
	mkfifo "$BATS_TEST_TMPDIR/ready"
	enter ${user_cgroup:+"$user_cgroup"} -- "$user" "$@" >"$BATS_TEST_TMPDIR/ready" 3>&- 8>&- &
	pid=$!
	undo_later end_process "$pid"
	read -r -t 300 <"$BATS_TEST_TMPDIR/ready" || fail "memory-user does not start"
	rm "$BATS_TEST_TMPDIR/ready"
}

status_bytes() # PID NAME
{
	awk -v name="$2:" '$1 == name { printf "%.0f", $2 * 1024 }' "/proc/$1/status"
}

# ---- cgroups of either version; a name is the last part of a path

cgroup_path() # CONTROLLER NAME
{
	if [ -d "/sys/fs/cgroup/$1" ]; then
		printf %s "/sys/fs/cgroup/$1/$2"
	else
		printf %s "/sys/fs/cgroup/$2"
	fi
}

# make_cgroup CONTROLLER NAME
make_cgroup()
{
	local path

	path=$(cgroup_path "$1" "$2")
	[ -d "/sys/fs/cgroup/$1" ] || echo "+${1/blkio/io}" >/sys/fs/cgroup/cgroup.subtree_control
	mkdir "$path" || skip_or_fail "no $1 cgroup can be made"
	undo_later remove_cgroup "$path"
}

# Whose processes are gone; the kernel may take a moment to see it.
remove_cgroup()
{
	await rmdir "$1" 2>/dev/null || rmdir "$1"
}

# limit_memory NAME BYTES
limit_memory()
{
	local path

	path=$(cgroup_path memory "$1")
	if [ -e "$path/memory.max" ]; then
		echo "$2" >"$path/memory.max"
	else
		echo "$2" >"$path/memory.limit_in_bytes"
	fi
}

# push_out NAME AREA KIB: that much of the cgroup goes to the area, and no copy stays in memory.
push_out()
{
	await is_pushed_out "$@" || fail "$2 is not in use"
	push_out_once "$1" # what was still being written
}

is_pushed_out()
{
	push_out_once "$1"
	uses "$2" "$3"
}

push_out_once()
{
	local path

	path=$(cgroup_path memory "$1")
	if [ -e "$path/memory.reclaim" ]; then
		echo 1G >"$path/memory.reclaim" 2>/dev/null || true
	else
		echo 0 >"$path/memory.force_empty" 2>/dev/null || true
	fi
	sleep 0.1
}

# enter CGROUP... -- COMMAND...: run in these, paths of cgroups; it takes the place of the shell.
enter()
{
	while [ "$1" != -- ]; do
		echo 0 >"$1/cgroup.procs" || return 1
		shift
	done
	shift
	exec "$@"
}

# make_slow_area NAME MIB IOPS: an active area on a loop device, from which processes of the cgroup
# NAME read no more than IOPS times a second; sets $loop.
make_slow_area()
{
	local file=$directory/$1.backing

	fallocate -l "$2M" "$file" || head -c "$2M" /dev/zero >"$file"
	undo_later rm -f "$file"
	loop=$(losetup -f --show --direct-io=on "$file") || skip_or_fail "no loop device"
	undo_later losetup -d "$loop"
	mkswap "$loop" >/dev/null
	swapon -p 7 "$loop"
	undo_later swapoff_if_active "$loop"
	make_cgroup blkio "$1"
	throttle "$1" "$loop" "$3"
}

# throttle NAME DEVICE IOPS: reads of that cgroup; 0 is no limit.
throttle()
{
	local group number

	group=$(cgroup_path blkio "$1")
	number=$(stat -c '%Hr:%Lr' "$2")
	if [ -e "$group/io.max" ]; then
		echo "$number riops=${3/#0/max}" >"$group/io.max"
	else
		echo "$number $3" >"$group/blkio.throttle.read_iops_device"
	fi
}

is_active()
{
	awk -v name="$1" '$1 == name { found = 1 } END { exit !found }' /proc/swaps
}

used_kib()
{
	awk -v name="$1" '$1 == name { print $4 }' /proc/swaps
}

uses() # NAME KIB
{
	[ "$(used_kib "$1")" -ge "$2" ]
}

uses_less() # NAME KIB
{
	! uses "$@"
}

# A name with escapes is not found here; but what is still active, no rm can take away after this.
swapoff_if_active()
{
	swapoff "$1" 2>/dev/null || ! is_active "$1"
}

# is_intact PID: the process ends, and finds in its memory what it wrote there.
is_intact()
{
	kill -s USR1 "$1"
	wait "$1" || fail "process $1: $?"
}
