#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap where the running kernel makes it hard: processes that do not hold still, pages that move,
# mappings by the ten thousand, names that bite.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2034,SC2154,SC2030,SC2031

load ../helpers
load process

setup()
{
	require_root
	hold_settings
}

teardown()
{
	undo_all
}

# set_going PROGRAM ARGUMENT...: as start, but it does not stand still.
set_going()
{
	start "$@"
	kill -CONT "$pid"
}

# lives COMMAND...: exit status 0 or 1, in good time, and JSON that is whole.
lives()
{
	run --separate-stderr timeout 20 "$@"
	[ "$status" -le 1 ] || fail "exit status $status of $*"
	if [[ " $* " == *" --json "* ]]; then
		jq -e . <<<"$output" >/dev/null || fail "no JSON of $*"
	fi
}

@test "pagemap: a process that maps, forks and executes while it is read ends no run badly" {
	local maps execs address round

	set_going storm map
	maps=$pid
	set_going storm exec
	execs=$pid
	for round in 1 2; do
		row=$round
		lives "$PAGEMAP" --json "$maps" "$execs"
		lives "$PAGEMAP" pages --json "$maps" "$execs"
		lives "$PAGEMAP" pages -1 --tsv -k ram,~anon "$maps" "$execs"
		lives "$PAGEMAP" pages --disable=scan --tsv "$maps" "$execs"
		lives "$PAGEMAP" -s --all --json
		address=$(awk 'END { sub("-.*", "", $1); print "0x" $1 }' "/proc/$maps/maps")
		lives "$PAGEMAP" at --json "$maps" "$address" 0x1000
		lives "$PAGEMAP" at --json "$execs" "$address" 0x1000
	done
	kill -0 "$maps" "$execs" || fail "the processes have ended"
}

@test "pagemap: pages that the kernel moves are in no swap" {
	local compaction sum swapped

	[ -w /proc/sys/vm/compact_memory ] || skip_or_fail "the kernel has no compaction"
	lock_settings
	set_going storm map
	for row in 1 2; do
		echo 1 >/proc/sys/vm/compact_memory 3>&- &
		compaction=$!
		while kill -0 $compaction 2>/dev/null; do
			sum=$("$PAGEMAP" --tsv --noheadings -o swap "$pid" |
				awk '{ sum += $1 } END { print sum + 0 }')
			swapped=$(awk '/^VmSwap/ { print $2 * 1024 }' "/proc/$pid/status")
			[ "$sum" -le "$swapped" ] || fail "$sum bytes in swap"
		done
	done
}

@test "pagemap: the sums of 60,000 mappings are those of smaps, each and in all" {
	local got=$BATS_TEST_TMPDIR/got expected=$BATS_TEST_TMPDIR/expected

	start address-space many 60000
	"$PAGEMAP" --tsv --noheadings -o address,size,ram,swap "$pid" | grep -v ^0xffff >"$got"
	awk -v OFS='\t' '
		/^[0-9a-f]+-/ { sub(/-.*/, "", $1); address = "0x" $1; is_lent = $6 ~ /^\[v/ }
		/^Size:/ { size = $2 * 1024 }
		/^Rss:/ { ram = $2 * 1024 }
		/^Swap:/ { swap = $2 * 1024 }
		/^VmFlags:/ && address !~ /^0xffff/ {
			print address, size, is_lent ? "-" : ram, swap
		}
		' "/proc/$pid/smaps" >"$expected"
	# What the kernel lends is in no Rss.
	awk -F '\t' -v OFS='\t' 'NR == FNR { is_lent[$1] = $3 == "-"; next }
		is_lent[$1] { $3 = "-" } { print }' "$expected" "$got" >"$got-kept"
	is "$(diff "$got-kept" "$expected" | head -5)" ''
	[ "$(wc -l <"$got")" -gt 60000 ] || fail "too few mappings"
	is "$("$PAGEMAP" -s --tsv --noheadings -o size,ram -P r--p -n '[anon]' "$pid")" \
		"$(awk -F '\t' -v OFS='\t' 'NR == FNR { wanted[$1]; next }
			$1 in wanted { size += $2; ram += $3 } END { print size, ram }' \
			<(awk '$2 == "r--p" && NF == 5 { sub(/-.*/, "", $1); print "0x" $1 }' \
				"/proc/$pid/maps") "$got")"
}

@test "pagemap: names of mappings come out whole, escaped and in one line, and can be chosen by" {
	local directory=$BATS_TEST_TMPDIR/names names=() name file

	mkdir "$directory"
	for name in $'new\nline' $'e\e[2Jsc' $'in\xff\xfevalid' 'gone (deleted)' $'tab\tbed' \
		'back\012'; do
		file=$directory/$name
		echo >"$file"
		names+=("$file")
	done
	start map-files "${names[@]}"
	rm "$directory/gone (deleted)"
	for row in --raw --pairs --csv --tsv --bytes; do
		quietly "$PAGEMAP" -o size,name -n "$directory/*" $row --noheadings "$pid"
		is_plain "${output//$'\t'/}"
		[ "$(grep -c names/ <<<"$output")" -eq 6 ] || fail "not six lines"
	done
	for row in vmas pages; do
		quietly "$PAGEMAP" $row --json -o name -n "$directory/*" "$pid"
		is_utf8 "$output"
		has_lines "$output" 1
		has_not "$output" $'\e'
		is "$(json '.processes[0] | (.mappings // .runs)[] | .name_hex // .name |
			sub(".*/"; "")' | sort)" "$(printf '%s\n' 'back\012' $'e\e[2Jsc' \
				'gone (deleted) (deleted)' 'new\012line' $'tab\tbed' |
				cat - <(printf %s "$directory/"$'in\xff\xfevalid' |
					od -A n -v -t x1 | tr -d ' \n') | sort)"
	done
	row=
	is "$("$PAGEMAP" -n '*in??valid' --tsv --noheadings -o size "$pid")" 4096
	is "$("$PAGEMAP" -n '*(deleted)' --tsv --noheadings -o size "$pid")" 4096
	is "$("$PAGEMAP" -n '*new\\012*' --tsv --noheadings -o size "$pid")" 4096
	LC_ALL=C.UTF-8 quietly "$PAGEMAP" -n '*valid' --tsv --noheadings -o size "$pid"
	is "$output" 4096 "in UTF-8"
}
