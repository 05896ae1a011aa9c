#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the commands that change anything share, on real areas: exit codes, JSON, dry runs, silence,
# interruptions, several operands; and rm, on and the kernel's limit of areas.

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
	make_volume ext4
}

teardown()
{
	undo_all
}

# state: all that a command could change, as one text.
state()
{
	cat "$fstab" /proc/swaps
	find "$volume" -printf '%p %i %m %s %l\n' | sort
	find "$volume" -type f -exec sha256sum {} +
}

# zeros_at FILE BYTE: all bytes from there on are 0.
zeros_at()
{
	cmp -s <(tail -c +$(($2 + 1)) "$1") <(head -c $(($(stat -c %s "$1") - $2)) /dev/zero) ||
		fail "$1 has bytes that are not 0"
}

@test "rm undoes create; --keep-file keeps the file without its header, --scrub overwrites it" {
	local loop

	# Bytes where pages would be, from the first page behind the header on.
	quietly swapctl create -s 1M --reserve 0 --no-activate --persist "$volume/swap"
	tr '\0' x </dev/zero | head -c $((1044480)) | dd of="$volume/swap" bs=4096 seek=1 \
		conv=notrunc status=none
	cp "$volume/swap" "$volume/second"
	ln "$volume/swap" "$volume/hard"
	quietly swapctl on "$volume/swap"
	run --separate-stderr swapctl rm --scrub "$volume/swap"
	is "$status" 0 status
	has "$stderr" "other names"
	is_off "$volume/swap"
	[ ! -e "$volume/swap" ] || fail "it is still there"
	zeros_at "$volume/hard" 4096
	cmp "$fstab" "$fstab.before"
	rm "$volume/hard"

	quietly swapctl rm --keep-file "$volume/second"
	zeros_at "$volume/second" 0 && fail "only its header is wiped"
	is "$(blkid -p -o value -s TYPE "$volume/second")" "" type
	is "$(head -c 4096 "$volume/second" | tr -d '\0')" ""
	refused 3 swapctl rm "$volume/second"
	has "$stderr" "it is no swap area"
	[ -e "$volume/second" ] || fail "what is no area is removed"

	# A device keeps all but its header; a boot loader's KiB stays.
	mkswap -q -L old "$volume/second"
	loop=$(losetup -f --show "$volume/second")
	undo_later losetup -d "$loop"
	printf boot | dd of="$loop" conv=notrunc,fsync status=none
	quietly swapctl on "$loop"
	quietly swapctl rm --scrub "$loop"
	is_off "$loop"
	is "$(head -c 4 "$loop")" boot
	zeros_at "$volume/second" 1024
	[ -b "$loop" ] || fail "the node is gone"

	run --separate-stderr swapctl rm "$volume/never"
	has "$stderr" "no such file"
}

@test "on: already active is done, modes and owners that let others read are refused" { # R01
	quietly swapctl create -s 1M --reserve 0 --no-activate "$volume/swap"
	for row in "chmod 644|chmod 600" "chmod 606|chmod 600" "chmod 640|chmod 600" \
		"chown 65534|chown root"; do
		# shellcheck disable=SC2086 # words
		${row%|*} "$volume/swap"
		refused 3 swapctl on "$volume/swap"
		has "$stderr" "try: ${row#*|} $volume/swap, or --force"
		is_off "$volume/swap"
		refused 3 swapctl create -s 1M --reserve 0 "$volume/swap"
		has "$stderr" "try: ${row#*|} $volume/swap"
		run --separate-stderr swapctl on --force --dry-run "$volume/swap"
		is "$status" 0 "--force"
		has "$stderr" "forced, although"
		chmod 600 "$volume/swap"
		chown root "$volume/swap"
	done
	quietly swapctl on -p 4 --discard pages "$volume/swap"
	is "$(swaps_field 5 "$volume/swap")" 4 priority
	run --separate-stderr swapctl on "$volume/swap"
	is "$status" 0 "again"
	has "$stderr" "active already"
	refused 3 swapctl on -p 5 "$volume/swap"
	has "$stderr" "try: swapctl prio $volume/swap 5,"
	# By another name of the same file.
	ln "$volume/swap" "$volume/hard"
	ln -s hard "$volume/link"
	run --separate-stderr swapctl on "$volume/link"
	is "$status" 0 "a link to a hard link"
	has "$stderr" "active already"
}

@test "on --all: what fstab says of each line, noauto and nofail; what leads nowhere is told" {
	local name loop

	for name in one two three; do
		quietly swapctl create -s 1M --reserve 0 --no-activate "$volume/$name"
	done
	# A device, by a tag that no udev needs to know.
	loop=$(losetup -f --show "$volume/two")
	undo_later losetup -d "$loop"
	{
		echo "$volume/one none swap sw,pri=5"
		echo "UUID=$(blkid -p -o value -s UUID "$volume/two") none swap pri=6"
		echo "$volume/three none swap noauto"
		echo "$volume/gone none swap nofail"
		echo "UUID=$uuid none swap nofail"
	} >>"$fstab"
	run --separate-stderr swapctl on --all
	is "$status" 0 "two are there, two may be missing"
	is "$(swaps_field 5 "$volume/one")" 5
	is "$(swaps_field 5 "$loop")" 6
	is_off "$volume/three"
	echo "$volume/gone none swap sw" >>"$fstab"
	run --separate-stderr swapctl on --all
	swapoff "$loop"
	is "$status" 7 "one that must be there is not"
	has "$stderr" "$volume/gone: there is no such file"
	printf 'UUID=%s none swap sw\n' "$uuid" >"$fstab"
	run --separate-stderr swapctl on --all --json
	is "$status" 5 "a tag that leads nowhere"
	json_is '.faults[0].kind' no-area
}

@test "each kind of end has its exit code, one cause and at most one fix" {
	quietly swapctl create -s 1M --reserve 0 --no-activate "$volume/swap"
	echo plain >"$volume/plain"
	while IFS='|' read -r expected words command; do
		row=$command
		read -ra arguments <<<"${command//@/$volume}"
		refused "$expected" swapctl "${arguments[@]}"
		has "$stderr" "$words"
		has_lines "$(grep -v '^  try: ' <<<"$stderr")" $((expected == 2 ? 2 : 1))
		[ "$(grep -c '^  try: ' <<<"$stderr")" -le 1 ] || fail "more than one fix"
		has_not "$stderr" "Success"
	done <<-'END'
		3|too small|create -s 4K --reserve 0 @/new
		3|16 bytes|create -s 1M --reserve 0 --label 1234567890123456 @/new
		3|UUID|create -s 1M --reserve 0 --uuid xyz @/new
		2|is missing|create -s 1M
		2|unexpected operand|create -s 1M @/a @/b
		2|how large|create @/new
		2|does not go with|create -s 1M --fast @/new
		2|is expected|create -s 1M --discard=never @/new
		2|is missing|rm
		2|is missing|prio @/swap
		3|is no swap area|create -s 1M --reserve 0 @/plain
		3|is no swap area|rm @/plain
		3|no swap header|on @/plain
		3|neither a regular file|on @
		2|the size is --size=4G|create @/new 4G
		2|did you mean 'rm'?|remove @/swap
		2|did you mean 'create'?|creat -s 1M @/new
		2|-s does not go with 'resize'|resize -s 1M @/swap
		3|too small|resize @/swap 0
		3|UUID|format --uuid xyz @/swap
		5|there is no such device|create -s 1M --reserve 0 /dev/zram98765
		5|there is no such|on @/none
		5|there is no such|off @/none
		5|there is no such|resize @/none 1M
		5|no such area|on UUID=01234567-0000-0000-0000-456789abcdef
		5|no such area|off LABEL=nobodys-label
	END
	row=several
	run --separate-stderr swapctl on "$volume/swap" "$volume/none"
	is "$status" 7 "some of several"
	is_on "$volume/swap"
	run --separate-stderr swapctl on "$volume/none" "$volume/gone"
	is "$status" 5 "all of several alike"
	row=privileges
	refused 6 setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$SWAPCTL" create -s 1M \
		--reserve 0 "$volume/new"
	[ ! -e "$volume/new" ] || fail "it is there"
	if setpriv --reuid=65534 --clear-groups test -x "$SWAPCTL"; then
		refused 6 setpriv --reuid=65534 --clear-groups "$SWAPCTL" off "$volume/swap"
		has "$stderr" "as root"
	fi
	is_on "$volume/swap"
}

@test "JSON: every command that changes says what it changed, its steps, and what was rolled back" {
	local command

	while IFS='|' read -r changed command; do
		row=$command
		read -ra arguments <<<"${command//@/$volume}"
		run --separate-stderr swapctl "${arguments[@]}" --json
		is "$status" 0 "status: $stderr"
		json_is .changed "$changed"
		json_true '.schema == "swapctl/1" and .dry_run == false and .rolled_back == [] and
			.faults == [] and (.remarks | type) == "array" and
			all(.steps[]; .state == "done" and (.area | length > 0) and
			(.step | length > 0) and has("undo"))'
		[ "$changed" = false ] || json_true '.steps | length > 0'
	done <<-'END'
		true|create -s 1M --reserve 0 --no-activate @/swap
		false|create -s 1M --reserve 0 --no-activate @/swap
		true|on -p 3 @/swap
		false|on @/swap
		true|prio @/swap 4
		false|prio @/swap 4
		true|resize --reserve 0 @/swap 2M
		false|resize --reserve 0 @/swap 2M
		true|persist @/swap
		false|persist @/swap
		true|unpersist @/swap
		false|unpersist @/swap
		true|off @/swap
		false|off @/swap
		true|format @/swap
		true|rm @/swap
		false|rm @/swap
	END
	row=refused
	run --separate-stderr swapctl create -s 4K --reserve 0 --json "$volume/swap"
	is "$status" 3 status
	json_true '.changed == false and .faults[0].kind == "refused" and .faults[0].reason'
	row="rolled back"
	chattr +i "$fstab"
	undo_later chattr -i "$fstab"
	run --separate-stderr swapctl create -s 1M --reserve 0 --persist --json "$volume/swap"
	chattr -i "$fstab"
	matches "$status" '^[13]$'
	json_is .changed false
	nothing_left
}

@test "--dry-run and --sysroot show a plan and change nothing; --quiet is quiet, --verbose tells" {
	local before

	quietly swapctl create -s 1M --reserve 0 --persist "$volume/swap"
	before=$(state)
	while IFS='|' read -r words command; do
		row=$command
		read -ra arguments <<<"${command//@/$volume}"
		run --separate-stderr swapctl "${arguments[@]}" --dry-run
		is "$status" 0 "status: $stderr"
		has "$output" "${words//@/$volume}"
		has "$output" "  1. "
		is "$(state)" "$before"
		run --separate-stderr swapctl "${arguments[@]}" --dry-run --json
		json_true '.dry_run == true and .changed == false and
			all(.steps[]; .state == "pending")'
		is "$(state)" "$before"
	done <<-'END'
		undo: unlink it|create -s 2M --reserve 0 --persist @/new
		set the old one aside|create -s 2M --reserve 0 --replace @/swap
		undo: activate it again|off @/swap
		undo: cut it back|resize --reserve 0 @/swap 2M
		with priority 7|prio @/swap 7
		unlink @/swap|rm --scrub @/swap
		remove line|unpersist @/swap
	END
	row=sysroot
	mkdir -p "$volume/tree/proc/self" "$volume/tree/dir" "$volume/tree/etc"
	cp /proc/swaps /proc/meminfo "$volume/tree/proc"
	cp /proc/self/auxv "$volume/tree/proc/self/auxv"
	cp "$volume/swap" "$volume/tree/dir/area"
	before=$(state)
	run --separate-stderr "$SWAPCTL" create --sysroot "$volume/tree" -s 1M --reserve 0 /dir/new
	is "$status" 0 "$stderr"
	has "$output" "name it /dir/new"
	run --separate-stderr "$SWAPCTL" rm --sysroot "$volume/tree" dir/area
	has "$output" "unlink /dir/area"
	is "$(state)" "$before"

	row=quiet
	for command in "create -s 1M --reserve 0 $volume/q" "create -s 1M --reserve 0 $volume/q" \
		"prio $volume/q 3" "off $volume/q" "off $volume/q" "rm $volume/q"; do
		# shellcheck disable=SC2086 # words
		quietly swapctl $command --quiet
		is "$output" ""
	done
	refused 3 swapctl rm --quiet "$fstab"
	quietly swapctl create -s 1M --reserve 0 --verbose "$volume/v"
	matches "$output" 'done +allocate 1M'
	matches "$output" 'done +activate '

	row=results
	while IFS='|' read -r command words; do
		read -ra arguments <<<"${command//@/$volume}"
		quietly swapctl "${arguments[@]}"
		is "$output" "$volume/v: $words" "$command"
	done <<-'END'
		persist @/v|activated at each boot
		off --persist @/v|inactive, not activated at boot any more
		on -p 6 @/v|active
		prio --persist @/v 7|priority 7, also from the next boot on
		unpersist @/v|not activated at boot any more
		rm @/v|removed
	END
}

has_less_than() # BLOCKS
{
	[ "$(stat -f -c %f "$volume")" -lt "$1" ]
}

# interrupt_writing SIGNAL COMMAND...: a signal once the file system has less free; sets $status.
interrupt_writing()
{
	local signal=$1 free pid

	free=$(stat -f -c %f "$volume")
	shift
	# What a shell starts in the background ignores SIGINT, and so would the command.
	env --default-signal "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- 8>&- &
	pid=$!
	await has_less_than $((free - 500)) || fail "it writes nothing"
	kill -s "$signal" "$pid"
	status=0
	wait "$pid" || status=$?
	stderr=$(cat "$BATS_TEST_TMPDIR/err")
	output=$(cat "$BATS_TEST_TMPDIR/out")
}

@test "a signal while zeros are written rolls all back: exit 8, nothing left" {
	local before signal

	undo_all
	make_volume ext4 3000
	before=$(free_blocks)
	for signal in INT TERM HUP; do
		row=$signal
		interrupt_writing $signal "$SWAPCTL" create --fstab "$fstab" -s 2G --reserve 0 \
			--zero --persist --json "$volume/swap"
		is "$status" 8 status
		has "$stderr" "interrupted"
		json_true '.changed == false and .faults[0].kind == "interrupted"'
		nothing_left
		is "$(free_blocks)" "$before" "free blocks"
	done
}

@test "as many areas as the kernel takes; one more is told the true limit, and leaves nothing" {
	local limit number

	quietly swapctl create -s 40K --reserve 0 --no-activate "$volume/later"
	for number in {1..40}; do
		run --separate-stderr swapctl create -s 40K --reserve 0 "$volume/$number"
		[ "$status" -eq 0 ] || break
	done
	limit=$(($(wc -l </proc/swaps) - 1))
	[ "$limit" -ge 20 ] && [ "$limit" -le 32 ] || fail "$limit areas"
	matches "$status" '^[13]$'
	has "$stderr" "the kernel's limit of $limit areas is reached"
	has "$stderr" "try: swapctl off"
	has_not "$stderr" "permitted"
	[ ! -e "$volume/$number" ] || fail "the one too many is there"
	run --separate-stderr swapctl on "$volume/later"
	matches "$status" '^[13]$'
	has "$stderr" "the kernel's limit of $limit areas is reached"
	quietly "$SWAPCTL" list --json
	json_is '.areas | length' "$limit"
}

# stays WORDS COMMAND...: it is refused with exit status 3 and a fix, and nothing has changed.
stays()
{
	local before

	before=$(state)
	row="${*:2}"
	refused 3 "${@:2}"
	has "$stderr" "$1"
	has "$stderr" "  try: "
	is "$(state)" "$before" "what it left"
}

@test "what the flag immutable or append-only forbids is told before anything is done" {
	local flag reason area=$volume/dir/swap

	mkdir "$volume/dir"
	quietly swapctl create -s 1M --reserve 0 -p 5 --persist "$area"
	for flag in i a; do
		chattr +$flag "$area"
		undo_later chattr -$flag "$area"
		reason="try: chattr -$flag $area"
		stays "$reason" swapctl off "$area"
		stays "$reason" swapctl off --force "$area"
		stays "$reason" swapctl prio "$area" 7
		stays "$reason" swapctl resize --reserve 0 "$area" 2M
		stays "$reason" swapctl rm "$area"
		stays "$reason" swapctl create -s 2M --reserve 0 --replace "$area"
		chattr -$flag "$area"
		quietly swapctl off "$area"
		chattr +$flag "$area"
		stays "$reason" swapctl resize --reserve 0 "$area" 2M
		stays "$reason" swapctl rm "$area"
		stays "$reason" swapctl rm --keep-file "$area"
		stays "$reason" swapctl format "$area"
		chattr -$flag "$area"
		quietly swapctl on -p 5 "$area"

		chattr +$flag "$volume/dir"
		undo_later chattr -$flag "$volume/dir"
		reason="try: chattr -$flag $volume/dir"
		stays "$reason" swapctl rm "$area"
		stays "$reason" swapctl create -s 2M --reserve 0 --replace "$area"
		stays "$reason" swapctl create -s 1M --reserve 0 "$volume/dir/new"
		quietly swapctl resize --reserve 0 "$area" 2M
		quietly swapctl resize --reserve 0 "$area" 1M
		chattr -$flag "$volume/dir"
	done
}

@test "by a name where it is mounted read-only, an area is neither taken off nor changed" {
	local name=$BATS_TEST_TMPDIR/read-only

	quietly swapctl create -s 1M --reserve 0 -p 5 --persist "$volume/swap"
	mkdir "$name"
	mount --bind "$volume" "$name"
	undo_later umount "$name"
	mount -o remount,bind,ro "$name"
	stays "mounted read-only" swapctl off "$name/swap"
	stays "mounted read-only" swapctl prio "$name/swap" 7
	stays "mounted read-only" swapctl resize --reserve 0 "$name/swap" 2M
	stays "mounted read-only" swapctl rm "$name/swap"
	stays "mounted read-only" swapctl create -s 2M --reserve 0 --replace "$name/swap"
}

@test "prio and resize: an area that could not be activated again stays on" {
	undo_all
	make_volume btrfs 1000
	quietly swapctl create -s 8M --reserve 0 -p 5 "$volume/swap"
	dd if=/dev/urandom of="$volume/much" bs=1M count=300 status=none
	sync -f "$volume"
	btrfs balance start --full-balance "$volume" >/dev/null 2>&1 3>&- 8>&- &
	for _ in {1..500}; do
		! btrfs balance pause "$volume" 2>/dev/null || break
		sleep 0.01
	done
	undo_later btrfs balance cancel "$volume"
	stays "the file system is busy: balance" swapctl prio "$volume/swap" 7
	stays "the file system is busy: balance" swapctl resize --reserve 0 "$volume/swap" 16M
	stays "the file system is busy: balance" swapctl resize --reserve 0 "$volume/swap" 4M
	is "$(swaps_field 5 "$volume/swap")" 5 priority
}

@test "off, rm and check: an active area that its name leads to no more is told, and not removed" {
	local area=$volume/dir/swap before

	mkdir "$volume/dir"
	quietly swapctl create -s 1M --reserve 0 --persist "$area"
	before=$(cat "$fstab")
	mount -t tmpfs hides "$volume/dir"
	undo_later umount_if_mounted "$volume/dir"
	for row in off rm; do
		refused 1 swapctl $row "$area"
		has "$stderr" "active, but out of reach"
		has "$stderr" "try: mount its file system there again"
		is "$(cat "$fstab")" "$before" "fstab"
	done
	row=check
	run --separate-stderr swapctl check
	is "$status" 1 "status: $output"
	has "$output" "$area: it is active, but its name leads to it no more"
	has "$output" "try: mount its file system there again"
	has_not "$output" "no swap configured"
	umount "$volume/dir"
	quietly swapctl rm "$area"
}

umount_if_mounted()
{
	! mountpoint -q "$1" || umount "$1"
}
