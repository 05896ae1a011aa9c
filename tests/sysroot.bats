#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmtop on captured trees: its numbers must be those of the files, computed here by awk and bc from
# the kernel's own names, and not by our own code.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

# What the files say, in lines of key and value: the rates of TABLE (lines of a metric and the
# counters that are summed) from one instant to another.
rates() # TREE FROM TO TABLE
{
	awk '
		FILENAME == ARGV[1] { seconds -= $1; next }
		FILENAME == ARGV[2] { seconds += $1; next }
		FILENAME == ARGV[3] { growth[$1] -= $2; next }
		FILENAME == ARGV[4] { growth[$1] += $2; next }
		{
			for (sum = 0; NF > 1; NF--)
				sum += growth[$NF]
			printf "%s %.17g\n", $1, sum / seconds
		}' \
		"$(fixture "$1")/$2/proc/uptime" "$(fixture "$1")/$3/proc/uptime" \
		"$(fixture "$1")/$2/proc/vmstat" "$(fixture "$1")/$3/proc/vmstat" - <<<"$4"
}

# The stalled share, in percent, of the time from one instant to another.
stalls() # TREE FROM TO
{
	local resource

	for resource in memory io; do
		awk -v resource=$resource '
			{ sub(/.*=/, "", $NF) }
			FILENAME == ARGV[1] { seconds -= $1; next }
			FILENAME == ARGV[2] { seconds += $1; next }
			FILENAME == ARGV[3] { before[$1] = $NF; next }
			{
				printf "pressure_%s_%s_percent %.17g\n", resource, $1,
					($NF - before[$1]) / 10000 / seconds
			}' \
			"$(fixture "$1")/$2/proc/uptime" "$(fixture "$1")/$3/proc/uptime" \
			"$(fixture "$1")/$2/proc/pressure/$resource" \
			"$(fixture "$1")/$3/proc/pressure/$resource"
	done
}

averages() # DIRECTORY OF PROC
{
	awk '
		function put(line, value) {
			for (i = 2; i <= 4; i++)
				print "pressure_" resource "_" line "_avg" window[i] "_percent",
					value ? substr($i, length(window[i]) + 5) : "-"
		}
		BEGIN {
			split("- 10 60 300", window)
			for (n = 1; n <= 2; n++) {
				resource = n == 1 ? "memory" : "io"
				file = ARGV[1] "/pressure/" resource
				for (lines = 0; (getline < file) > 0; lines++)
					put($1, 1)
				if (!lines) {
					put("some")
					put("full")
				}
			}
		}' "$1"
}

# By the names of meminfo; "-" for what this kernel does not have.
memory() # DIRECTORY OF PROC
{
	awk '
		FNR == NR { bytes[$1] = sprintf("%.0f", $2 * 1024); next }
		{ print $1, $2 ":" in bytes ? bytes[$2 ":"] : "-" }' "$1/meminfo" - <<-'END'
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
	awk '/^SwapTotal/ { used += $2 } /^SwapFree/ { used -= $2 }
		END { print "swap_used_bytes", used * 1024 }' "$1/meminfo"
	awk '/^MemTotal/ { total = $2 } /^MemAvailable/ { available = $2 }
		END { printf "mem_used_bytes %.0f\n", (total - available) * 1024 }' "$1/meminfo"
}

# said N FILTER: of the Nth document of $output, counted from 0.
said()
{
	jq -rs ".[$1] | $2" <<<"$output"
}

# It may say one thing only: that there is no pressure stall information.
quietly_but_for_psi()
{
	leniently "$@"
	is "$status" 0 "exit status"
	[ -z "$stderr" ] || has "$stderr" proc/pressure
	has_lines_at_most_1 "$stderr"
}

has_lines_at_most_1()
{
	[[ $1 != *$'\n'* ]] || fail "more than one line"
}

# The counters of mm/vmstat.c that each rate is made of.
rates_of_today='swap_in_pages_per_second pswpin
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
rates_of_4_19='swap_in_pages_per_second pswpin
swap_out_pages_per_second pswpout
major_faults_per_second pgmajfault
evicted_pages_per_second pgsteal_kswapd pgsteal_direct
refaulted_pages_per_second workingset_refault
restored_pages_per_second workingset_restore
scanned_kswapd_pages_per_second pgscan_kswapd
scanned_direct_pages_per_second pgscan_direct
allocstalls_per_second allocstall_dma32 allocstall_normal allocstall_movable'

# What the verdict of the system is made of, from the raw files of two instants, by the formulas of
# procmm(7); for anonymous memory only, which is what thrashes there.
verdict_numbers() # TREE FROM TO
{
	local before after

	before=$(fixture "$1")/$2/proc after=$(fixture "$1")/$3/proc
	awk '
		function lesser(a, b) { return a < b ? a : b }
		FNR == 1 { file++ }
		{ sign = file % 2 ? -1 : 1 }
		file <= 2 { seconds += sign * $1 }
		file > 2 && file <= 4 { n[$1] += sign * $2 }
		file > 4 && file <= 8 && $1 == "full" {
			sub(/.*=/, "", $NF)
			full[file > 6] += sign * $NF / 10000
		}
		file > 8 && $1 == "cpu" { user += sign * ($2 + $3) }
		END {
			out = n["pgsteal_anon"] > n["pswpout"] ? n["pgsteal_anon"] : n["pswpout"]
			back = n["workingset_refault_anon"]
			if (back < n["pswpin"])
				back = n["pswpin"]
			overlap = (n["workingset_restore_anon"] + n["workingset_restore_file"]) / \
				(back + n["workingset_refault_file"])
			share = lesser(1, n["pswpin"] * 4 / n["pgpgin"])
			print "came_back_pages_per_second", lesser(back, out) / seconds
			print "reuse_ratio", lesser(back, out) / (out + n["pgsteal_file"])
			print "overlap_ratio", overlap
			print "paging_read_ratio", share
			print "useful_percent", user / seconds
			print "lost_percent", (full[0] + full[1] * share * (1 - overlap)) / seconds
			evicted = n["pgsteal_anon"] + n["pgsteal_file"]
			scanned = n["pgscan_anon"] + n["pgscan_file"]
			print "reclaim_efficiency_ratio", evicted / scanned
		}' OFMT=%.17g "$before/uptime" "$after/uptime" "$before/vmstat" "$after/vmstat" \
		"$before/pressure/memory" "$after/pressure/memory" \
		"$before/pressure/io" "$after/pressure/io" "$before/stat" "$after/stat"
}

check_storm() # DOCUMENT FROM TO
{
	local before after
	local seen='select(.command == "cc1plus") | {faults: .major_faults_per_second}'

	before=$(fixture swap-storm)/$2/proc after=$(fixture swap-storm)/$3/proc
	output=$1
	rates swap-storm "$2" "$3" "$rates_of_today" | numbers_are .system
	stalls swap-storm "$2" "$3" | numbers_are .system
	# Of the process: field 12 of its stat, whose name has no blanks.
	numbers_are ".processes[] | $seen" < <(awk 'NR <= 2 { seconds = $1 - seconds; next }
		{ faults = $12 - faults } END { printf "faults %.17g\n", faults / seconds }' \
		"$before/uptime" "$after/uptime" "$before/7010/stat" "$after/7010/stat")
	is "$(json .time)" "$(date -u +%FT%T.%3NZ -d "@$(awk '
		$1 == "btime" { boot = $2 } END { printf "%.2f", boot + $1 }' \
		"$after/stat" "$after/uptime")")"
	is "$(json .interval_seconds)" "$(awk '{ seconds = $1 - seconds } END { print seconds }' \
		"$before/uptime" "$after/uptime")"
}

@test "vmtop: the rates of swap-storm are exactly those of its files, in both intervals" {
	quietly "$VMTOP" --json "$(at swap-storm)"
	has_lines "$output" 2
	local both=$output
	row="from 1 to 2" check_storm "${both%%$'\n'*}" 1 2
	# The same by hand: 123132 - 102039 pages came in, 175394 - 154282 went out, and
	# 1986113 - 1669369 us were stalled from 1333.06 s to 1335.65 s.
	numbers_are .system <<-'END'
		swap_in_pages_per_second 8144.01544401544
		swap_in_bytes_per_second 33357887.2586873
		swap_out_pages_per_second 8151.35135135135
		swap_out_bytes_per_second 33387935.1351351
		pressure_memory_some_percent 12.2294980694981
	END
	row="from 2 to 3" check_storm "${both#*$'\n'}" 2 3
}

@test "vmtop: the numbers of the verdict are those that procmm(7) makes of the files" {
	quietly "$VMTOP" --json "$(at swap-storm)"
	local both=$output
	output=${both%%$'\n'*}
	row="from 1 to 2" numbers_are .system < <(verdict_numbers swap-storm 1 2)
	output=${both#*$'\n'}
	row="from 2 to 3" numbers_are .system < <(verdict_numbers swap-storm 2 3)
	# A swap file of another machine: on which disk it is, nobody knows.
	json_is .system.swap_read_seconds null
}

@test "vmtop: memory is that of meminfo and averages are those of pressure, in every tree" {
	local proc

	for row in idle/. zram/. zswap/. no-psi/. 16k-pages/. many-areas/. swap-storm/3 no-swap/2 \
		old-kernel/2; do
		proc=$(fixture "$row")/proc
		quietly_but_for_psi "$VMTOP" --json "$(at "${row%/*}")"
		output=${output##*$'\n'}
		memory "$proc" | numbers_are .system
		averages "$proc" | numbers_are .system
		json_is '.host | "\(.name) \(.kernel) \(.cpus)"' \
			"${row%/*} $(<"$proc/sys/kernel/osrelease") \
$(grep -c '^cpu[0-9]' "$proc/stat")"
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

@test "vmtop: an instant that cannot be entered ends it with a word and exit 1" {
	local tree

	tree=$(spoilable swap-storm)
	for row in file loop; do
		rm -rf "${tree:?}/2"
		[ $row = file ] && : >"$tree/2" || ln -s 2 "$tree/2"
		refused 1 "$VMTOP" --json --sysroot "$tree"
		has_lines "$stderr" 1
		has "$stderr" "$tree/2: "
	done
	rm "$tree/2"
	mv "$tree/3" "$tree/2"
	: >"$tree/3"
	run --separate-stderr "$VMTOP" --json --sysroot "$tree"
	is "$status" 1 "exit status"
	has_lines "$output" 1
	has "$stderr" "$tree/3: Not a directory"
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

@test "vmtop: pressure that is not in a tree is told once, and the rest stands" {
	local tree pressures='.system | to_entries[] | select(.key | startswith("pressure"))'

	for row in --json --csv --bytes; do
		quietly_but_for_psi "$VMTOP" "$row" "$(at no-psi)"
		has_lines "$stderr" 1
		# It may be that nobody captured it: no word on the kernel, and no advice.
		has "$stderr" 'proc/pressure: not captured, or its kernel kept no pressure'
		has_not "$stderr" psi=
	done
	quietly_but_for_psi "$VMTOP" --json "$(at no-psi)"
	json_is "[$pressures | .value] | unique | tostring" '[null]'
	json_is '.processes[] | select(.command == "/usr/sbin/database").swap_bytes' 0
	# Where one of the three files is missing the other two still count.
	tree=$(spoilable no-swap)
	rm "$tree"/?/proc/pressure/cpu
	quietly_but_for_psi "$VMTOP" --json --sysroot "$tree"
	has_lines "$stderr" 1
	has "$stderr" 'proc/pressure/cpu: not captured'
	json_true '.system.pressure_io_some_percent != null'
	json_is .system.pressure_cpu_some_percent null
}

@test "vmtop: bytes a second are pages of the tree's own size; a spoilt counter is not replaced" {
	local tree

	tree=$(spoilable old-kernel)
	quietly_but_for_psi "$VMTOP" --json --sysroot "$tree"
	json_true '.system | .swap_in_bytes_per_second == 4096 * .swap_in_pages_per_second'
	cp "$(fixture 16k-pages)/proc/self/auxv" "$tree/1/proc/self"
	quietly_but_for_psi "$VMTOP" --json --sysroot "$tree"
	json_true '.system | .swap_out_bytes_per_second == 16384 * .swap_out_pages_per_second and
		.swap_out_pages_per_second > 0'
	rm "$tree"/?/proc/self/auxv
	quietly_but_for_psi "$VMTOP" --json --sysroot "$tree"
	json_true '.system | .swap_in_bytes_per_second == null and .swap_in_pages_per_second > 0'

	tree=$(spoilable swap-storm)
	sed -i 's/^pgsteal_anon .*/pgsteal_anon many/' "$tree"/?/proc/vmstat
	leniently "$VMTOP" -n 1 --json --sysroot "$tree"
	json_is .system.evicted_pages_per_second null
	sed -i /^pgsteal_anon/d "$tree"/?/proc/vmstat
	quietly "$VMTOP" -n 1 --json --sysroot "$tree"
	json_is .system.evicted_pages_per_second 0
}

@test "vmtop: rates are exact under the names of a 4.19 kernel, and what it lacks is absent" {
	quietly_but_for_psi "$VMTOP" --json "$(at old-kernel)"
	rates old-kernel 1 2 "$rates_of_4_19" | numbers_are .system
	numbers_are .system <<<'allocstalls_per_second 2'
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
	# What took longer than the interval took all of it.
	is "$(said 0 '.system | "\(.faults_per_second) \(.pressure_cpu_some_percent)"')" '500 100'
	# The kernel's average of more than all of the time is no average.
	is "$(said 0 '.system | [.pressure_memory_some_avg10_percent,
		.pressure_memory_some_avg60_percent] | tostring')" '[null,100]'
	is "$(said 1 '[.system.faults_per_second, .system.swap_in_pages_per_second] | tostring')" \
		'[null,null]'
	# A process that is new counts from its start, under a pid that had another owner, too.
	output=$(said 0 '.processes[] | "\(.pid) \(.major_faults_per_second)"')
	has "$output" '20 null'
	has "$output" '21 1'
	has "$output" '22 4'
	for row in --bytes --csv; do
		leniently "$VMTOP" $row "$(at absurd)"
		! grep -qE '18446744073709551|[ ,](-[0-9.]+[KMGTPE]|-?nan|-?inf)' <<<"$output" ||
			fail "a number that is none"
	done
}

# Spoil a file in a way that a kernel never does, but a copy may.
spoil() # FILE HOW
{
	case $2 in
	empty) : >"$1" ;;
	half) truncate -s $(($(stat -c %s "$1") / 2)) "$1" ;;
	binary) head -c 5000 "$VMTOP" >"$1" ;;
	*) rm "$1" ;;
	esac
	case $2 in
	directory) mkdir "$1" ;;
	fifo) mkfifo "$1" ;;
	loop) ln -s "${1##*/}" "$1" ;;
	esac
}

@test "vmtop: whichever source is missing or spoilt, the others stand and one line says why" {
	local tree source how total areas pressure host kernel
	local sources='.system.mem_total_bytes, (.areas // "null" | tostring | length),
		.system.pressure_memory_full_avg10_percent, .host.name, .host.kernel'

	tree=$(spoilable zswap)
	for source in meminfo vmstat swaps stat pressure/memory self/auxv sys/kernel/hostname \
		sys/kernel/osrelease; do
		for how in missing directory fifo loop empty half binary; do
			row="$source $how"
			spoil "$tree/proc/$source" $how
			leniently timeout 10 "$VMTOP" --json --sysroot "$tree"
			read -r total areas pressure host kernel < <(json \
				"[$sources] | map(. // \"null\" | tostring) | join(\" \")")
			has_lines_at_most_1 "$stderr"
			[ "$source" = meminfo ] || is "$total" 25276026880
			[ "$source" = swaps ] || [ "$areas" -gt 20 ] || fail "no areas"
			case $source,$how in
			*,half) ;;
			meminfo,*) is "$total" null && has "$stderr" proc/meminfo ;;
			vmstat,*) has "$stderr" proc/vmstat ;;
			swaps,binary) has "$stderr" proc/swaps ;;
			swaps,*) is "$areas" 4 && has "$stderr" proc/swaps ;;
			pressure/*) is "$pressure" null && has "$stderr" proc/pressure ;;
			*,binary) ;;
			*/hostname,*) is "$host" null ;;
			*/osrelease,*) is "$kernel" null ;;
			esac
			rm -rf "${tree:?}/proc/$source"
			cp "$(fixture zswap)/proc/$source" "$tree/proc/$source"
		done
	done
}

@test "vmtop: a tree without both meminfo and vmstat is incomplete: it is told, and the exit is 1" {
	local tree

	tree=$(spoilable swap-storm)
	rm "$tree"/?/proc/meminfo
	run --separate-stderr "$VMTOP" --json --sysroot "$tree"
	is "$status" 0 "exit status with vmstat"
	rm "$tree"/?/proc/vmstat
	for row in --json --csv --bytes; do
		run --separate-stderr "$VMTOP" $row --sysroot "$tree"
		is "$status" 1 "exit status"
		is "$(grep -c 'neither proc/meminfo nor proc/vmstat' <<<"$stderr")" 1 "lines"
		has "$output" /swapfile || [ $row = --csv ]
	done
}

@test "vmtop: that no process is seen is told once" {
	run --separate-stderr "$VMTOP" "$(at no-processes)"
	is "$status" 0 "exit status"
	has_lines "$stderr" 1
	has "$stderr" 'no-processes/proc: no process was captured'
	quietly "$VMTOP" --csv "$(at no-processes)"
}

# spoilt_says WORDS FILTER: the zram tree under $tree says so in one line, exits 0, and then FILTER
# holds.
spoilt_says()
{
	run --separate-stderr "$VMTOP" --json --sysroot "$tree"
	is "$status" 0 "exit status"
	has_lines "$stderr" 1
	has "$stderr" "$1"
	json_true "$2"
}

# with_content CONTENT WORDS FILTER: the same of $file with another content, and put that back.
with_content()
{
	local good

	row="$file '$1'"
	good=$(cat "$tree/$file" && echo .)
	printf %b "$1" >"$tree/$file"
	spoilt_says "$file: $2" "$3"
	printf %s "${good%.}" >"$tree/$file"
}

@test "vmtop: a cut or spoilt file of zram, zswap, pressure or stat is absent, and a line says so" {
	local tree file

	tree=$(spoilable zram)
	file=sys/block/zram1/mm_stat
	with_content 'garbage\n' 'a line of numbers expected' \
		'.zram[0] | .used_bytes == null and .disk_bytes == 268435456'
	with_content '62918656 37340233 377' 'a line of numbers expected' \
		'.zram[0].used_bytes == null'
	file=sys/block/zram1/disksize
	with_content '123garbage\n' 'number expected' \
		'.zram[0] | .disk_bytes == null and .used_bytes == 37761024'
	with_content 123 'number expected' '.zram[0].disk_bytes == null'
	file=sys/module/zswap/parameters/enabled
	with_content 'maybe\n' 'Y or N expected' '.zswap == null'
	with_content 'Yes\n' 'Y or N expected' '.zswap == null'
	file=proc/stat
	with_content 'cpu 1\ncpu0 1 2\nintr 5\nbtime 17' 'cut short, or no time of boot' \
		'.time == null and .host.cpus == 1'
	row=pressure tree=$(spoilable swap-storm)
	for file in "$tree"/?/proc/pressure/memory; do
		truncate -s -5 "$file"
	done
	spoilt_says '1/proc/pressure/memory:2: pressure line expected' \
		'.system.pressure_memory_full_percent == null'
	row=hostname tree=$(spoilable idle)
	truncate -s -2 "$tree/proc/sys/kernel/hostname"
	quietly "$VMTOP" --json --sysroot "$tree"
	json_is .host.name null
	row='sys/block' tree=$(spoilable zram)
	rm -r "$tree/sys/block"
	quietly "$VMTOP" --json --sysroot "$tree"
	: >"$tree/sys/block"
	spoilt_says 'sys/block: Not a directory' '.zram == []'
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
	json_is .system.mem_total_bytes 25276026880
}
