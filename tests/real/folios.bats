#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap thp and pagemap map on the running kernel: folios that a program made, by size and by how
# they are mapped, against smaps; and pictures of address spaces that are hard to draw. Processes
# are stopped.

# jq's $, what bats, helpers.bash and process.bash set and read, and $pid, which is a number:
# shellcheck disable=SC2016,SC2034,SC2086,SC2154,SC2030,SC2031

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

# folios_of NAME [OFFSET LENGTH]: "folio leaf aligned unaligned partial", in KiB, of what the
# program made, or of that part of it.
folios_of()
{
	local range

	range=$(awk -v name="$1" '$2 == name { print $1 }' "$BATS_TEST_TMPDIR/lines")
	[ $# -eq 1 ] || printf -v range '%x+%d' $((0x${range%-*} + $2)) "$3"
	"$PAGEMAP" thp --tsv --noheadings -a "$range" \
		-o folio,leaf,aligned,unaligned,partial $pid |
		awk -F '\t' '{ for (i = 1; i <= NF; i++) $i = $i == "" ? "-" : $i / 1024; print }'
}

@test "pagemap thp: a folio is told by its size, by what maps it, and by how much of it is mapped" {
	local mm=/sys/kernel/mm/transparent_hugepage

	lock_settings
	[ -w $mm/enabled ] || skip_or_fail "the kernel has no huge pages"
	set_knob $mm/enabled madvise
	set_knob $mm/hugepages-64kB/enabled madvise
	start folios
	is "$(folios_of whole)" "2048 2048 2048 0 0" whole
	is "$(folios_of whole 40960 81920)" "2048 2048 0 0 80" "what is in the middle"
	is "$(folios_of whole 0 1048576)" "2048 2048 0 0 1024" "what is in front"
	is "$(folios_of split)" "2048 4 2048 0 0" "its entry was split"
	is "$(folios_of part)" "2048 4 0 0 1024" "half was unmapped"
	is "$(folios_of moved)" "2048 4 0 2048 0" "moved by a page"
	is "$(folios_of small)" "4 4 - - -" "no large ones"
	[ -e $mm/hugepages-64kB/enabled ] || skip_or_fail "the kernel has no folios of 64 KiB"
	is "$(folios_of mthp)" "64 4 256 0 0" "64 KiB"
}

@test "pagemap thp: huge pages that touch are told apart, and each is as its first frame says" {
	local words

	start address-space huge 64
	quietly "$PAGEMAP" thp --tsv --noheadings -o folio,leaf,folios,ram,aligned,partial $pid
	has "$output" "$(printf '%d\t' 2097152 2097152 32 67108864 67108864)0"
	# Each word of 8 bytes is read of no more frames than there are others around.
	require_command strace
	# Under it nobody can look for leaks.
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=pread64 -o "$BATS_TEST_TMPDIR/calls" -y \
		"$PAGEMAP" thp $pid
	words=$(awk '/kpageflags/ && !/unfinished/ { sum += $NF / 8 } END { print sum }' \
		"$BATS_TEST_TMPDIR/calls")
	[ "$words" -lt 8192 ] || fail "$words words of frames were read of 16384"
}

@test "pagemap thp: huge pages and sums are those of smaps" {
	local huge ram

	start truth-table
	quietly "$PAGEMAP" thp --json --by mapping $pid
	huge=$(awk '/^AnonHugePages|^ShmemPmdMapped|^FilePmdMapped/ { sum += $2 * 1024 }
		END { print sum }' /proc/$pid/smaps)
	json_is '.processes[0].huge_bytes' "$huge"
	[ "$huge" -gt 0 ] || fail "nothing to compare with"
	# What the kernel lends is in neither, and the page of zeros is nobody's.
	ram=$(awk '/^Rss:/ { sum += $2 * 1024 } END { print sum }' /proc/$pid/smaps_rollup)
	json_is '.processes[0].ram_bytes' \
		$((ram - $(awk '/vdso/ { is_lent = 1 } is_lent && /^Rss:/ { print $2; exit }' \
			/proc/$pid/smaps) * 1024))
	json_is '[.processes[0].mappings[].ram_bytes] | add' "$(json '.processes[0].ram_bytes')"
	json_is '[.processes[0].mappings[].runs] | add' "$(json '.processes[0].run_count')"
	for by in size run; do
		quietly "$PAGEMAP" thp --json --by $by $pid
		json_is '[.processes[0] | (.folios // .runs)[].ram_bytes] | add' \
			"$(json '.processes[0].ram_bytes')"
	done
}

@test "pagemap thp: runs are pages of a mapping that follow each other in RAM, too" {
	start address-space random 5
	quietly "$PAGEMAP" thp --json $pid
	is "$("$PAGEMAP" pages -1 --tsv --noheadings -o address,frame,state,class $pid |
		awk -F '\t' '
			function number(text) { # of 13 digits at most: a double has room for them
				value = 0
				for (i = 3; i <= length(text); i++)
					value = value * 16 + \
						index("0123456789abcdef", substr(text, i, 1)) - 1
				return value
			}
			NR == FNR { sub(/-.*/, ""); begins["0x" $0] = 1; next }
			$3 !~ /^(ram|swapcache)$/ || $4 ~ /^(zero|kernel|hugetlb)$/ { next }
			{
				address = number($1)
				frame = number($2)
				runs += address != next_address || frame != next_frame || \
					$1 in begins
				next_address = address + 4096
				next_frame = frame + 1
			}
			END { print runs }' /proc/$pid/maps -)" \
		"$(json '.processes[0].run_count')"
}

@test "pagemap map: strips show what is where, and their sums are those of vmas" {
	start truth-table
	quietly env LC_ALL=C.UTF-8 "$PAGEMAP" map $pid
	has "$output" '█'
	has "$output" 'H huge'
	quietly "$PAGEMAP" map --ascii $pid
	is_plain "$output"
	has "$output" '# ram  + half  - few'
	quietly "$PAGEMAP" map --json --output-all $pid
	json_true 'all(.processes[0].strips[]; .picture == null or
		(.picture | length) == ((.size_bytes + .cell_bytes - 1) / .cell_bytes | floor))'
	sums=$(json '.processes[0].strips | [(map(.ram_bytes) | add), (map(.swap_bytes) | add),
		(map(.huge_bytes) | add), (map(.mappings) | add)] | join(" ")')
	quietly "$PAGEMAP" --json $pid
	json_is '.processes[0] | [.total.ram_bytes, .total.swap_bytes, .total.huge_bytes,
		(.mappings | length)] | join(" ")' "$sums"
}

@test "pagemap map: 60,000 mappings and a TiB of holes are pictures that people read" {
	start address-space many 60000
	quietly timeout 10 "$PAGEMAP" map --width 80 --ascii $pid
	[ "$(wc -l <<<"$output")" -le 104 ] || fail "too many lines"
	matches "$output" '[+]{14}.* 60[0-9]+ anon mappings'
	end_process $pid
	start address-space sparse 1024
	quietly timeout 10 "$PAGEMAP" map --ascii $pid
	matches "$output" ' -{16} +64G +1T '
}

@test "pagemap map: needs no rights over frames, and thp says which it needs" {
	require_command setpriv
	start_as setpriv --reuid 65534 --regid 65534 --clear-groups
	quietly setpriv --reuid 65534 --regid 65534 --clear-groups "$PAGEMAP" map --ascii $pid
	has "$output" '# ram'
	refused 1 setpriv --reuid 65534 --regid 65534 --clear-groups "$PAGEMAP" thp $pid
	matches "$stderr" '^pagemap: frame numbers hidden: needs CAP_SYS_ADMIN'
}
