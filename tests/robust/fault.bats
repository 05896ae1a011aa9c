#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Each system call of an operation, from the first that changes something on, fails with each error
# that it may have. Then either all was done (exit 0), or all is as before, and one message says
# which file, what was tried and what the error was. And each member of struct pmm_effects was made
# to fail in each operation that uses it.

# What robust.bash sets and reads, and texts that are for other programs:
# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2088,SC2154
load robust

setup_file()
{
	lock_real_swap
	errno_names >"$BATS_FILE_TMPDIR/errno"
}

setup()
{
	robust_setup
	read_errno_names
}

teardown()
{
	undo_all
}

# ---- errors ----

declare -gA errno_number errno_words

# What the C library calls them.
errno_names()
{
	local name program=$BATS_FILE_TMPDIR/errno-names

	{
		echo '#include <errno.h>'
		echo '#include <stdio.h>'
		echo '#include <string.h>'
		echo 'int main(void) {'
		for name in ENOSPC EDQUOT EFBIG EINTR EIO EROFS EPERM EACCES EBUSY ENOMEM EINVAL \
			EEXIST EAGAIN EMFILE EMLINK EXDEV ENOLCK ESRCH EOPNOTSUPP; do
			echo "printf(\"%d $name \", $name); puts(strerror($name));"
		done
		echo 'return 0; }'
	} | "${CC:-cc}" -x c -o "$program" - && "$program"
}

read_errno_names()
{
	local number name words

	while read -r number name words; do
		errno_number[$name]=$number
		errno_words[$name]=$words
	done <"$BATS_FILE_TMPDIR/errno"
}

# errors_of CALL EFFECT FIRST-ARGUMENT: those that it may have; none for what cannot fail.
errors_of()
{
	case $1:$2 in
	openat:open_at) echo ENOSPC EDQUOT EIO EROFS EMFILE ENOMEM EACCES ;;
	openat:-) echo EIO EMFILE ENOMEM ;;
	openat2:*) echo EIO EMFILE ENOMEM ;;
	fallocate:*) echo ENOSPC EDQUOT EFBIG EINTR EIO EPERM EOPNOTSUPP ;;
	pwrite64:*) echo ENOSPC EDQUOT EFBIG EINTR EIO EPERM ;;
	ftruncate:*) echo EIO EPERM EFBIG ;;
	ioctl:set_flags) echo EIO EPERM EOPNOTSUPP EROFS ;;
	ioctl:-) echo EIO ENOMEM ;;
	fchown:* | fchmod:*) echo EPERM EIO EROFS ENOSPC ;;
	fremovexattr:*) echo EIO EPERM EROFS ;;
	fsetxattr:*) echo ENOSPC EDQUOT EPERM EIO ;;
	fsync:*) echo EIO ENOSPC EDQUOT EROFS ;;
	linkat:*) echo ENOSPC EDQUOT EEXIST EIO EROFS EPERM EMLINK ;;
	renameat:*) echo ENOSPC EIO EBUSY EROFS EPERM EXDEV ;;
	unlinkat:*) echo EIO EBUSY EROFS EPERM ;;
	swapon:*) echo EINVAL EPERM EBUSY ENOMEM EIO ;;
	swapoff:*) echo ENOMEM EPERM EINVAL EINTR ;;
	process_madvise:*) echo ESRCH EPERM ENOMEM EINTR ;;
	read:* | pread64:*) echo EIO EINTR ;;
	write:*) [ "$3" -ne 1 ] || echo EIO ENOSPC ;;
	close:*) echo EIO EINTR ;;
	fstat:* | newfstatat:* | statx:* | statfs:* | fstatfs:*) echo EIO ENOMEM ;;
	getdents64:* | readlinkat:* | flistxattr:* | fgetxattr:*) echo EIO ENOMEM ;;
	lseek:*) echo EIO ;;
	flock:*) echo ENOLCK EINTR ;;
	fcntl:*) echo EINVAL ;;
	mmap:* | mremap:*) echo ENOMEM ;;
	clone:* | clone3:* | fork:* | vfork:*) echo EAGAIN ENOMEM ;;
	wait4:* | waitid:*) echo EINTR ;;
	pipe2:* | pidfd_open:*) echo EMFILE ENOMEM ;;
	poll:* | ppoll:*) echo EINTR ENOMEM ;;
	getrandom:*) echo EINTR ;;
	esac
}

# ---- one fault ----

# A message names the object, and the error unless that has one known cause, which it tells.
check_message()
{
	local call=$1 name=$2 first

	first=$(grep '^swapctl: ' "$complaints" | grep -vxFf "$remarks") || true
	[[ $first == swapctl:* && $first != *$'\n'* ]] || violation "one message expected"
	case $first in
	"swapctl: "*"$volume"*": "* | "swapctl: /"*": "* | "swapctl: standard output: "*) ;;
	*) violation "no file in the message" ;;
	esac
	! grep -qi 'success' "$complaints" || violation "it says Success"
	case $call:$name:$first in
	swapon:* | swapoff:EPERM:* | swapoff:EINVAL:* | linkat:EEXIST:* | renameat:EBUSY:*) ;;
	*"${errno_words[$name]}"*) ;;
	*) violation "the message does not say: ${errno_words[$name]}" ;;
	esac
}

fail_at()
{
	local point=$1 call=$2 name=$3 descriptor=$4 status=0 now

	at_point="$name at $point of ${command[*]}"
	points=$((points + 1))
	reset "$start"
	"$tracer" -e "$point=${errno_number[$name]}" "$SWAPCTL" "${command[@]}" \
		>"$work/told" 2>"$complaints" || status=$?
	now=$(take_state)
	case $status in
	124) ;; # a loop over progress went round less often: there is nothing to fail
	0)
		[ "$now" = "$after" ] ||
			violation "exit 0: $(diff <(echo "$after") <(echo "$now"))"
		;;
	1 | 3 | 6 | 8)
		if grep -q '^swapctl: standard output: ' "$complaints"; then
			[ "$now" = "$after" ] || violation "stdout decides of what is done"
		else
			[ "$now" = "$before" ] ||
				violation "exit $status: $(diff <(echo "$before") <(echo "$now"))"
		fi
		check_message "$call" "$name"
		;;
	*) violation "exit status $status" ;;
	esac
}

# chosen_errors: those of a call to try. One that changes something gets two of its errors, another
# gets one, each in turn; PROCMM_LONG: all.
chosen_errors()
{
	local all count=1

	[ "$2" = - ] || count=2
	chosen=()
	read -ra all < <(errors_of "$1" "$2" "$3") || true
	[ -z "${PROCMM_LONG:-}" ] && [ "$count" -lt "${#all[@]}" ] || count=${#all[@]}
	while [ "$count" -gt 0 ]; do
		chosen+=("${all[turn++ % ${#all[@]}]}")
		count=$((count - 1))
	done
}

fail_everywhere()
{
	local operation point effect descriptor call name chosen turn=0

	for operation; do
		use_operation "$operation"
		measure_operation
		[[ ! $operation =~ ^(zeros|replace|scrub|keep)$ ]] || keep_effects
		while read -r point effect descriptor <&3; do
			call=${point#*:}
			call=${call%:*}
			chosen_errors "$call" "$effect" "$descriptor"
			for name in "${chosen[@]}"; do
				fail_at "$point" "$call" "$name" "$descriptor"
				[ "$effect" = - ] || echo "$operation $effect" >>"$work/hit"
			done
		done 3<"$list"
	done
}

# these_fail OPERATION EFFECT...: they were made to fail in it, and no others are in it.
these_fail()
{
	local operation=$1 expected found

	shift
	expected=$(printf '%s\n' "$@" | sort)
	found=$(sed -n "s/^$operation //p" "$work/hit" | sort -u)
	is "$found" "$expected" "effects of $operation"
}

resized=(open_at write_at sync set_attribute remove_attribute swap_off swap_on)
new_fstab=(open_at write_at change_owner change_mode set_attribute sync link_at rename_at)

@test "fault: a create that fails leaves nothing, one that replaces leaves the old" {
	make_volume ext4
	fail_everywhere create zeros replace
	tally faults
	these_fail create fallocate swap_on "${new_fstab[@]}"
	these_fail zeros open_at write_at sync link_at
	these_fail replace open_at write_at sync fallocate swap_on swap_off link_at rename_at \
		unlink_at
}

@test "fault: on btrfs, a create whose file cannot be what it must leaves nothing" {
	make_volume btrfs
	fail_everywhere create
	tally faults
	these_fail create set_flags fallocate swap_on "${new_fstab[@]}"
}

@test "fault: a format, persist or unpersist that fails leaves all as it was" {
	make_volume ext4
	fail_everywhere format persist unpersist
	tally faults
	these_fail format open_at write_at sync
	these_fail persist "${new_fstab[@]}"
	these_fail unpersist "${new_fstab[@]}"
}

@test "fault: an on, off or prio that fails leaves the area as it was" {
	make_volume ext4
	fail_everywhere on off prio
	tally faults
	these_fail on swap_on
	these_fail off swap_off
	these_fail prio set_attribute remove_attribute swap_off swap_on
}

@test "fault: a resize that fails leaves the old size and the old state" {
	make_volume ext4
	fail_everywhere grow shrink
	tally faults
	these_fail grow "${resized[@]}" fallocate
	these_fail shrink "${resized[@]}" truncate
}

@test "fault: a rm that fails leaves the area, its pages and its line" {
	make_volume ext4
	fail_everywhere rm scrub keep
	tally faults
	these_fail rm swap_off unlink_at "${new_fstab[@]}"
	these_fail scrub swap_off unlink_at "${new_fstab[@]}"
	these_fail keep swap_off "${new_fstab[@]}"
}

@test "fault: no effect is in none of these operations" {
	local effect

	# pin is for f2fs, which this kernel may lack; read_ahead is in the tests of off --fast.
	while read -r effect; do
		row=$effect
		[[ $effect =~ ^(pin|read_ahead)$ ]] ||
			grep -qE "these_fail .*\b$effect\b|^(new_fstab|resized)=.*\b$effect\b" \
				"$BATS_TEST_FILENAME" || fail "it is in no operation here"
	done < <(sed -n 's/^\t\.\([a-z_]*\) = live_.*/\1/p' "$tests/../lib/swap/effects.c")
}
