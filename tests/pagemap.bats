#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap on captured page tables, whose every entry is known (fixtures/README.md), and on itself.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

teardown()
{
	undo_all
}

@test "pagemap: each mapping has its pages by what is behind them, of 16 KiB each" {
	local mapping='.address, .size_bytes, .ram_bytes, .anon_bytes, .file_bytes'
	local behind='.swap_bytes, .none_bytes, .guard_bytes, .uffd_wp_bytes, .poison_bytes'
	local page=16384

	quietly "$PAGEMAP" --output-all --json "$(at 16k-pages)" 300
	json_is '"\(.schema) \(.processes | length)"' 'pagemap/1 1'
	json_is '.processes[0] | "\(.pid) \(.name) \(.complete)"' '300 database true'
	is "$(json ".processes[0].mappings[] | [$mapping] | join(\" \")")" \
		"0x10000 $((4 * page)) $((4 * page)) 0 $((4 * page))
0x40000 $((16 * page)) $((5 * page)) $((5 * page)) 0
0x80000 $((8 * page)) $((2 * page)) 0 $((2 * page))
0xa0000 $((8 * page)) 0 0 0"
	is "$(json ".processes[0].mappings[] | [$behind] | join(\" \")")" "0 0 0 0 0
$((3 * page)) $((4 * page)) $page $page $page
0 $((6 * page)) 0 0 0
0 $((8 * page)) 0 0 0"
	json_is '[.processes[0].mappings[].exclusive_bytes] | map(. / 16384) | tostring' '[1,4,1,0]'
	json_is '.processes[0].mappings[1].migrating_bytes' $page
	json_is '.processes[0].total | "\(.size_bytes) \(.ram_bytes) \(.swap_bytes)"' \
		"$((36 * page)) $((11 * page)) $((3 * page))"
	json_is '.processes[0].mappings[2].name' '/dev/shm/pool\012two (deleted)'
}

@test "pagemap: the table has a heading, a line for each mapping, and a total" {
	quietly "$PAGEMAP" "$(at 16k-pages)" 300
	has_lines "$output" 7
	matches "$(sed -n 1p <<<"$output")" '^PID 300 database +mapped 576K +ram 176K +swap 48K$'
	matches "$(sed -n 2p <<<"$output")" '^ *ADDRESS +SIZE +RAM'
	matches "$(sed -n 4p <<<"$output")" '40000 +256K +80K +80K +0 +- +48K +64K rw-p \[heap\]$'
	matches "$(sed -n 7p <<<"$output")" '^ *total +576K +176K +80K +96K +- +48K +288K'
	is "$("$PAGEMAP" vmas "$(at 16k-pages)" 300)" "$output" "the mode is vmas if none is named"
	quietly "$PAGEMAP" --bytes "$(at 16k-pages)" 300
	has "$output" "$((11 * 16384))"
}

@test "pagemap: rows are sorted, chosen and written in every format" {
	quietly "$PAGEMAP" --sort ram_bytes -o name,ram --noheadings --tsv "$(at 16k-pages)" 300
	is "$output" $'[heap]\t81920\n/usr/bin/database\t65536
/dev/shm/pool\\\\012two (deleted)\t32768\n\t0'
	quietly "$PAGEMAP" -o pid,address,ram_bytes --csv "$(at 16k-pages)" 300 300
	has_lines "$output" 9
	is "$(sed -n 1,2p <<<"$output")" $'pid,address,ram_bytes\n300,0x10000,65536'
	quietly "$PAGEMAP" -o ADDRESS,PERM --raw --noheadings "$(at 16k-pages)" 300
	is "$(head -n 1 <<<"$output")" '0x10000 r-xp'
	quietly "$PAGEMAP" -o ADDRESS,PERM --pairs "$(at 16k-pages)" 300
	is "$(head -n 1 <<<"$output")" 'ADDRESS="0x10000" PERM="r-xp"'
}

# on_terminal COLUMNS LOCALE COMMAND...: what it writes to a terminal, without carriage returns.
on_terminal()
{
	local columns=$1 locale=$2

	shift 2
	require_command script
	script -qec "stty cols $columns && exec env LC_ALL=$locale$(printf ' %q' "$@")" /dev/null \
		</dev/null | tr -d '\r'
}

@test "pagemap: on a narrow terminal a name keeps its end, and elsewhere all of it" {
	local whole

	whole=$("$PAGEMAP" "$(at 16k-pages)" 300)
	is "$(COLUMNS=60 "$PAGEMAP" "$(at 16k-pages)" 300)" "$whole" "no terminal"
	is "$(on_terminal 200 C "$PAGEMAP" "$(at 16k-pages)" 300)" "$whole" "a wide terminal"
	output=$(on_terminal 65 C.UTF-8 "$PAGEMAP" "$(at 16k-pages)" 300)
	has "$output" ' rw-s …012two (deleted)'$'\n'
	matches "$output" '\[heap\]'
	output=$(on_terminal 65 C "$PAGEMAP" "$(at 16k-pages)" 300)
	has "$output" ' rw-s ...2two (deleted)'$'\n'
	is "$(awk 'length > 65' <<<"$output")" '' 'wider than the terminal'
	# The names are sorted as they are, not as they are shown.
	output=$(on_terminal 24 C "$PAGEMAP" -o name,ram --sort name "$(at 16k-pages)" 300)
	matches "$output" $'\n\\.\\.\\..*two \\(deleted\\) +32K\n/usr/bin/database '
}

@test "pagemap: flags and causes have no end to be known by, and are not cut" {
	local words=(decode 9f00000000000001 kpageflags:400005828)

	is "$(on_terminal 60 C "$PAGEMAP" "${words[@]}")" "$("$PAGEMAP" "${words[@]}")"
	words=(caps --disable scan)
	is "$(on_terminal 60 C "$PAGEMAP" "${words[@]}")" "$("$PAGEMAP" "${words[@]}")"
}

@test "pagemap: columns without an end stand below each other, whatever script a name is in" {
	local tree

	tree=$(spoilable 16k-pages)
	sed -i 's|/usr/bin/database|/usr/größe/数|' "$tree/proc/300/maps"
	LC_ALL=C.UTF-8 quietly "$PAGEMAP" pages -o name,permissions --sysroot "$tree" 300
	is "$(grep -F größe <<<"$output" | head -n 1)" '/usr/größe/数 r-xp'
	sed -i 's|/usr/größe/数|/ö/数|' "$tree/proc/300/maps"
	LC_ALL=C.UTF-8 quietly "$PAGEMAP" pages -o name,permissions --sysroot "$tree" 300
	is "$(grep -F /数 <<<"$output" | head -n 1)" '/ö/数     r-xp'
	LC_ALL=C quietly "$PAGEMAP" pages -o name,permissions --sysroot "$tree" 300
	has "$output" $'\n/\\xc3\\xb6/\\xe6\\x95\\xb0 r-xp\n'
}

# at_is ADDRESS EXPECTED: state, frame, swap type and slot, unknown bits, and what else is set.
at_is()
{
	local row=$1 numbers='.state, .frame, .swap_type, .swap_slot, .unknown_bits'
	local flags='(to_entries[] | select(.value == true).key)'

	quietly "$PAGEMAP" at --json "$(at 16k-pages)" 300 "$1"
	json_is ".processes[0].addresses[0] | [$numbers, $flags] |
		map(. // \"-\" | tostring) | join(\" \")" "$2"
}

@test "pagemap at: every kind of entry is told for what it is" {
	at_is 0x10000 'ram 0x10004 - - 0x0 file'
	at_is 0x14000 'ram 0x10005 - - 0x0 file exclusive'
	at_is 0x43fff 'ram 0x20010 - - 0x0 exclusive'
	at_is 0x44000 'ram 0x20011 - - 0x0 exclusive soft_dirty'
	at_is 0x4c000 'none - - - 0x0'
	at_is 0x50000 'swap - 0 1 0x0'
	at_is 0x54000 "swap - 1 $((0x123456)) 0x0"
	at_is 0x58000 'guard - - - 0x0'
	at_is 0x5c000 'uffd-wp - - - 0x0 uffd_wp'
	at_is 0x60000 'poison - - - 0x0'
	at_is 0x64000 'migrating - - - 0x0'
	at_is 0x68000 'ram 0x2001a - - 0x0 exclusive uffd_wp'
	at_is 0x6c000 'ram 0x2001b - - 0x800000000000000 exclusive'
	at_is 0x70000 'swap - 0 2 0x0 soft_dirty'
}

@test "pagemap at: the way of an address through the page table, at 16 KiB and at 4 KiB" {
	quietly "$PAGEMAP" at --json "$(at 16k-pages)" 300 0x54321
	json_is '.processes[0].addresses[0].page_offset_bytes' $((0x321))
	json_is '.processes[0].addresses[0].indices[-1] |
		"\(.level) \(.index) \(.high_bit) \(.low_bit)"' 'PTE 21 24 14'
	json_is '.processes[0].addresses[0].mapping | "\(.address) \(.end_address) \(.name)"' \
		'0x40000 0x80000 [heap]'
	quietly "$PAGEMAP" at --json "$(at hostile)" 100 0x40abc
	json_is '.processes[0].addresses[0] |
		"\(.levels) \(.page_offset_bytes) \(.physical_address)"' "4 $((0xabc)) 0x2000abc"
	json_is '.processes[0].addresses[0].indices | map("\(.level) \(.index)") | join(" ")' \
		'PGD 0 PUD 0 PMD 0 PTE 64'
	quietly "$PAGEMAP" at "$(at hostile)" 100 0x40abc
	has "$output" 'PHYS 0x2000abc'
	matches "$output" 'in RAM, anonymous, (not )?exclusively mapped'
	has "$output" 'folded'
}

@test "pagemap at: an address as maps prints it needs no 0x, one that could be decimal does" {
	for row in 00010000 0x10000 0000000000010000 0X10000; do
		quietly "$PAGEMAP" at --json "$(at 16k-pages)" 300 "$row"
		json_is '.processes[0].addresses[0] | "\(.address) \(.frame)"' '0x10000 0x10004'
	done
	for row in - 00010000; do
		quietly "$PAGEMAP" at --json "$(at 16k-pages)" database "$row" <<<00010000
		json_is '.processes[0].addresses[0] | "\(.address) \(.frame)"' '0x10000 0x10004'
	done
	for row in 0010000 10000 65536 00010000h 0000-0000 +0010000 1ffffffffffffffff; do
		refused 2 "$PAGEMAP" at "$(at 16k-pages)" 300 "$row"
		has "$stderr" "'$row': address expected"
		has "$stderr" 'has 8 digits'
	done
}

@test "pagemap at: several addresses, one of them in no mapping, are all answered" {
	run --separate-stderr "$PAGEMAP" at --json "$(at 16k-pages)" 300 0x10000 0x30000 0x50000
	is "$status" 1 "exit status"
	has_lines "$stderr" 1
	has "$stderr" 'pagemap: 0x30000: '
	json_is '.processes[0].addresses | map(.state // "-") | join(" ")' 'ram - swap'
	has_not "$output" '"mapping":{}'
	# The upper end of the kernel's half is an address like any other.
	run --separate-stderr "$PAGEMAP" at "$(at 16k-pages)" 300 0xffffffffffffffff
	is "$status" 1 "exit status"
}

@test "pagemap at: addresses from standard input are answered one by one, bad lines told" {
	local answer

	run --separate-stderr "$PAGEMAP" at --json "$(at 16k-pages)" 300 \
		< <(printf '0x50000\n\n0x30000\nx\0y\n0x54000 \n\e[2J\n0x58000')
	is "$status" 1 "exit status"
	json_is '.processes[0] | "\(.complete) \(.addresses | map(.state // "-") | join(" "))"' \
		'true swap - guard'
	json_is .complete false
	is "$stderr" "pagemap: standard input:2: '': hexadecimal address expected
pagemap: 0x30000: not in a mapping of process 300
pagemap: standard input:4: 'x': hexadecimal address expected
pagemap: standard input:5: '0x54000 ': hexadecimal address expected
pagemap: standard input:6: '\\x1b[2J': hexadecimal address expected"
	quietly "$PAGEMAP" at "$(at 16k-pages)" 300 </dev/null
	is "$output" ''
	# Who waits for an answer before asking again gets one.
	coproc ASKED { "$PAGEMAP" at "$(at 16k-pages)" 300; }
	undo_later end_process "$ASKED_PID"
	for row in 0x50000 0x58000; do
		echo $row >&"${ASKED[1]}"
		answer=
		until [[ $answer == PAGE* ]]; do
			read -r -t 60 answer <&"${ASKED[0]}" || fail "no answer"
		done
	done
	is "$answer" 'PAGE  guard page: an access ends in SIGSEGV'
}

@test "pagemap: a page table that ends too soon leaves its mappings absent, and is incomplete" {
	local tree

	tree=$(spoilable 16k-pages)
	truncate -s $((44 * 8)) "$tree/proc/300/pagemap"
	run --separate-stderr "$PAGEMAP" --json --sysroot "$tree" 300
	is "$status" 1 "exit status"
	has_lines "$stderr" 1
	has "$stderr" incomplete
	json_is '.processes[0].complete' false
	json_is '.processes[0].mappings[3].ram_bytes' null
	json_is '.processes[0].mappings[1].ram_bytes' $((5 * 16384))
	rm "$tree/proc/300/pagemap"
	run --separate-stderr "$PAGEMAP" --json --sysroot "$tree" 300
	is "$status" 1 "exit status"
	has_lines "$stderr" 1
	json_is '[.processes[0].mappings[] | .ram_bytes] | unique | tostring' '[null]'
	json_is '.processes[0].total.ram_bytes' null
}

@test "pagemap: a process that is not there, or has no memory, does not stop the others" {
	run --separate-stderr "$PAGEMAP" --csv "$(at 16k-pages)" 4000000 300 1
	is "$status" 1 "exit status"
	has_lines "$output" 5
	has "$stderr" 'pagemap: 4000000: no such process'
	has_lines "$stderr" 2
	refused 1 "$PAGEMAP" 4194304
	has_lines "$stderr" 1
	refused 1 "$PAGEMAP" "$(at swap-storm)" 45
	has_lines "$stderr" 1
}

is_a_sleep()
{
	[ "$(cat "/proc/$1/comm")" = sleep ]
}

@test "pagemap: a process that may not be looked into is refused with the right that is missing" {
	local pid=1 drop=-sys_ptrace,-sys_admin,-perfmon # newer kernels take the last two as well

	if [ "$(id -u)" -eq 0 ]; then
		require_command setpriv
		setpriv --reuid=65534 --regid=65534 --clear-groups sleep 60 3>&- &
		pid=$!
		undo_later end_process $pid
		await is_a_sleep $pid || fail "no sleep"
		refused 1 setpriv --inh-caps=$drop --bounding-set=$drop "$PAGEMAP" $pid
	else
		refused 1 "$PAGEMAP" $pid
	fi
	matches "$stderr" '^pagemap: [0-9]+: page table: permission denied; needs ptrace rights'
	has_lines "$stderr" 1
	has "$stderr" ' over the process (CAP_SYS_PTRACE, and of another user CAP_DAC_READ_SEARCH)'
}

@test "pagemap: of the shell that runs it it sees every mapping, and what adds up adds up" {
	local mappings

	quietly_or_hidden bash -c '"$PAGEMAP" --output-all --json $$; exit'
	json_true '.processes[0] | .complete and (.mappings | length) > 5'
	json_true '.processes[0].total as $total | .processes[0].mappings |
		(map(.size_bytes) | add) == $total.size_bytes and
		(map(.ram_bytes // 0) | add) == $total.ram_bytes'
	json_true 'all(.processes[0].mappings[]; .ram_bytes == null or
		.anon_bytes + .file_bytes == .ram_bytes and
		.ram_bytes + .swap_bytes + .none_bytes + .guard_bytes + .uffd_wp_bytes +
			.poison_bytes + .migrating_bytes == .size_bytes)'
	mappings=$(json '.processes[0].mappings[] | "\(.address) \(.permissions)"')
	has "$mappings" r-xp
	# The headings of what is written as it is found stand above their columns.
	quietly_or_hidden "$PAGEMAP" pages -n '[stack]' -o address,size $$
	is "${#lines[0]}" "${#lines[1]}"
}

# As root nothing is hidden; others are told that frames and slots are.
quietly_or_hidden()
{
	leniently "$@"
	is "$status" 0 "exit status"
	[ -z "$stderr" ] || has "$stderr" CAP_SYS_ADMIN
}

@test "pagemap decode: words of three kinds are told bit by bit, and nothing is read for it" {
	local line

	while read -r word line; do
		row=$word
		quietly "$PAGEMAP" decode --csv --noheadings "$word"
		is "$output" "$line"
	done <<'EOF'
0 pagemap,0x0,none,,,,0x0,""
0x8180000000123456 pagemap,0x8180000000123456,ram,0x123456,,,0x0,"soft-dirty,exclusive,present"
0xa000000000000000 pagemap,0xa000000000000000,ram,,,,0x0,"file,present"
0x4000000000000041 pagemap,0x4000000000000041,swap,,1,2,0x0,swap
0x440000000000009f pagemap,0x440000000000009f,guard,,,,0x0,"guard,swap"
pagemap:0x420000000000003f pagemap,0x420000000000003f,uffd-wp,,,,0x0,"uffd-wp,swap"
0x400000000000005f pagemap,0x400000000000005f,poison,,,,0x0,swap
0x400000000000009e pagemap,0x400000000000009e,migrating,,,,0x0,swap
0x4000000000000000 pagemap,0x4000000000000000,hidden,,,,0x0,swap
0x9800000000000001 pagemap,0x9800000000000001,ram,0x1,,,0x1800000000000000,present
kpageflags:0x400 kpageflags,0x400,,,,,0x0,buddy
kpageflags:0x400001000 kpageflags,0x400001000,,,,,0x0,"anonymous,anon_exclusive"
kpageflags:0x400000200 kpageflags,0x400000200,,,,,0x0,"readahead,owner_2"
kpageflags:0x8000000000000001 kpageflags,0x8000000000000001,,,,,0x8000000000000000,"locked,bit63"
scan:0x1ff scan,0x1ff,,,,,0x0,"wpallowed,written,file,present,swapped,pfnzero,huge,soft-dirty,guard"
EOF
	quietly "$PAGEMAP" decode --json 0xffffffffffffffff
	json_is '.words[0] | "\(.word) \(.state)"' '0xffffffffffffffff ram'
	for word in x 12x kpagecount:1 : 0x10000000000000000 ''; do
		row=$word
		refused 2 "$PAGEMAP" decode "$word"
	done
	refused 2 "$PAGEMAP" decode
}

@test "pagemap caps: every facility is there, or it is said what is missing" {
	quietly "$PAGEMAP" caps --json
	json_true '(.facilities | length) == 11 and
		all(.facilities[]; .available == (.why == null))'
	quietly "$PAGEMAP" caps --json --disable=scan,frames
	json_is '[.facilities[] | select(.why == "disabled").name] | join(",")' scan,frames
	quietly "$PAGEMAP" caps --json "$(at 16k-pages)"
	json_true 'all(.facilities[]; .available == false)'
	refused 2 "$PAGEMAP" caps --disable=sacn
	refused 2 "$PAGEMAP" caps 1
}

@test "pagemap pages: runs of a captured page table, a range of them, and each page" {
	quietly "$PAGEMAP" pages --tsv --noheadings -o address,size_bytes,state,class,swap_slot \
		"$(at 16k-pages)" 300 -a 50000-68000
	is "$output" $'0x50000\t16384\tswap\tanon\t1
0x54000\t16384\tswap\tanon\t1193046
0x58000\t16384\tguard\t\t
0x5c000\t16384\tuffd-wp\t\t
0x60000\t16384\tpoison\t\t
0x64000\t16384\tmigrating\t\t'
	quietly "$PAGEMAP" pages -1 --json "$(at 16k-pages)" 300
	json_true '.processes[0] | .complete and ([.runs[] | select(.state != "none").size_bytes] |
		unique) == [16384]'
	quietly "$PAGEMAP" pages "$(at 16k-pages)" 300
	matches "$(sed -n 1p <<<"$output")" '^ *ADDRESS +SIZE +STATE +CLASS '
	refused 2 "$PAGEMAP" pages -a 5-5 300
	refused 2 "$PAGEMAP" pages --raw 300
}

# names_of OPTION...: the names of the mappings that are listed, and their sizes.
names_of()
{
	"$PAGEMAP" --tsv --noheadings -o name,size "$(at 16k-pages)" 300 "$@" | tr '\t\n' '= '
}

@test "pagemap: mappings by name, permissions and address, alone and together" {
	local bin=/usr/bin/database=65536 heap='[heap]=262144' none='=131072'
	local pool='/dev/shm/pool\\012two (deleted)=131072'

	is "$(names_of -n '[heap]')" "$heap "
	is "$(names_of -n '[h*')" "$heap "
	is "$(names_of -n '[anon]')" "$none "
	is "$(names_of -n '*(deleted)')" "$pool "
	is "$(names_of -n '*two*' -n '[heap]')" "$heap $pool "
	is "$(names_of -P x)" "$bin "
	is "$(names_of -P r)" "$bin $heap $pool "
	is "$(names_of -P ws)" "$pool "
	is "$(names_of -P rw-p)" "$heap "
	is "$(names_of -P ---p)" "$none "
	is "$(names_of -P w -n '*two*')" "$pool "
	is "$(names_of -a 3c000-44001)" '[heap]=32768 '
	is "$(names_of -a 0x1c000+32K)" '/usr/bin/database=16384 '
	is "$(names_of -a 1ffff+0x60002)" "/usr/bin/database=16384 $heap ${pool%=*}=16384 "
	is "$(names_of -a 50001)" '[heap]=16384 '
	is "$(names_of -k guard)" '[heap]=16384 '
	is "$(names_of -k 'swap|guard' -k '~guard')" '[heap]=49152 '
	is "$(names_of -k ram -a 40000-80000)" '[heap]=81920 '
	for row in '-n nosuch' '-n heap' '-n h' '-P x -n [heap]' '-a 30000-40000' '-a 100000' \
		'-k swap -n *database' '-k uffd-wp,ram'; do
		set -f
		# shellcheck disable=SC2086 # options with their arguments
		run --separate-stderr "$PAGEMAP" "$(at 16k-pages)" 300 $row
		is "$status$output$stderr" 3 "exit status, and nothing"
		# shellcheck disable=SC2086 # options with their arguments
		run --separate-stderr "$PAGEMAP" pages --noheadings "$(at 16k-pages)" 300 $row
		is "$status$output$stderr" 3 "exit status of pages"
		set +f
	done
	for row in '-a 5-5' '-a 6-5' '-a x' '-a 1-2-3' '-a 1+' '-a 1+x' '-a 1+0' '-a -5' \
		'-a ffffffffffffffff+2' '-a 1 -a 2' '-P q' '-P sp' '-P rwps-' '-P r-x' '-k foo' \
		'-k ram,' '-u' '-C'; do
		# shellcheck disable=SC2086 # options with their arguments
		refused 2 "$PAGEMAP" "$(at 16k-pages)" 300 $row
	done
}

@test "pagemap: sums are of the pages that are asked about, and what needs flags is refused" {
	quietly "$PAGEMAP" --json --output-all -k 'ram|swap' "$(at 16k-pages)" 300
	json_is '.processes[0].total |
		"\(.size_bytes) \(.ram_bytes) \(.swap_bytes) \(.none_bytes)"' \
		"$((14 * 16384)) $((11 * 16384)) $((3 * 16384)) 0"
	is "$("$PAGEMAP" pages --tsv --noheadings -o address,state -k 'guard|poison' \
		"$(at 16k-pages)" 300)" $'0x58000\tguard\n0x60000\tpoison'
	refused 1 "$PAGEMAP" pages -k mlocked "$(at 16k-pages)" 300
	matches "$stderr" '^pagemap: --kind: flags of frames are asked for, but hidden: '
	refused 2 "$PAGEMAP" pages -k 'anon,mlockd' "$(at 16k-pages)" 300
	matches "$stderr" "^pagemap: --kind: 'anon,mlockd': 'mlockd' is no state, class or flag"
}

@test "pagemap: processes by name, cgroup and user, of which all must hold" {
	local pid='.processes | map(.pid) | join(" ")' tree

	tree=$(spoilable 16k-pages)
	cp -r "$tree/proc/300" "$tree/proc/301"
	sed -i 's/^300 (database)/301 (data base)/' "$tree/proc/301/stat"
	sed -i 's/^Uid:.*/Uid:\t70\t70\t70\t70/' "$tree/proc/301/status"
	echo 0::/system.slice/database.service/sub >"$tree/proc/301/cgroup"
	cp -r "$tree/proc/300" "$tree/proc/302"
	sed -i 's/^300 (database)/302 (database-server)/' "$tree/proc/302/stat"
	echo 0::/system.slice/database.service-2 >"$tree/proc/302/cgroup"
	while IFS='|' read -r arguments expected; do
		row=$arguments
		eval "set -- $arguments"
		quietly "$PAGEMAP" --json -s --sysroot "$tree" "$@"
		json_is "$pid" "$expected"
	done <<'EOF'
database|300
"data base"|301
database "data base"|300 301
database-server|302
database-server-with-more|302
302 database|300 302
302 300|302 300
-C /system.slice/database.service|300 301
-C /system.slice/database.service/|300 301
-C /system.slice/database.service/sub -u 70|301
-u 70|301
-A -u 70 "data base"|301
-C / database 302|300 302
EOF
	row=
	for row in data nosuch data-base '-u 71' '-C /system.slice/database' '-C /nosuch' \
		'database -u 70' '303' '303 -u 70' "database-serve"; do
		# shellcheck disable=SC2086 # operands and options
		refused 1 "$PAGEMAP" -s --sysroot "$tree" $row
		has_lines "$stderr" 1
	done
	refused 1 "$PAGEMAP" -C /nosuch --sysroot "$tree"
	is "$stderr" 'pagemap: /nosuch: no process is in that cgroup'
	refused 1 "$PAGEMAP" -u nosuch --sysroot "$tree" database
	is "$stderr" 'pagemap: nosuch: no process of these is of that user'
	# Those that were not captured are counted; kernel threads have nothing to capture.
	quietly "$PAGEMAP" --json -s -A --sysroot "$tree"
	json_is "$pid" '300 301 302'
	sed -i 's/^300 (database)/1 (init)/' "$tree/proc/300/stat"
	mv "$tree/proc/300/stat" "$tree/proc/1/stat"
	cp "$(fixture 16k-pages)/proc/300/stat" "$tree/proc/300/stat"
	run --separate-stderr "$PAGEMAP" --json -s -A --sysroot "$tree"
	is "$status" 1 "exit status"
	json_is "$pid" '300 301 302'
	json_is .complete false
	is "$stderr" 'pagemap: 1 process without mappings in the captured tree'
}

@test "pagemap --summary: a line for each process, a total, in every format" {
	local tree

	tree=$(spoilable 16k-pages)
	cp -r "$tree/proc/300" "$tree/proc/299"
	sed -i 's/^300 (database)/299 (b\x1b[2J)/' "$tree/proc/299/stat"
	sed -i 's/^VmPTE:.*//; $a VmPTE:\t44 kB' "$tree/proc/300/status"
	sed -i '/^VmPTE:/d' "$tree/proc/299/status"
	quietly "$PAGEMAP" -s --sysroot "$tree" 299 300
	has_lines "$output" 4
	matches "$(sed -n 1p <<<"$output")" '^ *PID +SIZE +RAM +ANON +FILE +SHMEM +HUGE +SWAP +NONE'
	matches "$(sed -n 2p <<<"$output")" \
		'^ *299 +576K +176K +80K +96K +0 +- +48K +288K +- b\\x1b\[2J$'
	matches "$(sed -n 4p <<<"$output")" '^ *total +1.1M +352K +160K +192K +0 +- +96K .* 44K -$'
	has_lines "$("$PAGEMAP" -s --sysroot "$tree" 300)" 2
	is "$("$PAGEMAP" -s --sysroot "$tree" --tsv --noheadings -o pid,ram,tables 299 300)" \
		$'299\t180224\t\n300\t180224\t45056'
	is "$("$PAGEMAP" -s --sysroot "$tree" --tsv --noheadings -o guard,poison,migrating 300)" \
		$'16384\t16384\t16384'
	is "$("$PAGEMAP" -s --sysroot "$tree" --csv --noheadings -o pid --sort tables 299 300)" \
		$'300\n299'
	quietly "$PAGEMAP" -s --sysroot "$tree" --json 299 300
	json_is '"\(.schema) \(.complete) \(.total.ram_bytes) \(.total.tables_bytes)"' \
		"pagemap/1 true $((22 * 16384)) 45056"
	json_is '.processes[1] | "\(.pid) \(.name) \(.tables_bytes)"' '300 database 45056'
	quietly "$PAGEMAP" -s --list-fields --json
	json_true '[.fields[].name] | contains(["tables_bytes", "complete"])'
	refused 2 "$PAGEMAP" -s -o offset 1
	has "$stderr" 'offset: a field of mappings, not of --summary'
	refused 2 "$PAGEMAP" --sort user 1
	has "$stderr" 'user: a field of --summary'
	refused 2 "$PAGEMAP" pages -s 1
}

@test "pagemap swap: a captured tree has what its page tables say" {
	quietly "$PAGEMAP" swap -J "$(at 16k-pages)"
	json_is '.areas[0] | "\(.name) \(.used_bytes) \(.anon_bytes) \(.shmem_bytes)"' \
		"/swapfile $((8 << 20)) $((3 * 16384)) null"
	json_is '.processes[] | "\(.pid) \(.slots_bytes) \(.shared_bytes) \(.shmem_bytes)"' \
		"300 $((3 * 16384)) 0 null"
	quietly "$PAGEMAP" swap "$(at no-swap)"
	is "$output" "no swap configured"
}

# records FORMAT FIRST COUNT: so many bytes of $BATS_TEST_TMPDIR/records as od has them, a line each
# record.
records()
{
	od -A n -v -t "$1" -j "$2" -w64 "$BATS_TEST_TMPDIR/records" | tr -s ' ' | sed 's/^ //'
}

@test "pagemap pages --binary: a header that says how to read it, and a record for each run" {
	local all=18446744073709551615

	"$PAGEMAP" pages --binary "$(at 16k-pages)" 300 >"$BATS_TEST_TMPDIR/records"
	is "$(head -c 8 "$BATS_TEST_TMPDIR/records" | tr '\0' .)" PAGEMAP.
	is "$(od -A n -t u4 -j 8 -N 16 "$BATS_TEST_TMPDIR/records" | tr -s ' ')" \
		" $((0x01020304)) 1 32 64"
	is "$(od -A n -t u8 -j 24 -N 8 "$BATS_TEST_TMPDIR/records" | tr -d ' ')" 16384
	is "$(records u8 32 | cut -d ' ' -f 1-6)" "$(
		"$PAGEMAP" pages --tsv --noheadings -o address,size,frame,swap_slot \
			"$(at 16k-pages)" 300 | while IFS=$'\t' read -r -a fields; do
			place=$((fields[2] + fields[3]))
			((place)) || place=$all
			echo "$((fields[0])) $((fields[1] / 16384)) $place $all $all $all"
		done
	)"
	is "$(records u4 32 | cut -d ' ' -f 13 | sort -u)" 300
	# Swap area 1, no leaf, in swap, anonymous: of slot 0x123456.
	is "$(records u1 32 | awk '$17 == 86 && $18 == 52' | cut -d ' ' -f 55-58)" '1 0 2 1'
	refused 2 "$PAGEMAP" pages --binary --json 300
	refused 2 "$PAGEMAP" pages --binary -o address 300
	refused 2 "$PAGEMAP" --binary 300
	if command -v script >/dev/null; then
		run script -qec "$PAGEMAP pages --binary $(at 16k-pages) 300" /dev/null </dev/null
		has "$output" 'not to a terminal'
		is "$status" 2 "exit status"
	fi
}
