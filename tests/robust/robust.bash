# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the matrices share: a volume of their own to change things on, the operations that are put
# through them, the states before and after one, and the count of points and of violations. A point
# is one run of a command that was killed, failed or cut off at one place.
#
# bats sets what it sets, and the matrices read what is set here:
# shellcheck disable=SC2034,SC2154

# shellcheck source=../helpers.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/../helpers.bash"

uuid=5eed5eed-1234-4321-8765-5eed5eed5eed
label=robust

# Owner, mode and attribute are such that each of them must be carried over to a new one.
fstab_text='# a comment, and	tabs
UUID=01234567-89ab-cdef-0123-456789abcdef / ext4 errors=remount-ro 0 1
/nowhere/swap none swap sw,pri=3,noauto 0 0
tmpfs /tmp tmpfs size=1G,mode=1777 0 0
'

# ---- the count ----

# Counts last over the tests of a file, and over the files of `make robust`.
points=0
violations=0

# violation WORDS...: what did not hold at the point at hand; the first ones are told in full.
violation()
{
	violations=$((violations + 1))
	[ "$violations" -le 12 ] || return 0
	printf 'VIOLATION %s: %s\n' "$at_point" "$*"
	[ ! -s "$complaints" ] || sed 's/^/    stderr: /' "$complaints" | head -n 5 | cat -v
}

# tally NAME: add to the count of a matrix, and fail if anything did not hold.
tally()
{
	local folder=${ROBUST_COUNTS:-}

	[ -z "$folder" ] || echo "$points $violations" >>"$folder/$1"
	echo "# $1: $points points, $violations violations"
	[ "$violations" -eq 0 ]
}

# compile NAME [FLAG...]: a program of this folder; prints its path.
compile()
{
	local program=$BATS_FILE_TMPDIR/$1

	[ -e "$program" ] ||
		"${CC:-cc}" -std=gnu17 -D_GNU_SOURCE -O1 "${@:2}" -o "$program" \
			"$tests/robust/$1.c" || return 1
	printf %s "$program"
}

# ---- the volume ----

robust_setup()
{
	require_root
	tracer=$(compile tracer)
	stage=$(compile stage)
	state=$(compile state)
	attribute=$(compile attribute)
	# bats looks at each command for its place in this file: the loops are too long for that.
	trap - DEBUG
	set +T
	work=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rm -rf --one-file-system "$work"
	complaints=$work/complaints
	at_point=start
}

# make_file_system FS IMAGE
make_file_system()
{
	case $1 in
	ext4) truncate -s 48M "$2" && mkfs.ext4 -q -F -b 4096 "$2" ;;
	xfs) truncate -s 320M "$2" && mkfs.xfs -q -f "$2" ;;
	btrfs) truncate -s 160M "$2" && mkfs.btrfs -q -f "$2" ;;
	esac >/dev/null 2>&1 || fail "mkfs.$1"
}

# volume_options FS: nothing reaches the disk by the mere passing of time.
volume_options()
{
	case $1 in
	ext4 | btrfs) echo loop,commit=300 ;;
	xfs) echo loop ;;
	esac
}

# make_volume FS: sets $image, $volume and the names below it.
make_volume()
{
	image=$work/$1.img
	volume=$work/$1
	directory=$volume/d
	area=$directory/area
	etc=$volume/etc
	fstab=$etc/fstab
	originals=$volume/originals
	mkdir "$volume"
	make_file_system "$1" "$image"
	mount -o "$(volume_options "$1")" "$image" "$volume" || fail "mount"
	undo_later umount "$volume"
	undo_later "$stage" "$volume"
	mkdir -m 755 "$directory" "$etc" "$originals"
	printf %s "$fstab_text" >"$originals/fstab"
	chmod 640 "$originals/fstab"
	chown 0:2 "$originals/fstab"
	"$attribute" "$originals/fstab" user.keep me
	make_original small $((256 * 1024))
	make_original area $((1024 * 1024))
	make_original large $((2048 * 1024))
	reset nothing
}

# make_original NAME BYTES: a swap file that no kernel has seen yet. On btrfs the flag comes first.
make_original()
{
	local file=$originals/$1

	(umask 077 && : >"$file")
	[[ $volume != */btrfs ]] || chattr +C "$file"
	head -c "$2" /dev/zero >"$file"
	mkswap -U "$uuid" -L "$label" "$file" >/dev/null || fail "mkswap"
}

# reset STATE: from whatever is there to where an operation starts.
reset()
{
	"$stage" "$volume" "$1" || fail "stage"
}

take_state()
{
	"$state" "$directory" "$etc"
}

# ---- the operations ----

# use_operation NAME: sets $start, the state before it, and $command.
use_operation()
{
	local identity=(--uuid "$uuid" --label "$label")

	start=configured-area
	case $1 in
	create) start=nothing
		command=(create --size 1M --reserve 0 --persist "${identity[@]}") ;;
	zeros) start=nothing
		command=(create --size 1M --reserve 0 --zero --no-activate "${identity[@]}") ;;
	replace) start=configured-small
		command=(create --size 1M --reserve 0 --replace --persist "${identity[@]}") ;;
	format) start=plain command=(format "${identity[@]}") ;;
	on) start=inactive-area command=(on --priority 3) ;;
	off) start=active-area command=(off) ;;
	prio) command=(prio) ;;
	grow) command=(resize --reserve 0) ;;
	shrink) start=configured-large command=(resize) ;;
	rm) command=(rm) ;;
	scrub) command=(rm --scrub) ;;
	keep) command=(rm --keep-file) ;;
	persist) start=active-area command=(persist) ;;
	unpersist) command=(unpersist) ;;
	*) fail "no operation $1" ;;
	esac
	case ${command[0]} in
	create | rm | persist | unpersist) command+=(--fstab "$fstab") ;;
	esac
	command+=("$area")
	case $1 in
	grow) command+=(2M) ;;
	shrink) command+=(1M) ;;
	prio) command+=(7) ;;
	esac
}

# keep_effects: of $list, what changes something, and the call after each; PROCMM_LONG: all. For
# operations whose other calls are those of another one.
keep_effects()
{
	[ -z "${PROCMM_LONG:-}" ] || return 0
	awk '$2 != "-" || was_effect; { was_effect = $2 != "-" }' "$list" >"$list.short"
	mv "$list.short" "$list"
}

# measure_operation: run it once without harm; sets $before, $after and $list, its calls.
measure_operation()
{
	list=$work/list
	reset "$start"
	before=$(take_state)
	at_point="${command[0]} undisturbed"
	"$tracer" -l "$list" "$SWAPCTL" "${command[@]}" >"$work/told" 2>"$complaints" ||
		fail "${command[*]}: exit status $?: $(<"$complaints")"
	remarks=$work/remarks
	grep '^swapctl: ' "$complaints" >"$remarks" || true
	echo 'swapctl: another swapctl is at work; waiting for it' >>"$remarks"
	after=$(take_state)
	[ -s "$list" ] || fail "${command[*]}: it changed nothing"
	[ "$before" != "$after" ] || fail "${command[*]}: the state is the same after it"
}
