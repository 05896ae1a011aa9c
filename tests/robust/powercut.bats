#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The power is cut at every system call of an operation: what is on the disk at that instant is
# copied, mounted and looked at. fstab is old or new, whole; what it names is there, complete; and
# once the command has said that it is done, it is done, whatever happens then.

# What robust.bash sets and reads, and texts that are for other programs:
# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2088,SC2154
load robust

setup_file()
{
	lock_real_swap
}

setup()
{
	robust_setup
	cut=$work/cut
	mkdir "$cut"
}

teardown()
{
	undo_all
}

# What the kernel writes while it is copied makes it a copy of no instant: then it is made again.
mount_copy()
{
	local written

	for _ in {1..20}; do
		written=$(stat -c %z "$image")
		cp --sparse=always "$image" "$work/copy"
		[ "$(stat -c %z "$image")" != "$written" ] || break
	done
	mount -o "$1" "$work/copy" "$cut" 2>"$work/complaints"
}

# look POINT: at a copy of the image, as it would be after a power cut now.
look()
{
	local options=loop

	[[ $image != */xfs.img ]] || options=loop,nouuid # beside the original
	if ! mount_copy "$options" && ! mount_copy "$options" && ! mount_copy "$options"; then
		echo "VIOLATION $1: it cannot be mounted: $(<"$work/complaints")"
		return
	fi
	"$state" "$cut/d" "$cut/etc" >"$work/cut-state"
	judge_cut "$1" "$(<"$work/cut-state")"
	umount "$cut"
}

judge_cut()
{
	local fstab_line area_line=''

	fstab_line=$(grep '^fstab' <<<"$2")
	area_line=$(grep '^area ' <<<"$2") || true
	case $1:$fstab_line in
	end:"$new_fstab_line") ;;
	end:*) echo "VIOLATION $1: done, they said, but fstab is old: $fstab_line" ;;
	*:"$old_fstab_line" | *:"$new_fstab_line") ;;
	*) echo "VIOLATION $1: fstab is neither old nor new: $fstab_line" ;;
	esac
	case $fstab_line:$area_line in
	*:"area 100600 0:0 size="*[A-Z][A-Z]*) echo "VIOLATION $1: not whole: $area_line" ;;
	*:"area 100600 0:0 size="*" pages=255 label=$label uuid=${uuid//-/}") ;;
	"$old_fstab_line":) ;;
	*) echo "VIOLATION $1: half-made, or in fstab and not there: $area_line" ;;
	esac
}

# cut_everywhere OPERATION: it runs once, and stands still at each call while that is looked at.
cut_everywhere()
{
	use_operation "$1"
	measure_operation
	old_fstab_line=$(grep '^fstab' <<<"$before")
	new_fstab_line=$(grep '^fstab' <<<"$after")
	reset "$start"
	sync -f "$volume"
	export image work cut state label uuid old_fstab_line new_fstab_line
	export -f look mount_copy judge_cut
	printf '#!/bin/bash\nlook "$1" >>"$work/looks"\n' >"$work/hook"
	chmod 700 "$work/hook"
	: >"$work/looks"
	"$tracer" -h "$work/hook" -l "$list" "$SWAPCTL" "${command[@]}" >/dev/null ||
		fail "${command[*]}: exit status $?"
	look end >>"$work/looks"
	points=$((points + 1 + $(wc -l <"$list")))
	violations=$((violations + $(grep -c VIOLATION "$work/looks" || true)))
	head -n 12 "$work/looks"
}

cut_on()
{
	make_volume "$1"
	cut_everywhere create
	cut_everywhere persist
	tally powercut
}

@test "power cut: create and persist on ext4" {
	cut_on ext4
}

@test "power cut: create and persist on xfs" {
	cut_on xfs
}

@test "power cut: create and persist on btrfs" {
	cut_on btrfs
}
