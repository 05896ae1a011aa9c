#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap who on the running kernel: pages of a program and its children that say how often each of
# them is mapped, which the kernel counts, too; and pages of files, held against fincore.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154

load ../helpers
load process
load volume

setup()
{
	require_root
	hold_settings
	file=$BATS_TEST_TMPDIR/file
	head -c 1M /dev/urandom >"$file"
}

teardown()
{
	undo_all
}

# frames_of ADDRESS PAGES: of the first process.
frames_of()
{
	local range

	printf -v range '%s-%x' "$1" $((0x$1 + $2 * 4096))
	"$PAGEMAP" pages -1 -a "$range" -o frame --tsv --noheadings "$pid"
}

# Every line of the program is true: so many pages, each with so many hits, as many as the kernel
# counts, and all of them of the program and its children.
lines_are_true()
{
	local name address pages count

	while read -r name address pages count; do
		[ "$name" != ready ] || continue
		row=$name
		frames_of "$address" "$pages" | sed 's/^/pfn:/' >"$BATS_TEST_TMPDIR/frames"
		quietly "$PAGEMAP" who -J - <"$BATS_TEST_TMPDIR/frames"
		json_is '.targets | length' "$pages"
		json_is "[.targets[] | select(.found == $count and .map_count == $count and
			.complete and (.mappings | length) == $count)] | length" "$pages"
		json_is '[.targets[].mappings[] | select(.process != "sharers")] | length' 0
		json_is "[.targets[].mappings[] | select(.pid == $pid)] |
			any(.address == \"0x$address\")" true
	done <"$BATS_TEST_TMPDIR/lines"
	row=
}

@test "pagemap who: of a thousand pages that are shared in every way all mappings are found" {
	start sharers "$file"
	[ "$(awk '{ pages += $3 } END { print pages }' "$BATS_TEST_TMPDIR/lines")" -ge 1000 ] ||
		fail "too few pages"
	lines_are_true
}

@test "pagemap who: so are those of hugetlb, and 32 of one frame that was merged" {
	lock_settings
	set_knob /proc/sys/vm/nr_hugepages 4
	set_knob /sys/kernel/mm/ksm/use_zero_pages 0
	set_knob /sys/kernel/mm/ksm/pages_to_scan 10000
	set_knob /sys/kernel/mm/ksm/run 1
	start sharers "$file" tuned
	has "$(cat "$BATS_TEST_TMPDIR/lines")" ksm
	await merges_pages ksm_merging_pages || fail "the kernel merges nothing"
	lines_are_true
	end_process "$pid"
}

@test "pagemap who: a frame is shown with what it is, and each mapping with its file and offset" {
	local address frame

	start sharers "$file"
	address=$(awk '$1 == "file" { print $2 }' "$BATS_TEST_TMPDIR/lines")
	frame=$(frames_of "$address" 3 | tail -n 1)
	quietly "$PAGEMAP" who "pfn:$frame"
	has "$output" "FILE  $file   offset 0x2000 (page 2)"
	has "$output" "PFN   $frame   PHYS ${frame}000   "
	has "$output" "5 mappings, 5 found: complete"
	quietly "$PAGEMAP" who --csv --noheadings -o pid,address,offset,inode,name "${frame}123"
	has_lines "$output" 5
	has "$output" "$pid,0x$(printf %x $((0x$address + 8192))),8192,$(stat -c %i "$file"),$file"
	# An error of memory in it, as the kernel tells it.
	quietly "$PAGEMAP" who -J \
		"EDAC MC0: 1 CE on DIMM_A1 (channel:1 page:$frame offset:0x40 grain:32)"
	json_is '.targets[0] | "\(.what) \(.frame) \(.found)"' "${frame}040 $frame 5"
	run --separate-stderr "$PAGEMAP" who -J - <<<"noise
Memory failure: $frame: recovery action for clean LRU page: Recovered
mce: [Hardware Error]: TSC 0 ADDR ${frame#0x}040 MISC 86"
	is "$status" 0
	json_is '.targets | length' 1
}

@test "pagemap who: a page of a file has those who map it, and those who have a copy of their own" {
	start sharers "$file"
	quietly "$PAGEMAP" who -J "$file@0" "$file@0x1000"
	json_is '[.targets[] | .found, .map_count, .complete, .copies, .not_present] | join(" ")' \
		"5 5 true 1 3 5 5 true 0 0"
	json_is '.targets[0].mappings | map(.state) | sort | join(" ")' \
		"copy mapped mapped mapped mapped mapped"
	end_process "$pid"
	nobody_maps "$file@0"
	has "$output" "in the page cache, and mapped by nobody"
}

# nobody_maps WHAT OPTION...: alone among processes, some of which even root may not read.
nobody_maps()
{
	require_mount_namespace
	run --separate-stderr unshare --pid --fork --mount-proc "$PAGEMAP" who "$@"
	is "$status" 3 "exit status"
	is "$stderr" ""
}

# What is busy is not let go.
is_let_go()
{
	dd if="$1" iflag=nocache count=0 status=none
	[ "$(fincore -bnro pages "$1")" = 0 ]
}

@test "pagemap who: to ask about a page of a file does not bring it into memory" {
	sync "$file"
	await is_let_go "$file" || fail "it stays in the page cache"
	nobody_maps "$file@8192"
	has "$output" "not in the page cache, and mapped by nobody"
	is "$(fincore -bnro pages "$file")" 0
	refused 1 "$PAGEMAP" who "$file@1M"
	has "$stderr" "$file: the offset is past its end"
	refused 1 "$PAGEMAP" who "$BATS_TEST_TMPDIR@0" # a directory
	refused 1 "$PAGEMAP" who "$file.absent@0"
}

@test "pagemap who: on btrfs, where stat(2) and maps differ, a page of a file has its mappers" {
	require_command mkfs.btrfs
	make_volume btrfs
	btrfs -q subvolume create "$volume/below"
	cp "$file" "$volume/below/file"
	start sharers "$volume/below/file"
	quietly "$PAGEMAP" who -J "$volume/below/file@0x1000"
	json_is '.targets[0] | "\(.found) \(.map_count) \(.complete)"' "5 5 true"
	end_process "$pid"
}

@test "pagemap who: frames that are nobody's, and those that do not exist, are told as such" {
	local frame

	nobody_maps pfn:0x200000000
	has "$output" "there is no such frame"
	nobody_maps -J pfn:0 pfn:1
	json_is '.targets[] | "\(.found) \(.map_count) \(.complete)"' "0 0 true
0 0 true"
}

@test "pagemap who: without the rights to see frames files are answered, and frames are refused" {
	local program

	program=$(build_program sharers)
	echo text >"$file.other"
	chmod -R o+rX "$BATS_RUN_TMPDIR"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$program" "$file" \
		>"$BATS_TEST_TMPDIR/lines" 3>&- &
	pid=$!
	undo_later end_process "$pid"
	await_ready
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PAGEMAP" who -J "$file@0"
	is "$status" 1
	has "$stderr" "incomplete: processes that may not be read"
	json_is '.targets[0] | "\(.found) \(.frame) \(.map_count) \(.complete)"' "5 null null false"
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PAGEMAP" who "$file.other@0"
	is "$status" 1
	has "$output" 'mapped by nobody; not all processes could be asked'
	refused 1 setpriv --reuid 65534 --regid 65534 --clear-groups "$PAGEMAP" who pfn:0x1234
	has "$stderr" "frame numbers and swap slots hidden: needs CAP_SYS_ADMIN"
}
