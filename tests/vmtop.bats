#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmtop as typed: the report for people, the choice of fields, processes and formats, and time.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

@test "vmtop: the report names memory, swap, each area, pressure, paging and who suffers" {
	quietly "$VMTOP" -n 1 "$(at swap-storm)"
	is "${output%%$'\n'*}" 'swap-storm  2026-11-22T23:42:27.650Z  up 22m 15s  2 CPU  '\
'Linux 6.18.44  over 2.6 s'
	matches "$output" $'\nmemory +23.5G  available 23.1G  anon 113M  file 262M  shmem 8.6M'
	matches "$output" $'\nswap +512M  used 256M  also in RAM 95.2M  in 8.1K/s  out 8.2K/s\n'
	matches "$output" $'\n +/swapfile  file  512M  used 256M  priority 10\n'
	matches "$output" $'\npressure +now +10s +60s +300s\n'
	matches "$output" $'\n +memory +some +12.2% +9.6% +2.7% +0.6%\n +full +12.2%'
	matches "$output" $'\n +io +some +21.3% +18.5% +5.2% +1.4%\n +full +21.2%'
	matches "$output" $'\npaging +major faults 8.1K/s  evicted 8.1K/s  came back 8.1K/s'
	matches "$output" $'OOM kills 0\n'
	matches "$output" $'\n *PID USER +SWAP +RSS +MAJF/S COMMAND\n'
	matches "$output" $'\n *7010 (0|root) +161M +96.5M +8.1K cc1plus\n'
	matches "$output" $'\n *7008 (0|root) +40M +1.6M +0 reports$'
	is "$(sed 1d <<<"$output" | awk 'length > 80')" "" "lines of more than 80 columns"
}

@test "vmtop: a machine without swap says so in words, and in JSON by an empty list" {
	quietly "$VMTOP" "$(at no-swap)"
	matches "$output" $'\nswap +none\n'
	quietly "$VMTOP" "$(at zram)"
	matches "$output" $'\nzram +60M  takes 36M \\(1.7 to 1\\)  size 256M  zram1 lzo-rle\n'
	quietly "$VMTOP" "$(at zswap)"
	matches "$output" $'\nzswap +60M  takes 36M'
}

@test "vmtop: the processes shown are those with most swap and faults, as many as asked" {
	quietly "$VMTOP" -n 1 --json "$(at swap-storm)"
	json_is '[.processes[].pid] | tostring' '[7010,7008]'
	quietly "$VMTOP" -n 1 -m 1 --json "$(at swap-storm)"
	json_is '[.processes[].pid] | tostring' '[7010]'
	quietly "$VMTOP" --sort swap_bytes -m 3 -o pid,swap_bytes --tsv --noheadings "$(at hostile)"
	is "$output" $'100\t1024000\n101\t1022976\n102\t1021952'
	quietly "$VMTOP" --sort name -m 15 -o name --tsv --noheadings "$(at hostile)"
	is "$(sed -n 1p <<<"$output")" '\x1b[2J\x1b[31mred'
	leniently "$VMTOP" -n 1 -m 99 --json "$(at no-processes)"
	json_is '.processes | tostring' '[]'
}

@test "vmtop: -o chooses fields of the system or of processes" {
	quietly "$VMTOP" -o mem_total_bytes,swap_used_bytes --csv "$(at swap-storm)"
	is "$output" $'mem_total_bytes,swap_used_bytes
25276026880,268431360\n25276026880,268431360'
	quietly "$VMTOP" -o pid,swap_bytes --csv -n 1 "$(at swap-storm)"
	is "$output" $'pid,swap_bytes\n7010,168824832\n7008,41943040'
	quietly "$VMTOP" -o mem_total_bytes,swap_used_bytes "$(at idle)"
	matches "$output" $'^mem_total_bytes +swap_used_bytes\n +23.5G +0$'
	quietly "$VMTOP" -o mem_total_bytes --bytes --noheadings "$(at idle)"
	matches "$output" '^ *25276026880$'
	refused 2 "$VMTOP" -o mem_total_bytes,pid "$(at idle)"
}

@test "vmtop: the same numbers in every format" {
	local key

	quietly "$VMTOP" -n 1 --json "$(at swap-storm)"
	local json=$output
	quietly "$VMTOP" -n 1 --csv "$(at swap-storm)"
	for key in mem_available_bytes swap_in_pages_per_second pressure_io_full_percent \
		interval_seconds oom_kills evicted_file_pages_per_second; do
		row=$key
		is "$(awk -F , -v key="$key" 'NR == 1 { while ($++n != key); next } { print $n }' \
			<<<"$output")" "$(jq -r "(.system + {interval_seconds}).$key" <<<"$json")"
	done
	is "$(head -n 1 <<<"$output" | tr , '\n' | grep -vE '^(time|interval_seconds)$')" \
		"$(jq -r '.system | keys_unsorted[]' <<<"$json")" "fields of CSV and JSON"
}

@test "vmtop: raw columns and pairs, a line a sample or a process, with a heading once" {
	quietly "$VMTOP" --raw -o time,mem_total_bytes,zram_used_bytes "$(at swap-storm)"
	is "$output" $'time mem_total_bytes zram_used_bytes
2026-11-22T23:42:27.650Z 25276026880 -
2026-11-22T23:42:30.220Z 25276026880 -'
	quietly "$VMTOP" --pairs -n 1 -o pid,swap,majf/s,command "$(at swap-storm)"
	has "$output" $'PID="7008" SWAP="41943040" MAJF_S="0" COMMAND="reports"'
	has_lines "$output" 2
	quietly "$VMTOP" --pairs "$(at idle)"
	has_lines "$output" 1
	matches "$output" 'mem_total_bytes="25276026880" .* oom_kills=""$'
}

@test "vmtop: -d and -n keep time on the live system, and the first numbers are not since boot" {
	local began ended

	began=$(date +%s%N)
	quietly "$VMTOP" -n 3 -d 200ms --json
	ended=$(date +%s%N)
	has_lines "$output" 3
	[ $(((ended - began) / 1000000)) -ge 600 ] || fail "it did not wait"
	json_true '.interval_seconds >= 0.1 and .interval_seconds < 5'
	json_true '.system.faults_per_second != null'
	[ "$(said_first '.interval_seconds * .system.faults_per_second | round')" -lt \
		"$(awk '$1 == "pgfault" { print $2 }' /proc/vmstat)" ] || fail "since boot"
	# A bare vmtop is one report.
	quietly timeout 20 "$VMTOP" -d 0.05
	is "$(grep -c '^memory ' <<<"$output")" 1 "reports"
}

said_first()
{
	jq -rs ".[0] | $1" <<<"$output"
}

@test "vmtop: -b goes on until it is told to end, and all it has said is whole" {
	for row in INT TERM HUP; do
		run --separate-stderr timeout --signal $row 1 "$VMTOP" -b -d 50ms --json
		is "$status" 124 "exit status of timeout"
		is "$stderr" ""
		json_true '.schema == "vmtop/1"'
		[ "$(wc -l <<<"$output")" -ge 3 ] || fail "few reports"
	done
}
