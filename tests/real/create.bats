#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The recipe in one line, on real file systems: create, the same again, what it refuses, and rm,
# which undoes all of it; against blkid, stat, /proc/swaps and swapon.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers
load volume

uuid=01234567-89ab-cdef-0123-456789abcdef

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
}

teardown()
{
	undo_all
}

# is_whole PATH BYTES: as a new one must be: mode and owner, size, header, and nearly all of its
# pages in use.
is_whole()
{
	is "$(stat -c '%a %u:%g %s %F' "$1")" "600 0:0 $2 regular file"
	is "$(blkid -p -o value -s TYPE "$1")" swap
	is "$(last_page "$1")" $(($2 / $(getconf PAGESIZE) - 1)) "last page"
	[ "$(($(swaps_field 3 "$1") * 1024))" -ge $(($2 - $2 / 100 - 8192)) ] ||
		fail "only $(swaps_field 3 "$1") KiB of $2 bytes are used"
}

@test "create --persist on each file system: whole, once, swapon -a takes its line, rm undoes all" {
	local before

	for row in "${file_systems[@]}"; do
		make_volume "$row"
		before=$(free_blocks)
		quietly swapctl create --size 40M --reserve 0 --persist --label lab -p 9 \
			"$volume/swap"
		has "$output" "40M, active, also from the next boot on"
		is_on "$volume/swap"
		is "$(swaps_field 5 "$volume/swap")" 9 priority
		is_whole "$volume/swap" $((40 << 20))
		is "$(blkid -p -o value -s LABEL "$volume/swap")" lab
		is "$(cat "$fstab")" "$(cat "$fstab.before")
$volume/swap none swap sw,nofail,pri=9 0 0"

		# The same again: 0, and nothing changes.
		cp "$fstab" "$fstab.second"
		before_identity=$(identity "$volume/swap")
		run --separate-stderr swapctl create --size 40M --reserve 0 --persist --label lab \
			-p 9 --json "$volume/swap"
		is "$status" 0 status
		json_true '.schema == "swapctl/1" and .changed == false and .steps == [] and
			.rolled_back == [] and .faults == []'
		cmp "$fstab" "$fstab.second"
		is "$(identity "$volume/swap")" "$before_identity"

		# What a boot does with the line; libmount is the oracle.
		swapoff "$volume/swap"
		run env LIBMOUNT_FSTAB="$fstab" swapon -a -v
		has "$output" "swapon $volume/swap"
		is_on "$volume/swap"
		is "$(swaps_field 5 "$volume/swap")" 9 "priority after swapon -a"

		quietly swapctl rm "$volume/swap"
		is_off "$volume/swap"
		nothing_left
		[ $((before - $(free_blocks))) -le 8 ] || fail "blocks are lost"
		undo_all
	done
}

@test "create --no-activate, --zero, --uuid, --label, --discard: what each makes" {
	for row in ext4 ext2 btrfs; do
		make_volume "$row"
		quietly swapctl create -s 4M --reserve 0 --no-activate --zero --uuid "$uuid" \
			--label 'a b"c' "$volume/swap"
		is_off "$volume/swap"
		is "$(blkid -p -o value -s UUID "$volume/swap")" "$uuid"
		run --separate-stderr swapctl create -s 4M --no-activate --uuid "${uuid^^}" \
			--label 'a b"c' "$volume/swap"
		is "$status" 0 "the same again"
		refused 3 swapctl create -s 4M --uuid "${uuid/0/1}" "$volume/swap"
		has "$stderr" "another UUID"
		# The rest of the recipe, for a file that is there.
		run --separate-stderr swapctl create -s 4M --persist --discard once "$volume/swap"
		is "$status" 0 status
		is_on "$volume/swap"
		is_whole "$volume/swap" $((4 << 20))
		has "$(cat "$fstab")" "$volume/swap none swap sw,nofail,discard=once 0 0"
		run --separate-stderr swapctl create -s 4M --no-activate "$volume/swap"
		is "$status" 0 status
		is_on "$volume/swap"
		undo_all
	done
	# What fallocate(2) gives has not been written.
	make_volume ext4
	quietly swapctl create -s 1M --reserve 0 --no-activate "$volume/fast"
	quietly swapctl create -s 1M --reserve 0 --no-activate --zero "$volume/zeros"
	has "$(filefrag -v "$volume/fast")" unwritten
	has_not "$(filefrag -v "$volume/zeros")" unwritten
}

@test "create says so when the kernel cannot use all of a file" { # its blocks smaller than a page
	make_volume ext2-1k
	run --separate-stderr swapctl create -s 4M --reserve 0 "$volume/swap"
	is "$status" 0 status
	if [ "$(swaps_field 3 "$volume/swap")" -lt 4050 ]; then
		has "$stderr" "can be used: its blocks are smaller than a page"
	else
		is "$stderr" ""
	fi
}

@test "create: another size, priority or label is refused, and --replace makes it anew" {
	local old

	make_volume ext4
	quietly swapctl create -s 8M --reserve 0 -p 3 --persist --label one "$volume/swap"
	old=$(identity "$volume/swap")
	for row in "-s 9M|with a size of 8M|swapctl resize $volume/swap 9437184," \
		"-s 8M -p 4|another priority|swapctl prio $volume/swap 4" \
		"-s 8M --label two|another label|--replace"; do
		# shellcheck disable=SC2086 # words
		refused 3 swapctl create ${row%%|*} --reserve 0 "$volume/swap"
		has "$stderr" "$(cut -d'|' -f2 <<<"$row")"
		has "$stderr" "try: $(cut -d'|' -f3 <<<"$row")"
		is "$(identity "$volume/swap")" "$old"
	done
	quietly swapctl create -s 12M --reserve 0 -p 4 --persist --replace --label two \
		"$volume/swap"
	is_whole "$volume/swap" $((12 << 20))
	is "$(swaps_field 5 "$volume/swap")" 4 priority
	is "$(blkid -p -o value -s LABEL "$volume/swap")" two
	is "$(grep -c "$volume/swap" "$fstab")" 1 lines
	has "$(cat "$fstab")" pri=4
	is "$(find "$volume" -type f)" "$volume/swap" "files"

	# What is no swap area is never replaced.
	echo precious >"$volume/file"
	for row in '' --replace; do
		refused 3 swapctl create -s 8M --reserve 0 $row "$volume/file"
		has "$stderr" "is no swap area"
		is "$(cat "$volume/file")" precious
	done
	# A byte that is not 0, far behind where a header would be, is somebody's too.
	truncate -s 4M "$volume/late"
	printf x | dd of="$volume/late" bs=1 seek=3000000 conv=notrunc status=none
	refused 3 swapctl create -s 8M --reserve 0 --replace "$volume/late"
	has "$stderr" "is no swap area"
}

@test "on and format: what no header would help is told at once, and what mends it does" {
	local fix

	for row in 'ext4|holes' 'xfs|holes' 'btrfs|copy-on-write'; do
		make_volume "${row%|*}"
		truncate -s 4M "$volume/swap"
		[ "${row%|*}" != btrfs ] || head -c 4M /dev/zero >"$volume/swap"
		sync "$volume/swap"
		chmod 600 "$volume/swap"
		for command in format on; do
			refused 3 swapctl $command "$volume/swap"
			has "$stderr" "${row#*|}"
			fix=$(sed -n 's/^  try: swapctl //p' <<<"$stderr")
			has "$fix" 'create --replace --size 4194304'
		done
		# shellcheck disable=SC2086 # words
		quietly swapctl $fix --reserve 0
		is_whole "$volume/swap" $((4 << 20))
		undo_all
	done
}

@test "create: what was left beside an area by a run that was killed is removed" {
	make_volume ext4
	quietly swapctl create -s 4M --reserve 0 --no-activate "$volume/swap"
	cp "$volume/swap" "$volume/.swap.swapctl-old"
	chmod 600 "$volume/.swap.swapctl-old"
	swapon -p 1 "$volume/.swap.swapctl-old"
	run --separate-stderr swapctl create -s 4M --reserve 0 "$volume/swap"
	is "$status" 0 status
	is "$(find "$volume" -type f)" "$volume/swap" "files"
	is "$(active_names | tr '\0' '\n' | grep -c "^$volume/")" 1 "active areas"
}

@test "create leaves nothing where it does not fit: full disks, limits, reserves" {
	local before free

	for row in "${file_systems[@]}"; do
		make_volume "$row"
		before=$(free_blocks)
		refused 3 swapctl create -s 10G --reserve 0 --persist "$volume/swap"
		has "$stderr" "of the disk are free"
		refused 3 swapctl create -s 1M --persist "$volume/swap" # 512M shall stay free
		has "$stderr" "--reserve"
		free=$(($(stat -f -c '%a * %S' "$volume")))
		refused 3 swapctl create -s $((free - (8 << 20))) --reserve 16M "$volume/swap"
		# A limit of this process, of which write(2) must not die. R07, F8
		run --separate-stderr bash -c 'ulimit -f 1024; exec "$0" create --fstab "$1" -s 4M \
			--reserve 0 --zero --persist "$2"' "$SWAPCTL" "$fstab" "$volume/swap"
		matches "$status" '^[13]$'
		has "$stderr" "ulimit -f unlimited"
		nothing_left
		is "$(free_blocks)" "$before" "free blocks"
		undo_all
	done
	# What is free by the numbers may not be had: the reservation of root, metadata, fragments.
	for row in "--zero" ""; do
		make_volume ext4-1k 40
		before=$(free_blocks)
		free=$(($(stat -f -c '%a * %S' "$volume")))
		run --separate-stderr swapctl create -s $((free - 4096)) --reserve 0 --persist \
			$row "$volume/swap"
		[ "$status" -eq 0 ] || {
			is "$status" 1 status
			has "$stderr" "No space left on device"
			nothing_left
			is "$(free_blocks)" "$before" "free blocks"
		}
		undo_all
	done
}

# follow WORDS COMMAND...: it is refused with these words, and the size that it proposes is taken.
follow()
{
	local size

	refused 3 "${@:2}"
	has "$stderr" "$1"
	matches "$stderr" 'try: (--size |swapctl resize [^ ]+ )[0-9.]+[KMGT](,|$)'
	size=$(sed -n 's/^  try: //p' <<<"$stderr" | grep -oE '[0-9.]+[KMGT](,|$)')
	size=${size%,}
	if [ "$2 $3" = "swapctl resize" ]; then
		quietly swapctl resize --reserve 0 "${@: -2:1}" "$size"
	else
		quietly "${@:2}" --size "$size"
	fi
}

@test "create: the size that is proposed where less is free can be made" {
	for row in ext4 xfs btrfs; do
		make_volume $row 700
		head -c 30000000 /dev/urandom >"$volume/data"
		sync -f "$volume"
		follow "of the disk are free" \
			swapctl create --reserve 123456789 -s 600M "$volume/swap"
		quietly swapctl rm "$volume/swap"
		undo_all
	done
}

@test "create, resize and check know the quotas of a btrfs subvolume" {
	local group

	make_volume btrfs 1000
	btrfs quota enable "$volume"
	for row in own parent; do
		btrfs subvolume create "$volume/$row" >/dev/null
		group=0/$(btrfs inspect-internal rootid "$volume/$row")
		if [ $row = parent ]; then
			btrfs qgroup create 1/7 "$volume"
			btrfs qgroup assign --no-rescan "$group" 1/7 "$volume" || [ $? -eq 1 ]
			group=1/7
		fi
		btrfs qgroup limit 100M "$group" "$volume"
		sync -f "$volume"
		btrfs quota rescan -w "$volume" >/dev/null
		follow "left by its quota" swapctl create --reserve 0 "$volume/$row/swap" -s 200M
		quietly swapctl rm "$volume/$row/swap"
		quietly swapctl create --reserve 0 -s 64M "$volume/$row/swap"
		sync -f "$volume"
		follow "left by its quota" swapctl resize --reserve 0 "$volume/$row/swap" 128M
		btrfs qgroup limit 60M "$group" "$volume"
		refused 3 swapctl create --reserve 0 -s 16M "$volume/$row/new"
		has "$stderr" "try: a higher limit: btrfs qgroup limit"
		run --separate-stderr swapctl check "$volume/$row"
		is "$status" 1 "check: $output"
		has "$output" "left by its quota"
		quietly swapctl create --reserve 0 -s 8M "$volume/outside-$row"
	done
}

@test "create refuses links, shared directories and what is no place for a file" { # R02
	local before

	make_volume ext4
	before=$(sha256sum </etc/passwd)
	ln -s /etc/passwd "$volume/link"
	ln -s gone "$volume/dangling"
	mkfifo "$volume/fifo"
	mkdir -m 777 "$volume/shared"
	mkdir -m 1777 "$volume/sticky"
	mkdir "$volume/foreign"
	chown 65534 "$volume/foreign"
	while IFS='|' read -r name status words; do
		row=$name
		refused "$status" timeout 10 "$SWAPCTL" create -s 1M --reserve 0 "$volume/$name"
		has "$stderr" "$words"
	done <<-'END'
		link|3|it is a symbolic link
		dangling|3|it is a symbolic link
		fifo|3|neither a regular file nor a block device
		lost+found|3|neither a regular file nor a block device
		shared/swap|3|shared can be written by others
		foreign/swap|3|foreign belongs to user 65534
		foreign/../swap|3|foreign belongs to user 65534
		shared/../swap|3|shared can be written by others
		none/swap|5|No such file or directory
		fifo/swap|1|Not a directory
		swap/|5|No such file or directory
	END
	is "$(sha256sum </etc/passwd)" "$before"
	is "$(find "$volume" -type f)" ""
	quietly swapctl create -s 1M --reserve 0 "$volume/sticky/swap"
	is_on "$volume/sticky/swap"
	cd "$volume/sticky"
	quietly swapctl create -s 1M --reserve 0 ../relative
	cd /
	is_on "$volume/relative"
}

@test "create: sizes and priorities, and what each that is none is told" {
	make_volume ext4
	while IFS='|' read -r size expected words; do
		row=$size
		run --separate-stderr swapctl create --size "$size" --reserve 0 --no-activate \
			"$volume/swap"
		is "$status" "$expected" status
		if [ "$expected" -eq 0 ]; then
			is "$(stat -c %s "$volume/swap")" "$words" size
			rm "$volume/swap"
		else
			has "$stderr" "$words"
			[ ! -e "$volume/swap" ] || fail "it is there"
		fi
	done <<-'END'
		40K|0|40960
		40961|0|40960
		1M|0|1048576
		1MiB|0|1048576
		1.5M|0|1572864
		1MB|0|999424
		0|3|too small
		36K|3|too small
		1|3|too small
		17592186044416|3|too big
		17592186040320|3|of the disk are free
		18446744073709551615|3|too big
		18446744073709551616|2|a size is expected
		-1|2|a size is expected
		+1G|2|a size is expected
		abc|2|a size is expected
		1.5|2|a size is expected
		0%|2|a size is expected
		ram/0|2|a size is expected
	END
	for row in -1 32768 abc '' 1.0 0x1 99999999999999999999; do
		refused 2 swapctl create -s 1M --reserve 0 "--priority=$row" "$volume/swap"
		[ -z "$row" ] || refused 2 swapctl prio "$volume/swap" -- "$row"
	done
	for row in 0 1 32767; do
		quietly swapctl create -s 1M --reserve 0 --priority "$row" "$volume/swap$row"
		is "$(swaps_field 5 "$volume/swap$row")" "$row" priority
	done
	# auto is a quarter of what is free at most; then it is as large as it is.
	run --separate-stderr swapctl create --size auto --reserve 0 --no-activate "$volume/auto"
	is "$status" 0 auto
	before=$(stat -c %s "$volume/auto")
	run --separate-stderr swapctl create --size auto --reserve 0 --no-activate "$volume/auto"
	is "$status" 0 "auto again"
	is "$(stat -c %s "$volume/auto")" "$before"
}

@test "eight creates at once: one makes it, the others find it made; --no-lock overwrites nothing" {
	local i lock codes

	for lock in '' --no-lock; do
		row=${lock:-locked}
		make_volume ext4
		for i in {1..8}; do
			{
				"$SWAPCTL" create --fstab "$fstab" $lock -s 16M --reserve 0 \
					--persist --json "$volume/swap" \
					>"$BATS_TEST_TMPDIR/out.$i" 2>&1 8>&-
				echo $? >"$BATS_TEST_TMPDIR/code.$i"
			} &
		done
		wait
		codes=$(sort "$BATS_TEST_TMPDIR"/code.* | uniq | tr '\n' ' ')
		matches "$codes" '^0 ([13] )*$'
		[ -n "$lock" ] || is "$codes" "0 "
		is_on "$volume/swap"
		is_whole "$volume/swap" $((16 << 20))
		is "$(find "$volume" -type f)" "$volume/swap" files
		is "$(grep -c "^$volume/swap " "$fstab")" 1 "lines in fstab"
		[ -n "$lock" ] || is "$(cat "$BATS_TEST_TMPDIR"/out.* |
			grep -c '"changed": *true')" 1 "runs that changed something"
		undo_all
	done
}
