#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swapctl show on areas made for the test, against blkid, stat, filefrag, findmnt and /proc.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rm -rf "$directory"
	area="$directory/odd  name"$'\033'
	head -c 4M /dev/zero >"$area"
	chmod 600 "$area"
	mkswap -q -L 'my label' "$area"
}

teardown()
{
	undo_all
}

@test "show: a swap file, active or not, as blkid, stat, filefrag and findmnt say" {
	local first

	sync "$area"
	quietly "$SWAPCTL" show --json "$area"
	json_is '.schema' swapctl/1
	json_is '.areas | length' 1
	json_is '.areas[0] | "\(.name) \(.type) \(.state) \(.used_bytes) \(.priority)"' \
		"$area file inactive null null"
	json_is '.areas[0].uuid' "$(blkid -p -o value -s UUID "$area")"
	json_is '.areas[0].label' 'my label'
	json_is '.areas[0] | "\(.page_size_bytes) \(.pages) \(.bad_pages) \(.suspend_image)"' \
		"$(getconf PAGE_SIZE) $((4194304 / $(getconf PAGE_SIZE) - 1)) 0 false"
	json_is '.areas[0] | "\(.file_bytes) \(.stored_bytes)"' \
		"$(stat -c '%s' "$area") $(($(stat -c '%b * %B' "$area")))"
	json_is '.areas[0] | "\(.mode) \(.owner_uid) \(.owner_gid)"' '0600 0 0'
	mount_of "$directory" FSTYPE,SOURCE,TARGET
	json_is '.areas[0] | "\(.file_system) \(.device) \(.mount_point)"' "$mount"
	first=$(filefrag -v -b1 "$area" | awk '$1 == "0:" { sub(/[.][.].*/, "", $4); print $4 }')
	json_is '.areas[0] | "\(.first_extent_bytes) \(.resume_offset)"' \
		"$first $((first / $(getconf PAGE_SIZE)))"
	json_is '.areas[0].resume' "resume=$(findmnt -n -o SOURCE -T "$directory") \
resume_offset=$((first / $(getconf PAGE_SIZE)))"
	json_is '.areas[0] | "\(.fstab) \(.system_users)"' '[] null'

	row=active
	swapon -p 7 "$area"
	undo_later swapoff "$area"
	printf '%s none swap sw,pri=7 0 0\n/elsewhere none swap sw 0 0\n' \
		"${area// /\\040}" >"$directory/fstab"
	quietly "$SWAPCTL" show --json --fstab "$directory/fstab" "$area"
	json_is '.areas[0] | "\(.state) \(.priority) \(.size_bytes)"' \
		"active 7 $((4194304 - $(getconf PAGE_SIZE)))"
	json_is '.areas[0].fstab | length' 1
	json_is '.areas[0].fstab[0] | "\(.spec) \(.options) \(.noauto)"' "$area sw,pri=7 false"
	quietly "$SWAPCTL" show --fstab "$directory/fstab" "$area"
	matches "$output" $'^/.*/odd  name\\\\x1b\n'
	matches "$output" $'\n  label +my label\n'
	matches "$output" $'\n  priority +7\n'
	matches "$output" $'\n  fstab +/.* sw,pri=7(\n|$)'
	is_plain "$output"
}

@test "list: where an area lies, and one whose name leads to it no more" {
	local fields=state,reachable,file_system,device,mode,owner_uid,extents

	sync "$area"
	chmod 640 "$area"
	swapon -p 7 "$area" 2>/dev/null
	undo_later swapoff "$area"
	quietly "$SWAPCTL" --json -o "name,$fields"
	json_is '.areas[] | select(.mode == "0640") | "\(.name) \(.state) \(.reachable)"' \
		"$area active true"
	mount_of "$directory" FSTYPE,SOURCE
	json_is '.areas[] | select(.mode == "0640") |
		"\(.file_system) \(.device) \(.owner_uid) \(.extents)"' \
		"$mount 0 $(
			filefrag "$area" | sed -E 's/.*: ([0-9]+) extents? found/\1/')"
	row=hidden
	mount -t tmpfs procmm-list "$directory"
	undo_later umount "$directory"
	quietly "$SWAPCTL" --json -o "name,$fields"
	json_is '.areas[] | select(.state == "stale") | "\(.reachable) \(.mode) \(.device)"' \
		'false null null'
	quietly "$SWAPCTL" --noheadings -o state
	has "$output" stale
}

@test "show: who has most in swap, and the areas by tag" {
	local user_pid user

	user=$(build_program memory-user)
	swapon -p 7 "$area"
	undo_later swapoff "$area"
	mkfifo "$directory/ready"
	"$user" one 2 pageout >"$directory/ready" 3>&- 8>&- &
	user_pid=$!
	undo_later end_process $user_pid
	read -r -t 300 _ <"$directory/ready" || fail "memory-user does not start"
	quietly "$SWAPCTL" show --json "UUID=$(blkid -p -o value -s UUID "$area")"
	json_is ".areas[0].system_users[] | select(.pid == $user_pid) | .swap_bytes" \
		"$(awk '/^VmSwap:/ { print $2 * 1024 }' "/proc/$user_pid/status")"
	json_true '.areas[0].system_users | length <= 5 and . == (sort_by(-.swap_bytes, .pid))'
	quietly "$SWAPCTL" show "$area"
	matches "$output" "most in swap, in all areas together.* $user_pid root "
}

@test "show: a device, what is no area, what is missing, and one who is not root" {
	local device

	head -c 4M /dev/zero >"$directory/backing"
	device=$(losetup --find --show "$directory/backing")
	undo_later losetup -d "$device"
	run --separate-stderr "$SWAPCTL" show --json "$device"
	is "$status" 0
	has "$stderr" "$device: no swap area"
	json_is '.areas[0] | "\(.type) \(.device) \(.file_bytes) \(.extents) \(.uuid)"' \
		"loop $device 4194304 null null"
	mkswap -q "$device"
	quietly "$SWAPCTL" show --json "$device" "$area"
	json_is '.areas | length' 2
	json_is '.areas[0].resume' "resume=$device"
	refused 5 "$SWAPCTL" show "$directory/missing"
	refused 1 "$SWAPCTL" show "$directory"
	run --separate-stderr "$SWAPCTL" show "$directory/missing" "$area"
	is "$status" 7
	chmod 755 "$directory"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$SWAPCTL" show --json "$area"
	is "$status" 0
	has "$stderr" 'Permission denied'
	json_is '.areas[0] | "\(.mode) \(.owner_uid) \(.uuid) \(.extents) \(.nocow)"' \
		'0600 0 null null null'
}
