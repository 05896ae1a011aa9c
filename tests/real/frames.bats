#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap frames on the running kernel: each frame is counted once, and what is counted is what the
# kernel's own counters say, within what changes meanwhile.

# What bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2034,SC2154

load ../helpers

setup()
{
	require_root
	[ -r /proc/kpageflags ] || skip_or_fail "the kernel has no kpageflags"
}

teardown()
{
	undo_all
}

# frames_of FILTER: a number of $output.
frames_of()
{
	jq "[$1] | add" <<<"$output"
}

# near WHAT GOT EXPECTED [OR]: within 2 %, and 8 MiB for what others do in between; of two numbers,
# between them.
near()
{
	local got=$2 least=$3 most=${4:-$3}

	[ "$least" -le "$most" ] || least=$4 most=$3
	least=$((least - least / 50 - 8388608)) most=$((most + most / 50 + 8388608))
	((least <= got && got <= most)) || fail "$1: $got, expected $least to $most"
}

# kernel_bytes FILE NAME UNIT: a number of a file of the kernel, in bytes.
kernel_bytes()
{
	awk -v name="$2" -v unit="$3" '$1 == name { printf "%.0f\n", $2 * unit }' "$1"
}

# closest BY FILTER FILE NAME UNIT: a number of the frames is between what the kernel says before
# and after. Others go on: one of thirty looks must agree.
closest()
{
	local by=$1 filter=$2 try got before after

	shift 2
	for try in {1..30}; do
		before=$(kernel_bytes "$@")
		quietly "$PAGEMAP" frames --json --output-all --by "$by"
		after=$(kernel_bytes "$@")
		got=$(frames_of "$filter")
		! near "$2" "$got" "$before" "$after" >/dev/null || return 0
	done
	near "$2" "$got" "$before" "$after"
}

@test "pagemap frames: classes are what the kernel counts as slab, page tables, free and huge" {
	closest class '.classes[] | select(.class == "slab").size_bytes' /proc/meminfo Slab: 1024
	closest class '.classes[] | select(.class == "tables").size_bytes' \
		/proc/meminfo PageTables: 1024
	closest class '.classes[] | select(.class == "free").size_bytes' \
		/proc/vmstat nr_free_pages 4096
	closest class '.classes[] | select(.class == "anon" or .class == "anon-thp" or
		.class == "lazyfree" or .class == "ksm") | .mapped_bytes' \
		/proc/vmstat nr_anon_pages 4096
	closest class '.classes[] | select(.class == "hugetlb").size_bytes' \
		/proc/meminfo Hugetlb: 1024
}

@test "pagemap frames: each frame is counted once, whatever the lines are by" {
	local by words

	words=$(($(wc -c </proc/kpageflags) / 8))
	for by in class flags node cgroup; do
		row=$by
		quietly "$PAGEMAP" frames --json --by "$by" --output-all
		is "$(frames_of '.ram_bytes, .hole_bytes')" $((words * 4096)) "all frames"
		is "$(frames_of '(.classes // .flags // .nodes // .cgroups)[].size_bytes')" \
			"$(json .ram_bytes)" "the sum of the lines"
	done
	row=
	# What of the numbers of frames is no memory is known to the kernel by its zones' sum, too.
	quietly "$PAGEMAP" frames --json
	near RAM "$(json .ram_bytes)" \
		"$(awk '/^ *present/ { pages += $2 }
			END { printf "%.0f\n", pages * 4096 }' /proc/zoneinfo)"
}

@test "pagemap frames --by node: a node has what the kernel says of it" {
	quietly "$PAGEMAP" frames --json --by node
	json_true 'all(.nodes[]; .node != null)'
	for node in $(json '.nodes[].node'); do
		row="node $node"
		closest node ".nodes[] | select(.node == $node).free_bytes" \
			/sys/devices/system/node/node"$node"/vmstat nr_free_pages 4096
	done
}

@test "pagemap frames --by cgroup: memory is that of the cgroup that it counts for" {
	local root=/sys/fs/cgroup cgroup inode

	[ ! -d $root/memory ] || root=$root/memory
	cgroup=$root/procmm-frames-$$
	mkdir "$cgroup" || skip_or_fail "no cgroup can be made"
	undo_later rmdir "$cgroup"
	[ -e "$cgroup/memory.stat" ] || skip_or_fail "it has no memory controller"
	undo_later rm -f "$BATS_TEST_TMPDIR/file"
	(echo "$BASHPID" >"$cgroup/cgroup.procs" && head -c 32M /dev/zero >"$BATS_TEST_TMPDIR/file")
	inode=$(stat -c %i "$cgroup")
	quietly "$PAGEMAP" frames --json --by cgroup
	row=$inode
	near "page cache" "$(frames_of ".cgroups[] | select(.cgroup_inode == $inode) |
		.file_bytes, .dirty_bytes")" $((32 << 20))
	json_is ".cgroups[] | select(.cgroup_inode == $inode).cgroup" "${cgroup#"$root"}"
}

@test "pagemap frames --map: every line is of round addresses, and the legend has its scale" {
	local line

	quietly env LC_ALL=C.UTF-8 "$PAGEMAP" frames --map --ascii --width 80
	is_plain "$output"
	matches "$output" '1 cell = [0-9.]+[KMG]'
	while read -r line; do
		[ ${#line} -le 80 ] || fail "a line of ${#line} columns"
	done <<<"$output"
	has "$(head -n 1 <<<"$output")" r
}

@test "pagemap frames: without rights it says what it needs, and nothing else" {
	require_command setpriv
	refused 1 setpriv --reuid 65534 --regid 65534 --clear-groups "$PAGEMAP" frames
	matches "$stderr" '^pagemap: flags of frames hidden: '
	refused 1 setpriv --reuid 65534 --regid 65534 --clear-groups "$PAGEMAP" frames --map
}
