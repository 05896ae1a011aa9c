#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The JSON documents of pagemap, of every mode.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

@test "pagemap: every JSON document says whether it is complete" {
	local file=$BATS_TEST_TMPDIR/own # whose residency may be asked for by whoever tests

	echo text >"$file"
	while read -r row; do
		# shellcheck disable=SC2086 # words of a command
		quietly "$PAGEMAP" $row --json
		json_is .complete true
	done <<-EOF
		caps
		decode 0x1
		who $(at 16k-pages) pfn:0x20011
		swap $(at 16k-pages)
		swap --by area $(at 16k-pages)
		file $file
		file --ranges --missing $file
	EOF
	for row in '' --ranges --missing --who '-o mappers'; do
		# shellcheck disable=SC2086 # options
		run --separate-stderr "$PAGEMAP" file --json $row "$file" "$file.absent"
		is "$status" 1 "exit status"
		json_is .complete false
	done
}

@test "pagemap: in JSON all objects of an array have the same keys, null where there is nothing" {
	while read -r row; do
		# shellcheck disable=SC2086 # words of a command
		run --separate-stderr "$PAGEMAP" --json "$(at 16k-pages)" $row
		[ "$status" -ne 2 ] || fail "refused"
		json_true '[.. | arrays | map(select(type == "object") | keys) | unique | length] |
			length > 0 and all(. <= 1)'
	done <<-EOF
		vmas 300 300
		vmas -s 300
		pages 300
		pages --output-all 300
		at 300 0x10000 0x30000 0x50000 ffffffffff600000 0xffffffffffffffff
		map 300
		who pfn:0x20011 0x80048123 swap:0:1 swap:/swapfile:1 swap:0:99
		swap
		swap --by area
		decode 0x1 kpageflags:0x400 scan:1
		caps
	EOF
	run --separate-stderr "$PAGEMAP" --json who pfn:1 swap:0:1 "$PAGEMAP@0"
	json_is '[.targets[] | keys] | unique | length' 1
	# Nothing is known of an address that is in no mapping but its way.
	run --separate-stderr "$PAGEMAP" at --json "$(at 16k-pages)" 300 0x30000
	json_is '.processes[0].addresses[0] | [.mapping, .state, .class, .leaf_bytes, .frame,
		.flags, .swap_slot, .exclusive, .unknown_bits] | unique | tostring' '[null]'
	json_is '.processes[0].addresses[0].indices | length > 0' true
}
