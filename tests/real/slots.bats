#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap swap, and pagemap who of slots, on areas of their own: held against /proc/swaps, the
# VmSwap of processes and what the program says of itself.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154

load ../helpers
load process
load swap

setup()
{
	require_root
	lock_real_swap
	user=$(build_program memory-user)
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$directory"
}

teardown()
{
	undo_all
}

# All swap is ours: the areas of the machine, if it has any, would be used as well.
require_own_swap()
{
	[ "$(wc -l </proc/swaps)" -eq 1 ] || skip_or_fail "the machine has swap of its own"
}

# settle AREA KIB: pages are written behind the back of the one who pushed them out.
settle()
{
	await uses "$1" "$2" || fail "$1: $(used_kib "$1") KiB in use"
}

# sums_are_whole: of each area that says all, the parts make up what is used.
sums_are_whole()
{
	json_is '[.areas[] | select(.unattributed_bytes != null) | select(.anon_bytes + .shmem_bytes
		+ .swapcache_bytes + .unattributed_bytes != .used_bytes)] | length' 0
}

@test "pagemap swap: what is used is of processes, of shared memory, or left over" {
	local anon shared

	require_own_swap
	make_area area 131072
	start_user anon 40 pageout
	anon=$pid
	start_user shared 20 pageout shared
	shared=$pid
	settle "$directory/area" $((60 * 1024))
	quietly "$PAGEMAP" swap -J
	json_is '.areas[0] | "\(.name) \(.type) \(.size_bytes)"' \
		"$directory/area 0 $(($(awk 'NR == 2 { print $3 }' /proc/swaps) * 1024))"
	json_is '.areas[0].used_bytes / 1024' "$(used_kib "$directory/area")"
	sums_are_whole
	json_is ".processes[] | select(.pid == $anon).slots_bytes" "$(status_bytes "$anon" VmSwap)"
	json_is ".processes[] | select(.pid == $anon) | .shared_bytes + .shmem_bytes" 0
	json_is ".processes[] | select(.pid == $shared).slots_bytes" 0
	json_is ".processes[] | select(.pid == $shared).shmem_bytes" \
		"$(awk '/^Swap:/ { kib += $2 } END { printf "%.0f", kib * 1024 }' \
			"/proc/$shared/smaps")"
	json_true '.areas[0].shmem_bytes == .processes[1].shmem_bytes'
	quietly "$PAGEMAP" swap
	matches "$(sed -n 2p <<<"$output")" "^$directory/area +0 +128M +60M +40M +20M +0 +0\$"
	quietly "$PAGEMAP" swap --csv --noheadings -o pid,slots,shmem
	is "$output" "$anon,$((40 << 20)),0
$shared,0,$((20 << 20))"
	quietly "$PAGEMAP" swap --by area --tsv --noheadings -o used \
		"$directory/../${directory##*/}/area"
	is "$output" $((60 << 20))
	refused 1 "$PAGEMAP" swap "$directory/other"
	has "$stderr" "$directory/other: not an active swap area"
}

@test "pagemap swap: a slot that several processes have counts once, and who finds them" {
	local address slot try=0

	require_own_swap
	make_area area 65536
	head -c 1M /dev/urandom >"$BATS_TEST_TMPDIR/file"
	start sharers "$BATS_TEST_TMPDIR/file" pageout
	address=$(awk '$1 == "swapped" { print $2 }' "$BATS_TEST_TMPDIR/lines")
	slot=$("$PAGEMAP" pages -1 -o address,slot --tsv --noheadings "$pid" |
		awk -v address="0x$address" '$1 == address { print $2 }')
	quietly "$PAGEMAP" swap -J
	json_is '.areas[0].anon_bytes' "$(status_bytes "$pid" VmSwap)"
	json_is '[.processes[] | select(.process == "sharers") | .slots_bytes == .shared_bytes] |
		"\(length) \(all)"' '4 true'
	sums_are_whole
	for what in "swap:0:$slot" "swap:$directory/area:$slot"; do
		row=$what
		quietly "$PAGEMAP" who -J "$what"
		json_is '.targets[0] | "\(.swap_area) \(.swap_type) \(.found) \(.complete)"' \
			"$directory/area 0 4 null"
		json_is '[.targets[0].mappings[].address] | unique[]' "0x$address"
	done
	row=
	run --separate-stderr "$PAGEMAP" who "swap:0:0x7fffffff"
	is "$status" 3
	has "$output" "in no page table"
	end_process "$pid"
}

@test "pagemap swap: an area is known by its type, where one that was turned off left a gap" {
	local slot

	require_own_swap
	make_area first 16384
	make_area second 65536
	swapoff "$directory/first"
	start_user anon 16 pageout
	settle "$directory/second" $((16 * 1024))
	quietly "$PAGEMAP" swap -J
	json_is '.areas[] | "\(.name) \(.type) \(.anon_bytes)"' "$directory/second 1 $((16 << 20))"
	slot=$("$PAGEMAP" pages --tsv --noheadings -o slot,state "$pid" |
		awk '$2 == "swap" { print $1; exit }')
	quietly "$PAGEMAP" who --csv --noheadings -o pid,swap_type "swap:$directory/second:$slot"
	is "$output" "$pid,1"
	quietly "$PAGEMAP" swap --by area --csv --noheadings -o name 1
	is "$output" "$directory/second"
	# One that nothing is used of has no pages to be seen, so it is not the other.
	make_area third 16384
	quietly "$PAGEMAP" swap -J
	json_is "[.areas[] | select(.type != null) | \"\(.name) \(.type)\"][]" "$directory/second 1"
	run --separate-stderr "$PAGEMAP" who -J "swap:$directory/third:$slot"
	is "$status" 3
	json_is '.targets[0].found' 0
}

@test "pagemap swap: the picture has a cell for each part of the area, and a legend" {
	require_own_swap
	make_area area 65536
	start_user anon 16 pageout
	settle "$directory/area" $((16 * 1024))
	quietly "$PAGEMAP" swap --map --ascii --width 72
	is_plain "$output"
	is "$(head -n 1 <<<"$output")" "$directory/area"
	matches "$(sed -n 2p <<<"$output")" '^ +0 [.#+-]+$'
	has "$(tail -n 1 <<<"$output")" "1 cell = 256K"
	# 16 MiB of 64 are taken: about a quarter of the cells, whole or in part.
	[ "$(head -n -1 <<<"$output" | tr -cd '#' | wc -c)" -ge 50 ] || fail "too few cells"
	[ "$(wc -L <<<"$output")" -le 72 ] || fail "too wide"
	refused 2 "$PAGEMAP" swap --map --csv
}

@test "pagemap swap: without rights what each process has in swap is told, and the rest is absent" {
	require_own_swap
	make_area area 65536
	start_user anon 16 pageout
	settle "$directory/area" $((16 * 1024))
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$PAGEMAP" swap -J
	is "$status" 1
	has "$stderr" "swap slots hidden: needs CAP_SYS_ADMIN"
	json_is ".processes[] | select(.pid == $pid) | \"\(.slots_bytes) \(.shared_bytes)\"" \
		"$(status_bytes "$pid" VmSwap) null"
	json_is '.areas[0] | "\(.anon_bytes) \(.unattributed_bytes)"' 'null null'
}

@test "pagemap swap: where there is none it says so" {
	require_own_swap
	quietly "$PAGEMAP" swap
	is "$output" "no swap configured"
	quietly "$PAGEMAP" swap -J
	json_is '"\(.areas) \(.processes)"' '[] []'
	refused 1 "$PAGEMAP" who swap:0:1
	has "$stderr" "no swap area is active"
}
