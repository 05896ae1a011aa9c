# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of changing commands share: file systems of their own on loop devices, with an
# fstab of their own beside them, and what the kernel, blkid and stat say of an area. Everything is
# undone by undo_all.
#
# bats sets what it sets, and the tests read what is set here:
# shellcheck disable=SC2034,SC2154

file_systems=(ext4 ext4-1k ext2 xfs btrfs)

# make_volume FS [MIB]: an empty file system; sets $volume, where it is, and $fstab.
make_volume()
{
	local image

	image=$(mktemp -p "${TMPDIR:-/var/tmp}")
	undo_later rm -f "$image"
	truncate -s "${2:-340}M" "$image"
	case $1 in
	ext4) mkfs.ext4 -q -b 4096 "$image" ;;
	ext4-1k) mkfs.ext4 -q -b 1024 "$image" ;;
	ext2) mkfs.ext2 -q -b 4096 "$image" ;;
	ext2-1k) mkfs.ext2 -q -b 1024 "$image" ;;
	xfs) mkfs.xfs -q -f "$image" ;;
	btrfs) mkfs.btrfs -q -f -d single "$image" ;;
	esac >/dev/null 2>&1 || fail "mkfs of $1"
	volume=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$volume"
	mount -o loop "$image" "$volume" || skip_or_fail "no loop device, or no $1"
	undo_later umount "$volume"
	undo_later deactivate_below "$volume"
	make_fstab
}

make_fstab()
{
	fstab=$BATS_TEST_TMPDIR/fstab
	printf '# a comment\n/dev/a\t/\text4 rw 0 1\r\n' >"$fstab"
	cp "$fstab" "$fstab.before"
}

# active_names: of all areas, each ended by a zero byte.
active_names()
{
	local name rest

	while read -r name rest; do
		printf '%b\0' "$name"
	done < <(tail -n +2 /proc/swaps)
}

# deactivate_below DIRECTORY: every area in it.
deactivate_below()
{
	local name

	while IFS= read -r -d '' name; do
		[[ $name != "$1"/* ]] || swapoff -- "$name" || return 1
	done < <(active_names)
}

# swaps_field N PATH: a column of /proc/swaps; nothing if it is not active.
swaps_field()
{
	awk -v n="$1" -v name="$2" '$1 == name { print $n }' /proc/swaps
}

is_on()
{
	[ -n "$(swaps_field 3 "$1")" ] || fail "$1 is not active"
}

is_off()
{
	[ -z "$(swaps_field 3 "$1")" ] || fail "$1 is active"
}

# last_page PATH: by its header.
last_page()
{
	od -An -v -td4 -j1028 -N4 "$1" | tr -d ' '
}

# identity PATH: what resize and prio keep.
identity()
{
	stat -c '%i %a %u:%g' "$1"
	blkid -p -o value -s LABEL -s UUID "$1"
}

free_blocks()
{
	sync -f "$volume"
	stat -f -c %f "$volume"
}

# nothing_left: no file but what mkfs made, and fstab as before.
nothing_left()
{
	is "$(find "$volume" -mindepth 1 ! -name lost+found)" "" "left on the file system"
	cmp "$fstab" "$fstab.before" || fail "fstab has changed"
}

# swapctl SUBCOMMAND...: with the fstab of the test, where the subcommand knows one.
swapctl()
{
	case $1 in
	create | on | off | prio | rm | persist | unpersist)
		"$SWAPCTL" "$1" --fstab "$fstab" "${@:2}"
		;;
	*) "$SWAPCTL" "$@" ;;
	esac
}
