#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# resize and prio of real areas, in use and not: what is kept, that no page is lost, and the cushion
# that takes the pages in where nothing else has room.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers
load swap
load volume

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	user=$(build_program memory-user)
	user_cgroup=
}

teardown()
{
	undo_all
}

# has_size PATH BYTES: the file, its header, and if it is active the kernel.
has_size()
{
	is "$(stat -c %s "$1")" "$2" "size of the file"
	is "$(last_page "$1")" $(($2 / $(getconf PAGESIZE) - 1)) "last page"
	is "$(blkid -p -o value -s TYPE "$1")" swap
	[ -z "$(swaps_field 3 "$1")" ] || [ "$(($(swaps_field 3 "$1") * 1024))" -ge \
		$(($2 - $2 / 50 - 8192)) ] || fail "the kernel uses $(swaps_field 3 "$1") KiB"
}

@test "resize grows and shrinks on each file system, active or not, and keeps what it is" {
	local before size

	for row in "${file_systems[@]}"; do
		make_volume "$row"
		quietly swapctl create -s 16M --reserve 0 --no-activate --persist -p 6 \
			--label keep "$volume/swap"
		before=$(identity "$volume/swap")
		cp "$fstab" "$fstab.before"
		for state in inactive active; do
			[ $state = inactive ] || quietly swapctl on -p 6 "$volume/swap"
			for size in "24M 25165824" "+8M 33554432" "50% 16777216" "40960 40960" \
				"16777216 16777216" "-- -8M 8388608" "200% 16777216"; do
				# shellcheck disable=SC2086 # words
				run --separate-stderr swapctl resize --reserve 0 "$volume/swap" \
					${size% *}
				is "$status" 0 "resize to $size: $stderr"
				has_size "$volume/swap" "${size##* }"
				is "$(identity "$volume/swap")" "$before"
			done
			run --separate-stderr swapctl resize --json "$volume/swap" 16M
			is "$status" 0 "no change"
			json_true '.changed == false and .steps == []'
			refused 3 swapctl resize --reserve 0 "$volume/swap" 20G
			has "$stderr" "of the disk are free"
			matches "$stderr" "try: swapctl resize $volume/swap [0-9]{3}M\$"
			refused 3 swapctl resize "$volume/swap" -- -16M
			has "$stderr" "too small"
			[ $state = inactive ] || is "$(swaps_field 5 "$volume/swap")" 6 priority
			has_size "$volume/swap" 16777216
		done
		cmp "$fstab" "$fstab.before" || fail "fstab has changed"
		is "$(find "$volume" -type f)" "$volume/swap" files
		undo_all
	done
}

@test "resize and prio of an area in use lose no page" {
	local shrunk

	make_volume ext4
	quietly swapctl create -s 96M --reserve 0 -p 100 "$volume/swap"
	make_cgroup memory "resize-$$"
	user_cgroup=$(cgroup_path memory "resize-$$")
	start_user sleeper 48 pageout
	user_pid=$pid
	for row in "resize $volume/swap 128M --reserve 0" "resize $volume/swap 64M" \
		"resize $volume/swap +8M --reserve 0" \
		"prio $volume/swap 101"; do
		push_out "resize-$$" "$volume/swap" 40000
		# shellcheck disable=SC2086 # words
		quietly swapctl ${row%% *} ${row#* }
		is_on "$volume/swap"
	done
	is "$(swaps_field 5 "$volume/swap")" 101 priority
	has_size "$volume/swap" $((72 << 20))
	is_intact "$user_pid"
}

@test "resize: a cushion takes in what fits nowhere else, and is gone at the end" {
	local used

	[ "$(wc -l </proc/swaps)" -eq 1 ] || skip_or_fail "another area is active, and has room"
	make_volume ext4
	quietly swapctl create -s 96M --reserve 0 -p 100 "$volume/swap"
	make_cgroup memory "cushion-$$"
	user_cgroup=$(cgroup_path memory "cushion-$$")
	limit_memory "cushion-$$" $((20 << 20))
	start_user sleeper 60
	used=$(swaps_field 4 "$volume/swap")
	[ "$used" -gt 30000 ] || fail "only $used KiB are in use"
	refused 3 swapctl prio "$volume/swap" 101
	has "$stderr" "cushion-$$"
	# Half a plan is none.
	refused 3 swapctl prio --dry-run "$volume/swap" 101
	run --separate-stderr swapctl prio --dry-run --json "$volume/swap" 101
	json_true '.steps == [] and .faults[0].kind == "refused"'
	for size in 128M 80M; do
		row=$size
		quietly swapctl resize --reserve 0 --verbose "$volume/swap" "$size"
		has "$output" .swap.swapctl-cushion
		has_size "$volume/swap" $((${size%M} << 20))
		is "$(swaps_field 5 "$volume/swap")" 100 priority
		[ "$(swaps_field 4 "$volume/swap")" -gt 20000 ] || fail "its pages are not back"
		is "$(find "$volume" -type f)" "$volume/swap" files
	done
	# Too small for what is in it: nothing has been touched.
	refused 3 swapctl resize --reserve 0 "$volume/swap" 8M
	has_size "$volume/swap" $((80 << 20))
	is "$(find "$volume" -type f)" "$volume/swap" files
	is_intact "$pid"
}

@test "resize: where the kernel chose the priority, it is told that others come first now" {
	make_volume ext4
	quietly swapctl create -s 4M --reserve 0 "$volume/first"
	quietly swapctl create -s 4M --reserve 0 "$volume/second"
	[ "$(swaps_field 5 "$volume/first")" -gt "$(swaps_field 5 "$volume/second")" ] ||
		fail "the first comes first"
	run --separate-stderr swapctl resize --reserve 0 "$volume/first" 5M
	is "$status" 0 status
	has "$stderr" "swapctl prio"
	run --separate-stderr swapctl resize --reserve 0 "$volume/first" 6M
	is "$status" 0 status
	is "$stderr" "" "the last stays the last"
}

@test "prio and persist: what fstab says follows what was chosen, or is told" {
	local line

	make_volume ext4
	line="$volume/a\\040b none swap sw,nofail"
	quietly swapctl create -s 1M --reserve 0 -p 9 "$volume/a b"
	# A new line has the priority that was chosen; one that is there stays as it is.
	quietly swapctl persist "$volume/a b"
	is "$(tail -n 1 "$fstab")" "$line,pri=9 0 0"
	run --separate-stderr swapctl prio "$volume/a b" 8
	is "$status" 0 status
	is "$(tail -n 1 "$fstab")" "$line,pri=9 0 0"
	has "$stderr" "to change that: swapctl persist --fstab $fstab -p 8 '$volume/a b'"
	run --separate-stderr swapctl persist "$volume/a b"
	is "$(tail -n 1 "$fstab")" "$line,pri=9 0 0" "persist, again"
	quietly swapctl prio --persist "$volume/a b" 7
	is "$(swaps_field 5 "$volume/a\\\\040b")" 7 priority
	is "$(tail -n 1 "$fstab")" "$line,pri=7 0 0"
	run --separate-stderr swapctl prio --persist "$volume/a b" 7
	is "$status" 0 again
	has "$stderr" "has this priority already"
	# Cut short before its last step: the same again does the rest.
	sed -i 's/pri=7/pri=3/' "$fstab"
	run --separate-stderr swapctl prio --persist "$volume/a b" 7
	is "$(tail -n 1 "$fstab")" "$line,pri=7 0 0"
	# Without a line there is one now; and without --persist, nothing to tell of.
	quietly swapctl unpersist "$volume/a b"
	quietly swapctl prio "$volume/a b" 5
	cmp "$fstab" "$fstab.before"
	quietly swapctl prio --persist "$volume/a b" 6
	is "$(tail -n 1 "$fstab")" "$line,pri=6 0 0"
	# What the kernel has chosen, it chooses anew.
	quietly swapctl unpersist "$volume/a b"
	quietly swapctl off "$volume/a b"
	quietly swapctl on "$volume/a b"
	quietly swapctl persist "$volume/a b"
	is "$(tail -n 1 "$fstab")" "$line 0 0"
}

@test "resize: what the kernel would not take afterwards is put back, with its cause" {
	make_volume ext4
	quietly swapctl create -s 4M --reserve 0 --no-activate "$volume/swap"
	truncate -s 8M "$volume/swap" # whose second half is a hole
	before=$(sha256sum "$volume/swap")
	for size in 8M 6M 12M; do
		row=$size
		refused 3 swapctl resize --reserve 0 "$volume/swap" $size
		has "$stderr" "it has holes, the first at byte 4194304"
		has "$stderr" "try: swapctl create --replace --size "
		is "$(sha256sum "$volume/swap")" "$before"
	done
	# But a file that is shorter than its header says is mended.
	truncate -s 3M "$volume/swap"
	quietly swapctl resize --reserve 0 "$volume/swap" 4M
	quietly swapctl on "$volume/swap"
}

@test "resize and prio refuse what they cannot do, and say what can" {
	local loop

	make_volume ext4
	quietly swapctl create -s 4M --reserve 0 --no-activate "$volume/swap"
	# Of a link it is what it leads to.
	ln -s swap "$volume/link"
	quietly swapctl resize --reserve 0 "$volume/link" 8M
	has_size "$volume/swap" $((8 << 20))
	loop=$(losetup -f --show "$volume/swap")
	undo_later losetup -d "$loop"
	echo plain >"$volume/plain"
	refused 3 swapctl resize "$loop" 8M
	has "$stderr" "it is a device"
	refused 3 swapctl resize "$loop" 50%
	has "$stderr" "it is a device"
	refused 3 swapctl resize "$volume/plain" 8M
	has "$stderr" "no swap area"
	refused 5 swapctl resize "$volume/none" 8M
	refused 5 swapctl prio "$volume/none" 5
	refused 3 swapctl prio "$volume/swap" 5
	has "$stderr" "try: swapctl on -p 5 $volume/swap"
	refused 2 swapctl resize "$volume/swap" auto
	refused 2 swapctl resize "$volume/swap"
	refused 2 swapctl prio "$volume/swap" 5 6
	# Another writes and reads it, by the name of the loop device.
	for row in 'resize|4M' 'rm|' 'on|' 'create -s 8M --replace|' 'create -s 8M|'; do
		# shellcheck disable=SC2086 # words
		refused 3 swapctl ${row%|*} "$volume/swap" ${row#*|}
		has "$stderr" "it is the disk of $loop"
	done
}
