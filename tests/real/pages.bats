#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap's walk on the running kernel: every kind of page that it can make, address spaces that are
# hard to walk, and each way to do without what older kernels lack, held against the page table read
# eight bytes at a time, and against smaps. Processes are stopped, so that numbers must be equal.

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

# pages_of RANGE OPTION...: "state class pages" of it.
pages_of()
{
	"$PAGEMAP" pages --tsv --noheadings -o state,class,size_bytes -a "$@" $pid |
		awk -F '\t' '{ pages[$1 " " ($2 == "" ? "-" : $2)] += $3 / 4096 }
			END { for (kind in pages) print kind, pages[kind] }'
}

# has_details RANGE "FIELD=VALUE..." OPTION...: of all its pages; flags are among others.
has_details()
{
	local range=$1 detail field details=$2

	shift 2
	for detail in $details; do
		field=${detail%%=*}
		"$PAGEMAP" pages --tsv --noheadings -o "$field" -a "$range" "$@" $pid |
			awk -v field="$field" -v value="${detail#*=}" '
				$0 == value ||
				field == "flags" && index("," $0 ",", "," value ",") { next }
				{ print; exit 1 }' || fail "$detail"
	done
}

# table_is OPTION...: every line of the truth table holds.
table_is()
{
	local first last count state class details

	while read -r first last count state class details; do
		[[ $first =~ ^(skip|ready)$ ]] && continue
		row="$first-$last $state $class $*"
		is "$(pages_of "$first-$last" "$@")" "$state $class $count"
		# What a leaf maps is known by the scan only.
		[[ "$*" != *scan* ]] || details=${details/leaf_bytes=2097152/}
		has_details "$first-$last" "$details" "$@"
	done <"$BATS_TEST_TMPDIR/lines"
	row=
}

# at_is_table OPTION...: every page of every line of the table is so at its address, too.
at_is_table()
{
	local first last count state class details address

	while read -r first last count state class details; do
		[[ $first =~ ^(skip|ready)$ ]] && continue
		row="at $first-$last $*"
		is $(((0x$last - 0x$first) / 4096)) "$count"
		[[ "$*" != *scan* ]] || details=${details/leaf_bytes=2097152/}
		for ((address = 0x$first; address < 0x$last; address += 4096)); do
			printf '0x%x %s %s %s\n' $address "$state" "$class" "$details"
		done
	done <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/asked"
	row="at $*"
	cut -d ' ' -f 1 "$BATS_TEST_TMPDIR/asked" |
		"$PAGEMAP" at --json "$@" $pid >"$BATS_TEST_TMPDIR/answers"
	jq -r '.processes[0].addresses[] | "\(.address) \(.state) \(.class // "-") " +
		"leaf_bytes=\(.leaf_bytes) map_count=\(.map_count) exclusive=\(.exclusive) " +
		"uffd_wp=\(.uffd_wp) " +
		(.flags // "" | split(",") | map("flags=" + .) | join(" "))' \
		"$BATS_TEST_TMPDIR/answers" >"$BATS_TEST_TMPDIR/told"
	is "$(wc -l <"$BATS_TEST_TMPDIR/told")" "$(wc -l <"$BATS_TEST_TMPDIR/asked")"
	# Of each line the words that the answer of the same line does not have.
	is "$(awk '
		FNR == NR { told[FNR] = $0 " "; next }
		{ for (i = 1; i <= NF; i++)
			if (!index(told[FNR], $i " ")) print $1 ": not " $i " but " told[FNR] }' \
		"$BATS_TEST_TMPDIR/told" "$BATS_TEST_TMPDIR/asked" | head -n 3)" ""
	row=
}

# What vmas sums up of each mapping is what the lines of the table that are in it add up to, for
# those that the lines cover.
mappings_are_table()
{
	local fields=address,end,ram,swap,none,guard,uffd-wp,poison

	"$PAGEMAP" vmas --tsv --noheadings -o $fields $pid | tr -d x >"$BATS_TEST_TMPDIR/mappings"
	run awk -F '[ \t]' '
		FNR == NR {
			if ($1 ~ /^[0-9a-f]+$/)
				lines[++count] = $0
			next
		}
		{
			sub(/^0/, "", $1); sub(/^0/, "", $2)
			split("", sum)
			covered = 0
			for (i = 1; i <= count; i++) {
				split(lines[i], line, " ")
				if (line[1] "" < $1 "" || line[2] "" > $2 "")
					continue
				state = line[4] == "swapcache" ? "ram" : line[4]
				sum[state] += line[3] * 4096
				covered += line[3] * 4096
			}
			if (!covered || covered != $3 + $4 + $5 + $6 + $7 + $8)
				next
			checked++
			got = $3 " " $4 " " $5 " " $6 " " $7 " " $8
			wanted = sum["ram"] + 0 " " sum["swap"] + 0 " " sum["none"] + 0 " " \
				sum["guard"] + 0 " " sum["uffd-wp"] + 0 " " sum["poison"] + 0
			if (got != wanted)
				print $1, "is", got ", not", wanted
		}
		END { if (checked < 20) print "only", checked, "mappings" }' \
		"$BATS_TEST_TMPDIR/lines" "$BATS_TEST_TMPDIR/mappings"
	is "$output" ""
}

@test "pagemap pages: every kind of page that this kernel makes is told for what it is" {
	start truth-table
	[ "$(grep -c '^[0-9a-f]' "$BATS_TEST_TMPDIR/lines")" -ge 20 ] || fail "a short table"
	table_is
	table_is --disable=scan
	table_is -1
	at_is_table
	at_is_table --disable=scan
	is "$("$PAGEMAP" pages --tsv --noheadings -o state,name $pid | grep 'vvar\]$')" \
		$'pfnmap\t[vvar]'
	has "$("$PAGEMAP" pages --tsv --noheadings -o state,class,name $pid)" \
		$'ram\tkernel\t[vdso]'
	mappings_are_table
}

@test "pagemap pages: so is what takes settings of the machine: hugetlb, 64 KiB, merged pages" {
	local mm=/sys/kernel/mm

	lock_settings
	set_knob /proc/sys/vm/nr_hugepages 4
	set_knob $mm/transparent_hugepage/hugepages-64kB/enabled madvise
	set_knob $mm/ksm/use_zero_pages 1
	set_knob $mm/ksm/pages_to_scan 10000
	set_knob $mm/ksm/run 1
	start truth-table tuned
	! grep ^skip "$BATS_TEST_TMPDIR/lines" || skip_or_fail "not all can be made"
	await merges_pages ksm_merging_pages ksm_zero_pages || fail "the kernel merges nothing"
	table_is
	table_is --disable=scan
	table_is -1
	at_is_table
	at_is_table --disable=scan
	mappings_are_table
	end_process $pid
}

@test "pagemap pages: swapped pages, of shared memory too, and vmas and smaps agree" {
	local range

	lock_real_swap
	[ "$(awk 'NR > 1 { free += $3 - $4 } END { print free + 0 }' /proc/swaps)" -ge 4096 ] ||
		make_swap
	start truth-table swap
	# Pages are written behind the back of the one who pushed them out.
	range=$(awk '/swap anon/ { print $1 "-" $2 }' "$BATS_TEST_TMPDIR/lines")
	await is_swapped "$range" || fail "$range: $(pages_of "$range")"
	table_is
	table_is --disable=scan
	at_is_table
	at_is_table --disable=scan
	mappings_are_table
	agrees_with_smaps
}

is_swapped()
{
	[ "$(pages_of "$1")" = 'swap anon 16' ]
}

make_swap()
{
	local area=$BATS_TEST_TMPDIR/swap

	dd if=/dev/zero of="$area" bs=1M count=64 status=none
	chmod 600 "$area"
	mkswap -q "$area"
	swapon "$area" || skip_or_fail "no swap can be made here"
	undo_later swapoff "$area"
}

# Rss and Swap of each mapping; what the kernel lends is not in Rss.
agrees_with_smaps()
{
	quietly "$PAGEMAP" --json $pid
	is "$(json '.processes[0].mappings[] | select(.name // "" | test("^\\[v") | not) |
		"\(.address[2:]) \(.ram_bytes) \(.swap_bytes) \(.huge_bytes)"')" \
		"$(awk '/^[0-9a-f]+-/ { sub(/-.*/, "", $1); address = $1; is_lent = $6 ~ /^\[v/ }
			/^Rss:/ { ram = $2 * 1024 }
			/^AnonHuge|^ShmemPmd|^FilePmd/ { huge += $2 * 1024 }
			/^Swap:/ { swap = $2 * 1024 }
			/^VmFlags:/ {
				if (!is_lent)
					print address, ram, swap, huge
				huge = 0
			}' /proc/$pid/smaps)"
}

@test "pagemap: sums are those of smaps, mapping by mapping" {
	start address-space random 1
	agrees_with_smaps
	end_process $pid
	start truth-table
	agrees_with_smaps
}

# What is read eight bytes at a time: address, frame and flags of each page that is present.
agrees_with_entries()
{
	"$PAGEMAP" pages -1 --tsv --noheadings -o address,frame,flag_bits,state "$@" $pid |
		awk -F '\t' '$4 ~ /^(ram|swapcache)$/ { print $1, $2, $3 }' \
			>"$BATS_TEST_TMPDIR/got"
	run "$(build_program raw-pages)" $pid <"$BATS_TEST_TMPDIR/got"
	[ "$status" -eq 0 ] || fail "pages $*"
	[ "$output" -ge 1000 ] || fail "too few pages"
}

@test "pagemap pages: entries are those of the page table, at random, with and without a scan" {
	local seed

	for seed in 2 3; do
		row="seed $seed"
		start address-space random $seed
		[ "$("$PAGEMAP" pages --tsv --noheadings -o state $pid | wc -l)" -gt 1024 ] ||
			fail "too few regions"
		agrees_with_entries
		agrees_with_entries --disable=scan
		end_process $pid
	done
}

# With counts all frames are read. The kernel may find a page idle, or active, in between.
heads_speak_for_all()
{
	local fields=address,size,leaf,frame,flag_bits,state,class

	whole=$("$PAGEMAP" pages --tsv -o $fields,count $pid | awk -F '\t' '$3 > 4096 {
		NF--; print }' OFS='\t')
	heads=$("$PAGEMAP" pages --tsv -o $fields $pid | awk -F '\t' '$3 > 4096')
	[ "$heads" = "$whole" ]
}

@test "pagemap pages: of huge pages that one entry maps the first frame speaks for all" {
	local heads whole

	start address-space huge 64
	await heads_speak_for_all || fail "$(diff <(echo "$whole") <(echo "$heads") | head)"
	[ -n "$whole" ] || skip_or_fail "no huge page can be had here"
	# To tell what is exclusive all entries are read, and so all frames.
	is "$("$PAGEMAP" -k thp,~slab --tsv -o address,ram,huge $pid)" \
		"$("$PAGEMAP" -k thp,~slab --tsv -o address,ram,huge,exclusive $pid | cut -f 1-3)"
	agrees_with_entries
}

@test "pagemap: without a facility the answer is the same, or it is absent" {
	local facility whole fields=address,ram,anon,file,swap,none

	start address-space random 4
	whole=$("$PAGEMAP" --json -o $fields $pid | jq -c .processes[0].mappings)
	for facility in scan cachestat procmap-query map-files kpageflags kpagecount; do
		row=$facility
		quietly "$PAGEMAP" --json --disable=$facility -o $fields $pid
		is "$(json '.processes[0].mappings | tojson')" "$whole"
	done
	row=
	quietly "$PAGEMAP" --json --disable=scan $pid
	json_is '.processes[0].total.huge_bytes' null
	run --separate-stderr "$PAGEMAP" pages --json --disable=kpageflags,kpagecount $pid
	is "$status" 0 "exit status"
	has "$stderr" 'flags of frames, map counts hidden: disabled'
	json_true 'all(.processes[0].runs[]; .flags == null and .map_count == null)'
	json_true 'any(.processes[0].runs[]; .frame != null)'
}

@test "pagemap: 60,000 mappings and a TiB of holes are all counted" {
	local count

	start address-space many 60000
	quietly "$PAGEMAP" --json -o address,ram $pid
	json_true '.processes[0] | .complete and (.mappings | length) > 60000'
	json_true ".processes[0].total.ram_bytes >= $((30000 * 4096))"
	agrees_with_entries
	end_process $pid

	start address-space sparse 1024
	count=$(awk '/^ready/ { print $3 }' "$BATS_TEST_TMPDIR/lines")
	quietly timeout 10 "$PAGEMAP" --json $pid
	json_is '.processes[0].mappings[] | select(.size_bytes == 1099511627776).ram_bytes' \
		$((count * 4096))
}

@test "pagemap: processes that come, go and execute while they are read end no run badly" {
	local i

	for i in {1..40}; do
		bash -c 'for i in 1 2 3; do :; done; exec sleep 0.01' 3>&- &
		run --separate-stderr timeout 10 "$PAGEMAP" pages $!
		[ "$status" -le 1 ] || fail "exit status $status"
		run --separate-stderr timeout 10 "$PAGEMAP" $!
		[ "$status" -le 1 ] || fail "exit status $status"
		wait $! || :
	done
}
