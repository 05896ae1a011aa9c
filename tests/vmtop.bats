#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmtop as typed: the report for people, the choice of fields, processes and formats, and time.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

@test "vmtop: the report names memory, swap, each area, pressure, paging and who suffers" {
	local tree

	quietly "$VMTOP" -n 1 "$(at swap-storm)"
	is "${output%%$'\n'*}" \
		'swap-storm  2026-11-22T23:42:27Z  over 2.6 s  up 22m 15s  2 CPU  Linux 6.18.44'
	matches "$output" $'\nmemory +23.5G  used 456M  free 23G  available 23.1G  anon 113M  file'
	# Bytes: 4096 x 8144 pages. Without a page size it is the pages that are shown.
	matches "$output" $'\nswap +512M  used 256M  also in RAM 95.2M  in 31.8M/s  out 31.8M/s\n'
	matches "$output" $'\n +512M  used 256M  priority 10  file  /swapfile\n'
	matches "$output" $'\npressure +now +10s +60s +300s\n'
	matches "$output" $'\n +memory +some +12.2% +9.6% +2.7% +0.6%\n +full +12.2%'
	matches "$output" $'\n +io +some +21.3% +18.5% +5.2% +1.4%\n +full +21.2%'
	matches "$output" \
		$'\npaging +major faults 8.1K/s  evicted 8.1K pages/s  came back 8.1K pages/s\n'
	matches "$output" $'OOM kills 0\n'
	matches "$output" $'\n *PID USER +LOST +MAJF/S +SWAP +SWAP\\+ +RSS +RSS\\+ COMMAND\n'
	matches "$output" $'\n *7010 (0|root) +- +8.1K +161M +-94.2K +96.5M +94.2K cc1plus\n'
	matches "$output" $'\n *7008 (0|root) +0.0% +0 +40M +0 +1.6M +0 reports$'
	is "$(awk 'NR > 7 && length > 80' <<<"$output")" "" "lines of more than 80 columns"
	tree=$(spoilable swap-storm)
	rm "$tree"/?/proc/self/auxv
	quietly "$VMTOP" -n 1 --sysroot "$tree"
	matches "$output" '  in 8.1K pages/s[[:space:]]+out 8.2K pages/s'
}

# on_terminal COLUMNS ROWS OPTION...: vmtop on a terminal of that size, blanks at the ends of lines
# and the terminal's returns taken off.
on_terminal()
{
	local size="cols $1 rows $2"

	shift 2
	run script -qec "stty $size; exec $VMTOP $*" /dev/null </dev/null
	is "$status" 0 "exit status"
	output=$(tr -d '\r' <<<"$output")
}

# fits COLUMNS ROWS: with the line below it for the prompt, if ROWS is given.
fits()
{
	is "$(awk -v width="$1" 'length > width' <<<"$output")" "" "lines of more than $1 columns"
	[ "$(wc -l <<<"$output")" -lt "${2:-9999}" ] || fail "more than $2 rows"
}

processes_shown()
{
	awk 'is_list { count++ } /^ *PID USER / { is_list = 1 } END { print count + 0 }' \
		<<<"$output"
}

@test "vmtop: on a terminal the report fits it: lines are wrapped, and as many processes shown" {
	local tree=$BATS_TEST_TMPDIR/tree name

	require_command script
	for row in swap-storm many-areas hostile zram zswap old-kernel absurd; do
		for name in 60 80 132; do
			on_terminal $name 50 -n 1 "$(at $row)" '2>/dev/null'
			fits $name 50
		done
	done
	row=
	on_terminal 80 24 -m 99 "$(at hostile)"
	is "$(processes_shown)" 15 "processes by -m"
	on_terminal 80 30 "$(at hostile)"
	fits 80 30
	[ "$(processes_shown)" -gt 3 ] || fail "no more processes than must be"
	on_terminal 80 50 "$(at hostile)"
	is "$(processes_shown)" 10 "processes by default"
	on_terminal 80 10 "$(at hostile)"
	is "$(processes_shown)" 3 "processes at least"
	"$VMTOP" "$(at hostile)" >"$BATS_TEST_TMPDIR/piped"
	output=$(<"$BATS_TEST_TMPDIR/piped")
	is "$(processes_shown)" 10 "processes in a pipe"

	# The areas stand below each other; of many a terminal shows the first.
	on_terminal 80 24 "$(at many-areas)"
	has "$output" $'
           1020K  used  0  priority -2  file  /srv/swap00
           1020K  used 4K  priority -3  file  /srv/swap01
           1020K  used 8K  priority -4  file  /srv/swap02
             ...  25 more areas; swapctl lists them\n'
	quietly "$VMTOP" "$(at many-areas)"
	is "$(grep -c '^ .*  priority ' <<<"$output")" 28 "areas in a pipe"
	has_not "$output" 'more areas'

	# What is least important leaves the first line first.
	tree=$(spoilable swap-storm)
	echo 6.18.44-with-a-name-of-its-own >"$tree/1/proc/sys/kernel/osrelease"
	cp "$tree/1/proc/sys/kernel/osrelease" "$tree/2/proc/sys/kernel/osrelease"
	on_terminal 80 24 -n 1 --sysroot "$tree"
	is "${output%%$'\n'*}" 'swap-storm  2026-11-22T23:42:27Z  over 2.6 s  up 22m 15s  2 CPU'
	on_terminal 50 24 -n 1 --sysroot "$tree"
	is "${output%%$'\n'*}" 'swap-storm  2026-11-22T23:42:27Z  over 2.6 s'
	quietly "$VMTOP" -n 1 --sysroot "$tree"
	has "${output%%$'\n'*}" '  Linux 6.18.44-with-a-name-of-its-own'
}

@test "vmtop: a machine without swap says so in words, and in JSON by an empty list" {
	quietly "$VMTOP" "$(at no-swap)"
	matches "$output" $'\nswap +none\n'
	quietly "$VMTOP" "$(at zram)"
	matches "$output" $'\nzram +60M  takes 36M \\(1.7 to 1\\)  size 256M  zram1 lzo-rle\n'
	quietly "$VMTOP" "$(at zswap)"
	matches "$output" $'\nzswap +60M  takes 36M'
}

@test "vmtop: what a container has of its own is told once, however many reports there are" {
	local i tree cover='91 24 0:48 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw'

	tree=$(spoilable swap-storm)
	for i in 1 2 3; do
		echo "$cover" >"$tree/$i/proc/self/mountinfo"
		mkdir -p "$tree/$i/sys/fs/cgroup"
		echo memory >"$tree/$i/sys/fs/cgroup/cgroup.controllers"
		echo 104857600 >"$tree/$i/sys/fs/cgroup/memory.max"
	done
	for row in --json '-b' '-b -S system' --check; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr "$VMTOP" $row --sysroot "$tree"
		is "$stderr" "vmtop: in a container with its own memory and swap (fuse.lxcfs), \
control groups; all else is the host's: run it there to see the whole machine"
	done
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
	quietly "$VMTOP" -n 1 -o swap_in_bytes_per_second --noheadings "$(at swap-storm)"
	matches "$output" '^ *31.8M$'
	matches "$("$VMTOP" --list-fields)" 'swap_in_bytes_per_second +bytes-per-second '
	quietly "$VMTOP" -o mem_total_bytes --bytes --noheadings "$(at idle)"
	matches "$output" '^ *25276026880$'
	refused 2 "$VMTOP" -o mem_total_bytes,pid "$(at idle)"
	# A field that is named twice is shown once, where it stands first.
	quietly "$VMTOP" -o +mem_total_bytes --json "$(at idle)"
	is "$(grep -o '"mem_total_bytes":' <<<"$output" | wc -l)" 1 "keys"
	quietly "$VMTOP" -o mem_total_bytes,swap_used_bytes,MEM_TOTAL_BYTES --csv "$(at idle)"
	is "$output" $'mem_total_bytes,swap_used_bytes\n25276026880,0'
	quietly "$VMTOP" -o +pid,name -m 1 --pairs "$(at swap-storm)" -n 1
	is "$(grep -o ' *[A-Z_]*=' <<<"$output" | sort | uniq -d)" "" "keys that come twice"
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
	matches "$output" 'mem_total_bytes="25276026880" .* overlap_ratio=""$'
}

@test "vmtop: -d and -n keep time on the live system, and the first numbers are not since boot" {
	local began ended

	# Late is allowed; then the next interval is shorter.
	began=$(date +%s%N)
	quietly_live "$VMTOP" -n 3 -d 200ms --json
	ended=$(date +%s%N)
	has_lines "$output" 3
	[ $(((ended - began) / 1000000)) -ge 600 ] || fail "it did not wait"
	jq -se 'map(.interval_seconds) | all(. > 0) and add >= 0.6 and
		add * 1000000000 <= '$((ended - began)) <<<"$output" >/dev/null || fail "intervals"
	json_true '.system.faults_per_second != null'
	[ "$(said_first '.interval_seconds * .system.faults_per_second | round')" -lt \
		"$(awk '$1 == "pgfault" { print $2 }' /proc/vmstat)" ] || fail "since boot"
	# A bare vmtop is one report.
	quietly_live timeout 20 "$VMTOP" -d 0.05
	is "$(grep -c '^memory ' <<<"$output")" 1 "reports"
}

@test "vmtop: of many intervals none is lost or empty, and together they take their time" {
	local intervals=20

	[ -z "${PROCMM_LONG:-}" ] || intervals=2000
	quietly "$VMTOP" -n $intervals -d 50ms -o interval_seconds,faults_per_second --tsv
	has_lines "$output" $((intervals + 1))
	awk -v intervals=$intervals 'NR > 1 { sum += $1; bad += $1 <= 0 || $2 !~ /^[0-9.]+$/ }
		END { exit bad || sum < 0.05 * (intervals - 1) }' <<<"$output" ||
		fail "bad intervals"
}

said_first()
{
	jq -rs ".[0] | $1" <<<"$output"
}

@test "vmtop: -b goes on until it is told to end, and all it has said is whole" {
	local pid ended

	for row in INT TERM HUP; do
		# What a shell starts in the background ignores SIGINT, and so would the command.
		env --default-signal=$row "$VMTOP" -b -d 50ms --json >"$BATS_TEST_TMPDIR/said" \
			2>"$BATS_TEST_TMPDIR/complaints" 3>&- &
		pid=$!
		await has_said 3 || fail "few reports"
		kill -s $row $pid
		ended=0
		wait $pid || ended=$?
		output=$(<"$BATS_TEST_TMPDIR/said") stderr=$(<"$BATS_TEST_TMPDIR/complaints")
		forget_estimates
		is "$ended" $((128 + $(kill -l $row))) "exit status"
		is "$stderr" ""
		json_true '.schema == "vmtop/1"'
	done
}
