#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swapctl check on the running kernel, as root: what it says must be what swapon(2) itself says, in
# both directions, on every file system there is, on devices, and for headers of every kind. Loop
# images, mounts and areas are made for the test and undone by name.

# What bats and helpers.bash set and read:
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load ../helpers

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	swap_on=$(build_program swap-on)
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$directory"
}

teardown()
{
	undo_all
}

# ---- what is made

# make_image NAME SIZE: a file to make a file system in; sets $image.
make_image()
{
	image=$directory/$1.img
	undo_later rm -f "$image"
	truncate -s "$2" "$image"
}

# mount_at NAME WHAT OPTION...: sets $at.
mount_at()
{
	local what=$2

	at=$directory/$1
	mkdir -p "$at"
	undo_later rmdir "$at"
	shift 2
	mount "$@" "$what" "$at"
	undo_later umount "$at"
}

# make_fs NAME SIZE OPTIONS MKFS...: a file system of its own, mounted at $at.
make_fs()
{
	local name=$1 size=$2 options=$3

	shift 3
	require_command "$1"
	make_image "$name" "$size"
	"$@" "$image" >/dev/null 2>&1 || fail "$*"
	mount_at "$name" "$image" -o "loop${options:+,$options}"
}

# make_loop FILE OPTION...: sets $loop.
make_loop()
{
	loop=$(losetup -f --show "${@:2}" "$1")
	undo_later losetup -d "$loop"
}

# make_area FILE HOW [KIB]: a file with a swap header; HOW it got its blocks, of which there is no
# copy on write if $nocow is set.
make_area()
{
	local kib=${3:-8192}

	(umask 077 && : >>"$1")
	[ -z "${nocow:-}" ] || chattr +C "$1"
	case $2 in
	fallocate) fallocate -l "${kib}K" "$1" ;;
	write) dd if=/dev/zero of="$1" bs=4K count="$((kib / 4))" status=none ;;
	truncate) truncate -s "${kib}K" "$1" ;;
	esac
	mkswap "$1" >/dev/null 2>&1 || fail "mkswap $1"
}

# ---- what is compared

# agrees PATH: swapctl and swapon(2) say the same; sets $kernel to that.
agrees()
{
	row=$1
	run --separate-stderr "$SWAPCTL" check --json "$1"
	[ "$status" -le 1 ] || fail "exit status $status"
	kernel=$("$swap_on" "$1") || fail "$kernel"
	kernel=${kernel%% *}
	json_is '.checks[0].kernel' "$kernel"
}

# said PATH ANSWER: "accept" or the cause of a refusal, of swapctl; swapon(2) must agree.
said()
{
	agrees "$1"
	row="$1: $2"
	if [ "$2" = accept ]; then
		json_is '.checks[0] | "\(.kernel) \(.cause) \(.fix)"' "accept null null"
	else
		json_is '.checks[0] | "\(.kernel) \(.cause)"' "refuse $2"
		json_true '.checks[0].reason | length > 10'
	fi
}

# problems PATH NAMES: what else is wrong, by name; that disks of a test are small is not new.
problems()
{
	row="$1: $2"
	run --separate-stderr "$SWAPCTL" check --json "$1"
	[ "$status" -le 1 ] || fail "exit status $status"
	json_is '[.checks[0].problems[] | .problem | select(. != "disk-space")] | join(" ")' "$2"
	json_true '.checks[0].problems | all(.reason and .fix)'
}

# place DIRECTORY ANSWER [PROBLEMS]
place()
{
	row="$1: $2"
	run --separate-stderr "$SWAPCTL" check --json "$1"
	json_is '.checks[0] | "\(.cause // .kernel)"' "$2"
	json_is '[.checks[0].problems[].problem] | join(" ")' "${3:-}"
}

# ---- file systems

# What every file system does with blocks, at $at: HOW...
common_cases()
{
	local how

	for how in "$@"; do
		make_area "$at/$how" "$how"
		said "$at/$how" accept
		problems "$at/$how" ""
	done
	make_area "$at/holes" truncate
	said "$at/holes" holes
	make_area "$at/tail" write
	truncate -s +1M "$at/tail"
	said "$at/tail" holes
	problems "$at/tail" unused-room
	make_area "$at/odd" write
	head -c 1000 /dev/zero >>"$at/odd"
	said "$at/odd" accept
	make_area "$at/cut" write
	truncate -s -64K "$at/cut"
	said "$at/cut" too-short
	: >"$at/plain"
	[ -z "${nocow:-}" ] || chattr +C "$at/plain"
	dd if=/dev/zero of="$at/plain" bs=64K count=4 conv=notrunc status=none
	said "$at/plain" empty
	: >"$at/nothing"
	[ -z "${nocow:-}" ] || chattr +C "$at/nothing"
	truncate -s 1M "$at/nothing"
	said "$at/nothing" holes
}

@test "check agrees with swapon(2): ext2, ext3, ext4, xfs, with blocks of a page and smaller ones" {
	make_fs ext4 256M '' mkfs.ext4
	common_cases fallocate write
	make_fs ext4-1k 256M '' mkfs.ext4 -b 1024
	common_cases fallocate write
	make_fs ext3 128M '' mkfs.ext3 -b 1024
	common_cases write
	make_fs ext2 128M '' mkfs.ext2
	common_cases write
	make_fs xfs 320M '' mkfs.xfs
	common_cases fallocate write
	make_fs xfs-1k 320M '' mkfs.xfs -b size=1024
	common_cases fallocate write
}

@test "check agrees with swapon(2): a copy that shares blocks, and blocks that lie apart" {
	local i usable answers=''

	make_fs xfs 320M '' mkfs.xfs
	make_area "$at/one" write
	cp --reflink=always "$at/one" "$at/two"
	said "$at/one" shared
	said "$at/two" shared
	rm "$at/two"
	sync -f "$at"
	said "$at/one" accept

	# Every second block of a full disk is free: no four of them are a page.
	make_fs apart 16M '' mkfs.ext4 -b 1024 -m 0 -O ^has_journal
	dd if=/dev/zero of="$at/full" bs=1K status=none 2>/dev/null || true
	for i in {0..999}; do
		echo "fpunch $((2048 * i)) 1024"
	done | xfs_io "$at/full" >/dev/null
	sync -f "$at"
	make_area "$at/apart" write 512
	said "$at/apart" accept
	problems "$at/apart" scattered
	usable=$(json '.checks[0].problems[] | select(.problem == "scattered").reason' |
		sed 's/[^0-9]*\([0-9]*\).*/\1/')
	swapon "$at/apart"
	undo_later swapoff "$at/apart"
	is "$(awk -v name="$at/apart" '$1 == name { print $3 / 4 }' /proc/swaps)" $((usable - 1))

	# Two pages, which begin at any block: it depends.
	"$(build_program hostile-images)" "$BATS_TEST_TMPDIR" >/dev/null
	make_fs small 32M '' mkfs.ext4 -b 1024
	for i in {1..12}; do
		cp "$BATS_TEST_TMPDIR/two" "$at/area$i"
		head -c 1024 /dev/zero >"$at/between$i"
		sync -f "$at"
		agrees "$at/area$i"
		answers="$answers $(json '.checks[0].cause // .checks[0].kernel')"
	done
	has "$answers" scattered
	has "$answers" accept
}

# is_paused DIRECTORY: a balance, begun for this, stands still in the middle. One that can no longer
# be paused has come to its end.
is_paused()
{
	local balance

	btrfs balance start --full-balance "$1" >/dev/null 2>&1 8>&- &
	balance=$!
	until btrfs balance pause "$1" 2>/dev/null; do
		kill -0 "$balance" 2>/dev/null || return 1
	done
	wait "$balance" || true
	btrfs balance status "$1" | grep -q paused
}

@test "check agrees with swapon(2): btrfs, copy-on-write, compressed, snapshotted, busy" {
	make_fs btrfs 1G '' mkfs.btrfs
	nocow=1
	common_cases fallocate write
	nocow=
	make_area "$at/cow" fallocate
	said "$at/cow" copy-on-write
	make_area "$at/compressed" fallocate
	btrfs property set "$at/compressed" compression zstd
	said "$at/compressed" compressed
	nocow=1
	btrfs subvolume create "$at/home" >/dev/null
	make_area "$at/home/swap" fallocate
	said "$at/home/swap" accept
	btrfs subvolume snapshot "$at/home" "$at/snapshot" >/dev/null
	said "$at/home/swap" shared
	said "$at/snapshot/swap" shared
	btrfs subvolume delete --commit-after "$at/snapshot" >/dev/null
	btrfs subvolume sync "$at" >/dev/null
	said "$at/home/swap" accept

	dd if=/dev/urandom of="$at/much" bs=1M count=300 status=none
	sync -f "$at"
	await is_paused "$at" || fail "a balance is at its end before it can be paused"
	said "$at/fallocate" exclusive-operation
	btrfs balance cancel "$at"
	said "$at/fallocate" accept
}

@test "check agrees with swapon(2): btrfs mounted with nodatacow, nodatasum, compress-force" {
	make_fs nodatacow 300M nodatacow mkfs.btrfs
	make_area "$at/swap" fallocate
	said "$at/swap" accept
	make_fs nodatasum 300M nodatasum mkfs.btrfs
	make_area "$at/swap" fallocate
	said "$at/swap" copy-on-write
	make_fs compress 300M compress-force mkfs.btrfs
	make_area "$at/swap" write
	said "$at/swap" copy-on-write
	nocow=1
	make_area "$at/nocow" write
	said "$at/nocow" accept
}

@test "check agrees with swapon(2): btrfs on two devices, and in profiles that store blocks twice" {
	local profile first loop nocow=1

	make_image first 300M
	make_loop "$image"
	first=$loop
	make_image second 300M
	make_loop "$image"
	for profile in raid0 raid1 dup single; do
		mkfs.btrfs -q -f -d "$profile" -m raid1 "$first" "$loop" >/dev/null 2>&1
		mount_at "$profile" "$first"
		make_area "$at/swap" fallocate
		if [ "$profile" = single ]; then
			said "$at/swap" accept
			place "$at" accept no-space
			make_area "$at/large" fallocate $((320 << 10))
			said "$at/large" several-devices
		else
			said "$at/swap" profile
			json_true ".checks[0].fix == \"btrfs balance start -dconvert=single $at\""
			place "$at" profile
		fi
		umount "$at"
		undo_later mount "$first" "$at" # for the umount that is to be undone
	done
}

@test "check agrees with swapon(2): file systems that hold no swap, and say so for a directory" {
	local name lower

	for name in tmpfs ramfs; do
		mount_at $name none -t $name
		make_area "$at/swap" write
		said "$at/swap" file-system
		place "$at" file-system
	done
	make_fs lower 64M '' mkfs.ext4
	lower=$at
	mkdir "$lower/up" "$lower/work" "$lower/low"
	make_area "$lower/low/below" write
	mount_at over none -t overlay \
		-o "lowerdir=$lower/low,upperdir=$lower/up,workdir=$lower/work"
	make_area "$at/swap" write
	said "$at/swap" file-system
	said "$at/below" file-system
	place "$at" file-system
	place /proc file-system
	said "$lower/up/swap" accept
	place "$lower" accept no-space
}

@test "check agrees with swapon(2): what may not be written, and what others may read" {
	make_fs ext4 64M '' mkfs.ext4
	make_area "$at/swap" write
	chattr +i "$at/swap"
	said "$at/swap" immutable
	chattr -i +a "$at/swap"
	said "$at/swap" append-only
	chattr -a "$at/swap"
	said "$at/swap" accept
	chattr +i "$at"
	place "$at" immutable
	chattr -i "$at"

	chmod 640 "$at/swap"
	said "$at/swap" accept
	problems "$at/swap" readable-by-others
	chmod 600 "$at/swap"
	chown 65534 "$at/swap"
	said "$at/swap" accept
	problems "$at/swap" owner
	chown 0 "$at/swap"
	chmod 777 "$at"
	problems "$at/swap" unsafe-place
	chmod 755 "$at"
	mount -o remount,ro "$at"
	said "$at/swap" read-only
	place "$at" read-only

	mkfifo "$directory/fifo"
	undo_later rm "$directory/fifo"
	run --separate-stderr "$SWAPCTL" check "$directory/fifo"
	is "$status" 1
	has "$stderr" 'neither a regular file nor a block device'
}

@test "check agrees with swapon(2): an encrypted directory, whose swap is not encrypted" {
	make_fs encrypted 64M '' mkfs.ext4 -O encrypt
	head -c 64 /dev/urandom >"$BATS_TEST_TMPDIR/key"
	key=$(xfs_io -c add_enckey "$at" <"$BATS_TEST_TMPDIR/key" | sed -n 's/.*identifier //p')
	mkdir "$at/home"
	xfs_io -c "set_encpolicy -v 2 $key" "$at/home"
	make_area "$at/home/swap" write
	said "$at/home/swap" accept
	problems "$at/home/swap" encrypted
}

# ---- devices

@test "check agrees with swapon(2): loop devices, sparse, in memory, read-only, mounted, held" {
	make_image sparse 16M
	make_loop "$image"
	mkswap "$loop" >/dev/null
	said "$loop" accept
	problems "$loop" loop-sparse

	image=$directory/full.img
	undo_later rm -f "$image"
	fallocate -l 16M "$image"
	make_loop "$image"
	mkswap "$loop" >/dev/null
	said "$loop" accept
	problems "$loop" ''
	blockdev --setro "$loop"
	said "$loop" accept
	problems "$loop" read-only
	blockdev --setrw "$loop"
	printf '\x55\xaa' | dd of="$loop" bs=1 seek=510 conv=notrunc status=none
	printf '\x83\0\0\0\1\0\0\0\x10\0\0\0' |
		dd of="$loop" bs=1 seek=450 conv=notrunc status=none
	said "$loop" accept
	problems "$loop" partition-table
	mkfs.ext4 -q -F "$loop"
	said "$loop" other-content
	mount_at held "$loop"
	said "$loop" in-use
	umount "$at"
	undo_later mount "$loop" "$at"
	said "$loop" other-content

	image=/dev/shm/procmm-check-$$
	undo_later rm -f "$image"
	dd if=/dev/zero of="$image" bs=1M count=4 status=none
	make_loop "$image"
	mkswap "$loop" >/dev/null
	said "$loop" accept
	problems "$loop" loop-in-memory
}

# ---- headers

@test "check agrees with swapon(2): the hostile images of every kind" {
	local images name answer count=0

	images=$(build_program hostile-images)
	make_fs images 64M '' mkfs.ext4 -b 4096
	"$images" "$at" >"$BATS_TEST_TMPDIR/images"
	mkfs.ext4 -q -F "$at/ext4"
	while read -r name answer; do
		said "$at/$name" "$answer"
		quietly_or_problem "$at/$name"
		count=$((count + 1))
	done <"$BATS_TEST_TMPDIR/images"
	is $count 23
	problems "$at/two" too-small
}

# The text for people: no byte of the header reaches a terminal raw.
quietly_or_problem()
{
	run --separate-stderr "$SWAPCTL" check "$1"
	[ "$status" -le 1 ] || fail "exit status $status"
	is_plain "$output$stderr"
}

@test "check agrees with swapon(2) on 2,000 headers, each one field away from a valid one" {
	local seed=${PROCMM_SEED:-$((RANDOM * 32768 + RANDOM))}

	require_command mkfs.ext4
	undo_later rm -f /dev/shm/procmm-corpus-$$ /dev/shm/procmm-device-$$
	truncate -s 16M /dev/shm/procmm-corpus-$$
	truncate -s 256K /dev/shm/procmm-device-$$
	mkfs.ext4 -q /dev/shm/procmm-corpus-$$
	mount_at corpus /dev/shm/procmm-corpus-$$ -o loop
	make_loop /dev/shm/procmm-device-$$
	(umask 077 && : >"$at/swap")
	run "${abs_top_builddir:?}/tests/robust/header-corpus" "$seed" 2000 "$at/swap" "$loop"
	echo "# $output" | tail -n 1 >&3
	[ "$status" -eq 0 ] || fail "seed $seed"
}

# ---- who asks, and how much there is

@test "check agrees with swapon(2): without privilege, in a user namespace, over the limit" {
	local i limit without_privilege=(--bounding-set -sys_admin --inh-caps -sys_admin)

	make_fs many 64M '' mkfs.ext4
	make_area "$at/swap" write 64
	run setpriv "${without_privilege[@]}" "$swap_on" "$at/swap"
	is "$output" "refuse EPERM"
	run setpriv "${without_privilege[@]}" "$SWAPCTL" check --json "$at/swap"
	json_is '.checks[0] | "\(.kernel) \(.cause)"' 'refuse no-privilege'
	unshare -Ur true 2>/dev/null || skip_or_fail "no user namespace can be made here"
	run unshare -Ur "$swap_on" "$at/swap"
	is "$output" "refuse EPERM"
	run unshare -Ur "$SWAPCTL" check --json "$at/swap"
	json_is '.checks[0] | "\(.kernel) \(.cause)"' 'refuse user-namespace'

	for i in {1..32}; do
		make_area "$at/$i" write 64
		said_before=$("$SWAPCTL" check --json "$at/$i" | jq -r '.checks[0].cause')
		swapon "$at/$i" 2>/dev/null || break
		undo_later swapoff "$at/$i"
		is "$said_before" null
	done
	limit=$(($(wc -l </proc/swaps) - 1))
	said "$at/$i" too-many-areas
	json_is '.checks[0].reason' "the kernel's limit of $limit areas is reached"
	undo_all
}

@test "check has nothing against an active area, and calls neither swapon nor swapoff" {
	local before

	require_command strace
	make_fs ext4 64M '' mkfs.ext4
	make_area "$at/swap" write
	before=$(md5sum <"$at/swap")
	run strace -f -o "$BATS_TEST_TMPDIR/calls" "$SWAPCTL" check "$at/swap" "$at"
	is "$(grep -cE '^[0-9]+ +(swapon|swapoff|write\([^12]|pwrite|unlink|rename|ftruncate)' \
		"$BATS_TEST_TMPDIR/calls")" 0
	is "$(md5sum <"$at/swap")" "$before"

	swapon "$at/swap"
	undo_later swapoff "$at/swap"
	quietly_or_problem "$at/swap"
	run --separate-stderr "$SWAPCTL" check --json "$at/swap"
	json_is '.checks[0] | "\(.active) \(.kernel) \(.cause)"' 'true accept null'
	printf '%s none swap sw 0 0\n' "$at/swap" "$at/../ext4/swap" >"$BATS_TEST_TMPDIR/fstab"
	run --separate-stderr "$SWAPCTL" check --json --fstab "$BATS_TEST_TMPDIR/fstab"
	json_is "[.checks[] | select(.path == \"$at/swap\")] | length" 1
	json_is ".checks[] | select(.path == \"$at/swap\").problems[-1].problem" duplicate-line
	chmod 644 "$at/swap"
	run --separate-stderr "$SWAPCTL" check
	is "$status" 1
	has "$output" "  try: chmod 600 $at/swap"
}
