#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmtop on captured trees: its numbers must be those of the files, computed here by awk and bc from
# the kernel's own names, and not by our own code.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

# ---- what the files say

counter() # TREE INSTANT NAME
{
	awk -v name="$3" '$1 == name { print $2; found = 1 } END { if (!found) print 0 }' \
		"$(fixture "$1")/$2/proc/vmstat"
}

seconds() # TREE INSTANT
{
	cut -d ' ' -f 1 "$(fixture "$1")/$2/proc/uptime"
}

stalled_us() # TREE INSTANT RESOURCE LINE
{
	sed -n "s/^$4 .*total=//p" "$(fixture "$1")/$2/proc/pressure/$3"
}

# Major faults, from the kernel's own line; the names in these trees have no blanks.
faults() # TREE INSTANT PID
{
	cut -d ' ' -f 12 "$(fixture "$1")/$2/proc/$3/stat"
}

bytes() # FILE NAME: of a meminfo, "-" if it is not there
{
	awk -v name="$2:" '$1 == name { printf "%.0f", $2 * 1024; found = 1 }
		END { if (!found) print "-" }' "$1"
}

average() # FILE LINE WINDOW: of a pressure file, "-" if it is not there
{
	[ -f "$1" ] || { echo - && return; }
	sed -n "s/^$2 .*avg$3=\([0-9.]*\).*/\1/p" "$1"
}

# per_second TREE FROM TO AMOUNT
per_second()
{
	echo "($4) / ($(seconds "$1" "$3") - $(seconds "$1" "$2"))" | bc -l
}

# growth TREE FROM TO NAME...: of the sum of counters.
growth()
{
	local tree=$1 from=$2 to=$3 name sum=0

	shift 3
	for name; do
		sum=$((sum + $(counter "$tree" "$to" "$name") - $(counter "$tree" "$from" "$name")))
	done
	echo $sum
}

# ---- what vmtop says

# said N FILTER: of the Nth document of $output, counted from 0.
said()
{
	jq -rs ".[$1] | $2" <<<"$output"
}

# rates_are N TREE FROM TO: lines "metric counter..." on stdin.
rates_are()
{
	local metric counters

	while read -r metric counters; do
		# shellcheck disable=SC2086 # several names
		counters=$(growth "$2" "$3" "$4" $counters)
		is_number "$(said "$1" ".system.$metric")" \
			"$(per_second "$2" "$3" "$4" "$counters")" "$metric"
	done
}

stalls_are() # N TREE FROM TO
{
	local resource line us

	for resource in memory io; do
		for line in some full; do
			us=$(stalled_us "$2" "$4" "$resource" $line)
			us=$((us - $(stalled_us "$2" "$3" "$resource" $line)))
			is_number "$(said "$1" ".system.pressure_${resource}_${line}_percent")" \
				"$(per_second "$2" "$3" "$4" "$us / 10000")" "$resource $line"
		done
	done
}

averages_are() # DIRECTORY
{
	local resource line window metric

	for resource in memory io; do
		for line in some full; do
			for window in 10 60 300; do
				metric=pressure_${resource}_${line}_avg${window}_percent
				is_number "$(json ".system.$metric")" \
					"$(average "$1/$resource" $line $window)" "$metric"
			done
		done
	done
}

# It may say one thing only: that there is no pressure stall information.
quietly_but_for_psi()
{
	leniently "$@"
	is "$status" 0 "exit status"
	[ -z "$stderr" ] || has "$stderr" psi=1
	has_lines_at_most "$stderr" 1
}

has_lines_at_most()
{
	[ "$(printf %s "$1" | grep -c '')" -le "$2" ] || fail "more than $2 lines"
}

# The counters of mm/vmstat.c that each rate is made of.
rates='swap_in_pages_per_second pswpin
swap_out_pages_per_second pswpout
zswap_in_pages_per_second zswpin
zswap_out_pages_per_second zswpout
faults_per_second pgfault
major_faults_per_second pgmajfault
evicted_pages_per_second pgsteal_anon pgsteal_file
evicted_anon_pages_per_second pgsteal_anon
evicted_file_pages_per_second pgsteal_file
refaulted_pages_per_second workingset_refault_anon workingset_refault_file
refaulted_anon_pages_per_second workingset_refault_anon
refaulted_file_pages_per_second workingset_refault_file
activated_file_pages_per_second workingset_activate_file
restored_pages_per_second workingset_restore_anon workingset_restore_file
scanned_kswapd_pages_per_second pgscan_kswapd
scanned_direct_pages_per_second pgscan_direct
allocstalls_per_second allocstall_dma allocstall_dma32 allocstall_normal allocstall_movable
compact_stalls_per_second compact_stall'

check_storm() # N FROM TO
{
	local boot rate='select(.command == "cc1plus").major_faults_per_second'

	rates_are "$1" swap-storm "$2" "$3" <<<"$rates"
	stalls_are "$1" swap-storm "$2" "$3"
	is_number "$(said "$1" ".processes[] | $rate")" "$(per_second swap-storm "$2" "$3" \
		"$(faults swap-storm "$3" 7010) - $(faults swap-storm "$2" 7010)")" "cc1plus"
	is_number "$(said "$1" .interval_seconds)" \
		"$(echo "$(seconds swap-storm "$3") - $(seconds swap-storm "$2")" | bc)" "interval"
	boot=$(sed -n 's/^btime //p' "$(fixture swap-storm)/$3/proc/stat")
	is "$(said "$1" .time)" \
		"$(date -u -d "@$(echo "$boot + $(seconds swap-storm "$3")" | bc)" +%FT%T.%3NZ)"
}

@test "vmtop: the rates of swap-storm are exactly those of its files, in both intervals" {
	quietly "$VMTOP" --json "$(at swap-storm)"
	has_lines "$output" 2
	row="from 1 to 2" check_storm 0 1 2
	row="from 2 to 3" check_storm 1 2 3

	# The same by hand: 123132 - 102039 pages came in and 1986113 - 1669369 us were stalled from
	# 1333.06 s to 1335.65 s, 196021 - 175394 pages went out from there to 1338.22 s.
	is_number "$(said 0 .system.swap_in_pages_per_second)" 8144.01544401544
	is_number "$(said 0 .system.pressure_memory_some_percent)" 12.2294980694980
	is_number "$(said 1 .system.swap_out_pages_per_second)" 8026.07003891051
	is_number "$(said 0 '.processes[0].major_faults_per_second')" 8133.59073359073
}

@test "vmtop: memory is that of meminfo and averages are those of pressure, in every tree" {
	local file metric name

	for row in idle/. zram/. zswap/. no-psi/. 16k-pages/. many-areas/. swap-storm/3 no-swap/2 \
		old-kernel/2; do
		file=$(fixture "$row")/proc
		quietly_but_for_psi "$VMTOP" --json "$(at "${row%/*}")"
		output=$(tail -n 1 <<<"$output")
		while read -r metric name; do
			is_number "$(json ".system.$metric")" "$(bytes "$file/meminfo" "$name")" \
				"$metric"
		done <<-'END'
			mem_total_bytes MemTotal
			mem_free_bytes MemFree
			mem_available_bytes MemAvailable
			anon_bytes AnonPages
			shmem_bytes Shmem
			slab_bytes Slab
			page_tables_bytes PageTables
			unevictable_bytes Unevictable
			dirty_bytes Dirty
			writeback_bytes Writeback
			swap_total_bytes SwapTotal
			swap_cached_bytes SwapCached
			zswap_stored_bytes Zswapped
			zswap_pool_bytes Zswap
		END
		is_number "$(json '.system | .swap_total_bytes - .swap_used_bytes')" \
			"$(bytes "$file/meminfo" SwapFree)" used
		averages_are "$file/pressure"
		is "$(json .host.name)" "${row%/*}"
		is "$(json .host.kernel)" "$(cat "$file/sys/kernel/osrelease")"
		is "$(json .host.cpus)" "$(grep -c '^cpu[0-9]' "$file/stat")"
	done
}

@test "vmtop: three runs over a captured tree print the same, and none of them waits" {
	local first run

	for row in --json --csv --tsv --bytes; do
		quietly timeout 10 "$VMTOP" -b -d 1h "$row" "$(at swap-storm)"
		first=$output
		for run in 2 3; do
			quietly timeout 10 "$VMTOP" -b -d 1h "$row" "$(at swap-storm)"
			is "$output" "$first" "run $run"
		done
	done
}

@test "vmtop: -n ends the intervals of a captured tree early, and its end ends them in good time" {
	quietly "$VMTOP" -n 1 --json "$(at swap-storm)"
	has_lines "$output" 1
	quietly "$VMTOP" -n 9 --json "$(at swap-storm)"
	has_lines "$output" 2
	quietly "$VMTOP" -n 9 --json "$(at idle)"
	has_lines "$output" 1
}

@test "vmtop: a tree of one instant has no rates: they are absent, not 0" {
	local rates='[.system | to_entries[] | select(.key | endswith("_second")) | .value]'

	quietly "$VMTOP" --json "$(at idle)"
	json_is .interval_seconds null
	json_is "$rates | unique | tostring" '[null]'
	json_is '"\(.system.oom_kills) \(.system.pressure_memory_some_percent)"' 'null null'
	json_is '[.processes[].major_faults_per_second] | unique | tostring' '[null]'
	quietly "$VMTOP" "$(at idle)"
	matches "$output" 'major faults -( |$)'
	has_not "$output" 'OOM kills 0'
}

@test "vmtop: a kernel without pressure stall information is told once, and the rest stands" {
	local tree pressures='.system | to_entries[] | select(.key | startswith("pressure"))'

	for row in --json --csv --bytes; do
		quietly_but_for_psi "$VMTOP" "$row" "$(at no-psi)"
		has_lines "$stderr" 1
	done
	quietly_but_for_psi "$VMTOP" --json "$(at no-psi)"
	json_is "[$pressures | .value] | unique | tostring" '[null]'
	json_is '.processes[] | select(.command == "/usr/sbin/database").swap_bytes' 0
	# Where one of the three files is missing the other two still count.
	tree=$(spoilable no-swap)
	rm "$tree"/?/proc/pressure/cpu
	quietly_but_for_psi "$VMTOP" --json --sysroot "$tree"
	has_lines "$stderr" 1
	json_true '.system.pressure_io_some_percent != null'
	json_is .system.pressure_cpu_some_percent null
}

@test "vmtop: rates are exact under the names of a 4.19 kernel, and what it lacks is absent" {
	quietly_but_for_psi "$VMTOP" --json "$(at old-kernel)"
	rates_are 0 old-kernel 1 2 <<-'END'
		swap_in_pages_per_second pswpin
		swap_out_pages_per_second pswpout
		major_faults_per_second pgmajfault
		evicted_pages_per_second pgsteal_kswapd pgsteal_direct
		refaulted_pages_per_second workingset_refault
		restored_pages_per_second workingset_restore
		scanned_kswapd_pages_per_second pgscan_kswapd
		scanned_direct_pages_per_second pgscan_direct
		allocstalls_per_second allocstall_dma32 allocstall_normal allocstall_movable
	END
	is_number "$(json .system.allocstalls_per_second)" 2
	json_is .system.oom_kills 1
	for row in evicted_anon_pages_per_second evicted_file_pages_per_second \
		refaulted_anon_pages_per_second zswap_in_pages_per_second zswap_stored_bytes \
		zram_stored_bytes; do
		json_is ".system.$row" null
	done
	json_is '.areas[0] | "\(.name) \(.type) \(.size_bytes) \(.used_bytes) \(.priority)"' \
		"/dev/sda2 partition $((1048572 * 1024)) $((348572 * 1024)) -2"
	json_is '.processes[0] | "\(.pid) \(.swap_bytes) \(.major_faults_per_second)"' \
		"612 $((290000 * 1024)) 500"
}

@test "vmtop: zram and zswap are told apart from swap, and a device not set up is none" {
	quietly "$VMTOP" --json "$(at zram)"
	json_is '.zram | length' 1
	json_is '.zram[0] | "\(.name) \(.algorithm) \(.disk_bytes) \(.stored_bytes)"' \
		'zram1 lzo-rle 268435456 62918656'
	json_is '.zram[0].used_bytes' 37761024
	json_is .system.zram_stored_bytes 62918656
	json_is '.areas[0].type' zram
	json_is .zswap.enabled false
	quietly "$VMTOP" --json "$(at zswap)"
	json_is '.zram | length' 0
	json_is '.zswap | "\(.enabled) \(.compressor)"' 'true lzo'
	json_is '.system | "\(.zswap_stored_bytes) \(.zswap_pool_bytes)"' \
		"$((61440 * 1024)) $((36864 * 1024))"
	json_is '.areas[0].type' file
	quietly "$VMTOP" --json "$(at no-swap)"
	json_is '"\(.areas | length) \(.system.swap_total_bytes)"' '0 0'
}

@test "vmtop: a counter that went back and an interval of no length give no rate" {
	leniently "$VMTOP" --json "$(at absurd)"
	has_lines "$output" 2
	for row in swap_in_pages_per_second major_faults_per_second pressure_memory_some_percent \
		oom_kills swap_used_bytes; do
		is "$(said 0 ".system.$row")" null
	done
	row=
	is_number "$(said 0 .system.faults_per_second)" 500
	# What took longer than the interval took all of it.
	is_number "$(said 0 .system.pressure_cpu_some_percent)" 100
	is "$(said 1 '[.system.faults_per_second, .system.swap_in_pages_per_second] | tostring')" \
		'[null,null]'
	# A process that is new counts from its start, under a pid that had another owner, too.
	output=$(said 0 '.processes[] | "\(.pid) \(.major_faults_per_second)"')
	has "$output" '20 null'
	has "$output" '21 1'
	has "$output" '22 4'
	for row in --bytes --csv; do
		leniently "$VMTOP" $row "$(at absurd)"
		! grep -qE '18446744073709551|(^|[ ,])(-[0-9.]+[KMGTPE]|-?nan|-?inf)' <<<"$output" ||
			fail "a number that is none"
	done
}

# A source in ways that a kernel never has it, but a copy may.
spoil()
{
	local file=$1 how=$2

	case $how in
	empty) : >"$file" ;;
	half) truncate -s $(($(stat -c %s "$file") / 2)) "$file" ;;
	binary) head -c 5000 "$VMTOP" >"$file" ;;
	*) rm -r "$file" ;;
	esac
	case $how in
	directory) mkdir "$file" ;;
	fifo) mkfifo "$file" ;;
	loop) ln -s "${file##*/}" "$file" ;;
	esac
}

@test "vmtop: whichever source is missing or spoilt, the others stand and one line says why" {
	local tree source how avg10=.system.pressure_memory_full_avg10_percent

	for source in proc/meminfo proc/vmstat proc/swaps proc/stat proc/pressure/memory \
		proc/self/auxv proc/sys/kernel/hostname proc/sys/kernel/osrelease; do
		for how in missing directory fifo loop empty half binary; do
			row="$source $how"
			tree=$(spoilable zswap)
			spoil "$tree/$source" $how
			leniently timeout 10 "$VMTOP" --json --sysroot "$tree"
			json_true '.schema == "vmtop/1"'
			has_lines_at_most "$stderr" 1
			case $how,$source in
			half,*) ;;
			*,proc/meminfo) json_is .system.mem_total_bytes null ;;
			*,proc/pressure/*) json_is $avg10 null ;;
			binary,*) ;;
			*,proc/swaps) json_is .areas null ;;
			*,proc/sys/kernel/hostname) json_is .host.name null ;;
			*,proc/sys/kernel/osrelease) json_is .host.kernel null ;;
			esac
			case $how,$source in
			half,* | *,proc/s[ety]* | *,proc/stat) ;;
			*) has "$stderr" "${source%/memory}" ;;
			esac
			[ "$source" = proc/meminfo ] || json_true '.system.mem_total_bytes > 0'
			[ "$source" = proc/swaps ] || json_is '.areas | length' 1
		done
	done
}

@test "a tree without a clock, or that is no tree, is refused in one line" {
	local tree

	for row in "$VMTOP" "$SWAPCTL" "$PAGEMAP 1"; do
		for tree in "$BATS_TEST_TMPDIR/nowhere" "$BATS_TEST_TMPDIR" /dev/null; do
			# shellcheck disable=SC2086 # a command with an operand
			refused 1 $row --sysroot "$tree"
			has_lines "$stderr" 1
			has "$stderr" "$tree"
		done
	done
	tree=$(spoilable idle)
	rm "$tree/proc/uptime"
	refused 1 "$VMTOP" --sysroot "$tree"
	has_lines "$stderr" 1
	has "$stderr" uptime
}

@test "a captured tree is never left: links out of it lead nowhere" {
	local tree

	tree=$(spoilable idle)
	ln -sf /proc/meminfo "$tree/proc/meminfo"
	ln -sf ../../../../../../../../proc/swaps "$tree/proc/swaps"
	ln -sf /etc/hostname "$tree/proc/sys/kernel/hostname"
	leniently "$VMTOP" --json --sysroot "$tree"
	json_is '"\(.system.mem_total_bytes) \(.areas) \(.host.name)"' 'null null null'
	# Resolved below the tree they lead to what is there.
	mkdir "$tree/saved"
	cp "$(fixture idle)/proc/meminfo" "$tree/saved"
	ln -sf /saved/meminfo "$tree/proc/meminfo"
	leniently "$VMTOP" --json --sysroot "$tree"
	json_is .system.mem_total_bytes "$(bytes "$(fixture idle)/proc/meminfo" MemTotal)"
}
