#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap who on captured page tables, and what it refuses.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

@test "pagemap who: captured page tables are searched as well" {
	quietly "$PAGEMAP" who --csv "$(at 16k-pages)" pfn:0x20011 0x80048123 \
		-o what,pid,address,state,name
	is "$output" $'what,pid,address,state,name
pfn:0x20011,300,0x44000,mapped,[heap]
0x80048123,300,0x48000,mapped,[heap]'
	quietly "$PAGEMAP" who -J "$(at 16k-pages)" swap:1:1193046 swap:0:1193046
	json_is '.targets[0] | "\(.kind) \(.swap_type) \(.found) \(.complete)"' 'slot 1 1 null'
	json_is '.targets[0].mappings[0] | "\(.pid) \(.address) \(.name)"' '300 0x54000 [heap]'
	json_is '.targets[1].found' 0
	run --separate-stderr "$PAGEMAP" who "$(at 16k-pages)" swap:0:9
	is "$status" 3
	refused 1 "$PAGEMAP" who "$(at 16k-pages)" /usr/bin/database@0
	has "$stderr" "a captured tree does not have the files"
}

@test "pagemap who: that a slot may be of another area is told once, and is no word of nobody" {
	local tree

	tree=$(spoilable 16k-pages)
	cp -r "$tree/proc/300" "$tree/proc/301"
	sed -i 's/^300 (/301 (/' "$tree/proc/301/stat"
	printf '%s file 1000 8 -%d\n' Filename 1 /swapfile 2 /b 3 /c 4 >"$tree/proc/swaps"
	run --separate-stderr "$PAGEMAP" who -J --sysroot "$tree" swap:/swapfile:1
	is "$status" 1 "exit status"
	has_lines "$stderr" 1
	has "$stderr" 'ask for swap:0:1'
	json_is '.targets[0] | "\(.found) \(.complete) \(.swap_area)"' '0 false /swapfile'
	json_is '.targets[0].verdict' \
		'in doubt: pages that have that slot may be of this area, or of another'
	quietly "$PAGEMAP" who -J --sysroot "$tree" swap:0:1
	json_is '.targets[0].found' 2
}

@test "pagemap who: what is no frame, slot or page is refused; a log without errors has nobody" {
	for row in zebra 1234 pfn: pfn:-1 0x swap:1 swap:: swap:0:x @0 /bin/sh@ /bin/sh; do
		refused 2 "$PAGEMAP" who "$row"
		has "$stderr" "'$row': pfn:NUMBER"
	done
	row=
	run --separate-stderr "$PAGEMAP" who --json - <<<"usb 1-1: new high-speed USB device"
	is "$status" 3
	json_is '.targets | length' 0
	has "$stderr" "nothing in the input that could be looked for"
}
