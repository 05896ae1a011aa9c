#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SIGKILL at every system call of an operation, from the first that changes something on. After it,
# each file is as before or complete, fstab is old or new to the byte, and names nothing that is not
# there; the same command again comes to the same end as one that was not killed.

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
	make_volume ext4
}

teardown()
{
	undo_all
}

# What is under the area's name must be whole: a swap file of the old size or of the new.
check_area()
{
	local line

	line=$(grep '^area ' <<<"$1") || return 0
	case $line in
	"$whole_area"*) return ;;
	"area 100600 0:0 size="*" pages="*" label=$label uuid=${uuid//-/}"*) ;;
	*) violation "half-made: $line" ;;
	esac
	[[ $line != *[A-Z][A-Z]* ]] || violation "not whole: $line"
}

check_fstab()
{
	local line

	line=$(grep '^fstab' <<<"$1")
	[[ $'\n'$before$'\n'$after$'\n' == *$'\n'"$line"$'\n'* ]] ||
		violation "fstab is neither old nor new: $line"
	! grep -qF "$area " "$fstab" || [ -e "$area" ] ||
		violation "fstab names a file that is not there"
}

kill_at()
{
	local status=0 killed

	at_point="$1 of ${command[*]}"
	points=$((points + 1))
	reset "$start"
	: >"$complaints"
	"$tracer" -k "$1" "$SWAPCTL" "${command[@]}" >/dev/null 2>&1 || status=$?
	case $1:$status in
	*:124) return ;; # a loop over progress went round less often: there is nothing to kill
	0:*:137 | [1-9]:*) ;;
	*) violation "exit status $status of one that was killed" ;;
	esac
	killed=$(take_state)
	check_area "$killed"
	check_fstab "$killed"
	status=0
	"$SWAPCTL" "${command[@]}" >/dev/null 2>"$complaints" || status=$?
	[ "$status" -eq 0 ] || violation "the same again: exit status $status"
	[ "$(take_state)" = "$after" ] ||
		violation "the same again ends elsewhere: $(diff <(echo "$after") <(take_state))"
}

kill_everywhere()
{
	local operation point _

	for operation; do
		use_operation "$operation"
		measure_operation
		[ "$operation" != replace ] || keep_effects
		# What stood there before is whole, even if it was no swap file.
		whole_area=$(grep '^area ' <<<"$before") || whole_area=none
		whole_area=${whole_area%% active*}
		while read -r point _ <&3; do
			kill_at "$point"
		done 3<"$list"
	done
	tally kill
}

@test "kill: create leaves a whole file or none" {
	kill_everywhere create replace
}

@test "kill: format, persist and unpersist happen or do not" {
	kill_everywhere format persist unpersist
}

@test "kill: resize, prio and rm are finished by running them again" {
	kill_everywhere grow shrink prio rm
}
