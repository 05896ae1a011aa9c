#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swapctl format on files and loop devices made for the test, against mkswap, wipefs and blkid; and
# what it refuses, with the device unchanged to the last byte.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers

uuid=01234567-89ab-cdef-0123-456789abcdef

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	require_command mkswap
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rm -rf "$directory"
}

teardown()
{
	undo_all
}

# attach FILE [OPTION...]: sets $device.
attach()
{
	device=$(losetup --find --show "${@:2}" "$1") || fail "losetup"
	undo_later losetup -d "$device"
}

# make_device KIB: a loop device full of zeros; sets $device.
make_device()
{
	local backing

	backing=$(mktemp -p "$directory")
	truncate -s "${1}K" "$backing"
	attach "$backing"
}

# put DEVICE OFFSET HEX
put()
{
	perl -e 'print pack "H*", shift' "$3" |
		dd of="$1" bs=1 seek="$2" conv=notrunc,fsync status=none
}

sum()
{
	sha256sum <"$1"
}

# unchanged DEVICE STATUS WORDS OPTION...: format refuses with these words, and touches nothing.
unchanged()
{
	local before after target=$1 expected=$2 words=$3

	shift 3
	before=$(sum "$target")
	refused "$expected" "$SWAPCTL" format "$@" "$target"
	has "$stderr" "$words"
	after=$(sum "$target")
	is "$after" "$before" "the bytes of $target after: format $*"
}

# ---- what is on a device, each 8 MiB but for xfs and btrfs

put_ext4()
{
	mkfs.ext4 -q -F -E nodiscard "$1"
}

put_luks()
{
	put "$1" 0 4c554b53babe000161657300
}

put_lvm() # with the sum of a label that is otherwise zero
{
	put "$1" 512 4c4142454c4f4e45010000000000000073aca828200000004c564d3220303031
}

put_md()
{
	put "$1" 4096 fc4e2ba901000000
	put "$1" $((4096 + 128)) 080000000000000000000000000000000800000000000000
}

put_iso()
{
	put "$1" 32768 01434430303101
}

put_dos()
{
	put "$1" 446 00000000830000000008000000040000
	put "$1" 510 55aa
}

# put_gpt_half DEVICE HEADER-SECTOR SUM OWN OTHER ENTRIES-SECTOR ENTRIES: UEFI 2.10, 5.3.2; one
# partition.
put_gpt_half()
{
	local head=4546492050415254000001005c000000 guid=22222222222222222222222222222222

	put "$1" $((512 * $2)) "$head${3}00000000$4$5"
	put "$1" $((512 * $2 + 40)) "2200000000000000de3f000000000000$guid$7"
	put "$1" $((512 * $2 + 80)) 80000000800000006edc474f
	put "$1" $((512 * $6)) 0fc63daf848347728e793d69d8477de411111111111111111111111111111111
	put "$1" $((512 * $6 + 32)) 0008000000000000ff0f
}

put_gpt()
{
	local first=0100000000000000 last=ff3f000000000000

	put "$1" 446 00000200eeffffff01000000ff3f0000
	put "$1" 510 55aa
	put_gpt_half "$1" 1 1f7d2dc0 $first $last 2 0200000000000000
	put_gpt_half "$1" 16383 2a681874 $last $first 16351 df3f000000000000
}

put_suspend()
{
	mkswap -q "$1" >/dev/null
	put "$1" 4086 533153555350454e4400
}

put_xfs()
{
	mkfs.xfs -q -f "$1"
}

put_btrfs()
{
	mkfs.btrfs -q -f "$1"
}

put_several()
{
	put_luks "$1"
	put_iso "$1"
}

# ---- tests

@test "format: a file, byte for byte as mkswap writes it, whatever was there" {
	local ours=$directory/ours theirs=$directory/theirs page label content i=0
	local labels=('' root 0123456789abcde $'\033[2J\xff 89abcdef')

	for content in zeros ones swap-64k swap-4k ext4; do
		case $content in
		zeros) head -c 2M /dev/zero ;;
		ones) head -c 2100001 /dev/zero | tr '\0' '\377' ;;
		swap-64k | swap-4k | ext4) head -c 3M /dev/zero ;;
		esac >"$theirs"
		chmod 600 "$theirs"
		case $content in
		swap-*k)
			mkswap -q -p $((${content//[^0-9]/} * 1024)) -L old "$theirs" 2>/dev/null
			;;
		ext4) put_ext4 "$theirs" ;;
		esac
		for page in 4096 8192 16384 32768 65536; do
			label=${labels[i++ % ${#labels[@]}]}
			row="$content, pages of $page, label $(printf %q "$label")"
			cp "$theirs" "$theirs.now"
			cp --sparse=never "$theirs" "$ours"
			mkswap -q -p $page -U $uuid ${label:+-L "$label"} "$theirs.now" 2>/dev/null
			run --separate-stderr "$SWAPCTL" format --uuid $uuid --page-size $page \
				${label:+--label "$label"} --wipe=ext4,data "$ours"
			is "$status" 0
			cmp "$theirs.now" "$ours" || fail "not what mkswap writes"
		done
	done
}

@test "format: a device of any size, byte for byte as mkswap writes it" {
	local size

	for size in 40 1027 8192 3145728; do
		row="$size KiB"
		make_device $size
		mkswap -q -U $uuid -L ours "$device" 2>/dev/null
		head -c 128K "$device" >"$directory/theirs"
		dd if=/dev/zero of="$device" bs=4K count=10 conv=fsync status=none
		quietly "$SWAPCTL" format --uuid $uuid --label ours "$device"
		has "$output" "$device: now swap, UUID=$uuid"
		cmp "$directory/theirs" <(head -c 128K "$device") || fail "not what mkswap writes"
	done
	# More pages than the header can count.
	row='17 TiB'
	mkdir "$directory/mnt"
	mount -t tmpfs -o size=16M procmm-format "$directory/mnt"
	undo_later umount "$directory/mnt"
	truncate -s 17T "$directory/mnt/huge"
	attach "$directory/mnt/huge"
	mkswap -q -U $uuid "$device" 2>/dev/null
	head -c 128K "$device" >"$directory/theirs"
	run --separate-stderr "$SWAPCTL" format --uuid $uuid "$device"
	is "$status" 0
	has "$stderr" 'the first 4294967295 are used'
	cmp "$directory/theirs" <(head -c 128K "$device") || fail "not what mkswap writes"
}

@test "format: refuses every other content, and wipes what is named, and only that" {
	local name type kib wiped before

	while read -r name type kib; do
		row=$name
		make_device "$kib"
		"put_$name" "$device" || fail "cannot make $name"
		before=$(sum "$device")
		unchanged "$device" 3 "$type" --label x
		has "$stderr" "--wipe=$type"
		unchanged "$device" 3 "--wipe=$type" --wipe=vfat
		unchanged "$device" 3 "--wipe=$type" --wipe="x$type,"
		unchanged "$device" 3 "--wipe=$type" --keep-id
		run --separate-stderr "$SWAPCTL" format --dry-run --wipe="$type" "$device"
		is "$status" 0 "exit status of a dry run"
		is "$(sum "$device")" "$before" "the bytes after a dry run"
		run --separate-stderr "$SWAPCTL" format --wipe="$type" "$device"
		is "$status" 0 "exit status"
		wiped=$(wipefs --noheadings --output TYPE --parsable "$device" 2>/dev/null |
			grep -v '^#' | sort -u | paste -sd ' ')
		is "$wiped" swap "all that wipefs finds"
		is "$(blkid -p -o value -s TYPE "$device")" swap
	done <<-'end'
		ext4    ext4              8192
		xfs     xfs               327680
		btrfs   btrfs             131072
		luks    crypto_LUKS       8192
		lvm     LVM2_member       8192
		md      linux_raid_member 8192
		iso     iso9660           8192
		dos     dos               8192
		gpt     gpt               8192
		suspend suspend           8192
		several crypto_LUKS,iso9660 8192
	end
}

@test "format: a file of text is somebody's, and only --wipe=data makes swap of it" {
	local file=$directory/text before

	yes procmm | head -c 200000 >"$file"
	chmod 600 "$file"
	before=$(sum "$file")
	unchanged "$file" 3 'it holds data'
	has "$stderr" '--wipe=data'
	unchanged "$file" 3 'it holds data' --wipe=ext4
	quietly "$SWAPCTL" format --wipe=data "$file"
	is "$(blkid -p -o value -s TYPE "$file")" swap
	[ "$(sum "$file")" != "$before" ] || fail "nothing was written"
	# Zeros, and the header of a swap area, are nobody's.
	head -c 200000 /dev/zero >"$file"
	quietly "$SWAPCTL" format "$file"
}

@test "format: a device in use is refused, and who uses it is told" {
	local backing=$directory/backing pid

	make_device 8192
	put_ext4 "$device"
	mkdir "$directory/mnt"
	mount "$device" "$directory/mnt"
	undo_later umount "$directory/mnt"
	refused 3 "$SWAPCTL" format --wipe=ext4 "$device"
	has "$stderr" "it is mounted on $directory/mnt"

	# Its file is the same disk by another name, and by a third when the first is gone.
	row='the file of a loop device'
	ln "$(losetup -n -O BACK-FILE "$device")" "$directory/hard"
	unchanged "$directory/hard" 3 "it is the disk of $device" --wipe=ext4
	rm "$(losetup -n -O BACK-FILE "$device")"
	unchanged "$directory/hard" 3 "try: losetup -d $device, when nothing uses it" --wipe=ext4

	row=active
	make_device 8192
	mkswap -q "$device"
	swapon "$device"
	undo_later swapoff "$device"
	unchanged "$device" 3 'it is active as swap'

	row=held
	make_device 8192
	perl -e 'use Fcntl; sysopen(F, shift, O_RDONLY | O_EXCL) or die;
		$| = 1; print 1; sleep 60' "$device" >"$directory/held" 2>&1 3>&- 8>&- &
	pid=$!
	undo_later end_process $pid
	await test -s "$directory/held" || fail "it is not held"
	refused 3 "$SWAPCTL" format "$device"
	has "$stderr" 'held by a program'
	kill $pid
	wait $pid || true

	row=locked
	exec 7<"$device"
	flock --shared 7
	unchanged "$device" 3 "another program has locked $device"
	exec 7<&-
	quietly "$SWAPCTL" format "$device"

	row='read-only'
	head -c 1M /dev/zero >"$backing"
	attach "$backing" --read-only
	unchanged "$device" 3 'the device is read-only'

	row='too small'
	make_device 36
	unchanged "$device" 3 'too small: a swap area needs 10 good pages, 40960 bytes'
	make_device 639
	unchanged "$device" 3 'too small' --page-size 64K
	quietly "$SWAPCTL" format "$device"

	row=partitions
	make_device 8192
	addpart "$device" 1 2048 4096
	undo_later delpart "$device" 1
	unchanged "$device" 3 'it is a whole disk of which the kernel knows 1 partitions'
}

@test "format and resize: of a zram device its own command is named" {
	local number

	make_zram
	refused 3 "$SWAPCTL" format "zram$number"
	has "$stderr" 'the device has no size yet'
	has "$stderr" "try: zramctl --size SIZE /dev/zram$number"
	refused 3 "$SWAPCTL" resize "zram$number" 8M
	has "$stderr" "try: zramctl --reset /dev/zram$number"
}

@test "format: refuses what it cannot write as wished" {
	make_device 1024
	for row in --label=0123456789abcdef --uuid=x "--uuid=${uuid%f}" "--uuid=$uuid "; do
		unchanged "$device" 3 '' "$row"
	done
	for row in 4095 2K 12K 128K 0 x; do
		refused 2 "$SWAPCTL" format --page-size "$row" "$device"
	done
	row=missing
	refused 5 "$SWAPCTL" format "$directory/missing"
	row='a file with holes'
	truncate -s 1M "$directory/holes"
	unchanged "$directory/holes" 3 'it has holes'
	row='a check of a file'
	head -c 1M /dev/zero >"$directory/file"
	unchanged "$directory/file" 3 'bad pages' --check
	row='a fifo'
	mkfifo "$directory/fifo"
	refused 3 "$SWAPCTL" format "$directory/fifo"
}

@test "format: keeps label and UUID, and repairs the page size" {
	local from to found

	for from in 4096 8192 65536; do
		for to in 4096 16384 65536; do
			row="$from to $to"
			make_device 2048
			mkswap -q -p $from -U $uuid -L 'my label' "$device" 2>/dev/null
			quietly "$SWAPCTL" format --keep-id --page-size $to "$device"
			found=$(wipefs --noheadings --output OFFSET,UUID,LABEL "$device")
			is "$(tr -s ' ' <<<"$found")" \
				"$(printf '0x%x %s my label' $((to - 10)) $uuid)"
		done
	done
	quietly "$SWAPCTL" format --keep-id --label other --page-size 4K "$device"
	is "$(blkid -p -o value -s LABEL "$device")" other
	is "$(blkid -p -o value -s UUID "$device")" $uuid
	row='a new UUID'
	run --separate-stderr "$SWAPCTL" format "$device"
	is "$status" 0
	has "$stderr" "had the UUID $uuid"
	has_not "$output" "$uuid"
}

@test "format --check: leaves out the pages that cannot be read, as mkswap -c, and no others" {
	local backing=$directory/backing

	head -c 8M /dev/urandom >"$backing"
	attach "$backing"
	truncate -s 6M "$backing"
	refused 3 "$SWAPCTL" format "$device"
	has "$stderr" 'parts of it cannot be read'
	has "$stderr" '--check'
	mkswap -c -U $uuid "$device" >/dev/null
	head -c 4K "$device" >"$directory/theirs"
	quietly "$SWAPCTL" format --check --uuid $uuid "$device"
	cmp "$directory/theirs" <(head -c 4K "$device") || fail "not what mkswap -c writes"
	row='a good page beside a bad one, which the page cache would read together'
	truncate -s $((7 * 1024 - 4))K "$backing"
	quietly "$SWAPCTL" format --check --keep-id "$device"
	is "$(od -An -tu4 -v -w4 -j 1032 -N 4 "$device" | tr -d ' ')" 257 "bad pages"
	is "$(od -An -tu4 -v -w4 -j 1536 -N $((4 * 257)) "$device" | tr -d ' ')" "$(seq 1791 2047)"
	row='more than a header lists'
	truncate -s 5M "$backing"
	refused 3 "$SWAPCTL" format --check "$device"
	has "$stderr" 'more than 637 pages are bad'
	row='the first'
	truncate -s 0 "$backing"
	refused 3 "$SWAPCTL" format --check "$device"
	has "$stderr" 'its first page is bad'
}

@test "format: what it makes can be activated, and a dry run makes nothing" {
	local before target

	make_device 2048
	head -c 2M /dev/zero >"$directory/file"
	chmod 600 "$directory/file"
	for target in "$device" "$directory/file"; do
		row=$target
		before=$(sum "$target")
		quietly "$SWAPCTL" format --dry-run --json --label test "$target"
		json_is '"\(.schema) \(.dry_run) \(.changed)"' 'swapctl/1 true false'
		json_true '.steps | length > 0 and all(.[]; .state == "pending")'
		is "$(sum "$target")" "$before"
		quietly "$SWAPCTL" format --json --label test "$target"
		json_is '"\(.changed) \(.rolled_back)"' 'true []'
		json_true '.steps | length > 0 and all(.[]; .state == "done")'
		swapon "$target" || fail "swapon"
		undo_later swapoff "$target"
		is "$(swapon --noheadings --raw --show=NAME,LABEL,SIZE --bytes |
			awk -v name="$target" '$1 == name { print $2, $3 }')" \
			"test $((2048 * 1024 - 4096))"
		unchanged "$target" 3 'it is active as swap'
	done
}
