#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swapctl on captured trees: what is active, what is configured, and the letters of the BSD command.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

# A swap area of KIB KiB with a label, as mkswap makes it, at a place in a captured tree.
make_area() # FILE KIB LABEL UUID
{
	require_command mkswap
	truncate -s "${2}K" "$1"
	chmod 600 "$1"
	mkswap -q -L "$3" -U "$4" "$1" >/dev/null
}

@test "swapctl: a line for each active area with its true name, and a total" {
	quietly "$SWAPCTL" "$(at many-areas)"
	has_lines "$output" 30
	matches "$(head -n 1 <<<"$output")" '^NAME +TYPE +SIZE +USED +PRIO +STATE +BOOT$'
	matches "$output" $'\n/srv/swap00 +file +1020K +0 +-2 +active +-\n'
	matches "$output" $'\n/srv/swap27 +file +1020K +108K +73 +active +-\n'
	matches "$output" $'\ntotal .* +27.9M +1.5M'
	is "$("$SWAPCTL" list "$(at many-areas)")" "$output" "list, if no word says otherwise"
	quietly "$SWAPCTL" --json "$(at many-areas)"
	json_is .schema swapctl/1
	is "$(json '[.areas[3:15][] | .name]' | jq -c .)" '["/srv/swap with spaces",'\
'"/srv/real name (deleted)","/dev/loop7","/dev/dm-1","/dev/zram3","/dev/loop2",'\
'"/srv/back\\slash","/srv/new\nline","/srv/tab\t","/srv/quote\"",'\
'"/srv/a-name-that-is-longer-than-the-forty-columns-of-the-kernel","/srv/octal\\040"]'
	json_is '[.areas[4:9][] | .type] | join(" ")' 'file loop partition zram loop'
	json_is '.totals | "\(.size_bytes) \(.used_bytes)"' \
		"$((28 * 1020 * 1024)) $((28 * 27 * 2 * 1024))"
	quietly "$SWAPCTL" -o name,deleted --tsv --noheadings "$(at many-areas)"
	is "$(grep -c 'true$' <<<"$output")" 1 "deleted nodes"
	has "$output" $'/dev/loop7\ttrue'
}

@test "swapctl: what is behind a zram device, as the kernel counts it" {
	local stored used

	read -r stored _ used _ <"$(fixture zram)/sys/block/zram1/mm_stat"
	quietly "$SWAPCTL" --json -o name,memory_bytes,ratio,state "$(at zram)"
	json_is '.areas[] | select(.name == "/dev/zram1") | "\(.memory_bytes) \(.state)"' \
		"$used active"
	json_true "[.areas[] | select(.name == \"/dev/zram1\") | .ratio] ==
		[($stored / $used * 100 | round) / 100]"
	quietly "$SWAPCTL" --json -o memory_bytes,ratio,reachable,mode "$(at many-areas)"
	json_true '[.areas[] | .reachable, .mode] | all(. == null)'
}

@test "swapctl: machines without swap, and kernels that do not say, are not taken for each other" {
	local tree

	quietly "$SWAPCTL" "$(at idle)"
	is "$output" 'no swap configured'
	quietly "$SWAPCTL" --json "$(at idle)"
	json_is '.areas | tostring' '[]'
	json_is '.totals.size_bytes' 0
	quietly "$SWAPCTL" --noheadings "$(at idle)"
	is "$output" ''
	# What fstab names and is not active is told beside the same words, not in their place.
	tree=$(spoilable idle)
	mkdir -p "$tree/etc"
	printf '/one none swap sw 0 0\n/two none swap noauto 0 0\n' >"$tree/etc/fstab"
	run --separate-stderr "$SWAPCTL" --sysroot "$tree"
	is "$status $output" '0 no swap configured'
	is "$stderr" 'swapctl: fstab has swap lines, but none is active; --all shows them'
	quietly "$SWAPCTL" --json --sysroot "$tree"
	for row in -l -s; do
		quietly "$SWAPCTL" $row --sysroot "$tree"
		is "$output" 'no swap configured'
	done
	tree=$(spoilable idle)
	rm "$tree/proc/swaps"
	run --separate-stderr "$SWAPCTL" --json --sysroot "$tree"
	is "$status" 1 "exit status"
	has_lines "$stderr" 1
	json_is .areas null
	json_is .totals.size_bytes null
	run --separate-stderr "$SWAPCTL" --sysroot "$tree"
	is "$status $output" '1 '
}

@test "swapctl: areas are matched to the lines of fstab that activate them, -a shows the others" {
	run --separate-stderr "$SWAPCTL" --json "$(at configured)"
	is "$status" 0 "exit status"
	json_is '.areas[] | "\(.name) \(.state) \(.boot)"' \
		$'/swap one active fstab\n/by-hand active null'
	run --separate-stderr "$SWAPCTL" -a --output-all --json "$(at configured)"
	is "$status" 0 "exit status"
	has "$stderr" "swapctl: $(fixture configured)/etc/fstab:8: "
	is "$(grep -c fstab: <<<"$stderr")" 1 "words about fstab"
	json_is '[.areas[] | .spec // "-"] | join(" ")' "/swap one - /swap-two \
UUID=00112233-4455-6677-8899-aabbccddeeff LABEL=spare /swap-three"
	json_is '[.areas[] | .boot_priority // "-" | tostring] | join(" ")' '5 - - - 7 -'
	json_is '[.areas[] | .boot // "-"] | join(" ")' 'fstab - noauto fstab fstab fstab'
	json_is '[.areas[] | .used_bytes // "-" | tostring] | join(" ")' '67108864 0 - - - -'
	# Totals are of what is active.
	json_is '.totals | "\(.size_bytes) \(.used_bytes)"' \
		"$(((1048572 + 524284) * 1024)) $((65536 * 1024))"
	json_true '.areas | map(select(.state == "active")) | length == 2'
}

@test "swapctl: what a header says of an area is shown, and a tag is found in it" {
	local tree uuid=00112233-4455-6677-8899-aabbccddeeff

	tree=$(spoilable configured)
	make_area "$tree/swap one" 64 first $uuid
	make_area "$tree/swap-two" 128 $'e\e[2J\xff' 00000000-0000-4000-8000-000000000002
	run --separate-stderr "$SWAPCTL" -a --output-all --json --sysroot "$tree"
	is "$status" 0 "exit status"
	json_is '.areas[0] | "\(.label) \(.uuid) \(.page_size_bytes)"' "first $uuid 4096"
	json_is '.areas[2] | "\(.name) \(.size_bytes) \(.state) \(.label_hex)"' \
		"/swap-two $((124 * 1024)) inactive 651b5b324aff"
	# The UUID of the third line is that of the first area: it is active already.
	json_is '[.areas[] | .spec // "-"] | join(" ")' \
		'/swap one - /swap-two LABEL=spare /swap-three'
	# A size of an active area is the kernel's, whatever the header says.
	json_is '.areas[0].size_bytes' $((1048572 * 1024))
	run --separate-stderr "$SWAPCTL" -a -o name,label --sysroot "$tree"
	is_plain "$output"
}

# without_privilege COMMAND...: root is refused what the mode of a file does not grant to it.
without_privilege()
{
	[ "$(id -u)" -eq 0 ] || {
		"$@"
		return
	}
	require_command setpriv
	setpriv --inh-caps=-dac_override,-dac_read_search \
		--bounding-set=-dac_override,-dac_read_search "$@"
}

@test "swapctl: a header that may not be read is named with the reason, and root not sent to root" {
	local tree advice='; run as root'

	[ "$(id -u)" -ne 0 ] || advice=''
	tree=$(spoilable configured)
	make_area "$tree/swap one" 64 first 00112233-4455-6677-8899-aabbccddeeff
	chmod 0 "$tree/swap one"
	run --separate-stderr without_privilege "$SWAPCTL" -o name,label --tsv --sysroot "$tree"
	is "$status" 0 "exit status"
	has "$output" $'/swap one\t\n'
	has "$stderr" "swapctl: $tree/swap one: header not readable: Permission denied"$'\n'
	has "$stderr"$'\n' "what LABEL= and UUID= in fstab mean$advice"$'\n'
}

@test "swapctl: --fstab reads another file, and a broken one gives a line for each fault" {
	local table=$BATS_TEST_TMPDIR/table

	printf '/else\\040where none swap sw,pri=3 0 0\nnonsense\n' >"$table"
	run --separate-stderr "$SWAPCTL" -a --fstab "$table" -o name,boot_priority --tsv
	is "$status" 0 "exit status"
	has "$output" $'/else where\t3'
	has "$stderr" "$table:2: "
	run --separate-stderr "$SWAPCTL" -a --fstab "$BATS_TEST_TMPDIR/none"
	is "$status" 1 "exit status for a table that is not there"
	has "$stderr" "$BATS_TEST_TMPDIR/none: "
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	run --separate-stderr timeout 10 "$SWAPCTL" -a --fstab "$BATS_TEST_TMPDIR/fifo"
	is "$status" 1 "exit status for a fifo"
	leniently "$SWAPCTL" -a --json "$(at broken)"
	json_true '.schema == "swapctl/1" and all(.areas[]; .state == null and .used_bytes == null)'
	has "$stderr" /proc/swaps
}

@test "swapctl: rows are sorted, chosen and written in every format" {
	quietly "$SWAPCTL" --sort priority -o name --noheadings --csv "$(at many-areas)"
	is "$(sed -n '1p;8,9p;28p' <<<"$output" | xargs)" \
		'/srv/swap20 /srv/swap27 /srv/swap00 /srv/swap19'
	quietly "$SWAPCTL" --sort name -o name,used --noheadings --csv "$(at many-areas)"
	is "$(head -n 2 <<<"$output" | xargs)" '/dev/dm-1,24576 /dev/loop2,32768'
	quietly "$SWAPCTL" -o name,size,priority --raw "$(at many-areas)"
	is "$(sed -n 1,2p <<<"$output")" $'NAME SIZE PRIO\n/srv/swap00 1044480 -2'
	has "$output" $'\n/srv/swap\\x20with\\x20spaces 1044480 -5\n'
	quietly "$SWAPCTL" -o name,size --pairs "$(at many-areas)"
	is "$(head -n 1 <<<"$output")" 'NAME="/srv/swap00" SIZE="1044480"'
	quietly "$SWAPCTL" -o name,size --csv "$(at many-areas)"
	has "$output" $'\n"/srv/quote""",1044480\n'
	quietly "$SWAPCTL" -o name,size --tsv "$(at many-areas)"
	has "$output" $'\n/srv/back\\\\slash\t1044480\n'
	quietly "$SWAPCTL" --bytes "$(at zram)"
	matches "$output" $'\n/dev/zram1 +zram +268431360 +62914560 +100 +active +-'
}

@test "swapctl: -s, -l and -q answer as the command of the BSDs does" {
	quietly "$SWAPCTL" -s "$(at zram)"
	is "$output" 'total: 262140K bytes allocated = 61440K used, 200700K available'
	quietly "$SWAPCTL" -s "$(at idle)"
	is "$output" 'no swap configured'
	quietly "$SWAPCTL" -l "$(at zram)"
	is "$output" 'Device      512-blocks     Used    Avail Capacity  Priority
/dev/zram1      524280   122880   401400      23%  100'
	quietly "$SWAPCTL" -l "$(at many-areas)"
	has_lines "$output" 30
	matches "$(tail -n 1 <<<"$output")" "^Total +$((28 * 2040)) +3024 +54096 +5%"
	quietly "$SWAPCTL" -l "$(at idle)"
	is "$output" 'no swap configured'
	quietly "$SWAPCTL" -q "$(at zram)"
	is "$output" ''
	run --separate-stderr "$SWAPCTL" -q "$(at idle)"
	is "$status$output$stderr" 1
	for row in '-s -l' '-s --json' '-q -o name' 'list -s' '-l x'; do
		# shellcheck disable=SC2086 # several words
		refused 2 "$SWAPCTL" $row
	done
}

@test "swapctl: a size below 0 is an operand and no option, and each subcommand has its letters" {
	local row

	for row in 'resize /no/such/file -1G' 'resize /no/such/file -1' \
		'resize -v /no/such/file -1G' 'resize -- /no/such/file -1G' \
		'-v resize --dry-run /no/such/file +1G'; do
		# shellcheck disable=SC2086 # words
		refused 5 "$SWAPCTL" --no-lock $row
	done
	for row in 'resize -5' 'create -s 1x /no' '-5' 'list -s 1G' 'create -s 1G' \
		'create -l 1G /no' 'prio /no 32768' 'prio /no -1' 'on' 'on --all /no' \
		'off --raw /no' 'create -s 0 /a /b'; do
		# shellcheck disable=SC2086
		refused 2 "$SWAPCTL" $row
	done
}

@test "swapctl: an operand that is empty, as from a variable that is not set, is no directory" {
	local row

	for row in rm off show check persist unpersist format 'create -s 1M' 'resize /x' \
		'prio /x'; do
		# shellcheck disable=SC2086 # words
		refused 2 "$SWAPCTL" $row ''
		has "$stderr" 'an operand is empty'
	done
}

@test "swapctl check: a captured tree has no kernel to ask, but its fstab can be wrong" {
	local tree

	tree=$(spoilable idle)
	mkdir -p "$tree/etc"
	printf '%s none swap %s 0 0\n' /one sw /two nofail /one sw /two noauto /four sw,nofail \
		>"$tree/etc/fstab"
	: >"$tree/two"
	run --separate-stderr "$SWAPCTL" check --sysroot "$tree"
	is "$status" 1
	is "$output" "/one: fstab activates it at boot, and it is not there
  try: swapctl unpersist, or the option nofail
/two: fstab has 2 lines for it
  try: swapctl persist, which leaves one"
	has "$stderr" 'a captured tree has no kernel to ask: only fstab is checked'
	run --separate-stderr "$SWAPCTL" check --json --sysroot "$tree"
	json_is '.schema' swapctl/1
	json_is '[.checks[] | "\(.name) \(.kernel) \(.problems[].problem)"] | join(", ")' \
		'/one null missing, /two null duplicate-line'
	run --separate-stderr "$SWAPCTL" check --quiet --sysroot "$tree" /four
	is "$status" 0
	is "$output" ''
	: >"$tree/etc/fstab"
	run --separate-stderr "$SWAPCTL" check --sysroot "$tree"
	is "$status $output" '0 no swap configured'
	refused 5 "$SWAPCTL" check /nowhere/to/be/found
}
