#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every allocation of a run fails in turn, in our code and in the libraries: no run dies of it, none
# prints a wrong answer as if it were right, and what is changed is changed as a whole or not at
# all. R09

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
	ulimit -t 10 # of a run that goes round for ever
	failing_malloc=$(compile failing-malloc -shared -fPIC)
	make_volume ext4
}

teardown()
{
	undo_all
}

# with_allocation NUMBER COMMAND...: that one fails; 0: none does.
with_allocation()
{
	local status=0

	FAIL_ALLOCATION=$1 COUNT_ALLOCATIONS=$work/count LD_PRELOAD=$failing_malloc \
		"${@:2}" >"$work/said" 2>"$complaints" || status=$?
	# Others may swap meanwhile.
	sed 's/with [0-9.]*[ KMbytes]* in it/with something in it/' "$work/said" >"$work/told"
	return $status
}

# judge_run NUMBER STATUS: of one that failed in its NUMBERth allocation.
judge_run()
{
	local now

	now=$(take_state)
	if [ "$2" -gt 8 ]; then
		violation "exit status $2"
	elif [ "$2" -ne 0 ] && grep -qiE 'memory|allocate' "$complaints"; then
		[ "$now" = "$before" ] ||
			violation "not as before: $(diff <(echo "$before") <(echo "$now"))"
	elif [ "$2" -eq "$normal_status" ]; then
		cmp -s "$work/told" "$work/right" || violation "another answer:" \
			"$(diff "$work/right" "$work/told" | head -n 4)"
		[ "$now" = "$after" ] || violation "not all was done"
	else
		violation "exit status $2, and no word about memory"
	fi
}

# fail_each COMMAND...
fail_each()
{
	local number count status=0

	reset "${start:=nothing}"
	sync -f "$volume" # what is not on disk yet is told otherwise
	before=$(take_state)
	with_allocation 0 "$@" || status=$?
	normal_status=$status
	after=$(take_state)
	cp "$work/told" "$work/right"
	count=$(<"$work/count")
	for ((number = 1; number <= count; number++)); do
		status=0
		[ "$before" = "$after" ] || reset "$start"
		with_allocation "$number" "$@" || status=$?
		points=$((points + 1))
		at_point="allocation $number of $*"
		judge_run "$number" "$status"
	done
}

# operations NAME...: without PROCMM_LONG these, which have most of the steps; otherwise all.
operations()
{
	[ -z "${PROCMM_LONG:-}" ] ||
		set -- create replace format on off prio grow shrink rm persist unpersist
	echo "$@"
}

operation_fail_each()
{
	use_operation "$1"
	shift
	fail_each "$SWAPCTL" "${command[@]}" "$@"
}

@test "memory: what only looks says so when there is none left" {
	# Of a captured tree, in which no other test makes areas.
	fail_each "$SWAPCTL" list "$(at many-areas)"
	fail_each "$SWAPCTL" list -a --json "$(at swap-storm)"
	fail_each "$SWAPCTL" list --output-all --bytes "$(at zram)"
	fail_each "$SWAPCTL" list --csv --sort size "$(at swap-storm)"
	fail_each "$SWAPCTL" -s "$(at zram)"
	fail_each "$SWAPCTL" -l "$(at many-areas)"
	start=configured-area
	start=inactive-area
	fail_each "$SWAPCTL" show --fstab "$fstab" "$area"
	fail_each "$SWAPCTL" show --json --fstab "$fstab" "$area"
	fail_each "$SWAPCTL" check --fstab "$fstab" "$area"
	fail_each "$SWAPCTL" check --json --fstab "$fstab" "$area"
	tally oom
}

@test "memory: a plan that is only shown" {
	local operation

	for operation in $(operations format on off rm unpersist); do
		operation_fail_each "$operation" --dry-run
	done
	tally oom
}

@test "memory: a plan that runs out of it is undone" {
	local operation

	for operation in $(operations create); do
		operation_fail_each "$operation"
	done
	tally oom
}
