#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What leaves the commands: hostile text made harmless in every format, formats that other programs
# can read, and an honest end when what is written does not arrive.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

# Every way to print, a line each: words of options.
vmtop_formats='--bytes
--json
--json --output-all
--csv
--tsv
-o pid,name,command,cgroup,user
-o pid,name,command,cgroup,user --csv
-o pid,name,command,cgroup,user --tsv
-o pid,name,command,cgroup,user --raw
-o pid,name,command,cgroup,user --pairs
-o mem_total_bytes,swap_used_bytes
-o time,mem_total_bytes --csv'
swapctl_formats='list
list -a
list --output-all
list --bytes
list --json
list -a --json --output-all
list --raw
list --pairs
list --csv
list --tsv
-s
-l'
pagemap_formats='100
100 --output-all
100 --json
100 --json --output-all
100 --raw
100 --pairs
100 --csv
100 --tsv
pages 100
pages 100 --json --output-all
pages 100 --csv
pages 100 --tsv
-s -A
-s -A --json --output-all
-s -A --raw
-s -A --tsv
map 100
map --ascii --width 40 100
map --json --output-all 100
map --raw 100
map --csv 100
thp 100
frames
frames --map
at 100 0x10000 0x40000
at --json 100 0x10000 0x40000'

# each_format CHECK ARGUMENT...: run every command in every format with the arguments, then CHECK.
each_format()
{
	in_formats "$VMTOP" "$vmtop_formats" "$@"
	in_formats "$SWAPCTL" "$swapctl_formats" "$@"
	in_formats "$PAGEMAP" "$pagemap_formats" "$@"
}

in_formats()
{
	local command=$1 formats=$2 check=$3 words

	shift 3
	while read -r words; do
		row="${command##*/} $words"
		# shellcheck disable=SC2086 # several words
		leniently timeout 20 "$command" $words "$@"
		$check
	done <<<"$formats"
}

# C0 but newline and tab, DEL, C1, and what turns the direction of writing or hides: by code point.
no_terminal_obeys()
{
	local controls='\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}'
	local tricks='\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}'

	is_utf8 "$output$stderr"
	! LC_ALL=C.UTF-8 grep -qP "[$controls$tricks]" <<<"$output$stderr" ||
		fail "a control character, or one that bends or hides text"
}

json_is_json()
{
	no_terminal_obeys
	[[ $row != *--json* ]] || json_true '.schema | test("^(vmtop|swapctl|pagemap)/1$")'
}

@test "hostile names reach neither terminal nor file unescaped, in any format, JSON stays JSON" {
	each_format json_is_json "$(at hostile)"
	LC_ALL=C.UTF-8 each_format json_is_json "$(at hostile)"
}

@test "escaped names can be told from each other and from what only looks like an escape" {
	quietly "$VMTOP" -o pid,name --tsv "$(at hostile)"
	has "$output" $'100\t\\x1b[2J'
	has "$output" $'101\ta\\nb\\\\c\n'
	LC_ALL=C.UTF-8 quietly "$VMTOP" -m 99 -o pid,name "$(at hostile)"
	has "$output" '\x1b[2J\x1b[31mred'
	has "$output" 'a\x0ab\c'
	has "$output" '\x9b31mC1'
	has "$output" '\xc2\x9b31mC1'
	has "$output" '\xe2\x80\xaegnp.exe'
	has "$output" '\xff\xfe\xc0\xaf\xed\xa0\x80'
	has "$output" '漢字漢字\xe6\xbc'
	has_lines "$(grep -E '^ *1[0-9][0-9] ' <<<"$output")" 15
}

@test "a name that is not UTF-8 is in JSON twice: as text, and as the bytes it is" {
	LC_ALL=C.UTF-8 quietly "$VMTOP" -m 99 -o pid,name --json "$(at hostile)"
	json_is '.processes[] | select(.pid == 105).name_hex' fffec0afeda080
	json_is '.processes[] | select(.pid == 102).name_hex' 9b33316d4331
	matches "$(json '.processes[] | select(.pid == 105).name')" '�'
	json_is '.processes[] | select(.pid == 100) | has("name_hex")' false
	json_is '.processes[] | select(.pid == 100).name' $'\e[2J\e[31mred'
	json_is '.processes[] | select(.pid == 101).name' $'a\nb\\c'
	json_is '[.areas[].name_hex // empty] | length' 2
	json_is '.areas[2].name' $'/swap\ttab\nnewline\\backslash'
	json_is '.areas[1].name' '/swap with space'
	leniently "$SWAPCTL" list --json "$(at hostile)"
	json_is '.areas[5] | .name_hex' 2f626164fffe
}

@test "a name that looks like the rest of the kernel's line moves no number" {
	quietly "$VMTOP" -m 99 --json --output-all "$(at hostile)"
	json_is '.processes | length' 15
	json_true 'all(.processes[]; .state == "S" and .major_faults == 1 and .parent_pid == 1)'
	json_true 'all(.processes[]; .start_ticks == .pid + 200)'
	json_true 'all(.processes[]; .swap_bytes == (1100 - .pid) * 1024)'
	json_is '.processes[] | select(.pid == 106).name' ') R 1 1 1 0'
	json_is '.processes[] | select(.pid == 107).name' 'a b (c) )) (('
}

@test "CSV and TSV have the same number of cells in every line, whatever the names" {
	quietly "$VMTOP" -m 99 -o pid,name,command,cgroup --tsv "$(at hostile)"
	has_lines "$output" 16
	is "$(awk -F '\t' '{ print NF }' <<<"$output" | sort -u)" 4 "cells"
	quietly "$VMTOP" -m 99 -o pid,name,command,cgroup --csv "$(at hostile)"
	has_lines "$output" 16
	has "$output" '"""quote'"',comma\""
	is "$(awk -F , '{ gsub(/"([^"]|"")*"/, ""); print NF }' <<<"$output" | sort -u)" 4 "cells"
}

lives_and_says_why()
{
	json_is_json
	! grep -qiE '(^|[^a-z])((nan|inf)([^a-z]|$)|-1844|18446744073709551)' <<<"$output" ||
		fail "a number that is none"
}

@test "broken and absurd trees give no crash, no endless line, and JSON all the same" {
	pagemap_formats=${pagemap_formats//100/13}
	each_format lives_and_says_why "$(at broken)"
	pagemap_formats=${pagemap_formats//13/4194304}
	each_format lives_and_says_why "$(at absurd)"
}

@test "vmtop: what is no number is absent, never 0, and one line for each source says where" {
	local key source

	leniently "$VMTOP" --json "$(at broken)"
	for key in mem_available_bytes shmem_bytes file_bytes swap_in_pages_per_second \
		swap_out_pages_per_second major_faults_per_second evicted_anon_pages_per_second \
		refaulted_file_pages_per_second scanned_direct_pages_per_second \
		pressure_memory_some_avg10_percent pressure_io_some_avg10_percent \
		pressure_cpu_some_avg10_percent; do
		echo "$key -"
	done | numbers_are .system
	json_is .areas null
	json_is .host.kernel null
	json_is .system.compact_stalls_per_second 5
	json_is .system.mem_total_bytes $((24683620 * 1024))
	json_is '.processes[] | select(.pid == 13).swap_bytes' $((48 * 1024))
	json_true 'all(.processes[]; .pid == 13 or .swap_bytes == null and .rss_bytes == null)'
	for source in meminfo vmstat swaps pressure/memory pressure/io; do
		is "$(grep -c "proc/$source" <<<"$stderr")" 1 "lines about $source"
	done
	matches "$(grep meminfo <<<"$stderr")" '^vmtop: .*/proc/meminfo:[0-9]+: [a-z]'
	leniently "$VMTOP" "$(at broken)"
	matches "$output" 'available -'
	matches "$output" 'major faults -'
}

@test "where stdout and stderr are one, complaints stand before or behind a JSON document" {
	for row in "$PAGEMAP --json $$ 4194303 $$" "$SWAPCTL --json $(at broken)" \
		"$VMTOP --json $(at broken)"; do
		run bash -c "$row 2>&1"
		grep -q '^[a-z]*: ' <<<"$output" || fail "no complaint"
		output=$(grep -v '^[a-z]*: ' <<<"$output")
		json_true '.schema | endswith("/1")'
	done
}

@test "a reader that has enough ends the command without a word" {
	local ignoring

	for row in "$VMTOP -b -d 0.01" "$VMTOP -b -d 0.01 --json" "$VMTOP -b -d 0.01 --csv" \
		"$VMTOP --list-fields" "$VMTOP --help" "$SWAPCTL $(at many-areas)" \
		"$PAGEMAP --list-fields" "$PAGEMAP $$" "$PAGEMAP --json $$"; do
		for ignoring in '' "trap '' PIPE;"; do
			run timeout 20 bash -c "$ignoring { $row 2>&3 | head -c 1 >/dev/null; } 3>&1
				exit \${PIPESTATUS[0]}"
			forget_estimates
			is "$output" "" "words on stderr"
			[ "$status" -eq 0 ] || [ "$status" -eq 141 ] || fail "exit status $status"
		done
	done
}

@test "output that cannot be written is a failure with a message, of all that the commands print" {
	local words closed many

	many=$(at many-areas)
	for words in "$VMTOP -n 1 -d 0.05" "$VMTOP -n 1 -d 0.05 --json" "$VMTOP --csv -b -d 0.05" \
		"$VMTOP --help" "$VMTOP --version" "$VMTOP --list-fields" "$VMTOP --print-options" \
		"$SWAPCTL --help" "$SWAPCTL --version" "$SWAPCTL --list-fields" "$SWAPCTL $many" \
		"$SWAPCTL --json" "$SWAPCTL -s" "$SWAPCTL -l $many" "$PAGEMAP --help" \
		"$PAGEMAP --list-fields" "$PAGEMAP --version" "$PAGEMAP $$" "$PAGEMAP --json $$" \
		"$PAGEMAP --csv $$"; do
		for closed in /dev/full '&-'; do
			row="$words >$closed"
			run timeout 20 bash -c "{ $words; } 2>&1 >$closed | cat
				exit \${PIPESTATUS[0]}"
			is "$status" 1 "exit status"
			forget_estimates
			matches "$output" '^(vmtop|swapctl|pagemap): '
			has_lines "$output" 1
			has_not "$output" Success
		done
	done
}

@test "a command without stderr or stdin works, and writes its complaints nowhere else" {
	for row in "$VMTOP --sysroot $(fixture no-psi)" "$SWAPCTL --sysroot $(fixture broken)"; do
		run bash -c "$row 2>&-"
		has_not "$output" 'no pressure'
		run bash -c "$row <&- 2>&-"
		[ "$status" -le 1 ] || fail "exit status $status"
	done
	run bash -c "$VMTOP --nonsense 2>&-"
	is "$status $output" '2 '
}

@test "nothing is coloured, cut or bent to the terminal's width when there is no terminal" {
	local wide

	wide=$(COLUMNS=400 "$SWAPCTL" "$(at many-areas)")
	is "$(COLUMNS=20 "$SWAPCTL" "$(at many-areas)")" "$wide"
	has "$wide" /srv/a-name-that-is-longer-than-the-forty-columns-of-the-kernel
	wide=$("$VMTOP" "$(at swap-storm)")
	is "$(COLUMNS=20 TERM=xterm "$VMTOP" "$(at swap-storm)")" "$wide"
	is_plain "$wide"
}
