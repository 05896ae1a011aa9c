#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# persist and unpersist as root, on fstabs of the test's own: what swapon, findmnt and the boot make
# of the line, and files that cannot be replaced. The tables of cases are tests/unit/test-persist.c
# and test-fstab-file.c.

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
	fstab=$directory/fstab
	printf '# static\t\n/dev/a / ext4 rw 0 1\r\n' >"$fstab"
	cp "$fstab" "$directory/before"
}

teardown()
{
	undo_all
}

# make_area NAME: a swap file that is not active; NAME may hold any bytes.
make_area()
{
	(umask 077 && head -c 256K /dev/zero >"$directory/$1")
	mkswap "$directory/$1" >/dev/null 2>&1 || fail "mkswap"
}

# make_loop NAME: a loop device over such a file; sets $loop.
make_loop()
{
	make_area "$1"
	loop=$(losetup -f --show "$directory/$1") || skip_or_fail "no loop device is free"
	undo_later losetup -d "$loop"
}

is_unchanged()
{
	cmp "$fstab" "$directory/before" || fail "fstab has changed"
	is "$(find "$directory" -name '.swapctl*')" "" "left beside fstab"
}

# For the list of what to undo: it is off already if all went well.
swapoff_quietly()
{
	swapoff "$1" 2>/dev/null || true
}

@test "persist: swapon -a and findmnt take the line, whatever the name" { # R05
	local names name
	names=(plain 'a b' $'tab\there' $'new\nname' 'back\slash' 'oct\040lit' 'x (deleted)'
		'#hash' '-dash' 'UUID=x' $'esc\033[31m' $'bad\377\376')

	for name in "${names[@]}"; do
		row=$name
		make_area "$name"
		quietly "$SWAPCTL" persist --quiet --fstab "$fstab" -- "$directory/$name"
		run findmnt --tab-file "$fstab" -t swap -n -o SOURCE --raw
		is "$status" 0 "findmnt"
		undo_later swapoff_quietly "$directory/$name"
		run env LIBMOUNT_FSTAB="$fstab" swapon -a
		is "$status" 0 "swapon -a: $output"
		swapoff "$directory/$name" || fail "it was not activated"
		quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" -- "$directory/$name"
		is_unchanged
	done
}

@test "persist: findmnt --verify finds no fault that was not there before" {
	make_area area
	printf '# only a comment\n' >"$fstab"
	quietly "$SWAPCTL" persist --quiet --fstab "$fstab" -p 7 --discard once "$directory/area"
	run findmnt --verify --tab-file "$fstab"
	is "$status" 0 "$output"
	has "$(cat "$fstab")" "$directory/area none swap sw,nofail,pri=7,discard=once 0 0"
	undo_later swapoff_quietly "$directory/area"
	LIBMOUNT_FSTAB=$fstab swapon -a
	is "$(swapon --show=PRIO --noheadings --raw "$directory/area" 2>/dev/null ||
		awk -v name="$directory/area" '$1 == name { print $5 }' /proc/swaps)" 7 "priority"
	swapoff "$directory/area"
}

@test "persist: JSON says what changed, and nothing the second time" {
	make_area area
	quietly "$SWAPCTL" persist --json --quiet --fstab "$fstab" "$directory/area"
	json_is .changed true
	json_is '.steps | length' 1
	json_is '.steps[0].state' "done"
	quietly "$SWAPCTL" persist --json --quiet --fstab "$fstab" "$directory/area"
	json_is .changed false
	json_is '.steps | length' 0
	quietly "$SWAPCTL" unpersist --json --quiet --dry-run --fstab "$fstab" "$directory/area"
	json_is .changed false
	json_is '.steps[0].undo' "put $fstab back as it was"
	quietly "$SWAPCTL" unpersist --json --quiet --fstab "$fstab" "$directory/area"
	json_is .changed true
	is_unchanged
}

@test "persist: no environment variable leads it to another file" { # R17
	make_area area
	quietly env LIBMOUNT_FSTAB="$directory/before" "$SWAPCTL" persist --quiet \
		--fstab "$fstab" "$directory/area"
	has "$(cat "$fstab")" "$directory/area none swap"
	has_not "$(cat "$directory/before")" swap
}

@test "persist: a device goes by its UUID, unless it is made anew at boot" { # R05
	local uuid
	make_loop disk
	uuid=$(blkid -p -s UUID -o value "$loop")
	quietly "$SWAPCTL" persist --quiet --fstab "$fstab" "$loop"
	has "$(cat "$fstab")" "UUID=$uuid none swap sw,nofail 0 0"
	undo_later swapoff_quietly "$loop"
	run env LIBMOUNT_FSTAB="$fstab" swapon -a
	is "$status" 0 "swapon -a: $output"
	quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" "$loop"
	swapoff "$loop"
	is_unchanged

	# "UUID=" with nothing behind it would be worse than a name that may change.
	mkswap -U clear "$loop" >/dev/null 2>&1 || fail "mkswap"
	quietly "$SWAPCTL" persist --quiet --fstab "$fstab" "$loop"
	has "$(cat "$fstab")" "$loop none swap sw,nofail 0 0"
	quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" "$loop"
	is_unchanged
	mkswap -U "$uuid" "$loop" >/dev/null 2>&1 || fail "mkswap"

	# The device mapper, played by that device in a captured tree.
	local tree=$directory/tree number
	number=$(stat -c '%t %T' "$loop" | while read -r major minor; do
		echo $((0x$major)):$((0x$minor))
	done)
	mkdir -p "$tree/proc" "$tree/etc" "$tree/dev" "$tree/sys/dev/block/$number/dm"
	cp /proc/swaps "$tree/proc"
	: >"$tree/etc/fstab"
	mknod "$tree/dev/dm-0" b "${number%:*}" "${number#*:}"
	echo cryptswap >"$tree/sys/dev/block/$number/dm/name"
	echo CRYPT-PLAIN-cryptswap >"$tree/sys/dev/block/$number/dm/uuid"
	run "$SWAPCTL" persist --sysroot "$tree" /dev/dm-0
	has "$output" "/dev/dm-0 none swap"
	mkdir "$tree/dev/mapper"
	ln -s ../dm-0 "$tree/dev/mapper/cryptswap"
	run "$SWAPCTL" persist --sysroot "$tree" /dev/dm-0
	has "$output" "/dev/mapper/cryptswap none swap"
	echo LVM-abc >"$tree/sys/dev/block/$number/dm/uuid"
	run "$SWAPCTL" persist --sysroot "$tree" /dev/dm-0
	has "$output" "UUID=$uuid none swap"
	# Another device has that UUID: the line would activate that one.
	mkdir -p "$tree/dev/disk/by-uuid"
	: >"$tree/dev/other"
	ln -s ../../other "$tree/dev/disk/by-uuid/$uuid"
	refused 3 "$SWAPCTL" persist --sysroot "$tree" /dev/dm-0
	has "$stderr" "would not be activated at boot"
}

@test "persist: zram goes by its name, for its UUID is made anew at boot" {
	local number
	make_zram
	echo 1M >"/sys/block/zram$number/disksize"
	mkswap "/dev/zram$number" >/dev/null 2>&1 || fail "mkswap"
	run --separate-stderr "$SWAPCTL" persist --fstab "$fstab" "zram$number"
	is "$status" 0
	has "$stderr" "/dev/zram$number is there at boot only if something else sets it up before"
	has "$(cat "$fstab")" "/dev/zram$number none swap sw,nofail 0 0"
	quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" "zram$number"
	is_unchanged
}

@test "persist: a file that cannot be replaced is refused with its cause" { # R06
	make_area area
	run_refused()
	{
		refused 3 timeout 10 "$SWAPCTL" "$1" --fstab "$2" "$directory/area"
		has "$stderr" "$3"
	}

	row=bind
	mkdir "$directory/bound"
	: >"$directory/bound/fstab"
	undo_later umount "$directory/bound/fstab"
	mount --bind "$fstab" "$directory/bound/fstab"
	run_refused persist "$directory/bound/fstab" "mounted on its own"

	row=read-only
	mkdir "$directory/ro"
	undo_later umount "$directory/ro"
	mount -t tmpfs -o mode=755,size=1M tmpfs "$directory/ro"
	cp "$fstab" "$directory/ro/fstab"
	mount -o remount,ro "$directory/ro"
	run_refused persist "$directory/ro/fstab" "read-only"

	row=fifo
	mkfifo "$directory/fifo"
	run_refused persist "$directory/fifo" "no regular file"

	row=device
	run_refused persist /dev/null "no regular file"

	for row in i a; do
		undo_later chattr -ia "$fstab"
		chattr "+$row" "$fstab" || skip_or_fail "no chattr +$row in $directory; set TMPDIR"
		run_refused persist "$fstab" "immutable or append-only"
		chattr "-$row" "$fstab"
	done

	row=directory
	mkdir "$directory/fixed"
	cp "$fstab" "$directory/fixed"
	undo_later chattr -i "$directory/fixed"
	chattr +i "$directory/fixed"
	run_refused persist "$directory/fixed/fstab" "its directory has the flag"

	row=hard
	ln "$fstab" "$directory/hard"
	run_refused persist "$fstab" "more than one name"
	rm "$directory/hard"
	is_unchanged
}

@test "persist: a full disk leaves the old file, and nothing else" { # R07
	make_area area
	mkdir "$directory/full"
	undo_later umount "$directory/full"
	mount -t tmpfs -o mode=755,size=64k tmpfs "$directory/full"
	cp "$fstab" "$directory/full/fstab"
	head -c 1M /dev/zero >"$directory/full/rest" 2>/dev/null || true
	refused 1 "$SWAPCTL" persist --fstab "$directory/full/fstab" "$directory/area"
	has "$stderr" "No space left on device"
	cmp "$directory/full/fstab" "$directory/before"
	is "$(ls -A "$directory/full")" $'fstab\nrest'
	rm "$directory/full/rest"

	row=limit
	# The limit holds for a file that takes the words, too: they go through a pipe.
	run bash -c 'ulimit -f 0; "$@" 2>&1 | cat; exit "${PIPESTATUS[0]}"' - \
		"$SWAPCTL" persist --fstab "$fstab" "$directory/area"
	is "$status" 1
	has "$output" "File too large"
	is_unchanged
}

@test "persist: eight at once, and no line is lost" { # R04
	local pids=() i
	for i in 1 2 3 4 5 6 7 8; do
		make_area "area$i"
	done
	for i in 1 2 3 4 5 6 7 8; do
		"$SWAPCTL" persist --quiet --fstab "$fstab" "$directory/area$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || fail "one of them failed"
	done
	is "$(grep -c "^$directory/area. none swap sw,nofail 0 0$" "$fstab")" 8 "lines"
	quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" "$directory"/area?
	is_unchanged
}

@test "unpersist: the line of an area that is gone, by what the line calls it" {
	printf 'UUID=dead none swap sw\nLABEL=gone none swap sw\n%s none swap sw\n' \
		"$directory/no/such" >>"$fstab"
	quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" UUID=dead
	quietly "$SWAPCTL" unpersist --quiet --fstab "$fstab" LABEL=gone "$directory/no/such"
	is_unchanged
	refused 5 "$SWAPCTL" unpersist --fstab "$fstab" UUID=dead
	has "$stderr" "UUID=dead: there is no such area"
	refused 5 "$SWAPCTL" persist --fstab "$fstab" UUID=dead
	refused 5 "$SWAPCTL" unpersist --fstab "$fstab" "$directory/no/such"
	is_unchanged
}

@test "persist: only root may" {
	make_area area
	chmod 755 "$directory"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$SWAPCTL" persist --no-lock --fstab "$fstab" "$directory/area"
	is "$status" 6
	is_unchanged
}
